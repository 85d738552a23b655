use crate::card::Pan;
use crate::crypto::SealedCard;
use crate::engine::Numbers;
use crate::iso8583::value::{EntryMode, PinEntry, Source};
use crate::journal::{Intent, Quotes};
use crate::transaction::{Civil, OperatorId, RequestId};

/// Whether the customer enters a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinWanted {
    /// The security module asks for it.
    Yes,
    /// There is none.
    No,
}

/// An order that was admitted, before its card is sealed.
pub(super) struct Ordered {
    pub(super) request: RequestId,
    pub(super) numbers: Numbers,
    pub(super) pin: PinWanted,
    pub(super) operator: OperatorId,
    pub(super) stamp: Civil,
    pub(super) quotes: Quotes,
}

impl Ordered {
    /// Batch and trace: no other intent of this journal has both.
    pub(super) fn nonce(&self) -> [u8; SealedCard::NONCE] {
        let [_, a, b, c] = self.numbers.batch.number().to_be_bytes();
        let [_, d, e, f] = self.numbers.trace.number().to_be_bytes();
        [a, b, c, d, e, f]
    }

    /// What is recorded of it.
    pub(super) fn intent(
        self,
        card: &Pan,
        source: Source,
        sealed: SealedCard,
        revision: u16,
    ) -> Intent {
        let pin = match self.pin {
            PinWanted::Yes => PinEntry::Possible,
            PinWanted::No => PinEntry::None,
        };
        Intent {
            request: self.request,
            kind: self.numbers.kind,
            trace: self.numbers.trace,
            batch: self.numbers.batch,
            amount: self.numbers.amount,
            entry_mode: EntryMode { source, pin },
            card: card.masked(),
            sealed,
            operator: self.operator,
            stamp: self.stamp,
            revision,
            quotes: self.quotes,
        }
    }
}
