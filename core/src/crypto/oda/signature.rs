use super::certificate::{CardKey, IssuerKey, algorithms, format};
use super::rsa::{MOST, RsaKey};
use super::{OdaError, Part};
use sha1::{Digest, Sha1};

/// What the issuer signed for a card that cannot sign (SDA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaticData {
    /// The data authentication code, for tag 9F45.
    pub code: [u8; 2],
}

impl IssuerKey {
    /// Static data authentication: tag 93 over the records of the card.
    ///
    /// # Errors
    /// What is wrong first, in the order of EMV Book 2, 5.4.
    pub fn static_data(&self, signature: &[u8], records: &[&[u8]]) -> Result<StaticData, OdaError> {
        let part = Part::StaticSignature;
        let recovered = self.0.recover(part, signature)?;
        let bytes = recovered.bytes();
        format(part, 0x03, bytes[1])?;
        algorithms(part, bytes[2], 1)?;
        let (body, end) = bytes.split_at(bytes.len() - 21);
        hashed(part, &body[1..], records.iter().copied(), &end[..20])?;
        let code = [body[3], body[4]];
        Ok(StaticData { code })
    }
}

/// What a card signed itself (DDA).
#[derive(Clone, Copy)]
pub struct Dynamic {
    data: [u8; MOST],
    size: usize,
    number: usize,
}

impl Dynamic {
    /// The ICC dynamic number, for tag 9F4C: 2 to 8 bytes.
    pub fn number(&self) -> &[u8] {
        &self.data[1..=self.number]
    }

    /// The ICC dynamic data, from the length of the number on.
    pub fn data(&self) -> &[u8] {
        &self.data[..self.size]
    }
}

/// What a card signed with its cryptogram (CDA).
#[derive(Clone, Copy)]
pub struct Combined {
    /// The dynamic data, whose number is for tag 9F4C.
    pub dynamic: Dynamic,
    /// The cryptogram information data (tag 9F27).
    pub information: u8,
    /// The cryptogram (tag 9F26).
    pub cryptogram: [u8; 8],
}

impl CardKey {
    /// Dynamic data authentication: tag 9F4B over the values that the DDOL
    /// lists.
    ///
    /// # Errors
    /// What is wrong first, in the order of EMV Book 2, 6.5.
    pub fn dynamic(&self, signature: &[u8], listed: &[u8]) -> Result<Dynamic, OdaError> {
        dynamic(&self.0, signature, listed)
    }

    /// Combined data authentication: tag 9F4B in the answer to GENERATE AC.
    /// `unpredictable` is tag 9F37, `information` tag 9F27 as the card sent it;
    /// `transaction` is what the hash is of: the values of the PDOL, those of the
    /// first and second CDOL as far as they were sent, and every object of the
    /// answer but 9F4B, in their order.
    ///
    /// # Errors
    /// What is wrong first, in the order of EMV Book 2, 6.6.2.
    pub fn combined(
        &self,
        signature: &[u8],
        unpredictable: [u8; 4],
        information: u8,
        transaction: &[&[u8]],
    ) -> Result<Combined, OdaError> {
        let part = Part::DynamicSignature;
        let dynamic = dynamic(&self.0, signature, &unpredictable)?;
        let offset = 5 + dynamic.number;
        let behind = &dynamic.data()[1 + dynamic.number..];
        let Some((head, hash)) = behind.split_first_chunk::<9>() else {
            return Err(OdaError::Inside { part, offset });
        };
        let hash = hash
            .first_chunk()
            .ok_or(OdaError::Inside { part, offset })?;
        let [found, cryptogram @ ..] = *head;
        if found != information || *hash != sha1(transaction.iter().copied()) {
            return Err(OdaError::Transaction { part });
        }
        Ok(Combined {
            dynamic,
            information,
            cryptogram,
        })
    }
}

/// Bytes of a dynamic signature that are no dynamic data: `6A`, format,
/// algorithm, length, hash, `BC`.
const AROUND: usize = 4 + 21;

fn dynamic(key: &RsaKey, signature: &[u8], listed: &[u8]) -> Result<Dynamic, OdaError> {
    let part = Part::DynamicSignature;
    let recovered = key.recover(part, signature)?;
    let bytes = recovered.bytes();
    format(part, 0x05, bytes[1])?;
    algorithms(part, bytes[2], 1)?;
    let size = usize::from(bytes[3]);
    let (body, end) = bytes.split_at(bytes.len() - 21);
    hashed(part, &body[1..], [listed].into_iter(), &end[..20])?;
    if size > bytes.len() - AROUND {
        return Err(OdaError::Inside { part, offset: 3 });
    }
    let mut data = [0; MOST];
    data[..size].copy_from_slice(&body[4..4 + size]);
    let number = usize::from(data[0]);
    if !(2..=8).contains(&number) || number >= size {
        return Err(OdaError::Inside { part, offset: 4 });
    }
    Ok(Dynamic { data, size, number })
}

/// Says whether the hash of a body and what stands behind it is this one.
pub(super) fn hashed<'p>(
    part: Part,
    body: &'p [u8],
    behind: impl Iterator<Item = &'p [u8]>,
    hash: &[u8],
) -> Result<(), OdaError> {
    if sha1([body].into_iter().chain(behind)) == hash {
        Ok(())
    } else {
        Err(OdaError::Hash { part })
    }
}

pub(super) fn sha1<'p>(parts: impl Iterator<Item = &'p [u8]>) -> [u8; 20] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
