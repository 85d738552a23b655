//! The host's books, by double entry: every approval is money that goes from
//! one account to another, a reversal sends it back, and nothing else moves.
//!
//! | the trace of a reversal is | answer | then |
//! |---|---|---|
//! | approved | 00 | its money goes back; what it claimed is free again |
//! | reversed, declined | 00 | as before |
//! | unknown | 25 | remembered: what comes later under it is refused |
//! | claimed by another that stands | 12 | as before |
//! | another kind, amount or original | 25, 64 | as before |

use super::super::auditor::{Key, Message};
use super::super::kinds::{self, Account, Asks, Of};
use annul::transaction::Kind;
use std::collections::BTreeMap;

/// Of each card, in minor units.
const CREDIT: i64 = 6_000_000;

/// What the host says, and does not do.
pub(crate) type Code = [u8; 2];

/// An account: of a card, or of a terminal of the merchant.
type Place = (Account, u8);

/// Money that went from one account to another.
#[derive(Clone, Copy, Debug)]
struct Posting {
    from: Place,
    to: Place,
    amount: i64,
}

/// One trace of a terminal.
#[derive(Clone, Debug)]
struct Row {
    kind: Kind,
    amount: u64,
    card: Option<u8>,
    status: Status,
    original: Option<Key>,
    /// What undoes or claims it, and stands.
    claim: Option<Key>,
    authorization: Option<[u8; 6]>,
    reference: [u8; 12],
    day: [u8; 4],
    postings: Vec<Posting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Stands,
    Declined,
    Reversed,
    /// A tombstone: its reversal came first.
    Absent,
}

/// A request for money, as the host read it.
pub(super) struct Order<'a> {
    pub(super) key: Key,
    pub(super) kind: Kind,
    pub(super) card: u8,
    pub(super) message: &'a Message,
    /// F37 and F13 of the answer.
    pub(super) reference: [u8; 12],
    pub(super) day: [u8; 4],
    /// The batch the terminal has now.
    pub(super) batch: u32,
}

/// Accounts, and what moved them.
#[derive(Default)]
pub(super) struct Books {
    rows: BTreeMap<Key, Row>,
    accounts: BTreeMap<Place, i64>,
    /// Pre-authorizations by authorization code.
    holds: BTreeMap<[u8; 6], Key>,
    codes: u32,
}

impl Books {
    /// Takes an order, or says why not; the code of an approval where its kind
    /// has one. `refusal` is what the issuer says, whatever the books say.
    pub(super) fn order(
        &mut self,
        order: &Order<'_>,
        refusal: Option<Code>,
    ) -> Result<Option<[u8; 6]>, Code> {
        if self.rows.contains_key(&order.key) {
            return Err(*b"94");
        }
        let amount = order.message.amount.filter(|amount| *amount > 0);
        let amount = amount.ok_or(*b"13")?;
        let original = self.original(order);
        let refusal = refusal.or_else(|| self.refuses(order, original, amount));
        let coded = kinds::of(order.kind)
            .moves
            .iter()
            .any(|one| one.from == Account::Card);
        let authorization = (coded && refusal.is_none()).then(|| self.code());
        let mut row = Row {
            kind: order.kind,
            amount,
            card: Some(order.card),
            status: Status::Declined,
            original,
            claim: None,
            authorization,
            reference: order.reference,
            day: order.day,
            postings: Vec::new(),
        };
        if refusal.is_none() {
            row.status = Status::Stands;
            row.postings = self.postings(order, amount, original);
            for posting in &row.postings {
                post(&mut self.accounts, *posting);
            }
            if let Some(original) = original.and_then(|key| self.rows.get_mut(&key)) {
                original.claim = Some(order.key);
            }
            if let (Kind::PreAuthorization, Some(code)) = (order.kind, authorization) {
                self.holds.insert(code, order.key);
            }
        }
        self.rows.insert(order.key, row);
        refusal.map_or(Ok(authorization), Err)
    }

    /// What an order is about, where it is here.
    fn original(&self, order: &Order<'_>) -> Option<Key> {
        let message = order.message;
        let kind = order.kind.quotes()?;
        let named = match kinds::of(order.kind).asks {
            Asks::Payment(_) => None,
            Asks::Trace => message.original().filter(|key| {
                let quoted = self
                    .rows
                    .get(key)
                    .map(|row| (&row.reference, row.authorization));
                quoted.is_some_and(|(reference, authorization)| {
                    message.raw(37) == Some(&reference[..])
                        && message.authorization == authorization
                })
            }),
            Asks::Slip(_) => {
                let key = self.holds.get(&message.authorization?).copied();
                key.filter(|key| message.quoted_day == Some(self.rows[key].day))
            }
        };
        named.filter(|key| {
            let row = &self.rows[key];
            row.kind == kind && row.status != Status::Absent && row.card == Some(order.card)
        })
    }

