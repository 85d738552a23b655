use crate::code;
use crate::command::{Resolution, SaleOrder, VoidOrder};
use crate::error::{Advice, AnnulError};
use crate::kinds::{HoldOrder, InquiryOrder, RefundOrder};
use annul::crypto::{SecurityFault, Usage};
use annul::engine::{Millis, Sending};
use annul::terminal;
use annul::transaction::Civil;
use core::fmt;

/// The time of a step: one clock decides, the other only stamps records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Now {
    /// Milliseconds of a clock that only goes forward.
    pub millis: i64,
    /// The wall clock.
    pub year: i32,
    /// 1 to 12.
    pub month: i32,
    /// 1 to 31.
    pub day: i32,
    /// 0 to 23.
    pub hour: i32,
    /// 0 to 59.
    pub minute: i32,
    /// 0 to 60.
    pub second: i32,
}

/// What the operator wants, and what happened.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum Input {
    /// Fetch working keys and the batch number.
    SignIn,
    /// Ask the host whether it is there.
    Echo,
    /// Sell.
    Sale {
        /// What.
        sale: SaleOrder,
    },
    /// Void a sale or a completion.
    Void {
        /// Which.
        void: VoidOrder,
    },
    /// Hold an amount on a card.
    Preauthorize {
        /// What.
        hold: SaleOrder,
    },
    /// Void or complete a pre-authorization.
    Hold {
        /// Which.
        hold: HoldOrder,
    },
    /// Give back what was taken.
    Refund {
        /// What.
        refund: RefundOrder,
    },
    /// Ask for the balance of a card; nothing is recorded.
    Balance {
        /// Whose.
        inquiry: InquiryOrder,
    },
    /// Settle the batch, or go on with a settlement that was begun.
    Settle,
    /// Finish what is left unfinished.
    Recover,
    /// Take a supervisor's word.
    Resolve {
        /// On what.
        resolution: Resolution,
    },
    /// The operator wants the exchange undone, if it still can be.
    Cancel,
    /// Time went by.
    Tick,
    /// A connection was made.
    Connected {
        /// Which.
        link: i64,
    },
    /// The whole frame was handed to the transport.
    Sent {
        /// Over which connection.
        link: i64,
    },
    /// Bytes came, split anywhere.
    Received {
        /// Over which connection.
        link: i64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A connection ended, or could not be made.
    Down {
        /// Which.
        link: i64,
        /// In doubt, `MaybeSent`.
        doubt: SendDoubt,
    },
    /// The PIN that the customer entered; for software keys.
    PinEntered {
        /// The question.
        question: i64,
        /// 4 to 12 ASCII digits; wiped here.
        pin: Vec<u8>,
    },
    /// A MAC from the device.
    MacComputed {
        /// The question.
        question: i64,
        /// 8 bytes.
        mac: Vec<u8>,
    },
    /// A PIN block from the device.
    PinEncrypted {
        /// The question.
        question: i64,
        /// 8 bytes.
        block: Vec<u8>,
    },
    /// A track that the device enciphered.
    TrackEncrypted {
        /// The question.
        question: i64,
        /// As many bytes as it was given, eight of them enciphered: those that
        /// end one byte before the last.
        track: Vec<u8>,
    },
    /// Working keys are in the device.
    KeysLoaded {
        /// The question.
        question: i64,
    },
    /// The device sealed a card.
    CardSealed {
        /// The question.
        question: i64,
        /// 34 bytes.
        sealed: Vec<u8>,
    },
    /// The device opened a card.
    CardOpened {
        /// The question.
        question: i64,
        /// ASCII digits; wiped here.
        number: Vec<u8>,
        /// `YYMM`.
        expiry: Option<String>,
    },
    /// The device did not do what it was asked.
    DeviceFailed {
        /// The question.
        question: i64,
        /// Why.
        fault: DeviceFault,
    },
}

/// What is known of a connection that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SendDoubt {
    /// The transport proves that no byte left.
    NothingSent,
    /// Some may have.
    MaybeSent,
}

