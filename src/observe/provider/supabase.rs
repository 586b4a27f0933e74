//! Supabase's Management API: what is deployed and stored in a project. Names and dates of secrets are
//! read, and their values are passed over.

use serde_json::Value;

use super::{Api, Net, project_of};
use crate::seen::{Advice, AuthSettings, Backups, DeployedFunction, Miss, StoredSecret, SupabaseAccount};

pub(super) const BASE: &str = "https://api.supabase.com";
pub(super) const PATHS: &[(&str, &str)] = &[
    ("/v1/projects/{id}/functions", "which functions are deployed, and who may call them"),
    ("/v1/projects/{id}/secrets", "names of secrets and when they were set"),
    ("/v1/projects/{id}/config/auth", "where sign-ins lead"),
    ("/v1/projects/{id}/advisors/security", "what the platform's own advisor says"),
    ("/v1/projects/{id}/ssl-enforcement", "whether the database wants encryption"),
    ("/v1/projects/{id}/database/backups", "whether there are backups"),
    ("/v1/projects/{id}/database/migrations", "which migrations were applied"),
];

/// Rows kept of one list.
const ROWS: usize = 2_000;

pub(super) async fn observe(net: &Net, id: &str) -> Result<SupabaseAccount, Miss> {
    let is_reference = |text: &str| text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let project = project_of(net, id, is_reference, "the reference of a project, twenty lower-case letters")?;
    let api = Api::of(net, id, BASE)?;
    let path = |rest: &str| format!("/v1/projects/{project}/{rest}");
    let paths = [
        "functions",
        "secrets",
        "config/auth",
        "advisors/security",
        "ssl-enforcement",
        "database/backups",
        "database/migrations",
    ]
    .map(path);
    let [functions, secrets, auth, advisors, ssl, backups, migrations] = &paths;
    let (functions, secrets, auth, advisors, ssl, backups, migrations) = tokio::join!(
        api.get(functions),
        api.get(secrets),
        api.get(auth),
        api.get(advisors),
        api.get(ssl),
        api.get(backups),
        api.get(migrations)
    );
    Ok(SupabaseAccount {
        functions: functions.and_then(|answer| rows(&answer, function)).into(),
        secrets: secrets.and_then(|answer| rows(&answer, secret)).into(),
        auth: auth.and_then(|answer| settings(&answer)).into(),
        advisors: advisors.and_then(|answer| rows(&answer["lints"], advice)).into(),
        ssl_enforced: ssl
            .and_then(|answer| flag(&answer["currentConfig"]["database"], "ssl-enforcement"))
            .into(),
        backups: backups.and_then(|answer| copies(&answer)).into(),
        migrations: migrations.and_then(|answer| rows(&answer, |row| text(&row["version"]))).into(),
        project,
    })
}

/// A list is judged whole or not at all.
fn rows<T>(answer: &Value, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, Miss> {
    let rows = answer.as_array().ok_or_else(|| Miss::Malformed("a list of Supabase's".to_owned()))?;
    if rows.len() > ROWS {
        return Err(Miss::Unsupported(format!("the project has more than {ROWS} of a kind")));
    }
    let read = |row: &Value| read(row).ok_or_else(|| Miss::Malformed("a row of Supabase's list".to_owned()));
    rows.iter().map(read).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| text.len() < 2_000).map(str::to_owned)
}

fn flag(value: &Value, what: &str) -> Result<bool, Miss> {
    value.as_bool().ok_or_else(|| Miss::Malformed(format!("Supabase's answer about {what}")))
}

fn function(row: &Value) -> Option<DeployedFunction> {
    Some(DeployedFunction { slug: text(&row["slug"])?, verify_jwt: row["verify_jwt"].as_bool()? })
}

fn secret(row: &Value) -> Option<StoredSecret> {
    let updated = row["updated_at"].as_str().and_then(|moment| moment.parse().ok());
    Some(StoredSecret { name: text(&row["name"])?, updated })
}

fn settings(answer: &Value) -> Result<AuthSettings, Miss> {
    let site =
        text(&answer["site_url"]).ok_or_else(|| Miss::Malformed("Supabase's settings of auth".to_owned()))?;
    let list = answer["uri_allow_list"].as_str().unwrap_or_default();
    Ok(AuthSettings {
        site_url: site,
        redirects: list
            .split(',')
            .map(str::trim)
            .filter(|url| !url.is_empty())
            .take(200)
            .map(str::to_owned)
            .collect(),
        autoconfirm: answer["mailer_autoconfirm"].as_bool(),
        password_min_length: answer["password_min_length"]
            .as_u64()
            .and_then(|length| u32::try_from(length).ok()),
    })
}

fn advice(row: &Value) -> Option<Advice> {
    let part = |key: &str| row["metadata"][key].as_str().unwrap_or_default();
    let about = [part("schema"), part("name")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".");
    Some(Advice { name: text(&row["name"])?, level: text(&row["level"])?, about })
}

fn copies(answer: &Value) -> Result<Backups, Miss> {
    let point_in_time = flag(&answer["pitr_enabled"], "backups")?;
    let copies = answer["backups"].as_array().map_or(0, Vec::len);
    Ok(Backups { point_in_time, count: u32::try_from(copies).unwrap_or(u32::MAX) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_value_of_a_secret_is_kept() {
        let row = json!({ "name": "STRIPE_KEY", "value": "abcdef", "updated_at": "2026-01-02T03:04:05Z" });
        let kept = secret(&row).expect("a secret");
        assert!(!format!("{kept:?}").contains("abcdef"));
        assert_eq!(kept.updated.map(|moment| moment.to_string()), Some("2026-01-02T03:04:05Z".to_owned()));
    }

    #[test]
    fn half_an_answer_decides_nothing() {
        assert!(rows(&json!({}), function).is_err());
        assert!(rows(&json!([{ "slug": "a" }]), function).is_err());
        assert!(settings(&json!({})).is_err());
        assert!(copies(&json!({ "backups": [] })).is_err());
    }
}
