//! Every state that the real engine, its journal, a line, a host and an
//! operator can come to together, visited one by one.
//!
//! | bounded | not bounded |
//! |---|---|
//! | transactions: two, a sale and two voids of it, or a pre-authorization and two behind it; one more with `ANNUL_MODEL_DEEP` (of a sale with its refund or void too); settlements: one, behind and before a sale and its refund or void | messages lost, late, overtaken, repeated; answers lost, late, damaged; cancels; power cuts; failures of the store; tries of a reversal, parked or not |
//!
//! Two hosts are asked. One remembers the reversal of what it never saw. One
//! does not; there, no request outlives the guard time (B.6 of
//! state-machines.md). A supervisor says the truth, and says it when nothing of
//! the transaction is on its way any more. What a host makes of details is not
//! known, so nothing comes of them here but that they were told. Not here: the
//! echo test, balance inquiries, pre-authorizations of other terminals.
//!
//! The numbers of states do not depend on the order of the search. They change
//! with the engine: look why before you write new ones.
#![cfg(feature = "kinds")]

mod batch;
mod disk;
mod host;
mod line;
mod orders;
mod reached;
mod rules;
mod sabotage;
mod state;
mod till;
mod view;

use host::Memory;
use sabotage::Sabotage;
use stateright::{Checker, HasDiscoveries, Model};
use std::collections::BTreeSet;
use till::{Keys, Operator, Till};

impl Till {
    const fn honest(orders: u8, operator: Operator, memory: Memory) -> Self {
        Self {
            orders,
            operator,
            settlements: 0,
            keys: Keys::Agreed,
            memory,
            sabotage: Sabotage::None,
        }
    }

    /// Visits every state, of which each keeps the rules; gives their number.
    fn states(self) -> usize {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let search = self.checker().threads(threads);
        let search = search.finish_when(HasDiscoveries::AnyFailures);
        let found = search.spawn_bfs().join();
        found.assert_properties();
        found.unique_state_count()
    }

    /// The rules that are found broken, until `expected` are among them.
    fn broken(self, expected: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
        let enough = HasDiscoveries::AllOf(expected.clone());
        let search = self.checker().threads(2).finish_when(enough);
        let found = search.spawn_bfs().join().discoveries();
        let mut broken: BTreeSet<_> = found.into_keys().collect();
        broken.retain(|name| rules::ALWAYS.iter().any(|(rule, _)| rule == name));
        broken
    }
}

fn deep() -> bool {
    std::env::var_os("ANNUL_MODEL_DEEP").is_some()
}

#[test]
fn the_rules_hold_with_a_host_that_remembers() {
    let states = |orders, operator| Till::honest(orders, operator, Memory::Tombstone).states();
    assert_eq!(states(1, Operator::Any), 651);
    assert_eq!(states(2, Operator::Any), 34_311);
    assert_eq!(states(3, Operator::VoidsOneSale), 12_351);
    if deep() {
        assert_eq!(states(3, Operator::Any), 1_144_183);
    }
}

#[test]
fn the_rules_hold_with_a_host_that_forgets() {
    let states = |orders, operator| Till::honest(orders, operator, Memory::Forgets).states();
    assert_eq!(states(1, Operator::Any), 662);
    assert_eq!(states(2, Operator::Any), 37_453);
    assert_eq!(states(3, Operator::VoidsOneSale), 12_560);
    if deep() {
        assert_eq!(states(3, Operator::Any), 1_440_277);
    }
}

#[test]
fn the_rules_hold_for_pre_authorizations() {
    let states = |orders, memory| Till::honest(orders, Operator::Holds, memory).states();
    assert_eq!(states(3, Memory::Forgets), 48_254);
    if deep() {
        assert_eq!(states(3, Memory::Tombstone), 47_451);
        assert_eq!(states(4, Memory::Tombstone), 785_851);
        assert_eq!(states(4, Memory::Forgets), 799_150);
    }
}

#[test]
fn the_rules_hold_for_refunds() {
    let states = |orders, memory| Till::honest(orders, Operator::Refunds, memory).states();
    assert_eq!(states(2, Memory::Tombstone), 3_285);
    assert_eq!(states(2, Memory::Forgets), 3_144);
    if deep() {
        assert_eq!(states(3, Memory::Tombstone), 57_189);
        assert_eq!(states(3, Memory::Forgets), 52_640);
    }
}

#[test]
fn the_rules_hold_where_batches_are_settled() {
    let states = |orders, operator, memory, settlements| {
        let till = Till::honest(orders, operator, memory);
        Till {
            settlements,
            ..till
        }
        .states()
    };
    assert_eq!(states(1, Operator::Any, Memory::Tombstone, 1), 6_067);
    assert_eq!(states(1, Operator::Any, Memory::Forgets, 1), 6_170);
    assert_eq!(states(2, Operator::Refunds, Memory::Forgets, 1), 43_032);
    if deep() {
        assert_eq!(states(2, Operator::Refunds, Memory::Tombstone, 1), 45_063);
        assert_eq!(states(1, Operator::Any, Memory::Forgets, 2), 28_430);
        assert_eq!(states(2, Operator::Any, Memory::Tombstone, 1), 443_689);
        assert_eq!(states(2, Operator::Any, Memory::Forgets, 1), 477_369);
        assert_eq!(states(3, Operator::Refunds, Memory::Tombstone, 1), 862_567);
        assert_eq!(states(3, Operator::Refunds, Memory::Forgets, 1), 791_538);
    }
}

