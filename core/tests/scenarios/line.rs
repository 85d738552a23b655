//! The way to the host and back, in virtual time: connections, frames and
//! answers on their way, and what falls due while time goes on.

use crate::wire::{Behaviour, Way};
use crate::world::{ENDLESS, Inner, World};
use annul::engine::{Sending, State};
use annul::iso8583::View;
use annul::terminal::{Input, LinkId, Terminal};
use annul::transaction::ResponseCode;
use annul_host::Dialect;

/// Bytes or an end that are on their way to the terminal.
pub(crate) struct Arrival {
    due: u64,
    pub(crate) link: LinkId,
    what: What,
}

pub(crate) enum What {
    Bytes(Vec<u8>),
    Down,
}

impl World {
    pub(crate) fn connect(&mut self, link: LinkId) {
        self.behaviour = self.host.queue.pop_front().unwrap_or_default();
        match self.behaviour.way {
            Way::Refused => self.give(Input::Down(link, Sending::NothingSent)),
            Way::Hangs => {}
            _ => {
                self.open = Some(link);
                self.give(Input::Connected(link));
            }
        }
    }

    pub(crate) fn send(&mut self, link: LinkId, frame: Vec<u8>) {
        self.frames.push(frame.clone());
        self.marks.heard = None;
        match self.behaviour.way {
            Way::Unsent => return self.give(Input::Down(link, Sending::NothingSent)),
            Way::SendFails => return self.give(Input::Down(link, Sending::MaybeSent)),
            _ => self.give(Input::Sent(link)),
        }
        match self.behaviour.way {
            Way::RequestLost => return,
            Way::RequestLate => return self.host.late_requests.push(frame),
            _ => {}
        }
        let behaviour = self.behaviour.clone();
        let answer = self.host.serve(self.civil, &frame, &behaviour);
        match behaviour.way {
            Way::AnswerLost => {}
            Way::AnswerLate => self.late_answers.push((link, answer)),
            Way::HangsUp => self.on_its_way(link, What::Down),
            Way::Cut => {
                let half = answer[..answer.len() / 2].to_vec();
                self.on_its_way(link, What::Bytes(half));
                self.on_its_way(link, What::Down);
            }
            _ => self.answer(link, &answer, &behaviour),
        }
    }

    fn answer(&mut self, link: LinkId, answer: &[u8], behaviour: &Behaviour) {
        self.marks.heard = heard(self.dialect, answer);
        let mut bytes = Vec::new();
        if let Some(earlier) = behaviour.joined_after {
            bytes.extend_from_slice(&self.host.answers[earlier - 1]);
        }
        bytes.extend_from_slice(answer);
        if behaviour.twice {
            bytes.extend_from_slice(answer);
        }
        if behaviour.split {
            for byte in bytes {
                self.on_its_way(link, What::Bytes(vec![byte]));
            }
        } else {
            self.on_its_way(link, What::Bytes(bytes));
        }
        if behaviour.closes {
            self.on_its_way(link, What::Down);
        }
    }

    fn on_its_way(&mut self, link: LinkId, what: What) {
        let due = self.now + self.behaviour.delay;
        self.inbox.push(Arrival { due, link, what });
    }

    /// A request reaches the host, and nobody hears the answer.
    pub(crate) fn reach(&mut self, frame: &[u8]) {
        self.host.serve(self.civil, frame, &Behaviour::default());
    }

    /// Hands over what is due; false where nothing is.
    pub(crate) fn arrive(&mut self) -> bool {
        let due = |arrival: &Arrival| arrival.due <= self.now;
        let Some(index) = self.inbox.iter().position(due) else {
            return false;
        };
        let arrival = self.inbox.remove(index);
        match arrival.what {
            What::Bytes(bytes) => self.give(Input::Received(arrival.link, &bytes)),
            What::Down => self.give(Input::Down(arrival.link, Sending::MaybeSent)),
        }
        true
    }

    /// The link that is open.
    pub(crate) fn open_link(&self) -> Option<LinkId> {
        self.open
    }

    /// Time goes on to `until`; whatever falls due on the way happens.
    pub(crate) fn pass(&mut self, until: u64) {
        for _ in 0..ENDLESS {
            self.pump();
            let Some(due) = self.next_due().filter(|due| *due <= until) else {
                self.now = self.now.max(until);
                return;
            };
            self.wake(due);
        }
        self.audit.fault("time stands still");
    }

    /// Time goes on until the terminal is where it is wanted.
    pub(crate) fn pass_until(&mut self, there: impl Fn(&Inner) -> bool) {
        for _ in 0..ENDLESS {
            self.pump();
            let arrived = self.terminal.as_ref().is_none_or(&there);
            let withheld = self.did_wrong && self.held.is_some();
            if arrived || withheld || self.state() == Some(&State::Faulted) {
                return;
            }
            match self.next_due() {
                Some(due) => self.wake(due),
                None => return self.audit.fault("the terminal waits for nothing"),
            }
        }
        self.audit.fault("the terminal does not come to rest");
    }

    fn next_due(&self) -> Option<u64> {
        let deadline = self.terminal.as_ref().and_then(Terminal::deadline);
        let arrival = self.inbox.iter().map(|arrival| arrival.due).min();
        deadline.map(|due| due.0).into_iter().chain(arrival).min()
    }

    fn wake(&mut self, due: u64) {
        self.now = self.now.max(due);
        if !self.arrive() {
            self.give(Input::Tick);
        }
        self.pump();
    }
}

/// F39 of an answer and whether it is signed.
fn heard(dialect: Dialect, answer: &[u8]) -> Option<(ResponseCode, bool)> {
    let profile = dialect.profile();
    let frame = profile.framing.decode(answer).ok()?;
    let view = View::decode(profile.spec, frame.message).ok()?;
    let code = ResponseCode::new(view.field(39)?.bytes()).ok()?;
    Some((code, view.mac().is_some()))
}
