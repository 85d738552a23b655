//! Whatever is wrong, it is said with what to do, the status is 1, and no file
//! is changed.

mod common;

use common::{Desk, TRACK};
use std::fs;
use std::io::Write;
use std::net::TcpListener;

#[test]
fn settings_that_cannot_be_used() {
    let desk = Desk::bare();
    let at = |profile: &str| desk.annul(&["till", "--profile", profile, "--json", "sign-in"]);
    at("nowhere.toml").fails("annul till init nowhere.toml");
    let example = fs::read_to_string(desk.path("till.toml")).unwrap();
    let cases = [
        ("attempts = 3", "atempts = 3", "unknown field `atempts`"),
        ("attempts = 3", "attempts = 99", "1 to 20"),
        ("\"1500ms\"", "\"1500\"", "duration"),
        ("\"004\"", "\"002\"", "001, 003 or 004"),
        (
            "\"unionpay-ecb\"",
            "\"cmac-aes\"",
            "x9.9-hex, x9.19 or chanjet",
        ),
        ("\"unionpay-ecb\"", "\"sm4-ecb\"", "wants an SM4 master key"),
        ("[terminal]", "[terminal", "expected"),
        (common::MASTER_KEY, "12345", "digits"),
    ];
    for (from, to, advice) in cases {
        fs::write(desk.path("bad.toml"), example.replacen(from, to, 1)).unwrap();
        let ran = at("bad.toml");
        ran.fails(advice);
        let place = ran.err.contains("bad.toml, line ") && ran.err.contains(", column ");
        assert!(place && ran.err.contains("annul till init"), "{ran:?}");
    }
    fs::write(desk.path("bad.toml"), [0xFF, 0xFE, 0x00]).unwrap();
    at("bad.toml").fails("annul till init");
    let host =
        |profile: &str| desk.annul(&["host", "--profile", profile, "--listen", "127.0.0.1:0"]);
    host("nowhere.toml").fails("annul host init nowhere.toml");
    let example = fs::read_to_string(desk.path("host.toml")).unwrap();
    fs::write(desk.path("bad.toml"), example.replacen("tpdu", "tpud", 1)).unwrap();
    host("bad.toml").fails("line ");
    desk.annul(&["till", "init", "till.toml"])
        .fails("name another");
    desk.annul(&["till", "init", "nowhere/till.toml"])
        .fails("folder");
}

#[test]
fn a_journal_that_cannot_be_used_stays_as_it_is() {
    let mut desk = Desk::signed_in(&[]);
    desk.sale("1.00", &[]).exits(0);
    // Its books are whole in one file only when it is stopped.
    assert_eq!(desk.stop_host(), Some(0));
    let at = |journal: &str| {
        let ran = desk.annul(&["till", "--journal", journal, "--json", "recover"]);
        let read = desk.annul(&["till", "--journal", journal, "--json", "journal"]);
        assert_eq!(read.code, Some(1), "{read:?}");
        ran
    };
    // A record that changed after it was written.
    let whole = fs::read(desk.path("till.db")).unwrap();
    let place = whole.windows(2).rposition(|pair| pair == b"12").unwrap();
    let mut rotten = whole.clone();
    rotten[place] ^= 1;
    fs::write(desk.path("rotten.db"), &rotten).unwrap();
    at("rotten.db").fails("damaged");
    assert_eq!(fs::read(desk.path("rotten.db")).unwrap(), rotten);
    // No database at all, half a database, another program's database.
    fs::write(desk.path("text.db"), "no database ".repeat(500)).unwrap();
    at("text.db").fails("not an annul journal");
    assert_eq!(
        fs::read(desk.path("text.db")).unwrap(),
        "no database ".repeat(500).as_bytes()
    );
    fs::write(desk.path("half.db"), &whole[..whole.len() / 2]).unwrap();
    let half = desk.annul(&["till", "--journal", "half.db", "journal"]);
    half.fails("journal");
    let theirs = fs::read(desk.path("host.db")).unwrap();
    fs::write(desk.path("theirs.db"), &theirs).unwrap();
    at("theirs.db").fails("not an annul journal");
    assert_eq!(fs::read(desk.path("theirs.db")).unwrap(), theirs);
    // Places where no journal can be.
    at("nowhere/till.db").fails("folder");
    at("till.toml/till.db").fails("folder");
    desk.annul(&["till", "--journal", "new.db", "journal"])
        .fails("there is none");
    assert!(!desk.path("new.db").exists(), "looking makes no journal");
    let whole_again = fs::read(desk.path("till.db")).unwrap();
    assert_eq!(whole, whole_again);
}

#[test]
fn the_journal_of_another_till() {
    let desk = Desk::signed_in(&[]);
    desk.sale("1.00", &[]).exits(0);
    let before = fs::read(desk.path("till.db")).unwrap();
    for (from, to) in [
        ("\"12345678\"", "\"87654321\""),
        ("\"123456789012345\"", "\"543210987654321\""),
    ] {
        let text = fs::read_to_string(desk.path("till.toml")).unwrap();
        fs::write(desk.path("other.toml"), text.replacen(from, to, 1)).unwrap();
        for command in ["recover", "sign-in", "journal", "status"] {
            let ran = desk.annul(&["till", "--profile", "other.toml", "--json", command]);
            ran.fails("another terminal");
        }
    }
    assert_eq!(fs::read(desk.path("till.db")).unwrap(), before);
}

