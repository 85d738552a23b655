use super::characters::Characters;
#[cfg(feature = "dialects")]
use super::ebcdic::CodePage;
use super::error::{DecodeError, DecodeFault};
use super::field::Field;
use super::field_spec::FieldSpec;
use super::format::{Encoding, Format, Length, Prefix, Sensitivity};
use super::inside::{Inside, PartId, Tagged};
use super::measure::Measure;
use super::prefix;
use super::walk::Walk;
use crate::{emv, tlv};

/// The parts of a field, outermost only, in the order they stand. After an
/// error it ends: what follows has no known place.
///
/// ```
/// # use annul::iso8583::{View, UNIONPAY_POS};
/// let message = b"\x02\x10\0\0\0\0\0\0\x02\0\x00\x08\x91\x01\xAA\x9F\x36\x02\x00\x07";
/// let view = View::decode(&UNIONPAY_POS, message).unwrap();
/// let counter = view.at("55.9F36").unwrap();
/// assert_eq!(counter.bytes(), [0x00, 0x07]);
/// assert_eq!(view.field(55).unwrap().parts().count(), 2);
/// ```
pub struct Parts<'a> {
    field: Field<'a>,
    /// Bytes of the value read, or characters where parts are counted so.
    at: usize,
    state: State<'a>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "the reader holds its stack of templates, and there is no heap"
)]
enum State<'a> {
    Positional(&'a [FieldSpec<'a>], u8),
    Tlv(tlv::Reader<'a>, tlv::Mode),
    Tagged(Tagged<'a>),
    Ltv(Prefix, usize),
    Message(Walk<'a>),
    Broken(DecodeError),
    Over,
}

/// A data object that may be shown.
static OBJECT: FieldSpec<'static> = FieldSpec::fixed(Format::B, 0);
/// A data object that may not.
static SECRET_OBJECT: FieldSpec<'static> =
    FieldSpec::fixed(Format::B, 0).shown(Sensitivity::Secret);
/// A template: its objects are its parts.
static TEMPLATE: FieldSpec<'static> = FieldSpec::fixed(Format::B, 0).shown(Sensitivity::Chip);
/// The same where objects are read in another mode.
#[cfg(feature = "dialects")]
static TEMPLATES: [FieldSpec<'static>; 3] = [
    TEMPLATE.inside(&Inside::Tlv(tlv::Mode::Strict)),
    TEMPLATE.inside(&Inside::Tlv(tlv::Mode::Ff)),
    TEMPLATE.inside(&Inside::Tlv(tlv::Mode::Ber)),
];
/// A part of LTV.
static PLAIN_TEXT: FieldSpec<'static> = FieldSpec::fixed(Format::Ans, 0).shown(Sensitivity::Text);
/// The same in a field of EBCDIC.
#[cfg(feature = "dialects")]
static EBCDIC_TEXTS: [FieldSpec<'static>; 3] = [
    PLAIN_TEXT.encoded(Encoding::Ebcdic(CodePage::Cp037)),
    PLAIN_TEXT.encoded(Encoding::Ebcdic(CodePage::Cp500)),
    PLAIN_TEXT.encoded(Encoding::Ebcdic(CodePage::Cp1047)),
];

type Step<'a> = Option<Result<Field<'a>, DecodeError>>;

impl<'a> Field<'a> {
    /// The part that a path names, such as `9F26` of field 55, or the field
    /// itself where the path is empty; the first where several are called so.
    pub fn at(self, path: &str) -> Option<Self> {
        if path.is_empty() {
            return Some(self);
        }
        self.part(path)
    }

    /// The part that a path of one step or more names.
    pub(super) fn part(self, path: &str) -> Option<Self> {
        path.split('.').try_fold(self, |field, segment| {
            let mut parts = field.parts().map_while(Result::ok);
            parts.find(|part| !segment.is_empty() && part.id().is(segment))
        })
    }

    /// The parts of the field, where its dialect says that it has some.
    pub fn parts(&self) -> Parts<'a> {
        let value = self.bytes();
        let state = match self.spec().parts() {
            Inside::Plain => State::Over,
            Inside::Positional(specs) => State::Positional(specs, 1),
            Inside::Tlv(mode) => State::Tlv(tlv::Reader::new(value, mode), mode),
            Inside::Tagged(tagged) => State::Tagged(tagged),
            Inside::Ltv { prefix, tag } => State::Ltv(prefix, usize::from(tag)),
            Inside::Message(spec) => match Walk::begin(spec, value) {
                Ok(walk) => State::Message(walk),
                Err(error) => State::Broken(error),
            },
        };
        Parts {
            field: *self,
            at: 0,
            state,
        }
    }
}

impl<'a> Parts<'a> {
    /// The byte of the message at which the value begins.
    fn start(&self) -> usize {
        self.field.offset() + self.field.prefix().len()
    }

    fn fail(&mut self, id: PartId, at: usize, len: usize, fault: DecodeFault) -> DecodeError {
        self.state = State::Over;
        DecodeError {
            field: self.field.number(),
            part: Some(id),
            offset: self.start() + at,
            len,
            fault,
        }
    }

    /// The part that begins at byte `at`, behind `before` bytes of tag.
    fn measured(
        &mut self,
        id: PartId,
        spec: &'a FieldSpec<'a>,
        before: usize,
    ) -> Result<Field<'a>, DecodeError> {
        let at = self.at;
        let bytes = self.field.bytes().get(at..).unwrap_or_default();
        let rest = bytes.get(before..).unwrap_or_default();
        let measure = match spec.measure(rest) {
            Ok(measure) => measure,
            Err((wrong, len, fault)) => {
                return Err(self.fail(id, at + before + wrong, len, fault));
            }
        };
        let measure = Measure {
            prefix: measure.prefix + before as u16,
            ..measure
        };
        self.at += measure.value().end;
        Ok(Field::new(id, self.start() + at, spec, bytes, measure))
    }

    fn positional(&mut self, specs: &'a [FieldSpec<'a>], number: u8) -> Step<'a> {
        let id = PartId::Number(number);
        let left = if self.field.spec().is_packed() {
            self.field.characters().len() - self.at
        } else {
            self.field.bytes().len() - self.at
        };
        let Some(spec) = specs.get(usize::from(number) - 1) else {
            return match left {
                0 => None,
                count => Some(Err(self.fail(
                    id,
                    self.byte(),
                    0,
                    DecodeFault::Trailing { count },
                ))),
            };
        };
        if left == 0 {
            return None;
        }
        // A part has a number of eight bits; more are not read.
        let next = number.checked_add(1);
        self.state = next.map_or(State::Over, |next| State::Positional(specs, next));
        if !self.field.spec().is_packed() {
            return Some(self.measured(id, spec, 0));
        }
        let size = match spec.length() {
            Length::Fixed(size) => usize::from(size),
            Length::Var(..) => left,
        };
        let Some(value) = self.field.characters().slice(self.at, size) else {
            let at = self.byte();
            return Some(Err(self.fail(
                id,
                at,
                0,
                DecodeFault::Truncated {
                    expected: size,
                    left,
                },
            )));
        };
        let first = self.byte();
        let last = self.field.characters().byte_of(self.at + size.max(1) - 1);
        self.at += size;
        let raw = self.field.bytes().get(first..=last).unwrap_or_default();
        Some(Ok(Field::within(
            id,
            self.start() + first,
            spec,
            raw,
            value,
        )))
    }

    /// The byte of the value in which the next character stands.
    fn byte(&self) -> usize {
        if self.field.spec().is_packed() {
            self.field.characters().byte_of(self.at)
        } else {
            self.at
        }
    }

    fn object(&mut self, mut reader: tlv::Reader<'a>, mode: tlv::Mode) -> Step<'a> {
        let object = match reader.next()? {
            Ok(object) => object,
            Err(error) => {
                return Some(Err(DecodeError {
                    field: self.field.number(),
                    part: error.path().tags().next().map(PartId::Tag),
                    offset: self.start() + self.at + error.offset(),
                    len: 0,
                    fault: DecodeFault::Tlv(error.fault()),
                }));
            }
        };
        let bytes = object.bytes();
        let at = self.at + object.offset();
        let spec = if object.is_constructed() {
            // What stands in a template is a part of the template, also where
            // it is no data object: the next one stands behind it.
            self.at = at + bytes.len();
            let rest = self.field.bytes().get(self.at..).unwrap_or_default();
            reader = tlv::Reader::new(rest, mode);
            template(mode)
        } else if is_sensitive(object.tag()) {
            &SECRET_OBJECT
        } else {
            &OBJECT
        };
        self.state = State::Tlv(reader, mode);
        // What stands behind the value is the end of an indefinite length.
        let measure = extent(object.header_length(), object.value().len());
        let id = PartId::Tag(object.tag());
        Some(Ok(Field::new(id, self.start() + at, spec, bytes, measure)))
    }

    fn tagged(&mut self, tagged: Tagged<'a>) -> Step<'a> {
        let left = self.field.bytes().get(self.at..).unwrap_or_default();
        if left.is_empty() {
            return None;
        }
        let size = usize::from(tagged.tag);
        let raw_size = match tagged.encoding {
            Encoding::Bcd => size.div_ceil(2),
            _ => size,
        };
        let unnamed = PartId::Name(*b"?\0\0\0");
        let Some(raw) = left.get(..raw_size) else {
            let fault = DecodeFault::Truncated {
                expected: raw_size,
                left: left.len(),
            };
            return Some(Err(self.fail(unnamed, self.at, left.len(), fault)));
        };
        let id = name(Characters::whole(raw, tagged.encoding));
        let known = tagged.known.iter().find(|(tag, _)| *tag == id);
        match known.map(|(_, spec)| spec).or(tagged.other) {
            Some(spec) => Some(self.measured(id, spec, raw_size)),
            None => Some(Err(self.fail(
                id,
                self.at,
                raw_size,
                DecodeFault::UnknownPart,
            ))),
        }
    }

    fn ltv(&mut self, length: Prefix, tag: usize) -> Step<'a> {
        let left = self.field.bytes().get(self.at..).unwrap_or_default();
        if left.is_empty() {
            return None;
        }
        let at = self.at;
        let unnamed = PartId::Name(*b"?\0\0\0");
        let claimed = match prefix::explain(length, left) {
            Ok(claimed) => claimed as usize,
            Err((len, fault)) => return Some(Err(self.fail(unnamed, at, len, fault))),
        };
        let head = length.size();
        let rest = left.get(head..).unwrap_or_default();
        if rest.len() < claimed || claimed < tag {
            let fault = DecodeFault::Truncated {
                expected: claimed.max(tag),
                left: rest.len(),
            };
            return Some(Err(self.fail(unnamed, at + head, rest.len(), fault)));
        }
        let spec = plain_text(self.field.spec().encoding());
        let id = name(Characters::whole(&rest[..tag], spec.encoding()));
        self.at += head + claimed;
        let measure = extent(head + tag, claimed - tag);
        Some(Ok(Field::new(id, self.start() + at, spec, left, measure)))
    }

    fn message(&mut self, mut walk: Walk<'a>) -> Step<'a> {
        let field = match walk.next()? {
            Ok(field) => field.moved(self.start()),
            Err(error) => return Some(Err(self.inner(error))),
        };
        self.state = State::Message(walk);
        Some(Ok(field))
    }

    /// An error of the message inside, told as one of the field.
    fn inner(&self, error: DecodeError) -> DecodeError {
        DecodeError {
            field: self.field.number(),
            part: Some(PartId::Number(error.field)),
            ..error.moved(self.start())
        }
    }
}

/// A template in this mode.
#[cfg(feature = "dialects")]
fn template(mode: tlv::Mode) -> &'static FieldSpec<'static> {
    let mut others = TEMPLATES.iter();
    let other = others.find(|spec| spec.parts() == Inside::Tlv(mode));
    other.unwrap_or(&TEMPLATE)
}

/// A template: chip data alone has objects, in the mode of EMV.
#[cfg(not(feature = "dialects"))]
fn template(_: tlv::Mode) -> &'static FieldSpec<'static> {
    &TEMPLATE
}

/// A part of LTV in a field that is written so.
#[cfg(feature = "dialects")]
fn plain_text(encoding: Encoding) -> &'static FieldSpec<'static> {
    let mut others = EBCDIC_TEXTS.iter();
    let other = others.find(|spec| spec.encoding() == encoding);
    other.unwrap_or(&PLAIN_TEXT)
}

/// A part of LTV, in ASCII as all text is here.
#[cfg(not(feature = "dialects"))]
fn plain_text(_: Encoding) -> &'static FieldSpec<'static> {
    &PLAIN_TEXT
}

/// True for what the dictionary of chip data calls sensitive, and for the
/// expiry date, which field 14 does not show either.
fn is_sensitive(tag: tlv::Tag) -> bool {
    const EXPIRY: tlv::Tag = tlv::Tag::literal(0x5F24);
    tag == EXPIRY || !emv::sensitivity(tag).is_public()
}

/// A part of so many bytes behind so many others; a message has few of either.
const fn extent(prefix: usize, size: usize) -> Measure {
    Measure {
        prefix: prefix as u16,
        count: size as u16,
        size: size as u16,
    }
}

/// The first four characters of a tag.
fn name(characters: Characters<'_>) -> PartId {
    let mut name = [0; 4];
    for (slot, character) in name.iter_mut().zip(characters.ascii()) {
        *slot = character;
    }
    PartId::Name(name)
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Field<'a>, DecodeError>;

    fn next(&mut self) -> Step<'a> {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Positional(specs, number) => self.positional(specs, number),
            State::Tlv(reader, mode) => self.object(reader, mode),
            State::Tagged(tagged) => {
                self.state = State::Tagged(tagged);
                self.tagged(tagged)
            }
            State::Ltv(prefix, tag) => {
                self.state = State::Ltv(prefix, tag);
                self.ltv(prefix, tag)
            }
            State::Message(walk) => self.message(walk),
            State::Broken(error) => Some(Err(self.inner(error))),
            State::Over => None,
        }
    }
}
