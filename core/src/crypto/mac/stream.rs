use super::super::key::Cipher;
use super::super::{MacKey, UnsuitableKey, hex};
use super::{Algorithm, MacValue};
use des::Des;
use des::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A MAC being computed, fed with the message as it comes.
///
/// ```
/// # use annul::crypto::{Algorithm, Key, MacKey, mac::Mac};
/// let key = MacKey::new(Key::des_hex("2222222222222222").unwrap());
/// let mut mac = Mac::new(Algorithm::UnionPayEcb, &key).unwrap();
/// mac.update(&[0x12, 0x34, 0x56, 0x78, 0x90, 0xAB, 0xCD, 0xEF]);
/// mac.update(&[0xAB, 0xCD, 0xEF, 0x12, 0x34, 0x56, 0x78, 0x90]);
/// assert_eq!(mac.finish().value().bytes(), b"E267B6E2");
/// ```
pub struct Mac {
    scheme: Scheme,
    form: Form,
    /// The sum so far, or the last enciphered block, into which input is added.
    block: [u8; 16],
    /// Bytes added to `block` since it was last whole.
    filled: usize,
    /// Whether a block was completed, so that no empty one is owed at the end.
    started: Started,
}

/// What is done with whole blocks, and with the last.
enum Scheme {
    /// All added up, then both halves of the sum's hexadecimal text enciphered.
    Text(Cipher),
    /// All added up, then the sum enciphered.
    Sum(Cipher),
    /// Each enciphered and added to the next.
    Chain(Cipher),
    /// Like `Chain` under the left key, with a last turn under the right.
    Retail { left: Des, right: Des },
}

/// What goes into F64.
#[derive(Clone, Copy)]
enum Form {
    /// Upper-case hexadecimal characters of the first four bytes.
    Hex,
    /// The first eight bytes.
    Raw,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Started {
    No,
    Yes,
}

impl Mac {
    /// Starts a MAC.
    ///
    /// # Errors
    /// [`UnsuitableKey`] where the key's cipher or length does not fit, see the
    /// table in [`mac`](super).
    pub fn new(algorithm: Algorithm, key: &MacKey) -> Result<Self, UnsuitableKey> {
        let key = key.key();
        let (scheme, form) = match (algorithm, key.cipher()) {
            (Algorithm::Sm4Ecb, sm4 @ Cipher::Sm4(_)) => (Scheme::Text(sm4), Form::Hex),
            (Algorithm::Sm4Ecb, _) | (_, Cipher::Sm4(_)) => return Err(MacKey::UNSUITABLE),
            (Algorithm::UnionPayEcb, des) => (Scheme::Text(des), Form::Hex),
            (Algorithm::X9_9, des) => (Scheme::Chain(des), Form::Raw),
            (Algorithm::X9_9Hex, des) => (Scheme::Chain(des), Form::Hex),
            (Algorithm::Chanjet, des @ Cipher::DoubleDes(_)) => (Scheme::Sum(des), Form::Raw),
            (Algorithm::Chanjet, _) => return Err(MacKey::UNSUITABLE),
            (Algorithm::X9_19, _) => {
                let (left, right) = key.halves().ok_or(MacKey::UNSUITABLE)?;
                (Scheme::Retail { left, right }, Form::Hex)
            }
        };
        Ok(Self {
            scheme,
            form,
            block: [0; 16],
            filled: 0,
            started: Started::No,
        })
    }

    /// Takes the next part of the message, of any length.
    pub fn update(&mut self, part: &[u8]) {
        // Firmware is small instead.
        let rest = if cfg!(target_os = "none") {
            part
        } else {
            self.update_blocks(part)
        };
        for byte in rest {
            self.block[self.filled] ^= byte;
            self.filled += 1;
            if self.filled == self.scheme.block_size() {
                self.close_block();
            }
        }
    }

    /// Takes whole blocks where none is begun, and gives what is left.
    fn update_blocks<'p>(&mut self, part: &'p [u8]) -> &'p [u8] {
        if self.filled != 0 {
            return part;
        }
        let size = self.scheme.block_size();
        let blocks = part.chunks_exact(size);
        let rest = blocks.remainder();
        for block in blocks {
            for (byte, added) in self.block.iter_mut().zip(block) {
                *byte ^= added;
            }
            self.close_block();
        }
        rest
    }

    /// Ends the message and gives the last block.
    pub fn finish(mut self) -> MacBlock {
        if self.filled > 0 || self.started == Started::No {
            self.close_block();
        }
        let size = self.scheme.block_size();
        self.scheme.end(&mut self.block);
        MacBlock {
            bytes: self.block,
            size,
            form: self.form,
        }
    }

    fn close_block(&mut self) {
        self.scheme.chain(&mut self.block);
        self.filled = 0;
        self.started = Started::Yes;
    }
}

impl Drop for Mac {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}

/// The ciphers wipe their round keys themselves.
impl ZeroizeOnDrop for Mac {}

impl Scheme {
    fn block_size(&self) -> usize {
        match self {
            Self::Text(Cipher::Sm4(_)) => 16,
            _ => 8,
        }
    }

    /// After every whole block.
    fn chain(&self, block: &mut [u8; 16]) {
        match self {
            Self::Text(_) | Self::Sum(_) => {}
            Self::Chain(cipher) => cipher.encrypt(&mut block[..8]),
            Self::Retail { left, .. } => {
                left.encrypt_blocks(Array::slice_as_chunks_mut(&mut block[..8]).0);
            }
        }
    }

    /// Once, after the last block.
    fn end(&self, block: &mut [u8; 16]) {
        let size = self.block_size();
        match self {
            Self::Text(cipher) => encipher_text(cipher, &mut block[..size]),
            Self::Sum(cipher) => cipher.encrypt(&mut block[..size]),
            Self::Chain(_) => {}
            Self::Retail { left, right } => {
                let blocks = Array::slice_as_chunks_mut(&mut block[..8]).0;
                right.decrypt_blocks(blocks);
                left.encrypt_blocks(blocks);
            }
        }
    }
}

/// UnionPay's last step: the sum as text, H; E(H left), added to H right, E.
fn encipher_text(cipher: &Cipher, sum: &mut [u8]) {
    let mut text = Zeroizing::new([0; 32]);
    hex::encode(sum, &mut text[..]);
    let (left, right) = text.split_at(sum.len());
    sum.copy_from_slice(left);
    cipher.encrypt(sum);
    for (byte, character) in sum.iter_mut().zip(right) {
        *byte ^= character;
    }
    cipher.encrypt(sum);
}

/// The last block of a MAC, whole: 8 bytes, or 16 with SM4.
#[derive(Clone, Copy)]
pub struct MacBlock {
    bytes: [u8; 16],
    size: usize,
    form: Form,
}

impl MacBlock {
    /// The whole block.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }

    /// What goes into F64, see the table in [`mac`](super).
    pub fn value(&self) -> MacValue {
        let mut value = [0; 8];
        match self.form {
            Form::Hex => hex::encode(&self.bytes[..4], &mut value),
            Form::Raw => value.copy_from_slice(&self.bytes[..8]),
        }
        MacValue::new(value)
    }
}
