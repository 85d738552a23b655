//! `step` against the simulated host over TCP, as a foreign app would drive it.

use annul_host::{Acquirer, Fault, FaultPlan, Host, Limits, Server, Supply, ledger, settings};
use annul_uniffi::{
    Advice, AnnulError, Card, Finish, Input, KeyRequest, Language, MacAlgorithm, MasterCipher, Now,
    OutcomeKind, Output, PinEntry, Progress, SaleOrder, Security, SendDoubt, Settings, Setup,
    Terminal, TrackProtection, Undoing, VoidOrder, default_settings,
};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

type TestHost = Server<Box<dyn ledger::Ledger + Send>>;

fn host(faults: &[&str]) -> TestHost {
    let faults = faults.iter().map(|text| text.parse::<Fault>().unwrap());
    let books = ledger::open(None).unwrap();
    let acquirer = Acquirer::new(settings::Settings::example(), books, Supply::seeded(1));
    let host = Host::new(acquirer, FaultPlan::new(faults));
    let address = "127.0.0.1:0".parse().unwrap();
    Server::start(address, host, Limits::default(), |_, _| {}).unwrap()
}

fn setup(journal: &Path) -> Setup {
    Setup {
        journal: journal.to_str().unwrap().to_owned(),
        terminal_id: "12345678".into(),
        merchant_id: "123456789012345".into(),
        tpdu: vec![0x60, 0, 3, 0, 0],
        header: vec![0x60, 0x31, 0, 0, 0, 0],
        key_request: KeyRequest::DoubleWithTrack,
        operator: "01".into(),
        capacity: 100,
        settings: Settings {
            // Long enough for a machine that is busy.
            response_timeout: 1_500,
            reversal_backoff: 50,
            guard: 100,
            ..default_settings()
        },
        security: Security::Software {
            master_key: vec![0x11; 16],
            cipher: MasterCipher::Des,
            algorithm: MacAlgorithm::UnionPayEcb,
        },
        language: Language::English,
        tracks: TrackProtection::Clear,
    }
}

/// A small app: sockets and a clock.
struct App {
    terminal: Arc<Terminal>,
    host: SocketAddr,
    begun: Instant,
    open: Option<(i64, TcpStream)>,
    news: Vec<Progress>,
    sent: Vec<Vec<u8>>,
    /// Stops in the middle, as a power cut does, when the frame is out.
    cut: bool,
}

impl App {
    fn open(journal: &Path, host: &TestHost) -> Self {
        Self::with(setup(journal), host)
    }

    fn with(setup: Setup, host: &TestHost) -> Self {
        Self {
            terminal: Terminal::open(setup).unwrap(),
            host: host.local_addr(),
            begun: Instant::now(),
            open: None,
            news: Vec::new(),
            sent: Vec::new(),
            cut: false,
        }
    }

    fn now(&self) -> Now {
        Now {
            millis: i64::try_from(self.begun.elapsed().as_millis()).unwrap(),
            year: 2026,
            month: 11,
            day: 23,
            hour: 12,
            minute: 0,
            second: 0,
        }
    }

    fn run(&mut self, command: Input) -> Option<Finish> {
        let mut inputs = vec![command];
        let mut finish = None;
        loop {
            let input = inputs.pop().unwrap();
            for output in self.terminal.step(self.now(), input).unwrap() {
                match output {
                    Output::Connect { link } => {
                        let stream = TcpStream::connect(self.host).unwrap();
                        self.open = Some((link, stream));
                        inputs.push(Input::Connected { link });
                    }
                    Output::Send { link, frame } => {
                        let (_, stream) = self.open.as_mut().unwrap();
                        stream.write_all(&frame).unwrap();
                        self.sent.push(frame);
                        if self.cut {
                            return None;
                        }
                        inputs.push(Input::Sent { link });
                    }
                    Output::Close { .. } => self.open = None,
                    Output::EnterPin { question, card } => {
                        assert_eq!(card, "621626*********0018");
                        let pin = b"111111".to_vec();
                        inputs.push(Input::PinEntered { question, pin });
                    }
                    Output::Progress { progress, text } => {
                        assert!(!text.is_empty());
                        self.news.push(progress);
                    }
                    Output::Finished { finish: how } => finish = Some(how),
                    Output::Rest { .. } => return finish,
                    Output::Wait { until } if inputs.is_empty() => {
                        inputs.push(self.wait(until.expect("software keys answer at once")));
                    }
                    Output::Wait { .. } => {}
                    other => panic!("not with software keys: {other}"),
                }
            }
        }
    }

