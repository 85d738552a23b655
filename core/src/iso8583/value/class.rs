use super::{ValueError, digits, form, put, value_of};
use crate::iso8583::{Field, Writer};

codes! {
    /// What the terminal can read: 60.4.
    Capability {
        /// 0: not said.
        Unspecified = 0,
        /// 2: magnetic stripe.
        Stripe = 2,
        /// 5: chip by contact.
        Chip = 5,
        /// 6: chip with and without contact.
        Contactless = 6,
    }
}

codes! {
    /// How the last chip went: 60.5. Together with a swipe it tells a fallback.
    ChipCondition {
        /// 0: not used.
        Unused = 0,
        /// 1: the transaction before was not by chip, or its chip worked.
        Sound = 1,
        /// 2: the transaction before was by chip, and it failed.
        Failed = 2,
    }
}

codes! {
    /// Whether the terminal takes part of the amount approved: 60.6.
    PartialApproval {
        /// 0: no.
        Refused = 0,
        /// 1: yes, and shows the balance returned.
        Accepted = 1,
    }
}

/// Field 60: what kind of message it is, and in which batch.
///
/// | part | digits | content |
/// |---|---|---|
/// | 60.1 | 2 | type: 22 sale, 23 void, 00 management |
/// | 60.2 | 6 | batch; of the original in a reversal |
/// | 60.3 | 3 | network code: 003 sign-in, 201 settlement, else 000 |
/// | 60.4 | 1 | [`Capability`] |
/// | 60.5 | 1 | [`ChipCondition`] |
/// | 60.6 | 1 | [`PartialApproval`] |
/// | 60.7 | 3 | account type: 048, 065 points |
///
/// A message ends it after 60.2, 60.3, 60.5, 60.6 or 60.7: 8, 11, 13, 14 or 17
/// digits. Some terminals send 12, which is read too. A host echoes the length.
///
/// ```
/// # use annul::iso8583::value::{Capability, ChipCondition, MessageClass, PartialApproval};
/// let sale = MessageClass::new(22, 1)?
///     .reading(Capability::Contactless, ChipCondition::Unused)
///     .partial(PartialApproval::Refused);
/// assert_eq!(sale.digits(), b"22000001000600");
/// assert_eq!(MessageClass::new(0, 1)?.network(3)?.digits(), b"00000001003");
/// # Ok::<(), annul::iso8583::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageClass {
    digits: [u8; Self::MOST],
    len: u8,
}

const FIELD: u8 = 60;
const TYPED: usize = 8;
const NETWORK: usize = 11;
const CAPABLE: usize = 12;
const CONDITION: usize = 13;
const PARTIAL: usize = 14;

impl MessageClass {
    const MOST: usize = 17;
    const LENGTHS: [usize; 6] = [TYPED, NETWORK, CAPABLE, CONDITION, PARTIAL, Self::MOST];

    /// Type (0 to 99) and batch (0 to 999999) alone.
    pub fn new(kind: u8, batch: u32) -> Result<Self, ValueError> {
        let mut class = Self {
            digits: [b'0'; Self::MOST],
            len: TYPED as u8,
        };
        put(FIELD, "type 60.1", u32::from(kind), &mut class.digits[..2])?;
        put(FIELD, "batch 60.2", batch, &mut class.digits[2..TYPED])?;
        Ok(class)
    }

    /// With the network code 60.3 (0 to 999).
    pub fn network(mut self, code: u16) -> Result<Self, ValueError> {
        let place = &mut self.digits[TYPED..NETWORK];
        put(FIELD, "network code 60.3", u32::from(code), place)?;
        Ok(self.reaching(NETWORK))
    }

    /// With capability 60.4 and chip condition 60.5.
    #[must_use]
    pub fn reading(mut self, capability: Capability, condition: ChipCondition) -> Self {
        self.digits[CAPABLE - 1] = b'0' + capability.code() % 10;
        self.digits[CONDITION - 1] = b'0' + condition.code() % 10;
        self.reaching(CONDITION)
    }

    /// With the partial-approval flag 60.6.
    #[must_use]
    pub fn partial(mut self, flag: PartialApproval) -> Self {
        self.digits[PARTIAL - 1] = b'0' + flag.code() % 10;
        self.reaching(PARTIAL)
    }

    /// With the account type 60.7 (0 to 999).
    pub fn account(mut self, code: u16) -> Result<Self, ValueError> {
        let place = &mut self.digits[PARTIAL..];
        put(FIELD, "account type 60.7", u32::from(code), place)?;
        Ok(self.reaching(Self::MOST))
    }

    /// Takes 8, 11, 12, 13, 14 or 17 digits.
    pub fn parse(field: &Field<'_>) -> Result<Self, ValueError> {
        const FORM: &str = "8, 11, 13, 14 or 17 digits of message class";
        let received = digits(field, FORM)?;
        let mut class = Self {
            digits: [b'0'; Self::MOST],
            len: received.len() as u8,
        };
        let fits = Self::LENGTHS.contains(&received.len());
        let unpacked = received.unpack(&mut class.digits);
        if !fits || unpacked.is_none() {
            return Err(form(field, FORM));
        }
        Ok(class)
    }

    /// The digits as ASCII, as many as are sent.
    pub fn digits(&self) -> &[u8] {
        &self.digits[..usize::from(self.len)]
    }

    /// 60.1: the type.
    pub fn kind(&self) -> u8 {
        value_of(&self.digits[..2]) as u8
    }

    /// 60.2: the batch.
    pub fn batch(&self) -> u32 {
        value_of(&self.digits[2..TYPED])
    }

    /// 60.3: the network code, where it is sent.
    pub fn network_code(&self) -> Option<u16> {
        self.part(TYPED, NETWORK).map(|code| code as u16)
    }

    /// 60.4: what the terminal can read, where it is sent.
    pub fn capability(&self) -> Option<Capability> {
        let code = self.part(CAPABLE - 1, CAPABLE)?;
        Some(Capability::from_code(code as u8))
    }

    /// 60.5: how the last chip went, where it is sent.
    pub fn chip_condition(&self) -> Option<ChipCondition> {
        let code = self.part(CONDITION - 1, CONDITION)?;
        Some(ChipCondition::from_code(code as u8))
    }

    /// 60.6: the partial-approval flag, where it is sent.
    pub fn partial_approval(&self) -> Option<PartialApproval> {
        let code = self.part(PARTIAL - 1, PARTIAL)?;
        Some(PartialApproval::from_code(code as u8))
    }

    /// 60.7: the account type, where it is sent.
    pub fn account_type(&self) -> Option<u16> {
        self.part(PARTIAL, Self::MOST).map(|code| code as u16)
    }

    /// Writes field 60.
    pub fn write(&self, writer: &mut Writer<'_>) {
        writer.digits(FIELD, self.digits());
    }

    fn part(&self, start: usize, end: usize) -> Option<u32> {
        self.digits().get(start..end).map(value_of)
    }

    fn reaching(mut self, len: usize) -> Self {
        self.len = self.len.max(len as u8);
        self
    }
}
