//! A till that is killed at any moment forgets nothing and invents nothing.
//!
//! One journal and one host go through it all. Each round a sale or a void is
//! begun and killed with SIGKILL at a random moment; some recoveries are
//! killed too; then a recovery is left in peace, and an auditor compares both
//! ledgers entry by entry and in sum.
#![cfg(unix)]

mod common;

use common::{Desk, SUPERVISOR, TRACK, assert_agree};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// How often the till is killed; about a third of a second each.
const KILLS: u32 = 200;
/// What the kills must have left at least once: else nothing was killed where
/// it matters. On a machine that is fast at times and slow at others that takes
/// more kills, so they go on, up to so many.
const WANTED: [&str; 3] = ["nothing", "Pending", "Approved"];
const AT_MOST: u32 = 5 * KILLS;
/// After so many rounds a command is timed anew: the machine may be busier.
const TIMED: u32 = 50;
/// One recovery in so many is killed as well, beyond those.
const RECOVERIES: u32 = 3;

#[test]
fn killed_at_random_moments_both_ledgers_agree_each_time() {
    let seed = std::env::var("ANNUL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}; the same kills: ANNUL_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut desk = Desk::bare();
    desk.edit("till.toml", "\"100ms\"", "\"30ms\"");
    // A slow host leaves time to be killed while an answer is awaited.
    desk.start_host(&["delay=12ms@money#*"]);
    desk.till(&["sign-in"]).exits(0);
    let mut spans = [
        longest(&desk, &sale("1.00")),
        longest(&desk, &void("000002")),
        longest(&desk, &["recover".to_owned()]),
    ];

    let mut found = BTreeMap::<String, u32>::new();
    let mut till = desk.journal();
    for round in 0..AT_MOST {
        let wanted = |state: &&str| !found.contains_key(*state);
        if round >= KILLS && !WANTED.iter().any(wanted) {
            break;
        }
        if round % TIMED == TIMED - 1 {
            spans[0] = longest(&desk, &sale("1.00"));
            till = desk.journal();
        }
        let known = till.len();
        let (command, span) = command(&till, &mut random, spans);
        kill(&desk, &command, moment(span, &mut random));
        let dark = desk.journal();
        *found.entry(state(&dark[known..])).or_default() += 1;
        if random.u32(..RECOVERIES) == 0 {
            let span = moment(spans[2] * 4, &mut random);
            kill(&desk, &["recover".to_owned()], span);
            let dark = desk.journal();
            let state = format!("{} in recovery", state(&dark[known..]));
            *found.entry(state).or_default() += 1;
        }
        desk.till(&["recover"]).exits(0);
        till = desk.journal();
        assert!(
            till.len() >= dark.len(),
            "round {round}: the journal forgot"
        );
        assert_agree(&till, &desk.books());
    }
    println!("as the kill left it: {found:?}");
    for state in WANTED {
        assert!(found.contains_key(state), "no kill left {state}: {found:?}");
    }
}

fn sale(amount: &str) -> Vec<String> {
    ["sale", "--amount", amount, "--track2", TRACK]
        .map(str::to_owned)
        .to_vec()
}

fn void(trace: &str) -> Vec<String> {
    let reason = ["--reason", "customer-request", "--supervisor", SUPERVISOR];
    [&["void", "--trace", trace], &reason[..]]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// A void of a sale that stands, or a sale; with how long each takes at most.
fn command(
    till: &[Value],
    random: &mut fastrand::Rng,
    spans: [Duration; 3],
) -> (Vec<String>, Duration) {
    let standing = till
        .iter()
        .filter(|entry| entry["status"] == "Approved" && entry["kind"] == "sale");
    let standing: Vec<&str> = standing
        .map(|entry| entry["trace"].as_str().unwrap())
        .collect();
    match random.choice(&standing) {
        Some(trace) if random.u32(..3) == 0 => (void(trace), spans[1]),
        _ => {
            let fen = random.u32(1..=99_999);
            (sale(&format!("{}.{:02}", fen / 100, fen % 100)), spans[0])
        }
    }
}

/// How long a command takes when it is left in peace.
fn longest(desk: &Desk, command: &[String]) -> Duration {
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let begun = Instant::now();
    desk.till(&command).exits(0);
    begun.elapsed()
}

/// Any moment of it, and a little later.
fn moment(span: Duration, random: &mut fastrand::Rng) -> Duration {
    span.mul_f64(random.f64() * 1.2)
}

fn kill(desk: &Desk, command: &[String], after: Duration) {
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let args = [&["till", "--json"], &command[..]].concat();
    let mut till = desk.command(&args);
    let mut till = till
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    till.kill().unwrap();
    till.wait().unwrap();
}

/// What a kill left of the command it hit.
fn state(new: &[Value]) -> String {
    match new {
        [] => "nothing".to_owned(),
        [entry] => entry["status"].as_str().unwrap().to_owned(),
        more => panic!("one command made {} transactions", more.len()),
    }
}
