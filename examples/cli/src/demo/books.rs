//! The till's ledger beside the host's.

use annul::text::Bilingual;
use annul_host::ledger::{Entry, Status};
use serde_json::Value;

/// Both ledgers, in the order of traces.
pub(super) struct Books {
    pub(super) sides: Vec<Side>,
}

/// One transaction on both sides.
pub(super) struct Side {
    pub(super) trace: String,
    pub(super) kind: String,
    pub(super) amount: u64,
    pub(super) till: Option<String>,
    pub(super) host: Option<Status>,
}

impl Books {
    /// Puts entries with one trace side by side. `till` is what `annul till
    /// journal --json` says.
    pub(super) fn of(till: &[Value], host: &[Entry]) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut sides: Vec<Side> = (till.iter())
            .map(|entry| Side {
                trace: text(&entry["trace"]),
                kind: text(&entry["kind"]),
                amount: entry["amount"].as_u64().unwrap_or_default(),
                till: Some(text(&entry["status"])),
                host: None,
            })
            .collect();
        for entry in host {
            let (trace, amount) = (entry.key.trace.to_string(), entry.amount.minor());
            let kind = entry.kind.word();
            let same = |side: &&mut Side| {
                side.trace == trace && side.amount == amount && side.kind == kind
            };
            match sides.iter_mut().find(same) {
                Some(side) => side.host = Some(entry.status),
                None => sides.push(Side {
                    trace,
                    kind: kind.to_owned(),
                    amount,
                    till: None,
                    host: Some(entry.status),
                }),
            }
        }
        Self { sides }
    }

    /// True where every entry says the same on both sides.
    pub(super) fn agree(&self) -> bool {
        let alike = self.sides.iter().all(Side::agrees);
        alike && self.net(Side::at_till) == self.net(Side::at_host)
    }

    /// Sales less voids, in minor units.
    pub(super) fn net(&self, moved: impl Fn(&Side) -> bool) -> i64 {
        let signed = |side: &Side| {
            let amount = i64::try_from(side.amount).unwrap_or(i64::MAX);
            if side.kind == "void" { -amount } else { amount }
        };
        self.sides
            .iter()
            .filter(|side| moved(side))
            .map(signed)
            .sum()
    }
}

impl Side {
    pub(super) fn agrees(&self) -> bool {
        let host = self.host;
        match self.till.as_deref() {
            Some("Approved") => host == Some(Status::Approved),
            Some("Voided") => host == Some(Status::Voided),
            Some("Declined") => matches!(host, Some(Status::Declined(_)) | None),
            Some("NotSent") => host.is_none(),
            // A tombstone, or a refusal that the till did not hear, moved nothing.
            Some("Reversed") => matches!(
                host,
                Some(Status::Reversed | Status::Absent | Status::Declined(_))
            ),
            _ => false,
        }
    }

    /// Whether money moved, as far as the till knows.
    pub(super) fn at_till(&self) -> bool {
        matches!(
            self.till.as_deref(),
            Some("Approved" | "Voided" | "VoidPending")
        )
    }

    /// Whether money moved at the host.
    pub(super) fn at_host(&self) -> bool {
        matches!(self.host, Some(Status::Approved | Status::Voided))
    }

    /// How it stands at the till, in words.
    pub(super) fn till_words(&self) -> Bilingual {
        let (zh, en) = match self.till.as_deref() {
            Some("Approved") => ("成功", "approved"),
            Some("Voided") => ("已撤销", "voided"),
            Some("VoidPending") => ("撤销中", "being voided"),
            Some("Declined") => ("被拒绝", "declined"),
            Some("NotSent") => ("未发出", "not sent"),
            Some("Reversed") => ("已冲正", "reversed"),
            Some("Pending") => ("有请求，无结果", "asked, no outcome"),
            Some(_) => ("未完成", "not finished"),
            None => ("无", "none"),
        };
        Bilingual { zh, en }
    }
}
