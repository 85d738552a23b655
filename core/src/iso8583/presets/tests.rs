//! Whole-table tests of the presets, and messages of others read by them.

use super::*;
use crate::iso8583::{Mti, Sensitivity, View, Writer};
use std::collections::BTreeSet;

#[test]
fn every_name_is_there_once_in_both_languages() {
    let names: BTreeSet<_> = PRESETS.iter().map(|spec| spec.name()).collect();
    assert_eq!(names.len(), PRESETS.len());
    for spec in PRESETS {
        assert_eq!(preset(spec.name()), Some(*spec));
        for (number, field) in spec.fields() {
            let place = (spec.name(), number);
            assert!(
                !field.name().is_empty() && field.name().is_ascii(),
                "{place:?}"
            );
            assert!(!field.chinese().is_ascii(), "{place:?}");
        }
    }
}

#[test]
fn every_field_has_a_length_that_its_prefix_can_say() {
    for spec in PRESETS {
        for (number, field) in spec.fields() {
            let place = (spec.name(), number);
            assert!(field.length().most() > 0, "{place:?}");
            if let Length::Var(prefix, most) = field.length() {
                assert!(u32::from(most) <= prefix.most(), "{place:?}");
                let wide = most > 99 || spec.name() == "unionpay-pos";
                assert!(wide || prefix.most() == 99, "{place:?}");
            }
        }
    }
}

/// Bytes of the longest message: those of 1987 and 1993 cannot be too large.
/// Five fields of 2003 hold 9999 each; [`View`] says where a message does.
#[test]
fn the_sum_of_all_lengths_fits_sixteen_bits() {
    for spec in PRESETS {
        let bytes = |field: &FieldSpec<'_>| {
            let wide = 1 + usize::from(field.encoding() == Encoding::Hex);
            field.length().prefix() + wide * usize::from(field.length().most())
        };
        let sum: usize = spec.fields().map(|(_, field)| bytes(field)).sum();
        let large = spec.name().starts_with("iso2003");
        assert_eq!(52 + sum > usize::from(u16::MAX), large, "{}", spec.name());
    }
}

#[test]
fn what_must_not_be_shown_is_not_public() {
    for spec in PRESETS {
        for (number, expected) in [
            (2, Sensitivity::Pan),
            (14, Sensitivity::Secret),
            (35, Sensitivity::Track),
            (36, Sensitivity::Track),
            (45, Sensitivity::Track),
            (52, Sensitivity::Secret),
            (55, Sensitivity::Chip),
            (96, Sensitivity::Secret),
            (102, Sensitivity::Pan),
            (103, Sensitivity::Pan),
        ] {
            if let Some(field) = spec.field(number) {
                assert_eq!(field.sensitivity(), expected, "{} {number}", spec.name());
            }
        }
        let free =
            |field: &FieldSpec<'_>| field.format() == Format::Ans && field.length().most() > 216;
        for (number, field) in spec.fields().filter(|(_, field)| free(field)) {
            let public = field.sensitivity() == Sensitivity::Public;
            assert!(!public, "{} {number}", spec.name());
        }
    }
}

#[test]
fn editions_have_the_fields_of_the_standard() {
    let numbers = |name| {
        let fields = preset(name).unwrap().fields();
        fields.map(|(number, _)| number).collect::<BTreeSet<_>>()
    };
    let all: BTreeSet<u8> = (2..=128).filter(|number| *number != 65).collect();
    assert_eq!(numbers("iso87-bcd"), all);
    assert_eq!(numbers("iso93-bcd"), all);
    let gone = BTreeSet::from([50, 51, 97, 109, 110]);
    assert_eq!(numbers("iso2003-bcd"), &all - &gone);
    for (bcd, ascii) in [("iso87-bcd", "iso87-ascii"), ("iso93-bcd", "iso93-ascii")] {
        assert_eq!(numbers(bcd), numbers(ascii));
    }
}

/// What the editions differ in, by the standard.
#[test]
fn lengths_of_each_edition() {
    for (number, lengths) in [
        (4, [12, 12, 16]),
        (11, [6, 6, 12]),
        (12, [6, 12, 14]),
        (15, [4, 6, 8]),
        (22, [3, 12, 12]),
        (39, [2, 3, 4]),
        (41, [8, 8, 16]),
        (43, [40, 99, 9999]),
        (90, [42, 10, 10]),
    ] {
        let found = ["iso87-bcd", "iso93-bcd", "iso2003-bcd"]
            .map(|name| preset(name).unwrap().field(number).unwrap().length().most());
        assert_eq!(found, lengths, "field {number}");
    }
    let four = ISO2003_ASCII.field(72).unwrap().length();
    assert_eq!(four, Length::Var(Prefix::ascii(4), 9999));
}

