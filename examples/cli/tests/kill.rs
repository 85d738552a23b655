//! A till that is killed at any moment forgets nothing and invents nothing.
//!
//! One journal and one host go through it all. Commands of every kind are begun
//! and killed with SIGKILL at a random moment, recoveries among them; after a
//! few a recovery is left in peace, and an auditor compares both ledgers entry by
//! entry and in sum.
//!
//! | killed | seen by |
//! |---|---|
//! | before the intent | the journal has no new one |
//! | between intent and outcome | it has, and nothing behind it: sent or not |
//! | behind the outcome | it has both, and nobody was told |
#![cfg(unix)]

mod common;

use annul::journal::{Envelope, Journal, Record, SqliteJournal};
use common::{Desk, PIN, SUPERVISOR, TRACK, assert_agree};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Duration;

/// How many commands are killed; `ANNUL_KILLS` says another number.
const KILLS: u32 = 300;
/// What the kills must have hit; they go on until they have, so many times over.
const WANTED: [Phase; 4] = [
    Phase::BeforeIntent,
    Phase::BeforeOutcome,
    Phase::AfterOutcome,
    Phase::InRecovery,
];
const AT_MOST: u32 = 5;
/// One recovery in peace after up to so many kills.
const FEW: u32 = 6;
const SIGKILL: i32 = 9;

/// What a till is told.
struct Command {
    name: &'static str,
    /// The kind of transaction that it undoes or claims.
    behind: Option<&'static str>,
    /// What it says of that, or what it charges.
    says: &'static [Says],
}

#[derive(Clone, Copy)]
enum Says {
    /// An amount of its own.
    Amount,
    /// That of the original.
    SameAmount,
    Trace,
    /// Authorization code and date, as they stand on the slip.
    Slip,
    Card,
    Pin,
    Supervisor,
}

/// Each row is begun as often as any other that has something to stand on.
const COMMANDS: [Command; 7] = {
    use Says::{Amount, Card, Pin, SameAmount, Slip, Supervisor, Trace};
    [
        command("sale", None, &[Amount, Card]),
        command("void", Some("sale"), &[Trace, Supervisor]),
        command("preauth", None, &[Amount, Card, Pin]),
        command(
            "preauth-void",
            Some("preauth"),
            &[Slip, SameAmount, Card, Supervisor],
        ),
        command("complete", Some("preauth"), &[Slip, SameAmount, Card]),
        command("complete-void", Some("complete"), &[Trace, Supervisor]),
        command("recover", None, &[]),
    ]
};

const fn command(
    name: &'static str,
    behind: Option<&'static str>,
    says: &'static [Says],
) -> Command {
    Command { name, behind, says }
}

impl Command {
    fn line(&self, original: &Value, date: &str, random: &mut fastrand::Rng) -> Vec<String> {
        let text = |name: &str| original[name].as_str().unwrap().to_owned();
        let mut line = vec![self.name.to_owned()];
        for says in self.says {
            let (flags, values): (&[&str], Vec<String>) = match says {
                Says::Amount => (&["--amount"], vec![yuan(random.u64(1..=99_999))]),
                Says::SameAmount => {
                    let amount = original["amount"].as_u64().unwrap();
                    (&["--amount"], vec![yuan(amount)])
                }
                Says::Trace => (&["--trace"], vec![text("trace")]),
                Says::Slip => {
                    let values = vec![text("authorization"), date.to_owned()];
                    (&["--authorization", "--date"], values)
                }
                Says::Card => (&["--track2"], vec![TRACK.to_owned()]),
                Says::Pin => (&["--pin"], vec![PIN.to_owned()]),
                Says::Supervisor => {
                    let values = vec!["customer-request".to_owned(), SUPERVISOR.to_owned()];
                    (&["--reason", "--supervisor"], values)
                }
            };
            for (flag, value) in flags.iter().zip(values) {
                line.extend([(*flag).to_owned(), value]);
            }
        }
        line
    }
}

fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// When a command was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    BeforeIntent,
    BeforeOutcome,
    AfterOutcome,
    InRecovery,
    /// It had ended.
    TooLate,
}

#[test]
fn killed_at_random_moments_both_ledgers_agree_each_time() {
    let number = |name: &str| -> Option<u64> { std::env::var(name).ok()?.parse().ok() };
    let seed = number("ANNUL_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}; the same commands: ANNUL_SEED={seed}");
    let kills = number("ANNUL_KILLS").map_or(KILLS, |kills| kills.try_into().unwrap());
    let mut shop = Shop::new(seed);
    let missing = |shop: &Shop| (WANTED.iter()).any(|phase| shop.killed(*phase) == 0);
    while shop.kills() < kills || (missing(&shop) && shop.kills() < AT_MOST * kills) {
        for _ in 0..shop.random.u32(1..=FEW) {
            shop.kill_one();
        }
        shop.come_to_rest();
    }
    println!("{} kills: {:?}", shop.kills(), shop.phases);
    println!("at the host: {:?}", shop.booked());
    for phase in WANTED {
        assert!(shop.killed(phase) > 0, "none {phase:?}: {:?}", shop.phases);
    }
    for row in COMMANDS {
        let begun = shop.begun.contains_key(row.name);
        assert!(begun || shop.kills() < 100, "no {}", row.name);
    }
}

