//! `annul key combine`, `wrap` and `unwrap`: every published key block through
//! the program, what is refused and why, and no key where none was asked for.

mod common;

use common::vectors::{self, text};
use common::{Desk, Ran};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;
use tempfile::TempDir;

const VECTORS: &str = include_str!("../../../core/tests/vectors/crypto/key_blocks.json");
const KBPK: &str = "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6";
const KEY: &str = "3F419E1CB7079442AA37474C2EFBF8B8";
/// ANSI X9.143:2021, 8.1, and what stands behind its key.
const BLOCK: &str = "D0144P0AE00E00002C77FA3F4A553BED6E88AE5C172A4166E3D4ACA8E2AC71C158A476FAC12C13C3829DE55D3AB54C48F4C4FEF7AC75E90FC47F1B77E7B19A73ED46E64410082557";
const FILL: &str = "1A87BBFA2CFE78D383E5F4C6AA83473C1C2965473CE206BB855B01533782";

/// The vectors of this group, which has as many.
fn group(name: &str, count: usize) -> Vec<Value> {
    let vectors = vectors::group(VECTORS, name);
    assert_eq!(vectors.len(), count, "{name}");
    vectors
}

/// A desk, and keys in files beside it.
struct Vault {
    desk: Desk,
    keys: TempDir,
}

impl Vault {
    fn new() -> Self {
        let keys = TempDir::new().unwrap();
        let desk = Desk::bare();
        Self { desk, keys }
    }

