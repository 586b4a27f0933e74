//! What a commit and a tag lead to.

/// The header of a commit: ids as bytes, the committer's date in seconds since 1970.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CommitHead {
    pub tree: Vec<u8>,
    pub parents: Vec<Vec<u8>>,
    pub time: i64,
}

impl CommitHead {
    /// `None` if it has no tree. A date that cannot be read is 0: the order then follows the parents.
    pub fn parse(content: &[u8], id_len: usize) -> Option<Self> {
        let mut lines = content.split(|byte| *byte == b'\n');
        let mut head = Self { tree: id(lines.next()?.strip_prefix(b"tree ")?, id_len)?, ..Self::default() };
        for line in lines.take_while(|line| !line.is_empty()) {
            if let Some(hex) = line.strip_prefix(b"parent ") {
                head.parents.extend(id(hex, id_len));
            } else if let Some(person) = line.strip_prefix(b"committer ") {
                head.time = seconds(person).unwrap_or(0);
                break;
            }
        }
        Some(head)
    }
}

/// The id of what a tag names.
pub fn tag_target(content: &[u8], id_len: usize) -> Option<Vec<u8>> {
    id(content.split(|byte| *byte == b'\n').next()?.strip_prefix(b"object ")?, id_len)
}

/// From `Name <mail> 1700000000 +0100`.
fn seconds(person: &[u8]) -> Option<i64> {
    let mut words = person.rsplit(|byte| *byte == b' ');
    let seconds = words.nth(1)?;
    std::str::from_utf8(seconds).ok()?.parse().ok()
}

fn id(hex: &[u8], id_len: usize) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    if hex.len() != id_len * 2 {
        return None;
    }
    hex.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read_up_to_its_date() {
        let (tree, parent) = ("1".repeat(40), "2".repeat(40));
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor A <a@example.com> 1 +0000\n\
             committer B <b@example.com> 1700000000 +0100\n\nparent of nothing\n"
        );
        let head = CommitHead::parse(text.as_bytes(), 20).expect("a commit");
        assert_eq!(
            head,
            CommitHead { tree: vec![0x11; 20], parents: vec![vec![0x22; 20]], time: 1_700_000_000 }
        );
        assert_eq!(CommitHead::parse(text.as_bytes(), 32), None, "another hash");
        assert_eq!(CommitHead::parse(b"", 20), None);
        assert_eq!(tag_target(format!("object {tree}\ntype commit\n").as_bytes(), 20), Some(vec![0x11; 20]));
    }
}
