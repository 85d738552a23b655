//! A device that is asked to encipher a track before its command begins, step
//! by step: what it is given, what is taken for an answer, and what is not.

use annul_uniffi::{
    Advice, AnnulError, Card, DeviceFault, Finish, Input, KeyRequest, Language, Now, Output,
    PinEntry, SaleOrder, Sealing, Security, Setup, Terminal, TrackProtection, default_settings,
};
use std::sync::Arc;

/// Vector of the core: digits, packed, and enciphered under 44 sixteen times.
const TRACK: &[u8] = b"6216261000000000018=301220100000000";
const CLEAR: &[u8] = b"\x62\x16\x26\x10\0\0\0\0\x01\x8D\x30\x12\x20\x10\0\0\0\0";
const ENCIPHERED: &[u8] = b"\x62\x16\x26\x10\0\0\0\0\x01\xCB\x9A\x66\x49\x94\xC0\x74\x86\0";

const NOW: Now = Now {
    millis: 1,
    year: 2026,
    month: 1,
    day: 5,
    hour: 10,
    minute: 16,
    second: 30,
};

fn setup(folder: &tempfile::TempDir, security: Security, key_request: KeyRequest) -> Setup {
    Setup {
        journal: folder.path().join("journal").to_str().unwrap().to_owned(),
        terminal_id: "12345678".into(),
        merchant_id: "123456789012345".into(),
        tpdu: vec![0x60, 0, 3, 0, 0],
        header: vec![0x60, 0x31, 0, 0, 0, 0],
        key_request,
        operator: "01".into(),
        capacity: 10,
        settings: default_settings(),
        security,
        language: Language::English,
        tracks: TrackProtection::Enciphered,
    }
}

/// A terminal whose device may have any keys.
fn till() -> (tempfile::TempDir, Arc<Terminal>) {
    let folder = tempfile::tempdir().unwrap();
    let sealing = Sealing::Device;
    let setup = setup(&folder, Security::Device { sealing }, KeyRequest::Double);
    let terminal = Terminal::open(setup).unwrap();
    (folder, terminal)
}

/// Gives a sale, and the number and the bytes of the question.
fn asked(terminal: &Terminal) -> (i64, Vec<u8>) {
    let sale = SaleOrder {
        request: "a".into(),
        amount: 100,
        card: Card::Swiped {
            track2: TRACK.to_vec(),
        },
        pin: PinEntry::None,
    };
    let outputs = terminal.step(NOW, Input::Sale { sale }).unwrap();
    match outputs.as_slice() {
        [
            Output::EncryptTrack { question, track },
            Output::Wait { .. },
        ] => (*question, track.clone()),
        other => panic!("{other:?}"),
    }
}

/// The number and the advice of the error that a step ends the command with.
fn failed(terminal: &Terminal, input: Input) -> (i32, Advice) {
    match terminal.step(NOW, input).unwrap().as_slice() {
        [
            Output::Finished {
                finish: Finish::Failed { error },
            },
            Output::Rest { .. },
        ] => {
            let AnnulError::Failed { code, advice, .. } = error;
            (*code, *advice)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_device_is_given_the_packed_track_and_only_an_enciphered_one_is_taken() {
    let (_folder, terminal) = till();
    let (question, given) = asked(&terminal);
    assert_eq!(given, CLEAR);
    let encrypted = |track: &[u8]| Input::TrackEncrypted {
        question,
        track: track.to_vec(),
    };
    let refused = |input| match terminal.step(NOW, input) {
        Err(AnnulError::Failed { code, .. }) => code,
        Ok(outputs) => panic!("{outputs:?}"),
    };
    assert_eq!(refused(encrypted(&ENCIPHERED[1..])), 107, "another length");
    assert_eq!(refused(encrypted(CLEAR)), 107, "not enciphered");
    assert_eq!(refused(Input::KeysLoaded { question }), 108);
    // An answer to another question comes too late, and time changes nothing.
    let late = Input::TrackEncrypted {
        question: question - 1,
        track: ENCIPHERED.to_vec(),
    };
    for input in [late, Input::Tick] {
        let outputs = terminal.step(NOW, input).unwrap();
        assert!(matches!(outputs.as_slice(), [Output::Wait { .. }]));
    }
    // Now the sale begins, and is refused for what it wants next.
    let signed_out = (303, Advice::SignIn);
    assert_eq!(failed(&terminal, encrypted(ENCIPHERED)), signed_out);
    assert_eq!(terminal.transactions().unwrap(), []);
}

#[test]
fn a_device_that_fails_and_an_operator_who_cancels_end_the_command() {
    let (_folder, terminal) = till();
    for (fault, expected) in [
        (DeviceFault::NoKeys, (303, Advice::SignIn)),
        (DeviceFault::TimedOut, (407, Advice::RetrySame)),
        (DeviceFault::Failed { code: 9 }, (408, Advice::CallSupport)),
    ] {
        let (question, _) = asked(&terminal);
        let input = Input::DeviceFailed { question, fault };
        assert_eq!(failed(&terminal, input), expected);
    }
    let (question, _) = asked(&terminal);
    let cancelled = (317, Advice::AskOperator);
    assert_eq!(failed(&terminal, Input::Cancel), cancelled);
    let track = ENCIPHERED.to_vec();
    let late = Input::TrackEncrypted { question, track };
    let outputs = terminal.step(NOW, late).unwrap();
    assert!(matches!(outputs.as_slice(), [Output::Rest { .. }]));
}

#[test]
fn software_keys_without_a_track_key_are_a_wrong_setup() {
    let folder = tempfile::tempdir().unwrap();
    let keys = || Security::Software {
        master_key: vec![0x11; 16],
        cipher: annul_uniffi::MasterCipher::Des,
        algorithm: annul_uniffi::MacAlgorithm::UnionPayEcb,
    };
    let Err(error) = Terminal::open(setup(&folder, keys(), KeyRequest::Double)) else {
        panic!("no track key ever comes");
    };
    let AnnulError::Failed { code, advice, .. } = error;
    assert_eq!((code, advice), (107, Advice::FixConfiguration));
    Terminal::open(setup(&folder, keys(), KeyRequest::DoubleWithTrack)).unwrap();
}
