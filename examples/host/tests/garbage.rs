//! No bytes make the host panic, and none without the right MAC move money.

mod common;

use annul::frame::Frame;
use annul_host::ledger::Ledger;
use annul_host::{Effect, Event};
use common::{echo, net, now, ready, reversal, sale, sign_in, status, void};

#[test]
fn damaged_requests_are_answered_or_the_line_is_closed() {
    let mut random = fastrand::Rng::with_seed(20_260_105);
    let mut host = ready(&[]);
    assert_eq!(common::code(&mut host, &sale(2, 100).signed()), "00");
    let sound = [
        sign_in().frame(None),
        echo().frame(None),
        sale(3, 100).signed(),
        void(4, 100, 2).signed(),
        reversal(&sale(2, 100)).signed(),
        reversal(&void(4, 100, 2)).signed(),
    ];
    let (mut answered, mut closed) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = sound[random.usize(..sound.len())][2..].to_vec();
        // Bits before F64, an odd number of them: an even number may cancel
        // out in this MAC, which adds all blocks up.
        for _ in 0..[1, 3, 5][random.usize(..3)] {
            let at = random.usize(11..bytes.len() - 8);
            bytes[at] ^= 1 << random.u8(..8);
        }
        if random.u8(..8) == 0 {
            bytes.truncate(random.usize(..bytes.len()));
        }
        let Ok(frame) = Frame::decode(&bytes) else {
            closed += 1;
            continue;
        };
        let step = host.received(now(0), frame);
        match (&step.effects[..], &step.events[..]) {
            ([Effect::Bytes(_)], [Event::Exchanged(_)]) => answered += 1,
            ([Effect::Close], [Event::Unreadable(_)]) => closed += 1,
            (effects, events) => panic!("{effects:?} {events:?}"),
        }
    }
    assert!(
        answered > 2_000 && closed > 2_000,
        "{answered} answered, {closed} closed"
    );
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("approved", 100)
    );
    assert_eq!(host.ledger().entries().unwrap().len(), 1);
}
