//! What one request and its answer are about: the words faults are aimed with.

use annul::transaction::Kind;

/// The exchanges this host takes part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// 0800, F60.3 = 001, 003 or 004: working keys are given out.
    SignIn,
    /// 0820, F60.3 = 002: the working keys end.
    SignOff,
    /// 0820, F60.3 = 301.
    Echo,
    /// 0500: the totals of a batch.
    Settlement,
    /// 0320, F60.3 = 201, or the copy of a refund: details of a batch.
    Upload,
    /// 0320, F60.3 = 202 or 207: its end.
    UploadEnd,
    /// A transaction: what MTI, F3, F25 and F60.1 say together.
    Money(Kind),
    /// 0400 with the values of a transaction.
    Reversal(Kind),
    /// A sound message this host has no part in.
    Other,
}

impl Exchange {
    /// The word for it in logs and in faults.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignOff => "sign-off",
            Self::Echo => "echo",
            Self::Settlement => "settlement",
            Self::Upload => "upload",
            Self::UploadEnd => "upload-end",
            Self::Money(kind) => kind.word(),
            Self::Reversal(Kind::Sale) => "sale-reversal",
            Self::Reversal(Kind::Void) => "void-reversal",
            Self::Reversal(Kind::PreAuthorization) => "preauth-reversal",
            Self::Reversal(Kind::PreAuthorizationVoid) => "preauth-void-reversal",
            Self::Reversal(Kind::Completion) => "complete-reversal",
            Self::Reversal(Kind::CompletionVoid) => "complete-void-reversal",
            // Neither has a reversal: such a message is none of this dialect.
            Self::Reversal(Kind::Refund | Kind::BalanceInquiry) | Self::Other => "other",
        }
    }

    /// True for a transaction, also one that only asks, and the reversal of one.
    pub const fn moves_money(self) -> bool {
        self.kind().is_some()
    }

    /// True for a message of a settlement.
    pub const fn settles(self) -> bool {
        matches!(self, Self::Settlement | Self::Upload | Self::UploadEnd)
    }

    /// True for a reversal.
    pub const fn is_reversal(self) -> bool {
        matches!(self, Self::Reversal(_))
    }

    /// The kind of the transaction, or of that which is reversed.
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Money(kind) | Self::Reversal(kind) => Some(kind),
            _ => None,
        }
    }
}
