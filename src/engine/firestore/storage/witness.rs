//! A request for a file that the rules let through.

use super::{
    super::{
        Compiled,
        ast::Span,
        prove::Caller,
        request::{Decision, Method, Store},
        value::Value,
    },
    request::{File, Request, decide},
};

#[derive(Clone, Debug)]
pub struct Witness {
    pub caller: Caller,
    pub request: Request,
    /// The file as it is before.
    pub stored: Option<File>,
    /// Documents that the condition reads.
    pub documents: Store,
}

impl Witness {
    /// Whether these rules let it through.
    pub fn holds(&self, rules: &Compiled) -> bool {
        self.granted_by(rules).is_some()
    }

    /// The statement that lets it through.
    pub fn granted_by(&self, rules: &Compiled) -> Option<Span> {
        match decide(rules, &self.request, self.stored.as_ref(), &self.documents) {
            Decision::Allow(span) => Some(span),
            Decision::Deny(_) | Decision::Open(_) => None,
        }
    }

    /// As a command line against the service's REST interface, which the client libraries use.
    pub fn command(&self) -> String {
        let token = match self.request.auth {
            Value::Null => String::new(),
            _ => " -H 'Authorization: Firebase ID_TOKEN'".to_owned(),
        };
        let all = format!("https://firebasestorage.googleapis.com/v0/b/{}/o", encoded(&self.request.bucket));
        let name = encoded(&self.request.path);
        let kind = self.sent("contentType").unwrap_or("application/octet-stream");
        match self.request.method {
            Method::Get => format!("curl{token} '{all}/{name}?alt=media'"),
            Method::List => {
                let prefix = if name.is_empty() { name } else { format!("{name}%2F") };
                format!("curl{token} '{all}?prefix={prefix}&delimiter=%2F'")
            }
            Method::Delete => format!("curl -X DELETE{token} '{all}/{name}'"),
            Method::Update => format!(
                "curl -X PATCH{token} -H 'Content-Type: application/json' -d '{{\"contentType\":\"{kind}\"}}' \
                 '{all}/{name}'"
            ),
            Method::Create => format!(
                "curl -X POST{token} -H 'Content-Type: {kind}' --data-binary @FILE '{all}?name={name}'"
            ),
        }
    }

    /// In words: `create of avatars/alice/photo.png (text/html, 1000 bytes) as any account`.
    pub fn told(&self) -> String {
        let Request { method, path, sent, .. } = &self.request;
        let who = match self.caller {
            Caller::Anonymous => "without an account",
            Caller::AnonymousProvider => "as an anonymous account",
            Caller::Stranger => "as any account",
            Caller::SameTenant => "as an account of the same tenant",
            Caller::Owner => "as the owner",
            Caller::Admin => "as an administrator",
        };
        let path = if path.is_empty() { "the bucket" } else { path };
        match (method, sent) {
            (Method::Create | Method::Update, Some(file)) => {
                let size = match file.get("size") {
                    Some(Value::Int(size)) => *size,
                    _ => 0,
                };
                let kind = self.sent("contentType").unwrap_or_default();
                let over = if self.stored.is_some() && *method == Method::Create {
                    " over a file that is there"
                } else {
                    ""
                };
                format!("{} of {path} ({kind}, {size} bytes){over} {who}", method.name())
            }
            _ => format!("{} of {path} {who}", method.name()),
        }
    }

    fn sent(&self, field: &str) -> Option<&str> {
        match self.request.sent.as_ref()?.get(field)? {
            Value::Text(text)
                if text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\'' && byte != b'"') =>
            {
                Some(text)
            }
            _ => None,
        }
    }
}

/// Percent-encoded, the slash too: a file's name is one segment there.
fn encoded(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
