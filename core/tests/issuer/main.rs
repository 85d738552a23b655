//! Issuer cryptography: every published card key, session key, cryptogram,
//! answer, script and new PIN of `vectors/crypto/issuer.json`, recomputed. Each
//! value there says who published it.
//!
//! Keys do not come out of their types, so two are compared by check values.
#![cfg(feature = "issuer")]

use annul::card::{Pan, Pin};
use annul::crypto::issuer::*;
use annul::crypto::{Kcv, Key};
use serde_json::Value;

#[path = "../vectors/crypto/mod.rs"]
mod vectors;

use vectors::{given, hex, wanted};

const VECTORS: &str = include_str!("../vectors/crypto/issuer.json");

fn group(name: &str, count: usize) -> Vec<Value> {
    vectors::group(VECTORS, name, count)
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    hex(text).try_into().unwrap()
}

fn unwatched(_: Step<'_>) {}

fn des(key: &str) -> Kcv {
    Key::des_hex(key).unwrap().kcv()
}

fn card(vector: &Value) -> Card {
    let sequence = given(vector, "psn").parse().unwrap();
    Card::new(Pan::parse(given(vector, "pan")).unwrap(), sequence).unwrap()
}

fn option(name: &str) -> Derivation {
    match name {
        "A" => Derivation::A,
        "B" => Derivation::B,
        "C" => Derivation::C,
        _ => panic!("{name}"),
    }
}

fn card_key<P: Purpose>(key: &str, vector: &Value, derivation: Derivation) -> CardKey<P> {
    let issuer = IssuerKey::new(Key::des_hex(key).unwrap()).unwrap();
    issuer.card_key(&card(vector), derivation).unwrap()
}

#[test]
fn card_keys_are_those_of_the_hsm() {
    for vector in group("emv.icc_master_key", 9) {
        let derivation = option(given(&vector, "option"));
        let key: CardKey<Cryptogram> = card_key(given(&vector, "imk"), &vector, derivation);
        assert_eq!(key.kcv(), des(wanted(&vector, "icc_mk")), "{vector}");
        assert_eq!(key.kcv().to_string()[..4], *wanted(&vector, "kcv2"));
    }
}

#[test]
fn aes_is_derived_by_option_c() {
    for vector in group("emv.aes_option_c", 2) {
        let issuer = Key::aes_hex(given(&vector, "imk")).unwrap();
        let issuer = IssuerKey::<Cryptogram>::new(issuer).unwrap();
        let key = issuer.card_key(&card(&vector), Derivation::C).unwrap();
        let aes = |name| Key::aes_hex(wanted(&vector, name)).unwrap().kcv();
        assert_eq!(key.kcv(), aes("icc_mk"));
        let counter = array(given(&vector, "atc"));
        let session = key.session_key(Session::of_counter(counter)).unwrap();
        assert_eq!(session.kcv(), aes("sk_ac"));
        let signed = hex(given(&vector, "data"));
        let made = session
            .cryptogram(&signed, Fill::One, &mut unwatched)
            .unwrap();
        assert_eq!(made.to_string(), wanted(&vector, "ac"));
        let made = array(wanted(&vector, "ac"));
        let code = session.response_of_code(made, array(given(&vector, "arc")), &mut unwatched);
        assert_eq!(code, array(wanted(&vector, "arpc_m1")));
        let status = array(given(&vector, "csu"));
        let status = session.response_of_status(made, status, &[], &mut unwatched);
        assert_eq!(status, Ok(array(wanted(&vector, "arpc_m2"))));
    }
}

fn common(vector: &Value) -> Session {
    let text = given(vector, "skd");
    Session::Common(array(text.strip_prefix("EMV common, R=").unwrap()))
}

fn fill(vector: &Value) -> Fill {
    match given(vector, "padding") {
        "EMV" => Fill::One,
        "VISA" => Fill::Zeros,
        other => panic!("{other}"),
    }
}

#[test]
fn cryptograms_and_both_kinds_of_answer() {
    let codes = group("emv.arqc_arpc1", 4);
    let statuses = group("emv.arqc_arpc2", 2);
    for vector in codes.iter().chain(&statuses) {
        let derivation = option(given(vector, "mkd"));
        let key: CardKey<Cryptogram> = card_key(given(vector, "imk"), vector, derivation);
        assert_eq!(key.kcv(), des(wanted(vector, "icc_mk")));
        let session = key.session_key(common(vector)).unwrap();
        assert_eq!(session.kcv(), des(wanted(vector, "sk_ac")));
        let signed = hex(given(vector, "data"));
        let made = session
            .cryptogram(&signed, fill(vector), &mut unwatched)
            .unwrap();
        assert_eq!(made.to_string(), wanted(vector, "arqc"));
        let made = array(wanted(vector, "arqc"));
        let Some(code) = vector["input"]["arc"].as_str() else {
            let status = array(given(vector, "csu"));
            let answer = session.response_of_status(made, status, &[], &mut unwatched);
            assert_eq!(answer, Ok(array(wanted(vector, "arpc"))));
            continue;
        };
        let answering = match given(vector, "arpc_key") {
            "ICC MK" => key.session_key(Session::CardKey).unwrap(),
            _ => session,
        };
        let answer = answering.response_of_code(made, array(code), &mut unwatched);
        assert_eq!(answer, array(wanted(vector, "arpc")));
    }
}

/// The response codes that the vectors leave unsaid. Found by deciphering the
/// answers; each is one its scheme sends for "approved".
fn code(id: &str) -> [u8; 2] {
    match id {
        "emv.cvn/interac_cvn133" => [0, 0],
        "emv.cvn/mastercard_cvn17" => [0, 0x10],
        _ => *b"00",
    }
}

/// Which scheme a vector is of, and the issuer application data that give its
/// signed part.
fn scheme(id: &str, extra: &str) -> (Scheme, String) {
    let (name, data) = match id {
        "emv.cvn/visa_cvn10" => ("visa-10", format!("06010A{extra}")),
        "emv.cvn/visa_cvn18" => ("visa-18", extra.into()),
        "emv.cvn/visa_cvn22" => ("visa-22", extra.into()),
        "emv.cvn/interac_cvn133" => ("interac-133", extra.into()),
        // Key index and version before, the authentication code between
        // results and counters.
        "emv.cvn/mastercard_cvn17" => (
            "mchip-17",
            format!("0111{}DAC0{}", &extra[..12], &extra[12..]),
        ),
        _ => panic!("{id}"),
    };
    (Scheme::named(name).unwrap(), data)
}

/// Field 55 of a vector's values, with its cryptogram.
fn field_55(vector: &Value, application_data: &str) -> Vec<u8> {
    let mut field = Vec::new();
    let mut push = |tag: &str, value: &str| {
        field.extend(hex(tag));
        field.push((value.len() / 2) as u8);
        field.extend(hex(value));
    };
    for (tag, value) in vector["input"]["tags"].as_object().unwrap() {
        push(tag, value.as_str().unwrap());
    }
    push("9F10", application_data);
    push("9F26", wanted(vector, "arqc"));
    field
}

#[test]
fn every_cryptogram_version_with_its_scripts() {
    for vector in group("emv.cvn", 5) {
        let id = vector["id"].as_str().unwrap();
        let (scheme, data) = scheme(id, given(&vector, "extra"));
        let field = field_55(&vector, &data);
        let chip = ChipData::read(&field).unwrap();
        let signed = chip.signed(scheme.signed).unwrap();
        assert_eq!(signed.bytes(), hex(given(&vector, "data")), "{id}");

        let key: CardKey<Cryptogram> =
            card_key(given(&vector, "imk_ac"), &vector, scheme.derivation);
        assert_eq!(key.kcv(), des(wanted(&vector, "icc_mk_ac")));
        let exchange = Exchange::new(&scheme, &key, chip, &mut unwatched).unwrap();
        assert_eq!(exchange.authenticate(&mut unwatched), Ok(()), "{id}");
        let answer = exchange.answer(code(id), [0; 4], &mut unwatched).unwrap();
        let arpc = hex(wanted(&vector, "arpc"));
        assert_eq!(answer.bytes()[..arpc.len()], arpc, "{id}");
        scripts(&vector, &scheme, &key, chip);
    }
}

fn scripts(vector: &Value, scheme: &Scheme, key: &CardKey<Cryptogram>, chip: ChipData<'_>) {
    let mac_key = card_key(given(vector, "imk_smi"), vector, scheme.derivation);
    let secrecy = card_key(given(vector, "imk_smc"), vector, scheme.derivation);
    assert_eq!(mac_key.kcv(), des(wanted(vector, "icc_mk_smi")));
    assert_eq!(secrecy.kcv(), des(wanted(vector, "icc_mk_smc")));
    let script = Script::new(scheme, &mac_key, &secrecy, chip, &mut unwatched).unwrap();
    let expected = ["sk_smi", "sk_smc"].map(|name| des(wanted(vector, name)));
    assert_eq!(script.kcvs(), expected);

    let header = array(given(vector, "script_mac_input"));
    let mac = script.mac(header, &[], &mut unwatched).unwrap();
    assert_eq!(mac.to_string(), wanted(vector, "script_mac"));

    let pin = |name| Pin::parse(given(vector, name)).unwrap();
    let (new, current) = (pin("pin"), pin("current_pin"));
    let commands = vector["expected"]["pin_change_commands"].as_array();
    for (command, current) in commands.unwrap().iter().zip([None, Some(&current)]) {
        let made = script
            .pin_change(key, &new, current, &mut unwatched)
            .unwrap();
        assert_eq!(made.bytes(), hex(command.as_str().unwrap()));
    }
}

#[test]
fn the_signed_data_of_visa_18_are_those_of_jpos() {
    for vector in group("emv.cdol_data", 1) {
        let mut field = Vec::new();
        let tags = vector["input"]["tags"].as_object().unwrap();
        let data = given(&vector, "9F10");
        let tags = tags
            .iter()
            .map(|(tag, value)| (&tag[..], value.as_str().unwrap()));
        for (tag, value) in tags.chain([("9F10", data)]) {
            field.extend(hex(tag));
            field.push((value.len() / 2) as u8);
            field.extend(hex(value));
        }
        let signed = ChipData::read(&field)
            .unwrap()
            .signed(Signed::Whole)
            .unwrap();
        let expected = hex(wanted(&vector, "data"));
        assert_eq!(signed.bytes(), expected);
        let mut padded = expected;
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(8), 0);
        assert_eq!(padded, hex(wanted(&vector, "padded")));
    }
}

