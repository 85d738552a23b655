use super::error::{ValueError, ValueFault, sized};

/// Which records of the card to read (tag 94; EMV book 3, 10.2).
///
/// ```
/// # use annul::emv::Afl;
/// let value = [0x10, 0x01, 0x02, 0x00, 0x18, 0x01, 0x01, 0x01];
/// let afl = Afl::parse(&value).unwrap();
/// let files: Vec<_> = afl.files().collect();
/// assert_eq!((files[0].identifier(), files[0].first(), files[0].last()), (2, 1, 2));
/// assert_eq!(files[1].authenticated(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Afl<'a>(&'a [u8]);

/// Records of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AflFile {
    identifier: u8,
    first: u8,
    last: u8,
    authenticated: u8,
}

/// Bytes of one file.
const FILE: usize = 4;

impl<'a> Afl<'a> {
    /// Reads files of four bytes each; all of them make sense, or none is had.
    pub fn parse(value: &'a [u8]) -> Result<Self, ValueError> {
        sized(value, 0, 252)?;
        let found = value.len();
        if !found.is_multiple_of(FILE) {
            let fault = ValueFault::Multiple { of: FILE, found };
            return Err(ValueError::new(found - found % FILE, fault));
        }
        for (index, file) in value.chunks_exact(FILE).enumerate() {
            AflFile::parse(file)
                .map_err(|(at, fault)| ValueError::new(index * FILE + at, fault))?;
        }
        Ok(Self(value))
    }

    /// The files, in the order they are read.
    pub fn files(&self) -> impl Iterator<Item = AflFile> + 'a {
        (self.0.chunks_exact(FILE)).filter_map(|file| AflFile::parse(file).ok())
    }
}

impl AflFile {
    fn parse(file: &[u8]) -> Result<Self, (usize, ValueFault)> {
        let &[identifier, first, last, authenticated] = file else {
            let found = file.len();
            return Err((0, ValueFault::Multiple { of: FILE, found }));
        };
        let found = identifier & 0x07;
        if found != 0 {
            return Err((0, ValueFault::Reserved { mask: 0x07, found }));
        }
        let identifier = identifier >> 3;
        if !(1..=30).contains(&identifier) {
            return Err((0, ValueFault::FileIdentifier(identifier)));
        }
        if first == 0 || last < first {
            return Err((1, ValueFault::Records { first, last }));
        }
        let records = (last - first).saturating_add(1);
        if authenticated > records {
            let found = authenticated;
            return Err((3, ValueFault::Authenticated { records, found }));
        }
        Ok(Self {
            identifier,
            first,
            last,
            authenticated,
        })
    }

    /// Its short file identifier, 1 to 30.
    pub const fn identifier(self) -> u8 {
        self.identifier
    }

    /// The first record to read.
    pub const fn first(self) -> u8 {
        self.first
    }

    /// The last.
    pub const fn last(self) -> u8 {
        self.last
    }

    /// How many of them, from the first on, are signed by the issuer.
    pub const fn authenticated(self) -> u8 {
        self.authenticated
    }
}
