//! TLS servers other than nginx, each killed on drop.

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use super::Authority;

pub(super) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    pub(super) fn start(mut command: Command, port: u16) -> Self {
        let shown = format!("{command:?}");
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|err| panic!("{shown}: {err}"));
        let server = Self(child);
        let up = (0..500).any(|_| {
            let connected = TcpStream::connect(("127.0.0.1", port)).is_ok();
            if !connected {
                std::thread::sleep(Duration::from_millis(20));
            }
            connected
        });
        assert!(up, "{shown} does not listen on {port}");
        server
    }

    /// `openssl s_server` with security level 0.
    pub(super) fn openssl(authority: &Authority, name: &str, port: u16, more: &[&str]) -> Self {
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-accept", &format!("127.0.0.1:{port}")]);
        command.arg("-cert").arg(authority.path(&format!("{name}.pem")));
        command.arg("-key").arg(authority.path(&format!("{name}.key")));
        command.args(more).env("OPENSSL_CONF", authority.relaxed());
        Self::start(command, port)
    }

    pub(super) fn gnutls(authority: &Authority, name: &str, port: u16, priority: &str) -> Self {
        let mut command = Command::new("gnutls-serv");
        command.args(["--quiet", "--http", "--port", &port.to_string(), "--priority", priority]);
        command.arg("--x509certfile").arg(authority.path(&format!("{name}.pem")));
        command.arg("--x509keyfile").arg(authority.path(&format!("{name}.key")));
        Self::start(command, port)
    }

    /// tlslite-ng (PyPI): SSL 3.0, RC4 and NULL are still in it.
    pub(super) fn tlslite(authority: &Authority, name: &str, port: u16, settings: &str) -> Self {
        let script = authority.path("tlslite-server.py");
        fs::write(&script, TLSLITE.replace("SETTINGS", settings)).unwrap();
        let mut command = Command::new(python());
        command.arg(&script).arg(port.to_string());
        command.arg(authority.path(&format!("{name}.pem"))).arg(authority.path(&format!("{name}.key")));
        Self::start(command, port)
    }

    /// Node's own OpenSSL, which is newer than the system's.
    pub(super) fn node(authority: &Authority, name: &str, port: u16, options: &str) -> Self {
        let script = authority.path("server.js");
        let text = format!(
            "const fs = require('fs');\nconst [port, cert, key] = process.argv.slice(2);\n\
             require('tls').createServer({{ cert: fs.readFileSync(cert), key: fs.readFileSync(key), {options} }}, \
             (s) => s.end()).on('tlsClientError', () => {{}}).listen(+port, '127.0.0.1');\n"
        );
        fs::write(&script, text).unwrap();
        let mut command = Command::new(node());
        command.arg(&script).arg(port.to_string());
        command.arg(authority.path(&format!("{name}.pem"))).arg(authority.path(&format!("{name}.key")));
        Self::start(command, port)
    }
}

const TLSLITE: &str = "\
import socket, sys, threading
from tlslite.api import *
port, cert, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
chain = X509CertChain()
chain.parsePemList(open(cert).read())
key = parsePEMKey(open(key).read(), private=True)
def settings():
    s = HandshakeSettings()
    SETTINGS
    return s
def serve(tcp):
    try:
        c = TLSConnection(tcp)
        c.handshakeServer(certChain=chain, privateKey=key, settings=settings())
        c.close()
    except Exception:
        tcp.close()
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('127.0.0.1', port))
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
";

/// One installation at a time.
pub(super) static INSTALLING: Mutex<()> = Mutex::new(());

pub(super) fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools")
}

pub(super) fn node() -> PathBuf {
    let _one = INSTALLING.lock();
    let program = tools().join("node_modules/node/bin/node");
    if !program.is_file() {
        let prefix = tools().display().to_string();
        run("npm", &["install", "--silent", "--no-audit", "--no-fund", "--prefix", &prefix, "node@24"]);
    }
    program
}

fn python() -> PathBuf {
    let _one = INSTALLING.lock();
    let venv = tools().join("python");
    let program = venv.join("bin/python");
    if !venv.join("bin/tlsdb.py").is_file() && !venv.join("bin/tls.py").is_file() {
        run("python3", &["-m", "venv", &venv.display().to_string()]);
        run(&program.display().to_string(), &["-m", "pip", "install", "--quiet", "tlslite-ng==0.8.2"]);
    }
    program
}

pub(super) fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "{program} {arguments:?} failed");
}
