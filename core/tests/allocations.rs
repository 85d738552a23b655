//! The core takes no memory from a heap: not to read, not to write, not to
//! void. Counted by a counting allocator, not believed.

use annul::crypto::{Algorithm, Key, MacKey, mac};
use annul::iso8583::{UNIONPAY_POS, View, Writer};
use annul::tlv;
use annul::tlv::dol::{Dol, Format};

#[path = "vectors/unionpay/mod.rs"]
#[allow(dead_code, reason = "this test needs the bytes alone")]
mod unionpay;
#[path = "../benches/world/mod.rs"]
#[allow(dead_code, reason = "this test voids only")]
mod world;

fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1);
}

#[test]
fn decode_encode_and_mac_allocate_nothing() {
    let sample = unionpay::named("G05");
    let message = sample.message();
    let key = MacKey::new(Key::des(&[0x22; 16]).unwrap());
    let mut buffer = [0; 512];
    let count = allocations(|| {
        let view = View::decode(&UNIONPAY_POS, message).unwrap();
        let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, view.mti());
        for field in view.fields() {
            writer.copy(&field);
        }
        assert_eq!(writer.finish().unwrap(), message.len());
        mac::compute(Algorithm::UnionPayEcb, &key, view.mab().unwrap()).unwrap();
    });
    assert_eq!(count, 0);
    assert_eq!(&buffer[..message.len()], message);
}

/// The field 55 of a sale, 139 bytes: walked, written again, and a list
/// answered from it.
#[test]
fn chip_data_allocate_nothing() {
    let sample = unionpay::named("P1");
    let view = View::decode(&UNIONPAY_POS, sample.message()).unwrap();
    let chip = view.field(55).unwrap().bytes();
    assert_eq!(chip.len(), 139);
    let list = [0x9F, 0x02, 0x06, 0x9A, 0x03, 0x5F, 0x2A, 0x02];
    let (mut buffer, mut answer) = ([0; 139], [0; 11]);
    let mut objects = 0;
    let count = allocations(|| {
        let reader = tlv::Reader::new(chip, tlv::Mode::Strict);
        objects = reader.clone().map(Result::unwrap).count();
        let mut writer = tlv::Writer::new(&mut buffer);
        assert!(writer.transcribe(reader, tlv::Lengths::Minimal).is_ok());
        assert_eq!(writer.finish(), Ok(139));
        let built = Dol::parse(&list).unwrap().build(&mut answer, |tag| {
            let mut objects = tlv::Reader::new(chip, tlv::Mode::Emv).flatten();
            let object = objects.find(|object| object.tag() == tag)?;
            Some((Format::Numeric, object.value()))
        });
        assert_eq!(built, Ok(answer.len()));
    });
    assert_eq!((count, objects), (0, 19));
    assert_eq!(buffer, chip);
    assert_eq!(answer, [0, 0, 0, 0, 0, 1, 0x19, 0x08, 0x30, 0x01, 0x56]);
}

/// Two records a void: its intent and its outcome. The docs give the number.
#[test]
fn a_whole_void_allocates_nothing_and_writes_two_records() {
    let mut world = world::World::with_sale();
    let before = world.records.len();
    let count = allocations(|| assert!(world.void()));
    assert_eq!(count, 0);
    assert_eq!(world.records.len() - before, 2);
}

#[test]
fn a_restart_allocates_nothing() {
    let records = world::World::with_sale().records;
    let mut open = None;
    let count = allocations(|| open = Some(world::World::open(records)));
    assert_eq!(count, 0);
    let open = open.unwrap();
    assert!(open.terminal.is_started() && open.terminal.is_idle());
}
