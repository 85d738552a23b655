//! A key that comes on several sheets of paper, so that nobody has it alone.
//!
//! ```text
//!  component 1   6D6B E51F 04F7 6167 4915 54FE 25F7 ABEF     check value of its own
//!  component 2 ^ ...                                         check value of its own
//!  key           the sum of all                              check value
//! ```
//!
//! Who holds all components but one knows nothing of the key. Each is entered
//! by another person, checked by its check value
//! ([`Key::guard_check_value`]), and added to the sum.
//!
//! Source: ANSI X9.24-1:2017, 7.5; PCI PIN security requirement 6.

use super::{Key, Weakness};
use subtle::{Choice, ConstantTimeEq};
use zeroize::ZeroizeOnDrop;

/// The sum of the components so far. It wipes itself.
///
/// ```
/// # use annul::crypto::{CheckMethod, CheckValue, Components, Key, Parity};
/// let mut components = Components::new(Parity::Set);
/// for text in ["6D6BE51F04F76167491554FE25F7ABEF", "673B6B7C9C5D3B6A0D8C1B4AC1A2E3F4"] {
///     components.add(&Key::des_hex(text).unwrap()).unwrap();
/// }
/// let key = components.combine().unwrap();
/// assert!(key.has_odd_parity());
/// ```
pub struct Components {
    sum: Option<Key>,
    count: usize,
    parity: Parity,
}

/// What is done about the parity of DES keys; those of SM4 and AES have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parity {
    /// Nothing: the key is the bare sum.
    #[default]
    Ignored,
    /// The key gets odd parity, whatever the components have. Two odd ones make
    /// an even sum.
    Set,
    /// Each component has to have odd parity, which finds what was mistyped;
    /// the key gets it.
    Required,
}

impl Components {
    /// No component yet.
    pub const fn new(parity: Parity) -> Self {
        Self {
            sum: None,
            count: 0,
            parity,
        }
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Adds one. Where it is refused, the sum is as it was.
    pub fn add(&mut self, component: &Key) -> Result<(), ComponentError> {
        let number = self.count + 1;
        if self.parity == Parity::Required && !component.has_odd_parity() {
            return Err(ComponentError::Parity { component: number });
        }
        match &mut self.sum {
            None => self.sum = Some(component.again()),
            Some(sum) if sum.is_like(component) => {
                let bytes = sum.bytes_mut().iter_mut().zip(component.bytes());
                bytes.for_each(|(byte, other)| *byte ^= other);
            }
            Some(_) => return Err(ComponentError::Other { component: number }),
        }
        self.count = number;
        Ok(())
    }

    /// The key.
    ///
    /// # Errors
    /// [`ComponentError`] where there are fewer than two, where they cancel
    /// each other, and for a DES key that is worth less than its length.
    pub fn combine(self) -> Result<Key, ComponentError> {
        let key = self.combine_any()?;
        key.guard_strength()?;
        Ok(key)
    }

    /// The key, be it a weak one of DES, as test systems have them.
    ///
    /// # Errors
    /// As [`Components::combine`], but for the weakness.
    pub fn combine_any(self) -> Result<Key, ComponentError> {
        let found = self.count;
        let key = match self.sum {
            Some(key) if found > 1 => key,
            _ => return Err(ComponentError::Few { found }),
        };
        let zeros = (key.bytes().iter()).fold(Choice::from(1), |all, byte| all & byte.ct_eq(&0));
        if zeros.into() {
            return Err(ComponentError::Zero);
        }
        Ok(match self.parity {
            Parity::Ignored => key,
            Parity::Set | Parity::Required => key.with_odd_parity(),
        })
    }
}

/// The key inside does it.
impl ZeroizeOnDrop for Components {}

/// Why components make no key. Those are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComponentError {
    /// A DES component with a byte of even parity.
    #[error("component {component}: expected odd parity; compare each digit with the sheet")]
    Parity {
        /// Which one.
        component: usize,
    },
    /// A component of another cipher or length.
    #[error("component {component}: expected the cipher and length of the first")]
    Other {
        /// Which one.
        component: usize,
    },
    /// One component is the key itself.
    #[error("components: expected 2 at least, found {found}")]
    Few {
        /// How many there are.
        found: usize,
    },
    /// Their sum is zero.
    #[error("components: their sum is zero; the same one was entered twice")]
    Zero,
    /// Their sum is a weak key.
    #[error(transparent)]
    Weak(#[from] Weakness),
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 24] = *b"0123456789abcdefghijklmn";

