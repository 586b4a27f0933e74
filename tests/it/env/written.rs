//! Values written into code, and what the environments say about each other.

use gonogo::target::Target;

use super::cases::{Case, acme, judge_cases};

#[test]
fn addresses_of_this_machine() {
    const CHECK: &str = "env/local-address-in-code";
    judge_cases(
        &[
            (CHECK, true, &[("src/api.ts", "fetch('http://127.0.0.1:7478/x');")]),
            (
                CHECK,
                true,
                &[(
                    "app/config.ts",
                    "export const API_URL = process.env.API_URL ?? 'http://localhost:3001';",
                )],
            ),
            (CHECK, true, &[("lib/api.dart", "const baseUrl = 'http://192.168.1.4:8080';")]),
            (
                CHECK,
                true,
                &[("backend/a.py", "API = os.environ.get(\"API_URL\", \"http://localhost:8000\")\n")],
            ),
            (CHECK, true, &[("functions/src/a.ts", "const hookUrl = 'https://abc.ngrok-free.app/hook';")]),
            (CHECK, false, &[("src/api.ts", "const API_URL = import.meta.env.VITE_API_URL;")]),
            (
                CHECK,
                false,
                &[(
                    "src/firebase.ts",
                    "if (import.meta.env.DEV) connectAuthEmulator(auth, 'http://127.0.0.1:9099');",
                )],
            ),
            (CHECK, false, &[("src/api.test.ts", "fetch('http://localhost:3000');")]),
            (CHECK, false, &[("src/server.ts", "console.log('listening on http://localhost:3000');")]),
            (
                CHECK,
                false,
                &[("lib/api.dart", "final url = kDebugMode ? 'http://10.0.2.2:80' : 'https://api.acme.io';")],
            ),
            (CHECK, false, &[("scripts/seed.ts", "fetch('http://localhost:3000');")]),
        ],
        &Target::default(),
    );
}

#[test]
fn origins_in_code() {
    const LIST: &str = "env/cors-origin-not-own";
    const PART: &str = "env/cors-origin-by-part";
    judge_cases(
        &[
            (
                LIST,
                true,
                &[("functions/a.ts", "const allowedOrigins = ['https://acme.io', 'http://localhost:3000'];")],
            ),
            (
                LIST,
                true,
                &[(
                    "server/a.py",
                    "app.add_middleware(CORSMiddleware, allow_origins=[\"https://acme.io\", \"*\"])",
                )],
            ),
            (
                LIST,
                true,
                &[(
                    "api/a.ts",
                    "function getAllowedOrigins() {\n  return ['https://acme.io', 'https://*.vercel.app'];\n}",
                )],
            ),
            (
                LIST,
                false,
                &[("functions/a.ts", "const allowedOrigins = ['https://acme.io', 'https://www.acme.io'];")],
            ),
            (
                LIST,
                false,
                &[(
                    "functions/a.ts",
                    "const allowedOrigins = ['https://acme.io', ...(dev ? ['http://localhost:3000'] : [])];",
                )],
            ),
            (LIST, false, &[("functions/a.ts", "const allowedOrigins = ['http://localhost:3000'];")]),
            (
                LIST,
                false,
                &[(
                    "next.config.ts",
                    "export default { allowedDevOrigins: ['https://a.acme.dev', 'http://localhost:1'] };",
                )],
            ),
            (PART, true, &[("a.ts", "// cors\nif (origin.includes('acme.io')) allow();")]),
            (PART, true, &[("a.ts", "// cors\nif (origin?.endsWith('acme.io')) allow();")]),
            (PART, true, &[("a.ts", "// cors\nif (requestOrigin.indexOf('localhost') >= 0) allow();")]),
            (PART, false, &[("a.ts", "// cors\nif (allowedOrigins.includes(origin)) allow();")]),
            (PART, false, &[("a.ts", "// cors\nif (origin.endsWith('.acme.io')) allow();")]),
            (PART, false, &[("a.tsx", "// cors\nconst dev = window.location.origin.includes('localhost');")]),
        ],
        &Target::default(),
    );
}

