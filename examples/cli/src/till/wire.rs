//! The line and the clock of a till that is watched: messages can be shown,
//! and waiting is.

use crate::output::{self, Detail, FAINT, Manner, styled};
use crate::progress::{self, BEAT};
use annul::driver::{Clock, Connected, Heard, Link, LinkError, SystemClock, TcpLink};
use annul::engine::Millis;
use annul::frame::{Decoder, Frame, Step};
use annul::iso8583::{View, describe};
use annul::profile::Profile;
use annul::terminal::Now;
use std::time::{Duration, Instant};

/// A TCP link that can be looked at.
pub(crate) struct Wire {
    link: TcpLink,
    profile: &'static Profile,
    manner: Manner,
    heard: Decoder<Vec<u8>>,
    since: Instant,
}

/// As large as the terminal's own buffer.
const LARGEST: usize = 2048;

impl Wire {
    pub(super) fn new(address: &str, profile: &'static Profile, manner: Manner) -> Self {
        Self {
            profile,
            link: TcpLink::new(address),
            manner,
            heard: Decoder::framed(profile.framing, vec![0; LARGEST]),
            since: Instant::now(),
        }
    }

    fn show_heard(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Ok(Step::Frame {
            frame,
            rest: behind,
        }) = self.heard.feed(rest)
        {
            show("<-", &frame, self.profile, self.manner);
            rest = behind;
        }
    }
}

impl Link for Wire {
    fn connect(&mut self, within: Duration) -> Result<Connected, LinkError> {
        self.heard.reset();
        self.since = Instant::now();
        self.link.connect(within)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        if let Detail::Messages = self.manner.detail
            && let Ok(frame) = self.profile.framing.decode(bytes)
        {
            show("->", &frame, self.profile, self.manner);
        }
        self.since = Instant::now();
        self.link.send(bytes)
    }

    /// Waits in beats, so that progress is seen; a beat without bytes is
    /// silence, and the driver asks again.
    fn receive(&mut self, buffer: &mut [u8], within: Duration) -> Heard {
        let what = self.manner.pick("等待主机应答", "waiting for the host");
        progress::draw(what, self.since.elapsed());
        let heard = self.link.receive(buffer, within.min(BEAT));
        if heard != Heard::Silence {
            progress::clear();
        }
        if let (Detail::Messages, Heard::Bytes(len)) = (self.manner.detail, heard) {
            self.show_heard(&buffer[..len]);
        }
        heard
    }

    fn close(&mut self) {
        self.link.close();
    }
}

/// A message in one line, masked.
fn show(arrow: &str, frame: &Frame<'_>, profile: &Profile, manner: Manner) {
    let line = match View::decode(profile.spec, frame.message) {
        Ok(view) => {
            let fields = describe(&view, manner.language);
            let fields: Vec<String> = fields.map(|line| line.to_string()).collect();
            format!("{arrow} {}  {}", view.mti(), fields.join("; "))
        }
        Err(error) => format!("{arrow} {error}"),
    };
    output::log(&styled(FAINT, &line));
}

/// The system's clock, whose waits are seen.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    clock: SystemClock,
    manner: Manner,
}

impl Pace {
    pub(super) fn new(manner: Manner) -> Self {
        Self {
            clock: SystemClock::new(),
            manner,
        }
    }
}

impl Clock for Pace {
    fn now(&mut self) -> Now {
        self.clock.now()
    }

    fn sleep_until(&mut self, due: Millis) {
        let what = self
            .manner
            .pick("等待后再发冲正", "waiting to send the reversal");
        let begun = Instant::now();
        loop {
            let left = due.0.saturating_sub(self.now().millis.0);
            if left == 0 {
                progress::clear();
                return;
            }
            progress::draw(what, begun.elapsed());
            let beat = BEAT.min(Duration::from_millis(left));
            std::thread::sleep(beat);
        }
    }
}
