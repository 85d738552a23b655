//! MACs of a message of 250 bytes beside the cipher work that nobody can save,
//! and beside OpenSSL on the same machine. All agree on each MAC first.
//!
//! OpenSSL has no MAC of UnionPay and no X9.19, so it does what a caller of it
//! would: XOR here, blocks there; and CBC over the whole message for X9.19.

use annul::crypto::mac::{CbcMac, Cmac, Padding, RetailMac};
use annul::crypto::{Algorithm, Key, MacKey, mac};
use criterion::{Criterion, criterion_group, criterion_main};
use des::cipher::{Array, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2};
use openssl::provider::Provider;
use openssl::symm::{Cipher, Crypter, Mode};
use std::hint::black_box;

const SIZE: usize = 250;
const KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

fn message() -> [u8; SIZE] {
    core::array::from_fn(|index| (index * 7 + 3) as u8)
}

/// XOR of all blocks of eight bytes, the last filled with zeros.
fn sum(message: &[u8]) -> [u8; 8] {
    let mut sum = 0_u64;
    let (blocks, rest) = message.as_chunks::<8>();
    for block in blocks {
        sum ^= u64::from_ne_bytes(*block);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    (sum ^ u64::from_ne_bytes(last)).to_ne_bytes()
}

/// The characters of a sum, in two blocks.
fn characters(sum: [u8; 8]) -> [[u8; 8]; 2] {
    let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble)];
    let mut text = [0; 16];
    for (pair, byte) in text.chunks_exact_mut(2).zip(sum) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    [text[..8].try_into().unwrap(), text[8..].try_into().unwrap()]
}

/// UnionPay's MAC with any block encryption.
fn unionpay(message: &[u8], mut encrypt: impl FnMut(&mut [u8; 8])) -> [u8; 8] {
    let [mut left, right] = characters(sum(message));
    encrypt(&mut left);
    for (byte, added) in left.iter_mut().zip(right) {
        *byte ^= added;
    }
    encrypt(&mut left);
    left
}

fn array(block: &mut [u8; 8]) -> &mut Array<u8, des::cipher::consts::U8> {
    block.into()
}

/// OpenSSL's cipher, made ready once for each message, as a terminal does.
fn openssl(cipher: Cipher, key: &[u8], zeros: &[u8]) -> Crypter {
    let iv = cipher.iv_len().map(|_| zeros);
    let mut crypter = Crypter::new(cipher, Mode::Encrypt, key, iv).unwrap();
    crypter.pad(false);
    crypter
}

fn through(crypter: &mut Crypter, data: &[u8]) -> Vec<u8> {
    let mut out = vec![0; data.len() + 16];
    let size = crypter.update(data, &mut out).unwrap();
    out.truncate(size);
    out
}

fn unionpay_ecb(criterion: &mut Criterion) {
    let (message, key) = (message(), MacKey::new(Key::des(&KEY).unwrap()));
    let ours = |message: &[u8]| {
        mac::compute(Algorithm::UnionPayEcb, &key, message)
            .unwrap()
            .value()
    };
    let floor = |message: &[u8]| {
        let cipher = TdesEde2::new(black_box(&KEY).into());
        unionpay(message, |block| cipher.encrypt_block(array(block)))
    };
    let ede = [&KEY[..], &KEY[..8]].concat();
    let theirs = |message: &[u8]| {
        let mut crypter = openssl(Cipher::des_ede3_ecb(), &ede, &[0; 8]);
        unionpay(message, |block| {
            let out = through(&mut crypter, &block[..]);
            block.copy_from_slice(&out);
        })
    };
    let text: String = floor(&message)[..4]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    assert_eq!(ours(&message).bytes(), text.as_bytes());
    assert_eq!(floor(&message), theirs(&message));
    let mut group = criterion.benchmark_group("UnionPay ECB, 250 bytes, TDES");
    group.bench_function("annul", |b| b.iter(|| ours(black_box(&message))));
    group.bench_function("floor: XOR, key schedule, two blocks", |b| {
        b.iter(|| floor(black_box(&message)));
    });
    group.bench_function("OpenSSL", |b| b.iter(|| theirs(black_box(&message))));
    group.finish();
}

