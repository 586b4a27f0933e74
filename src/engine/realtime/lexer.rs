//! Words of a condition.

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Number(f64),
    /// The pattern between the slashes and its flags.
    Regex(String, String),
    Sign(&'static str),
}

/// Longest first, so that `===` is not three signs.
const SIGNS: [&str; 22] = [
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%", "<", ">", "!", "?", ":", "(",
    ")", ".", ",",
];
const BRACKETS: [&str; 2] = ["[", "]"];

/// # Errors
/// The first letter that begins no word of the language.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' | '$' => name(rest),
            '0'..='9' => number(rest)?,
            '\'' | '"' => quoted(rest, first)?,
            '/' if !follows_a_value(found.last()) => regex(rest)?,
            _ => sign(rest, first)?,
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

fn name(rest: &str) -> (Token, usize) {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    (Token::Name(rest[..length].to_owned()), length)
}

fn number(rest: &str) -> Result<(Token, usize), String> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '.';
    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let number = rest[..length]
        .parse()
        .map_err(|_| format!("{} is not a number", super::text::short(&rest[..length])))?;
    Ok((Token::Number(number), length))
}

fn quoted(rest: &str, quote: char) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, letter)) => text.push(letter),
                None => break,
            },
            letter if letter == quote => return Ok((Token::Text(text), at + 1)),
            letter => text.push(letter),
        }
    }
    Err("a quoted word has no end".to_owned())
}

fn regex(rest: &str) -> Result<(Token, usize), String> {
    let mut escaped = false;
    let mut in_class = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                let after = &rest[at + 1..];
                let flags = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
                let pattern = rest[1..at].to_owned();
                return Ok((Token::Regex(pattern, after[..flags].to_owned()), at + 1 + flags));
            }
            _ => {}
        }
    }
    Err("a regular expression has no end".to_owned())
}

fn sign(rest: &str, first: char) -> Result<(Token, usize), String> {
    let all = SIGNS.iter().chain(&BRACKETS);
    match all.copied().find(|sign| rest.starts_with(sign)) {
        Some(sign) => Ok((Token::Sign(sign), sign.len())),
        None => Err(format!("{first:?} has no meaning here")),
    }
}

/// After a value a slash divides; elsewhere it begins a regular expression.
fn follows_a_value(last: Option<&Token>) -> bool {
    match last {
        Some(Token::Sign(sign)) => matches!(*sign, ")" | "]"),
        Some(_) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_divides_after_a_value_only() {
        let regex = tokens("newData.val().matches(/^a[/]b$/i)").expect("words");
        assert!(regex.contains(&Token::Regex("^a[/]b$".into(), "i".into())));
        assert!(tokens("now / 2").expect("words").contains(&Token::Sign("/")));
    }

    #[test]
    fn what_has_no_end_is_an_error() {
        for text in ["'a", "matches(/a", "a # b", "1.2.3", "'\\"] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }
}
