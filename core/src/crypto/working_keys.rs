mod block;
mod layout;
#[cfg(feature = "key-layouts")]
mod records;

use super::usage::role::{Mac, Pin, Role, Track};
use super::{Kcv, KeyFor, MacKey, MasterKey, PinKey, TrackKey, UnsuitableKey};
pub use block::{KeyBlock, WorkingKeyError, WorkingKeyFault};
use core::fmt;
pub use layout::Layout;
use layout::Place;

/// The working keys a host hands out at sign-in: field 62 of the 0810, kept
/// exactly as sent. Encrypted under the master key they may be stored.
///
/// | Bytes | 60.3 | PIN key | MAC key | Track key |
/// |---|---|---|---|---|
/// | 24 | 001 | 8 + check value 4 | 8 + 4 | – |
/// | 40 | 003 | 16 + 4 | 8, zeros 8, + 4; or 16 + 4 | – |
/// | 60 | 004 | 16 + 4 | as above | 16 + 4 |
/// | 56 | – | 24 + 4 | 24 + 4, zeros behind a shorter one | – |
/// | 84 | – | 24 + 4 | as above | 24 + 4 |
/// | 50, 75, 100 | – | records of a kind, 16 and 8 | the first | the third, in 75 and 100 |
///
/// Those below the line of 60 bytes need the feature `key-layouts`. Of 56 and
/// 84 bytes the specification has only the length; that these are keys of
/// triple length is a reading which fits. Ask the acquirer.
///
/// A MAC key in a longer field is as long as what stands before the zeros as
/// sent, which is how nearly all hosts send it. With an SM4 master key (60.3 =
/// 005) all three are SM4 keys of sixteen bytes.
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

impl WorkingKeys {
    /// Bytes of the longest field.
    pub const MAX: usize = if cfg!(feature = "key-layouts") {
        100
    } else {
        Layout::DoubleWithTrack.size()
    };

    /// Takes field 62 as it came.
    pub fn decode(field_62: &[u8]) -> Result<Self, WorkingKeysError> {
        let found = field_62.len();
        let layout = *(Layout::ALL.iter())
            .find(|layout| layout.size() == found)
            .ok_or(WorkingKeysError::Length { found })?;
        #[cfg(feature = "key-layouts")]
        if layout.has_records() {
            records::guard(field_62, layout)?;
        }
        let mut keys = Self::empty(layout);
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
            #[cfg(feature = "key-layouts")]
            (24, None) => Layout::Triple,
            #[cfg(feature = "key-layouts")]
            (24, Some(_)) => Layout::TripleWithTrack,
            _ => return Err(PinKey::UNSUITABLE),
        };
        Self::empty(layout).with(master, pin, mac, track)
    }

    /// Encrypts keys under the master key, as a host does that sends records.
    ///
    /// # Errors
    /// [`UnsuitableKey`] names the key whose cipher or length no record has.
    #[cfg(feature = "key-layouts")]
    pub fn wrap_records(
        master: &MasterKey,
        pin: &PinKey,
        mac: &MacKey,
        track: Option<&TrackKey>,
    ) -> Result<Self, UnsuitableKey> {
        let layout = match track {
            None => Layout::TwoRecords,
            Some(_) => Layout::ThreeRecords,
        };
        let mut keys = Self::empty(layout);
        records::name(&mut keys.bytes[..layout.size()]);
        keys.with(master, pin, mac, track)
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
        self.block(Place::Pin)
    }

    /// The MAC key, without the zeros behind a shorter one.
    pub fn mac(&self) -> KeyBlock<'_, Mac> {
        let mut block = self.block(Place::Mac);
        while let Some((shorter @ [_, ..], [0, 0, 0, 0, 0, 0, 0, 0])) =
            block.cryptogram.split_last_chunk()
        {
            block.cryptogram = shorter;
        }
        block
    }

    /// The track key, where there is one.
    pub fn track(&self) -> Option<KeyBlock<'_, Track>> {
        (self.layout.has_track()).then(|| self.block(Place::Track))
    }

    /// The master key that a host sends for the time from the next sign-in on,
    /// enciphered under the one of now. [`SoftwareModule`] keeps its own: who
    /// takes it is the app, which has to keep it.
    ///
    /// [`SoftwareModule`]: super::SoftwareModule
    #[cfg(feature = "key-layouts")]
    pub fn next_master(&self) -> Option<KeyBlock<'_, super::usage::role::Master>> {
        (self.layout == Layout::FourRecords).then(|| self.block(Place::Master))
    }

    fn empty(layout: Layout) -> Self {
        Self {
            bytes: [0; Self::MAX],
            layout,
        }
    }

    fn block<U>(&self, place: Place) -> KeyBlock<'_, U> {
        let (layout, offset) = (self.layout, self.layout.offset(place));
        let size = layout.key_size();
        let block = &self.bytes[offset..][..size + layout.check_size()];
        let (cryptogram, check) = block.split_at(size);
        KeyBlock {
            cryptogram,
            check,
            layout,
            offset,
            usage: core::marker::PhantomData,
        }
    }

    fn with(
        mut self,
        master: &MasterKey,
        pin: &PinKey,
        mac: &MacKey,
        track: Option<&TrackKey>,
    ) -> Result<Self, UnsuitableKey> {
        self.put(Place::Pin, master, pin)?;
        self.put(Place::Mac, master, mac)?;
        track.map_or(Ok(()), |track| self.put(Place::Track, master, track))?;
        Ok(self)
    }

    fn put<U: Role>(
        &mut self,
        place: Place,
        master: &MasterKey,
        key: &KeyFor<U>,
    ) -> Result<(), UnsuitableKey> {
        let (layout, clear) = (self.layout, key.key().bytes());
        let (size, check) = (layout.key_size(), layout.check_size());
        // Only a MAC key may be shorter than its place.
        let fits = clear.len() == size || (place == Place::Mac && clear.len() < size);
        if !fits || key.key().is_sm4() != master.key().is_sm4() {
            return Err(KeyFor::<U>::UNSUITABLE);
        }
        let block = &mut self.bytes[layout.offset(place)..][..size + check];
        block[..clear.len()].copy_from_slice(clear);
        let encrypted = master.key().encrypt(&mut block[..clear.len()]);
        encrypted.map_err(|_| KeyFor::<U>::UNSUITABLE)?;
        block[size..].copy_from_slice(&key.key().check_block()[..check]);
        Ok(())
    }
}

