//! The host on TCP: a thread for each connection, at most so many, each with
//! bounded patience.

use crate::clock::{Now, china};
use crate::event::Event;
use crate::fault::Effect;
use crate::host::{Host, Step};
use crate::ledger::Ledger;
use annul::frame::{Decoder, Step as Cut};
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The largest frame without its length prefix; longer ones are refused.
const LARGEST: usize = 2048;
/// How often a waiting thread looks whether it must stop.
const TICK: Duration = Duration::from_millis(25);

/// How much a server takes upon itself.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; more are closed at once.
    pub connections: usize,
    /// A connection that sends nothing for so long is closed.
    pub idle: Duration,
    /// A write that takes longer breaks the connection.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            idle: Duration::from_mins(3),
            write: Duration::from_secs(10),
        }
    }
}

/// A running server. It stops when it is stopped or dropped.
pub struct Server<L: Ledger + Send + 'static> {
    shared: Arc<Shared<L>>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

/// Told what happened, and who was at the other end.
type Log = dyn Fn(SocketAddr, &Event) + Send + Sync;

struct Shared<L> {
    host: Mutex<Host<L>>,
    log: Box<Log>,
    limits: Limits,
    start: Instant,
    stop: AtomicBool,
    /// Connections that are open.
    open: AtomicUsize,
}

impl<L: Ledger + Send + 'static> Server<L> {
    /// Listens at `address`, where port 0 is any free port, and tells `log`
    /// what happens; `log` is called from several threads.
    pub fn start(
        address: SocketAddr,
        host: Host<L>,
        limits: Limits,
        log: impl Fn(SocketAddr, &Event) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            host: Mutex::new(host),
            log: Box::new(log),
            limits,
            start: Instant::now(),
            stop: AtomicBool::new(false),
            open: AtomicUsize::new(0),
        });
        let ours = Arc::clone(&shared);
        let acceptor = thread::Builder::new()
            .name("annul-host".to_owned())
            .spawn(move || accept(&listener, &ours))?;
        Ok(Self {
            shared,
            address,
            acceptor: Some(acceptor),
        })
    }

    /// Where it listens, with the port it was given.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The host, to order faults and read its books. Every exchange waits
    /// while it is held.
    pub fn host(&self) -> MutexGuard<'_, Host<L>> {
        self.shared.host()
    }

    /// Takes no more connections, closes the open ones and returns when all
    /// threads have ended.
    pub fn stop(mut self) {
        self.end();
    }

    /// Returns when the server has ended, which it does of itself only where
    /// the listener fails.
    pub fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            // A panic in the thread was reported by the panic hook.
            let _ = acceptor.join();
        }
    }

    fn end(&mut self) {
        let Some(acceptor) = self.acceptor.take() else {
            return;
        };
        self.shared.stop.store(true, Ordering::SeqCst);
        // The acceptor sleeps in accept(): a connection wakes it.
        let _ = TcpStream::connect_timeout(&reachable(self.address), Duration::from_secs(1));
        let _ = acceptor.join();
    }
}

impl<L: Ledger + Send + 'static> Drop for Server<L> {
    fn drop(&mut self) {
        self.end();
    }
}

impl<L: Ledger> Shared<L> {
    fn host(&self) -> MutexGuard<'_, Host<L>> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        Now {
            civil: china(),
            millis: u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// An address that connects to a listener on every interface.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn accept<L: Ledger + Send + 'static>(listener: &TcpListener, shared: &Arc<Shared<L>>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    while !shared.stopping() {
        let Ok((stream, peer)) = listener.accept() else {
            // Out of descriptors, most likely: wait for connections to end.
            thread::sleep(TICK);
            continue;
        };
        threads.retain(|thread| !thread.is_finished());
        if shared.stopping() {
            break;
        }
        if shared.open.load(Ordering::SeqCst) >= shared.limits.connections {
            (shared.log)(peer, &Event::Busy);
            continue;
        }
        let seat = Seat::take(shared);
        let spawned = thread::Builder::new().spawn(move || {
            let ours = &seat.0;
            if let Err(error) = serve(&stream, peer, ours) {
                (ours.log)(peer, &Event::Broken(error.kind()));
            }
            // First: who sees the end may connect again at once.
            drop(seat);
            let _ = stream.shutdown(Shutdown::Both);
        });
        match spawned {
            Ok(thread) => threads.push(thread),
            Err(error) => (shared.log)(peer, &Event::Broken(error.kind())),
        }
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// One of the connections that are allowed, free again when this is dropped.
struct Seat<L>(Arc<Shared<L>>);

impl<L> Seat<L> {
    fn take(shared: &Arc<Shared<L>>) -> Self {
        shared.open.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(shared))
    }
}

impl<L> Drop for Seat<L> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What is left of a connection after an effect.
#[derive(PartialEq, Eq)]
enum Line {
    Open,
    Closed,
}

fn serve<L: Ledger>(
    mut stream: &TcpStream,
    peer: SocketAddr,
    shared: &Shared<L>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TICK))?;
    stream.set_write_timeout(Some(shared.limits.write))?;
    let step = shared.host().connected(shared.now());
    if perform(stream, peer, shared, step)? == Line::Closed {
        return Ok(());
    }
    let framing = shared.host().dialect().profile().framing;
    let mut decoder = Decoder::framed(framing, [0; LARGEST]);
    let mut chunk = [0; LARGEST];
    let mut heard = Instant::now();
    while !shared.stopping() && heard.elapsed() < shared.limits.idle {
        let size = match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(size) => size,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if is_timeout(error.kind()) => continue,
            Err(error) => return Err(error),
        };
        heard = Instant::now();
        let mut bytes = &chunk[..size];
        loop {
            let step = match decoder.feed(bytes) {
                Ok(Cut::NeedMore) => break,
                Ok(Cut::Frame { frame, rest }) => {
                    bytes = rest;
                    shared.host().received(shared.now(), frame)
                }
                Err(error) => Host::<L>::unreadable(error),
            };
            if perform(stream, peer, shared, step)? == Line::Closed {
                return Ok(());
            }
        }
    }
    if decoder.pending() > 0 {
        let bytes = decoder.pending();
        (shared.log)(peer, &Event::CutOff { bytes });
    }
    Ok(())
}

/// Does what the host decided, in real time.
fn perform<L: Ledger>(
    mut stream: &TcpStream,
    peer: SocketAddr,
    shared: &Shared<L>,
    step: Step,
) -> std::io::Result<Line> {
    for event in &step.events {
        (shared.log)(peer, event);
    }
    for effect in step.effects {
        match effect {
            Effect::Wait(millis) => pause(Duration::from_millis(millis), shared),
            Effect::Bytes(bytes) => stream.write_all(&bytes)?,
            Effect::Close => return Ok(Line::Closed),
        }
        if shared.stopping() {
            return Ok(Line::Closed);
        }
    }
    Ok(Line::Open)
}

fn pause<L: Ledger>(duration: Duration, shared: &Shared<L>) {
    let end = Instant::now() + duration;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        if shared.stopping() {
            return;
        }
        thread::sleep(left.min(TICK));
    }
}

/// A read that timed out is `WouldBlock` on Unix and `TimedOut` on Windows.
fn is_timeout(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
