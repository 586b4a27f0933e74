//! The pattern of a value that only its name tells: `TOKEN=…`, `token: "…"`, `<key>…`, and every
//! other way in which languages and formats give a value to a name.

/// What may stand between the words of a name, also where the first is a section of its own:
/// `zendesk_api_token`, `zendesk: { domain: "x", apiToken:`. Written `~` in a rule.
const GAP: &str = r#"[\w.\-\\"\x27`:={\[,\s]{0,60}?"#;

/// A key below a section that is named after the provider.
const NESTED: &str = r#"(?:[\w.\-\\"\x27`:={\[,\s]{0,60}?(?i:key|token|secret|pass|auth|cred|pat\b))?"#;

/// The rest of a name and its quotes.
const END_OF_NAME: &str = r#"[\w.\-]*(?:\\{0,3}["\x27`])?[\])]?"#;

/// From a name to its value.
const BETWEEN: &[&str] = &[
    // Assignments, with the type that some languages put before the sign, and those that only fill in,
    // append or default.
    r"\s{0,4}(?::\s?[\w&\x27<>?.\[\]|]{1,30}?\s{0,2})?(?:[?+.&|:]{0,3})={1,3}>?\s{0,4}",
    // JSON, YAML and defaults.
    r"\s{0,4}(?:\|\||\?\?|:)\s{0,4}",
    // Arguments; `#define NAME "…"`, `set NAME "…"`, `storePassword '…'`, `PASSWORD '…'` of SQL.
    r#"(?:\s{0,4}[,(][ \t]{0,4}|[ \t]{1,8})[rbfu@]{0,2}\\{0,3}["\x27`]"#,
    // `--token …`, `ENV NAME …`, and a sentence: `the password is …`.
    r"[ \t]{1,2}(?:(?:is|to|was)[ \t]{1,2})?",
    // A pair of fields, as containers and Kubernetes have it.
    r#"[,\s]{0,24}(?:\\{0,3}["\x27])?[Vv]alue(?:\\{0,3}["\x27])?\s{0,4}[:=]\s{0,4}"#,
    // A variable of Terraform.
    r"\s{0,4}\{[^{}]{0,120}?default\s{0,4}=\s{0,4}",
    // Dart's and others' named default.
    r",\s{0,8}default(?:Value)?\s{0,2}[:=]\s{0,4}",
    // Go.
    r"\s{1,2}string\s{0,2}=\s{0,2}",
    // Property lists and other XML.
    r"</key>\s{0,40}<string>",
    r"(?:\s[^<>\n]{0,40})?>",
];

/// A block of YAML, the quote, and the scheme of a header.
const START_OF_VALUE: &str =
    r#"(?:[|>][+-]?\s{1,20})?(?:[rbfu@]{0,2}\\{0,3}["\x27`](?:\\{1,3}["\x27`])?)?(?:Bearer |Token |token )?"#;

/// Group 1 is the value. Where the form of the value is known too (`is_formed`), its name may stand a
/// section above it.
pub(crate) fn pattern(names: &str, value: &str, is_formed: bool) -> String {
    let nested = if is_formed && !names.contains('~') { NESTED } else { "" };
    let between = BETWEEN.join("|");
    let names = written_freely(names);
    format!("(?i:{names}){nested}{END_OF_NAME}(?:{between}){START_OF_VALUE}({value})")
}

/// `api_key` is also `api-key`, `api.key` and `apikey`.
fn written_freely(names: &str) -> String {
    let (mut free, mut in_class, mut escaped) = (String::new(), false, false);
    for letter in names.chars() {
        match letter {
            '_' | '-' if !in_class && !escaped => free.push_str("[_.-]?"),
            '~' if !in_class && !escaped => free.push_str(GAP),
            _ => free.push(letter),
        }
        in_class = (in_class || letter == '[') && letter != ']';
        escaped = letter == '\\' && !escaped;
    }
    free
}
