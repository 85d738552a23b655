use super::{BALANCES, BodyError, CRITICAL, STAGES, VERDICTS};
use crate::card::MaskedPan;
use crate::crypto::{SealedCard, WorkingKeys};
use crate::iso8583::EntryMode;
use crate::journal::record::{
    Approval, Comparison, HostAnswer, Identity, Intent, KeysChanged, Quotes, Record, Seq, VoidOrder,
};
#[cfg(feature = "kinds")]
use crate::journal::record::{HoldOrder, RefundOrder};
use crate::transaction::{
    Amount, AuthorizationCode, Batch, BatchTotals, Civil, Kind, MerchantId, OperatorId, Reference,
    RequestId, ResponseCode, ReversalReason, Sum, TerminalId, Text, Trace, VoidNote, VoidReason,
};

/// Reads a body back; every step can find it too short or out of range.
pub(in crate::journal) struct Take<'b>(&'b [u8]);

type Taken<T> = Result<T, BodyError>;

impl<'b> Take<'b> {
    /// The record of a header's kind number; all bytes must be used.
    pub(in crate::journal) fn record(kind: u8, body: &'b [u8]) -> Taken<Record> {
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
            // A kind that this one does not have, or leaves out, is a newer one's.
            kind: (self.one_of(&Kind::ALL)).map_err(|_| BodyError::UnknownKind)?,
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
                _ => return Err(BodyError::UnknownKind),
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

    #[inline(never)]
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

fn fixed<const N: usize>(bytes: &[u8]) -> Taken<[u8; N]> {
    bytes.try_into().map_err(malformed)
}

fn sound<T, E>(value: Result<T, E>) -> Taken<T> {
    value.map_err(malformed)
}

fn malformed<E>(_: E) -> BodyError {
    BodyError::Malformed
}
