use super::*;
use crate::iso8583::file;
use crate::iso8583::{Inside, Justify, Length, PartId, Prefix, Sensitivity, Tagged, Unit, View};
use crate::tlv;
use alloc::string::ToString;
use alloc::vec;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE isopackager SYSTEM "genericpackager.dtd">
<!-- A host of tests -->
<isopackager>
  <isofield id="0" length="4" name="type" class="org.jpos.iso.IFA_NUMERIC"/>
  <isofield id="1" length="16" name="bitmap" class="org.jpos.iso.IFB_BITMAP"/>
"#;

fn packager(fields: &str) -> String {
    format!("{HEAD}{fields}\n</isopackager>")
}

/// A field by its class and what follows it.
fn field(id: u8, class: &str, rest: &str) -> String {
    format!(r#"<isofield id="{id}" name="f" class="org.jpos.iso.{class}" {rest}/>"#)
}

/// A field with parts.
fn made(id: u8, class: &str, rest: &str, parts: &str) -> String {
    format!(
        r#"<isofieldpackager id="{id}" name="f" class="org.jpos.iso.{class}" {rest}>{parts}</isofieldpackager>"#
    )
}

const SUB: &str = r#"packager="org.jpos.iso.packager.GenericSubFieldPackager""#;

/// What an import gives is written to a file that says the same.
fn read<'a>(fields: &str, arena: &'a Bump) -> Import<'a> {
    let text = packager(fields);
    let import = jpos(&text, arena).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let named = import.spec.called("x");
    let written = file::write(&named);
    let again = file::read(&written, arena, &|_| None);
    let again = again.unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(file::diff(&named, again), [], "{text}");
    import
}

fn only<'a>(class: &str, rest: &str, arena: &'a Bump) -> FieldSpec<'a> {
    let import = read(&field(70, class, rest), arena);
    *import.spec.field(70).unwrap()
}

fn said(fields: &str) -> String {
    let arena = Bump::new();
    let error = jpos(&packager(fields), &arena).unwrap_err();
    assert!(error.line > 4 && error.column > 0, "{error}");
    format!("{}: {}", error.path, error.fault)
}

fn notes(fields: &str) -> Vec<String> {
    let arena = Bump::new();
    let notes = read(fields, &arena).notes;
    notes
        .iter()
        .map(|note| format!("{}: {}", note.path, note.text))
        .collect()
}

