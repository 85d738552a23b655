use super::{Frame, FrameError, Framing, LENGTH, check_size, length};
use zeroize::Zeroize;

/// Cuts a byte stream into frames, inside a buffer the caller owns.
///
/// Bytes may arrive split anywhere, and several frames at once. The buffer
/// takes one frame without its length prefix, so its size is the largest
/// length the decoder accepts. A length that cannot be right is an error at
/// once; then the decoder has lost its place in the stream and repeats the
/// error until [`Decoder::reset`], which belongs to a new connection.
///
/// ```
/// # use annul::frame::{Decoder, Step};
/// # fn handle(_: annul::frame::Frame<'_>) {}
/// # fn receive(chunk: &[u8]) -> Result<(), annul::frame::FrameError> {
/// let mut decoder = Decoder::new([0; 1024]);
/// let mut bytes = chunk;
/// while let Step::Frame { frame, rest } = decoder.feed(bytes)? {
///     handle(frame);
///     bytes = rest;
/// }
/// # Ok(())
/// # }
/// # receive(&[]).unwrap();
/// # assert!(receive(&[0xFF, 0xFF]).is_err());
/// ```
pub struct Decoder<B> {
    framing: Framing,
    buffer: B,
    state: State,
}

/// What [`Decoder::feed`] made of the bytes.
#[derive(Debug)]
pub enum Step<'d, 'i> {
    /// All bytes are taken; the frame is not whole yet.
    NeedMore,
    /// A frame is whole. Feed `rest` next, also where it is empty.
    Frame {
        /// The frame, in the decoder's buffer.
        frame: Frame<'d>,
        /// The bytes behind it, not looked at yet.
        rest: &'i [u8],
    },
}

#[derive(Clone, Copy)]
enum State {
    Length { prefix: [u8; LENGTH], have: usize },
    Body { claimed: usize, have: usize },
    Failed(FrameError),
}

impl State {
    const START: Self = Self::Length {
        prefix: [0; LENGTH],
        have: 0,
    };
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Decoder<B> {
    /// Waits for a length prefix; `buffer` bounds what it may say.
    pub const fn new(buffer: B) -> Self {
        Self::framed(Framing::Addressed, buffer)
    }

    /// The same for another framing.
    pub const fn framed(framing: Framing, buffer: B) -> Self {
        Self {
            framing,
            buffer,
            state: State::START,
        }
    }

    /// Takes bytes up to the end of the frame under way.
    pub fn feed<'d, 'i>(&'d mut self, bytes: &'i [u8]) -> Result<Step<'d, 'i>, FrameError> {
        let (rest, whole) = self.advance(bytes).inspect_err(|error| {
            self.state = State::Failed(*error);
        })?;
        let Some(size) = whole else {
            return Ok(Step::NeedMore);
        };
        let frame = self.framing.open(&self.buffer.as_ref()[..size])?;
        Ok(Step::Frame { frame, rest })
    }

    /// Bytes held of a frame that is not whole: not zero when a connection
    /// closes means the answer was cut off.
    pub fn pending(&self) -> usize {
        match self.state {
            State::Length { have, .. } => have,
            State::Body { have, .. } => LENGTH + have,
            State::Failed(_) => 0,
        }
    }

    /// Forgets the stream, wipes the buffer and waits for a length prefix.
    pub fn reset(&mut self) {
        self.buffer.as_mut().zeroize();
        self.state = State::START;
    }

    /// Moves bytes in; returns those left and the size of a frame made whole.
    fn advance<'i>(&mut self, bytes: &'i [u8]) -> Result<(&'i [u8], Option<usize>), FrameError> {
        let mut rest = bytes;
        if let State::Length { mut prefix, have } = self.state {
            let (taken, left) = split(rest, LENGTH - have);
            prefix[have..have + taken.len()].copy_from_slice(taken);
            rest = left;
            self.state = self.after_prefix(prefix, have + taken.len())?;
        }
        match self.state {
            State::Failed(error) => Err(error),
            State::Length { .. } => Ok((rest, None)),
            State::Body { claimed, have } => {
                let (taken, left) = split(rest, claimed - have);
                self.buffer.as_mut()[have..have + taken.len()].copy_from_slice(taken);
                let have = have + taken.len();
                if have < claimed {
                    self.state = State::Body { claimed, have };
                    return Ok((left, None));
                }
                self.state = State::START;
                Ok((left, Some(claimed)))
            }
        }
    }

    fn after_prefix(&self, prefix: [u8; LENGTH], have: usize) -> Result<State, FrameError> {
        if have < LENGTH {
            return Ok(State::Length { prefix, have });
        }
        let (_, claimed) = length(&prefix).map_err(|_| FrameError::Empty)?;
        let limit = self.buffer.as_ref().len();
        if claimed > limit {
            return Err(FrameError::TooLong { claimed, limit });
        }
        check_size(claimed, self.framing.least())?;
        Ok(State::Body { claimed, have: 0 })
    }
}

fn split(bytes: &[u8], want: usize) -> (&[u8], &[u8]) {
    bytes.split_at(want.min(bytes.len()))
}
