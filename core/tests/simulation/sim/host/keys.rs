//! Working keys that the host gives a terminal.

use super::super::random::Random;
use annul::card::{Pan, Pin};
use annul::crypto::pin::PinBlock;
use annul::crypto::{Algorithm, Key, MacKey, MasterKey, PinKey, WorkingKeys, mac};

/// The keys of one terminal, and as they are sent.
pub(super) struct Keys {
    pin: PinKey,
    mac: MacKey,
    pub(super) sent: WorkingKeys,
}

impl Keys {
    pub(super) fn draw(random: &mut Random, master: &MasterKey) -> Self {
        let mut drawn = [0; 24];
        for byte in &mut drawn {
            *byte = random.between(0, 256) as u8;
        }
        let key = |bytes: &[u8]| Key::des(bytes).expect("a key of 8 or 16 bytes");
        let pin = PinKey::new(key(&drawn[..16]));
        let mac = MacKey::new(key(&drawn[16..]));
        let sent = WorkingKeys::wrap(master, &pin, &mac, None);
        Self {
            sent: sent.expect("keys of a known layout"),
            pin,
            mac,
        }
    }

    /// F64 of a message.
    pub(super) fn mac(&self, covered: &[u8]) -> [u8; 8] {
        let block = mac::compute(Algorithm::UnionPayEcb, &self.mac, covered);
        *block.expect("a key of DES").value().bytes()
    }

    /// F52 of the right PIN.
    pub(super) fn pin_block(&self, pin: &str, pan: &str) -> Option<[u8; 8]> {
        let block = PinBlock::with_pan(&Pin::parse(pin).ok()?, &Pan::parse(pan).ok()?);
        block.encrypt(&self.pin).ok()
    }
}
