//! Reads the memory of this process as the kernel has it, so that a test sees
//! what is left of a value, and needs no unsafe code for it.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// The memory of a value, before and after it was dropped where it lies.
struct Snapshot {
    before: Vec<u8>,
    after: Vec<u8>,
}

/// Makes a value, and drops it in place: a vector keeps its room.
fn snapshot<T>(value: T) -> Snapshot {
    let mut room = Vec::with_capacity(1);
    room.push(value);
    let place: *const T = std::hint::black_box(room.as_ptr());
    let before = read(place);
    room.clear();
    let after = read(place);
    Snapshot { before, after }
}

fn read<T>(place: *const T) -> Vec<u8> {
    let memory = File::open("/proc/self/mem").expect("Linux has it");
    let mut bytes = vec![0; size_of::<T>()];
    let read = memory.read_exact_at(&mut bytes, place.addr() as u64);
    read.expect("own memory");
    bytes
}

/// Whether four bytes in a row of a secret lie in the memory of a value.
pub(crate) fn holds<T>(value: &T, secret: &[u8]) -> bool {
    let memory = read(std::hint::black_box(value));
    let mut parts = secret.windows(4);
    parts.any(|part| memory.windows(4).any(|found| found == part))
}

/// Bytes that depend on the secret, and those of them that are still there
/// after the drop.
#[derive(Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) secret: usize,
    pub(crate) left: usize,
}

/// Overwrites what calls before this left on the stack, so that a value does
/// not carry it along.
#[inline(never)]
fn scrub() {
    std::hint::black_box(&mut [0xA5_u8; 1 << 14]);
}

/// In which order values are made of two secrets: what the stack happened to
/// hold, and a move copied along between the parts of a value, follows none of
/// them in this.
const ORDER: [usize; 8] = [0, 1, 1, 0, 0, 1, 0, 1];

/// What is left of a value that `make` makes of the first or the second of two
/// secrets. A byte that is always the same for one secret and always another
/// for the other depends on it; the rest are lengths, kinds and padding.
pub(crate) fn look<T>(make: impl Fn(usize) -> T) -> Found {
    let snapshots = ORDER.map(|secret| {
        scrub();
        (secret, snapshot(make(secret)))
    });
    let value = |which: usize, at: usize, when: fn(&Snapshot) -> &Vec<u8>| {
        let mut bytes = (snapshots.iter())
            .filter(|(secret, _)| *secret == which)
            .map(|(_, snapshot)| when(snapshot)[at]);
        let first = bytes.next()?;
        bytes.all(|byte| byte == first).then_some(first)
    };
    let telling = |at: &usize, when| match (value(0, *at, when), value(1, *at, when)) {
        (Some(first), Some(second)) => first != second,
        _ => false,
    };
    let depends: Vec<usize> = (0..size_of::<T>())
        .filter(|at| telling(at, |snapshot| &snapshot.before))
        .collect();
    let stays = |at: &&usize| telling(at, |snapshot| &snapshot.after);
    Found {
        secret: depends.len(),
        left: depends.iter().filter(stays).count(),
    }
}

/// Wipes nothing.
struct Leak {
    _kind: u16,
    _key: [u8; 16],
}

/// Wipes nine bytes.
struct Half([u8; 16]);

impl Drop for Half {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0[..9]);
    }
}

#[test]
fn what_is_not_wiped_is_seen() {
    let leak = |secret| Leak {
        _kind: 7,
        _key: [0x11_u8 << secret; 16],
    };
    let found = |left| Found { secret: 16, left };
    assert_eq!(look(leak), found(16));
    assert_eq!(look(|secret| Half([0x11_u8 << secret; 16])), found(7));
}
