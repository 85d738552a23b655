use super::{Entry, Ledger, Status};
use crate::card::MaskedPan;
use crate::transaction::{Amount, Kind, OperatorId, Reference, Trace};

/// What transactions are looked for: those that have all of this. What is none
/// is not asked for, so that [`Query::default`] finds every one.
///
/// ```
/// use annul::ledger::{Query, Status};
///
/// let parked_of_today = Query {
///     day: Some(*b"0105"),
///     status: Some(Status::Parked),
///     ..Query::default()
/// };
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Field 11.
    pub trace: Option<Trace>,
    /// Field 37 of the answer.
    pub reference: Option<Reference>,
    /// The first six digits of the card and the last four.
    pub card: Option<[u8; 10]>,
    /// Minor units.
    pub amount: Option<Amount>,
    /// `MMDD`, as [`Entry::date`] says it.
    pub day: Option<[u8; 4]>,
    /// Who was signed in.
    pub operator: Option<OperatorId>,
    /// How it stands. What has one [`Status::word`] is one: resolved either way.
    pub status: Option<Status>,
    /// Its kind.
    pub kind: Option<Kind>,
}

impl Query {
    fn finds(&self, entry: &Entry) -> bool {
        let word = Status::word;
        self.trace.is_none_or(|trace| trace == entry.trace())
            && (self.reference).is_none_or(|code| Some(code) == entry.reference())
            && (self.card).is_none_or(|card| card == ends(entry.card()))
            && (self.amount).is_none_or(|amount| amount == entry.amount())
            && self.day.is_none_or(|day| Some(day) == entry.date())
            && (self.operator).is_none_or(|operator| operator == entry.operator())
            && (self.status).is_none_or(|status| word(status) == word(entry.status()))
            && self.kind.is_none_or(|kind| kind == entry.kind())
    }
}

/// The ten digits that are known of a card.
fn ends(card: MaskedPan) -> [u8; 10] {
    let packed = card.to_bytes();
    core::array::from_fn(|place| match place % 2 {
        0 => b'0' + (packed[place / 2] >> 4),
        _ => b'0' + (packed[place / 2] & 0x0F),
    })
}

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Ledger<T> {
    /// The transactions that have all that is asked for, oldest first.
    pub fn find(&self, query: &Query) -> impl DoubleEndedIterator<Item = &Entry> {
        let query = *query;
        (self.entries().iter()).filter(move |entry| query.finds(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Pan;
    use crate::crypto::SealedCard;
    use crate::iso8583::EntryMode;
    use crate::journal::{HostAnswer, Intent, Quotes, Seq};
    use crate::profile::UNIONPAY_POS;
    use crate::transaction::{Batch, Civil, RequestId, ResponseCode, Text};
    use std::vec;
    use std::vec::Vec;

    const CARDS: [&str; 2] = ["6224242900000113", "6216261000000000018"];
    const REFERENCE: Reference = Reference::literal(*b"101630000002");

    fn entry(number: u32) -> Entry {
        let odd = number % 2 == 1;
        let intent = Intent {
            request: RequestId::new("r").unwrap(),
            kind: if odd { Kind::Sale } else { Kind::Void },
            trace: Trace::new(number).unwrap(),
            batch: Batch::FIRST,
            amount: Amount::new(u64::from(number) * 100).unwrap(),
            entry_mode: EntryMode::from_digits(*b"022").unwrap(),
            card: Pan::parse(CARDS[usize::from(odd)]).unwrap().masked(),
            sealed: SealedCard::from_bytes([0; SealedCard::SIZE]),
            operator: OperatorId::literal(if odd { *b"01" } else { *b"02" }),
            stamp: Civil::UNKNOWN,
            revision: 1,
            quotes: Quotes::Nothing,
        };
        let mut entry = Entry::of(Seq(number), &intent);
        if number == 3 {
            let answer = HostAnswer {
                code: ResponseCode::literal(*b"00"),
                reference: Some(REFERENCE),
                authorization: None,
                time: None,
                date: Some(*b"0105"),
                settlement_date: None,
                acquirer: Text::of_host(b""),
                institutions: Text::of_host(b""),
                organisation: Text::of_host(b""),
            };
            entry.set_answer(&answer, &[]);
            entry.set_status(Status::ResolvedReversed);
        }
        entry
    }

    fn found(query: Query) -> Vec<u32> {
        let mut ledger = Ledger::new(vec![Entry::EMPTY; 4], &UNIONPAY_POS);
        for number in 1..=4 {
            ledger.push(entry(number)).unwrap();
        }
        let found = ledger.find(&query).map(|entry| entry.trace().number());
        found.collect()
    }

    #[test]
    fn each_part_of_a_query_finds_what_has_it() {
        let all = Query::default();
        let trace = Trace::new(2).ok();
        let amount = Amount::new(400).ok();
        for (query, expected) in [
            (all, &[1, 2, 3, 4][..]),
            (Query { trace, ..all }, &[2]),
            (Query { amount, ..all }, &[4]),
            (
                Query {
                    reference: Some(REFERENCE),
                    ..all
                },
                &[3],
            ),
            (
                Query {
                    day: Some(*b"0105"),
                    ..all
                },
                &[3],
            ),
            (
                Query {
                    operator: Some(OperatorId::literal(*b"02")),
                    ..all
                },
                &[2, 4],
            ),
            (
                Query {
                    card: Some(*b"6216260018"),
                    ..all
                },
                &[1, 3],
            ),
            (
                Query {
                    kind: Some(Kind::Void),
                    ..all
                },
                &[2, 4],
            ),
            (
                Query {
                    status: Some(Status::Pending),
                    ..all
                },
                &[1, 2, 4],
            ),
        ] {
            assert_eq!(found(query), expected, "{query:?}");
        }
    }

    #[test]
    fn all_parts_count_and_both_ways_of_being_resolved_are_one() {
        let resolved = Query {
            status: Some(Status::ResolvedApproved),
            kind: Some(Kind::Sale),
            ..Query::default()
        };
        assert_eq!(found(resolved), [3]);
        let of_another = Query {
            trace: Trace::new(1).ok(),
            ..resolved
        };
        assert!(found(of_another).is_empty());
    }
}
