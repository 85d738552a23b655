//! PIN blocks: every published value of ISO 9564-1, formats 0 to 4, every rule
//! that a reader refuses by, and UnionPay's blocks with and without the card
//! number. The data are in `vectors/crypto/pin_blocks.json`.

use annul::card::{Pan, Pin};
use annul::crypto::pin::{
    Format, LetterFill, PinBlock, PinBlockError, UniqueFill, WideBlock, decrypt,
};
use annul::crypto::{Key, PinKey, Usage};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop};

const VECTORS: &str = include_str!("vectors/crypto/pin_blocks.json");
const KEY: &str = "0123456789ABCDEFFEDCBA9876543210";

fn group(name: &str, count: usize) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = vectors[name].as_array().unwrap().clone();
    assert_eq!(vectors.len(), count, "{name}");
    vectors
}

fn given<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector["input"][name].as_str().unwrap()
}

fn wanted<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector["expected"][name].as_str().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn pin(text: &str) -> Pin {
    Pin::parse(text).unwrap()
}

fn pan(text: &str) -> Pan {
    Pan::parse(text).unwrap()
}

fn des_key() -> PinKey {
    PinKey::new(Key::des_hex(KEY).unwrap())
}

/// The block in clear, as a host's hardware would see it.
fn clear(block: PinBlock) -> Vec<u8> {
    let mut bytes = block.encrypt(&des_key()).unwrap();
    Key::des_hex(KEY).unwrap().decrypt(&mut bytes).unwrap();
    bytes.to_vec()
}

/// Reads a block given in clear.
fn read(block: &[u8], format: Format<'_>) -> Result<String, PinBlockError> {
    let mut block = block.to_vec();
    if block.len().is_multiple_of(8) {
        Key::des_hex(KEY).unwrap().encrypt(&mut block).unwrap();
    }
    let pin = decrypt(&block, format, &des_key())?;
    Ok(String::from_utf8(pin.reveal().to_vec()).unwrap())
}

#[test]
fn format_0_is_that_of_the_standard() {
    for vector in group("pinblock.iso0", 4) {
        let (digits, card) = (given(&vector, "pin"), pan(given(&vector, "pan")));
        let block = hex(wanted(&vector, "block"));
        assert_eq!(clear(PinBlock::with_pan(&pin(digits), &card)), block);
        assert_eq!(read(&block, Format::Iso0(&card)), Ok(digits.to_owned()));
        if let Some(encrypted) = vector["expected"]["encrypted"].as_str() {
            assert_eq!(given(&vector, "key"), KEY);
            let made = PinBlock::with_pan(&pin(digits), &card).encrypt(&des_key());
            assert_eq!(made.unwrap()[..], hex(encrypted));
        }
    }
}

#[test]
fn format_0_refuses_what_breaks_its_rules() {
    let errors = [
        PinBlockError::Control {
            expected: 0,
            found: 2,
        },
        PinBlockError::Size {
            expected: 8,
            found: 7,
        },
        PinBlockError::Length { found: 15 },
        PinBlockError::Pan,
    ];
    for (vector, error) in group("pinblock.iso0.reject", 4).iter().zip(errors) {
        let card = pan(given(vector, "pan"));
        let block = hex(given(vector, "block"));
        assert_eq!(read(&block, Format::Iso0(&card)), Err(error), "{vector}");
    }
}

#[test]
fn format_1_takes_any_fill() {
    for vector in group("pinblock.iso1", 1) {
        let fill = hex(&format!("{}0", given(&vector, "fill_nibbles")));
        let fill = UniqueFill::new(fill.try_into().unwrap());
        let digits = given(&vector, "pin");
        let block = hex(wanted(&vector, "block"));
        assert_eq!(clear(PinBlock::format_1(&pin(digits), fill)), block);
        assert_eq!(read(&block, Format::Iso1), Ok(digits.to_owned()));
    }
}

#[test]
fn format_2_is_that_of_the_standard_and_refuses_the_rest() {
    for vector in group("pinblock.iso2", 6) {
        let digits = given(&vector, "pin");
        let block = hex(wanted(&vector, "block"));
        assert_eq!(clear(PinBlock::format_2(&pin(digits))), block);
        assert_eq!(read(&block, Format::Iso2), Ok(digits.to_owned()));
    }
    let errors = [
        PinBlockError::Length { found: 2 },
        PinBlockError::Fill { place: 15 },
        PinBlockError::Digit { place: 12 },
    ];
    for (vector, error) in group("pinblock.iso2.reject", 3).iter().zip(errors) {
        let block = hex(given(vector, "block"));
        assert_eq!(read(&block, Format::Iso2), Err(error), "{vector}");
    }
}

