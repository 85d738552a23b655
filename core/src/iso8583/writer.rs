use super::error::{EncodeError, EncodeFault};
use super::field::Field;
use super::mti::Mti;
use super::pack::{take, write_bytes, write_digits, write_number};
use super::spec::{FieldSpec, Spec};
use super::view::{HEAD, bit};

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
    spec: &'a Spec,
    buffer: &'a mut [u8],
    len: usize,
    bitmap: u64,
    last: u8,
    error: Option<EncodeError>,
}

impl<'a> Writer<'a> {
    /// Begins a message at `buffer[0]`.
    pub fn new(spec: &'a Spec, buffer: &'a mut [u8], mti: Mti) -> Self {
        let error = match buffer.get_mut(..HEAD) {
            Some(head) => {
                head.fill(0);
                head[..Mti::SIZE].copy_from_slice(&mti.bytes());
                None
            }
            None => Some(EncodeError {
                field: 0,
                fault: EncodeFault::Full {
                    needed: HEAD,
                    available: buffer.len(),
                },
            }),
        };
        Self {
            spec,
            buffer,
            len: HEAD,
            bitmap: 0,
            last: 0,
            error,
        }
    }

    /// Writes ASCII digits into an n field, or digits, `A` to `F`, `D` and `=`
    /// into a z field. A fixed length must be met exactly.
    pub fn digits(&mut self, number: u8, digits: &[u8]) -> &mut Self {
        self.put(number, &Value::Digits(digits))
    }

    /// Writes a number into an n field of fixed length, with leading zeros.
    pub fn number(&mut self, number: u8, value: u64) -> &mut Self {
        self.put(number, &Value::Number(value))
    }

    /// Writes bytes into an an, ans or b field. A text shorter than its fixed
    /// length is filled with spaces; bytes (b) must meet it exactly.
    pub fn bytes(&mut self, number: u8, bytes: &[u8]) -> &mut Self {
        self.put(number, &Value::Bytes(bytes))
    }

    /// Writes a received field again, bit for bit, with its pad nibble.
    pub fn copy(&mut self, field: &Field<'_>) -> &mut Self {
        self.put(field.number(), &Value::Raw(field.raw()))
    }

    /// Ends the message and returns its size, or the first mistake.
    pub fn finish(&mut self) -> Result<usize, EncodeError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.buffer[Mti::SIZE..HEAD].copy_from_slice(&self.bitmap.to_be_bytes());
        Ok(self.len)
    }

    /// Ends a message that still lacks its MAC: bit 64 is set, field 64 is not
    /// written, and the size returned is that of the bytes a MAC covers. The
    /// caller computes it over `buffer[..size]` and puts its 8 bytes behind.
    pub fn finish_unsigned(&mut self) -> Result<usize, EncodeError> {
        let before = self.len;
        self.bytes(64, &[0; MAC]).finish()?;
        Ok(before)
    }

    /// Writes one field, unless a mistake was made before.
    fn put(&mut self, number: u8, value: &Value<'_>) -> &mut Self {
        if self.error.is_some() {
            return self;
        }
        match self.place(number, value) {
            Ok(size) => {
                self.len += size;
                self.bitmap |= bit(number);
                self.last = number;
            }
            Err(fault) => {
                self.error = Some(EncodeError {
                    field: number,
                    fault,
                });
            }
        }
        self
    }

    fn place(&mut self, number: u8, value: &Value<'_>) -> Result<usize, EncodeFault> {
        let spec = self.spec.field(number).ok_or(EncodeFault::Unknown)?;
        if number <= self.last {
            return Err(EncodeFault::Order { last: self.last });
        }
        value.write(spec, &mut self.buffer[self.len..])
    }
}

/// What goes into a field.
enum Value<'v> {
    Digits(&'v [u8]),
    Number(u64),
    Bytes(&'v [u8]),
    /// As received, length prefix and all.
    Raw(&'v [u8]),
}

impl Value<'_> {
    fn write(&self, spec: &FieldSpec, room: &mut [u8]) -> Result<usize, EncodeFault> {
        match *self {
            Self::Digits(digits) => write_digits(spec, digits, room),
            Self::Number(number) => write_number(spec, number, room),
            Self::Bytes(bytes) => write_bytes(spec, bytes, room),
            Self::Raw(raw) if spec.measure(raw) == Ok(raw.len()) => {
                take(room, raw.len())?.copy_from_slice(raw);
                Ok(raw.len())
            }
            Self::Raw(_) => Err(EncodeFault::Foreign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{FieldSpec, Format, Justify, UNIONPAY_POS, Unit, View};

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
        let spec = UNIONPAY_POS
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
