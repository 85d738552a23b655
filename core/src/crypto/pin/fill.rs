/// The fill of format 1: a number never used before under the same key, such
/// as a transaction counter or random bytes. Any nibble is allowed.
///
/// Without a card number in it, nothing else keeps equal PINs from giving
/// equal blocks.
#[derive(Clone, Copy)]
pub struct UniqueFill([u8; Self::SIZE]);

impl UniqueFill {
    /// Bytes, of which the shortest PIN uses all.
    pub const SIZE: usize = 5;

    /// Bytes that are new for each block.
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    pub(super) fn nibble(self, index: usize) -> u8 {
        nibble(&self.0, index)
    }
}

/// The fill of format 3: nibbles A to F, drawn anew for each block.
///
/// ```
/// # use annul::crypto::pin::LetterFill;
/// assert!(LetterFill::new([0xAB, 0xCD, 0xEF, 0xAA, 0xAA]).is_some());
/// assert!(LetterFill::new([0xAB, 0xC9, 0xEF, 0xAA, 0xAA]).is_none()); // a 9
/// ```
#[derive(Clone, Copy)]
pub struct LetterFill([u8; Self::SIZE]);

impl LetterFill {
    /// Bytes, of which the shortest PIN uses all.
    pub const SIZE: usize = 5;

    /// Ten nibbles that the caller drew; none where one is below A.
    pub fn new(bytes: [u8; Self::SIZE]) -> Option<Self> {
        let sound = (bytes.iter()).all(|byte| byte >> 4 >= 0xA && byte & 0x0F >= 0xA);
        sound.then_some(Self(bytes))
    }

    /// Ten nibbles out of eight random bytes. Each letter is as likely as the
    /// others, to one part in 2^38.
    pub fn from_random(random: [u8; 8]) -> Self {
        let mut rest = u64::from_be_bytes(random);
        let mut letter = || {
            let digit = (rest % 6) as u8;
            rest /= 6;
            0xA + digit
        };
        Self([(); Self::SIZE].map(|()| letter() << 4 | letter()))
    }

    pub(super) fn nibble(self, index: usize) -> u8 {
        nibble(&self.0, index)
    }
}

/// Nibbles are counted from the left, 0 first. Behind the last there is F.
pub(super) fn nibble(bytes: &[u8], index: usize) -> u8 {
    let byte = bytes.get(index / 2).copied().unwrap_or(0xFF);
    if index.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 0x0F
    }
}

/// Sets one nibble; nothing where there is none of that number.
pub(super) fn set_nibble(bytes: &mut [u8], index: usize, value: u8) {
    if let Some(byte) = bytes.get_mut(index / 2) {
        *byte = if index.is_multiple_of(2) {
            *byte & 0x0F | value << 4
        } else {
            *byte & 0xF0 | value
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_letters_are_letters_and_all_of_them_come() {
        let mut seen = [0_u32; 16];
        for seed in 0..500_u64 {
            let random = (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_be_bytes();
            let fill = LetterFill::from_random(random);
            assert!(LetterFill::new(fill.0).is_some());
            (0..10).for_each(|index| seen[usize::from(fill.nibble(index))] += 1);
        }
        assert_eq!(seen[..10], [0; 10]);
        assert!(seen[10..].iter().all(|count| *count > 600), "{seen:?}");
    }

    #[test]
    fn every_nibble_below_a_is_refused() {
        for index in 0..10 {
            for value in 0..=0xF {
                let mut bytes = [0xFF; 5];
                set_nibble(&mut bytes, index, value);
                assert_eq!(nibble(&bytes, index), value);
                assert_eq!(LetterFill::new(bytes).is_some(), value >= 0xA);
            }
        }
    }
}
