//! I18: what was on a card or in a PIN block must stand in no record and in no
//! text for people.

use super::super::till::CARDS;
use super::Message;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The cards that tills are given: number and track.
static OF_CARDS: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::default();
    for (pan, track, _) in CARDS {
        known.digits("a card number", pan);
        known.digits("a track", track);
    }
    known
});

/// Every secret seen so far, in each form it could leak in.
#[derive(Default)]
pub(crate) struct Secrets {
    /// What was in the requests of this run.
    sent: Known,
}

impl Secrets {
    /// What a request sends in clear or encrypted that may not be kept.
    pub(crate) fn learn(&mut self, message: &Message) {
        if let Some(block) = message.raw(52) {
            self.sent.add("a PIN block", block);
        }
    }

    pub(crate) fn none_in(&self, record: &[u8]) -> Result<(), &'static str> {
        OF_CARDS.none_in(record)?;
        self.sent.none_in(record)
    }

    pub(crate) fn none_in_text(&self, text: &str) -> Result<(), &'static str> {
        let upper = text.to_uppercase();
        OF_CARDS.none_in_text(&upper)?;
        self.sent.none_in_text(&upper)
    }
}

/// Secrets, as bytes and as text, with what they are.
#[derive(Default)]
struct Known {
    bytes: BTreeSet<(Vec<u8>, &'static str)>,
    texts: BTreeSet<(String, &'static str)>,
}

impl Known {
    fn digits(&mut self, name: &'static str, digits: &str) {
        self.add(name, digits.as_bytes());
        for shift in ["", "0"] {
            let packed = pack(&format!("{shift}{digits}"));
            // The first nibble may be another's, the last a pad.
            self.add(
                name,
                &packed[usize::from(!shift.is_empty())..packed.len() - 1],
            );
        }
        self.texts.insert((digits.to_owned(), name));
    }

    fn add(&mut self, name: &'static str, bytes: &[u8]) {
        let (mut list, mut hex) = (String::new(), String::new());
        for byte in bytes {
            let _ = write!(list, "{byte}, ");
            let _ = write!(hex, "{byte:02X}");
        }
        self.texts
            .insert((list.trim_end_matches(", ").to_owned(), name));
        self.texts.insert((hex, name));
        self.bytes.insert((bytes.to_vec(), name));
    }

    /// Looks at each place where a secret begins.
    fn none_in(&self, record: &[u8]) -> Result<(), &'static str> {
        let mut begins = [false; 256];
        for (secret, _) in &self.bytes {
            begins[usize::from(secret[0])] = true;
        }
        let places = (0..record.len()).filter(|at| begins[usize::from(record[*at])]);
        for at in places {
            let here = |(secret, _): &&(Vec<u8>, _)| record[at..].starts_with(secret);
            if let Some((_, name)) = self.bytes.iter().find(here) {
                return Err(name);
            }
        }
        Ok(())
    }

    fn none_in_text(&self, upper: &str) -> Result<(), &'static str> {
        match self.texts.iter().find(|(text, _)| upper.contains(text)) {
            Some((_, name)) => Err(name),
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
