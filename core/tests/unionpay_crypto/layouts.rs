//! Every layout of field 62, built from nothing but the cipher where nobody
//! publishes one, read, unwrapped, and made again.

use annul::crypto::{
    Key, KeyFor, Layout, MacKey, MasterKey, PinKey, SecurityFault, TrackKey, Usage,
    WorkingKeyError, WorkingKeyFault, WorkingKeys,
};

/// A field as a host makes it, and the keys in it.
struct Built {
    layout: Layout,
    field_62: Vec<u8>,
    pin: &'static [u8],
    mac: &'static [u8],
    track: Option<&'static [u8]>,
}

const PIN: &[u8; 24] = b"\x10\x32\x54\x76\x98\xBA\xDC\xFE\x01\x23\x45\x67\x89\xAB\xCD\xEF\x1F\x3D\x5B\x79\x97\xB5\xD3\xF1";
const MAC: &[u8; 24] = b"\x2A\x4C\x6E\x80\xA2\xC4\xE6\x08\x31\x53\x75\x97\xB9\xDB\xFD\x1F\x46\x68\x8A\xAC\xCE\xE0\x02\x24";
const TRACK: &[u8; 24] = b"\x57\x79\x9B\xBD\xDF\xF1\x13\x35\x64\x86\xA8\xCA\xEC\x0E\x20\x42\x75\x97\xB9\xDB\xFD\x1F\x31\x53";
const TMK: [u8; 16] = *b"\x11\x13\x15\x17\x19\x1B\x1D\x1F\xF1\xF3\xF5\xF7\xF9\xFB\xFD\xFF";

/// Encrypted under the master key, with zeros up to `size`, then `check` bytes
/// of zeros enciphered.
fn block(clear: &[u8], size: usize, check: usize) -> Vec<u8> {
    let mut block = clear.to_vec();
    Key::des(&TMK).unwrap().encrypt(&mut block).unwrap();
    block.resize(size, 0);
    let mut zeros = [0; 8];
    Key::des(clear).unwrap().encrypt(&mut zeros).unwrap();
    block.extend_from_slice(&zeros[..check]);
    block
}

/// Every layout with every length of MAC key that it takes.
fn all() -> Vec<Built> {
    let mut all = Vec::new();
    for layout in Layout::ALL {
        let (size, check) = (layout.key_size(), layout.check_size());
        let track = layout.has_track().then_some(&TRACK[..size]);
        for mac in (1..=size / 8).map(|parts| &MAC[..parts * 8]) {
            let [first, second] = [block(&PIN[..size], size, check), block(mac, size, check)];
            let third = track.map(|key| block(key, size, check)).unwrap_or_default();
            let field_62 = match check {
                8 => {
                    let master = block(&TRACK[8..], size, check);
                    let record = |kind: u8, block: &[u8]| [&[kind][..], block].concat();
                    [
                        record(1, &second),
                        record(2, &first),
                        record(3, &third),
                        record(0, &master),
                    ]
                    .concat()[..layout.size()]
                        .to_vec()
                }
                _ => [first, second, third].concat(),
            };
            all.push(Built {
                layout: *layout,
                field_62,
                pin: &PIN[..size],
                mac,
                track,
            });
        }
    }
    all
}

fn key<U: 'static>(bytes: &[u8], make: fn(Key) -> KeyFor<U>) -> KeyFor<U> {
    make(Key::des(bytes).unwrap())
}

fn master() -> MasterKey {
    MasterKey::new(Key::des(&TMK).unwrap())
}

