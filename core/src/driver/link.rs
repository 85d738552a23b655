use crate::engine::Sending;
use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::string::String;
use std::time::Instant;

/// A way to the host, one connection at a time.
pub trait Link {
    /// Connects within the time; any older connection was closed before.
    fn connect(&mut self, within: Duration) -> Result<Connected, LinkError>;

    /// Sends all bytes.
    fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError>;

    /// Waits for bytes so long at most.
    fn receive(&mut self, buffer: &mut [u8], within: Duration) -> Heard;

    /// Ends the connection; nothing more is heard from it.
    fn close(&mut self);
}

/// A connection was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connected;

/// A connection was not made, or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkError(
    /// Whether bytes may have left. In doubt they may (scenario 46).
    pub Sending,
);

/// What came over a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// So many bytes.
    Bytes(usize),
    /// Nothing in the time.
    Silence,
    /// The other side ended the connection.
    Closed,
}

/// A TCP connection to the host, made anew for each exchange.
#[derive(Debug)]
pub struct TcpLink {
    address: String,
    stream: Option<TcpStream>,
}

impl TcpLink {
    /// A link to `host:port`; nothing is connected yet.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.into(),
            stream: None,
        }
    }
}

/// The socket takes no wait of zero.
const LEAST_WAIT: Duration = Duration::from_millis(1);

impl Link for TcpLink {
    fn connect(&mut self, within: Duration) -> Result<Connected, LinkError> {
        const NOT_MADE: LinkError = LinkError(Sending::NothingSent);
        let addresses = self.address.to_socket_addrs().map_err(|_| NOT_MADE)?;
        let begun = Instant::now();
        for address in addresses {
            // All addresses of a name share the time.
            let left = within.saturating_sub(begun.elapsed()).max(LEAST_WAIT);
            if let Ok(stream) = TcpStream::connect_timeout(&address, left) {
                stream.set_nodelay(true).map_err(|_| NOT_MADE)?;
                stream
                    .set_write_timeout(Some(within.max(LEAST_WAIT)))
                    .map_err(|_| NOT_MADE)?;
                self.stream = Some(stream);
                return Ok(Connected);
            }
        }
        Err(NOT_MADE)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        // Once bytes were given to the socket nobody can say where they are.
        let stream = self
            .stream
            .as_mut()
            .ok_or(LinkError(Sending::NothingSent))?;
        stream
            .write_all(bytes)
            .map_err(|_| LinkError(Sending::MaybeSent))
    }

    fn receive(&mut self, buffer: &mut [u8], within: Duration) -> Heard {
        let Some(stream) = self.stream.as_mut() else {
            return Heard::Closed;
        };
        if stream
            .set_read_timeout(Some(within.max(LEAST_WAIT)))
            .is_err()
        {
            return Heard::Closed;
        }
        match stream.read(buffer) {
            Ok(0) => Heard::Closed,
            Ok(len) => Heard::Bytes(len),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {
                    Heard::Silence
                }
                _ => Heard::Closed,
            },
        }
    }

    fn close(&mut self) {
        if let Some(stream) = self.stream.take() {
            // It may be closed already, from the other side.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
