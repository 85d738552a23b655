//! `annul pin block` and `annul key dukpt`: the published values through the
//! program, no PIN and no key in what is printed, and what is refused.

mod common;

use common::vectors::{group, text};
use common::{Desk, Ran};
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

const PIN_BLOCKS: &str = include_str!("../../../core/tests/vectors/crypto/pin_blocks.json");
const DUKPT: &str = include_str!("../../../core/tests/vectors/crypto/dukpt.json");
const KEY: &str = "0123456789ABCDEFFEDCBA9876543210";
/// The card of ANSI X9.24-1.
const CARD: &str = "4012345678909";

/// Keys in files of their own.
struct Keys {
    desk: Desk,
    folder: tempfile::TempDir,
}

impl Keys {
    fn new() -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let desk = Desk::bare();
        Self { desk, folder }
    }

    fn file(&self, key: &str) -> PathBuf {
        let path = self.folder.path().join(&key[..key.len().min(12)]);
        std::fs::write(&path, format!("{key}\n")).unwrap();
        path
    }

    /// `annul pin block` with the PIN on standard input.
    fn pin(&self, key: &str, args: &[&str], pin: &str) -> Ran {
        self.pin_in("en", key, args, pin)
    }

    fn pin_in(&self, language: &str, key: &str, args: &[&str], pin: &str) -> Ran {
        let file = self.file(key);
        let file = file.to_str().unwrap();
        let before = ["--lang", language, "pin", "block", "--key-file", file];
        let args = [&before, args].concat();
        let mut command = self.desk.command(&args);
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // A command that refuses its arguments reads nothing.
        let _ = writeln!(child.stdin.take().unwrap(), "{pin}");
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn dukpt(&self, key: &str, args: &[&str]) -> Ran {
        self.dukpt_in("en", key, args)
    }

    fn dukpt_in(&self, language: &str, key: &str, args: &[&str]) -> Ran {
        let file = self.file(key);
        let file = file.to_str().unwrap();
        let before = ["--lang", language, "key", "dukpt", "--key-file", file];
        let args = [&before, args].concat();
        self.desk.annul(&args)
    }

    /// The key that is told with `--reveal`.
    fn revealed(&self, key: &str, args: &[&str]) -> String {
        let ran = self.dukpt(key, &[args, &["--reveal", "--json"]].concat());
        ran.exits(0).json()["key"].as_str().unwrap().to_owned()
    }
}

#[test]
fn published_blocks_of_the_formats_that_are_printed_encrypted() {
    let keys = Keys::new();
    for vector in group(PIN_BLOCKS, "pinblock.iso0") {
        let Some(block) = vector["expected"]["encrypted"].as_str() else {
            continue;
        };
        let (key, pan) = (text(&vector, "input", "key"), text(&vector, "input", "pan"));
        let pin = text(&vector, "input", "pin");
        let ran = keys.pin(key, &["--format", "0", "--pan", pan], pin);
        assert_eq!(ran.exits(0).out, format!("{block}\n"));
        assert!(!ran.err.contains(pin), "{ran:?}");
    }
    let mut count = 0;
    for vector in group(PIN_BLOCKS, "pinblock.iso4") {
        let input = |name: &str| vector["input"][name].as_str();
        if let (Some(key), Some(random)) = (input("key"), input("random")) {
            let args = [
                "--format",
                "4",
                "--pan",
                input("pan").unwrap(),
                "--fill",
                random,
            ];
            let ran = keys.pin(key, &args, input("pin").unwrap());
            assert_eq!(
                ran.exits(0).out.trim_end(),
                text(&vector, "expected", "encrypted")
            );
            count += 1;
        }
    }
    assert_eq!(count, 2);
    // Published as deciphered; an account number shorter than a card's.
    let args = ["--format", "4", "--pan", "1", "--fill", "FFFFFFFFFFFFFFFF"];
    let ran = keys.pin("00112233445566778899AABBCCDDEEFF", &args, "123456");
    assert_eq!(ran.exits(0).out, "39B69B1B91FE05D48F7EF0D68EB2CBD6\n");
    for pan in ["", "12345678901234567890", "1a"] {
        let args = ["--format", "4", "--pan", pan];
        let ran = keys.pin("00112233445566778899AABBCCDDEEFF", &args, "123456");
        ran.fails("not 1 to 19 digits");
    }
}

