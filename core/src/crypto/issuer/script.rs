use super::cryptogram::{Fill, mac};
use super::keys::{CardKey, Cryptogram, ScriptMac, ScriptSecrecy, SessionKey};
use super::scheme::{Covered, NewPin};
use super::verification::add_digits;
use super::{ChipData, IssuerError, Scheme, Watch};
use crate::card::Pin;
use crate::crypto::mac::Tag;
use crate::crypto::pin::PinBlock;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The first five bytes of a command: class, instruction, two parameters, and
/// how many bytes follow, the MAC counted.
pub type Header = [u8; 5];

/// The keys of an issuer's scripts after one transaction.
///
/// Source: EMV 4.4 Book 2, 9.2 and 9.3.
pub struct Script<'s, 'c> {
    scheme: &'s Scheme,
    chip: ChipData<'c>,
    mac: SessionKey<ScriptMac>,
    secrecy: SessionKey<ScriptSecrecy>,
}

/// Both keys do it.
impl ZeroizeOnDrop for Script<'_, '_> {}

impl<'s, 'c> Script<'s, 'c> {
    /// Derives both keys; `watch` sees each step.
    ///
    /// # Errors
    /// [`IssuerError::NoCryptogram`] where the scheme wants the cryptogram
    /// (9F26) and there is none.
    pub fn new(
        scheme: &'s Scheme,
        mac: &CardKey<ScriptMac>,
        secrecy: &CardKey<ScriptSecrecy>,
        chip: ChipData<'c>,
        watch: Watch<'_>,
    ) -> Result<Self, IssuerError> {
        let session = scheme.script.of(&chip).ok_or(IssuerError::NoCryptogram)?;
        Ok(Self {
            scheme,
            chip,
            mac: mac.session_key_watched(session, watch)?,
            secrecy: secrecy.session_key_watched(session, watch)?,
        })
    }

    /// The check values of both keys: MAC, secrecy.
    pub fn kcvs(&self) -> [crate::crypto::Kcv; 2] {
        [self.mac.kcv(), self.secrecy.kcv()]
    }

    /// The MAC of a command with these data: DES 8 bytes, SM4 and AES 16, of
    /// which a card takes the leftmost 4 to 8.
    pub fn mac(&self, header: Header, data: &[u8], watch: Watch<'_>) -> Result<Tag, IssuerError> {
        let received = self.chip.cryptogram();
        let (counter, cryptogram) = match self.scheme.covered {
            Covered::Command => (&[][..], &[][..]),
            Covered::Cryptogram => (
                &self.chip.counter()[..],
                &received.ok_or(IssuerError::NoCryptogram)?[..],
            ),
        };
        let parts = [&header, counter, cryptogram, data];
        Ok(mac(&self.mac.0, &parts, Fill::One, watch)?)
    }

    /// PIN CHANGE/UNBLOCK with a new PIN: the command with its MAC of eight
    /// bytes. `current` is the PIN that holds so far; only Visa's schemes look
    /// at it.
    ///
    /// # Errors
    /// [`IssuerError::NoPinChange`] where no source tells how the scheme packs
    /// a PIN.
    pub fn pin_change(
        &self,
        card_key: &CardKey<Cryptogram>,
        new: &Pin,
        current: Option<&Pin>,
        watch: Watch<'_>,
    ) -> Result<Command, IssuerError> {
        let form = self.scheme.new_pin.ok_or(IssuerError::NoPinChange)?;
        let key = card_key.bytes();
        let (mut data, size) = packed(form, key, new, current);
        let data = &mut data[..size];
        let secrecy = self.secrecy.0.key();
        if !size.is_multiple_of(secrecy.block_size()) {
            return Err(IssuerError::NoPinChange);
        }
        secrecy.cipher().encrypt(data);
        let by_current = form != NewPin::Format2 && current.is_some();
        let header = [
            0x84,
            0x24,
            0x00,
            2 - u8::from(by_current),
            (size + MAC) as u8,
        ];
        let tag = self.mac(header, data, watch)?;
        let mut command = Command {
            bytes: [0; Command::MOST],
            size: 0,
        };
        for part in [&header[..], data, &tag.bytes()[..MAC]] {
            command.bytes[command.size..][..part.len()].copy_from_slice(part);
            command.size += part.len();
        }
        Ok(command)
    }
}

/// Bytes of a command's MAC.
const MAC: usize = 8;

/// A script command as the card gets it (tag 86). It travels in clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    bytes: [u8; Self::MOST],
    size: usize,
}

impl Command {
    const MOST: usize = 5 + 16 + MAC;

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }
}

/// A new PIN before it is enciphered, and its bytes.
fn packed(
    form: NewPin,
    card_key: &[u8],
    new: &Pin,
    current: Option<&Pin>,
) -> (Zeroizing<[u8; 16]>, usize) {
    let by_key = match form {
        NewPin::VisaKey => true,
        NewPin::VisaFormat2 => current.is_some(),
        NewPin::Format2 => false,
    };
    let mut block = Zeroizing::new(if by_key {
        *PinBlock::without_pan(new).reveal()
    } else {
        *PinBlock::format_2(new).reveal()
    });
    if by_key {
        let key = card_key.get(4..8).unwrap_or_default();
        let tail = block[4..].iter_mut().zip(key);
        tail.for_each(|(byte, key)| *byte ^= key);
        add_digits(&mut *block, current.map_or(&[][..], Pin::reveal).iter());
    }
    let mut packed = Zeroizing::new([0; 16]);
    if form == NewPin::Format2 {
        packed[..8].copy_from_slice(&*block);
        return (packed, 8);
    }
    packed[0] = PinBlock::SIZE as u8;
    packed[1..9].copy_from_slice(&*block);
    packed[9] = 0x80;
    (packed, 16)
}
