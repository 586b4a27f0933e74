//! What only looks like a credential: values that are random and public, by their format.

use super::{Noise, Sample, expand_as, instances, pick};

pub(super) fn samples() -> Vec<Sample> {
    let mut all = instances("hash", false, 40, HASHES);
    all.extend(instances("identifier", false, 40, IDENTIFIERS));
    all.extend(instances("public", false, 30, PUBLIC));
    all.extend(instances("image", false, 12, BLOBS));
    all.extend(placeholders());
    all.extend(references());
    all
}

const HASHES: &[(&str, &str)] = &[
    ("sums.txt", "{hex:64}  portal-1.2.3.tar.gz\n{hex:40}  old.zip\n{hex:32}  older.zip\n"),
    (
        "package-lock.json",
        "\"node_modules/token-types\": {\n \"resolved\": \"https://registry.npmjs.org/token-types/-/token-types-6.0.0.tgz\",\n \"integrity\": \"sha512-{b64plain:86}==\"\n}\n",
    ),
    ("yarn.lock", "secret-stack@^6.4.1:\n  version \"6.4.1\"\n  integrity sha512-{b64plain:86}==\n"),
    ("pnpm-lock.yaml", "  /jwt-secret@1.0.0:\n    resolution: {integrity: sha512-{b64plain:86}==}\n"),
    ("Cargo.lock", "name = \"secrecy\"\nversion = \"0.8.0\"\nchecksum = \"{hex:64}\"\n"),
    ("go.sum", "github.com/acme/token v1.2.3 h1:{b64plain:43}=\n"),
    ("poetry.lock", "[metadata.files]\npassword = [{file = \"a.whl\", hash = \"sha256:{hex:64}\"}]\n"),
    ("Gemfile.lock", "  secret_keys (1.0)\nCHECKSUMS\n  secret_keys (1.0) sha256={hex:64}\n"),
    ("Podfile.lock", "SPEC CHECKSUMS:\n  KeychainAccess: {hex:40}\n"),
    (
        "composer.lock",
        "\"reference\": \"{hex:40}\", \"shasum\": \"{hex:40}\", \"content-hash\": \"{hex:32}\"\n",
    ),
    ("flake.lock", "\"narHash\": \"sha256-{b64plain:43}=\", \"rev\": \"{hex:40}\"\n"),
    (
        "index.html",
        "<script src=\"/a.js\" integrity=\"sha384-{b64plain:64}\" crossorigin=\"anonymous\"></script>\n",
    ),
    ("git.txt", "commit {hex:40}\ntree {hex:40}\nparent {hex:40}\nsecret: see {hex:7}\n"),
    ("Dockerfile", "FROM node:22@sha256:{hex:64}\nENV NODE_SHA256={hex:64}\n"),
    (
        "action.yml",
        "      - uses: actions/checkout@{hex:40}\n        with:\n          token: ${{ github.token }}\n",
    ),
    ("a.rb", "  sha256 \"{hex:64}\"\n  url \"https://acme-prod.net/a.tar.gz\"\n"),
    ("migrate.sql", "UPDATE users SET password_hash = '$2b$12${alnum:53}';\n"),
    ("users.json", "{\"passwordHash\": \"$argon2id$v=19$m=65536,t=3,p=4${b64plain:22}${b64plain:43}\"}"),
    ("user.ts", "const user = { id: 1, password_digest: \"{hex:64}\", hashed_password: \"{hex:40}\" };\n"),
    ("hash.ts", "const tokenHash = '{hex:64}';\nconst secretHash = \"{hex:40}\";\n"),
    ("etag.http", "HTTP/1.1 200 OK\nETag: \"{hex:32}\"\nX-Request-Id: {uuid}\n"),
    ("state.json", "{\"etag\": \"{hex:32}\", \"md5\": \"{hex:32}\", \"fingerprint\": \"{hex:64}\"}"),
    ("fp.txt", "SHA256:{b64plain:43} ana@laptop (ED25519)\n"),
    (
        "csp.html",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'sha256-{b64plain:43}='\">\n",
    ),
    ("app.asar.json", "{\"keyHash\":\"{hex:64}\",\"size\":123}"),
    ("build.txt", "Build 8812 revision {hex:40} branch main\n"),
];

