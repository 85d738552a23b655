//! Sees which rare paths a run takes.

use super::auditor::{Key, Message, Row, Screen};
use super::meddler::Meddler;
use super::world::World;
use annul::engine::Refusal;
use annul::journal::{Quotes, Record, ReversalStage, Seq};
use annul::ledger::Status;
use annul::terminal::LinkId;
use annul::transaction::{Kind, ReversalReason};
use annul_host::Misdeed;
use std::collections::{BTreeMap, BTreeSet};

/// What was seen of each transaction, by the number of its intent.
#[derive(Default)]
pub(crate) struct Seen {
    stories: BTreeMap<u32, Story>,
    /// Approved by the host after it said that it knows nothing of them.
    overtaken: BTreeSet<Key>,
    /// Reversals that the host did not take for their MAC.
    unsigned: BTreeSet<Key>,
    attempts: BTreeMap<Key, u32>,
    last_trace: u32,
    /// The link under way is made slowly.
    pub(crate) slow: bool,
    /// The operator wants the transaction under way undone.
    pub(crate) cancelled: bool,
}

struct Story {
    key: Key,
    kind: Kind,
    original: Option<Key>,
    not_found: bool,
    parked: bool,
    reversed: bool,
}

impl<M: Meddler> World<'_, M> {
    pub(crate) fn mark_record(&mut self, seq: Seq, record: &Record) {
        match record {
            Record::Opened(_) | Record::KeysChanged(_) => {}
            Record::Intent(intent) => {
                let key = (intent.batch.number(), intent.trace.number());
                let original = match intent.quotes {
                    Quotes::Charge(void) => Some((void.batch.number(), void.trace.number())),
                    Quotes::Nothing | Quotes::Hold(_) => None,
                };
                if intent.trace.number() < self.seen.last_trace {
                    self.marks.hit("trace wrapped to 000001");
                }
                self.seen.last_trace = intent.trace.number();
                let stories = &self.seen.stories;
                let before = |story: &Story| story.original == original && story.reversed;
                if original.is_some() && stories.values().any(before) {
                    self.marks.hit("void reversed, sale voided again");
                }
                let story = Story {
                    key,
                    kind: intent.kind,
                    original,
                    not_found: false,
                    parked: false,
                    reversed: false,
                };
                self.seen.stories.insert(seq.0, story);
            }
            Record::NotSent { .. } => self.mark_not_sent(),
            Record::Approved { entry, .. } => match self.kind(*entry) {
                Some(Kind::Sale) => self.marks.hit("sale approved"),
                Some(Kind::Void) => self.marks.hit("void approved"),
                _ => {}
            },
            Record::Declined { entry, answer } => self.mark_decline(*entry, *answer.code.bytes()),
            Record::ReversalQueued { reason, stage, .. } => self.mark_queued(*reason, *stage),
            Record::ReversalNotFound { entry, code } => {
                if code.bytes() == b"12" {
                    self.marks.hit("12 to a reversal");
                }
                self.story(*entry, |story| story.not_found = true);
            }
            Record::Reversed { entry, code } => self.mark_reversed(*entry, *code.bytes()),
            Record::Parked { entry, .. } => self.story(*entry, |story| story.parked = true),
            Record::Resolved { .. } => self.marks.hit("parked, then resolved"),
        }
    }

    fn story(&mut self, entry: Seq, change: impl FnOnce(&mut Story)) {
        self.seen.stories.get_mut(&entry.0).map(change);
    }

    fn kind(&self, entry: Seq) -> Option<Kind> {
        self.seen.stories.get(&entry.0).map(|story| story.kind)
    }

    fn mark_not_sent(&mut self) {
        self.marks.hit(match (self.seen.cancelled, self.seen.slow) {
            (true, _) => "cancelled before it was sent",
            (false, true) => "no link in time, nothing sent",
            (false, false) => "connect failed, nothing sent",
        });
    }

    fn mark_decline(&mut self, entry: Seq, code: [u8; 2]) {
        let kind = self.kind(entry);
        self.marks.hit(match kind {
            Some(Kind::Void) => "void declined",
            _ => "sale declined",
        });
        match (code, kind) {
            ([b'A', b'0'], _) => self.marks.hit("A0 on a request"),
            ([b'2', b'5'], Some(Kind::Void)) => self.marks.hit("void answered 25: discrepancy"),
            _ => {}
        }
        if self.seen.cancelled {
            self.marks.hit("cancelled, but declined first");
        }
    }

    fn mark_queued(&mut self, reason: ReversalReason, stage: ReversalStage) {
        match (reason, stage) {
            (ReversalReason::NoAnswer, ReversalStage::First) => self.marks.hit("no answer in time"),
            (ReversalReason::Other, ReversalStage::First) if self.seen.cancelled => {
                self.marks.hit("cancel undone by its reversal");
            }
            _ => {}
        }
    }

    fn mark_reversed(&mut self, entry: Seq, code: [u8; 2]) {
        let Some(story) = self.seen.stories.get_mut(&entry.0) else {
            return;
        };
        story.reversed = true;
        let (key, parked, not_found) = (story.key, story.parked, story.not_found);
        if parked {
            self.marks.hit("parked, then reversed");
        }
        if not_found && &code != b"00" {
            self.marks.hit("25 provisional, then confirmed 25");
        }
        if not_found && &code == b"00" && self.seen.overtaken.contains(&key) {
            self.marks.hit("overtaking caught by the confirmation");
        }
        if self.seen.unsigned.contains(&key) {
            self.marks.hit("A0 on a reversal, then sign-in");
        }
        match self.seen.attempts.get(&key) {
            Some(0 | 1) | None => self.marks.hit("reversed at the first attempt"),
            Some(_) => self.marks.hit("reversed after a repeat"),
        }
    }

    /// A reversal left.
    pub(crate) fn mark_sent(&mut self, frame: &[u8]) {
        let reversal = Message::read(frame).filter(|message| message.mti == 0x0400);
        if let Some(key) = reversal.and_then(|message| message.key()) {
            *self.seen.attempts.entry(key).or_default() += 1;
        }
    }

    pub(crate) fn mark_host(&mut self, request: &[u8], answer: &[u8], misdeeds: &[Misdeed]) {
        let (Some(request), Some(answer)) = (Message::read(request), Message::read(answer)) else {
            return;
        };
        if misdeeds.contains(&Misdeed::ChangeKeys) {
            self.marks.hit("host changed keys");
        }
        let (Some(key), Some(code)) = (request.key(), answer.text(39)) else {
            return;
        };
        let unknown = self.host.was_not_found(key);
        match (request.mti, code) {
            (0x0200, "00") if unknown => {
                self.seen.overtaken.insert(key);
            }
            (0x0200, "94") if unknown && !self.auditor.ever_approved(key) => {
                self.marks.hit("late request refused by its tombstone");
            }
            (0x0200, "10" | "68" | "98" | "09" | "ZZ" | "A2") => self.marks.hit("code in doubt"),
            (0x0400, "A0") => {
                self.seen.unsigned.insert(key);
            }
            _ => {}
        }
        let says = |misdeed| misdeeds.contains(&misdeed) && code == "00";
        match request.mti {
            0x0200 if says(Misdeed::WrongMac) => self.marks.hit("wrong MAC on an approval"),
            0x0200 if says(Misdeed::NoMac) => self.marks.hit("approval without a MAC"),
            0x0200 if says(Misdeed::WrongAmount) => self.marks.hit("amount changed"),
            0x0400 if says(Misdeed::WrongMac) => {
                self.marks.hit("wrong MAC on the answer to a reversal");
            }
            _ => {}
        }
    }

    pub(crate) fn mark_heard(&mut self, link: LinkId, message: Option<&Message>) {
        if self.link.as_ref().is_none_or(|(open, _)| *open != link) {
            self.marks.hit("frame on an old link");
        }
        if self
            .till
            .as_ref()
            .is_some_and(|till| till.writing.is_some())
        {
            self.marks.hit("frame while a record was being written");
        }
        let approval =
            message.filter(|message| message.mti == 0x0210 && message.text(39) == Some("00"));
        let row = approval.and_then(|message| self.auditor.row(message.key()?));
        if row.is_some_and(Row::is_undone) {
            self.marks
                .hit("late approval after its reversal was decided");
        }
    }

    pub(crate) fn mark_screen(&mut self, screen: &Screen) {
        // Only what came to an end ends a cancel.
        if !matches!(screen.outcome, annul::ledger::Outcome::Unknown(_)) {
            self.seen.cancelled = false;
        }
    }

    pub(crate) fn mark_refusal(&mut self, refusal: Refusal) {
        self.marks.hit(match refusal {
            Refusal::Busy => "refused: busy",
            Refusal::ReversalPending => "refused: reversal pending",
            Refusal::SignInRequired => "refused: sign in first",
            Refusal::TooManyParked => "refused: too many parked",
            Refusal::BatchFull => "refused: batch full",
            Refusal::JournalFull => "refused: journal full",
            Refusal::VoidOfVoid => "refused: void of a void",
            Refusal::NotVoidable(Status::Declined) => "refused: void of a declined sale",
            Refusal::NotVoidable(Status::Reversed) => "refused: void of a reversed sale",
            Refusal::NotVoidable(Status::Voided) => "refused: void of a voided sale",
            Refusal::NotVoidable(Status::VoidPending) => "refused: void while its void is pending",
            Refusal::OtherCard => "refused: another card",
            Refusal::Security(_) => "refused: security module",
            _ => return,
        });
    }
}
