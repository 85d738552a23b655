use crate::crypto::hex;
use core::fmt;

/// The key serial number (KSN): which base key, which terminal, and which of
/// its transactions. It travels in clear beside what its key protects.
///
/// ```text
///  TDES, 10 bytes  FF FF 98 76 54 32 10 E | 0 00 08     21 bits of counter
///  AES, 12 bytes   12 34 56 78 90 12 34 56 | 00 00 00 08  32 bits of counter
/// ```
///
/// A counter has at most 10 (AES: 16) one bits, so that no key is more than as
/// many derivations away; the others are skipped.
///
/// ```
/// # use annul::crypto::dukpt::{KsnError, TdesKsn};
/// let ksn = TdesKsn::parse("FFFF9876543210EFF808").unwrap();
/// assert_eq!((ksn.counter(), ksn.to_string().as_str()), (0xF_F808, "FFFF9876543210EFF808"));
/// assert_eq!(ksn.next().unwrap().to_string(), "FFFF9876543210EFF810");
/// assert_eq!(TdesKsn::parse("FFFF9876543210EFFFFF").err(), Some(KsnError::Ones { most: 10, found: 20 }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ksn<const N: usize>([u8; N]);

/// A KSN of TDES.
pub type TdesKsn = Ksn<10>;
/// A KSN of AES.
pub type AesKsn = Ksn<12>;

impl<const N: usize> Ksn<N> {
    /// Bits of the counter.
    pub const COUNTER_BITS: u32 = {
        assert!(N == 10 || N == 12, "a KSN has 10 bytes, or 12 with AES");
        if N == 10 { 21 } else { 32 }
    };
    /// One bits that a counter may have.
    pub const MOST_ONES: u32 = if N == 10 { 10 } else { 16 };
    const MASK: u32 = u32::MAX >> (u32::BITS - Self::COUNTER_BITS);

    /// A KSN of bytes as received.
    pub const fn new(bytes: [u8; N]) -> Result<Self, KsnError> {
        let ksn = Self(bytes);
        let (most, found) = (Self::MOST_ONES, ksn.counter().count_ones());
        if found > most {
            return Err(KsnError::Ones { most, found });
        }
        Ok(ksn)
    }

    /// A KSN whatever its counter is: for hosts that have to read what devices
    /// beyond the standard sent, and for the standard's own example with 17
    /// one bits.
    pub const fn with_any_counter(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// A KSN of bytes out of a message.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KsnError> {
        let found = bytes.len();
        let bytes = (bytes.try_into()).map_err(|_| KsnError::Size { expected: N, found })?;
        Self::new(bytes)
    }

    /// A KSN of hexadecimal digits of either case.
    pub fn parse(text: &str) -> Result<Self, KsnError> {
        let (mut bytes, expected) = ([0; N], 2 * N);
        hex::decode(text.as_bytes(), &mut bytes).ok_or(KsnError::Hex { expected })?;
        Self::new(bytes)
    }

    /// The bytes, as sent.
    pub const fn bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// The transaction counter.
    pub const fn counter(&self) -> u32 {
        match self.0.last_chunk() {
            Some(last) => u32::from_be_bytes(*last) & Self::MASK,
            None => 0,
        }
    }

    /// The KSN before the first transaction: counter 0.
    #[must_use]
    pub const fn initial(&self) -> Self {
        self.with_counter(0)
    }

    /// The KSN of the transaction after this one; none at the end of life. A
    /// counter beyond the rule goes on with the next that is within.
    #[must_use]
    pub fn next(&self) -> Option<Self> {
        let mut counter = self.counter();
        // While there are too many, the next sound counter is that which the
        // lowest one carries into: each turn takes a one away or ends.
        counter = counter.checked_add(1)?;
        while counter.count_ones() > Self::MOST_ONES {
            counter = counter.checked_add(lowest(counter))?;
        }
        (counter <= Self::MASK).then(|| self.with_counter(counter))
    }

    /// The same terminal's KSN with another counter.
    pub(super) const fn with_counter(&self, counter: u32) -> Self {
        let mut bytes = self.0;
        if let Some(last) = bytes.last_chunk_mut() {
            let kept = u32::from_be_bytes(*last) & !Self::MASK;
            *last = (kept | counter & Self::MASK).to_be_bytes();
        }
        Self(bytes)
    }
}

/// The lowest one bit; 0 of 0.
pub(super) const fn lowest(counter: u32) -> u32 {
    counter & counter.wrapping_neg()
}

impl<const N: usize> fmt::Display for Ksn<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl<const N: usize> fmt::Debug for Ksn<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ksn({self})")
    }
}

/// What is no KSN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KsnError {
    /// Another number of bytes.
    #[error("KSN: expected {expected} bytes, found {found}; 10 are of TDES, 12 of AES")]
    Size {
        /// Bytes of this scheme.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// Text that is not as many hexadecimal digits.
    #[error("KSN: expected {expected} hexadecimal digits; 20 are of TDES, 24 of AES")]
    Hex {
        /// Digits of this scheme.
        expected: usize,
    },
    /// A counter that no device of the standard comes to.
    #[error("KSN: counter with {found} one bits, expected at most {most}; check the device")]
    Ones {
        /// One bits that there may be.
        most: u32,
        /// One bits found.
        found: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    /// Against a look at every counter there is.
    #[test]
    fn next_skips_what_has_too_many_ones() {
        let mut ksn = TdesKsn::new([0; 10]).unwrap();
        for counter in (1..=TdesKsn::MASK).filter(|counter| counter.count_ones() <= 10) {
            ksn = ksn.next().unwrap();
            assert_eq!(ksn.counter(), counter);
        }
        assert_eq!(ksn.next(), None);
        let beyond = ksn.with_counter(0x000F_FFFF);
        assert_eq!(beyond.next().unwrap().counter(), 0x0010_0000);
    }

    #[test]
    fn the_rest_of_the_ksn_stays() {
        let ksn = TdesKsn::parse("ffff9876543210e00001").unwrap();
        assert_eq!(ksn.initial().to_string(), "FFFF9876543210E00000");
        let ksn = TdesKsn::parse("FFFF9876543210FFF800").unwrap();
        assert_eq!((ksn.counter(), ksn.next()), (0x001F_F800, None));
        let last = AesKsn::parse("1234567890123456FFFF0000").unwrap();
        assert_eq!(last.next(), None);
        assert_eq!(last.initial().to_string(), "123456789012345600000000");
    }

    #[test]
    fn what_is_no_ksn_is_refused() {
        for text in ["", "FFFF9876543210E0000", "FFFF9876543210E0000g", "银联"] {
            assert_eq!(TdesKsn::parse(text), Err(KsnError::Hex { expected: 20 }));
        }
        let size = |found| {
            Err(KsnError::Size {
                expected: 12,
                found,
            })
        };
        for found in [0, 10, 11, 13] {
            assert_eq!(AesKsn::from_bytes(&[0; 13][..found]), size(found));
        }
        let ones = KsnError::Ones {
            most: 16,
            found: 17,
        };
        let bytes = *b"\x12\x34\x56\x78\x90\x12\x34\x56\x00\x01\xFF\xFF";
        assert_eq!(AesKsn::new(bytes), Err(ones));
        assert_eq!(AesKsn::with_any_counter(bytes).counter(), 0x0001_FFFF);
    }
}
