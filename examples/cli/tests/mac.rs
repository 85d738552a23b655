//! `annul mac`, `annul key`: every published value, the steps to it, and keys
//! that are nowhere shown.

mod common;

use common::{Desk, Ran};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;
use tempfile::TempDir;

const VECTORS: &str = include_str!("../../../core/tests/vectors/crypto/general.json");

/// How the values of a group are asked for, and how many there are. Where a
/// vector has a padding or a second key, that is added.
const GROUPS: &[(&str, usize, &[&str])] = &[
    (
        "mac.iso9797_1.alg1",
        4,
        &["mac", "--algorithm", "iso9797-1"],
    ),
    (
        "mac.iso9797_1.alg3",
        8,
        &["mac", "--algorithm", "iso9797-3"],
    ),
    ("mac.x9_9", 1, &["mac", "--algorithm", "x9.9"]),
    ("mac.x9_19", 1, &["mac", "--algorithm", "x9.19"]),
    (
        "mac.sm4.cbc",
        2,
        &["mac", "--algorithm", "iso9797-1", "--cipher", "sm4"],
    ),
    (
        "mac.sm4.alg3",
        4,
        &["mac", "--algorithm", "iso9797-3", "--cipher", "sm4"],
    ),
    ("mac.sm4.cmac", 3, &["mac", "--algorithm", "cmac-sm4"]),
    (
        "mac.unionpay_ecb",
        6,
        &["mac", "--algorithm", "unionpay-ecb"],
    ),
    (
        "mac.unionpay_sm4_ecb",
        3,
        &["mac", "--algorithm", "sm4-ecb"],
    ),
    ("mac.xor_then_3des", 1, &["mac", "--algorithm", "chanjet"]),
    (
        "padding.iso9797_1",
        4,
        &["mac", "--algorithm", "iso9797-1", "--trace", "--json"],
    ),
    ("cmac.tdes", 6, &["mac", "--algorithm", "cmac-tdes"]),
    ("cmac.aes", 10, &["mac", "--algorithm", "cmac-aes"]),
    ("hmac.sha256", 13, &["mac", "--algorithm", "hmac-sha256"]),
    ("kcv.tdes_zero", 11, &["key", "kcv"]),
    (
        "kcv.tdes_cmac",
        1,
        &["key", "kcv", "--cipher", "tdes", "--method", "cmac"],
    ),
    ("kcv.aes_cmac", 3, &["key", "kcv", "--cipher", "aes"]),
    (
        "kcv.aes_ecb_zero",
        2,
        &["key", "kcv", "--cipher", "aes", "--method", "zeros"],
    ),
    ("key.parity_odd", 2, &["key", "parity"]),
    // A block enciphered is the CBC-MAC of that block.
    (
        "sm4.block",
        1,
        &["mac", "--algorithm", "iso9797-1", "--cipher", "sm4"],
    ),
];

/// A desk, and a folder beside it for keys: the desk searches its own for them.
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

    fn with_key(&self, key: &str, args: &[&str]) -> Ran {
        let path = self.keys.path().join("key");
        std::fs::write(&path, key).unwrap();
        let source = ["--key-file", path.to_str().unwrap()];
        self.desk
            .annul(&[args, &["--lang", "en"], &source].concat())
    }
}

#[test]
fn every_vector_is_met() {
    let vault = Vault::new();
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    let all = all["vectors"].as_array().unwrap();
    for (group, count, args) in GROUPS {
        let of_group = all.iter().filter(|vector| vector["group"] == *group);
        let done = of_group.map(|vector| vault.meets(vector, args)).count();
        assert_eq!(done, *count, "{group}");
    }
    let known: usize = GROUPS.iter().map(|(_, count, _)| count).sum();
    // No command hashes with SM3.
    let hashes = all.iter().filter(|vector| vector["group"] == "sm3.hash");
    let others = all.len() - hashes.count();
    assert_eq!(known, others, "a group of the file is not tested");
}

