//! The text language of scenarios: one line, one step. Strict: a word that is
//! not known is an error with its file and line. `README.md` beside the files
//! lists every line; the table there and [`Line::parse`] say the same.

use annul::crypto::SecurityFault;

/// One scenario: its name, what it covers, and its steps.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// Rows of table T1.
    pub(crate) rows: Vec<String>,
    /// Numbers of table B.5.
    pub(crate) numbers: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// A line and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) place: String,
    pub(crate) text: String,
    pub(crate) line: Line,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Line {
    // What stands before the terminal is switched on.
    Setting(String, String),
    // The operator.
    SignIn,
    Echo,
    Sale(String, String, Card),
    Void(String, Target, Option<Card>),
    PreAuthorization(String, String, Card),
    /// Name, amount, which pre-authorization, card.
    LetGo(String, String, Held, Card),
    Complete(String, String, Held, Card),
    /// Name, amount, of which, card.
    Refund(String, String, Refunded, Card),
    Balance(Card),
    Settle,
    Cancel,
    Recover,
    Resolve(String, String),
    // The host and the line to it, for the next connection.
    Host(Vec<String>),
    Batch(u32),
    /// The host has no more of a transaction.
    Loses(String),
    Deliver(Late),
    // Time.
    After(u64),
    Wait,
    Sleep(u64),
    Clock(String),
    // One action stopped before it is done.
    Hold(String),
    Release(Release),
    // Power, storage, keys.
    Crash(Cut),
    Restart(Option<String>),
    StorageFails(Cut),
    Unreadable,
    Pad(String, SecurityFault),
    Misdeed(String, crate::misdeed::Misdeed),
    LoseKeys,
    Damage(Damage),
    With(String, String),
    // What must be so.
    Expect(Expect),
}

/// The card of a command and how its customer proves himself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Card {
    pub(crate) keyed: bool,
    pub(crate) pin: bool,
    pub(crate) other: bool,
}

/// Which pre-authorization is meant: by name, or by its code alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Held {
    Name(String),
    Code(String),
}

impl Held {
    fn parse(how: &str, held: &str) -> Option<Self> {
        match how {
            "of" => Some(Self::Name(held.into())),
            "code" => Some(Self::Code(held.into())),
            _ => None,
        }
    }
}

/// What is refunded: by its place in the journal, or by its slip.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refunded {
    Name(String),
    Trace(u32),
    Slip(String, String),
    SlipOf(String),
}

/// The sale of a void.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    Name(String),
    Trace(u32),
}

/// What is late, and the connection it comes by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Late {
    Request,
    AnswerOnOldLink,
    AnswerOnNewLink,
}

/// How a held action ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Release {
    Done,
    Twice,
    Failed,
}

/// What a power cut, or a failing store, leaves of a record on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cut {
    Lost,
    Kept,
    Torn(usize),
}

/// What happens to the journal's bytes while the terminal is off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Damage {
    Rot(usize),
    Gap(usize),
    Newer,
}

/// What must be so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expect {
    Status(String, String),
    Code(String, String),
    Reason(String, String),
    Trace(String, u32),
    Discrepancy(String),
    Unknown(String),
    Sent(Vec<String>),
    Field(u8, String),
    Ledger(String),
    Host(String),
    Refused(String),
    Known(String),
    Shown(Vec<String>),
    NeverShown(Vec<String>),
    State(String),
    Late(u32),
    Records(Vec<String>),
    /// The open batch, here and at the host.
    Batch(u32),
    /// Debit and credit of the settlement that is not finished.
    Totals(String, String),
}

/// Every scenario of every file in this folder.
pub(crate) fn all() -> Vec<Scenario> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios");
    let entries = std::fs::read_dir(folder).expect("the folder of scenarios");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(path).expect("a file of scenarios");
        parse(&name, &text).unwrap_or_else(|error| panic!("{error}"))
    };
    files.iter().flat_map(read).collect()
}

/// Reads a file of scenarios.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<Scenario>, String> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        let place = format!("{file}:{}", index + 1);
        let line = raw.split('#').next().unwrap_or_default().trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        match (&words[..], scenarios.last_mut()) {
            ([], _) => {}
            (["scenario", name, covers @ ..], _) => scenarios.push(head(&place, name, covers)?),
            (_, None) => return Err(format!("{place}: expected `scenario NAME` first")),
            (words, Some(scenario)) => {
                let line = Line::parse(words)
                    .ok_or_else(|| format!("{place}: not understood: `{}`", words.join(" ")))?;
                let text = words.join(" ");
                scenario.steps.push(Step { place, text, line });
            }
        }
    }
    Ok(scenarios)
}

