use core::fmt;

/// A number outside the range of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not an amount.
    #[error("amount: expected digits with at most two decimals, up to 9999999999.99")]
    Amount,
    /// Not a trace number.
    #[error("trace: expected 000001 to 999999")]
    Trace,
    /// Not a batch number.
    #[error("batch: expected 000000 to 999999")]
    Batch,
}

/// The trace number 受卡方系统跟踪号 (F11), printed as the voucher number 凭证号:
/// 1 to 999999, one more for each message that is not a repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trace(u32);

impl Trace {
    /// The number a new terminal begins with.
    pub const FIRST: Self = Self(1);
    /// The last number before it begins again.
    pub const LAST: Self = Self(999_999);

    /// Takes 1 to 999999.
    pub const fn new(number: u32) -> Result<Self, NumberError> {
        if number == 0 || number > Self::LAST.0 {
            return Err(NumberError::Trace);
        }
        Ok(Self(number))
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The next number; 1 follows 999999 (unionpay.md 5.4).
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 == Self::LAST.0 {
            Self::FIRST
        } else {
            Self(self.0 + 1)
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// The batch number 批次号 (F60.2), 0 to 999999. It is 0 until the first
/// sign-in; the host's value wins (unionpay.md 7.2, 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Batch(u32);

impl Batch {
    /// What a terminal sends before its first sign-in.
    pub const NONE: Self = Self(0);
    /// The first batch, also the one after the last.
    pub const FIRST: Self = Self(1);

    /// Takes 0 to 999999.
    pub const fn new(number: u32) -> Result<Self, NumberError> {
        if number > 999_999 {
            return Err(NumberError::Batch);
        }
        Ok(Self(number))
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl Batch {
    /// The one after it; 1 follows 999999.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 == 999_999 {
            Self::FIRST
        } else {
            Self(self.0 + 1)
        }
    }
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}
