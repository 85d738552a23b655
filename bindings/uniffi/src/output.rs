use crate::error::AnnulError;
use crate::report::Transaction;
use crate::settlement::{Settlement, SettlementStage};
use core::fmt;

/// What is to be done, in order. The last of a step is always `Wait` or `Rest`.
///
/// It prints which output it is and nothing that it carries.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum Output {
    /// Connect to the host; answered by `Connected` or `Down`.
    Connect {
        /// The connection's number.
        link: i64,
    },
    /// Send a frame; answered by `Sent` or `Down`.
    Send {
        /// Over which connection.
        link: i64,
        /// The frame, with its length prefix.
        frame: Vec<u8>,
    },
    /// End a connection; nothing more is heard from it.
    Close {
        /// Which.
        link: i64,
    },
    /// Ask the customer for a PIN; answered by `PinEntered` or `DeviceFailed`.
    /// Only with software keys.
    EnterPin {
        /// The question.
        question: i64,
        /// The card, masked.
        card: String,
    },
    /// Let the device take a PIN; answered by `PinEncrypted` or `DeviceFailed`.
    EncryptPin {
        /// The question.
        question: i64,
        /// The card number, for the PIN block alone: ASCII digits.
        number: Vec<u8>,
    },
    /// Let the device encipher a track; answered by `TrackEncrypted` or
    /// `DeviceFailed`. Only where the setup wants tracks enciphered.
    EncryptTrack {
        /// The question.
        question: i64,
        /// Track 2 as field 35 packs it, in clear.
        track: Vec<u8>,
    },
    /// Let the device compute a MAC; answered by `MacComputed` or `DeviceFailed`.
    ComputeMac {
        /// The question.
        question: i64,
        /// What the MAC is of.
        message: Vec<u8>,
    },
    /// Load working keys into the device; answered by `KeysLoaded` or
    /// `DeviceFailed`. All or none.
    LoadKeys {
        /// The question.
        question: i64,
        /// Field 62 as the host sent it, under the master key.
        keys: Vec<u8>,
    },
    /// Let the device seal a card; answered by `CardSealed` or `DeviceFailed`.
    SealCard {
        /// The question.
        question: i64,
        /// ASCII digits.
        number: Vec<u8>,
        /// `YYMM`.
        expiry: Option<String>,
        /// Batch and trace: never twice for two cards under one key.
        nonce: Vec<u8>,
    },
    /// Let the device open a card; answered by `CardOpened` or `DeviceFailed`.
    OpenCard {
        /// The question.
        question: i64,
        /// What `SealCard` gave.
        sealed: Vec<u8>,
    },
    /// News for the operator.
    Progress {
        /// What.
        progress: Progress,
        /// The same in words.
        text: String,
    },
    /// The command ended, this way.
    Finished {
        /// How.
        finish: Finish,
    },
    /// Something is under way: wait for bytes, an answer, or this time.
    Wait {
        /// When to give `Tick` at the latest.
        until: Option<i64>,
    },
    /// Nothing is under way.
    Rest {
        /// When to give `Tick`, so that what is left is tried again.
        until: Option<i64>,
    },
}

/// News for the operator.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Progress {
    /// A transaction has its outcome, or is being reversed.
    Outcome {
        /// It.
        transaction: Transaction,
    },
    /// A transaction is being reversed.
    Reversing {
        /// It.
        transaction: Transaction,
        /// 1 for the first.
        attempt: i32,
    },
    /// The next attempt waits.
    Waiting {
        /// Whose.
        transaction: Transaction,
        /// On the clock of the steps.
        until: i64,
    },
    /// Signing in again, because the host asks for it.
    SigningIn,
    /// Signed in.
    SignedIn {
        /// The host's batch.
        batch: i32,
    },
    /// Not signed in.
    SignInFailed {
        /// Field 39, where the host answered.
        response_code: Option<String>,
    },
    /// The host answered the echo test.
    EchoAnswered,
    /// It did not.
    EchoFailed,
    /// The settlement goes on.
    Settling {
        /// What the host is told next.
        stage: SettlementStage,
    },
    /// The batch is settled.
    BatchClosed {
        /// The batch that is open now.
        next: i32,
    },
    /// The settlement did not come to its end: settle again, later.
    NotSettled {
        /// Field 39, where the host refused.
        response_code: Option<String>,
    },
    /// A balance inquiry was answered; without a code, nothing came that can be
    /// believed.
    Balance {
        /// Field 39.
        response_code: Option<String>,
        /// Minor units, below zero where the holder owes them; none where the
        /// host said none.
        minor: Option<i64>,
    },
    /// A reversal is parked: call the acquirer.
    Attention {
        /// Whose.
        transaction: Transaction,
    },
    /// The journal did not take a record.
    StorageFault,
    /// A command was given up before anything was sent.
    Refused {
        /// The number of the reason.
        code: i32,
    },
    /// The keys were not taken.
    KeysRefused {
        /// The number of the reason.
        code: i32,
    },
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Finish {
    /// The host answered the sign-in or echo test.
    Answered {
        /// The host's batch; 0 for an echo test.
        batch: i32,
    },
    /// It declined, or did not answer.
    NotAnswered {
        /// Field 39, where the host answered.
        response_code: Option<String>,
    },
    /// The transaction as it stands now; its outcome is in it.
    Transaction {
        /// It.
        transaction: Transaction,
    },
    /// A balance inquiry was answered; without a code, nothing came that can be
    /// believed.
    Balance {
        /// Field 39.
        response_code: Option<String>,
        /// Minor units, below zero where the holder owes them; none where the
        /// host said none.
        minor: Option<i64>,
    },
    /// How far the settlement came.
    Settled {
        /// It.
        settlement: Settlement,
    },
    /// Nothing is left unfinished; what is parked stays parked.
    Recovered,
    /// The command was not begun, or given up. Where the advice is `Reopen`,
    /// nothing is known of what was under way; else nothing was sent.
    Failed {
        /// As a thrown `AnnulError` has it.
        error: AnnulError,
    },
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { link } => write!(f, "Connect({link})"),
            Self::Send { link, frame } => write!(f, "Send({link}, {} bytes)", frame.len()),
            Self::Close { link } => write!(f, "Close({link})"),
            Self::EnterPin { question, .. } => write!(f, "EnterPin({question})"),
            Self::EncryptPin { question, .. } => write!(f, "EncryptPin({question})"),
            Self::EncryptTrack { question, .. } => write!(f, "EncryptTrack({question})"),
            Self::ComputeMac { question, .. } => write!(f, "ComputeMac({question})"),
            Self::LoadKeys { question, .. } => write!(f, "LoadKeys({question})"),
            Self::SealCard { question, .. } => write!(f, "SealCard({question})"),
            Self::OpenCard { question, .. } => write!(f, "OpenCard({question})"),
            Self::Progress { text, .. } => write!(f, "Progress({text})"),
            Self::Finished { finish } => write!(f, "Finished({finish:?})"),
            Self::Wait { until } => write!(f, "Wait({until:?})"),
            Self::Rest { until } => write!(f, "Rest({until:?})"),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
