//! Files as people have them, with a fresh credential of a public format in each, and files that
//! look like it and hold none. Nothing here is taken from the rules' own examples.

use gonogo::{
    checks::by_id,
    engine::secrets::{Hit, applies, scan},
    finding::Severity,
};

use super::template::{expand, plain_base64};

fn hits(path: &str, text: &str) -> Vec<Hit> {
    scan(text.as_bytes()).hits.into_iter().filter(|hit| applies(hit.rule, path)).collect()
}

fn is_alarm(hit: &Hit) -> bool {
    by_id(hit.rule.id).is_some_and(|check| check.severity >= Severity::Medium)
}

/// As a cell of a notebook, or any other string of JSON.
fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Every byte but letters and digits, as `encodeURIComponent` writes it.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn pem(template: &str) -> String {
    expand(&format!(
        "-----BEGIN {template}-----\n{{der:64}}\n{{b64plain:64}}\n{{b64plain:64}}\n{{b64plain:40}}\n-----END {template}-----\n"
    ))
}

fn service_account() -> String {
    let key = pem("PRIVATE KEY");
    format!(
        "{{\n  \"type\": \"service_account\",\n  \"project_id\": \"portal-prod-4711\",\n  \"private_key_id\": \"{}\",\n  \
         \"private_key\": {},\n  \"client_email\": \"ci@portal-prod-4711.iam.gserviceaccount.com\",\n  \
         \"client_id\": \"{}\"\n}}",
        expand("{hex:40}"),
        json(&key),
        expand("{digits:21}")
    )
}

