//! What a journal's file holds: verified, shown and exported, and never changed.

mod common;

#[path = "journal/damage.rs"]
mod damage;

use annul::journal::{Envelope, Journal, Record, Seq, SqliteJournal};
use common::{Desk, PAN, SUPERVISOR, TRACK};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A desk after a day: a sale, its void, a decline, a reversal, a parked one.
fn day() -> Desk {
    let mut desk = Desk::signed_in(&["decline=51@sale#2", "drop-answer@sale#3"]);
    desk.sale("12.34", &["--request-id", "=1+1"]).exits(0);
    desk.void("000002", &["--note", "顾客改主意"]).exits(0);
    desk.sale("2.00", &[]).exits(2);
    desk.sale("3.00", &[]).exits(3);
    desk.sale("4.00", &["--request-id", "s5"]).exits(0);
    desk.stop_host();
    desk
}

fn lines(text: &str) -> Vec<Value> {
    (text.lines())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Every record of a file, as the library reads it.
fn records(path: &Path) -> Option<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut journal = SqliteJournal::open(path).ok()?;
    journal
        .replay(&mut |record| found.push(record.to_vec()))
        .ok()?;
    Some(found)
}

/// A journal of these records, under the numbers 1, 2 and so on.
fn write(path: &Path, records: &[Vec<u8>]) {
    let mut journal = SqliteJournal::open(path).unwrap();
    for (record, seq) in records.iter().zip(1..) {
        journal.append(Seq(seq), record).unwrap();
    }
}

fn hex(bytes: &[u8]) -> String {
    (bytes.iter()).fold(String::new(), |text, byte| text + &format!("{byte:02X}"))
}

#[test]
fn a_good_journal() {
    let desk = day();
    let before = fs::read(desk.path("till.db")).unwrap();
    let verified = desk.annul(&["journal", "verify", "--json", "till.db"]);
    let told = verified.exits(0).json();
    assert_eq!(told["verdict"], "good");
    assert_eq!(told["transactions"], 5);
    assert_eq!(
        told["records"],
        records(&desk.path("till.db")).unwrap().len()
    );
    assert_eq!(told["terminal"], "12345678");
    assert_eq!(told["merchant"], "123456789012345");
    assert_eq!(told["profile"], "unionpay-pos");
    assert_eq!(told["version"], 2);
    assert_eq!(told["fault"], Value::Null);
    assert_eq!(told["open"], json!([]));
    for end in ["first", "last"] {
        assert_eq!(told[end].as_str().unwrap().len(), 19, "{told}");
    }
    assert_eq!(told["tag"].as_str().unwrap().len(), 16);
    let words = desk.annul(&["journal", "verify", "till.db"]);
    assert!(words.exits(0).out.contains("good"), "{words:?}");
    assert!(words.out.contains("transactions 5"), "{words:?}");
    let chinese = desk.annul(&["--lang", "zh", "journal", "verify", "till.db"]);
    assert!(chinese.exits(0).out.contains("流水完好"), "{chinese:?}");
    assert!(chinese.out.contains("5 笔交易"), "{chinese:?}");

    assert_eq!(fs::read(desk.path("till.db")).unwrap(), before);
    for beside in ["till.db-wal", "till.db-shm", "till.db-journal"] {
        assert!(!desk.path(beside).exists(), "{beside}");
    }
}

#[test]
fn whose_it_is() {
    let desk = Desk::signed_in(&[]);
    let ask =
        |more: &[&str]| desk.annul(&[&["journal", "verify", "till.db", "--json"], more].concat());
    let own = ["--terminal", "12345678", "--merchant", "123456789012345"];
    assert_eq!(ask(&own).exits(0).json()["verdict"], "good");
    for other in [
        ["--terminal", "87654321"],
        ["--merchant", "543210987654321"],
    ] {
        let told = ask(&other).exits(2).json();
        assert_eq!(told["fault"]["what"], "foreign", "{told}");
        assert_eq!(told["terminal"], "12345678");
    }
    ask(&["--terminal", "1"]).fails("terminal id: expected 8");
    ask(&["--lang", "zh", "--merchant", "1"]).fails_in_chinese("应为 15 个");
    drop(SqliteJournal::open(&desk.path("new.db")).unwrap());
    let ask = |more: &[&str]| desk.annul(&[&["journal", "verify", "new.db"], more].concat());
    assert!(ask(&[]).exits(0).out.contains("records 0"));
    assert!(ask(&own).exits(2).out.contains("does not say whose"));
}

