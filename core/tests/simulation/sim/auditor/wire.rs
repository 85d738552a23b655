//! A message as the auditor reads it, and the host of the simulation: what it
//! says of a transaction, and its fields as sent, for comparison.

use super::super::kinds;
use super::super::till::TERMINALS;
use super::Key;
use annul::frame::Frame;
use annul::iso8583::{Characters, Field, UNIONPAY_POS, View};
use annul::transaction::Kind;

/// A message's type, what it says, and its fields.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) mti: u16,
    /// F41, by its place among the shop's terminals.
    pub(crate) till: Option<u8>,
    processing: Option<[u8; 6]>,
    condition: Option<[u8; 2]>,
    class: Option<[u8; 2]>,
    /// F4.
    pub(crate) amount: Option<u64>,
    /// F11.
    pub(crate) trace: Option<u32>,
    batch: Option<u32>,
    /// F13.
    pub(crate) day: Option<[u8; 4]>,
    /// F38.
    pub(crate) authorization: Option<[u8; 6]>,
    /// F39.
    pub(crate) code: Option<[u8; 2]>,
    /// F60.3 of a management message.
    pub(crate) management: Option<[u8; 3]>,
    /// F61.1 and F61.2.
    pub(crate) quoted: Option<(u32, u32)>,
    /// F61.3.
    pub(crate) quoted_day: Option<[u8; 4]>,
    bytes: Vec<u8>,
    /// Where each field stands in `bytes`.
    spans: [(u16, u16); 65],
}

/// What a reversal repeats of its request (I13).
const QUOTED: [u8; 13] = [2, 3, 4, 11, 14, 22, 25, 38, 41, 42, 49, 60, 61];
/// What a reversal may not have (rule R16).
const FORBIDDEN: [u8; 6] = [26, 35, 36, 37, 52, 63];

impl Message {
    /// Takes a frame with its length apart.
    pub(crate) fn read(frame: &[u8]) -> Option<Self> {
        let frame = Frame::decode_prefixed(frame).ok()?;
        Some(Self::of(&View::decode(&UNIONPAY_POS, frame.message).ok()?))
    }

    pub(crate) fn of(view: &View<'_>) -> Self {
        let mut message = Self {
            mti: view.mti().bcd(),
            bytes: view.bytes().to_vec(),
            ..Self::EMPTY
        };
        for field in view.fields() {
            message.take(&field);
        }
        message
    }

    fn take(&mut self, field: &Field<'_>) {
        let start = field.offset();
        let span = (start as u16, (start + field.raw().len()) as u16);
        self.spans[usize::from(field.number())] = span;
        let digits = field.digits();
        let part = |start, len| digits?.slice(start, len);
        let number = |start, len| u32::try_from(part(start, len)?.number()?).ok();
        match field.number() {
            3 => self.processing = digits.and_then(Characters::array),
            4 => self.amount = digits.and_then(Characters::number),
            11 => self.trace = number(0, 6),
            13 => self.day = digits.and_then(Characters::array),
            25 => self.condition = digits.and_then(Characters::array),
            38 => self.authorization = field.bytes().try_into().ok(),
            39 => self.code = field.bytes().try_into().ok(),
            41 => {
                let own = |id: &[u8; 8]| id.as_slice() == field.bytes();
                self.till = TERMINALS.iter().position(own).map(|place| place as u8);
            }
            60 => {
                self.class = part(0, 2).and_then(Characters::array);
                self.batch = number(2, 6);
                let management = self.class == Some(*b"00");
                let code = part(8, 3).filter(|_| management);
                self.management = code.and_then(Characters::array);
            }
            61 => {
                self.quoted = number(0, 6).zip(number(6, 6));
                self.quoted_day = part(12, 4).and_then(Characters::array);
            }
            _ => {}
        }
    }

    const EMPTY: Self = Self {
        mti: 0,
        till: None,
        processing: None,
        condition: None,
        class: None,
        amount: None,
        trace: None,
        batch: None,
        day: None,
        authorization: None,
        code: None,
        management: None,
        quoted: None,
        quoted_day: None,
        bytes: Vec::new(),
        spans: [(0, 0); 65],
    };

    /// A field's bytes.
    pub(crate) fn raw(&self, number: u8) -> Option<&[u8]> {
        let (start, end) = self.spans[usize::from(number)];
        (start < end).then(|| &self.bytes[usize::from(start)..usize::from(end)])
    }

    pub(crate) fn says(&self, code: [u8; 2]) -> bool {
        self.code == Some(code)
    }

    /// Terminal, batch and trace.
    pub(crate) fn key(&self) -> Option<Key> {
        Some((self.till?, self.batch?, self.trace?))
    }

    /// The key of what a void names by batch and trace.
    pub(crate) fn original(&self) -> Option<Key> {
        let (batch, trace) = self.quoted?;
        Some((self.till?, batch, trace))
    }

    pub(crate) fn batch(&self) -> Option<u32> {
        self.batch
    }

    /// The kind of a request for money, of a reversal, or of their answers.
    pub(crate) fn kind(&self) -> Option<Kind> {
        let kind = kinds::on_the_wire(self.processing?, self.condition?, self.class?)?;
        let request = self.mti & !0x10;
        (request == 0x0400 || request == kinds::of(kind).mti).then_some(kind)
    }

    pub(crate) fn is_reversal(&self) -> bool {
        self.mti == 0x0400
    }

    /// A request for money.
    pub(crate) fn is_order(&self) -> bool {
        kinds::ROWS.iter().any(|row| row.mti == self.mti)
    }

    /// The answer to one, approved.
    pub(crate) fn is_approval(&self) -> bool {
        let answers = |row: &kinds::Row| row.mti | 0x10 == self.mti;
        self.says(*b"00") && kinds::ROWS.iter().any(answers)
    }

    pub(crate) fn differs_from_original(&self, request: &Self) -> Option<u8> {
        // A request read from the stripe has no field 2, nor has its reversal.
        let differs = |number: &u8| self.raw(*number) != request.raw(*number);
        QUOTED.into_iter().find(differs)
    }

    pub(crate) fn must_not_have(&self) -> Option<u8> {
        FORBIDDEN
            .into_iter()
            .find(|number| self.raw(*number).is_some())
    }

    /// I14: all but reason (F39) and MAC (F64).
    pub(crate) fn differs_from_repeat(&self, first: &Self) -> Option<u8> {
        let mut numbers = (0..=64).filter(|number| !matches!(number, 39 | 64));
        numbers.find(|number| self.raw(*number) != first.raw(*number))
    }
}

/// Shows no card data, also not in a failing test.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            mti, amount, code, ..
        } = self;
        let code = code.map(|code| code.map(char::from));
        let key = self.key();
        write!(f, "{mti:04X} {key:?} {:?} {amount:?} {code:?}", self.kind())
    }
}
