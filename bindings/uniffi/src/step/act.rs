//! One action of the core: done here, or handed to the app.

use super::Machine;
use super::answer::Asked;
use crate::code;
use crate::output::{Output, Progress};
use crate::setup::Keys;
use annul::card::Pan;
use annul::crypto::{SealedCard, SecurityModule};
use annul::engine::Notice;
use annul::journal::{Journal, Seq};
use annul::terminal::{Action, Input, Job, News, Now};
use annul::text;

impl Machine {
    /// Does the next action or hands it out; false where there is none.
    pub(super) fn act(&mut self, now: Now) -> bool {
        let Some(action) = self.terminal.poll() else {
            return false;
        };
        let mut recalled: Option<Vec<u8>> = None;
        let input = match action {
            Action::Persist { seq, record } => match self.journal.append(seq, record) {
                Ok(()) => Some(Input::Persisted(seq)),
                Err(error) => {
                    self.failure = Some(error);
                    Some(Input::PersistFailed(seq))
                }
            },
            Action::Recall { job, seq } => {
                let read = self
                    .journal
                    .recall(seq, &mut |bytes| recalled = Some(bytes.into()));
                if let Err(error) = read {
                    self.failure = Some(error);
                }
                Some(Input::Recalled(job, recalled.as_deref()))
            }
            Action::Connect { link } => {
                let link = link.number().into();
                self.outputs.push(Output::Connect { link });
                None
            }
            Action::Send { link, frame } => {
                let (link, frame) = (link.number().into(), frame.to_vec());
                self.outputs.push(Output::Send { link, frame });
                None
            }
            Action::Close { link } => {
                let link = link.number().into();
                self.outputs.push(Output::Close { link });
                None
            }
            Action::Notify(news) => {
                self.notify(&news);
                None
            }
            action => secure(action, &mut self.keys, |job, asked, output| {
                let question = self.question.ask(job, asked);
                self.outputs.push(output(question));
            }),
        };
        if let Some(input) = input {
            self.terminal.handle(now, input);
        }
        true
    }

    fn notify(&mut self, news: &News) {
        self.hear(news);
        let text = text::news(news).in_language(self.language).to_owned();
        if let Some(progress) = self.progress(news) {
            self.outputs.push(Output::Progress { progress, text });
        }
    }

    fn progress(&self, news: &News) -> Option<Progress> {
        let transaction = |seq: Seq| {
            let entry = self.ledger().entry(seq);
            entry.map(|entry| self.transaction(entry))
        };
        Some(match *news {
            News::Notice(Notice::Outcome(seq)) => Progress::Outcome {
                transaction: transaction(seq)?,
            },
            News::Notice(Notice::Reversing { entry, attempt }) => Progress::Reversing {
                transaction: transaction(entry)?,
                attempt: attempt.into(),
            },
            News::Notice(Notice::Waiting { entry, until }) => Progress::Waiting {
                transaction: transaction(entry)?,
                until: i64::try_from(until.0).unwrap_or(i64::MAX),
            },
            News::Notice(Notice::SigningIn) => Progress::SigningIn,
            News::Notice(Notice::SignedIn(batch)) => Progress::SignedIn {
                batch: batch.number().cast_signed(),
            },
            News::Notice(Notice::SignInFailed(code)) => Progress::SignInFailed {
                response_code: code.map(|code| code.to_string()),
            },
            News::Notice(Notice::EchoAnswered) => Progress::EchoAnswered,
            News::Notice(Notice::EchoFailed) => Progress::EchoFailed,
            News::Notice(Notice::Attention(seq)) => Progress::Attention {
                transaction: transaction(seq)?,
            },
            News::Notice(Notice::Balance { code, balance }) => Progress::Balance {
                response_code: code.map(|code| code.to_string()),
                minor: balance,
            },
            News::Notice(Notice::Settling(stage)) => Progress::Settling {
                stage: stage.into(),
            },
            News::Notice(Notice::BatchClosed(next)) => Progress::BatchClosed {
                next: next.number().cast_signed(),
            },
            News::Notice(Notice::NotSettled(code)) => Progress::NotSettled {
                response_code: code.map(|code| code.to_string()),
            },
            News::Notice(Notice::StorageFault) => Progress::StorageFault,
            News::Refused(refusal) => Progress::Refused {
                code: code::refusal(refusal).0,
            },
            News::KeysRefused(fault) => Progress::KeysRefused {
                code: code::security(fault).0,
            },
        })
    }
}