/// A till and a host, and what became of the commands so far.
struct Shop {
    desk: Desk,
    random: fastrand::Rng,
    /// How long a command is given at most: longer than it takes, so that some end.
    spans: [Duration; COMMANDS.len()],
    /// What both ledgers had at the last rest, and may be undone or claimed.
    till: Vec<Value>,
    books: Vec<Value>,
    records: usize,
    phases: BTreeMap<Phase, u32>,
    begun: BTreeMap<&'static str, u32>,
}

impl Shop {
    fn new(seed: u64) -> Self {
        let mut desk = Desk::bare();
        desk.edit("till.toml", "\"100ms\"", "\"30ms\"");
        // A slow host leaves time to be killed while an answer is awaited.
        desk.start_host(&["delay=8ms@money#*"]);
        desk.till(&["sign-in"]).exits(0);
        let records = records(&desk).len();
        Self {
            desk,
            random: fastrand::Rng::with_seed(seed),
            spans: [Duration::from_millis(120); COMMANDS.len()],
            till: Vec::new(),
            books: Vec::new(),
            records,
            phases: BTreeMap::new(),
            begun: BTreeMap::new(),
        }
    }

    fn killed(&self, phase: Phase) -> u32 {
        self.phases.get(&phase).copied().unwrap_or_default()
    }

    fn kills(&self) -> u32 {
        WANTED.iter().map(|phase| self.killed(*phase)).sum()
    }

    /// Begins a command that has something to stand on, and kills it.
    fn kill_one(&mut self) {
        let (row, line) = loop {
            let row = self.random.usize(..COMMANDS.len());
            if let Some(line) = self.line(&COMMANDS[row]) {
                break (row, line);
            }
        };
        let after = self.spans[row].mul_f64(self.random.f64());
        let ended = kill(&self.desk, &line, after);
        // So that about a quarter ends by itself, however busy the machine is.
        self.spans[row] = self.spans[row].mul_f64(if ended { 0.95 } else { 1.02 });
        let all = records(&self.desk);
        let new = all.get(self.records..).expect("the journal forgot records");
        let phase = match COMMANDS[row].says {
            _ if ended => Phase::TooLate,
            [] => Phase::InRecovery,
            _ => phase(new),
        };
        self.records = all.len();
        *self.phases.entry(phase).or_default() += 1;
        *self.begun.entry(COMMANDS[row].name).or_default() += 1;
    }

    /// The command's line; an original is taken once between two rests.
    fn line(&mut self, row: &Command) -> Option<Vec<String>> {
        let Some(kind) = row.behind else {
            return Some(row.line(&Value::Null, "", &mut self.random));
        };
        let stands = |entry: &Value| entry["status"] == "Approved" && entry["kind"] == kind;
        let standing = (0..self.till.len()).filter(|at| stands(&self.till[*at]));
        let at = self.random.choice(standing.collect::<Vec<_>>())?;
        let original = self.till.swap_remove(at);
        let same = |entry: &&Value| entry["trace"] == original["trace"];
        let at = self.books.iter().find(same)?["at"].as_str().unwrap();
        let date = [&at[5..7], &at[8..10]].concat();
        Some(row.line(&original, &date, &mut self.random))
    }

    /// A recovery in peace; then both ledgers say the same.
    fn come_to_rest(&mut self) {
        self.desk.till(&["recover"]).exits(0);
        (self.till, self.books) = (self.desk.journal(), self.desk.books());
        assert_agree(&self.till, &self.books);
        self.records = records(&self.desk).len();
    }

    /// What the host has, by kind and status.
    fn booked(&self) -> BTreeMap<String, u32> {
        let mut found = BTreeMap::new();
        for entry in &self.books {
            let text = |name: &str| entry[name].as_str().unwrap();
            let name = format!("{} {}", text("kind"), text("status"));
            *found.entry(name).or_default() += 1;
        }
        found
    }
}

/// Whether it had ended before it was killed.
fn kill(desk: &Desk, line: &[String], after: Duration) -> bool {
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let args = [&["till", "--json"], &line[..]].concat();
    let mut command = desk.command(&args);
    let mut till = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    till.kill().unwrap();
    let status = till.wait().unwrap();
    status.signal() != Some(SIGKILL)
}

/// Every record of the till's journal, read from a copy: the till itself finds
/// the file as the kill left it.
fn records(desk: &Desk) -> Vec<Record> {
    let folder = tempfile::tempdir().unwrap();
    for file in ["till.db", "till.db-wal"] {
        if desk.path(file).exists() {
            std::fs::copy(desk.path(file), folder.path().join(file)).unwrap();
        }
    }
    let mut journal = SqliteJournal::open(&folder.path().join("till.db")).unwrap();
    let mut records = Vec::new();
    let mut each = |bytes: &[u8]| records.extend(Envelope::decode(bytes).unwrap().2);
    journal.replay(&mut each).unwrap();
    records
}

/// How far a command came by what it wrote: before its intent there may be the
/// ends of others, which it found open.
fn phase(new: &[Record]) -> Phase {
    let intent = |record: &Record| matches!(record, Record::Intent(_));
    match new.iter().position(intent) {
        None => Phase::BeforeIntent,
        Some(at) if at + 1 == new.len() => Phase::BeforeOutcome,
        Some(at) => {
            let more = new[at + 1..].iter().filter(|record| intent(record));
            assert_eq!(more.count(), 0, "one command made two transactions");
            Phase::AfterOutcome
        }
    }
}