#[test]
fn every_layout_unwraps_to_its_keys_and_wraps_again() {
    let all = all();
    let lengths: usize = Layout::ALL.iter().map(|one| one.key_size() / 8).sum();
    assert_eq!(all.len(), lengths);
    for built in all {
        let Built {
            layout, field_62, ..
        } = &built;
        assert_eq!(field_62.len(), layout.size());
        let keys = WorkingKeys::decode(field_62).unwrap();
        assert_eq!((keys.layout(), keys.bytes()), (*layout, &field_62[..]));
        let pin = keys.pin().unwrap(&master()).unwrap();
        let mac = keys.mac().unwrap(&master()).unwrap();
        let track = keys.track().map(|block| block.unwrap(&master()).unwrap());
        assert_eq!(pin.reveal(), built.pin);
        assert_eq!(mac.reveal(), built.mac);
        assert_eq!(track.as_ref().map(KeyFor::reveal), built.track);
        assert_eq!(keys.mac().kcv(), mac.kcv());
        assert_eq!(keys.mac().check_value().len(), layout.check_size());

        let (pin, mac): (PinKey, MacKey) =
            (key(built.pin, PinKey::new), key(built.mac, MacKey::new));
        let track: Option<TrackKey> = built.track.map(|bytes| key(bytes, TrackKey::new));
        #[cfg(feature = "key-layouts")]
        if layout.check_size() == 8 {
            let again = WorkingKeys::wrap_records(&master(), &pin, &mac, track.as_ref()).unwrap();
            assert_eq!(again.bytes(), &field_62[..again.bytes().len()]);
            continue;
        }
        let again = WorkingKeys::wrap(&master(), &pin, &mac, track.as_ref()).unwrap();
        assert_eq!(again.bytes(), &field_62[..]);
    }
}

/// A bit turned anywhere is seen, by the key whose bytes it is in.
#[test]
fn a_changed_byte_is_a_wrong_check_value_of_the_key_it_is_in() {
    for built in all() {
        for at in 0..built.field_62.len() {
            let mut field_62 = built.field_62.clone();
            field_62[at] ^= 0x10;
            let Ok(keys) = WorkingKeys::decode(&field_62) else {
                assert_eq!((built.layout.check_size(), at % 25), (8, 0));
                continue;
            };
            let (size, check) = (built.layout.key_size(), built.layout.check_size());
            let parts = [
                (
                    Usage::Pin,
                    keys.pin().offset(),
                    keys.pin().unwrap(&master()).err(),
                ),
                (
                    Usage::Mac,
                    keys.mac().offset(),
                    keys.mac().unwrap(&master()).err(),
                ),
                (
                    Usage::Track,
                    keys.track().map_or(usize::MAX, |block| block.offset()),
                    keys.track().and_then(|block| block.unwrap(&master()).err()),
                ),
            ];
            for (usage, offset, found) in parts {
                let inside = offset != usize::MAX && (offset..offset + size + check).contains(&at);
                let fault = WorkingKeyFault::CheckValue;
                let expected = inside.then_some(WorkingKeyError {
                    key: usage,
                    layout: built.layout,
                    offset,
                    fault,
                });
                assert_eq!(found, expected, "{:?}, byte {at}", built.layout);
                if let Some(error) = found {
                    let says = error.to_string();
                    let place = format!(
                        "field 62 of {} bytes, {usage:?} key at byte {offset}: ",
                        built.layout.size()
                    );
                    assert!(says.starts_with(&place), "{says}");
                    assert_eq!(
                        SecurityFault::from(error),
                        SecurityFault::WrongCheckValue { key: usage }
                    );
                }
            }
        }
    }
}

/// Where the encrypted keys stand, as numbers: MAC key of 60 bytes at 20.
#[test]
fn keys_stand_where_the_table_says() {
    let places: Vec<_> = (all().iter())
        .map(|built| {
            let keys = WorkingKeys::decode(&built.field_62).unwrap();
            let track = keys.track().map(|block| block.offset());
            (
                built.layout.size(),
                keys.pin().offset(),
                keys.mac().offset(),
                track,
            )
        })
        .collect();
    let mut expected = vec![
        (24, 0, 12, None),
        (40, 0, 20, None),
        (40, 0, 20, None),
        (60, 0, 20, Some(40)),
        (60, 0, 20, Some(40)),
    ];
    if cfg!(feature = "key-layouts") {
        expected.extend([(56, 0, 28, None); 3]);
        expected.extend([(84, 0, 28, Some(56)); 3]);
        expected.extend([(50, 26, 1, None); 2]);
        expected.extend([(75, 26, 1, Some(51)); 2]);
        expected.extend([(100, 26, 1, Some(51)); 2]);
    }
    assert_eq!(places, expected);
}

