use super::{Digits, Text};
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A value that a dialect does not show: its `Debug` says nothing, it is wiped
/// when dropped, and it compares in constant time. What it borrows is its owner's
/// to wipe.
///
/// ```
/// # use annul::iso8583::typed::Secret;
/// let block = Secret::new([0x12; 8]);
/// assert_eq!(format!("{block:?}"), "Secret");
/// assert_eq!(block.reveal()[0], 0x12);
/// ```
pub struct Secret<T: Wipe>(T);

/// In constant time, for values of one length.
impl<T: Wipe> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

impl<T: Wipe> Eq for Secret<T> {}

/// What it owns is wiped; see [`Wipe`].
impl<T: Wipe> ZeroizeOnDrop for Secret<T> {}

impl<T: Wipe> Secret<T> {
    /// Guards a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value in clear. Write it to a message, never to a log.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Wipe> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Wipe> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: Wipe> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What [`Secret`] does with a value.
pub trait Wipe {
    /// Overwrites the value, where it is this one's.
    fn wipe(&mut self);

    /// Whether another has the same value, found out in constant time.
    fn same(&self, other: &Self) -> bool;
}

impl<const N: usize> Wipe for [u8; N] {
    fn wipe(&mut self) {
        self.zeroize();
    }

    fn same(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl<const N: usize> Wipe for Digits<N> {
    fn wipe(&mut self) {
        self.zeroize();
    }

    fn same(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl<const N: usize> Wipe for Text<N> {
    fn wipe(&mut self) {
        self.zeroize();
    }

    fn same(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Wipe for $number {
            fn wipe(&mut self) {
                self.zeroize();
            }

            fn same(&self, other: &Self) -> bool {
                self.ct_eq(other).into()
            }
        }
    )*};
}
numbers!(u8 u16 u32 u64);

impl Wipe for &[u8] {
    fn wipe(&mut self) {}

    fn same(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Wipe for &str {
    fn wipe(&mut self) {}

    fn same(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}
