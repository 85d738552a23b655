//! A host's dialect as data: what its messages are called, what its answers
//! mean, what a MAC must cover. Nothing here is code that a table could be.
//!
//! [`UNIONPAY_POS`] is the first profile, `ISO87_ASCII` the second. The first's values carry the confidence of
//! the protocol notes they come from (unionpay.md); what an acquirer does
//! differently is a changed row, not a changed engine.

mod field;
#[cfg(all(feature = "dialects", feature = "kinds"))]
mod iso87;
mod unionpay;

use crate::frame::Framing;
use crate::iso8583::Spec;
use crate::transaction::{Kind, ResponseCode};
#[cfg(all(feature = "dialects", feature = "kinds"))]
pub use field::IsoItem;
pub use field::{FieldRow, Item, MessageRow};
#[cfg(all(feature = "dialects", feature = "kinds"))]
pub use iso87::ISO87_ASCII;
pub use unionpay::UNIONPAY_POS;

/// Every profile the crate ships.
static ALL: &[&Profile] = &[
    &UNIONPAY_POS,
    #[cfg(all(feature = "dialects", feature = "kinds"))]
    &ISO87_ASCII,
];

/// The dialect of one host.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The name in configuration files and in the journal's first record.
    pub name: &'static str,
    /// Raised when a table changes what is sent; kept in each intent, so that
    /// a reversal after an update is still built the way its request was.
    pub revision: u16,
    /// What stands before a message on the line.
    pub framing: Framing,
    /// Where keys, batches and what the host says of totals stand.
    pub management: Management,
    /// How its fields are formed.
    pub spec: &'static Spec<'static>,
    /// The fields of a request, whatever its kind.
    pub request: &'static [FieldRow],
    /// A reversal: the request again, less what may not be kept, and why.
    pub reversal: MessageRow,
    /// The type of a reversal that may have been sent before.
    pub repeat: u16,
    /// A sign-in.
    pub sign_in: MessageRow,
    /// An echo test.
    pub echo: MessageRow,
    /// The totals of a batch.
    pub settlement: MessageRow,
    /// Details of a batch whose totals are not equal, several in a message.
    pub upload: MessageRow,
    /// Which of them are told by a copy of their request.
    #[cfg(feature = "kinds")]
    pub copied: Copied,
    /// Such a copy.
    #[cfg(feature = "kinds")]
    pub upload_copy: MessageRow,
    /// The end of a batch whose totals are equal.
    pub end_balanced: MessageRow,
    /// The end of a batch whose details were told.
    pub end_uploaded: MessageRow,
    /// How many details a message takes.
    pub details: u8,
    /// How many transactions a batch takes.
    pub batch_limit: u16,
    /// Whether a batch is settled while reversals are parked or refunds have no
    /// outcome: those are listed.
    pub carry_parked: CarryParked,
    /// One row a kind of transaction, in the order of [`Kind::ALL`].
    pub kinds: &'static [KindRow; Kind::ALL.len()],
    /// What an answer to a request means, by its code.
    pub answers: &'static [(ResponseCode, Disposition)],
    /// The decline of a void that says: I do not know this sale.
    pub original_unknown: ResponseCode,
    /// How much a completion may take, in percent of what is held.
    pub completion_limit: u16,
    /// Whether a refund takes a card whose number was keyed.
    pub keyed_refund: KeyedRefund,
    /// The organisations of domestic cards (F63.1); all others are foreign, and
    /// add up apart.
    pub domestic: &'static [&'static str],
    /// What becomes of a hold whose completion was voided.
    pub hold_after_void: HoldAfterVoid,
    /// What an answer to a reversal means, by its code.
    pub reversal_answers: &'static [(ResponseCode, ReversalDisposition)],
}

/// How one kind of transaction looks on the wire (unionpay.md 3.1).
#[derive(Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// The request's message type, BCD: `0x0200`.
    pub message_type: u16,
    /// Processing code (F3), six digits.
    pub processing_code: [u8; 6],
    /// Point of service condition code (F25), two digits.
    pub condition_code: [u8; 2],
    /// Message class (F60.1), two digits.
    pub message_class: [u8; 2],
    /// What undoes the exchange when its outcome is unknown.
    pub recovery: Recovery,
}

/// What is done about an exchange whose outcome is unknown (decision D6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It is reversed by an 0400 until the host acknowledges.
    Reverse,
    /// No message undoes it: it is left to a person, and its amount locked.
    #[cfg(feature = "kinds")]
    Manual,
    /// It moved nothing: nothing is done.
    #[cfg(feature = "kinds")]
    Nothing,
}

