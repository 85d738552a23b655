//! A desk with a till and a host in a folder of its own. All that is printed
//! is kept, and searched for secrets when the desk is left.
#![allow(dead_code, unreachable_pub)] // each test file uses a part of it

mod audit;
pub mod vectors;

pub use audit::assert_agree;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// UnionPay test cards.
pub const PAN: &str = "6224242900000113";
pub const TRACK: &str = "6224242900000113=28062019031013";
pub const LONG_PAN: &str = "6216261000000000018";
/// Unlike any number that a till prints.
pub const PIN: &str = "493827";
pub const MASTER_KEY: &str = "0123456789ABCDEFFEDCBA9876543210";
pub const SUPERVISOR: &str = "00:123456";

pub struct Desk {
    folder: TempDir,
    host: Option<HostProcess>,
    hosts: u32,
    printed: Mutex<Vec<u8>>,
}

struct HostProcess {
    child: Child,
    /// Where it tells what happens. A file, so that a line is there as soon as
    /// the host has written it, which is before it answers.
    log: PathBuf,
}

/// What a command printed, and its exit status.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON object on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Failed with status 1, nothing on standard output, and this advice.
    #[track_caller]
    pub fn fails(&self, advice: &str) {
        self.exits(1);
        assert_eq!(self.out, "", "{self:?}");
        assert!(
            self.err.contains(advice),
            "{advice:?} is not said: {self:?}"
        );
        let panicked = self.err.contains("panicked") || self.err.contains("defect");
        assert!(!panicked, "{self:?}");
    }
}

impl Ran {
    /// As [`Ran::fails`], and not in English: no two words in a row are.
    #[track_caller]
    pub fn fails_in_chinese(&self, advice: &str) {
        self.fails(advice);
        let english = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        let words: Vec<&str> = self.err.split([' ', ',', ';', ':']).collect();
        let said =
            (words.windows(2)).find(|pair| pair.iter().all(|word| word.len() > 1 && english(word)));
        assert_eq!(said, None, "{self:?}");
    }
}

impl Desk {
    /// A folder with the settings that `init` writes, secrets and waits of its
    /// own; nobody listens yet.
    pub fn bare() -> Self {
        let desk = Self {
            folder: TempDir::new().unwrap(),
            host: None,
            hosts: 0,
            printed: Mutex::default(),
        };
        desk.annul(&["till", "init", "till.toml"]).exits(0);
        desk.annul(&["host", "init", "host.toml"]).exits(0);
        let example_key = "1".repeat(32);
        desk.edit("till.toml", &example_key, MASTER_KEY);
        desk.edit("host.toml", &example_key, MASTER_KEY);
        desk.edit("host.toml", "pin = \"123456\"", &format!("pin = \"{PIN}\""));
        desk.edit("till.toml", "\"60s\"", "\"1500ms\"");
        desk.edit("till.toml", "\"1s\"", "\"20ms\"");
        desk.edit("till.toml", "\"120s\"", "\"100ms\"");
        desk
    }

    /// The same with a host that misbehaves like this.
    pub fn with_host(faults: &[&str]) -> Self {
        let mut desk = Self::bare();
        desk.start_host(faults);
        desk
    }

    /// The same, signed in.
    pub fn signed_in(faults: &[&str]) -> Self {
        let desk = Self::with_host(faults);
        desk.till(&["sign-in"]).exits(0);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }

    /// Starts the host on a free port and tells the till where it is.
    pub fn start_host(&mut self, faults: &[&str]) {
        let mut command = self.command(&["host", "--listen", "127.0.0.1:0"]);
        for fault in faults {
            command.args(["--fault", fault]);
        }
        self.hosts += 1;
        let log = self.path(&format!("host-{}.log", self.hosts));
        let words = std::fs::File::create(&log).unwrap();
        let child = command.stderr(words).stdout(Stdio::null()).spawn();
        let child = child.unwrap();
        let begun = Instant::now();
        let first = loop {
            let told = std::fs::read_to_string(&log).unwrap();
            if let Some((first, _)) = told.split_once('\n') {
                break first.to_owned();
            }
            assert!(begun.elapsed().as_secs() < 20, "the host says nothing");
            std::thread::sleep(Duration::from_millis(5));
        };
        let address = first.strip_prefix("listening on ").expect(&first);
        let address = address.split(' ').next().unwrap().to_owned();
        let text = std::fs::read_to_string(self.path("till.toml")).unwrap();
        let old = text.lines().find(|line| line.starts_with("address"));
        self.edit("till.toml", old.unwrap(), &format!("address = {address:?}"));
        self.host = Some(HostProcess { child, log });
    }

