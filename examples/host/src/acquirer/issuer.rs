//! The issuer: whether a card may do this. A card it does not list is
//! approved, so that any test card works.

use super::card::Presented;
use super::{Known, Request, code};
use crate::ledger::{Ledger, LedgerError};
use annul::card::{Pan, Pin};
use annul::crypto::pin::PinBlock;
use annul::transaction::{Amount, ResponseCode};

/// The code a sale is refused with, if it is: PIN, then limit, then balance.
pub(super) fn refuses_sale(
    known: &Known<'_>,
    ledger: &impl Ledger,
    request: &Request<'_>,
    card: &Presented,
    amount: Amount,
) -> Result<Option<ResponseCode>, LedgerError> {
    if let Some(code) = refuses_pin(known, request, card) {
        return Ok(Some(code));
    }
    let Some(listed) = known.settings.card(&card.pan) else {
        return Ok(None);
    };
    if listed.limit.is_some_and(|limit| amount > limit) {
        return Ok(Some(code::LIMIT));
    }
    let Some(balance) = listed.balance else {
        return Ok(None);
    };
    let spent = ledger.spent(listed.masked())?;
    let short = spent.saturating_add(amount.minor()) > balance.minor();
    Ok(short.then_some(code::BALANCE))
}

/// The code a PIN is refused with: `99` where F53 does not say how the block
/// is made, `55` where it is another PIN. No PIN is as good as the right one.
pub(super) fn refuses_pin(
    known: &Known<'_>,
    request: &Request<'_>,
    card: &Presented,
) -> Option<ResponseCode> {
    let received = request.field(52)?.bytes();
    let pin = known.settings.card(&card.pan)?.pin.as_ref()?.pin();
    let form = request.digits(53).and_then(|digits| digits.at(0));
    match encrypted(known, form, pin, &card.pan) {
        Some(expected) if expected == received => None,
        Some(_) => Some(code::PIN),
        None => Some(code::PIN_FORM),
    }
}

/// F52 as it must look for this PIN (unionpay.md 4.6). Under one key equal
/// blocks are equal PINs, so the PIN in the request is never in clear here.
fn encrypted(known: &Known<'_>, form: Option<u8>, pin: &Pin, pan: &Pan) -> Option<[u8; 8]> {
    let block = match form? {
        b'1' => PinBlock::without_pan(pin),
        b'2' => PinBlock::with_pan(pin, pan),
        _ => return None,
    };
    let key = known.keys.pin().unwrap(&known.terminal.master_key).ok()?;
    block.encrypt(&key).ok()
}
