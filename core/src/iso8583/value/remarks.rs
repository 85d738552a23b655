use crate::iso8583::{Field, Writer};

/// The card organisation an answer names: 63.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Organisation {
    /// `CUP`, 银联.
    UnionPay,
    /// `VIS`.
    Visa,
    /// `MCC`.
    Mastercard,
    /// `MAE`.
    Maestro,
    /// `JCB`.
    Jcb,
    /// `DCC`.
    Diners,
    /// `AMX`.
    AmericanExpress,
    /// Any other three characters.
    Unknown([u8; 3]),
}

/// Field 63, 自定义域 63: three characters, then texts for the slip.
///
/// | part | characters | content |
/// |---|---|---|
/// | 63.1 | 3 | request: operator `01 `; answer: card organisation `CUP` |
/// | 63.2.1 | 20 | text of the issuer, GBK |
/// | 63.2.2 | 20 | text of 银联, the centre |
/// | 63.2.3 | 20 | text of the acquirer |
/// | 63.2.4 | 60 | text for the terminal |
///
/// A host ends it after any part, so it is taken apart by its length. One host
/// sends an operator of two characters.
///
/// ```
/// # use annul::iso8583::{Mti, UNIONPAY_POS, View, Writer, value::{Organisation, Remarks}};
/// # let mut buffer = [0; 64];
/// # let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0210))
/// #     .bytes(63, b"CUPhello               ").finish().unwrap();
/// # let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
/// let remarks = Remarks::parse(&view.field(63).unwrap());
/// assert_eq!(remarks.organisation(), Some(Organisation::UnionPay));
/// assert_eq!(remarks.issuer(), b"hello               ");
/// assert!(remarks.terminal().is_empty());
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Remarks<'a> {
    bytes: &'a [u8],
}

const FIELD: u8 = 63;
const HEAD: usize = 3;
const TEXT: usize = 20;

impl<'a> Remarks<'a> {
    /// Takes a field of any length apart.
    pub fn parse(field: &Field<'a>) -> Self {
        Self {
            bytes: field.bytes(),
        }
    }

    /// 63.1 as sent, at most three characters.
    pub fn head(&self) -> &'a [u8] {
        self.part(0, HEAD)
    }

    /// 63.1 of a request: the operator without its spaces.
    pub fn operator(&self) -> &'a [u8] {
        self.head().trim_ascii()
    }

    /// 63.1 of an answer: the card organisation; none where three characters
    /// are not there.
    pub fn organisation(&self) -> Option<Organisation> {
        let code: [u8; HEAD] = self.head().try_into().ok()?;
        Some(match &code {
            b"CUP" => Organisation::UnionPay,
            b"VIS" => Organisation::Visa,
            b"MCC" => Organisation::Mastercard,
            b"MAE" => Organisation::Maestro,
            b"JCB" => Organisation::Jcb,
            b"DCC" => Organisation::Diners,
            b"AMX" => Organisation::AmericanExpress,
            _ => Organisation::Unknown(code),
        })
    }

    /// 63.2.1: the issuer's text, GBK; empty where it is not sent.
    pub fn issuer(&self) -> &'a [u8] {
        self.part(HEAD, TEXT)
    }

    /// 63.2.2: the text of 银联, the centre, GBK.
    pub fn centre(&self) -> &'a [u8] {
        self.part(HEAD + TEXT, TEXT)
    }

    /// 63.2.3: the acquirer's text, GBK.
    pub fn acquirer(&self) -> &'a [u8] {
        self.part(HEAD + 2 * TEXT, TEXT)
    }

    /// 63.2.4: the text to show or print, GBK.
    pub fn terminal(&self) -> &'a [u8] {
        self.part(HEAD + 3 * TEXT, usize::MAX)
    }

    /// Writes field 63 with 63.1 alone: `01 ` for an operator, `000` in a refund.
    pub fn write_head(head: [u8; HEAD], writer: &mut Writer<'_>) {
        writer.bytes(FIELD, &head);
    }

    fn part(&self, start: usize, len: usize) -> &'a [u8] {
        let left = self.bytes.get(start..).unwrap_or_default();
        &left[..len.min(left.len())]
    }
}
