//! The journal's records: each kind encoded with the least and with the most
//! that can stand in it.

use crate::{Table, code, say};
use annul::card::Pan;
use annul::crypto::{Key, MacKey, MasterKey, PinKey, SealedCard, TrackKey, WorkingKeys};
use annul::iso8583::EntryMode;
use annul::journal::{
    Approval, Balance, Comparison, Envelope, HostAnswer, Identity, Intent, KeysChanged, MAX_RECORD,
    Quotes, Record, ReversalStage, Seq, Tag, Verdict, VoidOrder,
};
use annul::text::Language;
use annul::transaction::{
    Amount, AuthorizationCode, Batch, BatchTotals, Civil, Kind, MerchantId, OperatorId, Reference,
    RequestId, ResponseCode, ReversalReason, TerminalId, Text, Trace, VoidNote, VoidReason,
};

const ENTRY: Seq = Seq(1);
const CODE: ResponseCode = ResponseCode::literal(*b"00");
const OPERATOR: OperatorId = OperatorId::literal(*b"01");

/// The number in the envelope without the bit that forbids to skip it, and the
/// bytes of the whole record.
fn encoded(record: &Record) -> (u8, usize) {
    let mut buffer = [0; MAX_RECORD];
    let envelope = Envelope {
        seq: Seq(2),
        previous: Tag::default(),
    };
    let (size, _) = envelope.encode(record, &mut buffer);
    (buffer[1] & 0x7F, size)
}

pub(crate) fn sizes(language: Language) -> Table {
    let heading = [
        say(language, "number", "编号"),
        say(language, "record", "记录"),
        say(language, "fewest bytes", "最少字节"),
        say(language, "most bytes", "最多字节"),
    ];
    let rows = every_kind().map(|(name, least, most)| {
        let ((number, least), (same, most)) = (encoded(&least), encoded(&most));
        assert_eq!(number, same, "{name}");
        assert!(least <= most && most <= MAX_RECORD, "{name}");
        [
            number.to_string(),
            code(name),
            least.to_string(),
            most.to_string(),
        ]
    });
    Table::new(heading, rows.to_vec())
}

