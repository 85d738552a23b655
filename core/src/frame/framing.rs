use super::{Frame, FrameError, Header, Tpdu, encode_prefix};
#[cfg(feature = "dialects")]
use super::{LENGTH, PREFIX, check_size};
use core::ops::Range;

/// What stands before a message on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Length, TPDU and six bytes of header: UnionPay.
    Addressed,
    /// Two bytes of length and nothing else: most hosts that speak plain ISO
    /// 8583 over TCP. It names no address; a frame has zeros for it.
    #[cfg(feature = "dialects")]
    Bare,
}

impl Framing {
    /// Encloses a message that stands at `buffer[PREFIX..]`, and says where in
    /// `buffer` its frame is. A [bare](Self::Bare) frame begins behind 0.
    ///
    /// ```
    /// # use annul::frame::{Framing, Header, PREFIX, Tpdu};
    /// let (tpdu, header) = (Tpdu::new([0x60, 0, 3, 0, 0]), Header::new([0x60, 0x31, 0, 0, 0, 0]));
    /// let mut buffer = [0; PREFIX + 10];
    /// assert_eq!(Framing::Addressed.enclose(&mut buffer, tpdu, header, 10).unwrap(), 0..23);
    /// ```
    pub fn enclose(
        self,
        buffer: &mut [u8],
        tpdu: Tpdu,
        header: Header,
        message_len: usize,
    ) -> Result<Range<usize>, FrameError> {
        match self {
            Self::Addressed => Ok(0..encode_prefix(buffer, tpdu, header, message_len)?),
            #[cfg(feature = "dialects")]
            Self::Bare => {
                let claimed = u16::try_from(message_len).map_err(|_| FrameError::TooLong {
                    claimed: message_len,
                    limit: usize::from(u16::MAX),
                })?;
                let (start, end) = (self.start(), PREFIX + message_len);
                let available = buffer.len();
                let frame = (buffer.get_mut(start..end)).ok_or(FrameError::BufferTooSmall {
                    needed: end,
                    available,
                })?;
                frame[..LENGTH].copy_from_slice(&claimed.to_be_bytes());
                Ok(start..end)
            }
        }
    }

    /// Where the frame of a message at [`PREFIX`] begins.
    pub const fn start(self) -> usize {
        match self {
            Self::Addressed => 0,
            #[cfg(feature = "dialects")]
            Self::Bare => PREFIX - LENGTH,
        }
    }

    /// Takes exactly one frame with its length prefix apart.
    pub fn decode(self, bytes: &[u8]) -> Result<Frame<'_>, FrameError> {
        match self {
            Self::Addressed => Frame::decode_prefixed(bytes),
            #[cfg(feature = "dialects")]
            Self::Bare => {
                let least = self.least();
                let short = FrameError::TooShort {
                    claimed: bytes.len(),
                    least,
                };
                let (prefix, body) = bytes.split_first_chunk::<LENGTH>().ok_or(short)?;
                let claimed = usize::from(u16::from_be_bytes(*prefix));
                if claimed != body.len() {
                    let found = body.len();
                    return Err(FrameError::LengthMismatch { claimed, found });
                }
                self.open(body)
            }
        }
    }

    /// Takes a frame without its length prefix apart.
    pub(super) fn open(self, body: &[u8]) -> Result<Frame<'_>, FrameError> {
        match self {
            Self::Addressed => Frame::decode(body),
            #[cfg(feature = "dialects")]
            Self::Bare => {
                check_size(body.len(), self.least())?;
                Ok(Frame {
                    tpdu: Tpdu::new([0; Tpdu::SIZE]),
                    header: Header::new([0; Header::SIZE]),
                    message: body,
                })
            }
        }
    }

    /// Nothing shorter can hold a message behind its length.
    pub(super) const fn least(self) -> usize {
        match self {
            Self::Addressed => super::LEAST,
            #[cfg(feature = "dialects")]
            Self::Bare => super::LEAST - super::ENVELOPE,
        }
    }
}

#[cfg(all(test, feature = "dialects"))]
mod tests {
    use super::*;
    use crate::frame::{Decoder, Step};

    const MESSAGE: &[u8; 12] = b"0800\x20\0\0\0\0\0\0\0";

    fn frame() -> ([u8; PREFIX + 12], Range<usize>) {
        let mut buffer = [0; PREFIX + 12];
        buffer[PREFIX..].copy_from_slice(MESSAGE);
        let (tpdu, header) = (Tpdu::new([1; 5]), Header::new([2; 6]));
        let frame = Framing::Bare.enclose(&mut buffer, tpdu, header, 12);
        (buffer, frame.unwrap())
    }

    #[test]
    fn a_bare_frame_is_its_length_and_its_message() {
        let (buffer, frame) = frame();
        assert_eq!(buffer[frame.clone()][..2], [0, 12]);
        assert_eq!(buffer[frame.clone()][2..], *MESSAGE);
        let decoded = Framing::Bare.decode(&buffer[frame]).unwrap();
        assert_eq!(decoded.message, MESSAGE);
    }

    #[test]
    fn a_stream_of_bare_frames_is_cut_at_their_lengths() {
        let (buffer, frame) = frame();
        let stream = [&buffer[frame.clone()], &buffer[frame]].concat();
        let mut decoder = Decoder::framed(Framing::Bare, [0; 64]);
        let mut found = 0;
        for byte in &stream {
            if let Step::Frame { frame, .. } = decoder.feed(&[*byte]).unwrap() {
                assert_eq!(frame.message, MESSAGE);
                found += 1;
            }
        }
        assert_eq!((found, decoder.pending()), (2, 0));
    }

    #[test]
    fn what_cannot_hold_a_message_is_refused() {
        assert!(Framing::Bare.decode(&[]).is_err());
        assert!(Framing::Bare.decode(&[0, 3, 1, 2, 3]).is_err());
        assert!(Framing::Bare.decode(&[0, 13, 1]).is_err());
        let mut small = [0; PREFIX + 3];
        let (tpdu, header) = (Tpdu::new([0; 5]), Header::new([0; 6]));
        assert!(Framing::Bare.enclose(&mut small, tpdu, header, 4).is_err());
        assert!(
            Framing::Bare
                .enclose(&mut small, tpdu, header, 70_000)
                .is_err()
        );
    }
}
