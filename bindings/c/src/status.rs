//! Numbers for everything that can go wrong. They are part of the interface:
//! a number is never given another meaning, and new ones are added inside
//! their range.

use annul::card::CardError;
use annul::crypto::{KeyError, SecurityFault};
use annul::engine::Refusal;
use annul::frame::FrameError;
use annul::iso8583::{DecodeError, DecodeFault};
use annul::journal::ReplayError;
use annul::tlv::Fault;
use annul::transaction::{NumberError, TextError};

/// How a call ended. 0 is success; every other number says who is to act.
///
/// | range | who |
/// |---|---|
/// | 100 to 199 | the programmer: a call that cannot be right |
/// | 200 to 299 | whoever entered the value |
/// | 300 to 399 | the operator: the command was not begun, nothing was sent |
/// | 400 to 499 | the security module, or who loaded its keys |
/// | 500 to 599 | the journal's storage |
/// | 600 to 699 | the sender of a message that cannot be read |
/// | 700 to 799 | the flash |
/// | 900 to 999 | annul itself |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum annul_status {
    /// Done.
    Ok = 0,

    /// A pointer is null that may not be.
    Null = 100,
    /// The object was not initialised, or its initialisation failed.
    NotInitialised = 101,
    /// A pointer is not aligned as its type wants it.
    Misaligned = 102,
    /// `struct_size` is not that of this version's structure: header and
    /// library are of different versions.
    StructSize = 103,
    /// A text is not UTF-8.
    NotUtf8 = 104,
    /// The buffer is too small; the size needed was written to `length`.
    BufferTooSmall = 105,
    /// Not now: replay before start, everything else after it.
    WrongPhase = 106,
    /// A number that names no variant, or a length that cannot be.
    Range = 107,
    /// An answer to a question that is not open, or of another kind.
    Unasked = 108,
    /// There is no such entry, field or text.
    NotFound = 109,
    /// The action is not one the software security module performs.
    NotForSoftpad = 110,

    /// Request id: 1 to 36 printable ASCII characters without spaces.
    RequestId = 200,
    /// Reason: 1 to 24 characters of a-z, 0-9 and `-`.
    Reason = 201,
    /// Note: at most 64 bytes without control characters.
    Note = 202,
    /// A reason or note holds what looks like a card number.
    CardNumberInText = 203,
    /// Card number: 13 to 19 digits.
    Pan = 204,
    /// Expiry: four digits YYMM.
    Expiry = 205,
    /// Track 2: card number, `=` or `D`, YYMM and digits, 37 at most.
    Track2 = 206,
    /// PIN: 4 to 12 digits.
    Pin = 207,
    /// Amount: at most 999999999999 minor units.
    Amount = 208,
    /// Trace: 1 to 999999.
    Trace = 209,
    /// Batch: 0 to 999999.
    Batch = 210,
    /// An identifier or code of another length, or not printable.
    Code = 211,
    /// A date or time that cannot be.
    Civil = 212,
    /// A key of a length that its cipher does not have.
    KeyLength = 213,

    /// Another exchange is under way; wait for it.
    Busy = 300,
    /// A reversal is being sent; try again after it.
    ReversalPending = 301,
    /// Too many reversals are parked; recover, or call the acquirer.
    TooManyParked = 302,
    /// Sign in first.
    SignInRequired = 303,
    /// The table of entries is full; settle first.
    BatchFull = 304,
    /// The journal may not have room for the outcome.
    JournalFull = 305,
    /// The journal failed; open it again.
    StorageFault = 306,
    /// The amount is zero or above the limit.
    AmountLimit = 307,
    /// The request id was used for something else.
    RequestIdReused = 308,
    /// No transaction has this trace.
    UnknownTrace = 309,
    /// No transaction has this request id.
    UnknownRequest = 310,
    /// The transaction is no approved sale.
    NotVoidable = 311,
    /// A void cannot be voided.
    VoidOfVoid = 312,
    /// The sale's batch is closed.
    BatchClosed = 313,
    /// The sale has no reference that a void could quote.
    NoReference = 314,
    /// Another card than the sale's.
    OtherCard = 315,
    /// Only a parked transaction can be resolved by hand.
    NotParked = 316,
    /// Cancelled before anything was sent.
    Cancelled = 317,
    /// The request does not fit a message.
    Message = 318,
    /// A pre-authorization is voided by its authorization code.
    VoidByCode = 319,
    /// The pre-authorization is not open.
    HoldNotOpen = 320,
    /// More than the pre-authorization lets a completion take.
    ExceedsHold = 321,
    /// A void is for the whole amount.
    OtherAmount = 322,
    /// A refund is not voided: make a new sale.
    VoidOfRefund = 323,
    /// A part of it was refunded: refund the rest.
    Refunded = 324,
    /// It took no money, or does not stand.
    NotRefundable = 325,
    /// More than is left of the original.
    ExceedsOriginal = 326,
    /// A refund needs the card itself.
    KeyedCard = 327,
    /// The batch is being settled: settle again, to finish that.
    Settling = 328,

    /// No working keys.
    NoKeys = 400,
    /// Wrong check value: terminal and host hold different master keys.
    WrongCheckValue = 401,
    /// Keys of a kind the module or algorithm cannot use.
    UnsupportedKeys = 402,
    /// No PIN was entered.
    NoPin = 403,
    /// The customer cancelled at the PIN pad.
    PinCancelled = 404,
    /// The track is too short to encrypt.
    ShortTrack = 405,
    /// A sealed card does not open.
    SealBroken = 406,
    /// The module did not answer in time.
    SecurityTimeout = 407,
    /// The module failed in its own way.
    SecurityDevice = 408,

    /// A record changed after it was written.
    Rot = 500,
    /// A record belongs to another journal.
    Foreign = 501,
    /// Records are missing.
    Gap = 502,
    /// A record of a newer version.
    TooNew = 503,
    /// A record contradicts the ones before it.
    Inconsistent = 504,
    /// The journal of another terminal, merchant or host.
    OtherTerminal = 505,
    /// More transactions than rows in the table.
    LedgerFull = 506,
    /// A record of a version that is not read any more.
    TooOld = 507,

    /// The frame's length cannot be.
    FrameLength = 600,
    /// The message ends inside a field.
    Truncated = 601,
    /// A length prefix is not decimal, or says more than the field holds.
    Prefix = 602,
    /// A nibble that is no digit.
    NotDecimal = 603,
    /// A field the dialect does not have.
    UnknownField = 604,
    /// Bytes behind the last field.
    Trailing = 605,
    /// Data that is no data object, in a way a newer core knows.
    Tlv = 610,
    /// The bytes end inside a tag.
    TlvTruncatedTag = 611,
    /// A tag longer than four bytes.
    TlvTagTooLong = 612,
    /// A length is not there, or not whole.
    TlvTruncatedLength = 613,
    /// More than four octets of length.
    TlvLengthTooLong = 614,
    /// A value passes the end of its template or of the bytes.
    TlvTruncatedValue = 615,
    /// Length 80, which EMV does not have.
    TlvIndefiniteLength = 616,
    /// Length 80 of an object that is no template.
    TlvIndefinitePrimitive = 617,
    /// The bytes end inside a template of indefinite length.
    TlvMissingEoc = 618,
    /// 00 without another in a template of indefinite length.
    TlvBadEoc = 619,
    /// An object inside too many templates.
    TlvMaxDepth = 620,
    /// Mode strict: the length could be written shorter.
    TlvNonMinimalLength = 621,
    /// Mode strict: 00 where a tag should begin.
    TlvPadding = 622,

    /// The flash did not read, write or erase.
    FlashFailed = 700,
    /// The flash holds no journal, or a damaged one.
    FlashCorrupted = 701,
    /// The flash is full.
    FlashFull = 702,
    /// Size, position or erase size of the flash cannot be used.
    FlashGeometry = 703,

    /// annul made a mistake and stopped. Initialise the object anew and replay
    /// the journal: nothing that was recorded is lost.
    Panic = 900,
}

