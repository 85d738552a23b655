//! What the operator orders, and the records and answers that come of it.

use crate::host::APPROVED;
use crate::state::{PROFILE, ROWS, Table};
use annul::card::Pan;
use annul::crypto::{Authentic, MacValue, SealedCard, WorkingKeys};
use annul::engine::{Answer, Claim, Numbers, Refunded, What};
use annul::iso8583::EntryMode;
use annul::iso8583::value::Source;
use annul::journal::{
    Approval, HoldOrder, HostAnswer, Intent, KeysChanged, Quotes, RefundOrder, VoidOrder,
};
use annul::ledger::Ledger;
use annul::transaction::{
    Amount, AuthorizationCode, Batch, Civil, OperatorId, Reference, RequestId, ResponseCode, Text,
    Trace, VoidNote, VoidReason,
};

/// What is ordered. A transaction is known by its place in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Sale,
    /// Of a sale, or of a completion.
    VoidOf(u8),
    Hold,
    /// The void of a pre-authorization.
    LetGo(u8),
    Complete(u8),
    /// Of three fifths of a sale, so that two would give back too much.
    Refund(u8),
}

impl Order {
    pub(crate) fn original(self) -> Option<u8> {
        match self {
            Self::Sale | Self::Hold => None,
            Self::VoidOf(at) | Self::LetGo(at) | Self::Complete(at) | Self::Refund(at) => Some(at),
        }
    }

    /// Whether it takes money, gives it back, or neither: 1, -1 or 0.
    pub(crate) fn sign(self) -> i64 {
        match self {
            Self::Sale | Self::Complete(_) => 1,
            Self::VoidOf(_) | Self::Refund(_) => -1,
            Self::Hold | Self::LetGo(_) => 0,
        }
    }

    /// How much of an original's amount it is for.
    pub(crate) fn part(self, whole: i64) -> i64 {
        match self {
            Self::Refund(_) => whole / 5 * 3,
            Self::Sale | Self::Hold | Self::VoidOf(_) | Self::LetGo(_) | Self::Complete(_) => whole,
        }
    }

    /// The order as an operator gives it, of the transaction at `at`, over a
    /// ledger.
    pub(crate) fn what(self, at: u8, ledger: &Ledger<Table>) -> What {
        let (own, card) = (minor(amount(at)), card().masked());
        let quoted = |at: u8| ledger.entries()[usize::from(at)];
        let hold = |claim, at| What::Hold {
            claim,
            authorization: authorization(at),
            amount: quoted(at).amount(),
            card,
        };
        match self {
            Self::Sale => What::Sale { amount: own, card },
            Self::Hold => What::PreAuthorization { amount: own, card },
            Self::VoidOf(at) => What::Void {
                original: quoted(at).trace(),
                card: None,
            },
            Self::LetGo(at) => hold(Claim::Void, at),
            Self::Complete(at) => hold(Claim::Complete, at),
            Self::Refund(of) => What::Refund {
                of: Refunded::Trace(quoted(of).trace()),
                amount: minor(self.part(amount(of))),
                card,
                source: Source::Chip,
            },
        }
    }
}

/// Each sale and hold has an amount of its own, so that no sum hides another.
pub(crate) fn amount(at: u8) -> i64 {
    100 << at
}

pub(crate) fn minor(amount: i64) -> Amount {
    Amount::new(amount.unsigned_abs()).expect("an amount")
}

/// Each has an authorization code of its own.
fn authorization(at: u8) -> AuthorizationCode {
    AuthorizationCode::literal([b'A' + at; 6])
}

pub(crate) fn request(at: u8) -> RequestId {
    const IDS: [&str; ROWS] = ["a", "b", "c", "d"];
    RequestId::new(IDS[usize::from(at)]).expect("an id")
}

pub(crate) const OPERATOR: OperatorId = OperatorId::literal(*b"01");

fn card() -> Pan {
    Pan::parse("6224242900000113").expect("a card")
}

/// What the app adds to the engine's numbers.
pub(crate) fn intent(request: RequestId, order: Order, numbers: &Numbers) -> Intent {
    Intent {
        request,
        kind: numbers.kind,
        trace: numbers.trace,
        batch: numbers.batch,
        amount: numbers.amount,
        entry_mode: EntryMode::from_digits(*b"022").expect("a mode"),
        card: card().masked(),
        sealed: SealedCard::from_bytes([0; SealedCard::SIZE]),
        operator: OPERATOR,
        stamp: Civil::UNKNOWN,
        revision: PROFILE.revision,
        quotes: quotes(order, numbers),
    }
}

fn quotes(order: Order, numbers: &Numbers) -> Quotes {
    let approval = Approval {
        supervisor: OPERATOR,
        reason: VoidReason::new("model").expect("a reason"),
        note: VoidNote::NONE,
    };
    match (order, numbers.original, numbers.hold) {
        (Order::VoidOf(_), Some(original), _) => Quotes::Charge(VoidOrder {
            original: original.seq,
            batch: original.batch,
            trace: original.trace,
            reference: original.reference,
            authorization: original.authorization,
            approval,
        }),
        (Order::LetGo(at) | Order::Complete(at), _, hold) => Quotes::Hold(HoldOrder {
            original: hold,
            authorization: authorization(at),
            date: *b"0105",
            approval: Some(approval),
        }),
        (Order::Refund(_), Some(original), _) => Quotes::Refund(RefundOrder {
            original: Some((original.seq, original.batch, original.trace)),
            reference: original.reference,
            date: *b"0105",
            approval,
        }),
        _ => Quotes::Nothing,
    }
}

pub(crate) const FIRST_BATCH: Batch = match Batch::new(1) {
    Ok(batch) => batch,
    Err(_) => Batch::NONE,
};

/// What a sign-in brings.
pub(crate) fn keys(trace: Trace, batch: Batch) -> KeysChanged {
    KeysChanged {
        trace,
        batch,
        stamp: Civil::UNKNOWN,
        keys: WorkingKeys::decode(&[0; 24]).expect("keys"),
    }
}

/// An answer whose MAC was right.
pub(crate) fn answer(code: ResponseCode, of: Option<(u8, Amount)>) -> Authentic<Answer> {
    let (amount, kept) = (
        of.map(|(_, amount)| amount),
        kept(code, of.map(|(at, _)| at)),
    );
    let mac = MacValue::new(*b"E267B6E2");
    let authentic = mac.authenticate(
        b"E267B6E2",
        Answer {
            amount,
            balance: None,
            kept,
        },
    );
    authentic.expect("the same MAC")
}

/// What is kept of an answer.
pub(crate) fn kept(code: ResponseCode, at: Option<u8>) -> HostAnswer {
    HostAnswer {
        code,
        reference: Some(Reference::literal(*b"101630000002")),
        authorization: at.filter(|_| code == APPROVED).map(authorization),
        time: None,
        date: None,
        settlement_date: None,
        acquirer: Text::EMPTY,
        institutions: Text::EMPTY,
        organisation: Text::EMPTY,
    }
}
