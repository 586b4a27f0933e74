//! Several wishes about one record set become one record set.
//!
//! Each wish is a whole value with one thing mended. What the wishes have in common with the
//! present value stays; what one of them removes goes; what one of them adds comes.

/// The merged set. `wishes` are whole sets, the most important first; an empty one removes.
pub(super) fn merge(record: &str, present: &[String], wishes: &[&[String]]) -> Vec<String> {
    if record == "TXT" {
        return texts(present, wishes);
    }
    let kept = present.iter().filter(|value| wishes.iter().all(|wish| wish.contains(value)));
    unique(kept.chain(wishes.iter().copied().flatten()))
}

/// One name's TXT records serve several protocols, told apart by their first tag.
fn texts(present: &[String], wishes: &[&[String]]) -> Vec<String> {
    if wishes.iter().all(|wish| wish.is_empty()) {
        return Vec::new();
    }
    let wished: Vec<&String> = wishes.iter().copied().flatten().collect();
    let mut families: Vec<String> = Vec::new();
    for family in wished.iter().map(|value| family(value)) {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let untouched = present.iter().filter(|value| !families.contains(&family(value)));
    let mut merged = unique(untouched);
    for one in &families {
        let of_family = |value: &&String| family(value) == *one;
        let before: Vec<&String> = present.iter().filter(of_family).collect();
        let after: Vec<&String> = wished.iter().copied().filter(of_family).collect();
        let value = match (before.as_slice(), after.as_slice()) {
            ([base], _) if one == "v=spf1" => terms(base, &after),
            ([base], _) => tags(base, &after),
            (_, [first, ..]) => (*first).clone(),
            _ => continue,
        };
        merged.push(value);
    }
    merged
}

/// `v=spf1`, `v=dmarc1`, …: up to the first space or semicolon, in lower case without spaces.
fn family(value: &str) -> String {
    let head = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let head = if head.starts_with("v=spf1") { head.split(' ').next().unwrap_or_default() } else { &head };
    let bare: String = head.chars().filter(|letter| !letter.is_whitespace()).collect();
    if bare.starts_with("v=") { bare } else { value.to_owned() }
}

/// Terms of a record that is merged; a longer one is not worth the time.
const MOST: usize = 300;

/// SPF: terms in their order, new ones before `all`, which ends the record.
fn terms(base: &str, wishes: &[&String]) -> String {
    let split = |text: &str| -> Vec<String> {
        text.split(' ').filter(|term| !term.is_empty()).map(str::to_owned).collect()
    };
    let base = split(base);
    let wishes: Vec<Vec<String>> = wishes.iter().map(|wish| split(wish)).collect();
    if base.len() > MOST {
        return wishes.first().map(|wish| wish.join(" ")).unwrap_or_default();
    }
    let kept = base.iter().filter(|term| wishes.iter().all(|wish| wish.contains(term)));
    let added = wishes.iter().flatten().filter(|term| !base.contains(term));
    let (last, mut merged): (Vec<String>, Vec<String>) =
        unique(kept.chain(added)).into_iter().partition(|term| is_last(term));
    // The first wish is the most important one; a record has one end.
    merged.extend(last.into_iter().next());
    merged.join(" ")
}

fn is_last(term: &str) -> bool {
    let bare = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
    bare == "all" || bare.starts_with("redirect=")
}

/// `name=value` pairs separated by semicolons: a later wish changes only what no earlier one did.
fn tags(base: &str, wishes: &[&String]) -> String {
    let base = pairs(base);
    let wishes: Vec<Vec<(String, String)>> = wishes.iter().map(|wish| pairs(wish)).collect();
    let of = |pairs: &[(String, String)], name: &str| -> Option<String> {
        pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&String> = base.iter().map(|(name, _)| name).collect();
    for (name, _) in wishes.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let decided = names.into_iter().filter_map(|name| {
        let before = of(&base, name);
        let changed = wishes.iter().map(|wish| of(wish, name)).find(|after| *after != before);
        changed.unwrap_or(before).map(|value| format!("{name}={value}"))
    });
    decided.collect::<Vec<_>>().join("; ")
}

fn pairs(text: &str) -> Vec<(String, String)> {
    text.split(';')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .take(100)
        .collect()
}

fn unique<'a>(values: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in values {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(record: &str, present: &[&str], wishes: &[&[&str]]) -> Vec<String> {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let wishes: Vec<Vec<String>> = wishes.iter().map(|wish| owned(wish)).collect();
        let wishes: Vec<&[String]> = wishes.iter().map(Vec::as_slice).collect();
        merge(record, &owned(present), &wishes)
    }

    #[test]
    fn two_repairs_of_one_spf_record_both_count() {
        let present = ["site-verification=1", "v=spf1 include:a.test ptr +all"];
        let without_ptr = ["v=spf1 include:a.test +all"];
        let soft = ["v=spf1 include:a.test ptr ~all"];
        assert_eq!(
            merged("TXT", &present, &[&soft, &without_ptr]),
            ["site-verification=1", "v=spf1 include:a.test ~all"]
        );
    }

    #[test]
    fn two_repairs_of_one_dmarc_record_both_count() {
        let present = ["v=DMARC1; p=none; pct=50"];
        let strict = ["v=DMARC1; p=quarantine; pct=50"];
        let plain = ["v=DMARC1; p=none"];
        let reported = ["v=DMARC1; p=none; pct=50; rua=mailto:d@example.com"];
        assert_eq!(
            merged("TXT", &present, &[&strict, &plain, &reported]),
            ["v=DMARC1; p=quarantine; rua=mailto:d@example.com"]
        );
    }

    #[test]
    fn several_records_become_the_one_that_was_wished() {
        let present = ["v=spf1 mx ~all", "v=spf1 a -all", "other"];
        assert_eq!(merged("TXT", &present, &[&["v=spf1 mx a -all"]]), ["other", "v=spf1 mx a -all"]);
        assert_eq!(merged("MX", &["10 a.test", "20 b.test"], &[&["10 a.test"]]), ["10 a.test"]);
        assert!(merged("CNAME", &["gone.test"], &[&[]]).is_empty());
    }
}