#[test]
fn another_ciphers_master_key_is_refused_with_the_place() {
    let sm4 = MasterKey::new(Key::sm4(&[1; 16]).unwrap());
    let keys = WorkingKeys::decode(&[0x5A; 24]).unwrap();
    let error = keys.mac().unwrap(&sm4).err().unwrap();
    assert_eq!((error.offset, error.fault), (12, WorkingKeyFault::Cipher));
    assert_eq!(SecurityFault::from(error), SecurityFault::UnsupportedKeys);
}

#[cfg(feature = "key-layouts")]
mod records {
    use super::*;
    use annul::crypto::{Algorithm, SecurityModule, SoftwareModule, WorkingKeysError, mac};

    fn records(layout: Layout) -> Vec<u8> {
        let built = all().into_iter().rfind(|built| built.layout == layout);
        built.unwrap().field_62
    }

    #[test]
    fn a_new_master_key_is_handed_out_and_not_taken() {
        let keys = WorkingKeys::decode(&records(Layout::FourRecords)).unwrap();
        let next = keys.next_master().unwrap();
        assert_eq!(next.offset(), 76);
        assert_eq!(next.unwrap(&master()).unwrap().reveal(), &TRACK[8..]);
        let three = WorkingKeys::decode(&records(Layout::ThreeRecords)).unwrap();
        assert!(three.next_master().is_none());
    }

    #[test]
    fn records_out_of_order_or_of_no_kind_are_refused_with_their_place() {
        for layout in [
            Layout::TwoRecords,
            Layout::ThreeRecords,
            Layout::FourRecords,
        ] {
            for (number, expected) in [1, 2, 3, 0].into_iter().enumerate() {
                let offset = number * 25;
                for found in (0..=u8::MAX).filter(|kind| *kind != expected) {
                    let mut field_62 = records(layout);
                    let Some(kind) = field_62.get_mut(offset) else {
                        continue;
                    };
                    *kind = found;
                    let fault = WorkingKeysError::Record {
                        layout,
                        offset,
                        expected,
                        found,
                    };
                    let error = WorkingKeys::decode(&field_62).unwrap_err();
                    assert_eq!(error, fault);
                    assert!(error.to_string().contains(&format!("byte {offset}: ")));
                }
            }
        }
    }

    /// All eight bytes count, not the four of other layouts.
    #[test]
    fn the_whole_check_value_of_a_record_is_compared() {
        let mut field_62 = records(Layout::TwoRecords);
        field_62[24] ^= 1;
        let keys = WorkingKeys::decode(&field_62).unwrap();
        let kcv = keys.mac().kcv();
        let error = keys.mac().unwrap(&master()).err().unwrap();
        assert_eq!((error.key, error.offset), (Usage::Mac, 1));
        assert_eq!(key(&MAC[..16], MacKey::new).kcv(), kcv);
    }

    #[test]
    fn a_software_module_serves_records_and_triple_length_keys() {
        for built in all().into_iter().rev() {
            let mut module = SoftwareModule::new(master(), Algorithm::UnionPayEcb);
            let keys = WorkingKeys::decode(&built.field_62).unwrap();
            module.load_working_keys(&keys).unwrap();
            let key = key(built.mac, MacKey::new);
            let expected = mac::compute(Algorithm::UnionPayEcb, &key, b"message").unwrap();
            assert_eq!(module.mac(b"message"), Ok(expected.value()));
            let track = module.encrypt_track(&mut [0; 18]);
            assert_eq!(track.is_ok(), built.track.is_some());
        }
    }

    #[test]
    fn sm4_keys_come_in_records_too() {
        let sm4 = |byte| Key::sm4(&[byte; 16]).unwrap();
        let master = MasterKey::new(sm4(1));
        let (pin, mac) = (PinKey::new(sm4(2)), MacKey::new(sm4(3)));
        let keys = WorkingKeys::wrap_records(&master, &pin, &mac, None).unwrap();
        assert_eq!(keys.bytes().len(), 50);
        assert_eq!(keys.mac().unwrap(&master).unwrap().reveal(), mac.reveal());
        let triple = WorkingKeys::decode(&[0x5A; 56]).unwrap();
        let error = triple.pin().unwrap(&master).err().unwrap();
        assert_eq!(error.fault, WorkingKeyFault::Cipher);
    }
}
