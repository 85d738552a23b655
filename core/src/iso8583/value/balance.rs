use super::{ValueError, form};
use crate::iso8583::Field;
use nom::bytes::complete::take;
use nom::combinator::map_opt;
use nom::{IResult, Parser};

codes! {
    /// Which account: digits 1 and 2 of an entry.
    AccountType {
        /// 00: not said.
        Default = 0,
        /// 10: savings.
        Savings = 10,
        /// 20: cheque.
        Cheque = 20,
        /// 30: credit.
        Credit = 30,
        /// 40: universal.
        Universal = 40,
    }
}

codes! {
    /// What the amount is: digits 3 and 4 of an entry.
    BalanceType {
        /// 01: ledger balance.
        Ledger = 1,
        /// 02: available balance.
        Available = 2,
        /// 40: authorizations in sum.
        Authorized = 40,
    }
}

/// Which side of zero: `C` or `D`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `C`: in the holder's favour.
    Credit,
    /// `D`: the holder owes it.
    Debit,
}

/// One entry of field 54, 余额: twenty characters, `1002156C000000123456`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Which account.
    pub account: AccountType,
    /// What the amount is.
    pub kind: BalanceType,
    /// The currency as three digits, `156` for RMB.
    pub currency: [u8; 3],
    /// Which side of zero.
    pub sign: Sign,
    /// The amount in minor units.
    pub minor: u64,
}

impl Balance {
    /// Characters of an entry.
    pub const SIZE: usize = 20;

    /// In minor units, below zero where the holder owes it.
    pub fn signed(&self) -> i64 {
        let minor = i64::try_from(self.minor).unwrap_or(i64::MAX);
        match self.sign {
            Sign::Credit => minor,
            Sign::Debit => -minor,
        }
    }

    /// The twenty characters.
    pub fn characters(&self) -> [u8; Self::SIZE] {
        let mut text = [b'0'; Self::SIZE];
        let two = |code: u8| [b'0' + code / 10 % 10, b'0' + code % 10];
        text[..2].copy_from_slice(&two(self.account.code()));
        text[2..4].copy_from_slice(&two(self.kind.code()));
        text[4..7].copy_from_slice(&self.currency);
        text[7] = match self.sign {
            Sign::Credit => b'C',
            Sign::Debit => b'D',
        };
        let mut left = self.minor;
        for slot in text[8..].iter_mut().rev() {
            *slot = b'0' + (left % 10) as u8;
            left /= 10;
        }
        text
    }
}

/// The entries of field 54, one or two.
///
/// ```
/// # use annul::iso8583::{Mti, UNIONPAY_POS, View, Writer, value::Balances};
/// # let mut buffer = [0; 64];
/// # let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0210))
/// #     .bytes(54, b"1002156C000000123456").finish().unwrap();
/// # let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
/// let balances = Balances::parse(&view.field(54).unwrap()).unwrap();
/// assert_eq!(balances.first().minor, 123_456);
/// assert!(balances.second().is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balances {
    first: Balance,
    second: Option<Balance>,
}

impl Balances {
    /// Takes one or two entries of twenty characters.
    pub fn parse(field: &Field<'_>) -> Result<Self, ValueError> {
        let error = || form(field, "1 or 2 balances of 20 characters");
        let whole = |bytes| match entry(bytes) {
            Ok(([], balance)) => Ok(balance),
            _ => Err(error()),
        };
        let bytes = field.bytes();
        let (first, second) = bytes.split_at_checked(Balance::SIZE).ok_or_else(error)?;
        Ok(Self {
            first: whole(first)?,
            second: (!second.is_empty()).then(|| whole(second)).transpose()?,
        })
    }

    /// The first entry.
    pub fn first(&self) -> &Balance {
        &self.first
    }

    /// The second entry.
    pub fn second(&self) -> Option<&Balance> {
        self.second.as_ref()
    }
}

fn entry(bytes: &[u8]) -> IResult<&[u8], Balance> {
    let two = |bytes| number(2).map(|code| code as u8).parse(bytes);
    let currency = map_opt(take(3_usize), |raw: &[u8]| {
        let digits: [u8; 3] = raw.try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(digits)
    });
    let sign = map_opt(take(1_usize), |raw: &[u8]| match raw {
        b"C" => Some(Sign::Credit),
        b"D" => Some(Sign::Debit),
        _ => None,
    });
    (two, two, currency, sign, number(12))
        .map(|(account, kind, currency, sign, minor)| Balance {
            account: AccountType::from_code(account),
            kind: BalanceType::from_code(kind),
            currency,
            sign,
            minor,
        })
        .parse(bytes)
}

/// So many ASCII digits.
fn number<'a>(
    count: usize,
) -> impl Parser<&'a [u8], Output = u64, Error = nom::error::Error<&'a [u8]>> {
    map_opt(take(count), |raw: &[u8]| {
        raw.iter().try_fold(0_u64, |value, digit| {
            let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            value.checked_mul(10)?.checked_add(digit)
        })
    })
}
