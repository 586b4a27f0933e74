//! Public suffixes against the public suite, and aliases.

use std::path::{Path, PathBuf};

use gonogo::{
    engine::name::{End, chain, registrable},
    seen::{Answer, Answers, Ask, Rr, Seen},
};

#[test]
fn public_suffixes_agree_with_the_public_suite() {
    let text = std::fs::read_to_string(suite("psl-tests.txt")).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let (name, wanted) = line.split_once(' ').unwrap();
        // The suite keeps U-labels where they are given; names here are always A-labels.
        let wanted = (wanted != "null").then(|| idna::domain_to_ascii(wanted).unwrap());
        count += 1;
        if registrable(name) != wanted {
            wrong.push(format!("{name}: {:?} instead of {wanted:?}", registrable(name)));
        }
    }
    assert!(count > 60, "only {count} cases in the suite");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn aliases_end_whatever_is_published() {
    let mut answers = Answers::default();
    for index in 0..100 {
        let target = Seen::Got(Answer::Records(vec![format!("n{}.example.com", index + 1)]));
        answers.insert(&Ask::new(format!("n{index}.example.com"), Rr::Cname), target);
    }
    assert_eq!(chain("n0.example.com", &answers).end, End::TooLong);
    let to_itself = Seen::Got(Answer::Records(vec!["self.example.com".to_owned()]));
    answers.insert(&Ask::new("self.example.com", Rr::Cname), to_itself);
    assert_eq!(chain("self.example.com", &answers).end, End::Loop);
    assert_eq!(chain("new.example.com", &answers).end, End::Wanted(Ask::new("new.example.com", Rr::A)));
}

/// A suite beside the repository, one or two levels up.
fn suite(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/suites", "../../shared/suites"].map(|place| root.join(place).join(name));
    let found = places.iter().find(|path| path.exists());
    found.unwrap_or_else(|| panic!("the suite {name} is in neither {places:?}")).clone()
}
