//! What only looks like a credential: ordinary code, interfaces and documentation that speak of secrets.

use super::{Sample, instances};

pub(super) fn samples() -> Vec<Sample> {
    let mut all = instances("code", false, 14, CODE);
    all.extend(instances("interface", false, 14, INTERFACES));
    all.extend(instances("document", false, 14, DOCUMENTS));
    all
}

const CODE: &[(&str, &str)] = &[
    (
        "models.ts",
        "type Props = { accessToken: string; secretKey?: string; password: PasswordInputV{nz:1}Props };\n",
    ),
    (
        "route.ts",
        "const token = req.headers.get('x-auth-token-v{nz:1}'); const secret = getSecretFromVault{nz:1}(token);\n",
    ),
    (
        "x.swift",
        "let passwordKey = \"com.acme.portal.password.key{nz:1}\"; let tokenURL = \"https://login.acme-prod.net/oauth{nz:1}/token\"\n",
    ),
    (
        "bundle.min.js",
        "!function(e,t){var n=e.token,r=t.secret;return n&&r&&n.key===r.key?\"a{hex:8}\":void 0}(window,document);",
    ),
    (
        "chunk.js",
        "const passwordInput=document.getElementById(\"password_{hex:6}\"),secretKeyLabel=\"enter.secret.key.label\";",
    ),
    (
        "styled.js",
        "const PasswordField=s.div.withConfig({displayName:\"PasswordField\",componentId:\"sc-{lower:8}-0\"})([\"\"]);",
    ),
    (
        "css.js",
        "e.exports={\"tokenInput\":\"Form_tokenInput__{alnum:5}\",\"passwordWrapper\":\"Form_passwordWrapper__{alnum:5}\"}",
    ),
    ("mod.css", ".passwordInput_{hex:8}{color:#{hex:6}}.token-{hex:6}{margin:0}\n"),
    (
        "tokenizer.json",
        "{\"bos_token\": \"<|begin_of_text|>\", \"vocab\": {\"secret\": 10{nz:2}, \"{alnum:20}\": 1002}}",
    ),
    (
        "parser.ts",
        "if (token === SyntaxKind.OpenBraceToken{nz:1}) return parseSecretKeyExpression{nz:1}();\n",
    ),
    (
        "lexer.rs",
        "let token = Token::Identifier(\"secret{nz:3}\"); assert_eq!(token.kind, TokenKind::String{nz:1});\n",
    ),
    (
        "enum.java",
        "public static final String TOKEN_TYPE = \"urn:ietf:params:oauth:token-type:access_token{nz:1}\";\n",
    ),
    ("keys.kt", "const val PREF_AUTH_TOKEN_KEY = \"com.acme.prefs.AUTH_TOKEN_{nz:1}\"\n"),
    (
        "keys.dart",
        "static const String accessTokenKey = 'access_token_v{nz:1}';\nstatic const refreshTokenKey = 'flutter.refreshToken{nz:1}';\n",
    ),
    (
        "storage.ts",
        "localStorage.setItem('acme.auth.token.v{nz:1}', token); const TOKEN_STORAGE_KEY = '@acme/authToken{nz:1}';\n",
    ),
    (
        "redux.ts",
        "const SET_TOKEN = 'auth/SET_ACCESS_TOKEN_{nz:1}'; const password = useSelector(selectPassword{nz:1});\n",
    ),
    (
        "api.go",
        "req.Header.Set(\"Authorization\", \"Bearer \"+token{nz:1})\nsecretKey := os.Getenv(\"SECRET_KEY_{nz:1}\")\n",
    ),
    (
        "api.cs",
        "var token = await _tokenService.GetTokenAsync(userId{nz:1}); string password = txtPassword{nz:1}.Text;\n",
    ),
    ("api.php", "$password = $_POST['password{nz:1}']; $token = bin2hex(random_bytes({nz:2}));\n"),
    ("api.rb", "token = params[:token{nz:1}]\npassword = SecureRandom.hex({nz:2})\n"),
    (
        "orm.py",
        "password = models.CharField(max_length={nz:3})\ntoken = Column(String({nz:3}), unique=True)\n",
    ),
    (
        "validate.py",
        "password_regex = r'^(?=.*[A-Z])(?=.*[0-9]).{8,{nz:2}}$'\ntoken_pattern = '[A-Za-z0-9_-]{20,{nz:2}}'\n",
    ),
    (
        "schema.json",
        "{\"password\": {\"type\": \"string\", \"minLength\": {nz:1}, \"pattern\": \"^[A-Za-z0-9!@#$%^&*]{8,{nz:2}}$\"}}",
    ),
    (
        "openapi.yaml",
        "    securitySchemes:\n      api_key{nz:1}:\n        type: apiKey\n        name: X-API-KEY\n        in: header\n",
    ),
    (
        "proto.proto",
        "message Login { string password = {nz:1}; string access_token = {nz:2}; bytes secret_key = {nz:2}; }\n",
    ),
    (
        "gql.ts",
        "mutation Login($password: String!, $token: ID!) { login{nz:1}(password: $password, token: $token) { accessToken } }\n",
    ),
    (
        "policy.json",
        "{\"Action\": [\"secretsmanager:GetSecretValue\", \"kms:Decrypt\"], \"Sid\": \"AllowSecretsRead{nz:3}\"}",
    ),
    (
        "deploy.yml",
        "env:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN_PROD_{nz:1} }}\n  PASSWORD: $(vault read -field=pw secret/app{nz:1})\n",
    ),
    (
        "compose.yml",
        "environment:\n  POSTGRES_PASSWORD: postgres\n  MYSQL_ROOT_PASSWORD: root\n  REDIS_URL: redis://:redis@redis:63{nz:2}\n",
    ),
    ("local.env", "DATABASE_URL=postgresql://postgres:postgres@localhost:54{nz:2}/postgres\n"),
    ("makefile.mk", "PASSWORD ?= $(shell pwgen {nz:2} 1)\nTOKEN := $(shell cat .token{nz:1})\n"),
    (
        "helm.yaml",
        "password: {{ .Values.auth.password{nz:1} | b64enc | quote }}\nexistingSecret: \"portal-db-credentials-{nz:1}\"\n",
    ),
    (
        "secret-ref.yaml",
        "valueFrom:\n  secretKeyRef:\n    name: portal-secrets-v{nz:1}\n    key: stripe-api-key{nz:1}\n",
    ),
    ("csi.yaml", "secretName: acme-prod-tls-{nz:2}\nsecretProviderClass: azure-kv-provider-{nz:2}\n"),
    (
        "types.d.ts",
        "declare const secretKeyBrand{nz:1}: unique symbol;\nexport interface TokenPayloadV{nz:1} { tokenId: string }\n",
    ),
    (
        "x.lua",
        "local token = redis.call('GET', KEYS[{nz:1}])\nlocal secret_key = ngx.var.arg_secret_key{nz:1}\n",
    ),
    (
        "cred.ts",
        "credentials: 'include', credential: GoogleAuthProvider.credential(idToken{nz:1}), secretAccessKey: credentials{nz:1}.SecretAccessKey\n",
    ),
    (
        "hook.tsx",
        "<PasswordInput id=\"new-password-{nz:1}\" autoComplete=\"current-password\" data-testid=\"login-password-input-{nz:2}\" />\n",
    ),
    (
        "aws.ts",
        "new Secret(this, 'DbSecret{nz:2}', { generateSecretString: { passwordLength: {nz:2}, excludeCharacters: '\"@/\\\\' } });\n",
    ),
    (
        "uri.ts",
        "const issuer = 'https://securetoken.google.com/portal-prod-{nz:4}'; const tokenUri = 'https://oauth2.googleapis.com/token{nz:1}';\n",
    ),
    (
        "oauth.ts",
        "grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer{nz:1}', token_endpoint_auth_method: 'client_secret_post{nz:1}'\n",
    ),
    (
        "regexes.ts",
        "{ id: 'acme-token', secretRegex: /acme_[A-Za-z0-9]{{nz:2}}/, keyPattern: /^AKIA[0-9A-Z]{16}$/ }\n",
    ),
    (
        "x.sql",
        "SELECT token, secret_key{nz:1} FROM sessions WHERE password_reset_token = $1 AND api_key = $2;\n",
    ),
    (
        "grants.sql",
        "ALTER ROLE portal PASSWORD :'pw{nz:1}';\nCREATE USER portal IDENTIFIED BY '<password>';\n",
    ),
    (
        "x.vue",
        "v-model=\"form.password{nz:1}\" :token=\"csrfToken{nz:1}\" placeholder=\"Enter your password\"\n",
    ),
    ("wp.php", "define('AUTH_KEY', 'put your unique phrase here');\n$token_name = 'wp_rest_nonce_{nz:2}';\n"),
];

