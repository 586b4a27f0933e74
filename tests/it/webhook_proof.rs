//! A host elsewhere is probed only where it shows that it belongs to whoever asks.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

const HOST: &str = "hooks.example.test";
const PROOF: &str = "this-endpoint-is-ours-7f3a";

#[test]
fn without_a_proof_nothing_is_sent() {
    let world = World::start("", "");
    let said = world.audit("");
    assert_eq!(world.posts(), 0, "{said}");
    assert!(said.contains(&format!("{HOST} is not this machine")), "{said}");
    assert!(said.contains("set `active.proof` in gonogo.toml and let the host show it"), "{said}");
}

#[test]
fn a_proof_that_the_host_does_not_show_is_none() {
    for (file, record) in
        [("", ""), ("another-text-altogether-99", ""), ("", "x this-endpoint-is-ours-7f3a x")]
    {
        let world = World::start(file, record);
        let said = world.audit(PROOF);
        assert_eq!(world.posts(), 0, "{file} {record}: {said}");
        assert!(said.contains("shows `active.proof` neither at /.well-known/gonogo.txt nor"), "{said}");
    }
}

#[test]
fn a_proof_in_a_file_or_a_record_is_enough() {
    let file = format!("# whose host is this\n{PROOF}\r\n");
    for (file, record) in [(file.as_str(), ""), ("", PROOF)] {
        let world = World::start(file, record);
        let said = world.audit(PROOF);
        assert!(world.posts() >= 4, "{file} {record}: {said}");
        assert!(said.contains("webhook/unsigned-accepted"), "{said}");
    }
}

#[test]
fn a_proof_that_anyone_could_guess_is_refused() {
    let world = World::start("ok", "ok");
    let said = world.audit("ok");
    assert_eq!(world.posts(), 0, "{said}");
    assert!(said.contains("16 or more visible ASCII characters"), "{said}");
}

/// A resolver that knows the host and its record, and the host, both on loopback.
struct World {
    dns: SocketAddr,
    web: SocketAddr,
    posts: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl World {
    fn start(file: &str, record: &str) -> Self {
        let (posts, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let dns = socket.local_addr().unwrap();
        let (ended, record) = (stop.clone(), record.to_owned());
        std::thread::spawn(move || {
            let mut packet = [0; 1_500];
            while !ended.load(Ordering::SeqCst) {
                let Ok((length, from)) = socket.recv_from(&mut packet) else { continue };
                if let Some(reply) = resolve(&packet[..length], &record) {
                    let _ = socket.send_to(&reply, from);
                }
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let web = listener.local_addr().unwrap();
        let (ended, count, file) = (stop.clone(), posts.clone(), file.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let _ = stream.map(|stream| answer(stream, &file, &count));
            }
        });
        Self { dns, web, posts, stop }
    }

    fn posts(&self) -> usize {
        self.posts.load(Ordering::SeqCst)
    }

    fn audit(&self, proof: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let proof = if proof.is_empty() { String::new() } else { format!("proof = \"{proof}\"\n") };
        let config = format!(
            "schema = 1\n\n[project]\nname = \"portal\"\n\n[[webhooks]]\nurl = \"http://{HOST}:{}/hooks/stripe\"\nprovider = \"stripe\"\n\n[active]\nhosts = [\"{HOST}\"]\n{proof}",
            self.web.port()
        );
        std::fs::write(folder.path().join("gonogo.toml"), config).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args([
                "audit",
                "--active",
                "--only",
                "webhook/unsigned-accepted",
                "--exit-zero",
                "--format",
                "json",
                "--resolver",
            ])
            .arg(self.dns.to_string())
            .arg(folder.path())
            .output()
            .unwrap();
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.web);
    }
}

/// The host's address, its TXT record, and nothing else.
fn resolve(query: &[u8], record: &str) -> Option<Vec<u8>> {
    let (mut at, mut name) = (12, String::new());
    while *query.get(at)? != 0 {
        let label = query.get(at + 1..at + 1 + usize::from(query[at]))?;
        name.push_str(&String::from_utf8_lossy(label).to_lowercase());
        name.push('.');
        at += 1 + label.len();
    }
    let question = query.get(12..at + 5)?;
    let data = match (question[question.len() - 3], name.as_str()) {
        (1, name) if name == format!("{HOST}.") => Some(vec![127, 0, 0, 1]),
        (16, name) if name == format!("_gonogo.{HOST}.") && !record.is_empty() => {
            let mut text = vec![u8::try_from(record.len()).ok()?];
            text.extend(record.bytes());
            Some(text)
        }
        _ => None,
    };
    let mut reply = query[..2].to_vec();
    reply.extend([0x81, 0x80, 0, 1, 0, u8::from(data.is_some()), 0, 0, 0, 0]);
    reply.extend(question);
    if let Some(data) = data {
        reply.extend([0xc0, 0x0c]);
        reply.extend(&question[question.len() - 4..]);
        reply.extend([0, 0, 0, 60, 0, u8::try_from(data.len()).ok()?]);
        reply.extend(data);
    }
    Some(reply)
}

/// Shows the file, and refuses whatever is posted.
fn answer(mut stream: TcpStream, file: &str, posts: &AtomicUsize) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let (mut seen, mut part) = (Vec::new(), [0; 4_096]);
    while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(length) if length > 0 => seen.extend(&part[..length]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&seen).into_owned();
    let (status, body) = if head.starts_with("GET /.well-known/gonogo.txt") && !file.is_empty() {
        (200, file)
    } else if head.starts_with("POST /hooks/stripe") {
        posts.fetch_add(1, Ordering::SeqCst);
        (200, "")
    } else {
        (404, "")
    };
    let length = body.len();
    let _ = stream.write_all(
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
            .as_bytes(),
    );
}
