//! Certificates and signatures of a card: whatever stands in them, signed with a
//! key that the issuer really has and with a hash that is right or wrong, is
//! read or refused, and never more is read than stands there. And field 55 as
//! the issuer's cryptography reads it.
#![no_main]

use annul::card::Pan;
use annul::crypto::Key;
use annul::crypto::issuer::{CardKey as ChipKey, ChipData, Exchange, Scheme};
use annul::crypto::oda::{CaKey, IssuerKey, Keyed};
use annul::emv::Date;
use arbitrary::Arbitrary;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U512};
use libfuzzer_sys::fuzz_target;
use sha1::{Digest, Sha1};

/// A key of 512 bits, which no terminal has; EMV's shortest is longer.
const MODULUS: U512 = U512::from_be_hex(
    "912F0DB11622FAF4823F3F2EE2F5D871491CF1ACB34401B7EB1DCEC175136231F3DF8E5F0F6186257F08EFCC75BD8E1BE4E901489AE56070739998C95EDE2463",
);
const PRIVATE: U512 = U512::from_be_hex(
    "60CA0920B96CA74DAC2A2A1F41F93AF630BDF673222D567A9CBE89D64E0CEC204C0B4514960B95BE9DF27703392894AA17FD251D2EA4EA8E5638E1EED0A072BB",
);

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    /// What is signed, between `6A` and the hash.
    body: [u8; 42],
    wrong: bool,
    remainder: &'a [u8],
    three: bool,
    record: &'a [u8],
    field: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let modulus = MODULUS.to_be_bytes();
    let modulus: &[u8] = modulus.as_ref();
    let ca = CaKey::new([0xA0, 0, 0, 3, 0x33], 1, modulus, &[3]).unwrap();
    let pan = Pan::parse("6224242900000113").unwrap();
    let day = Date::parse(&[0x26, 0x11, 0x23]).unwrap();
    let exponent: &[u8] = if input.three { &[3] } else { &[1, 0, 1] };
    let records = [input.record];
    let keyed = Keyed {
        remainder: input.remainder,
        exponent,
        records: &records,
    };
    // An issuer's certificate whose key is the same one again cannot be as short
    // as this modulus, so what is below it is tried with the CA's key.
    let issuer = signed(&input, &[input.remainder, exponent]);
    let _ = ca.issuer_key(&issuer, input.remainder, exponent, &pan, day);
    let below = IssuerKey::new(modulus, &[3]).unwrap();
    let _ = below.static_data(&signed(&input, &[input.record]), &records);
    let card = signed(&input, &[input.remainder, exponent, input.record]);
    if let Ok(card) = below.card_key(&card, &keyed, &pan, day) {
        let _ = card.dynamic(&card_signature(&input), input.record);
    }
    let card = annul::crypto::oda::CardKey::new(modulus, &[3]).unwrap();
    let signature = card_signature(&input);
    if let Ok(dynamic) = card.dynamic(&signature, input.record) {
        assert!(dynamic.number().len() < dynamic.data().len());
        assert!(dynamic.data().len() <= 64 - 25);
    }
    let number = [1, 2, 3, 4];
    let signature = signed(&input, &[&number]);
    let _ = card.combined(&signature, number, input.body[0], &records);

    if let Ok(chip) = ChipData::read(input.field) {
        for scheme in Scheme::ALL {
            let key = ChipKey::new(match scheme.cipher {
                annul::crypto::issuer::Cipher::Des => Key::des(&[0x5A; 16]).unwrap(),
                annul::crypto::issuer::Cipher::Sm4 => Key::sm4(&[0x5A; 16]).unwrap(),
                annul::crypto::issuer::Cipher::Aes => Key::aes(&[0x5A; 16]).unwrap(),
            });
            let Ok(exchange) = Exchange::new(&scheme, &key.unwrap(), chip, &mut |_| {}) else {
                continue;
            };
            let made = exchange.cryptogram(&mut |_| {}).unwrap();
            let right = chip.cryptogram().is_some_and(|it| it == made.bytes());
            assert_eq!(exchange.authenticate(&mut |_| {}).is_ok(), right);
        }
    }
});

fn card_signature(input: &Input<'_>) -> Vec<u8> {
    signed(input, &[input.record])
}

/// The body with the hash of itself and what stands behind it, signed.
fn signed(input: &Input<'_>, behind: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha1::new();
    hash.update(input.body);
    for part in behind {
        hash.update(part);
    }
    let mut whole = [0xBC; 64];
    whole[0] = 0x6A;
    whole[1..43].copy_from_slice(&input.body);
    let hash: [u8; 20] = hash.finalize().into();
    whole[43..63].copy_from_slice(&hash);
    whole[62] ^= u8::from(input.wrong);
    let params = FixedMontyParams::new_vartime(Odd::new(MODULUS).unwrap());
    let base = FixedMontyForm::new(&U512::from_be_slice(&whole), &params);
    let signature = base.pow(&PRIVATE).retrieve().to_be_bytes();
    let signature: &[u8] = signature.as_ref();
    signature.to_vec()
}