const IDENTIFIERS: &[(&str, &str)] = &[
    ("ids.sql", "INSERT INTO users (id, org) VALUES ('{uuid}', '{uuid}');\n"),
    ("a.log", "request_id={uuid} trace={hex:32} span={hex:16} token_type=bearer expires_in=3600\n"),
    ("b.log", "2026-03-04 INFO session {alnum:26} user {uuid} signed in\n"),
    ("trace.json", "{\"traceId\":\"{hex:32}\",\"spanId\":\"{hex:16}\",\"parentId\":\"{hex:16}\"}"),
    ("azure.json", "{\"tenantId\": \"{uuid}\", \"clientId\": \"{uuid}\", \"subscriptionId\": \"{uuid}\"}"),
    (
        "main.tf",
        "  subscription_id = \"{uuid}\"\n  key_vault_id = \"/subscriptions/{uuid}/resourceGroups/a\"\n",
    ),
    (
        "x.pbxproj",
        "{HEX:24} /* Secrets.swift in Sources */ = {isa = PBXBuildFile; fileRef = {HEX:24} /* Secrets.swift */; };\n",
    ),
    ("eth.ts", "const USDC = '0x{hex:40}';\nexport const tokenAddress = '0x{hex:40}';\n"),
    ("abi.json", "{\"token\": \"0x{hex:40}\", \"topic\": \"0x{hex:64}\"}"),
    ("sol.ts", "const TOKEN_MINT = new PublicKey('{alnum:44}');\n"),
    ("page.json", "{\"nextPageToken\": \"{alnum:40}\", \"cursor\": \"{b64plain:48}\"}"),
    (
        "csrf.html",
        "<meta name=\"csrf-token\" content=\"{b64plain:86}==\">\n<input name=\"authenticity_token\" value=\"{b64plain:86}==\">\n",
    ),
    (
        "aspnet.html",
        "<input type=\"hidden\" name=\"__RequestVerificationToken\" value=\"CfDJ8{b64url:150}\" />\n",
    ),
    ("kms.yml", "kms_key_id: arn:aws:kms:eu-central-1:123456789012:key/{uuid}\n"),
    (
        "arn.json",
        "{\"SecretArn\": \"arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-{alnum:6}\"}",
    ),
    ("cognito.ts", "userPoolId: 'eu-central-1_{alnum:9}', userPoolWebClientId: '{lower:26}'\n"),
    ("google.ts", "const GOOGLE_CLIENT_ID = '{nz:12}-{lower:32}.apps.googleusercontent.com';\n"),
    ("auth0.ts", "domain: 'acme.eu.auth0.com', clientId: '{alnum:32}'\n"),
    ("s3.txt", "https://acme.s3.amazonaws.com/uploads/{uuid}/{hex:32}.png\n"),
    (
        "cdn.txt",
        "https://cdn.acme-prod.net/assets/app.{hex:20}.js\nhttps://cdn.acme-prod.net/v/{b64url:22}/a.mp4\n",
    ),
    (
        "youtube.md",
        "https://www.youtube.com/watch?v={b64url:11} https://docs.google.com/document/d/{b64url:44}/edit\n",
    ),
    ("notion.md", "https://www.notion.so/acme/Secrets-and-tokens-{hex:32}\n"),
    ("figma.md", "https://www.figma.com/file/{alnum:22}/Tokens?node-id=1\n"),
    ("mongo.json", "{\"_id\": {\"$oid\": \"{hex:24}\"}, \"secret\": {\"$oid\": \"{hex:24}\"}}"),
    ("ulid.ts", "const keyId = '01H{upper:23}';\n"),
    ("k8s.yaml", "metadata:\n  uid: {uuid}\n  annotations:\n    checksum/secret: {hex:64}\n"),
    ("tf.lock", "    \"h1:{b64plain:43}=\",\n    \"zh:{hex:64}\",\n"),
    (
        "stripe.ts",
        "const priceId = 'price_1{alnum:23}'; const customer = 'cus_{alnum:14}'; const intent = 'pi_{alnum:24}';\n",
    ),
    ("tests.snap", "exports[`token 1`] = `\"{hex:32}\"`;\n"),
    ("webpack.js", "__webpack_require__.u = e => \"static/chunks/\" + e + \".{hex:16}.js\";\n"),
    (
        "x.xib",
        "<outlet property=\"passwordField\" destination=\"{alnum:3}-{alnum:2}-{alnum:3}\" id=\"{alnum:3}-{alnum:2}-{alnum:3}\"/>\n",
    ),
    ("x.csproj", "<UserSecretsId>{uuid}</UserSecretsId>\n<ProjectGuid>{uuid}</ProjectGuid>\n"),
    ("x.sln", "Project(\"{HEX:8}\") = \"Secrets\", \"Secrets.csproj\", \"{HEX:32}\"\n"),
    (
        "AssemblyInfo.cs",
        "[assembly: InternalsVisibleTo(\"Tests, PublicKey=0024000004800000{hex:288}\")] // PublicKeyToken={hex:16}\n",
    ),
    (
        "web.config",
        "<add assembly=\"System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken={hex:16}\" />\n",
    ),
];

