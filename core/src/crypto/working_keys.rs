use super::usage::role::{Mac, Master, Pin, Role, Track};
use super::{
    Kcv, Key, KeyFor, MacKey, MasterKey, PinKey, SecurityFault, TrackKey, UnsuitableKey, Usage,
};
use core::fmt;
use zeroize::Zeroizing;

/// The working keys a host hands out at sign-in: field 62 of the 0810, kept
/// exactly as sent. Encrypted under the master key they may be stored.
///
/// | Bytes | 60.3 | PIN key | MAC key | Track key |
/// |---|---|---|---|---|
/// | 24 | 001 | 8 + check value 4 | 8 + 4 | – |
/// | 40 | 003 | 16 + 4 | 8, zeros 8, + 4; or 16 + 4 | – |
/// | 60 | 004 | 16 + 4 | as above | 16 + 4 |
///
/// A MAC key in a field of sixteen is single length where its second half is
/// zeros as sent, which is how nearly all hosts send it. With an SM4 master
/// key (60.3 = 005) all three are SM4 keys of sixteen bytes.
///
/// Hosts do not agree on 60.3, so the length decides.
///
/// ```
/// # use annul::crypto::{Layout, WorkingKeys};
/// let field_62 = [0x5A; 24];
/// let keys = WorkingKeys::decode(&field_62).unwrap();
/// assert_eq!(keys.layout(), Layout::Single);
/// assert_eq!(keys.bytes(), field_62);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WorkingKeys {
    bytes: [u8; Self::MAX],
    layout: Layout,
}

/// Which keys came, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// 24 bytes: PIN key and MAC key of single length.
    Single,
    /// 40 bytes: PIN key of double length, MAC key of either.
    Double,
    /// 60 bytes: the same and a track key of double length.
    DoubleWithTrack,
}

impl Layout {
    const ALL: [Self; 3] = [Self::Single, Self::Double, Self::DoubleWithTrack];

    /// Bytes of field 62.
    pub const fn size(self) -> usize {
        match self {
            Self::Single => 24,
            Self::Double => 40,
            Self::DoubleWithTrack => 60,
        }
    }

    /// Bytes of one encrypted key.
    const fn key_size(self) -> usize {
        match self {
            Self::Single => 8,
            Self::Double | Self::DoubleWithTrack => 16,
        }
    }
}

impl WorkingKeys {
    /// Bytes of the longest field.
    pub const MAX: usize = Layout::DoubleWithTrack.size();

    /// Takes field 62 as it came.
    pub fn decode(field_62: &[u8]) -> Result<Self, WorkingKeysError> {
        let found = field_62.len();
        let layout = (Layout::ALL
            .into_iter()
            .find(|layout| layout.size() == found))
        .ok_or(WorkingKeysError { found })?;
        let mut keys = Self {
            bytes: [0; Self::MAX],
            layout,
        };
        keys.bytes[..found].copy_from_slice(field_62);
        Ok(keys)
    }

    /// Encrypts keys under the master key, as a host does. The layout follows
    /// from the PIN key's length and from whether there is a track key.
    ///
    /// # Errors
    /// [`UnsuitableKey`] names the key whose cipher or length no layout has.
    pub fn wrap(
        master: &MasterKey,
        pin: &PinKey,
        mac: &MacKey,
        track: Option<&TrackKey>,
    ) -> Result<Self, UnsuitableKey> {
        let layout = match (pin.key().bytes().len(), track) {
            (8, None) => Layout::Single,
            (16, None) => Layout::Double,
            (16, Some(_)) => Layout::DoubleWithTrack,
            _ => return Err(PinKey::UNSUITABLE),
        };
        let mut keys = Self {
            bytes: [0; Self::MAX],
            layout,
        };
        keys.put(0, master, pin)?;
        keys.put(1, master, mac)?;
        track.map_or(Ok(()), |track| keys.put(2, master, track))?;
        Ok(keys)
    }

    /// Field 62 as sent.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.layout.size()]
    }

    /// Which keys these are.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The PIN key.
    pub fn pin(&self) -> KeyBlock<'_, Pin> {
        self.block(0)
    }

    /// The MAC key, without the zeros behind a single-length one.
    pub fn mac(&self) -> KeyBlock<'_, Mac> {
        let mut block = self.block(1);
        if let Some((single, &[0, 0, 0, 0, 0, 0, 0, 0])) = block.cryptogram.split_at_checked(8) {
            block.cryptogram = single;
        }
        block
    }

    /// The track key, where there is one.
    pub fn track(&self) -> Option<KeyBlock<'_, Track>> {
        (self.layout == Layout::DoubleWithTrack).then(|| self.block(2))
    }

    fn block<U>(&self, index: usize) -> KeyBlock<'_, U> {
        let (cryptogram, kcv) = self.place(index);
        KeyBlock {
            cryptogram,
            kcv,
            usage: core::marker::PhantomData,
        }
    }

    /// The encrypted key and its check value.
    fn place(&self, index: usize) -> (&[u8], Kcv) {
        let size = self.layout.key_size();
        let block = &self.bytes[index * (size + Kcv::SIZE)..][..size + Kcv::SIZE];
        let (cryptogram, kcv) = block.split_at(size);
        (cryptogram, Kcv::new([kcv[0], kcv[1], kcv[2], kcv[3]]))
    }

    fn put<U: Role>(
        &mut self,
        index: usize,
        master: &MasterKey,
        key: &KeyFor<U>,
    ) -> Result<(), UnsuitableKey> {
        let (size, clear) = (self.layout.key_size(), key.key().bytes());
        // Only a MAC key may be shorter than its place.
        let fits = clear.len() == size || (index == 1 && clear.len() == 8);
        if !fits || key.key().is_sm4() != master.key().is_sm4() {
            return Err(KeyFor::<U>::UNSUITABLE);
        }
        let block = &mut self.bytes[index * (size + Kcv::SIZE)..][..size + Kcv::SIZE];
        block[..clear.len()].copy_from_slice(clear);
        master.key().cipher().encrypt(&mut block[..clear.len()]);
        block[size..].copy_from_slice(key.kcv().bytes());
        Ok(())
    }
}

