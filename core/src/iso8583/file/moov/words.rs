//! What moov-io/iso8583 calls encodings, prefixes and types of fields.

use crate::iso8583::file::words::Words;
use crate::iso8583::{CodePage, Encoding, Justify, Prefix};

const EBCDIC: Encoding = Encoding::Ebcdic(CodePage::Cp037);

/// Encoding, and the side that odd digits stand on.
pub(super) const ENCODINGS: Words<(Encoding, Justify)> = &[
    ("ASCII", (Encoding::Ascii, Justify::Left)),
    ("BCD", (Encoding::Bcd, Justify::Right)),
    ("LBCD", (Encoding::Bcd, Justify::Left)),
    ("EBCDIC", (EBCDIC, Justify::Left)),
    (
        "EBCDIC1047",
        (Encoding::Ebcdic(CodePage::Cp1047), Justify::Left),
    ),
    ("Binary", (Encoding::Binary, Justify::Left)),
    ("HexToASCII", (Encoding::Hex, Justify::Left)),
    ("Hex", (Encoding::Hex, Justify::Left)),
    ("ASCIIToHex", (Encoding::Binary, Justify::Left)),
];

/// Form and digits of a prefix; no digits for a fixed length. A hexadecimal
/// prefix has two digits for each `L`.
pub(super) const PREFIXES: Words<Option<Prefix>> = &[
    ("ASCII.Fixed", None),
    ("ASCII.L", Some(Prefix::ascii(1))),
    ("ASCII.LL", Some(Prefix::ascii(2))),
    ("ASCII.LLL", Some(Prefix::ascii(3))),
    ("ASCII.LLLL", Some(Prefix::ascii(4))),
    ("ASCII.LLLLL", Some(Prefix::ascii(5))),
    ("ASCII.LLLLLL", Some(Prefix::ascii(6))),
    ("BCD.Fixed", None),
    ("BCD.L", Some(Prefix::bcd(1))),
    ("BCD.LL", Some(Prefix::bcd(2))),
    ("BCD.LLL", Some(Prefix::bcd(3))),
    ("BCD.LLLL", Some(Prefix::bcd(4))),
    ("BCD.LLLLL", Some(Prefix::bcd(5))),
    ("BCD.LLLLLL", Some(Prefix::bcd(6))),
    ("Hex.Fixed", None),
    ("Hex.L", Some(Prefix::hex(2))),
    ("Hex.LL", Some(Prefix::hex(4))),
    ("Hex.LLL", Some(Prefix::hex(6))),
    ("EBCDIC.Fixed", None),
    ("EBCDIC.L", Some(Prefix::ebcdic(1))),
    ("EBCDIC.LL", Some(Prefix::ebcdic(2))),
    ("EBCDIC.LLL", Some(Prefix::ebcdic(3))),
    ("EBCDIC.LLLL", Some(Prefix::ebcdic(4))),
    ("EBCDIC.LLLLL", Some(Prefix::ebcdic(5))),
    ("EBCDIC.LLLLLL", Some(Prefix::ebcdic(6))),
    ("EBCDIC1047.Fixed", None),
    ("EBCDIC1047.L", Some(Prefix::ebcdic(1))),
    ("EBCDIC1047.LL", Some(Prefix::ebcdic(2))),
    ("EBCDIC1047.LLL", Some(Prefix::ebcdic(3))),
    ("EBCDIC1047.LLLL", Some(Prefix::ebcdic(4))),
    ("Binary.Fixed", None),
    ("Binary.L", Some(Prefix::binary(1))),
    ("Binary.LL", Some(Prefix::binary(2))),
    ("Binary.LLL", Some(Prefix::binary(3))),
    ("Binary.LLLL", Some(Prefix::binary(4))),
];

/// What a field is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Numeric,
    Track,
    Binary,
    Composite,
}

pub(super) const KINDS: Words<Kind> = &[
    ("String", Kind::String),
    ("Numeric", Kind::Numeric),
    ("Binary", Kind::Binary),
    ("Hex", Kind::Binary),
    ("Track1", Kind::String),
    ("Track2", Kind::Track),
    ("Track3", Kind::Track),
    ("Composite", Kind::Composite),
];
