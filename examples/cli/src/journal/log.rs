//! The write-ahead log beside a journal: whether its last append was cut.
//!
//! ```text
//!  magic 4 | version 4 | page size 4 | checkpoint 4 | salts 8 | checksum 8
//!  page number 4 | pages after a commit 4 | salts 8 | checksum 8 | page     (each frame)
//! ```
//!
//! A frame counts where its salts are the log's and the sums over all bytes
//! before fit; an append counts where one of its frames commits. SQLite drops
//! what does not count (its file format, 4.1 to 4.3), and so did the till: an
//! append that is not whole was not confirmed, and nothing was sent on it.

const HEADER: usize = 32;
const FRAME: usize = 24;

/// True where bytes of an append stand in the log that SQLite will drop.
pub(super) fn torn(log: &[u8]) -> bool {
    let Some((header, mut rest)) = log.split_at_checked(HEADER) else {
        return !log.is_empty();
    };
    let number = |bytes: &[u8], at: usize| -> u32 {
        let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        word.map_or(0, u32::from_be_bytes)
    };
    let sum = Sum {
        big_endian: number(header, 0) & 1 == 1,
    };
    let page = number(header, 8) as usize;
    let mut so_far = sum.over((0, 0), &header[..24]);
    if so_far != (number(header, 24), number(header, 28)) {
        return true;
    }
    let mut open = false;
    while !rest.is_empty() {
        let whole = rest.split_at_checked(page.saturating_add(FRAME));
        let head = &rest[..rest.len().min(FRAME)];
        // Of an older round of the log, which was written over from the start.
        if head.len() == FRAME && head[8..16] != header[16..24] {
            return open;
        }
        let Some((frame, behind)) = whole else {
            return true;
        };
        so_far = sum.over(sum.over(so_far, &frame[..8]), &frame[FRAME..]);
        if so_far != (number(frame, 16), number(frame, 20)) {
            return true;
        }
        open = number(frame, 4) == 0;
        rest = behind;
    }
    open
}

/// The checksum of the log, in the order of bytes that its magic number says.
struct Sum {
    big_endian: bool,
}

impl Sum {
    fn over(&self, from: (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let word = if self.big_endian {
            u32::from_be_bytes
        } else {
            u32::from_le_bytes
        };
        let (words, _) = bytes.as_chunks::<4>();
        words.chunks_exact(2).fold(from, |(first, second), pair| {
            let first = first.wrapping_add(word(pair[0])).wrapping_add(second);
            let second = second.wrapping_add(word(pair[1])).wrapping_add(first);
            (first, second)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 512;

    fn put(bytes: &mut Vec<u8>, (first, second): (u32, u32)) {
        bytes.extend(first.to_be_bytes());
        bytes.extend(second.to_be_bytes());
    }

    /// A log of frames that commit or do not.
    fn log(magic: u32, commits: &[u32]) -> Vec<u8> {
        let sum = Sum {
            big_endian: magic & 1 == 1,
        };
        let mut log = Vec::new();
        for number in [magic, 3_007_000, PAGE as u32, 0, 17, 18] {
            log.extend(number.to_be_bytes());
        }
        let mut so_far = sum.over((0, 0), &log);
        put(&mut log, so_far);
        for (pages, number) in commits.iter().zip(1..) {
            let mut head = Vec::new();
            put(&mut head, (number, *pages));
            let page = [number as u8; PAGE];
            so_far = sum.over(sum.over(so_far, &head), &page);
            log.extend(head);
            put(&mut log, (17, 18));
            put(&mut log, so_far);
            log.extend(page);
        }
        log
    }

    #[test]
    fn an_append_counts_where_it_is_whole() {
        for magic in [0x377F_0682, 0x377F_0683] {
            assert!(!torn(&[]));
            assert!(!torn(&log(magic, &[])));
            assert!(!torn(&log(magic, &[2, 0, 3])));
            assert!(torn(&log(magic, &[2, 0])));
            let whole = log(magic, &[2, 3]);
            let frame = FRAME + PAGE;
            for length in 1..whole.len() {
                let at_an_end = length >= HEADER && (length - HEADER).is_multiple_of(frame);
                assert_eq!(torn(&whole[..length]), !at_an_end, "{length}");
            }
        }
    }

    #[test]
    fn an_older_round_does_not_count() {
        let mut log = log(0x377F_0682, &[2, 3, 4]);
        let second = HEADER + FRAME + PAGE;
        // Its salts are others.
        log[second + 8] ^= 1;
        assert!(!torn(&log));
    }
}
