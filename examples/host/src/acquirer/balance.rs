//! What is on a card: asked, told, and not booked.

use super::answer::Verdict;
use super::card::Presented;
use super::{Known, Request, code, issuer};
use crate::fault::Orders;
use crate::ledger::{Ledger, LedgerError};
use annul::iso8583::value::{AccountType, Balance, BalanceType, Sign};
use annul::transaction::ResponseCode;

/// The balance of a listed card; one that the issuer does not list has none.
pub(super) fn tell(
    known: &Known<'_>,
    ledger: &impl Ledger,
    request: &Request<'_>,
    orders: &Orders,
) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
    if let Some(code) = orders.verdict() {
        return Ok(Err(code));
    }
    let card = match Presented::read(known, request) {
        Ok(card) => card,
        Err(code) => return Ok(Err(code)),
    };
    if let Some(code) = issuer::refuses_pin(known, request, &card) {
        return Ok(Err(code));
    }
    let listed = known.settings.card(&card.pan);
    let credit = match listed.and_then(|listed| Some((listed.masked(), listed.balance?))) {
        None => return Ok(Err(code::UNSUPPORTED)),
        Some((masked, credit)) => credit.minor().saturating_sub(ledger.spent(masked)?),
    };
    Ok(Ok(Verdict {
        card: Some(card),
        balance: Some(Balance {
            account: AccountType::Savings,
            kind: BalanceType::Available,
            currency: *b"156",
            sign: Sign::Credit,
            minor: credit,
        }),
        ..Verdict::approved()
    }))
}
