//! Stack traces and debug pages in an answer to a stranger.

/// What it shows, and texts of which all must occur.
const TRACES: &[(&str, &[&str])] = &[
    ("Django debug page", &["DEBUG = True", "Django"]),
    ("Werkzeug debugger", &["Werkzeug", "Traceback"]),
    ("Laravel debug page", &["Illuminate\\", "vendor/laravel"]),
    ("Symfony debug page", &["Symfony\\Component", "Stack Trace"]),
    ("Rails debug page", &["Rails.root:", "Routing Error"]),
    ("ASP.NET error page", &["[HttpException", "Version Information:"]),
    ("Spring stack trace", &["org.springframework.", "\"trace\""]),
    ("Java stack trace", &["\tat java.", "Exception"]),
    ("PHP error", &["Fatal error</b>:", " on line <b>"]),
    ("PHP stack trace", &["Stack trace:", "#0 /"]),
    ("Node.js stack trace", &["    at ", "node:internal/"]),
    ("Express stack trace", &["&nbsp; &nbsp;at ", "node_modules/"]),
    ("Python stack trace", &["Traceback (most recent call last)", "File \""]),
    ("Go panic", &["goroutine ", "[running]:"]),
];

/// The kind of stack trace in a text.
pub fn trace(text: &str) -> Option<&'static str> {
    let shown = |parts: &[&str]| parts.iter().all(|part| text.contains(part));
    TRACES.iter().find(|(_, parts)| shown(parts)).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_trace_from_a_page_about_errors() {
        assert_eq!(
            trace("Traceback (most recent call last):\n  File \"/app/main.py\", line 3"),
            Some("Python stack trace")
        );
        assert_eq!(
            trace("<pre>NotFoundError: Not Found<br> &nbsp; &nbsp;at /app/node_modules/send/index.js"),
            Some("Express stack trace")
        );
        assert_eq!(trace("<h1>404</h1> How to read a stack trace: an Exception explained"), None);
    }
}