#[test]
fn what_is_open() {
    let mut desk = Desk::signed_in(&["drop-answer@sale#1", "drop-request@reversal#*"]);
    desk.sale("3.00", &[]).exits(3);
    desk.stop_host();
    let told = desk.annul(&["journal", "verify", "till.db", "--json"]);
    let told = told.exits(0).json();
    assert_eq!(told["parked"], 1, "{told}");
    assert_eq!(told["open"][0]["amount"], 300);
    assert_eq!(told["open"][0]["status"], "Parked");
    let words = desk.annul(&["journal", "verify", "till.db"]);
    assert!(
        words.exits(0).out.contains("annul till recover"),
        "{words:?}"
    );
}

#[test]
fn every_record_is_shown() {
    let desk = day();
    let stored = records(&desk.path("till.db")).unwrap();
    let shown = lines(
        &desk
            .annul(&["journal", "show", "till.db", "--json"])
            .exits(0)
            .out,
    );
    assert_eq!(shown.len(), stored.len());
    for (line, number) in shown.iter().zip(1..) {
        assert_eq!(line["record"], number);
        assert!(
            line.get("fault").is_none() && line.get("hex").is_none(),
            "{line}"
        );
    }
    let kinds: Vec<&str> = shown
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[..3], ["Opened", "KeysChanged", "Intent"]);
    assert!(
        kinds.contains(&"Reversed") && kinds.contains(&"Declined"),
        "{kinds:?}"
    );
    let sale = &shown[2];
    assert_eq!(sale["transaction"], "sale");
    assert_eq!(sale["amount"], 1234);
    assert_eq!(sale["card"], "622424******0113");
    assert_eq!(sale["operator"], "01");
    assert_eq!(sale["request_id"], "=1+1");
    let approved = &shown[3];
    assert_eq!(
        (&approved["of"], &approved["trace"]),
        (&json!(3), &sale["trace"])
    );
    assert_eq!(approved["response_code"], "00");
    let void = shown
        .iter()
        .find(|line| line["transaction"] == "void")
        .unwrap();
    assert_eq!(void["original"], 3);
    assert_eq!(void["original_trace"], sale["trace"]);
    assert_eq!(void["supervisor"], "00");
    assert_eq!(void["reason"], "customer-request");
    assert_eq!(void["note"], "顾客改主意");
    let queued = shown
        .iter()
        .find(|line| line["kind"] == "ReversalQueued")
        .unwrap();
    assert_eq!(queued["reversal_reason"], "98");

    let one = desk.annul(&["journal", "show", "till.db", "--record", "3", "--json"]);
    assert_eq!(&one.exits(0).json(), sale);
    let some = desk.annul(&[
        "journal", "show", "till.db", "--from", "2", "--to", "4", "--json",
    ]);
    assert_eq!(lines(&some.exits(0).out), shown[1..4]);
    desk.annul(&["journal", "show", "till.db", "--record", "99"])
        .exits(2);
    desk.annul(&["journal", "show", "till.db", "--from", "4", "--to", "2"])
        .exits(2);

    let words = desk.annul(&["journal", "show", "till.db"]);
    for said in [
        "12.34",
        "622424******0113",
        "reversal queued",
        "no answer in time",
    ] {
        assert!(words.exits(0).out.contains(said), "{said}: {words:?}");
    }
    let chinese = desk.annul(&["--lang", "zh", "journal", "show", "till.db"]);
    for said in ["12.34", "消费撤销", "冲正登记", "超时未收到应答"] {
        assert!(chinese.exits(0).out.contains(said), "{said}: {chinese:?}");
    }
}

