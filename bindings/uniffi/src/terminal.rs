use crate::command::trace;
use crate::error::AnnulError;
use crate::input::{Input, Now};
use crate::output::Output;
use crate::report::{Choice, Standing, Totals, Transaction};
use crate::setup::Setup;
use crate::step::Machine;
use annul::transaction::RequestId;
use std::sync::{Arc, Mutex, MutexGuard};

/// A terminal over its journal. Nothing is sent before the first step.
///
/// ```text
///  loop: for each output of step(now, input), in order:
///          do it, and give what came of it to the next step
///        last output Wait: wait for bytes or its time; Rest: wait for a command
/// ```
#[derive(uniffi::Object)]
pub struct Terminal {
    machine: Mutex<Machine>,
}

#[uniffi::export]
impl Terminal {
    /// Reads the journal. The file stays locked until the terminal is closed.
    #[uniffi::constructor]
    pub fn open(setup: Setup) -> Result<Arc<Self>, AnnulError> {
        let machine = Mutex::new(Machine::open(setup)?);
        Ok(Arc::new(Self { machine }))
    }

    /// Takes what happened and gives what is to be done. A command while
    /// another is under way is an error and changes nothing.
    pub fn step(&self, now: Now, input: Input) -> Result<Vec<Output>, AnnulError> {
        let now = now.checked()?;
        self.machine()?.step(now, input)
    }

    /// The transaction of a request id; none where it was never begun.
    pub fn by_request(&self, request: &str) -> Result<Option<Transaction>, AnnulError> {
        let tag = RequestId::new(request)?.tag();
        let machine = self.machine()?;
        let entry = machine.ledger().by_request(tag);
        Ok(entry.map(|entry| machine.transaction(entry)))
    }

    /// The newest transaction of a trace number.
    pub fn by_trace(&self, number: i32) -> Result<Option<Transaction>, AnnulError> {
        let trace = trace(number)?;
        let machine = self.machine()?;
        let entry = machine.ledger().by_trace(trace);
        Ok(entry.map(|entry| machine.transaction(entry)))
    }

    /// Every transaction, oldest first.
    pub fn transactions(&self) -> Result<Vec<Transaction>, AnnulError> {
        let machine = self.machine()?;
        let entries = machine.ledger().entries().iter();
        Ok(entries.map(|entry| machine.transaction(entry)).collect())
    }

    /// What the batch adds up to.
    pub fn totals(&self) -> Result<Totals, AnnulError> {
        Ok(Totals::of(self.machine()?.ledger().totals().all()))
    }

    /// What may be done about the newest transaction of a trace number, and why
    /// not, by the guards that the command itself will meet. Nothing is begun.
    pub fn options(&self, number: i32) -> Result<Vec<Choice>, AnnulError> {
        self.machine()?.options(trace(number)?)
    }

    /// How the terminal stands.
    pub fn standing(&self) -> Result<Standing, AnnulError> {
        Ok(Standing::of(self.machine()?.ledger()))
    }
}

impl Terminal {
    /// After a panic nobody knows what the memory holds; the journal does.
    fn machine(&self) -> Result<MutexGuard<'_, Machine>, AnnulError> {
        self.machine.lock().map_err(|_| AnnulError::broken())
    }
}
