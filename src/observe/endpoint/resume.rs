//! What a client that comes back may do: are there tickets, and do they allow early data?

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use rustls::{
    NamedGroup, ProtocolVersion,
    client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use super::wire::Tapped;
use crate::{
    observe::Net,
    seen::{Miss, Resumption, Seen},
};

/// A server that does not hang up keeps nobody waiting for a piece of advice.
const GOODBYE: Duration = Duration::from_millis(800);
/// Most that is read of what a server says before it hangs up.
const LIMIT: usize = 64 << 10;

/// Notes what is given out and never hands anything back: every handshake is a full one.
#[derive(Debug, Default)]
pub(in crate::observe) struct Tickets(Mutex<Resumption>);

impl Tickets {
    fn found(&self) -> Resumption {
        self.0.lock().map(|found| *found).unwrap_or_default()
    }
}

impl ClientSessionStore for Tickets {
    fn set_kx_hint(&self, _server: ServerName<'static>, _group: NamedGroup) {}

    fn kx_hint(&self, _server: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _server: ServerName<'static>, _value: Tls12ClientSessionValue) {
        if let Ok(mut found) = self.0.lock() {
            found.offered = true;
        }
    }

    fn tls12_session(&self, _server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _server: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _server: ServerName<'static>, value: Tls13ClientSessionValue) {
        if let Ok(mut found) = self.0.lock() {
            found.offered = true;
            found.early_data = found.early_data.max(value.max_early_data_size());
        }
    }

    fn take_tls13_ticket(&self, _server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

/// Tickets of TLS 1.3 follow the handshake. Saying goodbye makes the server say what it has to say and
/// hang up, so nobody has to guess how long to wait.
pub(super) async fn ask(net: &Net, tickets: &Arc<Tickets>, stream: TlsStream<Tapped>) -> Seen<Resumption> {
    // Up to TLS 1.2 they are part of the handshake.
    let is_over = stream.get_ref().1.protocol_version() != Some(ProtocolVersion::TLSv1_3);
    if is_over || tickets.found().offered {
        return Seen::Got(tickets.found());
    }
    timeout(net.patience().min(GOODBYE), until_the_end(tickets, stream))
        .await
        .unwrap_or_else(|_| Seen::Missed(Miss::Timeout("a server that does not hang up".to_owned())))
}

async fn until_the_end(tickets: &Tickets, mut stream: TlsStream<Tapped>) -> Seen<Resumption> {
    let broken = |err: std::io::Error| Seen::Missed(Miss::Refused(format!("after the handshake: {err}")));
    if let Err(err) = stream.shutdown().await {
        return broken(err);
    }
    let (mut portion, mut read) = (vec![0; 4_096], 0);
    loop {
        let count = match stream.read(&mut portion).await {
            Ok(count) => count,
            // An end without a word of goodbye is an end.
            Err(err) if err.kind() == std::io::ErrorKind::UnexpectedEof => 0,
            Err(_) if tickets.found().offered => 0,
            Err(err) => return broken(err),
        };
        read += count;
        if count == 0 || tickets.found().offered || read > LIMIT {
            return Seen::Got(tickets.found());
        }
    }
}
