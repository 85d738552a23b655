//! The line to the host: slow, lossy, doubling, splitting, and sometimes dead.

use super::auditor::Message;
use super::meddler::Meddler;
use super::script::Fault;
use super::world::{Happening, World};
use annul::engine::Sending;
use annul::terminal::{Input, LinkId};
use annul_host::Misdeed;

impl<M: Meddler> World<'_, M> {
    pub(crate) fn connected(&mut self, link: LinkId) {
        if self.link.as_ref().is_none_or(|(open, _)| *open != link) {
            return;
        }
        if let Some(bytes) = self.held.take() {
            self.marks.hit("answer of an earlier link on a new one");
            let boot = self.boots;
            self.plan(1, Happening::Answer { boot, link, bytes });
        }
        self.tell(Input::Connected(link));
    }

    pub(crate) fn down(&mut self, link: LinkId, sending: Sending) {
        self.tell(Input::Down(link, sending));
    }

    /// The till hands a frame to the transport.
    pub(crate) fn send(&mut self, link: LinkId, mut frame: Vec<u8>) {
        let faults = match &self.link {
            Some((open, faults)) if *open == link => faults.clone(),
            _ => Vec::new(),
        };
        if faults.contains(&Fault::SendFails) {
            self.marks.hit("connect failed, nothing sent");
            self.feed(Input::Down(link, Sending::NothingSent));
            return;
        }
        self.meddler.sends(&mut frame);
        self.mark_sent(&frame);
        self.auditor.sent(&frame);
        self.travel(link, frame, &faults);
        if faults.contains(&Fault::SendDoubtful) {
            self.marks.hit("link lost after sending");
            self.feed(Input::Down(link, Sending::MaybeSent));
        } else {
            self.feed(Input::Sent(link));
        }
    }

    /// The request's way to the host, and that of its copy.
    fn travel(&mut self, link: LinkId, mut frame: Vec<u8>, faults: &[Fault]) {
        let boot = self.boots;
        let latency = self.script.shop.latency / 2;
        let (mut lost, mut delay, mut copy) = (false, 0, None);
        for fault in faults {
            match *fault {
                Fault::LoseRequest => lost = true,
                Fault::DelayRequest(millis) => delay = u64::from(millis),
                Fault::DoubleRequest(millis) => copy = Some(u64::from(millis)),
                Fault::CorruptRequest(place, bits) => change(&mut frame, place, bits),
                Fault::Reset(millis) => {
                    let sending = Sending::MaybeSent;
                    self.plan(
                        millis.into(),
                        Happening::Down {
                            boot,
                            link,
                            sending,
                        },
                    );
                    self.marks.hit("link lost after sending");
                }
                _ => {}
            }
        }
        // A copy of a damaged request would be a second, sound one.
        let damaged = |fault: &Fault| matches!(fault, Fault::CorruptRequest(..));
        if let Some(after) = copy.filter(|_| !faults.iter().any(damaged)) {
            let frame = frame.clone();
            self.plan(
                latency + after,
                Happening::Request {
                    boot,
                    link,
                    frame,
                    faults: Vec::new(),
                },
            );
        }
        if !lost {
            let faults = faults.to_vec();
            self.plan(
                latency + delay,
                Happening::Request {
                    boot,
                    link,
                    frame,
                    faults,
                },
            );
        }
    }

    /// A request reached the host.
    pub(crate) fn at_host(&mut self, boot: u32, link: LinkId, frame: &[u8], faults: &[Fault]) {
        let latency = self.script.shop.latency.div_ceil(2);
        let misdeeds: Vec<Misdeed> = (faults.iter())
            .filter_map(|fault| match fault {
                Fault::Host(misdeed) => Some(*misdeed),
                _ => None,
            })
            .collect();
        if let Some(Fault::Away(millis)) =
            faults.iter().find(|fault| matches!(fault, Fault::Away(_)))
        {
            self.host.away_until = self.now + u64::from(*millis);
            let sending = Sending::MaybeSent;
            self.plan(
                latency,
                Happening::Down {
                    boot,
                    link,
                    sending,
                },
            );
            return;
        }
        let civil = self.civil();
        if let Some(answer) = self.host.answer(civil, frame, &misdeeds) {
            self.mark_host(frame, &answer, &misdeeds);
            self.auditor.host(frame, &answer);
            self.way_back(boot, link, answer, faults);
        } else {
            let sending = Sending::MaybeSent;
            self.plan(
                latency,
                Happening::Down {
                    boot,
                    link,
                    sending,
                },
            );
        }
    }

    /// The answer's way to the till.
    fn way_back(&mut self, boot: u32, link: LinkId, mut answer: Vec<u8>, faults: &[Fault]) {
        let mut delay = self.script.shop.latency.div_ceil(2);
        let mut copy = None;
        let mut pieces = 1;
        let mut cut = None;
        for fault in faults {
            match *fault {
                Fault::LoseAnswer => return,
                Fault::OnNextLink if is_harmless_when_stale(&answer) => {
                    self.held = Some(answer);
                    return;
                }
                Fault::DelayAnswer(millis) => delay += u64::from(millis),
                Fault::DoubleAnswer(millis) => copy = Some(u64::from(millis)),
                Fault::JoinAnswer => answer = [answer.clone(), answer].concat(),
                Fault::SplitAnswer(count) => pieces = usize::from(count),
                Fault::CutAnswer(bytes) => cut = Some(usize::from(bytes)),
                Fault::CorruptAnswer(place, bits) => {
                    self.marks.hit("bytes changed on the way");
                    change(&mut answer, place, bits);
                }
                Fault::OtherTerminal => self.readdress(&mut answer),
                _ => {}
            }
        }
        if let Some(after) = copy {
            let bytes = answer.clone();
            self.marks.hit("answer twice");
            self.plan(delay + after, Happening::Answer { boot, link, bytes });
        }
        if let Some(bytes) = cut {
            answer.truncate(bytes);
            let sending = Sending::MaybeSent;
            self.plan(
                delay + 100,
                Happening::Down {
                    boot,
                    link,
                    sending,
                },
            );
        }
        let size = answer.len().div_ceil(pieces.max(1)).max(1);
        for (index, piece) in answer.chunks(size).enumerate() {
            let bytes = piece.to_vec();
            let after = delay + index as u64;
            self.plan(after, Happening::Answer { boot, link, bytes });
        }
        if pieces > 1 {
            self.marks.hit("answer in pieces");
        }
    }

    /// Field 41 becomes another's.
    fn readdress(&mut self, answer: &mut [u8]) {
        let own = b"12345678123456789012345";
        if let Some(place) = answer.windows(own.len()).position(|window| window == own) {
            self.marks.hit("answer for another terminal");
            answer[place] = b'9';
        }
    }

    /// Bytes reached the till.
    pub(crate) fn heard(&mut self, link: LinkId, bytes: &[u8]) {
        let message = Message::read(bytes);
        self.mark_heard(link, message.as_ref());
        let approval = message.filter(|message| message.mti == 0x0210);
        if let Some(approval) = approval.filter(|message| message.text(39) == Some("00"))
            && self.meddler.meddles()
            && let Some(trace) = approval.number(11)
            && let Some(rewrite) = self.meddler.approval(trace as u32, &self.disk.decoded())
        {
            self.rewrite(rewrite);
            return;
        }
        self.tell(Input::Received(link, bytes));
    }
}

/// Scenario 45: the answer to an earlier attempt at a reversal that says "not
/// found" must not come on a later link; a front end that does this is beyond
/// any terminal's help, as it looks like the answer to the later attempt.
fn is_harmless_when_stale(answer: &[u8]) -> bool {
    Message::read(answer)
        .is_some_and(|message| message.mti == 0x0210 || message.text(39) == Some("00"))
}

fn change(frame: &mut [u8], place: u16, bits: u8) {
    let place = usize::from(place) % frame.len();
    frame[place] ^= bits;
}
