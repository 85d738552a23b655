use super::{Entry, Outcome};
use crate::transaction::{Batch, BatchTotals, Totals};

/// What transactions add up to, as far as the terminal knows that they moved
/// money at the host.
pub fn totals<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Totals {
    let mut totals = Totals::default();
    for entry in entries {
        if entry.outcome() == Outcome::Approved {
            totals.add(entry.kind().effect(), entry.amount());
        }
    }
    totals
}

pub(super) fn of_batch(entries: &[Entry], batch: Batch) -> BatchTotals {
    let of = |foreign| {
        totals(
            (entries.iter())
                .filter(|entry| entry.batch() == batch && entry.is_foreign() == foreign),
        )
    };
    BatchTotals {
        domestic: of(false),
        foreign: of(true),
    }
}