const PUBLIC: &[(&str, &str)] = &[
    (
        "web.ts",
        "const firebaseConfig = { apiKey: 'AIza{b64url:35}', authDomain: 'portal-prod.firebaseapp.com', projectId: 'portal-prod' };\n",
    ),
    (
        "google-services.json",
        "{\"client\":[{\"api_key\":[{\"current_key\":\"AIza{b64url:35}\"}],\"oauth_client\":[{\"client_id\":\"{nz:12}-{lower:32}.apps.googleusercontent.com\"}]}]}",
    ),
    (".env", "NEXT_PUBLIC_SUPABASE_ANON_KEY={jwt_anon}\n"),
    (
        ".env",
        "VITE_STRIPE_PUBLISHABLE_KEY=pk_live_51{alnum:97}\nSUPABASE_PUBLISHABLE_KEY=sb_publishable_{alnum:22}_{alnum:8}\n",
    ),
    ("sentry.ts", "Sentry.init({ dsn: 'https://{hex:32}@o123456.ingest.sentry.io/4505' });\n"),
    ("analytics.html", "<script>gtag('config','G-{upper:10}');posthog.init('phc_{alnum:43}')</script>\n"),
    ("recaptcha.html", "<div class=\"g-recaptcha\" data-sitekey=\"6L{alnum:6}AAAAA{alnum:27}\"></div>\n"),
    ("turnstile.html", "<div class=\"cf-turnstile\" data-sitekey=\"0x4AAAAAAA{alnum:14}\"></div>\n"),
    ("clerk.ts", "const publishableKey = 'pk_live_Y2xlcmsuYWNtZS1wcm9kLm5ldCQ';\n"),
    ("docsearch.js", "docsearch({ apiKey: '{hex:32}', indexName: 'acme', appId: '{upper:10}' });\n"),
    ("id_rsa.pub", "ssh-rsa AAAAB3NzaC1yc2E{b64plain:340} ana@laptop\n"),
    ("id_ed25519.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b64plain:43} ana@laptop\n"),
    ("known_hosts", "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b64plain:43}\n"),
    ("cert.pem", "-----BEGIN CERTIFICATE-----\n{der:64}\n{b64plain:64}\n-----END CERTIFICATE-----\n"),
    ("public.pem", "-----BEGIN PUBLIC KEY-----\n{der:64}\n{b64plain:64}\n-----END PUBLIC KEY-----\n"),
    (
        "dkim.zone",
        "s1._domainkey IN TXT \"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB{b64plain:180}\"\n",
    ),
    (
        "jwks.json",
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"{b64url:43}\",\"use\":\"sig\",\"n\":\"{b64url:342}\",\"e\":\"AQAB\"}]}",
    ),
    ("vapid.ts", "export const VAPID_PUBLIC_KEY = 'B{b64url:86}';\n"),
    ("wg.conf", "[Peer]\nPublicKey = {b64plain:43}=\nEndpoint = vpn.acme-prod.net:51820\n"),
    (
        "gpg.asc",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBF{b64plain:60}\n{b64plain:64}\n-----END PGP PUBLIC KEY BLOCK-----\n",
    ),
    (
        "pgp.txt",
        "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE{b64plain:48}\n{b64plain:64}\n-----END PGP SIGNATURE-----\n",
    ),
    ("sealed.yaml", "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB{b64plain:300}=\n"),
    (
        "sops.yaml",
        "password: ENC[AES256_GCM,data:{b64plain:23}=,iv:{b64plain:43}=,tag:{b64plain:22}==,type:str]\n",
    ),
    ("vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n{digits:80}\n{digits:80}\n"),
    ("github.env", "GITHUB_TOKEN=ghp_{github_bad_crc}\n"),
    ("travis.yml", "env:\n  global:\n    - secure: \"{b64plain:340}=\"\n"),
    ("local.env", "SUPABASE_SERVICE_ROLE_KEY={jwt_demo_service}\nSUPABASE_ANON_KEY={jwt_demo_anon}\n"),
    ("license.txt", "Licensed under Apache-2.0. Key fingerprint = {HEX:40}\n"),
];

