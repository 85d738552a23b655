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

/// What stands in a field as it is.
enum Value<'v> {
    None,
    Digits(&'v [u8]),
    Bytes(&'v [u8]),
    Number(u64),
}

impl<'v> Value<'v> {
    fn digits(digits: Option<&'v [u8]>) -> Self {
        digits.map_or(Self::None, Self::Digits)
    }

    fn bytes(bytes: Option<&'v [u8]>) -> Self {
        bytes.map_or(Self::None, Self::Bytes)
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
            let mut held = [b' '; 3];
            match *item {
                Item::Mac => return Ok(writer.finish_unsigned()?),
                #[cfg(all(feature = "dialects", feature = "kinds"))]
                Item::Iso(item) => self.iso(&mut writer, *number, item),
                Item::ManagementClass => {
                    let Subject { batch, network, .. } = self.subject;
                    let class = MessageClass::new(0, batch.number())?;
                    class.network(network)?.write(&mut writer);
                }
                item => match (self.plain(item, &mut held), self.subject.intent) {
                    (Value::Digits(digits), _) => {
                        writer.digits(*number, digits);
                    }
                    (Value::Bytes(bytes), _) => {
                        writer.bytes(*number, bytes);
                    }
                    (Value::Number(value), _) => {
                        writer.number(*number, value);
                    }
                    (Value::None, Some(intent)) => self.composed(&mut writer, item, intent)?,
                    (Value::None, None) => {}
                },
            }
        }
        Ok(writer.finish()?)
    }

    /// What stands in a field as it is, where the message speaks of it; `held`
    /// is for what stands nowhere else.
    fn plain<'v>(&'v self, item: Item, held: &'v mut [u8; 3]) -> Value<'v> {
        let Subject {
            intent,
            card,
            presented,
            pin_block,
            reason,
            trace,
            operator,
            ..
        } = &self.subject;
        let row = intent.map(|intent| self.profile.row(intent.kind));
        let quotes = intent.map(|intent| &intent.quotes);
        match item {
            Item::Trace => (*trace).map_or(Value::None, |trace| {
                Value::Number(u64::from(trace.number()))
            }),
            Item::Amount => match intent {
                Some(intent) if intent.kind.is_recorded() => Value::Number(intent.amount.minor()),
                _ => Value::None,
            },
            Item::Terminal => Value::Bytes(self.station.terminal.bytes()),
            Item::Merchant => Value::Bytes(self.station.merchant.bytes()),
            Item::Currency => Value::Bytes(CURRENCY),
            Item::Totals | Item::Details | Item::DetailCount => {
                Value::Digits(self.subject.batch_data)
            }
            Item::Operator => Value::bytes(operator.map(|operator| {
                held[..2].copy_from_slice(operator.bytes());
                &held[..]
            })),
            Item::ReversalReason => Value::bytes(reason.map(|reason| {
                held[..2].copy_from_slice(reason.code().bytes());
                &held[..2]
            })),
            Item::CardNumber => Value::digits(card.map(|card| card.pan.reveal())),
            Item::Expiry => {
                let expiry = card.and_then(|card| card.expiry.as_ref());
                Value::digits(expiry.map(|expiry| &expiry.digits()[..]))
            }
            Item::ProcessingCode => Value::digits(row.map(|row| &row.processing_code[..])),
            Item::ConditionCode => Value::digits(row.map(|row| &row.condition_code[..])),
            Item::PinCapture => Value::digits(pin_block.map(|_| &PIN_CAPTURE[..])),
            Item::PinBlock => Value::bytes(pin_block.map(|block| &block[..])),
            Item::Track2 => Value::digits(presented.and_then(Card::track)),
            Item::Reference => Value::bytes(match quotes {
                Some(Quotes::Charge(void)) => Some(&void.reference.bytes()[..]),
                #[cfg(feature = "kinds")]
                Some(Quotes::Refund(refund)) => Some(&refund.reference.bytes()[..]),
                _ => None,
            }),
            Item::AuthorizationCode => {
                let code = match quotes {
                    Some(Quotes::Charge(void)) => void.authorization.as_ref(),
                    #[cfg(feature = "kinds")]
                    Some(Quotes::Hold(hold)) => Some(&hold.authorization),
                    _ => None,
                };
                Value::bytes(code.map(|code| &code.bytes()[..]))
            }
            #[cfg(feature = "kinds")]
            Item::RefundOrganisation => {
                let refund = intent.filter(|intent| intent.kind.is_refund());
                Value::bytes(refund.map(|_| &b"000"[..]))
            }
            _ => Value::None,
        }
    }

    /// What is put together of several parts.
    fn composed(
        &self,
        writer: &mut Writer<'_>,
        item: Item,
        intent: &Intent,
    ) -> Result<(), MessageError> {
        match item {
            Item::EntryMode => intent.entry_mode.write(writer),
            Item::SecurityControl => self.security_control(writer),
            Item::TransactionClass => {
                let row = self.profile.row(intent.kind);
                let [tens, ones] = row.message_class.map(|digit| digit - b'0');
                MessageClass::new(tens * 10 + ones, intent.batch.number())?
                    .network(0)?
                    .reading(Capability::Contactless, ChipCondition::Unused)
                    .write(writer);
            }
            Item::Original => original(writer, intent)?,
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