/// The keys of scripts, and the data they make: the vectors give no counter, so
/// the session is set by a scheme that takes the cryptogram.
#[test]
fn scripts_of_mastercard() {
    let scheme = Scheme::named("interac-133").unwrap();
    for vector in group("emv.secure_messaging", 2) {
        let tags = serde_json::json!({
            "9F02": "000000004000", "9F03": "000000000000", "9F1A": "0124",
            "95": "8000048000", "5F2A": "0124", "9A": "191105", "9C": "01",
            "9F37": "52BF4585", "82": "1800", "9F36": "001C",
        });
        let chip = serde_json::json!({
            "input": { "tags": tags },
            "expected": { "arqc": given(&vector, "R") },
        });
        let field = field_55(&chip, "06011203A0B800");
        let chip = ChipData::read(&field).unwrap();
        let mac = card_key(given(&vector, "imk_smi"), &vector, Derivation::A);
        let secrecy = vector["input"]["imk_smc"].as_str();
        let secrecy = card_key(secrecy.unwrap_or(&"11".repeat(16)), &vector, Derivation::A);
        let script = Script::new(&scheme, &mac, &secrecy, chip, &mut unwatched).unwrap();
        let [mac_check, secrecy_check] = script.kcvs();
        assert_eq!(mac_check, des(wanted(&vector, "sk_smi")));
        let Some(pin) = vector["input"]["pin"].as_str() else {
            let header = array(given(&vector, "command"));
            let made = script.mac(header, &[], &mut unwatched).unwrap();
            assert_eq!(made.to_string(), wanted(&vector, "mac"));
            continue;
        };
        assert_eq!(secrecy_check, des(wanted(&vector, "sk_smc")));
        let key = card_key(given(&vector, "imk_smi"), &vector, Derivation::A);
        let pin = Pin::parse(pin).unwrap();
        let made = script.pin_change(&key, &pin, None, &mut unwatched).unwrap();
        let parts = ["command_data", "mac"].map(|name| wanted(&vector, name));
        let expected = [given(&vector, "command_header"), parts[0], parts[1]].concat();
        assert_eq!(made.bytes(), hex(&expected));
    }
}

