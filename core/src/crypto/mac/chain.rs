use super::super::key::Cipher;
use super::Tag;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a MAC does with one block, for who looks for the step that differs
/// from the host's. It tells the message, and of the key nothing but MACs of
/// the message's beginnings: never show it to who may not make MACs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// A block of the padded message was added to the block before, and
    /// enciphered.
    Chained {
        /// The block of the padded message.
        input: &'s [u8],
        /// What came out.
        output: &'s [u8],
    },
    /// The last block was deciphered under the second key (algorithm 3).
    Deciphered(&'s [u8]),
    /// It was enciphered again under the first (algorithm 3).
    Enciphered(&'s [u8]),
}

/// Nobody looks.
pub(super) const UNWATCHED: fn(Step<'_>) = |_| {};

/// Blocks chained by a cipher (CBC). The last block is kept back until the
/// message ends, as some algorithms treat it otherwise.
pub(super) struct Chain<W> {
    cipher: Cipher,
    size: usize,
    /// The last enciphered block.
    state: [u8; 16],
    /// What came of the next, zeros behind it.
    buffer: [u8; 16],
    filled: usize,
    watch: W,
}

impl<W: FnMut(Step<'_>)> Chain<W> {
    pub(super) fn new(cipher: Cipher, watch: W) -> Self {
        Self {
            size: cipher.block_size(),
            cipher,
            state: [0; 16],
            buffer: [0; 16],
            filled: 0,
            watch,
        }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    pub(super) const fn cipher(&self) -> &Cipher {
        &self.cipher
    }

    /// True where the block kept back is whole.
    pub(super) const fn is_full(&self) -> bool {
        self.filled == self.size
    }

    pub(super) fn update(&mut self, part: &[u8]) {
        let mut rest = part;
        while !rest.is_empty() {
            if self.is_full() {
                self.close();
            }
            let taken = rest.len().min(self.size - self.filled);
            let (now, later) = rest.split_at(taken);
            self.buffer[self.filled..][..taken].copy_from_slice(now);
            self.filled += taken;
            rest = later;
        }
    }

    /// Adds to the chain what is not of the message.
    pub(super) fn mask(&mut self, mask: &[u8; 16]) {
        add(&mut self.state, mask);
    }

    /// Chains the block kept back, filled with zeros.
    pub(super) fn close(&mut self) {
        add(&mut self.state, &self.buffer);
        self.cipher.encrypt(&mut self.state[..self.size]);
        (self.watch)(Step::Chained {
            input: &self.buffer[..self.size],
            output: &self.state[..self.size],
        });
        self.buffer = [0; 16];
        self.filled = 0;
    }

    /// One more turn of the last block: back under `second`, and forth again.
    pub(super) fn turn(&mut self, second: &Cipher) {
        let state = &mut self.state[..self.size];
        second.decrypt(state);
        (self.watch)(Step::Deciphered(state));
        self.cipher.encrypt(state);
        (self.watch)(Step::Enciphered(state));
    }

    pub(super) fn tag(&self) -> Tag {
        Tag::new(self.last())
    }

    /// The last enciphered block.
    pub(super) fn last(&self) -> &[u8] {
        &self.state[..self.size]
    }
}

impl<W> Drop for Chain<W> {
    fn drop(&mut self) {
        self.state.zeroize();
        self.buffer.zeroize();
    }
}

/// The cipher wipes its round keys itself.
impl<W> ZeroizeOnDrop for Chain<W> {}

fn add(to: &mut [u8; 16], other: &[u8; 16]) {
    for (byte, other) in to.iter_mut().zip(other) {
        *byte ^= other;
    }
}
