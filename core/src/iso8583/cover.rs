//! Where card data may stand in a message outside of the fields that are made
//! for them.
//!
//! | the message | hidden besides what its fields say |
//! |---|---|
//! | any | seven digits in a row of its own card number, wherever they stand, and what follows a card number as in a track |
//! | that could not be read, or has something wrong and a field 2, without a good card number where one belongs | 13 digits in a row, in any writing, and all from the first byte on that could not be read |
//! | that could not be read, with a PIN | all but a good card number in field 2 |
//! | of a type that its dialect does not have | all |
//!
//! Something is wrong where [`View::decode_strict`] refuses it, or where it
//! has a card number of less than 13 digits: then it may be of another dialect,
//! and any field may hold what belongs elsewhere (PCI DSS 4.0.1, 3.4).

use super::characters::Characters;
use super::field::Field;
use super::format::{Length, Sensitivity};
use super::inside::PartId;
use super::number::is_length;
use super::view::View;
use super::writing::Writing;
use crate::card::Pan;
use core::ops::Range;
use zeroize::Zeroizing;

/// Fewest digits of a card number.
pub(super) const FEWEST: usize = 13;
/// Card numbers of a message that are looked for elsewhere in it.
const KNOWN: usize = 4;
/// Digits in a row that give a card number away: more than may be shown of its
/// beginning.
const TELLING: usize = 7;
/// So many zeros among them may stand anywhere, as amounts do.
const ZEROS: usize = 4;
/// Places of a message that are hidden; where there are more, all is.
const PLACES: usize = 64;

/// What is hidden of a message besides what its fields say.
#[derive(Clone, Copy)]
pub(super) struct Cover<'a> {
    bytes: &'a [u8],
    trust: Trust,
    /// From this byte on nothing is shown.
    end: usize,
    known: [Characters<'a>; KNOWN],
    /// First byte and end of what is hidden.
    places: [(u16, u16); PLACES],
    count: usize,
}

/// Whether values stand where they belong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Sound,
    Damaged,
    Lost,
}

impl<'a> Cover<'a> {
    /// Of a message that was read, as far as it could be.
    pub(super) fn of(view: &View<'a>) -> Self {
        let mut cover = Self {
            bytes: view.bytes(),
            trust: Trust::Sound,
            end: usize::MAX,
            known: [Characters::default(); KNOWN],
            places: [(0, 0); PLACES],
            count: 0,
        };
        let mut known = cover.known.iter_mut();
        for number in view.fields().filter_map(|field| number_in(&field)) {
            if let Some(slot) = known.next() {
                *slot = number;
            }
        }
        if let Some(chip) = { view.fields() }.find(|field| is_chip(field)) {
            for (slot, number) in known.zip(chip_numbers(&chip)) {
                *slot = number;
            }
        }
        cover.judge(view);
        // Type and bitmaps are no digits of a card.
        let first = view.fields().next().map_or(0, |field| field.offset());
        for writing in Writing::ALL {
            cover.look(writing, first);
        }
        cover
    }

    fn judge(&mut self, view: &View<'a>) {
        let error = View::decode(view.spec(), view.bytes()).err();
        let mut sound = error.is_none() && is_long_enough(view);
        view.problems(&mut |_| sound = false);
        if !is_of_a_type(view) {
            self.end = 0;
        } else if !sound {
            let anchor = anchor(view);
            self.trust = Trust::Damaged;
            // A message that is read has its card number in its place, or none.
            if anchor.is_none() && (error.is_some() || view.field(2).is_some()) {
                self.trust = Trust::Lost;
                self.end = error.map_or(usize::MAX, |error| error.offset);
            }
            if error.is_some() && announces_pin(view) {
                let good = anchor.filter(|field| field.number() == 2);
                self.end = good.map_or(0, |field| field.offset() + field.raw().len());
            }
        }
    }

    /// True where nothing is wrong with the message.
    pub(super) fn is_sound(&self) -> bool {
        self.trust == Trust::Sound
    }

    /// True where nothing may be taken for what its place says.
    pub(super) fn is_lost(&self) -> bool {
        self.trust == Trust::Lost
    }

    /// True for a byte before those of which nothing is known.
    pub(super) fn is_before_end(&self, at: usize) -> bool {
        at < self.end
    }

    /// True where the byte of the message may not be shown.
    pub(super) fn hides(&self, at: usize) -> bool {
        let places = self.places.get(..self.count).unwrap_or_default();
        let within =
            |(start, end): &(u16, u16)| (usize::from(*start)..usize::from(*end)).contains(&at);
        at >= self.end || places.iter().any(within)
    }

