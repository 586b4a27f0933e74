//! What a file of the product's own server shows about money and about other people's rows.

use serde::{Deserialize, Serialize};

use super::Spot;

/// One source that starts payments, marks them as made, holds an administrator's key or reads removed
/// settings; or the settings of Supabase functions.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backend {
    pub path: String,
    /// Calls that start a payment.
    pub payments: Vec<Spot>,
    /// Payment methods that its checkouts name; `automatic` for one that names none. Sorted.
    pub methods: Vec<String>,
    /// Amounts of payments that come from the request.
    pub priced: Vec<Spot>,
    /// The same, where the payer is meant to choose: donations, tips, top-ups.
    pub chosen: Vec<Spot>,
    /// Amounts that come from elsewhere than was read.
    pub unclear: Vec<Spot>,
    /// Payments are marked as made because the browser came back.
    pub granted: Vec<Spot>,
    /// Rows that the request names, written with an administrator's key for whoever asks.
    pub unasked: Vec<Spot>,
    /// The gateway before this function asks for a JWT, which the public key is, too.
    pub gateway: Option<bool>,
    /// Calls of `functions.config()`.
    pub removed_config: Vec<Spot>,
    /// Functions that the settings name and that have no source.
    pub absent: Vec<Spot>,
}
