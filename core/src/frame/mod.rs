//! The envelope a message travels in: how long it is, whom it is for, and who
//! sent it.
//!
//! ```text
//!  LEN   2  binary, big endian, counts all that follows and not itself
//!  TPDU  5  60, destination NII, source NII            (Tpdu)
//!  HDR   6  application, version, status, requirement  (Header)
//!  MTI   2 ┐
//!  BMP   8 ├ the message: what MACs cover and `iso8583` reads
//!  ...     ┘
//! ```
//!
//! [`Decoder`] cuts a byte stream into frames inside the caller's buffer;
//! [`encode_prefix`] turns a message already standing at `buffer[PREFIX..]`
//! into a frame without moving it. A serial link that frames by itself carries
//! the same bytes without LEN: [`Frame::decode`] reads those. Hosts of other
//! dialects have nothing but LEN: [`Framing`] says which it is.
//!
//! Follows Q/CUP 009.1, 报文结构: TPDU and 报文头.

mod decoder;
mod error;
mod framing;
mod header;
mod tpdu;

pub use decoder::{Decoder, Step};
pub use error::FrameError;
pub use framing::Framing;
pub use header::{Application, Header, Requirement, TerminalStatus};
pub use tpdu::Tpdu;

use nom::bytes::complete::take;
use nom::combinator::rest;
use nom::number::complete::be_u16;
use nom::{IResult, Parser};

/// Bytes before the message: LEN 2, TPDU 5, header 6.
pub const PREFIX: usize = LENGTH + ENVELOPE;

const LENGTH: usize = 2;
const ENVELOPE: usize = Tpdu::SIZE + Header::SIZE;
/// TPDU, header, MTI and bitmap: nothing shorter can hold a message.
const LEAST: usize = ENVELOPE + 2 + 8;

/// One frame taken apart; the message still borrows the received bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Where it goes and where it came from.
    pub tpdu: Tpdu,
    /// The six bytes 报文头.
    pub header: Header,
    /// MTI, bitmap and fields, for `iso8583::View`.
    pub message: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Takes a frame without its length prefix apart.
    ///
    /// ```
    /// # use annul::frame::{Frame, Tpdu};
    /// let bytes = b"\x60\x00\x03\x00\x00\x60\x31\x00\x00\x00\x00\x08\x20\0\0\0\0\0\0\0\0";
    /// let frame = Frame::decode(bytes).unwrap();
    /// assert_eq!(frame.tpdu, Tpdu::new([0x60, 0x00, 0x03, 0x00, 0x00]));
    /// assert_eq!(frame.message.len(), 10);
    /// ```
    pub fn decode(bytes: &'a [u8]) -> Result<Self, FrameError> {
        check_size(bytes.len(), LEAST)?;
        let (_, (tpdu, header, message)) = envelope(bytes).map_err(|_| FrameError::TooShort {
            claimed: bytes.len(),
            least: LEAST,
        })?;
        Ok(Self {
            tpdu,
            header,
            message,
        })
    }

    /// Takes exactly one frame with its length prefix apart.
    pub fn decode_prefixed(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let (body, claimed) = length(bytes).map_err(|_| FrameError::TooShort {
            claimed: bytes.len(),
            least: LEAST,
        })?;
        if claimed != body.len() {
            return Err(FrameError::LengthMismatch {
                claimed,
                found: body.len(),
            });
        }
        Self::decode(body)
    }
}

impl core::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The message may hold a card number, so only its size is shown.
        write!(f, "Frame({}, {}, ", self.tpdu, self.header)?;
        write!(f, "{} bytes)", self.message.len())
    }
}

/// Writes LEN, TPDU and header before a message that already stands at
/// `buffer[PREFIX..PREFIX + message_len]`; returns the size of the whole frame.
///
/// ```
/// # use annul::frame::{encode_prefix, Frame, Header, Tpdu, PREFIX};
/// let mut buffer = [0; 64];
/// let message = b"\x08\x20\0\0\0\0\0\0\0\0";
/// buffer[PREFIX..][..10].copy_from_slice(message);
/// let tpdu = Tpdu::new([0x60, 0x00, 0x03, 0x00, 0x00]);
/// let header = Header::new([0x60, 0x31, 0x00, 0x00, 0x00, 0x00]);
/// let size = encode_prefix(&mut buffer, tpdu, header, 10).unwrap();
/// let frame = Frame::decode_prefixed(&buffer[..size]).unwrap();
/// assert_eq!(frame.message, message);
/// ```
pub fn encode_prefix(
    buffer: &mut [u8],
    tpdu: Tpdu,
    header: Header,
    message_len: usize,
) -> Result<usize, FrameError> {
    let (available, most) = (buffer.len(), usize::from(u16::MAX) - ENVELOPE);
    if message_len > most {
        return Err(FrameError::TooLong {
            claimed: message_len.saturating_add(ENVELOPE),
            limit: usize::from(u16::MAX),
        });
    }
    let needed = PREFIX + message_len;
    if available < needed {
        return Err(FrameError::BufferTooSmall { needed, available });
    }
    let claimed = (ENVELOPE + message_len) as u16;
    let (len, envelope) = buffer[..PREFIX].split_at_mut(LENGTH);
    len.copy_from_slice(&claimed.to_be_bytes());
    envelope[..Tpdu::SIZE].copy_from_slice(tpdu.bytes());
    envelope[Tpdu::SIZE..].copy_from_slice(header.bytes());
    Ok(needed)
}

fn check_size(claimed: usize, least: usize) -> Result<(), FrameError> {
    match claimed {
        0 => Err(FrameError::Empty),
        short if short < least => Err(FrameError::TooShort { claimed, least }),
        _ => Ok(()),
    }
}

fn length(bytes: &[u8]) -> IResult<&[u8], usize> {
    be_u16.map(usize::from).parse(bytes)
}

fn envelope(bytes: &[u8]) -> IResult<&[u8], (Tpdu, Header, &[u8])> {
    let tpdu = take(Tpdu::SIZE).map_opt(|raw: &[u8]| raw.try_into().ok().map(Tpdu::new));
    let header = take(Header::SIZE).map_opt(|raw: &[u8]| raw.try_into().ok().map(Header::new));
    (tpdu, header, rest).parse(bytes)
}
