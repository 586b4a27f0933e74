//! From JSON to data of the database and back.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use super::state::{Json, Scalar};

pub(super) fn data(value: &Value) -> Option<Json> {
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some(Json::Leaf(Scalar::Bool(*yes))),
        Value::Number(number) => Some(Json::Leaf(Scalar::Number(number.as_f64()?))),
        Value::String(text) => Some(Json::Leaf(Scalar::Text(text.clone()))),
        Value::Array(items) => node(items.iter().enumerate().map(|(index, item)| (index.to_string(), item))),
        Value::Object(entries) => node(entries.iter().map(|(key, value)| (key.clone(), value))),
    }
}

fn node<'a>(entries: impl Iterator<Item = (String, &'a Value)>) -> Option<Json> {
    let children: BTreeMap<String, Json> =
        entries.filter_map(|(key, value)| Some((key, data(value)?))).collect();
    if children.is_empty() { None } else { Some(Json::Node(children)) }
}

pub(super) fn shown(data: Option<&Json>) -> Value {
    match data {
        None => Value::Null,
        Some(Json::Leaf(Scalar::Bool(yes))) => json!(yes),
        Some(Json::Leaf(Scalar::Number(number))) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Value::Number(Number::from(*number as i64))
        }
        Some(Json::Leaf(Scalar::Number(number))) => json!(number),
        Some(Json::Leaf(Scalar::Text(text))) => json!(text),
        Some(Json::Node(children)) => {
            let entries = children.iter().map(|(key, child)| (key.clone(), shown(Some(child))));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}
