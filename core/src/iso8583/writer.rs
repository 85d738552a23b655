use super::bitmap::{Bits, Extent, WORDS, bit, mti_size};
use super::error::{EncodeError, EncodeFault};
use super::field::Field;
use super::field_spec::FieldSpec;
use super::format::{DIALECTS, Length};
use super::mti::Mti;
use super::pack::{take, write_bytes, write_digits, write_number};
use super::spec::Spec;
use super::view::View;

/// Bytes of field 64.
const MAC: usize = 8;

/// Writes a message into the caller's buffer, field by field in ascending
/// order. The first mistake is kept and [`Writer::finish`] tells it, so fields
/// that are sometimes there read as plainly as those that always are.
///
/// ```
/// # use annul::iso8583::{Mti, UNIONPAY_POS, View, Writer};
/// let mut buffer = [0; 64];
/// let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0820))
///     .number(11, 16)
///     .bytes(41, b"12345678")
///     .bytes(42, b"123456789012345")
///     .digits(60, b"00000001002")
///     .finish()?;
/// let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
/// assert_eq!(view.bitmap(), 0x0020_0000_00C0_0010);
/// # Ok::<(), annul::iso8583::EncodeError>(())
/// ```
pub struct Writer<'a> {
    spec: &'a Spec<'a>,
    buffer: &'a mut [u8],
    len: usize,
    /// Bytes of bitmap before the fields, not yet on the wire.
    mapped: usize,
    bits: Bits,
    last: u8,
    /// Where the third bitmap stands, where it is the value of a field.
    third: Option<usize>,
    like: Option<Like<'a>>,
    error: Option<EncodeError>,
}

/// How a message was written before its first field.
#[derive(Clone, Copy)]
pub(super) struct Like<'a> {
    /// Its type and bitmaps.
    pub(super) head: &'a [u8],
    /// Bytes of bitmap in one row.
    pub(super) mapped: usize,
    pub(super) fields: Bits,
}

impl<'a> Writer<'a> {
    /// Begins a message at `buffer[0]`. A dialect without message type ignores
    /// `mti`.
    pub fn new(spec: &'a Spec<'a>, buffer: &'a mut [u8], mti: Mti) -> Self {
        let mapped = spec.bitmap().least();
        let type_size = mti_size(spec.mti());
        let len = type_size + spec.bitmap().wire(mapped);
        let error = match buffer.get_mut(..len) {
            Some(head) => {
                mti.write(spec.mti(), &mut head[..type_size]);
                None
            }
            None => Some(EncodeError {
                field: 0,
                fault: EncodeFault::Full {
                    needed: len,
                    available: buffer.len(),
                },
            }),
        };
        Self {
            spec,
            buffer,
            len,
            mapped,
            bits: [0; WORDS],
            last: if error.is_some() { u8::MAX } else { 0 },
            third: None,
            like: None,
            error,
        }
    }

    /// Begins a message of the type of one that was read. With every field
    /// copied it is that message again, bit for bit, also where a bitmap is in
    /// small letters or announces nothing.
    pub fn like(view: &View<'a>, buffer: &'a mut [u8]) -> Self {
        Self::new(view.spec(), buffer, view.mti()).resembling(view.like())
    }

    /// As a message was written that has these fields.
    #[must_use]
    pub(super) fn resembling(mut self, like: Like<'a>) -> Self {
        if DIALECTS
            && self.error.is_none()
            && like.mapped > self.mapped
            && let Err(fault) = self.widen((like.mapped * 8) as u8)
        {
            self.mistake(0, fault);
        }
        self.like = Some(like);
        self
    }

    /// Writes ASCII digits into an n field, or digits, `A` to `F`, `D` and `=`
    /// into a z field. A fixed length must be met exactly.
    pub fn digits(&mut self, number: u8, digits: &[u8]) -> &mut Self {
        if let Some((spec, room)) = self.begin(number) {
            let written = write_digits(spec, digits, room);
            self.end(number, written);
        }
        self
    }

