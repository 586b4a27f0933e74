//! What a site hands to its visitors, on a loopback server.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use gonogo::{
    checks::{by_id, judge},
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Leak, Leaks, Miss, Observations},
    target::{SiteTarget, Target},
    verdict::Verdict,
};

use super::template::{expand, plain_base64};

/// Path → content type and body.
type Files = BTreeMap<String, (&'static str, Vec<u8>)>;

struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Lives as long as the test's process, which is short.
    fn start(files: Files) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (log, files) = (asked.clone(), Arc::new(files));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, files) = (log.clone(), files.clone());
                std::thread::spawn(move || answer(stream, &files, &log));
            }
        });
        Self { url, asked }
    }

    fn seen(&self) -> Observations {
        let port = self.url.rsplit(':').next().unwrap().parse().unwrap();
        let site = SiteTarget {
            url: self.url.clone(),
            host: "127.0.0.1".to_owned(),
            port,
            production: true,
            ..SiteTarget::default()
        };
        let target = Target { name: "t".into(), sites: vec![site], ..Target::default() };
        let selection = Selection::new(vec!["secrets".into()], vec![], true).unwrap();
        let plan = plan(&target, &selection, Consent::default());
        let options = Options {
            root: None,
            now: "2026-11-21T00:00:00Z".parse().unwrap(),
            resolver: None,
            connect_to: vec![],
            extra_roots: vec![],
            deadline: Duration::from_mins(2),
            jobs: 1,
        };
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        observe(&plan, &Arc::new(target), &options, &silent).unwrap()
    }

    fn leaks(&self) -> Leaks {
        self.seen().leaks[&self.url].got().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, files: &Files, log: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut buffer = [0; 1_024];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => head.extend(&buffer[..read]),
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let path = text.split(' ').nth(1).unwrap_or("/").to_owned();
    log.lock().unwrap().push(path.clone());
    let found = files.get(&path);
    let (status, kind, body) = match found {
        Some((kind, body)) => ("200 OK", *kind, body.clone()),
        None => ("404 Not Found", "text/html", b"<h1>no</h1>".to_vec()),
    };
    let map = if path.ends_with("headed.js") { "SourceMap: /maps/headed.map\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{map}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

fn files(list: &[(&str, &'static str, String)]) -> Files {
    list.iter().map(|(path, kind, body)| ((*path).to_owned(), (*kind, body.clone().into_bytes()))).collect()
}

fn of<'a>(leaks: &'a Leaks, rule: &str) -> &'a Leak {
    let found = leaks.leaks.iter().find(|leak| leak.rule == format!("secrets/{rule}"));
    found.unwrap_or_else(|| panic!("no {rule} in {leaks:?}"))
}

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "application/javascript";
const JSON: &str = "application/json";

#[test]
fn scripts_chunks_and_maps_are_followed() {
    let source = expand("export const a = 1;\n\nexport const key = 'sk_live_{alnum:24}';\n");
    let map = format!(
        r#"{{"version":3,"sources":["webpack://app/./src/pay.ts"],"sourcesContent":[{}],"mappings":""}}"#,
        serde_json::to_string(&source).unwrap()
    );
    let inline = expand("const w = 'whsec_{alnum:32}';");
    let inline =
        format!(r#"{{"version":3,"sources":["src/hook.ts"],"sourcesContent":["\n{inline}"],"mappings":""}}"#);
    let server = Server::start(files(&[
        (
            "/",
            HTML,
            r#"<script type="module" src="/assets/index.js"></script>
               <link rel="modulepreload" href="/assets/headed.js"><script src="https://cdn.example/x.js"></script>"#
                .to_owned(),
        ),
        (
            "/assets/index.js",
            SCRIPT,
            r#"import("./lazy-1.js");r.u=e=>"static/js/"+({7:"login"}[e]||e)+"."+{7:"ab12"}[e]+".chunk.js";
               //# sourceMappingURL=index.js.map"#
                .to_owned(),
        ),
        ("/assets/index.js.map", JSON, map),
        ("/assets/lazy-1.js", SCRIPT, expand("var a={apiKey:'AIza{b64url:35}',projectId:\"acme-portal\"};")),
        ("/static/js/login.ab12.chunk.js", SCRIPT, expand("k='glpat-{b64url:20}'")),
        ("/assets/headed.js", SCRIPT, "a()".to_owned()),
        ("/maps/headed.map", JSON, expand(r#"{"mappings":"","x":"re_{alnum:8}_{alnum:24}"}"#)),
        (
            "/assets/inline.js",
            SCRIPT,
            format!("//# sourceMappingURL=data:application/json;base64,{}", plain_base64(&inline)),
        ),
    ]));
    let leaks = server.leaks();
    let stripe = of(&leaks, "stripe-live-secret-key");
    assert!(stripe.sites[0].path.ends_with("/assets/index.js.map"), "{stripe:?}");
    let source = stripe.sites[0].source.as_ref().unwrap();
    assert_eq!((source.path.as_str(), source.line), ("webpack://app/./src/pay.ts", 3));
    assert!(of(&leaks, "gitlab-personal-access-token").sites[0].path.ends_with("login.ab12.chunk.js"));
    assert!(of(&leaks, "google-api-key").sites[0].path.ends_with("lazy-1.js"));
    assert!(of(&leaks, "resend-api-key").sites[0].path.ends_with("/maps/headed.map"));
    assert_eq!(leaks.facts.len(), 1);
    assert_eq!(leaks.facts[0].name, "FIREBASE_PROJECT_ID");
    assert_eq!(leaks.missed, []);
    let asked = server.asked.lock().unwrap();
    let twice = asked.iter().filter(|path| *path == "/assets/index.js").count();
    assert_eq!(twice, 1, "{asked:?}");
}

#[test]
fn a_public_key_is_information_and_a_secret_stops_the_launch() {
    let server = Server::start(files(&[
        ("/", HTML, "<script src=app.js></script>".to_owned()),
        (
            "/app.js",
            SCRIPT,
            expand("a='pk_live_{alnum:24}';b='sk_live_{alnum:24}';u='{jwt_anon}';s='{jwt_service}'"),
        ),
    ]));
    let seen = server.seen();
    for (id, fails) in [
        ("secrets/stripe-live-secret-key", true),
        ("secrets/supabase-service-role-jwt", true),
        ("secrets/stripe-publishable-key", true),
        ("secrets/resend-api-key", false),
    ] {
        let outcomes = judge(&[by_id(id).unwrap()], &seen, &Target::default());
        match &outcomes[0].verdict {
            Verdict::Fail(findings) => {
                assert!(fails, "{id}");
                let public = id.ends_with("publishable-key");
                assert_eq!(findings[0].severity == Some(gonogo::finding::Severity::Info), public, "{id}");
                assert!(findings[0].message.contains("/app.js"), "{}", findings[0].message);
            }
            Verdict::Pass => assert!(!fails, "{id}"),
            other => panic!("{id}: {other:?}"),
        }
    }
}

#[test]
fn flutter_builds_are_read_through_their_manifests() {
    let server = Server::start(files(&[
        ("/", HTML, r#"<script src="flutter_bootstrap.js" async></script>"#.to_owned()),
        ("/flutter_bootstrap.js", SCRIPT, r#"_flutter.loader.load({f:"main.dart.js"})"#.to_owned()),
        ("/main.dart.js", SCRIPT, "var $flutter=1".to_owned()),
        (
            "/flutter_service_worker.js",
            SCRIPT,
            r#"const RESOURCES = {"assets/assets/.env": "1a", "main.dart.js": "2b"};"#.to_owned(),
        ),
        ("/assets/assets/.env", "application/octet-stream", expand("STRIPE=sk_live_{alnum:24}\n")),
    ]));
    let leaks = server.leaks();
    let path = &of(&leaks, "stripe-live-secret-key").sites[0].path;
    assert!(path.ends_with("/assets/assets/.env"), "{path}");
}

#[test]
fn what_cannot_be_read_is_no_clean_bundle() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server { url: format!("http://{closed}"), asked: Arc::default() };
    assert!(matches!(server.seen().leaks[&server.url].as_ref(), Err(Miss::Refused(_))));
    let many: String =
        (0..900).map(|number| ["import('./c", &number.to_string(), ".js');"].concat()).collect();
    let mut all = files(&[("/", HTML, "<script src=app.js></script>".to_owned()), ("/app.js", SCRIPT, many)]);
    for number in 0..900 {
        all.insert(format!("/c{number}.js"), (SCRIPT, b"a()".to_vec()));
    }
    let leaks = Server::start(all).leaks();
    assert_eq!(leaks.tree.files, 401);
    assert!(format!("{:?}", leaks.missed).contains("more files of the bundle"), "{:?}", leaks.missed);
}

#[test]
fn a_site_that_leads_elsewhere_is_no_clean_bundle() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4_096]);
            let answer = "HTTP/1.1 302 Found\r\nlocation: https://portal.example.org/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let server = Server { url, asked: Arc::default() };
    match server.seen().leaks[&server.url].as_ref() {
        Err(Miss::Unsupported(why)) => {
            assert!(why.contains("redirects to https://portal.example.org"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    let server = Server::start(files(&[]));
    match server.seen().leaks[&server.url].as_ref() {
        // An API without a page at its root hands nothing out there.
        Ok(leaks) => assert!(leaks.leaks.is_empty() && leaks.missed.is_empty()),
        other => panic!("{other:?}"),
    }
}
