//! Each decoder against its group of vectors.

use crate::vectors::{bytes, group, hex, text};
use annul::card::Pan;
use annul::emv::{
    Afl, ArpcMethod, Command, Context, Currency, CvmList, Date, Dictionary, Digits, Edition, Iad,
    IssuerAuthenticationData, Kernel, List, Money, Name, Part, Said, Script, Time, Track,
    ValueError, describe,
};
use annul::tlv::Tag;
use serde_json::{Value, json};

/// A value as its parts say it in English; tag and kernel choose the decoder.
pub(crate) fn parts(kernel: Kernel, tag: &str, value: &[u8]) -> Result<Vec<Value>, ValueError> {
    let dictionary = Dictionary::new(kernel, Edition::Emv44);
    let entry = dictionary
        .entry(None, Tag::from_hex(tag).unwrap())
        .expect(tag);
    let mut parts = Vec::new();
    describe(&entry, value, &Context::new(dictionary), &mut |part| {
        let json = part.json(Name::english).to_string();
        parts.push(serde_json::from_str(&json).unwrap_or_else(|e| panic!("{json}: {e}")));
    })?;
    Ok(parts)
}

/// What stands under a key, the first time.
fn said(parts: &[Value], key: &str) -> Option<String> {
    let part = parts.iter().find(|part| part["key"] == key)?;
    Some(part["value"].as_str()?.to_owned())
}

fn kernel(vector: &Value) -> Kernel {
    let scheme = text(vector, "scheme").split(" /").next().unwrap();
    Kernel::from_id(scheme).expect(scheme)
}

#[test]
fn bits() {
    for vector in group("bits") {
        let parts = parts(
            kernel(&vector),
            text(&vector, "tag"),
            &bytes(text(&vector, "hex")),
        )
        .unwrap();
        let found: Vec<Value> = (parts.iter())
            .map(|part| json!({"byte": part["byte"], "mask": part["mask"], "name": part["name"]}))
            .collect();
        assert_eq!(Value::from(found), vector["expected"], "{vector}");
    }
}

#[test]
fn afl() {
    for vector in group("afl") {
        let value = bytes(text(&vector, "hex"));
        let afl = Afl::parse(&value);
        assert_eq!(afl.is_ok(), vector["ok"], "{vector}");
        let Ok(afl) = afl else { continue };
        let found = afl.files().map(|file| {
            json!({"sfi": file.identifier(), "first": file.first(), "last": file.last(), "oda": file.authenticated()})
        });
        assert_eq!(found.collect::<Value>(), vector["entries"], "{vector}");
        assert_eq!(
            parts(Kernel::Emv, "94", &value).unwrap().len(),
            4 * afl.files().count()
        );
    }
}

#[test]
fn cvm_list() {
    for vector in group("cvm_list") {
        let value = bytes(text(&vector, "hex"));
        let list = CvmList::parse(&value);
        assert_eq!(list.is_ok(), vector["ok"], "{vector}");
        let Ok(list) = list else { continue };
        assert_eq!(
            (list.x(), list.y()),
            (number(&vector, "x"), number(&vector, "y"))
        );
        let rules = vector["rules"].as_array().unwrap();
        assert_eq!(list.rules().len(), rules.len());
        let parts = parts(Kernel::Emv, "8E", &value).unwrap();
        let said = |key: &str| -> Vec<&str> {
            let found = parts
                .iter()
                .filter(|part| part["key"].as_str().unwrap().starts_with(key));
            found.map(|part| part["value"].as_str().unwrap()).collect()
        };
        let expected =
            |key: &str| -> Vec<&str> { rules.iter().map(|rule| text(rule, key)).collect() };
        assert_eq!(said("cvm-rule.1.3F."), expected("method"), "{vector}");
        assert_eq!(said("cvm-rule.2.FF."), expected("when"), "{vector}");
        for (rule, expected) in list.rules().zip(rules) {
            assert_eq!(rule.continues(), expected["next_if_failed"]);
            assert_eq!(bytes(text(expected, "condition")), [rule.condition()]);
            assert_eq!(bytes(text(expected, "code"))[0] & 0x3F, rule.method());
        }
    }
}

fn number(vector: &Value, key: &str) -> u32 {
    u32::try_from(vector[key].as_u64().unwrap()).unwrap()
}

#[test]
fn cvm_results() {
    for vector in group("cvm_results") {
        let parts = parts(Kernel::Emv, "9F34", &bytes(text(&vector, "hex"))).unwrap();
        let said = |name: &str| {
            let part = parts.iter().find(|part| part["name"] == name).unwrap();
            part["value"].as_str().unwrap()
        };
        assert!(
            said("Method").eq_ignore_ascii_case(text(&vector, "performed")),
            "{vector}"
        );
        assert_eq!(said("Condition"), text(&vector, "condition"));
        assert_eq!(said("Result").to_lowercase(), text(&vector, "result"));
    }
}

