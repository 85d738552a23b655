//! What can happen next, and what then is.

use crate::host::{APPROVED, DECLINED, IN_DOUBT, Memory, REFUSED_MAC, Says};
use crate::line::{Link, Message, bit};
use crate::orders::Order;
use crate::rules;
use crate::sabotage::Sabotage;
use crate::state::{NOW, ROWS, World, Write};
use crate::view::rows;
use annul::engine::{Cancel, Event, Sending, State};
use annul::ledger::{Entry, Status};
use annul::transaction::{Kind, ResponseCode};
use stateright::{Model, Property};

/// One configuration of the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Till {
    /// How many transactions the operator orders.
    pub(crate) orders: u8,
    pub(crate) operator: Operator,
    /// How often the operator settles.
    pub(crate) settlements: u8,
    pub(crate) keys: Keys,
    pub(crate) memory: Memory,
    pub(crate) sabotage: Sabotage,
}

/// What the operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Sells and voids, as may be.
    Any,
    /// Sells once, then voids that sale as often as the terminal lets him.
    VoidsOneSale,
    /// Sells once; refunds and voids that sale as may be, and a supervisor ends
    /// what has no outcome.
    Refunds,
    /// Pre-authorizes once; completes, lets go and voids as may be.
    Holds,
}

/// Whether terminal and host agree on their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// They do; nobody signs in.
    Agreed,
    /// The host may refuse the MAC of a reversal at any time, and take or
    /// decline a sign-in.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Operator(Order),
    Cancel,
    SignIn,
    /// The operator has what is parked tried again.
    Recover,
    /// The operator settles the batch, or goes on with it.
    Settle,
    /// A supervisor says how a transaction stands at the host.
    Resolve(u8),
    /// A broken till's settlement comes to its end beside what it sells.
    Closes,
    Written,
    StoreFails(Write),
    PowerCut(Write),
    /// The link stands and the message leaves.
    Sent(Message),
    /// It never stood, and the transport proves it.
    NoLink,
    /// A message reaches the host, which answers on the link it came from.
    Arrives(Message, From, Says),
    /// The answer reaches the terminal.
    Answered,
    /// It does, and its MAC is wrong.
    Damaged,
    /// An answer on a closed link does.
    AnsweredLate,
    /// A late approval is believed.
    Believed,
    /// What waits is due.
    Waited,
}

/// By which link a message comes: the terminal's, or one that it closed or
/// whose answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Open,
    Old,
}

impl Model for Till {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        self.operator(world, actions);
        storage(world, actions);
        self.line(world, actions);
        if world.engine.deadline().is_some() {
            actions.push(Action::Waited);
        }
        if world.stale.is_some() {
            actions.push(Action::AnsweredLate);
        }
        if self.sabotage == Sabotage::BelievesLate {
            actions.push(Action::Believed);
        }
        let beside = world.settling().is_some() && world.disk.ledger().settlement().is_none();
        if self.sabotage == Sabotage::SellsWhileSettling && beside {
            actions.push(Action::Closes);
        }
    }

    fn next_state(&self, before: &World, action: Action) -> Option<World> {
        let mut world = before.clone();
        let took_place = self.act(&mut world, action);
        world.changed |=
            rules::ended_twice(&rows(before.disk.ledger()), &rows(world.disk.ledger()));
        if self.settlements > 0 {
            world.note_settlement(before);
        }
        took_place.then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        rules::all(*self)
    }
}

impl Till {
    fn operator(self, world: &World, actions: &mut Vec<Action>) {
        let entries = world.engine.ledger().entries();
        let idle = *world.engine.state() == State::Idle;
        let aside = self.sabotage == Sabotage::PutsAside
            && matches!(world.engine.state(), State::ReversalBackoff { .. });
        if (idle || aside) && entries.len() < usize::from(self.orders) {
            let orders = self.orders_over(entries);
            actions.extend(orders.into_iter().map(Action::Operator));
        }
        let parked = entries.iter().any(|entry| entry.status() == Status::Parked);
        if idle && parked {
            actions.push(Action::Recover);
        }
        if idle {
            self.ends_of_batch(world, actions);
        }
        let wanted = parked || !world.engine.ledger().signed_in();
        if idle && wanted && self.keys == Keys::Lost {
            actions.push(Action::SignIn);
        }
        if let State::Opening { cancelled } | State::Awaiting { cancelled, .. } =
            world.engine.state()
            && *cancelled == Cancel::No
        {
            actions.push(Action::Cancel);
        }
    }

    /// What is settled and resolved.
    fn ends_of_batch(self, world: &World, actions: &mut Vec<Action>) {
        let settling = world.engine.ledger().settlement().is_some();
        let begun = world.settled.iter().flatten().count();
        if settling || begun < usize::from(self.settlements) {
            actions.push(Action::Settle);
        }
        if self.operator == Operator::Refunds && !settling {
            let entries = (0..).zip(world.engine.ledger().entries());
            let parked = entries.filter(|(_, entry)| entry.status().is_parked());
            actions.extend(parked.map(|(at, _)| Action::Resolve(at)));
        }
    }

    fn orders_over(self, entries: &[Entry]) -> Vec<Order> {
        let mut orders: Vec<_> = match (self.operator, entries) {
            (Operator::Any, _) | (Operator::VoidsOneSale | Operator::Refunds, []) => {
                vec![Order::Sale]
            }
            (Operator::Holds, []) => vec![Order::Hold],
            (Operator::VoidsOneSale | Operator::Refunds | Operator::Holds, _) => Vec::new(),
        };
        for (at, entry) in (0..).zip(entries) {
            orders.push(Order::VoidOf(at));
            if self.operator == Operator::Refunds {
                orders.push(Order::Refund(at));
            }
            // Nobody can quote a code that no slip says.
            if entry.kind() == Kind::PreAuthorization && entry.authorization().is_some() {
                orders.extend([Order::LetGo(at), Order::Complete(at)]);
            }
        }
        orders
    }

