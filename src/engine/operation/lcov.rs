//! LCOV tracefiles (geninfo(1)): which lines of a file tests ran.

use std::collections::BTreeMap;

use crate::seen::{Coverage, CoveredFile, Miss};

/// Files in one tracefile.
const FILES: usize = 50_000;

/// Reads a tracefile and keeps the files among `wanted`, paths relative to the repository. A tracefile
/// names its files absolutely, or relative to the folder (`below`) in which the tests ran.
pub fn read(text: &str, below: &str, wanted: &[String]) -> Result<Coverage, Miss> {
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let (mut total, mut current, mut ended) = (0_u32, None::<Counting>, false);
    for line in text.lines().map(str::trim_end) {
        if let Some(path) = line.strip_prefix("SF:") {
            total += 1;
            if total as usize > FILES {
                return Err(Miss::Unsupported(format!("a tracefile of more than {FILES} files")));
            }
            current = Some(Counting { file: matching(path, below, wanted), ..Counting::default() });
        } else if line == "end_of_record" {
            ended = true;
            if let Some(done) = current.take()
                && let Some(file) = done.file.clone()
            {
                let (lines, hit) = done.sum();
                let entry = counts.entry(file).or_default();
                // One file in several records was run by several suites: the best one counts.
                if lines > entry.0 || lines == entry.0 && hit > entry.1 {
                    *entry = (lines, hit);
                }
            }
        } else if let Some(counting) = &mut current {
            counting.line(line);
        }
    }
    if !ended {
        return Err(Miss::Malformed("no record of an LCOV tracefile in it".to_owned()));
    }
    let files = counts.into_iter().map(|(path, (lines, hit))| CoveredFile { path, lines, hit }).collect();
    Ok(Coverage { files, total })
}

#[derive(Default)]
struct Counting {
    file: Option<String>,
    lines: u32,
    hit: u32,
    /// `LF` and `LH`, where no line is written out.
    found: u32,
    reached: u32,
}

impl Counting {
    fn line(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("DA:") {
            let mut parts = rest.split(',');
            let count = parts.nth(1).and_then(|count| count.parse::<f64>().ok());
            self.lines = self.lines.saturating_add(1);
            self.hit = self.hit.saturating_add(u32::from(count.is_some_and(|count| count > 0.0)));
        } else if let Some(rest) = line.strip_prefix("LF:") {
            self.found = rest.parse().unwrap_or(0);
        } else if let Some(rest) = line.strip_prefix("LH:") {
            self.reached = rest.parse().unwrap_or(0);
        }
    }

    fn sum(&self) -> (u32, u32) {
        if self.lines > 0 { (self.lines, self.hit) } else { (self.found, self.reached.min(self.found)) }
    }
}

/// The wanted file that a tracefile's path names.
fn matching(path: &str, below: &str, wanted: &[String]) -> Option<String> {
    let path = path.trim().replace('\\', "/");
    let path = path.trim_start_matches("./");
    let joined = if below.is_empty() { path.to_owned() } else { format!("{below}/{path}") };
    let is = |wanted: &&String| {
        **wanted == joined
            || **wanted == path
            || path.strip_suffix(wanted.as_str()).is_some_and(|before| before.ends_with('/'))
    };
    wanted.iter().filter(is).max_by_key(|wanted| wanted.len()).cloned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_wanted_files_are_counted() {
        let text = "TN:\nSF:src/a.ts\nDA:1,3\nDA:2,0\nLF:2\nLH:1\nend_of_record\nSF:/home/ci/repo/functions/src/b.ts\nLF:10\nLH:9\nend_of_record\nSF:c.ts\nDA:1,1\nend_of_record\n";
        let wanted = ["functions/src/a.ts".to_owned(), "functions/src/b.ts".to_owned()];
        let read = read(text, "functions", &wanted).unwrap();
        let told: Vec<_> = read.files.iter().map(|file| (file.path.as_str(), file.lines, file.hit)).collect();
        assert_eq!(told, [("functions/src/a.ts", 2, 1), ("functions/src/b.ts", 10, 9)]);
        assert_eq!(read.total, 3);
        assert!(super::read("hello", "", &wanted).is_err());
        assert!(super::read("SF:a.ts\nDA:1,1\n", "", &wanted).is_err(), "a record that does not end");
    }
}
