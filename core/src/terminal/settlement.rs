//! The messages of a settlement. Details need the card numbers, which are read
//! and opened one by one, and stand nowhere but in the message.

use super::prepare::recorded_intent;
use super::stage::{Collected, Stage};
use super::{Terminal, Todo};
use crate::crypto::{CardOnFile, SecurityFault};
use crate::engine::{BuildFault, Event, Millis, Sending};
use crate::frame::PREFIX;
use crate::iso8583::Mti;
use crate::journal::{Intent, Seq};
use crate::ledger::{Entry, Stage as Reached};
use crate::message::{self, DETAIL, DETAIL_COUNT, Expected, Told};
#[cfg(feature = "kinds")]
use crate::profile::Copied;
use crate::profile::MessageRow;
#[cfg(feature = "kinds")]
use crate::transaction::Kind;
use crate::transaction::Trace;

impl<T, B> Terminal<T, B>
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    /// What comes next, as the ledger has it.
    pub(super) fn send_settlement(&mut self) {
        let ledger = self.engine.ledger();
        let stage = ledger.settlement().map(|settlement| settlement.stage);
        match (stage, ledger.next_details()) {
            (Some(Reached::Uploading(_)), Some(details)) => self.collect(Collected {
                at: details.first,
                last: details.last,
                count: 0,
            }),
            (Some(Reached::Uploading(_)), None) => {
                let batch = ledger.settlement().map(|settlement| settlement.batch);
                let told = ledger.entries().iter();
                let told = told.filter(|entry| batch.is_some_and(|batch| entry.is_detail(batch)));
                let count = told.count();
                self.tell(Told::Uploaded(count));
            }
            (Some(Reached::Balanced), _) => self.tell(Told::Balanced),
            _ => self.tell(Told::Totals),
        }
    }

    fn tell(&mut self, told: Told<'_>) {
        let Some(settlement) = self.engine.ledger().settlement().copied() else {
            return;
        };
        let (operator, profile) = (self.operator, self.engine.profile());
        let len = self.write_management(|station, buffer| {
            message::settlement(station, profile, &settlement, operator, told, buffer)
        });
        let (row, trace) = match told {
            Told::Totals => (&profile.settlement, settlement.trace),
            _ => (&profile.end_balanced, settlement.trace.next().next()),
        };
        self.connect(len, answered(row, trace));
    }

    fn collect(&mut self, collected: Collected) {
        self.stage = Stage::RecallingDetail(collected);
        self.ask(|job| Todo::Recall(job, collected.at));
    }

    pub(super) fn detail_recalled(&mut self, bytes: Option<&[u8]>, at: Collected, now: Millis) {
        match bytes.map(recorded_intent) {
            // The ledger knows the record, so the store cannot read.
            None => self.feed(now, Event::PersistFailed),
            Some(None) => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
            Some(Some(intent)) => {
                self.stage = Stage::OpeningDetail(intent, at);
                self.ask(Todo::OpenCard);
            }
        }
    }

    pub(super) fn detail_opened(
        &mut self,
        card: Result<CardOnFile, SecurityFault>,
        intent: &Intent,
        at: Collected,
        now: Millis,
    ) {
        let card = match card {
            Ok(card) => Some(card),
            // A seal that does not open never will; a device may come back.
            Err(SecurityFault::SealBroken) => None,
            Err(_) => return self.feed(now, Event::LinkDown(Sending::NothingSent)),
        };
        #[cfg(feature = "kinds")]
        if is_copied(self.engine.profile().copied, intent.kind) {
            self.tell_copy(intent, card.as_ref());
            return;
        }
        let _ = intent;
        match self.put_detail(card.as_ref(), at) {
            None => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
            Some(done) if at.at == at.last => self.tell_details(done, now),
            Some(done) => match self.detail_after(at.at) {
                Some(next) => self.collect(Collected {
                    at: next,
                    count: done,
                    ..at
                }),
                None => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
            },
        }
    }

    fn detail_after(&self, seq: Seq) -> Option<Seq> {
        let ledger = self.engine.ledger();
        let batch = ledger.settlement()?.batch;
        let next = |entry: &&Entry| entry.seq() > seq && entry.is_detail(batch);
        ledger.entries().iter().find(next).map(Entry::seq)
    }

    /// Where the details stand until their message is written: at the end of its
    /// own buffer.
    fn details_at(&self) -> usize {
        let room = DETAIL_COUNT + DETAIL * usize::from(self.engine.profile().details);
        self.outgoing.as_ref().len().saturating_sub(room)
    }

    fn put_detail(&mut self, card: Option<&CardOnFile>, at: Collected) -> Option<u8> {
        let start = self.details_at() + DETAIL_COUNT + DETAIL * usize::from(at.count);
        let entry = self.engine.ledger().entry(at.at)?;
        let place = self.outgoing.as_mut().get_mut(start..start + DETAIL)?;
        let place = place.try_into().ok()?;
        message::detail(place, entry, card.map(|card| &card.pan));
        Some(at.count + 1)
    }

    fn tell_details(&mut self, count: u8, now: Millis) {
        let (start, profile, operator) = (self.details_at(), self.engine.profile(), self.operator);
        let len = DETAIL_COUNT + DETAIL * usize::from(count);
        let (message, details) = self.outgoing.as_mut().split_at_mut(start);
        details[..DETAIL_COUNT].copy_from_slice(&[b'0' + count / 10, b'0' + count % 10]);
        let settlement = self.engine.ledger().settlement();
        let written = message.get_mut(PREFIX..).and_then(|buffer| {
            let told = Told::Details(&details[..len]);
            message::settlement(&self.station, profile, settlement?, operator, told, buffer).ok()
        });
        let trace = settlement.map(|settlement| settlement.trace.next());
        match (written.and_then(|len| self.enclose(len)), trace) {
            (Some(len), Some(trace)) => self.connect(len, answered(&profile.upload, trace)),
            _ => self.feed(now, Event::NotBuilt(BuildFault::Poison)),
        }
    }

    #[cfg(feature = "kinds")]
    fn tell_copy(&mut self, intent: &Intent, card: Option<&CardOnFile>) {
        let profile = self.engine.profile();
        let len = self.write_management(|station, buffer| {
            message::uploaded_copy(station, profile, intent, card, buffer)
        });
        self.connect(len, answered(&profile.upload_copy, intent.trace));
    }
}

/// Whether a detail is told by a copy of its request.
#[cfg(feature = "kinds")]
const fn is_copied(copied: Copied, kind: Kind) -> bool {
    match copied {
        Copied::Refunds => kind.is_refund(),
        #[cfg(feature = "dialects")]
        Copied::All => true,
    }
}

fn answered(row: &MessageRow, trace: Trace) -> Expected {
    Expected {
        mti: Mti::literal(row.message_type).answer(),
        trace: Some(trace),
        processing_code: None,
    }
}
