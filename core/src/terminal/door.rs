//! The two doors: what is to be done goes out, what happened comes in.

use super::exchange::recorded_keys;
use super::stage::Stage;
use super::{Action, Input, Job, Keys, News, Now, Terminal, Todo};
use crate::crypto::{CardOnFile, MacValue, SealedCard, SecurityFault};
use crate::engine::{Event, Refusal, Sending, State};
use crate::frame::PREFIX;
use crate::journal::Seq;
use crate::ledger::Entry;

impl<T, B> Terminal<T, B>
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    /// The next thing to do, in order; none where the terminal waits.
    pub fn poll(&mut self) -> Option<Action<'_>> {
        // A question whose stage was left meanwhile is not asked any more.
        let todo = loop {
            let todo = self.todo.take()?;
            if self.stands(todo) {
                break todo;
            }
        };
        if let (Todo::Send(_), Stage::Connecting(len, expected)) = (todo, &self.stage) {
            let (len, expected) = (*len, *expected);
            self.stage = Stage::Receiving(expected);
            self.unsent = None;
            let start = self.engine.profile().framing.start();
            return Some(Action::Send {
                link: self.link,
                frame: &self.outgoing.as_ref()[start..len],
            });
        }
        self.action(todo)
    }

    fn stands(&self, todo: Todo) -> bool {
        match todo {
            Todo::Persist(_) | Todo::Close(_) | Todo::Notify(_) => true,
            Todo::Connect(link) | Todo::Send(link) => {
                link == self.link && matches!(self.stage, Stage::Connecting(..))
            }
            Todo::Recall(job, _)
            | Todo::EncryptPin(job)
            | Todo::SealCard(job)
            | Todo::OpenCard(job)
            | Todo::Mac(job)
            | Todo::LoadKeys(job) => job == self.job && !self.stage.is_rest(),
        }
    }

    fn action(&self, todo: Todo) -> Option<Action<'_>> {
        let outgoing = self.outgoing.as_ref();
        Some(match (todo, &self.stage) {
            (Todo::Persist(seq), _) => Action::Persist {
                seq,
                record: &self.record[..self.record_len],
            },
            (Todo::Recall(job, seq), _) => Action::Recall { job, seq },
            (Todo::Connect(link), _) => Action::Connect { link },
            (Todo::Close(link), _) => Action::Close { link },
            (Todo::Notify(news), _) => Action::Notify(news),
            (Todo::EncryptPin(job), Stage::AskingPin(_)) => Action::EncryptPin {
                job,
                pan: self.card.as_ref()?.pan(),
            },
            (Todo::SealCard(job), Stage::Sealing(ordered)) => Action::SealCard {
                job,
                card: self.on_file.as_ref()?,
                nonce: ordered.nonce(),
            },
            (Todo::OpenCard(job), Stage::OpeningOriginal(_, card)) => {
                Action::OpenCard { job, card }
            }
            (
                Todo::OpenCard(job),
                Stage::OpeningCard(intent, _) | Stage::OpeningDetail(intent, _),
            ) => Action::OpenCard {
                job,
                card: &intent.sealed,
            },
            (Todo::Mac(job), Stage::Signing(_, len) | Stage::SigningReversal(len, _)) => {
                Action::Mac {
                    job,
                    message: &outgoing[PREFIX..PREFIX + len],
                }
            }
            (Todo::Mac(job), Stage::Verifying(len, ..)) => Action::Mac {
                job,
                message: &outgoing[..*len],
            },
            (Todo::LoadKeys(job), Stage::RestoringKeys(keys)) => Action::LoadKeys { job, keys },
            (Todo::LoadKeys(job), Stage::LoadingKeys(change)) => Action::LoadKeys {
                job,
                keys: &change.keys,
            },
            _ => return None,
        })
    }

    /// Takes what happened.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::Tick => self.tick(now),
            Input::Cancel if matches!(self.engine.state(), State::Preparing) => {
                self.refuse(Refusal::Cancelled, now.millis);
            }
            Input::Cancel => self.feed(now.millis, Event::Cancel),
            Input::Persisted(seq) => self.persisted(seq, now),
            Input::PersistFailed(_) => self.feed(now.millis, Event::PersistFailed),
            Input::Connected(link) => self.connected(link),
            Input::Sent(link) => self.sent(link),
            Input::Received(link, bytes) => self.received(link, bytes, now),
            Input::Down(link, sending) => self.down(link, sending, now.millis),
            Input::Recalled(job, record) if self.is_current(job) => self.recalled(record, now),
            Input::PinBlock(job, block) if self.is_current(job) => self.pin_block(block, now),
            Input::Sealed(job, sealed) if self.is_current(job) => self.card_sealed(sealed, now),
            Input::Opened(job, card) if self.is_current(job) => self.opened(card, now),
            Input::Mac(job, mac) if self.is_current(job) => self.mac_computed(mac, now),
            Input::KeysLoaded(job, loaded) if self.is_current(job) => {
                self.keys_answered(loaded, now);
            }
            // An answer to an earlier question comes too late.
            Input::Recalled(..)
            | Input::PinBlock(..)
            | Input::Sealed(..)
            | Input::Opened(..)
            | Input::Mac(..)
            | Input::KeysLoaded(..) => {}
        }
    }

    /// An answer to an earlier question comes too late.
    fn is_current(&self, job: Job) -> bool {
        job == self.job
    }

    /// A deadline that passes before the frame was handed out proves that
    /// nothing was sent (rule R3).
    fn tick(&mut self, now: Now) {
        let due = self.engine.deadline().is_some_and(|due| due <= now.millis);
        let event = match self.stage {
            Stage::Connecting(..) if due => Event::LinkDown(Sending::NothingSent),
            _ => Event::Tick,
        };
        self.feed(now.millis, event);
    }

    // Each of the following holds a whole stage. They are not inlined into one,
    // which would need the stack of all.

    #[inline(never)]
    fn persisted(&mut self, seq: Seq, now: Now) {
        let (last, _) = self.engine.ledger().last();
        if self.engine.outstanding().is_some() && seq == last.next() {
            self.engine.chain(self.tag);
            self.feed(now.millis, Event::Persisted);
        }
    }

    #[inline(never)]
    fn recalled(&mut self, record: Option<&[u8]>, now: Now) {
        match self.stage.leave() {
            Stage::RecallingKeys => match record.and_then(recorded_keys) {
                Some(change) => {
                    self.stage = Stage::RestoringKeys(change.keys);
                    self.ask(Todo::LoadKeys);
                }
                None => self.feed(now.millis, Event::PersistFailed),
            },
            Stage::RecallingOriginal(ordered) => match record {
                Some(bytes) => self.original_recalled(bytes, ordered, now.millis),
                None => self.refuse(Refusal::StorageFault, now.millis),
            },
            Stage::RecallingIntent(reason) => self.intent_recalled(record, reason, now.millis),
            Stage::RecallingDetail(at) => self.detail_recalled(record, at, now.millis),
            other => self.stage = other,
        }
    }

    #[inline(never)]
    fn pin_block(&mut self, block: Result<[u8; 8], SecurityFault>, now: Now) {
        match self.stage.leave() {
            Stage::AskingPin(intent) => self.pin_encrypted(block, intent, now.millis),
            other => self.stage = other,
        }
    }

    #[inline(never)]
    fn card_sealed(&mut self, sealed: Result<SealedCard, SecurityFault>, now: Now) {
        match self.stage.leave() {
            Stage::Sealing(ordered) => self.sealed(sealed, ordered, now.millis),
            other => self.stage = other,
        }
    }

    #[inline(never)]
    fn opened(&mut self, card: Result<CardOnFile, SecurityFault>, now: Now) {
        match self.stage.leave() {
            Stage::OpeningOriginal(ordered, sealed) => {
                self.original_opened(card, ordered, sealed, now.millis);
            }
            Stage::OpeningCard(intent, reason) => {
                self.card_opened(card, &intent, reason, now.millis);
            }
            Stage::OpeningDetail(intent, at) => {
                self.detail_opened(card, &intent, at, now.millis);
            }
            other => self.stage = other,
        }
    }

    #[inline(never)]
    fn mac_computed(&mut self, mac: Result<MacValue, SecurityFault>, now: Now) {
        match self.stage.leave() {
            Stage::Signing(intent, len) => {
                let complete = match mac {
                    Ok(mac) => self.append_mac(len, mac).ok_or(Refusal::Message),
                    Err(fault) => Err(Refusal::Security(fault)),
                };
                match complete {
                    Ok(len) => self.request_signed(intent, len, now.millis),
                    Err(refusal) => self.refuse(refusal, now.millis),
                }
            }
            Stage::SigningReversal(len, expected) => {
                self.reversal_signed(mac, len, expected, now.millis);
            }
            Stage::Verifying(len, answer, received) => {
                // The link is still there: the engine ends it.
                self.stage = Stage::Verifying(len, answer, received);
                self.verified(mac, answer, &received, now.millis);
            }
            other => self.stage = other,
        }
    }

    #[inline(never)]
    fn keys_answered(&mut self, loaded: Result<(), SecurityFault>, now: Now) {
        match self.stage.leave() {
            Stage::RestoringKeys(_) => match loaded {
                // A module that has no master key yet can still be signed in.
                Ok(()) => {
                    self.keys = Keys::Settled;
                    self.feed(now.millis, Event::Start);
                }
                Err(fault) => {
                    self.keys = Keys::Refused(fault);
                    self.todo.put(Todo::Notify(News::KeysRefused(fault)));
                }
            },
            Stage::LoadingKeys(change) => {
                self.stage = Stage::LoadingKeys(change.clone());
                self.keys_loaded(loaded, change, now.millis);
            }
            other => self.stage = other,
        }
    }
}