/// `moov-0800-netmgmt` and `juks-0800-binbm` of the vectors: messages that
/// other libraries wrote.
#[test]
fn echoes_of_other_libraries_are_read() {
    let ascii = b"0800823A0000000000000400000000000000042009061390000109061304200420001";
    let view = View::decode_strict(&ISO87_ASCII, ascii).unwrap();
    assert_eq!(view.fields().count(), 6);
    assert!(view.field(7).unwrap().characters() == "0420090613");
    assert!(view.field(70).unwrap().characters() == "001");
    // `nao-basei-0800-network-echo`: two bitmaps, and bit 1 does not say so.
    let both = b"080002380100008100000400000000000000\
        06041616166543211616160604001TERMNET1015HEARTBEAT=BASEI301";
    assert!(View::decode(&ISO87_ASCII, both).is_err());
    let view = View::decode_strict(&ISO87_ASCII_128, both).unwrap();
    assert_eq!(view.field(48).unwrap().text(), Some("HEARTBEAT=BASEI"));
    assert!(view.field(70).unwrap().characters() == "301");
    let binary = b"0800\x22\x20\x01\0\0\x80\0\0990000082315171600000183100000001";
    let view = View::decode_strict(&ISO87_ASCII_BINARY, binary).unwrap();
    assert!(view.field(24).unwrap().characters() == "831");
    assert_eq!(view.field(41).unwrap().text(), Some("00000001"));
}

#[test]
fn each_preset_writes_what_it_reads() {
    for spec in PRESETS {
        let mut buffer = [0; 256];
        let trace: &[u8] = match spec.field(11).unwrap().length().most() {
            6 => b"000016",
            _ => b"000000000016",
        };
        let mut writer = Writer::new(spec, &mut buffer, Mti::literal(0x0200));
        writer.digits(2, b"6224242900000113").digits(11, trace);
        writer.digits(35, b"6224242900000113=2806");
        writer.bytes(41, b"T1").bytes(52, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let size = writer.finish().unwrap();
        let view = View::decode_strict(spec, &buffer[..size]).unwrap();
        assert!(view.field(2).unwrap().characters() == "6224242900000113");
        assert!(view.field(11).unwrap().characters().number() == Some(16));
        assert_eq!(view.field(52).unwrap().count(), 8, "{}", spec.name());
        let mut again = [0; 256];
        let mut writer = Writer::new(spec, &mut again, view.mti());
        for field in view.fields() {
            writer.copy(&field);
        }
        assert_eq!(writer.finish(), Ok(size));
        assert_eq!(again[..size], buffer[..size], "{}", spec.name());
    }
}

/// It stood over the field before, where the other bitmaps are in characters.
#[test]
fn a_third_bitmap_is_written_as_its_field_is() {
    for form in [BitmapForm::Binary, BitmapForm::Hex, BitmapForm::EbcdicHex] {
        for encoding in [Encoding::Binary, Encoding::Hex] {
            let fields = FieldTable::<192>::EMPTY
                .with(2, FieldSpec::ll(Format::N, 19))
                .with(65, FieldSpec::fixed(Format::B, 8).encoded(encoding))
                .with(130, FieldSpec::fixed(Format::N, 6));
            let spec = Spec::new("third", fields.slots())
                .mapped(Bitmap::new(form, Extent::TertiaryIn(65)));
            let mut buffer = [0; 128];
            let size = Writer::new(&spec, &mut buffer, Mti::literal(0x0200))
                .digits(2, b"4111111111111111")
                .bytes(65, &[0; 8])
                .digits(130, b"123456")
                .finish()
                .unwrap();
            let view = View::decode(&spec, &buffer[..size]).unwrap();
            assert!(view.field(2).unwrap().digits().unwrap() == "4111111111111111");
            assert!(view.field(130).unwrap().digits().unwrap() == "123456");
            assert_eq!(view.bitmaps()[2], 1 << 62, "{form:?} {encoding:?}");
        }
    }
}
