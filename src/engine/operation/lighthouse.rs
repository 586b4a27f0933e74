//! Results of Lighthouse (LHR, as JSON).

use serde_json::Value;

use crate::seen::{Lighthouse, Miss};

/// Reads one result.
pub fn read(text: &str) -> Result<Lighthouse, Miss> {
    let json: Value = serde_json::from_str(text).map_err(|err| Miss::Malformed(err.to_string()))?;
    // The API of PageSpeed Insights wraps the result.
    let json = json.get("lighthouseResult").unwrap_or(&json);
    let Some(categories) = json.get("categories").filter(|_| json.get("lighthouseVersion").is_some()) else {
        return Err(Miss::Malformed("no result of Lighthouse".to_owned()));
    };
    if let Some(code) = json.pointer("/runtimeError/code").and_then(Value::as_str)
        && code != "NO_ERROR"
    {
        let code: String = code.chars().take(60).collect();
        return Err(Miss::Unsupported(format!("the run of Lighthouse failed with {code}")));
    }
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let url = text("finalDisplayedUrl").or(text("finalUrl")).or(text("requestedUrl")).unwrap_or_default();
    Ok(Lighthouse {
        url: bare(url),
        device: json
            .pointer("/configSettings/formFactor")
            .and_then(Value::as_str)
            .map(short)
            .unwrap_or_default(),
        date: text("fetchTime").and_then(|time| time.get(..10)).unwrap_or_default().to_owned(),
        performance: percent(categories, "performance"),
        accessibility: percent(categories, "accessibility"),
    })
}

/// Cut, not rounded: 0.899 is under 90.
fn percent(categories: &Value, name: &str) -> Option<u8> {
    let score = categories.get(name)?.get("score")?.as_f64()?;
    // What is no score is no percentage either.
    let percent = (0.0..=1.0).contains(&score).then_some(score * 100.0 + 1e-6)?;
    (0..=100).rev().find(|whole| f64::from(*whole) <= percent)
}

/// A URL without query and fragment, which may hold a session.
pub(super) fn bare(url: &str) -> String {
    short(url.split(['?', '#']).next().unwrap_or_default())
}

fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_cut_and_failed_runs_say_nothing() {
        let of = |score: &str| {
            format!(
                "{{\"lighthouseVersion\":\"12.0.0\",\"finalUrl\":\"https://a.example/x?token=1\",\"categories\":{{\"performance\":{{\"score\":{score}}}}}}}"
            )
        };
        let seen = read(&of("0.899")).unwrap();
        assert_eq!((seen.url.as_str(), seen.performance), ("https://a.example/x", Some(89)));
        assert_eq!(read(&of("0.9")).unwrap().performance, Some(90));
        assert_eq!(read(&of("null")).unwrap().performance, None);
        assert_eq!(read(&of("7")).unwrap().performance, None);
        assert!(read("{}").is_err() && read("[").is_err());
        let failed =
            of("0.1").replace("{\"lighthouse", "{\"runtimeError\":{\"code\":\"NO_FCP\"},\"lighthouse");
        assert!(read(&failed).is_err());
    }
}
