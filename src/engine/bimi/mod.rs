//! Logos for BIMI: the profile SVG Tiny Portable/Secure, as far as mailboxes insist on it.

mod mark;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

pub use self::mark::{LARGEST_EVIDENCE, evidence, mark};

/// Largest logo that mailboxes accept, in bytes.
pub const LARGEST: usize = 32 * 1024;
/// Elements read of one logo.
const ELEMENTS: usize = 20_000;

/// What keeps a logo from being shown, each a phrase in lower case; empty where nothing does.
pub fn faults(svg: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    if svg.len() > LARGEST {
        faults.push(format!("it is larger than {LARGEST} bytes"));
    }
    let mut reader = Reader::from_reader(svg);
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut elements, mut titled) = (Vec::new(), 0, false);
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                elements += 1;
                let name = String::from_utf8_lossy(element.local_name().as_ref()).into_owned();
                if elements == 1 {
                    root(&name, &element, &mut faults);
                }
                titled |= name == "title";
                if matches!(name.as_str(), "script" | "image" | "foreignObject" | "animate" | "a") {
                    faults.push(format!("it contains <{name}>"));
                }
                if links_outside(&element) {
                    faults.push(format!("<{name}> refers to something outside the file"));
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                faults.push("it is not well-formed XML".to_owned());
                break;
            }
        }
        if elements > ELEMENTS {
            break;
        }
        buffer.clear();
    }
    if elements == 0 {
        return vec!["it is not SVG".to_owned()];
    }
    if !titled {
        faults.push("it has no <title>".to_owned());
    }
    faults.dedup();
    faults.truncate(10);
    faults
}

fn root(name: &str, element: &BytesStart<'_>, faults: &mut Vec<String>) {
    if name != "svg" {
        faults.push("it is not SVG".to_owned());
        return;
    }
    if attribute(element, "version").as_deref() != Some("1.2") {
        faults.push("its version is not 1.2".to_owned());
    }
    if attribute(element, "baseProfile").as_deref() != Some("tiny-ps") {
        faults.push("its baseProfile is not tiny-ps".to_owned());
    }
    let view = attribute(element, "viewBox").unwrap_or_default();
    let numbers: Vec<f64> = view.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [_, _, width, height] if (width - height).abs() < 0.01 => {}
        [_, _, _, _] => faults.push("it is not square".to_owned()),
        _ => faults.push("it has no viewBox".to_owned()),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|one| one.key.as_ref() == name.as_bytes())?;
    Some(String::from_utf8_lossy(&found.value).trim().to_owned())
}

fn links_outside(element: &BytesStart<'_>) -> bool {
    let mut links = element.attributes().flatten().filter(|one| one.key.local_name().as_ref() == b"href");
    links.any(|link| !link.value.starts_with(b"#"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps"
        viewBox="0 0 64 64"><title>Example</title><circle cx="32" cy="32" r="30" fill="#0a0"/></svg>"##;

    #[test]
    fn a_tiny_ps_logo_has_no_fault() {
        assert_eq!(faults(GOOD.as_bytes()), Vec::<String>::new());
    }

    #[test]
    fn faults_are_named() {
        let bad = GOOD
            .replace("tiny-ps", "full")
            .replace("64 64", "64 32")
            .replace("<circle", "<script>x</script><use href=\"https://example.com/a\"/><circle");
        assert_eq!(faults(bad.as_bytes()).len(), 4, "{:?}", faults(bad.as_bytes()));
        assert_eq!(faults(b"hello"), ["it is not SVG"]);
        assert_eq!(faults(b"<html><title>x</title></html>"), ["it is not SVG"]);
        assert!(!faults(b"\xff\xfe<<<").is_empty() && !faults("<".repeat(100_000).as_bytes()).is_empty());
    }
}
