use core::fmt;

/// The six bytes 报文头 between TPDU and message.
///
/// | digits | field | example |
/// |---|---|---|
/// | 1–2 | application category 应用类别 | 60 stripe, 61 chip |
/// | 3–4 | software main version 软件总版本号 | 31 |
/// | 5 | terminal status 终端状态 | 0 in use, 1 test |
/// | 6 | processing requirement 处理要求 | set by the host in an answer |
/// | 7–12 | sub-version 软件分版本号 | opaque: some terminals send hex digits |
///
/// The host echoes every digit but the sixth.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header([u8; Self::SIZE]);

impl Header {
    /// Bytes of a header.
    pub const SIZE: usize = 6;

    /// Takes the six bytes as they are.
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// The six bytes.
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// What the terminal is used for.
    pub const fn application(self) -> Application {
        match self.0[0] {
            0x60 => Application::StripeFinance,
            0x61 => Application::ChipFinance,
            0x62 => Application::StripeValueAdded,
            0x63 => Application::ChipValueAdded,
            other => Application::Unknown(other),
        }
    }

    /// The main version, two BCD digits: `0x31` is the 2010 edition.
    pub const fn software_version(self) -> u8 {
        self.0[1]
    }

    /// In use or on test.
    pub const fn terminal_status(self) -> TerminalStatus {
        match self.0[2] >> 4 {
            0 => TerminalStatus::Normal,
            1 => TerminalStatus::Test,
            other => TerminalStatus::Unknown(other),
        }
    }

    /// What the host wants done once the transaction is over.
    ///
    /// ```
    /// # use annul::frame::{Header, Requirement};
    /// let header = Header::new([0x60, 0x31, 0x03, 0x31, 0x10, 0x03]);
    /// assert_eq!(header.requirement(), Requirement::SignIn);
    /// ```
    pub const fn requirement(self) -> Requirement {
        Requirement::from_digit(self.0[2] & 0x0F)
    }

    /// The same header asking for something else, as a host answers.
    #[must_use]
    pub const fn with_requirement(self, requirement: Requirement) -> Self {
        let mut bytes = self.0;
        bytes[2] = (bytes[2] & 0xF0) | (requirement.digit() & 0x0F);
        Self(bytes)
    }

    /// The last three bytes as sent.
    pub const fn sub_version(self) -> [u8; 3] {
        [self.0[3], self.0[4], self.0[5]]
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({self})")
    }
}

/// Application category 应用类别, digits 1 and 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Application {
    /// 60: payments by magnetic stripe.
    StripeFinance,
    /// 61: payments by chip.
    ChipFinance,
    /// 62: value-added service, magnetic stripe.
    StripeValueAdded,
    /// 63: value-added service, chip.
    ChipValueAdded,
    /// Any other byte.
    Unknown(u8),
}

/// Terminal status 终端状态, digit 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalStatus {
    /// 0: in use.
    Normal,
    /// 1: on test.
    Test,
    /// Any other digit.
    Unknown(u8),
}

/// Processing requirement 处理要求, digit 6 of an answer: to be done when the
/// terminal is idle. A failure to do it never undoes the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// 0: nothing.
    None,
    /// 1: fetch the magnetic-stripe parameters (0800, 60.3 = 360).
    StripeParameters,
    /// 2: report the terminal's status (0820, 362).
    StatusReport,
    /// 3: sign in again.
    SignIn,
    /// 4: fetch CA public keys (0820 372, 0800 370).
    CaKeys,
    /// 5: fetch chip parameters (0820 382, 0800 380).
    ChipParameters,
    /// 6: fetch terminal-management parameters (0800, 364).
    TerminalManagement,
    /// 7: fetch the BIN blacklist (0800, 390).
    Blacklist,
    /// 8: fetch currency rates or fee rates.
    Rates,
    /// 9: fetch contactless parameters (0800, 394).
    ContactlessParameters,
    /// B: fetch no-PIN, no-signature BIN table A.
    NoPinTableA,
    /// C: fetch no-PIN, no-signature BIN table B.
    NoPinTableB,
    /// Any other digit: carried, to be shown and ignored.
    Unknown(u8),
}

impl Requirement {
    const fn from_digit(digit: u8) -> Self {
        match digit {
            0 => Self::None,
            1 => Self::StripeParameters,
            2 => Self::StatusReport,
            3 => Self::SignIn,
            4 => Self::CaKeys,
            5 => Self::ChipParameters,
            6 => Self::TerminalManagement,
            7 => Self::Blacklist,
            8 => Self::Rates,
            9 => Self::ContactlessParameters,
            0xB => Self::NoPinTableA,
            0xC => Self::NoPinTableB,
            other => Self::Unknown(other),
        }
    }

    /// The hexadecimal digit on the wire.
    pub const fn digit(self) -> u8 {
        match self {
            Self::None => 0,
            Self::StripeParameters => 1,
            Self::StatusReport => 2,
            Self::SignIn => 3,
            Self::CaKeys => 4,
            Self::ChipParameters => 5,
            Self::TerminalManagement => 6,
            Self::Blacklist => 7,
            Self::Rates => 8,
            Self::ContactlessParameters => 9,
            Self::NoPinTableA => 0xB,
            Self::NoPinTableB => 0xC,
            Self::Unknown(digit) => digit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn every_requirement_digit_survives() {
        let header = Header::new([0x61, 0x31, 0x10, 0x31, 0x11, 0x0E]);
        for digit in 0..=0xF {
            let asked = header.with_requirement(Requirement::from_digit(digit));
            assert_eq!(asked.requirement().digit(), digit);
            assert_eq!(asked.terminal_status(), TerminalStatus::Test);
            assert_eq!(asked.with_requirement(Requirement::None), header);
        }
    }

    #[test]
    fn fields_are_named_and_the_tail_is_opaque() {
        let header = Header::new([0x61, 0x31, 0x00, 0x31, 0x11, 0x0E]);
        assert_eq!(header.application(), Application::ChipFinance);
        assert_eq!(header.software_version(), 0x31);
        assert_eq!(header.terminal_status(), TerminalStatus::Normal);
        assert_eq!(header.sub_version(), [0x31, 0x11, 0x0E]);
        assert_eq!(format!("{header}"), "61310031110E");
    }

    #[test]
    fn unknown_codes_are_carried() {
        let header = Header::new([0x99, 0, 0xFA, 0, 0, 0]);
        assert_eq!(header.application(), Application::Unknown(0x99));
        assert_eq!(header.terminal_status(), TerminalStatus::Unknown(0xF));
        assert_eq!(header.requirement(), Requirement::Unknown(0xA));
    }
}