/// Shows layout and check values, not the blocks.
impl fmt::Debug for WorkingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkingKeys")
            .field("layout", &self.layout)
            .field("pin", &self.pin().kcv)
            .field("mac", &self.mac().kcv)
            .field("track", &self.track().map(|block| block.kcv))
            .finish_non_exhaustive()
    }
}

/// One working key, encrypted under the master key, with its check value.
pub struct KeyBlock<'k, U> {
    cryptogram: &'k [u8],
    kcv: Kcv,
    usage: core::marker::PhantomData<fn() -> U>,
}

impl<'k, U: Role> KeyBlock<'k, U> {
    /// The encrypted key: 8 or 16 bytes.
    pub fn cryptogram(&self) -> &'k [u8] {
        self.cryptogram
    }

    /// The check value sent with it.
    pub fn kcv(&self) -> Kcv {
        self.kcv
    }

    /// Decrypts the key and compares its check value.
    ///
    /// # Errors
    /// [`SecurityFault::WrongCheckValue`] where the check value is another:
    /// terminal and host hold different master keys.
    /// [`SecurityFault::UnsupportedKeys`] where eight bytes came for an SM4
    /// terminal.
    pub fn unwrap(&self, master: &KeyFor<Master>) -> Result<KeyFor<U>, SecurityFault> {
        unwrap(master.key(), self.cryptogram, self.kcv, U::USAGE).map(KeyFor::new)
    }
}

/// Once for all three uses of a key.
fn unwrap(master: &Key, cryptogram: &[u8], kcv: Kcv, usage: Usage) -> Result<Key, SecurityFault> {
    let mut clear = Zeroizing::new([0; 16]);
    let clear = &mut clear[..cryptogram.len()];
    clear.copy_from_slice(cryptogram);
    (master.decrypt(clear)).map_err(|_| SecurityFault::UnsupportedKeys)?;
    let read = if master.is_sm4() { Key::sm4 } else { Key::des };
    let key = read(clear).map_err(|_| SecurityFault::UnsupportedKeys)?;
    if key.kcv() == kcv {
        Ok(key)
    } else {
        Err(SecurityFault::WrongCheckValue { key: usage })
    }
}

/// Field 62 of a length that no layout has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "field 62: expected key blocks of 24, 40 or 60 bytes, found {found}; \
     ask the acquirer which key layout it sends"
)]
pub struct WorkingKeysError {
    /// Bytes found.
    pub found: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_lengths_are_layouts() {
        let field = [0; 80];
        for found in 0..80 {
            let keys = WorkingKeys::decode(&field[..found]);
            match found {
                24 | 40 | 60 => assert_eq!(keys.unwrap().bytes().len(), found),
                _ => assert_eq!(keys.err(), Some(WorkingKeysError { found })),
            }
        }
    }

    #[test]
    fn mac_key_is_double_only_where_its_second_half_is_not_zeros() {
        fn length(field: &[u8]) -> usize {
            let keys = WorkingKeys::decode(field).unwrap();
            keys.mac().cryptogram().len()
        }
        let mut field = [0x5A; 40];
        assert_eq!(length(&field), 16);
        field[28..36].fill(0);
        assert_eq!(length(&field), 8);
        field[35] = 1;
        assert_eq!(length(&field), 16);
        assert_eq!(length(&[0; 24]), 8);
    }

    #[test]
    fn keys_no_layout_has_are_named() {
        let des = |length: usize| Key::des(&[0x11; 24][..length]).unwrap();
        let master = MasterKey::new(des(16));
        let wrap = |pin, mac| {
            let (pin, mac) = (PinKey::new(pin), MacKey::new(mac));
            WorkingKeys::wrap(&master, &pin, &mac, None)
                .err()
                .map(|fault| fault.usage)
        };
        assert_eq!(wrap(des(8), des(8)), None);
        assert_eq!(wrap(des(16), des(8)), None);
        assert_eq!(wrap(des(16), des(16)), None);
        assert_eq!(wrap(des(24), des(8)), Some(Usage::Pin));
        assert_eq!(wrap(des(8), des(16)), Some(Usage::Mac));
        assert_eq!(wrap(Key::sm4(&[1; 16]).unwrap(), des(8)), Some(Usage::Pin));
    }
}
