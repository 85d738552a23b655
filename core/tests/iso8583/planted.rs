//! Messages of any dialect with every kind of field, made by dice, and a card
//! in every place where one may stand.

use crate::dice::Dice;
use annul::iso8583::{Encoding, FieldSpec, Format, Inside, Length, Message, Mti};
use annul::iso8583::{Sensitivity, Spec, Unit};

/// A card that is nobody's: its number and the rest are drawn.
pub(crate) struct Card {
    /// 13 to 19 digits, the last its check digit. Those that are hidden are 7, 8
    /// and 9, which nothing else is that [`message`] puts into a message.
    pub(crate) number: Vec<u8>,
    /// Year, month, service code and what stands behind, of a track.
    pub(crate) behind: Vec<u8>,
    pub(crate) pin_block: [u8; 8],
}

/// What was found where it must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    Number,
    Track,
    Pin,
}

impl Card {
    pub(crate) fn drawn(dice: &mut impl Dice) -> Self {
        let len = *dice.one_of(&[13, 14, 15, 16, 16, 16, 17, 18, 19, 19]);
        let mut number = match len {
            13 => b"412424",
            14 => b"362424",
            15 => b"372424",
            _ => b"622424",
        }
        .to_vec();
        let ahead = len - 1 - number.len();
        number.extend(hidden(ahead, dice));
        let check = check_digit(&number);
        number.push(check);
        let mut behind = b"2806201".to_vec();
        behind.extend(hidden(8, dice));
        Self {
            number,
            behind,
            // Not drawn: what is drawn for a public value could be the same.
            pin_block: [0xAC, 0xFB, 0xDE, 0xBA, 0xED, 0xCF, 0xEA, 0xBD],
        }
    }

    /// True where the bytes hold the number whole, in groups as [`GROUPS`] has
    /// them, or in hexadecimal of EBCDIC, wherever they hold digits of its
    /// middle: a number with another digit is somebody else's or nobody's.
    pub(crate) fn is_whole_in(&self, bytes: &[u8]) -> bool {
        let (number, middle) = (&self.number[..], self.middle());
        let digits = as_digits(bytes);
        let whole = count(&digits, number);
        let grouped = GROUPS.iter().map(|(size, separator)| {
            let part = number.chunks(*size).collect::<Vec<_>>().join(*separator);
            count_apart(&digits, &part)
        });
        let zoned = [b'f', b'F'].map(|zone| count(&digits, &zoned(number, zone)));
        let parted: usize = grouped.chain(zoned).sum();
        whole == count(&digits, middle)
            && whole + parted == count(&squeezed(&digits), middle)
            && count(&packed_digits(bytes), number) == count(&packed_digits(bytes), middle)
    }

    /// True where a whole number stands before each end of the track that the
    /// bytes hold.
    pub(crate) fn is_whole_track_in(&self, bytes: &[u8]) -> bool {
        // `=` or `D`, or a name between its marks.
        let gaps = [1, b"^DOE/JANE^".len()];
        let behind = &self.behind[..];
        [as_digits(bytes), packed_digits(bytes)].iter().all(|text| {
            let whole = { 0..text.len() }.filter(|at| {
                text[*at..].starts_with(behind)
                    && gaps.iter().any(|gap| {
                        let before = text.get(..at.saturating_sub(*gap));
                        before.is_some_and(|before| before.ends_with(&self.number))
                    })
            });
            whole.count() == count(text, &behind[7..])
        })
    }

    /// Digits of the number that nobody may see: of a short one, of which but few
    /// are hidden, some around them too.
    fn middle(&self) -> &[u8] {
        let len = self.number.len();
        let more = 6_usize.saturating_sub(len - 10).div_ceil(2);
        &self.number[6 - more..len - 4 + more]
    }

