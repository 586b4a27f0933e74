//! `math`, `timestamp`, `duration`, `latlng` and `hashing`.

use super::super::{
    fault::{Fault, FaultKind},
    value::{Sources, Value},
};
use super::{Eval, hash, operator::number, time};

pub(super) fn call(package: &str, name: &str, args: &[Value]) -> Eval {
    let full = format!("{package}.{name}");
    if args.iter().any(Value::is_open) {
        let on = args.iter().fold(Sources::default(), |on, arg| on.and(arg.sources()));
        return Ok(Value::unknown(if on.is_empty() { Sources::TOKEN } else { on }));
    }
    if args.contains(&Value::Null) {
        return Err(Fault::null());
    }
    let answer = match package {
        "math" => math(name, args),
        "hashing" => hashing(name, args),
        _ => moment(&full, args),
    };
    answer.unwrap_or_else(|| Err(Fault::no_function(&full)))
}

fn math(name: &str, args: &[Value]) -> Option<Eval> {
    let (first, second) = (args.first()?, args.get(1));
    let Some(float) = number(first) else { return Some(Err(Fault::types(first.kind(), "int,float"))) };
    Some(Ok(match (name, first, second) {
        ("abs", Value::Int(int), None) => Value::Int(int.saturating_abs()),
        ("abs", _, None) => Value::Float(float.abs()),
        ("ceil", _, None) => Value::Int(float.ceil() as i64),
        ("floor", _, None) => Value::Int(float.floor() as i64),
        // Halves go up, also below zero.
        ("round", _, None) => Value::Int((float + 0.5).floor() as i64),
        ("sqrt", _, None) => Value::Float(float.sqrt()),
        ("isNaN", _, None) => Value::Bool(float.is_nan()),
        ("isInfinite", _, None) => Value::Bool(float.is_infinite()),
        ("pow", _, Some(power)) => Value::Float(float.powf(number(power)?)),
        _ => return None,
    }))
}

fn moment(name: &str, args: &[Value]) -> Option<Eval> {
    match (name, args) {
        ("timestamp.date", [Value::Int(year), Value::Int(month), Value::Int(day)]) => {
            Some(time::date(*year, *month, *day))
        }
        ("timestamp.value", [Value::Int(millis)]) => Some(Ok(time::moment(*millis))),
        ("duration.value", [Value::Int(count), Value::Text(unit)]) => Some(time::span(*count, unit)),
        (
            "duration.time",
            [Value::Int(hours), Value::Int(minutes), Value::Int(seconds), Value::Int(nanos)],
        ) => Some(Ok(time::clock(*hours, *minutes, *seconds, *nanos))),
        ("duration.abs", [Value::Duration(nanos)]) => Some(Ok(Value::Duration(nanos.saturating_abs()))),
        ("latlng.value", [latitude, longitude]) => {
            let (latitude, longitude) = (number(latitude)?, number(longitude)?);
            Some(if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 {
                Ok(Value::Place(latitude, longitude))
            } else {
                Err(Fault::new(
                    FaultKind::Range,
                    format!(
                        "Latitude should be in [-90,90] range and longitude should be in [-180,180] range. latitude: {latitude:?}, longitude: {longitude:?}."
                    ),
                ))
            })
        }
        _ => None,
    }
}

fn hashing(name: &str, args: &[Value]) -> Option<Eval> {
    let bytes = match args {
        [Value::Text(text)] => text.as_bytes(),
        [Value::Bytes(bytes)] => bytes,
        _ => return None,
    };
    let digest = match name {
        "md5" => hash::md5(bytes).to_vec(),
        "sha256" => hash::sha256(bytes),
        "crc32" => hash::crc(bytes, 0xedb8_8320).to_be_bytes().to_vec(),
        "crc32c" => hash::crc(bytes, 0x82f6_3b78).to_be_bytes().to_vec(),
        _ => return None,
    };
    Some(Ok(Value::Bytes(digest)))
}
