//! Chains from files: path verdicts and the rules for certificates, one chain a rule.

mod command;
mod limbo;
mod mutated;

use std::{fs, path::PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
    SanType,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::Gonogo;

/// A root, an intermediate and a leaf, each to be spoilt before it is made.
struct Chain {
    root: CertificateParams,
    intermediate: CertificateParams,
    leaf: CertificateParams,
}

fn named(name: &str) -> DistinguishedName {
    let mut whole = DistinguishedName::new();
    whole.push(DnType::CommonName, name);
    whole
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    dated(&mut params, 1_000);
    params
}

fn dated(params: &mut CertificateParams, days: i64) {
    let now = time::OffsetDateTime::now_utc();
    params.not_before = now - time::Duration::days(10);
    params.not_after = now + time::Duration::days(days);
}

impl Default for Chain {
    fn default() -> Self {
        let mut leaf = CertificateParams::new(vec!["www.example.com".to_owned()]).unwrap();
        leaf.distinguished_name = named("www.example.com");
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        dated(&mut leaf, 80);
        Self { root: authority("the root"), intermediate: authority("the intermediate"), leaf }
    }
}

/// Files of one chain.
struct Made {
    folder: TempDir,
}

impl Chain {
    fn make(self) -> Made {
        let folder = tempfile::tempdir().unwrap();
        let keys: [KeyPair; 3] = std::array::from_fn(|_| KeyPair::generate().unwrap());
        let [root_key, intermediate_key, leaf_key] = keys;
        let root = self.root.self_signed(&root_key).unwrap();
        let root_issuer = Issuer::new(self.root, root_key);
        let intermediate = self.intermediate.signed_by(&intermediate_key, &root_issuer).unwrap();
        let issuer = Issuer::new(self.intermediate, intermediate_key);
        let leaf = self.leaf.signed_by(&leaf_key, &issuer).unwrap();
        fs::write(folder.path().join("root.pem"), root.pem()).unwrap();
        fs::write(folder.path().join("chain.pem"), leaf.pem() + &intermediate.pem()).unwrap();
        fs::write(folder.path().join("leaf.der"), leaf.der()).unwrap();
        Made { folder }
    }
}

impl Made {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Exit code, and every finding as `check: message`.
    fn judged(&self, more: &[&str]) -> (i32, Vec<String>) {
        let (chain, root) = (self.path("chain.pem"), self.path("root.pem"));
        let mut arguments =
            vec!["cert", chain.to_str().unwrap(), "--roots", root.to_str().unwrap(), "--format", "json"];
        arguments.extend(more);
        judged(&arguments)
    }
}

fn judged(arguments: &[&str]) -> (i32, Vec<String>) {
    let output = Gonogo::new(arguments).run();
    let report: Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|err| panic!("{err}: {}", output.stderr));
    let text = |finding: &Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.map(|one| format!("{}: {}", text(one, "check"), text(one, "message"))).collect();
    (output.code.expect("not killed"), findings)
}

/// Spoils a chain and expects a refusal that says `why`.
fn refused(why: &str, spoil: impl FnOnce(&mut Chain)) {
    let mut chain = Chain::default();
    spoil(&mut chain);
    let (code, findings) = chain.make().judged(&[]);
    assert_eq!(code, 1, "{why}: {findings:?}");
    assert!(findings.iter().any(|finding| finding.contains(why)), "{why}: {findings:?}");
}

/// Changes a chain and expects that it is still good.
fn accepted(what: &str, change: impl FnOnce(&mut Chain)) {
    let mut chain = Chain::default();
    change(&mut chain);
    let (code, findings) = chain.make().judged(&[]);
    assert_eq!(code, 0, "{what}: {findings:?}");
}

fn constraints(permitted: Vec<GeneralSubtree>, excluded: Vec<GeneralSubtree>) -> NameConstraints {
    NameConstraints { permitted_subtrees: permitted, excluded_subtrees: excluded }
}

fn dns(name: &str) -> GeneralSubtree {
    GeneralSubtree::DnsName(name.to_owned())
}

#[test]
fn a_good_chain_is_good() {
    let (code, findings) = Chain::default().make().judged(&["--name", "www.example.com"]);
    assert_eq!((code, findings), (0, Vec::new()));
}

#[test]
fn the_name_is_an_alternative_name_or_none() {
    let (code, findings) = Chain::default().make().judged(&["--name", "example.com"]);
    assert_eq!(code, 1);
    assert!(findings[0].starts_with("tls/name-mismatch"), "{findings:?}");
    refused("only in its common name", |chain| chain.leaf.subject_alt_names.clear());
}

#[test]
fn dns_constraints_are_kept() {
    accepted("permitted", |chain| {
        chain.intermediate.name_constraints = Some(constraints(vec![dns("example.com")], vec![]));
    });
    refused("does not permit the DNS name", |chain| {
        chain.intermediate.name_constraints = Some(constraints(vec![dns("example.org")], vec![]));
    });
    refused("tls/untrusted-chain", |chain| {
        chain.root.name_constraints = Some(constraints(vec![], vec![dns("example.com")]));
    });
    refused("excludes the DNS name `*.example.com`", |chain| {
        chain.leaf.subject_alt_names = vec![SanType::DnsName("*.example.com".try_into().unwrap())];
        chain.leaf.distinguished_name = DistinguishedName::new();
        chain.intermediate.name_constraints = Some(constraints(vec![], vec![dns("bar.example.com")]));
    });
    refused("with a leading dot", |chain| {
        chain.intermediate.name_constraints = Some(constraints(vec![dns(".example.com")], vec![]));
    });
}

