use super::{Blocks, Header};
use crate::crypto::key_block::error::Found;
use crate::crypto::key_block::optional::{self, OptionalBlock};
use crate::crypto::key_block::{Field, KeyBlockError};

impl Header<'_> {
    /// Characters of the optional blocks.
    pub(in super::super) fn blocks_size(&self) -> usize {
        match self.blocks {
            Blocks::Text(text) => text.len(),
            Blocks::List(list) => list.iter().map(OptionalBlock::size).sum(),
        }
    }

    /// Characters of the padding block that is to be added; none where the
    /// blocks are whole.
    pub(in super::super) fn padding_size(&self) -> usize {
        let block = self.version.block_size();
        let missing = self.blocks_size().next_multiple_of(block) - self.blocks_size();
        match missing {
            0 => 0,
            1..optional::HEAD => missing + block,
            _ => missing,
        }
    }

    /// Writes the header, its padding and the length of the whole; gives what
    /// is behind.
    pub(in super::super) fn write<'o>(
        &self,
        length: usize,
        out: &'o mut [u8],
    ) -> Result<&'o mut [u8], KeyBlockError> {
        let padding = self.padding_size();
        let count = self.blocks().count() + usize::from(padding != 0);
        let repeated = padding != 0 && self.blocks().any(|block| block.is_padding());
        if count > Self::MOST_BLOCKS || repeated {
            return Err(KeyBlockError::Field {
                field: Field::BlockCount,
                offset: 12,
                expected: "99 blocks at most, and padding once",
                found: Found::new(if repeated { b"PB" } else { b"more" }),
            });
        }
        let (fixed, rest) = out.split_at_mut(Self::SIZE);
        let (blocks, rest) = rest.split_at_mut(self.blocks_size());
        let (filler, rest) = rest.split_at_mut(padding);
        fixed[0] = self.version.letter() as u8;
        decimal(length, &mut fixed[1..5]);
        fixed[5..7].copy_from_slice(&self.usage.bytes());
        [fixed[7]] = self.algorithm.bytes();
        [fixed[8]] = self.mode.bytes();
        fixed[9..11].copy_from_slice(&self.key_version);
        [fixed[11]] = self.exportability.bytes();
        decimal(count, &mut fixed[12..14]);
        [fixed[14]] = self.context.bytes();
        fixed[15] = self.reserved;
        self.write_blocks(blocks);
        if let Some((head, zeros)) = filler.split_at_mut_checked(optional::HEAD) {
            head[..2].copy_from_slice(optional::PADDING);
            optional::hexadecimal(padding, &mut head[2..]);
            zeros.fill(b'0');
        }
        Ok(rest)
    }

    fn write_blocks(&self, mut out: &mut [u8]) {
        match self.blocks {
            Blocks::Text(text) => out.copy_from_slice(text),
            Blocks::List(list) => {
                for block in list {
                    let (own, rest) = out.split_at_mut(block.size());
                    block.write(own);
                    out = rest;
                }
            }
        }
    }
}

/// Writes a number in as many decimal digits as there is room.
fn decimal(mut value: usize, out: &mut [u8]) {
    for digit in out.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}
