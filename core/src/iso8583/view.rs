use super::error::{DecodeError, DecodeFault};
use super::field::Field;
use super::mti::Mti;
use super::spec::Spec;
use core::fmt;

/// Bytes of MTI and bitmap.
pub(super) const HEAD: usize = Mti::SIZE + 8;

/// A received message: the caller's bytes and where each field begins.
///
/// Nothing is copied and nothing is lost. It is about 170 bytes large, so it
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
    spec: &'a Spec,
    bytes: &'a [u8],
    mti: Mti,
    /// Fields whose place is known: bit 63 is field 1.
    read: u64,
    starts: [u16; Spec::FIELDS],
    end: u16,
}

/// What could be read of a damaged message.
#[derive(Clone, Copy, Debug)]
pub struct Partial<'a> {
    /// The fields before the damage.
    pub view: View<'a>,
    /// What stopped the reading; none where the message is whole.
    pub error: Option<DecodeError>,
}

impl<'a> View<'a> {
    /// Reads a message that fills `bytes` exactly, from its MTI on.
    pub fn decode(spec: &'a Spec, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut view = Self::begin(spec, bytes)?;
        view.index()?;
        Ok(view)
    }

    /// Reads as far as it goes; fails only where MTI and bitmap are not there
    /// or no type. For people who look at traffic, never for a transaction.
    pub fn decode_partial(spec: &'a Spec, bytes: &'a [u8]) -> Result<Partial<'a>, DecodeError> {
        let mut view = Self::begin(spec, bytes)?;
        let error = view.index().err();
        Ok(Partial { view, error })
    }

    /// The message type.
    pub fn mti(&self) -> Mti {
        self.mti
    }

    /// The bitmap as received: bit 63 stands for field 1, bit 0 for field 64.
    pub fn bitmap(&self) -> u64 {
        bitmap(self.bytes)
    }

    /// The whole message as received.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The dialect it was read by.
    pub fn spec(&self) -> &'a Spec {
        self.spec
    }

    /// Field `number`, where the message has it.
    pub fn field(&self, number: u8) -> Option<Field<'a>> {
        let index = usize::from(number).checked_sub(1)?;
        let start = usize::from(*self.starts.get(index)?);
        if self.read & bit(number) == 0 {
            return None;
        }
        let after = self.read & (bit(number) - 1);
        let end = match after.leading_zeros() as usize {
            Spec::FIELDS => self.end,
            next => self.starts[next],
        };
        let raw = self.bytes.get(start..usize::from(end))?;
        Some(Field::new(number, start, self.spec.field(number)?, raw))
    }

    /// Every field, in ascending order.
    pub fn fields(&self) -> Fields<'_, 'a> {
        Fields {
            view: self,
            left: self.read,
        }
    }

    /// The bytes a MAC covers: all before field 64 (MAB). None where the
    /// message has no field 64.
    pub fn mab(&self) -> Option<&'a [u8]> {
        self.bytes.get(..self.field(64)?.offset())
    }

    fn begin(spec: &'a Spec, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let head = bytes.get(..HEAD).ok_or_else(|| short_head(bytes.len()))?;
        let [high, low, ..] = *head else {
            return Err(short_head(bytes.len()));
        };
        let mti = Mti::new(u16::from_be_bytes([high, low])).ok_or_else(|| not_a_type(high, low))?;
        Ok(Self {
            spec,
            bytes,
            mti,
            read: 0,
            starts: [0; Spec::FIELDS],
            end: HEAD as u16,
        })
    }

    /// Walks the bitmap and notes where each field begins.
    fn index(&mut self) -> Result<(), DecodeError> {
        let mut left = bitmap(self.bytes);
        let mut last = 1;
        while left != 0 {
            let number = left.leading_zeros() as u8 + 1;
            self.step(number)?;
            left &= !bit(number);
            last = number;
        }
        match self.bytes.len() - usize::from(self.end) {
            0 => Ok(()),
            count => Err(DecodeError {
                field: last,
                offset: usize::from(self.end),
                fault: DecodeFault::Trailing { count },
            }),
        }
    }

    fn step(&mut self, number: u8) -> Result<(), DecodeError> {
        let start = usize::from(self.end);
        let error = |at, fault| DecodeError {
            field: number,
            offset: start + at,
            fault,
        };
        if number == 1 {
            return Err(DecodeError {
                field: number,
                offset: Mti::SIZE,
                fault: DecodeFault::SecondBitmap,
            });
        }
        let spec = self.spec.field(number);
        let spec = spec.ok_or_else(|| error(0, DecodeFault::Unknown))?;
        let size = spec
            .measure(&self.bytes[start..])
            .map_err(|(at, fault)| error(at, fault))?;
        self.starts[usize::from(number) - 1] = self.end;
        // 63 fields of at most 1001 bytes: 16 bits hold every offset.
        self.end += size as u16;
        self.read |= bit(number);
        Ok(())
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
    left: u64,
}

impl<'a> Iterator for Fields<'_, 'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.left == 0 {
            return None;
        }
        let number = self.left.leading_zeros() as u8 + 1;
        self.left &= !bit(number);
        self.view.field(number)
    }
}

/// The bit of a field in the bitmap; `number` is 1 to 64.
pub(super) const fn bit(number: u8) -> u64 {
    1 << (Spec::FIELDS as u8 - number)
}

fn bitmap(bytes: &[u8]) -> u64 {
    let bytes = bytes
        .get(Mti::SIZE..HEAD)
        .and_then(|raw| raw.try_into().ok());
    bytes.map_or(0, u64::from_be_bytes)
}

fn short_head(len: usize) -> DecodeError {
    let (field, offset, expected) = match len {
        0..Mti::SIZE => (0, 0, Mti::SIZE),
        _ => (1, Mti::SIZE, HEAD - Mti::SIZE),
    };
    DecodeError {
        field,
        offset,
        fault: DecodeFault::Truncated {
            expected,
            left: len - offset,
        },
    }
}

fn not_a_type(high: u8, low: u8) -> DecodeError {
    let nibbles = [high >> 4, high & 15, low >> 4, low & 15];
    let index = nibbles.iter().position(|nibble| *nibble > 9).unwrap_or(0);
    DecodeError {
        field: 0,
        offset: index / 2,
        fault: DecodeFault::NotDecimal {
            found: nibbles[index],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_stays_small() {
        assert!(size_of::<View<'_>>() <= 192);
    }
}
