//! A device with numbered keys gives what the software module gives, and a
//! sign-in that it takes half leaves no mixed keys.

use annul::card::{Expiry, Pan, Pin};
use annul::crypto::pin::PinBlock;
use annul::crypto::{
    Algorithm, CardOnFile, Key, MacKey, MacValue, MasterKey, PinKey, SealedCard, SealingKey,
    SecurityFault, SecurityModule, Slot, SlotDevice, SlotModule, Slots, SoftwareModule, TrackKey,
    Usage, WorkingKeys, mac, track,
};
use std::collections::HashMap;

const SLOTS: Slots = Slots {
    master: Slot::new(1),
    pin: Slot::new(11),
    mac: Slot::new(12),
    track: Slot::new(13),
    seal: Slot::new(90),
};

fn master() -> MasterKey {
    MasterKey::new(Key::des(&[0x11; 16]).unwrap())
}

/// A PIN pad: keys under numbers, each for one use.
#[derive(Default)]
struct Pad {
    keys: HashMap<u8, (Usage, Vec<u8>)>,
    /// Loads until it fails.
    fails_after: Option<usize>,
    pin: Option<Pin>,
    asked: Vec<String>,
}

impl Pad {
    fn with_master() -> Self {
        let mut pad = Self::default();
        let key = (Usage::Master, vec![0x11; 16]);
        pad.keys.insert(SLOTS.master.number(), key);
        pad
    }

    fn key(&self, slot: Slot, usage: Usage) -> Result<Key, SecurityFault> {
        match self.keys.get(&slot.number()) {
            None => Err(SecurityFault::NoKeys),
            Some((found, key)) if *found == usage => Ok(Key::des(key).unwrap()),
            Some(_) => Err(SecurityFault::UnsupportedKeys),
        }
    }
}

impl SlotDevice for Pad {
    fn load_key(
        &mut self,
        slot: Slot,
        under: Slot,
        usage: Usage,
        cryptogram: &[u8],
        check_value: &[u8],
    ) -> Result<(), SecurityFault> {
        self.asked
            .push(format!("load {} under {}", slot.number(), under.number()));
        match &mut self.fails_after {
            Some(0) => return Err(SecurityFault::TimedOut),
            Some(left) => *left -= 1,
            None => {}
        }
        let mut clear = cryptogram.to_vec();
        self.key(under, Usage::Master)?.decrypt(&mut clear).unwrap();
        let check = Key::des(&clear).map_err(|_| SecurityFault::UnsupportedKeys)?;
        if !check.check_block().starts_with(check_value) {
            return Err(SecurityFault::WrongCheckValue { key: usage });
        }
        self.keys.insert(slot.number(), (usage, clear));
        Ok(())
    }

    fn mac(
        &mut self,
        slot: Slot,
        algorithm: Algorithm,
        message: &[u8],
    ) -> Result<MacValue, SecurityFault> {
        let key = MacKey::new(self.key(slot, Usage::Mac)?);
        Ok(mac::compute(algorithm, &key, message)?.value())
    }

    fn encrypt_pin(&mut self, slot: Slot, pan: &Pan) -> Result<[u8; 8], SecurityFault> {
        let key = PinKey::new(self.key(slot, Usage::Pin)?);
        let pin = self.pin.take().ok_or(SecurityFault::NoPin)?;
        Ok(PinBlock::with_pan(&pin, pan).encrypt(&key)?)
    }

    fn encrypt_track(&mut self, slot: Slot, packed: &mut [u8]) -> Result<(), SecurityFault> {
        let key = TrackKey::new(self.key(slot, Usage::Track)?);
        Ok(track::encrypt(&key, packed)?)
    }

    fn seal(
        &mut self,
        _: Slot,
        card: &CardOnFile,
        nonce: [u8; SealedCard::NONCE],
    ) -> Result<SealedCard, SecurityFault> {
        Ok(SealedCard::seal(
            &SealingKey::derive(&master()),
            card,
            nonce,
        ))
    }

    fn open(&mut self, _: Slot, sealed: &SealedCard) -> Result<CardOnFile, SecurityFault> {
        Ok(sealed.open(&SealingKey::derive(&master()))?)
    }
}

/// The working keys of a sign-in, all of one byte each.
fn sign_in(pin: u8, mac: u8) -> WorkingKeys {
    let key = |byte: u8, length| Key::des(&[byte; 16][..length]).unwrap();
    let (pin, mac) = (PinKey::new(key(pin, 16)), MacKey::new(key(mac, 8)));
    let track = TrackKey::new(key(0x44, 16));
    WorkingKeys::wrap(&master(), &pin, &mac, Some(&track)).unwrap()
}

