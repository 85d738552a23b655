use crate::error::AnnulError;
use crate::setup;
use annul::card::{Expiry, Pan, Track2};
use annul::crypto::CardOnFile;
use annul::engine;
use annul::journal;
use annul::message;
use annul::terminal::{self, PinWanted};
use annul::transaction::{OperatorId, RequestId, Trace, VoidNote, VoidReason};
use zeroize::Zeroize;

/// A sale 消费, or a pre-authorization 预授权.
#[derive(Clone, uniffi::Record)]
pub struct SaleOrder {
    /// The caller's id, made before: 1 to 36 printable characters.
    pub request: String,
    /// Minor units.
    pub amount: i64,
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinEntry,
}

/// The void of a sale 消费撤销 or of a completion 预授权完成撤销, whole. Its name is longer than the core's, since
/// `Void` means nothing in Swift and Java: literally.
#[derive(Clone, uniffi::Record)]
pub struct VoidOrder {
    /// The caller's id, made before.
    pub request: String,
    /// The trace of what is voided: the voucher number on its slip.
    pub original: i32,
    /// The card, where it was presented; else it is taken from the journal.
    pub card: Option<Card>,
    /// Whether the customer enters a PIN.
    pub pin: PinEntry,
    /// The supervisor who allowed it: 2 characters.
    pub supervisor: String,
    /// Why: a short word such as `customer-request`.
    pub reason: String,
    /// What the operator added; may be empty.
    pub note: String,
}

/// A supervisor's word on a parked transaction.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Resolution {
    /// The request id of the parked transaction.
    pub request: String,
    /// Who: 2 characters.
    pub supervisor: String,
    /// How it stands at the host.
    pub verdict: Verdict,
    /// Why.
    pub note: String,
}

/// How a parked transaction stands at the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Verdict {
    /// It stands.
    Approved,
    /// It was undone, or never was.
    Reversed,
}

/// The card as it was presented. As bytes, so that they can be wiped.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum Card {
    /// Its stripe was read: track 2 in ASCII without sentinels.
    Swiped {
        /// `PAN=YYMM...`.
        track2: Vec<u8>,
    },
    /// Its number was keyed.
    Keyed {
        /// 13 to 19 ASCII digits.
        number: Vec<u8>,
        /// `YYMM`.
        expiry: Option<String>,
    },
}

/// Whether the customer enters a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PinEntry {
    /// It is asked for.
    Wanted,
    /// There is none.
    None,
}

/// A command, checked.
pub(crate) enum Command {
    SignIn,
    Echo,
    Sale(terminal::Sale),
    Void(terminal::Void),
    Preauthorize(terminal::Sale),
    Hold(terminal::Hold),
    Refund(terminal::Refund),
    Balance(terminal::Inquiry),
    Settle,
    Recover,
    Resolve(engine::Resolution),
}

impl Command {
    /// The request of a command that begins a transaction.
    pub(crate) fn request(&self) -> Option<RequestId> {
        match self {
            Self::Sale(sale) | Self::Preauthorize(sale) => Some(sale.request),
            Self::Void(void) => Some(void.request),
            Self::Hold(hold) => Some(hold.request),
            Self::Refund(refund) => Some(refund.request),
            Self::SignIn
            | Self::Echo
            | Self::Balance(_)
            | Self::Settle
            | Self::Recover
            | Self::Resolve(_) => None,
        }
    }

    /// The card that was presented for it.
    pub(crate) fn card(&mut self) -> Option<&mut message::Card> {
        match self {
            Self::Sale(sale) | Self::Preauthorize(sale) => Some(&mut sale.card),
            Self::Void(void) => void.card.as_mut(),
            Self::Hold(hold) => Some(&mut hold.card),
            Self::Refund(refund) => Some(&mut refund.card),
            Self::Balance(inquiry) => Some(&mut inquiry.card),
            Self::SignIn | Self::Echo | Self::Settle | Self::Recover | Self::Resolve(_) => None,
        }
    }

    /// A sign-in brings new keys, so it goes where the journal's do not load.
    pub(crate) fn brings_keys(&self) -> bool {
        matches!(self, Self::SignIn | Self::Echo)
    }
}

impl SaleOrder {
    pub(crate) fn checked(self) -> Result<terminal::Sale, AnnulError> {
        let card = self.card.checked();
        Ok(terminal::Sale {
            request: RequestId::new(&self.request)?,
            amount: setup::amount(self.amount)?,
            card: card?,
            pin: self.pin.into(),
        })
    }
}

impl VoidOrder {
    pub(crate) fn checked(self) -> Result<Command, AnnulError> {
        let card = self.card.map(Card::checked).transpose()?;
        Ok(Command::Void(terminal::Void {
            request: RequestId::new(&self.request)?,
            original: trace(self.original)?,
            card,
            pin: self.pin.into(),
            supervisor: OperatorId::new(self.supervisor.as_bytes())?,
            reason: VoidReason::new(&self.reason)?,
            note: VoidNote::new(&self.note)?,
        }))
    }
}

impl Resolution {
    pub(crate) fn checked(&self) -> Result<Command, AnnulError> {
        Ok(Command::Resolve(engine::Resolution {
            request: RequestId::new(&self.request)?.tag(),
            by: OperatorId::new(self.supervisor.as_bytes())?,
            verdict: self.verdict.into(),
            note: VoidNote::new(&self.note)?,
        }))
    }
}

impl Card {
    /// The card; the bytes that came over the border are wiped.
    pub(crate) fn checked(self) -> Result<message::Card, AnnulError> {
        match self {
            Self::Swiped { mut track2 } => {
                let track = Track2::parse(str::from_utf8(&track2).unwrap_or_default());
                track2.zeroize();
                Ok(message::Card::Swiped(track?))
            }
            Self::Keyed { mut number, expiry } => {
                let pan = Pan::from_digits(&number);
                number.zeroize();
                let expiry = expiry.as_deref().map(Expiry::parse).transpose()?;
                Ok(message::Card::Keyed(CardOnFile { pan: pan?, expiry }))
            }
        }
    }
}

pub(crate) fn trace(number: i32) -> Result<Trace, AnnulError> {
    let number = u32::try_from(number).unwrap_or(0);
    Ok(Trace::new(number)?)
}

impl From<PinEntry> for PinWanted {
    fn from(pin: PinEntry) -> Self {
        match pin {
            PinEntry::Wanted => Self::Yes,
            PinEntry::None => Self::No,
        }
    }
}

impl From<Verdict> for journal::Verdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved => Self::Approved,
            Verdict::Reversed => Self::Reversed,
        }
    }
}

/// How it was presented, and nothing of the card.
impl core::fmt::Display for Card {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Swiped { .. } => "Swiped(***)",
            Self::Keyed { .. } => "Keyed(***)",
        })
    }
}
