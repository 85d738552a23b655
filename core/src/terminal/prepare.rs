//! Building the request of a sale or a void, step by step, before anything is
//! recorded: card sealed, PIN encrypted, message written, MAC computed. Where
//! a step fails, nothing has happened.

use super::ordered::{Ordered, PinWanted};
#[cfg(feature = "kinds")]
use super::orders::{Hold, HoldClaim, Inquiry, Refund, RefundOf};
use super::orders::{Sale, Void};
use super::stage::Stage;
use super::{News, Now, Terminal, Todo};
use crate::card::Pan;
use crate::crypto::{CardOnFile, SealedCard, SecurityFault};
#[cfg(feature = "kinds")]
use crate::engine::{Claim, Refunded};
use crate::engine::{Event, Millis, Numbers, Order, Refusal, What};
use crate::frame::PREFIX;
use crate::iso8583::Mti;
use crate::journal::{Approval, Envelope, Intent, Quotes, Record, Seq, VoidOrder};
#[cfg(feature = "kinds")]
use crate::journal::{HoldOrder, RefundOrder};
use crate::ledger::Entry;
use crate::message::{self, Card, Draft, Expected};
#[cfg(feature = "kinds")]
use crate::transaction::RequestId;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is under way.
    New,
    /// It was begun before under this id: this is its transaction.
    Known(Seq),
}

/// What became of an order.
enum Admission {
    /// It may begin, with these numbers.
    New(Numbers),
    /// It was begun before under its id.
    Known(Seq),
}

