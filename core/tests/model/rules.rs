//! What must hold in every state. Numbers as in B.7 of state-machines.md.

use crate::batch::{self, Settled};
use crate::host::Says;
use crate::line::{Link, bit};
use crate::reached;
use crate::state::{ROWS, World, Write};
use crate::till::{Action, From, Till};
use crate::view::{Row, Rows, rows};
use annul::engine::State;
use annul::ledger::{Status, totals};
use annul::transaction::{Effect, Kind};
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
        "I3 in sum: no more is voided and refunded than was taken",
        |_, world| places().all(|at| !world.host.gave_too_much(at)),
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
        let durable = rows(world.disk.ledger());
        let under_way = |row: &Row| row.status.is_under_way();
        each(world).filter(|(_, row)| under_way(row)).count() <= 1
            && durable
                .iter()
                .flatten()
                .filter(|row| under_way(row))
                .count()
                <= 1
    }),
    (
        "I8: the totals sent are the batch's, and the host's where it balanced",
        |_, world| {
            world
                .settled
                .iter()
                .flatten()
                .all(|one| sent_rightly(world, one))
        },
    ),
    (
        "I8 one by one: a batch that did not balance closes when all was told",
        |_, world| world.settled.iter().flatten().all(told_whole),
    ),
    (
        "I9: a closed batch never changes but for what was listed",
        |_, world| unlisted(world).all(|(one, at, row)| one.closed_as(at) == Some(row.status)),
    ),
    (
        "I10: of a closed batch nothing is under way but what was listed",
        |_, world| unlisted(world).all(|(_, _, row)| settled(row.status)),
    ),
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
                    && world.engine.ledger().settlement() == world.disk.ledger().settlement()
                    && world.engine.ledger().batch() == world.disk.ledger().batch()
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
            None => return at_rest(&world) && world.engine.ledger().settlement().is_none(),
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
        Link::Closed if world.engine.deadline().is_some() => Some(Action::Waited),
        Link::Closed if world.engine.ledger().settlement().is_some() => Some(Action::Settle),
        Link::Closed => {
            let mut open = each(world).filter(|(_, row)| row.status == Status::Unresolved);
            open.next().map(|(at, _)| Action::Resolve(at))
        }
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

/// The totals of a batch as they stand now, without what was listed.
fn sent_rightly(world: &World, one: &Settled) -> bool {
    let listed = |at: u8| one.listed & bit(at) != 0;
    let ledger = world.disk.ledger();
    let rows = rows(ledger);
    let own = |at: u8| !listed(at) && rows[usize::from(at)].is_some_and(|row| one.has(row));
    one.totals == batch::sums(ledger, one.batch, own)
        && (!one.balanced || one.totals == world.host.sums(own))
}

fn told_whole(one: &Settled) -> bool {
    let Some(rows) = one.closed.filter(|_| !one.balanced) else {
        return true;
    };
    let details = (0..).zip(rows.into_iter().flatten());
    let mut details = details.filter(|(_, row)| row.detail);
    details.all(|(at, _)| one.told & bit(at) != 0)
}

/// What moves money in closed batches and was not listed: nobody knows of it
/// that it is open still.
fn unlisted(world: &World) -> impl Iterator<Item = (&Settled, u8, Row)> {
    let rows = (0..).zip(rows(world.disk.ledger()));
    let rows = rows.filter_map(|(at, row)| Some((at, row?)));
    let moved = rows.filter(|(_, row)| row.kind.effect() != Effect::None);
    moved.filter_map(|(at, row)| {
        let mut closed = (world.settled.iter().flatten()).filter(|one| one.closed.is_some());
        let one = closed.find(|one| one.has(row))?;
        (!one.is_listed(at, world.orders)).then_some((one, at, row))
    })
}

/// Whether the host must hold a transaction's money; none where it is open.
fn stands(row: Row) -> Option<bool> {
    match row.status {
        Status::Approved
        | Status::VoidPending
        | Status::Voided
        | Status::CompletionPending
        | Status::Completed
        | Status::ResolvedApproved => Some(true),
        Status::Declined | Status::NotSent | Status::Reversed | Status::ResolvedReversed => {
            Some(false)
        }
        Status::Pending
        | Status::Reversing
        | Status::Provisional
        | Status::Confirming
        | Status::Parked
        | Status::Unresolved => None,
    }
}

impl Row {
    fn approved(self) -> bool {
        stands(self) == Some(true)
    }

    pub(crate) fn is_hold(self) -> bool {
        self.kind == Kind::PreAuthorization
    }

    pub(crate) fn is_refund(self) -> bool {
        self.kind == Kind::Refund
    }

    fn undoing(self) -> bool {
        matches!(
            self.status,
            Status::Reversing
                | Status::Provisional
                | Status::Confirming
                | Status::Parked
                | Status::Reversed
                | Status::ResolvedApproved
                | Status::ResolvedReversed
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
