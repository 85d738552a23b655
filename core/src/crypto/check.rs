//! What is wrong with a DES key before any message fails: parity, weakness,
//! equal parts.
//!
//! | Asked | Answer |
//! |---|---|
//! | [`Key::has_odd_parity`] | whether each byte has an odd number of ones, as FIPS 46-3 wants |
//! | [`Key::with_odd_parity`] | the same key, its parity set |
//! | [`Key::guard_strength`] | refuses what is a DES key of less than its length |
//! | [`Key::kcv_cmac`] | the check value by CMAC; [`Key::kcv`] is the one by zeros |
//!
//! Nothing here is done unasked: hosts send keys of any parity, and the keys of
//! their test systems are weak.
//!
//! Source: NIST SP 800-67 rev. 2, 3.3 and 3.4; ANSI X9.24-1:2017, annex A.

use super::Key;
use super::mac::Cmac;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// The byte with its lowest bit such that an odd number of ones stands in it.
///
/// ```
/// # use annul::crypto::odd_parity;
/// assert_eq!((odd_parity(0x00), odd_parity(0x81)), (0x01, 0x80));
/// ```
pub const fn odd_parity(byte: u8) -> u8 {
    byte ^ (byte.count_ones() as u8 & 1 ^ 1)
}

impl Key {
    /// True where each byte has odd parity. Keys of SM4 and AES have no parity
    /// and are always right.
    pub fn has_odd_parity(&self) -> bool {
        let wrong = |bytes: &[u8]| {
            (bytes.iter()).fold(Choice::from(0), |wrong, byte| {
                wrong | !byte.ct_eq(&odd_parity(*byte))
            })
        };
        !self.is_des() || !bool::from(wrong(self.bytes()))
    }

    /// The key with odd parity; DES does not look at it, so it enciphers as
    /// before. Keys of SM4 and AES stay as they are.
    #[must_use]
    pub fn with_odd_parity(mut self) -> Self {
        if self.is_des() {
            (self.bytes_mut().iter_mut()).for_each(|byte| *byte = odd_parity(*byte));
        }
        self
    }

    /// Refuses a DES key with a part that is weak, semi-weak or possibly weak,
    /// and one with two parts next to each other that are equal: it is worth a
    /// shorter one. Parity makes no difference. Keys of SM4 and AES have no
    /// such parts.
    ///
    /// ```
    /// # use annul::crypto::{Key, Weakness};
    /// let key = Key::des_hex("0123456789ABCDEF0123456789ABCDEF").unwrap();
    /// assert_eq!(key.guard_strength(), Err(Weakness::EqualParts { first: 1 }));
    /// ```
    pub fn guard_strength(&self) -> Result<(), Weakness> {
        if !self.is_des() {
            return Ok(());
        }
        let mut odd = Zeroizing::new([0; Self::MAX]);
        let odd = &mut odd[..self.bytes().len()];
        for (odd, byte) in odd.iter_mut().zip(self.bytes()) {
            *odd = odd_parity(*byte);
        }
        let parts = odd.chunks_exact(8);
        for (part, bytes) in (1..).zip(parts.clone()) {
            des::weak_key_test(bytes).map_err(|_| Weakness::Part { part })?;
        }
        for (first, (left, right)) in (1..).zip(parts.clone().zip(parts.skip(1))) {
            if left.ct_eq(right).into() {
                return Err(Weakness::EqualParts { first });
            }
        }
        Ok(())
    }

    /// The check value of AES keys (and of TDES keys in key blocks): the first
    /// five bytes of CMAC over a block of zeros.
    ///
    /// ```
    /// # use annul::crypto::Key;
    /// let key = Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap();
    /// assert_eq!(key.kcv_cmac(), [0x0A, 0x82, 0x45, 0x86, 0x64]);
    /// ```
    pub fn kcv_cmac(&self) -> [u8; 5] {
        let tag = Cmac::of(self, &[0; 16][..self.block_size()]);
        let mut check = [0; 5];
        check.copy_from_slice(&tag.bytes()[..5]);
        check
    }
}

