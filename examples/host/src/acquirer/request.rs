//! A request as the host reads it: which exchange it opens, and whether its
//! fields are those of that exchange.

use super::{code, iso87};
use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::ledger::Key;
use crate::supply::KeySet;
use annul::frame::{Frame, FrameError};
use annul::iso8583::{Characters, DecodeError, Field, View};
use annul::profile::{KindRow, Recovery, UNIONPAY_POS as UNIONPAY};
use annul::transaction::{Amount, Batch, Kind, ResponseCode, TerminalId, Trace};

/// A message that can be answered, if only with a refusal.
#[derive(Clone)]
pub struct Request<'a> {
    dialect: Dialect,
    /// Where it belongs, found by the host: its dialect does not say.
    place: Option<Place>,
    pub(super) frame: Frame<'a>,
    pub(super) view: View<'a>,
    exchange: Exchange,
}

/// The batch of a transaction, and what it undoes.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) batch: Batch,
    pub(super) original: Option<Key>,
}

/// Bytes that cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// No message.
    #[error("message: {0}")]
    Message(#[from] DecodeError),
    /// An answer was sent to a host.
    #[error(
        "message: type {0} is an answer, and a host takes requests; did the terminal mix up its lines?"
    )]
    NotARequest(annul::iso8583::Mti),
}