#[test]
fn other_constraints_are_kept() {
    let network = || GeneralSubtree::IpAddress(CidrSubnet::V4([192, 0, 2, 0], [255, 255, 255, 0]));
    let address = |last| SanType::IpAddress([192, 0, last, 1].into());
    accepted("an address within", |chain| {
        chain.leaf.subject_alt_names.push(address(2));
        chain.intermediate.name_constraints = Some(constraints(vec![network()], vec![]));
    });
    refused("tls/untrusted-chain", |chain| {
        chain.leaf.subject_alt_names.push(address(3));
        chain.intermediate.name_constraints = Some(constraints(vec![network()], vec![]));
    });
    let directory = |name: &str| GeneralSubtree::DirectoryName(named(name));
    accepted("a directory name within", |chain| {
        chain.intermediate.name_constraints = Some(constraints(vec![directory("WWW.example.com")], vec![]));
    });
    refused("tls/untrusted-chain", |chain| {
        chain.intermediate.name_constraints = Some(constraints(vec![directory("another")], vec![]));
    });
    let mailbox = |name: &str| SanType::Rfc822Name(name.try_into().unwrap());
    refused("tls/untrusted-chain", |chain| {
        chain.leaf.subject_alt_names.push(mailbox("user@example.com"));
        let only = GeneralSubtree::Rfc822Name("*@example.com".to_owned());
        chain.intermediate.name_constraints = Some(constraints(vec![only], vec![]));
    });
}

#[test]
fn authorities_are_authorities() {
    refused("tls/", |chain| chain.intermediate.is_ca = IsCa::ExplicitNoCa);
    refused("tls/", |chain| chain.intermediate.key_usages = vec![KeyUsagePurpose::CrlSign]);
    refused("is a CA whose key usage does not allow it", |chain| {
        chain.root.key_usages = vec![KeyUsagePurpose::CrlSign];
    });
    refused("tls/", |chain| chain.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    accepted("a path of the right length", |chain| {
        chain.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
        chain.intermediate.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    });
    refused("root with an extended key usage", |chain| {
        chain.root.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    });
    refused("tls/", |chain| {
        chain.intermediate.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
}

#[test]
fn leaves_are_leaves() {
    refused("tls/leaf-is-ca", |chain| chain.leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    refused("allows anyExtendedKeyUsage", |chain| {
        chain.leaf.extended_key_usages.push(ExtendedKeyUsagePurpose::Any);
    });
    refused("tls/no-server-auth", |chain| {
        chain.leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    refused("may sign certificates by its key usage", |chain| {
        chain.leaf.key_usages.push(KeyUsagePurpose::KeyCertSign);
    });
    refused("common name that is not among", |chain| {
        chain.leaf.distinguished_name = named("other.example.com");
    });
    accepted("a label for a common name", |chain| chain.leaf.distinguished_name = named("the shop"));
    refused("has an underscore", |chain| {
        let name = SanType::DnsName("a_b.example.com".try_into().unwrap());
        chain.leaf.subject_alt_names.push(name);
    });
    refused("which is an address", |chain| {
        chain.leaf.subject_alt_names.push(SanType::DnsName("192.0.2.1".try_into().unwrap()));
    });
    refused("tls/wildcard-too-broad", |chain| {
        chain.leaf.subject_alt_names.push(SanType::DnsName("*.co.uk".try_into().unwrap()));
    });
}

#[test]
fn extensions_and_serial_numbers_are_looked_at() {
    refused("tls/", |chain| {
        let mut odd = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 55_738, 1], vec![5, 0]);
        odd.set_criticality(true);
        chain.leaf.custom_extensions.push(odd);
    });
    refused("serial number zero", |chain| chain.leaf.serial_number = Some(vec![0].into()));
    refused("more than 20 bytes", |chain| chain.leaf.serial_number = Some(vec![1; 21].into()));
    accepted("no authority key identifier in a private chain", |chain| {
        chain.leaf.use_authority_key_identifier_extension = false;
        chain.intermediate.use_authority_key_identifier_extension = false;
    });
}

#[test]
fn a_moment_decides() {
    let made = Chain::default().make();
    let at = |days: i64| (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)).to_string();
    for (days, check) in [(200, "tls/expired"), (-20, "tls/not-yet-valid")] {
        let (code, findings) = made.judged(&["--at", &at(days)]);
        assert_eq!(code, 1);
        assert!(findings.iter().any(|finding| finding.starts_with(check)), "{findings:?}");
    }
    assert_eq!(made.judged(&["--at", &at(79)]).0, 0);
}

#[test]
fn a_stranger_is_not_trusted() {
    let (made, other) = (Chain::default().make(), Chain::default().make());
    let chain = made.path("chain.pem");
    let root = other.path("root.pem");
    let arguments = ["cert", chain.to_str().unwrap(), "--roots", root.to_str().unwrap(), "--format", "json"];
    let (code, findings) = judged(&arguments);
    assert_eq!(code, 1, "{findings:?}");
    assert!(findings.iter().any(|one| one.starts_with("tls/untrusted-chain")), "{findings:?}");
}