const INTERFACES: &[(&str, &str)] = &[
    (
        "en.json",
        "{\"auth.password\": \"Password must be {nz:2} characters or more!\", \"auth.token_expired\": \"Your token has expired, sign in again\", \"api_key\": \"API key copied to clipboard\"}",
    ),
    (
        "de.arb",
        "{\"forgotPassword\": \"Passwort vergessen?\", \"secretQuestion\": \"Geheime Frage: Haustier{nz:1}\"}",
    ),
    (
        "fr.json",
        "{\"password\": \"Mot-de-passe-oublié{nz:1}?\", \"secret\": \"Clé-secrète-de-l'application{nz:1}\"}",
    ),
    (
        "es.yml",
        "es:\n  password: \"Contraseña{nz:1}\"\n  secret_token: \"Introduce-tu-token-de-acceso{nz:1}\"\n",
    ),
    ("ja.json", "{\"password\": \"パスワードを{nz:1}文字以上\", \"apiKey\": \"APIキーをコピーしました\"}"),
    (
        "messages.properties",
        "login.password=Password\nlogin.token.invalid=The-token-is-invalid-or-has-expired-{nz:2}\nerror.secret.key=Secret key {0} is missing\n",
    ),
    (
        "strings.xml",
        "<string name=\"hint_password\">Enter password ({nz:1}+ characters)</string>\n<string name=\"api_key_label\">API key</string>\n",
    ),
    (
        "Localizable.strings",
        "\"password.placeholder\" = \"Your-password-here{nz:1}\";\n\"secret.key.title\" = \"Secret Key\";\n",
    ),
    ("app.po", "msgid \"Password: %(password)s\"\nmsgstr \"Kennwort{nz:2}: %(password)s\"\n"),
    (
        "form.html",
        "<label for=\"password\">Password</label><input type=\"password\" name=\"password{nz:1}\" placeholder=\"Choose-a-password\">\n",
    ),
    (
        "routes.ts",
        "resetPassword: '/account/reset-password/v{nz:1}', accessToken: '/oauth{nz:1}/access_token', apiKeys: 'settings/api-keys/list{nz:1}'\n",
    ),
    (
        "events.ts",
        "track('PasswordResetRequested{nz:1}', { token_type: 'magic-link-v{nz:1}', secret_name: 'prod/stripe-key-{nz:1}' });\n",
    ),
    (
        "icons.ts",
        "secret: 'lock-keyhole-{nz:2}', token: 'coins-stacked-0{nz:1}', key: 'material-symbols:key-{nz:2}-rounded'\n",
    ),
    (
        "theme.json",
        "{\"token\": \"color-primary-{nz:3}\", \"secretColor\": \"#{hex:6}\", \"tokens\": {\"fontSizeKey\": \"font-size-{nz:2}\"}}",
    ),
    (
        "devices.json",
        "{\"pushToken\": null, \"apiKeyName\": \"ci-runner-{nz:2}\", \"secretVersion\": \"2026-0{nz:1}-01\", \"tokenCount\": {nz:5}}",
    ),
    (
        "feature.yml",
        "secret_rotation: enabled-every-{nz:2}-days\npassword_policy: min{nz:2}-upper-lower-digit\ntoken_lifetime: 15m{nz:2}s\n",
    ),
    (
        "llm.json",
        "{\"max_tokens\": {nz:4}, \"stop_token\": \"<|eot_id_{nz:2}|>\", \"token_ids\": [{nz:5}, {nz:5}, {nz:5}]}",
    ),
    ("model.json", "{\"api_key_env\": \"OPENAI_API_KEY_{nz:1}\", \"model\": \"gpt-4o-2024-0{nz:1}-06\"}"),
    (
        "packages.json",
        "{\"secrets-manager\": \"^3.{nz:2}.{nz:1}\", \"token-bucket\": \"~{nz:1}.0.{nz:2}\", \"@acme/password-strength\": \"{nz:1}.2.0-beta.{nz:1}\"}",
    ),
    (
        "x.ini",
        "token_url = https://login.acme-prod.net/oauth{nz:1}/token\nsecret_file = /etc/acme/secret{nz:1}.key\npassword_file=/run/pw{nz:1}\n",
    ),
];

