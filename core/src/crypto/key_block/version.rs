use core::fmt;

/// Which of the five formats a key block has: its first character.
///
/// | Version | Protection key | Keys made of it | Payload | MAC | Defined by |
/// |---|---|---|---|---|---|
/// | A | DES of 16 or 24 bytes | by masks | CBC | CBC-MAC, 4 bytes, over what is sent | TR-31:2005, deprecated |
/// | B | DES of 16 or 24 bytes | by CMAC | CBC | CMAC, 8 bytes, over the clear key | TR-31:2010, X9.143 |
/// | C | DES of 16 or 24 bytes | by masks | CBC | CBC-MAC, 4 bytes, over what is sent | TR-31:2010, X9.143 |
/// | D | AES | by CMAC | CBC | CMAC, 16 bytes, over the clear key | TR-31:2018, X9.143, ISO 20038 |
/// | E | AES | by CMAC | counter | CMAC, 16 bytes, over the clear key | ISO 20038 |
///
/// New ones should be B or D.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// Variant binding, the first.
    A,
    /// Derivation binding with TDES.
    B,
    /// Variant binding with the header of the later editions.
    C,
    /// Derivation binding with AES.
    D,
    /// Derivation binding with AES in counter mode.
    E,
}

impl Version {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The first character of a key block.
    pub const fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
            Self::E => 'E',
        }
    }

    /// Bytes of a block of the cipher; the optional blocks of a header fill
    /// as many characters, or a multiple.
    pub const fn block_size(self) -> usize {
        if self.is_aes() { 16 } else { 8 }
    }

    /// Bytes of the MAC, each two characters of the key block.
    pub const fn mac_size(self) -> usize {
        match self {
            Self::A | Self::C => 4,
            Self::B => 8,
            Self::D | Self::E => 16,
        }
    }

    /// True where the protection key is one of AES, else it is of DES.
    pub const fn is_aes(self) -> bool {
        matches!(self, Self::D | Self::E)
    }

    /// What the length of the payload is a multiple of, in bytes.
    pub(super) const fn granule(self) -> usize {
        match self {
            Self::E => 1,
            _ => self.block_size(),
        }
    }

    pub(super) fn of_letter(letter: u8) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|version| version.letter() == char::from(letter))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}
