//! What plain ISO 8583:1987 says in fields of its own: dates and times, the
//! original of a reversal (field 90), sums (74 to 97); and keys as text.

use super::Station;
use super::answer::{Expected, is_ours};
use super::settlement::{Compared, put};
use super::write::Message;
use crate::crypto::WorkingKeys;
use crate::iso8583::{View, Writer};
use crate::journal::{Balance, Comparison};
use crate::profile::IsoItem;
use crate::transaction::{BatchTotals, Civil};

/// Digits of field 90: type 4, trace 6, time 10, two institutions of 11.
const ORIGINAL: usize = 42;
/// Field 95 of a reversal of the whole amount.
const NOTHING_LEFT: &[u8; 42] = &[b'0'; 42];

impl Message<'_> {
    /// Writes what of these a message has.
    pub(super) fn iso(&self, writer: &mut Writer<'_>, number: u8, item: IsoItem) {
        let subject = &self.subject;
        let stamp = subject.intent.map(|intent| intent.stamp);
        let totals = subject.totals.map(BatchTotals::all);
        match (item, stamp, totals) {
            (IsoItem::TransmissionTime, Some(stamp), _) => {
                writer.number(number, transmitted(stamp));
            }
            (IsoItem::LocalTime, Some(stamp), _) => {
                writer.number(number, time(stamp));
            }
            (IsoItem::LocalDate, Some(stamp), _) => {
                writer.number(number, date(stamp));
            }
            (IsoItem::OriginalData, Some(_), _) => {
                writer.digits(number, &self.original_data());
            }
            (IsoItem::ReplacementAmounts, ..) => {
                writer.bytes(number, NOTHING_LEFT);
            }
            (IsoItem::SettlementCode, ..) => {
                writer.number(number, u64::from(subject.network) * 10_000);
            }
            (IsoItem::NetworkCode, ..) => {
                writer.number(number, u64::from(subject.network));
            }
            (IsoItem::KeyRequest, ..) => {
                let mut digits = [0; 3];
                put(&mut digits, u64::from(self.station.key_request.code()));
                writer.bytes(number, &digits);
            }
            (IsoItem::CreditsNumber, _, Some(totals)) => {
                writer.number(number, u64::from(totals.credit.count));
            }
            (IsoItem::DebitsNumber, _, Some(totals)) => {
                writer.number(number, u64::from(totals.debit.count));
            }
            (IsoItem::CreditsAmount, _, Some(totals)) => {
                writer.number(number, totals.credit.amount);
            }
            (IsoItem::DebitsAmount, _, Some(totals)) => {
                writer.number(number, totals.debit.amount);
            }
            (IsoItem::NoReversals, ..) => {
                writer.number(number, 0);
            }
            (IsoItem::Net, _, Some(totals)) => {
                let (taken, given) = (totals.debit.amount, totals.credit.amount);
                let mut net = [b'C'; 17];
                if given > taken {
                    net[0] = b'D';
                }
                put(&mut net[1..], taken.abs_diff(given));
                writer.bytes(number, &net);
            }
            _ => {}
        }
    }

    /// Field 90 of the request that is reversed.
    fn original_data(&self) -> [u8; ORIGINAL] {
        let mut digits = [b'0'; ORIGINAL];
        let Some(intent) = self.subject.intent else {
            return digits;
        };
        let [first, second] = self.profile.row(intent.kind).message_type.to_be_bytes();
        let nibbles = [first >> 4, first & 0x0F, second >> 4, second & 0x0F];
        digits[..4].copy_from_slice(&nibbles.map(|nibble| b'0' + nibble));
        put(&mut digits[4..10], u64::from(intent.trace.number()));
        put(&mut digits[10..20], transmitted(intent.stamp));
        digits
    }
}

fn transmitted(stamp: Civil) -> u64 {
    date(stamp) * 1_000_000 + time(stamp)
}

fn date(stamp: Civil) -> u64 {
    let (_, month, day) = stamp.date();
    u64::from(month) * 100 + u64::from(day)
}

fn time(stamp: Civil) -> u64 {
    let (hour, minute, second) = stamp.time();
    u64::from(hour) * 10_000 + u64::from(minute) * 100 + u64::from(second)
}

/// The working keys in field 48 of the answer to a sign-in: two hexadecimal
/// digits a byte.
pub fn keys_in_text(view: &View<'_>) -> Option<WorkingKeys> {
    let text = view.field(48)?.bytes();
    let mut keys = zeroize::Zeroizing::new([0; 128]);
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    for (key, pair) in keys.get_mut(..pairs.len())?.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *key = (high? << 4 | low?) as u8;
    }
    WorkingKeys::decode(&keys[..pairs.len()]).ok()
}

/// Takes the answer to the totals apart: field 66 is 1 where the host has the
/// same, 2 where it has not, anything else where it could not compare.
pub fn balanced(view: &View<'_>, station: &Station, expected: &Expected) -> Compared {
    if !is_ours(view, station, expected) {
        return Compared::NotOurs;
    }
    let word = view.field(66).and_then(|field| field.digits()?.number());
    let domestic = match word {
        Some(1) => Balance::Equal,
        Some(2) => Balance::Unequal,
        _ => return Compared::Not,
    };
    Compared::With(Comparison {
        domestic,
        foreign: Balance::Equal,
        totals: None,
    })
}
