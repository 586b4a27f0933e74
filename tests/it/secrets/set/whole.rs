//! Whole files and lines that have a place for a credential.

use super::{super::template::plain_base64, Sample, expand_as, instances};

pub(super) fn samples() -> Vec<Sample> {
    let mut all = instances("whole", true, 16, FILES);
    all.extend(instances("url", true, 16, URLS));
    all.extend(instances("header", true, 16, HEADERS));
    all.extend(encoded());
    all
}

const URLS: &[(&str, &str)] = &[
    (".env", "DATABASE_URL=postgresql://portal:{alnum:18}@db.acme-prod.net:5432/app\n"),
    (".env", "DATABASE_URL=\"postgres://u8k2j:{alnum:24}@ec2-52-1-2-3.compute-1.amazonaws.com:5432/d4f5\"\n"),
    ("prisma.env", "DATABASE_URL=mysql://portal:{alnum:16}@mysql.acme-prod.net:3306/app\n"),
    ("a.py", "engine = create_engine('postgresql+psycopg2://portal:{alnum:18}@db.acme-prod.net/app')\n"),
    ("b.py", "SQLALCHEMY_DATABASE_URI = \"mysql+pymysql://portal:{alnum:18}@db.acme-prod.net/app\"\n"),
    ("a.js", "mongoose.connect('mongodb+srv://portal:{alnum:18}@cluster0.ab1cd.mongodb.net/app')\n"),
    (
        "b.js",
        "const client = new MongoClient(\"mongodb://portal:{alnum:14}@10-1.acme-prod.net:27017,10-2.acme-prod.net:27017/app\");\n",
    ),
    ("cache.yml", "redis: rediss://default:{alnum:32}@eu1-cache.acme-prod.net:6380\n"),
    ("celery.py", "BROKER_URL = 'redis://:{alnum:24}@cache.acme-prod.net:6379/0'\n"),
    ("queue.toml", "url = \"amqps://portal:{alnum:24}@rabbit.acme-prod.net/vhost\"\n"),
    ("mail.env", "EMAIL_URL=smtp://ci%40acme-prod.net:{alnum:16}@mail.acme-prod.net:587\n"),
    ("sql.env", "MSSQL_URL=sqlserver://portal:{alnum:16}@sql.acme-prod.net:1433?database=app\n"),
    ("mssql.py", "url = 'mssql+pyodbc://portal:{alnum:16}@sql.acme-prod.net/app?driver=x'\n"),
    ("ora.py", "dsn = 'oracle+cx_oracle://portal:{alnum:16}@ora.acme-prod.net:1521/app'\n"),
    ("click.env", "CLICKHOUSE_URL=clickhouse://portal:{alnum:16}@ch.acme-prod.net:9440/app\n"),
    ("elastic.yml", "elasticsearch: https://elastic:{alnum:24}@es.acme-prod.net:9243\n"),
    ("ftp.txt", "ftp://deploy:{alnum:14}@ftp.acme-prod.net/www\n"),
    ("sftp.json", "{\"remote\": \"sftp://deploy:{alnum:14}@sftp.acme-prod.net/in\"}"),
    ("ldap.yml", "url: ldaps://admin:{alnum:14}@ldap.acme-prod.net\n"),
    ("snow.env", "SNOWFLAKE_URL=snowflake://portal:{alnum:18}@ab12345.eu-central-1/app\n"),
    ("nats.env", "NATS_URL=nats://portal:{alnum:18}@nats.acme-prod.net:4222\n"),
    ("remote.txt", "git clone https://deploy:{alnum:20}@git.acme-prod.net/portal.git\n"),
    (
        ".git/config.txt",
        "[remote \"origin\"]\n\turl = https://oauth2:glpat-{alnum:20}@gitlab.com/acme/portal.git\n",
    ),
    ("pip.conf", "[global]\nindex-url = https://ci:{alnum:24}@pypi.acme-prod.net/simple\n"),
    ("requirements.txt", "--extra-index-url https://build:{alnum:20}@nexus.acme-prod.net/simple\nrequests\n"),
    (
        "jdbc.properties",
        "spring.datasource.url=jdbc:postgresql://db.acme-prod.net/app?user=portal&password={alnum:18}\n",
    ),
    (
        "Db.java",
        "Connection c = DriverManager.getConnection(\"jdbc:mysql://db.acme-prod.net/app?user=portal&password={alnum:15}\");\n",
    ),
    (
        "Db2.java",
        "DriverManager.getConnection(\"jdbc:oracle:thin:portal/{alnum:15}@//ora.acme-prod.net:1521/app\");\n",
    ),
    (
        "ms.properties",
        "url=jdbc:sqlserver://sql.acme-prod.net;databaseName=app;user=portal;password={alnum:15}!2;\n",
    ),
    (
        "appsettings.json",
        "{\"ConnectionStrings\": {\"Db\": \"Server=tcp:acme.database.windows.net,1433;User ID=portal;Password={alnum:18}!4;Encrypt=True\"}}",
    ),
    (
        "web.config",
        "<add name=\"Db\" connectionString=\"Data Source=sql.acme-prod.net;User Id=portal;Pwd={alnum:17}\" />\n",
    ),
    ("pg.cs", "var c = \"Host=db.acme-prod.net;Username=portal;Password={alnum:16};Database=app\";\n"),
    (
        "dsn.py",
        "conn = psycopg2.connect(\"host=db.acme-prod.net dbname=app user=portal password={alnum:16}\")\n",
    ),
    ("main.go", "db, err := sql.Open(\"mysql\", \"portal:{alnum:16}@tcp(db.acme-prod.net:3306)/app\")\n"),
    (
        "storage.json",
        "{\"s\": \"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={b64plain:86}==;EndpointSuffix=core.windows.net\"}",
    ),
    (
        "bus.json",
        "{\"bus\":\"Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={b64plain:43}=\"}",
    ),
    (
        "cosmos.json",
        "{\"c\":\"AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey={b64plain:86}==;\"}",
    ),
    ("iot.txt", "HostName=acme.azure-devices.net;DeviceId=d1;SharedAccessKey={b64plain:43}=\n"),
    (
        "sas.txt",
        "https://acme.blob.core.windows.net/x?sv=2024-11-04&ss=b&se=2027-01-01T00:00:00Z&sig={alnum:43}%3D\n",
    ),
    ("insights.env", "APPLICATIONINSIGHTS=InstrumentationKey={uuid};ApiKey={lower:40}\n"),
    ("callback.txt", "https://api.acme-prod.net/v1/export?api_key={alnum:32}&format=csv\n"),
    ("hook.ts", "fetch(`https://api.acme-prod.net/v1/run?access_token={alnum:40}`)\n"),
    ("bot.py", "requests.get('https://api.telegram.org/bot{nz:10}:AA{b64url:33}/getMe')\n"),
];