/// Nobody publishes an example of UnionPay's; these were computed elsewhere by
/// the same rules, so they prove the code and not the reading of the rules.
#[test]
fn cards_of_unionpay_with_des_and_sm4() {
    for vector in group("emv.unionpay", 2) {
        let scheme = Scheme::named(given(&vector, "scheme")).unwrap();
        let key = given(&vector, "imk");
        let key = match scheme.cipher {
            Cipher::Sm4 => Key::sm4_hex(key),
            _ => Key::des_hex(key),
        };
        let issuer = IssuerKey::<Cryptogram>::new(key.unwrap()).unwrap();
        let key = issuer.card_key(&card(&vector), scheme.derivation).unwrap();
        let field = field_55(&vector, given(&vector, "9F10"));
        let chip = ChipData::read(&field).unwrap();
        assert_eq!(
            chip.signed(scheme.signed).unwrap().bytes(),
            hex(given(&vector, "data"))
        );
        let mut checks = Vec::new();
        let mut watch = |step: Step<'_>| match step {
            Step::CardKey { kcv, .. } | Step::SessionKey { kcv, .. } => {
                checks.push(kcv.to_string());
            }
            _ => {}
        };
        let exchange = Exchange::new(&scheme, &key, chip, &mut watch).unwrap();
        let expected = ["icc_mk_kcv", "sk_ac_kcv"].map(|name| wanted(&vector, name));
        assert_eq!(checks, expected);
        assert_eq!(exchange.authenticate(&mut unwatched), Ok(()));
        let answer = exchange.answer(*b"00", [0; 4], &mut unwatched).unwrap();
        let expected = [wanted(&vector, "arpc"), given(&vector, "arc")].concat();
        assert_eq!(answer.bytes(), hex(&expected));
    }
}

