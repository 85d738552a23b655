//! What networks put before a message. The editions of ISO 8583 say nothing of
//! it, so each of these is tried, or one is named with `--header`.

use crate::exit::Failure;
use annul::iso8583::{Header, HeaderPart, HeaderSize, Prefix, PrefixForm};
use serde::{Serialize, Serializer};

/// A header by name.
pub(crate) struct Framing {
    pub(crate) name: &'static str,
    pub(crate) chinese: &'static str,
    pub(crate) english: &'static str,
    pub(crate) header: Header<'static>,
}

const TPDU: HeaderPart<'static> = HeaderPart {
    name: "TPDU",
    size: HeaderSize::Fixed(5),
};
const SIX: HeaderPart<'static> = HeaderPart {
    name: "header",
    size: HeaderSize::Fixed(6),
};
const COUNTED: HeaderPart<'static> = HeaderPart {
    name: "header",
    size: HeaderSize::FirstByte,
};
const ZEROS: HeaderPart<'static> = HeaderPart {
    name: "reserved",
    size: HeaderSize::Fixed(2),
};

const TWO: Prefix = Prefix::binary(2);

/// Every header, the plain ones first.
pub(crate) static FRAMINGS: &[Framing] = &[
    of("none", "报文", "message alone", Header::NONE),
    of(
        "length",
        "2字节长度",
        "length in 2 bytes",
        Header::NONE.behind(TWO),
    ),
    of(
        "length-inclusive",
        "2字节长度（含自身）",
        "length in 2 bytes that counts itself",
        Header::NONE.behind(TWO.inclusive()),
    ),
    of(
        "length-4",
        "4字节长度",
        "length in 4 bytes",
        Header::NONE.behind(Prefix::binary(4)),
    ),
    of(
        "length-bcd",
        "BCD长度",
        "length in 4 BCD digits",
        Header::NONE.behind(Prefix::bcd(4)),
    ),
    of(
        "length-ascii",
        "ASCII长度",
        "length in 4 ASCII digits",
        Header::NONE.behind(Prefix::ascii(4)),
    ),
    of("tpdu", "TPDU", "TPDU", Header::of(&[TPDU])),
    of(
        "length-tpdu",
        "2字节长度、TPDU",
        "length in 2 bytes, TPDU",
        Header::of(&[TPDU]).behind(TWO),
    ),
    of(
        "tpdu-header",
        "TPDU、6字节报文头",
        "TPDU, header of 6 bytes",
        Header::of(&[TPDU, SIX]),
    ),
    of(
        "length-tpdu-header",
        "2字节长度、TPDU、6字节报文头",
        "length in 2 bytes, TPDU, header of 6 bytes",
        Header::of(&[TPDU, SIX]).behind(TWO),
    ),
    of(
        "counted",
        "首字节为长度的报文头",
        "header whose first byte is its length",
        Header::of(&[COUNTED]),
    ),
    of(
        "length-counted",
        "2字节长度、2字节保留、首字节为长度的报文头",
        "length in 2 bytes, 2 bytes reserved, header whose first byte is its length",
        Header::of(&[ZEROS, COUNTED]).behind(TWO),
    ),
];

const fn of(
    name: &'static str,
    chinese: &'static str,
    english: &'static str,
    header: Header<'static>,
) -> Framing {
    Framing {
        name,
        chinese,
        english,
        header,
    }
}

/// The header that a dialect says itself, whatever it is.
pub(crate) const OWN: &str = "own";

/// The header of this name.
pub(super) fn named(name: &str) -> Result<&'static Framing, Failure> {
    let found = FRAMINGS.iter().find(|framing| framing.name == name);
    found.ok_or_else(|| {
        let known: Vec<_> = FRAMINGS.iter().map(|framing| framing.name).collect();
        Failure::new(format!(
            "no header has this name; expected one of {}, or {OWN} for that of the dialect",
            known.join(", ")
        ))
    })
}

impl Serialize for Framing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl Framing {
    /// The framing that has this header, or one of its own. It lives as long as
    /// the process; a command asks for a few.
    pub(super) fn with(header: Header<'static>) -> &'static Self {
        let known = FRAMINGS.iter().find(|framing| framing.header == header);
        known.unwrap_or_else(|| {
            let own = of(OWN, "规范自带的报文头", "header of the dialect", header);
            Box::leak(Box::new(own))
        })
    }

    /// True where a TPDU is part of it.
    pub(crate) fn has_tpdu(&self) -> bool {
        let first = self.header.parts().first();
        first
            .is_some_and(|part| part.size == TPDU.size && part.name.eq_ignore_ascii_case(TPDU.name))
    }

    /// Bytes of the message, with its header, that a stream begins with; all of
    /// them where the header has no length. None where more must come.
    pub(crate) fn size(&self, stream: &[u8]) -> Option<usize> {
        let all = (!stream.is_empty()).then_some(stream.len());
        let Some(prefix) = self.header.length() else {
            return all;
        };
        let own = prefix.size();
        let raw = stream.get(..own)?;
        let (base, digit): (usize, fn(u8) -> usize) = match prefix.form() {
            PrefixForm::Ascii | PrefixForm::Ebcdic => (10, |byte| usize::from(byte & 15)),
            PrefixForm::Bcd => (100, |byte| {
                usize::from(byte >> 4) * 10 + usize::from(byte & 15)
            }),
            PrefixForm::Binary => (256, usize::from),
            PrefixForm::Hex => (16, |byte| {
                char::from(byte).to_digit(16).unwrap_or_default() as usize
            }),
        };
        let said = { raw.iter() }.fold(0, |size, byte| size * base + digit(*byte));
        let size = if prefix.is_inclusive() {
            said.max(own)
        } else {
            said + own
        };
        (size <= stream.len()).then_some(size)
    }

    /// Length, these parts, and the message.
    pub(crate) fn close(&self, parts: &[u8], message: &[u8]) -> Result<Vec<u8>, Failure> {
        let body = [parts, message].concat();
        let mut framed = Vec::new();
        if let Some(prefix) = self.header.length() {
            let own = if prefix.is_inclusive() {
                prefix.size()
            } else {
                0
            };
            framed = length(prefix, body.len() + own);
        }
        framed.extend(body);
        match self.header.open(&framed) {
            Ok(opened) if opened.message == message => Ok(framed),
            _ => Err(Failure::new(format!(
                "header {}: {} bytes stand before the message, which it does not have; give others, \
                 or --header none",
                self.name,
                parts.len()
            ))),
        }
    }
}

fn length(prefix: Prefix, value: usize) -> Vec<u8> {
    let size = prefix.size();
    match prefix.form() {
        PrefixForm::Ascii => format!("{value:0size$}").into_bytes(),
        PrefixForm::Hex => format!("{value:0size$X}").into_bytes(),
        PrefixForm::Ebcdic => {
            let digits = format!("{value:0size$}").into_bytes();
            digits.iter().map(|digit| digit | 0xF0).collect()
        }
        PrefixForm::Bcd => {
            let digits = format!("{value:0width$}", width = size * 2).into_bytes();
            let pairs = digits.chunks_exact(2);
            pairs
                .map(|pair| (pair[0] & 15) << 4 | (pair[1] & 15))
                .collect()
        }
        PrefixForm::Binary => {
            let bytes = value.to_be_bytes();
            bytes[bytes.len() - size..].to_vec()
        }
    }
}