/// What each exchange must bring (unionpay.md 3.2). F64 is not among them: a
/// missing MAC is a wrong MAC.
const MANDATORY: &[(Exchange, &[u8])] = &[
    (Exchange::SignIn, &[11, 41, 42, 60, 63]),
    (Exchange::SignOff, &[11, 41, 42, 60]),
    (Exchange::Echo, &[41, 42, 60]),
    (Exchange::Settlement, &[11, 41, 42, 48, 49, 60, 63]),
    (Exchange::Upload, &[11, 41, 42, 60]),
    (Exchange::UploadEnd, &[11, 41, 42, 48, 60]),
    (
        Exchange::Money(Kind::Sale),
        &[3, 4, 11, 22, 25, 41, 42, 49, 60],
    ),
    (
        Exchange::Reversal(Kind::Sale),
        &[3, 4, 11, 22, 25, 39, 41, 42, 49, 60],
    ),
    (
        Exchange::Money(Kind::Void),
        &[3, 4, 11, 22, 25, 37, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Reversal(Kind::Void),
        &[3, 4, 11, 22, 25, 39, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Money(Kind::PreAuthorization),
        &[3, 4, 11, 22, 25, 41, 42, 49, 60],
    ),
    (
        Exchange::Reversal(Kind::PreAuthorization),
        &[3, 4, 11, 22, 25, 39, 41, 42, 49, 60],
    ),
    (
        Exchange::Money(Kind::PreAuthorizationVoid),
        &[3, 4, 11, 22, 25, 38, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Reversal(Kind::PreAuthorizationVoid),
        &[3, 4, 11, 22, 25, 38, 39, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Money(Kind::Completion),
        &[3, 4, 11, 22, 25, 38, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Reversal(Kind::Completion),
        &[3, 4, 11, 22, 25, 38, 39, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Money(Kind::CompletionVoid),
        &[3, 4, 11, 22, 25, 37, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Reversal(Kind::CompletionVoid),
        &[3, 4, 11, 22, 25, 39, 41, 42, 49, 60, 61],
    ),
    (
        Exchange::Money(Kind::Refund),
        &[3, 4, 11, 22, 25, 37, 41, 42, 49, 60, 61, 63],
    ),
    (
        Exchange::Money(Kind::BalanceInquiry),
        &[3, 11, 22, 25, 41, 42, 49, 60],
    ),
    (Exchange::Other, &[41, 42]),
];

/// What no reversal may bring: it needs neither card nor PIN (5.1, R16).
const NEVER_IN_A_REVERSAL: &[u8] = &[26, 35, 36, 37, 52, 63];

fn mandatory(exchange: Exchange) -> &'static [u8] {
    let wanted = MANDATORY.iter().find(|(one, _)| *one == exchange);
    wanted.map_or(&[], |(_, fields)| *fields)
}

impl<'a> Request<'a> {
    /// Reads the message of a frame of UnionPay.
    pub fn decode(frame: Frame<'a>) -> Result<Self, Unreadable> {
        Self::read(Dialect::UnionPayPos, frame)
    }

    /// The same in another dialect.
    pub fn read(dialect: Dialect, frame: Frame<'a>) -> Result<Self, Unreadable> {
        let view = View::decode(dialect.profile().spec, frame.message)?;
        if !view.mti().is_request() {
            return Err(Unreadable::NotARequest(view.mti()));
        }
        let exchange = match dialect {
            Dialect::UnionPayPos => exchange(&view),
            Dialect::Iso87Ascii => iso87::exchange(&view),
        };
        Ok(Self {
            dialect,
            place: None,
            frame,
            view,
            exchange,
        })
    }

    /// The same, where its place is known.
    pub(super) fn placed(&self, place: Place) -> Self {
        Self {
            place: Some(place),
            ..self.clone()
        }
    }

    /// What it is written in.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The kind of a transaction that is told again at the end of its batch.
    pub(super) fn copied(&self) -> Option<Kind> {
        match self.dialect {
            Dialect::UnionPayPos => Some(Kind::Refund),
            Dialect::Iso87Ascii => iso87::kind(&self.view),
        }
    }

    /// Which exchange it opens.
    pub const fn exchange(&self) -> Exchange {
        self.exchange
    }

    /// F11.
    pub fn trace(&self) -> Option<Trace> {
        Trace::new(self.number(11)?).ok()
    }

    /// Where the frame is addressed to.
    pub fn destination(&self) -> [u8; 2] {
        self.frame.tpdu.destination()
    }

    pub(crate) const fn frame(&self) -> &Frame<'a> {
        &self.frame
    }

    /// The message as received.
    pub fn message(&self) -> &'a [u8] {
        self.frame.message
    }

    /// Whether it has the fields of its exchange, and each in its form.
    pub(super) fn check(&self) -> Result<(), ResponseCode> {
        let wanted = match self.dialect {
            Dialect::UnionPayPos => mandatory(self.exchange),
            Dialect::Iso87Ascii => iso87::mandatory(self.exchange),
        };
        if wanted
            .iter()
            .any(|number| self.view.field(*number).is_none())
        {
            return Err(code::FORMAT);
        }
        if !self.exchange.moves_money() {
            return Ok(());
        }
        let reversal = self.exchange.is_reversal();
        let forbidden = |number: &u8| self.view.field(*number).is_some();
        let card = self.view.field(2).or(self.view.field(35));
        let asks = self.exchange == Exchange::Money(Kind::BalanceInquiry);
        let sound = (asks || self.amount().is_some())
            && self.key().is_some()
            && self.bytes(49) == b"156"
            && !(reversal && NEVER_IN_A_REVERSAL.iter().any(forbidden))
            && (reversal || card.is_some())
            && self.quotes_soundly();
        if !sound {
            return Err(code::FORMAT);
        }
        match self.amount().map(Amount::minor) {
            Some(0) => Err(code::AMOUNT),
            _ => Ok(()),
        }
    }

    /// Whether F61 says what its kind must quote: batch and trace of a sale or
    /// completion, the date of a pre-authorization.
    fn quotes_soundly(&self) -> bool {
        if self.dialect != Dialect::UnionPayPos {
            // Its mandatory fields are what it must quote.
            return true;
        }
        match self.exchange.kind().and_then(Kind::quotes) {
            None if self.exchange == Exchange::Money(Kind::Refund) => {
                self.original_date().is_some()
            }
            None => true,
            Some(Kind::PreAuthorization) => self.original_date().is_some(),
            Some(_) => self.original().is_some(),
        }
    }

    /// F61.3, `MMDD`; a dialect without that field has none.
    pub(super) fn original_date(&self) -> Option<[u8; 4]> {
        let quoted = self
            .digits(61)
            .filter(|_| self.dialect == Dialect::UnionPayPos);
        quoted?.slice(12, 4)?.array()
    }

    /// Where its entry stands: F41, the batch of F60, F11.
    pub(super) fn key(&self) -> Option<Key> {
        Some(Key {
            terminal: TerminalId::new(self.bytes(41)).ok()?,
            batch: self.batch()?,
            trace: self.trace()?,
        })
    }

    /// Where what it voids stands: batch and trace of F61.
    pub(super) fn original(&self) -> Option<Key> {
        if let Some(place) = &self.place {
            return place.original;
        }
        let digits = self.digits(61)?;
        let part = |start| u32::try_from(digits.slice(start, 6)?.number()?).ok();
        Some(Key {
            terminal: TerminalId::new(self.bytes(41)).ok()?,
            batch: Batch::new(part(0)?).ok()?,
            trace: Trace::new(part(6)?).ok()?,
        })
    }

    /// F60.2, or what the host found.
    pub(super) fn batch(&self) -> Option<Batch> {
        if let Some(place) = &self.place {
            return Some(place.batch);
        }
        let digits = self.digits(60)?.slice(2, 6)?;
        Batch::new(u32::try_from(digits.number()?).ok()?).ok()
    }

    /// F60.3 of a management message.
    pub(super) fn network(&self) -> Option<[u8; 3]> {
        match self.dialect {
            Dialect::UnionPayPos => management_code(&self.view),
            Dialect::Iso87Ascii => iso87::network(&self.view),
        }
    }

    /// F4.
    pub(super) fn amount(&self) -> Option<Amount> {
        Amount::new(self.digits(4)?.number()?).ok()
    }

    /// F60.3 of a sign-in.
    pub(super) fn key_set(&self) -> Option<KeySet> {
        match &self.network()? {
            b"001" => Some(KeySet::Single),
            b"003" => Some(KeySet::Double),
            b"004" => Some(KeySet::DoubleWithTrack),
            _ => None,
        }
    }

    /// The bytes its MAC covers, and its MAC.
    pub(super) fn mac(&self) -> Option<(&'a [u8], &'a [u8])> {
        Some((self.view.mab()?, self.view.mac()?.bytes()))
    }

    pub(super) fn field(&self, number: u8) -> Option<Field<'a>> {
        self.view.field(number)
    }

    /// The value of a field of bytes; empty where it is not there.
    pub(super) fn bytes(&self, number: u8) -> &'a [u8] {
        self.field(number).map_or(&[], |field| field.bytes())
    }

    pub(super) fn digits(&self, number: u8) -> Option<Characters<'a>> {
        self.field(number)?.digits()
    }

    fn number(&self, number: u8) -> Option<u32> {
        u32::try_from(self.digits(number)?.number()?).ok()
    }
}

/// Which exchange a message opens: MTI, F3, F25, F60.1 and F60.3 together
/// (unionpay.md 3.1).
fn exchange(view: &View<'_>) -> Exchange {
    let digits = |number| view.field(number).and_then(|field| field.digits());
    let processing = digits(3).and_then(Characters::array::<6>);
    let condition = digits(25).and_then(Characters::array::<2>);
    let class = digits(60).and_then(|digits| digits.slice(0, 2)?.array::<2>());
    let money = (processing.as_ref(), condition.as_ref(), class.as_ref());
    match (view.mti().bcd(), management_code(view).as_ref(), money) {
        (0x0800, Some(b"001" | b"003" | b"004"), _) => Exchange::SignIn,
        (0x0820, Some(b"002"), _) => Exchange::SignOff,
        (0x0820, Some(b"301"), _) => Exchange::Echo,
        (0x0500, Some(b"201"), _) => Exchange::Settlement,
        (0x0320, Some(b"201"), _) => Exchange::Upload,
        (0x0320, Some(b"202" | b"207"), _) => Exchange::UploadEnd,
        (mti, _, (Some(processing), Some(condition), Some(class))) => {
            let row = |row: &&KindRow| {
                row.processing_code == *processing
                    && row.condition_code == *condition
                    && row.message_class == *class
            };
            match UNIONPAY.kinds.iter().find(row) {
                Some(row) if row.message_type == mti => Exchange::Money(row.kind),
                Some(row) if mti == 0x0320 && row.kind == Kind::Refund => Exchange::Upload,
                Some(row) if mti == 0x0400 && row.recovery == Recovery::Reverse => {
                    Exchange::Reversal(row.kind)
                }
                _ => Exchange::Other,
            }
        }
        _ => Exchange::Other,
    }
}

/// F60.3 of a message of class 00.
fn management_code(view: &View<'_>) -> Option<[u8; 3]> {
    let digits = view.field(60)?.digits()?;
    let management = digits.slice(0, 2)?.array::<2>()? == *b"00";
    let code = digits.slice(8, 3)?.array()?;
    management.then_some(code)
}