/// An output that asks, once its question has a number.
type Ask = Box<dyn FnOnce(i64) -> Output>;

/// An action of the security module: done by the software keys, or asked of
/// the device.
fn secure(
    action: Action<'_>,
    keys: &mut Keys,
    ask: impl FnOnce(Job, Asked, Ask),
) -> Option<Input<'static>> {
    match (action, keys) {
        (Action::Mac { job, message }, Keys::Software(module)) => {
            return Some(Input::Mac(job, module.mac(message)));
        }
        (Action::Mac { job, message }, Keys::Device(_)) => {
            let message = message.to_vec();
            let output = |question| Output::ComputeMac { question, message };
            ask(job, Asked::Mac, Box::new(output));
        }
        (Action::LoadKeys { job, keys }, Keys::Software(module)) => {
            return Some(Input::KeysLoaded(job, module.load_working_keys(keys)));
        }
        (Action::LoadKeys { job, keys }, Keys::Device(_)) => {
            let keys = keys.bytes().to_vec();
            let output = |question| Output::LoadKeys { question, keys };
            ask(job, Asked::LoadKeys, Box::new(output));
        }
        (Action::EncryptPin { job, pan }, Keys::Software(_)) => {
            let card = pan.masked().to_string();
            let output = |question| Output::EnterPin { question, card };
            ask(job, Asked::EnterPin(copy(pan)), Box::new(output));
        }
        (Action::EncryptPin { job, pan }, Keys::Device(_)) => {
            let number = pan.reveal().to_vec();
            let output = |question| Output::EncryptPin { question, number };
            ask(job, Asked::EncryptPin, Box::new(output));
        }
        (action, keys) => return seal(action, keys, ask),
    }
    None
}

/// Sealing and opening; a device may leave it to a key of this program's.
fn seal(
    action: Action<'_>,
    keys: &mut Keys,
    ask: impl FnOnce(Job, Asked, Ask),
) -> Option<Input<'static>> {
    match (action, keys) {
        (Action::SealCard { job, card, nonce }, Keys::Software(module)) => {
            return Some(Input::Sealed(job, module.seal(card, nonce)));
        }
        (Action::SealCard { job, card, nonce }, Keys::Device(Some(key))) => {
            return Some(Input::Sealed(job, Ok(SealedCard::seal(key, card, nonce))));
        }
        (Action::SealCard { job, card, nonce }, Keys::Device(None)) => {
            let number = card.pan.reveal().to_vec();
            let expiry = card.expiry.as_ref().map(|expiry| expiry.digits().to_vec());
            let output = move |question| Output::SealCard {
                question,
                number,
                expiry: expiry.and_then(|digits| String::from_utf8(digits).ok()),
                nonce: nonce.to_vec(),
            };
            ask(job, Asked::Seal, Box::new(output));
        }
        (Action::OpenCard { job, card }, Keys::Software(module)) => {
            return Some(Input::Opened(job, module.open(card)));
        }
        (Action::OpenCard { job, card }, Keys::Device(Some(key))) => {
            return Some(Input::Opened(job, card.open(key).map_err(Into::into)));
        }
        (Action::OpenCard { job, card }, Keys::Device(None)) => {
            let sealed = card.bytes().to_vec();
            let output = |question| Output::OpenCard { question, sealed };
            ask(job, Asked::Open, Box::new(output));
        }
        (
            Action::Persist { .. }
            | Action::Recall { .. }
            | Action::Connect { .. }
            | Action::Send { .. }
            | Action::Close { .. }
            | Action::Notify(_)
            | Action::Mac { .. }
            | Action::LoadKeys { .. }
            | Action::EncryptPin { .. },
            _,
        ) => {}
    }
    None
}

/// The number again, in a place that wipes itself; a wiped one has no digits
/// and cannot be copied.
fn copy(pan: &Pan) -> Option<Pan> {
    Pan::from_digits(pan.reveal()).ok()
}
