//! The card of a request: from its track, or as it was keyed.

use super::{Known, Request, code};
use annul::card::{Expiry, Pan, Track2};
use annul::crypto::track;
use annul::transaction::ResponseCode;
use zeroize::Zeroizing;

/// What a request says of the card.
pub(super) struct Presented {
    pub(super) pan: Pan,
    pub(super) expiry: Option<Expiry>,
}

impl Presented {
    /// Reads F35 where there is one, else F2 and F14.
    pub(super) fn read(known: &Known<'_>, request: &Request<'_>) -> Result<Self, ResponseCode> {
        if request.field(35).is_some() {
            return swiped(known, request);
        }
        let mut digits = Zeroizing::new([0; Pan::MAX]);
        let pan = request
            .digits(2)
            .and_then(|field| Pan::from_digits(field.unpack(&mut *digits)?).ok());
        let mut year_month = [0; 4];
        let expiry = (request.digits(14)).and_then(|field| {
            Expiry::parse(std::str::from_utf8(field.unpack(&mut year_month)?).ok()?).ok()
        });
        Ok(Self {
            pan: pan.ok_or(code::CARD)?,
            expiry,
        })
    }
}

/// Track 2, decrypted where the third digit of F53 says so (unionpay.md 4.7).
fn swiped(known: &Known<'_>, request: &Request<'_>) -> Result<Presented, ResponseCode> {
    let field = request.field(35).ok_or(code::FORMAT)?;
    let mut packed = Zeroizing::new(Vec::with_capacity(field.count().div_ceil(2)));
    for (place, character) in field.characters().ascii().enumerate() {
        let nibble = match character {
            b'=' => 0xD,
            other => char::from(other).to_digit(16).ok_or(code::CARD)? as u8,
        };
        match packed.last_mut().filter(|_| place % 2 == 1) {
            Some(byte) => *byte |= nibble,
            None => packed.push(nibble << 4),
        }
    }
    if request.digits(53).and_then(|digits| digits.at(2)) == Some(b'1') {
        let block = known.keys.track().ok_or(code::UNSUPPORTED)?;
        let key = block
            .unwrap(&known.terminal.master_key)
            .map_err(|_| code::SIGN_IN)?;
        track::decrypt(&key, &mut packed).map_err(|_| code::FORMAT)?;
    }
    let mut text = Zeroizing::new(String::with_capacity(Track2::MAX + 1));
    let nibbles = packed.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    for nibble in nibbles.take(field.count()) {
        text.push(char::from_digit(u32::from(nibble), 16).map_or('?', |c| c.to_ascii_uppercase()));
    }
    let track = Track2::parse(&text).map_err(|_| code::CARD)?;
    let pan = Pan::from_digits(track.pan().reveal()).map_err(|_| code::CARD)?;
    Ok(Presented {
        pan,
        expiry: Some(track.expiry()),
    })
}
