//! A journal that someone else wrote: replay takes it or refuses it, never
//! falls over, and a record it read is the same bytes when written again.
#![no_main]

use annul::journal::{Envelope, MAX_RECORD, Replay};
use annul::ledger::{Entry, Ledger, Status};
use annul::profile::UNIONPAY_POS;
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

/// A record that need not make sense. Most have a right tag and follow the one
/// before, or nothing behind the tag would ever be reached.
#[derive(Arbitrary, Debug)]
struct Forged {
    kind: u8,
    body: Vec<u8>,
    damage: Option<(u16, u8)>,
    skip: u8,
}

fuzz_target!(|records: Vec<Forged>| {
    let mut ledger = Ledger::new([Entry::EMPTY; 4], &UNIONPAY_POS);
    let mut replay = Replay::new(false);
    let (mut seq, mut tag) = (0, [0; 8]);
    for record in &records {
        seq += 1 + u32::from(record.skip / 250);
        let mut bytes = sealed(record, seq, tag);
        tag.copy_from_slice(&bytes[bytes.len() - 8..]);
        if let Some((at, bits)) = record.damage {
            let at = usize::from(at) % bytes.len();
            bytes[at] ^= bits;
        }
        written_again(&bytes);
        if ledger.replay(&mut replay, &bytes).is_err() {
            return;
        }
        let money = ledger.totals().all();
        assert!(money.debit.count as usize + money.credit.count as usize <= ledger.entries().len());
    }
    let _ = ledger.replayed(replay);
    for entry in ledger.entries() {
        if entry.status() == Status::VoidPending {
            let void = |other: &Entry| other.original() == Some(entry.seq());
            assert!(
                ledger.entries().iter().any(void),
                "locked by a void that is there"
            );
        }
    }
});

fn sealed(record: &Forged, seq: u32, previous: [u8; 8]) -> Vec<u8> {
    let body = &record.body[..record.body.len().min(MAX_RECORD)];
    let kind = 0x80 | record.kind % 13;
    let mut bytes = vec![1, kind];
    bytes.extend((body.len() as u16).to_be_bytes());
    bytes.extend(seq.to_be_bytes());
    bytes.extend(previous);
    bytes.extend(body);
    let tag = Sha256::digest(&bytes);
    bytes.extend(&tag[..8]);
    bytes
}

fn written_again(bytes: &[u8]) {
    if let Ok((envelope, tag, Some(record))) = Envelope::decode(bytes) {
        let mut buffer = [0; MAX_RECORD];
        let (len, again) = envelope.encode(&record, &mut buffer);
        assert_eq!((&buffer[..len], again), (bytes, tag));
    }
}
