/// Why bytes are no frame, or a message does not become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length prefix says zero.
    #[error("frame: length prefix says 0; the host sent an empty frame")]
    Empty,
    /// Too few bytes for TPDU, header, MTI and bitmap.
    #[error("frame: {claimed} bytes, but TPDU, header, MTI and bitmap take {least}")]
    TooShort {
        /// Bytes the length prefix promises, or that are there.
        claimed: usize,
        /// Bytes of the shortest frame.
        least: usize,
    },
    /// Longer than the buffer, or than a length prefix can say.
    #[error(
        "frame: length {claimed} is over the limit of {limit} bytes; wrong byte order or stream out of step?"
    )]
    TooLong {
        /// Bytes the length prefix promises.
        claimed: usize,
        /// Bytes there is room for.
        limit: usize,
    },
    /// The length prefix does not count the bytes that follow.
    #[error("frame: length prefix says {claimed}, {found} bytes follow")]
    LengthMismatch {
        /// Bytes the length prefix promises.
        claimed: usize,
        /// Bytes that follow it.
        found: usize,
    },
    /// The caller's buffer cannot take the frame to be sent.
    #[error("frame: needs {needed} bytes, the buffer has {available}")]
    BufferTooSmall {
        /// Bytes of the whole frame.
        needed: usize,
        /// Bytes of the buffer.
        available: usize,
    },
}
