//! Sale and void: what the issuer says is booked, approved or declined.

use super::answer::{Verdict, reference};
use super::card::Presented;
use super::{Known, Request, chip, code, issuer};
use crate::fault::Orders;
use crate::ledger::{Change, Entry, Key, Ledger, LedgerError, Status};
use crate::supply::Supply;
use annul::transaction::{Amount, Civil, Kind, ResponseCode};

type Judged = Result<Result<Verdict, ResponseCode>, LedgerError>;

/// Takes the amount from the card.
pub(super) fn sale(
    known: &Known<'_>,
    ledger: &mut impl Ledger,
    supply: &mut Supply,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
) -> Judged {
    let opened = match open(known, ledger, request)? {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let Opened { key, amount, card } = &opened;
    let chip = chip::read(known, request, card);
    let refusal = match (orders.verdict(), &chip) {
        (Some(code), _) => Some(code),
        (None, Err(code)) => Some(*code),
        (None, Ok(_)) => issuer::refuses_sale(known, ledger, request, card, *amount)?,
    };
    let mut entry = opened.entry(Kind::Sale, reference(now, key.trace), now);
    match refusal {
        Some(code) => entry.status = Status::Declined(code),
        None => entry.authorization = Some(supply.authorization()),
    }
    ledger.apply(&[Change::Book(entry)])?;
    let mut verdict = opened.verdict(&entry);
    verdict.chip = (chip.ok().flatten()).and_then(|chip| chip.answer(verdict.code));
    Ok(Ok(verdict))
}

/// Gives the amount of one sale back.
pub(super) fn void(
    known: &Known<'_>,
    ledger: &mut impl Ledger,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
) -> Judged {
    let opened = match open(known, ledger, request)? {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let Some(original) = request.original() else {
        return Ok(Err(code::FORMAT));
    };
    let sale = ledger.find(&original)?;
    let refusal = (orders.verdict())
        .or_else(|| refuses_void(known, request, &opened, sale.as_ref()))
        .or_else(|| issuer::refuses_pin(known, request, &opened.card));
    let mut entry = opened.entry(Kind::Void, reference(now, opened.key.trace), now);
    entry.original = Some(original);
    match refusal {
        Some(code) => {
            entry.status = Status::Declined(code);
            ledger.apply(&[Change::Book(entry)])?;
        }
        None => ledger.apply(&[Change::Book(entry), Change::Mark(original, Status::Voided)])?,
    }
    Ok(Ok(opened.verdict(&entry)))
}

/// Why a sale cannot be voided, if it cannot (unionpay.md 5.2, V1 to V7).
fn refuses_void(
    known: &Known<'_>,
    request: &Request<'_>,
    void: &Opened,
    sale: Option<&Entry>,
) -> Option<ResponseCode> {
    let sale = match sale {
        Some(sale) if sale.kind == Kind::Sale && sale.status != Status::Absent => sale,
        _ => return Some(code::NOT_FOUND),
    };
    let authorization = request.field(38).map(|field| field.bytes());
    let held = sale.authorization.as_ref().map(|code| &code.bytes()[..]);
    if request.bytes(37) != sale.reference.bytes()
        || (authorization.is_some() && authorization != held)
    {
        Some(code::NOT_FOUND)
    } else if sale.status != Status::Approved || sale.key.batch != known.batch {
        Some(code::INVALID)
    } else if sale.amount != void.amount {
        Some(code::ORIGINAL_AMOUNT)
    } else if sale.card != Some(void.card.pan.masked()) {
        Some(code::CARD)
    } else {
        None
    }
}

/// A request for money with a free trace in the open batch.
struct Opened {
    key: Key,
    amount: Amount,
    card: Presented,
}

fn open(
    known: &Known<'_>,
    ledger: &impl Ledger,
    request: &Request<'_>,
) -> Result<Result<Opened, ResponseCode>, LedgerError> {
    let (Some(key), Some(amount)) = (request.key(), request.amount()) else {
        return Ok(Err(code::FORMAT));
    };
    if key.batch != known.batch {
        return Ok(Err(code::SIGN_IN));
    }
    if ledger.find(&key)?.is_some() {
        return Ok(Err(code::DUPLICATE));
    }
    Ok(Presented::read(known, request).map(|card| Opened { key, amount, card }))
}

impl Opened {
    /// The entry of an approval.
    fn entry(&self, kind: Kind, reference: annul::transaction::Reference, at: Civil) -> Entry {
        Entry {
            key: self.key,
            kind,
            amount: self.amount,
            status: Status::Approved,
            original: None,
            reference,
            authorization: None,
            card: Some(self.card.pan.masked()),
            at,
        }
    }

    fn verdict(self, entry: &Entry) -> Verdict {
        let code = match entry.status {
            Status::Declined(code) => code,
            _ => code::APPROVED,
        };
        Verdict {
            code,
            card: Some(self.card),
            authorization: entry.authorization,
            settled: (code == code::APPROVED).then_some(entry.at),
            chip: None,
            keys: None,
        }
    }
}
