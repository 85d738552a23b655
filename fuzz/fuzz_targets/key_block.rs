//! Key blocks as they come, and as headers and keys to be wrapped: refused with
//! a place within the text, or opened; what opens is wrapped and opened again,
//! and what strict rules read the others read alike.
#![no_main]

use annul::crypto::key_block::{
    Header, KeyBlockError, KeyLength, ProtectionKey, Rules, Unwrapped, Version, Wrap, Wrapped,
};
use annul::crypto::{Key, MacKey, MasterKey, PinKey, TrackKey};
use libfuzzer_sys::fuzz_target;

const RULES: [Rules; 2] = [Rules::Strict, Rules::Interoperable];

// The first byte says whether the rest is a key block, or a header and, behind
// a zero, a key.
fuzz_target!(|input: &[u8]| {
    match input.split_first() {
        Some((0, text)) => block(text),
        Some((choice, rest)) => {
            let mut parts = rest.splitn(2, |byte| *byte == 0);
            let header = parts.next().and_then(|text| std::str::from_utf8(text).ok());
            if let (Some(header), Some(key)) = (header, parts.next()) {
                template(*choice, header, key);
            }
        }
        None => {}
    }
});

/// Under these, some of the seeds open: TR-31:2018 A.7.2.1, X9.143:2021 8.1.
fn protection(version: Version) -> ProtectionKey {
    let key = if version.is_aes() {
        Key::aes_hex("88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6")
    } else {
        Key::des_hex("89E88CF7931444F334BD7547FC3F380C")
    };
    ProtectionKey::new(key.unwrap()).unwrap()
}

fn block(text: &[u8]) {
    let [strict, block] = RULES.map(|rules| Wrapped::parse(text, rules));
    let block = match block {
        Ok(block) => block,
        Err(error) => {
            assert!(strict.is_err());
            return place(error, text.len());
        }
    };
    let header = block.header();
    let protection = protection(header.version());
    let mut room = vec![0xEE; block.room()];
    let opened = match block.unwrap(&protection, &mut room) {
        Ok(key) => Ok(one_kind(&key)),
        Err(error) => Err(error),
    };
    // Nothing is left of what was deciphered.
    assert!(room.iter().all(|byte| *byte == 0));
    let bytes = match opened {
        Ok(bytes) => bytes,
        Err(KeyBlockError::Mac | KeyBlockError::KeyLength { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    if let Ok(strict) = strict {
        let mut room = vec![0; strict.room()];
        if let Ok(key) = strict.unwrap(&protection, &mut room) {
            assert_eq!(key.reveal(), bytes);
        }
    }
    for length in [KeyLength::Hidden, KeyLength::Shown] {
        wrap(header, &bytes, length, Rules::Interoperable);
    }
}

/// The bytes of a key, which is at most one kind of key.
fn one_kind(key: &Unwrapped<'_, '_>) -> Vec<u8> {
    let kinds = [
        key.key().map(|_: PinKey| ()).is_ok(),
        key.key().map(|_: MacKey| ()).is_ok(),
        key.key().map(|_: TrackKey| ()).is_ok(),
        key.key().map(|_: MasterKey| ()).is_ok(),
        key.hmac_key().is_ok(),
        key.protection_key().is_ok(),
    ];
    assert!(kinds.iter().filter(|kind| **kind).count() <= 1);
    key.reveal().to_vec()
}

fn template(choice: u8, text: &str, key: &[u8]) {
    let rules = RULES[usize::from(choice & 1)];
    let length = match choice & 2 {
        0 => KeyLength::Hidden,
        _ => KeyLength::Shown,
    };
    match Header::parse(text, rules) {
        Ok(header) => wrap(&header, key, length, rules),
        Err(error) => place(error, text.len()),
    }
}

/// Wraps, opens again and compares.
fn wrap(header: &Header<'_>, key: &[u8], length: KeyLength, rules: Rules) {
    let protection = protection(header.version());
    let random = [0x6C; 32];
    let wrap = Wrap::new(*header, &protection).length(length).rules(rules);
    let mut out = vec![0; 10_000];
    let Ok(made) = wrap.bytes(key, &random, &mut out) else {
        return;
    };
    let made = made.as_bytes();
    let block = Wrapped::parse(made, rules).unwrap();
    assert!(Wrapped::parse(made, Rules::Interoperable).is_ok());
    let mut room = vec![0; block.room()];
    let opened = block.unwrap(&protection, &mut room).unwrap();
    assert_eq!(opened.reveal(), key);
    assert_eq!(opened.header().usage(), header.usage());
    assert_eq!(opened.header().mode(), header.mode());
    let mut blocks = opened.header().blocks();
    for block in header.blocks() {
        assert_eq!(blocks.next(), Some(block));
    }
    assert!(blocks.next().is_none_or(|block| block.id() == "PB"));
    drop(opened);
    assert!(room.iter().all(|byte| *byte == 0));
}

/// What is wrong stands within the text.
fn place(error: KeyBlockError, size: usize) {
    match error {
        KeyBlockError::Field { offset, .. } => assert!(offset <= size, "{error}"),
        KeyBlockError::Short {
            offset,
            needed,
            found,
            ..
        } => {
            assert!(offset + found <= size && needed > found, "{error}");
        }
        KeyBlockError::Length { said, found } => assert!(said != found && found == size),
        KeyBlockError::TooLong { found } => assert_eq!(found, size),
        other => panic!("{other}"),
    }
}