/// Name, smallest and largest record of each kind, in the order of numbers.
fn every_kind() -> [(&'static str, Record, Record); 16] {
    let each = |record: fn(HostAnswer) -> Record| (record(short_answer()), record(long_answer()));
    let approved = each(|answer| Record::Approved {
        entry: ENTRY,
        answer,
    });
    let declined = each(|answer| Record::Declined {
        entry: ENTRY,
        answer,
    });
    let not_sent = || Record::NotSent { entry: ENTRY };
    let queued = |code| Record::ReversalQueued {
        entry: ENTRY,
        reason: ReversalReason::NoAnswer,
        code,
        stage: ReversalStage::First,
    };
    let not_found = || Record::ReversalNotFound {
        entry: ENTRY,
        code: CODE,
    };
    let reversed = || Record::Reversed {
        entry: ENTRY,
        code: CODE,
    };
    let parked = |code| Record::Parked { entry: ENTRY, code };
    [
        ("Opened", opened(""), opened(&"x".repeat(24))),
        (
            "KeysChanged",
            keys_changed(single_keys()),
            keys_changed(double_keys()),
        ),
        ("Intent", sale(), void()),
        ("NotSent", not_sent(), not_sent()),
        ("Approved", approved.0, approved.1),
        ("Declined", declined.0, declined.1),
        ("ReversalQueued", queued(None), queued(Some(CODE))),
        ("ReversalNotFound", not_found(), not_found()),
        ("Reversed", reversed(), reversed()),
        ("Parked", parked(None), parked(Some(CODE))),
        ("Unresolved", unresolved(None), unresolved(Some(CODE))),
        (
            "Resolved",
            resolved(VoidNote::NONE),
            resolved(longest_note()),
        ),
        ("SettlementStarted", settled(), settled()),
        (
            "SettlementAnswered",
            compared(None),
            compared(Some(BatchTotals::default())),
        ),
        ("UploadProgress", told(None), told(Some(CODE))),
        ("BatchClosed", closed(), closed()),
    ]
}

fn opened(profile: &str) -> Record {
    Record::Opened(Identity {
        terminal: TerminalId::literal(*b"12345678"),
        merchant: MerchantId::literal(*b"123456789012345"),
        profile: Text::new(profile).unwrap(),
    })
}

fn keys_changed(keys: WorkingKeys) -> Record {
    Record::KeysChanged(KeysChanged {
        trace: Trace::new(1).unwrap(),
        batch: Batch::new(1).unwrap(),
        stamp: Civil::UNKNOWN,
        keys,
    })
}

fn master() -> MasterKey {
    MasterKey::new(Key::des(&[0x11; 16]).unwrap())
}

fn single_keys() -> WorkingKeys {
    let key = |byte| Key::des(&[byte; 8]).unwrap();
    let (pin, mac) = (PinKey::new(key(0x22)), MacKey::new(key(0x33)));
    WorkingKeys::wrap(&master(), &pin, &mac, None).unwrap()
}

fn double_keys() -> WorkingKeys {
    let key = |byte| Key::des(&[byte; 16]).unwrap();
    let (pin, mac) = (PinKey::new(key(0x22)), MacKey::new(key(0x33)));
    let track = TrackKey::new(key(0x44));
    WorkingKeys::wrap(&master(), &pin, &mac, Some(&track)).unwrap()
}

fn intent(kind: Kind, request: &str, quotes: Quotes) -> Record {
    Record::Intent(Intent {
        request: RequestId::new(request).unwrap(),
        kind,
        trace: Trace::new(2).unwrap(),
        batch: Batch::new(1).unwrap(),
        amount: Amount::new(100).unwrap(),
        entry_mode: EntryMode::from_digits(*b"022").unwrap(),
        card: Pan::parse("6216261000000000018").unwrap().masked(),
        sealed: SealedCard::from_bytes([0; SealedCard::SIZE]),
        operator: OPERATOR,
        stamp: Civil::UNKNOWN,
        revision: 1,
        quotes,
    })
}

fn sale() -> Record {
    intent(Kind::Sale, "1", Quotes::Nothing)
}

fn void() -> Record {
    let order = VoidOrder {
        original: ENTRY,
        batch: Batch::new(1).unwrap(),
        trace: Trace::new(2).unwrap(),
        reference: Reference::literal(*b"101630000002"),
        authorization: Some(AuthorizationCode::literal(*b"123456")),
        approval: longest_approval(),
    };
    intent(Kind::Void, &"x".repeat(36), Quotes::Charge(order))
}

fn longest_approval() -> Approval {
    Approval {
        supervisor: OperatorId::literal(*b"00"),
        reason: VoidReason::new(&"x".repeat(24)).unwrap(),
        note: longest_note(),
    }
}

fn unresolved(code: Option<ResponseCode>) -> Record {
    Record::Unresolved {
        entry: ENTRY,
        reason: ReversalReason::NoAnswer,
        code,
    }
}

fn resolved(note: VoidNote) -> Record {
    Record::Resolved {
        entry: ENTRY,
        by: OPERATOR,
        verdict: Verdict::Reversed,
        note,
    }
}

fn settled() -> Record {
    Record::SettlementStarted {
        batch: Batch::FIRST,
        trace: Trace::FIRST,
        operator: OPERATOR,
        stamp: Civil::UNKNOWN,
        totals: BatchTotals::default(),
    }
}

fn compared(totals: Option<BatchTotals>) -> Record {
    Record::SettlementAnswered {
        comparison: Comparison {
            domestic: Balance::Equal,
            foreign: Balance::Equal,
            totals,
        },
    }
}

fn told(refused: Option<ResponseCode>) -> Record {
    Record::UploadProgress {
        upto: ENTRY,
        refused,
    }
}

fn closed() -> Record {
    Record::BatchClosed { next: Batch::FIRST }
}

fn longest_note() -> VoidNote {
    VoidNote::new(&"x".repeat(64)).unwrap()
}

fn short_answer() -> HostAnswer {
    HostAnswer {
        code: CODE,
        reference: None,
        authorization: None,
        time: None,
        date: None,
        settlement_date: None,
        acquirer: Text::of_host(b""),
        institutions: Text::of_host(b""),
        organisation: Text::of_host(b""),
    }
}

fn long_answer() -> HostAnswer {
    HostAnswer {
        reference: Some(Reference::literal(*b"101630000002")),
        authorization: Some(AuthorizationCode::literal(*b"123456")),
        time: Some(*b"101630"),
        date: Some(*b"0105"),
        settlement_date: Some(*b"0105"),
        acquirer: Text::of_host(&[b'1'; 11]),
        institutions: Text::of_host(&[b'x'; 25]),
        organisation: Text::of_host(b"CUP"),
        ..short_answer()
    }
}
