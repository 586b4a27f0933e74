//! The demo's mail server: says what it can do, and hangs up before any mail.

use std::{io, net::SocketAddr, sync::Arc};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{Variant, listen};

/// Lines of one dialogue; a client that wants more is no client of the demo.
const LINES: usize = 20;

/// Serves one free loopback port until the runtime ends. The broken portal's mail goes in the clear.
pub(super) async fn serve(variant: Variant, tls: Arc<ServerConfig>) -> io::Result<SocketAddr> {
    let listener = listen().await?;
    let address = listener.local_addr()?;
    let acceptor = (variant == Variant::Fixed).then(|| TlsAcceptor::from(tls));
    tokio::spawn(async move {
        loop {
            let Ok((tcp, _)) = listener.accept().await else { continue };
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let _ = answer(tcp, acceptor).await;
            });
        }
    });
    Ok(address)
}

async fn answer(mut tcp: TcpStream, acceptor: Option<TlsAcceptor>) -> io::Result<()> {
    tcp.write_all(b"220 mx.mailer.example ESMTP\r\n").await?;
    let Some(acceptor) = acceptor else {
        talk(&mut tcp, false).await?;
        return Ok(());
    };
    if talk(&mut tcp, true).await? {
        let mut inside = acceptor.accept(tcp).await?;
        talk(&mut inside, false).await?;
    }
    Ok(())
}

/// Answers until the client leaves or asks for TLS; true where TLS comes next.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, tls: bool) -> io::Result<bool> {
    // Whatever arrives behind STARTTLS is thrown away with this reader.
    let mut reader = BufReader::new(stream);
    for _ in 0..LINES {
        let mut line = String::new();
        if reader.read_line(&mut line).await? == 0 {
            break;
        }
        let word = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let (reply, end) = match word.as_str() {
            "EHLO" if tls => ("250-mx.mailer.example\r\n250 STARTTLS\r\n", false),
            "EHLO" => ("250-mx.mailer.example\r\n250 8BITMIME\r\n", false),
            "HELO" | "NOOP" => ("250 ok\r\n", false),
            "STARTTLS" if tls => ("220 ready\r\n", true),
            "QUIT" => ("221 bye\r\n", true),
            _ => ("502 not here\r\n", false),
        };
        reader.write_all(reply.as_bytes()).await?;
        reader.flush().await?;
        if end {
            return Ok(word == "STARTTLS");
        }
    }
    Ok(false)
}
