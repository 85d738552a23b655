//! What a struct does not take: each error, with its field and place, and no
//! card data in it.

use crate::unionpay;
use annul::card::{CardError, Pan, Track2};
use annul::iso8583::typed::{
    Digits, FieldValue, Misfit, Secret, Text, Track, TypedError, ValueFault, fits,
};
use annul::iso8583::{
    Bitmap, BitmapForm, Extent, Field, FieldSpec, FieldTable, Format, ISO87_ASCII, ISO87_BCD,
    ISO87_EBCDIC, Iso8583, Mti, PRESETS, Sensitivity, Spec, UNIONPAY_FIELDS, UNIONPAY_POS, View,
    Writer,
};

#[derive(Debug, PartialEq, Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Sale<'m> {
    #[field(2)]
    pan: Option<Pan>,
    #[field(4)]
    amount: u64,
    #[field(37)]
    reference: Option<&'m str>,
    #[field(49)]
    currency: Option<[u8; 3]>,
}

/// A message of type 0200 with field 4 and whatever else.
fn wire(spec: &Spec<'_>, fill: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = [0; 10_100];
    let mut writer = Writer::new(spec, &mut buffer, Mti::literal(0x0200));
    fill(&mut writer);
    let size = writer.finish().unwrap();
    buffer[..size].to_vec()
}

fn refused(fill: impl FnOnce(&mut Writer<'_>)) -> TypedError {
    Sale::decode(&wire(&UNIONPAY_POS, fill)).unwrap_err()
}

#[test]
fn bytes_that_are_no_message() {
    let error = Sale::decode(b"\x02\x00\x10").unwrap_err();
    assert!(matches!(error, TypedError::Decode(error) if error.field == 1));
    assert_eq!(error.field(), 1);
}

#[test]
fn another_type() {
    let sample = unionpay::named("G05");
    let error = Sale::decode(sample.message()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "message type at byte 0: expected 0200, found 0210"
    );
    assert_eq!(error.field(), 0);
}

#[test]
fn a_field_that_must_be_there() {
    let error = refused(|writer| {
        writer.bytes(49, b"156");
    });
    assert_eq!(error.to_string(), "field 4 (amount) is not there");
}

#[test]
fn a_field_that_the_struct_does_not_have() {
    let error = refused(|writer| {
        writer.number(4, 1).number(11, 16);
    });
    let expected = TypedError::Unnamed {
        field: 11,
        offset: 16,
    };
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "field 11 at byte 16: the struct does not name it"
    );
}

#[test]
fn a_value_that_the_type_does_not_take() {
    let error = refused(|writer| {
        writer.digits(2, b"622424290000").number(4, 1);
    });
    let expected = TypedError::Value {
        field: 2,
        name: "pan",
        offset: 10,
        fault: ValueFault::Card(CardError::Pan),
    };
    assert_eq!(error, expected);
    let text = error.to_string();
    assert_eq!(
        text,
        "field 2 (pan) at byte 10: card number: expected 13 to 19 digits"
    );
    // National text is no UTF-8.
    let error = refused(|writer| {
        writer.number(4, 1).bytes(37, b"\xB2\xE2\xCA\xD4");
    });
    let fault = ValueFault::Text;
    assert!(
        matches!(error, TypedError::Value { field: 37, offset: 16, fault: found, .. } if found == fault)
    );
}

/// What a damaged message has in its fields of digits, where it is read
/// nevertheless.
#[test]
fn digits_that_are_none() {
    #[derive(Debug, Iso8583)]
    #[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
    struct Coded {
        #[field(4)]
        _amount: Digits<12>,
    }
    let mut bytes = wire(&UNIONPAY_POS, |writer| {
        writer.number(4, 1);
    });
    bytes[11] = 0x0B;
    let partial = View::decode_partial(&UNIONPAY_POS, &bytes).unwrap();
    let fault = |error| match error {
        TypedError::Value { fault, .. } => fault,
        other => panic!("{other}"),
    };
    let error = Sale::from_view(&partial.view).unwrap_err();
    assert_eq!(fault(error), ValueFault::Number);
    let error = Coded::from_view(&partial.view).unwrap_err();
    assert_eq!(fault(error), ValueFault::Character { position: 3 });
}

/// The struct says one dialect, and the message comes in another.
#[test]
fn a_dialect_that_the_struct_does_not_fit() {
    let fields: FieldTable<'_, 64> = UNIONPAY_FIELDS
        .with(4, FieldSpec::fixed(Format::N, 20))
        .with(
            49,
            FieldSpec::fixed(Format::An, 3).shown(Sensitivity::Secret),
        );
    let spec = UNIONPAY_POS.over(fields.slots());
    let bytes = wire(&spec, |writer| {
        writer.digits(4, b"00000000000000000001").bytes(49, b"156");
    });
    let view = View::decode(&spec, &bytes).unwrap();
    let error = Sale::from_view(&view).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field 4 (amount): it has up to 20 digits or characters, the type holds 19"
    );
}

/// A field in the member of another is no message.
#[test]
fn a_field_in_another_place() {
    #[derive(Iso8583)]
    #[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
    struct Forwarded<'m> {
        #[field(41)]
        terminal: Field<'m>,
        #[field(60)]
        class: Field<'m>,
    }
    let sample = unionpay::named("G04");
    let view = View::decode(&UNIONPAY_POS, sample.message()).unwrap();
    let field = |number| view.field(number).unwrap();
    let with = |first, second| Forwarded {
        terminal: field(first),
        class: field(second),
    };
    let mut buffer = [0; 128];
    assert!(with(41, 60).encode(&mut buffer).is_ok());
    assert_eq!(with(42, 60).encode(&mut buffer).unwrap_err().field, 41);
    assert_eq!(with(41, 49).encode(&mut buffer).unwrap_err().field, 60);
}

