//! Each kind of file, in small.
#![allow(clippy::unwrap_used)]

use super::*;

fn projects(path: &str, text: &str) -> Vec<String> {
    let facts = read(path, text).unwrap().facts;
    facts.into_iter().map(|told| format!("{}@{}={}", told.name, told.line, told.text)).collect()
}

/// `name@line stage=text`.
fn staged(path: &str, text: &str) -> Vec<String> {
    let by_kind = stage_by_kind(path, stage_of(path));
    let facts = read(path, text).unwrap().facts;
    let one = |told: Told| {
        format!("{}@{} {}={}", told.name, told.line, told.stage.unwrap_or(by_kind).words(), told.text)
    };
    facts.into_iter().map(one).collect()
}

#[test]
fn each_file_names_its_project() {
    assert_eq!(
        projects(".firebaserc", "{\"projects\":{\n\"default\":\"acme-dev\"}}"),
        ["projects.default@2=acme-dev"]
    );
    assert_eq!(
        projects("a/google-services.json", "{\"project_info\":{\"project_id\":\"acme-prod\"}}").len(),
        1
    );
    assert_eq!(
        projects("GoogleService-Info.plist", "<key>PROJECT_ID</key>\n\t<string>acme-prod</string>"),
        ["PROJECT_ID@2=acme-prod"]
    );
    assert_eq!(
        projects("lib/firebase_options.dart", "projectId: 'acme-prod',\nprojectId: 'acme-prod',"),
        ["projectId@1=acme-prod"]
    );
    assert_eq!(projects("supabase/.temp/project-ref", "abcdefghijklmnopqrst\n").len(), 1);
    assert_eq!(
        projects(
            ".github/workflows/x.yml",
            "run: supabase link --project-ref abcdefghijklmnopqrst\nrun: firebase deploy --project acme-prod\nrun: x --project foo-bar"
        ),
        ["--project-ref@1=abcdefghijklmnopqrst", "--project@2=acme-prod"]
    );
    assert!(read(".firebaserc", "{").is_err());
    assert!(read("unknown", "{").unwrap().facts.is_empty());
}

#[test]
fn hosts_files_name_their_environments() {
    assert_eq!(
        staged("wrangler.toml", "name=\"x\"\n[vars]\nA=\"1\"\n[env.staging.vars]\nA=\"2\"\n"),
        ["A@3 production=1", "A@5 staging=2"]
    );
    assert_eq!(
        staged(
            "w/wrangler.jsonc",
            "{\n\"vars\":{\"A\":\"1\"}, // x\n\"env\":{\"production\":{\"vars\":{\n\"A\":\"2\"}}}}"
        ),
        ["A@2 development=1", "A@4 production=2"]
    );
    assert_eq!(
        staged("fly.toml", "[env]\nPORT = \"1\"\nDEBUG = true\n"),
        ["PORT@2 production=1", "DEBUG@3 production=true"]
    );
    assert_eq!(staged("fly.staging.toml", "[env]\nA = \"1\"\n"), ["A@2 staging=1"]);
    assert_eq!(
        staged(
            "netlify.toml",
            "[build.environment]\nA=\"0\"\n[context.production.environment]\nA=\"1\"\n[context.deploy-preview.environment]\nA=\"2\"\n"
        ),
        ["A@2 default=0", "A@4 production=1", "A@6 staging=2"]
    );
    assert_eq!(
        staged(
            "render.yaml",
            "services:\n  - type: web\n    envVars:\n      - key: A\n        value: x\n      - key: B\n        sync: false\n"
        ),
        ["A@5 production=x", "B@6 production="]
    );
    assert_eq!(
        staged("apphosting.yaml", "env:\n  - variable: A\n    value: x\n  - variable: B\n    secret: b\n"),
        ["A@3 production=x", "B@4 production="]
    );
    assert_eq!(staged("apphosting.staging.yaml", "env:\n- variable: A\n  value: x\n"), ["A@3 staging=x"]);
    assert_eq!(staged("app.yaml", "env_variables:\n  A: \"x\"\n"), ["A@2 production=x"]);
    assert_eq!(
        staged("vercel.json", "{\"env\":{\"A\":\"x\",\"B\":\"@b\"}}"),
        ["A@1 production=x", "B@1 production=@b"]
    );
    assert_eq!(
        staged(
            "vercel.json",
            "{\"rewrites\":[{\"source\":\"/a\",\"destination\":\"https://x.ngrok.io/a\"},{\"destination\":\"/i.html\"}]}"
        ),
        ["destination@1 production=https://x.ngrok.io/a"]
    );
    assert_eq!(
        staged("next.config.mjs", "export default {\n env: {\n  API_URL: 'https://x.io',\n },\n}"),
        ["API_URL@3 default=https://x.io"]
    );
}

