//! The ready loop for devices with an operating system: it does what the
//! terminal asks, with a journal, a security module, a link and a clock.
//!
//! ```no_run
//! use annul::card::Track2;
//! use annul::crypto::{Algorithm, Key, MasterKey, SoftwareModule};
//! use annul::driver::{Driver, Setup, SystemClock, TcpLink};
//! use annul::engine::Settings;
//! use annul::frame::{Header, Tpdu};
//! use annul::journal::MemoryJournal;
//! use annul::ledger::Entry;
//! use annul::message::{Card, KeyRequest, Station};
//! use annul::profile::UNIONPAY_POS;
//! use annul::terminal::{PinWanted, Sale};
//! use annul::transaction::{Amount, MerchantId, OperatorId, RequestId, TerminalId};
//!
//! let setup = Setup {
//!     profile: &UNIONPAY_POS,
//!     station: Station {
//!         terminal: TerminalId::literal(*b"12345678"),
//!         merchant: MerchantId::literal(*b"123456789012345"),
//!         tpdu: Tpdu::new([0x60, 0x00, 0x03, 0x00, 0x00]),
//!         header: Header::new([0x60, 0x31, 0x00, 0x00, 0x00, 0x00]),
//!         key_request: KeyRequest::DoubleWithTrack,
//!     },
//!     settings: Settings::DEFAULT,
//!     operator: OperatorId::literal(*b"01"),
//!     capacity: 1000,
//! };
//! let master = MasterKey::new(Key::des_hex("11111111111111111111111111111111")?);
//! let module = SoftwareModule::new(master, Algorithm::UnionPayEcb);
//! let (link, clock) = (TcpLink::new("127.0.0.1:8583"), SystemClock::new());
//! let mut driver = Driver::open(MemoryJournal::default(), module, link, clock, setup)?;
//! driver.sign_in(&mut |_| {})?;
//! let sale = Sale {
//!     request: RequestId::new("order-17")?,
//!     amount: Amount::parse("12.34")?,
//!     card: Card::Swiped(Track2::parse("6224242900000113=28062019031013")?),
//!     pin: PinWanted::No,
//! };
//! let number = driver.sale(sale, &mut |news| println!("{news:?}"))?;
//! println!("{:?}", driver.ledger().entry(number).map(Entry::outcome));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod link;
mod run;
mod settlement;

use crate::crypto::{SecurityFault, SecurityModule};
use crate::engine::{Choice, Notice, Refusal, Resolution, Settings};
use crate::iso8583::value::TrackProtection;
use crate::journal::{Journal, Replay, ReplayError, Seq};
use crate::ledger::{Entry, Ledger};
use crate::message::{Card, ProtectedTrack, Station};
use crate::profile::Profile;
use crate::terminal::{Begun, Hold, Inquiry, News, Now, Refund, Sale, Terminal, Void};
use crate::transaction::{Batch, OperatorId, RequestId, ResponseCode, Trace};
use alloc::vec;
use alloc::vec::Vec;
pub use clock::{Clock, SystemClock};
pub use link::{Connected, Heard, Link, LinkError, TcpLink};
pub use settlement::{Settled, last_settlement};

/// Bytes of a message buffer: the largest frame of the dialect is about 1 KB.
const BUFFER: usize = 2048;

/// What a driver is opened with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The host's dialect.
    pub profile: &'static Profile,
    /// What the terminal says of itself.
    pub station: Station,
    /// Times and limits.
    pub settings: Settings,
    /// Who is signed in.
    pub operator: OperatorId,
    /// How many transactions the ledger holds.
    pub capacity: usize,
}

/// Why a command ended without an outcome.
#[derive(Debug, thiserror::Error)]
pub enum DriverError<E: core::error::Error + 'static> {
    /// The command was not begun, or given up before anything was recorded.
    #[error(transparent)]
    Refused(Refusal),
    /// The journal is not trusted.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The journal's store failed. What was recorded before is safe; open the
    /// journal again and recover.
    #[error(transparent)]
    Journal(E),
    /// The security module does not take the keys.
    #[error("keys: {0}")]
    Keys(SecurityFault),
}