#[test]
fn cid() {
    for vector in group("cid") {
        let parts = parts(Kernel::Emv, "9F27", &bytes(text(&vector, "hex"))).unwrap();
        let kind = text(&vector, "type");
        assert!(
            parts[0]["value"].as_str().unwrap().starts_with(kind),
            "{vector}"
        );
        let advice = parts.iter().any(|part| part["key"] == "cid.1.08");
        assert_eq!(advice, vector["advice"]);
        let reason = format!("cid.1.07.{:02X}", vector["reason"].as_u64().unwrap());
        assert!(parts.iter().any(|part| part["key"] == reason), "{vector}");
    }
}

/// One code of a list, or two halves of a byte.
#[test]
fn codes() {
    for vector in group("enum") {
        let parts = parts(
            Kernel::Emv,
            text(&vector, "tag"),
            &bytes(text(&vector, "hex")),
        )
        .unwrap();
        let found: Vec<&str> = parts
            .iter()
            .map(|part| part["value"].as_str().unwrap())
            .collect();
        for (said, expected) in found.iter().zip(vector["openemv"].as_array().unwrap()) {
            let expected = expected.as_str().unwrap();
            let expected = expected.split(": ").last().unwrap();
            let expected = expected.split(" - ").last().unwrap();
            let same = said.ends_with(expected)
                || *said == "00 Goods and services"
                || *said == "3030 Approve - Transaction Approved";
            assert!(same, "{vector}: {said}");
        }
    }
}

#[test]
fn issuer_application_data() {
    for vector in group("iad") {
        let value = bytes(text(&vector, "hex"));
        let expected = &vector["expected"];
        let Ok(iad) = Iad::parse(&value) else {
            assert!(expected["error"].is_string(), "{vector}");
            continue;
        };
        assert!(expected["error"].is_null(), "{vector}");
        let scheme = text(expected, "scheme");
        if scheme.contains("unknown") {
            assert_eq!(iad.issuer(), "unknown");
            assert_eq!(iad.discretionary(), value);
            continue;
        }
        assert_eq!(iad.issuer(), scheme, "{vector}");
        let first = |key: &str| expected[key].as_str().map(|text| bytes(&text[..2])[0]);
        if let Some(index) = first("dki") {
            assert_eq!(iad.key_index(), Some(index), "{vector}");
        }
        if let Some(version) = first("cvn") {
            assert_eq!(iad.cryptogram_version(), Some(version), "{vector}");
        }
        if let Some(algorithm) = first("algorithm") {
            assert_eq!(iad.algorithm(), Some(algorithm), "{vector}");
        }
        if let Some(format) = expected["format"].as_u64() {
            assert_eq!(iad.format().map(u64::from), Some(format), "{vector}");
        }
        if let Some(length) = expected["idd_len"].as_u64() {
            assert_eq!(iad.discretionary().len() as u64, length, "{vector}");
        }
        if let Some(counters) = expected["counters"].as_str() {
            assert_eq!(hex(iad.counters()), counters);
        }
        if let Some(results) = vector["cvr"].as_str() {
            assert!(hex(iad.results()).starts_with(results), "{vector}");
            assert_eq!(Value::from(flags(&iad)), vector["cvr_flags"], "{vector}");
        }
        assert!(!parts(Kernel::Emv, "9F10", &value).unwrap().is_empty());
    }
}

/// What the card's results say, as the vectors write it.
fn flags(iad: &Iad) -> Vec<String> {
    let layout = iad.results_layout().expect("a known layout");
    let bits = layout.read(iad.results(), Edition::Emv44).unwrap();
    let lines = bits
        .filter(|bit| bit.field().name().english() != "Length")
        .map(|bit| {
            let name = bit.name().english().to_owned();
            match bit.meaning() {
                annul::emv::Meaning::Number(number) => format!("{name} = {number}"),
                // The vectors keep the two formats of Visa apart by words.
                _ if layout.id().ends_with("cvr")
                    && name.starts_with("Offline PIN verification ") =>
                {
                    format!("{name} (format 0/1/3)")
                }
                _ => name,
            }
        });
    lines.collect()
}

