use super::bitmap::{Bits, WORDS, bit, mti_size};
use super::error::DecodeError;
use super::field::Field;
use super::field_spec::FieldSpec;
use super::format::DIALECTS;
use super::inside::PartId;
use super::measure::{Cut, offset};
use super::mti::Mti;
use super::spec::Spec;
use super::walk::{Head, Walk, take};
use super::writer::Like;
use core::fmt;

/// A received message: the caller's bytes and where each field begins.
///
/// Nothing is copied and nothing is lost. It is about 180 bytes large, so it
/// is passed by reference.
///
/// ```
/// # use annul::iso8583::{Mti, UNIONPAY_POS, View};
/// let message = b"\x08\x20\0\x20\0\0\0\x80\0\0\x00\x00\x1612345678";
/// let view = View::decode(&UNIONPAY_POS, message).unwrap();
/// assert_eq!(view.mti(), Mti::literal(0x0820));
/// assert_eq!(view.field(11).unwrap().digits().unwrap().number(), Some(16));
/// assert_eq!(view.field(41).unwrap().text(), Some("12345678"));
/// assert!(view.field(39).is_none());
/// ```
#[derive(Clone, Copy)]
pub struct View<'a> {
    spec: &'a Spec<'a>,
    bytes: &'a [u8],
    mti: Mti,
    announced: Bits,
    /// Fields whose place is known.
    read: Bits,
    /// Where the first of them begin, in their order; where there is but one
    /// bitmap, each in its field's place.
    starts: [u16; INDEXED],
}

/// Fields that have a place in the index. A message that has more is walked to
/// find the rest.
const INDEXED: usize = if DIALECTS { 48 } else { 64 };

/// What could be read of a damaged message.
#[derive(Clone, Copy, Debug)]
pub struct Partial<'a> {
    /// The fields whose place is known.
    pub view: View<'a>,
    /// What stopped the reading, or else the first field of digits that holds
    /// something else; none where [`View::decode`] accepts the message.
    pub error: Option<DecodeError>,
}

impl<'a> View<'a> {
    /// Reads a message that fills `bytes` exactly, from its MTI on.
    ///
    /// Every length, every digit of a field of digits and the end must be
    /// right; pads, letters and the inside of fields are as they are. See
    /// [`Self::decode_strict`] for all that a dialect says.
    pub fn decode(spec: &'a Spec<'a>, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let head = Head::read(spec, bytes)?;
        let mut view = Self::of(&head);
        view.index(&head, Err)?;
        Ok(view)
    }

    /// Reads a message and checks all that the dialect says of it: characters,
    /// pads, and what stands inside of fields.
    pub fn decode_strict(spec: &'a Spec<'a>, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let view = Self::decode(spec, bytes)?;
        let mut first = None;
        view.problems(&mut |problem| first = first.or(Some(problem)));
        first.map_or(Ok(view), Err)
    }

    /// Reads as far as fields can be told apart, also where their values are
    /// wrong ([`Self::problems`] names these); fails only where MTI and bitmap
    /// are not there or no type. For people who look at traffic, never for a
    /// transaction.
    pub fn decode_partial(spec: &'a Spec<'a>, bytes: &'a [u8]) -> Result<Partial<'a>, DecodeError> {
        let head = Head::read(spec, bytes)?;
        let mut view = Self::of(&head);
        let mut wrong = None;
        let stopped = view.index(&head, |error| {
            wrong = wrong.or(Some(error));
            Ok(())
        });
        let error = stopped.err().or(wrong);
        Ok(Partial { view, error })
    }

    /// Reads no further than to field `number`, which the bytes need not pass:
    /// the trace or the reference of a message that is still coming in.
    ///
    /// ```
    /// # use annul::iso8583::{View, UNIONPAY_POS};
    /// let begun = b"\x08\x20\0\x20\0\0\0\x80\0\0\x00\x00\x16123";
    /// let trace = View::scan(&UNIONPAY_POS, begun, 11).unwrap().unwrap();
    /// assert!(trace.digits().unwrap() == "000016");
    /// ```
    pub fn scan(
        spec: &'a Spec<'a>,
        bytes: &'a [u8],
        number: u8,
    ) -> Result<Option<Field<'a>>, DecodeError> {
        for field in Walk::begin(spec, bytes)? {
            let field = field?;
            if field.number() == number {
                check(&field)?;
                return Ok(Some(field));
            }
            if field.number() > number {
                break;
            }
        }
        Ok(None)
    }

