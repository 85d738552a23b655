use super::ebcdic::CodePage;

/// Whether dialects may differ from UnionPay's in encodings, prefixes and
/// bitmaps. Where they may not, what is asked here is constant, and the code
/// for the rest is not linked.
pub(super) const DIALECTS: bool = cfg!(feature = "dialects");

/// What characters a field is made of (ISO 8583:1987, 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Letters and spaces.
    A,
    /// Decimal digits.
    N,
    /// Special characters.
    S,
    /// Letters and digits.
    An,
    /// Letters and special characters.
    As,
    /// Digits and special characters.
    Ns,
    /// Letters, digits, special characters; also national text such as GBK.
    Ans,
    /// Bytes as they are.
    B,
    /// Track characters: digits and a separator, `=` or nibble `D`. Every
    /// nibble is accepted, for a track under the track key is any hexadecimal.
    Z,
    /// An amount with its sign: `C` or `D`, then digits (x+n).
    Xn,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::A,
        Self::N,
        Self::S,
        Self::An,
        Self::As,
        Self::Ns,
        Self::Ans,
        Self::B,
        Self::Z,
        Self::Xn,
    ];

    /// As the standard writes it: `ans`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::N => "n",
            Self::S => "s",
            Self::An => "an",
            Self::As => "as",
            Self::Ns => "ns",
            Self::Ans => "ans",
            Self::B => "b",
            Self::Z => "z",
            Self::Xn => "x+n",
        }
    }

    /// True for what is digits in the first place: n and z.
    pub const fn is_digits(self) -> bool {
        matches!(self, Self::N | Self::Z)
    }

    /// True where the format can hold this character, given in ASCII or
    /// Latin-1. For `Xn` only the digits are meant.
    pub const fn holds(self, character: u8) -> bool {
        let digit = character.is_ascii_digit();
        let letter = character.is_ascii_alphabetic() || character == b' ';
        let special = matches!(character, b' '..=b'~') && !character.is_ascii_alphanumeric();
        match self {
            Self::N | Self::Xn => digit,
            Self::A => letter,
            Self::S => special,
            Self::An => letter || digit,
            Self::As => letter || special,
            Self::Ns => digit || special,
            Self::Ans => !character.is_ascii_control(),
            Self::Z => digit || matches!(character, b'=' | b'A'..=b'F'),
            Self::B => true,
        }
    }
}

/// How the characters of a field stand on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// One byte a character, ASCII or a national code based on it.
    Ascii,
    /// Two digits a byte.
    Bcd,
    /// One byte a character, EBCDIC.
    Ebcdic(CodePage),
    /// Bytes as they are.
    Binary,
    /// Two hexadecimal ASCII characters a byte.
    Hex,
    /// UTF-8: one to four bytes a character.
    Utf8,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// What the value is made of: digits, characters, or bytes of a b field.
    Characters,
    /// Bytes on the wire.
    Bytes,
}

/// On which side an odd number of digits leaves its pad nibble, and a short
/// text its fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Justify {
    /// Value left, pad right: `021` is `02 10`.
    Left,
    /// Value right, pad left: `001` is `00 01`.
    Right,
}

/// How a length prefix is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrefixForm {
    /// Decimal digits, two a byte.
    Bcd,
    /// Decimal digits in ASCII.
    Ascii,
    /// Decimal digits in EBCDIC.
    Ebcdic,
    /// A big-endian number.
    Binary,
    /// Hexadecimal digits in ASCII.
    Hex,
}

/// A length prefix: how it is written, how large it is, and whether it counts
/// its own bytes too.
///
/// ```
/// # use annul::iso8583::Prefix;
/// assert_eq!(Prefix::bcd(3).size(), 2);
/// assert_eq!(Prefix::ascii(3).size(), 3);
/// assert_eq!(Prefix::binary(1).size(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    form: PrefixForm,
    /// Bytes on the wire.
    size: u8,
    inclusive: bool,
}

