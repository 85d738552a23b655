//! Thousands of seeds of a till, a line and a host that do their worst, under
//! an auditor who trusts nobody. `ANNUL_SEEDS=n` runs so many seeds,
//! `ANNUL_SEED=n` runs one and prints its script.

mod sim;

use std::time::Instant;

/// Seeds in the test command.
const SEEDS: u64 = 2_000;

/// Seeds that found a bug once, with the bug.
const REGRESSIONS: &[(u64, &str)] = &[
    (
        8,
        "the Debug text of an action showed the bytes of a request, track and all",
    ),
    (
        36,
        "parked reversals found no room in the journal for their outcome (scenario 26)",
    ),
];

#[test]
fn money_is_never_lost_doubled_or_misreported() {
    if let Some(seed) = number("ANNUL_SEED") {
        println!("{}", sim::script(seed));
        check(seed);
        return;
    }
    let seeds = number("ANNUL_SEEDS").unwrap_or(SEEDS);
    let start = Instant::now();
    let mut marks = sim::Marks::default();
    let mut exchanges = 0;
    for seed in 0..seeds {
        let report = check(seed);
        marks.add(&report.marks);
        exchanges += report.exchanges;
    }
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let rate = exchanges * 1_000 / millis.max(1);
    println!("{seeds} seeds, {exchanges} exchanges, {rate} exchanges a second");
    println!("{marks}");
    let missing = marks.missing();
    assert!(
        seeds < SEEDS || missing.is_empty(),
        "paths that no seed reached: {missing:#?}"
    );
}

#[test]
fn seeds_that_found_a_bug_once() {
    for (seed, bug) in REGRESSIONS {
        println!("seed {seed}: {bug}");
        check(*seed);
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs a seed; where a rule is broken, prints the smallest script that does.
fn check(seed: u64) -> sim::Report {
    let script = sim::script(seed);
    let report = sim::run(&script);
    if let Some(first) = report.violations.first() {
        let small = sim::shrink(&script);
        let again = sim::run(&small).violations;
        let again = &again[..again.len().min(5)];
        panic!(
            "rule {}: {}\nthe smallest script that breaks it:\n{small}{again:#?}",
            first.rule, first.what
        );
    }
    // I20: civil time decides nothing; and the same script is the same run.
    if seed.is_multiple_of(16) {
        let still = sim::run(&sim::unset_clock(&script));
        assert_eq!(
            report.outcomes, still.outcomes,
            "seed {seed}: the clock decided"
        );
        assert_eq!(
            report.exchanges, still.exchanges,
            "seed {seed}: the clock decided"
        );
    }
    report
}
