//! Timestamps and durations, in UTC.

use jiff::civil::{Date, Weekday};

use super::super::{
    fault::{Fault, FaultKind},
    value::Value,
};
use super::Eval;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

pub(super) fn method(nanos: i128, name: &str, args: &[Value]) -> Option<Eval> {
    if !args.is_empty() {
        return None;
    }
    let of_day = nanos.rem_euclid(DAY);
    if let Some(part) = clock_part(of_day, name) {
        return Some(Ok(Value::Int(part)));
    }
    match name {
        "toMillis" => return Some(Ok(Value::Int(saturated(nanos.div_euclid(1_000_000))))),
        "date" => return Some(Ok(Value::Time(nanos.saturating_sub(of_day)))),
        "time" => return Some(Ok(Value::Duration(of_day))),
        _ => {}
    }
    let date = i64::try_from(nanos.div_euclid(DAY))
        .ok()
        .and_then(|days| Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok());
    let Some(date) = date else { return Some(Err(Fault::new(FaultKind::Range, "Date is not valid."))) };
    Some(Ok(Value::Int(i64::from(match name {
        "year" => date.year(),
        "month" => i16::from(date.month()),
        "day" => i16::from(date.day()),
        "dayOfYear" => date.day_of_year(),
        "dayOfWeek" => weekday(date.weekday()),
        _ => return None,
    }))))
}

/// Monday is 1.
fn weekday(day: Weekday) -> i16 {
    i16::from(day.to_monday_one_offset())
}

fn clock_part(of_day: i128, name: &str) -> Option<i64> {
    Some(saturated(match name {
        "hours" => of_day / (3_600 * SECOND),
        "minutes" => of_day / (60 * SECOND) % 60,
        "seconds" => of_day / SECOND % 60,
        "nanos" => of_day % SECOND,
        _ => return None,
    }))
}

pub(super) fn of_duration(nanos: i128, name: &str, args: &[Value]) -> Option<Eval> {
    match (name, args) {
        ("seconds", []) => Some(Ok(Value::Int(saturated(nanos / SECOND)))),
        ("nanos", []) => Some(Ok(Value::Int(saturated(nanos % SECOND)))),
        _ => None,
    }
}

fn saturated(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// `timestamp.date(year, month, day)`.
pub(super) fn date(year: i64, month: i64, day: i64) -> Eval {
    let date = (|| Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok())();
    let date = date.ok_or_else(|| {
        let message = format!("Date is not valid. year: {year}, month: {month} day: {day}.");
        Fault::new(FaultKind::Range, message)
    })?;
    let days = date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days());
    Ok(Value::Time(i128::from(days) * DAY))
}

/// `timestamp.value(milliseconds)`.
pub(super) fn moment(millis: i64) -> Value {
    Value::Time(i128::from(millis) * 1_000_000)
}

/// `duration.value(count, unit)`.
pub(super) fn span(count: i64, unit: &str) -> Eval {
    let nanos = match unit {
        "w" => 7 * DAY,
        "d" => DAY,
        "h" => 3_600 * SECOND,
        "m" => 60 * SECOND,
        "s" => SECOND,
        "ms" => 1_000_000,
        "ns" => 1,
        _ => return Err(Fault::new(FaultKind::Range, format!("Unknown unit of time: {unit}."))),
    };
    Ok(Value::Duration(i128::from(count) * nanos))
}

/// `duration.time(hours, minutes, seconds, nanos)`.
pub(super) fn clock(hours: i64, minutes: i64, seconds: i64, nanos: i64) -> Value {
    let seconds = i128::from(hours) * 3_600 + i128::from(minutes) * 60 + i128::from(seconds);
    Value::Duration(seconds * SECOND + i128::from(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_instant_there_is_has_a_date() {
        assert!(matches!(method(i128::MIN, "date", &[]), Some(Ok(Value::Time(_)))));
        assert!(matches!(method(i128::MIN, "toMillis", &[]), Some(Ok(Value::Int(i64::MIN)))));
    }
}
