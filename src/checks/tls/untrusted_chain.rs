//! The chain leads to no trusted root.
//!
//! Path building from the server's certificate ends at an issuer that neither Mozilla's programme nor this
//! machine nor `--ca` trusts, or at a certificate that may not be used. Every visitor gets a warning. A
//! private CA is trusted only where its root has been installed: give it with `--ca` if that is meant.
//!
//! ## Fix
//!
//! Take a certificate from a public CA, or repair the chain that the message names.
//! ```text
//! certbot --nginx -d example.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-6>
//! - <https://wiki.mozilla.org/CA/Included_Certificates>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::{Diagnosis, diagnose, key_fault, signature_fault},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Certificate, Endpoint, Trust, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/untrusted-chain",
    title: "the chain leads to no trusted root",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("untrusted_chain.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (chain, trust) = match (endpoint.chain.as_ref(), endpoint.trust.as_ref()) {
        (Ok(chain), Ok(trust)) => (chain, trust),
        (Err(miss), _) | (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    let why = match diagnose(chain, trust, context.now) {
        Diagnosis::Trusted => return Verdict::Pass,
        Diagnosis::SelfSigned => return Verdict::not_applicable("it is self-signed: see tls/self-signed"),
        Diagnosis::MissingIntermediate(_) => {
            return Verdict::not_applicable("the intermediate is missing: see tls/incomplete-chain");
        }
        Diagnosis::UnknownRoot(root) => format!("ends at the unknown issuer `{root}`"),
        Diagnosis::IssuerOutOfTime => {
            "leads through an intermediate that is expired or not yet valid".to_owned()
        }
        Diagnosis::Stopped(stopped) => match explained(chain, &stopped) {
            Ok(elsewhere) => return Verdict::not_applicable(elsewhere),
            Err(why) => why,
        },
    };
    Verdict::fail(
        Finding::new(format!("the chain of {} {why}", endpoint.host))
            .root("tls/trust")
            .at(Place::endpoint(context.subject))
            .evidence("chain", shown(chain))
            .evidence("path building", outcome(trust))
            .fix("use a certificate from a public CA and serve its chain; give a private root with --ca"),
    )
}

/// The check that reports the same fault, or what is wrong in words. Each is named only where it is
/// sure to fail: path building also stops at an intermediate, of which those checks know nothing.
fn explained(chain: &[Certificate], stopped: &Verification) -> Result<&'static str, String> {
    let leaf = chain.first();
    let is_ca = || leaf.is_some_and(|leaf| leaf.ca == Some(true));
    let purposes = || leaf.and_then(|leaf| leaf.extended_key_usage.as_ref());
    let no_server = || {
        let serves = |purpose: &String| purpose == "serverAuth" || purpose == "anyExtendedKeyUsage";
        purposes().is_some_and(|purposes| !purposes.iter().any(serves))
    };
    let weak_key = || chain.iter().any(|certificate| key_fault(&certificate.key).is_some());
    let weak_signature = || {
        let mut counted = chain.iter().enumerate().filter(|(index, one)| *index == 0 || !one.self_issued);
        counted.any(|(_, certificate)| signature_fault(certificate).is_some())
    };
    match stopped {
        Verification::LeafIsCa if is_ca() => Ok("path building stops at the leaf: see tls/leaf-is-ca"),
        Verification::WrongPurpose if no_server() => {
            Ok("path building stops at the leaf: see tls/no-server-auth")
        }
        Verification::WeakAlgorithm | Verification::BadSignature if weak_signature() => {
            Ok("path building stops at a weak signature: see tls/weak-signature")
        }
        Verification::WeakAlgorithm | Verification::BadSignature if weak_key() => {
            Ok("path building stops at a weak key: see tls/weak-key")
        }
        Verification::WrongPurpose => Err("holds a certificate that is not for servers".to_owned()),
        Verification::BadSignature => Err("holds a signature that does not verify".to_owned()),
        Verification::WeakAlgorithm => Err("uses a signature algorithm that clients refuse".to_owned()),
        other => Err(format!("is refused by path building ({})", reason(other))),
    }
}

fn outcome(trust: &Trust) -> String {
    reason(&trust.now)
}

fn reason(verification: &Verification) -> String {
    match verification {
        Verification::Refused(why) => why.clone(),
        other => format!("{other:?}"),
    }
}

fn shown(chain: &[Certificate]) -> String {
    let subjects: Vec<&str> = chain.iter().map(|certificate| certificate.subject.as_str()).collect();
    subjects.join(" < ")
}
