//! The data of a database.

use std::collections::BTreeMap;

/// What is at a place: a leaf, or named children. A place that holds nothing does not exist.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Leaf(Scalar),
    Node(BTreeMap<String, Json>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Bool(bool),
    Number(f64),
    Text(String),
}

impl Json {
    pub fn at(&self, path: &[String]) -> Option<&Json> {
        path.iter().try_fold(self, |json, key| match json {
            Self::Node(children) => children.get(key),
            Self::Leaf(_) => None,
        })
    }
}

/// The same data with another value at a path; parents come and go with their children.
pub(super) fn with(data: Option<Json>, path: &[String], value: Option<Json>) -> Option<Json> {
    let Some((key, rest)) = path.split_first() else { return value };
    let mut children = match data {
        Some(Json::Node(children)) => children,
        _ => BTreeMap::new(),
    };
    let child = children.remove(key);
    if let Some(child) = with(child, rest, value) {
        children.insert(key.clone(), child);
    }
    if children.is_empty() { None } else { Some(Json::Node(children)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_go_with_their_last_child() {
        let path = ["a".to_owned(), "b".to_owned()];
        let data = with(None, &path, Some(Json::Leaf(Scalar::Bool(true))));
        assert!(data.as_ref().expect("data").at(&path).is_some());
        assert_eq!(with(data, &path, None), None);
    }
}
