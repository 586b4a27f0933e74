//! TCP connections, redirected as `--connect-to` says.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use tokio::net::TcpStream;

use super::Net;
use crate::seen::Miss;

/// Most addresses of a host that are tried.
const ADDRESSES: usize = 8;

/// A connection and the address it really goes to.
#[derive(Debug)]
pub struct Stream {
    pub tcp: TcpStream,
    pub peer: SocketAddr,
}

/// `HOST:PORT:ADDR:PORT`, as in curl: connections to the first pair go to the second. An empty
/// host or port matches any.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConnectTo {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub to_host: Option<String>,
    pub to_port: Option<u16>,
}

impl std::str::FromStr for ConnectTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not HOST:PORT:ADDR:PORT, e.g. example.com:443:127.0.0.1:8443");
        let parts = split(text);
        let [host, port, to_host, to_port] = parts.as_slice() else { return Err(wrong()) };
        let name = |part: &str| {
            let bare = part.trim_matches(['[', ']']).to_ascii_lowercase();
            (!bare.is_empty()).then_some(bare)
        };
        let number = |part: &str| match part {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| wrong()),
        };
        Ok(Self { host: name(host), port: number(port)?, to_host: name(to_host), to_port: number(to_port)? })
    }
}

/// Splits at colons that are not inside `[…]` (IPv6 literals).
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    text.split(|letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ':' && depth == 0
    })
    .collect()
}

impl Net {
    /// Where a connection to `host:port` really goes.
    pub fn redirected(&self, host: &str, port: u16) -> (String, u16) {
        // Rules hold literal addresses without brackets, URLs with them.
        let bare = host.trim_matches(['[', ']']);
        let applies = |rule: &&ConnectTo| {
            rule.host.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(bare))
                && rule.port.is_none_or(|number| number == port)
        };
        match self.connect_to.iter().find(applies) {
            Some(rule) => {
                (rule.to_host.clone().unwrap_or_else(|| host.to_owned()), rule.to_port.unwrap_or(port))
            }
            None => (host.to_owned(), port),
        }
    }

    /// Does a connection to this URL end on this machine, as it is written or as it is redirected?
    /// Nobody needs to be spared there.
    pub fn stays_here(&self, url: &url::Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        let (host, _) = self.redirected(host, port);
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || literal.is_ok_and(|address| address.is_loopback())
    }

    /// The addresses a connection to `host:port` may use, after redirection.
    pub async fn peers(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Miss> {
        let (to_host, to_port) = self.redirected(host, port);
        let addresses = self.addresses(&to_host).await?;
        Ok(addresses.into_iter().map(|ip: IpAddr| SocketAddr::new(ip, to_port)).collect())
    }

    /// Connects to the first address that answers, all of them together within one patience;
    /// `purpose` is written into the list of contacts.
    pub async fn connect(&self, host: &str, port: u16, purpose: &str) -> Result<Stream, Miss> {
        let mut last = Miss::NoSuchName(host.to_owned());
        let peers = self.peers(host, port).await?;
        self.note_contact(host, port, purpose);
        let until = Instant::now() + self.patience();
        let count = peers.len().min(ADDRESSES);
        for (index, peer) in peers.into_iter().take(ADDRESSES).enumerate() {
            // A silent address must not use up the time of those behind it.
            let share = until.saturating_duration_since(Instant::now()) / (count - index).max(1) as u32;
            match tokio::time::timeout(share, TcpStream::connect(peer)).await {
                Ok(Ok(tcp)) => {
                    // Handshakes are many small writes; waiting to fill a segment only adds latency.
                    let _ = tcp.set_nodelay(true);
                    return Ok(Stream { tcp, peer });
                }
                Ok(Err(err)) => last = Miss::Refused(format!("{host}:{port} ({err})")),
                Err(_) => last = Miss::Timeout(format!("{host}:{port}")),
            }
        }
        Err(last)
    }

    /// Connects to one address. None: the port is closed there. That this machine has no way to it says
    /// nothing about the address.
    pub async fn dial(&self, peer: SocketAddr, host: &str, port: u16) -> Result<Option<TcpStream>, Miss> {
        self.note_contact(host, port, "tls");
        match tokio::time::timeout(self.patience(), TcpStream::connect(peer)).await {
            Ok(Ok(tcp)) => {
                let _ = tcp.set_nodelay(true);
                Ok(Some(tcp))
            }
            Ok(Err(err)) if err.kind() == ErrorKind::ConnectionRefused => Ok(None),
            Ok(Err(err)) => {
                Err(Miss::Unsupported(format!("no way from here to {host}:{port} at {} ({err})", peer.ip())))
            }
            Err(_) => Err(Miss::Timeout(format!("{host}:{port} at {}", peer.ip()))),
        }
    }

    /// Does every address refuse connections to the port? False where that is not certain.
    pub async fn is_closed(&self, host: &str, port: u16) -> bool {
        let Ok(peers) = self.peers(host, port).await else { return false };
        for peer in peers.iter().take(ADDRESSES) {
            let attempt = tokio::time::timeout(self.patience(), TcpStream::connect(peer)).await;
            if !matches!(attempt, Ok(Err(err)) if err.kind() == ErrorKind::ConnectionRefused) {
                return false;
            }
        }
        !peers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_curls_form() {
        let rule: ConnectTo = "example.com:443:[::1]:8443".parse().expect("valid");
        assert_eq!(rule.to_host.as_deref(), Some("::1"));
        assert_eq!(rule.to_port, Some(8443));
        let any: ConnectTo = "::127.0.0.1:".parse().expect("valid");
        assert_eq!((any.host, any.port, any.to_port), (None, None, None));
        assert!("example.com:443".parse::<ConnectTo>().is_err());
        assert!("a:b:c:d".parse::<ConnectTo>().is_err());
    }
}
