//! UnionPay POS, the 8583 dialect of Q/CUP 009.1 terminals.

#[cfg(feature = "kinds")]
use super::Copied;
use super::Disposition::{Approve, ApprovePart, Decline, DeclineSignIn, InDoubt, InDoubtSignIn};
use super::{
    CarryParked, Disposition, FieldRow, HoldAfterVoid, Item, KeyedRefund, KindRow, Management,
    MessageRow, Profile, Recovery, ReversalDisposition,
};
use crate::frame::Framing;
use crate::iso8583;
use crate::transaction::{Kind, ResponseCode};

/// UnionPay POS 银联 POS: 0200 for sale and void, 0400 for reversals, MAC in F64.
pub static UNIONPAY_POS: Profile = Profile {
    name: "unionpay-pos",
    revision: 1,
    framing: Framing::Addressed,
    management: Management::UnionPay,
    spec: &iso8583::UNIONPAY_POS,
    request: REQUEST,
    reversal: MessageRow {
        message_type: 0x0400,
        network: 0,
        fields: REVERSAL,
    },
    repeat: 0x0400,
    sign_in: MessageRow {
        message_type: 0x0800,
        // The station says which keys it wants.
        network: 0,
        fields: &[
            FieldRow(11, Item::Trace),
            FieldRow(41, Item::Terminal),
            FieldRow(42, Item::Merchant),
            FieldRow(60, Item::ManagementClass),
            FieldRow(63, Item::Operator),
        ],
    },
    echo: MessageRow {
        message_type: 0x0820,
        network: 301,
        fields: &[
            FieldRow(41, Item::Terminal),
            FieldRow(42, Item::Merchant),
            FieldRow(60, Item::ManagementClass),
        ],
    },
    settlement: MessageRow {
        message_type: 0x0500,
        network: 201,
        fields: &[
            FieldRow(11, Item::Trace),
            FieldRow(41, Item::Terminal),
            FieldRow(42, Item::Merchant),
            FieldRow(48, Item::Totals),
            FieldRow(49, Item::Currency),
            FieldRow(60, Item::ManagementClass),
            FieldRow(63, Item::Operator),
        ],
    },
    upload: MessageRow {
        message_type: 0x0320,
        network: 201,
        fields: &[
            FieldRow(11, Item::Trace),
            FieldRow(41, Item::Terminal),
            FieldRow(42, Item::Merchant),
            FieldRow(48, Item::Details),
            FieldRow(60, Item::ManagementClass),
        ],
    },
    #[cfg(feature = "kinds")]
    copied: Copied::Refunds,
    #[cfg(feature = "kinds")]
    upload_copy: MessageRow {
        message_type: 0x0320,
        network: 0,
        fields: REFUND_COPY,
    },
    end_balanced: MessageRow {
        message_type: 0x0320,
        network: 207,
        fields: UPLOAD_END,
    },
    end_uploaded: MessageRow {
        message_type: 0x0320,
        network: 202,
        fields: UPLOAD_END,
    },
    details: 8,
    // The counts of field 48 have three digits.
    batch_limit: 999,
    carry_parked: CarryParked::Yes,
    kinds: &[
        row(Kind::Sale, 0x0200, *b"000000", *b"00", *b"22"),
        row(Kind::Void, 0x0200, *b"200000", *b"00", *b"23"),
        #[cfg(feature = "kinds")]
        row(Kind::PreAuthorization, 0x0100, *b"030000", *b"06", *b"10"),
        #[cfg(feature = "kinds")]
        row(
            Kind::PreAuthorizationVoid,
            0x0100,
            *b"200000",
            *b"06",
            *b"11",
        ),
        #[cfg(feature = "kinds")]
        row(Kind::Completion, 0x0200, *b"000000", *b"06", *b"20"),
        #[cfg(feature = "kinds")]
        row(Kind::CompletionVoid, 0x0200, *b"200000", *b"06", *b"21"),
        #[cfg(feature = "kinds")]
        KindRow {
            recovery: Recovery::Manual,
            ..row(Kind::Refund, 0x0220, *b"200000", *b"00", *b"25")
        },
        #[cfg(feature = "kinds")]
        KindRow {
            recovery: Recovery::Nothing,
            ..row(Kind::BalanceInquiry, 0x0200, *b"310000", *b"00", *b"01")
        },
    ],
    answers: ANSWERS,
    original_unknown: code(*b"25"),
    // General knowledge, as unionpay.md 5.3 says; the issuer decides.
    completion_limit: 115,
    hold_after_void: HoldAfterVoid::Closed,
    keyed_refund: KeyedRefund::Refused,
    domestic: &["CUP"],
    reversal_answers: &[
        (code(*b"00"), ReversalDisposition::Accepted),
        (code(*b"12"), ReversalDisposition::NotFound),
        (code(*b"25"), ReversalDisposition::NotFound),
        (code(*b"77"), ReversalDisposition::SignIn),
        (code(*b"99"), ReversalDisposition::SignIn),
        (code(*b"A0"), ReversalDisposition::SignIn),
    ],
};

/// Table 3.2 of unionpay.md: what each kind has of these follows from what it
/// is about.
const REQUEST: &[FieldRow] = &[
    FieldRow(2, Item::CardNumber),
    FieldRow(3, Item::ProcessingCode),
    FieldRow(4, Item::Amount),
    FieldRow(11, Item::Trace),
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
    FieldRow(60, Item::TransactionClass),
    FieldRow(61, Item::Original),
    #[cfg(feature = "kinds")]
    FieldRow(63, Item::RefundOrganisation),
    FieldRow(64, Item::Mac),
];

