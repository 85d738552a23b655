//! The loop inside `step`: what the core asks is done here, journal and
//! software keys, or handed out; a command ends when nothing is under way.

mod act;
mod answer;
mod run;
mod track;

use crate::command::Command;
use crate::error::AnnulError;
use crate::input::Input;
use crate::output::Output;
use crate::report::{Choice, Transaction};
use crate::setup::{Keys, Setup};
use annul::crypto::SecurityFault;
use annul::driver;
use annul::engine::{Refusal, State};
use annul::journal::{Journal, SqliteError, SqliteJournal};
use annul::ledger::{Entry, Ledger};
use annul::profile::UNIONPAY_POS;
use annul::terminal::{self as core, LinkId, Now};
use annul::text;
use annul::transaction::Trace;
use answer::Question;
use run::Running;
use std::path::Path;
use track::Tracks;

type Terminal = core::Terminal<Vec<Entry>, Vec<u8>>;

/// Bytes of a message buffer: the largest frame of the dialect is about 1 KB.
const BUFFER: usize = 2048;

/// The terminal with what it needs inside.
pub(crate) struct Machine {
    terminal: Terminal,
    journal: SqliteJournal,
    keys: Keys,
    language: text::Language,
    running: Running,
    question: Question,
    tracks: Tracks,
    failure: Option<SqliteError>,
    refused_keys: Option<SecurityFault>,
    outputs: Vec<Output>,
}

impl Machine {
    pub(crate) fn open(setup: Setup) -> Result<Self, AnnulError> {
        let (station, operator) = (setup.station()?, setup.operator()?);
        let (capacity, settings) = (setup.capacity()?, setup.settings.checked()?);
        let tracks = Tracks::sent(setup.track_protection()?);
        let keys = setup.security.into_keys()?;
        let mut journal = SqliteJournal::open(Path::new(&setup.journal))?;
        let ledger = driver::replay(&mut journal, &UNIONPAY_POS, capacity)?;
        let buffers = [vec![0; BUFFER], vec![0; BUFFER]];
        Ok(Self {
            terminal: Terminal::new(ledger, station, settings, operator, buffers)?,
            journal,
            keys,
            language: setup.language.into(),
            running: Running::None,
            question: Question::default(),
            tracks,
            failure: None,
            refused_keys: None,
            outputs: Vec::new(),
        })
    }

    pub(crate) fn ledger(&self) -> &Ledger<Vec<Entry>> {
        self.terminal.ledger()
    }

    pub(crate) fn transaction(&self, entry: &Entry) -> Transaction {
        Transaction::of(entry, self.language)
    }

    pub(crate) fn options(&self, trace: Trace) -> Result<Vec<Choice>, AnnulError> {
        let choices = self.terminal.options(trace, self.journal.room())?;
        Ok(choices
            .map(|choice| Choice::of(choice, self.language))
            .collect())
    }

    pub(crate) fn step(&mut self, now: Now, input: Input) -> Result<Vec<Output>, AnnulError> {
        self.take(now, input)?;
        self.run(now);
        let until = (self.terminal.deadline()).and_then(|due| i64::try_from(due.0).ok());
        let rests = self.terminal.is_idle() || *self.terminal.state() == State::Faulted;
        self.outputs.push(if rests && self.is_free() {
            Output::Rest { until }
        } else {
            Output::Wait { until }
        });
        Ok(std::mem::take(&mut self.outputs))
    }

    fn is_free(&self) -> bool {
        matches!(self.running, Running::None)
    }

    /// An error here changed nothing.
    fn take(&mut self, now: Now, input: Input) -> Result<(), AnnulError> {
        let event = match input {
            Input::SignIn => return self.queue(Command::SignIn),
            Input::Echo => return self.queue(Command::Echo),
            Input::Sale { sale } => return self.queue(Command::Sale(sale.checked()?)),
            Input::Void { void } => return self.queue(void.checked()?),
            Input::Preauthorize { hold } => {
                return self.queue(Command::Preauthorize(hold.checked()?));
            }
            Input::Hold { hold } => return self.queue(hold.checked()?),
            Input::Refund { refund } => return self.queue(refund.checked()?),
            Input::Balance { inquiry } => return self.queue(inquiry.checked()?),
            Input::Settle => return self.queue(Command::Settle),
            Input::Recover => return self.queue(Command::Recover),
            Input::Resolve { resolution } => return self.queue(resolution.checked()?),
            Input::Cancel if self.cancel_track() => return Ok(()),
            Input::Cancel => core::Input::Cancel,
            Input::Tick => core::Input::Tick,
            Input::Connected { link } => core::Input::Connected(link_of(link)?),
            Input::Sent { link } => core::Input::Sent(link_of(link)?),
            Input::Down { link, doubt } => core::Input::Down(link_of(link)?, doubt.into()),
            Input::Received { link, bytes } => {
                let link = link_of(link)?;
                (self.terminal).handle(now, core::Input::Received(link, &bytes));
                return Ok(());
            }
            answer => return self.take_answer(now, answer),
        };
        self.terminal.handle(now, event);
        Ok(())
    }

    fn queue(&mut self, command: Command) -> Result<(), AnnulError> {
        if self.is_free() {
            self.running = Running::Queued(command);
            Ok(())
        } else {
            Err(Refusal::Busy.into())
        }
    }
}

/// The core tells old connections from the one it has by their numbers.
fn link_of(number: i64) -> Result<LinkId, AnnulError> {
    let number = u32::try_from(number)
        .map_err(|_| AnnulError::range("link: no connection has this number"))?;
    Ok(LinkId::from_number(number))
}