    fn refuses(&self, order: &Order<'_>, original: Option<Key>, amount: u64) -> Option<Code> {
        let percent = match kinds::of(order.kind).asks {
            Asks::Payment(_) => {
                let place = (Account::Card, order.card);
                let left = CREDIT + self.accounts.get(&place).copied().unwrap_or_default();
                return (left < amount.cast_signed()).then_some(*b"51");
            }
            Asks::Trace => (100, 100),
            Asks::Slip(claim) => claim.percent,
        };
        let Some((key, row)) = original.map(|key| (key, &self.rows[&key])) else {
            return Some(*b"25");
        };
        let same_batch =
            matches!(kinds::of(order.kind).asks, Asks::Slip(_)) || key.1 == order.batch;
        if row.status != Status::Stands || row.claim.is_some() || !same_batch {
            Some(*b"12")
        } else if percent.0 == 100 && amount != row.amount {
            Some(*b"64")
        } else if amount * 100 > row.amount * percent.1 {
            Some(*b"61")
        } else {
            None
        }
    }

    fn postings(&self, order: &Order<'_>, amount: u64, original: Option<Key>) -> Vec<Posting> {
        let place = |account| match account {
            Account::Merchant => (account, order.key.0),
            Account::Card | Account::Held => (account, order.card),
        };
        let whole = original.map_or(amount, |key| self.rows[&key].amount);
        let moves = kinds::of(order.kind).moves.iter();
        let posting = moves.map(|one| Posting {
            from: place(one.from),
            to: place(one.to),
            amount: match one.of {
                Of::Own => amount.cast_signed(),
                Of::Original => whole.cast_signed(),
            },
        });
        posting.collect()
    }

    /// An authorization code that no other approval has.
    fn code(&mut self) -> [u8; 6] {
        self.codes += 1;
        let mut number = self.codes * 7_919 % 1_000_000;
        let mut code = [b'0'; 6];
        for digit in code.iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
        code
    }

    /// Undoes what stands under a trace; see the table above.
    pub(super) fn reverse(
        &mut self,
        key: Key,
        message: &Message,
        remembers: bool,
    ) -> Result<(), Code> {
        let (Some(kind), Some(amount)) = (message.kind(), message.amount) else {
            return Err(*b"30");
        };
        let Some(row) = self.rows.get_mut(&key) else {
            if remembers {
                self.rows.insert(key, tombstone(kind, amount));
            }
            return Err(*b"25");
        };
        let by_place = matches!(kinds::of(kind).asks, Asks::Trace);
        let other = by_place && row.original.is_some() && row.original != message.original();
        if row.status == Status::Absent || row.kind != kind || other {
            return Err(*b"25");
        } else if row.amount != amount {
            return Err(*b"64");
        } else if row.claim.is_some() {
            return Err(*b"12");
        }
        if row.status == Status::Stands {
            row.status = Status::Reversed;
            let original = row.original;
            for posting in std::mem::take(&mut row.postings) {
                let back = Posting {
                    from: posting.to,
                    to: posting.from,
                    ..posting
                };
                post(&mut self.accounts, back);
            }
            if let Some(original) = original.and_then(|key| self.rows.get_mut(&key)) {
                original.claim = None;
            }
        }
        Ok(())
    }

    /// Whether a terminal used a batch.
    pub(super) fn uses(&self, till: u8, batch: u32) -> bool {
        self.rows.keys().any(|key| (key.0, key.1) == (till, batch))
    }

    /// What a terminal brought the merchant.
    pub(super) fn merchant(&self, till: u8) -> i64 {
        let place = (Account::Merchant, till);
        self.accounts.get(&place).copied().unwrap_or_default()
    }

    /// What is held on all cards.
    pub(super) fn held(&self) -> i64 {
        let held = |(place, _): &(&Place, &i64)| place.0 == Account::Held;
        self.accounts.iter().filter(held).map(|(_, sum)| sum).sum()
    }

    /// Whether another terminal claims already what an order is about.
    pub(super) fn claimed_by_other(&self, order: &Order<'_>) -> bool {
        let claim = self.original(order).and_then(|key| self.rows[&key].claim);
        claim.is_some_and(|claim| claim.0 != order.key.0)
    }

    /// Whether a reversal that found nothing is remembered.
    pub(super) fn has_tombstones(&self) -> bool {
        self.rows.values().any(|row| row.status == Status::Absent)
    }

    pub(super) fn forget_tombstones(&mut self) {
        self.rows.retain(|_, row| row.status != Status::Absent);
    }
}

fn post(accounts: &mut BTreeMap<Place, i64>, posting: Posting) {
    *accounts.entry(posting.from).or_default() -= posting.amount;
    *accounts.entry(posting.to).or_default() += posting.amount;
}

fn tombstone(kind: Kind, amount: u64) -> Row {
    Row {
        kind,
        amount,
        card: None,
        status: Status::Absent,
        original: None,
        claim: None,
        authorization: None,
        reference: [b'0'; 12],
        day: [b'0'; 4],
        postings: Vec::new(),
    }
}