    /// Ends the host as Ctrl-C does; its exit status.
    pub fn stop_host(&mut self) -> Option<i32> {
        let mut host = self.host.take()?;
        let id = host.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        let status = host.child.wait().unwrap();
        let told = std::fs::read(&host.log).unwrap();
        self.printed.lock().unwrap().extend(told);
        status.code()
    }

    /// What was printed so far, the host's log too.
    pub fn printed(&self) -> String {
        let mut printed = self.printed.lock().unwrap().clone();
        if let Some(host) = &self.host {
            printed.extend(std::fs::read(&host.log).unwrap());
        }
        String::from_utf8_lossy(&printed).into_owned()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_annul"));
        command
            .current_dir(self.folder.path())
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env("LANG", "C")
            .args(args)
            .stdin(Stdio::null());
        command
    }

    pub fn annul(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        let mut printed = self.printed.lock().unwrap();
        printed.extend(&output.stdout);
        printed.extend(&output.stderr);
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A till command with `--json`.
    pub fn till(&self, args: &[&str]) -> Ran {
        self.annul(&[&["till", "--json"], args].concat())
    }

    pub fn sale(&self, amount: &str, more: &[&str]) -> Ran {
        self.till(&[&["sale", "--amount", amount, "--track2", TRACK], more].concat())
    }

    pub fn void(&self, trace: &str, more: &[&str]) -> Ran {
        let void = ["void", "--trace", trace, "--reason", "customer-request"];
        self.till(&[&void[..], &["--supervisor", SUPERVISOR], more].concat())
    }

    pub fn refund(&self, trace: &str, amount: &str, more: &[&str]) -> Ran {
        let refund = ["refund", "--trace", trace, "--amount", amount];
        let card = ["--track2", TRACK, "--reason", "customer-request"];
        let allowed = ["--supervisor", SUPERVISOR];
        self.till(&[&refund[..], &card, &allowed, more].concat())
    }

    /// Every line of `unresolved --json`.
    #[track_caller]
    pub fn unresolved(&self, exit: i32) -> Vec<Value> {
        lines(self.till(&["unresolved"]).exits(exit))
    }

    pub fn resolve(&self, id: &str, verdict: &str) -> Ran {
        let word = ["resolve", "--request-id", id, "--verdict", verdict];
        let by = ["--note", "acquirer, case 7", "--supervisor", SUPERVISOR];
        self.till(&[&word[..], &by].concat())
    }

    /// Behind the host's back an approved sale goes out of its books; whether
    /// there was one.
    pub fn lose_at_the_host(&self, batch: &str, trace: &str) -> bool {
        let books = rusqlite::Connection::open(self.path("host.db")).unwrap();
        books.busy_timeout(Duration::from_secs(20)).unwrap();
        let sale = "DELETE FROM entry WHERE batch = ?1 AND trace = ?2 AND kind = 'sale' \
            AND status = 'approved'";
        let key: [u32; 2] = [batch, trace].map(|number| number.parse().unwrap());
        books.execute(sale, key).unwrap() == 1
    }

    /// Every line of `journal --json`.
    #[track_caller]
    pub fn journal(&self) -> Vec<Value> {
        lines(self.till(&["journal"]).exits(0))
    }

    /// Every line of the host's books.
    #[track_caller]
    pub fn books(&self) -> Vec<Value> {
        lines(self.annul(&["host", "ledger", "--json"]).exits(0))
    }

    /// Entry by entry and in sum, the till and the host say the same.
    #[track_caller]
    pub fn assert_agreement(&self) {
        let (till, host) = (self.journal(), self.books());
        assert_agree(&till, &host);
    }

    /// How many exchanges the host has seen, by its log.
    pub fn exchanges(&self) -> usize {
        let printed = self.printed();
        let seen = printed
            .lines()
            .filter(|line| line.starts_with("127.0.0.1:"));
        seen.count()
    }
}

fn lines(ran: &Ran) -> Vec<Value> {
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

impl Drop for Desk {
    fn drop(&mut self) {
        let code = self.stop_host();
        if !std::thread::panicking() {
            assert!(
                matches!(code, None | Some(0)),
                "the host ended with {code:?}"
            );
            audit::assert_no_secrets("output", &self.printed.lock().unwrap());
            for file in files(self.folder.path()) {
                // The settings hold keys and the host's test cards, by design.
                if file.extension().is_none_or(|extension| extension != "toml") {
                    let bytes = std::fs::read(&file).unwrap();
                    audit::assert_no_secrets(&file.display().to_string(), &bytes);
                }
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).collect()
}
