//! `annul arqc`: the published cryptograms and answers through the program, the
//! steps to them, and what is refused. No key and no card number is printed.

mod common;

use common::vectors::{group, text};
use common::{Desk, Ran};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../core/tests/vectors/crypto/issuer.json");

struct Issuer {
    desk: Desk,
    folder: tempfile::TempDir,
}

impl Issuer {
    fn new() -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let desk = Desk::bare();
        Self { desk, folder }
    }

    fn ran(&self, key: &str, args: &[&str]) -> Ran {
        self.in_language("en", key, args)
    }

    fn in_language(&self, language: &str, key: &str, args: &[&str]) -> Ran {
        let file = self.folder.path().join("imk");
        std::fs::write(&file, key).unwrap();
        let file = file.to_str().unwrap();
        let args = [&["--lang", language, "arqc", "--key-file", file], args].concat();
        let ran = self.desk.annul(&args);
        assert!(!format!("{ran:?}").contains(&key[..16]), "{ran:?}");
        ran
    }
}

fn field_55(vector: &Value, application_data: &str) -> String {
    let cryptogram = text(vector, "expected", "arqc");
    let tags = vector["input"]["tags"].as_object().unwrap();
    let tags = tags
        .iter()
        .map(|(tag, value)| (&tag[..], value.as_str().unwrap()));
    let all = tags.chain([("9F10", application_data), ("9F26", cryptogram)]);
    let object = |(tag, value): (&str, &str)| {
        let size = value.len() / 2;
        format!("{tag}{size:02X}{value}")
    };
    all.map(object).collect::<Vec<_>>().concat()
}

