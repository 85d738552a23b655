use crate::engine::Millis;
use crate::terminal::Now;
use crate::transaction::Civil;
use core::time::Duration;
use std::thread::sleep;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Tells the time and waits.
pub trait Clock {
    /// The time.
    fn now(&mut self) -> Now;

    /// Waits until then.
    fn sleep_until(&mut self, due: Millis);
}

/// The clock of the operating system. Its civil time is UTC: it only stamps
/// records; an app that wants local time there brings a clock of its own.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    begun: Instant,
}

impl SystemClock {
    /// A clock that begins now.
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&mut self) -> Now {
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Now {
            millis: Millis(millis),
            civil: civil(since),
        }
    }

    fn sleep_until(&mut self, due: Millis) {
        let now = self.now().millis;
        sleep(Duration::from_millis(due.0.saturating_sub(now.0)));
    }
}

/// Days since 1970 to a date, after Howard Hinnant's `civil_from_days`.
fn civil(since: Duration) -> Civil {
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let date = (year as u16, month as u8, day as u8);
    let time = (
        (seconds / 3_600) as u8,
        (seconds / 60 % 60) as u8,
        (seconds % 60) as u8,
    );
    Civil::new(date, time).unwrap_or(Civil::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn civil_time_of_known_moments() {
        let of = |seconds| civil(Duration::from_secs(seconds)).to_string();
        assert_eq!(of(0), "1970-01-01 00:00:00");
        assert_eq!(of(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(of(1_767_225_599), "2025-12-31 23:59:59");
        assert_eq!(of(1_795_412_345), "2026-11-23 05:39:05");
    }
}
