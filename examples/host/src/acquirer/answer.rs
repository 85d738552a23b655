//! The answer to a request: the fields table 3.2 of unionpay.md lists, filled
//! from the request, the verdict and the settings.

use super::card::Presented;
use super::{Acquirer, AcquirerError, Request, code, iso87, settlement};
use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::fault::{Misdeed, Orders};
use crate::ledger::Ledger;
use annul::crypto::{WorkingKeys, mac};
use annul::frame::{PREFIX, Requirement};
use annul::iso8583::value::Balance;
use annul::iso8583::{Mti, Writer};
use annul::transaction::{
    Amount, AuthorizationCode, Batch, Civil, Kind, Reference, ResponseCode, Trace,
};
use zeroize::Zeroizing;

/// An answer as it goes on the wire, and what it says.
pub struct Answer {
    code: ResponseCode,
    /// Where in the bytes the frame begins.
    start: usize,
    frame: Zeroizing<Vec<u8>>,
}

impl Answer {
    /// F39.
    pub const fn code(&self) -> ResponseCode {
        self.code
    }

    /// The message and what stands before it.
    pub fn frame(&self) -> &[u8] {
        &self.frame[self.start..]
    }

    /// The message alone.
    pub fn message(&self) -> &[u8] {
        &self.frame[PREFIX..]
    }
}

/// What the host decided.
pub(super) struct Verdict {
    pub(super) code: ResponseCode,
    /// The card, for F2 and F14.
    pub(super) card: Option<Presented>,
    /// F38.
    pub(super) authorization: Option<AuthorizationCode>,
    /// When it counts for settlement: F15.
    pub(super) settled: Option<Civil>,
    /// F48 of a settlement.
    pub(super) batch_data: Option<Vec<u8>>,
    /// F54.
    pub(super) balance: Option<Balance>,
    /// F55.
    pub(super) chip: Option<Vec<u8>>,
    /// F62 of a sign-in, and the batch in its F60.
    pub(super) keys: Option<(WorkingKeys, Batch)>,
}

impl Verdict {
    pub(super) const fn refused(code: ResponseCode) -> Self {
        Self {
            code,
            card: None,
            authorization: None,
            settled: None,
            batch_data: None,
            balance: None,
            chip: None,
            keys: None,
        }
    }

    pub(super) const fn approved() -> Self {
        Self::refused(code::APPROVED)
    }

    pub(super) fn keys(keys: WorkingKeys, batch: Batch) -> Self {
        let mut verdict = Self::approved();
        verdict.keys = Some((keys, batch));
        verdict
    }
}

/// F37: the time and the trace, as the sample conversation has it.
pub(super) fn reference(now: Civil, trace: Trace) -> Reference {
    let (hour, minute, second) = now.time();
    let mut characters = [b'0'; Reference::SIZE];
    let parts = [
        (0, 2, u32::from(hour)),
        (2, 2, u32::from(minute)),
        (4, 2, u32::from(second)),
        (6, 6, trace.number()),
    ];
    for (start, length, mut value) in parts {
        for character in characters[start..start + length].iter_mut().rev() {
            *character = b'0' + (value % 10) as u8;
            value /= 10;
        }
    }
    Reference::literal(characters)
}