/// The last error of an object, in more words than its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct annul_fault {
    /// What went wrong.
    pub status: annul_status,
    /// The ISO 8583 field: 0 is the message type, 1 the bitmap; -1 where no
    /// field is concerned.
    pub field: i32,
    /// The byte of the message, or the number of the journal's record.
    pub offset: u32,
}

impl annul_fault {
    pub(crate) const NONE: Self = Self::of(annul_status::Ok);

    pub(crate) const fn of(status: annul_status) -> Self {
        Self {
            status,
            field: -1,
            offset: 0,
        }
    }
}

impl From<annul_status> for annul_fault {
    fn from(status: annul_status) -> Self {
        Self::of(status)
    }
}

impl From<Refusal> for annul_status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Busy => Self::Busy,
            Refusal::ReversalPending => Self::ReversalPending,
            Refusal::TooManyParked => Self::TooManyParked,
            Refusal::SignInRequired => Self::SignInRequired,
            Refusal::BatchFull => Self::BatchFull,
            Refusal::JournalFull => Self::JournalFull,
            Refusal::StorageFault => Self::StorageFault,
            Refusal::Amount => Self::AmountLimit,
            Refusal::RequestIdReused => Self::RequestIdReused,
            Refusal::UnknownTrace => Self::UnknownTrace,
            Refusal::UnknownRequest => Self::UnknownRequest,
            Refusal::NotVoidable(_) => Self::NotVoidable,
            Refusal::VoidOfVoid => Self::VoidOfVoid,
            Refusal::BatchClosed => Self::BatchClosed,
            Refusal::NoReference => Self::NoReference,
            Refusal::OtherCard => Self::OtherCard,
            Refusal::NotParked => Self::NotParked,
            Refusal::Security(fault) => fault.into(),
            Refusal::Cancelled => Self::Cancelled,
            Refusal::Message => Self::Message,
            #[cfg(feature = "kinds")]
            Refusal::VoidByCode => Self::VoidByCode,
            #[cfg(feature = "kinds")]
            Refusal::HoldNotOpen(_) => Self::HoldNotOpen,
            #[cfg(feature = "kinds")]
            Refusal::ExceedsHold => Self::ExceedsHold,
            #[cfg(feature = "kinds")]
            Refusal::OtherAmount => Self::OtherAmount,
            #[cfg(feature = "kinds")]
            Refusal::VoidOfRefund => Self::VoidOfRefund,
            #[cfg(feature = "kinds")]
            Refusal::Refunded => Self::Refunded,
            #[cfg(feature = "kinds")]
            Refusal::NotRefundable(_) => Self::NotRefundable,
            #[cfg(feature = "kinds")]
            Refusal::ExceedsOriginal => Self::ExceedsOriginal,
            #[cfg(feature = "kinds")]
            Refusal::KeyedCard => Self::KeyedCard,
            Refusal::Settling => Self::Settling,
        }
    }
}

