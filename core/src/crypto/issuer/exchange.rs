use super::keys::{CardKey, Cryptogram, SessionKey};
use super::{ChipData, IssuerError, Scheme, SessionOf, SignedData, Watch};
use crate::crypto::mac::Tag;
use crate::emv::ArpcMethod;
use zeroize::ZeroizeOnDrop;

/// The issuer's side of one chip transaction: what the card should have
/// signed, and the answer to it.
///
/// ```
/// # use annul::card::Pan;
/// # use annul::crypto::{Key, issuer::*};
/// let scheme = Scheme::named("visa-18").unwrap();
/// let key = Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap();
/// let card = Card::new(Pan::parse("1234567890123456").unwrap(), 0).unwrap();
/// let card_key = IssuerKey::<Cryptogram>::new(key)?.card_key(&card, scheme.derivation)?;
/// let field_55 = [
///     0x9F, 0x02, 6, 0, 0, 0, 0, 0x40, 0, 0x9F, 0x03, 6, 0, 0, 0, 0, 0, 0,
///     0x9F, 0x1A, 2, 1, 0x24, 0x95, 5, 0x80, 0, 4, 0x80, 0, 0x5F, 0x2A, 2, 1, 0x24,
///     0x9A, 3, 0x19, 0x11, 5, 0x9C, 1, 1, 0x9F, 0x37, 4, 0x52, 0xBF, 0x45, 0x85,
///     0x82, 2, 0x18, 0, 0x9F, 0x36, 2, 0, 0x1C,
///     0x9F, 0x10, 7, 6, 1, 0x12, 3, 0xA0, 0xB8, 0,
///     0x9F, 0x26, 8, 0x7A, 0x78, 0x8E, 0xA6, 0xB8, 0xA3, 0xE7, 0x33,
/// ];
/// let chip = ChipData::read(&field_55)?;
/// let exchange = Exchange::new(&scheme, &card_key, chip, &mut |_| {})?;
/// exchange.authenticate(&mut |_| {})?;
/// let answer = exchange.answer(*b"00", [0; 4], &mut |_| {})?;
/// assert_eq!(answer.bytes(), [0x9A, 0xF5, 0x14, 0xC1, 0, 0, 0, 0]); // tag 91
/// # Ok::<(), IssuerError>(())
/// ```
pub struct Exchange<'s, 'c> {
    scheme: &'s Scheme,
    key: SessionKey<Cryptogram>,
    answering: SessionKey<Cryptogram>,
    chip: ChipData<'c>,
    signed: SignedData,
}

/// Both keys do it.
impl ZeroizeOnDrop for Exchange<'_, '_> {}

impl<'s, 'c> Exchange<'s, 'c> {
    /// Derives the key of the transaction; `watch` sees each step.
    pub fn new(
        scheme: &'s Scheme,
        card_key: &CardKey<Cryptogram>,
        chip: ChipData<'c>,
        watch: Watch<'_>,
    ) -> Result<Self, IssuerError> {
        let session = |of: SessionOf| of.of(&chip).ok_or(IssuerError::NoCryptogram);
        Ok(Self {
            scheme,
            key: card_key.session_key_watched(session(scheme.session)?, watch)?,
            answering: card_key.session_key(session(scheme.answer_session)?)?,
            signed: chip.signed(scheme.signed)?,
            chip,
        })
    }

    /// The cryptogram that this card makes of these values.
    pub fn cryptogram(&self, watch: Watch<'_>) -> Result<Tag, IssuerError> {
        let signed = self.signed.bytes();
        self.key.cryptogram(signed, self.scheme.fill, watch)
    }

    /// True money only: the card's cryptogram (9F26) is the one it makes.
    ///
    /// # Errors
    /// [`IssuerError::Mismatch`] where it is another,
    /// [`IssuerError::NoCryptogram`] where there is none.
    pub fn authenticate(&self, watch: Watch<'_>) -> Result<(), IssuerError> {
        let received = self.received()?;
        let made = self.cryptogram(watch)?;
        let same = made.authenticate(&received, ());
        same.map(|_| ()).map_err(|_| IssuerError::Mismatch)
    }

    /// What the issuer answers (tag 91): the cryptogram of a response code, or
    /// that of a card status update, as the scheme has it.
    pub fn answer(
        &self,
        code: [u8; 2],
        status: [u8; 4],
        watch: Watch<'_>,
    ) -> Result<Answer, IssuerError> {
        let received = self.received()?;
        let mut answer = Answer {
            bytes: [0; Answer::MOST],
            size: 0,
        };
        match self.scheme.answer {
            ArpcMethod::Code => {
                answer.push(&self.answering.response_of_code(received, code, watch));
                answer.push(&code);
            }
            ArpcMethod::Status => {
                let key = &self.answering;
                answer.push(&key.response_of_status(received, status, &[], watch)?);
                answer.push(&status);
            }
        }
        Ok(answer)
    }

    fn received(&self) -> Result<[u8; 8], IssuerError> {
        self.chip.cryptogram().ok_or(IssuerError::NoCryptogram)
    }
}

/// Issuer authentication data, the value of tag 91. It travels in clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    bytes: [u8; Self::MOST],
    size: usize,
}

impl Answer {
    const MOST: usize = 10;

    /// The bytes: 10 of a code, 8 of a status.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }

    fn push(&mut self, part: &[u8]) {
        self.bytes[self.size..][..part.len()].copy_from_slice(part);
        self.size += part.len();
    }
}
