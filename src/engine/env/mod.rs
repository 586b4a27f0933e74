//! Facts about environments: readers for the files that configure them, and what a value is.

mod client;
mod code;
mod dotenv;
mod files;
mod gather;
mod project_config;
mod stage;
pub mod tree;
mod value;

pub use self::{
    client::{client_prefix, host_is_local, host_is_tunnel},
    code::{Look, Searcher, gather, may_name_variables},
    dotenv::{Entry, read_dotenv},
    files::is_configuration,
    gather::Gatherer,
    project_config::read_project_config,
    stage::{has_extension, is_variables_file, stage_of},
    value::{classify, shown},
};
