//! The bytes of a record between its header and its tag. Fixed order, big end
//! first, no self-description: `docs/src/journal.md` is the format's text, and a
//! kind's number is never used again for another shape.

use super::record::{
    Approval, Balance, Comparison, HostAnswer, Identity, Intent, KeysChanged, Quotes, Record,
    ReversalStage, Seq, Verdict, VoidOrder,
};
#[cfg(feature = "kinds")]
use super::record::{HoldOrder, RefundOrder};
use crate::card::MaskedPan;
use crate::crypto::{SealedCard, WorkingKeys};
use crate::iso8583::EntryMode;
use crate::transaction::{
    Amount, AuthorizationCode, Batch, BatchTotals, Civil, Kind, MerchantId, OperatorId, Reference,
    RequestId, ResponseCode, ReversalReason, Sum, TerminalId, Text, Trace, VoidNote, VoidReason,
};

/// Kind numbers with this bit may not be skipped by a reader that does not
/// know them: they speak of money or keys.
pub(super) const CRITICAL: u8 = 0x80;

/// The kind's number in the header.
pub(super) const fn kind(record: &Record) -> u8 {
    CRITICAL
        | match record {
            Record::Opened(_) => 1,
            Record::KeysChanged(_) => 2,
            Record::Intent(_) => 3,
            Record::NotSent { .. } => 4,
            Record::Approved { .. } => 5,
            Record::Declined { .. } => 6,
            Record::ReversalQueued { .. } => 7,
            Record::ReversalNotFound { .. } => 8,
            Record::Reversed { .. } => 9,
            Record::Parked { .. } => 10,
            Record::Resolved { .. } => 11,
            #[cfg(feature = "kinds")]
            Record::Unresolved { .. } => 12,
            Record::SettlementStarted { .. } => 13,
            Record::SettlementAnswered { .. } => 14,
            Record::UploadProgress { .. } => 15,
            Record::BatchClosed { .. } => 16,
        }
}

/// Why a body does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// A kind this version does not know.
    UnknownKind,
    /// A known kind whose bytes do not make sense.
    Malformed,
}

/// Appends to a buffer that the caller made large enough for any record.
pub(super) struct Put<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> Put<'b> {
    pub(super) fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
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

    pub(super) fn record(&mut self, record: &Record) {
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

/// Reads a body back; every step can find it too short or out of range.
pub(super) struct Take<'b>(&'b [u8]);

type Taken<T> = Result<T, BodyError>;

impl<'b> Take<'b> {
    /// The record of a header's kind number; all bytes must be used.
    pub(super) fn record(kind: u8, body: &'b [u8]) -> Taken<Record> {
        let mut take = Self(body);
        let record = take.by_kind(kind)?;
        if take.0.is_empty() {
            Ok(record)
        } else {
            Err(BodyError::Malformed)
        }
    }

