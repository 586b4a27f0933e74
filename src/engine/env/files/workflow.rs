//! What runs on every push: variables of its steps, projects it deploys to, and what a pull request
//! gets to see.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{Said, firebase::project_value, stage_named};
use crate::{
    engine::env::{
        tree::{Node, Tree, read_yaml},
        value::{is_project_id, is_project_ref},
    },
    seen::{ClueKind, Stage, Value},
};

pub(super) fn github(_path: &str, text: &str) -> Said {
    let (workflow, mut said) = (read_yaml(text), Said::default());
    projects(&mut said, text);
    written_files(&mut said, text);
    if let Some(map) = workflow.get(&["env"]) {
        said.variables(map, None);
    }
    let trigger =
        workflow.get(&["on"]).or_else(|| workflow.get(&["true"])).map(Trigger::of).unwrap_or_default();
    let everywhere = workflow.get(&["env"]).map(secrets_in).unwrap_or_default();
    for (name, job) in workflow.get(&["jobs"]).map(Node::pairs).unwrap_or_default() {
        let environment = job.get(&["environment"]);
        let environment = environment.and_then(|node| node.text().or_else(|| node.get(&["name"])?.text()));
        let stage = environment.and_then(stage_named);
        let steps = job.get(&["steps"]).map(Node::items).unwrap_or_default();
        for map in steps.iter().chain([job]).filter_map(|part| part.get(&["env"])) {
            said.variables(map, stage);
        }
        if trigger.is_pull_request && !is_guarded(job) {
            said.clues.push((
                job.line,
                stage,
                pull_request(name, job, steps, &everywhere, &trigger, environment),
            ));
        }
    }
    said
}

#[derive(Default)]
struct Trigger {
    is_pull_request: bool,
    is_target: bool,
}

impl Trigger {
    /// A text, a list, or a map with filters. One that runs for closed requests alone sees merged code.
    fn of(on: &Node) -> Self {
        let names: Vec<&str> = match &on.value {
            Tree::Text(name) => vec![name],
            Tree::List(items) => items.iter().filter_map(Node::text).collect(),
            Tree::Map(pairs) => {
                let open = pairs.iter().filter(|(_, filter)| {
                    let types = filter.get(&["types"]).map(Node::texts).unwrap_or_default();
                    types.is_empty() || types.iter().any(|(_, name)| *name != "closed")
                });
                open.map(|(name, _)| name.as_str()).collect()
            }
        };
        let is_target = names.contains(&"pull_request_target");
        Self { is_pull_request: is_target || names.contains(&"pull_request"), is_target }
    }
}

/// Does a condition ask for the event, the branch or who it is?
fn is_guarded(part: &Node) -> bool {
    part.get(&["if"]).and_then(Node::text).is_some_and(|condition| {
        [
            "github.event",
            "github.ref",
            "github.base_ref",
            "github.actor",
            "github.repository",
            "startsWith",
            "false",
        ]
        .iter()
        .any(|word| condition.contains(word))
    })
}

fn pull_request(
    job: &str,
    node: &Node,
    steps: &[Node],
    everywhere: &BTreeSet<String>,
    trigger: &Trigger,
    environment: Option<&str>,
) -> ClueKind {
    let mut secrets = everywhere.clone();
    secrets.extend(node.get(&["env"]).map(secrets_in).unwrap_or_default());
    secrets.extend(node.get(&["with"]).map(secrets_in).unwrap_or_default());
    secrets.extend(node.get(&["secrets"]).map(secrets_in).unwrap_or_default());
    secrets.extend(steps.iter().filter(|step| !is_guarded(step)).flat_map(secrets_in));
    // Every workflow has this one.
    secrets.remove("GITHUB_TOKEN");
    let checkout = steps.iter().any(|step| {
        let uses = step.get(&["uses"]).and_then(Node::text).unwrap_or_default();
        let code = step.get(&["with", "ref"]).and_then(Node::text).unwrap_or_default();
        uses.starts_with("actions/checkout")
            && (!trigger.is_target || code.contains("pull_request.head") || code.contains("head_ref"))
    });
    ClueKind::PullRequest {
        job: job.to_owned(),
        target: trigger.is_target,
        checkout,
        environment: environment.map(str::to_owned),
        secrets: secrets.into_iter().take(40).collect(),
        deploys: steps.iter().filter(|step| !is_guarded(step)).find_map(deploys),
    }
}

