//! Where values stand: one line or a few of every language and format that people configure with.

/// The name of the context, the path and the text; none where the value cannot stand there.
pub(super) fn put(number: usize, name: &str, value: &str) -> Option<(&'static str, String, String)> {
    let (context, path, template) = CONTEXTS[number % CONTEXTS.len()];
    // What ends at a blank or a quote cannot hold one.
    let is_bare = !template.contains("\"@V") && !template.contains("'@V") && !template.contains("`@V");
    if is_bare && value.contains([' ', '$']) {
        return None;
    }
    let text = template
        .replace("@N", name)
        .replace("@c", &camel(name))
        .replace("@s", &name.to_ascii_lowercase())
        .replace("@k", &name.to_ascii_lowercase().replace('_', "-"))
        .replace("@P", &pascal(name))
        .replace("@V", value);
    Some((context, path.to_owned(), text))
}

fn pascal(name: &str) -> String {
    let word = |word: &str| word[..1].to_owned() + &word[1..].to_ascii_lowercase();
    name.split('_').map(word).collect()
}

fn camel(name: &str) -> String {
    let text = pascal(name);
    text[..1].to_ascii_lowercase() + &text[1..]
}

/// `@N` is the name in capitals, `@c` in camel case, `@P` in Pascal's, `@s` with underscores, `@k` with
/// dashes; `@V` is the value.
const CONTEXTS: &[(&str, &str, &str)] = &[
    (".env", ".env", "NODE_ENV=production\n@N=@V\nPORT=3000\n"),
    (".env quoted", ".env.production", "@N=\"@V\"\n"),
    (".env single", ".env.local", "export @N='@V'\n"),
    (".env prefixed", "deploy.env", "APP_@N=@V # live\n"),
    ("shell", "deploy.sh", "#!/bin/sh\nset -e\nexport @N=\"@V\"\n./run\n"),
    ("shell inline", "run.sh", "@N=@V node server.js\n"),
    ("fish", "config.fish", "set -gx @N \"@V\"\n"),
    ("PowerShell", "deploy.ps1", "$env:@N = \"@V\"\n"),
    ("batch", "deploy.bat", "@echo off\r\nset @N=@V\r\n"),
    ("Makefile", "Makefile", "@N := @V\nbuild:\n\tgo build\n"),
    ("Makefile default", "Makefile", "@N ?= @V\n"),
    ("Dockerfile", "Dockerfile", "FROM node:22\nENV @N=@V\nCMD [\"node\"]\n"),
    ("Dockerfile blank", "Dockerfile", "FROM node:22\nENV @N @V\n"),
    ("Dockerfile ARG", "Dockerfile", "ARG @N=\"@V\"\n"),
    ("compose list", "docker-compose.yml", "services:\n  api:\n    environment:\n      - @N=@V\n"),
    ("compose map", "docker-compose.yml", "services:\n  api:\n    environment:\n      @N: \"@V\"\n"),
    ("Kubernetes env", "deploy.yaml", "        env:\n        - name: @N\n          value: \"@V\"\n"),
    ("Kubernetes stringData", "secret.yaml", "kind: Secret\nstringData:\n  @k: @V\n"),
    (
        "GitHub workflow",
        ".github/workflows/ci.yml",
        "    steps:\n      - run: ./deploy\n        env:\n          @N: @V\n",
    ),
    ("GitLab CI", ".gitlab-ci.yml", "variables:\n  @N: '@V'\n"),
    ("YAML", "config.yaml", "service:\n  @s: @V\n  retries: 3\n"),
    ("YAML folded", "values.yaml", "@s: >-\n  @V\nnext: 1\n"),
    ("JSON", "config.json", "{\n  \"name\": \"portal\",\n  \"@c\": \"@V\"\n}\n"),
    ("JSON minified", "settings.json", "{\"a\":1,\"@s\":\"@V\",\"b\":[]}"),
    ("JSON pair", "task.json", "{\"environment\":[{\"name\":\"@N\",\"value\":\"@V\"}]}"),
    ("JSON in JSON", "event.json", "{\"body\":\"{\\\"@c\\\":\\\"@V\\\"}\"}"),
    ("appsettings", "appsettings.json", "{\n  \"Portal\": {\n    \"@P\": \"@V\"\n  }\n}\n"),
    ("TOML", "config.toml", "[service]\n@s = \"@V\"\n"),
    ("wrangler", "wrangler.toml", "[vars]\n@N = \"@V\"\n"),
    ("INI", "app.ini", "[service]\n@s=@V\n"),
    ("properties", "application.properties", "app.@k=@V\n"),
    ("XML element", "config.xml", "<config>\n  <@c>@V</@c>\n</config>\n"),
    ("XML attribute", "app.config", "<add key=\"@N\" value=\"@V\" />\n"),
    ("Android strings", "app/src/main/res/values/strings.xml", "<string name=\"@s\">@V</string>\n"),
    ("plist", "Info.plist", "<key>@P</key>\n\t<string>@V</string>\n"),
    ("Terraform", "main.tf", "resource \"x\" \"y\" {\n  @s = \"@V\"\n}\n"),
    ("tfvars", "prod.tfvars", "@s = \"@V\"\n"),
    ("Gradle", "gradle.properties", "@c=@V\n"),
    ("build config", "app/build.gradle", "buildConfigField \"String\", \"@N\", \"\\\"@V\\\"\"\n"),
    ("JavaScript", "src/config.js", "const @c = '@V';\nmodule.exports = { @c };\n"),
    ("TypeScript", "src/config.ts", "export const @N: string = \"@V\";\n"),
    ("TypeScript object", "src/client.ts", "const client = new Client({\n  @c: '@V',\n  retries: 2,\n});\n"),
    ("JavaScript fallback", "src/env.js", "const @c = process.env.@N || \"@V\";\n"),
    ("template literal", "src/a.ts", "const @c = `@V`;\n"),
    ("bundle", "dist/main.js", "!function(e,t){var n={@c:\"@V\",debug:!1};t.exports=n}(this,module);"),
    ("bundle variable", "dist/chunk-a1.js", "const a=1,@c=\"@V\";async function b(){await c(@c)}"),
    (
        "source map",
        "dist/main.js.map",
        "{\"version\":3,\"sources\":[\"../src/a.ts\"],\"sourcesContent\":[\"const @c = '@V';\\nexport default @c;\\n\"],\"mappings\":\"AAAA\"}",
    ),
    ("Python", "settings.py", "DEBUG = False\n@N = '@V'\n"),
    ("Python default", "conf.py", "@s = os.environ.get(\"@N\", \"@V\")\n"),
    ("Python argument", "app.py", "client = Client(@s=\"@V\", timeout=3)\n"),
    ("Python dict", "app.py", "CONFIG = {'@s': '@V', 'debug': False}\n"),
    ("Python index", "main.py", "os.environ['@N'] = '@V'\n"),
    ("Go", "main.go", "const @c = \"@V\"\n"),
    ("Go typed", "conf.go", "var @c string = \"@V\"\n"),
    ("Go short", "main.go", "\t@c := \"@V\"\n"),
    ("Go call", "main.go", "\tos.Setenv(\"@N\", \"@V\")\n"),
    ("Java", "src/Config.java", "    private static final String @N = \"@V\";\n"),
    ("Java put", "src/App.java", "    props.put(\"@s\", \"@V\");\n"),
    ("Kotlin", "Keys.kt", "    const val @N = \"@V\"\n"),
    ("Swift", "Keys.swift", "    static let @c: String = \"@V\"\n"),
    ("Objective-C", "Keys.m", "static NSString *const k@P = @\"@V\";\n"),
    ("Dart", "lib/keys.dart", "  static const String @c = '@V';\n"),
    ("Dart environment", "lib/env.dart", "const @c = String.fromEnvironment('@N', defaultValue: '@V');\n"),
    ("C#", "Config.cs", "    public const string @P = \"@V\";\n"),
    ("C# index", "Startup.cs", "    config[\"@P\"] = \"@V\";\n"),
    ("PHP", "config.php", "$@s = '@V';\n"),
    ("PHP array", "config.php", "return ['@s' => '@V', 'debug' => false];\n"),
    ("PHP define", "config.php", "define('@N', '@V');\n"),
    ("Ruby", "config.rb", "@N = '@V'\n"),
    ("Ruby hash", "init.rb", "  config = { @s: '@V' }\n"),
    ("Ruby environment", "env.rb", "ENV['@N'] ||= '@V'\n"),
    ("Rust", "src/main.rs", "const @N: &str = \"@V\";\n"),
    ("Elixir", "config.exs", "config :portal, @s: \"@V\"\n"),
    ("Scala", "Conf.scala", "  val @c: String = \"@V\"\n"),
    ("Lua", "conf.lua", "local @s = \"@V\"\n"),
    ("C", "config.h", "#define @N \"@V\"\n"),
    ("HCL block", "vault.hcl", "@s = \"@V\"\n"),
    ("log", "app.log", "2026-03-04T10:11:12Z INFO config loaded @s=@V region=eu\n"),
    ("notebook", "a.ipynb", "{\"cells\":[{\"source\":[\"@s = \\\"@V\\\"\\n\"]}]}"),
    ("SQL", "seed.sql", "INSERT INTO settings (name, value) VALUES ('@s', '@V');\n"),
    ("README", "setup.txt", "Set `@N` to `@V` before you start.\n"),
];