/// The fields an answer may have, F64 apart: those it has nothing for are
/// left out.
const fn fields(exchange: Exchange) -> &'static [u8] {
    match exchange {
        Exchange::SignIn => &[11, 12, 13, 32, 37, 39, 41, 42, 60, 62],
        Exchange::SignOff => &[11, 12, 13, 32, 37, 39, 41, 42, 60],
        Exchange::Settlement => &[11, 12, 13, 15, 32, 37, 41, 42, 48, 49, 60, 63],
        Exchange::Upload | Exchange::UploadEnd => &[11, 12, 13, 32, 37, 39, 41, 42, 48, 60],
        Exchange::Echo => &[12, 13, 39, 41, 42, 60],
        Exchange::Money(Kind::BalanceInquiry) => &[
            2, 3, 11, 12, 13, 14, 23, 25, 32, 37, 39, 41, 42, 44, 49, 53, 54, 60, 63,
        ],
        Exchange::Money(_) => &[
            2, 3, 4, 11, 12, 13, 14, 15, 23, 25, 32, 37, 38, 39, 41, 42, 44, 49, 53, 55, 60, 63,
        ],
        Exchange::Reversal(_) => &[
            2, 3, 4, 11, 12, 13, 14, 15, 23, 25, 32, 37, 39, 41, 42, 44, 49, 60,
        ],
        Exchange::Other => &[3, 4, 11, 12, 13, 25, 32, 37, 39, 41, 42, 49, 60],
    }
}

/// More than the largest answer.
const ROOM: usize = 1024;

impl<L: Ledger> Acquirer<L> {
    /// Writes the answer, its MAC last, with the mistakes that were ordered.
    pub(super) fn write(
        &self,
        now: Civil,
        request: &Request<'_>,
        verdict: &Verdict,
        orders: &Orders,
    ) -> Result<Answer, AcquirerError> {
        let profile = request.dialect().profile();
        let fields = match request.dialect() {
            Dialect::UnionPayPos => fields(request.exchange()),
            Dialect::Iso87Ascii => iso87::fields(request.exchange()),
        };
        // A repeat is answered as what it repeats.
        let mti = match request.exchange() {
            Exchange::Reversal(_) => Mti::literal(profile.reversal.message_type),
            _ => request.view.mti(),
        };
        let mut frame = Zeroizing::new(vec![0; ROOM]);
        let mut writer = Writer::new(profile.spec, &mut frame[PREFIX..], mti.answer());
        for number in fields {
            if !mistake(&mut writer, *number, request, orders) {
                self.field(&mut writer, *number, now, request, verdict);
            }
        }
        let signed = verdict.code == code::APPROVED
            && request.exchange().moves_money()
            && !orders.has(Misdeed::NoMac);
        let size = if signed {
            let covered = writer.finish_unsigned()?;
            let end = PREFIX + covered;
            let mut value = self.mac(request, &frame[PREFIX..end])?;
            if orders.has(Misdeed::WrongMac) {
                value[7] = if value[7] == b'0' { b'1' } else { b'0' };
            }
            frame[end..end + value.len()].copy_from_slice(&value);
            covered + value.len()
        } else {
            writer.finish()?
        };
        let header = request.frame.header.with_requirement(Requirement::None);
        let tpdu = request.frame.tpdu.reply();
        let whole = profile.framing.enclose(&mut frame, tpdu, header, size)?;
        frame.truncate(whole.end);
        Ok(Answer {
            code: verdict.code,
            start: whole.start,
            frame,
        })
    }

