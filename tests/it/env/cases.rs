//! Small repositories, and the one check that must or must not speak about each.

use std::path::Path;

use gonogo::{
    target::{Domain, MailUse, Target},
    verdict::Verdict,
};

use super::{observed, outcomes_with, write};

/// Check, does it fail, and the files.
pub(super) type Case = (&'static str, bool, &'static [(&'static str, &'static str)]);

/// Values that look real are put together here, so that no scanner takes this file for a leak.
fn filled(text: &str) -> String {
    use base64::Engine as _;
    let letters = "4eC39HqLyjWDarjtT1zdp7dcTYooMQauvdEDq54NiTphI7jx0123456789abcdefghij";
    let key = |prefix: &str, account: &str| format!("{prefix}5{account}{letters}");
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let jwt = |project: &str, expires: u64| {
        let claims = format!(r#"{{"iss":"supabase","ref":"{project}","role":"anon","exp":{expires}}}"#);
        format!("{}.{}.{}", part(r#"{"alg":"HS256"}"#), part(&claims), part("signature"))
    };
    text.replace("<SK_A>", &key("sk_live_", "1AAAABBBBCCCCDDD"))
        .replace("<PK_A>", &key("pk_live_", "1AAAABBBBCCCCDDD"))
        .replace("<PK_B>", &key("pk_live_", "1ZZZZYYYYXXXXWWW"))
        .replace("<PK_TEST_A>", &key("pk_test_", "1AAAABBBBCCCCDDD"))
        .replace("<SK_TEST_A>", &key("sk_test_", "1AAAABBBBCCCCDDD"))
        .replace("<WHSEC_1>", &format!("whsec_{}", &letters[..32]))
        .replace("<WHSEC_2>", &format!("whsec_{}", &letters[20..52]))
        .replace("<OPENAI>", &format!("sk-proj-{}", &letters[..40]))
        .replace("<JWT_OLD>", &jwt("abcdefghijklmnopqrst", 0))
        .replace("<JWT>", &jwt("abcdefghijklmnopqrst", 4_102_444_800))
        .replace("<REF>", "abcdefghijklmnopqrst")
        .replace("<OTHER>", "tsrqponmlkjihgfedcba")
}

pub(super) fn judge_cases(cases: &[Case], target: &Target) {
    let mut wrong = Vec::new();
    for (number, (check, fails, files)) in cases.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in *files {
            write(folder.path(), path, &filled(text));
        }
        let seen = observed(folder.path(), target.clone());
        let verdict =
            outcomes_with(&seen, target).into_iter().find(|(id, _)| id == check).map(|(_, verdict)| verdict);
        let failed = matches!(&verdict, Some(Verdict::Fail(_)));
        if failed != *fails {
            wrong.push(format!("case {number} of {check}: {verdict:?} in {files:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) fn acme() -> Target {
    let domain = Domain { name: "acme.io".to_owned(), mail: MailUse::Unknown, dkim_selectors: vec![] };
    Target { domains: vec![domain], ..Target::default() }
}

#[test]
fn stripe_and_other_providers() {
    judge_cases(
        &[
            (
                "env/stripe-account-mismatch",
                true,
                &[(
                    ".env.production",
                    "STRIPE_SECRET_KEY=<SK_A>\nNEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY=<PK_B>\n",
                )],
            ),
            (
                "env/stripe-account-mismatch",
                true,
                &[("web/.env", "VITE_STRIPE_PK=<PK_B>\nSTRIPE_SECRET_KEY=<SK_TEST_A>\n")],
            ),
            (
                "env/stripe-account-mismatch",
                true,
                &[(
                    "wrangler.toml",
                    "[vars]\nSTRIPE_PUBLISHABLE_KEY = \"<PK_B>\"\nSTRIPE_SECRET_KEY = \"<SK_A>\"\n",
                )],
            ),
            (
                "env/stripe-account-mismatch",
                false,
                &[(".env.production", "STRIPE_SECRET_KEY=<SK_A>\nSTRIPE_PUBLISHABLE_KEY=<PK_A>\n")],
            ),
            (
                "env/stripe-account-mismatch",
                false,
                &[(".env", "STRIPE_SECRET_KEY=<SK_A>\nSTRIPE_UK_PUBLISHABLE_KEY=<PK_B>\n")],
            ),
            (
                "env/stripe-account-mismatch",
                false,
                &[
                    (".env.production", "STRIPE_SECRET_KEY=<SK_A>\n"),
                    (".env.staging", "STRIPE_PUBLISHABLE_KEY=<PK_B>\n"),
                ],
            ),
            ("env/test-key-in-production", true, &[(".env.production", "PAYPAL_MODE=sandbox\n")]),
            (
                "env/test-key-in-production",
                true,
                &[("fly.toml", "[env]\nPAYPAL_API = \"https://api-m.sandbox.paypal.com\"\n")],
            ),
            (
                "env/test-key-in-production",
                true,
                &[(
                    "wrangler.toml",
                    "[vars]\nX=\"1\"\n[env.production.vars]\nPADDLE_ENVIRONMENT = \"sandbox\"\n",
                )],
            ),
            (
                "env/test-key-in-production",
                false,
                &[(".env.production", "PAYPAL_MODE=live\nPAYPAL_API=https://api-m.paypal.com\n")],
            ),
            (
                "env/test-key-in-production",
                false,
                &[(
                    "wrangler.toml",
                    "[vars]\nPADDLE_ENVIRONMENT=\"sandbox\"\n[env.production.vars]\nPADDLE_ENVIRONMENT=\"production\"\n",
                )],
            ),
            (
                "env/test-key-in-production",
                false,
                &[(".env.development", "STRIPE_SECRET_KEY=<SK_TEST_A>\nSQUARE_ENVIRONMENT=sandbox\n")],
            ),
            (
                "env/same-secret-under-two-names",
                true,
                &[(".env", "STRIPE_WEBHOOK_SECRET=<WHSEC_1>\nSTRIPE_CONNECT_WEBHOOK_SECRET=<WHSEC_1>\n")],
            ),
            (
                "env/same-secret-under-two-names",
                true,
                &[(".env", "CLERK_WEBHOOK_SECRET=<WHSEC_1>\nRESEND_WEBHOOK_SECRET=<WHSEC_1>\n")],
            ),
            (
                "env/same-secret-under-two-names",
                true,
                &[(".env", "JWT_SECRET=f3a9c1d27b604e58\nCRON_SECRET=f3a9c1d27b604e58\n")],
            ),
            (
                "env/same-secret-under-two-names",
                false,
                &[(".env", "STRIPE_WEBHOOK_SECRET=<WHSEC_1>\nSTRIPE_CONNECT_WEBHOOK_SECRET=<WHSEC_2>\n")],
            ),
            (
                "env/same-secret-under-two-names",
                false,
                &[(".env", "STRIPE_WEBHOOK_SECRET=<WHSEC_1>\nSTRIPE_WEBHOOK_SIGNING_SECRET=<WHSEC_1>\n")],
            ),
            (
                "env/same-secret-under-two-names",
                false,
                &[(".env", "POSTGRES_PASSWORD=f3a9c1d27b604e58\nDB_PASSWORD=f3a9c1d27b604e58\n")],
            ),
            (
                "env/stripe-version-differs",
                true,
                &[
                    ("a.ts", "new Stripe(k, { apiVersion: '2023-10-16' })"),
                    ("b.ts", "new Stripe(k, { apiVersion: \"2024-06-20\" })"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/stripe-version-differs",
                true,
                &[
                    (
                        "supabase/functions/a/index.ts",
                        "import Stripe from 'stripe';\nconst s = new Stripe(k, {\n  apiVersion: '2022-11-15',\n});",
                    ),
                    ("b.js", "stripe(k, { apiVersion: '2024-12-18.acacia' })"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/stripe-version-differs",
                true,
                &[
                    (
                        "a.ts",
                        "new Stripe(k, { apiVersion: '2023-10-16' });\nnew Stripe(k, { apiVersion: '2020-08-27' })",
                    ),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/stripe-version-differs",
                false,
                &[
                    ("a.ts", "new Stripe(k, { apiVersion: '2023-10-16' })"),
                    ("b.ts", "new Stripe(k, { apiVersion: '2023-10-16' })"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/stripe-version-differs",
                false,
                &[
                    ("a.ts", "new Stripe(k, { apiVersion: '2023-10-16' })"),
                    ("b.ts", "sanity({ apiVersion: '2024-06-20' })"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/stripe-version-differs",
                false,
                &[
                    ("a.ts", "new Stripe(k, { apiVersion: '2023-10-16' })\n// apiVersion: '2020-08-27'"),
                    (".env", "A=1"),
                ],
            ),
        ],
        &Target::default(),
    );
}

#[test]
fn supabase_and_firebase() {
    judge_cases(
        &[
            (
                "env/supabase-deploys-elsewhere",
                true,
                &[
                    ("supabase/config.toml", "project_id = \"<OTHER>\"\n"),
                    (".env", "VITE_SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            (
                "env/supabase-deploys-elsewhere",
                true,
                &[
                    ("supabase/.temp/project-ref", "<OTHER>\n"),
                    (".env.production", "SUPABASE_ANON_KEY=<JWT>\n"),
                ],
            ),
            (
                "env/supabase-deploys-elsewhere",
                true,
                &[
                    (
                        ".github/workflows/deploy.yml",
                        "jobs:\n  a:\n    steps:\n      - run: supabase functions deploy --project-ref <OTHER>\n",
                    ),
                    (".env.production", "NEXT_PUBLIC_SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            (
                "env/supabase-deploys-elsewhere",
                false,
                &[
                    ("supabase/config.toml", "project_id = \"<REF>\"\n"),
                    (".env", "VITE_SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            (
                "env/supabase-deploys-elsewhere",
                false,
                &[
                    ("supabase/config.toml", "project_id = \"my-app\"\n"),
                    (".env", "VITE_SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            (
                "env/supabase-deploys-elsewhere",
                false,
                &[
                    (
                        "supabase/config.toml",
                        "project_id = \"local\"\n[remotes.staging]\nproject_id = \"<OTHER>\"\n[remotes.production]\nproject_id = \"<REF>\"\n",
                    ),
                    (".env.production", "VITE_SUPABASE_URL=https://<REF>.supabase.co\n"),
                ],
            ),
            ("env/supabase-key-expired", true, &[(".env", "VITE_SUPABASE_ANON_KEY=<JWT_OLD>\n")]),
            (
                "env/supabase-key-expired",
                true,
                &[("netlify.toml", "[context.production.environment]\nSUPABASE_KEY = \"<JWT_OLD>\"\n")],
            ),
            (
                "env/supabase-key-expired",
                true,
                &[(
                    "docker-compose.prod.yml",
                    "services:\n  web:\n    environment:\n      SUPABASE_KEY: <JWT_OLD>\n",
                )],
            ),
            ("env/supabase-key-expired", false, &[(".env", "VITE_SUPABASE_ANON_KEY=<JWT>\n")]),
            ("env/supabase-key-expired", false, &[(".env.example", "VITE_SUPABASE_ANON_KEY=<JWT_OLD>\n")]),
            ("env/supabase-key-expired", false, &[(".env", "VITE_SUPABASE_ANON_KEY=\n")]),
            (
                "env/firebase-config-mixed",
                true,
                &[(
                    ".env",
                    "NEXT_PUBLIC_FIREBASE_PROJECT_ID=acme-prod\nNEXT_PUBLIC_FIREBASE_STORAGE_BUCKET=acme-dev.appspot.com\n",
                )],
            ),
            (
                "env/firebase-config-mixed",
                true,
                &[(
                    "src/firebase.ts",
                    "const firebaseConfig = {\n  authDomain: \"acme-dev.firebaseapp.com\",\n  projectId: \"acme-prod\",\n};\n",
                )],
            ),
            (
                "env/firebase-config-mixed",
                true,
                &[(
                    "lib/firebase_options.dart",
                    "projectId: 'acme-prod',\nstorageBucket: 'acme-old.firebasestorage.app',\n",
                )],
            ),
            (
                "env/firebase-config-mixed",
                false,
                &[(
                    "src/firebase.ts",
                    "const firebaseConfig = {\n  authDomain: \"auth.acme.io\",\n  projectId: \"acme-prod\",\n  storageBucket: \"acme-prod.appspot.com\",\n};\n",
                )],
            ),
            (
                "env/firebase-config-mixed",
                false,
                &[(
                    "src/firebase.ts",
                    "const dev = {authDomain: \"a-dev.firebaseapp.com\",\nprojectId: \"a-dev\"};\nconst prod = {authDomain: \"a-prod.firebaseapp.com\",\nprojectId: \"a-prod\"};\n",
                )],
            ),
            (
                "env/firebase-config-mixed",
                false,
                &[(".env", "FIREBASE_PROJECT_ID=acme-prod\nFIREBASE_STORAGE_BUCKET=acme-uploads\n")],
            ),
            (
                "env/firebase-project-mismatch",
                true,
                &[
                    ("android/app/google-services.json", "{\"project_info\":{\"project_id\":\"acme-dev\"}}"),
                    ("lib/firebase_options.dart", "projectId: 'acme-prod',"),
                ],
            ),
            (
                "env/firebase-project-mismatch",
                true,
                &[
                    (".firebaserc", "{\"projects\":{\"default\":\"acme-prod\"}}"),
                    ("src/firebase.ts", "const c = {\n authDomain: 'x.acme.io',\n projectId: 'acme-old',\n}"),
                ],
            ),
            (
                "env/firebase-project-mismatch",
                true,
                &[
                    (
                        "app/android/app/google-services.json",
                        "{\"project_info\":{\"project_id\":\"acme-dev\"}}",
                    ),
                    (
                        "app/ios/Runner/GoogleService-Info.plist",
                        "<key>PROJECT_ID</key><string>acme-prod</string>",
                    ),
                ],
            ),
            (
                "env/firebase-project-mismatch",
                false,
                &[
                    (
                        "android/app/src/dev/google-services.json",
                        "{\"project_info\":{\"project_id\":\"acme-dev\"}}",
                    ),
                    (
                        "android/app/src/prod/google-services.json",
                        "{\"project_info\":{\"project_id\":\"acme-prod\"}}",
                    ),
                ],
            ),
            (
                "env/firebase-project-mismatch",
                false,
                &[
                    (
                        "one/android/app/google-services.json",
                        "{\"project_info\":{\"project_id\":\"acme-one\"}}",
                    ),
                    (
                        "two/android/app/google-services.json",
                        "{\"project_info\":{\"project_id\":\"acme-two\"}}",
                    ),
                ],
            ),
            (
                "env/firebase-project-mismatch",
                false,
                &[
                    (".firebaserc", "{\"projects\":{\"default\":\"acme-dev\",\"prod\":\"acme-prod\"}}"),
                    (
                        "src/firebase.ts",
                        "const c = {\n authDomain: 'x.acme.io',\n projectId: 'acme-prod',\n}",
                    ),
                ],
            ),
            (
                "env/secret-not-bound",
                true,
                &[
                    (
                        "functions/index.js",
                        "const { defineSecret } = require('firebase-functions/params');\nconst key = defineSecret('STRIPE_KEY');\nexports.a = onRequest(() => pay(key.value()));\n",
                    ),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/secret-not-bound",
                true,
                &[
                    (
                        "functions/src/config.ts",
                        "import {defineSecret} from 'firebase-functions/params';\nexport const mailKey = defineSecret(\"MAIL_KEY\");\n",
                    ),
                    (
                        "functions/src/a.ts",
                        "import {mailKey} from './config';\nexport const a = onCall({ secrets: [] }, () => send(mailKey.value()));\n",
                    ),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/secret-not-bound",
                true,
                &[
                    (
                        "functions/src/a.ts",
                        "import {defineSecret} from 'firebase-functions/params';\nconst one = defineSecret('ONE'), two = defineSecret('TWO');\nexport const a = onCall({ secrets: [one] }, () => f(one.value(), two.value()));\n",
                    ),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/secret-not-bound",
                false,
                &[
                    (
                        "functions/src/a.ts",
                        "import {defineSecret} from 'firebase-functions/params';\nconst one = defineSecret('ONE');\nexport const a = onCall({ secrets: [one] }, () => f(one.value()));\n",
                    ),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/secret-not-bound",
                false,
                &[
                    (
                        "functions/src/a.ts",
                        "import {defineSecret} from 'firebase-functions/params';\nconst one = defineSecret('ONE');\nexport const a = functions.runWith({ secrets: ['ONE'] }).https.onCall(() => f(one.value()));\n",
                    ),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/secret-not-bound",
                false,
                &[
                    (
                        "functions/src/config.ts",
                        "import {defineSecret} from 'firebase-functions/params';\nexport const one = defineSecret('ONE');\nexport const secrets = [one];\n",
                    ),
                    ("functions/src/a.ts", "export const a = onCall({ secrets }, () => f(one.value()));\n"),
                    (".env", "A=1"),
                ],
            ),
        ],
        &Target::default(),
    );
}

#[test]
fn addresses_origins_and_senders() {
    judge_cases(
        &[
            (
                "env/redirect-not-own-host",
                true,
                &[(
                    "supabase/config.toml",
                    "[remotes.production]\nproject_id = \"<REF>\"\n[remotes.production.auth]\nsite_url = \"http://localhost:3000\"\n",
                )],
            ),
            (
                "env/redirect-not-own-host",
                true,
                &[("supabase/config.toml", "[auth]\nsite_url = \"https://abc.ngrok-free.app\"\n")],
            ),
            (
                "env/redirect-not-own-host",
                true,
                &[(
                    "supabase/config.toml",
                    "[remotes.prod.auth]\nadditional_redirect_urls = [\"https://acme.com/**\"]\n",
                )],
            ),
            (
                "env/redirect-not-own-host",
                false,
                &[(
                    "supabase/config.toml",
                    "[auth]\nsite_url = \"http://127.0.0.1:3000\"\nadditional_redirect_urls = [\"https://127.0.0.1:3000\"]\n",
                )],
            ),
            (
                "env/redirect-not-own-host",
                false,
                &[(
                    "supabase/config.toml",
                    "[remotes.production.auth]\nsite_url = \"https://app.acme.io\"\nadditional_redirect_urls = [\"acme://callback\", \"https://*-team.vercel.app/**\"]\n",
                )],
            ),
            (
                "env/redirect-not-own-host",
                false,
                &[("supabase/config.toml", "[auth]\nsite_url = \"env(SITE_URL)\"\n")],
            ),
            (
                "env/public-address-contradiction",
                true,
                &[(
                    ".env.production",
                    "NEXT_PUBLIC_SITE_URL=https://app.acme.io\nNEXTAUTH_URL=https://acme-beta.com\n",
                )],
            ),
            (
                "env/public-address-contradiction",
                true,
                &[("fly.toml", "[env]\nAPP_URL = \"https://acme.dev\"\n")],
            ),
            (
                "env/public-address-contradiction",
                true,
                &[("wrangler.jsonc", "{\"vars\": {\"SITE_URL\": \"https://other.net\"}}")],
            ),
            (
                "env/public-address-contradiction",
                false,
                &[(
                    ".env.production",
                    "NEXT_PUBLIC_SITE_URL=https://app.acme.io\nNEXTAUTH_URL=https://acme.io\n",
                )],
            ),
            (
                "env/public-address-contradiction",
                false,
                &[(".env.staging", "SITE_URL=https://acme-staging.com\n")],
            ),
            (
                "env/public-address-contradiction",
                false,
                &[(".env.production", "SITE_URL=https://acme.io\nAPI_URL=https://api.partner.com\n")],
            ),
            ("env/cors-origin-not-own", true, &[(".env.production", "CORS_ORIGIN=*\n")]),
            (
                "env/cors-origin-not-own",
                true,
                &[(
                    "render.yaml",
                    "services:\n  - envVars:\n      - key: ALLOWED_ORIGINS\n        value: https://acme.io,http://localhost:5173\n",
                )],
            ),
            (
                "env/cors-origin-not-own",
                true,
                &[(
                    ".env.production",
                    "ALLOWED_ORIGINS=[\"https://acme.io\",\"https://x.trycloudflare.com\"]\n",
                )],
            ),
            (
                "env/cors-origin-not-own",
                false,
                &[(".env.production", "CORS_ORIGINS=https://acme.io,https://www.acme.io\n")],
            ),
            (
                "env/cors-origin-not-own",
                false,
                &[("docker-compose.yml", "services:\n  api:\n    environment:\n      - CORS_ORIGIN=*\n")],
            ),
            ("env/cors-origin-not-own", false, &[(".env.production", "CORS_ORIGINS=${CORS_ORIGINS}\n")]),
            (
                "env/mail-sender-unaligned",
                true,
                &[(".env.production", "RESEND_FROM=Acme <onboarding@resend.dev>\n")],
            ),
            (
                "env/mail-sender-unaligned",
                true,
                &[("app.yaml", "env_variables:\n  SMTP_FROM: acme@gmail.com\n")],
            ),
            ("env/mail-sender-unaligned", true, &[(".env.production", "MAIL_FROM=hello@acme.net\n")]),
            ("env/mail-sender-unaligned", false, &[(".env.production", "MAIL_FROM=hello@mail.acme.io\n")]),
            ("env/mail-sender-unaligned", false, &[(".env.production", "SUPPORT_EMAIL=acme@gmail.com\n")]),
            ("env/mail-sender-unaligned", false, &[(".env.example", "MAIL_FROM=onboarding@resend.dev\n")]),
        ],
        &acme(),
    );
}

#[test]
fn what_code_reads() {
    judge_cases(
        &[
            (
                "env/variable-undefined",
                true,
                &[(".env.example", "A=\n"), ("src/mail.ts", "send(process.env.MAILER_KEY!)")],
            ),
            (
                "env/variable-undefined",
                true,
                &[(".env.example", "VITE_A=\n"), ("src/App.vue", "const u = import.meta.env.VITE_API_URL")],
            ),
            (
                "env/variable-undefined",
                true,
                &[(".env.sample", "A=\n"), ("app.py", "key = os.environ['PAYMENT_KEY']")],
            ),
            (
                "env/variable-undefined",
                false,
                &[
                    (".env.example", "A=\n"),
                    (
                        "src/a.ts",
                        "f(process.env.A, process.env.NODE_ENV, process.env.VERCEL_URL, process.env.B ?? 'x')",
                    ),
                ],
            ),
            ("env/variable-undefined", false, &[("src/a.ts", "f(process.env.MAILER_KEY)"), (".env", "A=1")]),
            (
                "env/variable-undefined",
                false,
                &[
                    (".env.example", "A=\n"),
                    ("tests/a.test.ts", "f(process.env.E2E_USER)"),
                    (".github/workflows/x.yml", "env:\n  DEPLOY_KEY: ${{ secrets.DEPLOY_KEY }}\n"),
                    ("src/d.ts", "f(process.env.DEPLOY_KEY)"),
                ],
            ),
            (
                "env/variable-unused",
                true,
                &[(".env.example", "A=\nOLD_MAILER=\n"), ("src/a.ts", "f(process.env.A)")],
            ),
            (
                "env/variable-unused",
                true,
                &[(".env", "VITE_TITEL=x\n"), ("src/a.ts", "f(import.meta.env.VITE_TITLE)")],
            ),
            (
                "env/variable-unused",
                true,
                &[(".env.production", "LEGACY_TOKEN=x1\n"), ("a.py", "os.getenv('A')")],
            ),
            (
                "env/variable-unused",
                false,
                &[
                    (".env.example", "A=\nB=\n"),
                    ("src/a.ts", "f(process.env.A)"),
                    ("docker-compose.yml", "services:\n  a:\n    environment:\n      - B=${B}\n"),
                ],
            ),
            (
                "env/variable-unused",
                false,
                &[
                    (".env.example", "A=\nB=\n"),
                    ("src/a.ts", "for (const n of names) f(process.env[n], process.env.A)"),
                ],
            ),
            ("env/variable-unused", false, &[(".env.example", "A=\n"), ("src/a.go", "os.Getenv(\"A\")")]),
            (
                "env/dart-define-missing",
                true,
                &[
                    ("lib/a.dart", "const u = String.fromEnvironment('API_URL');"),
                    ("Makefile", "build:\n\tflutter build web --dart-define=SENTRY=1\n"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/dart-define-missing",
                true,
                &[
                    ("lib/a.dart", "const u = String.fromEnvironment(\"API_URL\");\n"),
                    (
                        ".github/workflows/b.yml",
                        "jobs:\n  a:\n    steps:\n      - run: flutter build apk --dart-define OTHER=1\n",
                    ),
                ],
            ),
            (
                "env/dart-define-missing",
                true,
                &[
                    ("lib/a.dart", "static const k = String.fromEnvironment('KEY');"),
                    (".vscode/launch.json", "{\"args\": [\"--dart-define\", \"ENV=dev\"]}"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/dart-define-missing",
                false,
                &[
                    ("lib/a.dart", "const u = String.fromEnvironment('API_URL');"),
                    ("build.sh", "flutter build web --dart-define=API_URL=$URL\n"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/dart-define-missing",
                false,
                &[
                    ("lib/a.dart", "const u = String.fromEnvironment('API_URL', defaultValue: 'x');"),
                    ("build.sh", "flutter build web --dart-define=B=1\n"),
                    (".env", "A=1"),
                ],
            ),
            (
                "env/dart-define-missing",
                false,
                &[
                    ("lib/a.dart", "const u = String.fromEnvironment('API_URL');"),
                    ("build.sh", "flutter build web --dart-define-from-file=a.json\n"),
                    (".env", "A=1"),
                ],
            ),
        ],
        &Target::default(),
    );
}

#[test]
fn secrets_that_browsers_get() {
    const CHECK: &str = "env/public-prefix-on-secret";
    judge_cases(
        &[
            (
                CHECK,
                true,
                &[(".env", "A=1"), ("src/auth.ts", "post(import.meta.env.VITE_GOOGLE_CLIENT_SECRET)")],
            ),
            (
                CHECK,
                true,
                &[
                    (".env", "A=1"),
                    ("src/ai.tsx", "new OpenAI({ apiKey: process.env.NEXT_PUBLIC_OPENAI_API_KEY })"),
                ],
            ),
            (CHECK, true, &[(".env.example", "EXPO_PUBLIC_SUPABASE_SERVICE_ROLE_KEY=\n")]),
            (
                CHECK,
                false,
                &[
                    (".env", "A=1"),
                    ("src/a.ts", "f(import.meta.env.VITE_RECAPTCHA_SITE_KEY, process.env.OPENAI_API_KEY)"),
                ],
            ),
            (
                CHECK,
                false,
                &[
                    (".env", "VITE_FIREBASE_API_KEY=AIzaSyExample\n"),
                    ("src/a.ts", "f(import.meta.env.VITE_FIREBASE_API_KEY)"),
                ],
            ),
            (
                CHECK,
                false,
                &[
                    (".env", "A=1"),
                    (
                        "src/a.ts",
                        "if (import.meta.env.VITE_ENABLE_PASSWORD_RESET) g(import.meta.env.VITE_STRIPE_PUBLISHABLE_KEY)",
                    ),
                ],
            ),
        ],
        &Target::default(),
    );
}

#[test]
fn apps_and_workflows() {
    const ON_TARGET: &str = "on: pull_request_target\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - run: npm test\n        env:\n          KEY: ${{ secrets.NPM_TOKEN }}\n";
    judge_cases(
        &[
            ("env/secret-in-pull-request", true, &[(".github/workflows/a.yml", ON_TARGET)]),
            (
                "env/secret-in-pull-request",
                true,
                &[(
                    ".github/workflows/a.yml",
                    "on:\n  pull_request:\njobs:\n  e2e:\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm run e2e\n        env:\n          URL: ${{ secrets.DATABASE_URL_PROD }}\n",
                )],
            ),
            (
                "env/secret-in-pull-request",
                true,
                &[(
                    ".github/workflows/a.yml",
                    "on: [push, pull_request]\nenv:\n  K: ${{ secrets.SUPABASE_SERVICE_ROLE_KEY }}\njobs:\n  e2e:\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n",
                )],
            ),
            (
                "env/secret-in-pull-request",
                false,
                &[(
                    ".github/workflows/a.yml",
                    "on: [pull_request]\njobs:\n  e2e:\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n        env:\n          T: ${{ secrets.CODECOV_TOKEN }}\n",
                )],
            ),
            (
                "env/secret-in-pull-request",
                false,
                &[(
                    ".github/workflows/a.yml",
                    "on: [push, pull_request]\njobs:\n  deploy:\n    if: github.ref == 'refs/heads/main'\n    steps:\n      - uses: actions/checkout@v4\n      - run: deploy\n        env:\n          T: ${{ secrets.KEY_PROD }}\n",
                )],
            ),
            (
                "env/secret-in-pull-request",
                false,
                &[(
                    ".github/workflows/a.yml",
                    "on: pull_request_target\njobs:\n  label:\n    steps:\n      - uses: actions/labeler@v5\n        with:\n          repo-token: ${{ secrets.BOT_TOKEN }}\n",
                )],
            ),
            (
                "env/dotenv-packed-into-app",
                true,
                &[
                    ("pubspec.yaml", "flutter:\n  assets:\n    - .env\n"),
                    (".env", "OPENAI_API_KEY=<OPENAI>\n"),
                ],
            ),
            (
                "env/dotenv-packed-into-app",
                true,
                &[
                    (
                        "app/pubspec.yaml",
                        "flutter:\n  uses-material-design: true\n  assets:\n    - assets/images/\n    - .env.production\n",
                    ),
                    ("app/.env.production", "STRIPE_SECRET_KEY=<SK_A>\n"),
                ],
            ),
            (
                "env/dotenv-packed-into-app",
                true,
                &[
                    ("pubspec.yaml", "flutter:\n  assets: [\".env\"]\n"),
                    (".env.example", "SUPABASE_SERVICE_ROLE_KEY=\n"),
                ],
            ),
            (
                "env/dotenv-packed-into-app",
                false,
                &[
                    ("pubspec.yaml", "flutter:\n  assets:\n    - .env\n"),
                    (".env", "SUPABASE_URL=https://<REF>.supabase.co\nSUPABASE_ANON_KEY=<JWT>\n"),
                ],
            ),
            (
                "env/dotenv-packed-into-app",
                false,
                &[
                    ("pubspec.yaml", "flutter:\n  assets:\n    - assets/\n#    - .env\n"),
                    (".env", "STRIPE_SECRET_KEY=<SK_A>\n"),
                ],
            ),
            (
                "env/dotenv-packed-into-app",
                false,
                &[
                    ("pubspec.yaml", "dependencies:\n  flutter_dotenv: ^5.0.0\n"),
                    (".env", "STRIPE_SECRET_KEY=<SK_A>\n"),
                ],
            ),
            (
                "env/cleartext-allowed",
                true,
                &[(
                    "android/app/src/main/AndroidManifest.xml",
                    "<application android:usesCleartextTraffic=\"true\">",
                )],
            ),
            (
                "env/cleartext-allowed",
                true,
                &[(
                    "ios/Runner/Info.plist",
                    "<key>NSAppTransportSecurity</key>\n<dict>\n<key>NSAllowsArbitraryLoads</key>\n<true/>\n</dict>",
                )],
            ),
            (
                "env/cleartext-allowed",
                true,
                &[(
                    "android/app/src/main/res/xml/network_security_config.xml",
                    "<network-security-config><base-config cleartextTrafficPermitted=\"true\"/></network-security-config>",
                )],
            ),
            (
                "env/cleartext-allowed",
                false,
                &[(
                    "android/app/src/debug/AndroidManifest.xml",
                    "<application android:usesCleartextTraffic=\"true\">",
                )],
            ),
            (
                "env/cleartext-allowed",
                false,
                &[("ios/Runner/Info.plist", "<key>NSAllowsLocalNetworking</key>\n<true/>")],
            ),
            (
                "env/cleartext-allowed",
                false,
                &[(
                    "android/app/src/main/res/xml/network_security_config.xml",
                    "<domain-config cleartextTrafficPermitted=\"true\"><domain>10.0.2.2</domain></domain-config>",
                )],
            ),
        ],
        &Target::default(),
    );
}

/// Broken and hostile files end in time, and what they hide is no all-clear.
#[test]
fn mutated_files_are_survived() {
    const SEEDS: &[(&str, &str)] = &[
        (".env", "A=\"x\\\" y\"\nexport B='two\nlines' # c\nC=`z`\n"),
        ("wrangler.toml", "[vars]\nA = \"1\"\n[env.production.vars]\nB = ['x', \"y\"]\n"),
        ("wrangler.jsonc", "{ // c\n \"vars\": {\"A\": \"\\u0041\", \"B\": [1, {\"c\": null}]}, }"),
        (
            ".github/workflows/a.yml",
            "on: {pull_request: {types: [opened]}}\njobs:\n  a:\n    steps:\n    - run: |\n        x\n      env: &e {A: '${{ secrets.B }}'}\n",
        ),
        ("ios/Info.plist", "<dict><key>NSAllowsArbitraryLoads</key><true/><!-- x --></dict>"),
        ("lib/a.dart", "const a = String.fromEnvironment('A', defaultValue: \"x\"); dotenv.env['B'];"),
        (
            "android/build.gradle",
            "productFlavors { dev { buildConfigField \"String\", \"A\", \"\\\"b\\\"\" } }",
        ),
        (
            "src/a.ts",
            "const { A, B = 1 } = process.env; import.meta.env.X; Deno.env.get('Y'); defineSecret('Z'); secrets: [a]",
        ),
    ];
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below.max(1) as u64).unwrap_or(0)
    };
    for _ in 0..120 {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in SEEDS {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..next(12) {
                if bytes.is_empty() {
                    break;
                }
                let at = next(bytes.len());
                match next(4) {
                    0 => bytes[at] = b"\"'[{}]:=#\n\\- \x00\xf0"[next(15)],
                    1 => drop(bytes.remove(at)),
                    2 => bytes.extend_from_within(at..),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            write_bytes(folder.path(), path, &bytes);
        }
        let seen = observed(folder.path(), Target::default());
        assert!(!outcomes_with(&seen, &Target::default()).is_empty());
    }
}

fn write_bytes(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
