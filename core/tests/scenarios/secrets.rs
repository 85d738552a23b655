//! Looks for card data where none may be: I18. Each secret is sought as text,
//! as packed digits in both alignments, nibbles swapped, and as the list of
//! numbers that a derived `Debug` makes of bytes.

/// The forms of what must never be kept or shown.
pub(crate) struct Secrets {
    bytes: Vec<Vec<u8>>,
    texts: Vec<String>,
}

/// Card numbers and the rest of the tracks that scenarios present.
const DIGITS: [&str; 4] = [
    "6224242900000113",
    "6216261000000000018",
    "28062019031013",
    "301220100000000",
];

impl Secrets {
    pub(crate) fn new() -> Self {
        let mut secrets = Self {
            bytes: Vec::new(),
            texts: Vec::new(),
        };
        for digits in DIGITS {
            for (text, start) in [(digits, 0), (&digits[1..], 1)] {
                let packed = pack(text);
                if start == 0 {
                    secrets.texts.push(text.into());
                    secrets.bytes.push(text.bytes().collect());
                    secrets.bytes.push(text.bytes().rev().collect());
                }
                secrets.add(packed.iter().map(|byte| byte.rotate_left(4)).collect());
                secrets.add(packed);
            }
        }
        secrets
    }

    /// An encrypted PIN block that was sent.
    pub(crate) fn add(&mut self, secret: Vec<u8>) {
        if !self.bytes.contains(&secret) {
            let numbers: Vec<String> = secret.iter().map(u8::to_string).collect();
            let hex: Vec<String> = secret.iter().map(|byte| format!("{byte:02X}")).collect();
            self.texts.push(numbers.join(", "));
            self.texts.push(hex.concat());
            self.bytes.push(secret);
        }
    }

    pub(crate) fn in_bytes(&self, bytes: &[u8]) -> bool {
        let holds = |secret: &Vec<u8>| bytes.windows(secret.len()).any(|part| part == secret);
        self.bytes.iter().any(holds)
    }

    pub(crate) fn in_text(&self, text: &str) -> bool {
        self.texts.iter().any(|secret| text.contains(secret))
    }
}

/// Pairs of digits as bytes; a last single digit is left out.
fn pack(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0'))
        .collect()
}
