//! Every decoder of EMV values on any bytes: it reads them or says why not,
//! and what it reads can be asked for everything.
#![no_main]

use annul::emv::{
    Afl, ArpcMethod, Command, CvmList, Date, Digits, Edition, FieldSet, Iad, IssuerAnswer,
    IssuerAuthenticationData, Layout, List, Name, Parameters, Script, ScriptResult, Session,
    StatusWord, Time,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(afl) = Afl::parse(bytes) {
        assert_eq!(afl.files().count() * 4, bytes.len());
    }
    if let Ok(list) = CvmList::parse(bytes) {
        assert_eq!(list.rules().len() * 2 + 8, bytes.len());
        for bits in (list.rules()).filter_map(|rule| rule.bits(Edition::Emv44)) {
            bits.for_each(drop);
        }
    }
    iad(bytes);
    for method in [None, Some(ArpcMethod::Code), Some(ArpcMethod::Status)] {
        if let Ok(data) = IssuerAuthenticationData::parse(bytes, method) {
            let parts = data.cryptogram().len() + data.proprietary().len();
            let rest = data.code().map_or(0, |_| 2) + data.status().map_or(0, <[u8]>::len);
            assert_eq!(parts + rest, bytes.len());
        }
    }
    if let Ok(script) = Script::parse(bytes) {
        let _ = script.identifier();
        script.commands().for_each(command);
    }
    if let Ok(results) = ScriptResult::parse_all(bytes) {
        assert_eq!(results.count() * 5, bytes.len());
    }
    if let Ok(digits) = Digits::parse(bytes) {
        assert_eq!(digits.ascii().count(), digits.len());
        assert_eq!(digits.to_string().len(), digits.len());
        let _ = digits.number();
    }
    let _ = (
        Date::parse(bytes).map(|date| date.to_string()),
        Time::parse(bytes),
    );
    command(bytes);
    messages(bytes);
    session(bytes);
    for layout in Layout::all() {
        if let Ok(bits) = layout.read(bytes, Edition::Emv43) {
            bits.for_each(|bit| assert!(!bit.key().to_string().is_empty()));
        }
    }
    for list in List::all() {
        let _ = list.meaning(bytes);
    }
    // The only list whose codes have endings of others.
    let applications = List::by_id("application").expect("a list");
    let _ = applications.meaning_of_prefix(bytes.get(..16).unwrap_or(bytes));
});

/// Each byte of the value is in one part of it.
fn iad(bytes: &[u8]) {
    let Ok(iad) = Iad::parse(bytes) else { return };
    let bits = iad
        .results_layout()
        .map(|layout| layout.read(iad.results(), Edition::Emv44));
    assert!(bits.is_none_or(|bits| bits.is_ok()));
    let parts = iad.results().len() + iad.counters().len() + iad.discretionary().len();
    assert!(parts <= bytes.len());
}

fn command(bytes: &[u8]) {
    let Ok(command) = Command::parse(bytes) else {
        return;
    };
    assert!(command.data().len() + 4 <= bytes.len());
    for tongue in [Name::english, Name::chinese] {
        assert!(!command.words(tongue).to_string().is_empty());
    }
}

fn messages(bytes: &[u8]) {
    let mut field = [0; 255];
    for set in FieldSet::ALL {
        if let Ok(length) = set.build(bytes, &mut field) {
            assert_eq!(set.missing(bytes).map(Iterator::count), Ok(0));
            assert!(IssuerAnswer::parse(&field[..length]).is_ok());
        }
    }
    if let Ok(answer) = IssuerAnswer::parse(bytes) {
        let _ = (answer.authentication(), answer.code(), answer.counter());
        let scripts = answer.scripts_before().chain(answer.scripts_after());
        scripts.for_each(|script| assert!(Script::parse(script).is_ok()));
    }
    if let Ok(parameters) = Parameters::parse(bytes) {
        for set in parameters.sets() {
            let _ = (set.kind(), set.application(), set.missing().count());
            assert!(set.objects().count() > 0);
        }
    }
}

/// The bytes as a log: the first of each piece says how long it is.
fn session(bytes: &[u8]) {
    let mut session = Session::new();
    let mut rest = bytes;
    let mut to_card = true;
    while let Some((length, after)) = rest.split_first() {
        let (piece, after) = after.split_at(usize::from(*length).min(after.len()));
        rest = after;
        if to_card {
            if let Ok(sent) = session.command(piece) {
                sent.values().into_iter().flatten().for_each(drop);
            }
        } else if let Ok(received) = session.response(piece) {
            let _ = StatusWord::meaning(received.status());
            received.bare_values().into_iter().flatten().for_each(drop);
            received.objects().for_each(drop);
            assert!(
                received
                    .error()
                    .is_none_or(|error| error.offset() <= piece.len())
            );
        }
        to_card = !to_card;
    }
}
