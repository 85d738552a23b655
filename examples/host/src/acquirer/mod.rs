//! Requests in, answers out, and every movement of money in the books before
//! its answer leaves.
//!
//! ```text
//!  Request ─> fields, terminal, keys, MAC ─> pay │ claim │ give back │ reversal ─> Ledger ─> Answer
//!                  30  97 03  77   A0        issuer  original  rest     tombstone
//! ```
//!
//! | refused with | because |
//! |---|---|
//! | 30 | a field is missing, has the wrong form, or must not be there |
//! | 97, 03 | terminal, merchant not known |
//! | 40 | no such transaction here |
//! | 77 | no keys are given out, or the batch is another: sign in |
//! | A0 | F64 is missing or wrong |
//! | 13 | the amount is zero |
//! | 94 | the trace is used in this batch, also by a tombstone |
//! | 30, A7 | chip data that are none, or not with the card's own cryptogram |
//! | 99, 55, 61, 51 | the issuer: PIN form, PIN, limit, balance |
//! | 25 | the original of a void or reversal is not there |
//! | 12 | the original was voided, refunded, completed, reversed or declined |
//! | 61 | a completion takes more than 115 % of what is held, a refund gives back more than is left |
//! | 64, 14 | amount or card is not the original's |
//!
//! Follows unionpay.md, tables 3.1 and 3.2 and sections 5 and 6.

mod answer;
mod balance;
mod card;
mod chip;
mod code;
mod iso87;
mod issuer;
mod money;
mod refund;
mod request;
mod settlement;
mod undo;

pub use answer::Answer;
pub use request::{Request, Unreadable};

use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::fault::{Misdeed, Orders};
use crate::ledger::{Change, Entry, Ledger, LedgerError};
use crate::settings::{Settings, Terminal};
use crate::supply::{KeySet, Supply};
use annul::crypto::{WorkingKeys, mac};
use annul::frame::FrameError;
use annul::iso8583::EncodeError;
use annul::transaction::{Batch, Civil, Kind, ResponseCode};
use answer::Verdict;

/// The simulated acquirer and issuer, with its books.
///
/// ```
/// use annul::frame::Frame;
/// use annul::transaction::Civil;
/// use annul_host::{Acquirer, Orders, Request, Supply};
/// use annul_host::{ledger::MemoryLedger, settings::Settings};
///
/// let mut host = Acquirer::new(Settings::example(), MemoryLedger::new(), Supply::fresh());
/// let echo = b"\x60\x00\x03\x00\x00\x60\x31\x00\x00\x00\x00\x08\x20\0\0\0\0\0\xC0\0\x10\
///              12345678123456789012345\x00\x11\x00\x00\x00\x00\x30\x10";
/// let request = Request::decode(Frame::decode(echo)?)?;
/// let now = Civil::new((2026, 1, 5), (10, 15, 0)).unwrap();
/// let answer = host.answer(now, &request, &Orders::NONE)?;
/// assert_eq!(answer.code().text(), "00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Acquirer<L> {
    settings: Settings,
    ledger: L,
    supply: Supply,
}

/// Why the host has no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum AcquirerError {
    /// The books failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The answer does not fit its fields.
    #[error("answer: {0}; check the [host] table of the host's profile")]
    Encode(#[from] EncodeError),
    /// The answer does not fit a frame.
    #[error("answer: {0}")]
    Frame(#[from] FrameError),
    /// The keys in the books do not belong to the terminal's master key.
    #[error(
        "answer: the stored working keys do not open under the terminal's master key; was it changed? sign in again"
    )]
    Keys,
}

/// A terminal that is known, and the keys it works with.
struct Known<'a> {
    settings: &'a Settings,
    terminal: &'a Terminal,
    batch: Batch,
    keys: WorkingKeys,
}

impl<L: Ledger> Acquirer<L> {
    /// A host with these terminals and cards, books and keys.
    pub const fn new(settings: Settings, ledger: L, supply: Supply) -> Self {
        Self {
            settings,
            ledger,
            supply,
        }
    }

    /// The books.
    pub const fn ledger(&self) -> &L {
        &self.ledger
    }

