//! What the spine costs: `cargo xtask bench`, or `cargo bench -p annul`.

use annul::card::Pan;
use annul::crypto::{Algorithm, CardOnFile, Key, MacKey, SealedCard, SealingKey, mac};
use annul::iso8583::{UNIONPAY_POS, View, Writer};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use des::TdesEde2;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use sha2::{Digest, Sha256};
use std::hint::black_box;

#[path = "../tests/vectors/unionpay/mod.rs"]
#[allow(dead_code, reason = "a benchmark needs the bytes alone")]
mod unionpay;
#[allow(dead_code, reason = "a benchmark sells once, the tests do more")]
mod world;

/// A sale's answer with twenty-one fields: G05 of unionpay.md. Beside it, what
/// it costs to move and to hash the same bytes.
fn codec(criterion: &mut Criterion) {
    let sample = unionpay::named("G05");
    let message = sample.message();
    let mut group = criterion.benchmark_group("iso8583");
    group.throughput(Throughput::Bytes(message.len() as u64));
    group.bench_function("view decode, 21 fields", |bencher| {
        bencher.iter(|| {
            View::decode(&UNIONPAY_POS, black_box(message))
                .unwrap()
                .bitmap()
        });
    });
    let view = View::decode(&UNIONPAY_POS, message).unwrap();
    let mut buffer = [0; 512];
    group.bench_function("encode by copy, 21 fields", |bencher| {
        bencher.iter(|| {
            let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, view.mti());
            for field in black_box(&view).fields() {
                writer.copy(&field);
            }
            writer.finish().unwrap()
        });
    });
    group.bench_function("floor: copy of the bytes", |bencher| {
        bencher.iter(|| buffer[..message.len()].copy_from_slice(black_box(message)));
    });
    group.bench_function("floor: SHA-256 of the bytes", |bencher| {
        bencher.iter(|| Sha256::digest(black_box(message)));
    });
    group.finish();
}

/// The MAC of that message, beside the cipher work that no implementation can
/// save: two block encryptions.
fn macs(criterion: &mut Criterion) {
    let sample = unionpay::named("G05");
    let message = &sample.message()[..sample.message().len() - 8];
    let mut group = criterion.benchmark_group("mac");
    let key = MacKey::new(Key::des(&[0x22; 16]).unwrap());
    group.bench_function("UnionPay ECB, key schedule included", |bencher| {
        bencher.iter(|| {
            mac::compute(Algorithm::UnionPayEcb, &key, black_box(message))
                .unwrap()
                .value()
        });
    });
    group.bench_function("floor: TDES key schedule and two blocks", |bencher| {
        bencher.iter(|| {
            let cipher = TdesEde2::new(black_box(&[0x22; 16]).into());
            let mut block = [0; 8].into();
            cipher.encrypt_block(&mut block);
            cipher.encrypt_block(&mut block);
            block
        });
    });
    group.finish();
}

/// A void from command to outcome, host and journal in memory, beside the
/// cryptography it contains: two MACs of the terminal and one of the host, the
/// sale's card opened and sealed again, three records hashed.
fn void(criterion: &mut Criterion) {
    let records = world::World::with_sale().records;
    let mut group = criterion.benchmark_group("void");
    group.bench_function("whole, in memory", |bencher| {
        bencher.iter_batched_ref(
            || world::World::open(records.clone()),
            |world| assert!(world.void()),
            BatchSize::SmallInput,
        );
    });
    let message = [0x30; 128];
    let record = [0; 128];
    let mac_key = MacKey::new(Key::des(&[0x33; 8]).unwrap());
    let sealing_key = SealingKey::new([7; 32]);
    let pan = Pan::parse("6216261000000000018").unwrap();
    let sealed = SealedCard::seal(&sealing_key, &CardOnFile { pan, expiry: None }, [0; 6]);
    group.bench_function("floor: its cryptography", |bencher| {
        bencher.iter(|| {
            for _ in 0..3 {
                black_box(
                    mac::compute(Algorithm::UnionPayEcb, &mac_key, black_box(&message)).unwrap(),
                );
                black_box(Sha256::digest(black_box(&record)));
            }
            let card = black_box(&sealed).open(&sealing_key).unwrap();
            SealedCard::seal(&sealing_key, &card, [0, 0, 1, 0, 0, 3])
        });
    });
    group.finish();
}

criterion_group!(benches, codec, macs, void);
criterion_main!(benches);
