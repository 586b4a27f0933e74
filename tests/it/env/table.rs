//! The table of environments and facts, in each of its forms.

use std::path::Path;

use gonogo::{
    checks::judge,
    decide::{Assessment, decide},
    report::{Format, Style, TableFormat, render, render_environments},
    target::Target,
};

use super::{observed, secret, write};

fn project(root: &Path) -> Assessment {
    write(
        root,
        ".env.production",
        &format!(
            "STRIPE_SECRET_KEY={}\nNEXT_PUBLIC_SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co\nSESSION_SECRET=9f8e7d6c5b4a3928\n",
            secret("sk_test_")
        ),
    );
    write(
        root,
        ".env.development",
        "NEXT_PUBLIC_SUPABASE_URL=http://127.0.0.1:54321\nSESSION_SECRET=9f8e7d6c5b4a3928\nNAME=<b>x</b>\n",
    );
    write(root, ".env.example", "STRIPE_SECRET_KEY=your-key-here\nSESSION_SECRET=\n");
    let seen = observed(root, Target::default());
    let checks: Vec<_> = gonogo::checks::all().filter(|check| check.id.starts_with("env/")).collect();
    let target = Target { name: "acme".to_owned(), repository: true, ..Target::default() };
    let outcomes = judge(&checks, &seen, &target);
    decide(&target, &checks, &[], outcomes, &seen)
}

#[test]
fn the_whole_table_marks_contradictions() {
    let folder = tempfile::tempdir().unwrap();
    let assessment = project(folder.path());
    let wide = render_environments(
        &assessment,
        TableFormat::Terminal,
        Style { color: false, width: 110, verbosity: 0 },
    );
    for expected in [
        "2 of 4 facts contradicted",
        "production",
        "! Stripe mode",
        "env/test-key-in-production",
        ".env.production:1",
        "placeholder",
    ] {
        assert!(wide.contains(expected), "{expected} not in\n{wide}");
    }
    assert!(wide.lines().all(|line| line.chars().count() <= 110), "{wide}");
    let narrow = render_environments(
        &assessment,
        TableFormat::Terminal,
        Style { color: false, width: 40, verbosity: 0 },
    );
    assert!(narrow.contains("    production  test sk_test_"), "{narrow}");
    assert!(narrow.contains("                .env.production:1\n"), "{narrow}");
    // The name of a check is there to be copied, so it stays whole.
    assert!(narrow.lines().all(|line| line.chars().count() <= 40 || line.contains("    by ")), "{narrow}");
}

#[test]
fn the_other_forms_say_the_same_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let assessment = project(folder.path());
    let json: serde_json::Value =
        serde_json::from_str(&render_environments(&assessment, TableFormat::Json, Style::default())).unwrap();
    assert_eq!(json["environments"], serde_json::json!(["production", "development", "example"]));
    let stripe = json["facts"].as_array().unwrap().iter().find(|fact| fact["name"] == "Stripe mode").unwrap();
    assert_eq!(stripe["checks"][0]["id"], "env/test-key-in-production");
    assert_eq!(stripe["values"]["production"][0]["variable"], "STRIPE_SECRET_KEY");
    let html = render_environments(&assessment, TableFormat::Html, Style::default());
    assert!(html.contains("<table class=\"environments\">") && html.contains("env/test-key-in-production"));
    let whole = render(&assessment, Format::Html, Style::default());
    assert!(whole.contains("<h2>Environments</h2>"));
    for text in [json.to_string(), html, whole] {
        assert!(!text.contains("4eC39") && !text.contains("9f8e7d") && !text.contains("<b>x"), "{text}");
    }
}

#[test]
fn an_audit_tells_what_is_contradicted_alone() {
    let folder = tempfile::tempdir().unwrap();
    let assessment = project(folder.path());
    let text = render(&assessment, Format::Terminal, Style { color: false, width: 100, verbosity: 0 });
    assert!(text.contains("Environments: 2 of 4 facts contradicted"), "{text}");
    assert!(text.contains("and 2 more rows; gonogo env shows all"), "{text}");
    assert!(!text.contains("  NAME "), "{text}");
}

#[test]
fn the_command_prints_the_table_and_exits_as_the_audit_does() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.arg("env").arg(folder.path()).args(arguments).output().unwrap()
    };
    let table = run(&[]);
    assert_eq!(table.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&table.stdout).contains("! Stripe mode"), "{table:?}");
    let json = run(&["--format", "json", "--exit-zero"]);
    assert_eq!(json.status.code(), Some(0));
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).is_ok());
    let html = run(&["--format", "html"]);
    assert!(html.stdout.starts_with(b"<!doctype html>"));
}
