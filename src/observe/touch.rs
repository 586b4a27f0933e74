//! What each question touches, for `gonogo plan`: one arm an instrument.

use crate::plan::{Question, Touch};

/// Every host, port, query and file a question may touch.
pub fn touches(question: &Question) -> Vec<Touch> {
    match question {
        Question::Zone { domain } => super::zone::touches(domain),
        Question::Delegation { domain } => super::delegation::touches(domain),
        Question::Mail { domain, selectors } => super::mail::touches(domain, selectors),
        Question::MailServers { domain, all } => super::smtp::touches(domain, *all),
        Question::Endpoint { host, port } => super::endpoint::touches(host, *port),
        Question::Site { url } => super::site::touches(url),
        Question::Route { site, path } => super::route::touches(site, path),
        Question::Webhook { .. } => super::webhook::touches(),
        Question::Probe { url } => super::probe::touches(url),
        Question::Provider { id } => super::provider::touches(id),
        Question::Backend { path } => super::backend::touches(path),
        Question::Environments => super::environment::touches(),
        Question::Firestore { path } => {
            let config = "firebase.json beside or above it".to_owned();
            vec![
                Touch::File { path: path.clone(), why: "Firestore or Storage rules".into() },
                Touch::File { path: config, why: "which rules are deployed".into() },
            ]
        }
        Question::Realtime { path } => super::realtime::touches(path),
        Question::Database { path } => super::database::touches(path),
        Question::Leaks { history, .. } => super::leak::touches(*history),
        Question::Bundle { url } => super::leak::bundle::touches(url),
        Question::Repository => super::repository::touches(),
    }
}