    /// True where one of these bytes may not be shown.
    pub(super) fn hides_any(&self, mut bytes: Range<usize>) -> bool {
        bytes.any(|at| self.hides(at))
    }

    /// Notes what is hidden of the digits in one writing, from a byte on.
    fn look(&mut self, writing: Writing, from: usize) {
        let mut unit = writing.units_of(from).start;
        while let Some(run) = writing.next_run(self.bytes, unit) {
            let mut last = self.look_for_known(writing, &run);
            if self.is_lost() && writing.is_long_run(self.bytes, &run) {
                self.hide(writing, run.clone());
                last = run.end;
            }
            // In a sound message a track ends with its field.
            if !self.is_sound() && run.len() >= FEWEST && last == run.end {
                self.hide(writing, writing.behind(self.bytes, run.end));
            }
            unit = run.end + 1;
        }
    }

    /// Hides digits of the message's own card numbers among those of a run; where
    /// the last of them end.
    fn look_for_known(&mut self, writing: Writing, run: &Range<usize>) -> usize {
        let mut last = 0;
        for start in run.start..(run.end + 1).saturating_sub(TELLING) {
            let own = self.known.iter().filter(|number| !number.is_empty());
            let found = own.filter_map(|number| {
                let whole = number.len();
                if self.is_equal(writing, start, number, 0, whole) {
                    return Some(start + whole);
                }
                self.is_part(writing, start, number)
                    .then_some(start + TELLING)
            });
            if let Some(end) = found.max() {
                self.hide(writing, start..end);
                last = last.max(end);
            }
        }
        last
    }

    fn hide(&mut self, writing: Writing, units: Range<usize>) {
        if units.is_empty() {
            return;
        }
        let start = writing.byte_of(units.start) as u16;
        let end = (writing.byte_of(units.end - 1) + 1) as u16;
        let before = self.count.checked_sub(1);
        match before.and_then(|index| self.places.get_mut(index)) {
            Some((from, to)) if *from <= start && start <= *to => *to = end.max(*to),
            _ => match self.places.get_mut(self.count) {
                Some(place) => {
                    *place = (start, end);
                    self.count += 1;
                }
                None => self.end = 0,
            },
        }
    }

    /// True where digits begin that are enough of a number to tell it.
    fn is_part(&self, writing: Writing, start: usize, number: &Characters<'_>) -> bool {
        let places = 0..(number.len() + 1).saturating_sub(TELLING);
        { places }.any(|place| {
            let zeros = || (place..place + TELLING).filter(|at| number.at(*at) == Some(b'0'));
            self.is_equal(writing, start, number, place, TELLING) && zeros().count() < ZEROS
        })
    }

    fn is_equal(
        &self,
        writing: Writing,
        start: usize,
        number: &Characters<'_>,
        from: usize,
        len: usize,
    ) -> bool {
        (0..len).all(|index| {
            let digit = writing.digit(self.bytes, start + index);
            digit.is_some() && number.at(from + index) == digit.map(|digit| digit + b'0')
        })
    }
}

/// True for chip data.
fn is_chip(field: &Field<'_>) -> bool {
    field.spec().sensitivity() == Sensitivity::Chip
}

/// The card number in a field that is made for one; of a track what stands
/// before its separator.
fn number_in<'a>(field: &Field<'a>) -> Option<Characters<'a>> {
    let value = field.characters();
    match field.spec().sensitivity() {
        // Before the number of track 1 stands B, of track 3 two digits.
        Sensitivity::Track if value.at(0) == Some(b'B') => leading(value, 1),
        Sensitivity::Track if value.len() > 40 => leading(value, 2),
        Sensitivity::Pan | Sensitivity::Track => leading(value, 0),
        _ => None,
    }
}

/// The digits from character `from` on, where they may be a card number.
fn leading(value: Characters<'_>, from: usize) -> Option<Characters<'_>> {
    let rest = value.slice(from, value.len().checked_sub(from)?)?;
    let count = rest.ascii().take_while(u8::is_ascii_digit).count();
    (FEWEST..=Pan::MAX).contains(&count).then_some(())?;
    rest.slice(0, count)
}

/// Card numbers under their own tags, also those in templates.
fn chip_numbers<'a>(chip: &Field<'a>) -> impl Iterator<Item = Characters<'a>> + use<'a> {
    let reader = crate::tlv::Reader::new(chip.bytes(), crate::tlv::Mode::Ff);
    { reader }.map_while(Result::ok).filter_map(|object| {
        let value = object.value();
        let text = Characters::whole(value, super::format::Encoding::Binary);
        match object.tag().value() {
            0x5A | 0x57 | 0x9F6B => leading(Characters::nibbles(value, 0, value.len() * 2), 0),
            0x56 => leading(text, 1),
            _ => None,
        }
    })
}