#[test]
fn what_is_wrong_with_a_transaction_is_told() {
    let vector = &group("emv.cvn", 5)[1];
    let field = field_55(vector, "06011203A0B800");
    let read = |field: &[u8]| ChipData::read(field).err();
    for end in 0..field.len() {
        assert!(
            read(&field[..end]).is_some() || end >= field.len() - 11,
            "{end}"
        );
    }
    let twice = [&field[..], &[0x9F, 0x36, 2, 0, 0x1D]].concat();
    assert!(matches!(read(&twice), Some(IssuerError::Twice { .. })));
    let same = [&field[..], &[0x9F, 0x36, 2, 0, 0x1C]].concat();
    assert_eq!(read(&same), None);

    let scheme = Scheme::named("visa-18").unwrap();
    let key: CardKey<Cryptogram> = card_key(given(vector, "imk_ac"), vector, Derivation::A);
    for bit in 0..64 {
        let mut field = field.clone();
        let at = field.len() - 8 + bit / 8;
        field[at] ^= 1 << (bit % 8);
        let chip = ChipData::read(&field).unwrap();
        let exchange = Exchange::new(&scheme, &key, chip, &mut unwatched).unwrap();
        let told = exchange.authenticate(&mut unwatched);
        assert_eq!(told, Err(IssuerError::Mismatch));
    }
}

