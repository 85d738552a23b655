//! Orders beyond sale and void, as they come over the border and checked.

use crate::code;
use crate::command::{Card, Command, PinEntry, trace};
use crate::error::{Advice, AnnulError};
use crate::setup;
use annul::journal;
use annul::terminal;
use annul::transaction::{
    AuthorizationCode, OperatorId, Reference, RequestId, VoidNote, VoidReason,
};

/// The void 预授权撤销 or the completion 预授权完成 of a pre-authorization, by what
/// stands on its slip: it may be that of another terminal of the merchant.
#[derive(Clone, uniffi::Record)]
pub struct HoldOrder {
    /// The caller's id, made before.
    pub request: String,
    /// Which of the two.
    pub claim: HoldClaim,
    /// The pre-authorization's authorization code: 6 characters.
    pub authorization: String,
    /// Its date: `MMDD`.
    pub date: String,
    /// Minor units: the whole of a void, or what a completion takes.
    pub amount: i64,
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinEntry,
}

/// What is done about a pre-authorization.
#[derive(Clone, uniffi::Enum)]
pub enum HoldClaim {
    /// The held money is let go.
    Void {
        /// Who allowed it and why.
        approval: Approval,
    },
    /// It is taken, or a part of it.
    Complete,
}

/// A supervisor's word.
#[derive(Clone, uniffi::Record)]
pub struct Approval {
    /// Who: 2 characters.
    pub supervisor: String,
    /// Why: a short word such as `customer-request`.
    pub reason: String,
    /// What the operator added; may be empty.
    pub note: String,
}

/// A refund 退货 of a sale or a completion, whole or in part, on any day.
#[derive(Clone, uniffi::Record)]
pub struct RefundOrder {
    /// The caller's id, made before.
    pub request: String,
    /// Of which.
    pub of: RefundOf,
    /// Minor units.
    pub amount: i64,
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinEntry,
    /// Who allowed it and why.
    pub approval: Approval,
}

/// The sale or completion that is refunded.
#[derive(Clone, uniffi::Enum)]
pub enum RefundOf {
    /// One of this journal.
    Trace {
        /// The voucher number on its slip.
        trace: i32,
    },
    /// By what stands on its slip: it may be of another terminal.
    Slip {
        /// Its reference number: 12 characters.
        reference: String,
        /// Its date: `MMDD`.
        date: String,
    },
}

/// A balance inquiry 余额查询.
#[derive(Clone, uniffi::Record)]
pub struct InquiryOrder {
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinEntry,
}

impl HoldOrder {
    pub(crate) fn checked(self) -> Result<Command, AnnulError> {
        let card = self.card.checked();
        Ok(Command::Hold(terminal::Hold {
            request: RequestId::new(&self.request)?,
            claim: match self.claim {
                HoldClaim::Void { approval } => terminal::HoldClaim::Void(approval.checked()?),
                HoldClaim::Complete => terminal::HoldClaim::Complete,
            },
            authorization: AuthorizationCode::new(self.authorization.as_bytes())?,
            date: month_and_day(&self.date)?,
            amount: setup::amount(self.amount)?,
            card: card?,
            pin: self.pin.into(),
        }))
    }
}

impl RefundOrder {
    pub(crate) fn checked(self) -> Result<Command, AnnulError> {
        let card = self.card.checked();
        Ok(Command::Refund(terminal::Refund {
            request: RequestId::new(&self.request)?,
            of: match self.of {
                RefundOf::Trace { trace: number } => terminal::RefundOf::Trace(trace(number)?),
                RefundOf::Slip { reference, date } => terminal::RefundOf::Slip {
                    reference: Reference::new(reference.as_bytes())?,
                    date: month_and_day(&date)?,
                },
            },
            amount: setup::amount(self.amount)?,
            card: card?,
            pin: self.pin.into(),
            approval: self.approval.checked()?,
        }))
    }
}

impl InquiryOrder {
    pub(crate) fn checked(self) -> Result<Command, AnnulError> {
        Ok(Command::Balance(terminal::Inquiry {
            card: self.card.checked()?,
            pin: self.pin.into(),
        }))
    }
}

impl Approval {
    fn checked(&self) -> Result<journal::Approval, AnnulError> {
        Ok(journal::Approval {
            supervisor: OperatorId::new(self.supervisor.as_bytes())?,
            reason: VoidReason::new(&self.reason)?,
            note: VoidNote::new(&self.note)?,
        })
    }
}

/// `MMDD`: field 61.3 has no year.
fn month_and_day(text: &str) -> Result<[u8; 4], AnnulError> {
    let digits = <[u8; 4]>::try_from(text.as_bytes()).ok();
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_digit));
    let part = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    let sound = |[a, b, c, d]: &[u8; 4]| {
        (1..=12).contains(&part(*a, *b)) && (1..=31).contains(&part(*c, *d))
    };
    digits.filter(sound).ok_or_else(|| {
        let what = "date: not a month and a day; expected MMDD, such as 0105";
        AnnulError::new(code::CIVIL, what, Advice::AskOperator)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_month_and_a_day() {
        for date in ["0101", "0229", "1231"] {
            assert_eq!(month_and_day(date).unwrap(), date.as_bytes());
        }
        for date in [
            "", "1", "0001", "1301", "0100", "0132", "01-5", "01011", "٠١",
        ] {
            let AnnulError::Failed { code, .. } = month_and_day(date).unwrap_err();
            assert_eq!(code, code::CIVIL, "{date}");
        }
    }
}