    fn by_kind(&mut self, kind: u8) -> Taken<Record> {
        if kind & CRITICAL == 0 {
            return Err(BodyError::UnknownKind);
        }
        Ok(match kind & !CRITICAL {
            1 => Record::Opened(Identity {
                terminal: sound(TerminalId::new(self.slice(TerminalId::SIZE)?))?,
                merchant: sound(MerchantId::new(self.slice(MerchantId::SIZE)?))?,
                profile: self.short_text()?,
            }),
            2 => Record::KeysChanged(KeysChanged {
                trace: sound(Trace::new(self.u24()?))?,
                batch: sound(Batch::new(self.u24()?))?,
                stamp: self.stamp()?,
                keys: {
                    let len = usize::from(self.byte()?);
                    sound(WorkingKeys::decode(self.slice(len)?))?
                },
            }),
            3 => Record::Intent(self.intent()?),
            4 => Record::NotSent { entry: self.seq()? },
            5 => Record::Approved {
                entry: self.seq()?,
                answer: self.answer()?,
            },
            6 => Record::Declined {
                entry: self.seq()?,
                answer: self.answer()?,
            },
            7 => Record::ReversalQueued {
                entry: self.seq()?,
                reason: self.one_of(&ReversalReason::ALL)?,
                code: self.optional_code()?,
                stage: self.one_of(&STAGES)?,
            },
            8 => Record::ReversalNotFound {
                entry: self.seq()?,
                code: self.code()?,
            },
            9 => Record::Reversed {
                entry: self.seq()?,
                code: self.code()?,
            },
            10 => Record::Parked {
                entry: self.seq()?,
                code: self.optional_code()?,
            },
            11 => Record::Resolved {
                entry: self.seq()?,
                by: sound(OperatorId::new(self.slice(OperatorId::SIZE)?))?,
                verdict: self.one_of(&VERDICTS)?,
                note: sound(VoidNote::new(self.text()?))?,
            },
            #[cfg(feature = "kinds")]
            12 => Record::Unresolved {
                entry: self.seq()?,
                reason: self.one_of(&ReversalReason::ALL)?,
                code: self.optional_code()?,
            },
            13 => Record::SettlementStarted {
                batch: sound(Batch::new(self.u24()?))?,
                trace: sound(Trace::new(self.u24()?))?,
                operator: sound(OperatorId::new(self.slice(OperatorId::SIZE)?))?,
                stamp: self.stamp()?,
                totals: self.totals()?,
            },
            14 => Record::SettlementAnswered {
                comparison: Comparison {
                    domestic: self.one_of(&BALANCES)?,
                    foreign: self.one_of(&BALANCES)?,
                    totals: match self.byte()? {
                        0 => None,
                        1 => Some(self.totals()?),
                        _ => return Err(BodyError::Malformed),
                    },
                },
            },
            15 => Record::UploadProgress {
                upto: self.seq()?,
                refused: self.optional_code()?,
            },
            16 => Record::BatchClosed {
                next: sound(Batch::new(self.u24()?))?,
            },
            _ => return Err(BodyError::UnknownKind),
        })
    }

    fn intent(&mut self) -> Taken<Intent> {
        Ok(Intent {
            kind: self.one_of(&Kind::ALL)?,
            request: sound(RequestId::new(self.text()?))?,
            trace: sound(Trace::new(self.u24()?))?,
            batch: sound(Batch::new(self.u24()?))?,
            amount: sound(Amount::new(self.u40()?))?,
            entry_mode: sound(EntryMode::from_digits(self.array()?))?,
            card: MaskedPan::from_bytes(self.array()?).ok_or(BodyError::Malformed)?,
            sealed: SealedCard::from_bytes(self.array()?),
            operator: sound(OperatorId::new(self.slice(OperatorId::SIZE)?))?,
            stamp: self.stamp()?,
            revision: u16::from_be_bytes(self.array()?),
            quotes: match self.byte()? {
                0 => Quotes::Nothing,
                1 => Quotes::Charge(self.void()?),
                #[cfg(feature = "kinds")]
                2 => Quotes::Hold(self.hold()?),
                #[cfg(feature = "kinds")]
                3 => Quotes::Refund(RefundOrder {
                    original: self.original()?,
                    reference: sound(Reference::new(self.slice(Reference::SIZE)?))?,
                    date: self.digits()?,
                    approval: self.approval()?,
                }),
                _ => return Err(BodyError::Malformed),
            },
        })
    }

    fn void(&mut self) -> Taken<VoidOrder> {
        Ok(VoidOrder {
            original: self.seq()?,
            batch: sound(Batch::new(self.u24()?))?,
            trace: sound(Trace::new(self.u24()?))?,
            reference: sound(Reference::new(self.slice(Reference::SIZE)?))?,
            authorization: self.authorization()?,
            approval: self.approval()?,
        })
    }

    #[cfg(feature = "kinds")]
    fn hold(&mut self) -> Taken<HoldOrder> {
        Ok(HoldOrder {
            original: self.original()?,
            authorization: sound(AuthorizationCode::new(self.slice(AuthorizationCode::SIZE)?))?,
            date: self.digits()?,
            approval: match self.byte()? {
                0 => None,
                1 => Some(self.approval()?),
                _ => return Err(BodyError::Malformed),
            },
        })
    }

    #[cfg(feature = "kinds")]
    fn original(&mut self) -> Taken<Option<(Seq, Batch, Trace)>> {
        Ok(match self.byte()? {
            0 => None,
            1 => Some((
                self.seq()?,
                sound(Batch::new(self.u24()?))?,
                sound(Trace::new(self.u24()?))?,
            )),
            _ => return Err(BodyError::Malformed),
        })
    }

