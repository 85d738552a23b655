//! Frames: any split of any concatenation gives the same frames, and a length
//! that cannot be right is told at once.

#[path = "vectors/unionpay/mod.rs"]
#[expect(dead_code, reason = "frames need no field values")]
mod vectors;

use annul::frame::{
    Decoder, Frame, FrameError, Header, PREFIX, Requirement, Step, Tpdu, encode_prefix,
};
use proptest::prelude::*;
use vectors::{Envelope, samples};

const LEAST: usize = 21;

/// The messages a decoder finds in chunks, and what it ends with.
fn decode(chunks: &[&[u8]], limit: usize) -> (Vec<Vec<u8>>, Result<usize, FrameError>) {
    let mut decoder = Decoder::new(vec![0; limit]);
    let mut messages = Vec::new();
    for chunk in chunks {
        let mut bytes = *chunk;
        loop {
            match decoder.feed(bytes) {
                Ok(Step::NeedMore) => break,
                Ok(Step::Frame { frame, rest }) => {
                    messages.push(frame.message.to_vec());
                    bytes = rest;
                }
                Err(error) => return (messages, Err(error)),
            }
        }
    }
    (messages, Ok(decoder.pending()))
}

#[test]
fn published_frames_come_apart_and_together() {
    for sample in samples() {
        let frame = match sample.envelope {
            Envelope::Prefixed => Frame::decode_prefixed(&sample.bytes),
            Envelope::Framed => Frame::decode(&sample.bytes),
            Envelope::Bare | Envelope::Mab => continue,
        };
        let frame = frame.unwrap_or_else(|error| panic!("{}: {error}", sample.id));
        assert_eq!(Some(frame.tpdu.bytes()), sample.tpdu.as_ref());
        assert_eq!(Some(frame.header.bytes()), sample.header.as_ref());
        assert_eq!(frame.message, sample.message());

        let mut buffer = vec![0; PREFIX + frame.message.len()];
        buffer[PREFIX..].copy_from_slice(frame.message);
        let size = encode_prefix(&mut buffer, frame.tpdu, frame.header, frame.message.len());
        assert_eq!(size, Ok(buffer.len()));
        assert!(buffer.ends_with(&sample.bytes), "{}", sample.id);
    }
}

#[test]
fn every_published_length_prefix_counts_right() {
    let prefixed = samples();
    let prefixed = prefixed.iter().filter(|s| s.envelope == Envelope::Prefixed);
    for sample in prefixed {
        let claimed = u16::from_be_bytes([sample.bytes[0], sample.bytes[1]]);
        assert_eq!(
            usize::from(claimed),
            sample.bytes.len() - 2,
            "{}",
            sample.id
        );
    }
}

#[test]
fn a_wrong_length_prefix_says_both_lengths() {
    let mut bytes = vectors::named("G07").bytes;
    bytes.pop();
    let error = Frame::decode_prefixed(&bytes).unwrap_err();
    let (claimed, found) = (0x51, 0x50);
    assert_eq!(error, FrameError::LengthMismatch { claimed, found });
    assert_eq!(
        error.to_string(),
        "frame: length prefix says 81, 80 bytes follow"
    );
}