const BLOBS: &[(&str, &str)] = &[
    ("image.css", "background:url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA{b64plain:600})\n"),
    ("font.css", "src:url(data:font/woff2;base64,d09GMgABAAAAA{b64plain:600})\n"),
    ("logo.svg", "<image href=\"data:image/png;base64,iVBORw0KGgo{b64plain:500}\"/>\n"),
    ("a.tsx", "const keyIcon = 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0i{b64plain:400}';\n"),
    ("nb.ipynb", "{\"cells\":[{\"outputs\":[{\"data\":{\"image/png\":\"iVBORw0KGgo{b64plain:700}\"}}]}]}"),
    ("wasm.js", "const secretWasm = \"AGFzbQEAAAAB{b64plain:900}\";\n"),
    (
        "inline.js.map",
        "{\"version\":3,\"sources\":[\"a.ts\"],\"mappings\":\"AAAA,SAASA,MAAM,CAACC,OAAO,EAAEC,KAAK;AACnC,OAAO{upper:80}\"}",
    ),
    ("pdf.json", "{\"file\":\"JVBERi0xLjQK{b64plain:500}\"}"),
    (
        "lottie.json",
        "{\"assets\":[{\"id\":\"secret\",\"p\":\"data:image/jpeg;base64,/9j/4AAQSkZJRg{b64plain:500}\"}]}",
    ),
    ("protobuf.ts", "const fileDescriptor = \"Cg{b64plain:400}\"; // token.proto\n"),
    ("emoji.js", "const keys = \"{alnum:200}\".split('');\n"),
];

/// What documentation and templates put where a credential goes.
fn placeholders() -> Vec<Sample> {
    const WORDS: &[&str] = &[
        "your_api_key_here",
        "YOUR_API_KEY",
        "<your-api-key>",
        "<YOUR_TOKEN>",
        "changeme",
        "change-me-please",
        "xxxxxxxxxxxxxxxxxxxx",
        "XXXXXXXXXXXXXXXX",
        "****************",
        "REPLACE_ME",
        "replace-with-your-secret",
        "todo",
        "TBD",
        "none",
        "null",
        "undefined",
        "example",
        "example-secret-value",
        "my-secret-key",
        "my_super_secret_key",
        "secret",
        "password",
        "Password123",
        "p@ssw0rd",
        "test",
        "testtest123",
        "test_key_1234567890",
        "dummy-token",
        "dummy_password_1",
        "fake-api-key-123456",
        "sample_secret",
        "insert_your_token_here",
        "put-your-key-here",
        "api-key-goes-here",
        "foobar",
        "foo",
        "abc123",
        "1234567890abcdef",
        "0123456789abcdef0123456789abcdef",
        "aaaaaaaaaaaaaaaaaaaa",
        "00000000000000000000000000000000",
        "deadbeefdeadbeefdeadbeefdeadbeef",
        "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-your-openai-key",
        "sk-...",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "SG.xxxxxx.yyyyyyyyyyyy",
        "[REDACTED]",
        "<redacted>",
        "(hidden)",
        "********1234",
        "enter-your-password",
        "supersecretpassword",
        "this-is-not-a-secret",
        "not-a-real-key",
        "NotARealSecret1",
        "secret123",
        "admin123",
        "letmein",
        "qwerty12345",
        "password!",
        "s3cr3t",
        "hunter2",
        "generate-a-random-string",
        "run: openssl rand -hex 32",
        "at-least-32-characters-long-secret",
        "set-in-dashboard",
    ];
    const NAMES: &[&str] = &[
        "API_KEY",
        "SECRET_KEY",
        "DB_PASSWORD",
        "ACCESS_TOKEN",
        "JWT_SECRET",
        "STRIPE_SECRET_KEY",
        "OPENAI_API_KEY",
        "PASSWORD",
        "CLIENT_SECRET",
        "AUTH_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "SESSION_SECRET",
    ];
    planted("placeholder", WORDS, NAMES, 12)
}

