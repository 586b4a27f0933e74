//! Following CNAMEs over recorded answers.

use crate::seen::{Answer, Answers, Ask, Miss, Rr};

/// Longer chains are cut; resolvers give up about there too.
const LONGEST: usize = 16;

/// A name and the aliases it leads through.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chain {
    /// The name itself first, then each CNAME's target.
    pub names: Vec<String>,
    pub end: End,
}

/// Where a chain ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum End {
    /// The last name has an address.
    Resolves,
    /// The last name does not exist.
    NoName,
    /// The last name exists without an address.
    NoAddress,
    /// The last name was there before.
    Loop,
    TooLong,
    Missed(Miss),
    /// This must be asked to know.
    Wanted(Ask),
}

impl Chain {
    pub fn is_alias(&self) -> bool {
        self.names.len() > 1
    }

    /// The name at its end.
    pub fn last(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// `a → b → c`
    pub fn shown(&self) -> String {
        self.names.join(" → ")
    }
}

/// Follows the aliases of a name as far as the answers reach.
pub fn chain(name: &str, answers: &Answers) -> Chain {
    let mut names = vec![name.to_owned()];
    let end = loop {
        let current = names.last().map_or(name, String::as_str);
        match answers.answer(current, Rr::Cname) {
            Ok(Answer::Records(targets)) => {
                let Some(target) = targets.first() else { break End::NoAddress };
                let (target, known) = (target.clone(), names.contains(target));
                names.push(target);
                if known {
                    break End::Loop;
                }
                if names.len() > LONGEST {
                    break End::TooLong;
                }
            }
            Ok(_) => break address(current, answers),
            Err(Miss::NotAsked) => break unaliased(current, answers),
            Err(miss) => break End::Missed(miss.clone()),
        }
    };
    Chain { names, end }
}

/// The CNAME question is worth asking only where no address came, for with an address its CNAME
/// would have come along.
fn unaliased(name: &str, answers: &Answers) -> End {
    match answers.answer(name, Rr::A) {
        Err(Miss::NotAsked) => End::Wanted(Ask::new(name, Rr::A)),
        Ok(Answer::Records(_)) => End::Resolves,
        Ok(_) | Err(_) => End::Wanted(Ask::new(name, Rr::Cname)),
    }
}

fn address(name: &str, answers: &Answers) -> End {
    match answers.answer(name, Rr::A) {
        Err(Miss::NotAsked) => End::Wanted(Ask::new(name, Rr::A)),
        Err(miss) => End::Missed(miss.clone()),
        Ok(Answer::Records(_)) => End::Resolves,
        Ok(Answer::NoName) => End::NoName,
        Ok(Answer::NoData) => match answers.answer(name, Rr::Aaaa) {
            Err(Miss::NotAsked) => End::Wanted(Ask::new(name, Rr::Aaaa)),
            Err(miss) => End::Missed(miss.clone()),
            Ok(Answer::Records(_)) => End::Resolves,
            Ok(Answer::NoName) => End::NoName,
            Ok(Answer::NoData) => End::NoAddress,
        },
    }
}
