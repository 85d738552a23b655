//! What goes into messages: field 55, parameters of field 62.

use crate::vectors::{bytes, group, text};
use annul::emv::{
    Dictionary, Field55Error, FieldSet, Follow, IssuerAnswer, Need, ParameterKind, Parameters,
    Script,
};
use annul::tlv::{Mode, Reader, Tag};
use std::collections::HashSet;

/// A sample of field 55.
fn sample(id: &str) -> Vec<u8> {
    let samples = group("de55");
    let sample = samples.iter().find(|sample| sample["id"] == id).expect(id);
    bytes(text(sample, "hex"))
}

/// The objects of a sample, last first, in a template, with some that no
/// message takes.
fn kernel(sample: &[u8]) -> Vec<u8> {
    let objects = Reader::new(sample, Mode::Emv).map(Result::unwrap);
    let mut objects: Vec<Vec<u8>> = objects
        .map(|object| {
            let end = object.offset() + object.header_length() + object.value().len();
            sample[object.offset()..end].to_vec()
        })
        .collect();
    objects.reverse();
    objects.insert(1, bytes("5A086224242900000113"));
    objects.push(bytes("57106224242900000113D28062010000000F"));
    objects.push(bytes("9B02E800"));
    let inside = objects.concat();
    let mut template = vec![0x77, 0x81, u8::try_from(inside.len()).unwrap()];
    template.extend(inside);
    template
}

#[test]
fn a_request_is_exactly_what_the_host_gets() {
    for id in ["cup_contact_request", "cup_sm4_request"] {
        let expected = sample(id);
        for set in [FieldSet::Request, FieldSet::Upload] {
            let mut field = [0; 255];
            let length = set.build(&kernel(&expected), &mut field).unwrap();
            assert_eq!(field[..length], expected, "{id}");
            assert_eq!(set.missing(&expected).unwrap().count(), 0);
        }
    }
}

#[test]
fn a_script_notice_and_reversals() {
    let expected = sample("cup_script_result");
    let mut field = [0; 255];
    let length = FieldSet::ScriptNotice
        .build(&kernel(&expected), &mut field)
        .unwrap();
    assert_eq!(field[..length], expected);
    let mut tags = |set: FieldSet| -> Vec<String> {
        let length = set.build(&kernel(&expected), &mut field).unwrap();
        let objects = Reader::new(&field[..length], Mode::Strict);
        objects
            .map(|object| object.unwrap().tag().to_string())
            .collect()
    };
    assert_eq!(tags(FieldSet::Reversal), ["9F1E", "9F36", "DF31"]);
    assert_eq!(
        tags(FieldSet::RefusedReversal),
        ["95", "9F1E", "9F10", "9F36", "DF31"]
    );
}

#[test]
fn what_is_missing_is_named() {
    let whole = sample("cup_contact_request");
    for set in FieldSet::ALL {
        let mut seen = HashSet::new();
        for wanted in set.wanted() {
            assert!(seen.insert(wanted.tag()), "{set:?} {}", wanted.tag());
            assert!(Dictionary::UNIONPAY.entry(None, wanted.tag()).is_some());
            assert!(set.wanted().len() <= FieldSet::Request.wanted().len());
        }
        let needed = set
            .wanted()
            .iter()
            .filter(|wanted| wanted.need() == Need::Mandatory);
        assert!(needed.clone().count() > 0);
        assert_eq!(set.missing(&[]).unwrap().count(), needed.count());
    }
    let missing: Vec<Tag> = FieldSet::ScriptNotice.missing(&whole).unwrap().collect();
    assert_eq!(missing, [Tag::literal(0xDF31)]);
    let mut field = [0; 255];
    let error = FieldSet::ScriptNotice
        .build(&whole, &mut field)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "tag DF31 is missing: the kernel has to give it"
    );
    let error = FieldSet::Request
        .build(&whole, &mut field[..50])
        .unwrap_err();
    assert!(matches!(error, Field55Error::Write(_)), "{error}");
    let error = FieldSet::Request
        .build(&[0x9F, 0x26, 0x08], &mut field)
        .unwrap_err();
    assert!(matches!(error, Field55Error::Kernel(_)), "{error}");
}

#[test]
fn what_the_issuer_answers() {
    let field = sample("issuer_response");
    let answer = IssuerAnswer::parse(&field).unwrap();
    assert_eq!(answer.authentication().unwrap().len(), 10);
    assert_eq!(answer.code(), Some(*b"00"));
    assert_eq!(
        (
            answer.scripts_before().count(),
            answer.scripts_after().count()
        ),
        (0, 1)
    );
    let field = sample("issuer_response_two_scripts");
    let answer = IssuerAnswer::parse(&field).unwrap();
    assert_eq!(
        (
            answer.scripts_before().count(),
            answer.scripts_after().count()
        ),
        (1, 1)
    );
    assert_eq!((answer.code(), answer.counter()), (None, None));
    for script in answer.scripts_before().chain(answer.scripts_after()) {
        assert_eq!(Script::parse(script).unwrap().commands().count(), 1);
    }
    assert!(IssuerAnswer::parse(&field[..field.len() - 1]).is_err());
    let counted = bytes("9F36020719910AA27DBF42742B1E1B3030");
    assert_eq!(
        IssuerAnswer::parse(&counted).unwrap().counter(),
        Some(0x0719)
    );
}

#[test]
fn keys_and_applications_of_field_62() {
    let key = "9F0605A0000003339F22010BDF050420301231DF060101DF070101DF0203C0FFEEDF040103DF031400112233445566778899AABBCCDDEEFF00112233";
    let application = "9F0608A000000333010101DF0101009F08020030DF1105D84000A800DF1205D84004F800DF130500100000009F1B0400000000DF150400000000DF160100DF170199DF14039F3704DF180101";
    let field = bytes(&format!("32{key}{application}"));
    let parameters = Parameters::parse(&field).unwrap();
    assert_eq!(parameters.follow(), Follow::More);
    let sets: Vec<_> = parameters.sets().collect();
    assert_eq!(sets.len(), 2);
    assert_eq!(
        [sets[0].kind(), sets[1].kind()],
        [ParameterKind::Key, ParameterKind::Application]
    );
    for set in &sets {
        assert_eq!(set.missing().count(), 0);
        for object in set.objects() {
            assert!(
                Dictionary::UNIONPAY.entry(None, object.tag()).is_some(),
                "{object:?}"
            );
        }
    }
    assert_eq!(sets[1].application(), bytes("A000000333010101"));
    assert_eq!(
        sets[0].value(Tag::literal(0xDF02)),
        Some(&[0xC0, 0xFF, 0xEE][..])
    );
    // A list of keys: two of them, with index and expiry alone.
    let list =
        bytes("319F0605A0000003339F22010BDF0504203012319F0605A0000003339F220109DF050420301231");
    let list = Parameters::parse(&list).unwrap();
    assert_eq!((list.follow(), list.sets().count()), (Follow::Last, 2));
    let none = Parameters::parse(b"0").unwrap();
    assert_eq!((none.follow(), none.sets().count()), (Follow::Nothing, 0));
    for wrong in [&b""[..], b"9", b"1\x9F\x22\x01\x0B", b"1\x9F\x06\x05\xA0"] {
        assert!(Parameters::parse(wrong).is_err(), "{wrong:X?}");
    }
}
