//! Sees which rare paths a run takes.

use super::auditor::{Key, Message, Quoted, Row, Screen};
use super::disk::{Cut, decode};
use super::kinds::End;
use super::meddler::Meddler;
use super::script::Lie;
use super::till::{Software, card_of};
use super::world::{Slip, World};
use annul::engine::Refusal;
use annul::journal::{HostAnswer, Record, ReversalStage, Seq};
use annul::ledger::Status;
use annul::terminal::LinkId;
use annul::transaction::{Kind, ReversalReason};
use std::collections::{BTreeMap, BTreeSet};

/// A day, in milliseconds.
const DAY: u64 = 86_400_000;

/// What was seen of each transaction of a till, by the number of its intent.
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
    /// The software of the last start.
    pub(crate) software: Software,
}

struct Story {
    key: Key,
    kind: Kind,
    original: Option<Key>,
    amount: u64,
    card: u8,
    /// By the till's clock.
    year: u16,
    not_found: bool,
    parked: Option<u64>,
    end: Option<End>,
}

impl<M: Meddler> World<'_, M> {
    pub(crate) fn mark_record(&mut self, seq: Seq, record: &Record) {
        match record {
            Record::Opened(_)
            | Record::KeysChanged(_)
            | Record::Unresolved { .. }
            | Record::SettlementStarted { .. }
            | Record::SettlementAnswered { .. }
            | Record::UploadProgress { .. }
            | Record::BatchClosed { .. } => {}
            Record::Intent(intent) => {
                let till = self.lane.number;
                let story = Story {
                    key: (till, intent.batch.number(), intent.trace.number()),
                    kind: intent.kind,
                    original: Quoted::of(till, intent).original,
                    amount: intent.amount.minor(),
                    card: card_of(intent.card),
                    year: intent.stamp.date().0,
                    not_found: false,
                    parked: None,
                    end: None,
                };
                self.mark_begun(&story);
                self.lane.seen.stories.insert(seq.0, story);
            }
            Record::NotSent { entry } => {
                self.end(*entry, End::NotSent);
                self.mark_not_sent();
            }
            Record::Approved { entry, answer } => {
                self.end(*entry, End::Approved);
                self.keep_slip(*entry, answer);
            }
            Record::Declined { entry, answer } => {
                self.end(*entry, End::Declined);
                self.mark_decline(*entry, *answer.code.bytes());
            }
            Record::ReversalQueued {
                reason,
                stage,
                code,
                ..
            } => {
                match code.map(|code| *code.bytes()) {
                    Some([b'A', b'0']) => self.marks.hit("A0 on a request"),
                    Some([b'7', b'7']) => self.marks.hit("77 on a request"),
                    _ => {}
                }
                self.mark_queued(*reason, *stage);
            }
            Record::ReversalNotFound { entry, code } => {
                if code.bytes() == b"12" {
                    self.marks.hit("12 to a reversal");
                }
                self.story(*entry, |story| story.not_found = true);
            }
            Record::Reversed { entry, code } => self.mark_reversed(*entry, *code.bytes()),
            Record::Parked { entry, code } => self.mark_parked(*entry, code.is_some()),
            Record::Resolved { .. } => self.marks.hit("parked, then resolved"),
        }
    }

    /// The slip of a pre-authorization, for whoever completes or voids it.
    fn keep_slip(&mut self, entry: Seq, answer: &HostAnswer) {
        let story = self.lane.seen.stories.get(&entry.0);
        let hold = story.filter(|story| story.kind == Kind::PreAuthorization);
        if let (Some(hold), Some(authorization), Some(date)) =
            (hold, answer.authorization, answer.date)
        {
            self.slips.push(Slip {
                key: hold.key,
                authorization,
                date,
                amount: hold.amount,
                card: hold.card,
            });
        }
    }

    fn story(&mut self, entry: Seq, change: impl FnOnce(&mut Story)) {
        self.lane.seen.stories.get_mut(&entry.0).map(change);
    }

    fn end(&mut self, entry: Seq, end: End) {
        if let Some(story) = self.lane.seen.stories.get_mut(&entry.0) {
            story.end = Some(end);
            self.marks.ended(story.kind, end);
        }
    }

    fn mark_begun(&mut self, story: &Story) {
        let seen = &mut self.lane.seen;
        if story.key.2 < seen.last_trace {
            self.marks.hit("trace wrapped to 000001");
        }
        seen.last_trace = story.key.2;
        let before = |end| {
            let same = |other: &&Story| other.original == story.original && other.end == Some(end);
            story.original.is_some() && seen.stories.values().any(|other| same(&other))
        };
        if before(End::Reversed) {
            self.marks.hit("void reversed, voided again");
        }
        if before(End::Declined) {
            self.marks.hit("void declined, voided again");
        }
    }

    fn mark_not_sent(&mut self) {
        let seen = &self.lane.seen;
        self.marks.hit(match (seen.cancelled, seen.slow) {
            (true, _) => "cancelled before it was sent",
            (false, true) => "no link in time, nothing sent",
            (false, false) => "connect failed, nothing sent",
        });
    }

    fn mark_decline(&mut self, entry: Seq, code: [u8; 2]) {
        let story = self.lane.seen.stories.get(&entry.0);
        let claims = story.is_some_and(|story| story.kind.quotes().is_some());
        match code {
            [b'2', b'5'] if claims => self.marks.hit("void answered 25: discrepancy"),
            _ => {}
        }
        if self.lane.seen.cancelled {
            self.marks.hit("cancelled, but declined first");
        }
    }

    fn mark_queued(&mut self, reason: ReversalReason, stage: ReversalStage) {
        match (reason, stage) {
            (ReversalReason::NoAnswer, ReversalStage::First) => self.marks.hit("no answer in time"),
            (ReversalReason::Other, ReversalStage::First) if self.lane.seen.cancelled => {
                self.marks.hit("cancel undone by its reversal");
            }
            _ => {}
        }
    }

    fn mark_parked(&mut self, entry: Seq, answered: bool) {
        let now = self.now;
        self.story(entry, |story| story.parked = Some(now));
        let poisoned =
            (self.lane.till.as_mut()).is_some_and(|till| std::mem::take(&mut till.poisoned));
        let mark = match (answered, poisoned) {
            (true, _) => "reversal refused until it is parked",
            (false, true) => "sealed card broken: parked at once",
            (false, false) => "parked without a word of the host",
        };
        self.marks.hit(mark);
        if answered && self.day_is_over(entry) {
            self.marks
                .hit("refused after the host closed the day, and parked");
        }
    }

    /// The host has another batch by now.
    fn day_is_over(&self, entry: Seq) -> bool {
        let story = self.lane.seen.stories.get(&entry.0);
        story.is_some_and(|story| story.key.1 != self.host.batch(story.key.0))
    }

    fn mark_reversed(&mut self, entry: Seq, code: [u8; 2]) {
        self.end(entry, End::Reversed);
        if self.day_is_over(entry) {
            self.marks.hit("reversed after the host closed the day");
        }
        let seen = &self.lane.seen;
        let Some(story) = seen.stories.get(&entry.0) else {
            return;
        };
        let marks = &mut self.marks;
        if let Some(since) = story.parked {
            marks.hit("parked, then reversed");
            if story.not_found && &code != b"00" {
                marks.hit("not found again behind its parking");
            }
            if self.now - since > DAY {
                marks.hit("parked for a day, then reversed");
            }
        }
        if story.not_found && &code != b"00" {
            marks.hit("25 provisional, then confirmed 25");
        }
        if story.not_found && &code == b"00" && seen.overtaken.contains(&story.key) {
            marks.hit("overtaking caught by the confirmation");
        }
        if seen.unsigned.contains(&story.key) {
            marks.hit("A0 on a reversal, then sign-in");
        }
        marks.hit(match seen.attempts.get(&story.key) {
            Some(0 | 1) | None => "reversed at the first attempt",
            Some(_) => "reversed after a repeat",
        });
    }

    /// The power went while this record was written.
    pub(crate) fn mark_cut(&mut self, cut: Cut, record: &[u8]) {
        let record = decode(record).map(|(_, record)| record);
        let kept = cut == Cut::Kept;
        self.marks.hit(match (kept, &record) {
            (false, Some(Record::Intent(_))) => "killed: intent lost",
            (false, Some(Record::Approved { .. })) => {
                "killed after approval, before it was recorded"
            }
            (true, Some(Record::Approved { .. })) => "killed after its approval was recorded",
            (true, Some(Record::Reversed { .. })) => "killed after its reversal was recorded",
            (false, _) => "killed: record lost",
            (true, _) => "killed: record kept without its word",
        });
    }

    /// The power went before this outcome was shown.
    pub(crate) fn mark_unshown(&mut self, entry: Seq) {
        let till = self.lane.till.as_ref();
        let entry = till.and_then(|till| till.terminal.ledger().entry(entry));
        match entry.map(annul::ledger::Entry::status) {
            Some(Status::Approved) => self.marks.hit("killed after its approval was recorded"),
            Some(Status::Reversed) => self.marks.hit("killed after its reversal was recorded"),
            _ => {}
        }
    }

    /// A message left.
    pub(crate) fn mark_sent(&mut self, message: Option<&Message>) {
        let reversal = message.filter(|message| message.is_reversal());
        let Some(key) = reversal.and_then(Message::key) else {
            return;
        };
        let year = self.civil().date().0;
        let seen = &mut self.lane.seen;
        *seen.attempts.entry(key).or_default() += 1;
        let mut stories = seen.stories.values();
        if stories.any(|story| story.key == key && story.year != year) {
            self.marks.hit("year turned before the reversal");
        }
    }

    pub(crate) fn mark_host(&mut self, request: &Message, answer: &Message, lies: &[Lie]) {
        if lies.contains(&Lie::ChangeKeys) {
            self.marks.hit("host changed keys");
        }
        if std::mem::take(&mut self.host.raced) {
            self.marks.hit("a hold that another terminal claimed first");
        }
        let (Some(key), Some(code)) = (request.key(), answer.code) else {
            return;
        };
        let unknown = self.host.was_not_found(key);
        let (order, reversal) = (request.is_order(), request.is_reversal());
        match &code {
            b"00" if order && unknown => {
                self.lane.seen.overtaken.insert(key);
            }
            b"94" if order && unknown && !self.auditor.ever_approved(key) => {
                self.marks.hit("late request refused by its tombstone");
            }
            b"68" | b"98" if order => self.marks.hit("68 or 98: the host does not know"),
            b"ZZ" if order => self.marks.hit("unknown code"),
            b"10" | b"09" | b"A2" if order => self.marks.hit("another code in doubt"),
            b"A0" if reversal => {
                self.lane.seen.unsigned.insert(key);
            }
            _ => {}
        }
        let tells = |lie| lies.contains(&lie) && &code == b"00";
        if order && tells(Lie::WrongMac) {
            self.marks.hit("wrong MAC on an approval");
        } else if order && tells(Lie::NoMac) {
            self.marks.hit("approval without a MAC");
        } else if order && tells(Lie::WrongAmount) {
            self.marks.hit("amount changed");
        } else if reversal && tells(Lie::WrongMac) {
            self.marks.hit("wrong MAC on the answer to a reversal");
        }
        if order && &code == b"00" {
            self.mark_claim(request, key);
        }
    }

    /// A hold was claimed: of which till, and how much.
    fn mark_claim(&mut self, request: &Message, key: Key) {
        let slip = self.slips.iter().rev().find(|slip| {
            request.kind().and_then(Kind::quotes) == Some(Kind::PreAuthorization)
                && request.authorization.as_ref() == Some(slip.authorization.bytes())
        });
        let (Some(slip), Some(amount)) = (slip, request.amount) else {
            return;
        };
        if slip.key.0 != key.0 {
            self.marks.hit("a hold of another terminal claimed");
        }
        match (amount * 100).div_ceil(slip.amount) {
            115.. => self.marks.hit("115 % of a hold taken"),
            ..100 => self.marks.hit("a part of a hold taken"),
            _ => {}
        }
        let undone = |(other, row): (&Key, &Row)| {
            let about = row.quoted.is_about(*slip.authorization.bytes());
            other.0 != key.0 && about && row.stand == super::auditor::Stand::Reversed
        };
        if self.auditor.rows().any(undone) {
            self.marks
                .hit("hold claimed here after another's claim was undone");
        }
    }

    pub(crate) fn mark_heard(&mut self, link: LinkId, message: Option<&Message>) {
        if (self.lane.link.as_ref()).is_none_or(|(open, _)| *open != link) {
            self.marks.hit("frame on an old link");
            if message.is_some_and(|message| message.mti == 0x0410) {
                self.marks
                    .hit("answer of an earlier attempt on its old link");
            }
        }
        if (self.lane.till.as_ref()).is_some_and(|till| till.writing.is_some()) {
            self.marks.hit("frame while a record was being written");
        }
        let approval = message.filter(|message| message.is_approval());
        let row = approval.and_then(|message| self.auditor.row(message.key()?));
        if row.is_some_and(Row::is_undone) {
            self.marks
                .hit("late approval after its reversal was decided");
        }
    }

    pub(crate) fn mark_screen(&mut self, screen: &Screen) {
        // Only what came to an end ends a cancel.
        if !matches!(screen.outcome, annul::ledger::Outcome::Unknown(_)) {
            self.lane.seen.cancelled = false;
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
            Refusal::BatchClosed => "refused: batch closed",
            Refusal::VoidOfVoid => "refused: void of a void",
            Refusal::NotVoidable(Status::Declined) => "refused: void of a declined one",
            Refusal::NotVoidable(Status::Reversed) => "refused: void of a reversed one",
            Refusal::NotVoidable(Status::Voided) => "refused: void of a voided one",
            Refusal::NotVoidable(Status::VoidPending) => "refused: void while its void is pending",
            Refusal::OtherCard => "refused: another card",
            Refusal::VoidByCode => "refused: a hold is voided by its code",
            Refusal::HoldNotOpen(_) => "refused: hold not open",
            Refusal::ExceedsHold => "refused: more than the hold allows",
            Refusal::OtherAmount => "refused: void of a part",
            Refusal::Security(_) => "refused: security module",
            _ => return,
        });
    }
}