fn x9_19(criterion: &mut Criterion) {
    let (message, key) = (message(), MacKey::new(Key::des(&KEY).unwrap()));
    let ours = |message: &[u8]| {
        let mut mac = RetailMac::new(&key, Padding::Method1).unwrap();
        mac.update(message);
        mac.finish().unwrap()
    };
    // 32 blocks, one back and one forth again, each waiting for the one before.
    let floor = |message: &[u8]| {
        let (left, right) = (black_box(&KEY)).split_at(8);
        let [left, right] = [left, right].map(|key| Des::new_from_slice(key).unwrap());
        let mut block = [0; 8];
        for part in message.chunks(8) {
            for (byte, added) in block.iter_mut().zip(part) {
                *byte ^= added;
            }
            left.encrypt_block(array(&mut block));
        }
        des::cipher::BlockCipherDecrypt::decrypt_block(&right, array(&mut block));
        left.encrypt_block(array(&mut block));
        block
    };
    let theirs = |message: &[u8]| {
        let mut padded = [0; SIZE.next_multiple_of(8)];
        padded[..SIZE].copy_from_slice(message);
        let mut chain = openssl(Cipher::des_cbc(), &KEY[..8], &[0; 8]);
        let chained = through(&mut chain, &padded[..padded.len() - 8]);
        // The last block under the whole key does both turns.
        let ede = [&KEY[..], &KEY[..8]].concat();
        let before = &chained[chained.len() - 8..];
        let mut last = [0; 8];
        for ((byte, part), before) in last.iter_mut().zip(&padded[SIZE / 8 * 8..]).zip(before) {
            *byte = part ^ before;
        }
        through(&mut openssl(Cipher::des_ede3_ecb(), &ede, &[0; 8]), &last)
    };
    assert_eq!(ours(&message).bytes(), floor(&message));
    assert_eq!(floor(&message)[..], theirs(&message)[..]);
    let mut group = criterion.benchmark_group("X9.19, 250 bytes");
    group.bench_function("annul", |b| b.iter(|| ours(black_box(&message))));
    group.bench_function("floor: key schedules, 34 blocks in a chain", |b| {
        b.iter(|| floor(black_box(&message)));
    });
    group.bench_function("OpenSSL", |b| b.iter(|| theirs(black_box(&message))));
    group.finish();
}

/// The others have no floor of their own here; OpenSSL does the same.
fn chains(criterion: &mut Criterion) {
    let message: [u8; 256] = core::array::from_fn(|index| index as u8);
    let mut group = criterion.benchmark_group("CBC-MAC, 256 bytes, TDES");
    let key = MacKey::new(Key::des(&KEY).unwrap());
    let ours = |message: &[u8]| {
        let mut mac = CbcMac::new(&key, Padding::Method1).unwrap();
        mac.update(message);
        mac.finish().unwrap()
    };
    let ede = [&KEY[..], &KEY[..8]].concat();
    let theirs = |message: &[u8]| {
        let mut chain = openssl(Cipher::des_ede3_cbc(), &ede, &[0; 8]);
        through(&mut chain, message)
    };
    assert!(theirs(&message).ends_with(ours(&message).bytes()));
    group.bench_function("annul", |b| b.iter(|| ours(black_box(&message))));
    group.bench_function("OpenSSL", |b| b.iter(|| theirs(black_box(&message))));
    group.finish();

    let mut group = criterion.benchmark_group("CMAC, 256 bytes, AES-128");
    let key = MacKey::new(Key::aes(&KEY).unwrap());
    let ours = |message: &[u8]| {
        let mut mac = Cmac::new(&key).unwrap();
        mac.update(message);
        mac.finish()
    };
    let theirs = |message: &[u8]| {
        let key = openssl::pkey::PKey::cmac(&Cipher::aes_128_cbc(), &KEY).unwrap();
        let mut signer = openssl::sign::Signer::new_without_digest(&key).unwrap();
        signer.sign_oneshot_to_vec(message).unwrap()
    };
    assert_eq!(ours(&message).bytes(), theirs(&message));
    group.bench_function("annul", |b| b.iter(|| ours(black_box(&message))));
    group.bench_function("OpenSSL", |b| b.iter(|| theirs(black_box(&message))));
    group.finish();
}

fn all(criterion: &mut Criterion) {
    // DES of one key is no longer in OpenSSL's default provider.
    let _legacy = Provider::try_load(None, "legacy", true).expect("OpenSSL's legacy provider");
    unionpay_ecb(criterion);
    x9_19(criterion);
    chains(criterion);
}

criterion_group!(benches, all);
criterion_main!(benches);