#[test]
fn an_impossible_length_is_told_without_waiting() {
    let limit = 1024;
    let cases: [(&[u8], FrameError); 5] = [
        (&[0x00, 0x00], FrameError::Empty),
        (
            &[0xFF, 0xFF],
            FrameError::TooLong {
                claimed: 65535,
                limit,
            },
        ),
        (
            &[0x04, 0x01],
            FrameError::TooLong {
                claimed: 1025,
                limit,
            },
        ),
        // The length in the wrong byte order.
        (
            &[0x51, 0x00],
            FrameError::TooLong {
                claimed: 0x5100,
                limit,
            },
        ),
        (
            &[0x00, 0x14],
            FrameError::TooShort {
                claimed: 20,
                least: LEAST,
            },
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(decode(&[bytes], limit).1, Err(expected));
        assert_eq!(decode(&[&bytes[..1], &bytes[1..]], limit).1, Err(expected));
    }
    assert_eq!(decode(&[&[0x04, 0x00]], limit).1, Ok(2));
}

#[test]
fn a_failed_decoder_stays_failed_until_reset() {
    let sample = vectors::named("G08");
    let mut decoder = Decoder::new([0xEE; 256]);
    assert_eq!(decoder.feed(&[0, 0]).unwrap_err(), FrameError::Empty);
    assert_eq!(decoder.feed(&sample.bytes).unwrap_err(), FrameError::Empty);
    assert_eq!(decoder.feed(&[]).unwrap_err(), FrameError::Empty);
    decoder.reset();
    let Ok(Step::Frame { frame, rest }) = decoder.feed(&sample.bytes) else {
        panic!("a whole frame after a reset");
    };
    assert_eq!(frame.message, sample.message());
    assert!(rest.is_empty());
}

#[test]
fn a_cut_connection_leaves_bytes_pending() {
    let bytes = vectors::named("G08").bytes;
    for cut in 0..bytes.len() {
        let (frames, end) = decode(&[&bytes[..cut]], 256);
        assert!(frames.is_empty());
        assert_eq!(end, Ok(cut));
    }
    assert_eq!(decode(&[&bytes], 256).1, Ok(0));
}

#[test]
fn a_host_answers_with_swapped_address_and_a_requirement() {
    let request = vectors::named("G30");
    let answer = vectors::named("G31");
    let tpdu = Tpdu::new(request.tpdu.unwrap());
    assert_eq!(tpdu.reply(), Tpdu::new(answer.tpdu.unwrap()));
    let header = Header::new(request.header.unwrap());
    let asked = header.with_requirement(Requirement::StatusReport);
    assert_eq!(asked, Header::new(answer.header.unwrap()));
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_written() {
    let (tpdu, header) = (Tpdu::new([0x60; 5]), Header::new([0x60; 6]));
    let mut buffer = [0; 30];
    let error = encode_prefix(&mut buffer, tpdu, header, 18).unwrap_err();
    let (needed, available) = (31, 30);
    assert_eq!(error, FrameError::BufferTooSmall { needed, available });
    assert_eq!(buffer, [0; 30]);
    for len in [65525, usize::MAX] {
        let error = encode_prefix(&mut buffer, tpdu, header, len).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { limit: 65535, .. }));
    }
    let mut large = vec![0; 65537];
    assert_eq!(encode_prefix(&mut large, tpdu, header, 65524), Ok(65537));
}

#[test]
fn debug_of_a_frame_shows_no_message_byte() {
    let sample = vectors::named("G05");
    let frame = Frame::decode_prefixed(&sample.bytes).unwrap();
    assert_eq!(
        format!("{frame:?}"),
        "Frame(6000000003, 603100000000, 147 bytes)"
    );
}

/// Frames of any content, and the places a network splits them at.
fn stream() -> impl Strategy<Value = (Vec<Vec<u8>>, Vec<prop::sample::Index>)> {
    let body = prop::collection::vec(any::<u8>(), LEAST..200);
    let splits = prop::collection::vec(any::<prop::sample::Index>(), 0..20);
    (prop::collection::vec(body, 0..6), splits)
}

proptest! {
    #[test]
    fn any_split_gives_the_same_frames((bodies, splits) in stream()) {
        let mut bytes = Vec::new();
        for body in &bodies {
            bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
            bytes.extend(body);
        }
        let mut cuts: Vec<usize> = splits.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
        let (messages, end) = decode(&chunks, 200);
        let expected: Vec<Vec<u8>> = bodies.iter().map(|body| body[11..].to_vec()).collect();
        prop_assert_eq!(messages, expected);
        prop_assert_eq!(end, Ok(0));
    }

    #[test]
    fn any_bytes_in_any_split_end_the_same_way(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        cut in any::<prop::sample::Index>(),
        limit in 0_usize..300,
    ) {
        let (left, right) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(decode(&[left, right], limit), decode(&[&bytes], limit));
    }
}
