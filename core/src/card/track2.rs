use super::{CardError, Expiry, Pan};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Track 2 of a magnetic stripe without its sentinels, at most 37 characters,
/// wiped on drop (ISO/IEC 7813). It has no `Debug`, `Display` or `Clone`, and
/// no record can hold it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Track2 {
    characters: [u8; Self::MAX],
    len: u8,
    pan: Pan,
    #[zeroize(skip)]
    expiry: Expiry,
}

impl Track2 {
    /// Characters of the longest track.
    pub const MAX: usize = 37;

    /// Takes `PAN=YYMM...` or `PANDYYMM...`; only digits follow the separator.
    ///
    /// ```
    /// # use annul::card::Track2;
    /// let track = Track2::parse("6224242900000113=28062019031013").unwrap();
    /// assert_eq!(format!("{}", track.pan().masked()), "622424******0113");
    /// ```
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let bytes = text.as_bytes();
        let separator =
            (bytes.iter().position(|byte| matches!(byte, b'=' | b'D'))).ok_or(CardError::Track2)?;
        let (pan, rest) = (&bytes[..separator], &bytes[separator + 1..]);
        if bytes.len() > Self::MAX || rest.len() < 4 || !rest.iter().all(u8::is_ascii_digit) {
            return Err(CardError::Track2);
        }
        let pan = Pan::from_digits(pan).map_err(|_| CardError::Track2)?;
        let expiry = (text.get(separator + 1..separator + 5)).ok_or(CardError::Track2)?;
        let expiry = Expiry::parse(expiry).map_err(|_| CardError::Track2)?;
        let mut track = Self {
            characters: [0; Self::MAX],
            len: bytes.len() as u8,
            pan,
            expiry,
        };
        track.characters[..bytes.len()].copy_from_slice(bytes);
        track.characters[separator] = b'D';
        Ok(track)
    }

    /// The characters in clear with `D` as separator, as field 35 packs them.
    pub fn reveal(&self) -> &[u8] {
        &self.characters[..usize::from(self.len)]
    }

    /// The card number left of the separator.
    pub fn pan(&self) -> &Pan {
        &self.pan
    }

    /// The expiry right of the separator.
    pub fn expiry(&self) -> Expiry {
        self.expiry
    }
}