#[test]
fn containers_and_compose_files() {
    assert_eq!(
        staged("Dockerfile", "FROM node\nARG A\nARG B=1\nENV C=2 D=\"x y\"\nENV E three\n"),
        ["A@2 default=", "B@3 default=1", "C@4 default=2", "D@4 default=x y", "E@5 default=three"]
    );
    let compose =
        "services:\n  web:\n    environment:\n      - A=1\n      - B\n  db:\n    environment:\n      C: x\n";
    assert_eq!(
        staged("docker-compose.yml", compose),
        ["A@4 development=1", "B@5 development=", "C@8 development=x"]
    );
    assert_eq!(staged("docker-compose.prod.yml", compose)[0], "A@4 production=1");
}

#[test]
fn supabase_config_and_its_remotes() {
    let text = "project_id = \"app\"\n[auth]\nsite_url = \"http://localhost:3000\"\nadditional_redirect_urls = [\"https://a.io/**\", \"app://x\"]\n[remotes.production]\nproject_id = \"abcdefghijklmnopqrst\"\n[remotes.production.auth]\nsite_url = \"https://a.io\"\n";
    assert_eq!(
        staged("supabase/config.toml", text),
        [
            "auth.site_url@3 default=http://localhost:3000",
            "auth.additional_redirect_urls@4 default=https://a.io/**",
            "project_id@6 production=abcdefghijklmnopqrst",
            "auth.site_url@8 production=https://a.io",
        ]
    );
}

#[test]
fn what_a_pull_request_sees() {
    let text = "on: [push, pull_request]\nenv:\n  A: ${{ secrets.A_KEY }}\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@v4\n      - run: x\n        env:\n          B: ${{ secrets.PROD_KEY }}\n      - run: deploy\n        if: github.ref == 'refs/heads/main'\n        env:\n          C: ${{ secrets.C_KEY }}\n  deploy:\n    if: github.event_name == 'push'\n    steps:\n      - run: x\n";
    let said = read(".github/workflows/x.yml", text).unwrap();
    let [
        (
            line,
            None,
            ClueKind::PullRequest {
                job,
                target: false,
                checkout: true,
                environment: None,
                secrets,
                deploys: None,
            },
        ),
    ] = &said.clues[..]
    else {
        panic!("one job expected");
    };
    assert_eq!((*line, job.as_str(), secrets.join(" ")), (5, "test", "A_KEY PROD_KEY".to_owned()));
    let closed = "on:\n  pull_request:\n    types: [closed]\njobs:\n  a:\n    steps:\n      - run: ${{ secrets.PROD_KEY }}\n";
    assert!(read(".github/workflows/x.yml", closed).unwrap().clues.is_empty());
}

#[test]
fn what_apps_say() {
    let clues = |path: &str, text: &str| {
        read(path, text).unwrap().clues.iter().map(|clue| clue.0).collect::<Vec<_>>()
    };
    let manifest = "<manifest>\n<!-- android:usesCleartextTraffic=\"true\" -->\n<application\n android:usesCleartextTraffic=\"true\">";
    assert_eq!(clues("android/app/src/main/AndroidManifest.xml", manifest), [4]);
    assert!(clues("android/app/src/debug/AndroidManifest.xml", manifest).is_empty());
    assert_eq!(clues("ios/Runner/Info.plist", "<dict>\n<key>NSAllowsArbitraryLoads</key>\n<true/>"), [2]);
    assert!(clues("ios/Runner/Info.plist", "<key>NSAllowsArbitraryLoads</key>\n<false/>").is_empty());
    assert_eq!(
        clues("a/network_security_config.xml", "<base-config cleartextTrafficPermitted=\"true\">"),
        [1]
    );
    assert!(
        clues("a/network_security_config.xml", "<domain-config cleartextTrafficPermitted=\"true\">")
            .is_empty()
    );
    assert_eq!(clues("pubspec.yaml", "flutter:\n  assets:\n    - assets/\n    - .env\n"), [4]);
    assert_eq!(
        staged(
            "android/app/build.gradle",
            "android {\n productFlavors {\n  dev {\n   buildConfigField \"String\", \"API\", \"\\\"http://10.0.2.2\\\"\"\n  }\n  prod {\n   buildConfigField \"String\", \"API\", '\"https://a.io\"'\n  }\n }\n}\n"
        ),
        ["API@4 development=http://10.0.2.2", "API@7 production=https://a.io"]
    );
}
