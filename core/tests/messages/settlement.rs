//! The end of a batch, byte for byte: G21 to G27.

use super::*;

fn settled(trace: u32) -> Settlement {
    let sum = |count, amount| Sum { count, amount };
    Settlement {
        batch: Batch::new(1).unwrap(),
        trace: Trace::new(trace).unwrap(),
        totals: BatchTotals {
            domestic: Totals {
                debit: sum(3, 300),
                credit: sum(1, 50),
            },
            foreign: Totals::default(),
        },
        stage: Stage::Comparing,
    }
}

fn told(trace: u32, told: Told<'_>) -> Vec<u8> {
    let mut buffer = [0; 512];
    let (station, operator) = (station(KeyRequest::Double), OperatorId::literal(*b"01"));
    let (one, buffered) = (settled(trace), &mut buffer[PREFIX..]);
    let len = settlement(&station, &UNIONPAY_POS, &one, operator, told, buffered).unwrap();
    framed(&mut buffer, len, Signed::No)
}

#[test]
fn g21_totals_of_a_batch() {
    assert_eq!(told(13, Told::Totals), sample("G21"));
}

#[test]
fn g24_details() {
    let mut digits = [b'0'; DETAIL_COUNT + 2 * DETAIL];
    digits[1] = b'2';
    let cards = [(PAN, 2, 100), ("6224242900000113", 14, 200)];
    for (place, (pan, trace, amount)) in digits[DETAIL_COUNT..].chunks_exact_mut(DETAIL).zip(cards)
    {
        let pan = Pan::parse(pan).unwrap();
        let entry = sold(trace, amount);
        detail(place.try_into().unwrap(), &entry, Some(&pan));
    }
    assert_eq!(told(13, Told::Details(&digits)), sample("G24"));
}

/// A sale of a batch, as the ledger has it.
fn sold(trace: u32, amount: u64) -> Entry {
    let mut ledger = Ledger::new([Entry::EMPTY; 1], &UNIONPAY_POS);
    let intent = Intent {
        amount: Amount::new(amount).unwrap(),
        ..intent(Kind::Sale, trace, *b"021")
    };
    let mut journal = MemoryJournal::default();
    let envelope = Envelope {
        seq: Seq(1),
        previous: Tag::default(),
    };
    let mut buffer = [0; MAX_RECORD];
    let (len, _) = envelope.encode(&Record::Intent(intent), &mut buffer);
    journal.append(Seq(1), &buffer[..len]).unwrap();
    let mut replay = Replay::new(true);
    journal
        .replay(&mut |bytes| ledger.replay(&mut replay, bytes).unwrap())
        .unwrap();
    ledger.entries()[0]
}

#[test]
fn g25_and_g26_the_end_of_a_batch() {
    assert_eq!(told(13, Told::Uploaded(2)), sample("G25"));
    assert_eq!(told(13, Told::Balanced), sample("G26"));
}

#[test]
fn g22_and_g23_what_the_host_says_of_the_totals() {
    let station = station(KeyRequest::Double);
    let expected = Expected {
        mti: Mti::literal(0x0510),
        trace: Some(Trace::new(13).unwrap()),
        processing_code: None,
    };
    for (id, domestic) in [("G22", Balance::Equal), ("G23", Balance::Unequal)] {
        let bytes = sample(id);
        let frame = Frame::decode_prefixed(&bytes).unwrap();
        let view = View::decode(&FIELDS, frame.message).unwrap();
        let comparison = Comparison {
            domestic,
            foreign: Balance::Equal,
            totals: Some(settled(13).totals),
        };
        let found = compared(&view, &station, &expected);
        assert_eq!(found, Compared::With(comparison), "{id}");
        let other = Expected {
            trace: Some(Trace::new(14).unwrap()),
            ..expected
        };
        assert_eq!(compared(&view, &station, &other), Compared::NotOurs, "{id}");
    }
}

#[test]
fn totals_that_the_host_could_not_compare_are_no_comparison() {
    let station = station(KeyRequest::Double);
    let expected = Expected {
        mti: Mti::literal(0x0510),
        trace: Some(Trace::new(13).unwrap()),
        processing_code: None,
    };
    let bytes = sample("G22");
    let message = Frame::decode_prefixed(&bytes).unwrap().message;
    let at = message
        .windows(31)
        .position(|part| part[..6] == [0, 0, 0, 0, 0x03, 0x00])
        .unwrap();
    // The host's words stand in the low nibbles of bytes 15 and 30 of field 48.
    for (domestic, foreign, judged) in [(3, 1, false), (1, 3, false), (1, 0, true), (0, 1, false)] {
        let mut changed = message.to_vec();
        changed[at + 15] = changed[at + 15] & 0x0F | domestic << 4;
        changed[at + 30] = changed[at + 30] & 0xF0 | foreign;
        let view = View::decode(&FIELDS, &changed).unwrap();
        let found = compared(&view, &station, &expected);
        assert_eq!(
            matches!(found, Compared::With(_)),
            judged,
            "{domestic} {foreign}"
        );
    }
}
