//! A journal that is older than the scenario: a terminal that signed in long
//! ago and stands at a high trace number.

use crate::script::Cut;
use crate::wire::Behaviour;
use crate::world::World;
use annul::crypto::WorkingKeys;
use annul::frame::{Header, PREFIX, Tpdu};
use annul::iso8583::View;
use annul::journal::{Envelope, Identity, KeysChanged, MAX_RECORD, Record, Seq};
use annul::message::{KeyRequest, Station, keys_in_text, sign_in};
use annul::transaction::{Batch, MerchantId, OperatorId, Text, Trace};
use annul_host::Dialect;

/// Signs in at the host under this trace, and writes what a terminal writes.
/// The terminal is off meanwhile.
pub(crate) fn sign_in_with_trace(world: &mut World, trace: u32) {
    let trace = Trace::new(trace).expect("1 to 999999");
    let ledger = world.store.replay(world.profile, world.capacity);
    let ledger = ledger.expect("a sound journal");
    let keys = fetch_keys(world, trace, ledger.batch());
    let identity = Identity {
        terminal: world.terminal_id,
        merchant: MerchantId::literal(*b"123456789012345"),
        profile: Text::new(world.profile.name).expect("fits"),
    };
    let change = KeysChanged {
        trace,
        batch: Batch::new(1).expect("a batch"),
        stamp: world.civil,
        keys,
    };
    let (mut last, mut previous) = ledger.last();
    let opened = (last == Seq(0)).then_some(Record::Opened(identity));
    for record in opened.iter().chain([&Record::KeysChanged(change)]) {
        last = last.next();
        let mut buffer = [0; MAX_RECORD];
        let envelope = Envelope {
            seq: last,
            previous,
        };
        let (len, tag) = envelope.encode(record, &mut buffer);
        world.store.append(last, &buffer[..len], Cut::Kept);
        previous = tag;
    }
}

fn fetch_keys(world: &mut World, trace: Trace, batch: Batch) -> WorkingKeys {
    let (tpdu, header) = (
        Tpdu::new([0x60, 0, 3, 0, 0]),
        Header::new([0x60, 0x31, 0, 0, 0, 0]),
    );
    let station = Station {
        terminal: world.terminal_id,
        merchant: MerchantId::literal(*b"123456789012345"),
        tpdu,
        header,
        key_request: KeyRequest::DoubleWithTrack,
    };
    let mut buffer = vec![0; 1024];
    let operator = OperatorId::literal(*b"01");
    let written = sign_in(
        &station,
        world.profile,
        trace,
        batch,
        operator,
        &mut buffer[PREFIX..],
    );
    let framing = world.profile.framing;
    let whole = framing.enclose(&mut buffer, tpdu, header, written.expect("fits"));
    let answer = world.host.serve(
        world.civil,
        &buffer[whole.expect("fits")],
        &Behaviour::default(),
    );
    let frame = framing.decode(&answer).expect("a frame");
    let view = View::decode(world.profile.spec, frame.message).expect("a message");
    match world.dialect {
        Dialect::UnionPayPos => WorkingKeys::decode(view.field(62).expect("keys").bytes()).ok(),
        Dialect::Iso87Ascii => keys_in_text(&view),
    }
    .expect("keys")
}
