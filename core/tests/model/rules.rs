//! What must hold in every state. Numbers as in B.7 of state-machines.md.

use crate::host::Says;
use crate::line::{Link, bit};
use crate::reached;
use crate::state::{ROWS, World, Write};
use crate::till::{Action, From, Till};
use crate::view::{Row, Rows, rows};
use annul::engine::State;
use annul::ledger::{Status, totals};
use annul::transaction::Kind;
use stateright::Property;

pub(crate) type Holds = fn(&Till, &World) -> bool;

pub(crate) const ALWAYS: &[(&str, Holds)] = &[
    ("I1: at rest the host's sum is the ledger's", |_, world| {
        !at_rest(world) || world.host.net() == totals(world.engine.ledger().entries()).net()
    }),
    (
        "I2: what the ledger calls settled stands so at the host",
        |_, world| {
            each(world).all(|(at, row)| stands(row).is_none_or(|it| it == world.host.stands(at)))
        },
    ),
    (
        "I3: at most one void or completion of a transaction, and none of nothing",
        |_, world| {
            places().all(|at| match world.host.claims_on(at) {
                0 => true,
                1 => world.host.stands(at),
                _ => false,
            })
        },
    ),
    (
        "I4: what was shown approved is durable and stays so",
        |_, world| {
            let durable = rows(world.disk.ledger());
            let mut shown = places().filter(|at| world.shown & bit(*at) != 0);
            shown.all(|at| durable[usize::from(at)].is_some_and(Row::approved))
        },
    ),
    (
        "I6: the host sees nothing without a durable intent",
        |_, world| {
            let durable = rows(world.disk.ledger());
            let seen = |at: &u8| (world.sent.requests | world.sent.reversals) & bit(*at) != 0;
            places()
                .filter(seen)
                .all(|at| durable[usize::from(at)].is_some())
        },
    ),
    ("I7: one exchange at a time", |_, world| {
        each(world)
            .filter(|(_, row)| row.status.is_under_way())
            .count()
            <= 1
    }),
    ("I11: what was reversed has no other outcome", |_, world| {
        let mut reversed = each(world).filter(|(at, _)| world.sent.reversals & bit(*at) != 0);
        reversed.all(|(_, row)| row.undoing())
    }),
    ("I12: no intent vanishes or ends twice", |_, world| {
        !world.changed
    }),
    (
        "I12 in the end: every intent ends once the line is fair",
        |till, world| ends(*till, world),
    ),
    (
        "I15: nothing is sent while a record is on its way",
        |_, world| world.engine.outstanding().is_none() || world.link == Link::Closed,
    ),
    (
        "I16: the ledger is the replay of the journal",
        |_, world| {
            *world.engine.state() == State::Faulted
                || world.unwritten.is_some()
                || (world.engine.ledger().entries() == world.disk.ledger().entries()
                    && world.engine.ledger().signed_in() == world.disk.ledger().signed_in()
                    && world.engine.ledger().last() == world.disk.ledger().last())
        },
    ),
];

/// All rules, and what is to be reached.
pub(crate) fn all(till: Till) -> Vec<Property<Till>> {
    let always = (ALWAYS.iter()).map(|(name, holds)| Property::always(name, *holds));
    let reached = reached::by(till).into_iter();
    let reached = reached.map(|(name, is)| Property::sometimes(name, is));
    always.chain(reached).collect()
}

/// The rule of a number.
pub(crate) fn named(number: &str) -> &'static str {
    let is = |name: &str| name.split(':').next() == Some(number);
    let mut names = ALWAYS.iter().map(|(name, _)| *name);
    names.find(|name| is(name)).expect("a rule has the number")
}

/// True where a record took back what an earlier one had settled.
pub(crate) fn ended_twice(before: &Rows, after: &Rows) -> bool {
    before
        .iter()
        .zip(after)
        .any(|(before, after)| match (before, after) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(before), Some(after)) if before.approved() => {
                !after.approved() || (before.status.is_final() && before.status != after.status)
            }
            (Some(before), Some(after)) => {
                before.status.is_final() && before.status != after.status
            }
        })
}

/// Goes on with the best that can happen, and looks whether it ends.
fn ends(till: Till, world: &World) -> bool {
    const STEPS: usize = 80;
    let mut world = world.clone();
    for _ in 0..STEPS {
        match best(&world) {
            Some(action) => till.act(&mut world, action),
            None => return at_rest(&world),
        };
    }
    false
}

fn best(world: &World) -> Option<Action> {
    match world.link {
        _ if *world.engine.state() == State::Faulted => Some(Action::PowerCut(Write::Lost)),
        _ if world.engine.outstanding().is_some() || world.unwritten.is_some() => {
            Some(Action::Written)
        }
        Link::Connecting(message) => Some(Action::Sent(message)),
        Link::Open(message, None) => Some(Action::Arrives(message, From::Open, Says::Approve)),
        Link::Open(_, Some(_)) => Some(Action::Answered),
        Link::Closed => world.engine.deadline().map(|_| Action::Waited),
    }
}

fn at_rest(world: &World) -> bool {
    *world.engine.state() == State::Idle
        && world.unwritten.is_none()
        && each(world).all(|(_, row)| settled(row.status))
}

fn settled(status: Status) -> bool {
    matches!(status, Status::Approved | Status::Completed) || status.is_final()
}

/// Whether the host must hold a transaction's money; none where it is open.
fn stands(row: Row) -> Option<bool> {
    match row.status {
        Status::Approved
        | Status::VoidPending
        | Status::Voided
        | Status::CompletionPending
        | Status::Completed => Some(true),
        Status::Declined | Status::NotSent | Status::Reversed => Some(false),
        _ => None,
    }
}

impl Row {
    fn approved(self) -> bool {
        stands(self) == Some(true)
    }

    pub(crate) fn is_hold(self) -> bool {
        self.kind == Kind::PreAuthorization
    }

    fn undoing(self) -> bool {
        matches!(
            self.status,
            Status::Reversing
                | Status::Provisional
                | Status::Confirming
                | Status::Parked
                | Status::Reversed
        )
    }
}

pub(crate) fn each(world: &World) -> impl Iterator<Item = (u8, Row)> {
    let rows = (0..).zip(rows(world.engine.ledger()));
    rows.filter_map(|(at, row)| Some((at, row?)))
}

pub(crate) fn any(world: &World, is: impl Fn(Row) -> bool) -> bool {
    each(world).any(|(_, row)| is(row))
}

fn places() -> impl Iterator<Item = u8> {
    0..u8::try_from(ROWS).expect("few")
}