    /// False where the action changes nothing.
    pub(crate) fn act(self, world: &mut World, action: Action) -> bool {
        let sabotage = self.sabotage;
        match action {
            Action::Operator(order) => return world.order(order, sabotage),
            Action::Cancel => world.feed(NOW, Event::Cancel, sabotage),
            Action::SignIn => world.sign_in(sabotage),
            Action::Recover => world.recover(sabotage),
            Action::Settle => return world.settle(sabotage),
            Action::Resolve(at) => world.resolve(at, sabotage),
            Action::Closes => world.close_batch(),
            Action::Written => world.written(sabotage),
            Action::StoreFails(write) => world.fail(write, sabotage),
            Action::PowerCut(write) => world.cut(write, sabotage),
            Action::Sent(message) => world.send(message),
            Action::NoLink => world.feed(NOW, Event::LinkDown(Sending::NothingSent), sabotage),
            Action::Arrives(message, from, says) => self.arrives(world, message, from, says),
            Action::Answered => {
                let Link::Open(message, Some(code)) = world.link else {
                    return false;
                };
                world.link = Link::Open(message, None);
                world.hear(message, code, sabotage);
            }
            Action::Damaged => {
                if let Link::Open(_, answer) = &mut world.link {
                    *answer = None;
                }
                world.feed(NOW, Event::Garbled, sabotage);
            }
            Action::AnsweredLate => match (world.stale, world.link) {
                (Some((stale, code)), Link::Open(message, _)) if stale == message => {
                    world.hear(message, code, sabotage);
                }
                _ => return false,
            },
            Action::Believed => {
                let Some(approval) = sabotage.late_approval(&world.disk.last()) else {
                    return false;
                };
                world.believe(&approval, sabotage);
            }
            Action::Waited => {
                if sabotage == Sabotage::Sleeps && *world.engine.state() == State::Idle {
                    return false;
                }
                world.wait(self.memory, sabotage);
            }
        }
        true
    }

    fn line(self, world: &World, actions: &mut Vec<Action>) {
        let open = match world.link {
            Link::Closed => None,
            Link::Connecting(message) => {
                actions.extend([Action::Sent(message), Action::NoLink]);
                None
            }
            Link::Open(message, answer) => {
                if answer.is_some() {
                    actions.extend([Action::Answered, Action::Damaged]);
                }
                Some(message)
            }
        };
        let places = 0..u8::try_from(ROWS).expect("few");
        for at in places {
            for (message, sent) in [
                (Message::Request(at), world.sent.requests),
                (Message::Reversal(at), world.sent.reversals),
            ] {
                if sent & bit(at) != 0 {
                    self.arrivals(world, message, From::Old, actions);
                }
            }
        }
        if let Some(message) = open {
            self.arrivals(world, message, From::Open, actions);
        }
    }

    fn arrivals(self, world: &World, message: Message, from: From, actions: &mut Vec<Action>) {
        let chooses = |at: u8| {
            let order = world.orders[usize::from(at)];
            order.is_some_and(|order| world.host.chooses(at, order))
        };
        let says: &[Says] = match (message, from) {
            (Message::Request(at), _) if chooses(at) => {
                &[Says::Approve, Says::Decline, Says::Doubt]
            }
            (Message::Reversal(_), From::Open) if self.keys == Keys::Lost => {
                &[Says::Approve, Says::RefuseMac]
            }
            (Message::Totals, _) => &[Says::Approve, Says::Decline, Says::Doubt],
            (Message::SignIn | Message::Details(..) | Message::End, _) => {
                &[Says::Approve, Says::Decline]
            }
            (Message::Request(_) | Message::Reversal(_), _) => &[Says::Approve],
        };
        actions.extend(
            says.iter()
                .map(|says| Action::Arrives(message, from, *says)),
        );
    }

    fn arrives(self, world: &mut World, message: Message, from: From, says: Says) {
        let order = |at: u8| world.orders[usize::from(at)].expect("it was ordered");
        let code = match message {
            Message::Totals if says == Says::Doubt => IN_DOUBT,
            Message::Totals if says == Says::Approve && world.compares() => APPROVED,
            Message::Details(first, last) => {
                world.tell(first, last);
                answered(says)
            }
            Message::SignIn | Message::End => answered(says),
            Message::Totals => DECLINED,
            Message::Request(at) => world.host.request(at, order(at), says),
            Message::Reversal(_) if says == Says::RefuseMac => REFUSED_MAC,
            Message::Reversal(at) => world.host.reversal(at, order(at), self.memory),
        };
        if let (From::Open, Link::Open(open, _)) = (from, world.link) {
            world.link = Link::Open(open, Some(code));
        }
    }
}

fn answered(says: Says) -> ResponseCode {
    match says {
        Says::Approve => APPROVED,
        Says::Decline | Says::RefuseMac | Says::Doubt => DECLINED,
    }
}

/// The record on its way is written, or it is not.
fn storage(world: &World, actions: &mut Vec<Action>) {
    actions.push(Action::PowerCut(Write::Lost));
    let writing = world.engine.outstanding().is_some();
    if writing {
        actions.push(Action::StoreFails(Write::Lost));
        actions.push(Action::StoreFails(Write::Kept));
    }
    if writing || world.unwritten.is_some() {
        actions.push(Action::Written);
        actions.push(Action::PowerCut(Write::Kept));
    }
}