impl From<SecurityFault> for annul_status {
    fn from(fault: SecurityFault) -> Self {
        match fault {
            SecurityFault::NoKeys => Self::NoKeys,
            SecurityFault::WrongCheckValue { .. } => Self::WrongCheckValue,
            SecurityFault::UnsupportedKeys => Self::UnsupportedKeys,
            SecurityFault::NoPin => Self::NoPin,
            SecurityFault::PinCancelled => Self::PinCancelled,
            SecurityFault::ShortTrack => Self::ShortTrack,
            SecurityFault::SealBroken => Self::SealBroken,
            SecurityFault::TimedOut => Self::SecurityTimeout,
            // A fault that a newer core adds is at least one of the device.
            _ => Self::SecurityDevice,
        }
    }
}

impl annul_status {
    /// The fault of a security module that C reported by its number.
    pub(crate) fn security_fault(number: i32) -> SecurityFault {
        const SAME: [annul_status; 8] = [
            annul_status::NoKeys,
            annul_status::WrongCheckValue,
            annul_status::UnsupportedKeys,
            annul_status::NoPin,
            annul_status::PinCancelled,
            annul_status::ShortTrack,
            annul_status::SealBroken,
            annul_status::SecurityTimeout,
        ];
        match SAME.into_iter().find(|status| *status as i32 == number) {
            Some(Self::NoKeys) => SecurityFault::NoKeys,
            Some(Self::WrongCheckValue) => SecurityFault::WrongCheckValue {
                key: annul::crypto::Usage::Mac,
            },
            Some(Self::UnsupportedKeys) => SecurityFault::UnsupportedKeys,
            Some(Self::NoPin) => SecurityFault::NoPin,
            Some(Self::PinCancelled) => SecurityFault::PinCancelled,
            Some(Self::ShortTrack) => SecurityFault::ShortTrack,
            Some(Self::SealBroken) => SecurityFault::SealBroken,
            Some(Self::SecurityTimeout) => SecurityFault::TimedOut,
            _ => SecurityFault::Device { code: number },
        }
    }
}