/// `scenario NAME rows 1 10b R B5 17 18`
fn head(place: &str, name: &str, covers: &[&str]) -> Result<Scenario, String> {
    let mut scenario = Scenario {
        name: name.into(),
        rows: Vec::new(),
        numbers: Vec::new(),
        steps: Vec::new(),
    };
    let mut list: Option<&mut Vec<String>> = None;
    for word in covers {
        match (*word, &mut list) {
            ("rows", _) => list = Some(&mut scenario.rows),
            ("B5", _) => list = Some(&mut scenario.numbers),
            (word, Some(list)) => list.push(word.into()),
            (word, None) => return Err(format!("{place}: expected rows or B5, found {word}")),
        }
    }
    Ok(scenario)
}

impl Line {
    fn parse(words: &[&str]) -> Option<Self> {
        Some(match words {
            ["setting", name, value] => Self::Setting((*name).into(), (*value).into()),
            ["sign-in"] => Self::SignIn,
            ["echo"] => Self::Echo,
            ["sale", name, amount, card @ ..] => {
                Self::Sale((*name).into(), (*amount).into(), Card::parse(card)?)
            }
            // Its card is taken from the journal unless one is presented.
            ["void", name, "of", sale] => {
                Self::Void((*name).into(), Target::Name((*sale).into()), None)
            }
            ["void", name, "of", sale, card @ ..] => {
                let target = Target::Name((*sale).into());
                Self::Void((*name).into(), target, Some(Card::parse(card)?))
            }
            ["void", name, "trace", trace] => {
                Self::Void((*name).into(), Target::Trace(trace.parse().ok()?), None)
            }
            ["preauth", name, amount, card @ ..] => {
                Self::PreAuthorization((*name).into(), (*amount).into(), Card::parse(card)?)
            }
            ["let-go", name, amount, how, held, card @ ..] => Self::LetGo(
                (*name).into(),
                (*amount).into(),
                Held::parse(how, held)?,
                Card::parse(card)?,
            ),
            ["complete", name, amount, how, held, card @ ..] => Self::Complete(
                (*name).into(),
                (*amount).into(),
                Held::parse(how, held)?,
                Card::parse(card)?,
            ),
            ["refund", name, amount, rest @ ..] => {
                let (of, card) = match rest {
                    ["of", sale, card @ ..] => (Refunded::Name((*sale).into()), card),
                    ["trace", trace, card @ ..] => (Refunded::Trace(trace.parse().ok()?), card),
                    ["slip-of", sale, card @ ..] => (Refunded::SlipOf((*sale).into()), card),
                    ["slip", reference, date, card @ ..] => {
                        (Refunded::Slip((*reference).into(), (*date).into()), card)
                    }
                    _ => return None,
                };
                Self::Refund((*name).into(), (*amount).into(), of, Card::parse(card)?)
            }
            ["balance", card @ ..] => Self::Balance(Card::parse(card)?),
            ["settle"] => Self::Settle,
            ["cancel"] => Self::Cancel,
            ["recover"] => Self::Recover,
            ["resolve", name, verdict @ ("approved" | "reversed")] => {
                Self::Resolve((*name).into(), (*verdict).into())
            }
            ["host", "loses", name] => Self::Loses((*name).into()),
            ["host", "batch", batch] => Self::Batch(batch.parse().ok()?),
            ["host", first, rest @ ..] => {
                let words = [&[*first], rest].concat();
                crate::wire::Behaviour::parse(&words)?;
                Self::Host(owned(&words))
            }
            ["late", "request"] => Self::Deliver(Late::Request),
            ["late", "answer"] => Self::Deliver(Late::AnswerOnOldLink),
            ["late", "answer", "on", "new", "link"] => Self::Deliver(Late::AnswerOnNewLink),
            ["after", duration] => Self::After(millis(duration)?),
            ["wait"] => Self::Wait,
            ["sleep", duration] => Self::Sleep(millis(duration)?),
            ["clock", date, time] => Self::Clock(format!("{date} {time}")),
            ["hold", action] => Self::Hold(crate::deed::known(action)?.into()),
            ["release"] => Self::Release(Release::Done),
            ["release", "twice"] => Self::Release(Release::Twice),
            ["release", "failed"] => Self::Release(Release::Failed),
            ["crash"] => Self::Crash(Cut::Lost),
            ["crash", cut @ ..] => Self::Crash(Cut::parse(cut)?),
            ["restart"] => Self::Restart(None),
            ["restart", "refused", error] => Self::Restart(Some((*error).into())),
            ["storage", "unreadable"] => Self::Unreadable,
            ["storage", "fails"] => Self::StorageFails(Cut::Lost),
            ["storage", "fails", cut @ ..] => Self::StorageFails(Cut::parse(cut)?),
            ["pad", action, "fails", fault] => {
                Self::Pad(crate::deed::known(action)?.into(), pad_fault(fault)?)
            }
            ["pad", "loses-keys"] => Self::LoseKeys,
            ["pad", action, misdeed] => Self::Misdeed(
                crate::deed::known(action)?.into(),
                crate::misdeed::Misdeed::parse(misdeed)?,
            ),
            ["journal", "rot", seq] => Self::Damage(Damage::Rot(seq.parse().ok()?)),
            ["journal", "gap", seq] => Self::Damage(Damage::Gap(seq.parse().ok()?)),
            ["journal", "newer"] => Self::Damage(Damage::Newer),
            ["with", what, value] => Self::With((*what).into(), (*value).into()),
            ["expect", expect @ ..] => Self::Expect(Expect::parse(expect)?),
            _ => return None,
        })
    }
}

