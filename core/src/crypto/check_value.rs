use super::{Key, hex};
use core::fmt;
use subtle::ConstantTimeEq;

/// A check value of the length that somebody wrote it with: 2 to 8 bytes. It
/// proves that two sides hold the same key, and may be shown.
///
/// Equality takes the same time wherever the first difference stands.
///
/// ```
/// # use annul::crypto::{CheckMethod, CheckValue, Key};
/// let key = Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap();
/// let printed = CheckValue::parse("08d7b4").unwrap();
/// assert_eq!(key.guard_check_value(CheckMethod::Zeros, printed), Ok(()));
/// let wrong = key.guard_check_value(CheckMethod::Cmac, printed).unwrap_err();
/// assert_eq!(wrong.found.to_string(), "0A8245");
/// ```
#[derive(Clone, Copy)]
pub struct CheckValue {
    bytes: [u8; Self::MOST],
    size: usize,
}

/// How a check value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckMethod {
    /// A block of zeros enciphered, see [`Key::check_block`]; 8 bytes at most.
    Zeros,
    /// CMAC of a block of zeros, see [`Key::kcv_cmac`]; 5 bytes at most.
    Cmac,
}

impl CheckValue {
    /// Bytes of the longest.
    pub const MOST: usize = 8;
    /// Bytes of the shortest that says anything.
    pub const LEAST: usize = 2;

    /// A check value of pairs of hexadecimal digits of either case; none where
    /// it is shorter or longer than any.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut bytes, size) = ([0; Self::MOST], text.len() / 2);
        let room = bytes
            .get_mut(..size)
            .filter(|room| room.len() >= Self::LEAST)?;
        hex::decode(text.as_bytes(), room)?;
        Some(Self { bytes, size })
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }

    fn leftmost(from: &[u8], size: usize) -> Self {
        let mut bytes = [0; Self::MOST];
        let size = size.min(from.len()).min(Self::MOST);
        bytes[..size].copy_from_slice(&from[..size]);
        Self { bytes, size }
    }
}

impl Key {
    /// The leftmost bytes of the check value, as many as there are up to
    /// `size`.
    pub fn check_value(&self, method: CheckMethod, size: usize) -> CheckValue {
        match method {
            CheckMethod::Zeros => CheckValue::leftmost(&self.check_block(), size),
            CheckMethod::Cmac => CheckValue::leftmost(&self.kcv_cmac(), size),
        }
    }

    /// Refuses a key whose check value is another.
    pub fn guard_check_value(
        &self,
        method: CheckMethod,
        expected: CheckValue,
    ) -> Result<(), WrongCheckValue> {
        let found = self.check_value(method, expected.size);
        if found == expected {
            Ok(())
        } else {
            Err(WrongCheckValue { expected, found })
        }
    }
}

/// A key with another check value than was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("check value: expected {expected}, found {found}; the key was typed or sent wrongly")]
pub struct WrongCheckValue {
    /// What was said.
    pub expected: CheckValue,
    /// What the key has, of the same length where there is as much.
    pub found: CheckValue,
}

impl PartialEq for CheckValue {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }
}

impl Eq for CheckValue {}

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.bytes().iter()).try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckValue({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn lengths_are_those_that_people_write() {
        for length in 0..20 {
            let text = &"08D7B4FB629D08850000"[..length];
            let found = CheckValue::parse(text).map(|value| value.to_string());
            let fine = (4..=16).contains(&length) && length % 2 == 0;
            assert_eq!(found, fine.then(|| text.to_string()));
        }
        assert_eq!(CheckValue::parse("08D7Bg"), None);
        assert_eq!(CheckValue::parse("银联"), None);
    }

    #[test]
    fn a_longer_value_than_there_is_differs() {
        let key = Key::des(&[0x23; 16]).unwrap();
        let whole = key.check_value(CheckMethod::Cmac, 8);
        assert_eq!(whole.bytes(), key.kcv_cmac());
        let longer = std::format!("{whole}00");
        let longer = CheckValue::parse(&longer).unwrap();
        assert!(key.guard_check_value(CheckMethod::Cmac, longer).is_err());
        for size in 2..=8 {
            let value = key.check_value(CheckMethod::Zeros, size);
            assert_eq!(value.bytes(), &key.check_block()[..size]);
            assert_eq!(key.guard_check_value(CheckMethod::Zeros, value), Ok(()));
        }
    }
}
