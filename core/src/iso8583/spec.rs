/// What characters a field is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Decimal digits, two a byte.
    N,
    /// Track characters, two a byte: digits and `=` sent as nibble `D`. Every
    /// nibble is accepted, for a track under the track key is any hexadecimal.
    Z,
    /// Letters and digits, one a byte.
    An,
    /// Letters, digits, special characters and GBK text, by the byte.
    Ans,
    /// Bytes as they are.
    B,
}

/// How long a field is, in its [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always so long.
    Fixed(u16),
    /// LLVAR: one BCD byte says how long, at most this.
    Ll(u16),
    /// LLLVAR: two BCD bytes say how long, at most this.
    Lll(u16),
}

impl Length {
    /// Bytes of the length prefix.
    pub const fn prefix(self) -> usize {
        match self {
            Self::Fixed(_) => 0,
            Self::Ll(_) => 1,
            Self::Lll(_) => 2,
        }
    }

    /// The fixed or the longest length.
    pub const fn most(self) -> u16 {
        match self {
            Self::Fixed(most) | Self::Ll(most) | Self::Lll(most) => most,
        }
    }
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Digits, two a byte; an odd number leaves a pad nibble.
    Digits,
    /// Bytes.
    Bytes,
}

/// On which side an odd number of digits leaves its pad nibble, and a short
/// text its spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Justify {
    /// Value left, pad right: `021` is `02 10`.
    Left,
    /// Value right, pad left: `001` is `00 01`.
    Right,
}

/// What of a field may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// All of it.
    Public,
    /// Free text: all but what looks like a card number.
    Text,
    /// A card number: first six and last four digits.
    Pan,
    /// A track: its card number as above, the rest not.
    Track,
    /// Nothing: expiry, PIN block, identity data.
    Secret,
    /// Nothing in an answer, where it carries working keys (F62).
    Keys,
    /// Chip data: the tags, but no tag that holds card data (F55).
    Chip,
    /// Batch details: all but the card numbers in them (F48).
    Details,
    /// A payment code: its first and last four characters (F59).
    Code,
}

/// How one field is formed, named and shown.
///
/// ```
/// # use annul::iso8583::{FieldSpec, Format, Justify, Sensitivity};
/// const ENTRY_MODE: FieldSpec = FieldSpec::fixed(Format::N, 3)
///     .justified(Justify::Left)
///     .named("entry mode", "服务点输入方式码");
/// assert_eq!(ENTRY_MODE.length().most(), 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    #[cfg(feature = "names")]
    names: [&'static str; 2],
    format: Format,
    length: Length,
    unit: Unit,
    justify: Justify,
    pad: u8,
    sensitivity: Sensitivity,
}

impl FieldSpec {
    /// A field that is always `length` long (999 at most). Digits stand right,
    /// text left.
    ///
    /// # Panics
    /// Where it is longer: at compile time, for a constant.
    pub const fn fixed(format: Format, length: u16) -> Self {
        assert!(length <= 999, "no field is longer than LLLVAR says");
        let justify = match format {
            Format::N => Justify::Right,
            Format::Z | Format::An | Format::Ans | Format::B => Justify::Left,
        };
        Self::new(format, Length::Fixed(length)).justified(justify)
    }

    /// A field with a one-byte length prefix, `most` long at most (99).
    ///
    /// # Panics
    /// Where `most` is larger: at compile time, for a constant.
    pub const fn ll(format: Format, most: u16) -> Self {
        assert!(most <= 99, "one BCD byte says 99 at most");
        Self::new(format, Length::Ll(most))
    }

    /// A field with a two-byte length prefix, `most` long at most (999).
    ///
    /// # Panics
    /// Where `most` is larger: at compile time, for a constant.
    pub const fn lll(format: Format, most: u16) -> Self {
        assert!(most <= 999, "LLLVAR says 999 at most");
        Self::new(format, Length::Lll(most))
    }

