//! The codes of a header: what a key is for, of which cipher, and what may be
//! done with it (X9.143:2021, tables 2 to 6).

use super::error::Found;
use super::read::{Charset, Reader};
use super::{Field, KeyBlockError, Rules};
use core::fmt;

/// A code of a header, with the values that the standard has. Another value
/// is carried as it is.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident[$size:literal] proprietary: $proprietary:literal; $($constant:ident $code:literal $meaning:literal,)+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; $size]);

        impl $name {
            $(
                #[doc = $meaning]
                pub const $constant: Self = Self(*$code);
            )+

            /// Those of the standard, and what they mean.
            pub const KNOWN: &[(Self, &str)] = &[$((Self::$constant, $meaning),)+];

            /// A code of letters and digits.
            pub fn new(code: [u8; $size]) -> Option<Self> {
                code.iter().all(u8::is_ascii_alphanumeric).then_some(Self(code))
            }

            /// The characters.
            pub fn code(&self) -> &str {
                core::str::from_utf8(&self.0).unwrap_or_default()
            }

            /// What it means; none of a code that the standard does not have.
            pub fn meaning(self) -> Option<&'static str> {
                (Self::KNOWN.iter()).find_map(|(code, meaning)| (*code == self).then_some(*meaning))
            }

            /// True of digits where the standard leaves these to manufacturers.
            pub fn is_proprietary(self) -> bool {
                $proprietary && self.0.iter().all(u8::is_ascii_digit)
            }

            /// The next characters of a header.
            pub(super) fn read(
                reader: &mut Reader<'_>,
                field: Field,
                rules: Rules,
            ) -> Result<Self, KeyBlockError> {
                let offset = reader.offset();
                let code = Self(reader.array(field, Charset::Alphanumeric)?);
                let fine = code.meaning().is_some() || code.is_proprietary();
                if fine || rules == Rules::Interoperable {
                    return Ok(code);
                }
                Err(KeyBlockError::Field {
                    field,
                    offset,
                    expected: "a code of X9.143",
                    found: Found::new(&code.0),
                })
            }

            pub(super) const fn bytes(self) -> [u8; $size] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.code())
            }
        }
    };
}

codes! {
    /// What a key is for, two characters.
    KeyUsage[2] proprietary: true;
    BASE_DERIVATION b"B0" "base derivation key (BDK)",
    INITIAL_DUKPT b"B1" "initial DUKPT key (IK, IPEK)",
    BASE_VARIANT b"B2" "base key variant key (deprecated)",
    DERIVATION b"B3" "key derivation key, not of ANSI X9.24",
    CARD_VERIFICATION b"C0" "card verification key (CVK)",
    DATA b"D0" "symmetric key for data encryption",
    ASYMMETRIC_DATA b"D1" "asymmetric key for data encryption",
    DECIMALIZATION b"D2" "data encryption key for a decimalization table",
    SENSITIVE_DATA b"D3" "data encryption key for sensitive data",
    EMV_CRYPTOGRAMS b"E0" "EMV issuer master key: application cryptograms",
    EMV_CONFIDENTIALITY b"E1" "EMV issuer master key: secure messaging, confidentiality",
    EMV_INTEGRITY b"E2" "EMV issuer master key: secure messaging, integrity",
    EMV_DATA_AUTHENTICATION b"E3" "EMV issuer master key: data authentication code",
    EMV_DYNAMIC_NUMBERS b"E4" "EMV issuer master key: dynamic numbers",
    EMV_PERSONALIZATION b"E5" "EMV issuer master key: card personalization",
    EMV_OTHER b"E6" "EMV issuer master key: other",
    EMV_PIN_KEY_PAIR b"E7" "EMV asymmetric key pair for PIN encryption",
    INITIALIZATION_VECTOR b"I0" "initialization vector",
    KEY_ENCRYPTION b"K0" "key encryption or wrapping key (KEK)",
    PROTECTION b"K1" "key block protection key (KBPK)",
    TR34_KEY_PAIR b"K2" "TR-34 asymmetric key pair of a key receiving device",
    KEY_AGREEMENT b"K3" "asymmetric key pair for key wrapping or agreement",
    ISO20038_PROTECTION b"K4" "ISO 20038 key block protection key",
    ISO16609_MAC b"M0" "ISO 16609 MAC algorithm 1, of TDES",
    MAC_1 b"M1" "ISO 9797-1 MAC algorithm 1 (CBC-MAC)",
    MAC_2 b"M2" "ISO 9797-1 MAC algorithm 2",
    MAC_3 b"M3" "ISO 9797-1 MAC algorithm 3 (retail MAC)",
    MAC_4 b"M4" "ISO 9797-1 MAC algorithm 4",
    MAC_5 b"M5" "ISO 9797-1:1999 MAC algorithm 5",
    CMAC b"M6" "ISO 9797-1:2011 MAC algorithm 5 (CMAC)",
    HMAC b"M7" "HMAC key",
    MAC_6 b"M8" "ISO 9797-1:2011 MAC algorithm 6",
    PIN_ENCRYPTION b"P0" "PIN encryption key",
    PIN_GENERATION b"P1" "PIN generation key",
    SIGNATURE b"S0" "asymmetric key pair for digital signature",
    CERTIFICATION b"S1" "asymmetric key pair of a certification authority",
    OTHER_KEY_PAIR b"S2" "asymmetric key pair, not for ANSI X9.24",
    PIN_VERIFICATION b"V0" "PIN verification key, other",
    PIN_VERIFICATION_IBM b"V1" "PIN verification key, IBM 3624",
    PIN_VERIFICATION_VISA b"V2" "PIN verification key, Visa PVV",
    PIN_VERIFICATION_1 b"V3" "PIN verification key, ANSI X9.132 algorithm 1",
    PIN_VERIFICATION_2 b"V4" "PIN verification key, ANSI X9.132 algorithm 2",
    PIN_VERIFICATION_3 b"V5" "PIN verification key, ANSI X9.132 algorithm 3",
}