const HEADERS: &[(&str, &str)] = &[
    ("a.sh", "curl -H 'Authorization: Bearer {alnum:48}' https://api.acme-prod.net/v1/me\n"),
    ("b.sh", "curl --header \"X-Api-Key: {alnum:32}\" https://api.acme-prod.net/v1/me\n"),
    ("c.sh", "curl -u deploy:{alnum:20} https://nexus.acme-prod.net/repository/raw/\n"),
    ("d.sh", "curl -sS --user 'ci:{alnum:16}!4' https://nexus.acme-prod.net/raw/\n"),
    ("e.sh", "wget --user=ci --password={alnum:16} https://files.acme-prod.net/a\n"),
    ("f.sh", "mysql -h db.acme-prod.net -u root -p{alnum:16} app < dump.sql\n"),
    ("g.sh", "PGPASSWORD={alnum:16} psql -h db.acme-prod.net -U portal app\n"),
    ("h.sh", "sshpass -p '{alnum:14}' ssh root@web1.acme-prod.net\n"),
    ("i.sh", "docker login -u ci -p {alnum:20} registry.acme-prod.net\n"),
    ("j.sh", "redis-cli -h cache.acme-prod.net -a {alnum:24} ping\n"),
    ("k.sh", "az login --service-principal -u {uuid} -p {alnum:3}8Q~{alnum:34} --tenant {uuid}\n"),
    ("l.sh", "vault login hvs.{b64url:95}\n"),
    ("m.sh", "npx vercel deploy --token vcp_{alnum:56}\n"),
    ("n.sh", "helm repo add acme https://charts.acme-prod.net --username ci --password {alnum:18}\n"),
    ("a.ts", "headers: { Authorization: 'Bearer {alnum:40}' }\n"),
    ("b.ts", "axios.defaults.headers.common['Authorization'] = 'Token {hex:40}';\n"),
    ("c.ts", "await fetch(url, { headers: { 'x-api-key': '{alnum:40}' } });\n"),
    ("d.py", "headers = {\"Authorization\": \"Bearer {alnum:44}\"}\n"),
    ("e.py", "s.auth = ('ci', '{alnum:18}')  # password\n"),
    ("f.http", "GET https://api.acme-prod.net/v1/me\nAuthorization: Bearer {alnum:60}\n"),
    (
        "g.json",
        "{\"request\": {\"header\": [{\"key\": \"Authorization\", \"value\": \"Bearer {alnum:48}\"}]}}",
    ),
    ("h.har", "{\"headers\": [{\"name\": \"x-api-key\", \"value\": \"{alnum:40}\"}]}"),
    ("i.log", "2026-03-04 DEBUG > authorization: Bearer {alnum:52}\n"),
    ("j.sql", "CREATE USER portal IDENTIFIED BY '{alnum:16}';\n"),
    ("k.sql", "CREATE ROLE portal LOGIN PASSWORD '{alnum:16}';\n"),
    ("l.sql", "ALTER USER 'root'@'%' IDENTIFIED WITH mysql_native_password BY '{alnum:14}!3';\n"),
    ("m.sql", "ALTER USER portal WITH ENCRYPTED PASSWORD '{alnum:18}';\n"),
    ("n.sql", "CREATE LOGIN portal WITH PASSWORD = '{alnum:14}#9';\n"),
];

