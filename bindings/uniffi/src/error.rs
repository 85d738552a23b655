use crate::code;
use annul::card::CardError;
use annul::crypto::{KeyError, SecurityFault};
use annul::driver::DriverError;
use annul::engine::Refusal;
use annul::journal::{ReplayError, SqliteError};
use annul::transaction::{CodeError, NumberError, TextError};

/// Why a command was not begun, or a terminal not opened. What became of money
/// is never an error: that is a transaction with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum AnnulError {
    /// The one form: a number for programs, words for people, and what to do.
    #[error("{what}")]
    Failed {
        /// Stable: the table is in `docs/src/kotlin.md`.
        code: i32,
        /// Who is wrong and how, without card data.
        what: String,
        /// What to do about it.
        advice: Advice,
    },
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Advice {
    /// Try the same again, under the same request id.
    RetrySame,
    /// A reversal comes first: wait for it or run recover, then try again.
    RecoverFirst,
    /// Sign in, then try the same again.
    SignIn,
    /// The operator or the customer has to decide or enter something else.
    AskOperator,
    /// Mend the setup, the keys or the call.
    FixConfiguration,
    /// Close the terminal, open its journal again and recover. Until then
    /// nothing is known of what was under way.
    Reopen,
    /// Call the acquirer or support.
    CallSupport,
}

impl AnnulError {
    pub(crate) fn new(code: i32, what: impl Into<String>, advice: Advice) -> Self {
        let what = what.into();
        Self::Failed { code, what, advice }
    }

    /// A value that came over the border and cannot be.
    pub(crate) fn range(what: impl Into<String>) -> Self {
        Self::new(code::RANGE, what, Advice::FixConfiguration)
    }

    /// A panic in an earlier call left the terminal in an unknown state.
    pub(crate) fn broken() -> Self {
        let what = "annul failed in an earlier call; open the journal again and recover";
        Self::new(code::BROKEN, what, Advice::Reopen)
    }
}

impl From<Refusal> for AnnulError {
    fn from(refusal: Refusal) -> Self {
        let (code, advice) = code::refusal(refusal);
        Self::new(code, refusal.to_string(), advice)
    }
}

impl From<SecurityFault> for AnnulError {
    fn from(fault: SecurityFault) -> Self {
        let (code, advice) = code::security(fault);
        Self::new(code, fault.to_string(), advice)
    }
}

impl From<ReplayError> for AnnulError {
    fn from(error: ReplayError) -> Self {
        let (code, advice) = code::replay(error);
        Self::new(code, error.to_string(), advice)
    }
}

impl From<SqliteError> for AnnulError {
    fn from(error: SqliteError) -> Self {
        let (code, advice) = code::sqlite(&error);
        Self::new(code, error.to_string(), advice)
    }
}

impl From<DriverError<SqliteError>> for AnnulError {
    fn from(error: DriverError<SqliteError>) -> Self {
        match error {
            DriverError::Refused(refusal) => refusal.into(),
            DriverError::Replay(error) => error.into(),
            DriverError::Journal(error) => error.into(),
            DriverError::Keys(fault) => fault.into(),
        }
    }
}

/// Values of the wrong form: something else has to be entered or set.
macro_rules! of_form {
    ($($error:ty, $number:expr, $advice:ident;)+) => {
        $(impl From<$error> for AnnulError {
            fn from(error: $error) -> Self {
                let number: fn($error) -> i32 = $number;
                Self::new(number(error), error.to_string(), Advice::$advice)
            }
        })+
    };
}

of_form! {
    CardError, code::card, AskOperator;
    NumberError, code::value, AskOperator;
    TextError, code::text, AskOperator;
    CodeError, |_| code::CODE, FixConfiguration;
    KeyError, |_| code::KEY_LENGTH, FixConfiguration;
}
