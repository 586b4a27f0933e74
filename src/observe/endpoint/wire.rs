//! A stream that remembers how the other side began, to tell HTTP from noise.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Bytes remembered.
const BEGINNING: usize = 16;
/// Most bytes a handshake may take; rustls itself stops at 64 KiB a message.
const LIMIT: usize = 1 << 20;

pub(in crate::observe) struct Tapped {
    tcp: TcpStream,
    tap: Tap,
    read: usize,
}

/// The beginning of what was received.
#[derive(Clone, Debug, Default)]
pub(super) struct Tap(Arc<Mutex<Vec<u8>>>);

impl Tap {
    pub(super) fn began_with(&self, bytes: &[u8]) -> bool {
        self.0.lock().is_ok_and(|seen| seen.starts_with(bytes))
    }
}

impl Tapped {
    pub(super) fn new(tcp: TcpStream) -> (Self, Tap) {
        let tap = Tap::default();
        (Self { tcp, tap: tap.clone(), read: 0 }, tap)
    }
}

impl AsyncRead for Tapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read > LIMIT {
            return Poll::Ready(Err(io::Error::other("the handshake is longer than 1 MiB")));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.tcp).poll_read(context, buffer);
        let fresh = &buffer.filled()[before..];
        self.read += fresh.len();
        if let Ok(mut seen) = self.tap.0.lock() {
            let room = BEGINNING.saturating_sub(seen.len());
            seen.extend_from_slice(&fresh[..fresh.len().min(room)]);
        }
        polled
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