impl From<ReplayError> for annul_fault {
    fn from(error: ReplayError) -> Self {
        let (status, record) = match error {
            ReplayError::Rot(seq) => (annul_status::Rot, seq.0),
            ReplayError::Foreign(seq) => (annul_status::Foreign, seq.0),
            ReplayError::Gap(seq) => (annul_status::Gap, seq.0),
            ReplayError::TooNew(seq) => (annul_status::TooNew, seq.0),
            ReplayError::TooOld(seq) => (annul_status::TooOld, seq.0),
            ReplayError::Inconsistent(seq) => (annul_status::Inconsistent, seq.0),
            ReplayError::OtherTerminal => (annul_status::OtherTerminal, 0),
            ReplayError::LedgerFull => (annul_status::LedgerFull, 0),
        };
        Self {
            offset: record,
            ..Self::of(status)
        }
    }
}

impl From<DecodeError> for annul_fault {
    fn from(error: DecodeError) -> Self {
        let status = match error.fault {
            DecodeFault::Truncated { .. } => annul_status::Truncated,
            DecodeFault::Prefix { .. }
            | DecodeFault::TooLong { .. }
            | DecodeFault::PrefixTooSmall { .. }
            | DecodeFault::Frame { .. }
            | DecodeFault::TooLarge => annul_status::Prefix,
            DecodeFault::NotDecimal { .. }
            | DecodeFault::NotHex { .. }
            | DecodeFault::HalfByte
            | DecodeFault::Character { .. }
            | DecodeFault::Pad { .. }
            | DecodeFault::Tlv(_) => annul_status::NotDecimal,
            DecodeFault::Unknown | DecodeFault::SecondBitmap | DecodeFault::UnknownPart => {
                annul_status::UnknownField
            }
            DecodeFault::Trailing { .. } => annul_status::Trailing,
        };
        Self {
            status,
            field: i32::from(error.field),
            offset: error.offset as u32,
        }
    }
}

impl From<annul::tlv::Error> for annul_fault {
    fn from(error: annul::tlv::Error) -> Self {
        let status = match error.fault() {
            Fault::TruncatedTag => annul_status::TlvTruncatedTag,
            Fault::TagTooLong => annul_status::TlvTagTooLong,
            Fault::TruncatedLength { .. } => annul_status::TlvTruncatedLength,
            Fault::LengthTooLong { .. } => annul_status::TlvLengthTooLong,
            Fault::TruncatedValue { .. } => annul_status::TlvTruncatedValue,
            Fault::IndefiniteLength => annul_status::TlvIndefiniteLength,
            Fault::IndefinitePrimitive => annul_status::TlvIndefinitePrimitive,
            Fault::MissingEoc => annul_status::TlvMissingEoc,
            Fault::BadEoc => annul_status::TlvBadEoc,
            Fault::MaxDepth { .. } => annul_status::TlvMaxDepth,
            Fault::NonMinimalLength { .. } => annul_status::TlvNonMinimalLength,
            Fault::Padding => annul_status::TlvPadding,
            _ => annul_status::Tlv,
        };
        Self {
            offset: error.offset() as u32,
            ..Self::of(status)
        }
    }
}

impl From<FrameError> for annul_status {
    fn from(_: FrameError) -> Self {
        Self::FrameLength
    }
}

impl From<TextError> for annul_status {
    fn from(error: TextError) -> Self {
        match error {
            TextError::RequestId => Self::RequestId,
            TextError::Reason => Self::Reason,
            TextError::Note => Self::Note,
            TextError::CardNumber => Self::CardNumberInText,
        }
    }
}

impl From<CardError> for annul_status {
    fn from(error: CardError) -> Self {
        match error {
            CardError::Pan => Self::Pan,
            CardError::Expiry => Self::Expiry,
            CardError::Track2 => Self::Track2,
            CardError::Pin => Self::Pin,
        }
    }
}

impl From<NumberError> for annul_status {
    fn from(error: NumberError) -> Self {
        match error {
            NumberError::Amount => Self::Amount,
            NumberError::Trace => Self::Trace,
            NumberError::Batch => Self::Batch,
        }
    }
}

impl From<KeyError> for annul_status {
    fn from(_: KeyError) -> Self {
        Self::KeyLength
    }
}

/// What has a number but no place goes into a fault by its number.
macro_rules! placeless {
    ($($error:ty),*) => {$(
        impl From<$error> for annul_fault {
            fn from(error: $error) -> Self {
                Self::of(error.into())
            }
        }
    )*};
}

placeless!(
    Refusal,
    SecurityFault,
    FrameError,
    TextError,
    CardError,
    NumberError,
    KeyError
);
