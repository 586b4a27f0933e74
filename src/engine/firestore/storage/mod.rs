//! Rules of Cloud Storage: its own requests and files, in the language of Firestore's rules.
//!
//! The paths begin with `/b/{bucket}/o`, what is stored and sent are files and no documents, and
//! documents are read through `firestore.get` and `firestore.exists`
//! (<https://firebase.google.com/docs/storage/security/rules-conditions>).

mod matrix;
mod request;
mod search;
mod vocabulary;
mod witness;

pub use self::{
    matrix::{Row, matrix, row_at},
    request::{File, Request, decide, explain, file},
    search::{Prover, Wish},
    witness::Witness,
};

/// The name of the service.
pub const SERVICE: &str = "firebase.storage";
