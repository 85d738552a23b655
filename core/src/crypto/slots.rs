use super::{
    Algorithm, CardOnFile, MacValue, SealedCard, SecurityFault, SecurityModule, Usage, WorkingKeys,
};
use crate::card::Pan;

/// The number of a place for one key in a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    /// As the device's manual numbers it.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// A device that keeps keys under numbers and works with them by request: most
/// PIN pads, secure elements and hardware modules. [`SlotModule`] makes a
/// [`SecurityModule`] of it.
///
/// A slot that holds a key of another use than a request wants is
/// [`SecurityFault::UnsupportedKeys`], an empty one [`SecurityFault::NoKeys`].
pub trait SlotDevice {
    /// Deciphers a key under the one in slot `under`, compares its check value,
    /// and keeps it in `slot` for this use alone. Where it fails, the slot keeps
    /// what it had.
    fn load_key(
        &mut self,
        slot: Slot,
        under: Slot,
        usage: Usage,
        cryptogram: &[u8],
        check_value: &[u8],
    ) -> Result<(), SecurityFault>;

    /// The MAC of a message with the key in `slot`.
    fn mac(
        &mut self,
        slot: Slot,
        algorithm: Algorithm,
        message: &[u8],
    ) -> Result<MacValue, SecurityFault>;

    /// Takes a PIN from the customer and encrypts it with the card number
    /// (format 0) with the key in `slot`.
    fn encrypt_pin(&mut self, slot: Slot, pan: &Pan) -> Result<[u8; 8], SecurityFault>;

    /// Encrypts a packed track in place with the key in `slot`, see
    /// [`track`](super::track). A device without track keys need not have it.
    fn encrypt_track(&mut self, slot: Slot, packed: &mut [u8]) -> Result<(), SecurityFault> {
        let _ = (slot, packed);
        Err(SecurityFault::UnsupportedKeys)
    }

    /// Seals card data for the journal with the key in `slot`.
    fn seal(
        &mut self,
        slot: Slot,
        card: &CardOnFile,
        nonce: [u8; SealedCard::NONCE],
    ) -> Result<SealedCard, SecurityFault>;

    /// Opens card data from the journal with the key in `slot`.
    fn open(&mut self, slot: Slot, sealed: &SealedCard) -> Result<CardOnFile, SecurityFault>;
}

/// Which slots an acquirer's keys are in. Terminals of several acquirers have
/// several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The terminal master key (TMK), loaded by hand or by the acquirer's tool.
    pub master: Slot,
    /// The PIN key (PIK).
    pub pin: Slot,
    /// The MAC key (MAK).
    pub mac: Slot,
    /// The track key (TDK), where the acquirer sends one.
    pub track: Slot,
    /// The key that seals cards in the journal.
    pub seal: Slot,
}

/// A device with numbered keys as a [`SecurityModule`], so that a terminal works
/// with it as with any other.
///
/// A sign-in brings two or three keys, and a device takes one at a time. Where
/// it refuses the first, the old ones stay in use; where it refuses one behind
/// that, the keys no longer belong together, and all requests are refused with
/// [`SecurityFault::NoKeys`] until the next sign-in. Where power goes just then,
/// the host refuses the first MAC, and the terminal signs in as well.
pub struct SlotModule<D> {
    device: D,
    slots: Slots,
    algorithm: Algorithm,
    /// Whether the working keys are of one sign-in.
    whole: Whole,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

impl<D: SlotDevice> SlotModule<D> {
    /// A module whose device may have working keys of an earlier run.
    pub const fn new(device: D, slots: Slots, algorithm: Algorithm) -> Self {
        Self {
            device,
            slots,
            algorithm,
            whole: Whole::Yes,
        }
    }

    /// The device, to be closed.
    pub fn into_device(self) -> D {
        self.device
    }

    /// The device, where its keys are of one sign-in.
    fn ready(&mut self) -> Result<&mut D, SecurityFault> {
        match self.whole {
            Whole::Yes => Ok(&mut self.device),
            Whole::No => Err(SecurityFault::NoKeys),
        }
    }
}

impl<D: SlotDevice> SecurityModule for SlotModule<D> {
    fn load_working_keys(&mut self, keys: &WorkingKeys) -> Result<(), SecurityFault> {
        let (pin, mac, track) = (keys.pin(), keys.mac(), keys.track());
        let Slots { master, .. } = self.slots;
        let blocks = [
            Some((
                self.slots.pin,
                Usage::Pin,
                pin.cryptogram(),
                pin.check_value(),
            )),
            Some((
                self.slots.mac,
                Usage::Mac,
                mac.cryptogram(),
                mac.check_value(),
            )),
            track.map(|track| {
                let check = track.check_value();
                (self.slots.track, Usage::Track, track.cryptogram(), check)
            }),
        ];
        let mut before = self.whole;
        for (slot, usage, cryptogram, check) in blocks.into_iter().flatten() {
            let loaded = (self.device).load_key(slot, master, usage, cryptogram, check);
            if let Err(fault) = loaded {
                self.whole = before;
                return Err(fault);
            }
            before = Whole::No;
        }
        self.whole = Whole::Yes;
        Ok(())
    }

    fn mac(&mut self, message: &[u8]) -> Result<MacValue, SecurityFault> {
        let (slot, algorithm) = (self.slots.mac, self.algorithm);
        self.ready()?.mac(slot, algorithm, message)
    }

    fn encrypt_pin(&mut self, pan: &Pan) -> Result<[u8; 8], SecurityFault> {
        let slot = self.slots.pin;
        self.ready()?.encrypt_pin(slot, pan)
    }

    fn encrypt_track(&mut self, packed: &mut [u8]) -> Result<(), SecurityFault> {
        let slot = self.slots.track;
        self.ready()?.encrypt_track(slot, packed)
    }

    fn seal(
        &mut self,
        card: &CardOnFile,
        nonce: [u8; SealedCard::NONCE],
    ) -> Result<SealedCard, SecurityFault> {
        self.device.seal(self.slots.seal, card, nonce)
    }

    fn open(&mut self, sealed: &SealedCard) -> Result<CardOnFile, SecurityFault> {
        self.device.open(self.slots.seal, sealed)
    }
}