#[test]
fn senders_and_test_keys_in_code() {
    const SENDER: &str = "env/mail-sender-unaligned";
    const KEY: &str = "env/test-key-in-production";
    judge_cases(
        &[
            (
                SENDER,
                true,
                &[(
                    "supabase/functions/mail/index.ts",
                    "await resend.emails.send({ from: 'Acme <onboarding@resend.dev>', to });",
                )],
            ),
            (
                SENDER,
                true,
                &[("api/mail.ts", "const from = process.env.MAIL_FROM || 'onboarding@resend.dev';")],
            ),
            (SENDER, true, &[("api/mail.ts", "resend.emails.send({ from: 'Acme <hello@other.com>', to });")]),
            (SENDER, false, &[("api/mail.ts", "resend.emails.send({ from: 'Acme <hello@acme.io>', to });")]),
            (SENDER, false, &[("api/mail.ts", "// from: 'Acme <onboarding@resend.dev>'\n")]),
            (
                SENDER,
                false,
                &[("api/mail.test.ts", "resend.emails.send({ from: 'onboarding@resend.dev' });")],
            ),
            (KEY, true, &[("src/stripe.ts", "export const STRIPE_KEY = '<PK_TEST_A>';")]),
            (KEY, true, &[("lib/pay.dart", "Stripe.publishableKey = '<PK_TEST_A>';")]),
            (KEY, true, &[("app/pay.tsx", "const p = loadStripe('<PK_TEST_A>');")]),
            (KEY, false, &[("src/stripe.ts", "export const STRIPE_KEY = live ? '<PK_A>' : '<PK_TEST_A>';")]),
            (KEY, false, &[("src/stripe.ts", "export const STRIPE_KEY = '<PK_A>';")]),
            (KEY, false, &[("src/stripe.test.ts", "const key = '<PK_TEST_A>';")]),
            (
                KEY,
                false,
                &[("src/form.tsx", "<input placeholder='pk_test_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' />")],
            ),
        ],
        &acme(),
    );
}

#[test]
fn what_a_file_says_about_itself() {
    const SAYS: &str = "env/says-other-environment";
    const HOST: &str = "env/stage-host-in-production";
    const FLAG: &str = "env/dangerous-flag-in-production";
    judge_cases(
        &[
            (SAYS, true, &[(".env.production", "ENV=DEV\n")]),
            (SAYS, true, &[(".env.prod", "NODE_ENV=development\n")]),
            (SAYS, true, &[(".env.production", "VITE_APP_ENV=staging\n")]),
            (SAYS, true, &[("functions/.env.prod.example", "NODE_ENV = development\n")]),
            (SAYS, false, &[(".env.production", "NODE_ENV=production\nAPP_ENV=prod\n")]),
            (SAYS, false, &[(".env.staging", "NODE_ENV=production\n")]),
            (SAYS, false, &[(".env.production", "ENV=eu-west-1\nLOG_ENV=dev\n")]),
            (HOST, true, &[(".env.production", "RATES_URL=https://uat.rates.io\n")]),
            (HOST, true, &[(".env.production", "API_URL=https://api-staging.acme.io\n")]),
            (HOST, true, &[("functions/.env.prod", "SIGN_URL=https://sandbox.sign.io/v1\n")]),
            (
                HOST,
                true,
                &[
                    (".env.production", "BANK_URL=https://web.acmeuat.com/x\n"),
                    (".env.development", "BANK_URL=https://web.acmeuat.com/x\n"),
                ],
            ),
            (HOST, false, &[(".env.production", "BANK_URL=https://web.acmeuat.com/x\n")]),
            (HOST, false, &[(".env.production", "API_URL=https://api.acme.dev\n")]),
            (HOST, false, &[(".env.staging", "API_URL=https://api-staging.acme.io\n")]),
            (HOST, false, &[(".env.production", "API_URL=https://device.acme.io/dev\n")]),
            (FLAG, true, &[("functions/.env.prod", "PUBSUB_EMULATOR_HOST=8085\n")]),
            (FLAG, true, &[(".env.production", "VITE_USE_FIREBASE_EMULATOR=true\n")]),
            (FLAG, true, &[(".env.production", "FIRESTORE_EMULATOR_HOST=localhost:8080\n")]),
            (FLAG, false, &[(".env.production", "EMULATORS=false\n")]),
            (FLAG, false, &[(".env.development", "PUBSUB_EMULATOR_HOST=8085\n")]),
            (FLAG, false, &[(".env.production", "FIRESTORE_EMULATOR_HOST=\n")]),
        ],
        &Target::default(),
    );
}

