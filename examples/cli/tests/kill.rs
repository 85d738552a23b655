//! A till that is killed at any moment forgets nothing and invents nothing.
//!
//! One journal and one host go through it all. Commands of every kind are begun
//! and killed with SIGKILL at a random moment, recoveries and settlements among
//! them; now and then the host loses a sale before, so that its totals are others.
//! After a few a recovery is left in peace, a settlement that was begun is ended,
//! refunds without an outcome are resolved as the host's books have them, and an
//! auditor compares both ledgers entry by entry and in sum.
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
const WANTED: [Phase; 6] = [
    Phase::BeforeIntent,
    Phase::BeforeOutcome,
    Phase::AfterOutcome,
    Phase::InRecovery,
    Phase::InSettlement,
    Phase::InInquiry,
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
    /// A part of that of the original.
    Part,
    Trace,
    /// Authorization code and date, as they stand on the slip.
    Slip,
    Card,
    Pin,
    Supervisor,
}

/// Each row is begun as often as any other that has something to stand on, a
/// settlement less often.
const COMMANDS: [Command; 11] = {
    use Says::{Amount, Card, Part, Pin, SameAmount, Slip, Supervisor, Trace};
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
        command("refund", Some("sale"), &[Trace, Part, Card, Supervisor]),
        command("refund", Some("complete"), &[Trace, Part, Card, Supervisor]),
        command("balance", None, &[Card, Pin]),
        command("settle", None, &[]),
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
                Says::Part => {
                    let amount = original["amount"].as_u64().unwrap();
                    (&["--amount"], vec![yuan(random.u64(1..=amount))])
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
    InSettlement,
    /// It leaves no record.
    InInquiry,
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
    let missing = |shop: &Shop| {
        let unseen = (shop.seen().into_iter()).any(|(_, count)| count == 0);
        unseen || (WANTED.iter()).any(|phase| shop.killed(*phase) == 0)
    };
    while shop.kills() < kills || (missing(&shop) && shop.kills() < AT_MOST * kills) {
        for _ in 0..shop.random.u32(1..=FEW) {
            shop.kill_one();
        }
        shop.come_to_rest();
    }
    shop.settling = true;
    shop.come_to_rest();
    println!("{} kills: {:?}", shop.kills(), shop.phases);
    println!("at the host: {:?}", shop.booked());
    println!(
        "batch {}: {} settled in peace, {} transactions told, {} lost; {} refunds resolved",
        shop.batch, shop.settled, shop.told, shop.lost, shop.resolved
    );
    for phase in WANTED {
        assert!(shop.killed(phase) > 0, "none {phase:?}: {:?}", shop.phases);
    }
    for row in COMMANDS {
        let begun = shop.begun.contains_key(row.name);
        assert!(begun || shop.kills() < 100, "no {}", row.name);
    }
    for (what, count) in shop.seen() {
        assert!(count > 0 || shop.kills() < KILLS, "no {what}");
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
    /// The open batch, by the last settlement in peace.
    batch: String,
    /// One was begun since the last rest.
    settling: bool,
    settled: u32,
    told: u32,
    lost: u32,
    resolved: u32,
    phases: BTreeMap<Phase, u32>,
    begun: BTreeMap<&'static str, u32>,
}

impl Shop {
    fn new(seed: u64) -> Self {
        let mut desk = Desk::bare();
        desk.edit("till.toml", "\"100ms\"", "\"30ms\"");
        // A slow host leaves time to be killed while an answer is awaited.
        desk.start_host(&[
            "delay=8ms@money#*",
            "delay=8ms@settlement#*",
            "delay=8ms@upload#*",
            "delay=8ms@upload-end#*",
        ]);
        let signed_in = desk.till(&["sign-in"]).exits(0).json();
        let records = records(&desk).len();
        Self {
            desk,
            random: fastrand::Rng::with_seed(seed),
            spans: [Duration::from_millis(120); COMMANDS.len()],
            till: Vec::new(),
            books: Vec::new(),
            records,
            batch: signed_in["batch"].as_str().unwrap().to_owned(),
            settling: false,
            settled: 0,
            told: 0,
            lost: 0,
            resolved: 0,
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

    /// What a long run comes to see besides.
    fn seen(&self) -> [(&'static str, u32); 3] {
        [
            ("sale lost", self.lost),
            ("transaction told", self.told),
            ("refund resolved", self.resolved),
        ]
    }

    /// Begins a command that has something to stand on, and kills it.
    fn kill_one(&mut self) {
        let (row, line) = loop {
            let row = self.random.usize(..COMMANDS.len());
            // So that a batch comes to hold something that can be voided.
            if COMMANDS[row].name == "settle" && self.random.u8(..3) > 0 {
                continue;
            }
            if let Some(line) = self.line(&COMMANDS[row]) {
                break (row, line);
            }
        };
        if COMMANDS[row].name == "settle" {
            self.settling = true;
            if self.random.u8(..4) > 0 {
                self.lose_one();
            }
        }
        let after = self.spans[row].mul_f64(self.random.f64());
        let ended = kill(&self.desk, &line, after);
        // So that about a quarter ends by itself, however busy the machine is.
        self.spans[row] = self.spans[row].mul_f64(if ended { 0.95 } else { 1.02 });
        let all = records(&self.desk);
        let new = all.get(self.records..).expect("the journal forgot records");
        let phase = match COMMANDS[row].name {
            _ if ended => Phase::TooLate,
            "recover" => Phase::InRecovery,
            "settle" => Phase::InSettlement,
            "balance" => Phase::InInquiry,
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
        // What is voided by its trace is of the open batch; the rest is of any.
        let open = |entry: &Value| {
            !["void", "complete-void"].contains(&row.name) || entry["batch"] == self.batch
        };
        let stands =
            |entry: &Value| entry["status"] == "Approved" && entry["kind"] == kind && open(entry);
        let standing = (0..self.till.len()).filter(|at| stands(&self.till[*at]));
        let at = self.random.choice(standing.collect::<Vec<_>>())?;
        let original = self.till.swap_remove(at);
        let same = |entry: &&Value| entry["trace"] == original["trace"];
        let at = self.books.iter().find(same)?["at"].as_str().unwrap();
        let date = [&at[5..7], &at[8..10]].concat();
        Some(row.line(&original, &date, &mut self.random))
    }

    /// The host forgets a sale of the open batch, where there is one.
    fn lose_one(&mut self) {
        let sale = |entry: &&Value| {
            entry["kind"] == "sale" && entry["status"] == "approved" && entry["batch"] == self.batch
        };
        let books = self.desk.books();
        let sales: Vec<&Value> = books.iter().filter(sale).collect();
        if let Some(sale) = self.random.choice(sales) {
            let trace = sale["trace"].as_str().unwrap();
            self.lost += u32::from(self.desk.lose_at_the_host(&self.batch, trace));
        }
    }

    /// A recovery in peace, the end of a settlement, a word on each refund without
    /// an outcome; then both ledgers say the same.
    fn come_to_rest(&mut self) {
        let recovered = self.desk.till(&["recover"]);
        let left = recovered.json();
        for open in ["pending", "provisional", "parked"] {
            assert_eq!(left[open], 0, "{recovered:?}");
        }
        if std::mem::take(&mut self.settling) {
            let settled = self.desk.till(&["settle"]).exits(0).json();
            let next = settled["next_batch"].as_str().unwrap();
            next.clone_into(&mut self.batch);
            let told = settled["uploaded"].as_array().unwrap().len();
            self.told += u32::try_from(told).unwrap();
            self.settled += 1;
        }
        let open = self.desk.till(&["unresolved"]);
        for refund in open.out.lines() {
            self.resolve(&serde_json::from_str(refund).unwrap());
        }
        (self.till, self.books) = (self.desk.journal(), self.desk.books());
        assert_agree(&self.till, &self.books);
        self.records = records(&self.desk).len();
    }

    /// As the acquirer says, who looks into the host's books.
    fn resolve(&mut self, refund: &Value) {
        let books = self.desk.books();
        let same = |entry: &&Value| {
            ["batch", "trace", "kind"]
                .into_iter()
                .all(|name| entry[name] == refund[name])
        };
        let booked = books.iter().find(same);
        let stands = booked.is_some_and(|entry| entry["status"] == "approved");
        let (verdict, exit) = if stands {
            ("approved", 0)
        } else {
            ("reversed", 3)
        };
        let id = refund["request_id"].as_str().unwrap();
        self.desk.resolve(id, verdict).exits(exit);
        self.resolved += 1;
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