#[test]
fn each_misfit_is_named() {
    let third = UNIONPAY_POS.mapped(Bitmap::new(BitmapForm::Binary, Extent::TertiaryIn(52)));
    let cases: &[(Result<(), Misfit>, Misfit)] = &[
        (fits::<u64>(&UNIONPAY_POS, 7), Misfit::Unknown),
        (fits::<u64>(&UNIONPAY_POS, 0), Misfit::Unknown),
        (fits::<u64>(&UNIONPAY_POS, 65), Misfit::Unknown),
        (fits::<Field<'_>>(&third, 52), Misfit::Bitmap),
        (fits::<u64>(&UNIONPAY_POS, 41), Misfit::Format(Format::Ans)),
        (fits::<[u8; 6]>(&UNIONPAY_POS, 3), Misfit::Format(Format::N)),
        (fits::<&[u8]>(&UNIONPAY_POS, 3), Misfit::Format(Format::N)),
        (
            fits::<Secret<Digits<37>>>(&UNIONPAY_POS, 35),
            Misfit::Format(Format::Z),
        ),
        (fits::<&str>(&UNIONPAY_POS, 64), Misfit::Format(Format::B)),
        // Not packed, so that `=` separates it.
        (fits::<Track2>(&ISO87_ASCII, 35), Misfit::Format(Format::Z)),
        (fits::<[u8; 9]>(&ISO87_BCD, 28), Misfit::Format(Format::Xn)),
        (fits::<u64>(&UNIONPAY_POS, 32), Misfit::Varies { most: 11 }),
        (
            fits::<[u8; 25]>(&UNIONPAY_POS, 44),
            Misfit::Varies { most: 25 },
        ),
        (
            fits::<[u8; 9]>(&UNIONPAY_POS, 41),
            Misfit::Length { field: 8, holds: 9 },
        ),
        (
            fits::<u32>(&UNIONPAY_POS, 4),
            Misfit::Small {
                field: 12,
                holds: 9,
            },
        ),
        (
            fits::<Digits<5>>(&UNIONPAY_POS, 3),
            Misfit::Small { field: 6, holds: 5 },
        ),
        (
            fits::<Track<36>>(&UNIONPAY_POS, 35),
            Misfit::Small {
                field: 37,
                holds: 36,
            },
        ),
        (
            fits::<Text<24>>(&UNIONPAY_POS, 44),
            Misfit::Small {
                field: 25,
                holds: 24,
            },
        ),
        (fits::<&str>(&ISO87_EBCDIC, 41), Misfit::Encoding),
        (fits::<&[u8]>(&ISO87_ASCII, 64), Misfit::Encoding),
        (fits::<[u8; 8]>(&UNIONPAY_POS, 52), Misfit::Shown),
        (fits::<&[u8]>(&UNIONPAY_POS, 55), Misfit::Shown),
        (fits::<Digits<4>>(&UNIONPAY_POS, 14), Misfit::Shown),
    ];
    for (index, (found, expected)) in cases.iter().enumerate() {
        assert_eq!(found, &Err(*expected), "case {index}");
        assert!(!expected.to_string().is_empty());
    }
}

/// Writes a value and reads it again, where its type fits the field; 1 where it
/// does.
macro_rules! again {
    ($spec:ident, $number:ident, $of:ty, $value:expr) => {
        match ($value, fits::<$of>($spec, $number)) {
            (Some(value), Ok(())) => {
                let value: $of = value;
                let bytes = wire($spec, |writer| value.write($number, writer));
                let view = View::decode($spec, &bytes).unwrap();
                let read = <$of>::read(&view.field($number).unwrap());
                let same = read.is_ok_and(|read| read == value);
                assert!(same, "{} {}", $spec.name(), $number);
                1
            }
            _ => 0,
        }
    };
}

/// Whatever fits a field of a preset, its longest value is written and read.
#[test]
fn what_fits_is_written_and_read() {
    let mut tried = 0;
    for spec in PRESETS {
        for (number, field) in spec.fields() {
            let most = usize::from(field.length().most());
            let digits = &vec![b'1'; most][..];
            let text = match field.format() {
                Format::Xn => [b"C", &digits[1..]].concat(),
                _ => vec![b'A'; most],
            };
            let text = &text[..];
            let str = std::str::from_utf8(text).ok();
            let ones = |digits: usize| 10_u64.checked_pow(digits as u32).map(|ten| ten / 9);
            tried += again!(spec, number, u64, ones(most))
                + again!(spec, number, Digits<42>, Digits::new(digits))
                + again!(spec, number, Track<104>, Track::new(digits))
                + again!(spec, number, [u8; 3], text.try_into().ok())
                + again!(
                    spec,
                    number,
                    Secret<[u8; 8]>,
                    text.try_into().ok().map(Secret::<[u8; 8]>::new)
                )
                + again!(
                    spec,
                    number,
                    Secret<Text<999>>,
                    Text::new(text).map(Secret::new)
                )
                + again!(spec, number, Secret<&[u8]>, Some(Secret::new(text)))
                + again!(spec, number, Secret<&str>, str.map(Secret::new));
        }
    }
    assert!(tried > 2000, "{tried}");
}
