//! Numbers that decide how a message is made and damaged: the same at every
//! run, or those of a fuzzer.

use core::ops::Range;

/// Draws numbers.
pub(crate) trait Dice {
    /// A number below the bound; 0 where that is 0.
    fn below(&mut self, bound: usize) -> usize;

    /// True once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A byte, half of the time one that means something somewhere: digits,
    /// separators, lengths.
    fn byte(&mut self) -> u8 {
        const TELLING: &[u8] =
            b"\x00\x01\x09\x0A\x1F\x7F\x80\x81\x82\x99\x9F\xD0\xF0\xF9\xFF09:=D ";
        match self.below(2) {
            0 => TELLING[self.below(TELLING.len())],
            _ => self.below(256) as u8,
        }
    }

    fn within(&mut self, range: &Range<usize>) -> usize {
        range.start + self.below(range.len())
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// A small generator (xorshift64*); its seed is not 0.
pub(crate) struct Seeded(pub(crate) u64);

impl Dice for Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        drawn as usize % bound.max(1)
    }
}