    /// What of the card stands in a text that was shown, if anything does: the
    /// digits in the middle of its number, those at the end of its track, four
    /// bytes of its PIN block; in characters, packed, in EBCDIC, or any of these
    /// in hexadecimal.
    pub(crate) fn is_in(&self, shown: &str) -> Option<Secret> {
        let bytes = unescaped(shown);
        let squeezed = squeezed(shown.as_bytes());
        let texts = [shown.as_bytes(), &squeezed, &bytes];
        let holds = |part: &[u8]| {
            let mut texts = texts.iter();
            texts.any(|text| text.windows(part.len()).any(|window| window == part))
        };
        let nibbles = nibbles(&bytes);
        let digits = |digits: &[u8]| {
            let values: Vec<u8> = digits.iter().map(|digit| digit - b'0').collect();
            let ebcdic = ebcdic(digits);
            holds(digits)
                || holds(hexadecimal(digits).as_bytes())
                || holds(hexadecimal(&ebcdic).as_bytes())
                || holds(&ebcdic)
                || nibbles.windows(values.len()).any(|window| window == values)
        };
        if digits(self.middle()) {
            return Some(Secret::Number);
        }
        if digits(&self.behind[7..]) {
            return Some(Secret::Track);
        }
        let mut pin = self.pin_block.windows(4);
        let seen = |part: &[u8]| holds(hexadecimal(part).as_bytes()) || holds(part);
        pin.any(seen).then_some(Secret::Pin)
    }

    fn track_2(&self, separator: u8) -> Vec<u8> {
        [&self.number, &[separator][..], &self.behind].concat()
    }

    fn track_1(&self) -> Vec<u8> {
        [b"B", &self.number[..], b"^DOE/JANE^", &self.behind].concat()
    }
}

/// Digits of a group, and what stands between groups.
const GROUPS: [(usize, &[u8]); 8] = [
    (4, b" "),
    (4, b"  "),
    (4, b"."),
    (5, b"_"),
    (6, b"-"),
    (8, b"/"),
    (1, b" "),
    (1, b"."),
];

/// Digits, each behind the half of its byte in EBCDIC.
fn zoned(digits: &[u8], zone: u8) -> Vec<u8> {
    digits.iter().flat_map(|digit| [zone, *digit]).collect()
}

/// Without what may stand between digits.
fn squeezed(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().filter(|byte| !b" -./_Ff".contains(byte));
    digits.copied().collect()
}

fn count(text: &[u8], part: &[u8]) -> usize {
    let windows = text.windows(part.len());
    windows.filter(|window| *window == part).count()
}

/// How often it stands there with no digit beside it.
fn count_apart(text: &[u8], part: &[u8]) -> usize {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let places = { 0..text.len() }.filter(|at| text[*at..].starts_with(part));
    let apart = |at: &usize| !at.checked_sub(1).is_some_and(digit) && !digit(at + part.len());
    places.filter(apart).count()
}

/// The same bytes, digits and blanks in EBCDIC as those in ASCII.
fn as_digits(bytes: &[u8]) -> Vec<u8> {
    { bytes.iter() }
        .map(|byte| match byte {
            0xF0..=0xF9 => byte & 0x3F,
            0x40 => b' ',
            _ => *byte,
        })
        .collect()
}

/// Half bytes, digits as those in ASCII.
fn packed_digits(bytes: &[u8]) -> Vec<u8> {
    nibbles(bytes).iter().map(|nibble| b'0' + nibble).collect()
}

fn hidden(count: usize, dice: &mut impl Dice) -> Vec<u8> {
    (0..count).map(|_| b'7' + dice.below(3) as u8).collect()
}

