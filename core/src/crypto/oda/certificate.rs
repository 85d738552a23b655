use super::rsa::RsaKey;
use super::signature::{hashed, sha1};
use super::{OdaError, Part};
use crate::card::Pan;
use crate::emv::Date;

/// A public key of a payment scheme (CA public key), as the terminal has it
/// from its acquirer.
///
/// ```
/// # use annul::crypto::oda::{CaKey, OdaError};
/// let error = CaKey::new([0xA0, 0, 0, 3, 0x33], 1, &[0xFF; 300], &[3]).err();
/// assert_eq!(error, Some(OdaError::Modulus { found: 300 }));
/// ```
pub struct CaKey {
    key: RsaKey,
    provider: [u8; 5],
    index: u8,
}

/// The public key of an issuer.
pub struct IssuerKey(pub(super) RsaKey);

/// The public key of one card.
pub struct CardKey(pub(super) RsaKey);

impl CaKey {
    /// The key of an application provider (RID, 5 bytes) with this index (tag
    /// 8F).
    ///
    /// # Errors
    /// [`OdaError::Modulus`], [`OdaError::Exponent`].
    pub fn new(
        provider: [u8; 5],
        index: u8,
        modulus: &[u8],
        exponent: &[u8],
    ) -> Result<Self, OdaError> {
        let key = RsaKey::new(&[modulus], exponent)?;
        Ok(Self {
            key,
            provider,
            index,
        })
    }

    /// The key, where `checksum` is that of its parts: SHA-1 of provider, index,
    /// modulus and exponent.
    pub fn checked(self, checksum: [u8; 20]) -> Result<Self, OdaError> {
        let (modulus, exponent) = (self.key.modulus(), self.key.exponent());
        let parts = [&self.provider[..], &[self.index], modulus, exponent];
        let made = sha1(parts.into_iter());
        if made == checksum {
            Ok(self)
        } else {
            Err(OdaError::Checksum)
        }
    }

    /// The key in an issuer's certificate: tags 90, 92 (empty where there is
    /// none) and 9F32. It has to be of the issuer of `pan` and valid on `day`.
    ///
    /// # Errors
    /// What is wrong first, in the order of EMV Book 2, 5.3.
    pub fn issuer_key(
        &self,
        certificate: &[u8],
        remainder: &[u8],
        exponent: &[u8],
        pan: &Pan,
        day: Date,
    ) -> Result<IssuerKey, OdaError> {
        let form = Form {
            part: Part::IssuerCertificate,
            format: 0x02,
            number: 4,
        };
        let keyed = Keyed {
            remainder,
            exponent,
            records: &[],
        };
        let recovered = self.key.recover(form.part, certificate)?;
        let (key, digits) = form.read(recovered.bytes(), &keyed, day)?;
        // Three to eight digits, filled with F.
        let (digits, size) = digits.ok_or(OdaError::Number { part: form.part })?;
        let digits = &digits[..size];
        if size < 3 || !pan.reveal().starts_with(digits) {
            return Err(OdaError::Number { part: form.part });
        }
        Ok(IssuerKey(key))
    }
}

impl IssuerKey {
    /// An issuer's key that is known as such.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, OdaError> {
        RsaKey::new(&[modulus], exponent).map(Self)
    }

    /// The key in a card's certificate: tags 9F46, 9F48 (empty where there is
    /// none) and 9F47. `records` are the data to be authenticated: the records
    /// that the file locator marks, and what tag 9F4A lists.
    ///
    /// # Errors
    /// What is wrong first, in the order of EMV Book 2, 6.4.
    pub fn card_key(
        &self,
        certificate: &[u8],
        keyed: &Keyed<'_>,
        pan: &Pan,
        day: Date,
    ) -> Result<CardKey, OdaError> {
        let form = Form {
            part: Part::CardCertificate,
            format: 0x04,
            number: 10,
        };
        let recovered = self.0.recover(form.part, certificate)?;
        let (key, digits) = form.read(recovered.bytes(), keyed, day)?;
        match digits {
            Some((digits, size)) if digits[..size] == *pan.reveal() => Ok(CardKey(key)),
            _ => Err(OdaError::Number { part: form.part }),
        }
    }
}

