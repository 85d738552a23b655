//! The line to the host: slow, lossy, doubling, splitting, and sometimes dead.

use super::auditor::{Key, Message};
use super::meddler::Meddler;
use super::script::{Fault, Lie};
use super::till::TERMINALS;
use super::world::{Happening, World};
use annul::engine::Sending;
use annul::terminal::{Input, LinkId};

impl<M: Meddler> World<'_, M> {
    pub(crate) fn connected(&mut self, link: LinkId) {
        if self
            .lane
            .link
            .as_ref()
            .is_none_or(|(open, _)| *open != link)
        {
            return;
        }
        if let Some(bytes) = self.lane.held.take() {
            self.marks.hit("answer of an earlier link on a new one");
            let boot = self.lane.boots;
            self.plan(1, Happening::Answer { boot, link, bytes });
        }
        self.tell(Input::Connected(link));
    }

    pub(crate) fn down(&mut self, link: LinkId, sending: Sending) {
        if (self.lane.link.as_ref()).is_none_or(|(open, _)| *open != link) {
            self.marks.hit("a link that was closed goes down");
        }
        self.tell(Input::Down(link, sending));
    }

    /// The till hands a frame to the transport.
    pub(crate) fn send(&mut self, link: LinkId, mut frame: Vec<u8>) {
        let faults = match &self.lane.link {
            Some((open, faults)) if *open == link => faults.clone(),
            _ => Vec::new(),
        };
        if faults.contains(&Fault::SendFails) {
            self.marks.hit("connect failed, nothing sent");
            self.feed(Input::Down(link, Sending::NothingSent));
            return;
        }
        self.meddler.sends(&mut frame);
        self.exchanges += 1;
        let message = Message::read(&frame);
        self.says(|| format!("sends {message:?}"));
        self.mark_sent(message.as_ref());
        self.auditor.sent(self.lane.number, message.as_ref());
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
        let boot = self.lane.boots;
        let latency = self.script.shop.latency / 2;
        let (mut lost, mut delay, mut copy) = (false, 0, None);
        let sent = self.exchanges;
        for fault in faults {
            match *fault {
                Fault::LoseRequest => lost = true,
                Fault::HalfOpen(millis) => {
                    lost = true;
                    let sending = Sending::MaybeSent;
                    let dead = Happening::Down {
                        boot,
                        link,
                        sending,
                    };
                    self.plan(millis.into(), dead);
                }
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
                    sent,
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
                    sent,
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
        let lies: Vec<Lie> = (faults.iter())
            .filter_map(|fault| match fault {
                Fault::Host(lie) => Some(*lie),
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
        let civil = self.civil_at(0);
        let request = Message::read(frame);
        let answer = request.as_ref().and_then(|request| {
            let bytes = self.host.answer(civil, frame, request, &lies)?;
            Some((request, Message::read(&bytes)?, bytes))
        });
        if let Some((request, answer, bytes)) = answer {
            self.says(|| format!("the host hears {request:?}, answers {answer:?}"));
            self.mark_host(request, &answer, &lies);
            self.auditor.host(request, &answer);
            self.way_back(boot, link, (&answer, bytes), faults);
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
    fn way_back(
        &mut self,
        boot: u32,
        link: LinkId,
        (message, mut answer): (&Message, Vec<u8>),
        faults: &[Fault],
    ) {
        self.remember(message, &answer);
        let mut delay = self.script.shop.latency.div_ceil(2);
        let mut copy = None;
        let mut pieces = 1;
        let mut cut = None;
        for fault in faults {
            match *fault {
                Fault::LoseAnswer => return,
                Fault::OnNextLink if is_harmless_when_stale(message) => {
                    self.lane.held = Some(answer);
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
                Fault::OldAnswer => self.replay(boot, link, message.key()),
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

    /// Keeps the answers of the last exchanges.
    fn remember(&mut self, message: &Message, answer: &[u8]) {
        if let Some(key) = message.key() {
            self.past.push_front((key, answer.to_vec()));
            self.past.truncate(6);
        }
    }

    /// Something on the way sends what it sent before, about another transaction.
    fn replay(&mut self, boot: u32, link: LinkId, own: Option<Key>) {
        let other = self.past.iter().find(|(key, _)| Some(*key) != own);
        if let Some((_, bytes)) = other {
            let bytes = bytes.clone();
            self.marks.hit("an old answer comes again");
            self.plan(1, Happening::Answer { boot, link, bytes });
        }
    }

    /// Field 41 becomes another's.
    fn readdress(&mut self, answer: &mut [u8]) {
        let own = &TERMINALS[usize::from(self.lane.number)];
        if let Some(place) = answer.windows(own.len()).position(|window| window == own) {
            self.marks.hit("answer for another terminal");
            answer[place] = b'9';
        }
    }

    /// Bytes reached the till.
    pub(crate) fn heard(&mut self, link: LinkId, bytes: &[u8]) {
        let message = Message::read(bytes);
        self.says(|| format!("hears {message:?} on {link:?}"));
        self.mark_heard(link, message.as_ref());
        if self.meddler.meddles()
            && let Some(trace) = message.filter(Message::is_approval).and_then(|it| it.trace)
            && let Some(rewrite) = self.meddler.approval(trace, &self.lane.disk.decoded())
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
fn is_harmless_when_stale(answer: &Message) -> bool {
    answer.mti != 0x0410 || answer.says(*b"00")
}

fn change(frame: &mut [u8], place: u16, bits: u8) {
    let place = usize::from(place) % frame.len();
    frame[place] ^= bits;
}