    /// The message type; 0000 where the dialect has none.
    pub fn mti(&self) -> Mti {
        self.mti
    }

    /// The first bitmap as received: bit 63 stands for field 1, bit 0 for
    /// field 64.
    pub fn bitmap(&self) -> u64 {
        self.announced[0]
    }

    /// All three bitmaps; 0 for those that are not there.
    pub fn bitmaps(&self) -> [u64; 3] {
        let mut all = [0; 3];
        all[..WORDS].copy_from_slice(&self.announced);
        all
    }

    /// The whole message as received.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The dialect it was read by.
    pub fn spec(&self) -> &'a Spec<'a> {
        self.spec
    }

    /// Field `number`, where the message has it.
    pub fn field(&self, number: u8) -> Option<Field<'a>> {
        let word = usize::from(number.checked_sub(1)?) / 64;
        let bits = *self.read.get(word)?;
        let bit = bit(number);
        if bits & bit == 0 {
            return None;
        }
        let place = if DIALECTS {
            let before = self.read[..word].iter().map(|bits| bits.count_ones());
            before.sum::<u32>() + (bits & !(bit | (bit - 1))).count_ones()
        } else {
            u32::from(number - 1)
        };
        match self.starts.get(place as usize) {
            Some(start) => self.field_at(number, usize::from(*start)),
            None => self.seek(number),
        }
    }

    /// The field or part that a path names, such as `4`, `55.9F26` or `48.2`;
    /// the first where several are called so. None where it is not there, or a
    /// step of the path is empty, as in `55.`.
    pub fn at(&self, path: &str) -> Option<Field<'a>> {
        match path.split_once('.') {
            None => self.field(path.parse().ok()?),
            Some((number, parts)) => self.field(number.parse().ok()?)?.part(parts),
        }
    }

    /// Every field, in ascending order.
    pub fn fields(&self) -> Fields<'_, 'a> {
        Fields {
            view: self,
            left: self.read,
            rank: 0,
        }
    }

    /// The field of its MAC: 64, or 128 where it has none. None where the
    /// message has neither.
    pub fn mac(&self) -> Option<Field<'a>> {
        let second = || DIALECTS.then(|| self.field(128)).flatten();
        self.field(64).or_else(second)
    }

    /// The bytes a MAC covers: all before the field of its MAC (MAB).
    pub fn mab(&self) -> Option<&'a [u8]> {
        self.bytes.get(..self.mac()?.offset())
    }

    /// Tells every problem of the values: characters that a format does not
    /// have, wrong pads, parts that are none. One for each value; what follows
    /// a broken part of a field has no known place.
    pub fn problems(&self, report: &mut dyn FnMut(DecodeError)) {
        for field in self.fields() {
            problems_of(&field, field.number(), DEEPEST, report);
        }
    }

    /// How type and bitmaps were written.
    pub(super) fn like(&self) -> Like<'a> {
        let bitmap = self.spec.bitmap();
        let more = self.announced.iter().take_while(|word| **word >> 63 == 1);
        let mapped = (bitmap.least() + 8 * more.count()).min(bitmap.most());
        let size = mti_size(self.spec.mti()) + bitmap.wire(mapped);
        Like {
            head: self.bytes.get(..size).unwrap_or_default(),
            mapped,
            fields: self.read,
        }
    }

    #[inline]
    fn of(head: &Head<'a>) -> Self {
        Self {
            spec: head.spec,
            bytes: head.bytes,
            mti: head.mti,
            announced: head.announced,
            read: [0; WORDS],
            starts: [0; INDEXED],
        }
    }

    /// Notes where each field begins; `wrong` says whether a value that is none
    /// ends it.
    #[inline]
    fn index(
        &mut self,
        head: &Head<'a>,
        mut wrong: impl FnMut(DecodeError) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mut rest = head.bytes.get(head.end..).unwrap_or_default();
        let (mut rank, mut last) = (0, 1);
        let third = head.spec.bitmap().third().unwrap_or_default();
        for word in 0..WORDS {
            let fields = head.fields(word, self.announced[word]);
            let mut left = fields;
            let outcome = loop {
                if left == 0 {
                    break Ok(());
                }
                let first = left.leading_zeros();
                let index = word * 64 + first as usize;
                let number = index as u8 + 1;
                let start = offset(head.bytes, rest);
                let Some((spec, cut)) = head.cut(index, rest) else {
                    break Err(head.stopped(number, start));
                };
                let Cut { value, count, .. } = cut;
                rest = cut.rest;
                let at = offset(head.bytes, rest).wrapping_sub(value.len());
                if DIALECTS && third == number {
                    match head.third_bitmap(number, at, value, count) {
                        Ok(bits) => self.announced[WORDS - 1] = bits,
                        Err(error) => break Err(error),
                    }
                }
                if !spec.is_good(value)
                    && let Some(error) = wrong_value(spec, number, at, value, count)
                    && let Err(error) = wrong(error)
                {
                    break Err(error);
                }
                if !DIALECTS {
                    rank = first as usize;
                }
                if let Some(slot) = self.starts.get_mut(rank) {
                    *slot = start as u16;
                }
                rank = rank.wrapping_add(1);
                left &= !FIRST.wrapping_shr(first);
                last = number;
            };
            self.read[word] = fields & !left;
            outcome?;
        }
        head.finish(last, offset(head.bytes, rest))
    }

    fn field_at(&self, number: u8, start: usize) -> Option<Field<'a>> {
        let spec = self.spec.field(number)?;
        let bytes = self.bytes.get(start..)?;
        let measure = spec.extent(bytes)?;
        Some(Field::new(
            PartId::Number(number),
            start,
            spec,
            bytes,
            measure,
        ))
    }

    /// The field that the index has no place for.
    #[cold]
    fn seek(&self, number: u8) -> Option<Field<'a>> {
        if !DIALECTS {
            return None;
        }
        let fields = Walk::begin(self.spec, self.bytes).ok()?;
        { fields }
            .map_while(Result::ok)
            .find(|field| field.number() == number)
    }
}

