//! What one request and its answer are about: the words faults are aimed with.

/// The exchanges this host takes part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// 0800, F60.3 = 001, 003 or 004: working keys are given out.
    SignIn,
    /// 0820, F60.3 = 002: the working keys end.
    SignOff,
    /// 0820, F60.3 = 301.
    Echo,
    /// 0200, F3 = 000000, F60.1 = 22.
    Sale,
    /// 0200, F3 = 200000, F60.1 = 23.
    Void,
    /// 0400 with the values of a sale.
    SaleReversal,
    /// 0400 with the values of a void.
    VoidReversal,
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
            Self::Sale => "sale",
            Self::Void => "void",
            Self::SaleReversal => "sale-reversal",
            Self::VoidReversal => "void-reversal",
            Self::Other => "other",
        }
    }

    /// True for sale, void and the reversal of each.
    pub const fn moves_money(self) -> bool {
        matches!(self, Self::Sale | Self::Void) || self.is_reversal()
    }

    /// True for the reversal of a sale or void.
    pub const fn is_reversal(self) -> bool {
        matches!(self, Self::SaleReversal | Self::VoidReversal)
    }

    /// True for a void and its reversal.
    pub const fn is_void(self) -> bool {
        matches!(self, Self::Void | Self::VoidReversal)
    }
}
