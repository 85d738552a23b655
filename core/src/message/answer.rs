use super::{CURRENCY, Station};
use crate::crypto::{MacValue, WorkingKeys};
use crate::engine::Answer;
#[cfg(feature = "kinds")]
use crate::iso8583::value::Balances;
use crate::iso8583::value::{MessageClass, Remarks};
use crate::iso8583::{Mti, View};
use crate::journal::HostAnswer;
use crate::transaction::{Amount, AuthorizationCode, Batch, Reference, ResponseCode, Text, Trace};

/// What makes an answer ours: it repeats these of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The answer's message type.
    pub mti: Mti,
    /// Field 11; an echo test has none.
    pub trace: Option<Trace>,
    /// Field 3; management messages have none.
    pub processing_code: Option<[u8; 6]>,
}

/// An answer, before its MAC was looked at.
#[derive(Clone, Copy, Debug)]
pub enum Received {
    /// It answers something else, or another terminal: not heard (row 9).
    NotOurs,
    /// It is ours and says nothing that can be believed: no response code.
    Empty,
    /// It is ours.
    Ours {
        /// What it says.
        answer: Answer,
        /// Field 64 or 128, where it has one.
        mac: Option<[u8; MacValue::SIZE]>,
    },
}

/// Takes an answer apart and checks it against what was sent.
pub fn receive(view: &View<'_>, station: &Station, expected: &Expected) -> Received {
    if !is_ours(view, station, expected) {
        return Received::NotOurs;
    }
    let Some(code) = code(view) else {
        return Received::Empty;
    };
    let amount = view.field(4).and_then(|field| field.digits()?.number());
    let mac = view.mac().and_then(|field| field.bytes().try_into().ok());
    let text = |number| view.field(number);
    let digits11 = text(32).map_or(Text::EMPTY, |field| unpacked(field.digits()));
    let kept = HostAnswer {
        code,
        reference: text(37).and_then(|field| Reference::new(field.bytes()).ok()),
        authorization: text(38).and_then(|field| AuthorizationCode::new(field.bytes()).ok()),
        time: text(12).and_then(|field| field.digits()?.array()),
        date: text(13).and_then(|field| field.digits()?.array()),
        settlement_date: text(15).and_then(|field| field.digits()?.array()),
        acquirer: digits11,
        institutions: text(44).map_or(Text::EMPTY, |field| Text::of_host(field.bytes())),
        organisation: text(63).map_or(Text::EMPTY, |field| {
            Text::of_host(Remarks::parse(&field).head())
        }),
    };
    let amount = amount.and_then(|minor| Amount::new(minor).ok());
    #[cfg(feature = "kinds")]
    let balance = view
        .field(54)
        .and_then(|field| Balances::parse(&field).ok())
        .map(|balances| balances.first().signed());
    Received::Ours {
        answer: Answer {
            amount,
            #[cfg(feature = "kinds")]
            balance,
            kept,
        },
        mac,
    }
}

/// What the answer to a sign-in brought.
#[derive(Clone, Copy)]
pub struct KeysOf {
    /// Field 60.2: the host's batch wins.
    pub batch: Batch,
    /// Field 62, as sent.
    pub keys: WorkingKeys,
}

impl KeysOf {
    /// Takes batch and keys out of an approved answer; none where it lacks
    /// them or they have no [`Layout`](crate::crypto::Layout).
    pub fn receive(view: &View<'_>) -> Option<Self> {
        let class = MessageClass::parse(&view.field(60)?).ok()?;
        let batch = Batch::new(class.batch()).ok()?;
        let keys = WorkingKeys::decode(view.field(62)?.bytes()).ok()?;
        Some(Self { batch, keys })
    }
}

pub(super) fn is_ours(view: &View<'_>, station: &Station, expected: &Expected) -> bool {
    let bytes = |number, value: &[u8]| {
        view.field(number)
            .is_some_and(|field| field.bytes() == value)
    };
    let trace = view.field(11).and_then(|field| field.digits()?.number());
    let same_trace = expected
        .trace
        .is_none_or(|own| trace == Some(u64::from(own.number())));
    let same_code = expected.processing_code.is_none_or(|own| {
        let code: Option<[u8; 6]> = view.field(3).and_then(|field| field.digits()?.array());
        code == Some(own) && bytes(49, CURRENCY)
    });
    view.mti() == expected.mti
        && same_trace
        && same_code
        && bytes(41, station.terminal.bytes())
        && bytes(42, station.merchant.bytes())
}

fn code(view: &View<'_>) -> Option<ResponseCode> {
    ResponseCode::new(view.field(39)?.bytes()).ok()
}

fn unpacked<const N: usize>(digits: Option<crate::iso8583::Characters<'_>>) -> Text<N> {
    let mut buffer = [0; N];
    let unpacked = digits.and_then(|digits| digits.unpack(&mut buffer));
    unpacked.map_or(Text::EMPTY, |digits| Text::of_host(digits))
}
