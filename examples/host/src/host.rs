//! The host as a terminal meets it: connections, exchanges, and what goes
//! wrong in them.
//!
//! ```text
//!  connected(now) ──────────> effects: a late answer, or a refusal while away
//!  received(now, frame) ────> effects: waits, bytes, a close;  events: what happened
//! ```
//!
//! It does no input or output beside its ledger and takes the time as it is
//! told, so that a simulation and the TCP server drive the same code.

use crate::acquirer::{Acquirer, AcquirerError, Request, Unreadable};
use crate::clock::Now;
use crate::dialect::Dialect;
use crate::event::{Event, Exchanged, Timing};
use crate::fault::{Effect, Fault, FaultPlan, Misdeed, Orders};
use crate::ledger::Ledger;
use annul::frame::{Frame, Framing, Header, Tpdu};
use zeroize::Zeroizing;

/// An acquirer with its faults.
pub struct Host<L> {
    acquirer: Acquirer<L>,
    plan: FaultPlan,
    late_answers: Vec<Vec<u8>>,
    glued: Vec<u8>,
    late_requests: Vec<LateRequest>,
    away_until: u64,
}

/// What a connection or a frame led to.
#[derive(Default)]
pub struct Step {
    /// What happens on the connection, in order.
    pub effects: Vec<Effect>,
    /// What happened in the host, in order.
    pub events: Vec<Event>,
}

/// A request that is still on its way.
struct LateRequest {
    tpdu: Tpdu,
    header: Header,
    message: Zeroizing<Vec<u8>>,
}

/// How many late answers and late requests are kept, and KiB of glued ones;
/// more are lost, as on a real line.
const KEPT: usize = 16;

impl<L: Ledger> Host<L> {
    /// A host that misbehaves as planned.
    pub const fn new(acquirer: Acquirer<L>, plan: FaultPlan) -> Self {
        Self {
            acquirer,
            plan,
            late_answers: Vec::new(),
            glued: Vec::new(),
            late_requests: Vec::new(),
            away_until: 0,
        }
    }

    /// Orders one more fault; it counts from the next exchange on.
    pub fn order(&mut self, fault: Fault) {
        self.plan.add(fault);
    }

    /// The books.
    pub const fn ledger(&self) -> &L {
        self.acquirer.ledger()
    }

    /// What it speaks.
    pub const fn dialect(&self) -> Dialect {
        self.acquirer.settings().host.dialect
    }

    /// A connection opened.
    pub fn connected(&mut self, now: Now) -> Step {
        if now.millis < self.away_until {
            return Step {
                effects: vec![Effect::Close],
                events: vec![Event::Away],
            };
        }
        let late = std::mem::take(&mut self.late_answers);
        Step {
            events: late.iter().map(|_| Event::LateAnswer).collect(),
            effects: late.into_iter().map(Effect::Bytes).collect(),
        }
    }

    /// A frame came in. What cannot be read closes the connection unanswered.
    pub fn received(&mut self, now: Now, frame: Frame<'_>) -> Step {
        match Request::read(self.dialect(), frame) {
            Ok(request) => self.exchange(now, &request),
            Err(error) => Self::unreadable(error),
        }
    }

    /// Bytes came in that are no frame, or no message.
    pub fn unreadable(error: impl Into<Unreadable>) -> Step {
        Step {
            effects: vec![Effect::Close],
            events: vec![Event::Unreadable(error.into())],
        }
    }

    fn exchange(&mut self, now: Now, request: &Request<'_>) -> Step {
        let wanted = self.acquirer.settings().host.tpdu.destination();
        let addressed = self.dialect().profile().framing == Framing::Addressed;
        if addressed && request.destination() != wanted {
            return Step {
                effects: vec![Effect::Close],
                events: vec![Event::NotForUs {
                    wanted,
                    found: request.destination(),
                }],
            };
        }
        let orders = self.plan.decide(request.exchange());
        let mut exchanged = Exchanged::new(request, &orders);
        if let Some(duration) = orders.away() {
            let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            self.away_until = now.millis.saturating_add(millis);
            return Step {
                effects: vec![Effect::Close],
                events: vec![Event::Exchanged(exchanged)],
            };
        }
        if orders.has(Misdeed::DropRequest) {
            return Step {
                effects: Vec::new(),
                events: vec![Event::Exchanged(exchanged)],
            };
        }
        let overtaken = std::mem::take(&mut self.late_requests);
        let mut step = if orders.has(Misdeed::LateRequest) {
            self.hold(request);
            Step::default()
        } else {
            match self.answer(now, request, &orders, &mut exchanged) {
                Ok(effects) => Step {
                    effects,
                    events: Vec::new(),
                },
                Err(error) => failed(error),
            }
        };
        step.events.insert(0, Event::Exchanged(exchanged));
        for late in overtaken {
            step.events.push(self.arrive(now, &late));
        }
        step
    }

    /// The host's work, and what becomes of the answer.
    fn answer(
        &mut self,
        now: Now,
        request: &Request<'_>,
        orders: &Orders,
        exchanged: &mut Exchanged,
    ) -> Result<Vec<Effect>, AcquirerError> {
        let answer = self.acquirer.answer(now.civil, request, orders)?;
        exchanged.answered(&answer);
        let mut delivery = orders.deliver(answer.frame().to_vec());
        if delivery.glue(&self.glued) {
            self.glued.clear();
        }
        if self.glued.len() < KEPT * 1024 {
            self.glued.extend(delivery.glued.unwrap_or_default());
        }
        if self.late_answers.len() < KEPT {
            self.late_answers.extend(delivery.held);
        }
        Ok(delivery.effects)
    }

    fn hold(&mut self, request: &Request<'_>) {
        if self.late_requests.len() < KEPT {
            self.late_requests.push(LateRequest {
                tpdu: request.frame().tpdu,
                header: request.frame().header,
                message: Zeroizing::new(request.message().to_vec()),
            });
        }
    }

    /// A late request reaches the host; nobody waits for its answer any more.
    fn arrive(&mut self, now: Now, late: &LateRequest) -> Event {
        let frame = Frame {
            tpdu: late.tpdu,
            header: late.header,
            message: &late.message,
        };
        let request = match Request::read(self.dialect(), frame) {
            Ok(request) => request,
            Err(error) => return Event::Unreadable(error),
        };
        let mut exchanged = Exchanged::new(&request, &Orders::NONE);
        exchanged.timing = Timing::Late;
        match self.acquirer.answer(now.civil, &request, &Orders::NONE) {
            Ok(answer) => {
                exchanged.answered(&answer);
                Event::Exchanged(exchanged)
            }
            Err(error) => Event::Failed(error),
        }
    }
}

/// The host cannot do its work: it hangs up, so that the terminal reverses.
fn failed(error: AcquirerError) -> Step {
    Step {
        effects: vec![Effect::Close],
        events: vec![Event::Failed(error)],
    }
}
