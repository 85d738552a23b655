use super::{CURRENCY, KeyRequest, MessageError, Station};
use crate::card::{Expiry, Pan, Track2};
use crate::crypto::CardOnFile;
use crate::iso8583::value::{
    Capability, ChipCondition, Cipher, MessageClass, Original, PinFormat, SecurityControl, Source,
    TrackProtection,
};
use crate::iso8583::{Mti, UNIONPAY_POS, Writer};
use crate::journal::{Intent, Quotes};
use crate::profile::{KindRow, Profile};
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

    /// The third digit of field 53.
    fn protection(&self) -> TrackProtection {
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

/// Digits of the longest PIN: field 26.
const PIN_CAPTURE: &[u8; 2] = b"12";

/// Writes the request of a transaction up to its MAC; gives the length of
/// what the MAC covers. The eight bytes of F64 go behind.
pub fn financial(
    station: &Station,
    profile: &Profile,
    draft: Draft<'_>,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let Draft {
        intent,
        card,
        pin_block,
    } = draft;
    let row = profile.row(intent.kind);
    let mut writer = begin(row.message_type, buffer);
    if let Card::Keyed(card) = card {
        writer.digits(2, card.pan.reveal());
    }
    amounts(&mut writer, row, intent);
    if let Card::Keyed(CardOnFile {
        expiry: Some(expiry),
        ..
    }) = card
    {
        writer.digits(14, expiry.digits());
    }
    intent.entry_mode.write(&mut writer);
    writer.digits(25, &row.condition_code);
    if pin_block.is_some() {
        writer.digits(26, PIN_CAPTURE);
    }
    if let Card::Swiped(track) = card {
        writer.digits(35, track.reveal());
    }
    #[cfg(feature = "track-encryption")]
    if let Card::SwipedProtected(track) = card {
        writer.digits(35, track.reveal());
    }
    if let Quotes::Charge(void) = &intent.quotes {
        writer.bytes(37, void.reference.bytes());
    }
    authorization(&mut writer, intent);
    identity(&mut writer, station);
    writer.bytes(49, CURRENCY);
    if let Some(block) = pin_block {
        writer.bytes(52, block);
        SecurityControl {
            pin: PinFormat::WithPan,
            cipher: match station.key_request {
                KeyRequest::Single => Cipher::Des,
                KeyRequest::Double | KeyRequest::DoubleWithTrack => Cipher::TripleDes,
            },
            track: card.protection(),
        }
        .write(&mut writer);
    } else if card.protection() == TrackProtection::Enciphered {
        // Without a PIN only the track says something (unionpay.md 4.6).
        SecurityControl {
            pin: PinFormat::None,
            cipher: Cipher::Des,
            track: TrackProtection::Enciphered,
        }
        .write(&mut writer);
    }
    classes(&mut writer, row, intent)?;
    Ok(writer.finish_unsigned()?)
}

/// Writes the reversal of a recorded intent up to its MAC. It repeats what the
/// request said and adds why, and has nothing that may not be kept: no track,
/// no PIN (rule R16). `card` is needed where the request had field 2.
pub fn reversal(
    station: &Station,
    profile: &Profile,
    intent: &Intent,
    card: Option<&CardOnFile>,
    reason: ReversalReason,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let row = profile.row(intent.kind);
    let card = match (needs_card(intent), card) {
        (true, None) => return Err(MessageError::NoCard),
        (true, card) => card,
        (false, _) => None,
    };
    let mut writer = begin(0x0400, buffer);
    if let Some(card) = card {
        writer.digits(2, card.pan.reveal());
    }
    amounts(&mut writer, row, intent);
    if let Some(CardOnFile {
        expiry: Some(expiry),
        ..
    }) = card
    {
        writer.digits(14, expiry.digits());
    }
    intent.entry_mode.write(&mut writer);
    writer.digits(25, &row.condition_code);
    authorization(&mut writer, intent);
    writer.bytes(39, reason.code().bytes());
    identity(&mut writer, station);
    writer.bytes(49, CURRENCY);
    classes(&mut writer, row, intent)?;
    Ok(writer.finish_unsigned()?)
}

/// Whether a request of this intent had field 2, so that its reversal has it.
pub fn needs_card(intent: &Intent) -> bool {
    intent.entry_mode.source == Source::Keyed
}

/// Writes a sign-in; it has no MAC.
pub fn sign_in(
    station: &Station,
    trace: Trace,
    batch: Batch,
    operator: OperatorId,
    buffer: &mut [u8],
) -> Result<usize, MessageError> {
    let class = MessageClass::new(0, batch.number())?.network(station.key_request.code())?;
    let [first, second] = *operator.bytes();
    let mut writer = begin(0x0800, buffer);
    writer.number(11, u64::from(trace.number()));
    identity(&mut writer, station);
    class.write(&mut writer);
    // Two digits and a space: the form of the field's width (conflict 11).
    writer.bytes(63, &[first, second, b' ']);
    Ok(writer.finish()?)
}

/// Writes an echo test; it has neither trace nor MAC.
pub fn echo(station: &Station, batch: Batch, buffer: &mut [u8]) -> Result<usize, MessageError> {
    let class = MessageClass::new(0, batch.number())?.network(301)?;
    let mut writer = begin(0x0820, buffer);
    identity(&mut writer, station);
    class.write(&mut writer);
    Ok(writer.finish()?)
}

fn begin(message_type: u16, buffer: &mut [u8]) -> Writer<'_> {
    Writer::new(&UNIONPAY_POS, buffer, Mti::literal(message_type))
}

fn amounts(writer: &mut Writer<'_>, row: &KindRow, intent: &Intent) {
    writer.digits(3, &row.processing_code);
    writer.number(4, intent.amount.minor());
    writer.number(11, u64::from(intent.trace.number()));
}

fn identity(writer: &mut Writer<'_>, station: &Station) {
    writer.bytes(41, station.terminal.bytes());
    writer.bytes(42, station.merchant.bytes());
}

/// Fields 60 and 61.
fn classes(writer: &mut Writer<'_>, row: &KindRow, intent: &Intent) -> Result<(), MessageError> {
    let [tens, ones] = row.message_class.map(|digit| digit - b'0');
    MessageClass::new(tens * 10 + ones, intent.batch.number())?
        .network(0)?
        .reading(Capability::Contactless, ChipCondition::Unused)
        .write(writer);
    match &intent.quotes {
        Quotes::Nothing => {}
        Quotes::Charge(void) => {
            Original::new(void.batch.number(), void.trace.number())?.write(writer);
        }
        #[cfg(feature = "holds")]
        Quotes::Hold(hold) => {
            let place = hold
                .original
                .map(|(_, batch, trace)| (batch.number(), trace.number()));
            let (batch, trace) = place.unwrap_or_default();
            Original::new(batch, trace)?.on(hold.date)?.write(writer);
        }
    }
    Ok(())
}

/// Field 38, where what is quoted has a code.
fn authorization(writer: &mut Writer<'_>, intent: &Intent) {
    let code = match &intent.quotes {
        Quotes::Nothing => None,
        Quotes::Charge(void) => void.authorization,
        #[cfg(feature = "holds")]
        Quotes::Hold(hold) => Some(hold.authorization),
    };
    if let Some(code) = code {
        writer.bytes(38, code.bytes());
    }
}
