use core::fmt;
use subtle::ConstantTimeEq;

/// The check value of a key: the first four bytes of a block of zeros
/// enciphered under it. It proves that two sides hold the same key without
/// telling the key, and may be shown and kept.
///
/// Equality takes the same time wherever the first difference stands.
///
/// ```
/// # use annul::crypto::{Kcv, Key};
/// let key = Key::des_hex("3333333333333333").unwrap();
/// assert_eq!(key.kcv(), Kcv::new([0xAD, 0xC6, 0x7D, 0x84]));
/// assert_eq!(format!("{}", key.kcv()), "ADC67D84");
/// ```
#[derive(Clone, Copy)]
pub struct Kcv([u8; Self::SIZE]);

impl Kcv {
    /// Bytes of a check value on the wire.
    pub const SIZE: usize = 4;

    /// A check value as received.
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// The four bytes.
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }
}

impl PartialEq for Kcv {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Kcv {}

impl fmt::Display for Kcv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Kcv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kcv({self})")
    }
}
