//! Trees and files that are large: memory stays bounded, and everything is looked at.

use std::{
    fs::{self, File},
    io::{Seek as _, SeekFrom, Write as _},
    os::unix::net::UnixListener,
    process::{Command, Stdio},
    time::Duration,
};

use super::{
    template::expand,
    tree::{Folder, observe_at},
};

/// One line of 256 MiB, mostly a hole in the file; the value stands at its end.
#[test]
fn one_endless_line_is_read_in_pieces() {
    let folder = Folder::new();
    let mut file = File::create(folder.path().join("line.txt")).unwrap();
    file.set_len(256 << 20).unwrap();
    file.write_all(b"x = ").unwrap();
    file.seek(SeekFrom::End(-100)).unwrap();
    file.write_all(expand(" k=sk_live_{alnum:24} ").as_bytes()).unwrap();
    drop(file);
    let mut child = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(["secrets", "--quiet", "--no-history", "--deadline", "10m"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0);
        peak = peak.max(kilobytes);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(1), "the value at the end of the line stops the launch");
    assert!(peak < 200 << 10, "{peak} KiB");
}

#[test]
fn thousands_of_files_and_a_socket_are_walked() {
    let folder = Folder::new();
    for number in 0..5_000 {
        folder.write(&format!("d{}/f{number}.txt", number % 50), format!("n = {number}\n"));
    }
    folder.write("d7/last.env", expand("k=whsec_{alnum:32}\n"));
    let _socket = UnixListener::bind(folder.path().join("d7/app.env")).unwrap();
    let leaks = observe_at(folder.path(), Duration::from_mins(5));
    // The folder is no repository, which is said; nothing else is missing.
    assert!(
        leaks.missed.iter().all(|miss| format!("{miss:?}").contains("git history")),
        "{:?}",
        leaks.missed
    );
    assert_eq!((leaks.tree.files, leaks.leaks.len()), (5_001, 1));
}
