use crate::card::Pan;
use crate::crypto::{CardOnFile, MacValue, SealedCard, SecurityFault, WorkingKeys};
use crate::engine::{Notice, Output, Outputs, Refusal, Sending};
use crate::journal::Seq;
use core::fmt;

/// The number of a question to the journal or the security module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Job(u32);

impl Job {
    /// The question of a number, as [`Job::number`] told it: for answers that
    /// come back through another language.
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    pub(super) const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// The number of a connection. Each attempt has its own, so that nothing from
/// an old one is taken for an answer (decision D8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkId(u32);

impl LinkId {
    /// The connection of a number, as [`LinkId::number`] told it: for answers that
    /// come back through another language.
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    pub(super) const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// Something to be done for the terminal. What it borrows must be used before
/// the next call.
pub enum Action<'a> {
    /// Append this record to the journal; answered by [`Input::Persisted`] or
    /// [`Input::PersistFailed`].
    Persist {
        /// Its number.
        seq: Seq,
        /// Its bytes.
        record: &'a [u8],
    },
    /// Read a record; answered by [`Input::Recalled`].
    Recall {
        /// The question.
        job: Job,
        /// Its number.
        seq: Seq,
    },
    /// Take a PIN and encrypt it; answered by [`Input::PinBlock`].
    EncryptPin {
        /// The question.
        job: Job,
        /// The card number that goes into the PIN block.
        pan: &'a Pan,
    },
    /// Seal card data; answered by [`Input::Sealed`].
    SealCard {
        /// The question.
        job: Job,
        /// The card.
        card: &'a CardOnFile,
        /// Batch and trace.
        nonce: [u8; SealedCard::NONCE],
    },
    /// Open card data; answered by [`Input::Opened`].
    OpenCard {
        /// The question.
        job: Job,
        /// The sealed card.
        card: &'a SealedCard,
    },
    /// Compute the MAC of a message; answered by [`Input::Mac`].
    Mac {
        /// The question.
        job: Job,
        /// From the message type to the byte before F64.
        message: &'a [u8],
    },
    /// Load working keys; answered by [`Input::KeysLoaded`].
    LoadKeys {
        /// The question.
        job: Job,
        /// The keys, as the host sent them.
        keys: &'a WorkingKeys,
    },
    /// Connect to the host; answered by [`Input::Connected`] or [`Input::Down`].
    Connect {
        /// The connection.
        link: LinkId,
    },
    /// Send a frame; answered by [`Input::Sent`] or [`Input::Down`].
    Send {
        /// The connection.
        link: LinkId,
        /// The frame, with its length prefix.
        frame: &'a [u8],
    },
    /// End a connection.
    Close {
        /// The connection.
        link: LinkId,
    },
    /// Tell the operator.
    Notify(News),
}

/// News for the operator, or for the app that speaks to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// What the engine says.
    Notice(Notice),
    /// A command that had begun was given up; nothing was sent.
    Refused(Refusal),
    /// The security module does not take the keys of the journal or the host.
    KeysRefused(SecurityFault),
}