#[test]
fn the_rules_hold_where_keys_are_lost() {
    let states = |orders, memory| {
        let till = Till::honest(orders, Operator::VoidsOneSale, memory);
        let keys = Keys::Lost;
        Till { keys, ..till }.states()
    };
    assert_eq!(states(1, Memory::Tombstone), 1_967);
    assert_eq!(states(1, Memory::Forgets), 1_944);
    assert_eq!(states(2, Memory::Tombstone), 5_899);
    assert_eq!(states(2, Memory::Forgets), 5_830);
    if deep() {
        assert_eq!(states(3, Memory::Tombstone), 45_219);
        assert_eq!(states(3, Memory::Forgets), 44_690);
    }
}

/// What each broken till is caught by, with how many orders and settlements.
const CAUGHT: &[(Sabotage, u8, u8, &[&str])] = &[
    (Sabotage::SendsFirst, 1, 0, &["I1", "I2", "I6"]),
    (Sabotage::ShowsFirst, 1, 0, &["I4"]),
    (Sabotage::BelievesLate, 1, 0, &["I1", "I2", "I11"]),
    (Sabotage::Forgets, 1, 0, &["I1", "I2", "I6", "I12"]),
    (Sabotage::VoidsTwice, 3, 0, &["I1", "I2", "I3", "I12"]),
    (Sabotage::RefundsTwice, 3, 0, &["I3 in sum"]),
    (Sabotage::PutsAside, 2, 0, &["I7"]),
    (Sabotage::GivesUp, 1, 0, &["I1", "I2"]),
    (Sabotage::VoidsByTimeout, 2, 0, &["I1", "I2"]),
    (Sabotage::ReusesTraces, 2, 0, &["I1", "I2"]),
    (Sabotage::KeepsNoDecline, 2, 0, &["I7", "I16"]),
    // The plan has I8, too: here the engine does not go on with the settlement
    // before the confirmation, so that what the host compares is right.
    (Sabotage::SettlesWhilePending, 1, 1, &["I9", "I10"]),
    (Sabotage::VoidsAfterClose, 2, 1, &["I9", "I10"]),
    (Sabotage::SellsWhileSettling, 1, 1, &["I8", "I9"]),
    (Sabotage::SkipsDetails, 2, 1, &["I8 one by one"]),
    (Sabotage::NeverConfirms, 1, 0, &["I1", "I2"]),
    (Sabotage::HearsOldLinks, 1, 0, &["I1", "I2"]),
    (Sabotage::ShortGuard, 1, 0, &["I1", "I2"]),
    (Sabotage::Sleeps, 1, 0, &["I12 in the end"]),
    (Sabotage::Miswrites, 1, 0, &["I16"]),
];

#[test]
fn each_broken_till_is_caught() {
    for (sabotage, orders, settlements, numbers) in CAUGHT {
        let expected = numbers.iter().map(|number| rules::named(number)).collect();
        let operator = match (sabotage, orders, settlements) {
            (Sabotage::RefundsTwice | Sabotage::SkipsDetails, ..) => Operator::Refunds,
            (_, ..=2, 0) => Operator::Any,
            _ => Operator::VoidsOneSale,
        };
        let till = Till {
            sabotage: *sabotage,
            settlements: *settlements,
            ..Till::honest(*orders, operator, Memory::Forgets)
        };
        let broken = till.broken(&expected);
        assert!(broken.is_superset(&expected), "{sabotage:?}: {broken:?}");
    }
}

/// I15 can be broken by the engine alone.
#[test]
fn each_other_rule_catches_a_broken_till() {
    let caught: BTreeSet<_> = CAUGHT.iter().flat_map(|(.., rules)| *rules).collect();
    let number = |name: &'static str| name.split(':').next();
    let rules = rules::ALWAYS.iter().filter_map(|(name, _)| number(name));
    let idle: Vec<_> = rules.filter(|rule| !caught.contains(rule)).collect();
    assert_eq!(idle, ["I15"]);
}

/// Three cures of B.6: who has the first needs not the others.
#[test]
fn a_host_that_remembers_needs_neither_confirmation_nor_new_links() {
    for sabotage in [Sabotage::NeverConfirms, Sabotage::HearsOldLinks] {
        let till = Till {
            sabotage,
            ..Till::honest(2, Operator::VoidsOneSale, Memory::Tombstone)
        };
        let all = rules::ALWAYS.iter().map(|(name, _)| *name).collect();
        assert_eq!(till.broken(&all), BTreeSet::new(), "{sabotage:?}");
    }
}
