//! Any bytes under any entry: told or refused, without a heap, and masked.

use crate::vectors::{bytes, group, hex, text};
use annul::emv::{
    Context, Dictionary, Edition, Masked, Name, Secrets, describe, entries, sensitivity,
};
use annul::tlv::{Mode, Reader, Tag};
use std::fmt::Write;

/// A text that takes no heap, and forgets what does not fit.
#[derive(Default)]
struct Screen {
    length: usize,
}

impl Write for Screen {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.length += text.len();
        Ok(())
    }
}

/// Numbers that are the same in every run.
struct Chance(u32);

impl Chance {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 24) as u8
    }
}

#[test]
fn any_value_of_any_entry_is_told_or_refused_without_a_heap() {
    let mut chance = Chance(1);
    let mut screen = Screen::default();
    let (mut told, mut refused) = (0, 0);
    let counted = allocation_counter::measure(|| {
        for entry in entries() {
            let mut context = Context::new(Dictionary::new(entry.kernel(), Edition::Emv44));
            for length in 0..=40 {
                let mut value = [0; 40];
                for byte in &mut value {
                    *byte = chance.byte();
                }
                let value = &value[..length];
                context.secrets = match length % 2 {
                    0 => Secrets::Masked,
                    _ => Secrets::Revealed,
                };
                let said = describe(entry, value, &context, &mut |part| {
                    for tongue in [Name::english, Name::chinese] {
                        write!(
                            screen,
                            "{}{}{}",
                            part.key(),
                            part.text(tongue),
                            part.json(tongue)
                        )
                        .unwrap();
                    }
                });
                write!(screen, "{}", Masked::new(entry.tag(), value)).unwrap();
                match said {
                    Ok(()) => told += 1,
                    Err(error) => {
                        assert!(error.offset() <= value.len(), "{entry:?} {error}");
                        write!(screen, "{error}").unwrap();
                        refused += 1;
                    }
                }
            }
        }
    });
    assert_eq!(counted.count_total, 0);
    assert!(told > 10_000 && refused > 5_000, "{told} {refused}");
    assert!(screen.length > 100_000);
}

/// The middle of a card number, in whatever holds the number.
#[test]
fn what_holds_a_card_number_is_shown_without_it() {
    for vector in group("track2") {
        let Some(pan) = vector["pan"].as_str() else {
            continue;
        };
        let track = bytes(text(&vector, "hex"));
        let packed = format!("{pan}{}", if pan.len() % 2 == 1 { "F" } else { "" });
        let object = |tag: &str, value: &[u8]| {
            [
                &bytes(tag)[..],
                &[u8::try_from(value.len()).unwrap()],
                value,
            ]
            .concat()
        };
        let inner = [
            object("57", &track),
            object("5A", &bytes(&packed)),
            object("9F02", &[0x11; 6]),
        ];
        let record = object("70", &inner.concat());
        let nested = object("77", &object("A5", &record));
        for bytes in [&record, &nested] {
            let shown = [
                Masked::objects(bytes).to_string(),
                Masked::new(Tag::literal(0x6F), bytes).to_string(),
                // What is cut off is not shown either.
                Masked::objects(&bytes[..bytes.len() - 20]).to_string(),
                Masked::objects(&bytes[1..]).to_string(),
            ];
            for shown in shown {
                assert!(!shown.contains(&pan[6..pan.len() - 4]), "{shown}");
            }
            assert!(Masked::objects(bytes).hides());
        }
        let whole = Masked::objects(&record).to_string();
        assert!(whole.contains("9F0206111111111111"), "{whole}");
        assert_eq!(whole.len(), 2 * record.len());
        assert!(!Masked::objects(&object("9F02", &[0; 6])).hides());
    }
}

/// All that any vector of field 55 says of its values, masked: no digits of
/// any card in a row but those that may be seen.
#[test]
fn parts_of_secrets_are_one_masked_part() {
    let dictionary = Dictionary::UNIONPAY;
    for vector in group("de55") {
        let value = bytes(text(&vector, "hex"));
        for object in Reader::new(&value, Mode::Emv).flatten() {
            let Some(entry) = dictionary.entry(None, object.tag()) else {
                continue;
            };
            let mut parts = Vec::new();
            let _ = describe(
                &entry,
                object.value(),
                &Context::new(dictionary),
                &mut |part| {
                    parts.push(part.text(Name::english).to_string());
                },
            );
            if object.tag() == Tag::literal(0x57) {
                assert_eq!(parts, ["Masked: 476173******0119=********************"]);
            }
            assert!(parts.iter().all(|part| !part.contains("900101")));
        }
    }
}

