/// The sixteen hexadecimal digits as UnionPay writes them: upper case.
const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Reads `2 * bytes.len()` hexadecimal digits of either case; none where the
/// length differs or another character stands among them.
pub(super) fn decode(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    if text.len() != bytes.len() * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(())
}

/// Writes each byte as two upper-case digits while there is room.
pub(super) fn encode(bytes: &[u8], text: &mut [u8]) {
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0F)];
    }
}

/// True where every byte is an upper-case hexadecimal digit.
pub(super) fn is_upper(text: &[u8]) -> bool {
    (text.iter()).all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_and_is_upper_case() {
        for byte in 0..=u8::MAX {
            let (mut text, mut back) = ([0; 2], [0; 1]);
            encode(&[byte], &mut text);
            assert!(is_upper(&text));
            assert_eq!(decode(&text, &mut back), Some(()));
            assert_eq!(back, [byte]);
            assert_eq!(
                decode(&text.map(|c| c.to_ascii_lowercase()), &mut back),
                Some(())
            );
        }
    }

    #[test]
    fn other_characters_and_lengths_are_refused() {
        for text in [&b"G0"[..], b"0", b"0x", b"000", b"", b" 0"] {
            assert_eq!(decode(text, &mut [0; 1]), None);
        }
    }
}
