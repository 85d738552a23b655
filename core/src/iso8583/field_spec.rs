use super::format::{Encoding, Format, Justify, Length, Prefix, PrefixForm, Sensitivity, Unit};
use super::inside::Inside;
use super::plan::Plan;

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
    name: &'a str,
    chinese: &'a str,
    inside: Inside<'a>,
    length: Length,
    format: Format,
    encoding: Encoding,
    unit: Unit,
    justify: Justify,
    pad: u8,
    separator: u8,
    sensitivity: Sensitivity,
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
        Self::var(format, Prefix::bcd(2), most)
    }

    /// A field whose length stands in three BCD digits (two bytes), `most` long
    /// at most (999).
    ///
    /// # Panics
    /// Where `most` is larger: at compile time, for a constant.
    pub const fn lll(format: Format, most: u16) -> Self {
        assert!(most <= 999, "LLLVAR says 999 at most");
        Self::var(format, Prefix::bcd(3), most)
    }

    /// A field behind any length prefix, `most` long at most.
    ///
    /// # Panics
    /// Where the prefix cannot say `most`: at compile time, for a constant.
    pub const fn var(format: Format, prefix: Prefix, most: u16) -> Self {
        assert!(most as u32 <= prefix.most(), "the prefix cannot say so much");
        Self::new(format, Length::Var(prefix, most))
    }

    const fn new(format: Format, length: Length) -> Self {
        let (encoding, pad) = match format {
            Format::N | Format::Z => (Encoding::Bcd, 0),
            Format::B => (Encoding::Binary, 0),
            _ => (Encoding::Ascii, b' '),
        };
        Self {
            name: "",
            chinese: "",
            inside: Inside::Plain,
            length,
            format,
            encoding,
            unit: Unit::Characters,
            justify: Justify::Left,
            pad,
            separator: 0x0D,
            sensitivity: Sensitivity::Public,
            plan: Plan::of(format, encoding, Unit::Characters),
        }
    }

    /// Names the field in English and Chinese.
    #[must_use]
    pub const fn named(mut self, english: &'a str, chinese: &'a str) -> Self {
        self.name = english;
        self.chinese = chinese;
        self
    }

    /// Says what of it may be shown; all of it where nothing is said.
    #[must_use]
    pub const fn shown(mut self, sensitivity: Sensitivity) -> Self {
        self.sensitivity = sensitivity;
        self
    }

    /// Writes the value in another encoding.
    #[must_use]
    pub const fn encoded(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self.plan = Plan::of(self.format, encoding, self.unit);
        self
    }

    /// Gives a field of variable length another prefix; a fixed length stays.
    #[must_use]
    pub const fn prefixed(mut self, prefix: Prefix) -> Self {
        if let Length::Var(_, most) = self.length {
            assert!(most as u32 <= prefix.most(), "the prefix cannot say so much");
            self.length = Length::Var(prefix, most);
        }
        self
    }

    /// The same field as a dialect of characters has it: digits and text in
    /// `encoding`, the length in digits of the same. Binary stays binary.
    #[must_use]
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
            let digits = if most < 100 { 2 } else { 3 };
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
    pub const fn separated(mut self, nibble: u8) -> Self {
        self.separator = nibble & 0x0F;
        self
    }

    /// What the length counts, where it is bytes on the wire.
    #[must_use]
    pub const fn counted(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self.plan = Plan::of(self.format, self.encoding, unit);
        self
    }

    /// What the field is made of inside.
    #[must_use]
    pub const fn inside(mut self, inside: Inside<'a>) -> Self {
        self.inside = inside;
        self
    }

    /// The field's name in English.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The field's name in Chinese.
    pub const fn chinese(&self) -> &'a str {
        self.chinese
    }

    /// What it is made of.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// How that is written.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How long it is.
    pub const fn length(&self) -> Length {
        self.length
    }

    /// What its length counts.
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// Where the value stands.
    pub const fn justify(&self) -> Justify {
        self.justify
    }

    /// The pad nibble or the fill character.
    pub const fn pad(&self) -> u8 {
        self.pad
    }

    /// The nibble that stands for `=`.
    pub const fn separator(&self) -> u8 {
        self.separator
    }

    /// What may be shown.
    pub const fn sensitivity(&self) -> Sensitivity {
        self.sensitivity
    }

    /// What stands inside.
    pub const fn parts(&self) -> Inside<'a> {
        self.inside
    }

    /// How it is read.
    pub(super) const fn plan(&self) -> Plan {
        self.plan
    }

    /// True where two characters share a byte.
    pub(super) const fn is_packed(&self) -> bool {
        matches!(self.encoding, Encoding::Bcd)
    }
}
