use crate::card::MaskedPan;
use crate::journal::{HostAnswer, Intent, Seq, Verdict};
use crate::transaction::{
    Amount, AuthorizationCode, Batch, Kind, OperatorId, Reference, RequestTag, ResponseCode,
    ReversalReason, Trace,
};

/// How a transaction stands (T4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Recorded, and its outcome is not.
    Pending,
    /// The host approved.
    Approved,
    /// Its void is under way.
    VoidPending,
    /// The host approved its void. Final.
    Voided,
    /// A pre-authorization whose completion is under way.
    #[cfg(feature = "kinds")]
    CompletionPending,
    /// A pre-authorization whose completion the host approved.
    #[cfg(feature = "kinds")]
    Completed,
    /// The host declined. Final.
    Declined,
    /// It never left the terminal. Final.
    NotSent,
    /// It is being reversed.
    Reversing,
    /// The host knew nothing of it; to be asked once more.
    Provisional,
    /// It is being asked once more.
    Confirming,
    /// The attempts are used up; kept and tried again later.
    Parked,
    /// A refund without an outcome: nothing undoes it, so a person asks.
    #[cfg(feature = "kinds")]
    Unresolved,
    /// Undone. Final.
    Reversed,
    /// Ended by a supervisor: it stands. Final.
    ResolvedApproved,
    /// Ended by a supervisor: it was undone. Final.
    ResolvedReversed,
}

impl Status {
    /// The word of T4 for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::VoidPending => "VoidPending",
            Self::Voided => "Voided",
            #[cfg(feature = "kinds")]
            Self::CompletionPending => "CompletionPending",
            #[cfg(feature = "kinds")]
            Self::Completed => "Completed",
            Self::Declined => "Declined",
            Self::NotSent => "NotSent",
            Self::Reversing | Self::Confirming => "Reversing",
            Self::Provisional => "Provisional",
            Self::Parked => "Parked",
            #[cfg(feature = "kinds")]
            Self::Unresolved => "Unresolved",
            Self::Reversed => "Reversed",
            Self::ResolvedApproved | Self::ResolvedReversed => "Resolved",
        }
    }

    /// True where nothing can change it any more.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Voided
                | Self::Declined
                | Self::NotSent
                | Self::Reversed
                | Self::ResolvedApproved
                | Self::ResolvedReversed
        )
    }

    /// True where only a supervisor's word, or a host that comes to its senses,
    /// ends it.
    pub const fn is_parked(self) -> bool {
        match self {
            Self::Parked => true,
            #[cfg(feature = "kinds")]
            Self::Unresolved => true,
            _ => false,
        }
    }

    /// True where nobody will do anything about it any more, but for a refund,
    /// which may quote it by its slip.
    pub(super) const fn is_over(self) -> bool {
        match self {
            #[cfg(feature = "kinds")]
            Self::Completed => true,
            Self::Approved => true,
            status => status.is_final(),
        }
    }

    /// True where the next thing to do is to reverse it, at once.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Pending | Self::Reversing | Self::Confirming)
    }
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved => Self::ResolvedApproved,
            Verdict::Reversed => Self::ResolvedReversed,
        }
    }
}

/// One transaction, packed: the caller's table decides how many fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    tag: RequestTag,
    /// `MMDD` as a number, 0 where it is not known; [`FOREIGN`] and [`NOT_FOUND`]
    /// with it.
    day: u16,
    operator: OperatorId,
    /// Zeros where there is none, as in the two below: an option costs a byte.
    reference: [u8; 12],
    authorization: [u8; 6],
    code: [u8; 2],
    card: [u8; MaskedPan::SIZE],
    amount: [u8; 5],
    trace: [u8; 3],
    batch: [u8; 3],
    seq: Seq,
    original: Seq,
    kind: Kind,
    status: Status,
    mark: Mark,
}

/// Beside the day of a card that is not domestic.
const FOREIGN: u16 = 0x8000;
/// Beside the day of one that the host did not find when it was to be reversed.
const NOT_FOUND: u16 = 0x4000;

/// What else is known of an entry. One byte for both: a sale that is being
/// reversed was never approved, so no void of it was declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    /// The host did not find this sale when it was to be voided (scenario 18).
    Discrepancy,
    /// Why it is being reversed.
    Reversal(ReversalReason),
}

const _: () = assert!(size_of::<Entry>() <= 64);

impl Entry {
    /// An unused row, to fill a new table with.
    pub const EMPTY: Self = Self {
        tag: RequestTag::NONE,
        day: 0,
        operator: OperatorId::literal(*b"00"),
        reference: [0; 12],
        authorization: [0; 6],
        code: [0; 2],
        card: [0; 6],
        amount: [0; 5],
        trace: [0, 0, 1],
        batch: [0; 3],
        seq: Seq(0),
        original: Seq(0),
        kind: Kind::Sale,
        status: Status::NotSent,
        mark: Mark::None,
    };

