use super::settlement::{put, totals};
use super::write::{Message, Subject};
use super::{MessageError, Station};
use crate::card::{Expiry, Pan, Track2};
use crate::crypto::CardOnFile;
use crate::iso8583::value::{Source, TrackProtection};
use crate::journal::Intent;
use crate::ledger::Settlement;
use crate::profile::{Management, MessageRow, Profile};
use crate::transaction::{Batch, OperatorId, ReversalReason, Trace};
use zeroize::ZeroizeOnDrop;

/// The card as it was presented. It lives no longer than the request is built.
pub enum Card {
    /// Its stripe was read.
    Swiped(Track2),
    /// Its stripe was read, and the security module enciphered the track.
    #[cfg(feature = "track-encryption")]
    SwipedProtected(super::ProtectedTrack),
    /// Its number was keyed, or comes from the journal.
    Keyed(CardOnFile),
}

impl Card {
    /// The card number.
    pub fn pan(&self) -> &Pan {
        match self {
            Self::Swiped(track) => track.pan(),
            #[cfg(feature = "track-encryption")]
            Self::SwipedProtected(track) => track.pan(),
            Self::Keyed(card) => &card.pan,
        }
    }

    /// Where field 22 says it came from.
    pub fn source(&self) -> Source {
        match self {
            Self::Swiped(_) => Source::Stripe,
            #[cfg(feature = "track-encryption")]
            Self::SwipedProtected(_) => Source::Stripe,
            Self::Keyed(_) => Source::Keyed,
        }
    }

    /// Its expiry, where it has one.
    pub fn expiry(&self) -> Option<Expiry> {
        match self {
            Self::Swiped(track) => Some(track.expiry()),
            #[cfg(feature = "track-encryption")]
            Self::SwipedProtected(track) => Some(track.expiry()),
            Self::Keyed(card) => card.expiry,
        }
    }

    /// The card, where its number was keyed or comes from the journal.
    fn keyed(&self) -> Option<&CardOnFile> {
        match self {
            Self::Keyed(card) => Some(card),
            Self::Swiped(_) => None,
            #[cfg(feature = "track-encryption")]
            Self::SwipedProtected(_) => None,
        }
    }

    /// Track 2 as it is sent: ASCII digits and `D` or `=`.
    pub(super) fn track(&self) -> Option<&[u8]> {
        match self {
            Self::Swiped(track) => Some(track.reveal()),
            #[cfg(feature = "track-encryption")]
            Self::SwipedProtected(track) => Some(track.reveal()),
            Self::Keyed(_) => None,
        }
    }

    /// The third digit of field 53.
    pub(super) fn protection(&self) -> TrackProtection {
        match self {
            #[cfg(feature = "track-encryption")]
            Self::SwipedProtected(_) => TrackProtection::Enciphered,
            _ => TrackProtection::Clear,
        }
    }
}

/// Each of its forms does it.
impl ZeroizeOnDrop for Card {}

impl core::fmt::Debug for Card {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Card({})", self.pan().masked())
    }
}

/// A request about to be written: what is kept, and what may not be.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// What is kept.
    pub intent: &'a Intent,
    /// The card.
    pub card: &'a Card,
    /// Field 52, where a PIN was entered.
    pub pin_block: Option<&'a [u8; 8]>,
}

/// Writes the request of a transaction up to its MAC; gives the length of
/// what the MAC covers. The eight bytes of the MAC go behind.
pub fn financial(
    station: &Station,
    profile: &Profile,
    draft: Draft<'_>,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let row = profile.row(draft.intent.kind);
    let subject = Subject {
        card: draft.card.keyed(),
        presented: Some(draft.card),
        pin_block: draft.pin_block,
        ..Subject::of(draft.intent)
    };
    let message = Message {
        station,
        profile,
        subject,
    };
    message.write(row.message_type, profile.request, buffer)
}

/// Whether a reversal may have been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It was not.
    First,
    /// It may have been: a dialect may have a type of its own for that.
    Repeat,
}

