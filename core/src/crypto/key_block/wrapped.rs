use super::binding::Binding;
use super::read::Reader;
use super::unwrapped::Clear;
use super::{Field, Header, KeyBlockError, MOST, ProtectionKey, Rules, Unwrapped, Version};
use crate::crypto::hex;

/// A key block as it came, its parts found and their characters right. Whether
/// it is whole and genuine, only [`Wrapped::unwrap`] tells.
///
/// ```
/// # use annul::crypto::{Key, PinKey};
/// # use annul::crypto::key_block::{ProtectionKey, Rules, Wrapped};
/// let protection = Key::des_hex("DD7515F2BFC17F85CE48F3CA25CB21F6").unwrap();
/// let protection = ProtectionKey::new(protection).unwrap();
/// let text = b"B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3\
///              B8E4FA4C5F5341176EED7B727B8A248E";
/// let block = Wrapped::parse(text, Rules::Strict).unwrap();
/// let mut room = [0; 64];
/// let key: PinKey = block.unwrap(&protection, &mut room).unwrap().key().unwrap();
/// assert!(key.kcv().to_string().starts_with("57C409"));
/// ```
#[derive(Clone, Copy)]
pub struct Wrapped<'b> {
    header: Header<'b>,
    /// The header's characters, which the MAC covers.
    text: &'b [u8],
    payload: &'b [u8],
    mac: &'b [u8],
    rules: Rules,
}

impl<'b> Wrapped<'b> {
    /// Takes a key block apart. Nothing may stand before or behind it, no line
    /// end either.
    pub fn parse(text: &'b [u8], rules: Rules) -> Result<Self, KeyBlockError> {
        let found = text.len();
        if found > MOST {
            return Err(KeyBlockError::TooLong { found });
        }
        let mut reader = Reader::new(text);
        let header = Header::read(&mut reader, rules, Some(found))?;
        let version = header.version();
        let text = &text[..reader.offset()];
        let payload = payload_size(version, &reader)?;
        let payload = reader.take(Field::Payload, payload, rules.hex())?;
        let mac = reader.take(Field::Mac, 2 * version.mac_size(), rules.hex())?;
        Ok(Self {
            header,
            text,
            payload,
            mac,
            rules,
        })
    }

    /// What it says of its key.
    ///
    /// It is not authentic before [`Wrapped::unwrap`] has succeeded.
    pub const fn header(&self) -> &Header<'b> {
        &self.header
    }

    /// Bytes of room that [`Wrapped::unwrap`] wants.
    pub const fn room(&self) -> usize {
        self.payload.len() / 2
    }

    /// Verifies the MAC and deciphers the key into `room`, which is wiped when
    /// the result is dropped, and where it fails.
    ///
    /// # Errors
    /// [`KeyBlockError::Mac`] for all that is wrong with the block itself.
    pub fn unwrap<'r>(
        &self,
        protection: &ProtectionKey,
        room: &'r mut [u8],
    ) -> Result<Unwrapped<'b, 'r>, KeyBlockError> {
        let binding = Binding::new(self.header.version(), protection)?;
        let (needed, found) = (self.room(), room.len());
        let room = (room.get_mut(..needed)).ok_or(KeyBlockError::Buffer { needed, found })?;
        let mut mac = [0; 16];
        let mac = &mut mac[..self.mac.len() / 2];
        // Both are digits in pairs: parsing has refused all else.
        hex::decode(self.mac, mac).ok_or(KeyBlockError::Mac)?;
        let clear = Clear::new(room);
        hex::decode(self.payload, clear.0).ok_or(KeyBlockError::Mac)?;
        binding.open(self.text, clear.0, mac)?;
        Unwrapped::new(self.header, clear, protection, self.rules)
    }
}

/// Characters of the enciphered key: what is left but for the MAC, in whole
/// blocks of the cipher.
fn payload_size(version: Version, reader: &Reader<'_>) -> Result<usize, KeyBlockError> {
    let found = reader.rest().len();
    let needed = 2 * (version.mac_size() + version.granule().max(LEAST));
    let short = KeyBlockError::Short {
        field: Field::Payload,
        offset: reader.offset(),
        needed,
        found,
    };
    if found < needed {
        return Err(short);
    }
    let size = found - 2 * version.mac_size();
    let unit = 2 * version.granule();
    if size.is_multiple_of(unit) {
        return Ok(size);
    }
    Err(KeyBlockError::Short {
        field: Field::Payload,
        offset: reader.offset(),
        needed: size.next_multiple_of(unit),
        found: size,
    })
}

/// Bytes of the shortest payload: a length, and a key of one byte.
const LEAST: usize = 3;
