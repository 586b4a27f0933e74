//! A link between the audit and a server: it counts DNS questions and holds every one of them for
//! a round-trip time, because a kernel may have no `netem`.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// Passes DNS over UDP and TCP on to one server.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    questions: Arc<AtomicU32>,
}

impl Relay {
    /// `round_trip` is added to every answer, and once more to the first of a TCP connection, which
    /// stands for its handshake.
    pub(crate) fn before(server: SocketAddr, round_trip: Duration) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), server, round_trip)
    }

    pub(crate) fn at(address: SocketAddr, server: SocketAddr, round_trip: Duration) -> Self {
        let (tcp, udp) = (0..50)
            .find_map(|_| {
                let tcp = TcpListener::bind(address).ok()?;
                let udp = UdpSocket::bind(tcp.local_addr().ok()?).ok()?;
                Some((tcp, udp))
            })
            .expect("a port that is free for UDP and TCP");
        let address = tcp.local_addr().unwrap();
        let questions = Arc::new(AtomicU32::new(0));
        let (of_udp, of_tcp) = (questions.clone(), questions.clone());
        thread::spawn(move || datagrams(&Arc::new(udp), server, round_trip, &of_udp));
        thread::spawn(move || {
            for client in tcp.incoming().flatten() {
                let questions = of_tcp.clone();
                thread::spawn(move || stream(client, server, round_trip, &questions));
            }
        });
        Self { address, questions }
    }

    /// Questions since the last time.
    pub(crate) fn questions(&self) -> u32 {
        self.questions.swap(0, Ordering::SeqCst)
    }
}

fn datagrams(socket: &Arc<UdpSocket>, server: SocketAddr, round_trip: Duration, questions: &AtomicU32) {
    let mut buffer = [0; 4_096];
    while let Ok((length, client)) = socket.recv_from(&mut buffer) {
        questions.fetch_add(1, Ordering::SeqCst);
        let (question, socket) = (buffer[..length].to_vec(), socket.clone());
        thread::spawn(move || {
            thread::sleep(round_trip);
            let upstream = UdpSocket::bind("127.0.0.1:0").unwrap();
            upstream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
            let mut buffer = vec![0; 65_535];
            let sent = upstream.send_to(&question, server);
            if let (Ok(_), Ok(length)) = (sent, upstream.recv(&mut buffer)) {
                let _ = socket.send_to(&buffer[..length], client);
            }
        });
    }
}

fn stream(mut client: TcpStream, server: SocketAddr, round_trip: Duration, questions: &AtomicU32) {
    let Ok(upstream) = TcpStream::connect(server) else { return };
    for stream in [&client, &upstream] {
        let _ = stream.set_nodelay(true);
    }
    let (mut to_server, mut from_server) = (upstream.try_clone().unwrap(), upstream);
    let mut to_client = client.try_clone().unwrap();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = from_server.read(&mut buffer) {
            if to_client.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(std::net::Shutdown::Both);
    });
    let mut wait = round_trip * 2;
    let mut unread: Vec<u8> = Vec::new();
    let mut buffer = [0; 4_096];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        unread.extend(&buffer[..length]);
        while let [high, low, rest @ ..] = unread.as_slice() {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if rest.len() < length {
                break;
            }
            questions.fetch_add(1, Ordering::SeqCst);
            unread.drain(..length + 2);
        }
        thread::sleep(wait);
        wait = round_trip;
        if to_server.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to_server.shutdown(std::net::Shutdown::Write);
}
