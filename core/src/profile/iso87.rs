//! Plain ISO 8583:1987 in ASCII: 0200 and its kin, reversals as 0420 with the
//! original in field 90, MAC in field 64 or 128, no private field but 48.
//!
//! | message | asks | told apart by |
//! |---|---|---|
//! | 0100, 0200 | a transaction | processing code and condition code |
//! | 0420, repeated 0421 | a reversal | field 90: type, trace and time of what is reversed |
//! | 0800 | sign-in 001, echo 301 | field 70 |
//! | 0500 | compares a batch | processing code 920000 |
//! | 0320 | tells one transaction | the same as its request |
//! | 0520 | ends a batch, behind details or without | processing code 960000, 920000 |
//!
//! The standard leaves fields 48, 53 and the codes of a settlement to the two
//! parties; decision record 0020 says what was chosen here, and why.

use super::unionpay::ANSWERS;
use super::{
    CarryParked, Copied, FieldRow, HoldAfterVoid, IsoItem, Item, KeyedRefund, KindRow, Management,
    MessageRow, Profile, Recovery, ReversalDisposition,
};
use crate::frame::Framing;
use crate::iso8583;
use crate::transaction::{Kind, ResponseCode};

/// ISO 8583:1987, digits in ASCII, bitmaps and fixed binary fields as they are,
/// behind two bytes of length.
pub static ISO87_ASCII: Profile = Profile {
    name: "iso87-ascii",
    revision: 1,
    framing: Framing::Bare,
    management: Management::Iso,
    spec: &iso8583::ISO87_ASCII_BINARY,
    request: REQUEST,
    reversal: MessageRow {
        message_type: 0x0420,
        network: 0,
        fields: REVERSAL,
    },
    repeat: 0x0421,
    sign_in: MessageRow {
        message_type: 0x0800,
        network: 1,
        fields: SIGN_IN,
    },
    echo: MessageRow {
        message_type: 0x0800,
        network: 301,
        fields: ECHO,
    },
    settlement: MessageRow {
        message_type: 0x0500,
        network: 92,
        fields: TOTALS,
    },
    upload: COPY,
    copied: Copied::All,
    upload_copy: COPY,
    end_balanced: MessageRow {
        message_type: 0x0520,
        network: 92,
        fields: TOTALS,
    },
    end_uploaded: MessageRow {
        message_type: 0x0520,
        network: 96,
        fields: TOTALS,
    },
    details: 1,
    batch_limit: 9999,
    carry_parked: CarryParked::Yes,
    kinds: &[
        row(Kind::Sale, 0x0200, *b"000000", *b"00"),
        row(Kind::Void, 0x0200, *b"020000", *b"00"),
        row(Kind::PreAuthorization, 0x0100, *b"000000", *b"06"),
        row(Kind::PreAuthorizationVoid, 0x0100, *b"020000", *b"06"),
        row(Kind::Completion, 0x0200, *b"000000", *b"06"),
        row(Kind::CompletionVoid, 0x0200, *b"020000", *b"06"),
        KindRow {
            recovery: Recovery::Manual,
            ..row(Kind::Refund, 0x0200, *b"200000", *b"00")
        },
        KindRow {
            recovery: Recovery::Nothing,
            ..row(Kind::BalanceInquiry, 0x0100, *b"310000", *b"00")
        },
    ],
    answers: ANSWERS,
    original_unknown: code(*b"25"),
    completion_limit: 115,
    hold_after_void: HoldAfterVoid::Closed,
    keyed_refund: KeyedRefund::Refused,
    // No answer names an organisation: all cards add up together.
    domestic: &[],
    reversal_answers: &[
        (code(*b"00"), ReversalDisposition::Accepted),
        (code(*b"12"), ReversalDisposition::NotFound),
        (code(*b"25"), ReversalDisposition::NotFound),
        (code(*b"77"), ReversalDisposition::SignIn),
        (code(*b"A0"), ReversalDisposition::SignIn),
    ],
};

