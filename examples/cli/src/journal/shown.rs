//! One record as JSON, and as a line for a person.

use super::chain::{Chain, Content, Link};
use super::fault::Fault;
use super::words::{self, Message};
use crate::output::Manner;
use crate::table;
use annul::journal::{Approval, HostAnswer, Intent, Quotes, Record, Seq};
use annul::text;
use annul::transaction::{BatchTotals, Sum, Trace};
use serde::Serialize;

/// What may be shown of a record. What it does not say is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) struct Shown {
    pub(super) record: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The number of a kind that is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown_kind: Option<u8>,
    /// The intent of the transaction that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_trace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_authorization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_reference: Option<String>,
    /// Of a batch, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    debit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<u64>,
    /// What the host found: of domestic cards, of foreign ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<[&'static str; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reversal_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Fault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hex: Option<String>,
    /// What it is, for a person.
    #[serde(skip)]
    words: Vec<Words>,
}

/// A piece of a line, in both languages or in none.
enum Words {
    Of(text::Bilingual),
    Plain(String),
    Named(text::Bilingual, String),
}

impl Shown {
    pub(super) fn of(link: &Link, chain: &Chain) -> Self {
        let mut shown = Self {
            record: link.number,
            fault: link.fault,
            message: link.fault.map(|fault| Message {
                zh: fault.chinese(),
                en: fault.english(),
            }),
            ..Self::default()
        };
        match &link.content {
            Content::Record(record) => shown.record(record, chain),
            Content::Skipped => {
                shown.unknown_kind = link.bytes.get(1).copied();
                shown.words.push(Words::Of(words::SKIPPED));
            }
            Content::Nothing => shown.words.push(Words::Of(words::NOTHING)),
        }
        shown
    }

    fn record(&mut self, record: &Record, chain: &Chain) {
        let (name, said) = words::kind(record);
        self.kind = Some(name);
        self.words.push(Words::Of(said));
        match record {
            Record::Opened(identity) => {
                let profile = printable(identity.profile.as_str());
                self.named("终端", "terminal", identity.terminal.text());
                self.named("商户", "merchant", identity.merchant.text());
                self.words.push(Words::Plain(profile.clone()));
                self.terminal = Some(identity.terminal.text().to_owned());
                self.merchant = Some(identity.merchant.text().to_owned());
                self.profile = Some(profile);
            }
            Record::KeysChanged(change) => {
                self.trace = Some(change.trace.to_string());
                self.batch = Some(change.batch.to_string());
                self.stamp = Some(change.stamp.to_string());
            }
            Record::Intent(intent) => self.intent(intent),
            Record::NotSent { entry } => self.about(*entry, chain),
            Record::Approved { entry, answer } | Record::Declined { entry, answer } => {
                self.about(*entry, chain);
                self.answer(answer);
            }
            Record::ReversalQueued {
                entry,
                reason,
                code,
                stage,
            } => {
                self.about(*entry, chain);
                let (name, said) = words::stage(*stage);
                self.words.push(Words::Of(words::reason(*reason)));
                self.words.push(Words::Of(said));
                self.reversal_reason = Some(reason.code().to_string());
                self.stage = Some(name);
                self.code(code.map(|code| code.to_string()));
            }
            Record::Unresolved {
                entry,
                reason,
                code,
            } => {
                self.about(*entry, chain);
                self.words.push(Words::Of(words::reason(*reason)));
                self.reversal_reason = Some(reason.code().to_string());
                self.code(code.map(|code| code.to_string()));
            }
            Record::SettlementStarted {
                batch,
                trace,
                operator,
                stamp,
                totals,
            } => {
                self.batch = Some(batch.to_string());
                self.trace = Some(trace.to_string());
                self.operator = Some(operator.text().to_owned());
                self.stamp = Some(stamp.to_string());
                self.totals(totals);
            }
            Record::SettlementAnswered { comparison } => {
                let (domestic, foreign) = (comparison.domestic, comparison.foreign);
                self.named("内卡", "domestic", words::balance(domestic).0);
                self.named("外卡", "foreign", words::balance(foreign).0);
                self.compared = Some([domestic, foreign].map(|side| words::balance(side).0));
                if let Some(totals) = &comparison.totals {
                    self.totals(totals);
                }
            }
            Record::UploadProgress { upto, refused } => {
                self.about(*upto, chain);
                self.code(refused.map(|code| code.to_string()));
            }
            Record::BatchClosed { next } => {
                self.batch = Some(next.to_string());
                self.named("新批次", "next batch", &next.to_string());
            }
            Record::ReversalNotFound { entry, code } | Record::Reversed { entry, code } => {
                self.about(*entry, chain);
                self.code(Some(code.to_string()));
            }
            Record::Parked { entry, code } => {
                self.about(*entry, chain);
                self.code(code.map(|code| code.to_string()));
            }
            Record::Resolved {
                entry,
                by,
                verdict,
                note,
            } => {
                self.about(*entry, chain);
                let (name, said) = words::verdict(*verdict);
                self.verdict = Some(name);
                self.words.push(Words::Of(said));
                self.supervised(by.text(), note.as_str());
            }
        }
    }

