//! Facts about environments: readers for the files that configure them.

mod project_config;

pub use self::project_config::read_project_config;
