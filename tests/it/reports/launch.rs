//! Made-up audits for the reporters' tests, through the same door as real ones.

use std::collections::BTreeMap;

use gonogo::{
    checks::{Check, Judge, Outcome},
    decide::{Assessment, decide},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Contact, Miss, Observations},
    station::Station,
    target::{LeftOut, Stack, Target, Waiver},
    verdict::Verdict,
};

/// An audit in the making.
pub(crate) struct Launch {
    pub(crate) target: Target,
    pub(crate) checks: Vec<&'static Check>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) seen: Observations,
}

impl Launch {
    pub(crate) fn new() -> Self {
        let seen = Observations { now: "2026-11-21T14:03:09Z".parse().unwrap(), ..Observations::default() };
        let target = Target { name: "portal.example.com".to_owned(), ..Target::default() };
        Self { target, checks: Vec::new(), left_out: Vec::new(), outcomes: Vec::new(), seen }
    }

    /// Adds what one check says about one subject.
    pub(crate) fn says(mut self, check: &'static Check, subject: &str, verdict: Verdict) -> Self {
        if !self.checks.iter().any(|known| known.id == check.id) {
            self.checks.push(check);
        }
        self.outcomes.push(Outcome { check, subject: subject.to_owned(), verdict });
        self
    }

    pub(crate) fn waive(mut self, waiver: Waiver) -> Self {
        self.target.waivers.push(waiver);
        self
    }

    pub(crate) fn decide(&self) -> Assessment {
        decide(&self.target, &self.checks, &self.left_out, self.outcomes.clone(), &self.seen)
    }
}

/// A check that exists for one test. It is never asked: the tests say what it answers.
pub(crate) fn check(id: &str, title: &str, severity: Severity, confidence: Confidence) -> &'static Check {
    let station = Station::from_id(id.split('/').next().unwrap()).unwrap();
    let help = format!(
        "{title}: a page of help that says what it means.\n\nWhy it matters for a launch.\n\n## Fix\n\nMend it:\n```text\nmend {id}\n```\n\n## References\n\n- <https://www.rfc-editor.org/rfc/rfc7208>\n"
    );
    Box::leak(Box::new(Check {
        id: Box::leak(id.to_owned().into_boxed_str()),
        title: Box::leak(title.to_owned().into_boxed_str()),
        station,
        severity,
        confidence,
        judge: Judge::Whole(&[], |_, _| Vec::new()),
        source: Box::leak(help.into_boxed_str()),
    }))
}

/// Sure of itself.
pub(crate) fn sure(id: &str, severity: Severity) -> &'static Check {
    check(id, "something is not as it should be", severity, Confidence::High)
}

pub(crate) fn waiver(check: &str) -> Waiver {
    Waiver {
        check: check.to_owned(),
        subject: None,
        fingerprint: None,
        reason: "accepted until the relaunch".to_owned(),
        until: "2026-12-31".parse().unwrap(),
        place: Some(Place::file("gonogo.toml", 31)),
    }
}

/// An audit in which a little of everything happened.
pub(crate) fn rich() -> Launch {
    let mut launch = Launch::new();
    launch.target.config = Some("gonogo.toml".to_owned());
    launch.target.repository = true;
    launch.target.stack = Stack {
        git: true,
        firebase: Some("firebase.json".to_owned()),
        flutter: Some("app/pubspec.yaml".to_owned()),
        ..Stack::default()
    };
    launch.target.declared = BTreeMap::from([
        ("example.com".to_owned(), Place::file("gonogo.toml", 4)),
        ("https://portal.example.com".to_owned(), Place::file("gonogo.toml", 9)),
    ]);
    launch.left_out = vec![LeftOut {
        station: Station::Supabase,
        why: "no Supabase migrations in the repository".to_owned(),
    }];
    launch.seen.contacted.insert(Contact {
        host: "192.0.2.53".to_owned(),
        port: 53,
        purpose: "dns".to_owned(),
    });
    let supabase = sure("supabase/rls-off", Severity::Critical);
    launch.checks.push(supabase);
    let launch = domain_and_mail(launch);
    let launch = tls_and_web(launch);
    secrets_and_the_rest(launch)
}

