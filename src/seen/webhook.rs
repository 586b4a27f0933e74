//! What is known about one webhook endpoint without contacting it: declaration and handler.

use serde::{Deserialize, Serialize};

/// One webhook endpoint, by its URL (or by its handler's path where no URL is known).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    pub url: Option<String>,
}