impl Card {
    fn parse(words: &[&str]) -> Option<Self> {
        let mut card = Self::default();
        for word in words {
            match *word {
                "swiped" => card.keyed = false,
                "keyed" => card.keyed = true,
                "pin" => card.pin = true,
                "other-card" => card.other = true,
                _ => return None,
            }
        }
        Some(card)
    }
}

impl Cut {
    fn parse(words: &[&str]) -> Option<Self> {
        match words {
            ["lost"] => Some(Self::Lost),
            ["kept"] => Some(Self::Kept),
            ["torn", bytes] => Some(Self::Torn(bytes.parse().ok()?)),
            _ => None,
        }
    }
}

/// The words of T4.
const STATUSES: [&str; 14] = [
    "Pending",
    "Approved",
    "VoidPending",
    "Voided",
    "CompletionPending",
    "Completed",
    "Declined",
    "NotSent",
    "Reversing",
    "Provisional",
    "Parked",
    "Unresolved",
    "Reversed",
    "Resolved",
];

impl Expect {
    fn parse(words: &[&str]) -> Option<Self> {
        let text = |word: &&str| (*word).to_owned();
        Some(match words {
            ["sent", types @ ..] => Self::Sent(owned(types)),
            ["field", number, value] => Self::Field(number.parse().ok()?, text(value)),
            ["batch", number] => Self::Batch(number.parse().ok()?),
            ["totals", debit, credit] => Self::Totals(text(debit), text(credit)),
            ["ledger", amount] => Self::Ledger(text(amount)),
            ["host", amount] => Self::Host(text(amount)),
            ["refused", refusal] => Self::Refused(text(refusal)),
            ["known", name] => Self::Known(text(name)),
            ["shown", news @ ..] => Self::Shown(vec![news.join(" ")]),
            ["never", "shown", news @ ..] => Self::NeverShown(vec![news.join(" ")]),
            ["state", state] => Self::State(text(state)),
            ["late", count] => Self::Late(count.parse().ok()?),
            ["records", kinds @ ..] => Self::Records(owned(kinds)),
            [name, "code", code] => Self::Code(text(name), text(code)),
            [name, "reason", code] => Self::Reason(text(name), text(code)),
            [name, "trace", trace] => Self::Trace(text(name), trace.parse().ok()?),
            [name, "discrepancy"] => Self::Discrepancy(text(name)),
            [name, "unknown"] => Self::Unknown(text(name)),
            [name, status] if STATUSES.contains(status) => Self::Status(text(name), text(status)),
            _ => return None,
        })
    }
}

fn pad_fault(word: &str) -> Option<SecurityFault> {
    Some(match word {
        "no-keys" => SecurityFault::NoKeys,
        "no-pin" => SecurityFault::NoPin,
        "pin-cancelled" => SecurityFault::PinCancelled,
        "timed-out" => SecurityFault::TimedOut,
        "seal-broken" => SecurityFault::SealBroken,
        "device" => SecurityFault::Device { code: 7 },
        _ => return None,
    })
}

/// `400ms`, `60s`, `2m`, `1h`, `1d` in milliseconds.
pub(crate) fn millis(text: &str) -> Option<u64> {
    let units = [
        ("ms", 1),
        ("s", 1_000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];
    let (digits, unit) = units
        .iter()
        .find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)))?;
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
