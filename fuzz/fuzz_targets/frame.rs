//! The frame decoder, fed bytes cut anywhere: the cuts must not change what it
//! finds, it must never hold more than its buffer, and a frame it found must
//! be the same bytes again when it is put back together.
#![no_main]

use annul::frame::{Decoder, Frame, FrameError, PREFIX, Step, encode_prefix};
use libfuzzer_sys::fuzz_target;

/// The longest frame the decoder under test takes, without its length prefix.
const LIMIT: usize = 600;

/// What a stream held: the messages of its frames in order, then how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    frames: Vec<Vec<u8>>,
    error: Option<FrameError>,
    pending: usize,
}

// The first byte says how long the pieces are that the rest arrives in.
fuzz_target!(|input: &[u8]| {
    let Some((&cut, stream)) = input.split_first() else {
        return;
    };
    let whole = read(&[stream]);
    let pieces: Vec<&[u8]> = stream.chunks(usize::from(cut) % 32 + 1).collect();
    assert_eq!(read(&pieces), whole, "pieces of {}", cut % 32 + 1);
    assert_again(stream, &whole);
});

/// Feeds pieces until one is wrong.
fn read(pieces: &[&[u8]]) -> Found {
    let mut decoder = Decoder::new([0; LIMIT]);
    let mut frames = Vec::new();
    for piece in pieces {
        let mut bytes = *piece;
        loop {
            match decoder.feed(bytes) {
                Ok(Step::NeedMore) => break,
                Ok(Step::Frame { frame, rest }) => {
                    frames.push(encoded(&frame));
                    bytes = rest;
                }
                Err(error) => {
                    let repeated = decoder.feed(bytes).err();
                    assert_eq!(repeated, Some(error), "an error stays until reset");
                    return Found {
                        frames,
                        error: Some(error),
                        pending: 0,
                    };
                }
            }
        }
        assert!(
            decoder.pending() < LIMIT + 2,
            "a whole frame was not handed out"
        );
    }
    Found {
        frames,
        error: None,
        pending: decoder.pending(),
    }
}

fn encoded(frame: &Frame<'_>) -> Vec<u8> {
    let mut buffer = vec![0; PREFIX + frame.message.len()];
    buffer[PREFIX..].copy_from_slice(frame.message);
    let size = encode_prefix(&mut buffer, frame.tpdu, frame.header, frame.message.len())
        .expect("a frame that was read fits its own size");
    assert_eq!(size, buffer.len());
    buffer
}

/// The frames in a row are the beginning of the stream, byte for byte, and
/// what is pending is its end.
fn assert_again(stream: &[u8], found: &Found) {
    let again = found.frames.concat();
    assert!(stream.starts_with(&again));
    if found.error.is_none() {
        assert_eq!(stream.len() - again.len(), found.pending);
    }
}
