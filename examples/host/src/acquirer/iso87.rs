//! Plain ISO 8583:1987 as this host reads and answers it.
//!
//! No message names a batch: a request belongs to the one that is open, a
//! reversal to that of its original, which field 90 names by its trace; a void
//! names its sale by the reference in field 37.

use super::Request;
use super::request::Place;
use crate::exchange::Exchange;
use crate::ledger::{Entry, Key, Ledger, LedgerError, Status};
use annul::iso8583::{Characters, View};
use annul::profile::{ISO87_ASCII, KindRow, Recovery};
use annul::transaction::{Batch, Kind, TerminalId, Totals, Trace};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// Digits of field 90 before the time of the original: its type, its trace.
const TYPE: usize = 4;
const TRACE: usize = 6;

/// Which exchange a message opens: type, field 3, field 25, field 70.
pub(super) fn exchange(view: &View<'_>) -> Exchange {
    let network = view.field(70).and_then(|field| field.digits()?.number());
    let row = row(view);
    match (view.mti().bcd(), network, row) {
        (0x0800, Some(1), _) => Exchange::SignIn,
        (0x0800, Some(2), _) => Exchange::SignOff,
        (0x0800, Some(301), _) => Exchange::Echo,
        (0x0500, ..) => Exchange::Settlement,
        (0x0520, ..) => Exchange::UploadEnd,
        (0x0320, _, Some(_)) => Exchange::Upload,
        (0x0420 | 0x0421, _, Some(row)) if row.recovery == Recovery::Reverse => {
            Exchange::Reversal(row.kind)
        }
        (message_type, _, Some(row)) if row.message_type == message_type => {
            Exchange::Money(row.kind)
        }
        _ => Exchange::Other,
    }
}

/// The kind that field 3 and field 25 say.
pub(super) fn kind(view: &View<'_>) -> Option<Kind> {
    row(view).map(|row| row.kind)
}

fn row(view: &View<'_>) -> Option<&'static KindRow> {
    let digits = |number| view.field(number).and_then(|field| field.digits());
    let processing: [u8; 6] = digits(3).and_then(Characters::array)?;
    let condition: [u8; 2] = digits(25).and_then(Characters::array)?;
    let message_type = match view.mti().bcd() {
        0x0420 | 0x0421 => digits(90)?.slice(0, TYPE)?.array()?,
        // What is told again took money or gave it back.
        0x0320 => *b"0200",
        own => digits_of(own),
    };
    ISO87_ASCII.kinds.iter().find(|row| {
        digits_of(row.message_type) == message_type
            && row.processing_code == processing
            && row.condition_code == condition
    })
}

/// A message type as four digits.
const fn digits_of(message_type: u16) -> [u8; TYPE] {
    let [first, second] = message_type.to_be_bytes();
    [
        b'0' + (first >> 4),
        b'0' + (first & 0x0F),
        b'0' + (second >> 4),
        b'0' + (second & 0x0F),
    ]
}

/// Which keys a sign-in asks for, and behind what a batch ends, as UnionPay
/// numbers them.
pub(super) fn network(view: &View<'_>) -> Option<[u8; 3]> {
    if let Some(asked) = view.field(48) {
        return asked.bytes().try_into().ok();
    }
    match view.field(3)?.digits()?.number()? {
        960_000 => Some(*b"202"),
        _ => Some(*b"207"),
    }
}

/// What each exchange must bring.
pub(super) const fn mandatory(exchange: Exchange) -> &'static [u8] {
    match exchange {
        Exchange::SignIn => &[11, 41, 42, 48, 70],
        Exchange::SignOff | Exchange::Echo => &[41, 42, 70],
        Exchange::Settlement => &[3, 11, 41, 42, 49, 74, 75, 76, 77, 86, 87, 88, 89, 97],
        Exchange::Upload => &[3, 4, 7, 11, 12, 13, 25, 41, 42, 49],
        Exchange::UploadEnd => &[3, 11, 41, 42, 74, 76],
        Exchange::Money(Kind::BalanceInquiry) => &[3, 7, 11, 12, 13, 22, 25, 41, 42, 49],
        Exchange::Money(Kind::Void | Kind::CompletionVoid | Kind::Refund) => {
            &[3, 4, 7, 11, 12, 13, 22, 25, 37, 41, 42, 49]
        }
        Exchange::Money(Kind::PreAuthorizationVoid | Kind::Completion) => {
            &[3, 4, 7, 11, 12, 13, 22, 25, 38, 41, 42, 49]
        }
        Exchange::Money(_) => &[3, 4, 7, 11, 12, 13, 22, 25, 41, 42, 49],
        Exchange::Reversal(_) => &[3, 4, 7, 11, 12, 13, 22, 25, 39, 41, 42, 49, 90, 95],
        Exchange::Other => &[41, 42],
    }
}