    /// Writes a number into an n field of fixed length, with leading zeros.
    pub fn number(&mut self, number: u8, value: u64) -> &mut Self {
        if let Some((spec, room)) = self.begin(number) {
            let written = write_number(spec, value, room);
            self.end(number, written);
        }
        self
    }

    /// Writes text in ASCII or Latin-1, bytes (b), or an amount with its sign
    /// (x+n, `D00001000`). A text shorter than its fixed length is filled; bytes
    /// must meet it exactly.
    pub fn bytes(&mut self, number: u8, bytes: &[u8]) -> &mut Self {
        if let Some((spec, room)) = self.begin(number) {
            let written = write_bytes(spec, bytes, room);
            self.end(number, written);
        }
        self
    }

    /// Writes a received field again, bit for bit, with its pad nibble.
    pub fn copy(&mut self, field: &Field<'_>) -> &mut Self {
        if let Some((spec, room)) = self.begin(field.number()) {
            let written = copy(spec, field, room);
            self.end(field.number(), written);
        }
        self
    }

    /// Ends the message and returns its size, or the first mistake.
    pub fn finish(&mut self) -> Result<usize, EncodeError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let start = mti_size(self.spec.mti());
        let bitmap = self.spec.bitmap();
        if DIALECTS
            && let Some(like) = self.like
            && like.fields == self.bits
            && let Some(room) = self.buffer.get_mut(start..like.head.len())
        {
            room.copy_from_slice(&like.head[start..]);
            return Ok(self.len);
        }
        let room = &mut self.buffer[start..start + bitmap.wire(self.mapped)];
        let mut bits = self.bits;
        if !matches!(bitmap.extent(), Extent::Fixed(_)) {
            for (word, bits) in (1..).zip(&mut bits[..WORDS - 1]) {
                *bits |= u64::from(self.mapped > 8 * word) << 63;
            }
        }
        bitmap.write(bits, room);
        if let (Some(start), Extent::TertiaryIn(number)) = (self.third, bitmap.extent()) {
            // As its field is written, whatever the others are.
            let bits = self.bits[WORDS - 1].to_be_bytes();
            let eight = |field: &&FieldSpec<'_>| field.length() == Length::Fixed(8);
            let written = match self.spec.field(number).filter(eight) {
                Some(field) => write_bytes(field, &bits, &mut self.buffer[start..]),
                None => Err(EncodeFault::Foreign),
            };
            if let Err(fault) = written {
                self.mistake(number, fault);
                return Err(EncodeError {
                    field: number,
                    fault,
                });
            }
        }
        Ok(self.len)
    }

    /// Ends a message that still lacks its MAC: bit 64 is set, field 64 is not
    /// written, and the size returned is that of the bytes a MAC covers. The
    /// caller computes it over `buffer[..size]` and puts its 8 bytes behind.
    /// Where the message has a second bitmap, the MAC is field 128.
    pub fn finish_unsigned(&mut self) -> Result<usize, EncodeError> {
        let number = if DIALECTS && self.mapped > 8 { 128 } else { 64 };
        let before = self.len;
        self.bytes(number, &[0; MAC]).finish()?;
        Ok(before)
    }

    /// How field `number` is formed and the room for it; none where a mistake
    /// was made, which is kept.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[allow(clippy::inline_always, reason = "a third of the time of encoding")]
    fn begin(&mut self, number: u8) -> Option<(&'a FieldSpec<'a>, &mut [u8])> {
        // Of one bitmap alone the table has 64 fields at most.
        let ahead = DIALECTS && usize::from(number).div_ceil(8) > self.mapped;
        if number <= self.last || ahead {
            self.arrange(number)?;
        }
        let Some(spec) = self.spec.field(number) else {
            self.mistake(number, EncodeFault::Unknown);
            return None;
        };
        Some((spec, self.buffer.get_mut(self.len..)?))
    }

    /// Notes a field that was written, or why not.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[allow(clippy::inline_always, reason = "a third of the time of encoding")]
    fn end(&mut self, number: u8, written: Result<usize, EncodeFault>) {
        match written {
            Ok(size) => {
                if self.spec.bitmap().extent() == Extent::TertiaryIn(number) {
                    self.third = Some(self.len);
                }
                self.len += size;
                self.bits[usize::from(number - 1) / 64] |= bit(number);
                self.last = number;
            }
            Err(fault) => self.mistake(number, fault),
        }
    }

    /// Keeps the first mistake; nothing is written after it.
    #[cold]
    fn mistake(&mut self, field: u8, fault: EncodeFault) {
        if self.error.is_none() {
            self.error = Some(EncodeError { field, fault });
        }
        self.last = u8::MAX;
    }

    /// Prepares for a field that is not just the next one of the same bitmap.
    #[cold]
    fn arrange(&mut self, number: u8) -> Option<()> {
        let arranged = if number <= self.last {
            Err(EncodeFault::Order { last: self.last })
        } else {
            self.widen(number)
        };
        (arranged.map_err(|fault| self.mistake(number, fault))).ok()
    }

    /// Makes room for the bitmap that speaks of field `number`.
    #[cold]
    fn widen(&mut self, number: u8) -> Result<(), EncodeFault> {
        let bitmap = self.spec.bitmap();
        if self.third.is_some() && number > 128 {
            return Ok(());
        }
        let wanted = usize::from(number).div_ceil(64) * 8;
        if wanted > bitmap.most() {
            return Err(EncodeFault::Unknown);
        }
        let fields = mti_size(self.spec.mti()) + bitmap.wire(self.mapped);
        let more = bitmap.wire(wanted - self.mapped);
        take(&mut self.buffer[self.len..], more)?;
        self.buffer.copy_within(fields..self.len, fields + more);
        self.len += more;
        self.mapped = wanted;
        Ok(())
    }
}

