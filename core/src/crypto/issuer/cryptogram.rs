use super::keys::{Cryptogram, SessionKey};
use super::{IssuerError, Step, Watch};
use crate::crypto::mac::{self, CbcMac, Cmac, Padding, RetailMac, Tag};
use crate::crypto::{MacKey, UnsuitableKey};

impl SessionKey<Cryptogram> {
    /// The application cryptogram (ARQC, TC or AAC) of eight bytes, over what
    /// the card signs: algorithm 3 of DES, algorithm 1 of SM4, CMAC of AES, which
    /// needs no padding.
    pub fn cryptogram(
        &self,
        signed: &[u8],
        fill: Fill,
        watch: Watch<'_>,
    ) -> Result<Tag, IssuerError> {
        Ok(leftmost(mac(&self.0, &[signed], fill, watch)?, 8))
    }

    /// The answer of method 1 (ARPC): cryptogram and response code under the
    /// key, eight bytes. With the code behind it, it is tag 91.
    pub fn response_of_code(
        &self,
        cryptogram: [u8; 8],
        code: [u8; 2],
        watch: Watch<'_>,
    ) -> [u8; 8] {
        let key = self.0.key();
        let mut block = [0; 16];
        block[..8].copy_from_slice(&cryptogram);
        for (byte, code) in block.iter_mut().zip(code) {
            *byte ^= code;
        }
        let block = &mut block[..key.block_size()];
        watch(Step::ResponseInput(block));
        key.cipher().encrypt(block);
        let mut response = [0; 8];
        response.copy_from_slice(&block[..8]);
        response
    }

    /// The answer of method 2 (ARPC): four bytes over cryptogram, card status
    /// update and up to eight bytes of the issuer's own. With both behind it, it
    /// is tag 91.
    ///
    /// # Errors
    /// [`IssuerError::Proprietary`] for more than eight bytes.
    pub fn response_of_status(
        &self,
        cryptogram: [u8; 8],
        status: [u8; 4],
        proprietary: &[u8],
        watch: Watch<'_>,
    ) -> Result<[u8; 4], IssuerError> {
        let found = proprietary.len();
        if found > 8 {
            return Err(IssuerError::Proprietary { found });
        }
        let parts = [&cryptogram[..], &status, proprietary];
        let tag = mac(&self.0, &parts, Fill::One, watch)?;
        let mut response = [0; 4];
        response.copy_from_slice(&tag.bytes()[..4]);
        Ok(response)
    }
}

/// How DES and SM4 fill the last block; CMAC needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Zeros up to a whole block, none where there is one (Visa 10).
    Zeros,
    /// 80, then zeros up to a whole block (EMV).
    One,
}

/// The MAC that EMV has for the cipher of the key (Book 2, A1.2).
pub(super) fn mac(
    key: &MacKey,
    parts: &[&[u8]],
    fill: Fill,
    watch: Watch<'_>,
) -> Result<Tag, UnsuitableKey> {
    let padding = match fill {
        Fill::Zeros => Padding::Method1,
        Fill::One => Padding::Method2,
    };
    for part in parts.iter().filter(|part| !part.is_empty()) {
        watch(Step::Data(part));
    }
    let steps = |step: mac::Step<'_>| watch(Step::Mac(step));
    // No length was announced, so none is wrong.
    let never = |_| MacKey::UNSUITABLE;
    if key.key().is_aes() {
        let mut mac = Cmac::watched(key, steps)?;
        for part in parts {
            mac.update(part);
        }
        Ok(mac.finish())
    } else if key.key().is_des() {
        let mut mac = RetailMac::watched(key, padding, steps)?;
        for part in parts {
            mac.update(part);
        }
        mac.finish().map_err(never)
    } else {
        let mut mac = CbcMac::watched(key, padding, steps)?;
        for part in parts {
            mac.update(part);
        }
        mac.finish().map_err(never)
    }
}

/// The leftmost bytes of a MAC that has them.
fn leftmost(tag: Tag, count: usize) -> Tag {
    tag.leftmost(count).unwrap_or(tag)
}
