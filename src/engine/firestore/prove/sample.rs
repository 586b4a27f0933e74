//! A text that a regular expression matches, for the plain ones that rules use.

/// The shortest text that comes to mind; whoever asks verifies it.
pub(crate) fn sample(pattern: &str) -> Option<String> {
    if pattern.len() > 500 {
        return None;
    }
    let mut sampler = Sampler { letters: pattern.chars().collect(), at: 0 };
    let text = sampler.alternatives(0)?;
    (sampler.at == sampler.letters.len()).then_some(text)
}

struct Sampler {
    letters: Vec<char>,
    at: usize,
}

impl Sampler {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += 1;
        letter
    }

    /// The first alternative that is not empty.
    fn alternatives(&mut self, depth: usize) -> Option<String> {
        if depth > 20 {
            return None;
        }
        let mut chosen = self.sequence(depth)?;
        while self.peek() == Some('|') {
            self.at += 1;
            let other = self.sequence(depth)?;
            if chosen.is_empty() {
                chosen = other;
            }
        }
        Some(chosen)
    }

    fn sequence(&mut self, depth: usize) -> Option<String> {
        let mut text = String::new();
        while let Some(letter) = self.peek().filter(|letter| !matches!(letter, '|' | ')')) {
            self.at += 1;
            let atom = match letter {
                '^' | '$' => continue,
                '.' => "a".to_owned(),
                '[' => self.class()?.to_string(),
                '\\' => match self.next()? {
                    'b' | 'B' | 'A' | 'z' => continue,
                    escaped => escape(escaped).to_string(),
                },
                '(' => {
                    self.skip_group_flags()?;
                    let inner = self.alternatives(depth + 1)?;
                    (self.next()? == ')').then_some(inner)?
                }
                plain => plain.to_string(),
            };
            let times = self.times()?;
            if atom.len() * times > 4_000 {
                return None;
            }
            text.push_str(&atom.repeat(times));
        }
        Some(text)
    }

    fn skip_group_flags(&mut self) -> Option<()> {
        if self.peek() == Some('?') {
            self.at += 1;
            match self.next()? {
                ':' => {}
                'P' | '<' => while self.next()? != '>' {},
                _ => return None,
            }
        }
        Some(())
    }

    /// How often the atom before is written: as seldom as it may, but `*` once.
    fn times(&mut self) -> Option<usize> {
        let times = match self.peek() {
            Some('*' | '+' | '?') => {
                self.at += 1;
                1
            }
            Some('{') => {
                self.at += 1;
                let mut least = String::new();
                let mut in_least = true;
                loop {
                    match self.next()? {
                        '}' => break,
                        ',' => in_least = false,
                        digit if in_least => least.push(digit),
                        _ => {}
                    }
                }
                least.parse::<usize>().ok()?.max(1)
            }
            _ => return Some(1),
        };
        if self.peek() == Some('?') {
            self.at += 1;
        }
        Some(times)
    }

    /// A letter of the class; the bracket is open.
    fn class(&mut self) -> Option<char> {
        let negated = self.peek() == Some('^');
        if negated {
            self.at += 1;
        }
        let mut members = Vec::new();
        loop {
            match self.next()? {
                ']' if !members.is_empty() => break,
                '\\' => members.push(escape(self.next()?)),
                letter => members.push(letter),
            }
        }
        if negated {
            return ('a'..='z').chain('0'..='9').find(|letter| !members.contains(letter));
        }
        members.first().copied()
    }
}

fn escape(letter: char) -> char {
    match letter {
        'd' => '1',
        'w' => 'a',
        's' => ' ',
        'D' | 'S' => 'x',
        'W' => '-',
        'n' => '\n',
        't' => '\t',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn samples_match() {
        for pattern in [
            "^[A-Za-z0-9_]{3,20}$",
            r"[^@]+@[^@]+\.[a-z]{2,}",
            "(a|b)*c",
            r"\d{4}-\d{2}-\d{2}",
            "https?://.*",
            r"^(?:GET|POST)$",
            "image/.*",
            "[a-zA-Z ]+",
        ] {
            let text = sample(pattern).expect("a text that matches");
            assert!(
                regex::Regex::new(&format!("^(?:{pattern})$")).expect("a valid pattern").is_match(&text),
                "{pattern}: {text}"
            );
        }
        assert_eq!(sample("(((("), None);
    }
}
