use std::time::Duration;

/// What [`parse`] expects, for error messages.
pub(crate) const FORM: &str = "a duration such as 60s, 400ms or 2m, from 1ms to 60m";
const LONGEST: Duration = Duration::from_hours(1);

/// Takes a whole number and its unit: `ms`, `s` or `m`.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return None,
    };
    let duration = Duration::from_millis(number.checked_mul(millis)?);
    (duration <= LONGEST && !duration.is_zero()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit() {
        assert_eq!(parse("59s"), Some(Duration::from_secs(59)));
        assert_eq!(parse("400ms"), Some(Duration::from_millis(400)));
        assert_eq!(parse("2m"), Some(Duration::from_mins(2)));
        for text in ["", "60", "s", "0s", "1h", "-1s", "1 s", "61m", "9s9"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
