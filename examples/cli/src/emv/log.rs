//! Lines of a log, as readers, kernels and traces write them.
//!
//! ```text
//!  > 00 A4 04 00 ...          a mark says which way
//!  C-APDU: 00A40400...        so does a word
//!  00A40400...                without either, they take turns
//!  # a remark, and what is no hexadecimal at the end of a line, is left out
//! ```

use crate::hex;

/// Which way bytes went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    ToCard,
    FromCard,
}

/// One line with bytes.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) way: Way,
    pub(super) bytes: Vec<u8>,
}

/// Marks and words before the bytes, in small letters. Longer ones first: a
/// shorter one may be part of them.
const TO_CARD: &[&str] = &[
    "c-apdu", "capdu", "command", "request", "send", "sent", "cmd", "tx", ">>", "->", "=>", ">",
];
const FROM_CARD: &[&str] = &[
    "r-apdu", "rapdu", "response", "receive", "recv", "reply", "resp", "rsp", "rx", "<<", "<-",
    "<=", "<", "sw",
];

/// The lines with bytes; what is said about a line that is none quotes nothing
/// of it.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, String> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.split(['#', ';']).next().unwrap_or_default();
        let line = line.split("//").next().unwrap_or_default().trim();
        let (label, digits) = parted(line);
        if digits.is_empty() {
            continue;
        }
        let bytes = hex::decode(digits).map_err(|error| format!("line {number}: {error}"))?;
        let label = label.to_lowercase();
        let marked = |marks: &[&str]| marks.iter().any(|mark| label.contains(mark));
        let way = if marked(FROM_CARD) {
            Way::FromCard
        } else if marked(TO_CARD) {
            Way::ToCard
        } else {
            match lines.last().map(|last| last.way) {
                Some(Way::ToCard) => Way::FromCard,
                _ => Way::ToCard,
            }
        };
        // A status word on a line of its own belongs to the data before it.
        match lines.last_mut() {
            Some(last) if label.contains("sw") && last.way == Way::FromCard && bytes.len() == 2 => {
                last.bytes.extend(bytes);
            }
            _ => lines.push(Line { number, way, bytes }),
        }
    }
    if lines.is_empty() {
        return Err("no line has bytes; expected commands and responses in hexadecimal".to_owned());
    }
    Ok(lines)
}

/// What leads a line, and the hexadecimal digits that end it. A label ends in a
/// mark or a word that is no number: `12:01:33 C-APDU: 00A4...`.
fn parted(line: &str) -> (&str, &str) {
    if hex::decode(line).is_ok() {
        // Bytes alone, perhaps with colons between.
        return ("", line);
    }
    let ends = |c: char| !c.is_ascii_hexdigit() && !" \t,\"'-xX".contains(c);
    let at = line.rfind(ends).map_or(0, |at| {
        at + line[at..].chars().next().map_or(0, char::len_utf8)
    });
    let (label, digits) = line.split_at(at);
    // The end of a word may look like digits: "Card 00A4" leaves "d 00A4".
    let glued = label.ends_with(|c: char| c.is_ascii_alphabetic())
        && digits.starts_with(|c: char| c.is_ascii_hexdigit());
    let digits = digits.trim_start_matches(|c: char| !c.is_ascii_hexdigit());
    match digits.split_once(char::is_whitespace) {
        Some((_, rest)) if glued => (label, rest.trim()),
        None if glued => (label, ""),
        _ => (label, digits.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_logs_are_written() {
        let text = "\
# a remark
12:01:33.123 C-APDU: 00 A4 04 00
12:01:33.200 R-APDU: 6F 00 90 00
> 00B2010C00
< 7000
  SW: 9000
0x80,0xCA,0x9F,0x36,0x00
9F36020001 9000
Card -> 0084000000
CAPDU 00 84 00 00 00
6A:82
send 00A4
";
        let lines = lines(text).unwrap();
        let ways: Vec<Way> = lines.iter().map(|line| line.way).collect();
        let turns = [Way::ToCard, Way::FromCard];
        assert_eq!(ways[..6], [turns, turns, turns].concat());
        assert_eq!(lines[3].bytes, [0x70, 0x00, 0x90, 0x00]);
        assert_eq!(lines[4].bytes, [0x80, 0xCA, 0x9F, 0x36, 0x00]);
        assert_eq!((lines[6].number, lines[6].way), (9, Way::ToCard));
        assert_eq!((lines[7].way, lines[7].bytes.len()), (Way::ToCard, 5));
        assert_eq!(
            (lines[8].way, &lines[8].bytes[..]),
            (Way::FromCard, &[0x6A, 0x82][..])
        );
        assert_eq!((lines[9].way, lines[9].bytes.len()), (Way::ToCard, 2));
    }

    #[test]
    fn what_is_wrong_says_the_line_and_nothing_of_it() {
        let error = lines("> 00A4\n< 900").unwrap_err();
        assert!(error.starts_with("line 2: 3 hexadecimal digits"), "{error}");
        assert!(lines("nothing here: !").is_err());
    }
}