/// What of a step changes what runs in production; a preview of its own changes nothing there.
fn deploys(step: &Node) -> Option<String> {
    const COMMANDS: &[&str] = &[
        "firebase deploy",
        "supabase functions deploy",
        "supabase db push",
        "supabase migration up --linked",
        "vercel --prod",
        "vercel deploy --prod",
        "netlify deploy --prod",
        "wrangler deploy",
        "fly deploy",
        "flyctl deploy",
        "serverless deploy",
        "cdk deploy",
        "prisma migrate deploy",
    ];
    let run = step.get(&["run"]).and_then(Node::text).unwrap_or_default();
    let arguments = step.get(&["with", "args"]).and_then(Node::text).unwrap_or_default();
    let uses = step.get(&["uses"]).and_then(Node::text).unwrap_or_default();
    let is_trial = |text: &str| {
        ["--dry-run", "hosting:channel", "--preview", "preview"].iter().any(|word| text.contains(word))
    };
    let by_command = COMMANDS
        .iter()
        .find(|command| run.contains(**command) && !is_trial(run))
        .map(|command| (*command).to_owned());
    let by_action = (uses.contains("firebase-action") && arguments.starts_with("deploy"))
        .then(|| format!("firebase {}", arguments.chars().take(60).collect::<String>()));
    let channel = step.get(&["with", "channelId"]).and_then(Node::text).unwrap_or_default();
    let by_hosting = (uses.contains("action-hosting-deploy") && channel == "live")
        .then(|| "a deploy to the live channel of Firebase Hosting".to_owned());
    by_command.or(by_action).or(by_hosting)
}

/// Names in `${{ secrets.NAME }}`.
fn secrets_in(node: &Node) -> BTreeSet<String> {
    let texts = node.texts();
    let names =
        texts.iter().flat_map(|(_, text)| text.match_indices("secrets.").map(|(at, _)| &text[at + 8..]));
    names
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').take(100).collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

/// `--project-ref …` of the Supabase CLI and `--project …` of the Firebase CLI.
fn projects(said: &mut Said, text: &str) {
    static OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(--project-ref|--project|SUPABASE_PROJECT_(?:ID|REF):|projectId:)[ =]+["']?([a-z0-9-]{4,40})\b"#).ok()
    });
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let Some(captures) = OPTION.as_ref().and_then(|pattern| pattern.captures(line)) else { continue };
        let (Some(option), Some(id)) = (captures.get(1), captures.get(2)) else { continue };
        let (name, id) = (option.as_str().trim_end_matches(':'), id.as_str());
        if is_project_ref(id) && name != "--project" && name != "projectId" {
            said.value(name, number, Value::SupabaseProject(id.to_owned()), id, None);
        } else if is_project_id(id)
            && (name == "projectId" || (name == "--project" && line.contains("firebase")))
            && stage_named(id).is_none_or(|_| id.contains('-'))
            && id != "default"
        {
            said.value(name, number, project_value(id), id, None);
        }
    }
}

/// Lines of scripts that write a file of variables: `echo "API_URL=${{ secrets.API_URL }}" >> .env`.
fn written_files(said: &mut Said, text: &str) {
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let line =
            line.strip_prefix("echo").map_or(line, |rest| rest.trim_start().trim_start_matches(['"', '\'']));
        let Some((name, value)) = line.split_once('=') else { continue };
        let is_name = name.len() > 2
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if is_name && value.contains("${{") {
            said.value(name, number, Value::Reference, "", None);
        }
    }
}

/// `environment.vars` of each workflow (docs.codemagic.io/yaml-basic-configuration).
pub(super) fn codemagic(_path: &str, text: &str) -> Said {
    let (config, mut said) = (read_yaml(text), Said::default());
    for (name, workflow) in config.get(&["workflows"]).map(Node::pairs).unwrap_or_default() {
        if let Some(map) = workflow.get(&["environment", "vars"]) {
            said.variables(map, stage_named(name).filter(|stage| *stage != Stage::Any));
        }
    }
    said
}
