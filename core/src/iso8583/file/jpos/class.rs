//! The Java classes of jPOS that a packager names, and what each writes.
//!
//! | in a name | means |
//! |---|---|
//! | `IFA`, `IFB`, `IFE` | a length and digits in ASCII, packed in BCD, in EBCDIC |
//! | `IF` | no length before it |
//! | `L`, `LL`, `LLL` | digits of the length |
//! | `H` | the length is a binary number of one byte less than it has `L` |
//! | `F` | an odd number of digits is filled with F, else with 0 |
//!
//! What is said here follows jPOS 2.1.9 (`org.jpos.iso`, `org.jpos.tlv.packager`).

use crate::iso8583::{BitmapForm, CodePage, Encoding, Format, Prefix};

/// A Java class of jPOS and what it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    pub(super) name: &'static str,
    pub(super) wire: Wire,
    pub(super) tag: Option<Tag>,
}

/// What a class writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// A value, behind a length where there is one.
    Value(Format, Encoding, Option<Prefix>, Quirk),
    /// A bitmap.
    Bitmap(BitmapForm),
    /// Nothing.
    Nothing,
    /// What no field can say, and why.
    Foreign(&'static str),
}

/// In what a class differs from what its format, encoding and prefix say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    None,
    /// An odd number of digits: `pad="true"` fills left with 0, else right with
    /// this nibble.
    Fill(u8),
    /// As `Fill(0)`; the length written is that of an even number of digits.
    Even,
    /// The length counts bytes, and an odd number of digits ends in F.
    Halves,
    /// The length counts nibbles of a value of bytes.
    Nibbles,
    /// The length of the file counts hexadecimal digits of a value of bytes.
    Digits,
    /// Bytes as hexadecimal digits, which are text here.
    Spelled,
    /// The last digit carries the sign.
    Overpunched,
    /// A sign of one byte, then packed digits.
    Amount,
}

/// The tag before a value within a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// The number of the part in so many digits.
    Number(u8, Encoding),
    /// The attribute `token`.
    Token,
    /// Two digits between the length, which counts them, and the value.
    Behind,
}

const A: Encoding = Encoding::Ascii;
/// jPOS writes EBCDIC by IBM1047.
const E: Encoding = Encoding::Ebcdic(CodePage::Cp1047);
const B: Encoding = Encoding::Binary;
const BCD: Encoding = Encoding::Bcd;

const fn class(name: &'static str, wire: Wire) -> Class {
    Class {
        name,
        wire,
        tag: None,
    }
}

const fn value(
    name: &'static str,
    format: Format,
    encoding: Encoding,
    prefix: Option<Prefix>,
) -> Class {
    quirk(name, format, encoding, prefix, Quirk::None)
}

const fn quirk(
    name: &'static str,
    format: Format,
    encoding: Encoding,
    prefix: Option<Prefix>,
    quirk: Quirk,
) -> Class {
    class(name, Wire::Value(format, encoding, prefix, quirk))
}

/// Text.
const fn t(name: &'static str, encoding: Encoding, prefix: Option<Prefix>) -> Class {
    value(name, Format::Ans, encoding, prefix)
}

/// Digits, one a byte.
const fn n(name: &'static str, encoding: Encoding, prefix: Option<Prefix>) -> Class {
    value(name, Format::N, encoding, prefix)
}

/// Packed digits.
const fn p(name: &'static str, prefix: Option<Prefix>, fill: u8) -> Class {
    quirk(name, Format::N, BCD, prefix, Quirk::Fill(fill))
}

/// Bytes.
const fn b(name: &'static str, prefix: Option<Prefix>) -> Class {
    value(name, Format::B, B, prefix)
}

const fn no(name: &'static str, why: &'static str) -> Class {
    class(name, Wire::Foreign(why))
}

