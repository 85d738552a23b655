//! The numbers of errors: those of the C header, and some of this crate's own.
//! They never change their meaning; new ones are added.
//!
//! | numbers | what is wrong |
//! |---|---|
//! | 100 to 199 | the call: a value that cannot be, an answer nobody asked for |
//! | 200 to 299 | an entered value has the wrong form |
//! | 300 to 399 | a command was refused; nothing was sent |
//! | 400 to 499 | the security module, or who loaded its keys |
//! | 500 to 599 | the journal; from 550 on its file |
//! | 600 to 699 | a message that cannot be read |
//! | 900 to 999 | annul itself |

use crate::error::Advice;
use annul::card::CardError;
use annul::crypto::SecurityFault;
use annul::engine::Refusal;
use annul::iso8583::{DecodeFault, DetectError};
use annul::journal::{ReplayError, SqliteError};
use annul::transaction::{NumberError, TextError};

/// A value is out of range.
pub(crate) const RANGE: i32 = 107;
/// An answer to a question that asked for something else.
pub(crate) const UNASKED: i32 = 108;
/// An identifier or code of another length, or not printable.
pub(crate) const CODE: i32 = 211;
/// A date or time that cannot be.
pub(crate) const CIVIL: i32 = 212;
/// A key of a length that its cipher does not have.
pub(crate) const KEY_LENGTH: i32 = 213;
/// A panic in an earlier call.
pub(crate) const BROKEN: i32 = 900;

pub(crate) fn text(error: TextError) -> i32 {
    match error {
        TextError::RequestId => 200,
        TextError::Reason => 201,
        TextError::Note => 202,
        TextError::CardNumber => 203,
    }
}

pub(crate) fn card(error: CardError) -> i32 {
    match error {
        CardError::Pan => 204,
        CardError::Expiry => 205,
        CardError::Track2 => 206,
        CardError::Pin => 207,
    }
}

pub(crate) fn value(error: NumberError) -> i32 {
    match error {
        NumberError::Amount => 208,
        NumberError::Trace => 209,
        NumberError::Batch => 210,
    }
}

pub(crate) fn refusal(refusal: Refusal) -> (i32, Advice) {
    match refusal {
        Refusal::Busy => (300, Advice::RetrySame),
        Refusal::ReversalPending => (301, Advice::RecoverFirst),
        Refusal::TooManyParked => (302, Advice::RecoverFirst),
        Refusal::SignInRequired => (303, Advice::SignIn),
        Refusal::BatchFull => (304, Advice::AskOperator),
        Refusal::JournalFull => (305, Advice::AskOperator),
        Refusal::StorageFault => (306, Advice::Reopen),
        Refusal::Amount => (307, Advice::AskOperator),
        Refusal::RequestIdReused => (308, Advice::FixConfiguration),
        Refusal::UnknownTrace => (309, Advice::AskOperator),
        Refusal::UnknownRequest => (310, Advice::AskOperator),
        Refusal::NotVoidable(_) => (311, Advice::AskOperator),
        Refusal::VoidOfVoid => (312, Advice::AskOperator),
        Refusal::BatchClosed => (313, Advice::AskOperator),
        Refusal::NoReference => (314, Advice::CallSupport),
        Refusal::OtherCard => (315, Advice::AskOperator),
        Refusal::NotParked => (316, Advice::AskOperator),
        Refusal::Cancelled => (317, Advice::AskOperator),
        Refusal::Message => (318, Advice::FixConfiguration),
        Refusal::VoidByCode => (319, Advice::AskOperator),
        Refusal::HoldNotOpen(_) => (320, Advice::AskOperator),
        Refusal::ExceedsHold => (321, Advice::AskOperator),
        Refusal::OtherAmount => (322, Advice::AskOperator),
        Refusal::VoidOfRefund => (323, Advice::AskOperator),
        Refusal::Refunded => (324, Advice::AskOperator),
        Refusal::NotRefundable(_) => (325, Advice::AskOperator),
        Refusal::ExceedsOriginal => (326, Advice::AskOperator),
        Refusal::KeyedCard => (327, Advice::AskOperator),
        Refusal::Settling => (328, Advice::AskOperator),
        Refusal::Security(fault) => security(fault),
    }
}

pub(crate) fn security(fault: SecurityFault) -> (i32, Advice) {
    match fault {
        SecurityFault::NoKeys => (400, Advice::SignIn),
        SecurityFault::WrongCheckValue { .. } => (401, Advice::FixConfiguration),
        SecurityFault::UnsupportedKeys => (402, Advice::FixConfiguration),
        SecurityFault::NoPin => (403, Advice::AskOperator),
        SecurityFault::PinCancelled => (404, Advice::AskOperator),
        SecurityFault::ShortTrack => (405, Advice::AskOperator),
        SecurityFault::SealBroken => (406, Advice::CallSupport),
        SecurityFault::TimedOut => (407, Advice::RetrySame),
        // A fault that a newer core adds is at least one of the device.
        _ => (408, Advice::CallSupport),
    }
}

pub(crate) fn replay(error: ReplayError) -> (i32, Advice) {
    match error {
        ReplayError::Rot(_) => (500, Advice::CallSupport),
        ReplayError::Foreign(_) => (501, Advice::CallSupport),
        ReplayError::Gap(_) => (502, Advice::CallSupport),
        ReplayError::TooNew(_) => (503, Advice::FixConfiguration),
        ReplayError::Inconsistent(_) => (504, Advice::CallSupport),
        ReplayError::OtherTerminal => (505, Advice::FixConfiguration),
        ReplayError::LedgerFull => (506, Advice::FixConfiguration),
        ReplayError::TooOld(_) => (507, Advice::FixConfiguration),
    }
}

