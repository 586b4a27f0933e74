//! "Did you mean …?"

/// The candidate with the smallest edit distance, if it is near enough to be a slip.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name of ours: not a slip, and the distance is quadratic.
    if written.len() > 100 {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (distance(written, candidate), candidate))
        .filter(|(distance, _)| *distance <= 1 + written.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance over characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substitute = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_told_from_other_words() {
        assert_eq!(nearest("mial", ["mail", "tls"]), Some("mail"));
        assert_eq!(nearest("sesions", ["url", "sessions"]), Some("sessions"));
        assert_eq!(nearest("hovercraft", ["mail", "tls"]), None);
        assert_eq!(nearest(&"m".repeat(10_000), ["mail"]), None);
    }
}