/// Why the device did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum DeviceFault {
    /// No working keys.
    NoKeys,
    /// A key's check value is wrong.
    WrongCheckValue {
        /// Which key's.
        key: KeyUsage,
    },
    /// Keys that it cannot use.
    UnsupportedKeys,
    /// No PIN was entered.
    NoPin,
    /// The customer cancelled.
    PinCancelled,
    /// A sealed card does not open.
    SealBroken,
    /// It took too long.
    TimedOut,
    /// It failed in its own way.
    Failed {
        /// Its own code.
        code: i32,
    },
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum KeyUsage {
    /// Encrypts other keys.
    Master,
    /// Encrypts PIN blocks.
    Pin,
    /// Computes MACs.
    Mac,
    /// Encrypts tracks.
    Track,
}

impl Now {
    pub(crate) fn checked(self) -> Result<terminal::Now, AnnulError> {
        let small = |value: i32| u8::try_from(value).unwrap_or(u8::MAX);
        let year = u16::try_from(self.year).unwrap_or(u16::MAX);
        let date = (year, small(self.month), small(self.day));
        let time = (small(self.hour), small(self.minute), small(self.second));
        let civil = Civil::new(date, time).ok_or_else(|| {
            let what = "now: expected a date and a time of day";
            AnnulError::new(code::CIVIL, what, Advice::FixConfiguration)
        })?;
        let millis = u64::try_from(self.millis)
            .map_err(|_| AnnulError::range("now: expected 0 or more milliseconds"))?;
        Ok(terminal::Now {
            millis: Millis(millis),
            civil,
        })
    }
}

/// Which input it is, and nothing of what it carries.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, number) = match self {
            Self::SignIn => ("SignIn", None),
            Self::Echo => ("Echo", None),
            Self::Sale { .. } => ("Sale", None),
            Self::Void { .. } => ("Void", None),
            Self::Preauthorize { .. } => ("Preauthorize", None),
            Self::Hold { .. } => ("Hold", None),
            Self::Refund { .. } => ("Refund", None),
            Self::Balance { .. } => ("Balance", None),
            Self::Settle => ("Settle", None),
            Self::Recover => ("Recover", None),
            Self::Resolve { .. } => ("Resolve", None),
            Self::Cancel => ("Cancel", None),
            Self::Tick => ("Tick", None),
            Self::Connected { link } => ("Connected", Some(link)),
            Self::Sent { link } => ("Sent", Some(link)),
            Self::Received { link, .. } => ("Received", Some(link)),
            Self::Down { link, .. } => ("Down", Some(link)),
            Self::PinEntered { question, .. } => ("PinEntered", Some(question)),
            Self::MacComputed { question, .. } => ("MacComputed", Some(question)),
            Self::PinEncrypted { question, .. } => ("PinEncrypted", Some(question)),
            Self::TrackEncrypted { question, .. } => ("TrackEncrypted", Some(question)),
            Self::KeysLoaded { question } => ("KeysLoaded", Some(question)),
            Self::CardSealed { question, .. } => ("CardSealed", Some(question)),
            Self::CardOpened { question, .. } => ("CardOpened", Some(question)),
            Self::DeviceFailed { question, .. } => ("DeviceFailed", Some(question)),
        };
        match number {
            Some(number) => write!(f, "{name}({number})"),
            None => f.write_str(name),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<SendDoubt> for Sending {
    fn from(doubt: SendDoubt) -> Self {
        match doubt {
            SendDoubt::NothingSent => Self::NothingSent,
            SendDoubt::MaybeSent => Self::MaybeSent,
        }
    }
}

impl From<DeviceFault> for SecurityFault {
    fn from(fault: DeviceFault) -> Self {
        match fault {
            DeviceFault::NoKeys => Self::NoKeys,
            DeviceFault::WrongCheckValue { key } => Self::WrongCheckValue { key: key.into() },
            DeviceFault::UnsupportedKeys => Self::UnsupportedKeys,
            DeviceFault::NoPin => Self::NoPin,
            DeviceFault::PinCancelled => Self::PinCancelled,
            DeviceFault::SealBroken => Self::SealBroken,
            DeviceFault::TimedOut => Self::TimedOut,
            DeviceFault::Failed { code } => Self::Device { code },
        }
    }
}

impl From<KeyUsage> for Usage {
    fn from(key: KeyUsage) -> Self {
        match key {
            KeyUsage::Master => Self::Master,
            KeyUsage::Pin => Self::Pin,
            KeyUsage::Mac => Self::Mac,
            KeyUsage::Track => Self::Track,
        }
    }
}
