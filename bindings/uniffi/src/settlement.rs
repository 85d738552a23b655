use crate::report::Totals;
use annul::driver::Settled;
use annul::journal::{Balance, Comparison};
use annul::ledger::Stage;

/// What a settlement 批结算 came to, for its slip. Where `next` is none it is not
/// finished: no transaction is taken until it is settled again.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Settlement {
    /// The batch.
    pub batch: i32,
    /// What the terminal's journal adds up to, cards of the country 内卡.
    pub domestic: Totals,
    /// The same of all other cards 外卡.
    pub foreign: Totals,
    /// What the host found.
    pub found: Compared,
    /// The transactions that it was told of, one by one.
    pub told: Vec<i64>,
    /// Those that it did not take: call the acquirer.
    pub refused: Vec<RefusedDetail>,
    /// Those whose outcome nobody knows: they are in no totals.
    pub open: Vec<i64>,
    /// The batch that is open now.
    pub next: Option<i32>,
}

/// A transaction that the host did not take.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RefusedDetail {
    /// Which.
    pub transaction: i64,
    /// Field 39.
    pub response_code: String,
}

/// Whether both sides have the same totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Compared {
    /// 对账平.
    Equal,
    /// 对账不平: the transactions are told one by one.
    Unequal,
    /// The host did not answer.
    NotAnswered,
}

/// What a settlement tells the host next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SettlementStage {
    /// The totals, to be compared.
    Comparing,
    /// The end: the totals are equal.
    Balanced,
    /// The transactions one by one, then the end: the totals are not equal.
    Uploading,
}

impl From<Settled> for Settlement {
    fn from(settled: Settled) -> Self {
        let refused = settled.refused.iter().map(|(seq, code)| RefusedDetail {
            transaction: i64::from(seq.0),
            response_code: code.to_string(),
        });
        Self {
            batch: settled.batch.number().cast_signed(),
            domestic: Totals::of(settled.sent.domestic),
            foreign: Totals::of(settled.sent.foreign),
            found: settled.comparison.into(),
            told: settled.told.iter().map(|seq| i64::from(seq.0)).collect(),
            refused: refused.collect(),
            open: settled.open.iter().map(|seq| i64::from(seq.0)).collect(),
            next: settled.next.map(|batch| batch.number().cast_signed()),
        }
    }
}

impl From<Option<Comparison>> for Compared {
    fn from(comparison: Option<Comparison>) -> Self {
        match comparison.map(|one| (one.domestic, one.foreign)) {
            None => Self::NotAnswered,
            Some((Balance::Equal, Balance::Equal)) => Self::Equal,
            Some((Balance::Unequal, _) | (_, Balance::Unequal)) => Self::Unequal,
        }
    }
}

impl From<Stage> for SettlementStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Comparing => Self::Comparing,
            Stage::Balanced => Self::Balanced,
            Stage::Uploading(_) => Self::Uploading,
        }
    }
}