/// What happened to an action, or by itself.
pub enum Input<'a> {
    /// Time went by.
    Tick,
    /// The operator wants the exchange undone, if it still can be.
    Cancel,
    /// The record is in the journal and survives any power loss.
    Persisted(Seq),
    /// It is not known to be.
    PersistFailed(Seq),
    /// The record of a number; none where the journal has none or fails.
    Recalled(Job, Option<&'a [u8]>),
    /// An encrypted PIN block.
    PinBlock(Job, Result<[u8; 8], SecurityFault>),
    /// A sealed card.
    Sealed(Job, Result<SealedCard, SecurityFault>),
    /// An opened card.
    Opened(Job, Result<CardOnFile, SecurityFault>),
    /// A MAC.
    Mac(Job, Result<MacValue, SecurityFault>),
    /// Working keys were loaded.
    KeysLoaded(Job, Result<(), SecurityFault>),
    /// Connected.
    Connected(LinkId),
    /// The whole frame was handed to the transport.
    Sent(LinkId),
    /// Bytes came, split anywhere.
    Received(LinkId, &'a [u8]),
    /// The connection ended, or could not be made. `NothingSent` is only said
    /// where the transport proves it (scenario 46).
    Down(LinkId, Sending),
}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Persist { seq, record } => {
                write!(f, "Persist({seq:?}, {} bytes)", record.len())
            }
            Self::Recall { job, seq } => write!(f, "Recall({job:?}, {seq:?})"),
            Self::EncryptPin { job, pan } => write!(f, "EncryptPin({job:?}, {pan:?})"),
            Self::SealCard { job, card, .. } => write!(f, "SealCard({job:?}, {card:?})"),
            Self::OpenCard { job, card } => write!(f, "OpenCard({job:?}, {card:?})"),
            Self::Mac { job, message } => write!(f, "Mac({job:?}, {} bytes)", message.len()),
            Self::LoadKeys { job, .. } => write!(f, "LoadKeys({job:?})"),
            Self::Connect { link } => write!(f, "Connect({link:?})"),
            Self::Send { link, frame } => write!(f, "Send({link:?}, {} bytes)", frame.len()),
            Self::Close { link } => write!(f, "Close({link:?})"),
            Self::Notify(news) => write!(f, "Notify({news:?})"),
        }
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tick => f.write_str("Tick"),
            Self::Cancel => f.write_str("Cancel"),
            Self::Persisted(seq) => write!(f, "Persisted({seq:?})"),
            Self::PersistFailed(seq) => write!(f, "PersistFailed({seq:?})"),
            Self::Recalled(job, record) => {
                write!(f, "Recalled({job:?}, {:?} bytes)", record.map(<[u8]>::len))
            }
            Self::PinBlock(job, block) => {
                write!(f, "PinBlock({job:?}, {:?})", block.as_ref().err())
            }
            Self::Sealed(job, sealed) => write!(f, "Sealed({job:?}, {sealed:?})"),
            Self::Opened(job, card) => write!(f, "Opened({job:?}, {card:?})"),
            Self::Mac(job, mac) => write!(f, "Mac({job:?}, {:?})", mac.as_ref().err()),
            Self::KeysLoaded(job, loaded) => write!(f, "KeysLoaded({job:?}, {loaded:?})"),
            Self::Connected(link) => write!(f, "Connected({link:?})"),
            Self::Sent(link) => write!(f, "Sent({link:?})"),
            Self::Received(link, bytes) => {
                write!(f, "Received({link:?}, {} bytes)", bytes.len())
            }
            Self::Down(link, sending) => write!(f, "Down({link:?}, {sending:?})"),
        }
    }
}

/// An action before it borrows anything.
#[derive(Clone, Copy, Debug)]
pub(super) enum Todo {
    Persist(Seq),
    Recall(Job, Seq),
    EncryptPin(Job),
    SealCard(Job),
    OpenCard(Job),
    Mac(Job),
    LoadKeys(Job),
    Connect(LinkId),
    Send(LinkId),
    Close(LinkId),
    Notify(News),
}

/// How many actions can wait. The engine gives at most five outputs an event
/// and does not go on while one of them is unanswered.
const WAITING: usize = 12;

/// Actions that wait, in order.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: [Option<Todo>; WAITING],
}

impl Queue {
    pub(super) fn put(&mut self, todo: Todo) {
        if self.waiting.iter().all(Option::is_some) {
            self.drop_news();
        }
        if let Some(free) = self.waiting.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(todo);
        }
    }

    pub(super) fn take(&mut self) -> Option<Todo> {
        let first = self.waiting[0].take();
        self.waiting.rotate_left(1);
        first
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting[0].is_none()
    }

    /// A caller that never polls loses news, never an effect: what it would
    /// have been told is in the ledger.
    fn drop_news(&mut self) {
        let news = |slot: &Option<Todo>| matches!(slot, Some(Todo::Notify(_)));
        if let Some(index) = self.waiting.iter().position(news) {
            self.waiting[index..].rotate_left(1);
            self.waiting[WAITING - 1] = None;
        }
    }
}

/// The engine's outputs of one event.
#[derive(Debug, Default)]
pub(super) struct Sink {
    outputs: [Option<Output>; 8],
    len: usize,
}

impl Sink {
    pub(super) fn taken(&self) -> impl Iterator<Item = &Output> {
        self.outputs[..self.len].iter().flatten()
    }
}

impl Outputs for Sink {
    fn put(&mut self, output: Output) {
        debug_assert!(
            self.len < self.outputs.len(),
            "an event gave too many outputs"
        );
        if let Some(slot) = self.outputs.get_mut(self.len) {
            *slot = Some(output);
            self.len += 1;
        }
    }
}