const REQUEST: &[FieldRow] = &[
    FieldRow(2, Item::CardNumber),
    FieldRow(3, Item::ProcessingCode),
    FieldRow(4, Item::Amount),
    FieldRow(7, Item::Iso(IsoItem::TransmissionTime)),
    FieldRow(11, Item::Trace),
    FieldRow(12, Item::Iso(IsoItem::LocalTime)),
    FieldRow(13, Item::Iso(IsoItem::LocalDate)),
    FieldRow(14, Item::Expiry),
    FieldRow(22, Item::EntryMode),
    FieldRow(25, Item::ConditionCode),
    FieldRow(26, Item::PinCapture),
    FieldRow(35, Item::Track2),
    FieldRow(37, Item::Reference),
    FieldRow(38, Item::AuthorizationCode),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(49, Item::Currency),
    FieldRow(52, Item::PinBlock),
    FieldRow(53, Item::SecurityControl),
    FieldRow(64, Item::Mac),
];

/// What may be kept of the request, and which it was.
const REVERSAL: &[FieldRow] = &[
    FieldRow(2, Item::CardNumber),
    FieldRow(3, Item::ProcessingCode),
    FieldRow(4, Item::Amount),
    FieldRow(7, Item::Iso(IsoItem::TransmissionTime)),
    FieldRow(11, Item::Trace),
    FieldRow(12, Item::Iso(IsoItem::LocalTime)),
    FieldRow(13, Item::Iso(IsoItem::LocalDate)),
    FieldRow(14, Item::Expiry),
    FieldRow(22, Item::EntryMode),
    FieldRow(25, Item::ConditionCode),
    FieldRow(38, Item::AuthorizationCode),
    FieldRow(39, Item::ReversalReason),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(49, Item::Currency),
    FieldRow(90, Item::Iso(IsoItem::OriginalData)),
    FieldRow(95, Item::Iso(IsoItem::ReplacementAmounts)),
    FieldRow(128, Item::Mac),
];

const SIGN_IN: &[FieldRow] = &[
    FieldRow(11, Item::Trace),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(48, Item::Iso(IsoItem::KeyRequest)),
    FieldRow(70, Item::Iso(IsoItem::NetworkCode)),
];

/// It takes no number: nothing is ever asked about it again.
const ECHO: &[FieldRow] = &[
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(70, Item::Iso(IsoItem::NetworkCode)),
];

const TOTALS: &[FieldRow] = &[
    FieldRow(3, Item::Iso(IsoItem::SettlementCode)),
    FieldRow(11, Item::Trace),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(49, Item::Currency),
    FieldRow(74, Item::Iso(IsoItem::CreditsNumber)),
    FieldRow(75, Item::Iso(IsoItem::NoReversals)),
    FieldRow(76, Item::Iso(IsoItem::DebitsNumber)),
    FieldRow(77, Item::Iso(IsoItem::NoReversals)),
    FieldRow(86, Item::Iso(IsoItem::CreditsAmount)),
    FieldRow(87, Item::Iso(IsoItem::NoReversals)),
    FieldRow(88, Item::Iso(IsoItem::DebitsAmount)),
    FieldRow(89, Item::Iso(IsoItem::NoReversals)),
    FieldRow(97, Item::Iso(IsoItem::Net)),
];

/// A transaction told again at the end of its batch: its request less track,
/// PIN and MAC.
const COPY: MessageRow = MessageRow {
    message_type: 0x0320,
    network: 0,
    fields: &[
        FieldRow(2, Item::CardNumber),
        FieldRow(3, Item::ProcessingCode),
        FieldRow(4, Item::Amount),
        FieldRow(7, Item::Iso(IsoItem::TransmissionTime)),
        FieldRow(11, Item::Trace),
        FieldRow(12, Item::Iso(IsoItem::LocalTime)),
        FieldRow(13, Item::Iso(IsoItem::LocalDate)),
        FieldRow(14, Item::Expiry),
        FieldRow(22, Item::EntryMode),
        FieldRow(25, Item::ConditionCode),
        FieldRow(37, Item::Reference),
        FieldRow(38, Item::AuthorizationCode),
        FieldRow(41, Item::Terminal),
        FieldRow(42, Item::Merchant),
        FieldRow(49, Item::Currency),
    ],
};

/// Type, processing code and condition code tell the kinds apart; no field has
/// a message class.
const fn row(
    kind: Kind,
    message_type: u16,
    processing_code: [u8; 6],
    condition_code: [u8; 2],
) -> KindRow {
    KindRow {
        kind,
        message_type,
        processing_code,
        condition_code,
        message_class: *b"00",
        recovery: Recovery::Reverse,
    }
}

const fn code(characters: [u8; 2]) -> ResponseCode {
    ResponseCode::literal(characters)
}
