use super::{BALANCES, STAGES, VERDICTS};
#[cfg(feature = "kinds")]
use crate::journal::record::HoldOrder;
use crate::journal::record::{Approval, HostAnswer, Intent, Quotes, Record, Seq, VoidOrder};
use crate::transaction::{Batch, BatchTotals, Kind, ReversalReason, Trace};

/// Appends to a buffer that the caller made large enough for any record.
pub(in crate::journal) struct Put<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> Put<'b> {
    pub(in crate::journal) fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    pub(in crate::journal) fn len(&self) -> usize {
        self.len
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        self.buffer[self.len..end].copy_from_slice(bytes);
        self.len = end;
    }

    fn byte(&mut self, byte: u8) {
        self.bytes(&[byte]);
    }

    fn seq(&mut self, seq: Seq) {
        self.bytes(&seq.0.to_be_bytes());
    }

    fn u24(&mut self, number: u32) {
        self.bytes(&number.to_be_bytes()[1..]);
    }

    fn text(&mut self, text: &str) {
        self.byte(text.len() as u8);
        self.bytes(text.as_bytes());
    }

    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.byte(u8::from(bytes.is_some()));
        self.bytes(bytes.unwrap_or_default());
    }

    pub(in crate::journal) fn record(&mut self, record: &Record) {
        match record {
            Record::Opened(identity) => {
                self.bytes(identity.terminal.bytes());
                self.bytes(identity.merchant.bytes());
                self.text(identity.profile.as_str());
            }
            Record::KeysChanged(change) => {
                self.u24(change.trace.number());
                self.u24(change.batch.number());
                self.bytes(&change.stamp.to_bytes());
                self.byte(change.keys.bytes().len() as u8);
                self.bytes(change.keys.bytes());
            }
            Record::Intent(intent) => self.intent(intent),
            Record::NotSent { entry } => self.seq(*entry),
            Record::Approved { entry, answer } | Record::Declined { entry, answer } => {
                self.seq(*entry);
                self.answer(answer);
            }
            Record::ReversalQueued {
                entry,
                reason,
                code,
                stage,
            } => {
                self.seq(*entry);
                self.byte(number_of(&ReversalReason::ALL, reason));
                self.optional(code.as_ref().map(|code| code.bytes().as_slice()));
                self.byte(number_of(&STAGES, stage));
            }
            Record::ReversalNotFound { entry, code } | Record::Reversed { entry, code } => {
                self.seq(*entry);
                self.bytes(code.bytes());
            }
            Record::Parked { entry, code } => {
                self.seq(*entry);
                self.optional(code.as_ref().map(|code| code.bytes().as_slice()));
            }
            #[cfg(feature = "kinds")]
            Record::Unresolved {
                entry,
                reason,
                code,
            } => {
                self.seq(*entry);
                self.byte(number_of(&ReversalReason::ALL, reason));
                self.optional(code.as_ref().map(|code| code.bytes().as_slice()));
            }
            Record::SettlementStarted {
                batch,
                trace,
                operator,
                stamp,
                totals,
            } => {
                self.place((*batch, *trace));
                self.bytes(operator.bytes());
                self.bytes(&stamp.to_bytes());
                self.totals(totals);
            }
            Record::SettlementAnswered { comparison } => {
                self.byte(number_of(&BALANCES, &comparison.domestic));
                self.byte(number_of(&BALANCES, &comparison.foreign));
                self.byte(u8::from(comparison.totals.is_some()));
                if let Some(totals) = &comparison.totals {
                    self.totals(totals);
                }
            }
            Record::UploadProgress { upto, refused } => {
                self.seq(*upto);
                self.optional(refused.as_ref().map(|code| code.bytes().as_slice()));
            }
            Record::BatchClosed { next } => self.u24(next.number()),
            Record::Resolved {
                entry,
                by,
                verdict,
                note,
            } => {
                self.seq(*entry);
                self.bytes(by.bytes());
                self.byte(number_of(&VERDICTS, verdict));
                self.text(note.as_str());
            }
        }
    }

    fn intent(&mut self, intent: &Intent) {
        self.byte(number_of(&Kind::ALL, &intent.kind));
        self.text(intent.request.as_str());
        self.u24(intent.trace.number());
        self.u24(intent.batch.number());
        self.bytes(&intent.amount.minor().to_be_bytes()[3..]);
        self.bytes(&intent.entry_mode.digits());
        self.bytes(&intent.card.to_bytes());
        self.bytes(intent.sealed.bytes());
        self.bytes(intent.operator.bytes());
        self.bytes(&intent.stamp.to_bytes());
        self.bytes(&intent.revision.to_be_bytes());
        match &intent.quotes {
            Quotes::Nothing => self.byte(0),
            Quotes::Charge(void) => {
                self.byte(1);
                self.void(void);
            }
            #[cfg(feature = "kinds")]
            Quotes::Hold(hold) => {
                self.byte(2);
                self.hold(hold);
            }
            #[cfg(feature = "kinds")]
            Quotes::Refund(refund) => {
                self.byte(3);
                self.original(refund.original);
                self.bytes(refund.reference.bytes());
                self.bytes(&refund.date);
                self.approval(&refund.approval);
            }
        }
    }

    fn void(&mut self, void: &VoidOrder) {
        self.seq(void.original);
        self.place((void.batch, void.trace));
        self.bytes(void.reference.bytes());
        let code = void.authorization.as_ref();
        self.optional(code.map(|code| code.bytes().as_slice()));
        self.approval(&void.approval);
    }

    #[cfg(feature = "kinds")]
    fn hold(&mut self, hold: &HoldOrder) {
        self.original(hold.original);
        self.bytes(hold.authorization.bytes());
        self.bytes(&hold.date);
        self.byte(u8::from(hold.approval.is_some()));
        if let Some(approval) = &hold.approval {
            self.approval(approval);
        }
    }

    #[cfg(feature = "kinds")]
    fn original(&mut self, original: Option<(Seq, Batch, Trace)>) {
        self.byte(u8::from(original.is_some()));
        if let Some((seq, batch, trace)) = original {
            self.seq(seq);
            self.place((batch, trace));
        }
    }

    fn place(&mut self, (batch, trace): (Batch, Trace)) {
        self.u24(batch.number());
        self.u24(trace.number());
    }

    /// Each sum as number 3 and minor units 5.
    fn totals(&mut self, totals: &BatchTotals) {
        for sum in totals.sums() {
            self.u24(sum.count);
            self.bytes(&sum.amount.to_be_bytes()[3..]);
        }
    }

    fn approval(&mut self, approval: &Approval) {
        self.bytes(approval.supervisor.bytes());
        self.text(approval.reason.as_str());
        self.text(approval.note.as_str());
    }

    fn answer(&mut self, answer: &HostAnswer) {
        self.bytes(answer.code.bytes());
        self.optional(
            answer
                .reference
                .as_ref()
                .map(|code| code.bytes().as_slice()),
        );
        self.optional(
            answer
                .authorization
                .as_ref()
                .map(|code| code.bytes().as_slice()),
        );
        self.optional(answer.time.as_ref().map(<[u8; 6]>::as_slice));
        self.optional(answer.date.as_ref().map(<[u8; 4]>::as_slice));
        self.optional(answer.settlement_date.as_ref().map(<[u8; 4]>::as_slice));
        self.text(answer.acquirer.as_str());
        self.text(answer.institutions.as_str());
        self.text(answer.organisation.as_str());
    }
}

fn number_of<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter().position(|one| one == value).unwrap_or_default() as u8
}
