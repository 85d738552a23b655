//! The till: the real terminal, its security module, and a second ledger that
//! is folded from the disk alone.

use super::disk::Disk;
use super::script::{Broken, Pin, Shop};
use annul::card::{MaskedPan, Pin as PinCode};
use annul::crypto::{
    Algorithm, CardOnFile, Key, MacValue, MasterKey, SealedCard, SecurityFault, SecurityModule,
    SoftwareModule,
};
use annul::engine::{Millis, Settings};
use annul::frame::{Header, Tpdu};
use annul::journal::{Replay, ReplayError, Seq};
use annul::ledger::{Entry, Ledger};
use annul::message::{KeyRequest, Station};
use annul::profile::{Profile, UNIONPAY_POS};
use annul::terminal::{Action, Input, Job, LinkId, News, Now, Terminal};
use annul::transaction::{Civil, MerchantId, OperatorId, TerminalId};

/// Card number, track 2, PIN.
pub(crate) const CARDS: [(&str, &str, &str); 2] = [
    (
        "6224242900000113",
        "6224242900000113=28062019031013",
        "123456",
    ),
    (
        "6216261000000000018",
        "6216261000000000018=301220100000000",
        "111111",
    ),
];

/// The place of a card in [`CARDS`].
pub(crate) fn card_of(masked: MaskedPan) -> u8 {
    u8::from(masked.to_string().starts_with("621626"))
}

/// The terminals of the merchant.
pub(crate) const TERMINALS: [[u8; 8]; 2] = [*b"12345678", *b"12345679"];

/// The profile after an update of the software.
static REVISED: Profile = Profile {
    revision: 2,
    ..UNIONPAY_POS
};

/// Which software a till has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Software {
    #[default]
    First,
    Updated,
}

impl Software {
    pub(crate) fn profile(self) -> &'static Profile {
        match self {
            Self::First => &UNIONPAY_POS,
            Self::Updated => &REVISED,
        }
    }
}

/// The terminal under test.
pub(crate) type Machine = Terminal<Vec<Entry>, Vec<u8>>;

/// A till that is switched on.
pub(crate) struct Till {
    pub(crate) terminal: Machine,
    module: SoftwareModule,
    pin: Pin,
    /// Which switching-on this is.
    pub(crate) boot: u32,
    since: u64,
    shadow: Ledger<Vec<Entry>>,
    replay: Replay,
    /// A sealed card did not open.
    pub(crate) poisoned: bool,
    /// The record on its way to the disk.
    pub(crate) writing: Option<(Seq, Vec<u8>)>,
    /// Records confirmed and not written: a saboteur's work.
    pub(crate) owed: Vec<(Seq, Vec<u8>)>,
}

/// An action that borrows nothing.
pub(crate) enum Deed {
    Persist(Seq, Vec<u8>),
    Recall(Job, Seq),
    /// A question to the security module, and what it says.
    Asked(Answered),
    Connect(LinkId),
    Send(LinkId, Vec<u8>),
    Close(LinkId),
    Notify(News),
}

/// What the security module says.
pub(crate) enum Answered {
    Pin(Job, Result<[u8; 8], SecurityFault>),
    Sealed(Job, Result<SealedCard, SecurityFault>),
    Opened(Job, Result<CardOnFile, SecurityFault>),
    Mac(Job, Result<MacValue, SecurityFault>),
    Loaded(Job, Result<(), SecurityFault>),
}

impl Answered {
    pub(crate) fn input(self) -> Input<'static> {
        match self {
            Self::Pin(job, result) => Input::PinBlock(job, result),
            Self::Sealed(job, result) => Input::Sealed(job, result),
            Self::Opened(job, result) => Input::Opened(job, result),
            Self::Mac(job, result) => Input::Mac(job, result),
            Self::Loaded(job, result) => Input::KeysLoaded(job, result),
        }
    }
}

/// The master key of every terminal.
pub(crate) fn master() -> MasterKey {
    MasterKey::new(Key::des(&[0x11; 16]).expect("a key of 16 bytes"))
}

fn station(number: u8) -> Station {
    Station {
        terminal: TerminalId::literal(TERMINALS[usize::from(number)]),
        merchant: MerchantId::literal(*b"123456789012345"),
        tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
        header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
        key_request: KeyRequest::Double,
    }
}