/// What says where the value is, and how to get it.
fn references() -> Vec<Sample> {
    const CODE: &[&str] = &[
        "${SECRET}",
        "$SECRET_VALUE",
        "${{ secrets.DEPLOY_TOKEN_2 }}",
        "{{ .Values.secretKey }}",
        "{{ vault_db_password1 }}",
        "%(password)s",
        "#{ENV['KEY1']}",
        "process.env.SECRET_V2",
        "os.environ['TOKEN_1']",
        "getPassword()",
        "getSecretFromVault1()",
        "config.get('auth.token.v2')",
        "this.tokenService2.current",
        "vault:secret/data/prod#password1",
        "op://prod/db/password",
        "ssm:/prod/app1/db_password",
        "arn:aws:ssm:eu-central-1:123456789012:parameter/key1",
        "projects/12/secrets/stripe-key/versions/3",
        "@Microsoft.KeyVault(SecretUri=https://a.vault.azure.net/secrets/b1)",
        "env(SUPABASE_AUTH_SECRET_1)",
        "/run/secrets/db_password_1",
        "file:///etc/acme/token1.txt",
        "~/.config/acme/token2",
        "secretKeyRef",
        "random_password.db1.result",
        "data.aws_secretsmanager_secret_version.key2.secret_string",
        "!Ref DbPassword1",
        "!GetAtt Secret1.Arn",
        "{{resolve:secretsmanager:prod1:SecretString:password}}",
        "Buffer.from(secret1, 'hex')",
        "crypto.randomBytes(32).toString('hex')",
        "useState<string>('')",
        "string | undefined",
        "z.string().min(8).max(64)",
        "self.get_token_v2(user)",
        "await fetchToken2(session)",
        "event.headers['x-api-key2']",
        "req.body.password2",
        "form.values.newPassword1",
        "${env:API_KEY_2}",
        "$(cat /run/secrets/token1)",
        "`${prefix}_${id}`",
        "Environment.GetEnvironmentVariable(\"KEY1\")",
        "System.getenv(\"SECRET1\")",
        "settings.SECRET_KEY_V2",
        "input.password.value",
        "decrypt(cipherText1)",
        "<%= ENV['SECRET1'] %>",
        "TOKEN_ENDPOINT_V2",
        "AuthTokenType.Bearer2",
        "i18n.t('auth.password2')",
    ];
    const NAMES: &[&str] = &[
        "apiKey",
        "secretKey",
        "password",
        "accessToken",
        "clientSecret",
        "authToken",
        "DB_PASSWORD",
        "token",
        "passphrase",
        "credentials",
    ];
    let mut all = Vec::new();
    for (number, code) in CODE.iter().enumerate() {
        for (turn, name) in NAMES.iter().enumerate() {
            let (path, text) = match (number + turn) % 6 {
                0 => ("a.ts", format!("const {name} = {code};\n")),
                1 => ("a.yaml", format!("config:\n  {name}: {code}\n")),
                2 => ("a.py", format!("client = Client({name}={code}, retries=3)\n")),
                3 => ("b.ts", format!("const options = {{ {name}: {code}, retries: 3 }};\n")),
                4 => ("a.tf", format!("{name} = {code}\n")),
                _ => (".env", format!("{name}={code}\n")),
            };
            let group = format!("reference: {code} as {name} in {path}");
            all.push(Sample { group, path: path.to_owned(), text, leaks: false });
        }
    }
    all
}

/// Words under names, in files of several languages.
fn planted(family: &str, words: &[&str], names: &[&str], each: usize) -> Vec<Sample> {
    let mut all = Vec::new();
    for word in words {
        let mut noise = Noise::of(&format!("{family}{word}"));
        for turn in 0..each {
            let name = pick(&mut noise, names);
            let (path, text) = match turn % 8 {
                0 => (".env", format!("{name}={word}\n")),
                1 => ("config.json", format!("{{\"{}\": \"{word}\"}}\n", name.to_lowercase())),
                2 => ("values.yaml", format!("{}: \"{word}\"\n", name.to_lowercase())),
                3 => ("app.py", format!("{name} = '{word}'\n")),
                4 => ("a.ts", format!("const {} = \"{word}\";\n", name.to_lowercase())),
                5 => ("main.tf", format!("{} = \"{word}\"\n", name.to_lowercase())),
                6 => ("Dockerfile", format!("ENV {name}={word}\n")),
                _ => ("App.java", format!("String {name} = \"{word}\";\n")),
            };
            let text = expand_as(word, &text);
            all.push(Sample {
                group: format!("{family}: {word} as {name} in {path}"),
                path: path.to_owned(),
                text,
                leaks: false,
            });
        }
    }
    all
}
