//! Runs a program against the host, then compares what the program says of its
//! transactions with the host's books.
//!
//! ```text
//!  against [--fault SPEC]... -- PROGRAM [WORD]...
//! ```
//!
//! `{port}` in a word becomes the port. The program ends with one line for each
//! of its transactions: batch, trace, `sale` or `void`, minor units, and how it
//! stands as a number of `annul_entry_status`.

use annul_host::ledger::{Entry, Ledger, Status};
use annul_host::settings::Settings;
use annul_host::{Acquirer, Fault, FaultPlan, Host, Limits, Server, Supply};
use std::process::{Command, ExitCode, Stdio};

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("against: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut words = std::env::args().skip(1);
    loop {
        match words.next().as_deref() {
            Some("--fault") => faults.push(words.next().ok_or("--fault wants a value")?.parse()?),
            Some("--") => break,
            _ => return Err("usage: against [--fault SPEC]... -- PROGRAM [WORD]...".into()),
        }
    }
    let ledger = annul_host::ledger::open(None)?;
    let acquirer = Acquirer::new(Settings::example(), ledger, Supply::fresh());
    let host = Host::new(acquirer, FaultPlan::new(faults));
    let log = |_, event: &annul_host::Event| eprintln!("  host: {event}");
    let server = Server::start("127.0.0.1:0".parse()?, host, Limits::default(), log)?;
    let port = server.local_addr().port().to_string();
    let mut words = words.map(|word| word.replace("{port}", &port));
    let program = words.next().ok_or("which program?")?;
    let output = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let told = String::from_utf8(output.stdout)?;
    print!("{told}");
    if !output.status.success() {
        return Err(format!("the program ended with {}", output.status).into());
    }
    compare(&told, &server.host().ledger().entries()?)
}

/// Both sides know the same transactions, and agree on each.
fn compare(told: &str, entries: &[Entry]) -> Result<(), Error> {
    let mut ours: Vec<String> = entries.iter().map(line).collect();
    let mut theirs: Vec<String> = told.lines().map(str::to_owned).collect();
    ours.sort();
    theirs.sort();
    if ours.is_empty() || ours != theirs {
        return Err(format!("the books differ\nhost: {ours:#?}\nterminal: {theirs:#?}").into());
    }
    eprintln!("the books agree on {} transactions", ours.len());
    Ok(())
}

/// An entry as the terminal writes its own.
fn line(entry: &Entry) -> String {
    let standing = match entry.status {
        Status::Approved => 1,
        Status::Voided => 3,
        Status::Completed => 14,
        Status::Declined(_) => 4,
        Status::Reversed | Status::Absent => 10,
    };
    let (batch, trace) = (entry.key.batch, entry.key.trace);
    let (kind, amount) = (entry.kind.word(), entry.amount.minor());
    format!("{batch} {trace} {kind} {amount} {standing}")
}
