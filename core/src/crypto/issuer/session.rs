use super::{IssuerError, Step, Watch};
use crate::crypto::Key;
use zeroize::Zeroizing;

/// How the key of one transaction or script comes from the card's.
///
/// | Rule | What is enciphered under the card's key | Ciphers | Who |
/// |---|---|---|---|
/// | `CardKey` | nothing: it is the card's key | all | Visa 10 |
/// | `Common` | eight bytes, their third once `F0` and once `0F`; a key no longer than a block: the bytes as they are | all | EMV A1.3.1, CCD, Visa 18 and 22, Interac, M/Chip |
/// | `Counter` | `000000000000`, the counter, `000000000000`, the counter with every bit turned | DES, SM4 | UnionPay, PBOC |
/// | `Added` | nothing: the same bytes are added (XOR) to the card's key | DES | Visa's scripts |
///
/// Source: EMV 4.4 Book 2, A1.3.1; JR/T 0025 (PBOC 3.0) parts 7 and 17.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The card's key itself.
    CardKey,
    /// EMV's common derivation from eight bytes, see
    /// [`Session::of_counter`] and its siblings.
    Common([u8; 8]),
    /// From the transaction counter (tag 9F36), as PBOC has it.
    Counter([u8; 2]),
    /// The transaction counter added to the card's key.
    Added([u8; 2]),
}

impl Session {
    /// `Common` of the transaction counter (tag 9F36).
    pub const fn of_counter(counter: [u8; 2]) -> Self {
        Self::Common([counter[0], counter[1], 0, 0, 0, 0, 0, 0])
    }

    /// `Common` of counter and unpredictable number (tag 9F37), as M/Chip has it.
    pub const fn of_number(counter: [u8; 2], number: [u8; 4]) -> Self {
        let [a, b, c, d] = number;
        Self::Common([counter[0], counter[1], 0, 0, a, b, c, d])
    }

    /// `Common` of an application cryptogram (tag 9F26), for scripts.
    pub const fn of_cryptogram(cryptogram: [u8; 8]) -> Self {
        Self::Common(cryptogram)
    }

    pub(super) fn derive(self, card: &Key, watch: Watch<'_>) -> Result<Key, IssuerError> {
        let mut bytes = Zeroizing::new([0; Key::MAX]);
        let (size, block) = (card.bytes().len(), card.block_size());
        let whole = &mut bytes[..size.next_multiple_of(block)];
        match self {
            Self::CardKey => return Ok(card.like(card.bytes())),
            Self::Common(from) => {
                let twice = size > block;
                for (part, third) in whole.chunks_exact_mut(block).zip([0xF0, 0x0F]) {
                    part[..8].copy_from_slice(&from);
                    part[2] = if twice { third } else { from[2] };
                }
            }
            Self::Counter(_) if card.is_aes() => return Err(IssuerError::Session),
            Self::Added(_) if !card.is_des() => return Err(IssuerError::Session),
            Self::Counter([high, low]) | Self::Added([high, low]) => {
                whole[6..8].copy_from_slice(&[high, low]);
                whole[14..16].copy_from_slice(&[!high, !low]);
            }
        }
        watch(Step::SessionInput(whole));
        if let Self::Added(_) = self {
            let key = whole.iter_mut().zip(card.bytes());
            key.for_each(|(byte, key)| *byte ^= key);
        } else {
            card.cipher().encrypt(whole);
        }
        Ok(card.like(whole).with_odd_parity())
    }
}
