use super::characters::Characters;
use super::field_spec::FieldSpec;
use super::format::Encoding;
use super::inside::PartId;
use super::measure::Measure;
use core::fmt;

/// One field of a [`View`](super::View), or a part of one, as the bytes that
/// were received.
///
/// Its `Debug` shows number and size only; [`describe`](super::describe()) shows
/// the value, masked.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    id: PartId,
    offset: usize,
    spec: &'a FieldSpec<'a>,
    raw: &'a [u8],
    prefix: u16,
    count: u16,
    value: Characters<'a>,
}

impl<'a> Field<'a> {
    /// The field that `bytes` begins with, which was measured.
    pub(super) fn new(
        id: PartId,
        offset: usize,
        spec: &'a FieldSpec<'a>,
        bytes: &'a [u8],
        measure: Measure,
    ) -> Self {
        let raw = bytes.get(..measure.value().end).unwrap_or_default();
        let value = raw.get(measure.value().start..).unwrap_or_default();
        Self {
            id,
            offset,
            spec,
            raw,
            prefix: measure.prefix,
            count: measure.count,
            value: spec.characters(value, measure.count),
        }
    }

    /// A part whose characters may begin within a byte.
    pub(super) fn within(
        id: PartId,
        offset: usize,
        spec: &'a FieldSpec<'a>,
        raw: &'a [u8],
        value: Characters<'a>,
    ) -> Self {
        Self {
            id,
            offset,
            spec,
            raw,
            prefix: 0,
            count: value.len() as u16,
            value,
        }
    }

    /// The same field, counted from `bytes` earlier.
    pub(super) fn moved(mut self, bytes: usize) -> Self {
        self.offset += bytes;
        self
    }

    /// The field's number, 2 to 192; 0 for a part that is called by a tag.
    pub fn number(&self) -> u8 {
        match self.id {
            PartId::Number(number) => number,
            PartId::Tag(_) | PartId::Name(_) => 0,
        }
    }

    /// What it is called within its message or field.
    pub fn id(&self) -> PartId {
        self.id
    }

    /// The byte of the message it begins at, with its length prefix.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// How the dialect forms it.
    pub fn spec(&self) -> &'a FieldSpec<'a> {
        self.spec
    }

    /// Length prefix and value, every bit as received.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The length prefix as received, or tag and length; empty for a fixed
    /// length.
    pub fn prefix(&self) -> &'a [u8] {
        &self.raw[..usize::from(self.prefix)]
    }

    /// The value as received, with its pad nibble where it has one.
    pub fn bytes(&self) -> &'a [u8] {
        &self.raw[usize::from(self.prefix)..]
    }

    /// Digits, characters or bytes of the value, as its
    /// [`Unit`](super::Unit) counts.
    pub fn count(&self) -> usize {
        usize::from(self.count)
    }

    /// The value in characters, whatever the encoding: of a b field its bytes.
    /// Without pad nibble, and without the sign of an amount in BCD.
    pub fn characters(&self) -> Characters<'a> {
        self.value
    }

    /// The digits of an n or z field, without the pad nibble; none for text
    /// and bytes.
    pub fn digits(&self) -> Option<Characters<'a>> {
        self.spec.format().is_digits().then_some(self.value)
    }

    /// The value as text; none where it is not ASCII or UTF-8 on the wire, or
    /// the field is one of digits.
    pub fn text(&self) -> Option<&'a str> {
        let bytes = self.bytes();
        let text = match self.spec.encoding() {
            Encoding::Utf8 => true,
            Encoding::Ascii | Encoding::Binary => bytes.is_ascii(),
            Encoding::Bcd | Encoding::Ebcdic(_) | Encoding::Hex => false,
        };
        let text = text && !self.spec.format().is_digits();
        text.then(|| core::str::from_utf8(bytes).ok())?
    }

    /// The pad nibble as received, where an odd number of digits leaves one.
    pub fn pad(&self) -> Option<u8> {
        self.spec.pad_of(self.bytes(), self.count)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F{}[{}]", self.id, self.count)
    }
}