impl Till {
    /// Switches the till of a number on, over what the disk holds.
    pub(crate) fn boot(
        number: u8,
        (boot, since): (u32, u64),
        disk: &Disk,
        shop: &Shop,
        software: Software,
    ) -> Result<Self, ReplayError> {
        let profile = software.profile();
        let settings = Settings {
            parked_limit: shop.parked_limit,
            ..Settings::DEFAULT
        };
        let operator = OperatorId::literal(*b"01");
        let ledger = disk.replay(shop.table, profile)?;
        let buffers = [vec![0; 1024], vec![0; 1024]];
        let mut terminal = Terminal::new(ledger, station(number), settings, operator, buffers)?;
        let mut shadow = Ledger::new(vec![Entry::EMPTY; shop.table], profile);
        let mut replay = Replay::new(false);
        for record in disk.records() {
            shadow.replay(&mut replay, record)?;
        }
        terminal.start();
        Ok(Self {
            terminal,
            module: SoftwareModule::new(master(), Algorithm::UnionPayEcb),
            pin: Pin::None,
            boot,
            since,
            shadow,
            replay,
            poisoned: false,
            writing: None,
            owed: Vec::new(),
        })
    }

    /// The till's own clock: it begins anew with each switching-on.
    pub(crate) fn now(&self, world: u64, civil: Civil) -> Now {
        Now {
            millis: Millis(world - self.since + 5),
            civil,
        }
    }

    /// When it wants to be woken, on the clock of the world.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let due = self.terminal.deadline()?;
        Some((due.0 + self.since).saturating_sub(5))
    }

    /// The customer will press this at the PIN pad.
    pub(crate) fn enter(&mut self, pin: Pin, card: usize) {
        self.pin = pin;
        let digits = match pin {
            Pin::Right => CARDS[card].2,
            _ => "987654",
        };
        if let Ok(code) = PinCode::parse(digits) {
            self.module.enter_pin(code);
        }
    }

    /// A record is on the disk: the shadow folds it, too.
    pub(crate) fn folded(&mut self, record: &[u8]) -> Result<(), ReplayError> {
        self.shadow.replay(&mut self.replay, record)
    }

    /// I16: the running ledger is the fold of the disk.
    pub(crate) fn agrees(&self) -> bool {
        let (own, disk) = (self.terminal.ledger(), &self.shadow);
        own.entries() == disk.entries()
            && own.keys() == disk.keys()
            && own.batch() == disk.batch()
            && own.signed_in() == disk.signed_in()
            && own.next_trace(None) == disk.next_trace(None)
    }

    /// The next deed. `fails` says of the next question to the security module
    /// how it fails, if it does; `printed` takes the Debug text of the action.
    pub(crate) fn next(
        &mut self,
        fails: &mut dyn FnMut() -> Option<Broken>,
        printed: Option<&mut dyn FnMut(&str)>,
    ) -> Option<Deed> {
        let action = self.terminal.poll()?;
        if let Some(printed) = printed {
            printed(&format!("{action:?}"));
        }
        let module = &mut self.module;
        Some(match action {
            Action::Persist { seq, record } => Deed::Persist(seq, record.to_vec()),
            Action::Recall { job, seq } => Deed::Recall(job, seq),
            Action::Connect { link } => Deed::Connect(link),
            Action::Send { link, frame } => Deed::Send(link, frame.to_vec()),
            Action::Close { link } => Deed::Close(link),
            Action::Notify(news) => Deed::Notify(news),
            Action::EncryptPin { job, pan } => {
                let block = match self.pin {
                    Pin::Cancelled => Err(SecurityFault::PinCancelled),
                    _ => module.encrypt_pin(pan),
                };
                Deed::Asked(Answered::Pin(job, block))
            }
            Action::SealCard { job, card, nonce } => {
                let sealed = match fails() {
                    Some(broken) => Err(broken.fault()),
                    None => module.seal(card, nonce),
                };
                Deed::Asked(Answered::Sealed(job, sealed))
            }
            Action::OpenCard { job, card } => {
                let opened = match fails() {
                    Some(broken) => {
                        self.poisoned |= broken == Broken::Seal;
                        Err(broken.opening())
                    }
                    None => module.open(card),
                };
                Deed::Asked(Answered::Opened(job, opened))
            }
            Action::Mac { job, message } => {
                let mac = match fails() {
                    Some(broken) => Err(broken.fault()),
                    None => module.mac(message),
                };
                Deed::Asked(Answered::Mac(job, mac))
            }
            Action::LoadKeys { job, keys } => {
                let loaded = match fails() {
                    Some(broken) => Err(broken.fault()),
                    None => module.load_working_keys(keys),
                };
                Deed::Asked(Answered::Loaded(job, loaded))
            }
        })
    }
}

impl Broken {
    /// What it says to most questions.
    fn fault(self) -> SecurityFault {
        match self {
            Self::Silent | Self::Seal => SecurityFault::TimedOut,
            Self::NoKeys => SecurityFault::NoKeys,
        }
    }

    /// What it says when it is to open a sealed card.
    fn opening(self) -> SecurityFault {
        match self {
            Self::Seal => SecurityFault::SealBroken,
            Self::Silent | Self::NoKeys => self.fault(),
        }
    }
}