/// Writes the reversal of a recorded intent up to its MAC. It repeats what the
/// request said and adds why, and has nothing that may not be kept: no track,
/// no PIN (rule R16). `card` is needed where the request had field 2.
pub fn reversal(
    station: &Station,
    profile: &Profile,
    intent: &Intent,
    card: Option<&CardOnFile>,
    (reason, sending): (ReversalReason, Sending),
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let card = match (needs_card(intent), card) {
        (true, None) => return Err(MessageError::NoCard),
        (true, card) => card,
        (false, _) => None,
    };
    let subject = Subject {
        card,
        reason: Some(reason),
        ..Subject::of(intent)
    };
    let message = Message {
        station,
        profile,
        subject,
    };
    let MessageRow {
        message_type,
        fields,
        ..
    } = profile.reversal;
    let message_type = match sending {
        Sending::First => message_type,
        Sending::Repeat => profile.repeat,
    };
    message.write(message_type, fields, buffer)
}

/// Whether a request of this intent had field 2, so that its reversal has it.
pub fn needs_card(intent: &Intent) -> bool {
    intent.entry_mode.source == Source::Keyed
}

/// Writes a sign-in; it has no MAC.
pub fn sign_in(
    station: &Station,
    profile: &Profile,
    trace: Trace,
    batch: Batch,
    operator: OperatorId,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let subject = Subject {
        trace: Some(trace),
        operator: Some(operator),
        network: match profile.management {
            Management::UnionPay => station.key_request.code(),
            #[cfg(all(feature = "dialects", feature = "kinds"))]
            Management::Iso => profile.sign_in.network,
        },
        ..Subject::management(batch)
    };
    let message = Message {
        station,
        profile,
        subject,
    };
    let row = &profile.sign_in;
    message.write(row.message_type, row.fields, buffer)
}

/// What a message of a settlement tells.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// The totals.
    Totals,
    /// Details: how many, as two digits, and [`DETAIL`](super::DETAIL) digits each.
    Details(&'a [u8]),
    /// The end, where the totals are equal.
    Balanced,
    /// The end behind so many details.
    Uploaded(usize),
}

/// Writes a message of a settlement; it has no MAC. Its trace is that of the
/// totals, or one of the two behind it (rule 2.2 of unionpay.md, F11).
pub fn settlement(
    station: &Station,
    profile: &Profile,
    settlement: &Settlement,
    operator: OperatorId,
    told: Told<'_>,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let first = settlement.trace;
    let (row, trace, details) = match told {
        Told::Totals => (&profile.settlement, first, 0),
        Told::Details(_) => (&profile.upload, first.next(), 0),
        Told::Balanced => (&profile.end_balanced, first.next().next(), 0),
        Told::Uploaded(count) => (&profile.end_uploaded, first.next().next(), count),
    };
    let digits = totals(&settlement.totals);
    let mut count = [0; 4];
    put(&mut count, details as u64);
    let subject = Subject {
        trace: Some(trace),
        operator: Some(operator),
        network: row.network,
        batch_data: match told {
            Told::Totals => &digits,
            Told::Details(digits) => digits,
            Told::Balanced | Told::Uploaded(_) => &count,
        },
        totals: Some(&settlement.totals),
        ..Subject::management(settlement.batch)
    };
    let message = Message {
        station,
        profile,
        subject,
    };
    message.write(row.message_type, row.fields, buffer)
}

/// Writes a detail that is a message of its own: a copy of its request without track,
/// PIN and MAC, under its own trace.
#[cfg(feature = "kinds")]
pub fn uploaded_copy(
    station: &Station,
    profile: &Profile,
    intent: &Intent,
    card: Option<&CardOnFile>,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let row = &profile.upload_copy;
    let subject = Subject {
        card,
        ..Subject::of(intent)
    };
    let message = Message {
        station,
        profile,
        subject,
    };
    message.write(row.message_type, row.fields, buffer)
}

/// Writes an echo test; it has no MAC, and no trace where its dialect has none there.
pub fn echo(
    station: &Station,
    profile: &Profile,
    batch: Batch,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let row = &profile.echo;
    let subject = Subject {
        network: row.network,
        ..Subject::management(batch)
    };
    let message = Message {
        station,
        profile,
        subject,
    };
    message.write(row.message_type, row.fields, buffer)
}
