//! What stands in each field of a message: the dialect's table says which field
//! comes next, the transaction says what it has of it.

use super::{CURRENCY, Card, KeyRequest, MessageError, Station};
use crate::crypto::CardOnFile;
use crate::iso8583::value::{
    Capability, ChipCondition, Cipher, MessageClass, Original, PinFormat, SecurityControl,
    TrackProtection,
};
use crate::iso8583::{Mti, Writer};
use crate::journal::{Intent, Quotes};
use crate::profile::{FieldRow, Item, Profile};
use crate::transaction::{Batch, BatchTotals, OperatorId, ReversalReason, Trace};

/// Digits of the longest PIN: field 26.
const PIN_CAPTURE: &[u8; 2] = b"12";

/// A message about to be written.
pub(super) struct Message<'a> {
    pub(super) station: &'a Station,
    pub(super) profile: &'a Profile,
    pub(super) subject: Subject<'a>,
}

/// What a message speaks of, as far as it speaks of it.
pub(super) struct Subject<'a> {
    pub(super) intent: Option<&'a Intent>,
    /// The card, where its number is sent.
    pub(super) card: Option<&'a CardOnFile>,
    /// The card as it was presented.
    pub(super) presented: Option<&'a Card>,
    pub(super) pin_block: Option<&'a [u8; 8]>,
    pub(super) reason: Option<ReversalReason>,
    pub(super) trace: Option<Trace>,
    pub(super) batch: Batch,
    pub(super) operator: Option<OperatorId>,
    pub(super) network: u16,
    /// What a batch adds up to.
    #[cfg_attr(not(all(feature = "dialects", feature = "kinds")), allow(dead_code))]
    pub(super) totals: Option<&'a BatchTotals>,
    /// Field 48: digits.
    pub(super) batch_data: &'a [u8],
}

impl<'a> Subject<'a> {
    /// A transaction.
    pub(super) const fn of(intent: &'a Intent) -> Self {
        Self {
            intent: Some(intent),
            trace: Some(intent.trace),
            ..Self::management(intent.batch)
        }
    }

    /// No transaction.
    pub(super) const fn management(batch: Batch) -> Self {
        Self {
            intent: None,
            card: None,
            presented: None,
            pin_block: None,
            reason: None,
            trace: None,
            batch,
            operator: None,
            network: 0,
            totals: None,
            batch_data: &[],
        }
    }
}

