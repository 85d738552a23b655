#[cfg(feature = "dialects")]
use super::format::PrefixForm;
use super::format::{DIALECTS, Encoding, Format, Justify, Length, Prefix, Sensitivity, Unit};
use super::inside::Inside;
use super::plan::Plan;
use crate::tlv;
use core::marker::PhantomData;

/// How one field is formed, named and shown.
///
/// What is not said follows from the format: n and z are BCD, counted in
/// digits; text is ASCII and b is binary, counted in bytes; digits of a fixed
/// length stand right, everything else left; a prefix is BCD.
///
/// ```
/// # use annul::iso8583::{Encoding, FieldSpec, Format, Justify};
/// const ENTRY_MODE: FieldSpec = FieldSpec::fixed(Format::N, 3)
///     .justified(Justify::Left)
///     .named("entry mode", "服务点输入方式码");
/// assert_eq!(ENTRY_MODE.length().most(), 3);
/// assert_eq!(ENTRY_MODE.encoding(), Encoding::Bcd);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec<'a> {
    #[cfg(feature = "names")]
    names: [&'a str; 2],
    #[cfg(feature = "dialects")]
    more: More<'a>,
    borrowed: PhantomData<&'a ()>,
    length: Length,
    format: Format,
    justify: Justify,
    pad: u8,
    sensitivity: Sensitivity,
}

/// What follows from the format where no dialect says otherwise.
#[cfg(feature = "dialects")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct More<'a> {
    inside: &'a Inside<'a>,
    encoding: Encoding,
    unit: Unit,
    separator: u8,
    /// What follows from the rest, worked out once: reading asks for nothing
    /// else.
    plan: Plan,
}

impl<'a> FieldSpec<'a> {
    /// A field that is always `length` long.
    pub const fn fixed(format: Format, length: u16) -> Self {
        let justify = match format {
            Format::N => Justify::Right,
            _ => Justify::Left,
        };
        Self::new(format, Length::Fixed(length)).justified(justify)
    }

    /// A field whose length stands in two BCD digits, `most` long at most (99).
    ///
    /// # Panics
    /// Where `most` is larger: at compile time, for a constant.
    pub const fn ll(format: Format, most: u16) -> Self {
        Self::behind(format, Prefix::bcd(2), most)
    }

    /// A field whose length stands in three BCD digits (two bytes), `most` long
    /// at most (999).
    ///
    /// # Panics
    /// Where `most` is larger: at compile time, for a constant.
    pub const fn lll(format: Format, most: u16) -> Self {
        assert!(most <= 999, "LLLVAR says 999 at most");
        Self::behind(format, Prefix::bcd(3), most)
    }

    /// A field behind any length prefix, `most` long at most.
    ///
    /// # Panics
    /// Where the prefix cannot say `most`: at compile time, for a constant.
    #[cfg(feature = "dialects")]
    pub const fn var(format: Format, prefix: Prefix, most: u16) -> Self {
        Self::behind(format, prefix, most)
    }

    const fn behind(format: Format, prefix: Prefix, most: u16) -> Self {
        assert!(
            most as u32 <= prefix.most(),
            "the prefix cannot say so much"
        );
        Self::new(format, Length::Var(prefix, most))
    }

    const fn new(format: Format, length: Length) -> Self {
        let pad = match format {
            Format::N | Format::Z | Format::B => 0,
            _ => b' ',
        };
        Self {
            #[cfg(feature = "names")]
            names: ["", ""],
            #[cfg(feature = "dialects")]
            more: More {
                inside: &Inside::Plain,
                encoding: usual(format),
                unit: Unit::Characters,
                separator: SEPARATOR,
                plan: Plan::of(format, usual(format), Unit::Characters),
            },
            borrowed: PhantomData,
            length,
            format,
            justify: Justify::Left,
            pad,
            sensitivity: Sensitivity::Public,
        }
    }

