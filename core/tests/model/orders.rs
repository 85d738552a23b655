//! What the operator orders, and the records and answers that come of it.

use crate::state::{ROWS, Table};
use annul::card::Pan;
use annul::crypto::{Authentic, MacValue, SealedCard, WorkingKeys};
use annul::engine::{Answer, Numbers, What};
use annul::iso8583::EntryMode;
use annul::journal::{Approval, HostAnswer, Intent, KeysChanged, Quotes, VoidOrder};
use annul::ledger::Ledger;
use annul::profile::UNIONPAY_POS;
use annul::transaction::{
    Amount, Batch, Civil, OperatorId, Reference, RequestId, ResponseCode, Text, Trace, VoidNote,
    VoidReason,
};

/// What is ordered. A transaction is known by its place in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Sale,
    VoidOf(u8),
}

impl Order {
    pub(crate) fn original(self) -> Option<u8> {
        match self {
            Self::Sale => None,
            Self::VoidOf(sale) => Some(sale),
        }
    }

    /// The order as an operator gives it, of the transaction at `at`, over a
    /// ledger.
    pub(crate) fn what(self, at: u8, ledger: &Ledger<Table>) -> What {
        match self {
            Self::Sale => What::Sale {
                amount: Amount::new(amount(at).unsigned_abs()).expect("an amount"),
                card: card().masked(),
            },
            Self::VoidOf(sale) => What::Void {
                original: ledger.entries()[usize::from(sale)].trace(),
                card: None,
            },
        }
    }
}

/// Each sale has an amount of its own, so that no sum hides another.
pub(crate) fn amount(at: u8) -> i64 {
    100 << at
}

pub(crate) fn request(at: u8) -> RequestId {
    const IDS: [&str; ROWS] = ["a", "b", "c"];
    RequestId::new(IDS[usize::from(at)]).expect("an id")
}

fn card() -> Pan {
    Pan::parse("6224242900000113").expect("a card")
}

/// What the app adds to the engine's numbers.
pub(crate) fn intent(request: RequestId, numbers: &Numbers) -> Intent {
    let operator = OperatorId::literal(*b"01");
    let approval = Approval {
        supervisor: operator,
        reason: VoidReason::new("model").expect("a reason"),
        note: VoidNote::NONE,
    };
    Intent {
        request,
        kind: numbers.kind,
        trace: numbers.trace,
        batch: numbers.batch,
        amount: numbers.amount,
        entry_mode: EntryMode::from_digits(*b"022").expect("a mode"),
        card: card().masked(),
        sealed: SealedCard::from_bytes([0; SealedCard::SIZE]),
        operator,
        stamp: Civil::UNKNOWN,
        revision: UNIONPAY_POS.revision,
        quotes: numbers.original.map_or(Quotes::Nothing, |original| {
            Quotes::Charge(VoidOrder {
                original: original.seq,
                batch: original.batch,
                trace: original.trace,
                reference: original.reference,
                authorization: original.authorization,
                approval,
            })
        }),
    }
}

/// What a sign-in brings.
pub(crate) fn keys(trace: Trace) -> KeysChanged {
    KeysChanged {
        trace,
        batch: Batch::new(1).expect("a batch"),
        stamp: Civil::UNKNOWN,
        keys: WorkingKeys::decode(&[0; 24]).expect("keys"),
    }
}

/// An answer whose MAC was right.
pub(crate) fn answer(code: ResponseCode, amount: Option<Amount>) -> Authentic<Answer> {
    let kept = kept(code);
    let mac = MacValue::new(*b"E267B6E2");
    let authentic = mac.authenticate(b"E267B6E2", Answer { amount, kept });
    authentic.expect("the same MAC")
}

/// What is kept of an answer.
pub(crate) fn kept(code: ResponseCode) -> HostAnswer {
    HostAnswer {
        code,
        reference: Some(Reference::literal(*b"101630000002")),
        authorization: None,
        time: None,
        date: None,
        settlement_date: None,
        acquirer: Text::EMPTY,
        institutions: Text::EMPTY,
        organisation: Text::EMPTY,
    }
}