#[test]
fn bytes_without_what_is_secret() {
    let desk = day();
    let stored = records(&desk.path("till.db")).unwrap();
    let shown = lines(
        &desk
            .annul(&["journal", "show", "till.db", "--hex", "--json"])
            .exits(0)
            .out,
    );
    for (line, bytes) in shown.iter().zip(&stored) {
        let text = line["hex"].as_str().unwrap();
        assert_eq!(text.len(), bytes.len() * 2);
        let same = (text.as_bytes().chunks(2)).zip(bytes.iter().map(|byte| hex(&[*byte])));
        let stars = same
            .inspect(|(shown, byte)| assert!(*shown == b"**" || *shown == byte.as_bytes()))
            .filter(|(shown, _)| *shown == b"**");
        let hidden = match Envelope::decode(bytes).unwrap().2.unwrap() {
            Record::KeysChanged(change) => change.keys.bytes().len(),
            Record::Intent(_) => 34,
            _ => 0,
        };
        assert_eq!(stars.count(), hidden, "{line}");
    }
    // A record that does not read may hold anything: its body stays hidden.
    let mut spoilt = stored.clone();
    spoilt[1][30] ^= 1;
    write(&desk.path("spoilt.db"), &spoilt);
    let one = [
        "journal",
        "show",
        "spoilt.db",
        "--hex",
        "--json",
        "--record",
        "2",
    ];
    let line = desk.annul(&one).exits(2).json();
    let text = line["hex"].as_str().unwrap();
    assert_eq!(text[..32], hex(&spoilt[1][..16]));
    assert!(text[32..].bytes().all(|byte| byte == b'*'), "{line}");
}

