use super::body::{self, BodyError, Put, Take};
use super::record::{Record, Seq};
use sha2::{Digest, Sha256};

/// Bytes of the largest record, header and tag included.
pub const MAX_RECORD: usize = 288;

/// 2 since cards are sealed without AES (decision 13); 1 was never released.
const VERSION: u8 = 2;
const HEADER: usize = 16;
const TAG: usize = 8;

/// The first eight bytes of a record's SHA-256. Each record carries the tag of
/// the one before it, so that loss, exchange and damage in the middle show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tag([u8; TAG]);

/// A record's place in the chain and its bytes.
///
/// ```text
///  version 1 | kind 1 | length of body 2 | seq 4 | tag of the record before 8 | body | tag 8
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The record's number.
    pub seq: Seq,
    /// The tag of the record before it; zero for the first.
    pub previous: Tag,
}

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeError {
    /// Cut short, or its tag does not fit its bytes.
    Damaged,
    /// Written by a newer version: a version or a critical kind this one does
    /// not know.
    TooNew,
    /// Written before the first release.
    TooOld,
    /// Whole, but its contents make no sense.
    Malformed,
}

impl Envelope {
    /// Writes a record into `buffer`, and gives its length and tag.
    pub fn encode(self, record: &Record, buffer: &mut [u8; MAX_RECORD]) -> (usize, Tag) {
        let (header, rest) = buffer.split_at_mut(HEADER);
        let mut put = Put::new(rest);
        put.record(record);
        let len = put.len();
        header[0] = VERSION;
        header[1] = body::kind(record);
        header[2..4].copy_from_slice(&(len as u16).to_be_bytes());
        header[4..8].copy_from_slice(&self.seq.0.to_be_bytes());
        header[8..].copy_from_slice(&self.previous.0);
        let end = HEADER + len;
        let tag = tag_of(&buffer[..end]);
        buffer[end..end + TAG].copy_from_slice(&tag.0);
        (end + TAG, tag)
    }

    /// Reads one whole record and gives its place, its tag and, unless it is
    /// of an unknown kind that may be skipped, what it says.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Tag, Option<Record>), EnvelopeError> {
        if bytes.len() < HEADER + TAG {
            return Err(EnvelopeError::Damaged);
        }
        let (sealed, tag) = bytes.split_at(bytes.len() - TAG);
        let (header, body) = sealed.split_at(HEADER);
        let own = tag_of(sealed);
        if own.0 != tag || usize::from(u16::from_be_bytes([header[2], header[3]])) != body.len() {
            return Err(EnvelopeError::Damaged);
        }
        match header[0] {
            VERSION => {}
            0..VERSION => return Err(EnvelopeError::TooOld),
            _ => return Err(EnvelopeError::TooNew),
        }
        let mut previous = Tag::default();
        previous.0.copy_from_slice(&header[8..]);
        let envelope = Self {
            seq: Seq(u32::from_be_bytes([
                header[4], header[5], header[6], header[7],
            ])),
            previous,
        };
        Ok((envelope, own, record(header[1], body)?))
    }
}

/// What a body says. Not inlined: a record is large, and moved once by it.
#[inline(never)]
fn record(kind: u8, bytes: &[u8]) -> Result<Option<Record>, EnvelopeError> {
    match Take::record(kind, bytes) {
        Ok(record) => Ok(Some(record)),
        Err(BodyError::UnknownKind) if kind & body::CRITICAL == 0 => Ok(None),
        Err(BodyError::UnknownKind) => Err(EnvelopeError::TooNew),
        Err(BodyError::Malformed) => Err(EnvelopeError::Malformed),
    }
}

fn tag_of(bytes: &[u8]) -> Tag {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let mut tag = Tag::default();
    tag.0.copy_from_slice(&digest[..TAG]);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_versions_are_refused_by_name() {
        let mut buffer = [0; MAX_RECORD];
        let envelope = Envelope {
            seq: Seq(2),
            previous: Tag([7; TAG]),
        };
        let (len, _) = envelope.encode(&Record::NotSent { entry: Seq(1) }, &mut buffer);
        let mut decoded = |version| {
            buffer[0] = version;
            let tag = tag_of(&buffer[..len - TAG]);
            buffer[len - TAG..len].copy_from_slice(&tag.0);
            Envelope::decode(&buffer[..len]).map(|(found, ..)| found)
        };
        assert_eq!(decoded(VERSION), Ok(envelope));
        assert_eq!(decoded(VERSION - 1), Err(EnvelopeError::TooOld));
        assert_eq!(decoded(0), Err(EnvelopeError::TooOld));
        assert_eq!(decoded(VERSION + 1), Err(EnvelopeError::TooNew));
        assert_eq!(decoded(u8::MAX), Err(EnvelopeError::TooNew));
    }
}
