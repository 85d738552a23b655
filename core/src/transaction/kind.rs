/// The kinds of transaction that move or hold money (table K of the engine).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Sale, 消费.
    Sale,
    /// Void of a sale, 消费撤销: a business undo the host may decline.
    Void,
    /// Pre-authorization, 预授权: holds money on the card and takes none.
    #[cfg(feature = "kinds")]
    PreAuthorization,
    /// Void of a pre-authorization, 预授权撤销: lets the held money go.
    #[cfg(feature = "kinds")]
    PreAuthorizationVoid,
    /// Completion, 预授权完成: takes the held money, or a part of it.
    #[cfg(feature = "kinds")]
    Completion,
    /// Void of a completion, 预授权完成撤销.
    #[cfg(feature = "kinds")]
    CompletionVoid,
    /// Refund, 退货: gives back what was taken, or a part of it, on any day.
    #[cfg(feature = "kinds")]
    Refund,
    /// Balance inquiry, 余额查询: asks, and leaves no record.
    #[cfg(feature = "kinds")]
    BalanceInquiry,
}

/// What an approved transaction does to the batch's totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Money is taken from the card.
    Debit,
    /// Money goes back to the card.
    Credit,
    /// None moves: it is held, or let go.
    None,
}

/// What a kind does about another transaction.
enum About {
    /// There is none.
    Nothing,
    /// It undoes one of this kind, whole.
    Voids(Kind),
    /// It takes what one of this kind holds.
    #[cfg(feature = "kinds")]
    Takes(Kind),
    /// It gives back what a debit took, where this journal has that.
    #[cfg(feature = "kinds")]
    GivesBack,
}

/// One kind: its word, its effect, and what it does about another.
struct Row(&'static str, Effect, About);

/// In the order of [`Kind::ALL`].
const ROWS: [Row; Kind::ALL.len()] = [
    Row("sale", Effect::Debit, About::Nothing),
    Row("void", Effect::Credit, About::Voids(Kind::Sale)),
    #[cfg(feature = "kinds")]
    Row("preauth", Effect::None, About::Nothing),
    #[cfg(feature = "kinds")]
    Row(
        "preauth-void",
        Effect::None,
        About::Voids(Kind::PreAuthorization),
    ),
    #[cfg(feature = "kinds")]
    Row(
        "complete",
        Effect::Debit,
        About::Takes(Kind::PreAuthorization),
    ),
    #[cfg(feature = "kinds")]
    Row(
        "complete-void",
        Effect::Credit,
        About::Voids(Kind::Completion),
    ),
    #[cfg(feature = "kinds")]
    Row("refund", Effect::Credit, About::GivesBack),
    #[cfg(feature = "kinds")]
    Row("balance", Effect::None, About::Nothing),
];

impl Kind {
    /// Every kind, in the order of its number in a record.
    pub const ALL: [Self; if cfg!(feature = "kinds") { 8 } else { 2 }] = [
        Self::Sale,
        Self::Void,
        #[cfg(feature = "kinds")]
        Self::PreAuthorization,
        #[cfg(feature = "kinds")]
        Self::PreAuthorizationVoid,
        #[cfg(feature = "kinds")]
        Self::Completion,
        #[cfg(feature = "kinds")]
        Self::CompletionVoid,
        #[cfg(feature = "kinds")]
        Self::Refund,
        #[cfg(feature = "kinds")]
        Self::BalanceInquiry,
    ];

    const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The word for it in scripts, JSON and files.
    pub const fn word(self) -> &'static str {
        self.row().0
    }

    /// What it does to the totals once it is approved.
    pub const fn effect(self) -> Effect {
        self.row().1
    }

    /// The kind of transaction that it undoes or claims; a refund may be for
    /// any debit.
    pub const fn quotes(self) -> Option<Self> {
        match self.row().2 {
            About::Nothing => None,
            #[cfg(feature = "kinds")]
            About::GivesBack => None,
            About::Voids(kind) => Some(kind),
            #[cfg(feature = "kinds")]
            About::Takes(kind) => Some(kind),
        }
    }

    /// True where it undoes another, whole; a completion claims one.
    pub const fn is_void(self) -> bool {
        matches!(self.row().2, About::Voids(_))
    }

    /// True where it leaves a record: it moves, holds or frees money.
    pub const fn is_recorded(self) -> bool {
        #[cfg(feature = "kinds")]
        if let Self::BalanceInquiry = self {
            return false;
        }
        true
    }

    /// True where it gives back what a debit took.
    pub const fn is_refund(self) -> bool {
        #[cfg(feature = "kinds")]
        if let About::GivesBack = self.row().2 {
            return true;
        }
        false
    }

    /// The kind that voids it; a void is not voided.
    pub fn voided_by(self) -> Option<Self> {
        (Self::ALL.into_iter()).find(|kind| kind.is_void() && kind.quotes() == Some(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_numbers() {
        for (number, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number, "{kind:?}");
            let named = |other: &Kind| other.word() == kind.word();
            assert_eq!(Kind::ALL.iter().filter(|kind| named(kind)).count(), 1);
        }
    }

    /// What is undone has the other sign, or none had any.
    #[test]
    fn a_void_takes_back_what_it_voids() {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.is_void()) {
            let original = kind.quotes().unwrap();
            assert_eq!(original.voided_by(), Some(kind));
            assert_eq!(kind.voided_by(), None);
            let expected = match original.effect() {
                Effect::Debit => Effect::Credit,
                Effect::None | Effect::Credit => Effect::None,
            };
            assert_eq!(kind.effect(), expected, "{kind:?}");
        }
    }
}
