//! TOML with the lines of its keys.

use toml::de::{DeTable, DeValue};

use super::{DEPTH, Node, Tree};

/// Reads a document; the error is the parser's.
pub fn read_toml(text: &str) -> Result<Node, String> {
    let table = DeTable::parse(text).map_err(|err| err.message().to_owned())?;
    let lines: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    Ok(Node { line: 1, value: map(table.get_ref(), &lines, 0) })
}

fn map(table: &DeTable<'_>, lines: &[usize], depth: usize) -> Tree {
    let pairs = table.iter().map(|(key, value)| {
        let line = lines.partition_point(|end| *end < key.span().start) as u32 + 1;
        (key.get_ref().to_string(), Node { line, value: value_of(value.get_ref(), lines, depth + 1, line) })
    });
    let mut pairs: Vec<(String, Node)> = pairs.collect();
    pairs.sort_by_key(|(_, node)| node.line);
    Tree::Map(pairs)
}

fn value_of(value: &DeValue<'_>, lines: &[usize], depth: usize, line: u32) -> Tree {
    match value {
        DeValue::Table(table) if depth < DEPTH => map(table, lines, depth),
        DeValue::Array(items) if depth < DEPTH => {
            let item = |item: &toml::Spanned<DeValue<'_>>| {
                let line = lines.partition_point(|end| *end < item.span().start) as u32 + 1;
                Node { line, value: value_of(item.get_ref(), lines, depth + 1, line) }
            };
            Tree::List(items.iter().map(item).collect())
        }
        DeValue::String(text) => Tree::Text(text.to_string()),
        DeValue::Integer(number) => Tree::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Tree::Text(number.as_str().to_owned()),
        DeValue::Boolean(on) => Tree::Text(on.to_string()),
        DeValue::Datetime(moment) => Tree::Text(moment.to_string()),
        DeValue::Table(_) | DeValue::Array(_) => Tree::Text(format!("nested too deep at line {line}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_lines() {
        let text =
            "name = \"api\"\n[vars]\nA = \"1\"\n\n[env.production.vars]\nA = \"2\"\nB = [\"x\",\n \"y\"]\n";
        let node = read_toml(text).unwrap();
        let line = |path: &[&str]| node.get(path).unwrap().line;
        assert_eq!(line(&["vars", "A"]), 3);
        assert_eq!(line(&["env", "production", "vars", "A"]), 6);
        assert_eq!(node.get(&["env", "production", "vars", "B"]).unwrap().items()[1].line, 8);
        assert!(read_toml("[[").is_err());
    }
}
