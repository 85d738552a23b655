use super::{ValueError, digits, form};
use crate::iso8583::{Field, Writer};

codes! {
    /// How the PIN block is formed: F53, digit 1.
    PinFormat {
        /// 0: there is no PIN.
        None = 0,
        /// 1: ANSI X9.8 without the card number.
        WithoutPan = 1,
        /// 2: ANSI X9.8 with the card number (ISO 9564-1 format 0).
        WithPan = 2,
    }
}

codes! {
    /// Which cipher enciphers it: F53, digit 2.
    Cipher {
        /// 0: single DES.
        Des = 0,
        /// 3: SM4.
        Sm4 = 3,
        /// 6: triple DES with a double-length key.
        TripleDes = 6,
    }
}

codes! {
    /// Whether the track is enciphered under the track key: F53, digit 3.
    TrackProtection {
        /// 0: in clear.
        Clear = 0,
        /// 1: enciphered.
        Enciphered = 1,
    }
}

/// Field 53, 安全控制信息: sixteen digits, of which three say something.
///
/// ```
/// # use annul::iso8583::value::{Cipher, PinFormat, SecurityControl, TrackProtection};
/// let usual = SecurityControl {
///     pin: PinFormat::WithPan,
///     cipher: Cipher::TripleDes,
///     track: TrackProtection::Clear,
/// };
/// assert_eq!(&usual.digits(), b"2600000000000000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityControl {
    /// How the PIN block is formed.
    pub pin: PinFormat,
    /// Which cipher.
    pub cipher: Cipher,
    /// Whether the track is enciphered.
    pub track: TrackProtection,
}

impl SecurityControl {
    /// Takes sixteen digits and leaves the last thirteen, which are reserved.
    pub fn parse(field: &Field<'_>) -> Result<Self, ValueError> {
        const FORM: &str = "16 digits of security control";
        let all: [u8; 16] = digits(field, FORM)?
            .array()
            .ok_or_else(|| form(field, FORM))?;
        Ok(Self {
            pin: PinFormat::from_code(all[0] - b'0'),
            cipher: Cipher::from_code(all[1] - b'0'),
            track: TrackProtection::from_code(all[2] - b'0'),
        })
    }

    /// The sixteen digits as ASCII.
    pub const fn digits(self) -> [u8; 16] {
        let mut digits = [b'0'; 16];
        digits[0] += self.pin.code() % 10;
        digits[1] += self.cipher.code() % 10;
        digits[2] += self.track.code() % 10;
        digits
    }

    /// Writes field 53.
    pub fn write(self, writer: &mut Writer<'_>) {
        writer.digits(53, &self.digits());
    }
}