#[test]
fn issuer_authentication_data() {
    for vector in group("issuer_auth_data") {
        let Some(value) = vector["hex"].as_str().map(bytes) else {
            continue;
        };
        let data = IssuerAuthenticationData::parse(&value, None).unwrap();
        let method = match vector["method"].as_u64() {
            Some(1) => ArpcMethod::Code,
            _ => ArpcMethod::Status,
        };
        assert_eq!(data.method(), method);
        assert_eq!(hex(data.cryptogram()), text(&vector, "arpc"));
        let code = data.code().map(|code| hex(&code));
        assert_eq!(code.as_deref(), vector["arc"].as_str());
        assert_eq!(data.status().map(hex).as_deref(), vector["csu"].as_str());
        let told = parts(Kernel::Emv, "91", &value).unwrap();
        for flag in vector["csu_flags"].as_array().into_iter().flatten() {
            let flag = flag.as_str().unwrap();
            let same = |part: &Value| match part["value"].as_str() {
                Some(value) => value == flag || format!("{} = {value}", text(part, "name")) == flag,
                None => part["name"] == flag,
            };
            assert!(told.iter().any(same), "{vector}: {flag}");
        }
    }
    // Ten bytes may be of either method; the caller can say.
    let ten = [0x11; 10];
    assert!(
        IssuerAuthenticationData::parse(&ten, None)
            .unwrap()
            .is_ambiguous()
    );
    let told = IssuerAuthenticationData::parse(&ten, Some(ArpcMethod::Status)).unwrap();
    assert_eq!((told.is_ambiguous(), told.proprietary().len()), (false, 2));
    assert!(IssuerAuthenticationData::parse(&ten[..8], Some(ArpcMethod::Code)).is_err());
}

#[test]
fn issuer_scripts() {
    for vector in group("issuer_script") {
        let value = bytes(text(&vector, "hex"));
        let expected = &vector["expected"];
        assert_eq!(hex(&value[..1]), text(expected, "template"));
        let script = Script::parse(&value[2..]).unwrap();
        assert_eq!(
            hex(&script.identifier().unwrap()),
            text(expected, "script_id")
        );
        let commands = expected["commands"].as_array().unwrap();
        assert_eq!(script.commands().count(), commands.len());
        for (command, expected) in script.commands().zip(commands) {
            let command = Command::parse(command).unwrap();
            let [p1, p2] = command.parameters();
            let header = [command.class(), command.instruction(), p1, p2];
            let keys = ["cla", "ins", "p1", "p2"].map(|key| bytes(text(expected, key))[0]);
            assert_eq!(header, keys);
            assert_eq!(
                command.data().len() as u64,
                expected["lc"].as_u64().unwrap()
            );
            assert_eq!(
                command.words(Name::english).to_string(),
                text(expected, "name")
            );
        }
    }
    assert!(Script::parse(&[0x86, 0x05, 0x00]).is_err());
}

#[test]
fn script_results() {
    let parts = parts(Kernel::C7, "DF31", &bytes("20000000001300000001")).unwrap();
    let values: Vec<&str> = parts
        .iter()
        .map(|part| part["value"].as_str().unwrap())
        .collect();
    assert_eq!(
        values,
        [
            "00000000",
            "Script processing successful",
            "0",
            "00000001",
            "Script processing failed",
            "3"
        ]
    );
}

#[test]
fn track_2() {
    for vector in group("track2") {
        let value = bytes(text(&vector, "hex"));
        let track = Track::two(&value);
        assert_eq!(track.is_ok(), vector["ok"], "{vector}");
        let Ok(track) = track else { continue };
        let pan = track.pan().unwrap();
        assert_eq!(
            std::str::from_utf8(pan.reveal()).unwrap(),
            text(&vector, "pan")
        );
        let expiry = track.expiry().unwrap();
        assert_eq!(expiry.digits(), text(&vector, "expiry_yymm").as_bytes());
        assert_eq!(
            track.service_code().unwrap(),
            text(&vector, "service_code").as_bytes()
        );
        assert_eq!(
            track.discretionary_length(),
            text(&vector, "discretionary").len()
        );
        assert_eq!(track.to_string(), text(&vector, "masked"));
        // The same from ASCII, with and without sentinels.
        let ascii = text(&vector, "ascii");
        for whole in [
            ascii.to_owned(),
            format!(";{ascii}?"),
            format!(";{ascii}?1"),
        ] {
            let again = Track::two(whole.as_bytes()).unwrap();
            assert_eq!(again.to_string(), track.to_string(), "{whole}");
            assert_eq!(again.service_code(), track.service_code());
        }
    }
}

#[test]
fn masks() {
    for vector in group("mask") {
        let pan = Pan::parse(text(&vector, "in")).unwrap();
        assert_eq!(pan.masked().to_string(), text(&vector, "first6_last4"));
    }
}