impl Message<'_> {
    /// Writes the fields of a table; gives the length, or that of what a MAC
    /// covers where the last field is one.
    pub(super) fn write(
        &self,
        message_type: u16,
        fields: &[FieldRow],
        buffer: &mut [u8],
    ) -> Result<usize, MessageError> {
        let mti = Mti::literal(message_type);
        let mut writer = Writer::new(self.profile.spec, buffer, mti);
        for FieldRow(number, item) in fields {
            if let Item::Mac = item {
                return Ok(writer.finish_unsigned()?);
            }
            if let Some(intent) = self.subject.intent {
                self.of_transaction(&mut writer, *number, *item, intent)?;
            }
            self.of_any(&mut writer, *number, *item)?;
        }
        Ok(writer.finish()?)
    }

    /// What every message may have.
    fn of_any(&self, writer: &mut Writer<'_>, number: u8, item: Item) -> Result<(), MessageError> {
        let Subject {
            trace,
            batch,
            operator,
            network,
            ..
        } = self.subject;
        match item {
            Item::Trace => {
                if let Some(trace) = trace {
                    writer.number(number, u64::from(trace.number()));
                }
            }
            Item::Terminal => {
                writer.bytes(number, self.station.terminal.bytes());
            }
            Item::Merchant => {
                writer.bytes(number, self.station.merchant.bytes());
            }
            Item::Currency => {
                writer.bytes(number, CURRENCY);
            }
            Item::ManagementClass => {
                MessageClass::new(0, batch.number())?
                    .network(network)?
                    .write(writer);
            }
            Item::Totals | Item::Details | Item::DetailCount => {
                writer.digits(number, self.subject.batch_data);
            }
            Item::Operator => {
                if let Some([first, second]) = operator.map(|operator| *operator.bytes()) {
                    writer.bytes(number, &[first, second, b' ']);
                }
            }
            #[cfg(all(feature = "dialects", feature = "kinds"))]
            Item::Iso(item) => self.iso(writer, number, item),
            _ => {}
        }
        Ok(())
    }

    /// What only a transaction has.
    fn of_transaction(
        &self,
        writer: &mut Writer<'_>,
        number: u8,
        item: Item,
        intent: &Intent,
    ) -> Result<(), MessageError> {
        let Subject {
            card,
            presented,
            pin_block,
            reason,
            ..
        } = self.subject;
        let row = self.profile.row(intent.kind);
        match item {
            Item::CardNumber => {
                if let Some(card) = card {
                    writer.digits(number, card.pan.reveal());
                }
            }
            Item::ProcessingCode => {
                writer.digits(number, &row.processing_code);
            }
            Item::Amount if intent.kind.is_recorded() => {
                writer.number(number, intent.amount.minor());
            }
            Item::Expiry => {
                if let Some(expiry) = card.and_then(|card| card.expiry) {
                    writer.digits(number, expiry.digits());
                }
            }
            Item::EntryMode => intent.entry_mode.write(writer),
            Item::ConditionCode => {
                writer.digits(number, &row.condition_code);
            }
            Item::PinCapture if pin_block.is_some() => {
                writer.digits(number, PIN_CAPTURE);
            }
            Item::Track2 => {
                if let Some(track) = presented.and_then(Card::track) {
                    writer.digits(number, track);
                }
            }
            Item::Reference => {
                let reference = match &intent.quotes {
                    Quotes::Charge(void) => void.reference,
                    #[cfg(feature = "kinds")]
                    Quotes::Refund(refund) => refund.reference,
                    _ => return Ok(()),
                };
                writer.bytes(number, reference.bytes());
            }
            Item::AuthorizationCode => {
                let code = match &intent.quotes {
                    Quotes::Charge(void) => void.authorization,
                    #[cfg(feature = "kinds")]
                    Quotes::Hold(hold) => Some(hold.authorization),
                    _ => None,
                };
                if let Some(code) = code {
                    writer.bytes(number, code.bytes());
                }
            }
            Item::ReversalReason => {
                if let Some(reason) = reason {
                    writer.bytes(number, reason.code().bytes());
                }
            }
            Item::PinBlock => {
                if let Some(block) = pin_block {
                    writer.bytes(number, block);
                }
            }
            Item::SecurityControl => self.security_control(writer),
            Item::TransactionClass => {
                let [tens, ones] = row.message_class.map(|digit| digit - b'0');
                MessageClass::new(tens * 10 + ones, intent.batch.number())?
                    .network(0)?
                    .reading(Capability::Contactless, ChipCondition::Unused)
                    .write(writer);
            }
            Item::Original => original(writer, intent)?,
            #[cfg(feature = "kinds")]
            Item::RefundOrganisation if intent.kind.is_refund() => {
                writer.bytes(number, b"000");
            }
            _ => {}
        }
        Ok(())
    }

    /// Without a PIN only the track says something (unionpay.md 4.6).
    fn security_control(&self, writer: &mut Writer<'_>) {
        let track = self.subject.presented.map(Card::protection);
        let track = track.unwrap_or(TrackProtection::Clear);
        let (pin, cipher) = match (self.subject.pin_block, self.station.key_request) {
            (None, _) if track == TrackProtection::Clear => return,
            (None, _) => (PinFormat::None, Cipher::Des),
            (Some(_), KeyRequest::Single) => (PinFormat::WithPan, Cipher::Des),
            (Some(_), KeyRequest::Double | KeyRequest::DoubleWithTrack) => {
                (PinFormat::WithPan, Cipher::TripleDes)
            }
        };
        SecurityControl { pin, cipher, track }.write(writer);
    }
}

/// Field 61: of a void batch and trace, of the others the date, too.
fn original(writer: &mut Writer<'_>, intent: &Intent) -> Result<(), MessageError> {
    let original = match &intent.quotes {
        Quotes::Nothing => return Ok(()),
        Quotes::Charge(void) => Original::new(void.batch.number(), void.trace.number())?,
        #[cfg(feature = "kinds")]
        Quotes::Hold(hold) => on(hold.original, hold.date)?,
        #[cfg(feature = "kinds")]
        Quotes::Refund(refund) => on(refund.original, refund.date)?,
    };
    original.write(writer);
    Ok(())
}

/// What is quoted by its date, and by its place where this journal has it.
#[cfg(feature = "kinds")]
fn on(
    original: Option<(crate::journal::Seq, Batch, Trace)>,
    date: [u8; 4],
) -> Result<Original, MessageError> {
    let place = original.map(|(_, batch, trace)| (batch.number(), trace.number()));
    let (batch, trace) = place.unwrap_or_default();
    Ok(Original::new(batch, trace)?.on(date)?)
}
