use super::ordered::Ordered;
use crate::crypto::{MacValue, SealedCard, WorkingKeys};
use crate::engine::Answer;
use crate::journal::{Intent, KeysChanged, Seq};
use crate::message::Expected;
use crate::transaction::ReversalReason;

/// What the terminal is doing for the engine: building a message, sending it,
/// or making sure of its answer. A stage is moved when it is left, which leaves
/// its bytes behind, so the card stands in the terminal and not here.
///
/// ```text
///  sale:      Sealing ─────────────────────> [AskingPin] ─> Signing ─> Ready
///  void:      [RecallingOriginal ─> OpeningOriginal] ─────> Signing ─> Ready
///  reversal:  RecallingIntent ─> [OpeningCard] ─> SigningReversal ─┐
///  details:   RecallingDetail ─> OpeningDetail, of each ───────────┤
///  request:   Ready ───────────────────────────────────────────────┼─> Connecting ─> Receiving
///  sign-in:   ─────────────────────────────────────────────────────┘        ─> Verifying | LoadingKeys
/// ```
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, and there is no heap"
)]
pub(super) enum Stage {
    /// Nothing.
    Rest,
    /// The record with the working keys is being read.
    RecallingKeys,
    /// They are being loaded again after a restart.
    RestoringKeys(WorkingKeys),
    /// The sale of a void without its card is being read.
    RecallingOriginal(Ordered),
    /// Its card is being opened.
    OpeningOriginal(Ordered, SealedCard),
    /// The presented card is being sealed.
    Sealing(Ordered),
    /// The customer enters a PIN.
    AskingPin(Intent),
    /// The request's MAC is being computed over so many bytes.
    Signing(Intent, usize),
    /// The request is complete: so many bytes of a frame.
    Ready(usize, Expected),
    /// The intent of a reversal is being read.
    RecallingIntent(ReversalReason),
    /// Its card is being opened.
    OpeningCard(Intent, ReversalReason),
    /// The reversal's MAC is being computed.
    SigningReversal(usize, Expected),
    /// The intent of a detail is being read.
    RecallingDetail(Collected),
    /// Its card is being opened.
    OpeningDetail(Intent, Collected),
    /// A link is being made for a frame of so many bytes.
    Connecting(usize, Expected),
    /// The frame was handed out, its answer is awaited.
    Receiving(Expected),
    /// The MAC of an answer is being computed over so many bytes.
    Verifying(usize, Answer, [u8; MacValue::SIZE]),
    /// New working keys are being loaded.
    LoadingKeys(KeysChanged),
}

/// Details of one message, as far as they are put together.
#[derive(Clone, Copy)]
pub(super) struct Collected {
    /// The one at hand.
    pub(super) at: Seq,
    /// The last of the message.
    pub(super) last: Seq,
    /// How many are done.
    pub(super) count: u8,
}

impl Stage {
    pub(super) fn is_rest(&self) -> bool {
        matches!(self, Self::Rest)
    }

    pub(super) fn has_link(&self) -> bool {
        matches!(
            self,
            Self::Connecting(..) | Self::Receiving(_) | Self::Verifying(..) | Self::LoadingKeys(_)
        )
    }

    /// Leaves the stage, so that what it held is used once.
    pub(super) fn leave(&mut self) -> Self {
        core::mem::replace(self, Self::Rest)
    }
}
