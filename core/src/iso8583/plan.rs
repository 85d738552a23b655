use super::format::{DIALECTS, Encoding, Format, Unit};

/// How a field is read and written: what follows from format, encoding and unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) scale: Scale,
    pub(super) check: Check,
    pub(super) put: Put,
}

/// Bytes that a number of units takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// As many.
    Same,
    /// Two a byte.
    Half,
    /// A sign in a byte of its own, then two a byte.
    Signed,
    /// Two bytes each.
    Double,
    /// The text itself says.
    Utf8,
}

/// What must hold for a value to be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// Nothing.
    Anything,
    /// Every nibble but the pad is a decimal digit.
    Packed,
    /// Every byte is a decimal digit in ASCII.
    Ascii,
    /// Every byte is a decimal digit in EBCDIC.
    Ebcdic,
    /// Every byte is a hexadecimal digit in ASCII, and they are pairs.
    Hex,
    /// Digits behind a sign.
    Signed,
}

/// How characters get into the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// As they are.
    Plain,
    /// As they are, where they are decimal digits or those of a track.
    Digits,
    /// Two a byte.
    Packed,
    /// Translated.
    Other,
}

impl Plan {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "to be seen as constant")]
    pub(super) const fn of(format: Format, encoding: Encoding, unit: Unit) -> Self {
        let scale = match (unit, encoding, format) {
            (Unit::Bytes, ..) => Scale::Same,
            (_, Encoding::Bcd, Format::Xn) => Scale::Signed,
            (_, Encoding::Bcd, _) => Scale::Half,
            (_, Encoding::Hex, _) => Scale::Double,
            (_, Encoding::Utf8, _) => Scale::Utf8,
            _ => Scale::Same,
        };
        let check = match (format, encoding) {
            (_, Encoding::Hex) => Check::Hex,
            (Format::Xn, _) if DIALECTS => Check::Signed,
            (Format::N, Encoding::Bcd) => Check::Packed,
            (Format::N, Encoding::Ebcdic(_)) => Check::Ebcdic,
            (Format::N, Encoding::Ascii | Encoding::Utf8) => Check::Ascii,
            _ => Check::Anything,
        };
        let put = match (encoding, format) {
            (Encoding::Bcd, _) => Put::Packed,
            (Encoding::Ascii | Encoding::Binary, Format::N | Format::Z) => Put::Digits,
            (Encoding::Ascii | Encoding::Binary, Format::Xn) => Put::Other,
            (Encoding::Ascii | Encoding::Binary, _) => Put::Plain,
            _ => Put::Other,
        };
        Self { scale, check, put }
    }
}
