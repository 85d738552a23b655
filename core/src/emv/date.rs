use super::digits::pair;
use super::error::{ValueError, ValueFault, sized};
use core::fmt;

/// A day that is in the calendar.
///
/// ```
/// # use annul::emv::Date;
/// assert_eq!(Date::parse(&[0x25, 0x12, 0x31]).unwrap().to_string(), "2025-12-31");
/// // EMV book 4: years from 50 on are of the last century.
/// assert_eq!(Date::parse(&[0x50, 0x01, 0x01]).unwrap().to_string(), "1950-01-01");
/// assert!(Date::parse(&[0x25, 0x02, 0x30]).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYMMDD` in three bytes, `YYYYMMDD` in four, or the latter in
    /// eight ASCII digits, as key files of UnionPay have it.
    pub fn parse(value: &[u8]) -> Result<Self, ValueError> {
        let packed: [u8; 4] = match *value {
            [year, month, day] => [if year < 0x50 { 0x20 } else { 0x19 }, year, month, day],
            [a, b, c, d] => [a, b, c, d],
            [a, b, c, d, e, f, g, h] => [ascii(a, b)?, ascii(c, d)?, ascii(e, f)?, ascii(g, h)?],
            _ => return Err(sized(value, 3, 4).err().unwrap_or(WRONG)),
        };
        let [century, year, month, day] = packed.map(pair);
        let digit = ValueError::new(0, ValueFault::Digit);
        let (century, year) = century.zip(year).ok_or(digit)?;
        let (month, day) = month.zip(day).ok_or(digit)?;
        let date = Self {
            year: u16::from(century) * 100 + u16::from(year),
            month,
            day,
        };
        if (1..=date.days()).contains(&day) {
            Ok(date)
        } else {
            Err(WRONG)
        }
    }

    /// The year, with its century.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days of the month, or none where there is no such month.
    const fn days(self) -> u8 {
        match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if self.year.is_multiple_of(4) && !self.year.is_multiple_of(100) => 29,
            2 if self.year.is_multiple_of(400) => 29,
            2 => 28,
            _ => 0,
        }
    }
}

const WRONG: ValueError = ValueError::new(0, ValueFault::Date);

/// Two ASCII digits, packed.
fn ascii(high: u8, low: u8) -> Result<u8, ValueError> {
    if high.is_ascii_digit() && low.is_ascii_digit() {
        Ok((high & 0x0F) << 4 | low & 0x0F)
    } else {
        Err(ValueError::new(0, ValueFault::Digit))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A time of day.
///
/// ```
/// # use annul::emv::Time;
/// assert_eq!(Time::parse(&[0x23, 0x59, 0x59]).unwrap().to_string(), "23:59:59");
/// assert!(Time::parse(&[0x24, 0x00, 0x00]).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: u8,
}

impl Time {
    /// Reads `HHMMSS` in three bytes.
    pub fn parse(value: &[u8]) -> Result<Self, ValueError> {
        sized(value, 3, 3)?;
        let mut parts = [0; 3];
        for (at, (part, byte)) in parts.iter_mut().zip(value).enumerate() {
            *part = pair(*byte).ok_or(ValueError::new(at, ValueFault::Digit))?;
        }
        let [hour, minute, second] = parts;
        let time = Self {
            hour,
            minute,
            second,
        };
        if hour < 24 && minute < 60 && second < 60 {
            Ok(time)
        } else {
            Err(ValueError::new(0, ValueFault::Time))
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}