    fn field(
        &self,
        writer: &mut Writer<'_>,
        number: u8,
        now: Civil,
        request: &Request<'_>,
        verdict: &Verdict,
    ) {
        let host = &self.settings().host;
        let card = verdict.card.as_ref();
        match number {
            2 if card.is_some() => card.map(|card| writer.digits(2, card.pan.reveal())),
            14 if card.is_some() => card
                .and_then(|card| card.expiry)
                .map(|expiry| writer.digits(14, expiry.digits())),
            // A terminal's own date and time are said back where it sent them.
            12 | 13 if request.field(number).is_some() => {
                request.field(number).map(|field| writer.copy(&field))
            }
            12 => Some(writer.number(12, time(now))),
            13 => Some(writer.number(13, date(now))),
            15 => verdict.settled.map(|day| writer.number(15, date(day))),
            32 => Some(writer.digits(32, host.institution.as_bytes())),
            37 => request
                .trace()
                .map(|trace| writer.bytes(37, reference(now, trace).bytes())),
            38 => verdict
                .authorization
                .map(|code| writer.bytes(38, code.bytes())),
            39 => Some(writer.bytes(39, verdict.code.bytes())),
            44 => {
                let both = format!("{:<11}{:<11}", host.issuer, host.acquirer);
                Some(writer.bytes(44, both.as_bytes()))
            }
            53 => request.digits(53).map(|digits| {
                // The third digit speaks of the request's track only.
                let digits = digits.ascii().enumerate();
                let cleared: Vec<u8> = digits
                    .map(|(at, digit)| if at == 2 { b'0' } else { digit })
                    .collect();
                writer.digits(53, &cleared)
            }),
            48 if request.dialect() == Dialect::Iso87Ascii => verdict
                .keys
                .map(|(keys, _)| writer.bytes(48, iso87::hexadecimal(keys.bytes()).as_bytes())),
            66 => verdict
                .batch_data
                .as_deref()
                .and_then(settlement::word)
                .map(|word| writer.number(66, u64::from(word))),
            // Without its word: what was sent, unjudged.
            48 if verdict.batch_data.is_some() => verdict
                .batch_data
                .as_ref()
                .map(|digits| writer.digits(48, digits)),
            54 => verdict
                .balance
                .map(|balance| writer.bytes(54, &balance.characters())),
            55 => (verdict.chip.as_ref()).map(|field| writer.bytes(55, field)),
            60 if verdict.keys.is_some() => verdict
                .keys
                .and_then(|(_, batch)| batch_digits(request, batch))
                .map(|all| writer.digits(60, &all)),
            62 => verdict.keys.map(|(keys, _)| writer.bytes(62, keys.bytes())),
            63 => Some(writer.bytes(63, host.organisation.as_bytes())),
            _ => request.field(number).map(|field| writer.copy(&field)),
        };
    }

    /// The MAC over these bytes, under the MAC key the terminal has now.
    fn mac(&self, request: &Request<'_>, covered: &[u8]) -> Result<[u8; 8], AcquirerError> {
        let terminal = self.settings().terminal(request.bytes(41));
        let terminal = terminal.ok_or(AcquirerError::Keys)?;
        let held = self.ledger().working_keys(&terminal.id)?;
        let keys = held.and_then(|held| WorkingKeys::decode(&held).ok());
        let keys = keys.ok_or(AcquirerError::Keys)?;
        let key = keys.mac().unwrap(&terminal.master_key);
        let key = key.map_err(|_| AcquirerError::Keys)?;
        let block = mac::compute(terminal.mac, &key, covered);
        Ok(*block.map_err(|_| AcquirerError::Keys)?.value().bytes())
    }
}

/// F60 of the sign-in with the host's batch in its second place.
fn batch_digits(request: &Request<'_>, batch: Batch) -> Option<Vec<u8>> {
    let mut digits: Vec<u8> = request.digits(60)?.ascii().collect();
    digits
        .get_mut(2..8)?
        .copy_from_slice(batch.to_string().as_bytes());
    Some(digits)
}

/// Writes F4 or F11 wrong where that is ordered; tells whether it did.
fn mistake(writer: &mut Writer<'_>, number: u8, request: &Request<'_>, orders: &Orders) -> bool {
    let wrong = match number {
        4 if orders.has(Misdeed::WrongAmount) => request
            .amount()
            .map(|amount| (amount.minor() + 1) % (Amount::MAX + 1)),
        11 if orders.has(Misdeed::WrongTrace) => request
            .trace()
            .map(|trace| u64::from(trace.next().number())),
        _ => None,
    };
    wrong.map(|wrong| writer.number(number, wrong)).is_some()
}

fn time(now: Civil) -> u64 {
    let (hour, minute, second) = now.time();
    u64::from(hour) * 10_000 + u64::from(minute) * 100 + u64::from(second)
}

fn date(now: Civil) -> u64 {
    let (_, month, day) = now.date();
    u64::from(month) * 100 + u64::from(day)
}