/// Rule R16: no track, no PIN, no reference.
const REVERSAL: &[FieldRow] = &[
    FieldRow(2, Item::CardNumber),
    FieldRow(3, Item::ProcessingCode),
    FieldRow(4, Item::Amount),
    FieldRow(11, Item::Trace),
    FieldRow(14, Item::Expiry),
    FieldRow(22, Item::EntryMode),
    FieldRow(25, Item::ConditionCode),
    FieldRow(38, Item::AuthorizationCode),
    FieldRow(39, Item::ReversalReason),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(49, Item::Currency),
    FieldRow(60, Item::TransactionClass),
    FieldRow(61, Item::Original),
    FieldRow(64, Item::Mac),
];

const UPLOAD_END: &[FieldRow] = &[
    FieldRow(11, Item::Trace),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(48, Item::DetailCount),
    FieldRow(60, Item::ManagementClass),
];

/// A refund is told by a message of its own (7.2): what its request said, less
/// track, PIN and MAC.
#[cfg(feature = "kinds")]
const REFUND_COPY: &[FieldRow] = &[
    FieldRow(2, Item::CardNumber),
    FieldRow(3, Item::ProcessingCode),
    FieldRow(4, Item::Amount),
    FieldRow(11, Item::Trace),
    FieldRow(14, Item::Expiry),
    FieldRow(22, Item::EntryMode),
    FieldRow(25, Item::ConditionCode),
    FieldRow(37, Item::Reference),
    FieldRow(41, Item::Terminal),
    FieldRow(42, Item::Merchant),
    FieldRow(49, Item::Currency),
    FieldRow(60, Item::TransactionClass),
    FieldRow(61, Item::Original),
    FieldRow(63, Item::RefundOrganisation),
];

/// A row of table 3.1 of unionpay.md that is reversed by an 0400.
const fn row(
    kind: Kind,
    message_type: u16,
    processing_code: [u8; 6],
    condition_code: [u8; 2],
    message_class: [u8; 2],
) -> KindRow {
    KindRow {
        kind,
        message_type,
        processing_code,
        condition_code,
        message_class,
        recovery: Recovery::Reverse,
    }
}

const fn code(characters: [u8; 2]) -> ResponseCode {
    ResponseCode::literal(characters)
}

/// Table 6 of unionpay.md. In doubt are the codes that say the outcome is not
/// known where they were made: 09 in progress, 68 answered too late, 94 a
/// duplicate (the first of the two may stand), 98 the issuer did not answer;
/// and A2, A4 to A6, approvals of transfers only, which a sale is not.
pub(super) const ANSWERS: &[(ResponseCode, Disposition)] = &[
    (code(*b"00"), Approve),
    (code(*b"01"), Decline),
    (code(*b"02"), Decline),
    (code(*b"03"), Decline),
    (code(*b"04"), Decline),
    (code(*b"05"), Decline),
    (code(*b"06"), Decline),
    (code(*b"07"), Decline),
    (code(*b"09"), InDoubt),
    (code(*b"10"), ApprovePart),
    (code(*b"11"), Approve),
    (code(*b"12"), Decline),
    (code(*b"13"), Decline),
    (code(*b"14"), Decline),
    (code(*b"15"), Decline),
    (code(*b"19"), Decline),
    (code(*b"20"), Decline),
    (code(*b"21"), Decline),
    (code(*b"22"), Decline),
    (code(*b"23"), Decline),
    (code(*b"25"), Decline),
    (code(*b"30"), Decline),
    (code(*b"31"), Decline),
    (code(*b"33"), Decline),
    (code(*b"34"), Decline),
    (code(*b"35"), Decline),
    (code(*b"36"), Decline),
    (code(*b"37"), Decline),
    (code(*b"38"), Decline),
    (code(*b"39"), Decline),
    (code(*b"40"), Decline),
    (code(*b"41"), Decline),
    (code(*b"42"), Decline),
    (code(*b"43"), Decline),
    (code(*b"44"), Decline),
    (code(*b"45"), Decline),
    (code(*b"51"), Decline),
    (code(*b"52"), Decline),
    (code(*b"53"), Decline),
    (code(*b"54"), Decline),
    (code(*b"55"), Decline),
    (code(*b"56"), Decline),
    (code(*b"57"), Decline),
    (code(*b"58"), Decline),
    (code(*b"59"), Decline),
    (code(*b"60"), Decline),
    (code(*b"61"), Decline),
    (code(*b"62"), Decline),
    (code(*b"63"), Decline),
    (code(*b"64"), Decline),
    (code(*b"65"), Decline),
    (code(*b"66"), Decline),
    (code(*b"67"), Decline),
    (code(*b"68"), InDoubt),
    (code(*b"69"), Decline),
    (code(*b"75"), Decline),
    (code(*b"77"), InDoubtSignIn),
    (code(*b"79"), Decline),
    (code(*b"90"), Decline),
    (code(*b"91"), Decline),
    (code(*b"92"), Decline),
    (code(*b"93"), Decline),
    (code(*b"94"), InDoubt),
    (code(*b"95"), Decline),
    (code(*b"96"), Decline),
    (code(*b"97"), Decline),
    (code(*b"98"), InDoubt),
    (code(*b"99"), DeclineSignIn),
    (code(*b"A0"), InDoubtSignIn),
    (code(*b"A1"), Decline),
    (code(*b"A2"), InDoubt),
    (code(*b"A3"), Decline),
    (code(*b"A4"), InDoubt),
    (code(*b"A5"), InDoubt),
    (code(*b"A6"), InDoubt),
    (code(*b"A7"), Decline),
    (code(*b"D5"), Decline),
    (code(*b"D6"), Decline),
    (code(*b"D7"), Decline),
];