/// Shows layout and check values, not the blocks.
impl fmt::Debug for WorkingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkingKeys")
            .field("layout", &self.layout)
            .field("pin", &self.pin().kcv())
            .field("mac", &self.mac().kcv())
            .field("track", &self.track().map(|block| block.kcv()))
            .finish_non_exhaustive()
    }
}

/// What the lengths of an error's text are.
const LENGTHS: &str = if cfg!(feature = "key-layouts") {
    "24, 40, 56, 60 or 84 bytes, or records of 50, 75 or 100"
} else {
    "24, 40 or 60 bytes (50, 56, 75, 84 and 100 with the feature `key-layouts`)"
};

/// Field 62 that no layout has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkingKeysError {
    /// Of another length.
    #[error(
        "field 62: expected key blocks of {LENGTHS}, found {found}; \
         ask the acquirer which key layout it sends"
    )]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A record of another kind than belongs there.
    #[cfg(feature = "key-layouts")]
    #[error(
        "field 62 of {} bytes, byte {offset}: expected a record of kind {expected:02X}, \
         found {found:02X}; ask the acquirer which key layout it sends",
        .layout.size()
    )]
    Record {
        /// The layout of the field's length.
        layout: Layout,
        /// Where the record begins.
        offset: usize,
        /// 01 MAC key, 02 PIN key, 03 track key, 00 master key.
        expected: u8,
        /// What stands there.
        found: u8,
    },
}

#[cfg(test)]
mod tests {
    use super::super::{Key, Usage};
    use super::*;

    #[test]
    fn other_lengths_are_no_layouts() {
        let mut field = [0; 120];
        #[cfg(feature = "key-layouts")]
        records::name(&mut field[..100]);
        for found in 0..120 {
            let keys = WorkingKeys::decode(&field[..found]);
            match Layout::ALL.iter().find(|layout| layout.size() == found) {
                Some(layout) => {
                    let keys = keys.unwrap();
                    assert_eq!((keys.layout(), keys.bytes().len()), (*layout, found));
                }
                None => assert_eq!(keys.err(), Some(WorkingKeysError::Length { found })),
            }
        }
        assert!(LENGTHS.contains("24, 40"));
    }

    #[test]
    fn mac_key_is_as_long_as_what_stands_before_the_zeros() {
        fn length(field: &[u8]) -> usize {
            let keys = WorkingKeys::decode(field).unwrap();
            keys.mac().cryptogram().len()
        }
        let mut field = [0x5A; 56];
        assert_eq!(length(&field[..40]), 16);
        field[28..36].fill(0);
        assert_eq!(length(&field[..40]), 8);
        field[35] = 1;
        assert_eq!(length(&field[..40]), 16);
        assert_eq!(length(&[0; 40]), 8);
        assert_eq!(length(&[0; 24]), 8);
        #[cfg(feature = "key-layouts")]
        for (zeros, expected) in [(0, 24), (7, 24), (8, 16), (15, 16), (16, 8), (24, 8)] {
            let mut field = [0x5A; 56];
            field[52 - zeros..52].fill(0);
            assert_eq!(length(&field), expected, "{zeros} zeros");
        }
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
        let triple = (!cfg!(feature = "key-layouts")).then_some(Usage::Pin);
        assert_eq!(wrap(des(24), des(8)), triple);
        assert_eq!(wrap(des(8), des(16)), Some(Usage::Mac));
        assert_eq!(wrap(des(16), des(24)), Some(Usage::Mac));
        assert_eq!(wrap(Key::sm4(&[1; 16]).unwrap(), des(8)), Some(Usage::Pin));
    }
}