    /// The settings.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Answers a request; what it changes is booked when this returns. Under
    /// `orders` the host misjudges, forgets, or writes a wrong answer.
    ///
    /// # Errors
    /// [`AcquirerError`] where the books fail: then nothing may be answered.
    pub fn answer(
        &mut self,
        now: Civil,
        request: &Request<'_>,
        orders: &Orders,
    ) -> Result<Answer, AcquirerError> {
        let placed = match request.dialect() {
            Dialect::UnionPayPos => None,
            Dialect::Iso87Ascii => Some(self.place(request)?),
        };
        let request = placed.as_ref().unwrap_or(request);
        let verdict = match self.judge(now, request, orders)? {
            Ok(verdict) => verdict,
            Err(code) => Verdict::refused(code),
        };
        self.write(now, request, &verdict, orders)
    }

    /// A request of a dialect without batches, with the batch it belongs to.
    fn place<'a>(&self, request: &Request<'a>) -> Result<Request<'a>, LedgerError> {
        match self.settings.terminal(request.bytes(41)) {
            Some(terminal) => {
                let open = self.open_batch(terminal)?;
                Ok(request.placed(iso87::place(request, &self.ledger, terminal.id, open)?))
            }
            None => Ok(request.clone()),
        }
    }

    /// What the host makes of a request; a code where it refuses without
    /// booking anything.
    fn judge(
        &mut self,
        now: Civil,
        request: &Request<'_>,
        orders: &Orders,
    ) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
        let terminal = match request
            .check()
            .and_then(|()| known(&self.settings, request))
        {
            Ok(terminal) => terminal.id,
            Err(code) => return Ok(Err(code)),
        };
        let judges = request.exchange().moves_money() || request.exchange().settles();
        if let (Some(code), false) = (orders.verdict(), judges) {
            return Ok(Err(code));
        }
        match request.exchange() {
            Exchange::Echo => Ok(Ok(Verdict::approved())),
            Exchange::SignOff => {
                self.ledger.apply(&[Change::Keys(terminal, &[])])?;
                Ok(Ok(Verdict::approved()))
            }
            Exchange::SignIn => match request.key_set() {
                Some(set) => self.give_keys(request, set),
                None => Ok(Err(code::FORMAT)),
            },
            Exchange::Settlement | Exchange::Upload | Exchange::UploadEnd => {
                self.settle(now, request, orders)
            }
            Exchange::Other => Ok(Err(code::UNSUPPORTED)),
            Exchange::Money(_) | Exchange::Reversal(_) => {
                if orders.has(Misdeed::ChangeKeys) {
                    self.change_keys(request)?;
                }
                self.move_money(now, request, orders)
            }
        }
    }

    /// The end of a batch; its messages have no MAC (unionpay.md 7.2).
    fn settle(
        &mut self,
        now: Civil,
        request: &Request<'_>,
        orders: &Orders,
    ) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
        let terminal = match known(&self.settings, request) {
            Ok(terminal) => terminal,
            Err(code) => return Ok(Err(code)),
        };
        let open = self.open_batch(terminal)?;
        // Where no answer names an organisation all cards add up together.
        let known = request.dialect().profile().domestic;
        let organisation = self.settings.host.organisation.as_str();
        let domestic = known.is_empty() || known.contains(&organisation);
        let ledger = &mut self.ledger;
        match request.exchange() {
            Exchange::Settlement => {
                settlement::compare(ledger, terminal, domestic, now, request, orders)
            }
            Exchange::Upload => settlement::upload(ledger, terminal, now, request, orders),
            _ => settlement::end(ledger, terminal, open, request, orders),
        }
    }

    /// New working keys for a terminal, booked and told.
    fn give_keys(
        &mut self,
        request: &Request<'_>,
        set: KeySet,
    ) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
        let Ok(terminal) = known(&self.settings, request) else {
            return Ok(Err(code::TERMINAL));
        };
        let Some(keys) = self.supply.working_keys(set, &terminal.master_key) else {
            return Ok(Err(code::UNSUPPORTED));
        };
        let batch = self.batch_for(terminal, request)?;
        self.ledger.apply(&[
            Change::Batch(terminal.id, batch),
            Change::Keys(terminal.id, keys.bytes()),
        ])?;
        Ok(Ok(Verdict::keys(keys, batch)))
    }

    /// The batch a terminal has now.
    fn open_batch(&self, terminal: &Terminal) -> Result<Batch, LedgerError> {
        Ok(self.ledger.batch(&terminal.id)?.unwrap_or(terminal.batch))
    }

    /// The batch a sign-in brings. A terminal that names none is new, or lost
    /// its journal: it begins its traces anew, so it gets a batch in which none
    /// of them is used.
    fn batch_for(&self, terminal: &Terminal, request: &Request<'_>) -> Result<Batch, LedgerError> {
        let batch = self.open_batch(terminal)?;
        let used = |entry: &Entry| entry.key.terminal == terminal.id && entry.key.batch == batch;
        let anew = request.batch() == Some(Batch::NONE) && self.ledger.entries()?.iter().any(used);
        let next = Batch::new(batch.number() + 1).unwrap_or(Batch::FIRST);
        Ok(if anew { next } else { batch })
    }

    /// New working keys that the terminal is not told of.
    fn change_keys(&mut self, request: &Request<'_>) -> Result<(), LedgerError> {
        let Ok(terminal) = known(&self.settings, request) else {
            return Ok(());
        };
        let Some(held) = self.ledger.working_keys(&terminal.id)? else {
            return Ok(());
        };
        let set = match held.len() {
            24 => KeySet::Single,
            40 => KeySet::Double,
            _ => KeySet::DoubleWithTrack,
        };
        match self.supply.working_keys(set, &terminal.master_key) {
            Some(keys) => self
                .ledger
                .apply(&[Change::Keys(terminal.id, keys.bytes())]),
            None => Ok(()),
        }
    }

    /// Checks who sends and that it is whole, then turns to the kind.
    fn move_money(
        &mut self,
        now: Civil,
        request: &Request<'_>,
        orders: &Orders,
    ) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
        let terminal = match known(&self.settings, request) {
            Ok(terminal) => terminal,
            Err(code) => return Ok(Err(code)),
        };
        let held = self.ledger.working_keys(&terminal.id)?;
        let Some(Ok(keys)) = held.as_deref().map(WorkingKeys::decode) else {
            return Ok(Err(code::SIGN_IN));
        };
        let known = Known {
            settings: &self.settings,
            terminal,
            batch: self.open_batch(terminal)?,
            keys,
        };
        if let Err(code) = known.authenticate(request) {
            return Ok(Err(code));
        }
        let ledger = &mut self.ledger;
        match request.exchange() {
            Exchange::Money(Kind::Refund) => {
                refund::give_back(&known, ledger, now, request, orders)
            }
            Exchange::Money(Kind::BalanceInquiry) => balance::tell(&known, ledger, request, orders),
            Exchange::Money(kind) => match kind.quotes() {
                None => money::pay(&known, ledger, &mut self.supply, now, request, orders, kind),
                Some(_) => {
                    money::claim(&known, ledger, &mut self.supply, now, request, orders, kind)
                }
            },
            _ => undo::reverse(ledger, now, request, orders),
        }
    }
}

impl Known<'_> {
    /// The MAC in F64 must be right under the key the terminal has now.
    fn authenticate(&self, request: &Request<'_>) -> Result<(), ResponseCode> {
        let (covered, received) = request.mac().ok_or(code::MAC)?;
        let key = self.keys.mac().unwrap(&self.terminal.master_key);
        let key = key.map_err(|_| code::SIGN_IN)?;
        let checked = mac::verify(self.terminal.mac, &key, covered, received, ());
        match checked {
            Ok(Ok(_)) => Ok(()),
            _ => Err(code::MAC),
        }
    }
}

/// The terminal that F41 names, if F42 is its merchant.
fn known<'a>(settings: &'a Settings, request: &Request<'_>) -> Result<&'a Terminal, ResponseCode> {
    let terminal = settings.terminal(request.bytes(41)).ok_or(code::TERMINAL)?;
    if request.bytes(42) == terminal.merchant_id.bytes() {
        Ok(terminal)
    } else {
        Err(code::MERCHANT)
    }
}
