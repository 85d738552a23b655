use super::{OdaError, Part};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048};

/// Bytes of the longest modulus that EMV has.
pub(super) const MOST: usize = 248;

/// An RSA public key of the chip world: an odd modulus of 64 to 248 bytes, and
/// the exponent 3 or 65537.
///
/// Source: EMV 4.4 Book 2, B2.1.
#[derive(Clone, Copy)]
pub(super) struct RsaKey {
    modulus: [u8; MOST],
    size: usize,
    exponent: u32,
}

impl RsaKey {
    /// A modulus in parts, one behind the other.
    pub(super) fn new(parts: &[&[u8]], exponent: &[u8]) -> Result<Self, OdaError> {
        let mut modulus = [0; MOST];
        let mut size = 0;
        for part in parts {
            let end = size + part.len();
            (modulus.get_mut(size..end))
                .ok_or(OdaError::Modulus { found: end })?
                .copy_from_slice(part);
            size = end;
        }
        let odd = modulus[..size].last().is_some_and(|last| last % 2 == 1);
        if size < 64 || !odd || modulus[0] == 0 {
            return Err(OdaError::Modulus { found: size });
        }
        let exponent = match *exponent {
            [3] => 3,
            [1, 0, 1] => 0x1_0001,
            _ => return Err(OdaError::Exponent),
        };
        Ok(Self {
            modulus,
            size,
            exponent,
        })
    }

    pub(super) fn modulus(&self) -> &[u8] {
        &self.modulus[..self.size]
    }

    pub(super) fn exponent(&self) -> &'static [u8] {
        if self.exponent == 3 { &[3] } else { &[1, 0, 1] }
    }

    /// What a signature of this key says; its first byte is `6A` and its last
    /// `BC` (A2.1).
    pub(super) fn recover(&self, part: Part, signature: &[u8]) -> Result<Recovered, OdaError> {
        let (expected, found) = (self.size, signature.len());
        if expected != found {
            return Err(OdaError::Length {
                part,
                expected,
                found,
            });
        }
        let (modulus, signature) = (wide(self.modulus()), wide(signature));
        let modulus = Odd::new(modulus).into_option();
        let modulus = modulus.ok_or(OdaError::Modulus { found: self.size })?;
        if signature >= *modulus.as_ref() {
            return Err(OdaError::Foreign { part });
        }
        // The modulus and the signature are public, so time may depend on them.
        let params = FixedMontyParams::new_vartime(modulus);
        let base = FixedMontyForm::new(&signature, &params);
        let power = base.pow_bounded_exp(&U2048::from_u32(self.exponent), 17);
        let plain = power.retrieve().to_be_bytes();
        let plain: &[u8] = plain.as_ref();
        let mut recovered = Recovered {
            bytes: [0; MOST],
            size: self.size,
        };
        recovered.bytes[..self.size].copy_from_slice(&plain[plain.len() - self.size..]);
        match recovered.bytes() {
            [0x6A, .., 0xBC] => Ok(recovered),
            _ => Err(OdaError::Foreign { part }),
        }
    }
}

/// What a signature says, from `6A` to `BC`.
#[derive(Clone, Copy)]
pub(super) struct Recovered {
    bytes: [u8; MOST],
    size: usize,
}

impl Recovered {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }
}

/// A number of at most 248 bytes.
fn wide(bytes: &[u8]) -> U2048 {
    let mut whole = [0; 256];
    whole[256 - bytes.len()..].copy_from_slice(bytes);
    U2048::from_be_slice(&whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::string::ToString;
    use std::vec::Vec;

    const VECTORS: &str = include_str!("../../../tests/vectors/crypto/issuer.json");

    fn hex(text: &str) -> Vec<u8> {
        let pairs = (0..text.len()).step_by(2);
        pairs
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    /// The certificates and signatures of two published test cards say byte for
    /// byte what was published.
    #[test]
    fn published_signatures_say_what_they_should() {
        let all: Value = serde_json::from_str(VECTORS).unwrap();
        let mut seen = 0;
        for (group, modulus, exponent, signature) in [
            (
                "emv.oda.issuer_cert",
                "capk_modulus",
                "capk_exponent",
                "tag90",
            ),
            ("emv.oda.sda", "issuer_modulus", "issuer_exponent", "tag93"),
            (
                "emv.oda.icc_cert",
                "issuer_modulus",
                "issuer_exponent",
                "tag9F46",
            ),
            ("emv.oda.dda", "icc_modulus", "icc_exponent", "tag9F4B"),
            ("emv.oda.cda", "icc_modulus", "icc_exponent", "tag9F4B"),
        ] {
            for vector in all[group].as_array().unwrap() {
                let given = |name: &str| hex(vector["input"][name].as_str().unwrap());
                let key = RsaKey::new(&[&given(modulus)], &given(exponent)).unwrap();
                let recovered = key
                    .recover(Part::StaticSignature, &given(signature))
                    .unwrap();
                let expected = vector["expected"]["recovered"].as_str().unwrap();
                assert_eq!(recovered.bytes(), hex(expected), "{}", vector["id"]);
                seen += 1;
            }
        }
        assert_eq!(seen, 6);
    }

    #[test]
    fn what_is_no_key_or_no_signature_of_it_is_refused() {
        let odd = [0xFF; 64];
        let new = |modulus: &[u8], exponent: &[u8]| RsaKey::new(&[modulus], exponent).err();
        for size in [0, 1, 63, 249, 300] {
            let found = OdaError::Modulus { found: size };
            assert_eq!(new(&[0xFF; 300][..size], &[3]), Some(found));
        }
        let mut even = odd;
        even[63] = 0xFE;
        let mut short = odd;
        short[0] = 0;
        for modulus in [even, short] {
            let found = OdaError::Modulus { found: 64 };
            assert_eq!(new(&modulus, &[3]), Some(found));
        }
        for exponent in [&[][..], &[2], &[0, 3], &[1, 0, 0]] {
            assert_eq!(new(&odd, exponent), Some(OdaError::Exponent));
        }
        let key = RsaKey::new(&[&odd], &[3]).unwrap();
        let part = Part::StaticSignature;
        for signature in [&odd[..], &[0; 64], &[1; 64]] {
            let foreign = OdaError::Foreign { part };
            assert_eq!(key.recover(part, signature).err(), Some(foreign));
        }
        let told = key.recover(part, &odd[..63]).err().unwrap().to_string();
        assert_eq!(
            told,
            "static signature (tag 93): expected 64 bytes, as the key above it has, found 63"
        );
    }
}
