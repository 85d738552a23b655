use super::bitmap::{Bitmap, Bits, Extent, WORDS, bit, mti_size};
use super::characters::Characters;
use super::error::{DecodeError, DecodeFault};
use super::field::Field;
use super::field_spec::FieldSpec;
use super::format::Encoding;
use super::inside::PartId;
use super::measure::{Cut, offset};
use super::mti::Mti;
use super::spec::Spec;

/// What stands before the fields.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) spec: &'a Spec<'a>,
    pub(super) bytes: &'a [u8],
    pub(super) mti: Mti,
    pub(super) announced: Bits,
    /// Where the fields begin.
    pub(super) end: usize,
}

impl<'a> Head<'a> {
    /// Reads message type and bitmaps.
    #[inline]
    pub(super) fn read(spec: &'a Spec<'a>, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        if bytes.len() > usize::from(u16::MAX) {
            let fault = DecodeFault::TooLarge;
            return Err(DecodeError::at(0, 0, bytes.len(), fault));
        }
        let size = mti_size(spec.mti());
        let Some((raw, rest)) = bytes.split_at_checked(size) else {
            let left = bytes.len();
            let fault = DecodeFault::Truncated {
                expected: size,
                left,
            };
            return Err(DecodeError::at(0, 0, left, fault));
        };
        let mti = match (spec.mti(), raw) {
            (None, _) => Mti::NONE,
            (Some(Encoding::Bcd | Encoding::Binary), &[high, low]) => {
                let bcd = u16::from_be_bytes([high, low]);
                Mti::new(bcd).ok_or_else(|| no_type(raw, Encoding::Bcd))?
            }
            (Some(encoding), _) => message_type(raw, encoding)?,
        };
        let (announced, taken) = spec.bitmap().read(rest, size)?;
        Ok(Self {
            spec,
            bytes,
            mti,
            announced,
            end: size + taken,
        })
    }

    /// Takes the field of slot `index` off the bytes it begins; [`Self::stopped`]
    /// says why it cannot.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[allow(clippy::inline_always, reason = "its result stays in registers")]
    pub(super) fn cut(&self, index: usize, rest: &'a [u8]) -> Option<(&'a FieldSpec<'a>, Cut<'a>)> {
        let spec = self.spec.slot(index)?;
        Some((spec, spec.cut(rest)?))
    }

    #[cold]
    #[inline(never)]
    pub(super) fn stopped(&self, number: u8, at: usize) -> DecodeError {
        let Some(spec) = self.spec.field(number) else {
            return self.unknown(number, at);
        };
        let bytes = self.bytes.get(at..).unwrap_or_default();
        let wrong = spec.measure(bytes).err();
        let (within, len, fault) = wrong.unwrap_or((0, 0, DecodeFault::Unknown));
        DecodeError::at(number, at + within, len, fault)
    }

    /// The fields that bits of bitmap `word` announce: its first bit may only say
    /// that another bitmap follows.
    #[inline]
    pub(super) fn fields(&self, word: usize, announced: u64) -> u64 {
        if announced >> 63 == 0 || self.is_field((word * 64) as u8 + 1) {
            announced
        } else {
            announced & !(1 << 63)
        }
    }

    /// Bits 1 and 65 say that a bitmap follows the one they stand in; of a
    /// fixed extent they say nothing, unless the dialect has such a field.
    pub(super) fn is_field(&self, number: u8) -> bool {
        if number % 64 != 1 {
            return true;
        }
        let extent = self.spec.bitmap().extent();
        match (number, extent) {
            (1, Extent::Auto(2..) | Extent::TertiaryIn(_)) | (65, Extent::Auto(3)) => false,
            (_, Extent::Fixed(bytes)) => {
                bytes <= 8 || number > 65 || self.spec.field(number).is_some()
            }
            _ => true,
        }
    }

    /// The third bitmap, which field `number` is, whose value stands at `at`.
    #[cold]
    pub(super) fn third_bitmap(
        &self,
        number: u8,
        at: usize,
        value: &[u8],
        count: u16,
    ) -> Result<u64, DecodeError> {
        let spec = self.spec.field(number);
        let mut raw = [0; 8];
        let characters =
            spec.map_or_else(Characters::default, |spec| spec.characters(value, count));
        if characters.len() != raw.len() || characters.unpack(&mut raw).is_none() {
            let fault = DecodeFault::Truncated {
                expected: raw.len(),
                left: characters.len(),
            };
            return Err(DecodeError::at(number, at, value.len(), fault));
        }
        Ok(u64::from_be_bytes(raw))
    }

