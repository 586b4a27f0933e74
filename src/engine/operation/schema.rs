//! Unique keys and indexes of PostgreSQL migrations, which decide nothing about access but much about
//! duplicates and speed.

use std::collections::BTreeMap;

/// So many dollar quotes without an end are looked after.
const ENDLESS: usize = 20;

/// The first columns of each key and index, by table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// Columns of unique keys and primary keys, by table in lower case without its schema.
    pub unique: BTreeMap<String, Vec<Vec<String>>>,
    /// Columns of all indexes, unique ones included.
    pub indexed: BTreeMap<String, Vec<Vec<String>>>,
    /// Code in the migrations makes indexes whose tables were not followed.
    pub made_by_code: bool,
}

impl Keys {
    /// Is the column a unique key by itself?
    pub fn is_unique(&self, table: &str, column: &str) -> bool {
        self.unique.get(table).is_some_and(|keys| keys.iter().any(|key| *key == [column]))
    }

    /// Does an index begin with the column?
    pub fn begins(&self, table: &str, column: &str) -> bool {
        self.indexed
            .get(table)
            .is_some_and(|keys| keys.iter().any(|key| key.first().is_some_and(|first| first == column)))
    }

    fn add(&mut self, table: &str, columns: Vec<String>, unique: bool) {
        if columns.is_empty() {
            return;
        }
        if unique {
            self.unique.entry(table.to_owned()).or_default().push(columns.clone());
        }
        self.indexed.entry(table.to_owned()).or_default().push(columns);
    }
}

/// Reads migrations in their order. What is dropped again still counts: a duplicate is asserted only
/// where no key ever was.
pub fn keys<'a>(migrations: impl IntoIterator<Item = &'a str>) -> Keys {
    let mut keys = Keys::default();
    for sql in migrations {
        let (plain, coded) = without_texts(sql);
        keys.made_by_code |= coded;
        for statement in plain.split(';') {
            self::statement(statement, &mut keys);
        }
    }
    keys
}

fn statement(statement: &str, keys: &mut Keys) {
    let words = tokens(statement);
    let at = |index: usize| words.get(index).map_or("", String::as_str);
    match (at(0), at(1)) {
        ("create", "table" | "unlogged") => {
            let Some(open) = words.iter().position(|word| word == "(") else { return };
            let Some(table) = words.get(open.wrapping_sub(1)) else { return };
            table_parts(table, &words[open + 1..], keys);
        }
        ("create", "index" | "unique") => {
            let Some(on) = words.iter().position(|word| word == "on") else { return };
            let skip = usize::from(words.get(on + 1).is_some_and(|word| word == "only"));
            let (Some(table), Some(open)) =
                (words.get(on + 1 + skip), words[on..].iter().position(|word| word == "(").map(|at| at + on))
            else {
                return;
            };
            // A partial unique index leaves rows without it.
            let partial = words.iter().any(|word| word == "where");
            let null_only = words.ends_with(&["is".to_owned(), "not".to_owned(), "null".to_owned()]);
            keys.add(table, columns(&words[open + 1..]), at(1) == "unique" && (!partial || null_only));
        }
        ("alter", "table") => {
            let named = words.iter().skip(2).find(|word| !matches!(word.as_str(), "if" | "exists" | "only"));
            let Some(table) = named else { return };
            let mut rest = &words[..];
            while let Some(at) = rest.iter().position(|word| word == "add") {
                rest = &rest[at + 1..];
                let end = rest.iter().position(|word| word == "add").unwrap_or(rest.len());
                part(table, &rest[..end], keys);
            }
        }
        _ => {}
    }
}

/// The parts of `CREATE TABLE t ( … )`.
fn table_parts(table: &str, words: &[String], keys: &mut Keys) {
    let (mut depth, mut from) = (0_usize, 0);
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" if depth == 0 => return part(table, &words[from..at], keys),
            ")" => depth -= 1,
            "," if depth == 0 => {
                part(table, &words[from..at], keys);
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// A column or a constraint.
fn part(table: &str, words: &[String], keys: &mut Keys) {
    let mut words = words;
    if words.first().is_some_and(|word| word == "constraint") {
        words = words.get(2..).unwrap_or_default();
    }
    let is = |index: usize, wanted: &str| words.get(index).is_some_and(|word| word == wanted);
    if is(0, "unique") || is(0, "primary") {
        let open = words.iter().position(|word| word == "(");
        return keys.add(table, open.map(|open| columns(&words[open + 1..])).unwrap_or_default(), true);
    }
    if is(0, "foreign") || is(0, "check") || is(0, "exclude") {
        return;
    }
    let words = words.strip_prefix(&["column".to_owned()][..]).unwrap_or(words);
    let words =
        words.strip_prefix(&["if".to_owned(), "not".to_owned(), "exists".to_owned()][..]).unwrap_or(words);
    let own = words.iter().any(|word| word == "unique")
        || words.windows(2).any(|pair| pair[0] == "primary" && pair[1] == "key");
    if let Some(column) = words.first().filter(|_| own) {
        keys.add(table, vec![column.clone()], true);
    }
}

/// The names up to the closing bracket; an expression such as `lower(email)` is its innermost name.
fn columns(words: &[String]) -> Vec<String> {
    let (mut depth, mut columns, mut name) = (0_usize, Vec::new(), String::new());
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" if depth == 0 => break,
            ")" => depth -= 1,
            "," if depth == 0 => columns.push(std::mem::take(&mut name)),
            _ if words.get(at + 1).is_some_and(|next| next == "(") => {}
            _ if name.is_empty() => name.clone_from(word),
            _ => {}
        }
    }
    columns.push(name);
    columns.retain(|name| !name.is_empty());
    columns
}