/// How a sign-in or an echo test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It succeeded; the batch is the host's.
    Yes(Batch),
    /// The host declined, or did not answer.
    No(Option<ResponseCode>),
}

/// What the host says of a balance inquiry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InquiryAnswer {
    /// Field 39; none where no answer came that can be believed.
    pub code: Option<ResponseCode>,
    /// Field 54: minor units, below zero where the holder owes them.
    pub balance: Option<i64>,
}

/// Takes news as they come: progress for an operator.
pub type Watch<'w> = &'w mut dyn FnMut(News);

/// Its table and its buffers are on the heap.
type Till = Terminal<Vec<Entry>, Vec<u8>>;

/// A terminal with all that it needs.
pub struct Driver<J: Journal, S, L, C> {
    terminal: Till,
    journal: J,
    security: S,
    link: L,
    clock: C,
    tracks: TrackProtection,
    failure: Option<J::Error>,
}

impl<J, S, L, C> Driver<J, S, L, C>
where
    J: Journal,
    J::Error: 'static,
    S: SecurityModule,
    L: Link,
    C: Clock,
{
    /// Reads the journal and is ready; nothing is sent yet.
    pub fn open(
        mut journal: J,
        security: S,
        link: L,
        clock: C,
        setup: Setup,
    ) -> Result<Self, DriverError<J::Error>> {
        let ledger = replay(&mut journal, setup.profile, setup.capacity)?;
        let buffers = [vec![0; BUFFER], vec![0; BUFFER]];
        let Setup {
            station,
            settings,
            operator,
            ..
        } = setup;
        let terminal = Terminal::new(ledger, station, settings, operator, buffers)?;
        Ok(Self {
            terminal,
            journal,
            security,
            link,
            clock,
            tracks: TrackProtection::Clear,
            failure: None,
        })
    }

    /// How every transaction stands.
    pub fn ledger(&self) -> &Ledger<Vec<Entry>> {
        self.terminal.ledger()
    }

    /// The terminal, to look at.
    pub fn terminal(&self) -> &Terminal<Vec<Entry>, Vec<u8>> {
        &self.terminal
    }

    /// The journal, to read records from.
    pub fn journal(&mut self) -> &mut J {
        &mut self.journal
    }

    /// The security module, to enter a PIN into a software one.
    pub fn security(&mut self) -> &mut S {
        &mut self.security
    }

    /// The line, to look at.
    pub fn link(&self) -> &L {
        &self.link
    }

    /// Whether tracks are sent in clear, which is how a driver begins, or
    /// enciphered under the track key of the sign-in (60.3 = 004): a parameter
    /// of the acquirer. Where they shall be enciphered and cannot be, a sale is
    /// refused, and without a track key the terminal wants a sign-in; nothing
    /// goes out in clear.
    pub fn protect_tracks(&mut self, tracks: TrackProtection) {
        self.tracks = tracks;
    }

    /// The time, as the terminal sees it.
    pub fn now(&mut self) -> Now {
        self.clock.now()
    }

    /// Signs in: fetches working keys and the batch number. It goes first
    /// where the journal's keys do not load, and finishes what was left.
    pub fn sign_in(&mut self, watch: Watch<'_>) -> Result<Answered, DriverError<J::Error>> {
        self.start_unless_keys_fail(watch)?;
        self.management(watch, Terminal::sign_in)
    }

    /// Asks the host whether it is there.
    pub fn echo(&mut self, watch: Watch<'_>) -> Result<Answered, DriverError<J::Error>> {
        self.start_unless_keys_fail(watch)?;
        self.management(watch, Terminal::echo)
    }

    /// Sells. Returns when the outcome is known, or, where it is not, when its
    /// reversal has come to rest; the outcome is in the entry of the number.
    pub fn sale(&mut self, sale: Sale, watch: Watch<'_>) -> Result<Seq, DriverError<J::Error>> {
        self.pay(sale, Till::begin_sale, watch)
    }

    /// Holds an amount on a card 预授权; returns as [`Driver::sale`] does.
    pub fn preauthorize(
        &mut self,
        hold: Sale,
        watch: Watch<'_>,
    ) -> Result<Seq, DriverError<J::Error>> {
        self.pay(hold, Till::begin_preauthorization, watch)
    }

    fn pay(
        &mut self,
        sale: Sale,
        begin: fn(&mut Till, Now, Sale, usize) -> Result<Begun, Refusal>,
        watch: Watch<'_>,
    ) -> Result<Seq, DriverError<J::Error>> {
        let request = sale.request;
        self.start_for(request, watch)?;
        let sale = Sale {
            card: self.protected(request, sale.card)?,
            ..sale
        };
        let (now, room) = (self.clock.now(), self.journal.room());
        let order = begin(&mut self.terminal, now, sale, room);
        self.finish(request, order, watch)
    }

    /// Voids or completes a pre-authorization; returns as [`Driver::sale`] does.
    pub fn hold(&mut self, hold: Hold, watch: Watch<'_>) -> Result<Seq, DriverError<J::Error>> {
        let request = hold.request;
        self.start_for(request, watch)?;
        let hold = Hold {
            card: self.protected(request, hold.card)?,
            ..hold
        };
        let (now, room) = (self.clock.now(), self.journal.room());
        let begun = self.terminal.begin_hold(now, hold, room);
        self.finish(request, begun, watch)
    }

    /// Gives back what a sale or a completion took, or a part of it; returns as
    /// [`Driver::sale`] does. Where the outcome stays unknown, the entry is
    /// `Unresolved`: ask the acquirer, then [`Driver::resolve`].
    pub fn refund(
        &mut self,
        refund: Refund,
        watch: Watch<'_>,
    ) -> Result<Seq, DriverError<J::Error>> {
        let request = refund.request;
        self.start_for(request, watch)?;
        let refund = Refund {
            card: self.protected(request, refund.card)?,
            ..refund
        };
        let (now, room) = (self.clock.now(), self.journal.room());
        let begun = self.terminal.begin_refund(now, refund, room);
        self.finish(request, begun, watch)
    }

    /// Asks for the balance of a card; nothing is recorded.
    pub fn balance(
        &mut self,
        inquiry: Inquiry,
        watch: Watch<'_>,
    ) -> Result<InquiryAnswer, DriverError<J::Error>> {
        self.start(watch)?;
        let inquiry = Inquiry {
            card: self.enciphered(inquiry.card)?,
            ..inquiry
        };
        let now = self.clock.now();
        let begun = self.terminal.begin_inquiry(now, inquiry);
        begun.map_err(DriverError::Refused)?;
        let mut answer = InquiryAnswer::default();
        let mut refused = None;
        self.run_until(
            &mut |news| {
                match news {
                    News::Notice(Notice::Balance { code, balance }) => {
                        answer = InquiryAnswer { code, balance };
                    }
                    News::Refused(refusal) => refused = Some(refusal),
                    _ => {}
                }
                watch(news);
            },
            Terminal::is_idle,
        )?;
        match refused {
            Some(refusal) => Err(DriverError::Refused(refusal)),
            None => Ok(answer),
        }
    }

    /// Voids a sale or a completion; returns as [`Driver::sale`] does.
    pub fn void(&mut self, void: Void, watch: Watch<'_>) -> Result<Seq, DriverError<J::Error>> {
        let request = void.request;
        self.start_for(request, watch)?;
        let void = Void {
            card: void
                .card
                .map(|card| self.protected(request, card))
                .transpose()?,
            ..void
        };
        let (now, room) = (self.clock.now(), self.journal.room());
        let begun = self.terminal.begin_void(now, void, room);
        self.finish(request, begun, watch)
    }

    /// What may be done about the transaction of a trace, and why not; see
    /// [`Terminal::options`]. Sends nothing and writes nothing.
    pub fn options(&self, trace: Trace) -> Result<impl Iterator<Item = Choice> + '_, Refusal> {
        self.terminal.options(trace, self.journal.room())
    }

    /// Works until nothing is pending or provisional; tries parked reversals
    /// once more, too. What is still parked afterwards stays in the ledger.
    pub fn recover(&mut self, watch: Watch<'_>) -> Result<(), DriverError<J::Error>> {
        self.start(watch)?;
        let now = self.clock.now();
        self.terminal.recover(now).map_err(DriverError::Refused)?;
        self.run_until(watch, Terminal::is_recovered)
    }

    /// Ends a parked transaction by a supervisor's word.
    pub fn resolve(
        &mut self,
        resolution: &Resolution,
        watch: Watch<'_>,
    ) -> Result<Seq, DriverError<J::Error>> {
        self.start(watch)?;
        let now = self.clock.now();
        let entry = self
            .terminal
            .resolve(now, resolution)
            .map_err(DriverError::Refused)?;
        self.run_until(watch, Terminal::is_idle)?;
        Ok(entry)
    }

    /// A request that came to rest is answered from the journal, without a
    /// word to the host.
    fn start_for(
        &mut self,
        request: RequestId,
        watch: Watch<'_>,
    ) -> Result<(), DriverError<J::Error>> {
        let entry = self.ledger().by_request(request.tag());
        match entry {
            Some(entry) if !entry.status().is_under_way() => Ok(()),
            _ => self.start(watch),
        }
    }

    /// A stripe with its track enciphered, where that is wanted. A request that
    /// is known already is answered without its card, and needs no key.
    fn protected(&mut self, request: RequestId, card: Card) -> Result<Card, DriverError<J::Error>> {
        if self.ledger().by_request(request.tag()).is_some() {
            return Ok(card);
        }
        self.enciphered(card)
    }

    fn enciphered(&mut self, card: Card) -> Result<Card, DriverError<J::Error>> {
        let (TrackProtection::Enciphered, Card::Swiped(track)) = (self.tracks, &card) else {
            return Ok(card);
        };
        let sent = ProtectedTrack::new(track, |packed| self.security.encrypt_track(packed));
        sent.map(Card::SwipedProtected).map_err(|fault| {
            DriverError::Refused(match fault {
                SecurityFault::NoKeys => Refusal::SignInRequired,
                fault => Refusal::Security(fault),
            })
        })
    }

    fn finish(
        &mut self,
        request: RequestId,
        begun: Result<Begun, Refusal>,
        watch: Watch<'_>,
    ) -> Result<Seq, DriverError<J::Error>> {
        match begun.map_err(DriverError::Refused)? {
            Begun::Known(seq) => Ok(seq),
            Begun::New => {
                let mut refused = None;
                self.run_until(
                    &mut |news| {
                        if let News::Refused(refusal) = news {
                            refused = Some(refusal);
                        }
                        watch(news);
                    },
                    Terminal::is_idle,
                )?;
                let entry = self.terminal.ledger().by_request(request.tag());
                let refusal = refused.unwrap_or(Refusal::StorageFault);
                entry.map(Entry::seq).ok_or(DriverError::Refused(refusal))
            }
        }
    }
}

/// Folds a journal into a ledger; nothing in it is changed.
pub fn replay<J: Journal>(
    journal: &mut J,
    profile: &'static Profile,
    capacity: usize,
) -> Result<Ledger<Vec<Entry>>, DriverError<J::Error>>
where
    J::Error: 'static,
{
    journal.check().map_err(DriverError::Journal)?;
    let mut ledger = Ledger::new(vec![Entry::EMPTY; capacity], profile);
    let mut replay = Replay::new(J::ATOMIC);
    let mut read = Ok(());
    journal
        .replay(&mut |bytes| {
            if read.is_ok() {
                read = ledger.replay(&mut replay, bytes);
            }
        })
        .map_err(DriverError::Journal)?;
    read?;
    ledger.replayed(replay)?;
    Ok(ledger)
}