#[test]
fn the_wrong_master_key() {
    let desk = Desk::signed_in(&[]);
    desk.sale("1.00", &[]).exits(0);
    let sent = desk.exchanges();
    desk.edit("till.toml", common::MASTER_KEY, &"2".repeat(32));
    desk.sale("2.00", &[]).fails("different master keys");
    desk.till(&["recover"]).fails("different master keys");
    assert_eq!(desk.exchanges(), sent, "nothing was sent");
    // The host's keys do not load either.
    desk.till(&["sign-in"]).fails("different master keys");
    desk.edit("till.toml", &"2".repeat(32), common::MASTER_KEY);
    // The host's keys are newer than the till's now: it is in doubt what it did
    // with a request that it answers so, and the till signs in to undo it.
    let doubted = desk.sale("2.00", &[]).exits(3).json();
    assert_eq!(doubted["response_code"], "A0");
    desk.till(&["recover"]).exits(0);
    desk.sale("2.00", &[]).exits(0);
    desk.assert_agreement();
}

#[test]
fn one_till_at_a_time() {
    let desk = Desk::signed_in(&["delay=3s@sale#1"]);
    desk.edit("till.toml", "\"1500ms\"", "\"20s\"");
    let sale = [
        "till", "--json", "sale", "--amount", "1.00", "--track2", TRACK,
    ];
    let mut first = desk
        .command(&sale)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = std::time::Instant::now();
    while desk.exchanges() < 2 {
        assert!(
            begun.elapsed().as_secs() < 20,
            "the sale never reached the host"
        );
    }
    for command in ["recover", "journal", "echo"] {
        desk.till(&[command]).fails("in use by another process");
    }
    assert!(first.wait().unwrap().success());
    desk.till(&["echo"]).exits(0);
    desk.assert_agreement();
}

#[test]
fn a_host_that_talks_nonsense() {
    let desk = Desk::bare();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    desk.edit("till.toml", "127.0.0.1:8583", &address);
    let nonsense: [&[u8]; 4] = [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        &[0xFF, 0xFF, 0x60],
        &[0x00, 0x00],
        &[0x00, 0x20, 0x60, 0x00],
    ];
    let server = std::thread::spawn(move || {
        for bytes in nonsense {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(bytes).unwrap();
        }
    });
    for _ in nonsense {
        let ran = desk.till(&["sign-in"]);
        assert_eq!(ran.exits(2).json()["outcome"], "refused", "{ran:?}");
    }
    server.join().unwrap();
}

#[test]
fn a_host_that_cannot_start() {
    let desk = Desk::bare();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    desk.annul(&["host", "ledger"])
        .fails("start the host first");
    desk.annul(&["host", "--listen", &address])
        .fails("name another port");
    let free = ["host", "--listen", "127.0.0.1:0", "--fault"];
    for (fault, advice) in [
        ("nonsense", "nonsense"),
        ("delay", "delay"),
        ("drop-answer@moon", "moon"),
    ] {
        desk.annul(&[&free[..], &[fault]].concat()).fails(advice);
    }
    desk.annul(&["host", "--listen", "moon"]).fails("--listen");
    fs::write(desk.path("host.db"), "no database ".repeat(99)).unwrap();
    desk.annul(&["host", "ledger"]).fails("host ledger");
}

/// A limit on the size of files stands for a disk that is full: the write that
/// goes over it fails.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let mut ended = Vec::new();
    // Where in a page of the file the records end, each sign-in before shifts.
    for more in 0..6 {
        let desk = Desk::signed_in(&[]);
        for _ in 0..more {
            desk.till(&["sign-in"]).exits(0);
        }
        ended.push(sale_within(&desk, 3));
        let full = (0..40).map(|_| sale_within(&desk, 8));
        ended.extend(full.into_iter().find(|code| *code != Some(0)));
        ended.push(sale_within(&desk, 64));
        desk.till(&["recover"]).exits(0);
        desk.assert_agreement();
    }
    // Before the request was sent, after it, and with room enough.
    for code in [1, 3, 0] {
        assert!(ended.contains(&Some(code)), "{ended:?}");
    }
}

/// What a sale ends with where no file may be larger.
fn sale_within(desk: &Desk, kilobytes: u32) -> Option<i32> {
    let limit = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" \"$@\"");
    let sale = [
        "till", "--json", "sale", "--amount", "1.00", "--track2", TRACK,
    ];
    let mut shell = std::process::Command::new("bash");
    let shell = shell
        .args(["-c", &limit, env!("CARGO_BIN_EXE_annul")])
        .args(sale);
    let output = shell.current_dir(desk.path("")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(2), "{said}");
    let advised = said.contains("free space");
    assert_eq!(output.status.code() != Some(0), advised, "{said}");
    output.status.code()
}