#[test]
fn projects_of_environments_and_platforms() {
    const SHARED: &str = "env/environments-share-project";
    const PLATFORM: &str = "env/firebase-platforms-differ";
    const PROJECT: &str = "env/firebase-project-mismatch";
    judge_cases(
        &[
            (SHARED, true, &[(".firebaserc", r#"{"projects":{"staging":"acme-1","production":"acme-1"}}"#)]),
            (
                SHARED,
                true,
                &[
                    (".env.production", "SUPABASE_URL=https://<REF>.supabase.co\n"),
                    (".env.development", "SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            (
                SHARED,
                true,
                &[
                    (".env.production", "FIREBASE_PROJECT_ID=acme-one\n"),
                    (".env.staging", "FIREBASE_PROJECT_ID=acme-one\n"),
                ],
            ),
            (SHARED, false, &[(".firebaserc", r#"{"projects":{"staging":"acme-2","production":"acme-1"}}"#)]),
            (
                SHARED,
                false,
                &[
                    (".env.production", "SUPABASE_URL=https://<REF>.supabase.co\n"),
                    (".env.example", "SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            (
                SHARED,
                false,
                &[
                    (".env", "SUPABASE_URL=https://<REF>.supabase.co\n"),
                    (".env.production", "SUPABASE_URL=https://<OTHER>.supabase.co\n"),
                ],
            ),
            (
                PROJECT,
                true,
                &[
                    (".firebaserc", r#"{"projects":{"dev":"acme-dev","prod":"acme-prod"}}"#),
                    (
                        "functions/.env.prod",
                        "FUNCTIONS_URL=https://us-central1-acme-other.cloudfunctions.net\n",
                    ),
                ],
            ),
            (
                PROJECT,
                true,
                &[
                    (".firebaserc", r#"{"projects":{"default":"acme-one"}}"#),
                    ("src/.firebaserc", r#"{"projects":{"default":"acme-two"}}"#),
                ],
            ),
            (
                PROJECT,
                true,
                &[
                    (
                        "ios/Runner/GoogleService-Info.plist",
                        "<key>PROJECT_ID</key>\n<string>acme-one</string>",
                    ),
                    ("android/app/google-services.json", r#"{"project_info":{"project_id":"acme-two"}}"#),
                ],
            ),
            (
                PROJECT,
                false,
                &[
                    (".firebaserc", r#"{"projects":{"dev":"acme-dev","prod":"acme-prod"}}"#),
                    (
                        "functions/.env.prod",
                        "FUNCTIONS_URL=https://us-central1-acme-prod.cloudfunctions.net\n",
                    ),
                ],
            ),
            (
                PROJECT,
                false,
                &[
                    (
                        ".firebaserc",
                        r#"{"projects":{"default":"acme-one"},"targets":{"acme-site":{"hosting":{"a":["acme-site"]}}}}"#,
                    ),
                    (
                        ".github/workflows/a.yml",
                        "jobs:\n  a:\n    steps:\n      - with:\n          projectId: acme-site\n",
                    ),
                ],
            ),
            (
                PROJECT,
                false,
                &[
                    (".firebaserc", r#"{"projects":{"default":"acme-one","web":"acme-two"}}"#),
                    ("src/.firebaserc", r#"{"projects":{"default":"acme-two"}}"#),
                ],
            ),
            (
                PLATFORM,
                true,
                &[(
                    "lib/firebase_options_production.dart",
                    "projectId: 'acme-old1',\nprojectId: 'acme-prime',",
                )],
            ),
            (
                PLATFORM,
                true,
                &[(
                    "lib/firebase_options.dart",
                    "projectId: 'acme-a1',\nprojectId: 'acme-b1',\nprojectId: 'acme-b1',",
                )],
            ),
            (
                PLATFORM,
                true,
                &[(
                    "app/lib/firebase_options_staging.dart",
                    "projectId: 'acme-staging',\nprojectId: 'beta-staging',",
                )],
            ),
            (
                PLATFORM,
                false,
                &[("lib/firebase_options.dart", "projectId: 'acme-a1',\nprojectId: 'acme-a1',")],
            ),
            (
                PLATFORM,
                false,
                &[("lib/firebase_options.dart", "projectId: 'acme-dev',\nprojectId: 'acme-prod',")],
            ),
            (
                PLATFORM,
                false,
                &[
                    ("lib/firebase_options_a.dart", "projectId: 'acme-a1',"),
                    ("lib/firebase_options_b.dart", "projectId: 'acme-b1',"),
                ],
            ),
        ],
        &Target::default(),
    );
}

#[test]
fn production_beside_other_environments() {
    const MISSING: &str = "env/missing-in-production";
    const REDIRECT: &str = "env/redirect-not-own-host";
    const LOCAL: &str = "env/local-url-in-production";
    judge_cases(
        &[
            (
                MISSING,
                true,
                &[
                    (".env.dev", "A_URL=https://a.io\nB_URL=https://b.io\nC_URL=https://c.io\n"),
                    (".env.prod", "A_URL=https://a.io\nB_URL=https://b.io\n"),
                    ("a.ts", "f(process.env.A_URL, process.env.B_URL, process.env.C_URL)"),
                ],
            ),
            (
                MISSING,
                true,
                &[
                    (".env.dev", "A_URL=https://a.io\nB_URL=https://b.io\n"),
                    (".env.prod", "A_URL=https://a.io\nB_URL=\n"),
                    ("a.ts", "f(process.env.A_URL, process.env.B_URL)"),
                ],
            ),
            (
                MISSING,
                true,
                &[
                    ("functions/.env.staging", "A_URL=https://a.io\nB_ID=abc\n"),
                    ("functions/.env.production", "A_URL=https://a.io\n"),
                    ("functions/a.ts", "const a = defineString('A_URL'); const b = defineString('B_ID');"),
                ],
            ),
            (
                MISSING,
                false,
                &[
                    (".env.dev", "A_URL=https://a.io\nB_URL=https://b.io\n"),
                    (".env.prod", "A_URL=https://a.io\n"),
                    ("a.ts", "f(process.env.A_URL)"),
                ],
            ),
            (
                MISSING,
                false,
                &[
                    (".env.dev", "A_URL=https://a.io\nB_URL=https://b.io\n"),
                    (".env.prod", "A_URL=https://a.io\n"),
                    (".env", "B_URL=https://b.io\n"),
                    ("a.ts", "f(process.env.A_URL, process.env.B_URL)"),
                ],
            ),
            (
                MISSING,
                false,
                &[
                    (".env.dev", "A_URL=https://a.io\nAUTH_EMULATOR_PORT=x9\n"),
                    (".env.prod", "A_URL=https://a.io\n"),
                    ("a.ts", "f(process.env.A_URL, process.env.AUTH_EMULATOR_PORT)"),
                ],
            ),
            (
                REDIRECT,
                true,
                &[(
                    "supabase/config.toml",
                    "[auth]\nsite_url = \"http://localhost:3000\"\nadditional_redirect_urls = [\"https://acme.io\"]\n",
                )],
            ),
            (
                REDIRECT,
                true,
                &[(
                    "supabase/config.toml",
                    "project_id = \"<REF>\"\n[auth]\nsite_url = \"http://localhost:3000\"\n",
                )],
            ),
            (
                REDIRECT,
                true,
                &[(
                    "supabase/config.toml",
                    "[remotes.production.auth]\nsite_url = \"http://localhost:3000\"\n",
                )],
            ),
            (
                REDIRECT,
                false,
                &[(
                    "supabase/config.toml",
                    "project_id = \"acme\"\n[auth]\nsite_url = \"http://localhost:3000\"\nadditional_redirect_urls = [\"https://localhost:3000\"]\n",
                )],
            ),
            (
                REDIRECT,
                false,
                &[(
                    "supabase/config.toml",
                    "project_id = \"<REF>\"\n[auth]\nsite_url = \"https://acme.io\"\n",
                )],
            ),
            (
                REDIRECT,
                false,
                &[(
                    "supabase/config.toml",
                    "[auth]\nsite_url = \"env(SITE_URL)\"\nadditional_redirect_urls = [\"https://acme.io\"]\n",
                )],
            ),
            (
                LOCAL,
                true,
                &[(
                    ".env",
                    "VITE_SUPABASE_URL=https://<REF>.supabase.co\nVITE_BACKEND_URL=http://localhost:8000\n",
                )],
            ),
            (
                LOCAL,
                false,
                &[
                    (
                        ".env",
                        "VITE_SUPABASE_URL=https://<REF>.supabase.co\nVITE_BACKEND_URL=http://localhost:8000\n",
                    ),
                    (".gitignore", ".env\n"),
                ],
            ),
            (
                LOCAL,
                false,
                &[
                    (
                        ".env",
                        "VITE_SUPABASE_URL=https://<REF>.supabase.co\nVITE_BACKEND_URL=http://localhost:8000\n",
                    ),
                    (".env.production", "VITE_BACKEND_URL=https://api.acme.io\n"),
                ],
            ),
            (LOCAL, false, &[(".env", "VITE_BACKEND_URL=http://localhost:8000\n")]),
        ],
        &Target::default(),
    );
}

#[test]
fn pull_requests_that_deploy() {
    const CHECK: &str = "env/secret-in-pull-request";
    const ON: &str = "on:\n  push:\n    branches: [main]\n  pull_request:\njobs:\n  deploy:\n";
    let job = |rest: &str| format!("{ON}{rest}");
    let steps = "    steps:\n      - uses: actions/checkout@v4\n";
    let firebase = "        env:\n          TOKEN: ${{ secrets.FIREBASE_TOKEN }}\n";
    let case = |fails: bool, text: String| {
        let text: &'static str = Box::leak(text.into_boxed_str());
        let files: &'static [(&str, &str)] = Box::leak(Box::new([(".github/workflows/a.yml", text)]));
        (CHECK, fails, files) as Case
    };
    judge_cases(
        &[
            case(true, job(&format!("{steps}      - run: firebase deploy --only functions\n{firebase}"))),
            case(
                true,
                job(&format!(
                    "{steps}      - uses: w9jds/firebase-action@master\n        with:\n          args: deploy --only functions\n{firebase}"
                )),
            ),
            case(
                true,
                job(&format!(
                    "{steps}      - run: supabase db push\n        env:\n          T: ${{{{ secrets.SUPABASE_ACCESS_TOKEN }}}}\n"
                )),
            ),
            case(
                false,
                job(&format!(
                    "{steps}      - if: github.ref == 'refs/heads/main'\n        run: firebase deploy --only functions\n{firebase}"
                )),
            ),
            case(
                false,
                job(&format!("{steps}      - run: firebase hosting:channel:deploy preview\n{firebase}")),
            ),
            case(false, job(&format!("{steps}      - run: npm test\n{firebase}"))),
            case(
                false,
                job(&format!("    environment: production\n{steps}      - run: firebase deploy\n{firebase}")),
            ),
        ],
        &Target::default(),
    );
}
