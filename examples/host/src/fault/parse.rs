//! The text of a fault, taken apart: `WHAT[=VALUE][@WHERE][#WHICH]`.

use super::table::{FAULTS, TARGETS, Value};
use super::{Fault, Misdeed, Target, Turns};
use crate::duration;
use annul::transaction::ResponseCode;
use std::fmt::Write as _;
use std::str::FromStr;

/// A fault that cannot be read: where it went wrong and what may stand there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fault {spec:?}, character {position}: expected {expected}, found {found:?}")]
pub struct FaultError {
    spec: String,
    position: usize,
    expected: String,
    found: String,
}

impl FaultError {
    /// The character, counted from 1, at which reading stopped.
    pub const fn position(&self) -> usize {
        self.position
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self, FaultError> {
        let mut rest = Rest { spec, at: 0 };
        let start = rest.at;
        let word = rest.word();
        let row = (FAULTS.iter().find(|row| row.word == word))
            .ok_or_else(|| rest.error(start, word, &one_of(FAULTS.iter().map(|row| row.word))))?;
        let misdeed = value(&mut rest, row.value)?;
        let target = target(&mut rest)?.unwrap_or(row.target);
        let turns = turns(&mut rest)?;
        if rest.at < spec.len() {
            let expected = "'=', '@', '#' in this order, each once, or the end";
            return Err(rest.error(rest.at, &spec[rest.at..], expected));
        }
        Ok(Self {
            misdeed,
            target,
            turns,
        })
    }
}

/// What is left to read.
struct Rest<'a> {
    spec: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    /// Takes all up to the next sign of the grammar.
    fn word(&mut self) -> &'a str {
        let text = &self.spec[self.at..];
        let end = text.find(['=', '@', '#']).unwrap_or(text.len());
        self.at += end;
        &text[..end]
    }

    /// Takes a sign and the word after it, with the word's place.
    fn after(&mut self, sign: char) -> Option<(usize, &'a str)> {
        if !self.spec[self.at..].starts_with(sign) {
            return None;
        }
        self.at += sign.len_utf8();
        Some((self.at, self.word()))
    }

    fn error(&self, at: usize, found: &str, expected: &str) -> FaultError {
        FaultError {
            spec: self.spec.chars().take(80).collect(),
            position: self.spec[..at].chars().count() + 1,
            expected: expected.to_owned(),
            found: found.chars().take(40).collect(),
        }
    }
}

fn value(rest: &mut Rest<'_>, value: Value) -> Result<Misdeed, FaultError> {
    let given = rest.after('=');
    let (at, text) = given.unwrap_or((rest.at, ""));
    let small =
        |low: u16, high: u16| (text.parse().ok()).filter(|number| (low..=high).contains(number));
    let (misdeed, expected) = match value {
        Value::None(misdeed) => (
            given.is_none().then_some(misdeed),
            "no value after this fault",
        ),
        Value::Duration(make) => (duration::parse(text).map(make), duration::FORM),
        Value::Code(make) => (
            (ResponseCode::new(text.as_bytes()).ok())
                .filter(|code| code.bytes().iter().all(u8::is_ascii_alphanumeric))
                .filter(|code| code.bytes() != b"00")
                .map(make),
            "a response code of two letters or digits, such as =51, but not 00",
        ),
        Value::Pieces(make) => (small(2, 64).map(make), "a number of pieces from =2 to =64"),
        Value::Bytes(make) => (
            match given {
                None => Some(make(None)),
                Some(_) => small(0, 2048).map(|bytes| make(Some(bytes))),
            },
            "a number of bytes from =0 to =2048",
        ),
    };
    misdeed.ok_or_else(|| rest.error(at, text, expected))
}

fn target(rest: &mut Rest<'_>) -> Result<Option<Target>, FaultError> {
    let Some((at, word)) = rest.after('@') else {
        return Ok(None);
    };
    let known = TARGETS.iter().find(|(known, _)| *known == word);
    let expected = || one_of(TARGETS.iter().map(|(word, _)| *word));
    known
        .map(|(_, target)| Some(*target))
        .ok_or_else(|| rest.error(at, word, &expected()))
}

fn turns(rest: &mut Rest<'_>) -> Result<Turns, FaultError> {
    let Some((at, text)) = rest.after('#') else {
        return Ok(Turns { first: 1, last: 1 });
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
    let turns = match text.split_once("..") {
        _ if text == "*" => Some((1, u32::MAX)),
        None => number(text).map(|only| (only, only)),
        Some((first, "")) => number(first).map(|first| (first, u32::MAX)),
        Some((first, last)) => number(first).zip(number(last)),
    };
    turns
        .filter(|(first, last)| first <= last)
        .map(|(first, last)| Turns { first, last })
        .ok_or_else(|| rest.error(at, text, "N, N..M, N.. or *, with N from 1"))
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::from("one of");
    for (index, word) in words.enumerate() {
        let _ = write!(text, "{} {word}", if index == 0 { "" } else { "," });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Exchange;
    use std::time::Duration;

    fn parsed(spec: &str) -> Fault {
        spec.parse().unwrap()
    }

    #[test]
    fn what_where_and_which() {
        let fault = parsed("decline=51@sale#2..3");
        assert_eq!(
            fault.misdeed,
            Misdeed::Decline(ResponseCode::literal(*b"51"))
        );
        assert_eq!(
            fault.target,
            Target::One(Exchange::Money(annul::transaction::Kind::Sale))
        );
        assert_eq!(fault.turns, Turns { first: 2, last: 3 });

        let fault = parsed("away=3s");
        assert_eq!(fault.misdeed, Misdeed::Away(Duration::from_secs(3)));
        assert_eq!(fault.target, Target::Money);
        assert_eq!(fault.turns, Turns { first: 1, last: 1 });

        assert_eq!(parsed("close").misdeed, Misdeed::Close(None));
        assert_eq!(parsed("close=0").misdeed, Misdeed::Close(Some(0)));
        assert_eq!(parsed("forget#*").turns.last, u32::MAX);
        assert_eq!(parsed("forget").target, Target::Reversal);
        assert_eq!(
            parsed("join@any#4..").turns,
            Turns {
                first: 4,
                last: u32::MAX
            }
        );
    }

    #[test]
    fn errors_say_where_and_what_may_stand_there() {
        let cases = [
            ("", 1, "one of drop-request, "),
            ("drop-anwser@sale", 1, "one of drop-request, "),
            ("drop-answer=3", 13, "no value"),
            ("delay", 6, "a duration"),
            ("delay=5@void", 7, "a duration"),
            ("decline=5@sale", 9, "a response code"),
            ("decline=元@sale", 9, "a response code"),
            ("split=1", 7, "a number of pieces"),
            ("close=x", 7, "a number of bytes"),
            ("join@transfer", 6, "one of any, money, "),
            ("join@", 6, "one of any, money, "),
            ("join#0", 6, "N, N..M"),
            ("join#3..2", 6, "N, N..M"),
            ("join#1@sale", 7, "in this order"),
            ("join@sale@void", 10, "in this order"),
        ];
        for (spec, position, expected) in cases {
            let error = spec.parse::<Fault>().unwrap_err();
            assert_eq!(error.position(), position, "{error}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
