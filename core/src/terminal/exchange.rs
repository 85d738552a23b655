//! One message out and its answer in: build, sign, connect, send, receive,
//! verify.

use super::prepare::recorded_intent;
use super::stage::Stage;
use super::{LinkId, News, Now, Terminal, Todo};
use crate::crypto::{CardOnFile, MacValue, SecurityFault};
use crate::engine::{Answer, BuildFault, Event, Millis, Sending, State, Transmit};
use crate::frame::{PREFIX, Step};
use crate::iso8583::{Mti, View};
use crate::journal::{Comparison, Envelope, Intent, KeysChanged, Record, Seq};
use crate::ledger::Entry;
use crate::message::{
    self, Compared, Expected, KeysOf, MessageError, Received, Sending as Sent, needs_card,
};
use crate::profile::{Management, Profile};
#[cfg(all(feature = "dialects", feature = "kinds"))]
use crate::transaction::Batch;
use crate::transaction::{ReversalReason, Trace};
use zeroize::Zeroize;

/// What a frame turned out to be.
enum Heard {
    /// Not for us, or not now.
    Late,
    /// Ours, and nothing in it can be believed.
    Garbled,
    /// Ours, with or without a MAC.
    Answer(Answer, Option<[u8; MacValue::SIZE]>, usize),
    /// Working keys.
    Keys(KeysOf),
    /// What the host says of the totals.
    Compared(Option<Comparison>),
}