impl CardKey {
    /// A card's key that is known as such.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, OdaError> {
        RsaKey::new(&[modulus], exponent).map(Self)
    }
}

/// What stands beside a certificate and belongs to it.
#[derive(Clone, Copy)]
pub struct Keyed<'k> {
    /// The rest of the modulus (tag 92, 9F48); empty where there is none.
    pub remainder: &'k [u8],
    /// The exponent (tag 9F32, 9F47).
    pub exponent: &'k [u8],
    /// The records of the card, for its own certificate.
    pub records: &'k [&'k [u8]],
}

/// Where the parts of a certificate stand:
///
/// ```text
///  6A | format | number | expiry 2 | serial 3 | algorithms 2 | lengths 2 | modulus | hash 20 | BC
/// ```
struct Form {
    part: Part,
    format: u8,
    /// Bytes of the number it is of.
    number: usize,
}

/// Decimal digits of a number, and how many.
type Digits = ([u8; 20], usize);

impl Form {
    /// The key in a certificate, and the number it is of, where it is one.
    fn read(
        &self,
        bytes: &[u8],
        keyed: &Keyed<'_>,
        day: Date,
    ) -> Result<(RsaKey, Option<Digits>), OdaError> {
        let part = self.part;
        let short = OdaError::Inside { part, offset: 0 };
        let fixed = 2 + self.number + 2 + 3 + 4;
        let (head, rest) = bytes.split_at_checked(fixed).ok_or(short)?;
        let (modulus, end) =
            (rest.len().checked_sub(21).map(|size| rest.split_at(size))).ok_or(short)?;
        format(part, self.format, head[1])?;
        let behind = [keyed.remainder, keyed.exponent];
        let parts = behind.iter().chain(keyed.records).copied();
        hashed(part, &bytes[1..bytes.len() - 21], parts, &end[..20])?;
        let [month, year] = [head[2 + self.number], head[3 + self.number]];
        let [hash, key, size, exponent] = [4, 3, 2, 1].map(|before| head[fixed - before]);
        algorithms(part, hash, key)?;
        if !is_valid(month, year, day) {
            return Err(OdaError::Expired { part, month, year });
        }
        let (size, exponent) = (usize::from(size), usize::from(exponent));
        let inside = size.min(modulus.len());
        let offset = fixed - 2;
        if size - inside != keyed.remainder.len() {
            return Err(OdaError::Inside { part, offset });
        }
        if exponent != keyed.exponent.len() {
            let offset = offset + 1;
            return Err(OdaError::Inside { part, offset });
        }
        let key = RsaKey::new(&[&modulus[..inside], keyed.remainder], keyed.exponent)?;
        Ok((key, digits(&head[2..2 + self.number])))
    }
}

/// The digits of a number that is filled with F.
fn digits(number: &[u8]) -> Option<Digits> {
    let mut digits = [0; 20];
    let nibbles = number.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    let mut size = 0;
    let mut filled = false;
    for nibble in nibbles {
        match nibble {
            0..=9 if !filled => {
                *digits.get_mut(size)? = b'0' + nibble;
                size += 1;
            }
            0xF => filled = true,
            _ => return None,
        }
    }
    Some((digits, size))
}

/// True up to the last day of the month, which is in BCD.
fn is_valid(month: u8, year: u8, day: Date) -> bool {
    // The first day of a month that is none is no date.
    let first = Date::parse(&[year, month, 1]);
    first.is_ok_and(|first| (first.year(), first.month()) >= (day.year(), day.month()))
}

/// The byte that says what it is.
pub(super) fn format(part: Part, expected: u8, found: u8) -> Result<(), OdaError> {
    if expected == found {
        return Ok(());
    }
    Err(OdaError::Format {
        part,
        expected,
        found,
    })
}

/// SHA-1, and RSA where there is a key.
pub(super) fn algorithms(part: Part, hash: u8, key: u8) -> Result<(), OdaError> {
    if (hash, key) == (1, 1) {
        return Ok(());
    }
    Err(OdaError::Algorithm { part, hash, key })
}