    fn wait(&mut self, until: i64) -> Input {
        let left = u64::try_from(until - self.now().millis).unwrap_or(0).max(1);
        let Some((link, stream)) = &mut self.open else {
            std::thread::sleep(Duration::from_millis(left));
            return Input::Tick;
        };
        let link = *link;
        let wait = Duration::from_millis(left);
        stream.set_read_timeout(Some(wait)).unwrap();
        let mut buffer = [0; 64];
        match stream.read(&mut buffer) {
            Ok(0) => Input::Down {
                link,
                doubt: SendDoubt::MaybeSent,
            },
            Ok(len) => Input::Received {
                link,
                bytes: buffer[..len].to_vec(),
            },
            Err(_) => Input::Tick,
        }
    }

    fn transaction(&mut self, command: Input) -> annul_uniffi::Transaction {
        match self.run(command) {
            Some(Finish::Transaction { transaction }) => transaction,
            other => panic!("{other:?}"),
        }
    }

    fn sign_in(&mut self) {
        let finish = self.run(Input::SignIn);
        assert_eq!(finish, Some(Finish::Answered { batch: 1 }));
    }
}

fn sale(request: &str, amount: i64) -> Input {
    let track2 = b"6224242900000113=28062019031013".to_vec();
    Input::Sale {
        sale: SaleOrder {
            request: request.into(),
            amount,
            card: Card::Swiped { track2 },
            pin: PinEntry::None,
        },
    }
}

fn void(request: &str, original: i32) -> Input {
    Input::Void {
        void: VoidOrder {
            request: request.into(),
            original,
            card: None,
            pin: PinEntry::None,
            supervisor: "00".into(),
            reason: "customer-request".into(),
            note: String::new(),
        },
    }
}

fn books(host: &TestHost) -> (u64, u64) {
    let host = host.host();
    let totals = host.ledger().totals().unwrap();
    totals.iter().fold((0, 0), |(sold, voided), total| {
        (sold + total.sold, voided + total.voided)
    })
}

/// Waits until the host has booked this.
#[track_caller]
fn booked(host: &TestHost, expected: (u64, u64)) {
    let begun = Instant::now();
    while books(host) != expected {
        assert!(begun.elapsed().as_secs() < 20, "booked: {:?}", books(host));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn sale_void_lost_answer_and_reversal() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&["drop-answer@sale#2"]);
    let mut app = App::open(&folder.path().join("journal"), &host);
    app.sign_in();
    let sold = app.transaction(sale("a", 1234));
    assert_eq!(sold.outcome, OutcomeKind::Approved);
    assert_eq!(sold.card, "622424******0113");
    let voided = app.transaction(void("b", sold.trace));
    assert_eq!(voided.outcome, OutcomeKind::Approved);
    let lost = app.transaction(sale("c", 500));
    assert_eq!(
        (lost.outcome, lost.undoing),
        (OutcomeKind::Unknown, Undoing::Done)
    );
    assert_eq!(lost.reversal_reason.as_deref(), Some("98"));
    let again = app.transaction(sale("c", 500));
    assert_eq!(again, lost, "the same id gives the same outcome");
    assert_eq!(
        books(&host),
        (1234, 1234),
        "the lost sale is undone there too"
    );
    assert!(
        app.news
            .iter()
            .any(|one| matches!(one, Progress::Reversing { attempt: 1, .. }))
    );
}

#[test]
fn a_power_cut_after_sending_is_reversed_on_the_same_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let host = host(&[]);
    let mut app = App::open(&journal, &host);
    app.sign_in();
    app.cut = true;
    assert_eq!(app.run(sale("a", 700)), None);
    drop(app);
    booked(&host, (700, 0));
    let mut app = App::open(&journal, &host);
    let before = app.terminal.by_request("a").unwrap().unwrap();
    assert_eq!(
        (before.outcome, before.undoing),
        (OutcomeKind::Unknown, Undoing::Pending)
    );
    assert_eq!(app.run(Input::Recover), Some(Finish::Recovered));
    let after = app.terminal.by_request("a").unwrap().unwrap();
    assert_eq!(
        (after.outcome, after.undoing),
        (OutcomeKind::Unknown, Undoing::Done)
    );
    assert_eq!(books(&host), (0, 0));
}