pub(crate) fn sqlite(error: &SqliteError) -> (i32, Advice) {
    match error {
        SqliteError::InUse { .. } => (550, Advice::FixConfiguration),
        SqliteError::NotAJournal { .. } => (551, Advice::FixConfiguration),
        SqliteError::TooNew { .. } => (552, Advice::FixConfiguration),
        SqliteError::Storage { .. } => (553, Advice::Reopen),
    }
}

/// What is wrong with the message, or else with the envelope around it.
pub(crate) fn undecodable(error: &DetectError) -> i32 {
    match error.message.map(|message| message.fault) {
        None => 600,
        Some(DecodeFault::Truncated { .. }) => 601,
        Some(
            DecodeFault::Prefix { .. }
            | DecodeFault::TooLong { .. }
            | DecodeFault::PrefixTooSmall { .. }
            | DecodeFault::Frame { .. }
            | DecodeFault::TooLarge,
        ) => 602,
        Some(
            DecodeFault::NotDecimal { .. }
            | DecodeFault::NotHex { .. }
            | DecodeFault::HalfByte
            | DecodeFault::Character { .. }
            | DecodeFault::Pad { .. }
            | DecodeFault::Tlv(_),
        ) => 603,
        Some(DecodeFault::Unknown | DecodeFault::SecondBitmap | DecodeFault::UnknownPart) => 604,
        Some(DecodeFault::Trailing { .. }) => 605,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use annul::journal::Seq;

    #[test]
    fn every_refusal_has_its_number() {
        let numbers = Refusal::ALL.map(|one| refusal(one).0);
        assert!(numbers.into_iter().eq(300..=328));
        let of_the_module = refusal(Refusal::Security(SecurityFault::NoPin)).0;
        assert_eq!(of_the_module, 403);
    }

    #[test]
    fn every_other_family_keeps_to_its_hundred() {
        let faults = [
            SecurityFault::NoKeys,
            SecurityFault::WrongCheckValue {
                key: annul::crypto::Usage::Pin,
            },
            SecurityFault::UnsupportedKeys,
            SecurityFault::NoPin,
            SecurityFault::PinCancelled,
            SecurityFault::ShortTrack,
            SecurityFault::SealBroken,
            SecurityFault::TimedOut,
            SecurityFault::Device { code: 7 },
        ];
        assert!(faults.map(|one| security(one).0).into_iter().eq(400..=408));
        let errors = [
            ReplayError::Rot(Seq(3)),
            ReplayError::Foreign(Seq(3)),
            ReplayError::Gap(Seq(3)),
            ReplayError::TooNew(Seq(3)),
            ReplayError::Inconsistent(Seq(3)),
            ReplayError::OtherTerminal,
            ReplayError::LedgerFull,
            ReplayError::TooOld(Seq(3)),
        ];
        assert!(errors.map(|one| replay(one).0).into_iter().eq(500..=507));
    }

    /// One list of numbers for a support desk, whatever the language.
    #[test]
    fn the_numbers_are_those_of_the_c_header() {
        let header = include_str!("../../c/include/annul.h");
        let number = |name: &str| -> i32 {
            let line = header.lines().find_map(|line| {
                let (found, value) = line.trim().trim_end_matches(',').split_once(" = ")?;
                (found == name).then(|| value.parse().ok())?
            });
            line.unwrap_or_else(|| panic!("annul.h has no {name}"))
        };
        let same: [(&str, i32); 17] = [
            ("ANNUL_STATUS_RANGE", RANGE),
            ("ANNUL_STATUS_UNASKED", UNASKED),
            ("ANNUL_STATUS_REQUEST_ID", text(TextError::RequestId)),
            (
                "ANNUL_STATUS_CARD_NUMBER_IN_TEXT",
                text(TextError::CardNumber),
            ),
            ("ANNUL_STATUS_PIN", card(CardError::Pin)),
            ("ANNUL_STATUS_BATCH", value(NumberError::Batch)),
            ("ANNUL_STATUS_CODE", CODE),
            ("ANNUL_STATUS_CIVIL", CIVIL),
            ("ANNUL_STATUS_KEY_LENGTH", KEY_LENGTH),
            ("ANNUL_STATUS_BUSY", refusal(Refusal::Busy).0),
            ("ANNUL_STATUS_MESSAGE", refusal(Refusal::Message).0),
            ("ANNUL_STATUS_NO_KEYS", security(SecurityFault::NoKeys).0),
            (
                "ANNUL_STATUS_SECURITY_DEVICE",
                security(SecurityFault::Device { code: 1 }).0,
            ),
            ("ANNUL_STATUS_ROT", replay(ReplayError::Rot(Seq(1))).0),
            (
                "ANNUL_STATUS_LEDGER_FULL",
                replay(ReplayError::LedgerFull).0,
            ),
            ("ANNUL_STATUS_FRAME_LENGTH", 600),
            ("ANNUL_STATUS_PANIC", BROKEN),
        ];
        for (name, own) in same {
            assert_eq!(number(name), own, "{name}");
        }
    }
}
