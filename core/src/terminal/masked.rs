//! Actions and inputs in a log: how many bytes a message has, never which. A
//! request holds a track and a PIN block, an answer the card number (I18).

use super::{Action, Input};
use core::fmt;

/// Stands for bytes that are not shown.
struct Bytes(usize);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Persist { .. } => "Persist",
            Self::Recall { .. } => "Recall",
            Self::EncryptPin { .. } => "EncryptPin",
            Self::SealCard { .. } => "SealCard",
            Self::OpenCard { .. } => "OpenCard",
            Self::Mac { .. } => "Mac",
            Self::LoadKeys { .. } => "LoadKeys",
            Self::Connect { .. } => "Connect",
            Self::Send { .. } => "Send",
            Self::Close { .. } => "Close",
            Self::Notify(_) => "Notify",
        };
        let mut tuple = f.debug_tuple(name);
        match self {
            Self::Persist { seq, record } => tuple.field(seq).field(&Bytes(record.len())),
            Self::Recall { job, seq } => tuple.field(job).field(seq),
            Self::EncryptPin { job, pan } => tuple.field(job).field(pan),
            Self::SealCard { job, card, .. } => tuple.field(job).field(card),
            Self::OpenCard { job, card } => tuple.field(job).field(card),
            Self::Mac { job, message } => tuple.field(job).field(&Bytes(message.len())),
            Self::LoadKeys { job, keys } => tuple.field(job).field(keys),
            Self::Connect { link } | Self::Close { link } => tuple.field(link),
            Self::Send { link, frame } => tuple.field(link).field(&Bytes(frame.len())),
            Self::Notify(news) => tuple.field(news),
        }
        .finish()
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |bytes: &[u8]| Bytes(bytes.len());
        match self {
            Self::Tick => f.write_str("Tick"),
            Self::Cancel => f.write_str("Cancel"),
            Self::Persisted(seq) => f.debug_tuple("Persisted").field(seq).finish(),
            Self::PersistFailed(seq) => f.debug_tuple("PersistFailed").field(seq).finish(),
            Self::Recalled(job, record) => two(f, "Recalled", job, &record.map(hidden)),
            Self::PinBlock(job, block) => {
                two(f, "PinBlock", job, &block.map(|block| hidden(&block)))
            }
            Self::Sealed(job, sealed) => two(f, "Sealed", job, sealed),
            Self::Opened(job, card) => two(f, "Opened", job, card),
            Self::Mac(job, mac) => two(f, "Mac", job, mac),
            Self::KeysLoaded(job, loaded) => two(f, "KeysLoaded", job, loaded),
            Self::Connected(link) => f.debug_tuple("Connected").field(link).finish(),
            Self::Sent(link) => f.debug_tuple("Sent").field(link).finish(),
            Self::Received(link, bytes) => two(f, "Received", link, &hidden(bytes)),
            Self::Down(link, sending) => two(f, "Down", link, sending),
        }
    }
}

fn two(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    first: &dyn fmt::Debug,
    second: &dyn fmt::Debug,
) -> fmt::Result {
    f.debug_tuple(name).field(first).field(second).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::{Job, LinkId};
    use std::format;

    #[test]
    fn no_byte_of_a_message_is_shown() {
        let (job, link) = (Job::default(), LinkId::default());
        let bytes = &[0x62, 0x24][..];
        let texts = [
            format!("{:?}", Action::Send { link, frame: bytes }),
            format!(
                "{:?}",
                Action::Mac {
                    job,
                    message: bytes
                }
            ),
            format!("{:?}", Input::Received(link, bytes)),
            format!("{:?}", Input::PinBlock(job, Ok([0x62; 8]))),
        ];
        for text in texts {
            assert!(text.contains("bytes") && !text.contains("98"), "{text}");
        }
    }
}