impl Vault {
    fn meets(&self, vector: &Value, args: &[&str]) {
        let input = |name: &str| vector["input"][name].as_str();
        let expected = |name: &str| vector["expected"][name].as_str();
        let mut args = args.to_vec();
        if let Some(byte) = input("byte") {
            return self.sets_parity(byte, expected("adjusted").unwrap());
        }
        let padding = &vector["input"];
        let padding = padding["padding"].as_u64().or(padding["method"].as_u64());
        let padding = padding.map(|method| method.to_string());
        if let Some(method) = &padding {
            args.extend(["--padding", method]);
        }
        if let Some(padded) = expected("padded") {
            let data = input("data_hex").unwrap();
            let told = self.with_key("0123456789ABCDEF", &[&args[..], &["--data", data]].concat());
            return assert_eq!(told.exits(0).json()["trace"][0]["value"], padded);
        }
        let key = input("key").unwrap().to_owned() + input("key2").unwrap_or("");
        // Check values of DES say nothing but the key.
        if args.len() == 2 && key.len() == 16 {
            args.extend(["--cipher", "des"]);
        } else if args.len() == 2 {
            args.extend(["--cipher", "tdes"]);
        }
        let data = input("iv").map_or_else(
            || input("data_hex").or(input("plaintext")).map(str::to_owned),
            |iv| Some(added(iv, input("data_hex").unwrap())),
        );
        if let Some(data) = &data {
            args.extend(["--data", data]);
        }
        let names = ["mac", "kcv", "final_block", "ciphertext"];
        let whole = names.into_iter().find_map(expected).unwrap();
        let shown = self.with_key(&key, &args);
        let shown = shown.exits(0).out.trim_end();
        if expected("kcv").is_some() {
            assert!(shown.starts_with(whole), "{vector}: {shown}");
        } else {
            assert_eq!(shown, whole, "{vector}");
        }
        if let Some(short) = expected("mac4").or(expected("mac_field64_ascii")) {
            let told = self.with_key(&key, &[&args[..], &["--bytes", "4"]].concat());
            assert_eq!(told.exits(0).out.trim_end(), short);
        }
    }

    /// Strength is not asked: a key of one byte over and over may be weak.
    fn sets_parity(&self, byte: &str, adjusted: &str) {
        let odd = self.keys.path().join(adjusted);
        let args = ["key", "parity", "--json", "--write", odd.to_str().unwrap()];
        assert_eq!(self.with_key(&byte.repeat(8), &args).json()["odd"], false);
        let written = std::fs::read_to_string(odd).unwrap();
        assert_eq!(written.trim_end(), adjusted.repeat(8));
    }
}

/// The standard's MAC has no initial vector: it goes into the first block.
fn added(iv: &str, data: &str) -> String {
    let block = |text| u128::from_str_radix(text, 16).unwrap();
    format!("{:032X}", block(iv) ^ block(data))
}

#[test]
fn the_steps_of_unionpay() {
    let vault = Vault::new();
    let data = ["--data", "1234567890ABCDEF ABCDEF1234567890"];
    let args = [
        &["mac", "--algorithm", "unionpay-ecb", "--trace"],
        &data[..],
    ]
    .concat();
    let told = vault.with_key("2222222222222222", &[&args[..], &["--json"]].concat());
    let step = |name: &str, value: &str| json!({ "step": name, "value": value });
    let expected = json!({
        "algorithm": "unionpay-ecb",
        "mac": "E267B6E21913D339",
        "trace": [
            step("padded", "1234567890ABCDEFABCDEF1234567890"),
            step("sum", "B9F9B96AA4FDB57F"),
            step("text", "42394639423936414134464442353746"),
            step("left", "9FDE90A34CF73B2E"),
            step("added", "DEEAD6E70EC20C68"),
        ],
    });
    assert_eq!(told.exits(0).json(), expected);
    let said = vault.with_key("2222222222222222", &args);
    assert!(
        said.out.contains("blocks added: B9F9B96AA4FDB57F\n"),
        "{said:?}"
    );
    assert!(said.out.ends_with("\nE267B6E21913D339\n"), "{said:?}");
}

