//! Key serial numbers as bytes and as text: refused, or a counter within the
//! rule, whose successors are within it too; and a device that goes on behind
//! any of them stands where the host does.
#![no_main]

use annul::crypto::Key;
use annul::crypto::dukpt::{AesKsn, Ksn, KsnError, TdesKsn, aes, tdes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = (TdesKsn::parse(text), AesKsn::parse(text));
    }
    if let Some(ksn) = sound(bytes, TdesKsn::from_bytes(bytes)) {
        let key = || tdes::InitialKey::new(Key::des(&[0x5A; 16]).unwrap()).unwrap();
        let mut device = tdes::Device::resume(key(), ksn);
        match device.next() {
            Ok((next, found)) => {
                assert_eq!(Some(next), ksn.next());
                assert_eq!(found.kcv(), key().transaction_key(&next).unwrap().kcv());
            }
            Err(_) => assert_eq!(ksn.next(), None),
        }
    }
    if let Some(ksn) = sound(bytes, AesKsn::from_bytes(bytes)) {
        let key = || aes::InitialKey::new(Key::aes(&[0x5A; 16]).unwrap()).unwrap();
        let mut device = aes::Device::resume(key(), ksn);
        match device.next() {
            Ok((next, found)) => {
                assert_eq!(Some(next), ksn.next());
                assert_eq!(found.kcv(), key().transaction_key(&next).unwrap().kcv());
            }
            Err(_) => assert_eq!(ksn.next(), None),
        }
    }
});

/// The KSN of these bytes, checked from all sides.
fn sound<const N: usize>(bytes: &[u8], ksn: Result<Ksn<N>, KsnError>) -> Option<Ksn<N>> {
    let ksn = match ksn {
        Ok(ksn) => ksn,
        Err(KsnError::Size { found, .. }) => {
            assert!(found == bytes.len() && found != N);
            return None;
        }
        Err(KsnError::Ones { most, found }) => {
            assert!(found > most);
            let beyond = Ksn::<N>::with_any_counter(bytes.try_into().unwrap());
            let next = beyond.next().map(|next| next.counter());
            assert!(next.is_none_or(|next| next > beyond.counter()));
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    assert_eq!(ksn.bytes(), bytes);
    assert_eq!(Ksn::parse(&ksn.to_string()), Ok(ksn));
    assert_eq!(Ksn::parse(&ksn.to_string().to_lowercase()), Ok(ksn));
    assert!(ksn.counter().count_ones() <= Ksn::<N>::MOST_ONES);
    assert_eq!(ksn.initial().counter(), 0);
    for (after, before) in std::iter::successors(ksn.next(), Ksn::next)
        .zip([ksn])
        .take(3)
    {
        assert!(after.counter() > before.counter());
        assert_eq!(Ksn::new(*after.bytes()), Ok(after));
        assert_eq!(after.initial(), ksn.initial());
    }
    Some(ksn)
}