/// The fields an answer may have, its MAC apart.
pub(super) const fn fields(exchange: Exchange) -> &'static [u8] {
    match exchange {
        Exchange::SignIn => &[11, 12, 13, 39, 41, 42, 48, 70],
        Exchange::SignOff | Exchange::Echo => &[12, 13, 39, 41, 42, 70],
        Exchange::Settlement | Exchange::UploadEnd => {
            &[3, 11, 12, 13, 15, 32, 37, 39, 41, 42, 49, 66]
        }
        Exchange::Upload => &[3, 4, 7, 11, 12, 13, 32, 37, 39, 41, 42, 49],
        Exchange::Money(_) => &[
            2, 3, 4, 7, 11, 12, 13, 14, 15, 25, 32, 37, 38, 39, 41, 42, 49, 54,
        ],
        Exchange::Reversal(_) => &[
            2, 3, 4, 7, 11, 12, 13, 14, 15, 25, 32, 37, 39, 41, 42, 49, 90,
        ],
        Exchange::Other => &[3, 4, 11, 12, 13, 25, 39, 41, 42, 49],
    }
}

/// The batch of a request, and what it undoes.
pub(super) fn place(
    request: &Request<'_>,
    ledger: &impl Ledger,
    terminal: TerminalId,
    open: Batch,
) -> Result<Place, LedgerError> {
    let entries = ledger.entries()?;
    let newest = |wanted: &dyn Fn(&Entry) -> bool| {
        let mut own = entries
            .iter()
            .filter(|entry| entry.key.terminal == terminal);
        own.rfind(|entry| wanted(entry))
    };
    match request.exchange() {
        Exchange::Reversal(kind) => {
            let trace = original_trace(request);
            let found = newest(&|entry| entry.kind == kind && Some(entry.key.trace) == trace);
            Ok(Place {
                batch: found.map_or(open, |entry| entry.key.batch),
                original: found.and_then(|entry| entry.original),
            })
        }
        // A batch is ended once: told again, the one behind it is still empty.
        Exchange::UploadEnd => {
            let told = |number| request.digits(number).and_then(Characters::number);
            let held = newest(&|entry| entry.key.batch == open).is_some();
            let ended = !held && [74, 76].into_iter().any(|number| told(number) != Some(0));
            let before = Batch::new(open.number().saturating_sub(1)).unwrap_or(Batch::NONE);
            Ok(Place {
                batch: if ended { before } else { open },
                original: None,
            })
        }
        exchange => {
            let quoted = exchange.kind().and_then(Kind::quotes);
            let found = newest(&|entry| {
                Some(entry.kind) == quoted
                    && entry.status != Status::Absent
                    && entry.reference.bytes() == request.bytes(37)
            });
            Ok(Place {
                batch: open,
                original: found.map(|entry: &Entry| -> Key { entry.key }),
            })
        }
    }
}

/// The trace in field 90; none where it is not what the reversal repeats.
fn original_trace(request: &Request<'_>) -> Option<Trace> {
    let digits = request.digits(90)?.slice(TYPE, TRACE)?;
    let trace = Trace::new(u32::try_from(digits.number()?).ok()?).ok()?;
    (request.trace() == Some(trace)).then_some(trace)
}

/// Whether the terminal tells the same sums.
pub(super) fn same(request: &Request<'_>, own: &Totals) -> bool {
    let (credit, debit) = (own.credit, own.debit);
    let sums = [
        (74, u64::from(credit.count)),
        (76, u64::from(debit.count)),
        (86, credit.amount),
        (88, debit.amount),
    ];
    let told = |number| request.digits(number).and_then(Characters::number);
    let none = |number| told(number) == Some(0);
    sums.iter().all(|(number, sum)| told(*number) == Some(*sum))
        && [75, 77, 87, 89].into_iter().all(none)
}

/// Keys as field 48 has them.
pub(super) fn hexadecimal(keys: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * keys.len()));
    for key in keys {
        // A string takes whatever is written.
        let _ = write!(text, "{key:02X}");
    }
    text
}