/// Blocks whose clear form is published, deciphered with the library.
#[test]
fn published_blocks_of_the_other_formats() {
    let keys = Keys::new();
    let clear = |ran: &Ran| {
        let printed = ran.exits(0).out.trim_end();
        let mut block: Vec<u8> = (0..printed.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&printed[at..at + 2], 16).unwrap())
            .collect();
        let key = annul::crypto::Key::des_hex(KEY).unwrap();
        key.decrypt(&mut block).unwrap();
        (block.iter()).fold(String::new(), |text, byte| text + &format!("{byte:02X}"))
    };
    for vector in group(PIN_BLOCKS, "pinblock.iso2") {
        let ran = keys.pin(KEY, &["--format", "2"], text(&vector, "input", "pin"));
        assert_eq!(clear(&ran), text(&vector, "expected", "block"));
    }
    for vector in group(PIN_BLOCKS, "pinblock.iso1") {
        let fill = format!("{}0", text(&vector, "input", "fill_nibbles"));
        let args = ["--format", "1", "--fill", &fill];
        let ran = keys.pin(KEY, &args, text(&vector, "input", "pin"));
        assert_eq!(clear(&ran), text(&vector, "expected", "block"));
    }
    let ran = keys.pin(KEY, &["--format", "unionpay"], "111111");
    assert_eq!(clear(&ran), "06111111FFFFFFFF");
    let ran = keys.pin(
        KEY,
        &["--format", "3", "--pan", CARD, "--fill", "FFFFFFFFFF"],
        "1234",
    );
    assert_eq!(clear(&ran), "341274EDCBA9876F");
    // Without a fill it is drawn.
    let args = ["--format", "3", "--pan", CARD];
    let drawn: Vec<String> = (0..4)
        .map(|_| clear(&keys.pin(KEY, &args, "1234")))
        .collect();
    assert!(
        drawn.iter().all(|block| block.starts_with("3412")),
        "{drawn:?}"
    );
    assert!(drawn.iter().any(|block| *block != drawn[0]), "{drawn:?}");
}

#[test]
fn sm4_and_json() {
    let keys = Keys::new();
    let key = "22".repeat(16);
    let args = ["--format", "unionpay", "--cipher", "sm4", "--json"];
    let told = keys.pin(&key, &args, "111111").exits(0).json();
    assert_eq!(told["block"], "FD92270E35EC4CDF618DF97AE64A89B4");
    assert_eq!(told["format"], "unionpay");
    let args = [&args[..], &["--pan", common::LONG_PAN]].concat();
    let told = keys.pin(&key, &args, "111111").exits(0).json();
    assert_eq!(told["block"], "3A9E269D78B272982354B6D13DB1F2B0");
}

#[test]
fn what_is_wrong_is_said_without_the_pin() {
    let keys = Keys::new();
    let with_pan = ["--format", "0", "--pan", CARD];
    for pin in ["123", "1234567890123", "12a4", ""] {
        let ran = keys.pin(KEY, &with_pan, pin);
        ran.fails("PIN");
        assert!(pin.is_empty() || !ran.err.contains(pin), "{ran:?}");
    }
    keys.pin(KEY, &["--format", "0"], "1234")
        .fails("give --pan");
    // A card number that the format has no place for changes nothing.
    for format in ["2", "unionpay"] {
        let alone = keys.pin(KEY, &["--format", format], "1234");
        let ran = keys.pin(KEY, &["--format", format, "--pan", CARD], "1234");
        assert_eq!(ran.exits(0).out, alone.exits(0).out);
        assert!(ran.err.contains("--pan is not used"), "{ran:?}");
    }
    keys.pin(
        KEY,
        &["--format", "4", "--pan", CARD, "--cipher", "tdes"],
        "1234",
    )
    .fails("Pin key");
    keys.pin(KEY, &["--format", "1", "--cipher", "sm4"], "1234")
        .fails("Pin key");
    keys.pin(
        KEY,
        &["--format", "3", "--pan", CARD, "--fill", "ABC9EFAAAA"],
        "1234",
    )
    .fails("A to F");
    keys.pin(KEY, &["--format", "1", "--fill", "00"], "1234")
        .fails("expected 5, found 1");
    for (format, more) in [
        ("0", &["--pan", CARD][..]),
        ("2", &[]),
        ("unionpay", &[]),
        ("unionpay", &["--cipher", "sm4"]),
    ] {
        let args = [&["--format", format, "--fill", "FFFFFFFFFF"], more].concat();
        let says = format!("--fill: format {format} has nothing to choose");
        keys.pin(KEY, &args, "1234").fails(&says);
    }
    keys.pin(&KEY[..16], &with_pan, "1234")
        .fails("a single-length DES key (8 bytes) is --cipher des");
    let single = [&with_pan[..], &["--cipher", "des"]].concat();
    let block = keys.pin(&KEY[..16], &single, "1234");
    assert_eq!(block.exits(0).out.trim_end().len(), 16);
    // A PIN on the command line is no option there is, and is not repeated.
    let ran = keys.pin(KEY, &["--format", "2", "--pin", "4938"], "1234");
    ran.fails("--pin");
    assert!(!ran.err.contains("4938"), "{ran:?}");
    let file = keys.file(KEY);
    let file = file.to_str().unwrap();
    let args = [
        "--lang",
        "zh",
        "pin",
        "block",
        "--key-file",
        file,
        "--format",
        "0",
    ];
    keys.desk.annul(&args).fails("请给出 --pan");
}

