/// A field of a message, and what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRow(pub u8, pub Item);

/// A message of a dialect that is not one of a kind of transaction.
#[derive(Clone, Copy, Debug)]
pub struct MessageRow {
    /// The message type, BCD: `0x0800`.
    pub message_type: u16,
    /// What the host is asked for: 60.3 of UnionPay.
    pub network: u16,
    /// Its fields, in ascending order; [`Item::Mac`] is the last of them, and is
    /// field 128 where the message has a second bitmap.
    pub fields: &'static [FieldRow],
}

/// What stands in a field. Where a transaction has no such thing (no PIN, no
/// original), the field is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The card number, where it was keyed or comes from the journal.
    CardNumber,
    /// The kind's processing code.
    ProcessingCode,
    /// Minor units; an inquiry has none.
    Amount,
    /// The number of the message.
    Trace,
    /// The card's expiry, where its number is sent.
    Expiry,
    /// Where the card came from, and whether a PIN can be entered.
    EntryMode,
    /// The kind's condition code.
    ConditionCode,
    /// Digits of the longest PIN, where one was entered.
    PinCapture,
    /// Track 2, where it was read.
    Track2,
    /// The reference of what is voided or refunded.
    Reference,
    /// The authorization code of what is voided or completed.
    AuthorizationCode,
    /// Why it is reversed.
    ReversalReason,
    /// The terminal.
    Terminal,
    /// The merchant.
    Merchant,
    /// The currency.
    Currency,
    /// The encrypted PIN.
    PinBlock,
    /// How PIN and track are protected: field 53 of UnionPay.
    SecurityControl,
    /// Type, batch and abilities: field 60 of UnionPay.
    TransactionClass,
    /// Type, batch and network code: field 60 of UnionPay.
    ManagementClass,
    /// Batch, trace and date of what is quoted: field 61 of UnionPay.
    Original,
    /// `000` in a refund: no card organisation is asked for (conflict 12 of
    /// unionpay.md).
    #[cfg(feature = "kinds")]
    RefundOrganisation,
    /// Who signed in: two digits and a blank (conflict 11).
    Operator,
    /// What the batch adds up to: field 48 of UnionPay, 62 digits.
    Totals,
    /// Details of transactions: field 48 of UnionPay, 40 digits each.
    Details,
    /// How many details were told: field 48 of UnionPay, four digits.
    DetailCount,
    /// What ISO 8583 says in fields of its own where UnionPay has private ones.
    #[cfg(all(feature = "dialects", feature = "kinds"))]
    Iso(IsoItem),
    /// The MAC: the last field, eight bytes that go behind.
    Mac,
}

/// What plain ISO 8583:1987 has that UnionPay does not.
#[cfg(all(feature = "dialects", feature = "kinds"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsoItem {
    /// Month, day, hour, minute, second of the transaction: `MMDDhhmmss`.
    TransmissionTime,
    /// Hour, minute, second of it.
    LocalTime,
    /// Month and day of it.
    LocalDate,
    /// What a settlement message is, as a processing code: network code and four zeros.
    SettlementCode,
    /// Which working keys are asked for, three digits.
    KeyRequest,
    /// The network code.
    NetworkCode,
    /// How many were given back.
    CreditsNumber,
    /// How many were taken.
    DebitsNumber,
    /// Minor units that were given back.
    CreditsAmount,
    /// Minor units that were taken.
    DebitsAmount,
    /// How many reversals stand in the totals, or their amount: what is reversed
    /// counts nowhere, so 0.
    NoReversals,
    /// What was taken less what was given back, as seen by the merchant: `C` and
    /// 16 digits, or `D`.
    Net,
    /// Of what is reversed: message type 4, trace 6, transmission time 10, and
    /// zeros for the acquirer and the forwarder, 11 each.
    OriginalData,
    /// What is left of it: nothing, 42 zeros.
    ReplacementAmounts,
}
