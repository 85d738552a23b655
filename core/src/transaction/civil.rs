use core::fmt;

/// A date and time on the wall, without a zone. It stamps records and fields;
/// nothing is ever decided by it (scenario 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

impl Civil {
    /// Bytes of [`Civil::to_bytes`].
    pub const SIZE: usize = 7;
    /// What a device without a clock says.
    pub const UNKNOWN: Self = Self {
        year: 0,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
    };

    /// Takes year, month, day and hour, minute, second; none where a part is
    /// out of range. The length of a month is not checked.
    pub const fn new(date: (u16, u8, u8), time: (u8, u8, u8)) -> Option<Self> {
        let ((year, month, day), (hour, minute, second)) = (date, time);
        let sound = year <= 9999
            && month >= 1
            && month <= 12
            && day >= 1
            && day <= 31
            && hour < 24
            && minute < 60
            && second <= 60;
        if !sound {
            return None;
        }
        Some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        })
    }

    /// Year, month, day.
    pub const fn date(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// Month and day as `MMDD`; 0 of a device without a clock.
    pub(crate) fn day(self) -> u16 {
        match self.year {
            0 => 0,
            _ => u16::from(self.month) * 100 + u16::from(self.day),
        }
    }

    /// Hour, minute, second.
    pub const fn time(self) -> (u8, u8, u8) {
        (self.hour, self.minute, self.second)
    }

    /// Year in two bytes, big end first, then one byte a part.
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        let [high, low] = self.year.to_be_bytes();
        [
            high,
            low,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
        ]
    }

    /// The value [`Civil::to_bytes`] packed.
    pub const fn from_bytes(bytes: [u8; Self::SIZE]) -> Option<Self> {
        let [high, low, month, day, hour, minute, second] = bytes;
        Self::new(
            (u16::from_be_bytes([high, low]), month, day),
            (hour, minute, second),
        )
    }
}

impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month, day), (hour, minute, second)) = (self.date(), self.time());
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}