fn module(pad: Pad) -> SlotModule<Pad> {
    SlotModule::new(pad, SLOTS, Algorithm::UnionPayEcb)
}

#[test]
fn a_device_and_software_give_the_same() {
    let pan = || Pan::parse("6216261000000000018").unwrap();
    let mut software = SoftwareModule::new(master(), Algorithm::UnionPayEcb);
    let mut pad = Pad::with_master();
    software.enter_pin(Pin::parse("111111").unwrap());
    pad.pin = Some(Pin::parse("111111").unwrap());
    let mut device = module(pad);
    let none = [software.mac(b"m").err(), device.mac(b"m").err()];
    assert_eq!(none, [Some(SecurityFault::NoKeys); 2]);

    let keys = sign_in(0x22, 0x32);
    let mut all: Vec<Vec<Vec<u8>>> = Vec::new();
    let modules: [&mut dyn SecurityModule; 2] = [&mut software, &mut device];
    for module in modules {
        module.load_working_keys(&keys).unwrap();
        let mut packed =
            *b"\x62\x16\x26\x10\x00\x00\x00\x00\x01\x8D\x30\x12\x20\x10\x00\x00\x00\x00";
        module.encrypt_track(&mut packed).unwrap();
        let expiry = Some(Expiry::parse("3012").unwrap());
        let card = CardOnFile { pan: pan(), expiry };
        let sealed = module.seal(&card, [0, 0, 1, 0, 0, 2]).unwrap();
        assert!(module.open(&sealed).unwrap() == card);
        all.push(vec![
            module.mac(b"message").unwrap().bytes().to_vec(),
            module.encrypt_pin(&pan()).unwrap().to_vec(),
            packed.to_vec(),
            sealed.bytes().to_vec(),
        ]);
        assert_eq!(module.encrypt_pin(&pan()), Err(SecurityFault::NoPin));
    }
    assert_eq!(all[0], all[1]);
    let pad = device.into_device();
    assert_eq!(
        pad.asked,
        ["load 11 under 1", "load 12 under 1", "load 13 under 1"]
    );
}

#[test]
fn a_sign_in_that_is_taken_half_leaves_no_keys() {
    for fails_after in 0..3 {
        let mut device = module(Pad::with_master());
        device.load_working_keys(&sign_in(0x22, 0x32)).unwrap();
        let before = device.mac(b"message").unwrap();
        let mut pad = device.into_device();
        pad.fails_after = Some(fails_after);
        let mut device = module(pad);
        let told = device.load_working_keys(&sign_in(0x52, 0x62));
        assert_eq!(told, Err(SecurityFault::TimedOut));
        let after = device.mac(b"message");
        if fails_after == 0 {
            // Nothing was changed.
            assert_eq!(after, Ok(before));
        } else {
            assert_eq!(after, Err(SecurityFault::NoKeys));
            // It stays so when the first key fails once more.
            let mut pad = device.into_device();
            pad.fails_after = None;
            let mut device = module(pad);
            device.load_working_keys(&sign_in(0x52, 0x62)).unwrap();
            assert_ne!(device.mac(b"message").unwrap(), before);
        }
    }
}

#[test]
fn half_taken_keys_stay_refused_until_a_whole_sign_in() {
    let mut pad = Pad::with_master();
    pad.fails_after = Some(1);
    let mut device = module(pad);
    for _ in 0..3 {
        let told = device.load_working_keys(&sign_in(0x22, 0x32));
        assert_eq!(told, Err(SecurityFault::TimedOut));
        assert_eq!(device.mac(b"m"), Err(SecurityFault::NoKeys));
        let pan = Pan::parse("6216261000000000018").unwrap();
        assert_eq!(device.encrypt_pin(&pan), Err(SecurityFault::NoKeys));
        assert_eq!(
            device.encrypt_track(&mut [0; 16]),
            Err(SecurityFault::NoKeys)
        );
    }
}

#[test]
fn a_key_does_what_it_is_for_alone() {
    let mut device = module(Pad::with_master());
    device.load_working_keys(&sign_in(0x22, 0x32)).unwrap();
    let swapped = Slots {
        mac: SLOTS.pin,
        ..SLOTS
    };
    let mut device = SlotModule::new(device.into_device(), swapped, Algorithm::UnionPayEcb);
    assert_eq!(device.mac(b"m"), Err(SecurityFault::UnsupportedKeys));
}