fn domain_and_mail(launch: Launch) -> Launch {
    use Severity::{Critical, High, Low, Medium};
    let caa = check("domain/caa-missing", "no CAA record", Low, Confidence::High);
    let dangling = check("domain/dangling-cname", "a name points nowhere", High, Confidence::High);
    let spf = check("mail/spf-multiple", "more than one SPF record", Critical, Confidence::High);
    let dmarc = check("mail/dmarc-none", "DMARC asks for nothing", Medium, Confidence::High);
    let dkim = check("mail/dkim-weak", "a short DKIM key", Medium, Confidence::Medium);
    launch
        .says(caa, "example.com", Verdict::Pass)
        .says(dangling, "example.com", Verdict::Pass)
        .says(spf, "example.com", Verdict::fail(
            Finding::new("example.com publishes 2 records that begin with v=spf1, which receivers treat as a permanent error")
                .at(Place::dns("example.com", "TXT"))
                .evidence("record 1", "v=spf1 include:_spf.a.example ~all")
                .evidence("record 2", "v=spf1 include:_spf.b.example -all")
                .fix("merge both into one record")
                .patch(Patch::Dns {
                    name: "example.com".to_owned(),
                    record: "TXT".to_owned(),
                    values: vec!["v=spf1 include:_spf.a.example include:_spf.b.example ~all".to_owned()],
                }),
        ))
        .says(dmarc, "example.com", Verdict::fail(
            Finding::new("the DMARC policy of example.com is p=none, so forged mail is delivered")
                .at(Place::dns("_dmarc.example.com", "TXT"))
                .evidence("record", "v=DMARC1; p=none; rua=mailto:dmarc@example.com")
                .fix("move to p=quarantine once the reports show no mail of your own failing"),
        ))
        .says(dkim, "example.com", Verdict::inconclusive(Miss::Timeout("192.0.2.53:53".to_owned())))
        .waive(waiver("mail/dmarc-none"))
        .waive(Waiver { until: "2026-10-01".parse().unwrap(), place: Some(Place::file("gonogo.toml", 37)), ..waiver("mail/spf-multiple") })
        .waive(Waiver { subject: Some("old.example.com".to_owned()), place: Some(Place::file("gonogo.toml", 43)), ..waiver("domain/caa-missing") })
}

fn tls_and_web(launch: Launch) -> Launch {
    use Severity::{Critical, High, Low};
    let chain =
        check("tls/chain-incomplete", "an intermediate certificate is missing", High, Confidence::High);
    let expiry = check("tls/expires-soon", "the certificate expires soon", Critical, Confidence::High);
    let header = check("web/hsts-missing", "no HSTS header", Low, Confidence::High);
    let webhook =
        check("webhook/unsigned-accepted", "an unsigned request is accepted", Critical, Confidence::High);
    let owner = check("ops/no-owner", "nobody answers for it", Low, Confidence::Medium);
    let gone = || Verdict::inconclusive(Miss::Timeout("portal.example.com:443".to_owned()));
    launch
        .says(chain, "portal.example.com:443", gone())
        .says(expiry, "portal.example.com:443", gone())
        .says(
            header,
            "https://portal.example.com",
            Verdict::fail(
                Finding::new("https://portal.example.com answers without strict-transport-security")
                    .at(Place::url("https://portal.example.com/"))
                    .fix("send the header with a year's max-age")
                    .patch(Patch::Snippet {
                        language: "nginx".to_owned(),
                        text: "add_header Strict-Transport-Security \"max-age=31536000\" always;\n"
                            .to_owned(),
                    }),
            ),
        )
        .says(
            webhook,
            "https://portal.example.com/hooks/stripe",
            Verdict::inconclusive(Miss::NotConsented(
                "sending requests to https://portal.example.com/hooks/stripe needs --active".to_owned(),
            )),
        )
        .says(owner, "repository", Verdict::not_applicable("a single person works here"))
}

fn secrets_and_the_rest(launch: Launch) -> Launch {
    use Severity::{Critical, High, Info, Medium};
    let stripe = check("secrets/stripe-live-key", "a live Stripe secret key", Critical, Confidence::High);
    let rules = check("firebase/open-write", "anybody may write", High, Confidence::High);
    let mixed = check("env/production-in-staging", "staging talks to production", Medium, Confidence::Low);
    let note = check("secrets/example-file", "an example file with a real shape", Info, Confidence::High);
    let open = |name: &str, line: u32| {
        Finding::new(format!("anybody may write to /{name}/{{id}}, signed in or not"))
            .at(Place::line_of("firestore.rules", line, 7, "      allow write: if true;"))
            .fix("allow writes to the owner of the document alone")
            .key(name)
    };
    let leak = Finding::new("a live Stripe secret key is in the repository: sk_live_4e… (sha256 9f86d081)")
        .at(Place::line_of("src/bill ing/ключ#1.ts", 14, 13, "const key = \"sk_live_4e…\";"))
        .at(Place::Commit {
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            path: "old/.env".to_owned(),
            line: Some(3),
        })
        .fix("revoke the key in the Stripe dashboard, then take it out of the code")
        .patch(Patch::Line {
            path: "src/bill ing/ключ#1.ts".to_owned(),
            line: 14,
            new: "const key = process.env.STRIPE_KEY;".to_owned(),
        });
    let tables = ["orders", "users", "carts", "files", "logs"];
    launch
        .says(
            rules,
            "firestore.rules",
            Verdict::Fail(tables.iter().zip(12..).map(|(name, line)| open(name, line)).collect()),
        )
        .says(stripe, "repository", Verdict::fail(leak))
        .says(
            note,
            "repository",
            Verdict::fail(
                Finding::new(".env.example holds a value of 40 characters")
                    .at(Place::file(".env.example", 2)),
            ),
        )
        .says(
            mixed,
            "repository",
            Verdict::fail(
                Finding::new("STAGING_API points to portal.example.com, which belongs to production")
                    .at(Place::file(".env.staging", 5))
                    .fix("point it to the host of staging"),
            ),
        )
}