/// The bytes of a text in which some stand as `\x5C`.
fn unescaped(shown: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(shown.len());
    let mut rest = shown.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = rest.strip_prefix(b"\\x").and_then(|digits| digits.get(..2));
        let digits = digits.and_then(|digits| core::str::from_utf8(digits).ok());
        if let Some(Ok(byte)) = digits.map(|digits| u8::from_str_radix(digits, 16)) {
            bytes.push(byte);
            rest = &rest[4..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

fn nibbles(bytes: &[u8]) -> Vec<u8> {
    { bytes.iter() }
        .flat_map(|byte| [byte >> 4, byte & 15])
        .collect()
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
    nibbles(bytes).into_iter().map(digit).collect()
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = { digits.iter().rev().enumerate() }
        .map(|(at, digit)| match (at % 2, u32::from(digit - b'0')) {
            (0, digit) => digit * 2 / 10 + digit * 2 % 10,
            (_, digit) => digit,
        })
        .sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

/// Digits two a byte, F behind an odd one.
pub(crate) fn packed(digits: &[u8]) -> Vec<u8> {
    let nibble = |digit: &u8| match digit {
        b'0'..=b'9' => digit - b'0',
        _ => 0xD,
    };
    { digits.chunks(2) }
        .map(|pair| nibble(&pair[0]) << 4 | pair.get(1).map_or(0xF, nibble))
        .collect()
}

pub(crate) fn ebcdic(digits: &[u8]) -> Vec<u8> {
    digits.iter().map(|digit| digit | 0xF0).collect()
}

/// A message of the dialect; with a card, it stands where cards stand and here
/// and there where none belongs.
pub(crate) fn message<'s>(
    spec: &'s Spec<'s>,
    card: Option<&Card>,
    dice: &mut impl Dice,
) -> Message<'s> {
    let version = match spec.name() {
        name if name.contains("93") => 0x1000,
        name if name.contains("2003") => 0x2000,
        _ => 0,
    };
    let kind = dice.one_of(&[0x0100, 0x0200, 0x0210, 0x0320, 0x0400, 0x0800, 0x0810]);
    let mut message = Message::new(spec, Mti::new(version | kind).expect("digits"));
    let often = 2 + dice.below(6);
    for (number, field) in spec.fields().filter(|(number, _)| *number > 1) {
        let secret = card.is_some() && field.sensitivity() != Sensitivity::Public;
        if !dice.once_in(if secret { 2 } else { often }) {
            continue;
        }
        let planted = card.and_then(|card| planted(field, card, dice));
        if planted.is_some_and(|value| put(&mut message, number, field, &value)) {
            continue;
        }
        let value = value(field, dice);
        put(&mut message, number, field, &value);
    }
    message
}

/// True where the dialect takes the value.
fn put(message: &mut Message<'_>, number: u8, field: &FieldSpec<'_>, value: &[u8]) -> bool {
    if field.format().is_digits() {
        message.set_digits(number, value).is_ok()
    } else {
        message.set_bytes(number, value).is_ok()
    }
}

/// Characters of a value: those of a fixed length, else not too many.
fn size(field: &FieldSpec<'_>, dice: &mut impl Dice) -> usize {
    let most = usize::from(field.length().most());
    let most = match (field.unit(), field.encoding()) {
        (Unit::Bytes, Encoding::Bcd) => most * 2,
        (Unit::Bytes, Encoding::Hex) => most / 2,
        _ => most,
    };
    match field.length() {
        Length::Fixed(_) => most,
        Length::Var(..) => 1 + dice.below(most.min(40)),
    }
}

/// Any value of the field's format.
fn value(field: &FieldSpec<'_>, dice: &mut impl Dice) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ ";
    const SPECIAL: &[u8] = b" .,-/:()+";
    if matches!(field.parts(), Inside::Tlv(_)) {
        return objects(None, dice);
    }
    let size = size(field, dice);
    // Neither 7, 8 nor 9, also in hexadecimal: these are the card's.
    let mut any = |from: &[u8]| (0..size).map(|_| *dice.one_of(from)).collect();
    match field.format() {
        Format::N | Format::Z | Format::Ns => any(b"0123456"),
        Format::A => any(LETTERS),
        Format::S => any(SPECIAL),
        Format::As => any(b"ABC .-/"),
        Format::An => any(b"0123456ABCDEF "),
        Format::Ans => any(b"0123456ABCDEFGH .,-/"),
        Format::B => (0..size).map(|_| dice.below(256) as u8 & 0x6F).collect(),
        Format::Xn => {
            let digits: Vec<u8> = any(b"0123456");
            [b"D", digits.get(1..).unwrap_or_default()].concat()
        }
    }
}

/// The card in a field; none where nothing of it goes there.
fn planted(field: &FieldSpec<'_>, card: &Card, dice: &mut impl Dice) -> Option<Vec<u8>> {
    if matches!(field.parts(), Inside::Tlv(_)) {
        return Some(objects(Some(card), dice));
    }
    match field.sensitivity() {
        Sensitivity::Pan => Some(card.number.clone()),
        Sensitivity::Track if field.format() == Format::Ans => Some(card.track_1()),
        Sensitivity::Track => match (field.encoding(), field.length().most()) {
            (Encoding::Bcd, ..=40) => Some(card.track_2(b'D')),
            (Encoding::Bcd, _) => Some([b"99", &card.track_2(b'D')[..]].concat()),
            (_, ..=40) => Some(card.track_2(b'=')),
            _ => Some([b"99", &card.track_2(b'=')[..]].concat()),
        },
        Sensitivity::Secret if field.format() == Format::B => Some(card.pin_block.to_vec()),
        Sensitivity::Details => Some(details(card, dice)),
        Sensitivity::Chip => Some(objects(Some(card), dice)),
        Sensitivity::Text | Sensitivity::Keys | Sensitivity::Code | Sensitivity::Secret => {
            Some(note(field, card, dice))
        }
        Sensitivity::Public if field.format().is_digits() => {
            let size = size(field, dice).max(card.number.len());
            let zeros = vec![b'0'; size - card.number.len()];
            Some([&zeros, &card.number[..]].concat())
        }
        Sensitivity::Public => None,
    }
}

/// A text with the number in it, as people and programs write it.
fn note(field: &FieldSpec<'_>, card: &Card, dice: &mut impl Dice) -> Vec<u8> {
    let host = matches!(field.encoding(), Encoding::Ebcdic(_));
    let number = match dice.below(8) {
        // What is no character of the code is another one there.
        0 if !host && !packed(&card.number).into_iter().all(printable) => packed(&card.number),
        1 if !host => ebcdic(&card.number),
        2 => card.number.chunks(4).collect::<Vec<_>>().join(&b" "[..]),
        4 if !host => {
            let (size, separator) = *dice.one_of(&GROUPS);
            card.number.chunks(size).collect::<Vec<_>>().join(separator)
        }
        5 if !host => zoned(&card.number, *dice.one_of(b"fF")),
        3 => card.track_2(b'='),
        _ => card.number.clone(),
    };
    [b"CARD ", &number[..], b" OK"].concat()
}

fn printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

/// Settlement totals with a card in them, or details of a batch.
fn details(card: &Card, dice: &mut impl Dice) -> Vec<u8> {
    if dice.once_in(2) {
        let mut totals = vec![b'0'; 62];
        let at = dice.below(62 - card.number.len());
        totals[at..at + card.number.len()].copy_from_slice(&card.number);
        return totals;
    }
    let zeros = vec![b'0'; 20 - card.number.len()];
    let detail = [b"01000123", &zeros[..], &card.number, b"000000012345"].concat();
    [&b"02"[..], &detail, &detail].concat()
}

/// Chip data, with a card under its tags and under others.
fn objects(card: Option<&Card>, dice: &mut impl Dice) -> Vec<u8> {
    let mut all: Vec<(&[u8], Vec<u8>)> = vec![
        (
            b"\x9F\x26",
            (0..8).map(|_| dice.below(256) as u8 & 0x6F).collect(),
        ),
        (b"\x9F\x36", vec![0, dice.below(256) as u8 & 0x6F]),
        (b"\x95", vec![0; 5]),
        (b"\x9F\x02", vec![0, 0, 0, 0, 0x12, 0x34]),
    ];
    if let Some(card) = card {
        let own: [(&[u8], Vec<u8>); 7] = [
            (b"\x5A", packed(&card.number)),
            (b"\x57", packed(&card.track_2(b'D'))),
            (b"\x9F\x6B", packed(&card.track_2(b'D'))),
            (b"\x56", card.track_1()),
            (b"\x9F\x7C", packed(&card.number)),
            (b"\xDF\x7D", packed(&card.number)),
            (b"\x9F\x7C", card.number.clone()),
        ];
        for one in own {
            if dice.once_in(3) {
                let at = dice.below(all.len());
                all.insert(at, one);
            }
        }
    }
    { all.into_iter() }
        .flat_map(|(tag, value)| [tag, &[value.len() as u8], &value].concat())
        .collect()
}