codes! {
    /// The cipher of a key. SM4 has no code: a header that holds one would be a
    /// manufacturer's own.
    KeyAlgorithm[1] proprietary: true;
    AES b"A" "AES",
    DES b"D" "DES (single length)",
    ELLIPTIC_CURVE b"E" "elliptic curve",
    HMAC b"H" "HMAC",
    RSA b"R" "RSA",
    DSA b"S" "DSA",
    TDES b"T" "TDES",
}

codes! {
    /// What may be done with a key.
    ModeOfUse[1] proprietary: true;
    BOTH_WAYS b"B" "encrypt and decrypt, wrap and unwrap",
    GENERATE_AND_VERIFY b"C" "generate and verify",
    DECRYPT b"D" "decrypt or unwrap only",
    ENCRYPT b"E" "encrypt or wrap only",
    GENERATE b"G" "generate only",
    ANY b"N" "no restriction but the usage",
    SIGN b"S" "sign only",
    SIGN_AND_DECRYPT b"T" "sign and decrypt",
    VERIFY b"V" "verify only",
    DERIVE b"X" "derive other keys",
    VARIANTS b"Y" "make key variants",
}

codes! {
    /// Whether a key may leave the device that unwraps it.
    Exportability[1] proprietary: false;
    TRUSTED b"E" "exportable in a key block of ANSI X9.24",
    NONE b"N" "not exportable",
    SENSITIVE b"S" "exportable in other forms, too",
}

codes! {
    /// Whether a key block is for storage or for exchange.
    KeyContext[1] proprietary: false;
    EITHER b"0" "storage or exchange",
    STORAGE b"1" "storage",
    EXCHANGE b"2" "exchange",
}

impl KeyUsage {
    /// Whether the mode means anything of such a key. Of usages that serve in
    /// several ways, and of what the standard does not have, all do.
    pub fn goes_with(self, mode: ModeOfUse) -> bool {
        let modes = match &self.0 {
            b"B2" => "XYN",
            [b'B', _] => "XN",
            b"C0" | [b'M' | b'V', _] => "CGVN",
            b"K2" | b"K3" => "BDENX",
            b"P0" | [b'D' | b'K', _] => "BDEN",
            [b'S', _] => "STVN",
            _ => return true,
        };
        self.meaning().is_none() || mode.is_proprietary() || modes.contains(mode.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_letters_and_digits_and_each_stands_once() {
        for (index, (usage, meaning)) in KeyUsage::KNOWN.iter().enumerate() {
            assert_eq!(KeyUsage::new(usage.0), Some(*usage));
            assert!(usage.goes_with(ModeOfUse::ANY), "{usage}");
            assert!(!usage.is_proprietary() && !meaning.is_empty());
            assert!(
                KeyUsage::KNOWN[..index]
                    .iter()
                    .all(|(code, _)| code != usage)
            );
        }
        assert_eq!(KeyUsage::KNOWN.len(), 43);
        assert!(KeyUsage::new(*b"P_").is_none());
        assert!(KeyUsage(*b"10").is_proprietary());
        assert_eq!(KeyUsage(*b"ZZ").meaning(), None);
    }

    #[test]
    fn modes_that_a_usage_cannot_mean() {
        for (usage, yes, no) in [
            (KeyUsage::PIN_ENCRYPTION, "BDEN", "CGVXST"),
            (KeyUsage::MAC_3, "CGVN", "BDEXST"),
            (KeyUsage::BASE_DERIVATION, "XN", "BCDEGVST"),
            (KeyUsage::SIGNATURE, "STVN", "BCDEGX"),
            (KeyUsage::EMV_CRYPTOGRAMS, "XNCGVBDE", ""),
            (KeyUsage(*b"42"), "BCDEGNSTVXY", ""),
        ] {
            let mode = |code: char| ModeOfUse([code as u8]);
            assert!(
                yes.chars().all(|code| usage.goes_with(mode(code))),
                "{usage}"
            );
            assert!(
                !no.chars().any(|code| usage.goes_with(mode(code))),
                "{usage}"
            );
        }
    }
}