#[test]
fn a_pin_goes_through_the_software_module() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&[]);
    let mut app = App::open(&folder.path().join("journal"), &host);
    app.sign_in();
    let card = Card::Keyed {
        number: b"6216261000000000018".to_vec(),
        expiry: Some("3012".into()),
    };
    let sold = app.transaction(Input::Sale {
        sale: SaleOrder {
            request: "pin".into(),
            amount: 100,
            card,
            pin: PinEntry::Wanted,
        },
    });
    assert_eq!(sold.outcome, OutcomeKind::Approved);
}

#[test]
fn misuse_is_named_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let host = host(&[]);
    let app = App::open(&journal, &host);
    let code = |result: Result<Vec<Output>, AnnulError>| match result {
        Err(AnnulError::Failed { code, advice, .. }) => (code, advice),
        Ok(outputs) => panic!("{outputs:?}"),
    };
    let step = |input| app.terminal.step(app.now(), input);
    assert_eq!(code(step(sale("a b", 1))), (200, Advice::AskOperator));
    assert_eq!(code(step(sale("a", -1))), (208, Advice::AskOperator));
    assert_eq!(
        code(step(Input::Connected { link: -1 })),
        (107, Advice::FixConfiguration)
    );
    step(Input::SignIn).unwrap();
    assert_eq!(code(step(sale("a", 1))), (300, Advice::RetrySame));
    let Err(AnnulError::Failed { code, .. }) = Terminal::open(setup(&journal)) else {
        panic!("the journal is in use");
    };
    assert_eq!(code, 550);
}

#[test]
fn a_refusal_is_a_finish_and_nothing_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&[]);
    let mut app = App::open(&folder.path().join("journal"), &host);
    let Some(Finish::Failed { error }) = app.run(sale("a", 1)) else {
        panic!("not signed in");
    };
    let AnnulError::Failed { code, advice, what } = error;
    assert_eq!((code, advice), (303, Advice::SignIn));
    assert_eq!(what, "not signed in; sign in first");
    assert_eq!(books(&host), (0, 0));
}

#[test]
fn nothing_that_carries_secrets_prints_them() {
    let shown = [
        format!("{} {:?}", sale("a", 1), sale("a", 1)),
        setup(Path::new("j")).security.to_string(),
        Output::Send {
            link: 1,
            frame: vec![0x62; 16],
        }
        .to_string(),
    ];
    assert_eq!(
        shown,
        [
            "Sale Sale",
            "Software(***, UnionPayEcb)",
            "Send(1, 16 bytes)"
        ]
    );
}

#[test]
fn an_enciphered_track_is_opened_by_the_host_and_never_sent_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&[]);
    let mut setup = setup(&folder.path().join("journal"));
    setup.tracks = TrackProtection::Enciphered;
    let mut app = App::with(setup, &host);
    app.sign_in();
    let sold = app.transaction(sale("a", 1234));
    assert_eq!(sold.outcome, OutcomeKind::Approved);
    let Input::Void { mut void } = void("b", sold.trace) else {
        unreachable!("void() makes one")
    };
    let track2 = b"6224242900000113=28062019031013".to_vec();
    void.card = Some(Card::Swiped { track2 });
    let voided = app.transaction(Input::Void { void });
    assert_eq!(voided.outcome, OutcomeKind::Approved);
    assert_eq!(books(&host), (1234, 1234));
    let held = |frame: &[u8], part: &[u8]| frame.windows(part.len()).any(|found| found == part);
    // Sign-in, sale, void; what is enciphered begins at the seventh of 16 bytes.
    assert_eq!(app.sent.len(), 3);
    for frame in &app.sent[1..] {
        assert!(held(frame, b"\x62\x24\x24\x29\0\0\x01"), "the beginning");
        assert!(!held(frame, b"\x13\xD2\x80\x62\x01\x90\x31\x01"));
        assert!(held(frame, b"\0\x10\0\0\0\0\0\0"), "field 53");
    }
    // A request that was begun before sends no track, and needs no key.
    assert_eq!(app.transaction(sale("a", 1234)).trace, sold.trace);
    assert_eq!(app.sent.len(), 3);
}