impl<T, B> Terminal<T, B>
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    /// The engine wants a message sent. Not inlined into what carries out its
    /// outputs, which is smaller so.
    #[inline(never)]
    pub(super) fn transmit(&mut self, what: Transmit) {
        match what {
            Transmit::Request => {
                if let Stage::Ready(len, expected) = self.stage {
                    self.connect(len, expected);
                }
            }
            Transmit::Reversal(entry) => self.recall_intent(entry),
            Transmit::SignIn(trace) => self.send_sign_in(trace),
            Transmit::Echo => self.send_echo(),
            Transmit::Settlement => self.send_settlement(),
        }
    }

    pub(super) fn connect(&mut self, len: usize, expected: Expected) {
        self.link = self.link.next();
        self.stage = Stage::Connecting(len, expected);
        self.todo.put(Todo::Connect(self.link));
    }

    fn recall_intent(&mut self, entry: Seq) {
        let known = self.engine.ledger().entry(entry);
        let reason = known.and_then(Entry::reversal_reason);
        self.stage = Stage::RecallingIntent(reason.unwrap_or(ReversalReason::NoAnswer));
        self.ask(|job| Todo::Recall(job, entry));
    }

    pub(super) fn intent_recalled(
        &mut self,
        bytes: Option<&[u8]>,
        reason: ReversalReason,
        now: Millis,
    ) {
        let Some(bytes) = bytes else {
            // The ledger knows the record, so the store cannot read: a fault,
            // and no reason to give the reversal up.
            self.feed(now, Event::PersistFailed);
            return;
        };
        match recorded_intent(bytes) {
            Some(intent) if needs_card(&intent) => {
                self.stage = Stage::OpeningCard(intent, reason);
                self.ask(Todo::OpenCard);
            }
            Some(intent) => self.write_reversal(&intent, None, reason, now),
            None => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
        }
    }

    pub(super) fn card_opened(
        &mut self,
        card: Result<CardOnFile, SecurityFault>,
        intent: &Intent,
        reason: ReversalReason,
        now: Millis,
    ) {
        match card {
            Ok(card) => self.write_reversal(intent, Some(&card), reason, now),
            // A seal that does not open never will; a device may come back.
            Err(SecurityFault::SealBroken) => {
                self.feed(now, Event::NotBuilt(BuildFault::Poison));
            }
            Err(_) => self.feed(now, Event::LinkDown(Sending::NothingSent)),
        }
    }

    fn write_reversal(
        &mut self,
        intent: &Intent,
        card: Option<&CardOnFile>,
        reason: ReversalReason,
        now: Millis,
    ) {
        let profile = self.engine.profile();
        let sending = match (self.engine.state(), self.unsent) {
            (State::ReversalAwaiting { attempt, .. }, Some(entry)) if attempt.entry == entry => {
                Sent::First
            }
            _ => Sent::Repeat,
        };
        let written = self.outgoing.as_mut().get_mut(PREFIX..).and_then(|buffer| {
            let why = (reason, sending);
            message::reversal(&self.station, profile, intent, card, why, buffer).ok()
        });
        match written {
            Some(len) => {
                let expected = self.expected(intent, profile.reversal.message_type);
                self.stage = Stage::SigningReversal(len, expected);
                self.ask(Todo::Mac);
            }
            None => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
        }
    }

    pub(super) fn reversal_signed(
        &mut self,
        mac: Result<MacValue, SecurityFault>,
        len: usize,
        expected: Expected,
        now: Millis,
    ) {
        match mac {
            Ok(mac) => match self.append_mac(len, mac) {
                Some(len) => self.connect(len, expected),
                None => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
            },
            Err(SecurityFault::NoKeys) => self.feed(now, Event::NotBuilt(BuildFault::NoKeys)),
            Err(_) => self.feed(now, Event::LinkDown(Sending::NothingSent)),
        }
    }

    /// Completes a message with field 64 and what stands before it.
    pub(super) fn append_mac(&mut self, len: usize, mac: MacValue) -> Option<usize> {
        let end = PREFIX + len;
        let place = self.outgoing.as_mut().get_mut(end..end + MacValue::SIZE)?;
        place.copy_from_slice(mac.bytes());
        self.enclose(len + MacValue::SIZE)
    }

    pub(super) fn enclose(&mut self, len: usize) -> Option<usize> {
        let (tpdu, header) = (self.station.tpdu, self.station.header);
        let framing = self.engine.profile().framing;
        let frame = framing.enclose(self.outgoing.as_mut(), tpdu, header, len);
        frame.ok().map(|frame| frame.end)
    }

    fn send_sign_in(&mut self, trace: Trace) {
        let batch = self.engine.ledger().batch();
        let (operator, profile) = (self.operator, self.engine.profile());
        let written = self.write_management(|station, buffer| {
            message::sign_in(station, profile, trace, batch, operator, buffer)
        });
        let expected = Expected {
            mti: Mti::literal(profile.sign_in.message_type).answer(),
            trace: Some(trace),
            processing_code: None,
        };
        self.connect(written, expected);
    }

    fn send_echo(&mut self) {
        let batch = self.engine.ledger().batch();
        let profile = self.engine.profile();
        let written =
            self.write_management(|station, buffer| message::echo(station, profile, batch, buffer));
        let expected = Expected {
            mti: Mti::literal(profile.echo.message_type).answer(),
            trace: None,
            processing_code: None,
        };
        self.connect(written, expected);
    }

    /// Management messages have fixed fields; where the buffer is too small an
    /// empty frame is sent to nobody, and the engine hears of no answer.
    pub(super) fn write_management(
        &mut self,
        write: impl FnOnce(&message::Station, &mut [u8]) -> Result<usize, MessageError>,
    ) -> usize {
        let buffer = self.outgoing.as_mut().get_mut(PREFIX..);
        let written = buffer.and_then(|buffer| write(&self.station, buffer).ok());
        written.and_then(|len| self.enclose(len)).unwrap_or(0)
    }

    /// The link is made: the frame may go.
    pub(super) fn connected(&mut self, link: LinkId) {
        if link == self.link && matches!(self.stage, Stage::Connecting(..)) {
            self.todo.put(Todo::Send(link));
        }
    }

    /// The frame is gone: track and PIN block are not kept a moment longer.
    pub(super) fn sent(&mut self, link: LinkId) {
        if link == self.link && matches!(self.stage, Stage::Receiving(_)) {
            self.outgoing.as_mut().zeroize();
        }
    }

    pub(super) fn down(&mut self, link: LinkId, sending: Sending, now: Millis) {
        if link == self.link && self.stage.has_link() {
            // Before the frame was handed out, nothing can have been sent.
            let sending = match self.stage {
                Stage::Connecting(..) => Sending::NothingSent,
                _ => sending,
            };
            // An answer that is being verified already is not lost with its link.
            if !matches!(self.stage, Stage::Verifying(..) | Stage::LoadingKeys(_)) {
                self.feed(now, Event::LinkDown(sending));
            }
        }
    }

    /// Bytes came. Those of an old link, or after the answer, are late.
    #[inline(never)]
    pub(super) fn received(&mut self, link: LinkId, bytes: &[u8], now: Now) {
        let mut rest = bytes;
        while link == self.link {
            let Stage::Receiving(expected) = self.stage else {
                break;
            };
            let heard = match self.incoming.feed(rest) {
                Err(_) => Heard::Garbled,
                Ok(Step::NeedMore) => return,
                Ok(Step::Frame {
                    frame,
                    rest: behind,
                }) => {
                    rest = behind;
                    let outgoing = self.outgoing.as_mut();
                    let asked = Asked {
                        station: &self.station,
                        profile: self.engine.profile(),
                        #[cfg(all(feature = "dialects", feature = "kinds"))]
                        batch: self.engine.ledger().batch(),
                        keys: matches!(self.engine.state(), State::SignInAwaiting { .. }),
                        expected,
                    };
                    asked.hear(frame.message, outgoing)
                }
            };
            self.act_on(heard, expected, now);
        }
        self.late = self.late.saturating_add(u32::from(!rest.is_empty()));
    }

    #[inline(never)]
    #[allow(clippy::needless_pass_by_value, reason = "what was heard is used up")]
    fn act_on(&mut self, heard: Heard, expected: Expected, now: Now) {
        match heard {
            Heard::Late => self.late = self.late.saturating_add(1),
            Heard::Garbled => self.feed(now.millis, Event::Garbled),
            Heard::Answer(answer, Some(mac), len) => {
                self.stage = Stage::Verifying(len, answer, mac);
                self.ask(Todo::Mac);
            }
            Heard::Answer(answer, None, _) => self.feed(now.millis, Event::Unsigned(answer)),
            Heard::Compared(comparison) => {
                self.feed(now.millis, Event::Compared(comparison));
            }
            Heard::Keys(KeysOf { batch, keys }) => {
                let trace = expected.trace.unwrap_or(Trace::FIRST);
                let change = KeysChanged {
                    trace,
                    batch,
                    stamp: now.civil,
                    keys,
                };
                self.stage = Stage::LoadingKeys(change);
                self.ask(Todo::LoadKeys);
            }
        }
    }

    /// Only here an answer becomes authentic.
    pub(super) fn verified(
        &mut self,
        computed: Result<MacValue, SecurityFault>,
        answer: Answer,
        received: &[u8],
        now: Millis,
    ) {
        let authentic = computed
            .ok()
            .and_then(|mac| mac.authenticate(received, answer).ok());
        self.feed(now, authentic.map_or(Event::Garbled, Event::Answered));
    }

    pub(super) fn keys_loaded(
        &mut self,
        loaded: Result<(), SecurityFault>,
        change: KeysChanged,
        now: Millis,
    ) {
        match loaded {
            Ok(()) => self.feed(now, Event::KeysLoaded(change)),
            Err(fault) => {
                self.todo.put(Todo::Notify(News::KeysRefused(fault)));
                self.feed(now, Event::KeysRefused);
            }
        }
    }
}