/// Path, text, and the ids of which one must be found.
type Planted = (&'static str, String, &'static [&'static str]);

fn planted() -> Vec<Planted> {
    let x = expand;
    let mut all = in_environments();
    all.extend(in_infrastructure());
    all.extend(in_code());
    all.extend(in_dress());
    all.extend(in_dotfiles());
    all.extend(in_connection_strings());
    all.push((
        "logs/app.log",
        x("2026-03-04T10:11:12Z WARN retry POST /v1/charges auth=Bearer sk_live_{alnum:28} 402\n"),
        &["stripe-live-secret-key"],
    ));
    all.push((
        "export.csv",
        x("id,name,token,created\n17,deploy,ghp_{github_crc},2026-01-04\n"),
        &["github-personal-access-token"],
    ));
    all.push((
        "support/users.csv",
        x("name;slack\nops;\"xoxb-{nz:12}-{nz:13}-{alnum:24}\"\n"),
        &["slack-bot-token"],
    ));
    all
}

fn in_environments() -> Vec<Planted> {
    let x = expand;
    vec![
        (
            ".env.local",
            x(
                "# Next.js\nNEXT_PUBLIC_APP_URL=https://portal.acme-prod.net\nSTRIPE_SECRET_KEY=sk_live_51{alnum:97}\n",
            ),
            &["stripe-live-secret-key"],
        ),
        (".env.production", x("RESEND_API_KEY=re_{alnum:8}_{alnum:24}\nPORT=3000\n"), &["resend-api-key"]),
        (".env", x("SENDGRID_API_KEY='SG.{alnum:22}.{alnum:43}'\n"), &["sendgrid-api-key"]),
        (
            ".env",
            x("OPENAI_API_KEY=sk-proj-{alnum:74}T3BlbkFJ{alnum:74}\n"),
            &["openai-project-key", "openai-api-key"],
        ),
        (".env", x("ANTHROPIC_API_KEY=sk-ant-api03-{b64url:93}AA\n"), &["anthropic-api-key"]),
        (".env", x("SUPABASE_SERVICE_ROLE_KEY={jwt_service}\n"), &["supabase-service-role-jwt"]),
        (".env", x("SUPABASE_SECRET_KEY=sb_secret_{alnum:22}_{alnum:8}\n"), &["supabase-secret-key"]),
        (".env", x("export NEXTAUTH_SECRET=\"{alnum:43}=\"\n"), &["framework-secret", "generic-secret"]),
        (
            ".env.production",
            x("JWT_SECRET={hex:64}\n"),
            &["framework-secret", "generic-secret", "jwt-signing-secret"],
        ),
        (
            ".env",
            x("DJANGO_SECRET_KEY='{alnum:20}#{alnum:10}&{alnum:18}'\n"),
            &["framework-secret", "generic-secret", "django-secret-key"],
        ),
        (".env", x("SMTP_PASSWORD={alnum:14}!7\n"), &["password-assignment", "generic-secret"]),
        (".env", x("TWILIO_ACCOUNT_SID=AC{hex:32}\nTWILIO_AUTH_TOKEN={hex:32}\n"), &["twilio-auth-token"]),
        (".env", x("HF_TOKEN=hf_{letters:34}\n"), &["huggingface-token", "hugging-face-token"]),
        (".env", x("MAILGUN_API_KEY=key-{hex:32}\n"), &["mailgun-api-key"]),
        (".env", x("DISCORD_TOKEN=MT{alnum:24}.G{alnum:5}.{alnum:38}\n"), &["discord-bot-token"]),
        (".env", x("TELEGRAM_BOT_TOKEN={nz:10}:AA{alnum:33}\n"), &["telegram-bot-token"]),
    ]
}

fn in_infrastructure() -> Vec<Planted> {
    let x = expand;
    let url = x("postgresql://portal:{alnum:18}@db.portal.acme-prod.net:5432/app");
    vec![
        (
            "docker-compose.yml",
            x(
                "services:\n  api:\n    image: acme/api:3\n    environment:\n      - STRIPE_WEBHOOK_SECRET=whsec_{alnum:32}\n      - PORT=8080\n",
            ),
            &["stripe-webhook-secret"],
        ),
        (
            "docker-compose.prod.yml",
            x("services:\n  api:\n    environment:\n      GITHUB_TOKEN: ghp_{github_crc}\n"),
            &["github-personal-access-token"],
        ),
        (
            "k8s/secret.yaml",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: portal\ntype: Opaque\ndata:\n  stripe: {}\n",
                plain_base64(x("sk_live_{alnum:24} k8s").replace(" k8s", ""))
            ),
            &["stripe-live-secret-key"],
        ),
        (
            "k8s/db.yaml",
            format!("apiVersion: v1\nkind: Secret\ndata:\n  DATABASE_URL: {}\n", plain_base64(&url)),
            &["database-url", "postgres-url", "postgresql-url"],
        ),
        (
            "k8s/slack.yaml",
            format!(
                "kind: Secret\ndata:\n  hook: {}\n",
                plain_base64(x("https://hooks.slack.com/services/T{upper:10}/B{upper:10}/{alnum:24}"))
            ),
            &["slack-webhook-url", "slack-webhook"],
        ),
        (
            "k8s/sendgrid.yaml",
            format!(
                "kind: Secret\ndata:\n  mail: {}\n",
                plain_base64(x("SG.{alnum:22}.{alnum:43}k").trim_end_matches('k'))
            ),
            &["sendgrid-api-key"],
        ),
        (
            "k8s/gitlab.yaml",
            format!("kind: Secret\ndata:\n  token: {}\n", plain_base64(x("glpat-{alnum:20}"))),
            &["gitlab-personal-access-token"],
        ),
        (
            "k8s/npm.yaml",
            format!("kind: Secret\ndata:\n  token: {}\n", plain_base64(x("npm_{github_crc}"))),
            &["npm-access-token"],
        ),
        (
            "k8s/string.yaml",
            x("kind: Secret\nstringData:\n  token: glpat-{alnum:20}\n"),
            &["gitlab-personal-access-token"],
        ),
        (
            ".github/workflows/deploy.yml",
            x(
                "jobs:\n  deploy:\n    steps:\n      - run: npx vercel deploy --token vcp_{alnum:56}\n        env:\n          CI: true\n",
            ),
            &["vercel-personal-token", "vercel-access-token", "vercel-token"],
        ),
        (
            ".github/workflows/aws.yml",
            x(
                "        env:\n          AWS_ACCESS_KEY_ID: AKIA{base32:16}\n          AWS_SECRET_ACCESS_KEY: {b64plain:40}\n",
            ),
            &["aws-secret-access-key"],
        ),
        (
            "prod.tfvars",
            x("region = \"eu-central-1\"\ndo_token = \"dop_v1_{hex:64}\"\n"),
            &["digitalocean-personal-access-token", "digitalocean-token"],
        ),
        (
            "terraform.tfvars",
            x("cloudflare_api_token   = \"{alnum:40}\"\n"),
            &["cloudflare-legacy-token", "cloudflare-api-token"],
        ),
        (
            "main.tf",
            x("variable \"db_password\" {\n  type    = string\n  default = \"{alnum:16}!3\"\n}\n"),
            &["password-assignment"],
        ),
        ("values.yaml", x("postgresql:\n  auth:\n    password: \"{alnum:18}!\"\n"), &["password-assignment"]),
        (
            "ansible/vars.yml",
            x("vault_token: hvs.{b64url:95}\n"),
            &["vault-token", "hashicorp-vault-token", "vault-service-token"],
        ),
    ]
}

fn in_code() -> Vec<Planted> {
    let x = expand;
    vec![
        ("lib/config.dart", x("class Keys {\n  static const stripe = 'sk_live_{alnum:26}';\n}\n"), &["stripe-live-secret-key"]),
        ("ios/Keys.swift", x("enum Keys {\n    static let openAI: String = \"sk-proj-{alnum:74}T3BlbkFJ{alnum:70}\"\n}\n"), &["openai-project-key", "openai-api-key"]),
        ("app/src/Keys.kt", x("object Keys {\n    const val SENDGRID = \"SG.{alnum:22}.{alnum:43}\"\n}\n"), &["sendgrid-api-key"]),
        ("app/build.gradle", x("buildConfigField \"String\", \"GITHUB\", \"\\\"ghp_{github_crc}\\\"\"\n"), &["github-personal-access-token"]),
        ("src/pay.py", x("stripe.api_key = \"rk_live_{alnum:32}\"\n"), &["stripe-live-restricted-key"]),
        ("main.go", x("const token = `glpat-{alnum:20}`\n"), &["gitlab-personal-access-token"]),
        ("config/initializers/aws.rb", x("Aws.config.update(credentials: Aws::Credentials.new('AKIA{base32:16}', '{b64plain:40}'))\n"), &["aws-access-key-id", "aws-access-key", "aws-secret-access-key"]),
        ("Startup.cs", x("var key = \"xkeysib-{hex:64}-{alnum:16}\";\n"), &["brevo-api-key"]),
        ("index.php", x("define('SLACK', 'xoxb-{nz:12}-{nz:13}-{alnum:24}');\n"), &["slack-bot-token"]),
        ("deploy.sh", x("curl -sS -H \"Authorization: Bearer glpat-{alnum:20}\" https://gitlab.acme-prod.net/api/v4/user\n"), &["gitlab-personal-access-token"]),
        ("scripts/call.sh", x("curl -H 'Authorization: Bearer {alnum:48}' https://api.acme-prod.net/v1/me\n"), &["authorization-header", "generic-secret", "bearer-token"]),
        ("scripts/basic.sh", format!("curl -H 'Authorization: Basic {}' https://api.acme-prod.net/v1/me\n", plain_base64(x("portal:{alnum:22}"))), &["authorization-header", "generic-secret", "basic-auth-header", "basic-authorization"]),
        ("scripts/user.sh", x("curl -u deploy:{alnum:20} https://nexus.acme-prod.net/repository/raw/\n"), &["curl-user-password", "curl-password", "password-assignment"]),
        ("README.txt", x("git clone https://deploy:{alnum:20}@git.acme-prod.net/portal.git\n"), &["basic-auth-url", "url-password"]),
        ("fetch.ts", x("await fetch('https://api.acme-prod.net/v1', {{ headers: {{ 'x-api-key': '{alnum:40}' }} }});\n").replace("{{", "{").replace("}}", "}"), &["generic-secret"]),
    ]
}

/// Encoded or escaped by what surrounds it.
fn in_dress() -> Vec<Planted> {
    let x = expand;
    let url = x("postgres://portal:{alnum:19}@db.portal.acme-prod.net:5432/app");
    let key = pem("RSA PRIVATE KEY");
    vec![
        (
            "analysis.ipynb",
            format!(
                "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [{}, \"\\n\"]}}]}}",
                json(&x("client = OpenAI(api_key=\"sk-proj-{alnum:74}T3BlbkFJ{alnum:74}\")\n"))
            ),
            &["openai-project-key", "openai-api-key"],
        ),
        (
            "hf.ipynb",
            format!("{{\"cells\": [{{\"source\": [{}]}}]}}", json(&x("login(token='hf_{letters:34}')\n"))),
            &["huggingface-token", "hugging-face-token"],
        ),
        (
            "config.json",
            format!("{{\"db\": \"{}\"}}", url.replace('/', "\\/")),
            &["database-url", "postgres-url", "postgresql-url"],
        ),
        (
            "composer.json",
            format!(
                "{{\"dsn\":\"{}\"}}",
                x("mysql://portal:{alnum:19}@db.portal.acme-prod.net/app").replace('/', "\\/")
            ),
            &["database-url", "mysql-url"],
        ),
        (
            "hook.json",
            format!(
                "{{\"url\":\"{}\"}}",
                x("https://hooks.slack.com/services/T{upper:10}/B{upper:10}/{alnum:24}").replace('/', "\\/")
            ),
            &["slack-webhook-url", "slack-webhook"],
        ),
        (
            "links.txt",
            format!("https://tools.acme-prod.net/open?dsn={}&x=1\n", percent(&url)),
            &["database-url", "postgres-url", "postgresql-url"],
        ),
        (
            "har.json",
            format!(
                "{{\"url\": \"https://x.acme-prod.net/?next={}\"}}",
                percent(&x("https://hooks.slack.com/services/T{upper:10}/B{upper:10}/{alnum:24}"))
            ),
            &["slack-webhook-url", "slack-webhook"],
        ),
        (
            "access.log",
            x("GET /callback?token%3Dglpat-{alnum:20}%26state%3D1 HTTP/1.1\n"),
            &["gitlab-personal-access-token"],
        ),
        ("q.txt", format!("k={}\n", percent(&x("SG.{alnum:22}.{alnum:43}"))), &["sendgrid-api-key"]),
        ("one-line.env", format!("PRIVATE_KEY=\"{}\"\n", key.replace('\n', "\\n")), &["private-key"]),
        (
            "vercel.json",
            format!("{{\"env\": {{\"KEY\": {}}}}}", json(&key.replace('\n', "\\n"))),
            &["private-key"],
        ),
        (
            ".env",
            format!("GOOGLE_APPLICATION_CREDENTIALS_JSON='{}'\n", service_account().replace('\n', "")),
            &["google-service-account-key"],
        ),
        (
            "config.ts",
            format!("export const account = {};\n", json(&service_account())),
            &["google-service-account-key"],
        ),
        (
            ".env.b64",
            format!("GCP_KEY={}\n", plain_base64(service_account())),
            &["google-service-account-key"],
        ),
        ("id.txt", format!("key64: {}\n", plain_base64(&key)), &["private-key"]),
        (
            "hex.txt",
            format!(
                "data = {}\n",
                x("sk_live_{alnum:24} hex")
                    .replace(" hex", "")
                    .bytes()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>()
            ),
            &["stripe-live-secret-key"],
        ),
    ]
}

fn in_dotfiles() -> Vec<Planted> {
    let x = expand;
    vec![
        (
            ".npmrc",
            x("registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=npm_{github_crc}\n"),
            &["npm-access-token"],
        ),
        (".npmrc", x("//npm.acme-prod.net/:_authToken={uuid}\n"), &["npm-registry-auth-token"]),
        (
            ".npmrc",
            format!(
                "//npm.acme-prod.net/:_password={}\n//npm.acme-prod.net/:username=ci\n",
                plain_base64(x("{alnum:22}"))
            ),
            &["npm-registry-password"],
        ),
        (
            ".netrc",
            x("machine api.acme-prod.net\n  login ci\n  password {alnum:22}\n"),
            &["netrc-password", "password-assignment"],
        ),
        (
            "_netrc",
            x("machine git.acme-prod.net login ci password {alnum:24}\n"),
            &["netrc-password", "password-assignment"],
        ),
        (
            ".pypirc",
            x(
                "[distutils]\nindex-servers = pypi\n\n[pypi]\nusername = __token__\npassword = pypi-AgEIcHlwaS5vcmc{alnum:140}\n",
            ),
            &["pypi-upload-token", "pypi-api-token", "pypi-token"],
        ),
        (
            ".pypirc",
            x("[acme]\nrepository = https://pypi.acme-prod.net\nusername = ci\npassword = {alnum:20}\n"),
            &["pypirc-password", "password-assignment"],
        ),
        (
            ".docker/config.json",
            format!(
                "{{\n  \"auths\": {{\n    \"registry.acme-prod.net\": {{\n      \"auth\": \"{}\"\n    }}\n  }}\n}}\n",
                plain_base64(x("ci:{alnum:24}"))
            ),
            &["docker-config-auth"],
        ),
        (
            ".aws/credentials",
            x("[default]\naws_access_key_id = AKIA{base32:16}\naws_secret_access_key = {b64plain:40}\n"),
            &["aws-secret-access-key"],
        ),
        (
            ".aws/credentials",
            x(
                "[prod]\naws_access_key_id=ASIA{base32:16}\naws_secret_access_key={b64plain:40}\naws_session_token=IQoJb3JpZ2luX2Vj{b64plain:300}\n",
            ),
            &["aws-secret-access-key"],
        ),
        (
            "android/key.properties",
            x("storePassword={alnum:16}\nkeyPassword={alnum:17}\nkeyAlias=upload\nstoreFile=upload.jks\n"),
            &["keystore-password"],
        ),
        (".pgpass", x("db.acme-prod.net:5432:app:portal:{alnum:20}\n"), &["pgpass-password"]),
        ("wp-config.php", x("define( 'DB_PASSWORD', '{alnum:18}!2' );\n"), &["password-assignment"]),
        (
            ".git-credentials",
            x("https://ci:ghp_{github_crc}@github.com\n"),
            &["github-personal-access-token"],
        ),
        (
            "settings.xml",
            x("<server><id>nexus</id><username>ci</username><password>{alnum:20}</password></server>\n"),
            &["password-assignment", "maven-password"],
        ),
    ]
}

fn in_connection_strings() -> Vec<Planted> {
    let x = expand;
    vec![
        (
            "appsettings.json",
            x(
                "{\"Storage\": \"DefaultEndpointsProtocol=https;AccountName=acmeprod;AccountKey={b64plain:86}==;EndpointSuffix=core.windows.net\"}",
            ),
            &["azure-storage-account-key", "azure-storage-key"],
        ),
        (
            "appsettings.Production.json",
            x(
                "{\"Db\": \"Server=tcp:acme-prod.database.windows.net,1433;Initial Catalog=app;User ID=portal;Password={alnum:18}!4;Encrypt=True\"}",
            ),
            &[
                "sql-server-connection-string",
                "mssql-connection-string",
                "password-assignment",
                "connection-string-password",
                "sql-server-password",
            ],
        ),
        (
            "web.config",
            x(
                "<add name=\"Db\" connectionString=\"Data Source=sql.acme-prod.net;Initial Catalog=app;User Id=portal;Password={alnum:17}$1;\" />",
            ),
            &[
                "sql-server-connection-string",
                "mssql-connection-string",
                "password-assignment",
                "connection-string-password",
                "sql-server-password",
            ],
        ),
        (
            "bus.json",
            x(
                "{\"bus\":\"Endpoint=sb://acme-prod.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={b64plain:43}=\"}",
            ),
            &[
                "azure-service-bus-key",
                "azure-shared-access-key",
                "azure-servicebus-key",
                "azure-service-bus-connection-string",
            ],
        ),
        (
            "mongo.js",
            x(
                "mongoose.connect('mongodb+srv://portal:{alnum:18}@cluster0.ab1cd.mongodb.net/app?retryWrites=true')\n",
            ),
            &["database-url", "mongodb-url"],
        ),
        (
            "cache.yml",
            x("redis: rediss://default:{alnum:32}@eu1-cache.acme-prod.net:6380\n"),
            &["database-url", "redis-url"],
        ),
        (
            "queue.toml",
            x("url = \"amqps://portal:{alnum:24}@rabbit.acme-prod.net/vhost\"\n"),
            &["database-url", "amqp-url"],
        ),
        (
            "jdbc.properties",
            x(
                "spring.datasource.url=jdbc:postgresql://db.acme-prod.net/app?user=portal&password={alnum:18}\n",
            ),
            &["jdbc-password", "password-assignment", "generic-secret", "database-url", "jdbc-url"],
        ),
        (
            "sas.txt",
            x(
                "https://acmeprod.blob.core.windows.net/exports?sv=2024-11-04&ss=b&srt=sco&sp=rl&se=2027-01-01T00:00:00Z&sig={alnum:43}%3D\n",
            ),
            &["azure-sas-token", "azure-sas-url", "azure-storage-sas", "azure-sas-signature"],
        ),
        (
            "dsn.py",
            x("engine = create_engine('mysql+pymysql://portal:{alnum:18}@db.acme-prod.net/app')\n"),
            &["database-url", "mysql-url"],
        ),
    ]
}

#[test]
fn what_others_would_plant_is_found() {
    let mut missed = Vec::new();
    let planted = planted();
    for (path, text, expected) in &planted {
        let found: Vec<&str> =
            hits(path, text).iter().filter(|hit| is_alarm(hit)).map(|hit| hit.rule.id).collect();
        if !expected.iter().any(|id| found.contains(&format!("secrets/{id}").as_str())) {
            missed.push(format!("{path}: {found:?} in place of {expected:?} in\n{text}"));
        }
    }
    assert!(missed.is_empty(), "{} of {} missed:\n{}", missed.len(), planted.len(), missed.join("\n"));
}

/// Files without a credential that anybody could use.
fn decoys() -> Vec<(&'static str, String)> {
    let x = expand;
    let mut all = vec![
        ("sums.txt", x("{hex:64}  portal-1.2.3.tar.gz\n{hex:40}  old.zip\n{hex:32}  older.zip\n")),
        ("ids.sql", x("INSERT INTO users (id, org) VALUES ('{uuid}', '{uuid} ');\n")),
        ("package-lock.json", x("\"node_modules/token-types\": {\n \"resolved\": \"https://registry.npmjs.org/token-types/-/token-types-6.0.0.tgz\",\n \"integrity\": \"sha512-{b64plain:86}==\"\n}\n")),
        ("yarn.lock", x("secret-stack@^6.4.1:\n  version \"6.4.1\"\n  integrity sha512-{b64plain:86}==\n")),
        ("pnpm-lock.yaml", x("  /jwt-secret@1.0.0:\n    resolution: {integrity: sha512-{b64plain:86}==}\n")),
        ("Cargo.lock", x("name = \"secrecy\"\nchecksum = \"{hex:64}\"\n")),
        ("go.sum", x("github.com/acme/token v1.2.3 h1:{b64plain:43}=\n")),
        ("index.html", x("<script src=\"/a.js\" integrity=\"sha384-{b64plain:64}\" crossorigin=\"anonymous\"></script>")),
        ("bundle.min.js", x("!function(e,t){var n=e.token,r=t.secret;return n&&r&&n.key===r.key?\"a{hex:8}\":void 0}(window,document);")),
        ("chunk.js", x("const passwordInput=document.getElementById(\"password_{hex:6}\"),secretKeyLabel=\"enter.secret.key.label\";")),
        ("en.json", "{\"auth.password\": \"Password must be 12 characters or more!\", \"auth.token_expired\": \"Your token has expired, sign in again\", \"api_key\": \"API key copied to clipboard\"}".to_owned()),
        ("de.arb", "{\"forgotPassword\": \"Passwort vergessen?\", \"secretQuestion\": \"Geheime Frage: Haustier2\"}".to_owned()),
        ("docs.md", format!("export AWS_ACCESS_KEY_ID=AKIA{}\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY{}\n", "IOSFODNN7EXAMPLE", "EXAMPLEKEY")),
        ("aws.py", format!("boto3.client('s3', aws_access_key_id='AKIA{}')\n", "IOSFODNN7EXAMPLE")),
        (".env.example", "STRIPE_SECRET_KEY=sk_live_xxxxxxxxxxxxxxxxxxxxxxxx\nDATABASE_URL=postgresql://user:password@localhost:5432/app\nJWT_SECRET=change-me-to-something-random\nOPENAI_API_KEY=sk-...\n".to_owned()),
        (".env", "API_KEY=your_api_key_here\nTOKEN=<token>\nSECRET=${SECRET}\nPASSWORD=changeme123\nKEY=\n".to_owned()),
        ("deploy.yml", "env:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN_PROD_2 }}\n  PASSWORD: $(vault read -field=pw secret/app1)\n".to_owned()),
        ("main.tf", "password = random_password.db1.result\nsecret_key = data.aws_secretsmanager_secret_version.key2.secret_string\n".to_owned()),
        ("web.ts", x("const firebaseConfig = { apiKey: 'AIza{b64url:35}', authDomain: 'portal-prod.firebaseapp.com', projectId: 'portal-prod' };")),
        ("web.env", x("NEXT_PUBLIC_SUPABASE_ANON_KEY={jwt_anon}\nNEXT_PUBLIC_STRIPE=pk_live_51{alnum:97}\nSUPABASE_PUBLISHABLE=sb_publishable_{alnum:22}_{alnum:8}\n")),
        ("sentry.ts", x("Sentry.init({ dsn: 'https://{hex:32}@o123456.ingest.sentry.io/4505' });")),
        ("analytics.html", x("<script>gtag('config','G-{upper:10}');posthog.init('phc_{alnum:43}')</script>")),
        ("recaptcha.html", x("<div class=\"g-recaptcha\" data-sitekey=\"6L{alnum:6}AAAAA{alnum:27}\"></div>")),
        ("mapbox.js", format!("mapboxgl.accessToken = 'pk.{}.{}';", plain_base64(r#"{"u":"acme-prod","a":"cm4z7k2lq0a1b2js8x0f3d9ty"}"#).trim_end_matches('='), x("{alnum:22}"))),
        ("image.css", x("background:url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA{b64plain:400})")),
        ("font.css", x("src:url(data:font/woff2;base64,d09GMgABAAAAA{b64plain:400})")),
        ("logo.svg", x("<image href=\"data:image/png;base64,iVBORw0KGgo{b64plain:300}\"/>")),
        ("cert.pem", format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", x("{der:64}\n{b64plain:64}"))),
        ("id_rsa.pub", x("ssh-rsa AAAAB3NzaC1yc2E{b64plain:340} ana@laptop\n")),
        ("key.md", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n".to_owned()),
        ("git.txt", x("commit {hex:40}\ntree {hex:40}\nsecret: see {hex:7}\n")),
        ("migrate.sql", x("-- token_hash bytea\nUPDATE users SET password_hash = '$2b$12${alnum:53}';\n")),
        ("shadow.txt", x("portal:$6${alnum:16}${alnum:86}:19000:0:99999:7:::\n")),
        ("models.ts", "type Props = { accessToken: string; secretKey?: string; password: PasswordInputV2Props };\n".to_owned()),
        ("route.ts", "const token = req.headers.get('x-auth-token-v2'); const secret = getSecretFromVault1(token);\n".to_owned()),
        ("x.swift", "let passwordKey = \"com.acme.portal.password.key1\"; let tokenURL = \"https://login.acme-prod.net/oauth2/token\"\n".to_owned()),
        ("a.log", x("request_id={uuid} trace={hex:32} span={hex:16} token_type=bearer expires_in=3600\n")),
        ("eth.ts", x("const USDC = '0x{hex:40}'; export const tokenAddress = '0x{hex:40} '.trim();\n")),
        ("nb.ipynb", x("{\"cells\":[{\"outputs\":[{\"data\":{\"image/png\":\"iVBORw0KGgo{b64plain:500}\"}}]}]}")),
        ("cassette.yml", "uri: https://user:pass@api.example.com/v1\nauthorization: Bearer REDACTED\n".to_owned()),
        ("basic.md", format!("curl -H 'Authorization: Basic {}' https://api.example.com\n", plain_base64("username:password"))),
        ("compose.yml", "environment:\n  POSTGRES_PASSWORD: postgres\n  MYSQL_ROOT_PASSWORD: root\n  REDIS_URL: redis://:redis@redis:6379\n".to_owned()),
        ("gh.ts", x("const k = 'ghp_{github_bad_crc}';")),
        ("local.env", x("SUPABASE_SERVICE_ROLE_KEY={jwt_demo_service}\n")),
        ("state.json", x("{\"etag\": \"{hex:32}\", \"nonce\": \"{alnum:32}\", \"cursor\": \"{b64plain:48}\", \"pageToken\": \"{alnum:40}\", \"csrfToken\": \"{alnum:36}\"}")),
        ("pbx.pbxproj", x("{HEX:24} /* Secrets.swift in Sources */ = {isa = PBXBuildFile; fileRef = {HEX:24} /* Secrets.swift */; };\n")),
        ("tokenizer.json", x("{\"bos_token\": \"<|begin_of_text|>\", \"vocab\": {\"secret\": 1001, \"{alnum:20}\": 1002}}")),
        ("url.txt", "https://portal.acme-prod.net/reset?token={token}&email={email}\nhttps://user:$PASSWORD@git.acme-prod.net/\n".to_owned()),
        ("percent.txt", percent("https://portal.acme-prod.net/a?b=c d&e=f/g/secret=none")),
    ];
    all.push((
        "hex.txt",
        format!(
            "body = {}\n",
            "{\"token\": \"none\", \"n\": 1}".bytes().map(|byte| format!("{byte:02x}")).collect::<String>()
        ),
    ));
    all
}

#[test]
fn what_only_looks_like_it_is_no_alarm() {
    let mut wrong = Vec::new();
    for (path, text) in decoys() {
        for hit in hits(path, &text).iter().filter(|hit| is_alarm(hit)) {
            wrong.push(format!("{path}: {} in\n{text}", hit.rule.id));
        }
    }
    assert!(wrong.is_empty(), "{} alarms:\n{}", wrong.len(), wrong.join("\n"));
}