#[test]
fn formats() {
    for vector in group("format") {
        let value = bytes(text(&vector, "hex"));
        let found = match text(&vector, "format").split(' ').next().unwrap() {
            "n" => Digits::parse(&value).map(|digits| digits.number().unwrap().to_string()),
            "cn" => Digits::parse(&value).map(|digits| digits.to_string()),
            "date" => Date::parse(&value).map(|date| date.to_string()),
            "time" => Time::parse(&value).map(|time| time.to_string()),
            "amount" => Digits::parse(&value).map(|digits| {
                let code = u16::from_str_radix(text(&vector, "currency"), 16).unwrap();
                let currency = Currency::by_number(code);
                assert_eq!(
                    currency.unwrap().exponent().map(u64::from),
                    vector["exponent"].as_u64()
                );
                Money::new(digits.number().unwrap(), currency).to_string()
            }),
            other => panic!("{other}"),
        };
        assert_eq!(found.ok().as_deref(), vector["value"].as_str(), "{vector}");
    }
}

/// The samples of field 55: each object that has an entry is read, and what is
/// told of it is in both languages.
#[test]
fn field_55_samples() {
    for vector in group("de55") {
        let value = bytes(text(&vector, "hex"));
        let dictionary = Dictionary::UNIONPAY;
        let context = Context::new(dictionary);
        for object in annul::tlv::Reader::new(&value, annul::tlv::Mode::Emv) {
            let object = object.unwrap();
            let entry = dictionary
                .entry(None, object.tag())
                .unwrap_or_else(|| panic!("{object:?}"));
            let mut told = 0;
            let result = describe(&entry, object.value(), &context, &mut |part: &Part| {
                assert!(!part.text(Name::chinese).to_string().is_empty());
                assert!(!matches!(part.said(), Said::Group) || part.level() == 0);
                told += 1;
            });
            // 9F6E of Visa and DF01 of somebody else are read by UnionPay's words.
            let foreign = matches!(object.tag().value(), 0x9F6E | 0xDF01);
            assert!(result.is_ok() || foreign, "{object:?} {result:?}");
            let constructed = object.is_constructed()
                && object.tag().value() != 0x71
                && object.tag().value() != 0x72;
            let silent = ["95", "9B"].contains(&object.tag().to_string().as_str());
            assert!(told > 0 || constructed || silent || foreign, "{object:?}");
        }
    }
}

#[test]
fn values_of_pboc() {
    let one = |tag: &str, value: &str| -> String {
        let parts = parts(Kernel::C7, tag, &bytes(value)).unwrap();
        parts[0]["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(one("9F79", "000000012345"), "12345");
    assert_eq!(one("9F51", "0156"), "CNY Chinese yuan");
    assert_eq!(one("9F57", "0156"), "CN China");
    assert_eq!(one("9F74", "454343303031"), "ECC001");
    assert_eq!(one("9F7A", "01"), "01 Supported");
    assert_eq!(one("DF69", "01"), "01 Supported");
    assert_eq!(one("DF07", "04"), "04 SM2");
    assert_eq!(one("DF05", "20301231"), "2030-12-31");
    assert_eq!(one("DF05", "3230333031323331"), "2030-12-31");
    assert_eq!(one("9F62", "00"), "00 Identity card");
    let read = parts(Kernel::C7, "DF34", &bytes("20260101123456")).unwrap();
    assert_eq!(said(&read, "date").unwrap(), "2026-01-01");
    assert_eq!(said(&read, "time").unwrap(), "12:34:56");
    // Keys and identity numbers are masked.
    assert_eq!(one("DF33", "0102030405060708"), "****************");
    assert_eq!(one("9F61", "313233"), "******");
    assert!(List::by_id("identity document").is_some());
}

/// What EMV 4.4 brought for the choice of an application and a kernel.
#[test]
fn registered_data_and_kernel_of_the_terminal() {
    let read = parts(Kernel::Emv, "9F0A", &bytes("0001020A0B00FF010C")).unwrap();
    let shown: Vec<_> = (read.iter())
        .map(|part| part["value"].as_str().unwrap())
        .collect();
    let owner = "0001 European Cards Stakeholders Group";
    assert_eq!(shown, [owner, "0A0B", "00FF not defined", "0C"]);
    for (torn, offset) in [("00", 0), ("0001", 2), ("0001020A", 3)] {
        let error = parts(Kernel::Emv, "9F0A", &bytes(torn)).unwrap_err();
        assert_eq!(error.offset(), offset, "{torn}");
    }
    let read = parts(Kernel::Emv, "96", &bytes("000000C1")).unwrap();
    let keys: Vec<_> = (read.iter())
        .map(|part| part["key"].as_str().unwrap())
        .filter(|key| key.contains(".4."))
        .collect();
    let layout = "terminal-kernel-identifier";
    let expected = ["80", "40", "01"].map(|bits| format!("{layout}.4.{bits}"));
    assert_eq!(keys, expected);
}