/// Names in lower case without their schema, `(`, `)` and `,`.
fn tokens(statement: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut name = String::new();
    let flush = |name: &mut String, tokens: &mut Vec<String>| {
        if !name.is_empty() {
            let last = name.rsplit('.').next().unwrap_or_default().to_owned();
            name.clear();
            tokens.push(last);
        }
    };
    for letter in statement.chars() {
        match letter {
            '(' | ')' | ',' => {
                flush(&mut name, &mut tokens);
                tokens.push(letter.to_string());
            }
            '"' => {}
            _ if letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$') => {
                name.extend(letter.to_lowercase());
            }
            _ => flush(&mut name, &mut tokens),
        }
    }
    flush(&mut name, &mut tokens);
    tokens
}

/// Without comments and texts, also those in dollars; true if code in them makes unique keys or indexes.
fn without_texts(sql: &str) -> (String, bool) {
    let (mut out, mut coded, mut rest) = (String::with_capacity(sql.len()), false, sql);
    // Looking for the end of a tag that has none reads the whole rest.
    let mut endless = 0;
    while let Some(at) = rest.find(['\'', '$', '-', '/']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let skipped = match rest.as_bytes() {
            [b'-', b'-', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => rest.find("*/").map_or(rest.len(), |end| end + 2),
            [b'\'', ..] => rest[1..].find('\'').map_or(rest.len(), |end| end + 2),
            [b'$', ..] => {
                let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
                let tag = tag.filter(|tag| {
                    tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(&byte))
                });
                let tag = tag.filter(|_| endless < ENDLESS);
                let body = tag.and_then(|tag| Some((tag, rest[tag.len()..].find(tag)?)));
                if let Some((tag, end)) = body {
                    let body = rest[tag.len()..tag.len() + end].to_lowercase();
                    coded |= body.contains("unique")
                        || body.contains("create index")
                        || body.contains("primary key");
                    end + 2 * tag.len()
                } else {
                    endless += usize::from(tag.is_some());
                    0
                }
            }
            _ => 0,
        };
        if skipped == 0 {
            let one = rest.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..one]);
            rest = &rest[one..];
        } else {
            out.push(' ');
            rest = &rest[skipped..];
        }
    }
    out.push_str(rest);
    (out, coded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_each_of_their_places() {
        let keys = keys([
            "create table public.customers (id uuid primary key, email text unique not null, price numeric(10, 2) check (price > 0), -- unique
             stripe_customer_id text, constraint c unique (org_id, slug));",
            "ALTER TABLE ONLY \"public\".\"customers\" ADD CONSTRAINT x UNIQUE (stripe_customer_id);
             create unique index if not exists i on public.users using btree (lower(email));
             create unique index j on teams (owner) where deleted = 'no; unique';
             create unique index k on teams (slug) where slug is not null;
             create index l on events (tenant_id, created_at desc);
             alter table t add column if not exists code text unique, add column b text;",
            "do $$ begin execute 'x'; end $$;",
        ]);
        for (table, column) in [
            ("customers", "id"),
            ("customers", "email"),
            ("customers", "stripe_customer_id"),
            ("users", "email"),
            ("teams", "slug"),
            ("t", "code"),
        ] {
            assert!(keys.is_unique(table, column), "{table}.{column}: {keys:?}");
        }
        for (table, column) in
            [("customers", "org_id"), ("customers", "price"), ("teams", "owner"), ("t", "b")]
        {
            assert!(!keys.is_unique(table, column), "{table}.{column}: {keys:?}");
        }
        assert!(keys.begins("events", "tenant_id") && !keys.begins("events", "created_at"));
        assert!(!keys.made_by_code);
        assert!(super::keys(["do $x$ begin create unique index a on b(c); end $x$;"]).made_by_code);
    }

    #[test]
    fn hostile_text_is_bounded() {
        for text in [
            "'",
            "$",
            "$$",
            "$a",
            "/*",
            "--",
            "create table (",
            "create unique index on (",
            "é$é$'é",
            "alter table add add",
        ] {
            let _ = keys([text]);
        }
        let _ = keys(["(".repeat(100_000).as_str(), "$".repeat(100_001).as_str()]);
    }
}
