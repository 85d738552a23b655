//! What must be reached in some state, or a search that found no fault has
//! looked at little.

use crate::rules::{Holds, any, each};
use crate::till::{Keys, Operator, Till};
use crate::view::Row;
use annul::engine::{State, Then};
use annul::journal::Record;
use annul::ledger::Status;
use annul::transaction::{Kind, ReversalReason};

/// What a configuration reaches.
pub(crate) fn by(till: Till) -> Vec<(&'static str, Holds)> {
    let mut reached = SOMETIMES.to_vec();
    match till.operator {
        Operator::Holds => reached.extend(SOMETIMES_HOLDS),
        _ if till.orders > 1 => reached.extend(SOMETIMES_VOIDS),
        _ => {}
    }
    if till.orders > 1 && till.operator == Operator::Any {
        reached.extend(SOMETIMES_SELLS);
    }
    if till.operator == Operator::Refunds && till.orders > 1 {
        reached.extend(SOMETIMES_REFUNDS);
    }
    if till.settlements > 0 {
        reached.extend(SOMETIMES_SETTLES);
    }
    if till.keys == Keys::Lost {
        reached.extend(SOMETIMES_LOST);
    }
    reached
}

/// Everywhere.
const SOMETIMES: &[(&str, Holds)] = &[
    ("a transaction is approved", |_, world| {
        any(world, |row| row.status == Status::Approved)
    }),
    ("a transaction is declined", |_, world| {
        any(world, |row| row.status == Status::Declined)
    }),
    ("a request is not sent", |_, world| {
        any(world, |row| row.status == Status::NotSent)
    }),
    ("a transaction is reversed", |_, world| {
        any(world, |row| row.status == Status::Reversed)
    }),
    ("a reversal is confirmed", |_, world| {
        let confirming = any(world, |row| row.status == Status::Confirming);
        confirming && matches!(world.engine.outstanding(), Some(Record::Reversed { .. }))
    }),
    ("a reversal is parked", |_, world| {
        any(world, |row| row.status == Status::Parked)
    }),
    ("a parked reversal is undone", |_, world| {
        let parked = any(world, |row| row.status == Status::Parked);
        parked && matches!(world.engine.outstanding(), Some(Record::Reversed { .. }))
    }),
    ("a wrong MAC asks for a sign-in", |_, world| {
        !world.engine.ledger().signed_in()
    }),
    ("the store fails", |_, world| {
        *world.engine.state() == State::Faulted
    }),
];

/// With two orders or more.
const SOMETIMES_VOIDS: &[(&str, Holds)] = &[
    ("a sale is voided", |_, world| {
        any(world, |row| row.status == Status::Voided)
    }),
    ("a void is declined", |_, world| {
        any(world, |row| {
            row.status == Status::Declined && row.kind == Kind::Void
        })
    }),
    ("a void is reversed and the sale stands", |_, world| {
        any(world, |row| {
            row.status == Status::Reversed && row.kind == Kind::Void
        }) && any(world, |row| row.status == Status::Approved)
    }),
];

/// With three orders that begin with a pre-authorization.
const SOMETIMES_HOLDS: &[(&str, Holds)] = &[
    ("a hold is let go", |_, world| {
        any(world, |row| row.status == Status::Voided && row.is_hold())
    }),
    ("a hold is completed", |_, world| {
        any(world, |row| row.status == Status::Completed)
    }),
    ("a hold is open again behind a void", |_, world| {
        let voided = |row: Row| row.status == Status::Voided && row.kind == Kind::Completion;
        any(world, voided) && any(world, |row| row.status == Status::Approved && row.is_hold())
    }),
    (
        "a completion is reversed and the hold is open",
        |_, world| {
            any(world, |row| {
                row.status == Status::Reversed && row.kind == Kind::Completion
            }) && any(world, |row| row.status == Status::Approved)
        },
    ),
];

/// Where keys are lost.
const SOMETIMES_LOST: &[(&str, Holds)] = &[
    ("a reversal waits for a sign-in", |_, world| {
        matches!(
            world.engine.state(),
            State::SignInConcluding {
                then: Then::Reversal(_)
            }
        )
    }),
    ("a sign-in lets the next order in", |_, world| {
        world.engine.ledger().signed_in()
            && any(world, |row| row.reason == Some(ReversalReason::WrongMac))
    }),
];

/// Where the operator may sell twice.
const SOMETIMES_SELLS: &[(&str, Holds)] = &[("two reversals are parked", |_, world| {
    each(world)
        .filter(|(_, row)| row.status == Status::Parked)
        .count()
        == 2
})];

/// Where the operator refunds.
const SOMETIMES_REFUNDS: &[(&str, Holds)] = &[
    ("a sale is refunded", |_, world| {
        any(world, |row| {
            row.is_refund() && row.status == Status::Approved
        })
    }),
    ("a refund has no outcome", |_, world| {
        any(world, |row| row.status == Status::Unresolved)
    }),
    ("a supervisor finds that a refund stands", |_, world| {
        any(world, |row| {
            row.is_refund() && row.status == Status::ResolvedApproved
        })
    }),
    ("a supervisor finds that it does not", |_, world| {
        any(world, |row| {
            row.is_refund() && row.status == Status::ResolvedReversed
        })
    }),
    ("a supervisor ends what is parked", |_, world| {
        any(world, |row| {
            row.kind == Kind::Sale && row.status == Status::ResolvedReversed
        })
    }),
];

/// Where the operator settles.
const SOMETIMES_SETTLES: &[(&str, Holds)] = &[
    ("a batch that balanced is closed", |_, world| {
        let mut settled = world.settled.iter().flatten();
        settled.any(|one| one.closed.is_some() && one.balanced)
    }),
    ("a batch that did not balance is closed", |_, world| {
        let mut settled = world.settled.iter().flatten();
        settled.any(|one| one.closed.is_some() && !one.balanced && one.told != 0)
    }),
    ("a batch is closed with what is parked", |_, world| {
        let mut settled = world.settled.iter().flatten();
        settled.any(|one| one.closed.is_some() && one.listed != 0)
    }),
    ("power went in the middle, and it goes on", |_, world| {
        let settling = world.engine.ledger().settlement().is_some();
        settling && *world.engine.state() == State::Idle
    }),
    (
        "what was listed is undone behind the end of its batch",
        |_, world| {
            let mut settled = (world.settled.iter().flatten()).filter(|one| one.closed.is_some());
            settled.any(|one| {
                any(world, |row| one.has(row) && row.status == Status::Reversed)
                    && one.closed.is_some_and(|rows| {
                        rows.iter()
                            .flatten()
                            .any(|row| row.status == Status::Parked)
                    })
            })
        },
    ),
];