    /// Components of a key, all but the last arbitrary.
    fn split(key: &[u8], count: usize) -> std::vec::Vec<[u8; 24]> {
        let mut last = [0; 24];
        last[..key.len()].copy_from_slice(key);
        let mut parts = std::vec::Vec::new();
        for index in 1..count {
            let part = core::array::from_fn(|at| (at * 7 + index * 31 + 5) as u8);
            (last.iter_mut().zip(part)).for_each(|(byte, of)| *byte ^= of);
            parts.push(part);
        }
        parts.push(last);
        parts
    }

    #[test]
    fn any_number_of_any_cipher_makes_the_key() {
        type Make = fn(&[u8]) -> Key;
        let des: Make = |bytes| Key::des(bytes).unwrap();
        let sm4: Make = |bytes| Key::sm4(bytes).unwrap();
        for (make, size) in [(des, 8), (des, 16), (des, 24), (sm4, 16)] {
            for count in 2..6 {
                let mut components = Components::new(Parity::Ignored);
                for part in split(&KEY[..size], count) {
                    components.add(&make(&part[..size])).unwrap();
                }
                assert_eq!(components.count(), count);
                let key = components.combine().unwrap();
                assert_eq!(key.bytes(), &KEY[..size]);
                assert!(key.is_like(&make(&KEY[..size])));
            }
        }
    }

    #[cfg(feature = "aes")]
    #[test]
    fn aes_has_no_parity_and_no_weak_keys() {
        for size in [16, 24] {
            let mut components = Components::new(Parity::Required);
            for part in split(&KEY[..size], 3) {
                components.add(&Key::aes(&part[..size]).unwrap()).unwrap();
            }
            assert_eq!(components.combine().unwrap().bytes(), &KEY[..size]);
        }
    }

    #[test]
    fn parity_is_as_was_asked() {
        let (a, b) = (Key::des(&[0x32; 8]).unwrap(), Key::des(&[0x4A; 8]).unwrap());
        let sum = |parity| {
            let mut components = Components::new(parity);
            components.add(&a).unwrap();
            components.add(&b).unwrap();
            components.combine().unwrap()
        };
        assert_eq!(sum(Parity::Ignored).bytes(), [0x78; 8]);
        assert_eq!(sum(Parity::Set).bytes(), [0x79; 8]);
        assert_eq!(sum(Parity::Required).bytes(), [0x79; 8]);
        let mut components = Components::new(Parity::Required);
        components.add(&a).unwrap();
        let even = Key::des(&[0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x33]).unwrap();
        let refused = ComponentError::Parity { component: 2 };
        assert_eq!(components.add(&even), Err(refused));
        // It is as if it had not been entered.
        components.add(&b).unwrap();
        assert_eq!(components.combine().unwrap().bytes(), [0x79; 8]);
    }

    #[test]
    fn what_makes_no_key_is_refused() {
        let key = |bytes: &[u8]| Key::des(bytes).unwrap();
        let made = |components: &[Key]| {
            let mut sum = Components::new(Parity::Ignored);
            components
                .iter()
                .try_for_each(|component| sum.add(component))?;
            sum.combine().map(|_| ())
        };
        assert_eq!(made(&[]), Err(ComponentError::Few { found: 0 }));
        let one = made(&[key(&KEY[..16])]);
        assert_eq!(one, Err(ComponentError::Few { found: 1 }));
        let twice = made(&[key(&KEY[..16]), key(&KEY[..16])]);
        assert_eq!(twice, Err(ComponentError::Zero));
        let other = Err(ComponentError::Other { component: 2 });
        assert_eq!(made(&[key(&KEY[..16]), key(&KEY[..8])]), other);
        assert_eq!(
            made(&[key(&KEY[..16]), Key::sm4(&KEY[..16]).unwrap()]),
            other
        );
        // Both halves of the sum are equal: it is single DES.
        let mask: [u8; 16] = core::array::from_fn(|at| KEY[at] ^ 0x55);
        let weak = made(&[key(&KEY[..16]), key(&mask)]);
        let equal = Weakness::EqualParts { first: 1 };
        assert_eq!(weak, Err(ComponentError::Weak(equal)));
    }

    #[test]
    fn weak_keys_of_test_systems_are_made_where_asked() {
        let mut sum = Components::new(Parity::Ignored);
        sum.add(&Key::des(&[0x23; 16]).unwrap()).unwrap();
        sum.add(&Key::des(&[0x32; 16]).unwrap()).unwrap();
        assert_eq!(sum.combine_any().unwrap().bytes(), [0x11; 16]);
    }
}
