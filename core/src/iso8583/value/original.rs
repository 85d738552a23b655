use super::{ValueError, digits, form, put, value_of};
use crate::iso8583::{Field, Writer};

/// Field 61, 原始信息域: which transaction is meant.
///
/// | part | digits | content |
/// |---|---|---|
/// | 61.1 | 6 | batch of the original request, or 000000 |
/// | 61.2 | 6 | trace of the original request, or 000000 |
/// | 61.3 | 4 | date of the original, MMDD, or 0000 |
/// | 61.4 | 2 | how it was authorized: 00 POS, 01 phone, 02 stand-in |
/// | 61.5 | 11 | institution that authorized it |
///
/// A void sends 12 digits, a refund or completion 16, an offline settlement 29.
///
/// ```
/// # use annul::iso8583::value::Original;
/// let voided = Original::new(1, 2)?;
/// assert_eq!(voided.digits(), b"000001000002");
/// assert_eq!(voided.on(*b"0105")?.digits(), b"0000010000020105");
/// # Ok::<(), annul::iso8583::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Original {
    digits: [u8; Self::MOST],
    len: u8,
}

const FIELD: u8 = 61;
const BATCH: usize = 6;
const TRACE: usize = 12;
const DATE: usize = 16;
const MODE: usize = 18;

impl Original {
    const MOST: usize = 29;
    const LENGTHS: [usize; 4] = [TRACE, DATE, MODE, Self::MOST];

    /// Batch and trace (each 0 to 999999) of the original request.
    pub fn new(batch: u32, trace: u32) -> Result<Self, ValueError> {
        let mut original = Self {
            digits: [b'0'; Self::MOST],
            len: TRACE as u8,
        };
        put(FIELD, "batch 61.1", batch, &mut original.digits[..BATCH])?;
        put(
            FIELD,
            "trace 61.2",
            trace,
            &mut original.digits[BATCH..TRACE],
        )?;
        Ok(original)
    }

    /// With the original's date, four ASCII digits MMDD.
    pub fn on(self, date: [u8; 4]) -> Result<Self, ValueError> {
        self.with("date 61.3", &date, TRACE)
    }

    /// With how it was authorized, two ASCII digits.
    pub fn authorized(self, mode: [u8; 2]) -> Result<Self, ValueError> {
        self.with("authorization mode 61.4", &mode, DATE)
    }

    /// With the institution that authorized it, eleven ASCII digits.
    pub fn by(self, institution: [u8; 11]) -> Result<Self, ValueError> {
        self.with("institution 61.5", &institution, MODE)
    }

    /// Takes 12, 16, 18 or 29 digits.
    pub fn parse(field: &Field<'_>) -> Result<Self, ValueError> {
        const FORM: &str = "12, 16, 18 or 29 digits of original";
        let received = digits(field, FORM)?;
        let mut original = Self {
            digits: [b'0'; Self::MOST],
            len: received.len() as u8,
        };
        let fits = Self::LENGTHS.contains(&received.len());
        let unpacked = received.unpack(&mut original.digits);
        if !fits || unpacked.is_none() {
            return Err(form(field, FORM));
        }
        Ok(original)
    }

    /// The digits as ASCII, as many as are sent.
    pub fn digits(&self) -> &[u8] {
        &self.digits[..usize::from(self.len)]
    }

    /// 61.1: the original's batch.
    pub fn batch(&self) -> u32 {
        value_of(&self.digits[..BATCH])
    }

    /// 61.2: the original's trace.
    pub fn trace(&self) -> u32 {
        value_of(&self.digits[BATCH..TRACE])
    }

    /// 61.3: the original's date MMDD, where it is sent.
    pub fn date(&self) -> Option<[u8; 4]> {
        self.digits().get(TRACE..DATE)?.try_into().ok()
    }

    /// 61.4: how it was authorized, where it is sent.
    pub fn mode(&self) -> Option<[u8; 2]> {
        self.digits().get(DATE..MODE)?.try_into().ok()
    }

    /// 61.5: who authorized it, where it is sent.
    pub fn institution(&self) -> Option<[u8; 11]> {
        self.digits().get(MODE..Self::MOST)?.try_into().ok()
    }

    /// Writes field 61.
    pub fn write(&self, writer: &mut Writer<'_>) {
        writer.digits(FIELD, self.digits());
    }

    fn with(mut self, part: &'static str, digits: &[u8], start: usize) -> Result<Self, ValueError> {
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(ValueError::Digits { field: FIELD, part });
        }
        let end = start + digits.len();
        self.digits[start..end].copy_from_slice(digits);
        self.len = self.len.max(end as u8);
        Ok(self)
    }
}