/// What was asked, and in which dialect.
struct Asked<'a> {
    station: &'a message::Station,
    profile: &'static Profile,
    /// The open batch: where the host's answer brings none, it goes on.
    #[cfg(all(feature = "dialects", feature = "kinds"))]
    batch: Batch,
    /// Working keys were asked for.
    keys: bool,
    expected: Expected,
}

impl Asked<'_> {
    /// Takes one message apart; that of an answer with a MAC is copied to
    /// `scratch`, where the MAC is computed over it.
    fn hear(&self, message: &[u8], scratch: &mut [u8]) -> Heard {
        let Ok(view) = View::decode(self.profile.spec, message) else {
            return Heard::Garbled;
        };
        // The answer to the totals of a batch need not have field 39.
        let totals = Mti::literal(self.profile.settlement.message_type).answer();
        if self.expected.mti == totals {
            return match self.compared(&view) {
                Compared::NotOurs => Heard::Late,
                Compared::Not => Heard::Compared(None),
                Compared::With(comparison) => Heard::Compared(Some(comparison)),
            };
        }
        match message::receive(&view, self.station, &self.expected) {
            Received::NotOurs => Heard::Late,
            Received::Empty => Heard::Garbled,
            Received::Ours { answer, .. } if self.keys && answer.kept.code.bytes() == b"00" => {
                self.keys(&view).map_or(Heard::Garbled, Heard::Keys)
            }
            Received::Ours { answer, mac } => {
                let covered = view.mab().unwrap_or_default();
                match scratch.get_mut(..covered.len()) {
                    Some(place) => place.copy_from_slice(covered),
                    None => return Heard::Garbled,
                }
                Heard::Answer(answer, mac, covered.len())
            }
        }
    }

    fn compared(&self, view: &View<'_>) -> Compared {
        match self.profile.management {
            Management::UnionPay => message::compared(view, self.station, &self.expected),
            #[cfg(all(feature = "dialects", feature = "kinds"))]
            Management::Iso => message::balanced(view, self.station, &self.expected),
        }
    }

    fn keys(&self, view: &View<'_>) -> Option<KeysOf> {
        match self.profile.management {
            Management::UnionPay => KeysOf::receive(view),
            #[cfg(all(feature = "dialects", feature = "kinds"))]
            Management::Iso => message::keys_in_text(view).map(|keys| KeysOf {
                batch: match self.batch {
                    Batch::NONE => Batch::FIRST,
                    batch => batch,
                },
                keys,
            }),
        }
    }
}

/// The working keys in a record's bytes.
pub(super) fn recorded_keys(bytes: &[u8]) -> Option<KeysChanged> {
    match Envelope::decode(bytes) {
        Ok((_, _, Some(Record::KeysChanged(change)))) => Some(change),
        _ => None,
    }
}
