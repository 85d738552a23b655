use super::{ChipData, Derivation, Fill, Session, Signed};
use crate::emv::ArpcMethod;

/// How one kind of card computes: a cryptogram version. A table of data; who
/// has another kind of card writes another row.
///
/// | Name | Cipher | Session key | Signed of 9F10 | Padding | Answer | Scripts' key |
/// |---|---|---|---|---|---|---|
/// | `unionpay-des` | DES | of the counter (PBOC) | results | 80 | code | of the counter (PBOC) |
/// | `unionpay-sm4` | SM4 | of the counter (PBOC) | results | 80 | code | of the counter (PBOC) |
/// | `visa-10` | DES | the card's | results | zeros | code | counter added |
/// | `visa-18` | DES | common, of the counter | whole | 80 | status | counter added |
/// | `visa-22` | DES | common, of the counter | whole | 80 | status | common, of the cryptogram |
/// | `mchip-16` | DES | common, of counter and number | results | 80 | code, under the card's key | common, of the cryptogram |
/// | `mchip-17` | DES | common, of counter and number | results, counters | 80 | code, under the card's key | common, of the cryptogram |
/// | `mchip-20` | DES | common, of the counter | results | 80 | code, under the card's key | common, of the cryptogram |
/// | `mchip-21` | DES | common, of the counter | results, counters | 80 | code, under the card's key | common, of the cryptogram |
/// | `interac-133` | DES | common, of counter and number | whole | 80 | code | common, of the cryptogram |
/// | `ccd` | DES | common, of the counter | whole | 80 | status | common, of the cryptogram |
/// | `ccd-aes` | AES | common, of the counter | whole | none: CMAC | status | common, of the cryptogram |
///
/// The versions of M/Chip are decimal; their cards say 10, 11, 14 and 15 in
/// hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// As the command line names it.
    pub name: &'static str,
    /// The cipher of its keys.
    pub cipher: Cipher,
    /// How its cards' keys come from the issuer's. An issuer of numbers longer
    /// than 16 digits may have [`Derivation::B`] instead.
    pub derivation: Derivation,
    /// How the key of a transaction comes from the card's.
    pub session: SessionOf,
    /// What of the issuer application data is signed.
    pub signed: Signed,
    /// How DES and SM4 fill the last block.
    pub fill: Fill,
    /// How the issuer answers.
    pub answer: ArpcMethod,
    /// How the key of the answer comes from the card's.
    pub answer_session: SessionOf,
    /// How the key of a script comes from the card's.
    pub script: SessionOf,
    /// What the MAC of a script command covers.
    pub covered: Covered,
    /// How a new PIN is packed; none where no source says it.
    pub new_pin: Option<NewPin>,
}

/// What the MAC of a script command covers besides the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// Counter and cryptogram, between the header and the data.
    Cryptogram,
    /// Nothing.
    Command,
}

/// How a new PIN is packed before it is enciphered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPin {
    /// Digits filled with F, four bytes of the card's key added, and the current
    /// PIN where there is one; its length before it, 80 and zeros behind it.
    VisaKey,
    /// PIN block format 2, its length before it, 80 and zeros behind it; with a
    /// current PIN as `VisaKey`.
    VisaFormat2,
    /// PIN block format 2.
    Format2,
}

/// The cipher of a scheme's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// DES with keys of 16 bytes.
    Des,
    /// SM4.
    Sm4,
    /// AES.
    Aes,
}

/// Which [`Session`] it is, and of which of the chip's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionOf {
    /// [`Session::CardKey`].
    CardKey,
    /// [`Session::of_counter`].
    Counter,
    /// [`Session::of_number`].
    Number,
    /// [`Session::of_cryptogram`].
    Cryptogram,
    /// [`Session::Counter`].
    PbocCounter,
    /// [`Session::Added`].
    AddedCounter,
}

impl SessionOf {
    /// The session of these values; none where it wants a cryptogram and there
    /// is none.
    pub fn of(self, chip: &ChipData<'_>) -> Option<Session> {
        let counter = chip.counter();
        Some(match self {
            Self::CardKey => Session::CardKey,
            Self::Counter => Session::of_counter(counter),
            Self::Number => Session::of_number(counter, chip.number()),
            Self::Cryptogram => Session::of_cryptogram(chip.cryptogram()?),
            Self::PbocCounter => Session::Counter(counter),
            Self::AddedCounter => Session::Added(counter),
        })
    }
}

impl Scheme {
    /// All that are known, in the order of the table above.
    pub const ALL: [Self; 12] = [
        UNIONPAY,
        Self {
            name: "unionpay-sm4",
            cipher: Cipher::Sm4,
            ..UNIONPAY
        },
        Self {
            name: "visa-10",
            session: SessionOf::CardKey,
            answer_session: SessionOf::CardKey,
            signed: Signed::Results,
            fill: Fill::Zeros,
            answer: ArpcMethod::Code,
            script: SessionOf::AddedCounter,
            new_pin: Some(NewPin::VisaKey),
            ..CCD
        },
        Self {
            name: "visa-18",
            script: SessionOf::AddedCounter,
            new_pin: Some(NewPin::VisaKey),
            ..CCD
        },
        Self {
            name: "visa-22",
            new_pin: Some(NewPin::VisaFormat2),
            ..CCD
        },
        MCHIP,
        Self {
            name: "mchip-17",
            signed: Signed::ResultsAndCounters,
            ..MCHIP
        },
        Self {
            name: "mchip-20",
            session: SessionOf::Counter,
            ..MCHIP
        },
        Self {
            name: "mchip-21",
            session: SessionOf::Counter,
            signed: Signed::ResultsAndCounters,
            ..MCHIP
        },
        Self {
            name: "interac-133",
            signed: Signed::Whole,
            answer_session: SessionOf::Number,
            covered: Covered::Command,
            ..MCHIP
        },
        CCD,
        Self {
            name: "ccd-aes",
            cipher: Cipher::Aes,
            derivation: Derivation::C,
            ..CCD
        },
    ];

    /// The scheme of this name.
    ///
    /// ```
    /// # use annul::crypto::issuer::Scheme;
    /// assert_eq!(Scheme::named("visa-18").unwrap().name, "visa-18");
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name == name)
    }
}

const UNIONPAY: Scheme = Scheme {
    name: "unionpay-des",
    session: SessionOf::PbocCounter,
    answer_session: SessionOf::PbocCounter,
    signed: Signed::Results,
    answer: ArpcMethod::Code,
    script: SessionOf::PbocCounter,
    ..CCD
};

const MCHIP: Scheme = Scheme {
    name: "mchip-16",
    session: SessionOf::Number,
    signed: Signed::Results,
    answer: ArpcMethod::Code,
    answer_session: SessionOf::CardKey,
    new_pin: Some(NewPin::Format2),
    ..CCD
};

/// EMV's own common core definitions.
const CCD: Scheme = Scheme {
    name: "ccd",
    cipher: Cipher::Des,
    derivation: Derivation::A,
    session: SessionOf::Counter,
    signed: Signed::Whole,
    fill: Fill::One,
    answer: ArpcMethod::Status,
    answer_session: SessionOf::Counter,
    script: SessionOf::Cryptogram,
    covered: Covered::Cryptogram,
    new_pin: None,
};
