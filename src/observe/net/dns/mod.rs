//! Questions to the recursive resolver.

mod direct;
mod gather;
mod present;
mod proven;
mod wire;

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{Name, RData, Record, RecordType},
    },
    system_conf::read_system_conf,
};
use tokio::sync::OnceCell;

pub(in crate::observe) use self::{
    direct::{Authority, Flags},
    gather::{all, first},
    present::present as presented,
};
use super::{Net, ObserveError};
use crate::seen::{Answer, Lookup, Miss, Seen, escape};

/// The answers so far, and the questions under way: whoever asks the same waits for the same answer.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<HashMap<(String, RecordType), Answering>>);

type Answering = Arc<OnceCell<Lookup<Record>>>;

impl Asked {
    fn about(&self, name: &str, record_type: RecordType) -> Answering {
        let key = (name.trim_end_matches('.').to_ascii_lowercase(), record_type);
        match self.0.lock() {
            Ok(mut asked) => asked.entry(key).or_default().clone(),
            Err(_) => Answering::default(),
        }
    }
}

/// Builds the resolver: the given one over UDP and TCP, or the system's. Returns its name for
/// messages and its addresses too.
pub(super) fn resolver(
    given: Option<SocketAddr>,
) -> Result<(TokioResolver, String, Vec<SocketAddr>), ObserveError> {
    let unreadable = |err: NetError| ObserveError::Resolver(err.to_string());
    let (config, mut options) = match given {
        Some(address) => (only(address), ResolverOpts::default()),
        None => read_system_conf().map_err(unreadable)?,
    };
    options.ndots = 0;
    options.attempts = 2;
    options.timeout = std::time::Duration::from_millis(1_500);
    options.use_hosts_file = ResolveHosts::Never;
    options.try_tcp_on_error = true;
    options.cache_size = 4_096;
    // CNAMEs on the way are part of what is judged.
    options.preserve_intermediates = true;
    let name = given.map_or_else(|| "the system's resolver".to_owned(), |address| address.to_string());
    let addresses = config.name_servers().iter().map(|server| {
        let port = server.connections.first().map_or(53, |connection| connection.port);
        SocketAddr::new(server.ip, port)
    });
    let addresses = addresses.collect();
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    *builder.options_mut() = options;
    Ok((builder.build().map_err(unreadable)?, name, addresses))
}

fn only(address: SocketAddr) -> ResolverConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut server.connections {
        connection.port = address.port();
    }
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

impl Net {
    /// The records of one type at one name, as `extract` reads them, sorted. Records of other
    /// types or owners (the CNAMEs on the way) are passed over: ask for `CNAME` to see them.
    pub async fn lookup<T: Ord>(
        &self,
        name: &str,
        record_type: RecordType,
        extract: impl Fn(&RData) -> Option<T>,
    ) -> Lookup<T> {
        let records = match self.records(name, record_type).await {
            Seen::Got(Answer::Records(records)) => records,
            Seen::Got(Answer::NoName) => return Seen::Got(Answer::NoName),
            Seen::Got(Answer::NoData) => return Seen::Got(Answer::NoData),
            Seen::Missed(miss) => return Seen::Missed(miss),
        };
        let mut values: Vec<T> = records
            .iter()
            .filter(|record| record.record_type() == record_type)
            .filter_map(|record| extract(&record.data))
            .collect();
        values.sort();
        Seen::Got(if values.is_empty() { Answer::NoData } else { Answer::Records(values) })
    }

    /// The answer section as it came, CNAMEs included. The same question is put once.
    pub async fn records(&self, name: &str, record_type: RecordType) -> Lookup<Record> {
        let answering = self.asked.about(name, record_type);
        answering.get_or_init(|| self.ask_resolver(name, record_type)).await.clone()
    }

    async fn ask_resolver(&self, name: &str, record_type: RecordType) -> Lookup<Record> {
        // Labels go as they are: SPF macros make names that no host would have.
        let labels = name.trim_end_matches('.').split('.').filter(|_| name != ".").map(str::as_bytes);
        let Ok(mut fqdn) = Name::from_labels(labels) else {
            let shown = escape(name.as_bytes());
            return Seen::Missed(Miss::Malformed(format!("{shown} is not a domain name")));
        };
        fqdn.set_fqdn(true);
        self.note_contact(&self.resolver_name, 53, "dns");
        self.count_question();
        let asked = tokio::time::timeout(self.patience(), self.resolver.lookup(fqdn, record_type)).await;
        match asked {
            Ok(Ok(lookup)) => Seen::Got(Answer::Records(lookup.answers().to_vec())),
            Ok(Err(err)) => self.negative(name, record_type, &err),
            Err(_) => Seen::Missed(self.silent(name, record_type)),
        }
    }

    /// All addresses of a host, IPv4 first; a literal address is its own answer.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Miss> {
        if let Ok(literal) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(vec![literal]);
        }
        let address = |data: &RData| data.ip_addr();
        let (v4, v6) = tokio::join!(
            self.lookup(host, RecordType::A, address),
            self.lookup(host, RecordType::AAAA, address)
        );
        let mut found: Vec<IpAddr> = Vec::new();
        for lookup in [&v4, &v6] {
            found.extend(lookup.records().unwrap_or_default());
        }
        match (found.is_empty(), v4, v6) {
            (false, ..) => Ok(found),
            (true, Seen::Missed(miss), _) | (true, _, Seen::Missed(miss)) => Err(miss),
            (true, Seen::Got(_), Seen::Got(_)) => Err(Miss::NoSuchName(host.to_owned())),
        }
    }

    fn negative<T>(&self, name: &str, record_type: RecordType, err: &NetError) -> Lookup<T> {
        match err {
            NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
                ResponseCode::NXDomain => Seen::Got(Answer::NoName),
                ResponseCode::NoError => Seen::Got(Answer::NoData),
                code => Seen::Missed(self.errored(name, record_type, &code.to_string())),
            },
            NetError::Dns(DnsError::ResponseCode(code)) => {
                Seen::Missed(self.errored(name, record_type, &code.to_string()))
            }
            NetError::Timeout => Seen::Missed(self.silent(name, record_type)),
            NetError::Io(err) if err.kind() == std::io::ErrorKind::ConnectionRefused => {
                Seen::Missed(Miss::Refused(self.resolver_name.clone()))
            }
            other => Seen::Missed(self.errored(name, record_type, &other.to_string())),
        }
    }

    fn silent(&self, name: &str, record_type: RecordType) -> Miss {
        Miss::Timeout(format!("{} for {name} {record_type}", self.resolver_name))
    }

    fn errored(&self, name: &str, record_type: RecordType, why: &str) -> Miss {
        Miss::Denied(format!("{} for {name} {record_type}: {why}", self.resolver_name))
    }
}
