//! What the simulation must know of a kind: how it looks on the wire, what an
//! operator has in hand for it, what it moves in the host's books, and how it
//! may end. A new kind does not compile before it has its row here; all else
//! in the simulation reads this table.
//!
//! The wire is written down once more, apart from the profile under test
//! (unionpay.md 3.1).

use super::till::Machine;
use annul::engine::Refusal;
use annul::journal::Approval;
use annul::terminal::{Begun, HoldClaim, Now, Sale};
use annul::transaction::{Kind, OperatorId, VoidNote, VoidReason};

/// One kind.
pub(crate) struct Row {
    pub(crate) kind: Kind,
    /// The message type of its request.
    pub(crate) mti: u16,
    /// F3.
    pub(crate) processing: [u8; 6],
    /// F25.
    pub(crate) condition: [u8; 2],
    /// F60.1.
    pub(crate) class: [u8; 2],
    pub(crate) asks: Asks,
    /// What its approval moves; its reversal moves it back.
    pub(crate) moves: &'static [Move],
    /// How many of a hundred orders are for one.
    pub(crate) share: u64,
    /// How it may end: the seeds of the test command must see each.
    pub(crate) ends: &'static [End],
}

/// What an operator has in hand for it.
#[derive(Clone, Copy)]
pub(crate) enum Asks {
    /// An amount and a card.
    Payment(Begin),
    /// A slip of this till: a trace, and perhaps the card.
    Trace,
    /// A slip of any till of the shop, an amount and the card.
    Slip(Claim),
}

/// The terminal's command for it.
type Begin = fn(&mut Machine, Now, Sale, usize) -> Result<Begun, Refusal>;

/// What is done about a hold, and how much of it may be asked for.
#[derive(Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) claim: fn() -> HoldClaim,
    /// In percent of what is held, from and to.
    pub(crate) percent: (u64, u64),
}

/// Where money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Account {
    /// The customer's.
    Card,
    /// On the customer's card, and not to be spent.
    Held,
    Merchant,
}

/// Money that goes from one account to another.
#[derive(Clone, Copy)]
pub(crate) struct Move {
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) of: Of,
}

/// How much.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    /// Its own amount.
    Own,
    /// The amount of what it claims.
    Original,
}

/// How a transaction may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Approved,
    Declined,
    NotSent,
    Reversed,
}

/// What is reversed when its outcome is unknown.
const REVERSED: &[End] = &[End::Approved, End::Declined, End::NotSent, End::Reversed];

/// The row of a kind.
pub(crate) const fn row(kind: Kind) -> Row {
    use Account::{Card, Held, Merchant};
    let base = Row {
        kind,
        mti: 0x0200,
        processing: *b"000000",
        condition: *b"00",
        class: *b"22",
        asks: Asks::Trace,
        moves: &[],
        share: 0,
        ends: REVERSED,
    };
    match kind {
        Kind::Sale => Row {
            asks: Asks::Payment(Machine::begin_sale),
            moves: const { &[own(Card, Merchant)] },
            share: 38,
            ..base
        },
        Kind::Void => Row {
            processing: *b"200000",
            class: *b"23",
            moves: const { &[own(Merchant, Card)] },
            share: 18,
            ..base
        },
        Kind::PreAuthorization => Row {
            mti: 0x0100,
            processing: *b"030000",
            condition: *b"06",
            class: *b"10",
            asks: Asks::Payment(Machine::begin_preauthorization),
            moves: const { &[own(Card, Held)] },
            share: 15,
            ..base
        },
        Kind::PreAuthorizationVoid => Row {
            mti: 0x0100,
            processing: *b"200000",
            condition: *b"06",
            class: *b"11",
            asks: Asks::Slip(Claim {
                claim: supervised,
                percent: (100, 100),
            }),
            moves: const { &[own(Held, Card)] },
            share: 6,
            ..base
        },
        Kind::Completion => Row {
            condition: *b"06",
            class: *b"20",
            asks: Asks::Slip(Claim {
                claim: || HoldClaim::Complete,
                percent: (1, 115),
            }),
            moves: const {
                &[
                    Move {
                        from: Held,
                        to: Card,
                        of: Of::Original,
                    },
                    own(Card, Merchant),
                ]
            },
            share: 14,
            ..base
        },
        // No operator of the simulation asks for these two yet.
        Kind::Refund => Row {
            mti: 0x0220,
            processing: *b"200000",
            class: *b"25",
            moves: const { &[own(Merchant, Card)] },
            ends: &[],
            ..base
        },
        Kind::BalanceInquiry => Row {
            processing: *b"310000",
            class: *b"01",
            ends: &[],
            ..base
        },
        // The profile says that the host lets the hold go.
        Kind::CompletionVoid => Row {
            processing: *b"200000",
            condition: *b"06",
            class: *b"21",
            moves: const { &[own(Merchant, Card)] },
            share: 9,
            ..base
        },
    }
}

const fn own(from: Account, to: Account) -> Move {
    Move {
        from,
        to,
        of: Of::Own,
    }
}

fn supervised() -> HoldClaim {
    HoldClaim::Void(Approval {
        supervisor: OperatorId::literal(*b"00"),
        reason: VoidReason::new("customer-left").expect("a reason"),
        note: VoidNote::NONE,
    })
}

/// Every row.
pub(crate) static ROWS: [Row; Kind::ALL.len()] = {
    let mut rows = [const { row(Kind::Sale) }; Kind::ALL.len()];
    let mut index = 0;
    while index < rows.len() {
        rows[index] = row(Kind::ALL[index]);
        index += 1;
    }
    rows
};

/// The row of a kind.
pub(crate) fn of(kind: Kind) -> &'static Row {
    &ROWS[kind as usize]
}

/// The kind that F3, F25 and F60.1 say together.
pub(crate) fn on_the_wire(processing: [u8; 6], condition: [u8; 2], class: [u8; 2]) -> Option<Kind> {
    let said = |row: &&Row| {
        row.processing == processing && row.condition == condition && row.class == class
    };
    ROWS.iter().find(said).map(|row| row.kind)
}