/// A received field, bit for bit.
fn copy(spec: &FieldSpec<'_>, field: &Field<'_>, room: &mut [u8]) -> Result<usize, EncodeFault> {
    let raw = field.raw();
    // A field of the very same table was measured by it.
    if !core::ptr::addr_eq(spec, field.spec()) && !measures(spec, raw) {
        return Err(EncodeFault::Foreign);
    }
    take(room, raw.len())?.copy_from_slice(raw);
    Ok(raw.len())
}

/// True where the bytes are just one field of this form.
fn measures(spec: &FieldSpec<'_>, raw: &[u8]) -> bool {
    let Some(measure) = spec.extent(raw) else {
        return false;
    };
    let value = raw.get(measure.value().start..).unwrap_or_default();
    measure.value().end == raw.len() && spec.check(value, measure.count).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{FieldTable, Format, Justify, UNIONPAY_FIELDS, UNIONPAY_POS, Unit};

    /// Bytes of message type and bitmap.
    const HEAD: usize = 10;

    fn write(fill: impl FnOnce(&mut Writer<'_>)) -> Result<std::vec::Vec<u8>, EncodeError> {
        let mut buffer = [0xEE; 128];
        let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200));
        fill(&mut writer);
        let size = writer.finish()?;
        Ok(buffer[HEAD..size].to_vec())
    }

    fn fault(fill: impl FnOnce(&mut Writer<'_>)) -> EncodeFault {
        write(fill).unwrap_err().fault
    }

    #[test]
    fn odd_digits_stand_where_the_table_says() {
        assert_eq!(
            write(|w| {
                w.digits(22, b"021");
            })
            .unwrap(),
            [0x02, 0x10]
        );
        assert_eq!(
            write(|w| {
                w.digits(23, b"001");
            })
            .unwrap(),
            [0x00, 0x01]
        );
        let track = write(|w| {
            w.digits(35, b"12=3A");
        })
        .unwrap();
        assert_eq!(track, [0x05, 0x12, 0xD3, 0xA0]);
    }

    #[test]
    fn text_is_filled_with_spaces_and_bytes_are_not() {
        assert_eq!(
            write(|w| {
                w.bytes(41, b"T1");
            })
            .unwrap(),
            b"T1      "
        );
        let expected = EncodeFault::Length {
            expected: 8,
            found: 2,
        };
        assert_eq!(
            fault(|w| {
                w.bytes(52, b"T1");
            }),
            expected
        );
    }

    #[test]
    fn a_dialect_may_count_digits_in_bytes_and_put_text_right() {
        let fields: FieldTable<'_, 64> = UNIONPAY_FIELDS
            .with(
                2,
                FieldSpec::ll(Format::N, 10)
                    .counted(Unit::Bytes)
                    .padded(0xF),
            )
            .with(
                41,
                FieldSpec::fixed(Format::Ans, 8).justified(Justify::Right),
            );
        let spec = UNIONPAY_POS.over(fields.slots());
        let mut buffer = [0; 32];
        let size = Writer::new(&spec, &mut buffer, Mti::literal(0x0200))
            .digits(2, b"123")
            .bytes(41, b"T1")
            .finish()
            .unwrap();
        assert_eq!(buffer[HEAD..size], *b"\x02\x12\x3F      T1");
        let error = View::decode(&spec, &buffer[..size]).unwrap_err();
        assert_eq!((error.field, error.offset), (2, HEAD + 2));
    }

    #[test]
    fn numbers_have_leading_zeros() {
        let amount = write(|w| {
            w.number(4, 1234);
        })
        .unwrap();
        assert_eq!(amount, [0, 0, 0, 0, 0x12, 0x34]);
        let full = write(|w| {
            w.number(53, 9_999_999_999_999_999);
        });
        assert_eq!(full.unwrap(), [0x99; 8]);
        let over = EncodeFault::Number { digits: 6 };
        assert_eq!(
            fault(|w| {
                w.number(11, 1_000_000);
            }),
            over
        );
        assert_eq!(
            fault(|w| {
                w.number(60, 1);
            }),
            EncodeFault::Kind { format: Format::N }
        );
    }

    #[test]
    fn the_first_mistake_is_told() {
        let twice = |w: &mut Writer<'_>| {
            w.number(11, 1).number(11, 1).digits(3, b"x");
        };
        let error = write(twice).unwrap_err();
        assert_eq!(
            (error.field, error.fault),
            (11, EncodeFault::Order { last: 11 })
        );
        assert_eq!(
            fault(|w| {
                w.digits(7, b"1");
            }),
            EncodeFault::Unknown
        );
        assert_eq!(
            fault(|w| {
                w.digits(1, b"1");
            }),
            EncodeFault::Unknown
        );
        assert_eq!(
            fault(|w| {
                w.digits(2, b"12a");
            }),
            EncodeFault::Character { position: 2 }
        );
        assert_eq!(
            fault(|w| {
                w.digits(2, &[b'1'; 20]);
            }),
            EncodeFault::Length {
                expected: 19,
                found: 20
            }
        );
        assert_eq!(
            fault(|w| {
                w.digits(41, b"1");
            }),
            EncodeFault::Kind {
                format: Format::Ans
            }
        );
        assert_eq!(
            fault(|w| {
                w.bytes(2, b"1");
            }),
            EncodeFault::Kind { format: Format::N }
        );
    }

    #[test]
    fn a_small_buffer_is_an_error_at_every_size() {
        for size in 0..HEAD + 3 + 8 {
            let mut buffer = [0; HEAD + 3 + 8];
            let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer[..size], Mti::literal(0x0200));
            let error = writer
                .number(11, 1)
                .bytes(64, &[0; 8])
                .finish()
                .unwrap_err();
            assert!(matches!(error.fault, EncodeFault::Full { .. }), "{size}");
        }
    }

    #[test]
    fn an_unsigned_message_leaves_room_for_its_mac() {
        let mut buffer = [0; HEAD + 3 + 8];
        let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200))
            .number(11, 1)
            .finish_unsigned();
        assert_eq!(size, Ok(HEAD + 3));
        assert_eq!(buffer[2..HEAD], [0, 0x20, 0, 0, 0, 0, 0, 1]);
        let size = Writer::new(
            &UNIONPAY_POS,
            &mut buffer[..HEAD + 3 + 7],
            Mti::literal(0x0200),
        )
        .number(11, 1)
        .finish_unsigned();
        assert!(matches!(size.unwrap_err().fault, EncodeFault::Full { .. }));
    }
}
