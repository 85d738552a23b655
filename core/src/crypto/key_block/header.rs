mod write;

use super::error::Found;
use super::optional::OptionalBlock;
use super::read::{Charset, Reader};
use super::{Exportability, Field, KeyAlgorithm, KeyBlockError, KeyContext, KeyUsage};
use super::{ModeOfUse, Rules, Version};

/// What a key block says in clear of its key. The MAC holds header and key
/// together, so that no key can be given another use.
///
/// ```text
///  D 0112 P0 A E 00 E 00 0 0
///  │  │   │  │ │ │  │ │  │ └ reserved
///  │  │   │  │ │ │  │ │  └── key context
///  │  │   │  │ │ │  │ └───── optional blocks, which follow
///  │  │   │  │ │ │  └─────── exportability
///  │  │   │  │ │ └────────── key version number, 00 where there is none
///  │  │   │  │ └──────────── mode of use
///  │  │   │  └────────────── algorithm
///  │  │   └───────────────── key usage
///  │  └───────────────────── characters of the whole block
///  └──────────────────────── version
/// ```
///
/// ```
/// # use annul::crypto::key_block::{Header, KeyUsage, Rules};
/// let header = Header::parse("B0000B0TX12S0100KS1800604B120F9292800000", Rules::Strict).unwrap();
/// assert_eq!((header.usage(), header.key_version()), (KeyUsage::BASE_DERIVATION, "12"));
/// assert_eq!(header.block("KS").unwrap().data(), "00604B120F9292800000");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Header<'h> {
    version: Version,
    usage: KeyUsage,
    algorithm: KeyAlgorithm,
    mode: ModeOfUse,
    key_version: [u8; 2],
    exportability: Exportability,
    context: KeyContext,
    reserved: u8,
    blocks: Blocks<'h>,
}

/// The optional blocks, as they came or as they were given.
#[derive(Clone, Copy, Debug)]
enum Blocks<'h> {
    Text(&'h [u8]),
    List(&'h [OptionalBlock<'h>]),
}

impl<'h> Header<'h> {
    /// Characters without the optional blocks.
    pub const SIZE: usize = 16;
    /// Optional blocks there can be, one of which is padding.
    pub const MOST_BLOCKS: usize = 99;

    /// A header without key version number and optional blocks, for storage or
    /// exchange, of a key that must not leave the device which unwraps it.
    pub const fn new(
        version: Version,
        usage: KeyUsage,
        algorithm: KeyAlgorithm,
        mode: ModeOfUse,
    ) -> Self {
        Self {
            version,
            usage,
            algorithm,
            mode,
            key_version: *b"00",
            exportability: Exportability::NONE,
            context: KeyContext::EITHER,
            reserved: b'0',
            blocks: Blocks::Text(&[]),
        }
    }

    /// A header without the rest of a key block: as a template for wrapping.
    /// Its length may be any four digits.
    pub fn parse(text: &'h str, rules: Rules) -> Result<Self, KeyBlockError> {
        let mut reader = Reader::new(text.as_bytes());
        let header = Self::read(&mut reader, rules, None)?;
        match reader.rest() {
            [] => Ok(header),
            more => Err(KeyBlockError::Field {
                field: Field::Rest,
                offset: reader.offset(),
                expected: "nothing behind the optional blocks",
                found: Found::new(more),
            }),
        }
    }

    /// With a key version number, two letters or digits: `00` is none, `c1`
    /// the first of the components of a key.
    pub fn with_key_version(mut self, number: &str) -> Result<Self, KeyBlockError> {
        let mut reader = Reader::new(number.as_bytes());
        self.key_version = reader.array(Field::KeyVersion, Charset::Alphanumeric)?;
        Ok(self)
    }

    /// With what else may happen to the key.
    #[must_use]
    pub const fn with_exportability(mut self, exportability: Exportability) -> Self {
        self.exportability = exportability;
        self
    }

    /// For storage, or for exchange.
    #[must_use]
    pub const fn with_context(mut self, context: KeyContext) -> Self {
        self.context = context;
        self
    }