#[test]
fn ciphers_have_their_own_derivations() {
    let card = Card::new(Pan::parse("1234567890123456").unwrap(), 0).unwrap();
    let keys = [
        (Key::des(&[1; 16]).unwrap(), [true, true, false]),
        (Key::sm4(&[1; 16]).unwrap(), [true, false, false]),
        (Key::aes(&[1; 32]).unwrap(), [false, false, true]),
    ];
    for (key, expected) in keys {
        let issuer = IssuerKey::<Cryptogram>::new(key).unwrap();
        let options = [Derivation::A, Derivation::B, Derivation::C];
        let done = options.map(|option| issuer.card_key(&card, option).is_ok());
        assert_eq!(done, expected);
    }
    for length in [8, 24] {
        let key = Key::des(&[1; 24][..length]).unwrap();
        let refused = IssuerKey::<Cryptogram>::new(key).err();
        assert_eq!(refused, Some(IssuerError::Length { found: length }));
    }
}

/// A trace tells everything but keys and the card's number.
#[test]
fn a_trace_shows_no_key_and_no_card() {
    let vector = &group("emv.cvn", 5)[1];
    let field = field_55(vector, "06011203A0B800");
    let scheme = Scheme::named("visa-18").unwrap();
    let key: CardKey<Cryptogram> = card_key(given(vector, "imk_ac"), vector, Derivation::A);
    let mut seen = Vec::new();
    let mut watch = |step: Step<'_>| seen.push(format!("{step:02X?}"));
    let chip = ChipData::read(&field).unwrap();
    let exchange = Exchange::new(&scheme, &key, chip, &mut watch).unwrap();
    exchange.authenticate(&mut watch).unwrap();
    assert_eq!(seen.len(), 1 + 1 + 1 + 1 + 6 + 2, "{seen:#?}");
    let seen = seen.concat().replace([',', ' '], "");
    for secret in ["icc_mk_ac", "sk_ac"] {
        let key = wanted(vector, secret);
        assert!(!seen.contains(&key[..16]) && !seen.contains(&key[16..]));
    }
    assert!(!seen.contains(given(vector, "pan")));
}

#[test]
fn values_of_magnetic_stripes() {
    for vector in group("card.cvv", 1) {
        let key = Key::des_hex(given(&vector, "cvk")).unwrap();
        let pan = Pan::parse(given(&vector, "pan")).unwrap();
        let [expiry, service] = ["expiry", "service_code"].map(|name| given(&vector, name));
        let (expiry, service) = (expiry.as_bytes(), service.as_bytes());
        let value = VerificationKey::new(key).unwrap().value(
            &pan,
            expiry.try_into().unwrap(),
            service.try_into().unwrap(),
        );
        assert_eq!(value.unwrap(), wanted(&vector, "cvv").as_bytes());
    }
    for vector in group("card.pvv", 3) {
        let key = Key::des_hex(given(&vector, "pvk")).unwrap();
        let pan = Pan::parse(given(&vector, "pan")).unwrap();
        let pin = Pin::parse(given(&vector, "pin")).unwrap();
        let index = given(&vector, "pvki").parse().unwrap();
        let key = PinVerificationKey::new(key).unwrap();
        let value = key.value(&pan, index, &pin);
        assert_eq!(value, wanted(&vector, "pvv").as_bytes());
    }
    for vector in group("card.cvc3", 1) {
        let key = Key::des_hex(given(&vector, "imk_cvc3")).unwrap();
        let key = IssuerKey::<DynamicValue>::new(key).unwrap();
        let track = hex(&given(&vector, "track2").replace('=', "D"));
        let (number, counter) = (given(&vector, "un"), given(&vector, "atc"));
        let card = card(&vector);
        let value = key.dynamic_value(&card, &track, array(number), array(counter));
        assert!(
            value
                .unwrap()
                .ends_with(wanted(&vector, "cvc3_last3").as_bytes())
        );
    }
}

/// Every group of the file is tried here or in the tests of `oda`.
#[test]
fn no_group_is_left_out() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let tried = [include_str!("main.rs"), include_str!("../oda/main.rs")].concat();
    let rsa = include_str!("../../src/crypto/oda/rsa.rs");
    for group in vectors
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| *key != "about")
    {
        // The example of option B is in the tests of `issuer/keys.rs`.
        let elsewhere = group == "emv.option_b_decimalise";
        let named = format!("\"{group}\"");
        assert!(
            elsewhere || tried.contains(&named) || rsa.contains(&named),
            "{group}"
        );
    }
}
