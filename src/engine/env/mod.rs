//! Facts about environments: readers for the files that configure them, and what a value is.

mod client;
mod dotenv;
mod gather;
mod project_config;
mod project_files;
mod stage;
mod value;

pub use self::{
    client::{client_prefix, host_is_local, host_is_tunnel},
    dotenv::{Entry, read_dotenv},
    gather::Gatherer,
    project_config::read_project_config,
    stage::{has_extension, is_variables_file, stage_of},
    value::{classify, shown},
};
