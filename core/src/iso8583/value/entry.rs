use super::{ValueError, digits, form};
use crate::iso8583::{Field, Writer};

codes! {
    /// Where the card data came from: F22, digits 1 and 2.
    Source {
        /// 00: not said.
        Unspecified = 0,
        /// 01: keyed, or from the journal.
        Keyed = 1,
        /// 02: magnetic stripe.
        Stripe = 2,
        /// 03: bar code or QR code.
        Code = 3,
        /// 04: optical characters.
        Optical = 4,
        /// 05: chip by contact.
        Chip = 5,
        /// 07: chip without contact.
        Contactless = 7,
        /// 90: magnetic stripe with a reliable track 2.
        ReliableStripe = 90,
        /// 91: stripe data without contact.
        ContactlessStripe = 91,
        /// 95: chip with unreliable data.
        UnreliableChip = 95,
    }
}

codes! {
    /// Whether a PIN can follow: F22, digit 3.
    PinEntry {
        /// 0: not said.
        Unspecified = 0,
        /// 1: a PIN can be entered.
        Possible = 1,
        /// 2: no PIN.
        None = 2,
    }
}

/// Field 22, 服务点输入方式码: three digits, `021` is a swipe with PIN.
///
/// ```
/// # use annul::iso8583::value::{EntryMode, PinEntry, Source};
/// // A void without the card takes its data from the journal.
/// let mode = EntryMode { source: Source::Keyed, pin: PinEntry::None };
/// assert_eq!(&mode.digits(), b"012");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryMode {
    /// Where the card data came from.
    pub source: Source,
    /// Whether a PIN can follow.
    pub pin: PinEntry,
}

const FIELD: u8 = 22;
const FORM: &str = "3 digits of entry mode";

impl EntryMode {
    /// Takes three digits.
    pub fn parse(field: &Field<'_>) -> Result<Self, ValueError> {
        let received = digits(field, FORM)?.array();
        Self::from_digits(received.ok_or_else(|| form(field, FORM))?)
    }

    /// Takes three ASCII digits.
    pub fn from_digits(digits: [u8; 3]) -> Result<Self, ValueError> {
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(ValueError::Form {
                field: FIELD,
                expected: FORM,
                found: digits.len(),
            });
        }
        let [tens, ones, pin] = digits.map(|digit| digit - b'0');
        Ok(Self {
            source: Source::from_code(tens * 10 + ones),
            pin: PinEntry::from_code(pin),
        })
    }

    /// The three digits as ASCII.
    pub const fn digits(self) -> [u8; 3] {
        let source = self.source.code() % 100;
        let pin = self.pin.code() % 10;
        [b'0' + source / 10, b'0' + source % 10, b'0' + pin]
    }

    /// Writes field 22.
    pub fn write(self, writer: &mut Writer<'_>) {
        writer.digits(FIELD, &self.digits());
    }
}