    /// Whether the last field, `number`, ended where the bytes end.
    #[inline]
    pub(super) fn finish(&self, number: u8, at: usize) -> Result<(), DecodeError> {
        match self.bytes.len() - at {
            0 => Ok(()),
            count => {
                let fault = DecodeFault::Trailing { count };
                Err(DecodeError::at(number, at, count, fault))
            }
        }
    }

    #[cold]
    fn unknown(&self, number: u8, at: usize) -> DecodeError {
        if number == 1 {
            let start = mti_size(self.spec.mti());
            return DecodeError::at(1, start, at - start, DecodeFault::SecondBitmap);
        }
        DecodeError::at(number, at, 0, DecodeFault::Unknown)
    }
}

/// Goes over a message field by field: the bitmap says which comes next, the
/// table how long it is. After an error it ends.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    head: Head<'a>,
    /// Announced and not reached.
    left: Bits,
    at: usize,
    last: u8,
}

impl<'a> Walk<'a> {
    pub(super) fn begin(spec: &'a Spec<'a>, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let head = Head::read(spec, bytes)?;
        Ok(Self {
            head,
            left: head.announced,
            at: head.end,
            last: 1,
        })
    }

    fn field(&mut self, number: u8) -> Result<Field<'a>, DecodeError> {
        let (start, head) = (self.at, &self.head);
        let bytes = head.bytes.get(start..).unwrap_or_default();
        let measured = head.cut(usize::from(number - 1), bytes);
        let (spec, cut) = measured.ok_or_else(|| head.stopped(number, start))?;
        let measure = cut.measure(bytes);
        if head.spec.bitmap().third() == Some(number) {
            let at = start + measure.value().start;
            self.left[WORDS - 1] = head.third_bitmap(number, at, cut.value, cut.count)?;
        }
        self.at = offset(head.bytes, cut.rest);
        self.last = number;
        let id = PartId::Number(number);
        Ok(Field::new(id, start, spec, bytes, measure))
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Field<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(number) = take(&mut self.left) {
            if !self.head.is_field(number) {
                continue;
            }
            let field = self.field(number);
            if field.is_err() {
                self.left = [0; WORDS];
                self.at = self.head.bytes.len();
            }
            return Some(field);
        }
        // What is behind the last field is told once.
        let error = self.head.finish(self.last, self.at).err()?;
        self.at = self.head.bytes.len();
        Some(Err(error))
    }
}

/// Takes the lowest field number out of the bits.
#[inline]
pub(super) fn take(bits: &mut Bits) -> Option<u8> {
    for (word, bits) in (0_u8..).zip(bits.iter_mut()) {
        if *bits != 0 {
            let number = word * 64 + bits.leading_zeros() as u8 + 1;
            *bits &= !bit(number);
            return Some(number);
        }
    }
    None
}

/// A message type in characters.
fn message_type(raw: &[u8], encoding: Encoding) -> Result<Mti, DecodeError> {
    let digits = Characters::whole(raw, encoding);
    let bcd = (digits.ascii()).try_fold(0, |bcd, digit| {
        digit
            .is_ascii_digit()
            .then(|| bcd << 4 | u16::from(digit & 15))
    });
    bcd.and_then(Mti::new).ok_or_else(|| no_type(raw, encoding))
}

#[cold]
fn no_type(raw: &[u8], encoding: Encoding) -> DecodeError {
    let packed = encoding == Encoding::Bcd;
    let digit = |byte: u8| byte.is_ascii_digit();
    let wrong = |byte: &u8| {
        if packed {
            byte >> 4 > 9 || byte & 15 > 9
        } else {
            !Characters::whole(&[*byte], encoding).ascii().all(digit)
        }
    };
    let at = raw.iter().position(wrong).unwrap_or_default();
    let found = match raw[at] {
        byte if packed && byte >> 4 > 9 => byte >> 4,
        byte if packed => byte & 15,
        byte => byte,
    };
    DecodeError::at(0, at, 1, DecodeFault::NotDecimal { found })
}

const _: () = assert!(Bitmap::FIELDS <= u8::MAX as usize);
