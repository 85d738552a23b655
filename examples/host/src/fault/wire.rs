//! What happens on the wire: an answer turned into waits, bytes and a close.

use super::{Misdeed, Orders};

/// One thing a server does on a connection, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum Effect {
    /// Wait this many milliseconds.
    Wait(u64),
    /// Send these bytes in one write.
    Bytes(Vec<u8>),
    /// Close the connection; what is left undone stays undone.
    Close,
}

/// Shows how many bytes, never which: an answer quotes the card number.
impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wait(millis) => write!(f, "Wait({millis} ms)"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Close => f.write_str("Close"),
        }
    }
}

/// What becomes of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// What happens on this connection.
    pub effects: Vec<Effect>,
    /// What is sent when the next connection opens.
    pub held: Option<Vec<u8>>,
    /// What is glued in front of the next answer.
    pub glued: Option<Vec<u8>>,
}

impl Delivery {
    /// Puts what was held for it in front of the first bytes; false where
    /// there are none, and it must be held on.
    pub(crate) fn glue(&mut self, held: &[u8]) -> bool {
        let first = self.effects.iter_mut().find_map(|effect| match effect {
            Effect::Bytes(bytes) => Some(bytes),
            Effect::Wait(_) | Effect::Close => None,
        });
        first.is_some_and(|bytes| {
            bytes.splice(..0, held.iter().copied());
            true
        })
    }
}

/// Milliseconds between the pieces of an answer.
const PAUSE: u64 = 20;
/// Bytes before the message: length, TPDU, header.
const PREFIX: usize = annul::frame::PREFIX;

impl Orders {
    /// What becomes of this answer under these orders.
    pub fn deliver(&self, mut answer: Vec<u8>) -> Delivery {
        if self.has(Misdeed::Garble) {
            answer.iter_mut().skip(PREFIX).for_each(|byte| *byte = 0xFF);
        }
        if self.has(Misdeed::DropAnswer) {
            return Delivery::default();
        }
        if self.has(Misdeed::LateAnswer) {
            return Delivery {
                held: Some(answer),
                ..Delivery::default()
            };
        }
        if self.has(Misdeed::Glue) {
            return Delivery {
                glued: Some(answer),
                ..Delivery::default()
            };
        }
        let mut effects = Vec::new();
        let delay = self.delay().as_millis();
        if delay > 0 {
            effects.push(Effect::Wait(u64::try_from(delay).unwrap_or(u64::MAX)));
        }
        let cut = self.cut(answer.len());
        let mut sent = 0;
        for (index, mut piece) in self.pieces(answer).into_iter().enumerate() {
            piece.truncate(cut.map_or(usize::MAX, |cut| cut - sent));
            if piece.is_empty() {
                break;
            }
            if index > 0 {
                effects.push(Effect::Wait(PAUSE));
            }
            sent += piece.len();
            effects.push(Effect::Bytes(piece));
        }
        if cut.is_some() {
            effects.push(Effect::Close);
        }
        Delivery {
            effects,
            ..Delivery::default()
        }
    }

    /// After how many bytes the line closes, if it does.
    fn cut(&self, length: usize) -> Option<usize> {
        self.misdeeds().iter().find_map(|misdeed| match misdeed {
            Misdeed::Close(bytes) => Some(bytes.map_or(length / 2, usize::from)),
            _ => None,
        })
    }

    /// The answer as it is written, write by write.
    fn pieces(&self, answer: Vec<u8>) -> Vec<Vec<u8>> {
        let whole = match (self.has(Misdeed::Join), self.has(Misdeed::Twice)) {
            (true, false) => vec![[answer.clone(), answer].concat()],
            (true, true) => vec![[answer.clone(), answer.clone()].concat(), answer],
            (false, true) => vec![answer.clone(), answer],
            (false, false) => vec![answer],
        };
        let parts = self.misdeeds().iter().find_map(|misdeed| match misdeed {
            Misdeed::Split(parts) => Some(usize::from(*parts)),
            _ => None,
        });
        let Some(parts) = parts else { return whole };
        (whole.iter())
            .flat_map(|piece| piece.chunks(piece.len().div_ceil(parts).max(1)))
            .map(<[u8]>::to_vec)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn effects(misdeeds: &[Misdeed]) -> Vec<Effect> {
        let orders: Orders = misdeeds.iter().copied().collect();
        let delivery = orders.deliver((1..=20).collect());
        assert_eq!((delivery.held, delivery.glued), (None, None));
        delivery.effects
    }

    fn bytes(range: std::ops::RangeInclusive<u8>) -> Effect {
        Effect::Bytes(range.collect())
    }

    #[test]
    fn each_fault_of_the_wire() {
        assert_eq!(effects(&[]), [bytes(1..=20)]);
        assert_eq!(effects(&[Misdeed::DropAnswer]), []);
        let delay = Misdeed::Delay(Duration::from_millis(500));
        assert_eq!(effects(&[delay]), [Effect::Wait(500), bytes(1..=20)]);
        assert_eq!(
            effects(&[Misdeed::Close(None)]),
            [bytes(1..=10), Effect::Close]
        );
        assert_eq!(effects(&[Misdeed::Close(Some(0))]), [Effect::Close]);
        assert_eq!(
            effects(&[Misdeed::Close(Some(99))]),
            [bytes(1..=20), Effect::Close]
        );
        let pause = Effect::Wait(PAUSE);
        assert_eq!(
            effects(&[Misdeed::Split(3)]),
            [
                bytes(1..=7),
                pause.clone(),
                bytes(8..=14),
                pause.clone(),
                bytes(15..=20)
            ]
        );
        assert_eq!(
            effects(&[Misdeed::Twice]),
            [bytes(1..=20), pause, bytes(1..=20)]
        );
        let joined = (1..=20).chain(1..=20).collect();
        assert_eq!(effects(&[Misdeed::Join]), [Effect::Bytes(joined)]);
        let garbled = (1..=13).chain([0xFF; 7]).collect();
        assert_eq!(effects(&[Misdeed::Garble]), [Effect::Bytes(garbled)]);
    }

    #[test]
    fn faults_of_the_wire_add_up() {
        let pause = Effect::Wait(PAUSE);
        let orders = [Misdeed::Twice, Misdeed::Split(2), Misdeed::Close(Some(25))];
        assert_eq!(
            effects(&orders),
            [
                bytes(1..=10),
                pause.clone(),
                bytes(11..=20),
                pause,
                bytes(1..=5),
                Effect::Close
            ]
        );
    }

    #[test]
    fn a_glued_answer_comes_in_front_of_the_next_bytes() {
        let orders: Orders = [Misdeed::Glue].into_iter().collect();
        let glued = orders.deliver(vec![1, 2, 3]).glued.unwrap();
        let delay = Misdeed::Delay(Duration::from_millis(5));
        let mut next = Orders::from_iter([delay]).deliver(vec![4]);
        assert!(next.glue(&glued));
        assert_eq!(next.effects, [Effect::Wait(5), bytes(1..=4)]);
        assert!(!Delivery::default().glue(&glued));
    }

    #[test]
    fn a_late_answer_is_held_for_the_next_connection() {
        let orders: Orders = [Misdeed::LateAnswer].into_iter().collect();
        let delivery = orders.deliver(vec![1, 2, 3]);
        assert_eq!(delivery.effects, []);
        assert_eq!(delivery.held, Some(vec![1, 2, 3]));
    }
}