/// The bit of the first field of a bitmap.
const FIRST: u64 = 1 << 63;

/// Levels of parts that problems are looked for in.
const DEEPEST: u8 = 8;

#[cold]
#[inline(never)]
fn wrong_value(
    spec: &FieldSpec<'_>,
    number: u8,
    at: usize,
    value: &[u8],
    count: u16,
) -> Option<DecodeError> {
    let (within, len, fault) = spec.find_wrong(value, count).err()?;
    Some(DecodeError::at(number, at + within, len, fault))
}

fn check(field: &Field<'_>) -> Result<(), DecodeError> {
    let checked = field.spec().check(field.bytes(), field.count() as u16);
    checked.map_err(|(at, len, fault)| {
        let offset = field.offset() + field.prefix().len() + at;
        DecodeError::at(field.number(), offset, len, fault)
    })
}

fn problems_of(field: &Field<'_>, number: u8, levels: u8, report: &mut dyn FnMut(DecodeError)) {
    let spec = field.spec();
    let part = Some(field.id()).filter(|_| levels < DEEPEST);
    // Digits that begin within a byte were checked with the field around them.
    let whole = levels == DEEPEST || !spec.is_packed();
    if whole && let Err((at, len, fault)) = spec.check_strictly(field.bytes(), field.count() as u16)
    {
        report(DecodeError {
            field: number,
            part,
            offset: field.offset() + field.prefix().len() + at,
            len,
            fault,
        });
    }
    let Some(levels) = levels.checked_sub(1) else {
        return;
    };
    for part in field.parts() {
        match part {
            Ok(part) => problems_of(&part, number, levels, report),
            Err(error) => report(DecodeError {
                field: number,
                ..error
            }),
        }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({} ", self.mti)?;
        f.debug_list().entries(self.fields()).finish()?;
        f.write_str(")")
    }
}

/// The fields of a [`View`], in ascending order.
#[derive(Clone)]
pub struct Fields<'v, 'a> {
    view: &'v View<'a>,
    left: Bits,
    /// How many were given.
    rank: u8,
}

impl<'a> Iterator for Fields<'_, 'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let number = take(&mut self.left)?;
        let place = if DIALECTS { self.rank } else { number - 1 };
        self.rank += 1;
        match self.view.starts.get(usize::from(place)) {
            Some(start) => self.view.field_at(number, usize::from(*start)),
            None => self.view.seek(number),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.left.iter().map(|word| word.count_ones() as usize);
        let left = left.sum();
        (left, Some(left))
    }
}