#[test]
fn every_class_is_a_field_as_its_table_says() {
    let arena = Bump::new();
    for class in CLASSES {
        let (name, text) = (
            class.name(),
            field(70, class.name(), r#"length="8" token="1""#),
        );
        let text = packager(&text);
        match (class.means(), jpos(&text, &arena)) {
            (Some((format, _, prefix)), Ok(import)) => {
                let spec = import.spec.field(70).unwrap();
                assert_eq!(spec.format(), format, "{name}");
                match spec.length() {
                    Length::Var(found, _) => assert_eq!(Some(found), prefix, "{name}"),
                    Length::Fixed(_) => assert_eq!(prefix, None, "{name}"),
                }
            }
            (None, Ok(import)) => {
                let there = import.spec.field(70).is_some();
                assert_eq!(class.bitmap().is_some(), there, "{name}");
            }
            (None, Err(error)) => {
                let foreign = class.foreign().is_some();
                let nop = name == "IF_NOP";
                let ebcdic = class.bitmap() == Some(BitmapForm::EbcdicHex);
                assert!(foreign || nop || ebcdic, "{name}: {error}");
            }
            (Some(_), Err(error)) => panic!("{name}: {error}"),
        }
    }
}

/// jPOS 2.1.9 packs 12345 of length 5 so.
#[test]
fn an_odd_digit_is_padded_as_jpos_pads_it() {
    for (class, pad, wire) in [
        ("IFB_NUMERIC", "true", "012345"),
        ("IFB_NUMERIC", "false", "123450"),
        ("IFB_FNUMERIC", "true", "012345"),
        ("IFB_FNUMERIC", "false", "12345F"),
        ("IFB_LLNUM", "true", "05012345"),
        ("IFB_LLNUM", "false", "05123450"),
        ("IFB_LLLNUM", "false", "0005123450"),
        ("IFB_FLLNUM", "true", "05012345"),
        ("IFB_FLLNUM", "false", "0512345F"),
        ("IFB_FLLLNUM", "false", "000512345F"),
        ("IFB_LLHNUM", "false", "05123450"),
        ("IFB_LLLHNUM", "true", "0005012345"),
    ] {
        let arena = Bump::new();
        let import = read(
            &field(3, class, &format!(r#"length="5" pad="{pad}""#)),
            &arena,
        );
        let digits = wire.as_bytes().chunks(2).map(|two| {
            let two = core::str::from_utf8(two).unwrap();
            u8::from_str_radix(two, 16).unwrap()
        });
        let mut message = b"0800\x20\0\0\0\0\0\0\0".to_vec();
        message.extend(digits);
        let view = View::decode_strict(import.spec, &message);
        let view = view.unwrap_or_else(|error| panic!("{class} {pad}: {error}"));
        let found: Vec<u8> = view.field(3).unwrap().characters().ascii().collect();
        assert_eq!(found, b"12345", "{class} {pad}");
        let mut room = vec![0; message.len()];
        let mut writer = crate::iso8583::Writer::new(import.spec, &mut room, view.mti());
        writer.digits(3, b"12345");
        let size = writer.finish().unwrap();
        assert_eq!(room[..size], message, "{class} {pad}");
    }
}

#[test]
fn lengths_are_counted_as_the_wire_has_them() {
    let arena = Bump::new();
    let hex = only("IFB_HEX", r#"length="7""#, &arena);
    assert_eq!((hex.format(), hex.length()), (Format::B, Length::Fixed(4)));
    let nibbles = only("IFB_LLHEX", r#"length="20""#, &arena);
    assert_eq!(nibbles.length(), Length::Var(Prefix::bcd(2), 40));
    let halves = only("IFEB_LLNUM", r#"length="19""#, &arena);
    assert_eq!(halves.length(), Length::Var(Prefix::ebcdic(2), 10));
    assert_eq!((halves.unit(), halves.pad()), (Unit::Bytes, 0xF));
    let even = only("IFA_LLBNUM", r#"length="19""#, &arena);
    assert_eq!(even.length(), Length::Var(Prefix::ascii(2), 20));
    let spelled = only("IFE_BINARY", r#"length="8""#, &arena);
    assert_eq!(spelled.length(), Length::Fixed(16));
    let unlimited = only("IFA_LLCHAR", r#"length="0""#, &arena);
    assert_eq!(unlimited.length(), Length::Var(Prefix::ascii(2), 99));
    let huge = only("IFA_LLLLLLCHAR", r#"length="999999""#, &arena);
    assert_eq!(huge.length().most(), u16::MAX);
}

#[test]
fn bitmaps_reach_as_far_as_their_length() {
    let arena = Bump::new();
    let with = |class: &str, length: u8, more: &str| {
        let text = format!(
            r#"<isopackager {more}>{}<isofield id="0" length="4" name="t" class="IFE_NUMERIC"/>{}</isopackager>"#,
            field(1, class, &format!(r#"length="{length}""#)),
            field(65, "IFB_BITMAP", r#"length="8""#),
        );
        let spec = jpos(&text, &arena).unwrap().spec;
        assert!(matches!(spec.mti(), Some(Encoding::Ebcdic(_))));
        (
            spec.bitmap().form(),
            spec.bitmap().extent(),
            spec.header().parts().len(),
        )
    };
    let [binary, hex, ebcdic] = [BitmapForm::Binary, BitmapForm::Hex, BitmapForm::EbcdicHex];
    assert_eq!(with("IFB_BITMAP", 8, ""), (binary, Extent::Auto(1), 0));
    assert_eq!(with("IFA_BITMAP", 16, ""), (hex, Extent::Auto(2), 0));
    assert_eq!(
        with("IFE_BITMAP", 24, r#"headerLength="5""#),
        (ebcdic, Extent::Auto(3), 1)
    );
    let third = with("IFB_BITMAP", 16, r#"thirdBitmapField="65""#);
    assert_eq!(third, (binary, Extent::TertiaryIn(65), 0));
    assert_eq!(with("IFB_BITMAP", 3, ""), (binary, Extent::Fixed(3), 0));
}

#[test]
fn parts_stand_one_after_the_other() {
    let parts = [
        field(0, "IF_CHAR", r#"length="1""#),
        field(1, "IFA_NUMERIC", r#"length="2""#),
        field(3, "IFA_LLCHAR", r#"length="9""#),
    ];
    let rest = format!(r#"length="20" emitBitmap="false" firstField="0" {SUB}"#);
    let arena = Bump::new();
    let text = made(48, "IFA_LLLCHAR", &rest, &parts.concat());
    let import = read(&text, &arena);
    let view = View::decode(import.spec, b"0800\0\0\0\0\0\x01\0\x00007X1203abc");
    let view = view.unwrap_err();
    assert!(view.to_string().contains("48"), "{view}");
    let view = View::decode(import.spec, b"0800\0\0\0\0\0\x01\0\x00008X1203abc").unwrap();
    let part = view.at("48.3").unwrap();
    assert_eq!(part.text(), Some("abc"));
    assert_eq!(
        notes(&text),
        ["field 48.0: is part 1 here: parts are counted from 1, without gaps"]
    );
    // Without firstField the first is 1.
    let rest = format!(r#"length="20" emitBitmap="false" {SUB}"#);
    let text = made(48, "IFA_LLLCHAR", &rest, &parts.concat());
    assert_eq!(notes(&text).len(), 2, "{:?}", notes(&text));
}

#[test]
fn parts_are_written_as_their_field_is() {
    let numeric = field(1, "IFA_NUMERIC", r#"length="3""#);
    let rest = format!(r#"length="3" emitBitmap="false" pad="true" {SUB}"#);
    let arena = Bump::new();
    let first = |text: &str| {
        let spec = read(text, &arena).spec;
        let Inside::Positional(parts) = spec.field(60).unwrap().parts() else {
            panic!("{text}")
        };
        parts[0]
    };
    let packed = first(&made(60, "IFB_LLLNUM", &rest, &numeric));
    assert_eq!(packed.encoding(), Encoding::Bcd);
    let ebcdic = first(&made(
        60,
        "IFE_LLLCHAR",
        &rest,
        &field(1, "IFA_LLNUM", r#"length="1""#),
    ));
    assert!(matches!(ebcdic.encoding(), Encoding::Ebcdic(_)));
    assert_eq!(ebcdic.length(), Length::Var(Prefix::ebcdic(2), 1));
    let bytes = first(&made(
        60,
        "IFA_BINARY",
        &rest,
        &field(1, "IFB_BINARY", r#"length="3""#),
    ));
    assert_eq!(bytes.encoding(), Encoding::Hex);
    for class in ["IFE_LLLCHAR", "IFB_LLLNUM", "IFA_BINARY"] {
        let text = made(60, class, &rest, &field(1, "IFE_CHAR", r#"length="3""#));
        assert!(said(&text).starts_with("field 60.1: a part is written as its field is"));
    }
}

#[test]
fn a_bitmap_announces_parts() {
    let parts = [
        field(0, "IFB_BITMAP", r#"length="8""#),
        field(1, "IF_CHAR", r#"length="2""#),
        field(9, "IFA_LLCHAR", r#"length="9""#),
    ];
    let rest = format!(r#"length="99" emitBitmap="true" bitmapField="0" {SUB}"#);
    let arena = Bump::new();
    let import = read(&made(43, "IFB_LLLBINARY", &rest, &parts.concat()), &arena);
    let message = b"0800\0\0\0\0\0\x20\0\0\0\x13\x80\x80\0\0\0\0\0\0AB\x30\x31\x37";
    let view = View::decode(import.spec, message).unwrap();
    assert_eq!(view.at("43.1").unwrap().text(), Some("AB"));
    assert_eq!(view.at("43.9").unwrap().text(), Some("7"));
    // Two bitmaps leave no bit for a field 1.
    let two = parts.concat().replace(r#"length="8""#, r#"length="16""#);
    let text = made(43, "IFB_LLLBINARY", &rest, &two);
    assert!(notes(&text)[0].starts_with("field 43.1: cannot be told from the bit"));
    assert!(said(&made(43, "IFE_LLLCHAR", &rest, &parts.concat())).contains("behind a bitmap"));
}

#[test]
fn tags_come_of_classes_tokens_and_mappers() {
    let arena = Bump::new();
    let tags = |text: &str| -> Tagged<'_> {
        let spec = read(text, &arena).spec;
        match spec.field(48).unwrap().parts() {
            Inside::Tagged(tagged) => tagged,
            other => panic!("{other:?}"),
        }
    };
    let pds = [
        field(1, "IFIPM_LLLCHAR", r#"length="9""#),
        field(23, "IFIPM_LLLCHAR", r#"length="9""#),
    ];
    let rest = format!(r#"length="99" emitBitmap="false" {SUB}"#);
    let tagged = tags(&made(48, "IFA_LLLCHAR", &rest, &pds.concat()));
    assert_eq!((tagged.tag, tagged.known[1].0), (4, PartId::name("0023")));
    assert!(tagged.other.is_none());

    let euro = r#"length="99" packager="org.jpos.iso.packager.EuroSubFieldPackager""#;
    let parts = field(7, "IFMC_LLCHAR", r#"length="9""#);
    let tagged = tags(&made(48, "IFE_LLLCHAR", euro, &parts));
    assert_eq!((tagged.tag, tagged.known[0].0), (2, PartId::name("07")));
    assert!(matches!(tagged.encoding, Encoding::Ebcdic(_)));

    let sequence =
        r#"length="99" token="00" packager="org.jpos.tlv.packager.TaggedSequencePackager""#;
    let parts = [
        field(1, "IFTA_LLCHAR", r###"length="9" token="##""###),
        field(2, "IFTA_LLNUM", r#"length="9" token="A1""#),
    ];
    let tagged = tags(&made(
        48,
        "IFA_LLLCHAR",
        sequence,
        &parts.concat().replace("jpos.iso", "jpos.tlv.packager"),
    ));
    assert_eq!(tagged.known[0].0, PartId::name("A1"));
    assert_eq!(tagged.other.unwrap().format(), Format::Ans);

    let mapped = r#"length="99" tagMapper="org.jpos.iso.packager.TTDecimalTagMapper" tagSize="2"
        lenSize="3" packager="org.jpos.iso.packager.GenericTaggedFieldsPackager""#;
    let tagged = tags(&made(
        48,
        "IFA_LLLCHAR",
        mapped,
        &field(12, "IFA_TTLLLCHAR", r#"length="9""#),
    ));
    assert_eq!((tagged.tag, tagged.known[0].0), (2, PartId::name("12")));
    assert_eq!(
        tagged.other.unwrap().length(),
        Length::Var(Prefix::ascii(3), 999)
    );
}

#[test]
fn chip_data_are_ber_tlv() {
    let tlv = r#"length="255" packager="org.jpos.tlv.packager.bertlv.BERTLVBinaryPackager""#;
    let hex = tlv.replace("BERTLVBinary", "BERTLVAsciiHex");
    let arena = Bump::new();
    let dummy = field(0, "IF_NOP", r#"length="0""#);
    for (class, rest) in [("IFB_LLLHBINARY", tlv), ("IFA_LLLCHAR", tlv)] {
        let spec = read(&made(55, class, rest, &dummy), &arena).spec;
        assert_eq!(spec.field(55).unwrap().parts(), Inside::Tlv(tlv::Mode::Emv));
        assert_eq!(spec.field(55).unwrap().sensitivity(), Sensitivity::Chip);
    }
    let text = made(55, "IFA_LLLCHAR", &hex, "");
    let spelled = read(&text, &arena).spec.field(55).unwrap();
    assert_eq!(
        (spelled.encoding(), spelled.unit()),
        (Encoding::Hex, Unit::Bytes)
    );
    assert_eq!(spelled.sensitivity(), Sensitivity::Secret);
    assert!(notes(&text)[0].contains("hexadecimal digits"));
}

#[test]
fn card_data_are_hidden_in_fields_and_parts() {
    let arena = Bump::new();
    let rest = format!(r#"length="99" emitBitmap="false" {SUB}"#);
    let parts = [
        field(1, "IFA_NUMERIC", r#"length="16""#),
        field(2, "IFA_NUMERIC", r#"length="4""#),
        field(3, "IF_CHAR", r#"length="16""#),
    ];
    let text = [
        field(2, "IFA_LLNUM", r#"length="19""#),
        field(35, "IFB_LLNUM", r#"length="37""#),
        made(48, "IFA_LLLCHAR", &rest, &parts.concat()),
        made(52, "IFA_LLLCHAR", &rest, &parts.concat()),
    ];
    let spec = read(&text.concat(), &arena).spec;
    assert_eq!(file::lint(&spec.called("x")), []);
    let shown = |number: u8| {
        let Inside::Positional(parts) = spec.field(number).unwrap().parts() else {
            panic!("{number}")
        };
        [parts[0], parts[1], parts[2]].map(|part| part.sensitivity())
    };
    let text = Sensitivity::Text;
    assert_eq!(shown(48), [text, Sensitivity::Public, text]);
    assert_eq!(shown(52), [Sensitivity::Secret; 3]);
    let track = spec.field(35).unwrap();
    assert_eq!(
        (track.format(), track.justify()),
        (Format::Z, Justify::Left)
    );
}

#[test]
fn what_no_dialect_can_say_is_an_error_that_says_where_and_what_to_do() {
    let sub = format!(r#"length="9" emitBitmap="false" {SUB}"#);
    let custom = |what: &str| field(5, "X", r#"length="9""#).replace("org.jpos.iso.X", what);
    for (text, expected) in [
        (
            custom("com.acme.IFA_MINE"),
            "field 5: class com.acme.IFA_MINE is none of jPOS's own; put a class that is known in \
             its place, import, and write by hand",
        ),
        (
            field(5, "IFA_FLLCHAR", r#"length="9""#),
            "field 5: class org.jpos.iso.IFA_FLLCHAR has room",
        ),
        (
            field(5, "IFA_LLNUM", r#"length="100""#),
            "field 5: the prefix says 99 at most, max is 100",
        ),
        (field(5, "IFA_LLNUM", ""), "field 5: length is missing"),
        (
            field(5, "IFA_NUMERIC", r#"length="x""#),
            "field 5: expected a number from 0 to 999999",
        ),
        (
            field(5, "IFA_NUMERIC", r#"length="0""#),
            "field 5: a field of no bytes",
        ),
        (
            field(5, "IFB_LLNUM", r#"length="9" pad="yes""#),
            "field 5: expected one of true, false",
        ),
        (r#"<isofield length="9"/>"#.into(), ": id is missing"),
        (
            field(200, "IF_CHAR", r#"length="9""#),
            ": expected a number from 0 to 192",
        ),
        (
            made(48, "IFA_LLLCHAR", r#"length="9" packager="com.acme.P""#, ""),
            "field 48: class com.acme.P takes a field apart in a way that is not known here; make \
             an isofield of the field",
        ),
        (
            made(
                48,
                "IFA_LLLCHAR",
                &sub,
                &[
                    field(1, "IFIPM_LLLCHAR", r#"length="9""#),
                    field(2, "IF_CHAR", r#"length="9""#),
                ]
                .concat(),
            ),
            "field 48: a part without a tag among tagged ones",
        ),
        (
            made(48, "IFA_LLLCHAR", &format!(r#"length="9" {SUB}"#), ""),
            "field 48: there is no bitmap",
        ),
        (
            made(48, "IFA_LLLCHAR", &format!(r#"{sub} headerLength="2""#), ""),
            "field 48: a header within a field",
        ),
        (
            field(65, "IFE_BITMAP", r#"length="8""#),
            "field 65: a bitmap that is a field",
        ),
    ] {
        let found = said(&text);
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    let arena = Bump::new();
    for (text, expected) in [
        (
            "<config/>",
            "line 1, column 1: expected one of isopackager; found \"config\"",
        ),
        (
            "<isopackager emitBitmap=\"false\"/>",
            "line 1, column 26: a message without a bitmap cannot be said; describe it as a \
             field's parts",
        ),
        (
            "<isopackager/>",
            "line 1, column 1: there is no bitmap in the field",
        ),
    ] {
        let found = jpos(text, &arena).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{found}");
    }
    let mut deep = String::new();
    for _ in 0..9 {
        deep = made(48, "IFA_LLLCHAR", &sub.replace("\"9\"", "\"99\""), &deep);
    }
    assert!(
        said(&deep).contains("more than 8 levels of parts"),
        "{}",
        said(&deep)
    );
}

#[test]
fn what_is_not_kept_is_noted_with_its_place() {
    let text = [
        field(3, "IFA_NUMERIC", r#"length="6" params="x""#),
        field(3, "IFA_NUMERIC", r#"length="7""#),
        field(41, "IF_CHAR", r#"length="8" trim="true""#),
        r#"<isovalidator class="x"/>"#.into(),
    ];
    let said = notes(&text.join("\n"));
    let expected = [
        "field 3: stands twice; jPOS takes the last of the two, and so does this",
        "field 41: trim lets jPOS read less where the message ends before; here it is an error",
        ": <isovalidator> is not kept",
    ];
    assert_eq!(said, expected);
    let said = notes(&field(3, "IFA_NUMERIC", r#"length="6" params="x""#));
    assert_eq!(said, ["field 3: params is not kept"]);
}