impl Prefix {
    /// The largest prefix: six digits.
    pub const MOST: u8 = 6;

    /// `digits` decimal digits, two a byte.
    ///
    /// # Panics
    /// Where there are none or more than six: at compile time, for a constant.
    pub const fn bcd(digits: u8) -> Self {
        assert!(digits <= Self::MOST, "at most six digits");
        Self::new(PrefixForm::Bcd, digits.div_ceil(2))
    }

    /// `digits` decimal digits in ASCII; six at most, as above.
    pub const fn ascii(digits: u8) -> Self {
        Self::new(PrefixForm::Ascii, digits)
    }

    /// `digits` decimal digits in EBCDIC; six at most, as above.
    pub const fn ebcdic(digits: u8) -> Self {
        Self::new(PrefixForm::Ebcdic, digits)
    }

    /// A big-endian number of `bytes` bytes, four at most.
    ///
    /// # Panics
    /// Where there are more: at compile time, for a constant.
    pub const fn binary(bytes: u8) -> Self {
        assert!(bytes <= 4, "a length has at most four bytes");
        Self::new(PrefixForm::Binary, bytes)
    }

    /// `digits` hexadecimal digits in ASCII; six at most, as above.
    pub const fn hex(digits: u8) -> Self {
        Self::new(PrefixForm::Hex, digits)
    }

    /// The same prefix, counting its own bytes too.
    #[must_use]
    pub const fn inclusive(mut self) -> Self {
        self.inclusive = true;
        self
    }

    /// The same number of decimal digits written in another form. A prefix
    /// that is a binary number or hexadecimal stays itself.
    #[must_use]
    pub const fn in_form(mut self, form: PrefixForm) -> Self {
        let digits = match self.form {
            PrefixForm::Bcd => self.size * 2,
            PrefixForm::Ascii | PrefixForm::Ebcdic => self.size,
            PrefixForm::Binary | PrefixForm::Hex => return self,
        };
        self.size = match form {
            PrefixForm::Bcd => digits.div_ceil(2),
            _ => digits,
        };
        self.form = form;
        self
    }

    const fn new(form: PrefixForm, size: u8) -> Self {
        assert!(0 < size && size <= Self::MOST, "one to six digits or bytes");
        Self {
            form,
            size,
            inclusive: false,
        }
    }

    /// The same prefix, where nothing but BCD is known.
    pub(super) const fn usual(self) -> Self {
        Self {
            form: PrefixForm::Bcd,
            inclusive: false,
            ..self
        }
    }

    /// Bytes on the wire.
    pub const fn size(self) -> usize {
        self.size as usize
    }

    /// How it is written.
    pub const fn form(self) -> PrefixForm {
        self.form
    }

    /// Whether it counts its own bytes too.
    pub const fn is_inclusive(self) -> bool {
        self.inclusive
    }

    /// The largest length it can say.
    pub const fn most(self) -> u32 {
        match self.form {
            PrefixForm::Bcd => 10_u32.pow(self.size as u32 * 2) - 1,
            PrefixForm::Ascii | PrefixForm::Ebcdic => 10_u32.pow(self.size as u32) - 1,
            PrefixForm::Binary if self.size == 4 => u32::MAX,
            PrefixForm::Binary => (1 << (8 * self.size as u32)) - 1,
            PrefixForm::Hex => (1 << (4 * self.size as u32)) - 1,
        }
    }
}

/// How long a field is, in its [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always so long.
    Fixed(u16),
    /// A prefix says how long, at most this.
    Var(Prefix, u16),
}

impl Length {
    /// Bytes of the length prefix.
    pub const fn prefix(self) -> usize {
        match self {
            Self::Fixed(_) => 0,
            Self::Var(prefix, _) => prefix.size(),
        }
    }

    /// The fixed or the longest length.
    pub const fn most(self) -> u16 {
        match self {
            Self::Fixed(most) | Self::Var(_, most) => most,
        }
    }
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