const FILES: &[(&str, &str)] = &[
    (".npmrc", "//registry.npmjs.org/:_authToken=npm_{github_crc}\n"),
    (".npmrc", "//npm.acme-prod.net/:_authToken={uuid}\n"),
    (".npmrc", "registry=https://npm.acme-prod.net\n_auth=Y2k6{alnum:28}\nalways-auth=true\n"),
    (".yarnrc.yml", "npmAuthToken: \"{uuid}\"\n"),
    (".netrc", "machine api.acme-prod.net\n  login ci\n  password {alnum:22}\n"),
    (".netrc", "machine git.acme-prod.net login ci password {alnum:24}\n"),
    (
        ".pypirc",
        "[distutils]\nindex-servers = pypi\n\n[pypi]\nusername = __token__\npassword = pypi-AgEIcHlwaS5vcmc{alnum:140}\n",
    ),
    (".pypirc", "[acme]\nrepository = https://pypi.acme-prod.net\nusername = ci\npassword = {alnum:20}\n"),
    (".pgpass", "db.acme-prod.net:5432:app:portal:{alnum:20}\n"),
    (".my.cnf", "[client]\nuser=root\npassword={alnum:16}\n"),
    (".s3cfg", "[default]\naccess_key = AKIA{base32:16}\nsecret_key = {b64plain:40}\n"),
    (
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIA{base32:16}\naws_secret_access_key = {b64plain:40}\n",
    ),
    ("aws.rb", "Aws::Credentials.new('AKIA{base32:16}', '{b64plain:40}')\n"),
    ("gem/credentials", "---\n:rubygems_api_key: rubygems_{hex:48}\n"),
    ("cargo/credentials.toml", "[registry]\ntoken = \"cio{alnum:32}\"\n"),
    (
        "nuget.config",
        "<packageSourceCredentials><acme><add key=\"Username\" value=\"ci\" /><add key=\"ClearTextPassword\" value=\"{alnum:20}\" /></acme></packageSourceCredentials>\n",
    ),
    (
        "settings.xml",
        "<server><id>nexus</id><username>ci</username><password>{alnum:20}</password></server>\n",
    ),
    ("gradle.properties", "signing.password={alnum:16}\nossrhPassword={alnum:20}\n"),
    ("android/key.properties", "storePassword={alnum:16}\nkeyPassword={alnum:17}\nkeyAlias=upload\n"),
    (
        "app/build.gradle",
        "signingConfigs { release { storePassword '{alnum:14}'\n keyPassword '{alnum:14}' } }\n",
    ),
    ("wp-config.php", "define( 'DB_PASSWORD', '{alnum:18}!2' );\n"),
    ("wp-config.php", "define('AUTH_KEY', '{alnum:20}&{alnum:20}|{alnum:20}');\n"),
    ("config/master.key", "RAILS_MASTER_KEY={hex:32}\n"),
    ("config/secrets.yml", "production:\n  secret_key_base: {hex:128}\n"),
    ("settings.py", "SECRET_KEY = 'django-insecure-{alnum:30}&{alnum:19}'\n"),
    (".env", "APP_KEY=base64:{b64plain:43}=\n"),
    ("database.yml", "production:\n  adapter: postgresql\n  username: portal\n  password: {alnum:18}\n"),
    (
        "terraform.tfstate",
        "{\"resources\":[{\"instances\":[{\"attributes\":{\"username\":\"portal\",\"password\":\"{alnum:20}\"}}]}]}",
    ),
    (
        "terraform.tfstate",
        "{\"attributes\":{\"id\":\"AKIA{base32:16}\",\"secret\":\"{b64plain:40}\",\"ses_smtp_password_v4\":\"{b64plain:44}\"}}",
    ),
    ("main.tf", "variable \"db_password\" {\n  type    = string\n  default = \"{alnum:16}!3\"\n}\n"),
    ("azure.tf", "resource \"x\" \"y\" {\n  administrator_login_password = \"{alnum:16}\"\n}\n"),
    (
        "provider.tf",
        "provider \"aws\" {\n  access_key = \"AKIA{base32:16}\"\n  secret_key = \"{b64plain:40}\"\n}\n",
    ),
    ("ansible.yml", "ansible_ssh_pass: {alnum:14}\nansible_become_pass: {alnum:14}\n"),
    ("kubeconfig", "users:\n- name: ci\n  user:\n    token: {alnum:40}\n"),
    (
        "kubeconfig",
        "users:\n- name: admin\n  user:\n    client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpN{alnum:1200}=\n",
    ),
    ("jenkins.xml", "<hudson.util.Secret><password>{alnum:20}</password></hudson.util.Secret>\n"),
    ("tomcat-users.xml", "<user username=\"admin\" password=\"{alnum:14}\" roles=\"manager-gui\"/>\n"),
    ("server.xml", "<Connector port=\"8443\" keystoreFile=\"conf/a.jks\" keystorePass=\"{alnum:14}\"/>\n"),
    (
        "context.xml",
        "<Resource name=\"jdbc/db\" username=\"portal\" password=\"{alnum:16}\" url=\"jdbc:x\"/>\n",
    ),
    (
        "filezilla.xml",
        "<Server><Host>ftp.acme-prod.net</Host><User>ci</User><Pass>{alnum:14}</Pass></Server>\n",
    ),
    (
        "sftp-config.json",
        "{\"host\": \"web1.acme-prod.net\", \"user\": \"root\", \"password\": \"{alnum:14}\"}\n",
    ),
    ("ftp.php", "ftp_login($c, 'deploy', '{alnum:14}'); // password\n"),
    ("mail.php", "$mail->Password = '{alnum:16}';\n"),
    ("db.php", "$conn = new mysqli('db.acme-prod.net', 'portal', '{alnum:16}', 'app');\n"),
    (
        "db.py",
        "conn = MySQLdb.connect(host='db.acme-prod.net', user='portal', passwd='{alnum:16}', db='app')\n",
    ),
    (
        "db.js",
        "const pool = new Pool({ host: 'db.acme-prod.net', user: 'portal', password: '{alnum:16}' });\n",
    ),
    ("mailer.js", "auth: { user: 'ci@acme-prod.net', pass: '{alnum:16}' }\n"),
    ("gmail.js", "auth: { user: 'ci.acme@gmail.com', pass: '{alpha:4} {alpha:4} {alpha:4} {alpha:4}' }\n"),
    (
        "hub.json",
        "{\"type\":\"authorized_user\",\"client_id\":\"{nz:12}-{lower:32}.apps.googleusercontent.com\",\"client_secret\":\"GOCSPX-{b64url:28}\",\"refresh_token\":\"1//0{b64url:98}\"}",
    ),
    (
        "legacy.json",
        "{\"installed\":{\"client_id\":\"{nz:12}-{lower:32}.apps.googleusercontent.com\",\"client_secret\":\"{b64url:24}\"}}",
    ),
    (
        "jwk.json",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{b64url:43}\",\"y\":\"{b64url:43}\",\"d\":\"{b64url:43}\"}",
    ),
    (
        "key.pem",
        "-----BEGIN RSA PRIVATE KEY-----\n{der:64}\n{b64plain:64}\n{b64plain:64}\n{b64plain:40}\n-----END RSA PRIVATE KEY-----\n",
    ),
    (
        "key2.pem",
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI{b64plain:55}\n{b64plain:64}\n{b64plain:30}==\n-----END EC PRIVATE KEY-----\n",
    ),
    ("id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\n{openssh}\n-----END OPENSSH PRIVATE KEY-----\n"),
    (
        "key.ts",
        "const key = `-----BEGIN PRIVATE KEY-----\n{der:64}\n{b64plain:64}\n{b64plain:64}\n-----END PRIVATE KEY-----`;\n",
    ),
    (
        "key.json",
        "{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{der:64}\\n{b64plain:64}\\n{b64plain:40}\\n-----END PRIVATE KEY-----\\n\"}",
    ),
    (
        "key.py",
        "KEY = (\"-----BEGIN PRIVATE KEY-----\\n\"\n       \"{der:64}\\n\"\n       \"{b64plain:64}\\n\"\n       \"-----END PRIVATE KEY-----\\n\")\n",
    ),
    ("ses.env", "SES_SMTP_PASSWORD=B{b64plain:43}\n"),
    ("htpasswd.txt", "admin:{alnum:3}\nbasic_auth_password: {alnum:16}\n"),
];

