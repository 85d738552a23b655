//! Money taken, held, let go and given back: what the issuer says is booked,
//! approved or declined.

use super::answer::{Verdict, reference};
use super::card::Presented;
use super::{Known, Request, chip, code, issuer};
use crate::fault::Orders;
use crate::ledger::{Change, Entry, Key, Ledger, LedgerError, Status};
use crate::supply::Supply;
use annul::transaction::{Amount, Civil, Kind, Reference, ResponseCode, TerminalId};

type Judged = Result<Result<Verdict, ResponseCode>, LedgerError>;

/// Takes the amount from the card, or holds it: a sale, a pre-authorization.
pub(super) fn pay(
    known: &Known<'_>,
    ledger: &mut impl Ledger,
    supply: &mut Supply,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
    kind: Kind,
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
    let mut entry = opened.entry(kind, reference(now, key.trace), now);
    match refusal {
        Some(code) => entry.status = Status::Declined(code),
        None => entry.authorization = Some(supply.authorization()),
    }
    ledger.apply(&[Change::Book(entry)])?;
    let mut verdict = opened.verdict(&entry);
    verdict.chip = (chip.ok().flatten()).and_then(|chip| chip.answer(verdict.code));
    Ok(Ok(verdict))
}

/// Undoes one transaction, or takes what a pre-authorization holds.
pub(super) fn claim(
    known: &Known<'_>,
    ledger: &mut impl Ledger,
    supply: &mut Supply,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
    kind: Kind,
) -> Judged {
    let opened = match open(known, ledger, request)? {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let original = match kind.quotes() {
        Some(Kind::PreAuthorization) => hold(known, ledger, request, &opened)?,
        _ => charge(ledger, request, kind)?,
    };
    let limit = request.dialect().profile().completion_limit;
    let refunded = match &original {
        Some(original) => super::refund::given(&ledger.entries()?, original) > 0,
        None => false,
    };
    let refusal = (orders.verdict())
        .or_else(|| refuses(known, &opened, kind, original.as_ref(), limit))
        .or_else(|| refunded.then_some(code::INVALID))
        .or_else(|| issuer::refuses_pin(known, request, &opened.card));
    let mut entry = opened.entry(kind, reference(now, opened.key.trace), now);
    entry.original = original.map(|original| original.key).or(request.original());
    match (refusal, entry.original) {
        (None, Some(original)) => {
            entry.authorization = (kind == Kind::Completion).then(|| supply.authorization());
            let done = match kind {
                Kind::Completion => Status::Completed,
                _ => Status::Voided,
            };
            ledger.apply(&[Change::Book(entry), Change::Mark(original, done)])?;
        }
        (code, _) => {
            entry.status = Status::Declined(code.unwrap_or(code::NOT_FOUND));
            ledger.apply(&[Change::Book(entry)])?;
        }
    }
    Ok(Ok(opened.verdict(&entry)))
}

/// The sale or completion that a void names by batch, trace, reference and,
/// where it had one, authorization code.
fn charge(
    ledger: &impl Ledger,
    request: &Request<'_>,
    void: Kind,
) -> Result<Option<Entry>, LedgerError> {
    let named = match request.original() {
        Some(key) => ledger.find(&key)?,
        None => None,
    };
    let authorization = request.field(38).map(|field| field.bytes());
    Ok(named.filter(|entry| {
        let held = entry.authorization.as_ref().map(|code| &code.bytes()[..]);
        Some(entry.kind) == void.quotes()
            && entry.status != Status::Absent
            && request.bytes(37) == entry.reference.bytes()
            && (authorization.is_none() || authorization == held)
    }))
}

/// The newest pre-authorization of a card with this code and date, of any
/// terminal of the merchant (unionpay.md 5.3).
fn hold(
    known: &Known<'_>,
    ledger: &impl Ledger,
    request: &Request<'_>,
    opened: &Opened,
) -> Result<Option<Entry>, LedgerError> {
    let ours = terminals(known);
    let found = ledger.entries()?.into_iter().rfind(|entry| {
        let held = entry.authorization.as_ref().map(|code| &code.bytes()[..]);
        entry.kind == Kind::PreAuthorization
            && entry.card == Some(opened.card.pan.masked())
            && held == Some(request.bytes(38))
            && (request.original_date()).is_none_or(|date| date == month_and_day(entry.at))
            && ours(&entry.key.terminal)
    });
    Ok(found)
}

/// Whether a terminal is one of the same merchant.
pub(super) fn terminals<'k>(known: &'k Known<'_>) -> impl Fn(&TerminalId) -> bool + 'k {
    move |terminal| {
        let mut terminals = known.settings.terminals.iter();
        let found = terminals.find(|one| one.id == *terminal);
        found.is_some_and(|one| one.merchant_id == known.terminal.merchant_id)
    }
}

pub(super) fn month_and_day(at: Civil) -> [u8; 4] {
    let (_, month, day) = at.date();
    [month / 10, month % 10, day / 10, day % 10].map(|digit| b'0' + digit)
}

/// Why a transaction cannot be undone or claimed, if it cannot (unionpay.md
/// 5.2, V1 to V7, and 5.3).
fn refuses(
    known: &Known<'_>,
    opened: &Opened,
    kind: Kind,
    original: Option<&Entry>,
    completion_limit: u16,
) -> Option<ResponseCode> {
    let Some(original) = original else {
        return Some(code::NOT_FOUND);
    };
    let held = kind.quotes() == Some(Kind::PreAuthorization);
    let percent = u64::from(completion_limit);
    let limit = original.amount.minor() * percent / 100;
    if original.status != Status::Approved || !(held || original.key.batch == known.batch) {
        Some(code::INVALID)
    } else if kind.is_void() && original.amount != opened.amount {
        Some(code::ORIGINAL_AMOUNT)
    } else if opened.amount.minor() > limit {
        Some(code::LIMIT)
    } else if original.card != Some(opened.card.pan.masked()) {
        Some(code::CARD)
    } else {
        None
    }
}

/// A request for money with a free trace in the open batch.
pub(super) struct Opened {
    pub(super) key: Key,
    pub(super) amount: Amount,
    pub(super) card: Presented,
}

/// Reads a request, and looks whether its trace is free.
pub(super) fn open(
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
    pub(super) fn entry(&self, kind: Kind, reference: Reference, at: Civil) -> Entry {
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

    pub(super) fn verdict(self, entry: &Entry) -> Verdict {
        let code = match entry.status {
            Status::Declined(code) => code,
            _ => code::APPROVED,
        };
        Verdict {
            code,
            card: Some(self.card),
            authorization: entry.authorization,
            settled: (code == code::APPROVED).then_some(entry.at),
            batch_data: None,
            balance: None,
            chip: None,
            keys: None,
        }
    }
}