/// The same card in primitive objects, whose tags do not say what is in them.
#[test]
fn what_no_tag_announces_is_hidden_too() {
    let primitive = [
        "DF10", "80", "83", "9F10", "50", "9F4D", "8C", "9F06", "DF8129",
    ];
    for vector in group("track2") {
        let Some(pan) = vector["pan"].as_str() else {
            continue;
        };
        let track = text(&vector, "hex");
        let written = hex(vector["ascii"].as_str().unwrap().as_bytes());
        let filled = format!("{pan}{}", if pan.len() % 2 == 1 { "F" } else { "" });
        let size = |digits: &str| format!("{:02X}", digits.len() / 2);
        let inner = [
            format!("5A{}{filled}", size(&filled)),
            format!("57{}{track}", size(track)),
            format!("57{}{written}", size(&written)),
            format!("9F36020001{track}"),
            format!("01{written}"),
            format!("5F2008534D4954482F414C5A{}{filled}", size(&filled)),
            // Cut off.
            format!("57{}{}", size(track), &track[..20]),
        ];
        for (inner, tag) in inner
            .iter()
            .flat_map(|inner| primitive.map(|tag| (inner, tag)))
        {
            let value = bytes(inner);
            let tag = Tag::from_hex(tag).unwrap();
            assert!(Masked::new(tag, &value).hides(), "{tag} {inner}");
            let mut shown = Masked::new(tag, &value).to_string();
            assert_eq!(shown.len(), inner.len());
            for entry in annul::emv::meanings(tag) {
                let context = Context::new(Dictionary::UNIONPAY);
                let _ = describe(entry, &value, &context, &mut |part| {
                    shown += &part.text(Name::english).to_string();
                    shown += &part.json(Name::chinese).to_string();
                });
            }
            let middle = &pan[3..pan.len() - 6];
            for secret in [middle, &hex(middle.as_bytes()), "534D495448"] {
                assert!(!shown.contains(secret), "{tag} {inner}: {shown}");
            }
        }
    }
}

/// Digits that look like a card's and are none, and values beside them.
#[test]
fn what_is_public_stays_to_be_read() {
    for vector in group("de55").iter().chain(&group("bits")) {
        let value = bytes(text(vector, "hex"));
        for object in Reader::new(&value, Mode::Ff).flatten() {
            let (tag, value) = (object.tag(), object.value());
            let command = tag == Tag::literal(0x86);
            if !tag.is_constructed() && !command && sensitivity(tag).is_public() {
                assert_eq!(Masked::new(tag, value).to_string(), hex(value));
            }
        }
    }
    let number = bytes("6224242900000113");
    let shown = |tag| Masked::new(Tag::literal(tag), &number).to_string();
    assert_eq!(shown(0x9F26), "6224242900000113", "a cryptogram may be so");
    assert_eq!(shown(0xDF7F), "*".repeat(16), "a vendor's value not");
}

/// Objects in objects in objects, each in a primitive one: no stack is used up.
#[test]
fn objects_in_primitive_ones_without_end() {
    let mut value = bytes("5A086224242900000113");
    while value.len() < 60_000 {
        let mut around = bytes("DF1082");
        around.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        around.append(&mut value);
        value = around;
    }
    let masked = Masked::new(Tag::literal(0xDF10), &value);
    assert!(masked.hides() && !masked.to_string().contains("2429000001"));
}

/// One that seems to end in the middle of another hides it none the less.
#[test]
fn card_data_that_overlap_are_hidden_to_the_end_of_both() {
    let value = bytes("0057095555555D5A086224242900000113FF");
    let shown = Masked::new(Tag::literal(0x9F10), &value).to_string();
    assert!(!shown.contains("29000001"), "{shown}");
    assert_eq!(shown.len(), 2 * value.len());
}

#[test]
fn a_pin_in_a_script_is_not_shown() {
    let script = bytes("860D0020008008241234FFFFFFFFFF860584240000009F180400000001");
    let shown = Masked::new(Tag::literal(0x72), &script).to_string();
    assert_eq!(
        shown,
        "860D0020008008****************860584240000009F180400000001"
    );
    // PIN CHANGE, and a command that is torn.
    for (script, expected) in [
        (
            "860D8424000008C1A2B3C4D5E6F708",
            "860D8424000008****************",
        ),
        ("860A0020008008241234FFFF", "860A0020008008**********"),
    ] {
        let shown = Masked::new(Tag::literal(0x72), &bytes(script)).to_string();
        assert_eq!(shown, expected);
    }
}
