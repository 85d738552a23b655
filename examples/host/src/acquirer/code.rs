//! The answers (F39) this host gives, by what they mean.

use annul::transaction::ResponseCode;

pub(super) const APPROVED: ResponseCode = ResponseCode::literal(*b"00");
pub(super) const MERCHANT: ResponseCode = ResponseCode::literal(*b"03");
pub(super) const INVALID: ResponseCode = ResponseCode::literal(*b"12");
pub(super) const AMOUNT: ResponseCode = ResponseCode::literal(*b"13");
pub(super) const CARD: ResponseCode = ResponseCode::literal(*b"14");
pub(super) const NOT_FOUND: ResponseCode = ResponseCode::literal(*b"25");
pub(super) const FORMAT: ResponseCode = ResponseCode::literal(*b"30");
pub(super) const UNSUPPORTED: ResponseCode = ResponseCode::literal(*b"40");
pub(super) const BALANCE: ResponseCode = ResponseCode::literal(*b"51");
pub(super) const PIN: ResponseCode = ResponseCode::literal(*b"55");
pub(super) const LIMIT: ResponseCode = ResponseCode::literal(*b"61");
pub(super) const ORIGINAL_AMOUNT: ResponseCode = ResponseCode::literal(*b"64");
pub(super) const SIGN_IN: ResponseCode = ResponseCode::literal(*b"77");
pub(super) const DUPLICATE: ResponseCode = ResponseCode::literal(*b"94");
pub(super) const TERMINAL: ResponseCode = ResponseCode::literal(*b"97");
pub(super) const PIN_FORM: ResponseCode = ResponseCode::literal(*b"99");
pub(super) const SECURITY: ResponseCode = ResponseCode::literal(*b"A7");
pub(super) const MAC: ResponseCode = ResponseCode::literal(*b"A0");