/// Where a dialect has keys, batches, and what the host says of totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Management {
    /// UnionPay: keys in field 62, the host's batch in 60, its words in 48.
    UnionPay,
    /// Keys in field 48 as hexadecimal text, no batch on the wire, the host's
    /// word in 66.
    #[cfg(all(feature = "dialects", feature = "kinds"))]
    Iso,
}

/// Which details of a batch are told by a copy of their request.
#[cfg(feature = "kinds")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// Refunds.
    Refunds,
    /// All.
    #[cfg(feature = "dialects")]
    All,
}

/// Whether a refund takes a card whose number was keyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyedRefund {
    /// The card must be there.
    Refused,
    /// Its number is enough.
    Taken,
}

/// Whether what is parked may outlive its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarryParked {
    /// It is listed, and carried over.
    Yes,
    /// It must be ended first.
    No,
}

/// What becomes of a pre-authorization when its completion is voided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldAfterVoid {
    /// The money is held again, and may be completed or let go.
    Open,
    /// The host let it go.
    Closed,
}

/// What an answer to a request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// The host took the money, or gave it back.
    Approve,
    /// The host approved a part only.
    ApprovePart,
    /// Nothing happened at the host.
    Decline,
    /// Nothing happened, and the terminal must sign in again.
    DeclineSignIn,
    /// The host itself does not know, or the code is unknown: reverse.
    InDoubt,
    /// The host looked no further than MAC or batch: if the network doubled the
    /// request, the first of the two may stand. Reverse, and sign in again.
    InDoubtSignIn,
}

/// What an answer to a reversal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversalDisposition {
    /// Undone, or known to be undone before.
    Accepted,
    /// The host has no such transaction. It may still be on its way: asked
    /// once more, later, on a new connection (decision D7).
    NotFound,
    /// The terminal's MAC was not accepted: sign in, then repeat.
    SignIn,
    /// Any other code: repeated, and parked when the attempts are used up.
    Refused,
}

impl Profile {
    /// The row of a kind.
    pub const fn row(&self, kind: Kind) -> &'static KindRow {
        &self.kinds[kind as usize]
    }

    /// The profile of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|profile| profile.name == name)
    }

    /// What `code` means in answer to a request; an unknown code is in doubt.
    pub fn disposition(&self, code: ResponseCode) -> Disposition {
        let found = self.answers.iter().find(|(known, _)| *known == code);
        found.map_or(Disposition::InDoubt, |(_, meaning)| *meaning)
    }

    /// What `code` means in answer to a reversal; an unknown code is a refusal.
    pub fn reversal_disposition(&self, code: ResponseCode) -> ReversalDisposition {
        let found = self
            .reversal_answers
            .iter()
            .find(|(known, _)| *known == code);
        found.map_or(ReversalDisposition::Refused, |(_, meaning)| *meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_row() {
        for &profile in ALL {
            for kind in Kind::ALL {
                assert_eq!(profile.row(kind).kind, kind);
            }
        }
    }

    #[test]
    fn fields_stand_in_their_order_and_are_those_of_the_dialect() {
        for &profile in ALL {
            let (reversal, sign_in) = (profile.reversal.fields, profile.sign_in.fields);
            let settlement = [
                &profile.settlement,
                &profile.upload,
                #[cfg(feature = "kinds")]
                &profile.upload_copy,
                &profile.end_balanced,
                &profile.end_uploaded,
            ];
            let settlement = settlement.into_iter().map(|row| row.fields);
            let others = [profile.request, reversal, sign_in, profile.echo.fields];
            for fields in others.into_iter().chain(settlement) {
                assert!(fields.is_sorted_by_key(|FieldRow(number, _)| *number));
                for FieldRow(number, _) in fields {
                    assert!(profile.spec.field(*number).is_some(), "{number}");
                }
                let signed = fields.iter().position(|row| row.1 == Item::Mac);
                assert!(signed.is_none_or(|place| place + 1 == fields.len()));
            }
        }
    }

    #[test]
    fn no_code_has_two_meanings() {
        for &profile in ALL {
            for (index, (code, _)) in profile.answers.iter().enumerate() {
                assert!(
                    profile.answers[..index]
                        .iter()
                        .all(|(other, _)| other != code),
                    "{code}"
                );
            }
            for (index, (code, _)) in profile.reversal_answers.iter().enumerate() {
                let before = &profile.reversal_answers[..index];
                assert!(before.iter().all(|(other, _)| other != code), "{code}");
            }
        }
    }

    #[test]
    fn an_unknown_code_is_in_doubt_and_never_an_approval() {
        let unknown = ResponseCode::literal(*b"ZZ");
        for &profile in ALL {
            assert_eq!(profile.disposition(unknown), Disposition::InDoubt);
            assert_eq!(
                profile.reversal_disposition(unknown),
                ReversalDisposition::Refused
            );
        }
    }
}