    fn file(&self, name: &str, key: &str) -> String {
        let path: PathBuf = self.keys.path().join(name);
        std::fs::write(&path, format!("{key}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn annul(&self, command: &str, args: &[&str]) -> Ran {
        self.in_language("en", command, args)
    }

    fn in_language(&self, language: &str, command: &str, args: &[&str]) -> Ran {
        let before = ["--lang", language, "key", command];
        // Not kept by the desk: it searches for the PIN of its till, and that
        // can stand in random digits.
        let output = self.desk.command(&[&before, args].concat()).output();
        let output = output.unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn unwrap(&self, kbpk: &str, args: &[&str]) -> Ran {
        let kbpk = self.file("kbpk", kbpk);
        self.annul("unwrap", &[&["--kbpk-file", &kbpk], args].concat())
    }

    fn wrap(&self, kbpk: &str, key: &str, args: &[&str]) -> Ran {
        let (kbpk, key) = (self.file("kbpk", kbpk), self.file("key", key));
        let files = ["--kbpk-file", &kbpk, "--key-file", &key];
        self.annul("wrap", &[&files, args].concat())
    }

    /// Combines components in files of their own.
    fn combine(&self, components: &[&str], args: &[&str]) -> Ran {
        let files: Vec<String> = (components.iter().enumerate())
            .map(|(index, key)| self.file(&format!("component{index}"), key))
            .collect();
        let files = files.iter().flat_map(|file| ["--key-file", file.as_str()]);
        self.annul(
            "combine",
            &files.chain(args.iter().copied()).collect::<Vec<_>>(),
        )
    }
}

#[test]
fn every_published_block_opens() {
    let vault = Vault::new();
    for vector in group("tr31.unwrap", 22) {
        let (kbpk, block) = (
            text(&vector, "input", "kbpk"),
            text(&vector, "input", "key_block"),
        );
        let key = text(&vector, "expected", "key");
        let ran = vault.unwrap(kbpk, &[block, "--reveal"]);
        assert_eq!(ran.exits(0).out, format!("{key}\n"));
        let told = vault.unwrap(kbpk, &[block, "--json"]).exits(0).json();
        assert_eq!(told["usage"]["code"], text(&vector, "expected", "usage"));
        assert_eq!(
            told["mode_of_use"]["code"],
            text(&vector, "expected", "mode")
        );
        assert_eq!(told["bits"], vector["expected"]["key_bits"]);
        assert!(told.get("key").is_none());
        // It goes back into a block, and out of that again.
        let header = text(&vector, "expected", "header");
        let made = vault.wrap(kbpk, key, &["--header", header, "--rules", "interoperable"]);
        let made = made.exits(0).out.trim_end();
        assert_eq!(made[5..header.len()], header[5..]);
        let again = vault.unwrap(kbpk, &[made, "--reveal"]);
        assert_eq!(again.exits(0).out, format!("{key}\n"));
    }
}

#[test]
fn blocks_of_others_open_by_strict_rules() {
    let vault = Vault::new();
    for vector in group("published", 8) {
        let (kbpk, block) = (
            text(&vector, "input", "kbpk"),
            text(&vector, "input", "key_block"),
        );
        let ran = vault.unwrap(kbpk, &["--rules", "strict", "--reveal", block]);
        let key = text(&vector, "expected", "key");
        assert_eq!(ran.exits(0).out, format!("{key}\n"));
        let told = vault.unwrap(kbpk, &[block]);
        assert!(
            told.exits(0)
                .out
                .starts_with(text(&vector, "expected", "kcv"))
        );
        assert_eq!(told.err, "");
    }
}

/// Of ISO 20038 B.2 nothing is random; of X9.143 8.1 it is published.
#[test]
fn published_blocks_are_made_again() {
    let vault = Vault::new();
    let made = vault.wrap(KBPK, KEY, &["--header", &BLOCK[..16], "--fill", FILL]);
    assert_eq!(made.exits(0).out, format!("{BLOCK}\n"));
    // TR-31:2018, A.7.4.
    let shown = [
        "--header",
        "D0000P0AE00E0000",
        "--length",
        "shown",
        "--fill",
    ];
    let fill = "1C2965473CE206BB855B01533782";
    let made = vault.wrap(KBPK, KEY, &[&shown[..], &[fill]].concat());
    assert_eq!(
        made.exits(0).out.trim_end(),
        "D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A2\
         7E8E31DA05F7425509593D03A457DC34"
    );
    let vectors = group("tr31.unwrap", 22);
    let vector = vectors
        .iter()
        .find(|vector| vector["id"] == "openemv_9_ascii");
    let vector = vector.unwrap();
    let block = text(vector, "input", "key_block");
    let (kbpk, key) = (
        text(vector, "input", "kbpk"),
        text(vector, "expected", "key"),
    );
    let header = ["--header", &block[..16], "--length", "shown", "--rules"];
    let made = vault.wrap(kbpk, key, &[&header[..], &["interoperable"]].concat());
    assert_eq!(made.exits(0).out.trim_end(), block);
    // The standard has no such mode for such a key.
    let strict = vault.wrap(kbpk, key, &[&header[..], &["strict"]].concat());
    strict.fails("a mode that goes with the key usage");
}

#[test]
fn blocks_differ_each_time() {
    let vault = Vault::new();
    let make = || {
        vault
            .wrap(KBPK, KEY, &["--header", "D0000P0AE00E0000"])
            .exits(0)
            .out
            .clone()
    };
    assert_ne!(make(), make());
}

#[test]
fn headers_that_are_none_are_refused_with_the_place() {
    let vault = Vault::new();
    for vector in group("tr31.header_reject", 22) {
        for rules in ["strict", "interoperable"] {
            let header = text(&vector, "input", "header");
            let args = ["--header", header, "--rules", rules];
            let ran = vault.wrap(KEY, KEY, &args);
            ran.fails("at character ");
        }
    }
}

#[test]
fn published_blocks_that_are_wrong_are_refused_for_that() {
    let vault = Vault::new();
    let reasons = [
        "optional block data at character 20: expected upper-case hexadecimal digits, found \"VM9A\"",
        "its length field says 72 characters, found 88",
        "its length field says 80 characters, found 96",
    ];
    for (vector, reason) in group("tr31.known_bad", 3).iter().zip(reasons) {
        let (kbpk, block) = (
            text(vector, "input", "kbpk"),
            text(vector, "input", "key_block"),
        );
        let strict = vault.unwrap(kbpk, &["--rules", "strict", block]);
        strict.fails(reason);
        let lenient = vault.unwrap(kbpk, &["--reveal", block]);
        match vector["expected"]["key"].as_str() {
            // The first opens, and is told to be against the standard.
            Some(key) => {
                assert_eq!(lenient.exits(0).out, format!("{key}\n"));
                assert!(lenient.err.contains(reason), "{lenient:?}");
            }
            None => lenient.fails(reason),
        }
    }
}

#[test]
fn a_wrong_mac_is_one_error_and_tells_no_key() {
    let vault = Vault::new();
    let (head, last) = BLOCK.split_at(BLOCK.len() - 1);
    assert_eq!(last, "7");
    let changed = format!("{head}6");
    let another = KBPK.replace('8', "9");
    for (kbpk, block) in [(KBPK, changed.as_str()), (&another, BLOCK)] {
        for args in [&["--reveal"][..], &["--json", "--reveal"]] {
            let ran = vault.unwrap(kbpk, &[args, &[block]].concat());
            ran.fails("its MAC is wrong");
            assert!(!ran.err.contains(KEY) && !ran.err.contains(kbpk));
        }
    }
    // A block that says the check value of its protection key helps to find it.
    let with_kp = ["--header", "D0000P0AE00E0000", "--block", "KP=012331550BC9"];
    let made = vault.wrap(KBPK, KEY, &with_kp);
    let made = made.exits(0).out.trim_end().to_owned();
    assert_eq!(vault.unwrap(KBPK, &[&made]).exits(0).out, "08793E25AB\n");
    let ran = vault.unwrap(&another, &[&made]);
    ran.fails("the block says the check value of its protection key");
    assert!(ran.err.contains("2331550BC9"), "{ran:?}");
}

#[test]
fn keys_come_out_only_where_asked() {
    let vault = Vault::new();
    let told = vault.unwrap(KBPK, &[BLOCK]);
    assert_eq!(told.exits(0).out, "08793E25AB\n");
    assert_eq!(told.err, "");
    let path = vault.keys.path().join("out");
    let written = vault.unwrap(KBPK, &[BLOCK, "--write", path.to_str().unwrap()]);
    assert_eq!(written.exits(0).out, "08793E25AB\n");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{KEY}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = vault.unwrap(KBPK, &[BLOCK, "--write", path.to_str().unwrap()]);
    again.fails("exists");
    // A key without a check value: nothing that could be taken for one.
    let hmac = vault.wrap(
        KBPK,
        KBPK,
        &["--header", "D0000M7HC00E0000", "--block", "HM=21"],
    );
    let told = vault.unwrap(KBPK, &[hmac.exits(0).out.trim_end()]);
    assert_eq!(told.exits(0).out, "");
    assert!(told.err.contains("256 bits, no check value"), "{told:?}");
}

#[test]
fn blocks_come_from_standard_input_and_keys_from_variables() {
    let vault = Vault::new();
    let args = [
        "--lang",
        "en",
        "key",
        "unwrap",
        "--kbpk-env",
        "ANNUL_TEST_KBPK",
    ];
    let mut command = vault.desk.command(&args);
    let piped = command
        .env("ANNUL_TEST_KBPK", KBPK)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    std::io::Write::write_all(
        &mut child.stdin.take().unwrap(),
        format!("{BLOCK}\n").as_bytes(),
    )
    .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "08793E25AB\n");
}

#[test]
fn components_make_the_key() {
    let vault = Vault::new();
    let parts = [
        "6D6BE51F04F76167491554FE25F7ABEF",
        "673B6B7C9C5D3B6A0D8C1B4AC1A2E3F4",
        "0A508E6398AA5A0D44994FB4E455481B",
    ];
    let sum = parts
        .iter()
        .fold(0, |sum, part| sum ^ u128::from_str_radix(part, 16).unwrap());
    // The last is the sum of the others: the key would be all zeros.
    assert_eq!(sum, 0);
    for cipher in ["tdes", "aes", "sm4"] {
        vault
            .combine(&parts, &["--cipher", cipher])
            .fails("their sum is zero");
        let key = vault.combine(&parts[..2], &["--cipher", cipher, "--reveal"]);
        assert_eq!(key.exits(0).out.trim_end(), parts[2]);
        let file = vault.file("expected", parts[2]);
        let kcv = vault.annul("kcv", &["--cipher", cipher, "--key-file", &file]);
        let told = vault.combine(&parts[..2], &["--cipher", cipher]);
        assert_eq!(told.exits(0).out, kcv.exits(0).out);
        let kcv = kcv.out.trim_end();
        let right = vault.combine(&parts[..2], &["--cipher", cipher, "--kcv", kcv]);
        assert_eq!(right.exits(0).out.trim_end(), kcv);
        let wrong = vault.combine(&parts[..2], &["--cipher", cipher, "--kcv", "123456"]);
        wrong.fails("--kcv: check value: expected 123456, found");
    }
}

#[test]
fn each_component_is_checked() {
    let vault = Vault::new();
    // Odd parity all of them, and the check values of DES.
    let parts = [
        "0123456789ABCDEFFEDCBA9876543210",
        "FEDCBA98765432100123456789ABCDEF",
    ];
    let both = ["--component-kcv", "08D7B4", "--component-kcv", "7b8358"];
    let args = [&["--cipher", "tdes", "--parity", "required"], &both[..]].concat();
    // Their sum is FF over and over: weak, and even.
    vault.combine(&parts, &args).fails("part 1 is a weak key");
    let allowed = [&args[..], &["--allow-weak", "--json", "--reveal"]].concat();
    let told = vault.combine(&parts, &allowed).exits(0).json();
    assert_eq!(told["key"], "FE".repeat(16));
    assert_eq!(told["components"], serde_json::json!(["08D7B4", "7B8358"]));
    let swapped = [parts[1], parts[0]];
    vault
        .combine(&swapped, &args)
        .fails("component 1: check value: expected 08D7B4, found 7B8358");
    let even = [
        "0123456789ABCDEFFEDCBA9876543210",
        "FFDCBA98765432100123456789ABCDEF",
    ];
    let parity = ["--cipher", "tdes", "--parity", "required"];
    vault
        .combine(&even, &parity)
        .fails("component 2: expected odd parity");
    let tdes = ["--cipher", "tdes"];
    vault
        .combine(&parts[..1], &tdes)
        .fails("expected 2 at least, found 1");
    let longer = [parts[0], "0123456789ABCDEFFEDCBA98765432100123456789ABCDEF"];
    vault
        .combine(&longer, &tdes)
        .fails("component 2: expected the cipher and length of the first");
    let more = [&both[..], &both, &tdes].concat();
    let one = ["--component-kcv", "08D7B4", "--cipher", "tdes"];
    for uneven in [&more[..], &one] {
        vault
            .combine(&parts, uneven)
            .fails("as many check values as components");
    }
}

/// The sum of a component entered twice and another is the other alone.
#[test]
fn one_component_twice_is_refused() {
    let vault = Vault::new();
    let (a, b) = (KEY, "673B6B7C9C5D3B6A0D8C1B4AC1A2E3F4");
    let c = "0A508E6398AA5A0D44994FB4E455481B";
    for (parts, which) in [
        (&[a, a, b][..], "1 and 2"),
        (&[a, b, a], "1 and 3"),
        (&[a, b, c, b], "2 and 4"),
        (&[a, a], "1 and 2"),
        (&[a, &a.to_lowercase(), b], "1 and 2"),
    ] {
        for cipher in ["tdes", "aes", "sm4"] {
            let args = ["--cipher", cipher, "--allow-weak", "--reveal"];
            let said = format!("components {which} are the same");
            vault.combine(parts, &args).fails(&said);
        }
    }
    let all = vault.combine(&[a, b, c], &["--cipher", "aes"]);
    all.exits(0);
    let files = ["0", "1"].map(|name| vault.file(name, a));
    let zh = ["--lang", "zh", "key", "combine", "--cipher", "aes"];
    let files = ["--key-file", &files[0], "--key-file", &files[1]];
    vault
        .desk
        .annul(&[&zh[..], &files].concat())
        .fails("分量 1 与分量 2 相同");
}

#[test]
fn what_is_refused_in_chinese() {
    let vault = Vault::new();
    let (kbpk, key) = (vault.file("kbpk", KBPK), vault.file("key", KEY));
    let files = ["--kbpk-file", &kbpk, "--key-file", &key];
    let wrap = |args: &[&str]| vault.in_language("zh", "wrap", &[&files, args].concat());
    for vector in group("tr31.header_reject", 22) {
        for rules in ["strict", "interoperable"] {
            let header = text(&vector, "input", "header");
            wrap(&["--header", header, "--rules", rules]).fails_in_chinese("密钥块：第 ");
        }
    }
    let header = "D0000P0AE00E0000";
    #[rustfmt::skip]
    let cases: [(&str, &[&str], &str); 6] = [
        ("D0000P0AV00E0000", &[], "使用方式：应为与密钥用途相符的使用方式，实为 \"V\""),
        ("D0000P0AE00E0001", &[], "保留字符：应为 0，实为 \"1\""),
        ("B0000P0TE00E0000", &[], "tdes 密钥应为 16 或 24 字节，实际为 32"),
        (header, &["--block", "PB=00"], "可选块标识：应为两个字母或数字，且不是 PB"),
        (header, &["--block", "KS=VM9A"], "可选块内容：应为大写十六进制数字"),
        (header, &["--fill", "0G"], "--fill: 第 2 个字符 'G' 不是十六进制数字"),
    ];
    for (header, more, said) in cases {
        wrap(&[&["--header", header], more].concat()).fails_in_chinese(said);
    }
    let unwrap = |block: &str| {
        let args = ["--kbpk-file", &kbpk, "--rules", "strict", block];
        vault.in_language("zh", "unwrap", &args)
    };
    let (head, _) = BLOCK.split_at(BLOCK.len() - 1);
    unwrap(&format!("{head}6")).fails_in_chinese("密钥块：MAC 不对");
    unwrap(head).fails_in_chinese("长度字段写的是 144 个字符，实为 143 个");
    unwrap(&head[..20]).fails_in_chinese("密钥块：");
    let combine = |parts: &[&str], more: &[&str]| {
        let names: Vec<String> = (parts.iter().enumerate())
            .map(|(index, part)| vault.file(&format!("component{index}"), part))
            .collect();
        let files = names.iter().flat_map(|name| ["--key-file", name.as_str()]);
        let args: Vec<&str> = files.chain(more.iter().copied()).collect();
        vault.in_language("zh", "combine", &args)
    };
    let other = "673B6B7C9C5D3B6A0D8C1B4AC1A2E3F4";
    let tdes = ["--cipher", "tdes"];
    combine(&[KEY], &tdes).fails_in_chinese("至少应有 2 个，实有 1 个");
    let odd = [&tdes[..], &["--parity", "required"]].concat();
    combine(&[KEY, other], &odd).fails_in_chinese("分量 1：应为奇校验");
    let kcv = [&tdes[..], &["--kcv", "123456"]].concat();
    combine(&[KEY, other], &kcv).fails_in_chinese("校验值：应为 123456，实为 ");
    let kcv = [&tdes[..], &["--kcv", "12345"]].concat();
    combine(&[KEY, other], &kcv).fails_in_chinese("应为 2 至 8 字节的校验值");
    combine(&[KEY, KBPK], &["--cipher", "aes"]).fails_in_chinese("算法和长度应与第一个分量相同");
}

/// There is no terminal in a test, so a question cannot be asked.
#[test]
fn keys_are_no_arguments() {
    let vault = Vault::new();
    for (command, args) in [
        ("combine", &["--cipher", "tdes"][..]),
        ("unwrap", &[BLOCK]),
        ("wrap", &["--header", &BLOCK[..16]]),
    ] {
        let ran = vault.annul(command, args);
        ran.fails("a file or an environment variable");
        let ran = vault.annul(command, &[args, &["--key", KEY]].concat());
        assert_ne!(ran.code, Some(0));
        assert!(!ran.err.contains(KEY), "{ran:?}");
    }
}
