//! What it costs to look at one TLS server on loopback, beside sslyze on the same server.
//!
//! Prints wall times (median) and their ratio: of a current server, of one that takes everything
//! OpenSSL still knows, and of both 50 ms away, where a relay holds what is sent. Needs nginx, and
//! Python for sslyze, which is installed below `target/` and left out with one line where that fails.
//! `cargo bench --bench tls`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, dead_code)]

#[path = "../tests/real/relay.rs"]
mod relay;

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use self::relay::Relay;

const RUNS: u32 = 9;
const ROUND_TRIP: Duration = Duration::from_millis(50);
/// What it must be faster by.
const WANTED: f64 = 20.0;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let [modern, worst] = [(); 2].map(|()| free_port());
    let _nginx = Nginx::start(folder.path(), modern, worst);

    let root = folder.path().join("cert.pem");
    let resolver = resolver();
    let audit = |port: u16| {
        let mut gonogo = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        gonogo.args(["audit", "https://bench.test", "--only", "tls", "--exit-zero"]);
        gonogo.arg("--resolver").arg(resolver.to_string());
        gonogo.arg("--connect-to").arg(format!("bench.test:443:127.0.0.1:{port}")).arg("--ca").arg(&root);
        median(&mut gonogo, RUNS)
    };
    let ours = audit(modern);
    println!("gonogo audit --only tls   {:>9.1} ms", millis(ours));
    println!("  a server that takes all {:>9.1} ms", millis(audit(worst)));
    for (name, port) in [("  50 ms away", modern), ("  takes all, 50 ms away", worst)] {
        let link = Relay::before(([127, 0, 0, 1], port).into(), ROUND_TRIP);
        println!("{name:<26}{:>9.1} ms", millis(audit(link.address.port())));
    }

    let Some(program) = sslyze() else {
        println!("sslyze could not be installed: left out");
        return;
    };
    let mut sslyze = Command::new(program);
    sslyze.args(["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--certinfo"]);
    sslyze.args(["--compression", "--reneg", "--fallback", "--elliptic_curves", "--ems"]);
    sslyze.arg(format!("127.0.0.1:{modern}"));
    let theirs = median(&mut sslyze, RUNS);
    println!("sslyze                    {:>9.1} ms", millis(theirs));
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!("ratio                     {ratio:>9.1}");
    assert!(ratio >= WANTED, "no longer {WANTED} times as fast as sslyze");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Says at once that no name exists: waiting for a resolver is no part of the measure.
fn resolver() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut message = [0; 1_500];
        while let Ok((count, peer)) = socket.recv_from(&mut message) {
            // The question as it came, as an answer (RFC 1035 section 4.1.1): QR, RD, RA, name error.
            message[2..4].copy_from_slice(&[0x81, 0x83]);
            let _ = socket.send_to(&message[..count], peer);
        }
    });
    address
}

fn median(command: &mut Command, runs: u32) -> Duration {
    let mut walls: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            started.elapsed()
        })
        .collect();
    walls.sort();
    walls[walls.len() / 2]
}

fn sslyze() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/sslyze");
    let program = venv.join("bin/sslyze");
    if !program.is_file() {
        let run = |program: &Path, arguments: &[&str]| {
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
            status.is_ok_and(|status| status.success()).then_some(())
        };
        run(Path::new("python3"), &["-m", "venv", &venv.display().to_string()])?;
        run(&venv.join("bin/python"), &["-m", "pip", "install", "--quiet", "sslyze==6.3.1"])?;
    }
    program.is_file().then_some(program)
}

/// A current server (TLS 1.2 and 1.3, forward-secret AEAD suites) and one that takes every version
/// and suite of its OpenSSL with an RSA certificate.
struct Nginx(Child);

impl Nginx {
    fn start(folder: &Path, modern: u16, worst: u16) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["bench.test".to_owned()]).unwrap();
        fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
        fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        openssl(
            folder,
            "req -x509 -newkey rsa:2048 -nodes -subj /CN=bench.test -keyout rsa.key -out rsa.pem -days 30",
        );
        openssl(folder, "genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh.pem");
        let here = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
            .concat();
        let configuration = format!(
            "daemon off;\nmaster_process off;\npid {here}/nginx.pid;\nerror_log {here}/error.log;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}\
             server {{ listen 127.0.0.1:{modern} ssl;\n\
             ssl_certificate {here}/cert.pem; ssl_certificate_key {here}/key.pem;\n\
             ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20; }}\n\
             server {{ listen 127.0.0.1:{worst} ssl;\n\
             ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:eNULL:@SECLEVEL=0;\n\
             ssl_certificate {here}/rsa.pem; ssl_certificate_key {here}/rsa.key; ssl_dhparam {here}/dh.pem; }}\n}}\n"
        );
        fs::write(folder.join("nginx.conf"), configuration).unwrap();
        let child = Command::new("nginx").arg("-c").arg(folder.join("nginx.conf")).spawn().unwrap();
        let nginx = Self(child);
        let up = (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            TcpStream::connect(("127.0.0.1", worst)).is_ok()
        });
        assert!(up, "nginx does not listen on {worst}");
        nginx
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder).stderr(Stdio::null());
    assert!(command.status().unwrap().success(), "openssl {arguments}");
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