/// Why a DES key is worth less than its length. Parts of eight bytes are
/// counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// One of the 64 keys of DES that are weak, semi-weak or possibly weak.
    #[error("DES key: part {part} is a weak key; make another key")]
    Part {
        /// Which part.
        part: u8,
    },
    /// Two parts that are the same, but for parity.
    #[error("DES key: parts {first} and {} are equal, so it is worth a shorter key; make another", first + 1)]
    EqualParts {
        /// The first of the two.
        first: u8,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_parity_touches_the_lowest_bit_only() {
        for byte in 0..=u8::MAX {
            let odd = odd_parity(byte);
            assert_eq!(odd.count_ones() % 2, 1);
            assert_eq!(odd | 1, byte | 1);
        }
    }

    #[test]
    fn parity_is_of_des_only() {
        let even = Key::des(&[0x33; 16]).unwrap();
        let before = even.check_block();
        assert!(!even.has_odd_parity());
        let odd = even.with_odd_parity();
        assert!(odd.has_odd_parity());
        assert_eq!(odd.bytes(), [0x32; 16]);
        assert_eq!(odd.check_block(), before);
        let sm4 = Key::sm4(&[0x33; 16]).unwrap();
        assert!(sm4.has_odd_parity());
        assert_eq!(sm4.with_odd_parity().bytes(), [0x33; 16]);
    }

    /// NIST SP 800-67 rev. 2, 3.4: 4 weak keys and 6 pairs of semi-weak ones.
    const WEAK: [u64; 16] = [
        0x0101_0101_0101_0101,
        0xFEFE_FEFE_FEFE_FEFE,
        0xE0E0_E0E0_F1F1_F1F1,
        0x1F1F_1F1F_0E0E_0E0E,
        0x011F_011F_010E_010E,
        0x1F01_1F01_0E01_0E01,
        0x01E0_01E0_01F1_01F1,
        0xE001_E001_F101_F101,
        0x01FE_01FE_01FE_01FE,
        0xFE01_FE01_FE01_FE01,
        0x1FE0_1FE0_0EF1_0EF1,
        0xE01F_E01F_F10E_F10E,
        0x1FFE_1FFE_0EFE_0EFE,
        0xFE1F_FE1F_FE0E_FE0E,
        0xE0FE_E0FE_F1FE_F1FE,
        0xFEE0_FEE0_FEF1_FEF1,
    ];

    #[test]
    fn weak_parts_are_refused_wherever_they_stand_and_of_any_parity() {
        let strong = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF];
        for weak in WEAK.map(u64::to_be_bytes) {
            let even = weak.map(|byte| byte ^ 1);
            for weak in [weak, even] {
                let key = Key::des(&weak).unwrap();
                assert_eq!(key.guard_strength(), Err(Weakness::Part { part: 1 }));
                let key = Key::des(&[strong, weak].concat()).unwrap();
                assert_eq!(key.guard_strength(), Err(Weakness::Part { part: 2 }));
            }
        }
        assert_eq!(Key::des(&strong).unwrap().guard_strength(), Ok(()));
        assert_eq!(Key::sm4(&[1; 16]).unwrap().guard_strength(), Ok(()));
    }

    #[test]
    fn equal_parts_are_told_with_their_place() {
        let (a, b, even) = ([0x23; 8], [0x45; 8], [0x22; 8]);
        for (parts, expected) in [
            (&[a, b][..], Ok(())),
            (&[a, b, a], Ok(())),
            (&[a, even], Err(Weakness::EqualParts { first: 1 })),
            (&[a, a, b], Err(Weakness::EqualParts { first: 1 })),
            (&[a, b, b], Err(Weakness::EqualParts { first: 2 })),
        ] {
            let key = Key::des(&parts.concat()).unwrap();
            assert_eq!(key.guard_strength(), expected);
        }
    }
}
