//! I18: what was on a card or in a PIN block must stand in no record and in no
//! text for people.

use super::Message;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Every secret seen so far, in each form it could leak in.
#[derive(Default)]
pub(crate) struct Secrets {
    bytes: BTreeSet<(&'static str, Vec<u8>)>,
    texts: BTreeSet<(&'static str, String)>,
}

impl Secrets {
    /// A card that the till will be given.
    pub(crate) fn card(&mut self, pan: &str, track: &str) {
        for (name, digits) in [("a card number", pan), ("a track", track)] {
            self.add(name, digits.as_bytes());
            for shift in ["", "0"] {
                let packed = pack(&format!("{shift}{digits}"));
                // The first nibble may be another's, the last a pad.
                self.add(
                    name,
                    &packed[usize::from(!shift.is_empty())..packed.len() - 1],
                );
            }
            self.texts.insert((name, digits.to_owned()));
        }
    }

    /// What a request sends in clear or encrypted that may not be kept.
    pub(crate) fn learn(&mut self, message: &Message) {
        if let Some(block) = message.raw(52) {
            self.add("a PIN block", block);
        }
    }

    fn add(&mut self, name: &'static str, bytes: &[u8]) {
        let (mut list, mut hex) = (String::new(), String::new());
        for byte in bytes {
            let _ = write!(list, "{byte}, ");
            let _ = write!(hex, "{byte:02X}");
        }
        self.texts
            .insert((name, list.trim_end_matches(", ").to_owned()));
        self.texts.insert((name, hex));
        self.bytes.insert((name, bytes.to_vec()));
    }

    pub(crate) fn none_in(&self, record: &[u8]) -> Result<(), &'static str> {
        let holds = |secret: &[u8]| {
            let begins = |at: &usize| record[*at] == secret[0];
            let mut places = (0..record.len()).filter(begins);
            places.any(|at| record[at..].starts_with(secret))
        };
        match self.bytes.iter().find(|(_, secret)| holds(secret)) {
            Some((name, _)) => Err(name),
            None => Ok(()),
        }
    }

    pub(crate) fn none_in_text(&self, text: &str) -> Result<(), &'static str> {
        let upper = text.to_uppercase();
        match self.texts.iter().find(|(_, secret)| upper.contains(secret)) {
            Some((name, _)) => Err(name),
            None => Ok(()),
        }
    }
}

/// Two digits a byte; `=` is D, a missing last nibble 0.
fn pack(digits: &str) -> Vec<u8> {
    let nibble = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        _ => 0xD,
    };
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| nibble(pair[0]) << 4 | pair.get(1).map_or(0, |low| nibble(*low)))
        .collect()
}
