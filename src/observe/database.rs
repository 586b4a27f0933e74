//! Reads the migrations of a Supabase project, and its `config.toml`.

use std::path::Path;

use super::Local;
use crate::{
    engine::env::read_project_config,
    plan::Touch,
    seen::{Database, Migration, Miss, ProjectConfig, Seen, Unread},
};

const MAX_FILES: usize = 5_000;
const MAX_FILE: u64 = 16 * 1024 * 1024;
const MAX_TOTAL: usize = 64 * 1024 * 1024;
const MAX_CONFIG: u64 = 256 * 1024;

pub(super) fn observe(files: &Local, path: &str) -> Seen<Database> {
    let mut names = match sql_files(files, path) {
        Ok(names) => names,
        Err(miss) => return Seen::Missed(miss),
    };
    // The Supabase CLI applies `<number>_<name>.sql` in the order of names and skips the rest.
    if names.iter().any(|name| is_numbered(name)) {
        names.retain(|name| is_numbered(name));
    }
    names.sort();
    if names.len() > MAX_FILES {
        return Seen::Missed(Miss::Unsupported(format!("{path} has more than {MAX_FILES} migrations")));
    }
    let (mut migrations, mut missed, mut total) = (Vec::with_capacity(names.len()), Vec::new(), 0_usize);
    for name in names {
        let path = format!("{}/{name}", path.trim_end_matches('/'));
        let read = if files.is_late() {
            Err(Miss::Timeout("the deadline of the audit".to_owned()))
        } else if total > MAX_TOTAL {
            Err(Miss::Unsupported(format!("the migrations are larger than {MAX_TOTAL} bytes together")))
        } else {
            files.read_text(&path, MAX_FILE)
        };
        match read {
            Ok(sql) => {
                total += sql.len();
                migrations.push(Migration { path, sql });
            }
            Err(why) => missed.push(Unread { path, why }),
        }
    }
    Seen::Got(Database::new(migrations, missed, config(files, path)))
}

pub(super) fn touches(path: &str) -> Vec<Touch> {
    let config = Path::new(path).parent().map(|folder| folder.join("config.toml").display().to_string());
    let migrations = Touch::File { path: format!("{path}/*.sql"), why: "migrations".to_owned() };
    let config = config.map(|path| Touch::File { path, why: "settings that decide about access".to_owned() });
    [migrations].into_iter().chain(config).collect()
}

fn sql_files(files: &Local, path: &str) -> Result<Vec<String>, Miss> {
    let folder = files.inside(Path::new(path))?;
    let entries = std::fs::read_dir(&folder).map_err(|err| Miss::Denied(format!("{path}: {err}")))?;
    // One more than allowed tells that there are too many.
    let names = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| is_sql(name)).take(MAX_FILES + 1).collect())
}

fn is_sql(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql"))
}

fn is_numbered(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && name[digits..].starts_with('_')
}

/// `config.toml` beside the folder of migrations, else the one the target names.
fn config(files: &Local, path: &str) -> Option<ProjectConfig> {
    let beside = Path::new(path).parent().map(|folder| folder.join("config.toml"));
    let beside = beside.map(|path| path.to_string_lossy().replace('\\', "/"));
    let known = beside.into_iter().chain(files.target.stack.supabase.clone());
    let path = known.into_iter().find(|path| files.root.join(path).exists())?;
    Some(match files.read_text(&path, MAX_CONFIG) {
        Ok(text) => read_project_config(&path, &text),
        Err(miss) => ProjectConfig { path, missed: Some(miss), ..ProjectConfig::default() },
    })
}