const DOCUMENTS: &[(&str, &str)] = &[
    ("guide.txt", "Set API_KEY to your key, which starts with sk_live_ and has {nz:2} characters.\n"),
    (
        "howto.txt",
        "Run `export TOKEN=$(gcloud auth print-access-token)` and then `curl -H \"Authorization: Bearer $TOKEN\" https://api.acme-prod.net/v{nz:1}`.\n",
    ),
    (
        "auth.txt",
        "The Authorization header is `Bearer <token>`; a token looks like eyJhbGciOi... and lives {nz:2} minutes.\n",
    ),
    (
        "curl.txt",
        "curl -u username:password https://api.example.com/v{nz:1}\ncurl -u \"$USER:$PASS\" https://api.acme-prod.net/\n",
    ),
    (
        "url.txt",
        "https://user:password@example.com/ https://portal.acme-prod.net/reset?token={token}&id={nz:4}\nhttps://user:$PASSWORD@git.acme-prod.net/\n",
    ),
    (
        "db.txt",
        "postgres://user:pass@host:5432/db{nz:1} mysql://root:root@127.0.0.1/app mongodb://<user>:<password>@cluster{nz:1}.mongodb.net\n",
    ),
    (
        "changes.txt",
        "- Fixed: the access token was refreshed twice (#{nz:4})\n- The secret key rotation now takes {nz:2} s\n",
    ),
    (
        "commit.txt",
        "feat(auth): replace password1 by passkeys, closes #{nz:4}\n\nThe token from getToken{nz:1}() is cached.\n",
    ),
    ("key.txt", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\nMIIE... ({nz:4} bits)\n"),
    (
        "pem.txt",
        "-----BEGIN RSA PRIVATE KEY-----\n<your private key {nz:1} here>\n-----END RSA PRIVATE KEY-----\n",
    ),
    ("jwt.txt", "header.payload.signature, e.g. eyJhbGciOiJIUzI1NiJ9.e30.{nz:3}\n"),
    (
        "aws.txt",
        "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n# profile {nz:2}\n",
    ),
    (
        "sample.env",
        "STRIPE_SECRET_KEY=sk_live_xxxxxxxxxxxxxxxxxxxxxxxx\nDATABASE_URL=postgresql://user:password@localhost:5432/app{nz:1}\nJWT_SECRET=change-me-to-something-random\nOPENAI_API_KEY=sk-...\n",
    ),
    ("cassette.yml", "uri: https://user:pass@api.example.com/v{nz:1}\nauthorization: Bearer REDACTED\n"),
    ("session.log", "POST /login password=[FILTERED] token=*** secret=<hidden> status=20{nz:1}\n"),
    ("terraform.log", "aws_db_instance.db{nz:1}: password = (sensitive value)\nsecret_key = <computed>\n"),
    (
        "spec.txt",
        "The tokenizer splits \"password{nz:1}\" into pass, word, {nz:1}; the secret santa list has {nz:2} names.\n",
    ),
    (
        "mail.txt",
        "To reset your password click https://portal.acme-prod.net/reset within {nz:2} hours. Your token is never shared.\n",
    ),
    ("x.md5", "MD5 (secret-token-{nz:1}.zip) = {hex:32}\n"),
    (
        "dig.txt",
        "_acme-challenge.acme-prod.net. 60 IN TXT \"{b64url:43}\"\ngoogle-site-verification={b64url:43}\n",
    ),
    (
        "verify.html",
        "<meta name=\"google-site-verification\" content=\"{b64url:43}\" /><meta name=\"facebook-domain-verification\" content=\"{lower:30}\" />\n",
    ),
    ("apple.txt", "com.acme.portal.password{nz:1} TEAM{upper:6}.com.acme.portal keychain-access-group\n"),
];
