//! What it costs to read a batch of 1,000 sales back, as a till does when it is
//! switched on: `cargo xtask bench`.

use annul::driver::replay;
use annul::journal::{Envelope, Journal, MAX_RECORD, MemoryJournal, Record, Seq, SqliteJournal};
use annul::ledger::Status;
use annul::profile::UNIONPAY_POS;
use annul::transaction::{RequestId, Trace};
use criterion::{Criterion, criterion_group, criterion_main};
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::io::{Seek, Write};
use std::path::PathBuf;

#[allow(dead_code, reason = "a benchmark of replay needs one sale's records")]
mod world;

/// Transactions of a batch.
const SALES: u32 = 1000;

/// The records of a batch: those of one sale, so many times, each with its own
/// request id and trace.
fn batch() -> Vec<Vec<u8>> {
    let pattern = world::World::with_sale().records;
    let decoded = pattern.iter().map(|record| {
        let (.., record) = Envelope::decode(record).unwrap();
        record.unwrap()
    });
    let pattern: Vec<Record> = decoded.collect();
    let mut records = Vec::new();
    let mut next = Envelope {
        seq: Seq(1),
        previous: annul::journal::Tag::default(),
    };
    let mut push = |record: &Record| {
        let mut buffer = [0; MAX_RECORD];
        let (length, tag) = next.encode(record, &mut buffer);
        records.push(buffer[..length].to_vec());
        let written = next.seq;
        next = Envelope {
            seq: next.seq.next(),
            previous: tag,
        };
        written
    };
    let [
        opened,
        keys,
        Record::Intent(intent),
        Record::Approved { answer, .. },
    ] = &pattern[..]
    else {
        panic!("a sign-in and a sale are four records: {pattern:?}");
    };
    push(opened);
    push(keys);
    for number in 0..SALES {
        let mut intent = intent.clone();
        intent.request = RequestId::new(&format!("order-{number}")).unwrap();
        intent.trace = Trace::new(number + 2).unwrap();
        let entry = push(&Record::Intent(intent));
        push(&Record::Approved {
            entry,
            answer: *answer,
        });
    }
    records
}

/// A folder that is gone when the benchmark ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn read<J: Journal<Error: 'static>>(journal: &mut J) -> usize {
    let ledger = replay(journal, &UNIONPAY_POS, SALES as usize).unwrap();
    let approved = (ledger.entries().iter()).filter(|entry| entry.status() == Status::Approved);
    approved.count()
}

fn batch_of_1000(criterion: &mut Criterion) {
    let records = batch();
    let name = format!("annul-bench-{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    std::fs::create_dir_all(&folder.0).unwrap();
    let path = folder.0.join("till.db");
    let mut memory = MemoryJournal::default();
    let mut sqlite = SqliteJournal::open(&path).unwrap();
    for (record, seq) in records.iter().zip(1..) {
        memory.append(Seq(seq), record).unwrap();
        sqlite.append(Seq(seq), record).unwrap();
    }
    drop(sqlite);
    let mut group = criterion.benchmark_group("replay of 1,000 sales");
    group.bench_function("from memory", |bencher| {
        bencher.iter(|| assert_eq!(read(&mut memory), SALES as usize));
    });
    group.bench_function("from SQLite, opened and checked", |bencher| {
        bencher.iter(|| {
            let mut journal = SqliteJournal::open(&path).unwrap();
            assert_eq!(read(&mut journal), SALES as usize);
        });
    });
    group.bench_function("floor: SHA-256 of the records", |bencher| {
        bencher.iter(|| {
            for record in black_box(&records) {
                black_box(Sha256::digest(record));
            }
        });
    });
    group.bench_function("floor: SHA-256 of the file", |bencher| {
        bencher.iter(|| Sha256::digest(std::fs::read(&path).unwrap()));
    });
    group.finish();
    append(criterion, &folder, &records);
}

/// One record appended, beside a page that is written and waited for.
fn append(criterion: &mut Criterion, folder: &Folder, records: &[Vec<u8>]) {
    let mut group = criterion.benchmark_group("append");
    let mut journal = SqliteJournal::open(&folder.0.join("more.db")).unwrap();
    let mut seq = Seq(0);
    group.bench_function("to SQLite", |bencher| {
        bencher.iter(|| {
            seq = seq.next();
            journal.append(seq, &records[2]).unwrap();
        });
    });
    let mut file = std::fs::File::create(folder.0.join("page")).unwrap();
    group.bench_function("floor: a page and one fsync", |bencher| {
        bencher.iter(|| {
            file.rewind().unwrap();
            file.write_all(&[seq.0 as u8; 4096]).unwrap();
            file.sync_data().unwrap();
        });
    });
    group.finish();
}

criterion_group!(benches, batch_of_1000);
criterion_main!(benches);