    /// Names the field in English and Chinese. Without the feature `names`
    /// nothing is kept.
    #[must_use]
    #[cfg_attr(
        not(feature = "names"),
        expect(unused_mut, unused_variables, reason = "nothing is kept")
    )]
    pub const fn named(mut self, english: &'a str, chinese: &'a str) -> Self {
        #[cfg(feature = "names")]
        {
            self.names = [english, chinese];
        }
        self
    }

    /// Says what of it may be shown; all of it where nothing is said. Chip data
    /// is BER-TLV inside, unless something else is said after this.
    #[must_use]
    pub const fn shown(mut self, sensitivity: Sensitivity) -> Self {
        self.sensitivity = sensitivity;
        #[cfg(feature = "dialects")]
        if let Sensitivity::Chip = sensitivity {
            self.more.inside = CHIP;
        }
        self
    }

    /// Writes the value in another encoding.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn encoded(mut self, encoding: Encoding) -> Self {
        self.more.encoding = encoding;
        self.more.plan = Plan::of(self.format, encoding, self.more.unit);
        self
    }

    /// Gives a field of variable length another prefix; a fixed length stays.
    ///
    /// # Panics
    /// Where the prefix cannot say the longest: at compile time, for a constant.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn prefixed(mut self, prefix: Prefix) -> Self {
        if let Length::Var(_, most) = self.length {
            assert!(
                most as u32 <= prefix.most(),
                "the prefix cannot say so much"
            );
            self.length = Length::Var(prefix, most);
        }
        self
    }

    /// The same field as a dialect of characters has it: digits and text in
    /// `encoding`, the length in digits of the same. Binary stays binary.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn in_characters(mut self, encoding: Encoding) -> Self {
        if !matches!(self.format, Format::B) {
            self = self.encoded(encoding);
        }
        let form = match encoding {
            Encoding::Ebcdic(_) => PrefixForm::Ebcdic,
            _ => PrefixForm::Ascii,
        };
        if let Length::Var(prefix, most) = self.length {
            // A third digit of a BCD prefix stands alone in its byte.
            let digits = match most {
                0..100 => 2,
                100..1000 => 3,
                _ => 4,
            };
            let prefix = match (prefix.form(), form) {
                (PrefixForm::Bcd, PrefixForm::Ebcdic) => Prefix::ebcdic(digits),
                (PrefixForm::Bcd, _) => Prefix::ascii(digits),
                _ => prefix.in_form(form),
            };
            self.length = Length::Var(prefix, most);
        }
        self
    }

    /// Puts the value left or right.
    #[must_use]
    pub const fn justified(mut self, justify: Justify) -> Self {
        self.justify = justify;
        self
    }

    /// What fills: the nibble where an odd number of digits leaves one over,
    /// the character of a short text. 0 and a space where nothing is said. On
    /// reading any pad is kept; a strict check names one that differs.
    #[must_use]
    pub const fn padded(mut self, pad: u8) -> Self {
        self.pad = pad;
        self
    }

    /// The nibble that stands for `=` in packed track data; `D` where nothing
    /// is said.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn separated(mut self, nibble: u8) -> Self {
        self.more.separator = nibble & 0x0F;
        self
    }

    /// What the length counts, where it is bytes on the wire.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn counted(mut self, unit: Unit) -> Self {
        self.more.unit = unit;
        self.more.plan = Plan::of(self.format, self.more.encoding, unit);
        self
    }

    /// What the field is made of inside.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn inside(mut self, inside: &'a Inside<'a>) -> Self {
        self.more.inside = inside;
        self
    }

    /// The field's name in English; empty without the feature `names`.
    pub const fn name(&self) -> &'a str {
        let [english, _] = self.names();
        english
    }

    /// The field's name in Chinese; empty without the feature `names`.
    pub const fn chinese(&self) -> &'a str {
        let [_, chinese] = self.names();
        chinese
    }

    #[cfg(feature = "names")]
    const fn names(&self) -> [&'a str; 2] {
        self.names
    }

    #[cfg(not(feature = "names"))]
    #[expect(clippy::unused_self, reason = "the same question with the feature")]
    const fn names(&self) -> [&'a str; 2] {
        ["", ""]
    }

    /// What it is made of.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// How long it is.
    pub const fn length(&self) -> Length {
        match self.length {
            Length::Var(prefix, most) if !DIALECTS => Length::Var(prefix.usual(), most),
            length => length,
        }
    }

    /// Where the value stands.
    pub const fn justify(&self) -> Justify {
        self.justify
    }

    /// The pad nibble or the fill character.
    pub const fn pad(&self) -> u8 {
        self.pad
    }

    /// What may be shown.
    pub const fn sensitivity(&self) -> Sensitivity {
        self.sensitivity
    }

    /// True for an amount behind its sign.
    pub(super) const fn is_signed(&self) -> bool {
        DIALECTS && matches!(self.format, Format::Xn)
    }

    /// True where two characters share a byte.
    pub(super) const fn is_packed(&self) -> bool {
        matches!(self.encoding(), Encoding::Bcd)
    }
}

#[cfg(feature = "dialects")]
impl<'a> FieldSpec<'a> {
    /// How it is written.
    pub const fn encoding(&self) -> Encoding {
        self.more.encoding
    }

    /// What its length counts.
    pub const fn unit(&self) -> Unit {
        self.more.unit
    }

    /// The nibble that stands for `=`.
    pub const fn separator(&self) -> u8 {
        self.more.separator
    }

    /// What stands inside.
    pub const fn parts(&self) -> Inside<'a> {
        *self.more.inside
    }

    /// How it is read.
    pub(super) const fn plan(&self) -> Plan {
        self.more.plan
    }
}

/// Here all of it follows from the format, is seen as constant where it is
/// inlined, and what would read other dialects is not linked.
#[cfg(not(feature = "dialects"))]
#[allow(clippy::inline_always, clippy::unused_self, reason = "see above")]
impl<'a> FieldSpec<'a> {
    /// How it is written.
    #[inline(always)]
    pub const fn encoding(&self) -> Encoding {
        usual(self.format)
    }

    /// What its length counts.
    #[inline(always)]
    pub const fn unit(&self) -> Unit {
        Unit::Characters
    }

    /// The nibble that stands for `=`.
    #[inline(always)]
    pub const fn separator(&self) -> u8 {
        SEPARATOR
    }

    /// What stands inside.
    pub const fn parts(&self) -> Inside<'a> {
        match self.sensitivity {
            Sensitivity::Chip => *CHIP,
            _ => Inside::Plain,
        }
    }

    /// How it is read.
    #[inline(always)]
    pub(super) const fn plan(&self) -> Plan {
        Plan::of(self.format, usual(self.format), Unit::Characters)
    }
}

/// How a format is written.
#[inline(always)]
#[allow(clippy::inline_always, reason = "to be seen as constant")]
const fn usual(format: Format) -> Encoding {
    match format {
        Format::N | Format::Z => Encoding::Bcd,
        Format::B => Encoding::Binary,
        _ => Encoding::Ascii,
    }
}

/// The nibble for `=`.
const SEPARATOR: u8 = 0x0D;

/// What stands in a field of chip data.
const CHIP: &Inside<'static> = &Inside::Tlv(tlv::Mode::Emv);
