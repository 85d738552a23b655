//! The host on TCP: short connections, faults in real time, and bad input.

mod common;

use annul_host::ledger::{Ledger, MemoryLedger};
use annul_host::{Event, Host, Limits, Server};
use common::{Reply, acquirer, echo, net, plan, sale, sign_in};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Log = Arc<Mutex<Vec<String>>>;

fn start(faults: &[&str], limits: Limits) -> (Server<MemoryLedger>, Log) {
    let log = Log::default();
    let ours = Arc::clone(&log);
    let keep = move |_: SocketAddr, event: &Event| ours.lock().unwrap().push(event.to_string());
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let host = Host::new(acquirer(), plan(faults));
    (Server::start(any, host, limits, keep).unwrap(), log)
}

fn connect(server: &Server<MemoryLedger>) -> TcpStream {
    let stream = TcpStream::connect(server.local_addr()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

/// One answer, or what kept it from coming.
fn read(stream: &mut TcpStream) -> Result<Reply, ErrorKind> {
    let mut prefix = [0; 2];
    stream
        .read_exact(&mut prefix)
        .map_err(|error| error.kind())?;
    let mut body = vec![0; usize::from(u16::from_be_bytes(prefix))];
    stream.read_exact(&mut body).map_err(|error| error.kind())?;
    Ok(Reply([&prefix[..], &body].concat()))
}

fn exchange(server: &Server<MemoryLedger>, frame: &[u8]) -> Result<Reply, ErrorKind> {
    let mut stream = connect(server);
    stream.write_all(frame).unwrap();
    read(&mut stream)
}

/// Reads to the end: the number of bytes that came before the close.
fn drained(stream: &mut TcpStream) -> usize {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(size) => size,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => rest.len(),
        Err(error) => panic!("not closed: {error}"),
    }
}

#[test]
fn a_day_of_short_connections() {
    let (server, log) = start(&[], Limits::default());
    assert_eq!(
        exchange(&server, &sign_in().frame(None)).unwrap().text(39),
        "00"
    );
    for trace in 2..12 {
        assert_eq!(
            exchange(&server, &sale(trace, 100).signed())
                .unwrap()
                .text(39),
            "00"
        );
    }
    assert_eq!(net(server.host().ledger()), 1000);
    assert!(log.lock().unwrap().contains(&"sale 000011: 00".to_owned()));
    server.stop();
}

#[test]
fn a_long_connection_with_frames_in_one_piece_and_in_many() {
    let (server, _) = start(&[], Limits::default());
    let mut stream = connect(&server);
    let frames = [
        sign_in().frame(None),
        sale(2, 100).signed(),
        echo().frame(None),
    ]
    .concat();
    stream.write_all(&frames).unwrap();
    for _ in 0..3 {
        assert_eq!(read(&mut stream).unwrap().text(39), "00");
    }
    for byte in sale(3, 100).signed() {
        stream.write_all(&[byte]).unwrap();
    }
    assert_eq!(read(&mut stream).unwrap().text(39), "00");
}

#[test]
fn faults_in_real_time() {
    let faults = [
        "drop-answer@echo#1",
        "delay=300ms@echo#2",
        "split=7@echo#3",
        "close=9@echo#4",
        "away=2s@echo#5",
    ];
    let (server, log) = start(&faults, Limits::default());
    let echo = echo().frame(None);
    let mut stream = connect(&server);
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    stream.write_all(&echo).unwrap();
    let begun = Instant::now();
    while log.lock().unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "not received");
    }
    assert!(read(&mut stream).is_err());
    let begun = Instant::now();
    assert_eq!(exchange(&server, &echo).unwrap().text(39), "00");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(exchange(&server, &echo).unwrap().text(39), "00");
    let mut stream = connect(&server);
    stream.write_all(&echo).unwrap();
    assert_eq!(drained(&mut stream), 9);
    let mut stream = connect(&server);
    stream.write_all(&echo).unwrap();
    assert_eq!(drained(&mut stream), 0);
    assert_eq!(drained(&mut connect(&server)), 0);
    // It comes back by itself.
    let begun = Instant::now();
    while exchange(&server, &echo).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "still away");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(exchange(&server, &echo).unwrap().text(39), "00");
}

#[test]
fn bad_input_closes_the_connection_and_nothing_else() {
    let (server, log) = start(&[], Limits::default());
    let good = sale(2, 100).signed();
    let mut truncated_message = good.clone();
    truncated_message.truncate(60);
    truncated_message[..2].copy_from_slice(&58_u16.to_be_bytes());
    let bad: [&[u8]; 6] = [
        &[0xFF, 0xFF],
        &[0, 0],
        &[0, 3, 1, 2, 3],
        b"GET / HTTP/1.1\r\n\r\n",
        &[&[0, 100][..], &[0xFF; 100]].concat(),
        &truncated_message,
    ];
    for bytes in bad {
        let mut stream = connect(&server);
        stream.write_all(bytes).unwrap();
        assert_eq!(drained(&mut stream), 0, "{bytes:02X?}");
    }
    // Half a frame, then the line goes down.
    let mut stream = connect(&server);
    stream.write_all(&good[..50]).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(drained(&mut stream), 0);
    assert_eq!(
        exchange(&server, &echo().frame(None)).unwrap().text(39),
        "00"
    );
    server.stop();
    let log = log.lock().unwrap();
    let closed = log
        .iter()
        .filter(|line| line.starts_with("connection closed: "));
    assert_eq!(closed.count(), bad.len(), "{log:#?}");
    assert!(
        log.contains(&"the terminal hung up after 50 bytes of a frame".to_owned()),
        "{log:#?}"
    );
}

#[test]
fn too_many_connections_are_refused_and_idle_ones_closed() {
    let limits = Limits {
        connections: 2,
        idle: Duration::from_secs(2),
        ..Limits::default()
    };
    let (server, log) = start(&[], limits);
    let mut held = [connect(&server), connect(&server)];
    let echo = echo().frame(None);
    for stream in &mut held {
        stream.write_all(&echo).unwrap();
        assert_eq!(read(stream).unwrap().text(39), "00");
    }
    assert_eq!(drained(&mut connect(&server)), 0);
    assert!(
        log.lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("too many"))
    );
    for stream in &mut held {
        assert_eq!(drained(stream), 0);
    }
    assert_eq!(exchange(&server, &echo).unwrap().text(39), "00");
}

#[test]
fn it_stops_at_once_with_a_connection_open_and_frees_its_port() {
    let (server, _) = start(&["delay=60s@echo"], Limits::default());
    let address = server.local_addr();
    let mut waiting = connect(&server);
    waiting.write_all(&echo().frame(None)).unwrap();
    let mut idle = connect(&server);
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    server.stop();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!((drained(&mut waiting), drained(&mut idle)), (0, 0));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_fault_can_be_ordered_while_the_server_runs() {
    let (server, _) = start(&[], Limits::default());
    assert_eq!(
        exchange(&server, &sign_in().frame(None)).unwrap().text(39),
        "00"
    );
    server.host().order("decline=51@sale".parse().unwrap());
    assert_eq!(
        exchange(&server, &sale(2, 100).signed()).unwrap().text(39),
        "51"
    );
    assert_eq!(
        exchange(&server, &sale(3, 100).signed()).unwrap().text(39),
        "00"
    );
    assert_eq!(server.host().ledger().entries().unwrap().len(), 2);
}
