use super::super::hex;
use core::ops::Deref;
use subtle::{Choice, ConstantTimeEq};

/// The eight bytes of F64: characters or bytes, as the algorithm has it. They
/// travel in clear and may be shown.
///
/// Equality takes the same time wherever the first difference stands.
#[derive(Clone, Copy, Debug)]
pub struct MacValue([u8; Self::SIZE]);

impl MacValue {
    /// Bytes of F64.
    pub const SIZE: usize = 8;

    /// The value as this terminal's security module computed it. Never make one
    /// from a received F64: hand that to [`MacValue::authenticate`].
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// What to write into F64.
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// Hands `value` back as [`Authentic`] where `received`, F64 as it came,
    /// is this MAC. A host may send lower-case hexadecimal; another length
    /// than eight is a mismatch. On a mismatch `value` is dropped.
    ///
    /// ```
    /// # use annul::crypto::MacValue;
    /// let computed = MacValue::new(*b"E267B6E2");
    /// assert_eq!(*computed.authenticate(b"e267b6e2", "response").unwrap(), "response");
    /// assert!(computed.authenticate(b"E267B6E3", "response").is_err());
    /// ```
    pub fn authenticate<T>(&self, received: &[u8], value: T) -> Result<Authentic<T>, MacMismatch> {
        Authentic::vouched(self.matches(received), value)
    }

    fn matches(self, received: &[u8]) -> Choice {
        let Ok(exact) = <[u8; Self::SIZE]>::try_from(received) else {
            return Choice::from(0);
        };
        // Raw MACs have no case; only text of hexadecimal digits is folded.
        let folded = if hex::is_upper(&self.0) {
            exact.map(|byte| byte.to_ascii_uppercase())
        } else {
            exact
        };
        self.0.ct_eq(&folded)
    }
}

impl PartialEq for MacValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for MacValue {}

/// What came is not the MAC of the message: it was changed on the way, or the keys
/// of the two sides differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("MAC: it does not fit the message; treat it as not received, and sign in anew")]
pub struct MacMismatch;

/// A value that a right MAC vouches for. Nothing but verification makes one,
/// so who asks for an `Authentic<_>` cannot be handed anything else.
///
/// ```compile_fail
/// # use annul::crypto::Authentic;
/// let forged = Authentic("approved"); // the field is private
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authentic<T>(T);

impl<T> Authentic<T> {
    /// What a comparison of MACs says of the value.
    pub(super) fn vouched(same: Choice, value: T) -> Result<Self, MacMismatch> {
        if same.into() {
            Ok(Self(value))
        } else {
            Err(MacMismatch)
        }
    }

    /// The value, no longer vouched for by its type.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Borrows the value and stays authentic.
    pub fn as_ref(&self) -> Authentic<&T> {
        Authentic(&self.0)
    }
}

impl<T> Deref for Authentic<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_eight_equal_characters_authenticate() {
        let computed = MacValue::new(*b"E267B6E2");
        for received in [&b"E267B6E2"[..], b"e267b6e2", b"e267B6E2"] {
            assert_eq!(
                computed
                    .authenticate(received, 5)
                    .map(Authentic::into_inner),
                Ok(5)
            );
        }
        for received in [
            &b""[..],
            b"E267B6E",
            b"E267B6E20",
            b"F267B6E2",
            b"E267B6E3",
            &[0; 300],
        ] {
            assert_eq!(computed.authenticate(received, ()), Err(MacMismatch));
        }
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let computed = MacValue::new(*b"1234567A");
        for bit in 0..64 {
            let mut received = *computed.bytes();
            received[bit / 8] ^= 1 << (bit % 8);
            // The bit of case in the one letter is no difference.
            assert_eq!(computed.authenticate(&received, ()).is_ok(), bit == 61);
        }
    }

    #[test]
    fn raw_values_have_no_case() {
        let computed = MacValue::new([b'A', 0xF0, 0, 1, 2, 3, 4, 5]);
        let received = [b'a', 0xF0, 0, 1, 2, 3, 4, 5];
        assert_eq!(computed.authenticate(&received, ()), Err(MacMismatch));
        assert!(computed.authenticate(computed.bytes(), ()).is_ok());
    }
}