impl<T, B> Terminal<T, B>
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    /// Begins a sale. `room` is how many records still fit the journal.
    pub fn begin_sale(&mut self, now: Now, sale: Sale, room: usize) -> Result<Begun, Refusal> {
        let (amount, card) = (sale.amount, sale.card.pan().masked());
        self.begin_payment(now, What::Sale { amount, card }, sale, room)
    }

    /// Begins a pre-authorization 预授权. `room` as above.
    #[cfg(feature = "kinds")]
    pub fn begin_preauthorization(
        &mut self,
        now: Now,
        hold: Sale,
        room: usize,
    ) -> Result<Begun, Refusal> {
        let (amount, card) = (hold.amount, hold.card.pan().masked());
        self.begin_payment(now, What::PreAuthorization { amount, card }, hold, room)
    }

    fn begin_payment(
        &mut self,
        now: Now,
        what: What,
        sale: Sale,
        room: usize,
    ) -> Result<Begun, Refusal> {
        let order = Order {
            request: sale.request,
            what,
        };
        match self.admit(now, &order, room)? {
            Admission::Known(seq) => Ok(Begun::Known(seq)),
            Admission::New(numbers) => {
                let ordered = Ordered {
                    request: sale.request,
                    numbers,
                    pin: sale.pin,
                    operator: self.operator,
                    stamp: now.civil,
                    quotes: Quotes::Nothing,
                };
                self.seal(ordered, sale.card, now.millis);
                Ok(Begun::New)
            }
        }
    }

    /// Begins the void or the completion of a pre-authorization. `room` as above.
    #[cfg(feature = "kinds")]
    pub fn begin_hold(&mut self, now: Now, hold: Hold, room: usize) -> Result<Begun, Refusal> {
        let order = Order {
            request: hold.request,
            what: What::Hold {
                claim: match hold.claim {
                    HoldClaim::Void(_) => Claim::Void,
                    HoldClaim::Complete => Claim::Complete,
                },
                authorization: hold.authorization,
                amount: hold.amount,
                card: hold.card.pan().masked(),
            },
        };
        match self.admit(now, &order, room)? {
            Admission::Known(seq) => Ok(Begun::Known(seq)),
            Admission::New(numbers) => {
                let ordered = Ordered {
                    request: hold.request,
                    numbers,
                    pin: hold.pin,
                    operator: self.operator,
                    stamp: now.civil,
                    quotes: Quotes::Hold(HoldOrder {
                        original: numbers.hold,
                        authorization: hold.authorization,
                        date: hold.date,
                        approval: match hold.claim {
                            HoldClaim::Void(approval) => Some(approval),
                            HoldClaim::Complete => None,
                        },
                    }),
                };
                self.seal(ordered, hold.card, now.millis);
                Ok(Begun::New)
            }
        }
    }

    /// Begins a refund 退货. `room` as above.
    #[cfg(feature = "kinds")]
    pub fn begin_refund(
        &mut self,
        now: Now,
        refund: Refund,
        room: usize,
    ) -> Result<Begun, Refusal> {
        let order = Order {
            request: refund.request,
            what: What::Refund {
                of: match refund.of {
                    RefundOf::Trace(trace) => Refunded::Trace(trace),
                    RefundOf::Slip { reference, .. } => Refunded::Reference(reference),
                },
                amount: refund.amount,
                card: refund.card.pan().masked(),
                source: refund.card.source(),
            },
        };
        match self.admit(now, &order, room)? {
            Admission::Known(seq) => Ok(Begun::Known(seq)),
            Admission::New(numbers) => {
                let original = numbers.original;
                let known = original.map(|original| (original.reference, original.date));
                let (reference, date) = match (refund.of, known) {
                    (RefundOf::Slip { reference, date }, _) => (reference, Some(date)),
                    (RefundOf::Trace(_), known) => known.ok_or(Refusal::UnknownTrace)?,
                };
                let ordered = Ordered {
                    request: refund.request,
                    numbers,
                    pin: refund.pin,
                    operator: self.operator,
                    stamp: now.civil,
                    quotes: Quotes::Refund(RefundOrder {
                        original: original.map(|one| (one.seq, one.batch, one.trace)),
                        reference,
                        date: date.unwrap_or(*b"0000"),
                        approval: refund.approval,
                    }),
                };
                self.seal(ordered, refund.card, now.millis);
                Ok(Begun::New)
            }
        }
    }

    /// Begins a balance inquiry 余额查询; its answer is news, and nothing is recorded.
    #[cfg(feature = "kinds")]
    pub fn begin_inquiry(&mut self, now: Now, inquiry: Inquiry) -> Result<(), Refusal> {
        self.keys_settled()?;
        let numbers = self.command(now, |engine, now, out| engine.admit_inquiry(now, out))?;
        let ordered = Ordered {
            request: RequestId::UNNAMED,
            numbers,
            pin: inquiry.pin,
            operator: self.operator,
            stamp: now.civil,
            quotes: Quotes::Nothing,
        };
        self.seal(ordered, inquiry.card, now.millis);
        Ok(())
    }

    /// Begins the void of a sale or of a completion. `room` as above.
    pub fn begin_void(&mut self, now: Now, void: Void, room: usize) -> Result<Begun, Refusal> {
        let card = void.card.as_ref().map(|card| card.pan().masked());
        let order = Order {
            request: void.request,
            what: What::Void {
                original: void.original,
                card,
            },
        };
        match self.admit(now, &order, room)? {
            Admission::Known(seq) => Ok(Begun::Known(seq)),
            Admission::New(numbers) => {
                let original = numbers.original.ok_or(Refusal::UnknownTrace)?;
                let ordered = Ordered {
                    request: void.request,
                    numbers,
                    pin: void.pin,
                    operator: self.operator,
                    stamp: now.civil,
                    quotes: Quotes::Charge(VoidOrder {
                        original: original.seq,
                        batch: original.batch,
                        trace: original.trace,
                        reference: original.reference,
                        authorization: original.authorization,
                        approval: Approval {
                            supervisor: void.supervisor,
                            reason: void.reason,
                            note: void.note,
                        },
                    }),
                };
                if let Some(card) = void.card {
                    self.seal(ordered, card, now.millis);
                } else {
                    self.stage = Stage::RecallingOriginal(ordered);
                    self.ask(|job| Todo::Recall(job, original.seq));
                }
                Ok(Begun::New)
            }
        }
    }

    /// An order that is known is answered whatever is under way: asking again
    /// sends nothing (rows 3 to 5).
    fn admit(&mut self, now: Now, order: &Order, room: usize) -> Result<Admission, Refusal> {
        if let Some(known) = self.engine.known(order)? {
            return Ok(Admission::Known(known));
        }
        self.keys_settled()?;
        self.command(now, |engine, now, out| {
            engine.admit(now, order, room, out).map(Admission::New)
        })
    }

    /// The stage comes first: were the card on the stack by then, parts of it
    /// could be moved along in the stage's unused bytes.
    fn seal(&mut self, ordered: Ordered, card: Card, now: Millis) {
        self.stage = Stage::Sealing(ordered);
        match Pan::from_digits(card.pan().reveal()) {
            Ok(pan) => {
                let expiry = card.expiry();
                self.on_file = Some(CardOnFile { pan, expiry });
                self.card = Some(card);
                self.ask(Todo::SealCard);
            }
            Err(_) => self.refuse(Refusal::Message, now),
        }
    }

    pub(super) fn sealed(
        &mut self,
        sealed: Result<SealedCard, SecurityFault>,
        ordered: Ordered,
        now: Millis,
    ) {
        self.on_file = None;
        match sealed {
            Ok(sealed) => self.with_card(ordered, sealed, now),
            Err(fault) => self.refuse(Refusal::Security(fault), now),
        }
    }

    /// The sale of a void without its card was read.
    pub(super) fn original_recalled(&mut self, bytes: &[u8], ordered: Ordered, now: Millis) {
        match recorded_intent(bytes) {
            Some(intent) => {
                self.stage = Stage::OpeningOriginal(ordered, intent.sealed);
                self.ask(Todo::OpenCard);
            }
            None => self.refuse(Refusal::StorageFault, now),
        }
    }

    pub(super) fn original_opened(
        &mut self,
        card: Result<CardOnFile, SecurityFault>,
        ordered: Ordered,
        sealed: SealedCard,
        now: Millis,
    ) {
        match card {
            Ok(card) => {
                self.card = Some(Card::Keyed(card));
                self.with_card(ordered, sealed, now);
            }
            Err(fault) => self.refuse(Refusal::Security(fault), now),
        }
    }

    fn with_card(&mut self, ordered: Ordered, sealed: SealedCard, now: Millis) {
        let Some(card) = &self.card else {
            return self.refuse(Refusal::Message, now);
        };
        let revision = self.engine.profile().revision;
        let pin = ordered.pin;
        let intent = ordered.intent(card.pan(), card.source(), sealed, revision);
        match pin {
            PinWanted::Yes => {
                self.stage = Stage::AskingPin(intent);
                self.ask(Todo::EncryptPin);
            }
            PinWanted::No => self.write_request(intent, None, now),
        }
    }

    pub(super) fn pin_encrypted(
        &mut self,
        block: Result<[u8; 8], SecurityFault>,
        intent: Intent,
        now: Millis,
    ) {
        match block {
            Ok(block) => self.write_request(intent, Some(&block), now),
            Err(fault) => self.refuse(Refusal::Security(fault), now),
        }
    }

    fn write_request(&mut self, intent: Intent, pin_block: Option<&[u8; 8]>, now: Millis) {
        let profile = self.engine.profile();
        let written = match (&self.card, self.outgoing.as_mut().get_mut(PREFIX..)) {
            (Some(card), Some(buffer)) => {
                let draft = Draft {
                    intent: &intent,
                    card,
                    pin_block,
                };
                message::financial(&self.station, profile, draft, buffer).ok()
            }
            _ => None,
        };
        self.card = None;
        match written {
            Some(len) => {
                self.stage = Stage::Signing(intent, len);
                self.ask(Todo::Mac);
            }
            None => self.refuse(Refusal::Message, now),
        }
    }

    /// The request is complete: now its intent is recorded (row 1).
    pub(super) fn request_signed(&mut self, intent: Intent, len: usize, now: Millis) {
        let expected = self.expected(&intent, self.engine.profile().row(intent.kind).message_type);
        self.stage = Stage::Ready(len, expected);
        self.feed(now, Event::Prepared(intent));
    }

    pub(super) fn expected(&self, intent: &Intent, message_type: u16) -> Expected {
        Expected {
            mti: Mti::literal(message_type).answer(),
            trace: Some(intent.trace),
            processing_code: Some(self.engine.profile().row(intent.kind).processing_code),
        }
    }

    /// Gives up a request that was not built. Nothing was recorded or sent.
    pub(super) fn refuse(&mut self, refusal: Refusal, now: Millis) {
        // Whatever the module was asked: without working keys, a sign-in helps.
        let refusal = match refusal {
            Refusal::Security(SecurityFault::NoKeys) => Refusal::SignInRequired,
            other => other,
        };
        self.close();
        self.todo.put(Todo::Notify(News::Refused(refusal)));
        self.feed(now, Event::Abandoned);
    }
}

/// The intent in a record's bytes.
pub(super) fn recorded_intent(bytes: &[u8]) -> Option<Intent> {
    match Envelope::decode(bytes) {
        Ok((_, _, Some(Record::Intent(intent)))) => Some(intent),
        _ => None,
    }
}