#[test]
fn keys_of_tdes_dukpt() {
    let keys = Keys::new();
    for vector in group(DUKPT, "dukpt.tdes.txn") {
        let input = |name| text(&vector, "input", name);
        for (from, key) in [("bdk", input("bdk")), ("ik", input("ik"))] {
            let base = ["--from", from, "--ksn", input("ksn"), "--usage"];
            let derive = |args: &[&str]| keys.revealed(key, &[&base[..], args].concat());
            let expected = |name| text(&vector, "expected", name);
            assert_eq!(derive(&["pin"]), expected("pin_key"));
            if from == "ik" {
                continue;
            }
            assert_eq!(derive(&["pin", "--variant", "bare"]), expected("txn_key"));
            assert_eq!(derive(&["mac"]), expected("mac_request_key"));
            let response = ["--direction", "response"];
            assert_eq!(
                derive(&[&["mac"], &response[..]].concat()),
                expected("mac_response_key")
            );
            assert_eq!(derive(&["data"]), expected("data_request_key"));
            assert_eq!(
                derive(&[&["data"], &response[..]].concat()),
                expected("data_response_key")
            );
            assert_eq!(
                derive(&["data", "--variant", "pin-mask"]),
                expected("pin_key")
            );
            assert_eq!(derive(&["ik"]), input("ik"));
        }
    }
}

#[test]
fn keys_of_aes_dukpt() {
    let keys = Keys::new();
    for vector in group(DUKPT, "dukpt.aes.working") {
        let input = |name| text(&vector, "input", name);
        if vector["id"].as_str().unwrap().ends_with("0001FFFF") {
            let ran = keys.dukpt(input("bdk"), &["--ksn", input("ksn"), "--usage", "pin"]);
            ran.fails("17 one bits");
            continue;
        }
        let kind = input("working_type").to_lowercase();
        for (usage, name) in [
            ("pin", "pin_key"),
            ("mac", "mac_gen_key"),
            ("data", "data_enc_key"),
        ] {
            let args = ["--ksn", input("ksn"), "--usage", usage, "--type", &kind];
            assert_eq!(
                keys.revealed(input("bdk"), &args),
                text(&vector, "expected", name)
            );
        }
    }
    for vector in group(DUKPT, "dukpt.aes.update_key") {
        let input = |name| text(&vector, "input", name);
        let kind = input("type").to_lowercase();
        for counter in ["00000000", "FFFFFFFF"] {
            let ksn = format!("{}{counter}", input("ikid"));
            let base = ["--from", "ik", "--ksn", &ksn, "--usage", "update", "--type"];
            let args = [&base[..], &[&kind]].concat();
            let expected = text(&vector, "expected", "update_key");
            assert_eq!(keys.revealed(input("ik"), &args), expected);
        }
    }
    for vector in group(DUKPT, "dukpt.aes.ik") {
        let ksn = format!("{}00000001", text(&vector, "input", "ikid"));
        let found = keys.revealed(
            text(&vector, "input", "bdk"),
            &["--ksn", &ksn, "--usage", "ik"],
        );
        assert_eq!(found, text(&vector, "expected", "ik"));
    }
}

/// The check value is that of `annul key kcv`, whatever key is derived.
#[test]
fn check_values_are_those_of_the_cipher() {
    let keys = Keys::new();
    let (tdes, aes) = ("FFFF9876543210E00002", "123456789012345600000001");
    #[rustfmt::skip]
    let cases: [(&[&str], &str, &str); 7] = [
        (&["--ksn", tdes, "--usage", "pin"], "tdes", "zeros"),
        (&["--ksn", tdes, "--usage", "ik"], "tdes", "zeros"),
        (&["--ksn", aes, "--usage", "ik"], "aes", "cmac"),
        (&["--ksn", aes, "--usage", "kek"], "aes", "cmac"),
        (&["--ksn", aes, "--usage", "update"], "aes", "cmac"),
        (&["--ksn", aes, "--usage", "mac", "--type", "aes128"], "aes", "cmac"),
        (&["--ksn", aes, "--usage", "data", "--type", "tdes2"], "tdes", "zeros"),
    ];
    for (args, cipher, method) in cases {
        let told = keys.dukpt(KEY, &[args, &["--json"]].concat());
        let told = told.exits(0).json();
        let file = keys.file(&keys.revealed(KEY, args));
        let file = file.to_str().unwrap();
        let kcv = ["key", "kcv", "--cipher", cipher, "--key-file", file];
        let kcv = keys.desk.annul(&kcv);
        let kcv = kcv.exits(0).out.trim_end();
        assert_eq!(told["kcv"], kcv, "{args:?}");
        assert_eq!(told["method"], method, "{args:?}");
        assert_eq!(keys.dukpt(KEY, args).exits(0).out, format!("{kcv}\n"));
    }
}