#[test]
fn an_export_is_whole_and_no_formula() {
    let desk = day();
    let csv = desk.annul(&["journal", "export", "till.db"]);
    let rows: Vec<&str> = csv.exits(0).out.lines().collect();
    assert_eq!(rows.len(), 6);
    let json = lines(
        &desk
            .annul(&["journal", "export", "till.db", "--json"])
            .exits(0)
            .out,
    );
    let ledger = desk.journal();
    assert_eq!(json.len(), ledger.len());
    for ((line, entry), row) in json.iter().zip(&ledger).zip(&rows[1..]) {
        for name in [
            "kind",
            "trace",
            "batch",
            "amount",
            "reference",
            "response_code",
            "outcome",
            "reversal",
            "status",
            "request_id",
        ] {
            assert_eq!(line[name], entry[name], "{name}");
        }
        assert_eq!(line["currency"], "156");
        assert_eq!(line["card"], "622424******0113");
        for name in ["date", "time", "trace", "amount", "status"] {
            let text = line[name]
                .as_str()
                .map_or_else(|| line[name].to_string(), str::to_owned);
            assert!(row.split(',').any(|cell| cell == text), "{name} in {row}");
        }
    }
    assert_eq!(json[1]["original_trace"], json[0]["trace"]);
    assert_eq!(json[3]["reversal_reason"], "98");
    let mut names: Vec<&str> = json[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut head: Vec<&str> = rows[0].split(',').collect();
    names.sort_unstable();
    head.sort_unstable();
    assert_eq!(names, head);
    // The request id begins with =, which a spreadsheet would compute.
    assert_eq!(json[0]["request_id"], "=1+1");
    assert!(rows[1].ends_with(",'=1+1"), "{}", rows[1]);
    desk.annul(&["journal", "export", "till.db", "--csv", "--json"])
        .fails("cannot be used with");
}

#[test]
fn an_export_overwrites_nothing() {
    let desk = day();
    let export = |more: &[&str]| desk.annul(&[&["journal", "export", "till.db"], more].concat());
    let printed = export(&[]).out;
    export(&["--out", "day.csv"]).exits(0);
    assert_eq!(fs::read_to_string(desk.path("day.csv")).unwrap(), printed);
    export(&["--json", "--out", "day.csv"]).fails("--force");
    assert_eq!(fs::read_to_string(desk.path("day.csv")).unwrap(), printed);
    export(&["--json", "--out", "day.csv", "--force"]).exits(0);
    assert_eq!(
        lines(&fs::read_to_string(desk.path("day.csv")).unwrap()).len(),
        5
    );
    export(&["--out", "nowhere/day.csv"]).fails("folder");
    fs::create_dir(desk.path("sub")).unwrap();
    export(&["--out", "sub", "--force"]).fails("name another");
    // The journal itself, and what SQLite keeps beside it, however they are named.
    let before = fs::read(desk.path("till.db")).unwrap();
    for own in [
        "till.db",
        "./till.db",
        "till.db-wal",
        "sub/../till.db-journal",
        "till.db-shm",
    ] {
        export(&["--out", own, "--force"]).fails("journal itself");
        export(&["--out", own]).fails("journal");
    }
    assert_eq!(fs::read(desk.path("till.db")).unwrap(), before);
    assert!(!desk.path("till.db-wal").exists());
}

#[test]
fn files_that_are_no_journal() {
    let mut desk = day();
    desk.start_host(&[]);
    desk.stop_host();
    let whole = fs::read(desk.path("till.db")).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(desk.path(name), bytes).unwrap();
    put("empty.db", b"");
    put("text.db", "no database ".repeat(50).as_bytes());
    put("short.db", &whole[..60]);
    let mut newer = whole.clone();
    newer[63] = 2;
    put("newer.db", &newer);
    fs::create_dir(desk.path("folder")).unwrap();
    let cases = [
        ("nowhere.db", "there is no such file", "没有这个文件"),
        ("nowhere/till.db", "there is no such file", "没有这个文件"),
        ("folder", "a folder", "文件夹"),
        ("empty.db", "empty", "空文件"),
        ("text.db", "no SQLite database", "不是 SQLite 数据库"),
        ("short.db", "cut short", "不完整"),
        ("host.db", "another program", "其他程序"),
        ("newer.db", "newer version", "更新的版本"),
    ];
    for (file, english, chinese) in cases {
        for command in ["verify", "show", "export"] {
            let told = desk.annul(&["journal", command, file]);
            told.fails(english);
            assert!(told.err.contains(file), "{told:?}");
            desk.annul(&["--lang", "zh", "journal", command, file])
                .fails_in_chinese(chinese);
        }
    }
    assert!(!desk.path("nowhere.db").exists());
    assert_eq!(fs::read(desk.path("newer.db")).unwrap(), newer);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_and_what_never_ends() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::signed_in(&[]);
    desk.annul(&["journal", "verify", "/dev/zero"])
        .fails("no file");
    let path = desk.path("till.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Who may read everything is not refused.
    if fs::File::open(&path).is_err() {
        desk.annul(&["journal", "verify", "till.db"])
            .fails("right to read");
    }
    desk.annul(&[
        "journal",
        "export",
        "till.db",
        "--out",
        "/dev/null",
        "--force",
    ])
    .exits(1);
    // A file and a folder that may only be read are enough.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    let folder = path.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).unwrap();
    let told = desk.annul(&["journal", "verify", "till.db"]);
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    told.exits(0);
}

#[test]
fn a_till_at_work_is_not_disturbed() {
    let desk = Desk::signed_in(&["delay=2s@sale#1"]);
    desk.edit("till.toml", "\"1500ms\"", "\"20s\"");
    let sale = [
        "till", "--json", "sale", "--amount", "1.00", "--track2", TRACK,
    ];
    let mut till = desk.command(&sale);
    let till = till.stdout(std::process::Stdio::piped());
    let mut till = till.stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut open = 0;
    let ended = loop {
        let told = desk
            .annul(&["journal", "verify", "till.db", "--json"])
            .exits(0)
            .json();
        assert_eq!(told["verdict"], "good");
        open += told["pending"].as_u64().unwrap();
        if let Some(ended) = till.try_wait().unwrap() {
            break ended;
        }
    };
    assert!(ended.success());
    assert!(open > 0, "the intent of the sale was never seen");
    let told = desk
        .annul(&["journal", "verify", "till.db", "--json"])
        .exits(0)
        .json();
    assert_eq!(
        (&told["pending"], &told["transactions"]),
        (&json!(0), &json!(1))
    );
    desk.assert_agreement();
}

#[test]
fn nothing_of_the_card_is_told() {
    let desk = day();
    for command in [
        &["verify"][..],
        &["show", "--hex"],
        &["show", "--hex", "--json"],
        &["export"],
    ] {
        let ran = desk.annul(&[&["journal"], command, &["till.db"]].concat());
        assert!(
            !ran.exits(0).out.contains(PAN) && !ran.out.contains(SUPERVISOR),
            "{ran:?}"
        );
    }
}