    const fn new(format: Format, length: Length) -> Self {
        let unit = match format {
            Format::N | Format::Z => Unit::Digits,
            Format::An | Format::Ans | Format::B => Unit::Bytes,
        };
        Self {
            #[cfg(feature = "names")]
            names: ["", ""],
            format,
            length,
            unit,
            justify: Justify::Left,
            pad: 0,
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
    pub const fn named(mut self, english: &'static str, chinese: &'static str) -> Self {
        #[cfg(feature = "names")]
        {
            self.names = [english, chinese];
        }
        self
    }

    /// Says what of it may be shown; all of it where nothing is said.
    #[must_use]
    pub const fn shown(mut self, sensitivity: Sensitivity) -> Self {
        self.sensitivity = sensitivity;
        self
    }

    /// Puts the value left or right.
    #[must_use]
    pub const fn justified(mut self, justify: Justify) -> Self {
        self.justify = justify;
        self
    }

    /// The nibble written where an odd number of digits leaves one over; 0
    /// where nothing is said. On reading any nibble is accepted and kept.
    #[must_use]
    pub const fn padded(mut self, nibble: u8) -> Self {
        self.pad = nibble & 0x0F;
        self
    }

    /// What the length counts, where a dialect differs from digits for n and
    /// z and bytes for the rest.
    #[must_use]
    pub const fn counted(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// The field's name in English; empty without the feature `names`.
    pub const fn name(&self) -> &'static str {
        let [english, _] = self.names();
        english
    }

    /// The field's name in Chinese; empty without the feature `names`.
    pub const fn chinese(&self) -> &'static str {
        let [_, chinese] = self.names();
        chinese
    }

    #[cfg(feature = "names")]
    const fn names(&self) -> [&'static str; 2] {
        self.names
    }

    #[cfg(not(feature = "names"))]
    #[expect(clippy::unused_self, reason = "the same question with the feature")]
    const fn names(&self) -> [&'static str; 2] {
        ["", ""]
    }

    /// What it is made of.
    pub const fn format(&self) -> Format {
        self.format
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

    /// The pad nibble written.
    pub const fn pad(&self) -> u8 {
        self.pad
    }

    /// What may be shown.
    pub const fn sensitivity(&self) -> Sensitivity {
        self.sensitivity
    }

    /// True for the formats that pack two characters into a byte.
    pub(super) const fn is_packed(&self) -> bool {
        matches!(self.format, Format::N | Format::Z)
    }
}

/// A dialect: how each of the fields 2 to 64 is formed. A field that is not in
/// it cannot be skipped, since nothing says how long it is.
///
/// ```
/// # use annul::iso8583::{FieldSpec, Format, Spec, UNIONPAY_POS};
/// // A host that counts field 35 in bytes.
/// static DIALECT: Spec = UNIONPAY_POS.with(35, FieldSpec::ll(Format::B, 40));
/// assert_eq!(DIALECT.field(35).unwrap().format(), Format::B);
/// assert_eq!(DIALECT.field(2), UNIONPAY_POS.field(2));
/// ```
#[derive(Clone, Copy)]
pub struct Spec {
    fields: [Option<FieldSpec>; Self::FIELDS],
}

impl Spec {
    /// Fields a 64-bit bitmap speaks of.
    pub const FIELDS: usize = 64;

    /// A dialect without fields.
    pub const EMPTY: Self = Self {
        fields: [None; Self::FIELDS],
    };

    /// The same dialect with this field formed differently, or added.
    ///
    /// # Panics
    /// Where `number` is not 2 to 64: at compile time, for a constant.
    #[must_use]
    pub const fn with(&self, number: u8, field: FieldSpec) -> Self {
        assert!(2 <= number && number as usize <= Self::FIELDS);
        let mut spec = *self;
        spec.fields[number as usize - 1] = Some(field);
        spec
    }

    /// How field `number` is formed; none where the dialect does not have it.
    pub fn field(&self, number: u8) -> Option<&FieldSpec> {
        let index = usize::from(number).checked_sub(1)?;
        self.fields.get(index)?.as_ref()
    }
}