#[test]
fn published_cryptograms_and_answers() {
    let issuer = Issuer::new();
    let extra = |at: usize| {
        group(VECTORS, "emv.cvn")[at]["input"]["extra"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let visa_10 = format!("06010A{}", extra(0));
    let mchip = format!("0111{}DAC0{}", &extra(4)[..12], &extra(4)[12..]);
    for (at, scheme, data, answer) in [
        (0, "visa-10", visa_10, ["--code", "00"]),
        (1, "visa-18", extra(1), ["--status", "00000000"]),
        (2, "visa-22", extra(2), ["--status", "00000000"]),
        (3, "interac-133", extra(3), ["--code", "0000"]),
        (4, "mchip-17", mchip, ["--code", "0010"]),
    ] {
        let vector = &group(VECTORS, "emv.cvn")[at];
        let field = field_55(vector, &data);
        let args = [
            "--scheme",
            scheme,
            "--pan",
            text(vector, "input", "pan"),
            "--emv",
            &field,
        ];
        let key = text(vector, "input", "imk_ac");
        let asked = issuer.ran(key, &[&args[..], &["--verify"]].concat());
        assert_eq!(asked.exits(0).out.trim(), text(vector, "expected", "arqc"));
        let told = issuer.ran(key, &[&args[..], &answer].concat());
        let arpc = text(vector, "expected", "arpc");
        assert!(told.exits(0).out.starts_with(arpc), "{told:?}");
    }
}

#[test]
fn unionpay_cards_with_des_and_sm4() {
    let issuer = Issuer::new();
    for vector in group(VECTORS, "emv.unionpay") {
        let given = |name| text(&vector, "input", name);
        let field = field_55(&vector, given("9F10"));
        let args = [
            "--scheme",
            given("scheme"),
            "--pan",
            given("pan"),
            "--sequence",
            given("psn"),
            "--emv",
            &field,
            "--code",
            "00",
            "--trace",
            "--json",
            "--verify",
        ];
        let ran = issuer.ran(given("imk"), &args);
        let told = ran.exits(0).json();
        let wanted = |name| text(&vector, "expected", name);
        assert_eq!(told["cryptogram"], wanted("arqc"));
        assert_eq!(told["verified"], true);
        assert_eq!(told["answer"], format!("{}3030", wanted("arpc")));
        assert_eq!(told["trace"][0]["value"], wanted("icc_mk_kcv"));
        assert_eq!(told["trace"][2]["value"], wanted("sk_ac_kcv"));
        assert_eq!(told["trace"][3]["value"], given("data"));
        assert!(!ran.out.contains(given("pan")), "{ran:?}");
    }
}

/// Field 55 of the card, with another cryptogram, with none, and with a counter
/// that is cut short.
fn fields(vector: &Value) -> [String; 4] {
    let field = field_55(vector, "06011203A0B800");
    let other = field.replace("7A788EA6B8A3E733", "7A788EA6B8A3E734");
    let none = field.replace("9F26087A788EA6B8A3E733", "");
    let short = field.replace("9F3602001C", "9F36011C");
    [field, other, none, short]
}

#[test]
fn what_is_refused_and_why() {
    let issuer = Issuer::new();
    let vector = &group(VECTORS, "emv.cvn")[1];
    let key = text(vector, "input", "imk_ac");
    let [field, other, none, short] = fields(vector);
    let run = |scheme, field: &str, more: &[&str]| {
        let args = [
            "--scheme",
            scheme,
            "--pan",
            "1234567890123456",
            "--emv",
            field,
        ];
        issuer.ran(key, &[&args[..], more].concat())
    };
    run("visa-18", &none, &[]).exits(0);
    run("visa-18", &other, &["--verify"]).fails("not that of this card");
    let traced = run("visa-18", &other, &["--verify", "--trace"]);
    assert!(
        traced.exits(1).out.contains("7A788EA6B8A3E733"),
        "{traced:?}"
    );
    let told = run("visa-18", &other, &["--verify", "--json"]);
    let told = told.exits(1).json();
    assert_eq!(told["verified"], false);
    assert_eq!(told["cryptogram"], "7A788EA6B8A3E733");
    run("visa-18", &none, &["--verify"]).fails("9F26");
    run("visa-18", &none, &["--status", "00000000"]).fails("9F26");
    run("visa-18", &short, &[]).fails("9F36 has 1 bytes, not 2");
    run("visa-18", "9F02", &[]).fails("field 55");
    run("visa-18", &field, &["--code", "00"]).fails("give --status");
    run("visa-18", &field, &["--status", "0000"]).fails("eight");
    run("unionpay-des", &field, &["--status", "00000000"]).fails("give --code");
    run("unionpay-des", &field, &["--code", "0"]).fails("two characters");
    run("visa-18", &field, &["--derivation", "c"]).fails("option C");
    run("ccd-aes", &field, &["--derivation", "a"]).fails("option A");
    run("visa-11", &field, &[]).fails("visa-10");
    issuer
        .ran(
            "0123456789ABCDEF",
            &[
                "--scheme",
                "ccd",
                "--pan",
                "1234567890123456",
                "--emv",
                &field,
            ],
        )
        .fails("16 or 24");
}

#[test]
fn what_is_refused_in_chinese() {
    let issuer = Issuer::new();
    let vector = &group(VECTORS, "emv.cvn")[1];
    let key = text(vector, "input", "imk_ac");
    let [field, other, none, short] = fields(vector);
    let lacking = field.replace("9F3602001C", "");
    let twice = format!("{field}9F3602001D");
    let status = ["--status", "00000000"];
    for (scheme, key, field, more, said) in [
        (
            "visa-18",
            key,
            &other,
            &["--verify"][..],
            "应用密文：不是这张卡片",
        ),
        ("visa-18", key, &none, &status, "缺少标签 9F26"),
        (
            "visa-18",
            key,
            &short,
            &[],
            "标签 9F36 为 1 字节，应为 2 字节",
        ),
        ("visa-18", key, &lacking, &[], "缺少标签 9F36"),
        ("visa-18", key, &twice, &[], "标签 9F36 出现两次"),
        ("visa-18", key, &"9F02".to_owned(), &[], "55 域："),
        ("visa-18", key, &"9F0".to_owned(), &[], "3 个十六进制数字"),
        (
            "visa-18",
            key,
            &field,
            &["--derivation", "c"],
            "方式 C 不用于此算法",
        ),
        (
            "visa-18",
            &key.repeat(2)[..48],
            &field,
            &[],
            "应为 16 字节的 DES 密钥，实为 24 字节",
        ),
    ] {
        let args = [
            "--scheme",
            scheme,
            "--pan",
            "1234567890123456",
            "--emv",
            field,
        ];
        let ran = issuer.in_language("zh", key, &[&args[..], more].concat());
        ran.fails_in_chinese(said);
    }
}