/// The field from whose place the others have theirs: that of the card number,
/// else a track, where what stands there is one.
fn anchor<'a>(view: &View<'a>) -> Option<Field<'a>> {
    let pan = |field: &Field<'_>| field.spec().sensitivity() == Sensitivity::Pan;
    match view.field(2).filter(pan) {
        Some(field) => Some(field).filter(is_good_number),
        None => view.fields().find(is_good_number),
    }
}

/// A card number that passes its check digit, in a field that is made for one;
/// in a track with a month behind it.
pub(super) fn is_good_number(field: &Field<'_>) -> bool {
    let value = field.characters();
    let number = number_in(field);
    let number = number.filter(|number| is_length(*number));
    number.is_some_and(|number| match field.spec().sensitivity() {
        Sensitivity::Pan => number.len() == value.len() && is_card(number),
        _ => is_card(number) && has_month(value, number.len()),
    })
}

/// True for a track with an expiry behind its first separator, or a name.
fn has_month(track: Characters<'_>, digits: usize) -> bool {
    let separators = { 0..track.len() }
        .skip_while(|at| *at < digits)
        .find(|at| matches!(track.at(*at), Some(b'=' | b'D' | b'^')));
    separators.is_some_and(|at| {
        track.at(at) == Some(b'^') || {
            let month = track.slice(at + 3, 2).and_then(Characters::number);
            month.is_some_and(|month| (1..=12).contains(&month))
        }
    })
}

/// True for digits that are a card number with its check digit.
pub(super) fn is_card(digits: Characters<'_>) -> bool {
    let mut buffer = Zeroizing::new([0; Pan::MAX]);
    let digits = digits.unpack(buffer.as_mut());
    let number = digits.and_then(|digits| Pan::from_digits(digits).ok());
    number.is_some_and(|number| number.luhn_valid())
}

/// No card number has less than 13 digits.
fn is_long_enough(view: &View<'_>) -> bool {
    let number = view.field(2);
    let number = number.filter(|field| field.spec().sensitivity() == Sensitivity::Pan);
    number.is_none_or(|field| field.count() >= FEWEST)
}

/// True where the bitmap announces a PIN, or another secret than a date.
fn announces_pin(view: &View<'_>) -> bool {
    let bits = view.bitmaps();
    view.spec().fields().any(|(number, spec)| {
        let bit = usize::from(number) - 1;
        let there = bits
            .get(bit / 64)
            .is_some_and(|word| word << (bit % 64) >> 63 == 1);
        let short = matches!(spec.length(), Length::Fixed(..=4));
        there && spec.sensitivity() == Sensitivity::Secret && !short
    })
}

/// True where the message may have the type it has: its first digit is the
/// edition of the dialect, as far as its name tells, or 8 or 9 for national and
/// private ones; its second is 1 to 8, its third 0 to 5.
fn is_of_a_type(view: &View<'_>) -> bool {
    const EDITIONS: [(&str, u16); 4] =
        [("unionpay", 0), ("iso87", 0), ("iso93", 1), ("iso2003", 2)];
    let mti = view.mti().bcd();
    let (version, class, function) = (mti >> 12, mti >> 8 & 15, mti >> 4 & 15);
    let name = view.spec().name();
    let edition = EDITIONS.iter().find(|(start, _)| name.starts_with(start));
    let of_edition = edition.is_none_or(|(_, edition)| *edition == version);
    view.spec().mti().is_none()
        || (matches!(version, 8 | 9) || of_edition) && (1..=8).contains(&class) && function <= 5
}

/// A number of a whole value that may be a card's by itself.
pub(super) fn is_whole_number(id: PartId, value: Characters<'_>) -> bool {
    let zeros = value.ascii().take_while(|digit| *digit == b'0').count();
    let zeros = if matches!(id, PartId::Tag(_)) {
        0
    } else {
        zeros
    };
    let rest = value.slice(zeros, value.len() - zeros).unwrap_or_default();
    let digits = rest.ascii().take_while(u8::is_ascii_digit).count();
    let filled = rest.ascii().skip(digits).all(|nibble| nibble == b'F');
    let number = rest.slice(0, digits).unwrap_or_default();
    filled && is_length(number) && is_card(number)
}
