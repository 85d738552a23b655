//! Where the story plays: a folder, a host on a free port, and the till as
//! processes.

use super::Pace;
use super::books::{Books, Side};
use super::message::{self, Message};
use super::scene::Scene;
use super::screen;
use crate::exit::{Failure, because};
use crate::output::Manner;
use crate::{config, progress};
use annul::text::Language;
use annul_host::ledger::{Ledger, MemoryLedger};
use annul_host::settings::Settings;
use annul_host::{Acquirer, Event, Fault, FaultPlan, Host, Limits, Server, Supply};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// All that the story needs; it is gone when this is dropped.
pub(super) struct Stage {
    manner: Manner,
    folder: TempDir,
    program: PathBuf,
    server: Server<MemoryLedger>,
    told: Sender<Told>,
    hears: Receiver<Told>,
}

/// What is seen while the till works.
enum Told {
    /// A message on the line.
    Message(Message),
    /// A line of the till's log.
    Note(String),
}

/// How a till's command ended.
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) outcome: String,
    pub(super) words: String,
}

/// A request that is to be cut off must come in this time.
const PATIENCE: Duration = Duration::from_secs(20);
const BEAT: Duration = Duration::from_millis(50);

impl Stage {
    /// Starts the host and writes the till's settings.
    pub(super) fn set(pace: Pace, manner: Manner) -> Result<Self, Failure> {
        let (told, hears) = mpsc::channel();
        let acquirer = Acquirer::new(Settings::example(), MemoryLedger::new(), Supply::fresh());
        let host = Host::new(acquirer, FaultPlan::new([]));
        let (log, language) = (told.clone(), manner.language);
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Server::start(any, host, Limits::default(), move |_, event| {
            if let Event::Exchanged(exchanged) = event {
                for message in message::both(exchanged, language) {
                    // Nobody listens any more once the story is over.
                    let _ = log.send(Told::Message(message));
                }
            }
        });
        let server =
            server.map_err(|error| Failure::new(format!("no port to listen on: {error}")))?;
        let folder = TempDir::with_prefix("annul-demo-").map_err(because)?;
        let settings = config::EXAMPLE
            .replace("127.0.0.1:8583", &server.local_addr().to_string())
            .replace("\"60s\"", &format!("{:?}", pace.response_timeout))
            .replace("\"1s\"", "\"200ms\"")
            .replace("\"120s\"", &format!("{:?}", pace.guard));
        std::fs::write(folder.path().join("till.toml"), settings).map_err(because)?;
        Ok(Self {
            manner,
            folder,
            program: std::env::current_exe().map_err(because)?,
            server,
            told,
            hears,
        })
    }

    pub(super) fn manner(&self) -> Manner {
        self.manner
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// Something will go wrong.
    pub(super) fn order(&self, fault: &str) -> Result<(), Failure> {
        let fault: Fault = fault.parse().map_err(because)?;
        self.server.host().order(fault);
        Ok(())
    }

    /// The till does a command, and all that happens is shown.
    pub(super) fn act(&self, scene: &Scene) -> Result<Ended, Failure> {
        let mut child = self.till(scene.command)?;
        let mut quiet = Instant::now();
        let status = loop {
            match self.hears.recv_timeout(BEAT) {
                Ok(told) => {
                    self.show(told);
                    quiet = Instant::now();
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let what = self.manner.pick("终端等待中", "the till is waiting");
                    progress::draw(what, quiet.elapsed());
                }
            }
            if let Some(status) = child.try_wait().map_err(because)? {
                break status;
            }
        };
        self.show_the_rest();
        let mut text = String::new();
        if let Some(mut output) = child.stdout.take() {
            output.read_to_string(&mut text).map_err(because)?;
        }
        let report: Value = serde_json::from_str(text.trim()).unwrap_or_default();
        let language = match self.manner.language {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Ended {
            code: status.code(),
            outcome: word(&report["outcome"]),
            words: word(&report["message"][language]),
        })
    }

    /// The till begins a command and is killed once its request was sent.
    pub(super) fn cut(&self, scene: &Scene) -> Result<(), Failure> {
        let mut child = self.till(scene.command)?;
        let until = Instant::now() + PATIENCE;
        let mut sent = false;
        while !sent && Instant::now() < until && child.try_wait().map_err(because)?.is_none() {
            if let Ok(told) = self.hears.recv_timeout(BEAT) {
                sent = matches!(told, Told::Message(_));
                self.show(told);
            }
        }
        child.kill().and_then(|()| child.wait()).map_err(because)?;
        self.show_the_rest();
        Ok(())
    }

    /// How the last transaction stands on both sides.
    pub(super) fn last_on_both_sides(&self) -> Result<Side, Failure> {
        let side = self.books()?.sides.pop();
        side.ok_or_else(|| Failure::new("the journal is empty; please report this"))
    }

    /// Both ledgers, entry by entry.
    pub(super) fn books(&self) -> Result<Books, Failure> {
        let output = self.command(&["journal"]).output().map_err(because)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let till = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_default());
        let host = self.server.host().ledger().entries().map_err(because)?;
        Ok(Books::of(&till.collect::<Vec<Value>>(), &host))
    }

    fn command(&self, command: &[&str]) -> Command {
        let mut till = Command::new(&self.program);
        let lang = self.manner.pick("zh", "en");
        till.current_dir(self.folder.path())
            .args(["--lang", lang, "till", "--json"])
            .args(command)
            .stdin(Stdio::null());
        till
    }

    /// Starts a till; its log is told as it comes.
    fn till(&self, command: &[&str]) -> Result<Child, Failure> {
        let mut till = self.command(command);
        let mut child = till
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(because)?;
        if let Some(log) = child.stderr.take() {
            let told = self.told.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(log).lines().map_while(Result::ok) {
                    if told.send(Told::Note(line)).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(child)
    }

    fn show(&self, told: Told) {
        match told {
            Told::Message(message) => screen::message(self.manner, &message),
            Told::Note(line) => screen::note(&line),
        }
    }

    fn show_the_rest(&self) {
        while let Ok(told) = self.hears.recv_timeout(BEAT) {
            self.show(told);
        }
    }
}