#[test]
fn a_key_is_told_only_where_that_is_asked() {
    let keys = Keys::new();
    let args = ["--ksn", "ffff9876543210e00002", "--usage", "pin"];
    let ran = keys.dukpt(KEY, &args);
    let key = annul::crypto::Key::des_hex("C46551CEF9FD244FAA9AD834130D3B38").unwrap();
    let kcv = &key.kcv().to_string()[..6];
    assert_eq!(ran.exits(0).out, format!("{kcv}\n"));
    assert_eq!(ran.err, "");
    let told = keys
        .dukpt(KEY, &[&args[..], &["--json"]].concat())
        .exits(0)
        .json();
    assert_eq!(
        told,
        serde_json::json!({"ksn": "FFFF9876543210E00002", "kcv": kcv, "method": "zeros"})
    );
    let ran = keys.dukpt(KEY, &[&args[..], &["--reveal"]].concat());
    assert_eq!(ran.exits(0).out, "C46551CEF9FD244FAA9AD834130D3B38\n");
}

#[test]
fn what_does_not_go_together_is_said() {
    let keys = Keys::new();
    let (tdes, aes) = ("FFFF9876543210E00002", "123456789012345600000001");
    for (args, advice) in [
        (
            &["--ksn", tdes, "--usage", "pin", "--type", "aes128"][..],
            "--type",
        ),
        (
            &["--ksn", tdes, "--usage", "mac", "--direction", "both"],
            "--direction both",
        ),
        (
            &["--ksn", tdes, "--usage", "mac", "--variant", "mask-only"],
            "--variant",
        ),
        (&["--ksn", tdes, "--usage", "kek"], "--usage kek"),
        (&["--ksn", tdes, "--usage", "update"], "--usage update"),
        (
            &["--ksn", aes, "--usage", "pin", "--variant", "bare"],
            "--variant",
        ),
        (
            &["--ksn", aes, "--usage", "pin", "--type", "aes256"],
            "stronger",
        ),
        (
            &["--ksn", "FFFF9876543210E00000", "--usage", "pin"],
            "counter 0",
        ),
        (
            &["--ksn", "FFFF9876543210EFFFFF", "--usage", "pin"],
            "20 one bits",
        ),
        (
            &["--ksn", "FFFF", "--usage", "pin"],
            "20 hexadecimal digits",
        ),
    ] {
        keys.dukpt(KEY, args).fails(advice);
    }
}

#[test]
fn what_is_wrong_in_chinese() {
    let keys = Keys::new();
    let pin = |args: &[&str], pin| keys.pin_in("zh", KEY, args, pin);
    let format_0 = ["--format", "0", "--pan"];
    pin(&[&format_0[..], &[CARD]].concat(), "123").fails_in_chinese("PIN：应为 4 至 12 位数字");
    pin(&[&format_0[..], &["12"]].concat(), "1234").fails_in_chinese("主账号：应为 13 至 19 位");
    pin(&["--format", "1", "--cipher", "sm4"], "1234").fails_in_chinese("PIN 密钥：算法或长度");
    pin(&["--format", "1", "--fill", "0"], "1234").fails_in_chinese("1 个十六进制数字");
    pin(&["--format", "2", "--fill", "00"], "1234").fails_in_chinese("格式 2 的填充是固定的");
    let (tdes, aes) = ("FFFF9876543210E00002", "123456789012345600000001");
    for (key, args, said) in [
        (
            KEY,
            &["--ksn", "FFFF", "--usage", "pin"][..],
            "应为 20 位十六进制数字",
        ),
        (
            KEY,
            &["--ksn", "FFFF9876543210EFFFFF", "--usage", "pin"],
            "有 20 个 1，最多 10 个",
        ),
        (
            KEY,
            &["--ksn", "FFFF9876543210E00000", "--usage", "pin"],
            "计数器为 0",
        ),
        (
            KEY,
            &["--ksn", aes, "--usage", "pin", "--type", "aes256"],
            "不能强于基础密钥",
        ),
        (
            &KEY.repeat(2)[..48],
            &["--ksn", tdes, "--usage", "pin"],
            "应为 16 字节的 DES 密钥",
        ),
        (
            &KEY[..8],
            &["--ksn", aes, "--usage", "pin"],
            "AES 密钥：应为 16、24 或 32 字节",
        ),
    ] {
        keys.dukpt_in("zh", key, args).fails_in_chinese(said);
    }
}