const fn tagged(tag: Tag, inner: Class) -> Class {
    Class {
        tag: Some(tag),
        ..inner
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the rows have it")]
const fn a(digits: u8) -> Option<Prefix> {
    Some(Prefix::ascii(digits))
}

#[expect(clippy::unnecessary_wraps, reason = "as the rows have it")]
const fn e(digits: u8) -> Option<Prefix> {
    Some(Prefix::ebcdic(digits))
}

#[expect(clippy::unnecessary_wraps, reason = "as the rows have it")]
const fn d(digits: u8) -> Option<Prefix> {
    Some(Prefix::bcd(digits))
}

#[expect(clippy::unnecessary_wraps, reason = "as the rows have it")]
const fn h(bytes: u8) -> Option<Prefix> {
    Some(Prefix::binary(bytes))
}

const FILLED: &str =
    "has room for its longest value also where that is shorter than its length says";
const TO_THE_END: &str = "has no length: it takes all that is left, or all up to a token";
const TAG_AND_LENGTH: &str = "has its tag and length in EBCDIC, the tag behind the length";
const SOMETIMES: &str = "is there or not by what its first character is";

/// `TT` and `TTT`: two and three digits of ASCII.
const TT: Tag = Tag::Number(2, A);
const TTT: Tag = Tag::Number(3, A);
/// The same in EBCDIC.
const EE: Tag = Tag::Number(2, E);

/// Every class of jPOS that is known, by name without its package.
pub static CLASSES: &[Class] = &[
    n("IFA_NUMERIC", A, None),
    n("IFA_LLNUM", A, a(2)),
    n("IFA_LLLNUM", A, a(3)),
    n("IFA_AMOUNT2003", A, None),
    value("IFA_AMOUNT", Format::Xn, A, None),
    t("IF_CHAR", A, None),
    t("IFA_LCHAR", A, a(1)),
    t("IFA_LLCHAR", A, a(2)),
    t("IFA_LLLCHAR", A, a(3)),
    t("IFA_LLLLCHAR", A, a(4)),
    t("IFA_LLLLLCHAR", A, a(5)),
    t("IFA_LLLLLLCHAR", A, a(6)),
    value("IFA_BINARY", Format::B, Encoding::Hex, None),
    value("IFA_LLABINARY", Format::B, Encoding::Hex, a(2)),
    value("IFA_LLLABINARY", Format::B, Encoding::Hex, a(3)),
    b("IFA_LBINARY", a(1)),
    b("IFA_LLBINARY", a(2)),
    b("IFA_LLLBINARY", a(3)),
    b("IFA_LLLLBINARY", a(4)),
    b("IFA_LLLLLBINARY", a(5)),
    b("IFA_LLLLLLBINARY", a(6)),
    quirk("IFA_LLBNUM", Format::N, BCD, a(2), Quirk::Even),
    class("IFA_BITMAP", Wire::Bitmap(BitmapForm::Hex)),
    no("IFA_FLLCHAR", FILLED),
    no("IFA_FLLNUM", FILLED),
    tagged(TT, b("IFA_TTLBINARY", a(1))),
    tagged(TT, b("IFA_TTLLBINARY", a(2))),
    tagged(TT, b("IFA_TTLLLBINARY", a(3))),
    tagged(TT, b("IFA_TTLLLLBINARY", a(4))),
    tagged(TT, t("IFA_TTLCHAR", A, a(1))),
    tagged(TT, t("IFA_TTLLCHAR", A, a(2))),
    tagged(TT, t("IFA_TTLLLCHAR", A, a(3))),
    tagged(TT, t("IFA_TTLLLLCHAR", A, a(4))),
    tagged(TTT, t("IFA_TTTLLLCHAR", A, a(3))),
    p("IFB_NUMERIC", None, 0),
    p("IFB_FNUMERIC", None, 0xF),
    p("IFB_LLNUM", d(2), 0),
    p("IFB_LLLNUM", d(3), 0),
    p("IFB_FLLNUM", d(2), 0xF),
    p("IFB_FLLLNUM", d(3), 0xF),
    p("IFB_LLHNUM", h(1), 0),
    p("IFB_LLLHNUM", h(2), 0),
    p("IFB_AMOUNT2003", None, 0),
    quirk("IFB_AMOUNT", Format::Xn, BCD, None, Quirk::Amount),
    t("IFB_LLCHAR", A, d(2)),
    t("IFB_LLLCHAR", A, d(3)),
    t("IFB_LLLLCHAR", A, d(4)),
    t("IFB_LLLLLLCHAR", A, d(6)),
    t("IFB_LLHCHAR", A, h(1)),
    t("IFB_LLLHCHAR", A, h(2)),
    t("IFB_LLHECHAR", E, h(1)),
    t("IFB_LLLHECHAR", E, h(2)),
    b("IFB_BINARY", None),
    b("IFB_LLBINARY", d(2)),
    b("IFB_LLLBINARY", d(3)),
    b("IFB_LLLLBINARY", d(4)),
    b("IFB_LHBINARY", h(1)),
    b("IFB_LLHBINARY", h(1)),
    b("IFB_LLLHBINARY", h(2)),
    quirk("IFB_HEX", Format::B, B, None, Quirk::Digits),
    quirk("IFB_LLHEX", Format::Z, BCD, d(2), Quirk::Nibbles),
    quirk("IFB_LLLHEX", Format::Z, BCD, d(3), Quirk::Nibbles),
    class("IFB_BITMAP", Wire::Bitmap(BitmapForm::Binary)),
    no("IFB_LLHFBINARY", FILLED),
    n("IFE_NUMERIC", E, None),
    n("IFE_LNUM", E, e(1)),
    n("IFE_LLNUM", E, e(2)),
    n("IFE_LLLNUM", E, e(3)),
    quirk(
        "IFE_SIGNED_NUMERIC",
        Format::Ans,
        E,
        None,
        Quirk::Overpunched,
    ),
    value("IFE_AMOUNT", Format::Xn, E, None),
    t("IFE_CHAR", E, None),
    t("IF_ECHAR", E, None),
    t("IFE_LCHAR", E, e(1)),
    t("IFE_LLCHAR", E, e(2)),
    t("IFE_LLLCHAR", E, e(3)),
    t("IFE_LLLLCHAR", E, e(4)),
    t("IFE_LLLEBINARY", E, e(3)),
    quirk("IFE_BINARY", Format::An, E, None, Quirk::Spelled),
    b("IFE_LBINARY", e(1)),
    b("IFE_LLBINARY", e(2)),
    b("IFE_LLLBINARY", e(3)),
    b("IFE_LLLLBINARY", e(4)),
    class("IFE_BITMAP", Wire::Bitmap(BitmapForm::EbcdicHex)),
    t("IFAE_LLCHAR", E, a(2)),
    t("IFEA_LLCHAR", A, e(2)),
    quirk("IFEB_LLNUM", Format::Z, BCD, e(2), Quirk::Halves),
    quirk("IFEB_LLLNUM", Format::Z, BCD, e(3), Quirk::Halves),
    tagged(Tag::Number(4, A), t("IFIPM_LLLCHAR", A, a(3))),
    tagged(TT, t("IFMC_LLCHAR", A, a(2))),
    tagged(TT, t("IFMC_LLLCHAR", A, a(3))),
    tagged(TT, b("IFMC_LLBINARY", a(2))),
    tagged(TT, b("IFMC_LLLBINARY", a(3))),
    tagged(TT, t("IFEMC_LLCHAR", E, e(2))),
    tagged(Tag::Number(4, E), t("IFEMC_LLLCHAR", E, e(3))),
    tagged(EE, t("IFEPE_LLCHAR", E, e(2))),
    tagged(Tag::Number(3, E), t("IFEPE_LLLCHAR", E, e(3))),
    tagged(EE, b("IFEPE_LLBINARY", e(2))),
    tagged(Tag::Behind, t("IFEP_LLCHAR", A, a(2))),
    no("IFEP_LLLCHAR", TAG_AND_LENGTH),
    no("IFEP_LLLBINARY", TAG_AND_LENGTH),
    no("IFELPE_LLLCHAR", TAG_AND_LENGTH),
    no("IFMC_TCC", SOMETIMES),
    no("IFEMC_TCC", SOMETIMES),
    tagged(Tag::Token, t("IFTA_LLCHAR", A, a(2))),
    tagged(Tag::Token, t("IFTA_LLLCHAR", A, a(3))),
    tagged(Tag::Token, n("IFTA_LLNUM", A, a(2))),
    tagged(Tag::Token, n("IFTA_LLLNUM", A, a(3))),
    tagged(Tag::Token, b("IFTA_LLBINARY", a(2))),
    tagged(Tag::Token, b("IFTA_LLLBINARY", a(3))),
    tagged(Tag::Token, b("IFTB_LLBINARY", d(2))),
    no("IF_FCHAR", TO_THE_END),
    no("IF_FBINARY", TO_THE_END),
    no("IF_FSTCHAR", TO_THE_END),
    no("IF_FSTBINARY", TO_THE_END),
    no("IF_TCHAR", TO_THE_END),
    class("IF_NOP", Wire::Nothing),
    class("IF_UNUSED", Wire::Nothing),
];

impl Class {
    /// Its name without its package: `IFA_LLNUM`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is here: format, encoding and length prefix. None for a bitmap,
    /// for what is not there, and for what no dialect can say.
    pub const fn means(&self) -> Option<(Format, Encoding, Option<Prefix>)> {
        match self.wire {
            Wire::Value(format, encoding, prefix, _) => Some((format, encoding, prefix)),
            _ => None,
        }
    }

    /// How it writes a bitmap, where it does.
    pub const fn bitmap(&self) -> Option<BitmapForm> {
        match self.wire {
            Wire::Bitmap(form) => Some(form),
            _ => None,
        }
    }

    /// Why no dialect can say what it writes, where none can.
    pub const fn foreign(&self) -> Option<&'static str> {
        match self.wire {
            Wire::Foreign(why) => Some(why),
            _ => None,
        }
    }

    /// True for a part behind a tag of its own.
    pub const fn is_tagged(&self) -> bool {
        self.tag.is_some()
    }
}

/// The class of this name, with its package or without.
pub(super) fn find(name: &str) -> Option<&'static Class> {
    const PACKAGES: [&str; 2] = ["org.jpos.iso.", "org.jpos.tlv.packager."];
    let bare = PACKAGES
        .iter()
        .find_map(|package| name.strip_prefix(package));
    let bare = bare.unwrap_or(name);
    CLASSES.iter().find(|class| class.name == bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::PrefixForm;
    use alloc::format;

    #[test]
    fn a_name_says_what_its_class_writes() {
        for class in CLASSES {
            let Wire::Value(format, encoding, prefix, _) = class.wire else {
                continue;
            };
            let name = class.name;
            let (family, kind) = name.split_once('_').unwrap();
            let digits = kind.matches('L').count();
            let form = prefix.map(Prefix::form);
            let size = prefix.map_or(0, Prefix::size);
            match form {
                Some(PrefixForm::Bcd) => assert_eq!(size, digits.div_ceil(2), "{name}"),
                // An L more than there are bytes, but in this one.
                Some(PrefixForm::Binary) if name != "IFB_LHBINARY" => {
                    assert_eq!(size, digits - 1, "{name}");
                    assert!(kind.contains("LH"), "{name}");
                }
                Some(PrefixForm::Binary) => assert_eq!((size, digits), (1, 1)),
                _ => assert_eq!(size, digits, "{name}"),
            }
            let expected = match family {
                "IF" => &[][..],
                "IFB" | "IFTB" => &[PrefixForm::Bcd, PrefixForm::Binary],
                family if family.starts_with("IFE") && family != "IFEP" => &[PrefixForm::Ebcdic],
                _ => &[PrefixForm::Ascii],
            };
            assert!(form.is_none_or(|form| expected.contains(&form)), "{name}");
            if kind.ends_with("CHAR") {
                assert_eq!(format, Format::Ans, "{name}");
            }
            if kind.ends_with("NUM") || kind.ends_with("NUMERIC") {
                let digits = family == "IFEB" || kind.contains("SIGNED");
                assert!(digits || format == Format::N, "{name}");
                let packed = matches!(family, "IFB" | "IFEB") || kind.contains("BNUM");
                assert_eq!(encoding == BCD, packed, "{name}");
            }
        }
    }

    #[test]
    fn no_class_stands_twice() {
        for (index, class) in CLASSES.iter().enumerate() {
            let name = class.name;
            assert!(CLASSES[..index].iter().all(|other| other.name != name));
            assert_eq!(find(name), Some(class));
            assert_eq!(find(&format!("org.jpos.iso.{name}")), Some(class));
        }
        assert_eq!(find("com.example.IFA_NUMERIC"), None);
    }
}
