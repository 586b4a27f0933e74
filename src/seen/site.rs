//! What a web site answers to an anonymous, passive visitor.

use serde::{Deserialize, Serialize};

use super::{Exchange, Seen};

/// One declared site, by its origin.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// The https front page, redirects not followed.
    pub front: Seen<Exchange>,
}
