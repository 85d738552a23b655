//! The real driver against the real host over TCP.
use annul::card::Track2;
use annul::crypto::{Algorithm, Key, MasterKey, SoftwareModule};
use annul::driver::*;
use annul::engine::Settings as Times;
use annul::frame::{Header, Tpdu};
use annul::journal::MemoryJournal;
use annul::message::{Card, KeyRequest, Station};
use annul::terminal::{PinWanted, Sale, Void};
use annul::transaction::*;
use annul_host::*;

#[test]
fn story() {
    let settings = annul_host::settings::Settings::example();
    let ledger = annul_host::ledger::open(None).unwrap();
    let faults: Vec<Fault> = vec!["drop-answer@sale#2".parse().unwrap()];
    let host = Host::new(
        Acquirer::new(settings, ledger, Supply::seeded(1)),
        FaultPlan::new(faults),
    );
    let server = Server::start(
        "127.0.0.1:0".parse().unwrap(),
        host,
        Limits::default(),
        |_, e| println!("{e}"),
    )
    .unwrap();
    let station = Station {
        terminal: TerminalId::literal(*b"12345678"),
        merchant: MerchantId::literal(*b"123456789012345"),
        tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
        header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
        key_request: KeyRequest::DoubleWithTrack,
    };
    let master = MasterKey::new(Key::des_hex("11111111111111111111111111111111").unwrap());
    let mut driver = Driver::open(
        MemoryJournal::default(),
        SoftwareModule::new(master, Algorithm::UnionPayEcb),
        TcpLink::new(&server.local_addr().to_string()),
        SystemClock::new(),
        Setup {
            profile: &annul::profile::UNIONPAY_POS,
            station,
            settings: Times {
                response_timeout: 400,
                guard: 100,
                reversal_backoff: 50,
                ..Times::DEFAULT
            },
            operator: OperatorId::literal(*b"01"),
            capacity: 100,
        },
    )
    .map_err(|e| e.to_string())
    .unwrap();
    let mut watch = |n| println!("  {n:?}");
    println!("{:?}", driver.sign_in(&mut watch).unwrap());
    let sale = |id: &str, minor| Sale {
        request: RequestId::new(id).unwrap(),
        amount: Amount::new(minor).unwrap(),
        card: Card::Swiped(Track2::parse("6224242900000113=28062019031013").unwrap()),
        pin: PinWanted::No,
    };
    let first = driver.sale(sale("a", 1234), &mut watch).unwrap();
    println!("{:?}", driver.ledger().entry(first));
    let trace = driver.ledger().entry(first).unwrap().trace();
    let void = driver
        .void(
            Void {
                request: RequestId::new("b").unwrap(),
                original: trace,
                card: None,
                pin: PinWanted::No,
                supervisor: OperatorId::literal(*b"00"),
                reason: VoidReason::new("customer-request").unwrap(),
                note: VoidNote::NONE,
            },
            &mut watch,
        )
        .unwrap();
    println!("{:?}", driver.ledger().entry(void));
    let lost = driver.sale(sale("c", 500), &mut watch).unwrap();
    println!("{:?}", driver.ledger().entry(lost));
    driver.recover(&mut watch).unwrap();
    println!(
        "{:?} {:?}",
        driver.ledger().totals(),
        server.host().ledger().totals()
    );
    assert_eq!(driver.ledger().totals().net(), 0);
}
