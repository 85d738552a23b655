//! Field 48 of UnionPay: the totals of a batch, what the host says of them, and
//! details (unionpay.md 7.1).

use super::Station;
use super::answer::{Expected, is_ours};
use crate::card::Pan;
use crate::iso8583::View;
use crate::journal::{Balance, Comparison};
use crate::ledger::Entry;
use crate::transaction::{BatchTotals, Sum};

/// Digits of the totals.
const TOTALS: usize = 62;
/// Digits of one side of them: two sums and the host's word.
const SIDE: usize = 31;
/// Digits of a sum: minor units 12, number 3.
const SUM: usize = 15;
/// Digits of a detail: class 2, trace 6, card 20, minor units 12.
pub const DETAIL: usize = 40;
/// Digits before the details: how many there are.
pub const DETAIL_COUNT: usize = 2;

/// The totals as digits, with 0 where the host puts its word.
pub(super) fn totals(totals: &BatchTotals) -> [u8; TOTALS] {
    let mut digits = [b'0'; TOTALS];
    let sides = digits.chunks_exact_mut(SIDE);
    let places = sides.flat_map(|side| side[..2 * SUM].chunks_exact_mut(SUM));
    for (place, sum) in places.zip(totals.sums()) {
        let (amount, count) = place.split_at_mut(12);
        put(amount, sum.amount);
        put(count, u64::from(sum.count));
    }
    digits
}

/// What the host said of the totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It answers something else, or another terminal: not heard.
    NotOurs,
    /// It is ours, and says that it could not compare, or nothing that reads.
    Not,
    /// It compared.
    With(Comparison),
}

/// Takes the answer to the totals apart. It has no field 39: its word stands
/// behind the sums of each side (unionpay.md 7.2, 3).
pub fn compared(view: &View<'_>, station: &Station, expected: &Expected) -> Compared {
    if !is_ours(view, station, expected) {
        return Compared::NotOurs;
    }
    comparison(view).map_or(Compared::Not, Compared::With)
}

#[inline(never)]
fn comparison(view: &View<'_>) -> Option<Comparison> {
    let mut digits = [0; TOTALS];
    let received = view.field(48)?.digits()?;
    if received.len() != TOTALS {
        return None;
    }
    received.unpack(&mut digits)?;
    let sides = digits.chunks_exact(SIDE);
    let places = sides.flat_map(|side| side[..2 * SUM].chunks_exact(SUM));
    let mut sums = [Sum::default(); 4];
    for (sum, place) in sums.iter_mut().zip(places) {
        let (amount, count) = place.split_at(12);
        *sum = Sum {
            amount: number(amount),
            count: number(count) as u32,
        };
    }
    let totals = BatchTotals::of_sums(sums);
    let nothing = totals.foreign == crate::transaction::Totals::default();
    Some(Comparison {
        domestic: balance(digits[2 * SUM])?,
        // A host that knows no foreign cards may leave its word out.
        foreign: match digits[SIDE + 2 * SUM] {
            b'0' if nothing => Balance::Equal,
            word => balance(word)?,
        },
        totals: Some(totals),
    })
}

const fn balance(word: u8) -> Option<Balance> {
    match word {
        b'1' => Some(Balance::Equal),
        b'2' => Some(Balance::Unequal),
        _ => None,
    }
}

/// Writes one detail. A card whose seal does not open is all zeros: the host
/// tells the transaction by its trace.
pub fn detail(place: &mut [u8; DETAIL], entry: &Entry, card: Option<&Pan>) {
    place.fill(b'0');
    place[1] += u8::from(entry.is_foreign());
    put(&mut place[2..8], u64::from(entry.trace().number()));
    if let Some(digits) = card.map(Pan::reveal) {
        place[28 - digits.len()..28].copy_from_slice(digits);
    }
    put(&mut place[28..], entry.amount().minor());
}

/// The number of digits that were checked to be digits.
fn number(digits: &[u8]) -> u64 {
    let value = |sum: u64, digit: &u8| sum * 10 + u64::from(digit.wrapping_sub(b'0'));
    digits.iter().fold(0, value)
}

/// A number as digits, with leading zeros.
pub(super) fn put(place: &mut [u8], number: u64) {
    let mut left = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
    }
}
