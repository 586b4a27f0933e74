//! Asks for versions before TLS 1.2, one connection each; nothing but the two hellos is exchanged.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    engine::hello::{Reply, Version, client_hello, read},
    observe::Net,
    seen::{Miss, Seen},
};

/// A ServerHello stands at the very beginning.
const LIMIT: usize = 8 << 10;

/// Is each obsolete version accepted? By its name.
pub(super) async fn observe(net: &Net, host: &str, port: u16) -> BTreeMap<String, Seen<bool>> {
    let [first, second] = Version::ALL;
    let (one, two) = tokio::join!(accepts(net, host, port, first), accepts(net, host, port, second));
    [(first.id().to_owned(), one.into()), (second.id().to_owned(), two.into())].into()
}

async fn accepts(net: &Net, host: &str, port: u16, version: Version) -> Result<bool, Miss> {
    let mut stream = net.connect(host, port, "tls").await?;
    let peer = format!("{host}:{port} asked for {}", version.id());
    let broken = |err: std::io::Error| Miss::Refused(format!("{peer} ({err})"));
    let asking = async {
        let bare = host.trim_matches(['[', ']']);
        stream.tcp.write_all(&client_hello(version, bare)).await.map_err(broken)?;
        let mut received = Vec::with_capacity(1 << 10);
        loop {
            match read(&received) {
                Reply::ServerHello { version: chosen, .. } => return Ok(chosen == version.wire()),
                Reply::Alert(_) => return Ok(false),
                Reply::Noise => return Err(Miss::Malformed(format!("{peer} answered no TLS"))),
                Reply::Incomplete if received.len() >= LIMIT => {
                    return Err(Miss::Malformed(format!("{peer} answered without end")));
                }
                Reply::Incomplete => {}
            }
            if stream.tcp.read_buf(&mut received).await.map_err(broken)? == 0 {
                return Err(Miss::Refused(format!("{peer} closed the connection")));
            }
        }
    };
    tokio::time::timeout(net.patience(), asking).await.unwrap_or_else(|_| Err(Miss::Timeout(peer.clone())))
}