/// What Kubernetes keeps in Base64.
fn encoded() -> Vec<Sample> {
    let values = [
        "sk_live_{alnum:24}",
        "glpat-{alnum:20}",
        "SG.{alnum:22}.{alnum:43}",
        "xoxb-{nz:12}-{nz:13}-{alnum:24}",
        "postgresql://portal:{alnum:18}@db.acme-prod.net:5432/app",
        "mongodb+srv://portal:{alnum:18}@c0.ab1cd.mongodb.net/app",
        "sk-proj-{alnum:74}T3BlbkFJ{alnum:74}",
        "ghp_{github_crc}",
        "AKIA{base32:16}",
        "sk-ant-api03-{b64url:93}AA",
    ];
    let mut all = Vec::new();
    for (number, template) in values.iter().enumerate() {
        for turn in 0..8 {
            let value = plain_base64(expand_as(&format!("encoded{number}{turn}"), template));
            let text =
                format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: portal\ndata:\n  value: {value}\n");
            all.push(Sample {
                group: format!("encoded: {template}"),
                path: "secret.yaml".to_owned(),
                text,
                leaks: true,
            });
        }
    }
    for turn in 0..16 {
        let value = plain_base64(expand_as(&format!("password{turn}"), "{alnum:20}"));
        let text =
            format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: {value}\n");
        all.push(Sample {
            group: "encoded: a password".to_owned(),
            path: "secret.yaml".to_owned(),
            text,
            leaks: true,
        });
    }
    all
}
