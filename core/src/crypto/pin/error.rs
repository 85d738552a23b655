use crate::crypto::UnsuitableKey;

/// Which rule a PIN block breaks. It names the place, never a digit.
///
/// A host answers all of them alike ("PIN wrong", or a format error without
/// the reason): who may ask with card numbers of his choice whether a block
/// fits learns the PIN digit by digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinBlockError {
    /// Another number of bytes than the format has.
    #[error("PIN block: expected {expected} bytes, found {found}; check format and field")]
    Size {
        /// Bytes of the format.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The first nibble is that of another format. A wrong key does this, too.
    #[error(
        "PIN block: expected control nibble {expected:X}, found {found:X}; check format and key"
    )]
    Control {
        /// The nibble of the format asked for.
        expected: u8,
        /// The nibble found.
        found: u8,
    },
    /// A PIN of less than 4 or more than 12 digits.
    #[error("PIN block: expected a PIN of 4 to 12 digits, found length {found}; check the sender")]
    Length {
        /// The length nibble found.
        found: u8,
    },
    /// Something else than a decimal digit among the PIN's digits.
    #[error("PIN block: PIN digit {place} is no decimal digit; check the key")]
    Digit {
        /// Which digit, counted from 1.
        place: u8,
    },
    /// Fill that the format does not allow.
    #[error("PIN block: nibble {place} is not of the fill this format has; check format and key")]
    Fill {
        /// Which nibble of the block, counted from 1.
        place: u8,
    },
    /// Wrong digits or fill where the card number is mixed in: it was another
    /// card number, or the block is damaged. Nobody can tell which.
    #[error("PIN block: does not fit this card number; check which card it was made for")]
    Pan,
    /// A key whose cipher does not fit the format.
    #[error(transparent)]
    Key(#[from] UnsuitableKey),
}
