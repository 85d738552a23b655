//! The host's time: the wall clock for its stamps, a running count of
//! milliseconds for what lasts.

use annul::transaction::Civil;
use std::time::{SystemTime, UNIX_EPOCH};

/// One moment, as the world or a simulation gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// F12, F13 and the stamps of the ledger.
    pub civil: Civil,
    /// Milliseconds since some start; never goes back.
    pub millis: u64,
}

/// The wall clock in China, eight hours before UTC all year.
pub fn china() -> Civil {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    civil(since.map_or(0, |since| since.as_secs()) + 8 * 3600)
}

/// The date and time so many seconds after 1 January 1970.
///
/// The day count follows the Gregorian cycle of 400 years, counted from a
/// 1 March so that a leap day is the last of its year.
fn civil(seconds: u64) -> Civil {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let date = (year as u16, month as u8, day as u8);
    let time = (
        (second / 3600) as u8,
        (second / 60 % 60) as u8,
        (second % 60) as u8,
    );
    Civil::new(date, time).unwrap_or(Civil::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_known_by_heart() {
        let cases = [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (1_000_000_000, "2001-09-09 01:46:40"),
            (1_735_689_599, "2024-12-31 23:59:59"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ];
        for (seconds, text) in cases {
            assert_eq!(civil(seconds).to_string(), text);
        }
    }
}
