//! Thousands of seeds of tills, a line and a host that do their worst, under
//! an auditor who trusts nobody. A seed that fails becomes a scenario: it means
//! another script as soon as this folder changes.
//!
//! | set | what runs |
//! |---|---|
//! | nothing | the first seeds, and each rare path must be reached |
//! | `ANNUL_SEEDS=n` | so many |
//! | `ANNUL_SEED=n` | this one, and its script is printed |
//! | `ANNUL_SOAK=seconds` | seeds that nobody ran before, for so long; 0 is until told (`cargo xtask soak`) |

mod sim;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// Seeds in the test command.
const SEEDS: u64 = 5_000;
/// Lines of its story that a seed which fails ends with.
const LAST: usize = 60;
/// A soak says so often that it lives.
const NEWS: Duration = Duration::from_mins(1);

#[test]
fn money_is_never_lost_doubled_or_misreported() {
    if let Some(seed) = number("ANNUL_SEED") {
        println!("{}", sim::script(seed));
        check(seed).unwrap_or_else(|failure| panic!("{failure}"));
        return;
    }
    let seeds = number("ANNUL_SEEDS").unwrap_or(SEEDS);
    let sum = run(0, Until::Seeds(seeds));
    println!("{sum}\n{}", sum.marks);
    let missing = sum.marks.missing();
    assert!(
        seeds < SEEDS || missing.is_empty(),
        "paths that no seed reached: {missing:#?}"
    );
}

#[test]
#[ignore = "runs until told: cargo xtask soak"]
fn soak() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // Seeds of a million a second ago are behind; those of the tests are far.
    let first = now.map_or(0, |now| now.as_secs()) << 20;
    let length = number("ANNUL_SOAK").filter(|seconds| *seconds > 0);
    println!("soak: from seed {first} on");
    let sum = run(first, Until::Time(length.map(Duration::from_secs)));
    println!("soak: {sum}");
}

#[test]
fn each_scenario_is_reached_here_or_elsewhere() {
    let unplaced = sim::unplaced();
    assert!(unplaced.is_empty(), "neither, or both: {unplaced:?}");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios");
    let files = std::fs::read_dir(folder).expect("the stories");
    let texts = files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
    let texts: String = texts.collect();
    for (number, why, story) in sim::ELSEWHERE {
        assert!(!why.is_empty(), "scenario {number}");
        if let Some(story) = story {
            let there = texts.contains(&format!("\nscenario {story} "));
            assert!(there, "scenario {number}: no story {story}");
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What many seeds came to.
struct Sum {
    seeds: u64,
    exchanges: u64,
    marks: sim::Marks,
    threads: u64,
    took: Duration,
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            seeds, exchanges, ..
        } = self;
        let millis = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX);
        let rate = exchanges * 1_000 / (millis * self.threads).max(1);
        write!(
            f,
            "{seeds} seeds, {exchanges} exchanges, {rate} a second and core"
        )
    }
}

/// When a run ends, if no seed fails.
#[derive(Clone, Copy)]
enum Until {
    /// After so many.
    Seeds(u64),
    /// After so long, or never: a soak, which says how it goes.
    Time(Option<Duration>),
}

impl Until {
    fn is_over(self, index: u64, start: Instant) -> bool {
        match self {
            Self::Seeds(count) => index >= count,
            Self::Time(length) => length.is_some_and(|length| start.elapsed() >= length),
        }
    }

    /// Whether it is time to say something, after what was said last.
    fn tells(self, told: Instant) -> bool {
        matches!(self, Self::Time(_)) && told.elapsed() > NEWS
    }
}

/// Runs seeds from `first` on, on every core; ends at the first that fails.
fn run(first: u64, until: Until) -> Sum {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let sum = Mutex::new(Sum {
        seeds: 0,
        exchanges: 0,
        marks: sim::Marks::default(),
        threads: threads as u64,
        took: Duration::ZERO,
    });
    let failure = Mutex::new(None);
    let work = || {
        let mut told = start;
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if until.is_over(index, start) {
                break;
            }
            match check(first + index) {
                Ok(report) => {
                    let mut sum = sum.lock().expect("no thread died");
                    sum.seeds += 1;
                    sum.exchanges += report.exchanges;
                    sum.marks.add(&report.marks);
                    if index.is_multiple_of(threads as u64) && until.tells(told) {
                        told = Instant::now();
                        sum.took = start.elapsed();
                        println!("soak: {} s, {sum}", sum.took.as_secs());
                    }
                }
                Err(what) => {
                    failed.store(true, Ordering::Relaxed);
                    failure.lock().expect("no thread died").get_or_insert(what);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    if let Some(failure) = failure.into_inner().expect("no thread died") {
        panic!("{failure}");
    }
    let mut sum = sum.into_inner().expect("no thread died");
    sum.took = start.elapsed();
    sum
}

/// Runs a seed; where a rule is broken, tells the smallest script that does, and
/// its story.
fn check(seed: u64) -> Result<sim::Report, String> {
    let script = sim::script(seed);
    let mut report = sim::run(&script);
    if let Some(first) = report.violations.first() {
        let small = sim::shrink(&script);
        let again = sim::run(&small).violations;
        let again = &again[..again.len().min(5)];
        let story = sim::story(&small);
        let story = story[story.len().saturating_sub(LAST)..].join("\n");
        return Err(format!(
            "seed {seed}, rule {}: {}\nthe smallest script that breaks it:\n{small}{again:#?}\n\
             and what happened last:\n{story}",
            first.rule, first.what
        ));
    }
    // I20: civil time decides nothing; and the same script is the same run.
    if seed.is_multiple_of(16) {
        let still = sim::run(&sim::unset_clock(&script));
        if (&report.outcomes, report.exchanges) != (&still.outcomes, still.exchanges) {
            return Err(format!("seed {seed}, rule I20: the clock decided"));
        }
        // They were exchanged, too.
        report.exchanges += still.exchanges;
    }
    Ok(report)
}
