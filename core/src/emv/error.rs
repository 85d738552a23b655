use crate::tlv;
use core::fmt;

/// Why a value is not what its tag promises: at which byte, what was expected
/// and found. It never quotes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueError {
    offset: usize,
    fault: ValueFault,
}

impl ValueError {
    pub(super) const fn new(offset: usize, fault: ValueFault) -> Self {
        Self { offset, fault }
    }

    /// The byte of the value, counted from 0.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong there.
    pub const fn fault(&self) -> ValueFault {
        self.fault
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {} of the value: {}", self.offset, self.fault)
    }
}

impl core::error::Error for ValueError {}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueFault {
    /// Too few or too many bytes.
    #[error("expected {} bytes, found {found}", Range(*least, *most))]
    Length {
        /// Fewest.
        least: usize,
        /// Most.
        most: usize,
        /// Bytes there were.
        found: usize,
    },
    /// A list of things of one size has a part of one.
    #[error("expected a multiple of {of} bytes, found {found}")]
    Multiple {
        /// Bytes of one.
        of: usize,
        /// Bytes there were.
        found: usize,
    },
    /// A nibble that is no digit.
    #[error("expected digits 0 to 9")]
    Digit,
    /// A digit behind the F that ends the digits.
    #[error("expected F to the end, found a digit")]
    DigitAfterPad,
    /// The calendar has no such day.
    #[error("there is no such day")]
    Date,
    /// The clock has no such time.
    #[error("there is no such time")]
    Time,
    /// A byte that no text has.
    #[error("expected text")]
    Text,
    /// A short file identifier that is none.
    #[error("expected a file identifier from 1 to 30, found {0}")]
    FileIdentifier(u8),
    /// Bits to be zero are set.
    #[error("expected zero in bits {mask:02X}, found {found:02X}")]
    Reserved {
        /// Bits to be zero.
        mask: u8,
        /// Those that are not.
        found: u8,
    },
    /// A range of records that is none.
    #[error("expected records from 1 on in order, found {first} to {last}")]
    Records {
        /// The first.
        first: u8,
        /// The last.
        last: u8,
    },
    /// More records are to be authenticated than there are.
    #[error("expected at most {records} records to authenticate, found {found}")]
    Authenticated {
        /// Records of the range.
        records: u8,
        /// Records to be authenticated.
        found: u8,
    },
    /// No separator between card number and expiry.
    #[error("expected a separator behind 8 to 19 digits")]
    Separator,
    /// Not the track that was asked for.
    #[error("expected format code B of track 1")]
    FormatCode,
    /// Data objects that are none.
    #[error("{0}")]
    Tlv(tlv::Error),
    /// A data object list that is none.
    #[error("expected tags, each with its length in one byte")]
    List,
    /// A command that is none.
    #[error("expected a command: CLA INS P1 P2, then Lc, data and Le as they come")]
    Command,
    /// A code that is none of a fixed few.
    #[error("expected one of the codes that are defined, found {0:02X}")]
    Code(u8),
}

/// How many bytes there may be, in words.
struct Range(usize, usize);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(least, most) if least == most => write!(f, "{least}"),
            Self(least, usize::MAX) => write!(f, "at least {least}"),
            Self(least, most) => write!(f, "{least} to {most}"),
        }
    }
}

/// Checks a value's length.
pub(super) fn sized(value: &[u8], least: usize, most: usize) -> Result<(), ValueError> {
    let found = value.len();
    if (least..=most).contains(&found) {
        return Ok(());
    }
    let fault = ValueFault::Length { least, most, found };
    Err(ValueError::new(found.min(most), fault))
}
