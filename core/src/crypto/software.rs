use super::mac::Mac;
use super::pin::PinBlock;
use super::{
    Algorithm, CardOnFile, MacKey, MacValue, MasterKey, PinKey, SealedCard, SealingKey,
    SecurityFault, SecurityModule, TrackKey, WorkingKeys, track,
};
use crate::card::{Pan, Pin};
use zeroize::ZeroizeOnDrop;

/// A security module made of code, for tests, simulators and terminals whose
/// operating system guards the memory. Keys lie in the app's memory while it
/// runs, so it passes no PTS evaluation; PINs of real cards want a PIN pad.
///
/// ```
/// # use annul::card::{Pan, Pin};
/// # use annul::crypto::{Algorithm, Key, MasterKey, MacKey, PinKey};
/// # use annul::crypto::{SecurityFault, SecurityModule, SoftwareModule, WorkingKeys};
/// # let key = |byte: u8, length| Key::des(&[byte; 16][..length]).unwrap();
/// # let (pik, mak) = (PinKey::new(key(0x22, 16)), MacKey::new(key(0x33, 8)));
/// # let keys = WorkingKeys::wrap(&MasterKey::new(key(0x11, 16)), &pik, &mak, None).unwrap();
/// let master = MasterKey::new(Key::des_hex(&"11".repeat(16)).unwrap());
/// let mut module = SoftwareModule::new(master, Algorithm::UnionPayEcb);
/// assert_eq!(module.mac(b"message"), Err(SecurityFault::NoKeys));
///
/// module.load_working_keys(&keys).unwrap();
/// module.enter_pin(Pin::parse("111111").unwrap());
/// let pan = Pan::parse("6216261000000000018").unwrap();
/// let f52 = module.encrypt_pin(&pan).unwrap();
/// assert_eq!(f52, [0x85, 0x31, 0x1F, 0x55, 0x7C, 0xB9, 0xC9, 0xE4]);
/// assert_eq!(module.encrypt_pin(&pan), Err(SecurityFault::NoPin));
/// ```
pub struct SoftwareModule {
    master: MasterKey,
    sealing: SealingKey,
    algorithm: Algorithm,
    working: Option<Working>,
    pin: Option<Pin>,
}

/// A set of working keys whose check values all fit.
struct Working {
    pin: PinKey,
    mac: MacKey,
    track: Option<TrackKey>,
}

impl SoftwareModule {
    /// A module that holds a master key and no working keys yet. The key that
    /// seals cards is derived from the master key, see [`SealingKey::derive`].
    pub fn new(master: MasterKey, algorithm: Algorithm) -> Self {
        let sealing = SealingKey::derive(&master);
        Self {
            master,
            sealing,
            algorithm,
            working: None,
            pin: None,
        }
    }

    /// The PIN for the next [`SecurityModule::encrypt_pin`], which wipes it.
    pub fn enter_pin(&mut self, pin: Pin) {
        self.pin = Some(pin);
    }

    fn working(&self) -> Result<&Working, SecurityFault> {
        self.working.as_ref().ok_or(SecurityFault::NoKeys)
    }
}

/// Every key and the PIN do it, each by itself.
impl ZeroizeOnDrop for SoftwareModule {}

impl SecurityModule for SoftwareModule {
    fn load_working_keys(&mut self, keys: &WorkingKeys) -> Result<(), SecurityFault> {
        let track = keys
            .track()
            .map(|block| block.unwrap(&self.master))
            .transpose()?;
        let working = Working {
            pin: keys.pin().unwrap(&self.master)?,
            mac: keys.mac().unwrap(&self.master)?,
            track,
        };
        // A MAC key that the algorithm cannot use is refused now, not at the
        // first sale.
        Mac::new(self.algorithm, &working.mac)?;
        self.working = Some(working);
        Ok(())
    }

    fn mac(&mut self, message: &[u8]) -> Result<MacValue, SecurityFault> {
        let mut mac = Mac::new(self.algorithm, &self.working()?.mac)?;
        mac.update(message);
        Ok(mac.finish().value())
    }

    fn encrypt_pin(&mut self, pan: &Pan) -> Result<[u8; 8], SecurityFault> {
        let block = (self.pin.as_ref()).map(|pin| PinBlock::with_pan(pin, pan));
        // Dropped where it lies, which wipes it; taken out, it would stay.
        self.pin = None;
        let key = &self.working()?.pin;
        Ok(block.ok_or(SecurityFault::NoPin)?.encrypt(key)?)
    }

    fn encrypt_track(&mut self, packed: &mut [u8]) -> Result<(), SecurityFault> {
        let key = self
            .working()?
            .track
            .as_ref()
            .ok_or(SecurityFault::NoKeys)?;
        Ok(track::encrypt(key, packed)?)
    }

    fn seal(
        &mut self,
        card: &CardOnFile,
        nonce: [u8; SealedCard::NONCE],
    ) -> Result<SealedCard, SecurityFault> {
        Ok(SealedCard::seal(&self.sealing, card, nonce))
    }

    fn open(&mut self, sealed: &SealedCard) -> Result<CardOnFile, SecurityFault> {
        Ok(sealed.open(&self.sealing)?)
    }
}
