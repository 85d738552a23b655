//! The simulated host behind the wire: two terminals of one merchant, their
//! keys and batches, and books by double entry. It shares no code with the
//! host of `examples/host`, so that a mistake of one is not that of both.

mod books;
mod keys;

use super::auditor::{Key, Message};
use super::random::Random;
use super::script::{Lie, Tombstones};
use super::till::{CARDS, master};
use annul::crypto::MasterKey;
use annul::frame::{Frame, PREFIX, Requirement, encode_prefix};
use annul::iso8583::{UNIONPAY_POS, View, Writer};
use annul::transaction::Civil;
use books::{Books, Code, Order};
use keys::Keys;
use std::collections::BTreeSet;

/// Where terminals send to.
const ADDRESS: [u8; 2] = [0x00, 0x03];
/// Fields of answers: the host's own, and those that the request had.
const ANSWERED: [u8; 16] = [2, 3, 4, 11, 12, 13, 14, 25, 37, 38, 39, 41, 42, 49, 60, 62];
/// More than the largest answer.
const ROOM: usize = 512;

/// The host and what the simulation must know of it.
pub(crate) struct HostSide {
    random: Random,
    master: MasterKey,
    books: Books,
    desks: Vec<Desk>,
    /// Reversals that were answered "not found", truly or not. A host that
    /// says so twice of what it has cannot be helped by any terminal.
    not_found: BTreeSet<Key>,
    /// Until then it refuses connections.
    pub(crate) away_until: u64,
    /// A claim was refused because another terminal's came first.
    pub(crate) raced: bool,
}

/// One terminal at the host.
struct Desk {
    batch: u32,
    keys: Option<Keys>,
}

/// What the host decided.
struct Verdict {
    code: Code,
    authorization: Option<[u8; 6]>,
}

impl Verdict {
    const APPROVED: Self = Self::refused(*b"00");

    const fn refused(code: Code) -> Self {
        Self {
            code,
            authorization: None,
        }
    }
}

impl HostSide {
    pub(crate) fn new(seed: u64, tills: u8) -> Self {
        let desk = |_| Desk {
            batch: 1,
            keys: None,
        };
        Self {
            random: Random::new(seed ^ 0x0040_5700),
            master: master(),
            books: Books::default(),
            desks: (0..tills).map(desk).collect(),
            not_found: BTreeSet::new(),
            away_until: 0,
            raced: false,
        }
    }

    /// What a terminal brought the merchant.
    pub(crate) fn merchant(&self, till: u8) -> i64 {
        self.books.merchant(till)
    }

    /// What is held on cards; below zero only where the books are wrong.
    pub(crate) fn held(&self) -> u64 {
        self.books.held().try_into().unwrap_or(u64::MAX)
    }

    /// The batch a terminal has now.
    pub(crate) fn batch(&self, till: u8) -> u32 {
        self.desks[usize::from(till)].batch
    }

    /// The answer to a frame; none where the host hangs up.
    pub(crate) fn answer(
        &mut self,
        civil: Civil,
        frame: &[u8],
        request: &Message,
        lies: &[Lie],
    ) -> Option<Vec<u8>> {
        let frame = Frame::decode_prefixed(frame).ok()?;
        let till = (request.till).filter(|till| usize::from(*till) < self.desks.len())?;
        if frame.tpdu.destination() != ADDRESS || request.mti & 0x10 != 0 {
            return None;
        }
        let view = View::decode(&UNIONPAY_POS, frame.message).ok()?;
        let reversal = request.key().filter(|_| request.is_reversal());
        let may_lie = reversal.is_none_or(|key| !self.not_found.contains(&key));
        let lies: Vec<Lie> = (lies.iter())
            .copied()
            .filter(|lie| may_lie || !denies(*lie))
            .collect();
        let verdict = self.judge(civil, till, &view, request, &lies);
        if let (Some(key), b"25" | b"12") = (reversal, &verdict.code) {
            self.not_found.insert(key);
        }
        self.write(civil, till, (&frame, &view), request, &verdict, &lies)
    }

    fn judge(
        &mut self,
        civil: Civil,
        till: u8,
        view: &View<'_>,
        request: &Message,
        lies: &[Lie],
    ) -> Verdict {
        let ordered = lies.iter().find_map(|lie| match lie {
            Lie::Decline(code) => Some(*code),
            _ => None,
        });
        let desk = &mut self.desks[usize::from(till)];
        match (request.mti, request.management) {
            (0x0820, _) => return ordered.map_or(Verdict::APPROVED, Verdict::refused),
            (0x0800, Some(_)) => {
                if let Some(code) = ordered {
                    return Verdict::refused(code);
                }
                // A terminal that names no batch begins its traces anew.
                if request.batch() == Some(0) && self.books.uses(till, desk.batch) {
                    desk.batch += 1;
                }
                desk.keys = Some(Keys::draw(&mut self.random, &self.master));
                return Verdict::APPROVED;
            }
            _ => {}
        }
        if lies.contains(&Lie::ChangeKeys) && desk.keys.is_some() {
            desk.keys = Some(Keys::draw(&mut self.random, &self.master));
        }
        let (batch, Some(keys)) = (desk.batch, &desk.keys) else {
            return Verdict::refused(*b"77");
        };
        let covered = view.mab().unwrap_or_default();
        if request.raw(64) != Some(&keys.mac(covered)) {
            return Verdict::refused(*b"A0");
        }
        let Some((key, kind)) = request.key().zip(request.kind()) else {
            return Verdict::refused(*b"30");
        };
        if request.is_reversal() {
            let remembers = !lies.contains(&Lie::Forget);
            let done = match ordered {
                Some(code) => Err(code),
                None => self.books.reverse(key, request, remembers),
            };
            return done.map_or_else(Verdict::refused, |()| Verdict::APPROVED);
        }
        if key.1 != batch {
            return Verdict::refused(*b"77");
        }
        let Some(card) = card(view) else {
            return Verdict::refused(*b"14");
        };
        let order = Order {
            key,
            kind,
            card,
            message: request,
            reference: reference(civil, key.2),
            day: day(civil),
            batch,
        };
        let (pan, _, pin) = CARDS[usize::from(card)];
        let wrong_pin = (request.raw(52))
            .is_some_and(|block| keys.pin_block(pin, pan).is_none_or(|right| right != block));
        let refusal = ordered.or(wrong_pin.then_some(*b"55"));
        self.raced |= self.books.claimed_by_other(&order);
        match self.books.order(&order, refusal) {
            Ok(authorization) => Verdict {
                code: *b"00",
                authorization,
            },
            Err(code) => Verdict::refused(code),
        }
    }

