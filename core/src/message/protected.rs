use crate::card::{Expiry, Pan, Track2};
use crate::crypto::SecurityFault;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Track 2 with eight bytes enciphered under the track key, as F35 sends it
/// where the third digit of F53 is 1, see [`track`](crate::crypto::track). It
/// has no `Debug`, `Display` or `Clone` and wipes itself.
///
/// ```
/// # use annul::card::Track2;
/// # use annul::crypto::{Key, TrackKey, track};
/// # use annul::message::ProtectedTrack;
/// let key = TrackKey::new(Key::des_hex(&"44".repeat(16)).unwrap());
/// let read = Track2::parse("6216261000000000018=301220100000000").unwrap();
/// // A terminal asks its module: `|packed| module.encrypt_track(packed)`.
/// let sent = ProtectedTrack::new(&read, |packed| Ok(track::encrypt(&key, packed)?)).unwrap();
/// assert_eq!(sent.reveal(), b"621626100000000001CB9A664994C074860");
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ProtectedTrack {
    characters: [u8; Track2::MAX],
    len: u8,
    pan: Pan,
    #[zeroize(skip)]
    expiry: Expiry,
}

impl ProtectedTrack {
    /// Packs a track and has it enciphered in place. What `encrypt` refuses is
    /// not sent: there is no way back to a track in clear.
    pub fn new(
        track: &Track2,
        encrypt: impl FnOnce(&mut [u8]) -> Result<(), SecurityFault>,
    ) -> Result<Self, SecurityFault> {
        let pan = Pan::from_digits(track.pan().reveal());
        let clear = track.reveal();
        let mut packed = Zeroizing::new([0; Track2::MAX.div_ceil(2)]);
        for (place, character) in clear.iter().enumerate() {
            let nibble = match character {
                b'D' => 0xD,
                digit => digit & 0x0F,
            };
            packed[place / 2] |= nibble << (4 * (1 - place % 2));
        }
        encrypt(&mut packed[..clear.len().div_ceil(2)])?;
        let mut sent = Self {
            characters: [0; Track2::MAX],
            len: clear.len() as u8,
            pan: pan.map_err(|_| SecurityFault::ShortTrack)?,
            expiry: track.expiry(),
        };
        let places = sent.characters.iter_mut().take(clear.len()).enumerate();
        for (place, character) in places {
            let nibble = packed[place / 2] >> (4 * (1 - place % 2)) & 0x0F;
            *character = b"0123456789ABCDEF"[usize::from(nibble)];
        }
        Ok(sent)
    }

    /// The hexadecimal digits as field 35 packs them. Most of the card number
    /// is in clear among them.
    pub fn reveal(&self) -> &[u8] {
        &self.characters[..usize::from(self.len)]
    }

    /// The card number.
    pub fn pan(&self) -> &Pan {
        &self.pan
    }

    /// The expiry.
    pub fn expiry(&self) -> Expiry {
        self.expiry
    }
}
