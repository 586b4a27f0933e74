//! What the user knows about the mail that the DNS does not tell.

use std::{
    fs::File,
    io::{Read, stdin},
    path::PathBuf,
};

use anyhow::Context;

use super::failure::Failure;
use crate::{
    engine::{
        message::{self, LARGEST, Message},
        name::is_within,
    },
    target::Target,
};

#[derive(clap::Args, Debug, Default)]
#[command(next_help_heading = "Mail")]
pub(super) struct MailHints {
    /// A DKIM selector that the domain uses, e.g. resend; repeatable
    #[arg(long, value_name = "NAME", value_parser = selector)]
    selector: Vec<String>,
    /// A received message or its header, `-` for standard input: gives selectors and the real
    /// alignment
    #[arg(long, value_name = "FILE")]
    message: Option<PathBuf>,
}

impl MailHints {
    /// Adds what was given to the audited domains.
    pub(super) fn apply(&self, target: &mut Target) -> anyhow::Result<()> {
        if (!self.selector.is_empty() || self.message.is_some()) && target.domains.is_empty() {
            return Err(Failure::new("no domain is audited whose mail this could be about")
                .help("name the domain, e.g. `gonogo audit example.com --selector resend`")
                .into());
        }
        for domain in &mut target.domains {
            domain.dkim_selectors.extend(self.selector.iter().cloned());
        }
        if let Some(path) = &self.message {
            let message = read(path)?;
            target.message = Some(accept(message, target)?);
        }
        Ok(())
    }
}

/// Takes the message if it is from an audited domain.
fn accept(message: Message, target: &mut Target) -> Result<Message, Failure> {
    if !message.is_useful() {
        return Err(Failure::new(
            "the message has no `From:` with a domain, or nothing that tells who sent it",
        )
        .help(
            "give the whole header as it was received: \"show original\" in Gmail, \"view source\" elsewhere",
        ));
    }
    let is_ours = |name: &String| target.domains.iter().any(|domain| is_within(name, &domain.name));
    if !message.from.iter().any(is_ours) {
        return Err(Failure::new(format!(
            "the message is from {}, which is not audited",
            message.from.join(", ")
        )));
    }
    for domain in &mut target.domains {
        domain.dkim_selectors.extend(message.selectors(&domain.name));
        domain.dkim_selectors.sort();
        domain.dkim_selectors.dedup();
    }
    Ok(message)
}

fn read(path: &PathBuf) -> anyhow::Result<Message> {
    let mut bytes = Vec::new();
    let limit = LARGEST as u64;
    if path.as_os_str() == "-" {
        stdin().lock().take(limit).read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        let shown = path.display();
        let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
        file.take(limit).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
    }
    Ok(message::parse(&bytes))
}

fn selector(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let fits = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(plain);
    if text.len() <= 200 && text.split('.').all(fits) && !text.contains("_domainkey") {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("write only the part before `._domainkey`, e.g. `resend`".to_owned())
    }
}