    /// Writes the answer, its MAC last, with the mistakes that were ordered.
    fn write(
        &self,
        civil: Civil,
        till: u8,
        (frame, view): (&Frame<'_>, &View<'_>),
        request: &Message,
        verdict: &Verdict,
        lies: &[Lie],
    ) -> Option<Vec<u8>> {
        let mut bytes = vec![0; ROOM];
        let mut writer = Writer::new(&UNIONPAY_POS, &mut bytes[PREFIX..], view.mti().answer());
        let desk = &self.desks[usize::from(till)];
        let keys = desk.keys.as_ref();
        let signs_in = request.mti == 0x0800 && verdict.code == *b"00";
        for number in ANSWERED {
            let copied = |number| view.field(number);
            match number {
                4 if lies.contains(&Lie::WrongAmount) && request.amount.is_some() => {
                    writer.number(4, request.amount? % 999_999_999_999 + 1)
                }
                11 if lies.contains(&Lie::WrongTrace) && request.trace.is_some() => {
                    writer.number(11, u64::from(request.trace? % 999_999 + 1))
                }
                12 => writer.number(12, clock(civil)),
                13 => writer.digits(13, &day(civil)),
                37 if request.trace.is_some() => {
                    writer.bytes(37, &reference(civil, request.trace?))
                }
                38 => match verdict.authorization {
                    Some(code) => writer.bytes(38, &code),
                    None => continue,
                },
                39 => writer.bytes(39, &verdict.code),
                60 if signs_in => {
                    let mut digits: Vec<u8> = copied(60)?.digits()?.ascii().collect();
                    let batch = format!("{:06}", desk.batch);
                    digits.get_mut(2..8)?.copy_from_slice(batch.as_bytes());
                    writer.digits(60, &digits)
                }
                62 if signs_in => writer.bytes(62, keys?.sent.bytes()),
                37 | 62 => continue,
                _ => match copied(number) {
                    Some(field) => writer.copy(&field),
                    None => continue,
                },
            };
        }
        let signed = verdict.code == *b"00"
            && !lies.contains(&Lie::NoMac)
            && (request.is_order() || request.is_reversal());
        let size = if signed {
            let covered = writer.finish_unsigned().ok()?;
            let end = PREFIX + covered;
            let mut mac = keys?.mac(&bytes[PREFIX..end]);
            if lies.contains(&Lie::WrongMac) {
                mac[7] = if mac[7] == b'0' { b'1' } else { b'0' };
            }
            bytes[end..end + mac.len()].copy_from_slice(&mac);
            covered + mac.len()
        } else {
            writer.finish().ok()?
        };
        let header = frame.header.with_requirement(Requirement::None);
        let whole = encode_prefix(&mut bytes, frame.tpdu.reply(), header, size).ok()?;
        bytes.truncate(whole);
        Some(bytes)
    }

    /// Starts again from its books.
    pub(crate) fn restart(&mut self, tombstones: Tombstones) {
        if tombstones == Tombstones::Lost {
            self.books.forget_tombstones();
        }
    }

    /// Closes the day: each terminal's next sign-in brings another batch.
    pub(crate) fn cut_over(&mut self) {
        for desk in &mut self.desks {
            desk.batch += 1;
        }
    }

    /// Whether a reversal of this was answered "not found".
    pub(crate) fn was_not_found(&self, key: Key) -> bool {
        self.not_found.contains(&key)
    }

    pub(crate) fn has_tombstones(&self) -> bool {
        self.books.has_tombstones()
    }
}

/// Says "I do not have it" of what it may have.
fn denies(lie: Lie) -> bool {
    matches!(lie, Lie::Decline([b'2', b'5'] | [b'1', b'2']))
}

/// The card of a request, by its place in [`CARDS`].
fn card(view: &View<'_>) -> Option<u8> {
    let field = view.field(35).or(view.field(2))?;
    let digits = field.characters();
    let is = |(pan, ..): &(&str, &str, &str)| {
        let read: Vec<u8> = digits.ascii().take(pan.len()).collect();
        read == pan.as_bytes()
    };
    CARDS.iter().position(is).map(|place| place as u8)
}

/// F37: the time and the trace.
fn reference(civil: Civil, trace: u32) -> [u8; 12] {
    digits(clock(civil) * 1_000_000 + u64::from(trace))
}

/// F12.
fn clock(civil: Civil) -> u64 {
    let (hour, minute, second) = civil.time();
    u64::from(hour) * 10_000 + u64::from(minute) * 100 + u64::from(second)
}

/// F13.
fn day(civil: Civil) -> [u8; 4] {
    let (_, month, day) = civil.date();
    digits(u64::from(month) * 100 + u64::from(day))
}

fn digits<const N: usize>(mut number: u64) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    digits
}