    #[cfg(feature = "kinds")]
    fn digits<const N: usize>(&mut self) -> Taken<[u8; N]> {
        let digits = self.array::<N>()?;
        let whole = digits.iter().all(u8::is_ascii_digit);
        whole.then_some(digits).ok_or(BodyError::Malformed)
    }

    fn totals(&mut self) -> Taken<BatchTotals> {
        let mut sums = [Sum::default(); 4];
        for sum in &mut sums {
            *sum = Sum {
                count: self.u24()?,
                amount: self.u40()?,
            };
        }
        Ok(BatchTotals::of_sums(sums))
    }

    fn u40(&mut self) -> Taken<u64> {
        let [a, b, c, d, e] = self.array()?;
        Ok(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]))
    }

    fn approval(&mut self) -> Taken<Approval> {
        Ok(Approval {
            supervisor: sound(OperatorId::new(self.slice(OperatorId::SIZE)?))?,
            reason: sound(VoidReason::new(self.text()?))?,
            note: sound(VoidNote::new(self.text()?))?,
        })
    }

    fn answer(&mut self) -> Taken<HostAnswer> {
        let reference = |bytes| Reference::new(bytes).map_err(malformed);
        Ok(HostAnswer {
            code: self.code()?,
            reference: self.optional(Reference::SIZE)?.map(reference).transpose()?,
            authorization: self.authorization()?,
            time: self.optional(6)?.map(fixed).transpose()?,
            date: self.optional(4)?.map(fixed).transpose()?,
            settlement_date: self.optional(4)?.map(fixed).transpose()?,
            acquirer: self.short_text()?,
            institutions: self.short_text()?,
            organisation: self.short_text()?,
        })
    }

    fn slice(&mut self, len: usize) -> Taken<&'b [u8]> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(BodyError::Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Taken<[u8; N]> {
        fixed(self.slice(N)?)
    }

    fn byte(&mut self) -> Taken<u8> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn u24(&mut self) -> Taken<u32> {
        let [a, b, c] = self.array()?;
        Ok(u32::from_be_bytes([0, a, b, c]))
    }

    fn seq(&mut self) -> Taken<Seq> {
        Ok(Seq(u32::from_be_bytes(self.array()?)))
    }

    fn text(&mut self) -> Taken<&'b str> {
        let len = usize::from(self.byte()?);
        core::str::from_utf8(self.slice(len)?).map_err(malformed)
    }

    fn short_text<const N: usize>(&mut self) -> Taken<Text<N>> {
        Text::new(self.text()?).ok_or(BodyError::Malformed)
    }

    fn optional(&mut self, len: usize) -> Taken<Option<&'b [u8]>> {
        match self.byte()? {
            0 => Ok(None),
            1 => self.slice(len).map(Some),
            _ => Err(BodyError::Malformed),
        }
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Taken<T> {
        let number = usize::from(self.byte()?);
        all.get(number).copied().ok_or(BodyError::Malformed)
    }

    fn code(&mut self) -> Taken<ResponseCode> {
        sound(ResponseCode::new(self.slice(ResponseCode::SIZE)?))
    }

    fn optional_code(&mut self) -> Taken<Option<ResponseCode>> {
        let code = self.optional(ResponseCode::SIZE)?.map(ResponseCode::new);
        code.transpose().map_err(malformed)
    }

    fn authorization(&mut self) -> Taken<Option<AuthorizationCode>> {
        let code = self
            .optional(AuthorizationCode::SIZE)?
            .map(AuthorizationCode::new);
        code.transpose().map_err(malformed)
    }

    fn stamp(&mut self) -> Taken<Civil> {
        Civil::from_bytes(self.array()?).ok_or(BodyError::Malformed)
    }
}

const STAGES: [ReversalStage; 2] = [ReversalStage::First, ReversalStage::Confirmation];
const BALANCES: [Balance; 2] = [Balance::Equal, Balance::Unequal];
const VERDICTS: [Verdict; 2] = [Verdict::Approved, Verdict::Reversed];

fn number_of<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter().position(|one| one == value).unwrap_or_default() as u8
}

fn fixed<const N: usize>(bytes: &[u8]) -> Taken<[u8; N]> {
    bytes.try_into().map_err(malformed)
}

fn sound<T, E>(value: Result<T, E>) -> Taken<T> {
    value.map_err(malformed)
}

fn malformed<E>(_: E) -> BodyError {
    BodyError::Malformed
}