#[test]
fn the_steps_of_algorithm_3() {
    let vault = Vault::new();
    let args = ["mac", "--algorithm", "x9.19", "--trace", "--data", ""];
    let told = vault.with_key("0123456789ABCDEFFEDCBA9876543210", &args);
    let lines: Vec<&str> = told.exits(0).out.lines().collect();
    assert_eq!(lines[0], "padded message: 0000000000000000");
    // A block of zeros enciphered is the check value of the left half.
    assert_eq!(lines[1], "block 1: D5D44FF720683D0D");
    assert!(lines[2].starts_with("deciphered under the second key: "));
    assert_eq!(lines[3], "enciphered under the first key: 08D7B4FB629D0885");
    assert_eq!(lines[4..], ["08D7B4FB629D0885"]);
}

#[test]
fn messages_from_standard_input() {
    let vault = Vault::new();
    let path = vault.keys.path().join("key");
    std::fs::write(&path, "4A65 6665\n").unwrap();
    let ask = |more: &[&str], sent: &[u8]| {
        let args = [
            "mac",
            "--algorithm",
            "hmac-sha256",
            "--bytes",
            "4",
            "--key-file",
        ];
        let mut child = (vault.desk)
            .command(&[&args[..], &[path.to_str().unwrap()], more].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(sent).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let hex = b"7768617420646F2079612077616E7420\n666F72206E6F7468696E673F\n";
    for more in [&[][..], &["-"], &["--data", "-"]] {
        assert_eq!(ask(more, hex), "5BDCC146\n");
    }
    assert_eq!(
        ask(&["--raw"], b"what do ya want for nothing?"),
        "5BDCC146\n"
    );
    assert_eq!(ask(&[], b""), ask(&["--raw"], b""));
}

#[test]
fn keys_come_from_files_and_variables_and_are_not_shown() {
    let vault = Vault::new();
    let mut command = vault
        .desk
        .command(&["key", "kcv", "--cipher", "tdes", "--key-env", "MAK"]);
    command.env("MAK", "01234567 89abcdef fedcba98 76543210");
    assert_eq!(command.output().unwrap().stdout, b"08D7B4\n");
    command.env("MAK", "0123456789ABCDEFG");
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(
        said.contains("MAK: expected pairs of hexadecimal digits"),
        "{said}"
    );
    assert!(!said.contains("0123"), "{said}");

    let kcv = ["key", "kcv", "--cipher"];
    let of = |cipher, key: &str| vault.with_key(key, &[&kcv[..], &[cipher]].concat());
    of("des", "0123").fails("a key of des has 8 bytes, of tdes 16 or 24; found 2");
    of("tdes", "0123456789ABCDEF")
        .fails("found 8; a single-length DES key (8 bytes) is --cipher des");
    of("sm4", "01").fails("SM4 key: expected 16 bytes, found 1");
    of("aes", "01").fails("AES key: expected 16, 24 or 32 bytes, found 1");
    of("des", "").fails("expected pairs of hexadecimal digits");
    let sm4 = "0123456789ABCDEFFEDCBA9876543210";
    assert_eq!(of("sm4", sm4).exits(0).out, "2677F4\n");
    let four = [&kcv[..], &["tdes", "--bytes", "4"]].concat();
    assert_eq!(vault.with_key(sm4, &four).exits(0).out, "08D7B4FB\n");
    let six = [&kcv[..], &["aes", "--bytes", "6"]].concat();
    vault.with_key(sm4, &six).fails("--bytes 6");
    let gone = ["key", "kcv", "--cipher", "des", "--key-file", "gone"];
    vault.desk.annul(&gone).fails("gone: ");
    vault
        .desk
        .annul(&["key", "kcv", "--cipher", "des", sm4])
        .fails("unexpected argument");
}

#[test]
fn parity_and_weak_keys() {
    let vault = Vault::new();
    let parity =
        |key: &str, more: &[&str]| vault.with_key(key, &[&["key", "parity"], more].concat());
    let good = parity("0123456789ABCDEF FEDCBA9876543210", &[]);
    assert_eq!(good.exits(0).out, "08D7B4\n");
    assert_eq!(good.err, "odd parity; not a weak key\n");
    let even = parity("0023456789ABCDEF FEDCBA9876543210", &[]);
    assert_eq!(even.exits(2).out, "08D7B4\n");
    assert_eq!(even.err, "parity is not odd; not a weak key\n");
    let weak = parity("0123456789ABCDEF 01FE01FE01FE01FE", &["--json"]);
    let said = "DES key: part 2 is a weak key; make another key";
    let weak_key = annul::crypto::Key::des_hex("0123456789ABCDEF01FE01FE01FE01FE").unwrap();
    let weak_kcv = &weak_key.kcv().to_string()[..6];
    assert_eq!(
        weak.exits(2).json(),
        json!({ "odd": true, "weakness": said, "kcv": weak_kcv })
    );
    let same = parity("0123456789ABCDEF 0022456789ABCDEF", &[]);
    assert!(
        same.exits(2).err.contains("parts 1 and 2 are equal"),
        "{same:?}"
    );

    let odd = vault.keys.path().join("odd");
    let write = ["--write", odd.to_str().unwrap()];
    parity("0022446688AACCEE FFDDBB9977553311", &write).exits(0);
    let written = std::fs::read_to_string(&odd).unwrap();
    assert_eq!(written, "0123456789ABCDEFFEDCBA9876543210\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&odd).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    parity("0022446688AACCEE", &write).fails("odd: ");
    assert_eq!(std::fs::read_to_string(&odd).unwrap(), written);
}

/// Options, the key's bytes, and what is said.
#[rustfmt::skip]
const WRONG: &[(&[&str], usize, &str)] = &[
    (&["--algorithm", "x9.9", "--cipher", "sm4"], 16, "--cipher: x9.9: it is not computed with that"),
    (&["--algorithm", "hmac-sha256", "--cipher", "des"], 16, "--cipher: hmac-sha256"),
    (&["--algorithm", "cmac-aes", "--padding", "2"], 16, "--padding: cmac-aes: it has one padding only"),
    (&["--algorithm", "unionpay-ecb", "--padding", "1"], 8, "--padding: unionpay-ecb"),
    (&["--algorithm", "x9.19"], 8, "--key-file: x9.19: expected 16 bytes of key"),
    (&["--algorithm", "iso9797-3"], 24, "expected 16 bytes of key"),
    (&["--algorithm", "iso9797-3", "--cipher", "sm4"], 16, "expected 16 bytes of key"),
    (&["--algorithm", "chanjet"], 24, "does not fit the algorithm"),
    (&["--algorithm", "cmac-tdes"], 8, "found 8\n"),
    (&["--algorithm", "iso9797-1", "--cipher", "tdes"], 8, "found 8; a single-length DES key (8 bytes) is --cipher des"),
    (&["--algorithm", "hmac-sha256", "--trace"], 16, "--trace: hmac-sha256: it has no steps"),
    (&["--algorithm", "x9.9", "--bytes", "9"], 8, "--bytes 9: the MAC has no more bytes than 8"),
    (&["--algorithm", "x9.9", "--bytes", "3"], 8, "is not in 4..=32"),
    (&["--algorithm", "x9.9", "--padding", "4"], 8, "is not in 1..=3"),
];

#[test]
fn what_does_not_fit_is_refused_and_named() {
    let vault = Vault::new();
    for (options, size, advice) in WRONG {
        let args = [&["mac", "--data", "00"], *options].concat();
        vault.with_key(&"5B".repeat(*size), &args).fails(advice);
    }
    let args = ["mac", "--algorithm", "x9.9", "--data", "0G"];
    vault
        .with_key("0123456789ABCDEF", &args)
        .fails("character 2, 'G'");
}

#[test]
fn in_chinese() {
    let vault = Vault::new();
    let path = vault.keys.path().join("key");
    std::fs::write(&path, "0101010101010101").unwrap();
    let ask = |args: &[&str]| {
        let source = ["--lang", "zh", "--key-file", path.to_str().unwrap()];
        vault.desk.annul(&[args, &source].concat())
    };
    let said = ask(&["key", "parity"]);
    assert_eq!(
        said.exits(2).err,
        "奇校验；DES 密钥：第 1 段是弱密钥；请另造一把\n"
    );
    let said = ask(&["mac", "--algorithm", "x9.9", "--trace", "--data", "00"]);
    assert!(
        said.exits(0).out.starts_with("填充后的报文: 00"),
        "{said:?}"
    );
    ask(&["mac", "--algorithm", "cmac-sm4", "--padding", "1"]).fails("没有填充方法可选");
    let mac = |args: &[&str]| ask(&[&["mac", "--algorithm"], args].concat());
    for (args, said) in [
        (
            &["chanjet", "--data", "00"][..],
            "tdes 密钥应为 16 或 24 字节，实际为 8",
        ),
        (
            &["cmac-aes", "--data", "00"],
            "AES 密钥：应为 16、24 或 32 字节，实为 8 字节",
        ),
        (
            &["cmac-sm4", "--data", "00"],
            "SM4 密钥：应为 16 字节，实为 8 字节",
        ),
        (
            &["x9.9", "--data", "0G"],
            "第 2 个字符 'G' 不是十六进制数字",
        ),
        (&["x9.9", "--data", "001"], "3 个十六进制数字不成整字节"),
        (
            &["hmac-sha256", "--data", "00", "--trace"],
            "没有可显示的步骤",
        ),
    ] {
        mac(args).fails_in_chinese(said);
    }
    std::fs::write(&path, "5B".repeat(24)).unwrap();
    mac(&["chanjet", "--data", "00"]).fails_in_chinese("MAC 密钥：算法或长度不适用");
    std::fs::write(&path, "5B".repeat(3000)).unwrap();
    mac(&["hmac-sha256", "--data", "00"]).fails_in_chinese("4096 字节或更多");
    std::fs::write(&path, "5B".repeat(7)).unwrap();
    ask(&["key", "parity"]).fails_in_chinese("DES 密钥：应为 8、16 或 24 字节，实为 7 字节");
}

/// Where the digits themselves are right, what stands before them is named,
/// and nothing of the key.
#[test]
fn marks_before_a_key_are_named() {
    let vault = Vault::new();
    let digits = "0123456789ABCDEFFEDCBA9876543210";
    for (before, zh, en) in [
        ("\u{feff}", "字节顺序标记", "begins with a byte order mark"),
        ("0x", "以 0x 开头", "begins with 0x"),
        (" 0X", "以 0x 开头", "begins with 0x"),
        (
            "\u{feff}0x",
            "字节顺序标记",
            "begins with a byte order mark",
        ),
    ] {
        let path = vault.keys.path().join("key");
        std::fs::write(&path, format!("{before}{digits}")).unwrap();
        let path = path.to_str().unwrap();
        let kcv = ["key", "kcv", "--cipher", "tdes", "--key-file", path];
        for (language, said) in [("zh", zh), ("en", en)] {
            let ran = vault
                .desk
                .annul(&[&["--lang", language], &kcv[..]].concat());
            ran.fails(said);
            assert!(!ran.err.contains("0123"), "{ran:?}");
        }
    }
}

/// A key that is cut is another key: it is refused, not shortened. Nor is a key
/// shown that was given in place of a name.
#[test]
fn a_key_is_whole_and_its_name_no_key() {
    let desk = Desk::bare();
    let file = desk.path("long");
    std::fs::write(&file, "41".repeat(5000)).unwrap();
    let args = [
        "mac",
        "--algorithm",
        "hmac-sha256",
        "--data",
        "00",
        "--key-file",
    ];
    let long = [&args[..], &[file.to_str().unwrap()]].concat();
    desk.annul(&long).fails("4096 bytes or more");
    let key = "0123456789ABCDEFFEDCBA9876543210";
    for option in ["--key-env", "--key-file"] {
        let ran = desk.annul(&["key", "kcv", "--cipher", "tdes", option, key]);
        ran.exits(1);
        assert!(!ran.err.contains("ABCDEF"), "{ran:?}");
        for parted in [
            "0123 4567 89AB CDEF",
            "01:23:45:67:89:ab:cd:ef",
            "keys/0123-4567-89AB-CDEF/x",
        ] {
            let ran = desk.annul(&["key", "kcv", "--cipher", "des", option, parted]);
            ran.exits(1);
            assert!(!ran.err.to_uppercase().contains("CD"), "{ran:?}");
        }
    }
}
