//! An action of the terminal once it borrows nothing any more: what was asked
//! of the security module is computed already, the rest is still to be done.

use crate::misdeed::{Misdeed, answers};
use annul::card::Pin;
use annul::crypto::{Algorithm, Key, MasterKey, SecurityFault, SecurityModule, SoftwareModule};
use annul::journal::Seq;
use annul::terminal::{Action, Input, Job, LinkId, News};

/// An action to be done.
#[derive(Debug)]
pub(crate) enum Deed {
    Persist(Seq, Vec<u8>),
    Recall(Job, Seq),
    /// The word of the action, and the answer of the security module, or
    /// whatever else it says.
    Secure(&'static str, Vec<Input<'static>>),
    Connect(LinkId),
    Send(LinkId, Vec<u8>),
    Close(LinkId),
    Notify(News),
}

/// The words for actions, in `hold` and `pad`.
const WORDS: [&str; 9] = [
    "persist", "recall", "pin", "seal", "open", "mac", "keys", "connect", "send",
];

/// The word for an action, where it is one.
pub(crate) fn known(word: &str) -> Option<&'static str> {
    WORDS.into_iter().find(|known| *known == word)
}

/// The device that holds the keys, the one fault it was told to have, and what
/// it was asked and said.
pub(crate) struct Pad {
    module: SoftwareModule,
    master: &'static str,
    pub(crate) fault: Option<(String, SecurityFault)>,
    /// What it does wrong about one question.
    pub(crate) misdeed: Option<(String, Misdeed)>,
    /// Each question with its answer, oldest first.
    pub(crate) record: Vec<String>,
}

impl Pad {
    pub(crate) fn new(master: &'static str) -> Self {
        Self {
            module: module(master),
            master,
            fault: None,
            misdeed: None,
            record: Vec::new(),
        }
    }

    /// Its power was cut: working keys are gone, and perhaps another master
    /// key was loaded.
    pub(crate) fn restart(&mut self, master: &'static str) {
        self.master = master;
        self.lose_keys();
    }

    /// All working keys are gone, as by tampering or an empty battery.
    pub(crate) fn lose_keys(&mut self) {
        self.module = module(self.master);
    }

    /// The answer, and what is said instead of it or besides.
    fn say(&mut self, action: &'static str, answer: Input<'static>) -> Deed {
        self.record.push(format!("{answer:?}"));
        let misdeed = self.misdeed.take_if(|(faulty, _)| faulty == action);
        Deed::Secure(action, answers(answer, misdeed.map(|(_, misdeed)| misdeed)))
    }

    fn ask<T>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&mut SoftwareModule) -> Result<T, SecurityFault>,
    ) -> Result<T, SecurityFault> {
        let loses = Misdeed::LosesKeys;
        if (self.misdeed.as_ref())
            .is_some_and(|(faulty, misdeed)| faulty == action && *misdeed == loses)
        {
            self.lose_keys();
        }
        match self.fault.take_if(|(faulty, _)| faulty == action) {
            Some((_, fault)) => Err(fault),
            None => work(&mut self.module),
        }
    }
}

impl Deed {
    /// Takes an action over. The PIN is entered when it is asked for.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "an action is taken over once"
    )]
    pub(crate) fn take(action: Action<'_>, pad: &mut Pad) -> Self {
        match action {
            Action::Persist { seq, record } => Self::Persist(seq, record.to_vec()),
            Action::Recall { job, seq } => Self::Recall(job, seq),
            Action::EncryptPin { job, pan } => {
                let block = pad.ask("pin", |module| {
                    module.enter_pin(Pin::parse("123456").expect("six digits"));
                    module.encrypt_pin(pan)
                });
                pad.say("pin", Input::PinBlock(job, block))
            }
            Action::SealCard { job, card, nonce } => {
                let sealed = pad.ask("seal", |module| module.seal(card, nonce));
                pad.say("seal", Input::Sealed(job, sealed))
            }
            Action::OpenCard { job, card } => {
                let opened = pad.ask("open", |module| module.open(card));
                pad.say("open", Input::Opened(job, opened))
            }
            Action::Mac { job, message } => {
                let mac = pad.ask("mac", |module| module.mac(message));
                pad.say("mac", Input::Mac(job, mac))
            }
            Action::LoadKeys { job, keys } => {
                let loaded = pad.ask("keys", |module| module.load_working_keys(keys));
                pad.say("keys", Input::KeysLoaded(job, loaded))
            }
            Action::Connect { link } => Self::Connect(link),
            Action::Send { link, frame } => Self::Send(link, frame.to_vec()),
            Action::Close { link } => Self::Close(link),
            Action::Notify(news) => Self::Notify(news),
        }
    }

    /// The word for it; none where it cannot be held.
    pub(crate) fn word(&self) -> Option<&'static str> {
        match self {
            Self::Persist(..) => Some("persist"),
            Self::Recall(..) => Some("recall"),
            Self::Secure(word, _) => Some(word),
            Self::Connect(_) => Some("connect"),
            Self::Send(..) => Some("send"),
            Self::Close(_) | Self::Notify(_) => None,
        }
    }
}

/// The word of a question to the security module, where an action is one.
pub(crate) fn word(action: &Action<'_>) -> Option<&'static str> {
    match action {
        Action::EncryptPin { .. } => Some("pin"),
        Action::SealCard { .. } => Some("seal"),
        Action::OpenCard { .. } => Some("open"),
        Action::Mac { .. } => Some("mac"),
        Action::LoadKeys { .. } => Some("keys"),
        _ => None,
    }
}

fn module(master: &str) -> SoftwareModule {
    let master = MasterKey::new(Key::des_hex(master).expect("32 digits"));
    SoftwareModule::new(master, Algorithm::UnionPayEcb)
}