    pub(super) fn of(seq: Seq, intent: &Intent) -> Self {
        let [_, _, _, amount @ ..] = intent.amount.minor().to_be_bytes();
        Self {
            tag: intent.request.tag(),
            day: intent.stamp.day(),
            operator: intent.operator,
            reference: [0; 12],
            authorization: [0; 6],
            code: [0; 2],
            card: intent.card.to_bytes(),
            amount,
            trace: three_bytes(intent.trace.number()),
            batch: three_bytes(intent.batch.number()),
            seq,
            original: intent.quotes.original().unwrap_or(Seq(0)),
            kind: intent.kind,
            status: Status::Pending,
            mark: Mark::None,
        }
    }

    /// As its status says; an open hold is not over.
    pub(super) fn is_over(&self) -> bool {
        #[cfg(feature = "kinds")]
        if let (Kind::PreAuthorization, Status::Approved) = (self.kind, self.status) {
            return false;
        }
        self.status.is_over()
    }

    pub(super) fn set_status(&mut self, status: Status) {
        self.status = status;
    }

    pub(super) fn set_answer(&mut self, answer: &HostAnswer, domestic: &[&str]) {
        self.code = *answer.code.bytes();
        self.reference = answer.reference.map_or([0; 12], |code| *code.bytes());
        self.authorization = answer.authorization.map_or([0; 6], |code| *code.bytes());
        let day = answer.date.map(day_of).filter(|day| *day != 0);
        self.day = day.unwrap_or(self.day);
        let organisation = answer.organisation.as_str();
        if !(organisation.is_empty() || domestic.contains(&organisation)) {
            self.day |= FOREIGN;
        }
    }

    pub(super) fn set_reason(&mut self, reason: ReversalReason, code: Option<ResponseCode>) {
        if let Some(code) = code {
            self.code = *code.bytes();
        }
        self.mark = Mark::Reversal(reason);
    }

    pub(super) fn set_not_found(&mut self) {
        self.day |= NOT_FOUND;
    }

    pub(super) fn set_discrepancy(&mut self) {
        self.mark = Mark::Discrepancy;
    }

    /// The short form of the caller's request id.
    pub fn tag(&self) -> RequestTag {
        self.tag
    }

    /// The number of its intent in the journal.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its day, `MMDD`: the host's where it said one, else the terminal's.
    pub fn date(&self) -> Option<[u8; 4]> {
        let day = self.day & !(FOREIGN | NOT_FOUND);
        let digit = |unit: u16| b'0' + (day / unit % 10) as u8;
        (day != 0).then(|| [digit(1000), digit(100), digit(10), digit(1)])
    }

    /// True where the host, asked to reverse it, did not find it once: the next
    /// time it is not found is the confirmation (decision D7).
    pub fn was_not_found(&self) -> bool {
        self.day & NOT_FOUND != 0
    }

    /// True where its card is not of a domestic organisation.
    pub fn is_foreign(&self) -> bool {
        self.day & FOREIGN != 0
    }

    /// Who was signed in.
    pub fn operator(&self) -> OperatorId {
        self.operator
    }

    /// Minor units.
    pub fn amount(&self) -> Amount {
        let [a, b, c, d, e] = self.amount;
        Amount::new(u64::from_be_bytes([0, 0, 0, a, b, c, d, e])).unwrap_or(Amount::ZERO)
    }

    /// Field 11.
    pub fn trace(&self) -> Trace {
        Trace::new(number(self.trace)).unwrap_or(Trace::FIRST)
    }

    /// Field 60.2.
    pub fn batch(&self) -> Batch {
        Batch::new(number(self.batch)).unwrap_or(Batch::NONE)
    }

    /// The card as it may be shown.
    pub fn card(&self) -> MaskedPan {
        MaskedPan::from_bytes(self.card).unwrap_or(MaskedPan::NONE)
    }

    /// Field 37 of the answer.
    pub fn reference(&self) -> Option<Reference> {
        Reference::new(&self.reference).ok()
    }

    /// Field 38 of the answer.
    pub fn authorization(&self) -> Option<AuthorizationCode> {
        AuthorizationCode::new(&self.authorization).ok()
    }

    /// Field 39 of the answer.
    pub fn code(&self) -> Option<ResponseCode> {
        ResponseCode::new(&self.code).ok()
    }

    /// The transaction that it undoes or claims.
    pub fn original(&self) -> Option<Seq> {
        (self.original != Seq(0)).then_some(self.original)
    }

    /// Why it is or was reversed.
    pub fn reversal_reason(&self) -> Option<ReversalReason> {
        match self.mark {
            Mark::Reversal(reason) => Some(reason),
            Mark::None | Mark::Discrepancy => None,
        }
    }

    /// True where the host did not find this sale when it was to be voided.
    pub fn discrepancy(&self) -> bool {
        self.mark == Mark::Discrepancy
    }
}

/// `MMDD` as a number; 0 where it is none.
fn day_of(date: [u8; 4]) -> u16 {
    let whole = date.iter().all(u8::is_ascii_digit);
    let number = |date: [u8; 4]| {
        date.iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    };
    if whole { number(date) } else { 0 }
}

fn three_bytes(number: u32) -> [u8; 3] {
    let [_, low @ ..] = number.to_be_bytes();
    low
}

fn number([a, b, c]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, a, b, c])
}