    /// With optional blocks in place of those it has.
    #[must_use]
    pub const fn with_blocks(mut self, blocks: &'h [OptionalBlock<'h>]) -> Self {
        self.blocks = Blocks::List(blocks);
        self
    }

    /// The format.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// What the key is for.
    pub const fn usage(&self) -> KeyUsage {
        self.usage
    }

    /// The cipher of the key.
    pub const fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// What may be done with it. A key that may only verify is unwrapped like
    /// any other: to keep to it is the caller's business.
    pub const fn mode(&self) -> ModeOfUse {
        self.mode
    }

    /// The key version number, `00` where there is none.
    pub fn key_version(&self) -> &str {
        core::str::from_utf8(&self.key_version).unwrap_or_default()
    }

    /// Whether the key may leave the device that unwraps it.
    pub const fn exportability(&self) -> Exportability {
        self.exportability
    }

    /// Whether it is for storage or for exchange.
    pub const fn context(&self) -> KeyContext {
        self.context
    }

    /// The optional blocks in their order, padding too.
    pub fn blocks(&self) -> impl Iterator<Item = OptionalBlock<'h>> + use<'h> {
        let (text, list): (&[u8], &[_]) = match self.blocks {
            Blocks::Text(text) => (text, &[]),
            Blocks::List(list) => (&[], list),
        };
        let mut reader = Reader::new(text);
        // What was read once is read again.
        let read = core::iter::from_fn(move || {
            OptionalBlock::read(&mut reader, Rules::Interoperable).ok()
        });
        read.chain(list.iter().copied())
    }

    /// The first optional block of this identifier.
    pub fn block(&self, id: &str) -> Option<OptionalBlock<'h>> {
        self.blocks().find(|block| block.id() == id)
    }

    /// Reads the header; `whole` is the length of the block it belongs to.
    pub(super) fn read(
        reader: &mut Reader<'h>,
        rules: Rules,
        whole: Option<usize>,
    ) -> Result<Self, KeyBlockError> {
        let [letter] = reader.array(Field::Version, Charset::Printable)?;
        let version = Version::of_letter(letter).ok_or(KeyBlockError::Field {
            field: Field::Version,
            offset: 0,
            expected: "A to E",
            found: Found::new(&[letter]),
        })?;
        let said = reader.decimal(Field::Length, 4)?;
        match whole {
            Some(found) if said != found => return Err(KeyBlockError::Length { said, found }),
            _ => {}
        }
        let mut header = Self {
            version,
            usage: KeyUsage::read(reader, Field::Usage, rules)?,
            algorithm: KeyAlgorithm::read(reader, Field::Algorithm, rules)?,
            mode: ModeOfUse::read(reader, Field::ModeOfUse, rules)?,
            key_version: reader.array(Field::KeyVersion, Charset::Alphanumeric)?,
            exportability: Exportability::read(reader, Field::Exportability, rules)?,
            context: KeyContext::EITHER,
            reserved: b'0',
            blocks: Blocks::Text(&[]),
        };
        let count = reader.decimal(Field::BlockCount, 2)?;
        header.context = KeyContext::read(reader, Field::Context, rules)?;
        [header.reserved] = reader.array(Field::Reserved, Charset::Alphanumeric)?;
        header.blocks = Blocks::Text(read_blocks(reader, count, rules)?);
        if rules == Rules::Strict {
            header.guard(whole)?;
        }
        Ok(header)
    }

    /// What else the standard wants of a header.
    fn guard(&self, whole: Option<usize>) -> Result<(), KeyBlockError> {
        let wrong = |field, offset, expected, found: &[u8]| {
            let found = Found::new(found);
            Err(KeyBlockError::Field {
                field,
                offset,
                expected,
                found,
            })
        };
        if !self.usage.goes_with(self.mode) {
            let expected = "a mode that goes with the key usage";
            return wrong(Field::ModeOfUse, 8, expected, &self.mode.bytes());
        }
        if self.reserved != b'0' {
            return wrong(Field::Reserved, 15, "0", &[self.reserved]);
        }
        let mut place = Self::SIZE;
        let size = self.blocks_size();
        for (index, block) in self.blocks().enumerate() {
            let id = block.id();
            if self.blocks().take(index).any(|other| other.id() == id) {
                return wrong(Field::BlockId, place, "each block once", id.as_bytes());
            }
            place += block.size();
            if block.is_padding() && place < Self::SIZE + size {
                let expected = "padding as the last block";
                return wrong(
                    Field::BlockId,
                    place - block.size(),
                    expected,
                    id.as_bytes(),
                );
            }
        }
        if whole.is_some() && !size.is_multiple_of(self.version.block_size()) {
            let expected = "padding that fills the optional blocks to whole blocks of the cipher";
            return wrong(Field::BlockId, place, expected, b"none");
        }
        Ok(())
    }
}

/// The text of so many optional blocks.
fn read_blocks<'h>(
    reader: &mut Reader<'h>,
    count: usize,
    rules: Rules,
) -> Result<&'h [u8], KeyBlockError> {
    let (text, start) = (reader.rest(), reader.offset());
    for _ in 0..count {
        OptionalBlock::read(reader, rules)?;
    }
    Ok(&text[..reader.offset() - start])
}
