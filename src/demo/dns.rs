//! The demo's authoritative DNS server: the portal's and its mail provider's zones and those above, so that nothing else exists.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hickory_proto::{
    rr::{LowerName, Name},
    serialize::txt::Parser,
};
use hickory_server::{
    Server,
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType},
};
use tokio::net::{TcpListener, UdpSocket};

use super::{Secrets, Variant};

const ROOT: &str = include_str!("portal/zones/root.zone");
const EXAMPLE: &str = include_str!("portal/zones/example.zone");
const MAILER: &str = include_str!("portal/zones/mailer.zone");
const BROKEN: &str = include_str!("portal/zones/broken.zone");
const FIXED: &str = include_str!("portal/zones/fixed.zone");

/// Serves on one free loopback port, over UDP and TCP, until the runtime ends.
pub(super) async fn serve(variant: Variant, secrets: &Secrets) -> io::Result<SocketAddr> {
    let mut catalog = Catalog::new();
    let acme = match variant {
        Variant::Broken => BROKEN,
        Variant::Fixed => FIXED,
    };
    for (origin, text) in
        [(".", ROOT), ("example.", EXAMPLE), ("mailer.example.", MAILER), ("acme.example.", acme)]
    {
        let (name, zone) = load(origin, &secrets.fill(text))?;
        catalog.upsert(name, vec![zone]);
    }
    let (udp, tcp) = same_port().await?;
    let address = udp.local_addr()?;
    let mut server = Server::new(catalog);
    server.register_socket(udp);
    server.register_listener(tcp, Duration::from_secs(5), 4_096);
    tokio::spawn(async move { server.block_until_done().await });
    Ok(address)
}

fn load(origin: &str, text: &str) -> io::Result<(LowerName, Arc<dyn ZoneHandler>)> {
    let name = Name::from_ascii(origin).map_err(io::Error::other)?;
    let parser = Parser::new(text.to_owned(), None, Some(name.clone()));
    let (name, records) = parser.parse().map_err(|err| io::Error::other(format!("zone {origin}: {err}")))?;
    let zone = InMemoryZoneHandler::<hickory_server::net::runtime::TokioRuntimeProvider>::new(
        name.clone(),
        records,
        ZoneType::Primary,
        AxfrPolicy::Deny,
    )
    .map_err(io::Error::other)?;
    Ok((LowerName::from(&name), Arc::new(zone)))
}

/// A port that is free for both transports.
async fn same_port() -> io::Result<(UdpSocket, TcpListener)> {
    for _ in 0..50 {
        let tcp = super::listen().await?;
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr()?).await {
            return Ok((udp, tcp));
        }
    }
    Err(io::Error::other("no port is free for both UDP and TCP"))
}