#[test]
fn format_3_is_read_and_made() {
    let vectors = group("pinblock.iso3", 3);
    for vector in &vectors[..2] {
        let card = pan(given(vector, "pan"));
        let block = hex(given(vector, "block"));
        let digits = wanted(vector, "pin");
        assert_eq!(read(&block, Format::Iso3(&card)), Ok(digits.to_owned()));
        // Their fill is F throughout.
        let fill = LetterFill::new([0xFF; 5]).unwrap();
        let made = PinBlock::format_3(&pin(digits), &card, fill);
        assert_eq!(clear(made), block);
    }
    // The PIN field alone: that of a card number of zeros.
    let vector = &vectors[2];
    let fill = LetterFill::new([hex(given(vector, "fill"))[0]; 5]).unwrap();
    let zeros = pan("0000000000000");
    let made = PinBlock::format_3(&pin(given(vector, "pin")), &zeros, fill);
    assert_eq!(clear(made), hex(wanted(vector, "pin_field")));
}

/// One nibble of a sound block after the other set to every value: read where
/// the format says so, and refused by the rule that this nibble is under.
#[test]
fn every_nibble_is_under_its_rule() {
    let zeros = pan("0000000000000");
    type Rule = fn(u8) -> bool;
    let formats: [(Format<'_>, u8, Rule); 5] = [
        (Format::Iso0(&zeros), 0, |fill| fill == 0xF),
        (Format::Iso1, 1, |_| true),
        (Format::Iso2, 2, |fill| fill == 0xF),
        (Format::Iso3(&zeros), 3, |fill| fill >= 0xA),
        (Format::UnionPay, 0, |fill| fill == 0xF),
    ];
    for (format, control, fill_allowed) in formats {
        let with_pan = matches!(format, Format::Iso0(_) | Format::Iso3(_));
        for (index, value) in (0..16).flat_map(|index| (0..16).map(move |value| (index, value))) {
            let mut nibbles = [0xF_u8; 16];
            nibbles[..8].copy_from_slice(&[control, 6, 1, 2, 3, 4, 5, 6]);
            nibbles[index] = value;
            let block: Vec<u8> = nibbles.chunks(2).map(|two| two[0] << 4 | two[1]).collect();
            let place = index as u8;
            let blamed = |index: usize, error| {
                if with_pan && index >= 4 {
                    PinBlockError::Pan
                } else {
                    error
                }
            };
            let expected = match index {
                0 if value != control => Err(PinBlockError::Control {
                    expected: control,
                    found: value,
                }),
                1 if !(4..=12).contains(&value) => Err(PinBlockError::Length { found: value }),
                // A longer PIN has digits where the fill is, a shorter one
                // fill where the digits are.
                1 if value > 6 => Err(blamed(8, PinBlockError::Digit { place: 7 })),
                1 if value < 6 && !fill_allowed(5) => {
                    let fill = PinBlockError::Fill { place: value + 3 };
                    Err(blamed(usize::from(value) + 2, fill))
                }
                2..8 if value > 9 => Err(blamed(index, PinBlockError::Digit { place: place - 1 })),
                8.. if !fill_allowed(value) => {
                    Err(blamed(index, PinBlockError::Fill { place: place + 1 }))
                }
                _ => Ok(()),
            };
            let found = read(&block, format).map(drop);
            assert_eq!(
                found, expected,
                "control {control}, nibble {index} = {value}"
            );
        }
    }
}

#[test]
fn unionpays_block_is_read_without_the_card_number() {
    let block = PinBlock::without_pan(&pin("111111"))
        .encrypt(&des_key())
        .unwrap();
    let read = decrypt(&block, Format::UnionPay, &des_key()).ok().unwrap();
    assert_eq!(read.reveal(), b"111111");
}

/// Computed with OpenSSL's SM4 from the layout.
#[test]
fn sm4_blocks_have_sixteen_bytes() {
    let key = || PinKey::new(Key::sm4(&[0x22; 16]).unwrap());
    for (digits, card, expected) in [
        (
            "111111",
            Some("6216261000000000018"),
            "3A9E269D78B272982354B6D13DB1F2B0",
        ),
        (
            "12345",
            Some("6224242900000113"),
            "5F6899D989D9AF2CF2B5B1195CFC63DE",
        ),
        ("111111", None, "FD92270E35EC4CDF618DF97AE64A89B4"),
    ] {
        let card = card.map(pan);
        let block = match &card {
            Some(card) => WideBlock::with_pan(&pin(digits), card),
            None => WideBlock::without_pan(&pin(digits)),
        };
        let block = block.encrypt(&key()).unwrap();
        assert_eq!(block[..], hex(expected));
        let read = decrypt(&block, Format::Sm4(card.as_ref()), &key())
            .ok()
            .unwrap();
        assert_eq!(read.reveal(), digits.as_bytes());
    }
    let (card, other) = (pan("6216261000000000018"), pan("6224242900000113"));
    let block = WideBlock::with_pan(&pin("111111"), &card)
        .encrypt(&key())
        .unwrap();
    let refused = decrypt(&block, Format::Sm4(Some(&other)), &key()).err();
    assert_eq!(refused, Some(PinBlockError::Pan));
    let refused = decrypt(&block[..8], Format::Sm4(Some(&card)), &key()).err();
    let size = PinBlockError::Size {
        expected: 16,
        found: 8,
    };
    assert_eq!(refused, Some(size));
}

#[test]
fn keys_of_another_cipher_are_refused() {
    let sm4 = PinKey::new(Key::sm4(&[0x22; 16]).unwrap());
    assert_eq!(
        PinBlock::format_2(&pin("1234"))
            .encrypt(&sm4)
            .unwrap_err()
            .usage,
        Usage::Pin
    );
    assert!(
        WideBlock::without_pan(&pin("1234"))
            .encrypt(&des_key())
            .is_err()
    );
    let refused = |error: Option<PinBlockError>| matches!(error, Some(PinBlockError::Key(_)));
    assert!(refused(
        decrypt(&[0; 16], Format::Sm4(None), &des_key()).err()
    ));
    for format in [Format::Iso1, Format::Iso2, Format::UnionPay] {
        assert!(refused(decrypt(&[0; 8], format, &sm4).err()));
    }
}

#[test]
fn blocks_wipe_themselves() {
    fn wipes<T: ZeroizeOnDrop>() {}
    wipes::<PinBlock>();
    wipes::<WideBlock>();
    wipes::<Pin>();
    // A wiped block enciphers to what zeros do.
    let mut block = PinBlock::format_2(&pin("1234"));
    block.zeroize();
    assert_eq!(clear(block), [0; 8]);
    let mut block = WideBlock::without_pan(&pin("1234"));
    block.zeroize();
    let key = || Key::sm4(&[0x22; 16]).unwrap();
    let mut zeros = [0; 16];
    key().encrypt(&mut zeros).unwrap();
    assert_eq!(block.encrypt(&PinKey::new(key())), Ok(zeros));
}

#[cfg(feature = "aes")]
mod format_4 {
    use super::*;
    use annul::crypto::pin::{Format4Block, PanField};

    const AES: &str = "00112233445566778899AABBCCDDEEFF";

    fn raw(hex: &str) -> Key {
        Key::aes_hex(hex).unwrap()
    }

    /// The block of a PIN field in clear, built by the standard's picture.
    fn enciphered(field: &[u8], pan: &PanField, key: &str) -> Vec<u8> {
        let mut block = field.to_vec();
        raw(key).encrypt(&mut block).unwrap();
        for (byte, pan) in block.iter_mut().zip(pan.reveal()) {
            *byte ^= pan;
        }
        raw(key).encrypt(&mut block).unwrap();
        block
    }

    #[test]
    fn fields_and_blocks_are_those_of_the_standard() {
        let test_pan = PanField::new(&pan("4111111111111111"));
        for vector in group("pinblock.iso4", 7) {
            let input = |name: &str| vector["input"][name].as_str();
            let expected = |name: &str| vector["expected"][name].as_str();
            let field = input("pan").map(|pan| PanField::parse(pan).unwrap());
            if let Some(bytes) = expected("pan_field") {
                assert_eq!(field.as_ref().unwrap().reveal()[..], hex(bytes));
            }
            let (card, key) = (
                field.as_ref().unwrap_or(&test_pan),
                input("key").unwrap_or(AES),
            );
            let pin_key = PinKey::new(raw(key));
            if let Some(digits) = input("pin") {
                let random = hex(input("random").unwrap_or("0000000000000000"));
                let made = Format4Block::new(&pin(digits), random.try_into().unwrap());
                let made = made.encrypt(card, &pin_key).unwrap();
                if let Some(bytes) = expected("encrypted") {
                    assert_eq!(made[..], hex(bytes));
                }
                if let Some(bytes) = expected("pin_field") {
                    assert_eq!(made[..], enciphered(&hex(bytes), card, key));
                }
                if let Some(half) = expected("pin_field_first8") {
                    let field = hex(&format!("{half}0000000000000000"));
                    assert_eq!(made[..], enciphered(&field, card, key));
                }
                let read = decrypt(&made, Format::Iso4(card), &pin_key).ok().unwrap();
                assert_eq!(read.reveal(), digits.as_bytes());
            }
            if let Some(block) = input("encrypted") {
                let field = hex(expected("pin_field").unwrap());
                assert_eq!(enciphered(&field, card, key), hex(block));
                let read = decrypt(&hex(block), Format::Iso4(card), &pin_key)
                    .ok()
                    .unwrap();
                assert_eq!(read.reveal(), expected("pin").unwrap().as_bytes());
            }
        }
    }

    #[test]
    fn rules_that_are_broken_are_named() {
        let card = PanField::new(&pan("6224242900000113"));
        let read = |field: &str| {
            let block = enciphered(&hex(field), &card, AES);
            let pin = decrypt(&block, Format::Iso4(&card), &PinKey::new(raw(AES)));
            pin.map(drop)
        };
        for vector in group("pinblock.iso4.reject", 1) {
            let refused = read(given(&vector, "pin_field"));
            assert_eq!(refused, Err(PinBlockError::Length { found: 3 }));
        }
        let random = "548ED7FD65495950";
        for (half, error) in [
            (
                "341234AAAAAAAAAA",
                PinBlockError::Control {
                    expected: 4,
                    found: 3,
                },
            ),
            ("4D12341234123412", PinBlockError::Length { found: 13 }),
            ("4412A4AAAAAAAAAA", PinBlockError::Digit { place: 3 }),
            ("441234AAAAAAAAAB", PinBlockError::Fill { place: 16 }),
            ("441234FFFFFFFFFF", PinBlockError::Fill { place: 7 }),
        ] {
            assert_eq!(read(&format!("{half}{random}")), Err(error), "{half}");
        }
        assert_eq!(read(&format!("441234AAAAAAAAAA{random}")), Ok(()));
    }

    #[test]
    fn other_keys_sizes_and_account_numbers_are_refused() {
        let card = PanField::new(&pan("6224242900000113"));
        let refused = |block: &[u8], key: Key| {
            decrypt(block, Format::Iso4(&card), &PinKey::new(key))
                .err()
                .unwrap()
        };
        assert!(matches!(
            refused(&[0; 16], Key::sm4(&[1; 16]).unwrap()),
            PinBlockError::Key(_)
        ));
        assert!(matches!(
            refused(&[0; 16], Key::des(&[1; 16]).unwrap()),
            PinBlockError::Key(_)
        ));
        let size = PinBlockError::Size {
            expected: 16,
            found: 8,
        };
        assert_eq!(refused(&[0; 8], raw(AES)), size);
        let block = Format4Block::new(&pin("1234"), [0; 8]);
        assert!(block.encrypt(&card, &des_key()).is_err());
        for number in ["", "12345678901234567890", "1234x", "12345６"] {
            assert!(PanField::parse(number).is_none());
        }
    }

    #[test]
    fn fields_wipe_themselves() {
        fn wipes<T: ZeroizeOnDrop>() {}
        wipes::<Format4Block>();
        let mut field = PanField::new(&pan("6224242900000113"));
        field.zeroize();
        assert_eq!(field.reveal(), &[0; 16]);
        let mut block = Format4Block::new(&pin("1234"), [7; 8]);
        block.zeroize();
        let wiped = block.encrypt(&field, &PinKey::new(raw(AES))).unwrap();
        assert_eq!(wiped[..], enciphered(&[0; 16], &field, AES));
    }
}