    fn intent(&mut self, intent: &Intent) {
        self.transaction(intent);
        self.batch = Some(intent.batch.to_string());
        self.entry_mode = Some(intent.entry_mode.digits().map(char::from).iter().collect());
        self.operator = Some(intent.operator.text().to_owned());
        self.stamp = Some(intent.stamp.to_string());
        self.request_id = Some(intent.request.as_str().to_owned());
        self.words.push(Words::Of(text::kind(intent.kind)));
        self.named("操作员", "operator", intent.operator.text());
        self.named("请求号", "request", intent.request.as_str());
        self.original = intent.quotes.original().map(|seq| seq.0);
        match &intent.quotes {
            Quotes::Nothing => {}
            Quotes::Charge(void) => {
                self.quoted(Some(void.trace));
                self.approved(&void.approval);
            }
            Quotes::Refund(refund) => {
                self.quoted(refund.original.map(|(.., trace)| trace));
                self.named("原参考号", "reference", refund.reference.text());
                self.original_reference = Some(refund.reference.text().to_owned());
                self.approved(&refund.approval);
            }
            Quotes::Hold(hold) => {
                self.quoted(hold.original.map(|(.., trace)| trace));
                self.named("原授权码", "authorization", hold.authorization.text());
                self.original_authorization = Some(hold.authorization.text().to_owned());
                if let Some(approval) = &hold.approval {
                    self.approved(approval);
                }
            }
        }
    }

    fn totals(&mut self, totals: &BatchTotals) {
        let all = totals.all();
        let sum = |sum: Sum| format!("{} / {}", sum.count, crate::table::money(sum.amount));
        self.named("借", "debit", &sum(all.debit));
        self.named("贷", "credit", &sum(all.credit));
        self.debit = Some(all.debit.amount);
        self.credit = Some(all.credit.amount);
    }

    fn quoted(&mut self, trace: Option<Trace>) {
        let trace = trace.map(|trace| trace.to_string());
        if let Some(trace) = &trace {
            self.named("原凭证号", "of", trace);
        }
        self.original_trace = trace;
    }

    fn approved(&mut self, approval: &Approval) {
        self.named("原因", "reason", approval.reason.as_str());
        self.reason = Some(approval.reason.as_str().to_owned());
        self.supervised(approval.supervisor.text(), approval.note.as_str());
    }

    fn supervised(&mut self, by: &str, note: &str) {
        self.named("主管", "supervisor", by);
        self.supervisor = Some(by.to_owned());
        if !note.is_empty() {
            self.named("备注", "note", note);
            self.note = Some(note.to_owned());
        }
    }

    /// The transaction that a later record is about, where its intent reads.
    fn about(&mut self, entry: Seq, chain: &Chain) {
        self.of = Some(entry.0);
        if let Some(intent) = chain.intent(entry) {
            self.transaction(intent);
        }
    }

    fn transaction(&mut self, intent: &Intent) {
        self.transaction = Some(intent.kind.word());
        self.trace = Some(intent.trace.to_string());
        self.amount = Some(intent.amount.minor());
        self.card = Some(intent.card.to_string());
    }

    fn answer(&mut self, answer: &HostAnswer) {
        self.code(Some(answer.code.to_string()));
        self.reference = answer.reference.map(|code| code.text().to_owned());
        self.authorization = answer.authorization.map(|code| code.text().to_owned());
        if let Some(reference) = answer.reference {
            self.named("参考号", "reference", reference.text());
        }
    }

    fn code(&mut self, code: Option<String>) {
        if let Some(code) = &code {
            self.named("应答码", "code", code);
        }
        self.response_code = code;
    }

    fn named(&mut self, zh: &'static str, en: &'static str, value: &str) {
        let name = text::Bilingual { zh, en };
        self.words.push(Words::Named(name, value.to_owned()));
    }

    /// The line for a person.
    pub(super) fn line(&self, manner: Manner) -> String {
        let amount = self.amount.map(|minor| table::money(minor).to_string());
        let mut pieces = self.words.iter().map(|words| match words {
            Words::Of(words) => manner.say(*words).to_owned(),
            Words::Plain(words) => words.clone(),
            Words::Named(name, value) => format!("{} {value}", manner.say(*name)),
        });
        let kind = pieces.next().unwrap_or_default();
        let mut rest: Vec<String> = pieces.collect();
        if let (Some(of), None) = (self.of, self.operator.as_ref()) {
            let of = match manner.pick("zh", "en") {
                "zh" => format!("第 {of} 条"),
                _ => format!("of record {of}"),
            };
            rest.insert(0, of);
        }
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        row([
            &self.record.to_string(),
            &text(&self.stamp),
            &kind,
            &text(&self.trace),
            &format!("{:>12}", amount.unwrap_or_default()),
            &text(&self.card),
            &rest.join(" · "),
        ])
    }

    /// What is wrong with it.
    pub(super) fn wrong(&self, manner: Manner) -> Option<&str> {
        let message = self.message.as_ref()?;
        Some(manner.pick(&message.zh, &message.en))
    }
}

/// A line of the listing.
pub(super) fn row(cells: [&str; 7]) -> String {
    table::line(cells, [7, 20, 23, 8, 13, 20, 0])
}

/// The profile's name, which is the one text in a record that may hold
/// characters that a terminal obeys.
fn printable(text: &str) -> String {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    text.chars().map(plain).collect()
}
