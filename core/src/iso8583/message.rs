use super::bitmap::{Bits, WORDS};
use super::error::{DecodeError, EncodeError, EncodeFault};
use super::field::Field;
use super::field_spec::FieldSpec;
use super::inside::PartId;
use super::mti::Mti;
use super::pack::{write_bytes, write_digits, write_number};
use super::spec::Spec;
use super::view::View;
use super::writer::{Like, Writer};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use zeroize::Zeroize;

/// A message that owns its bytes: fields are set, replaced and taken out in any
/// order, and it outlives the buffer it was read from.
///
/// All values stand in one piece of memory, as they will on the wire, so that
/// what is read and not changed is written again bit for bit. `Debug` shows
/// numbers and sizes only, and the memory is wiped when it is given back.
///
/// ```
/// # use annul::iso8583::{Message, Mti, UNIONPAY_POS};
/// let mut request = Message::new(&UNIONPAY_POS, Mti::literal(0x0200));
/// request.set_number(11, 16)?;
/// request.set_number(4, 1234)?;
/// let mut answer = request.clone();
/// answer.set_mti(request.mti().answer());
/// answer.set_bytes(39, b"00")?;
///
/// let wire = answer.to_vec()?;
/// let read = Message::decode(&UNIONPAY_POS, &wire).unwrap();
/// assert_eq!(read.field(4).unwrap().digits().unwrap().number(), Some(1234));
/// assert_eq!(read.fields().count(), 3);
/// # Ok::<(), annul::iso8583::EncodeError>(())
/// ```
#[derive(Clone)]
pub struct Message<'a> {
    spec: &'a Spec<'a>,
    mti: Mti,
    /// Fields with their length prefixes, one behind the other in any order.
    bytes: Vec<u8>,
    /// Where each stands, in the order of their numbers.
    places: Vec<Place>,
    /// How type and bitmaps were written before the values, if it was read.
    head: usize,
    mapped: usize,
    read: Bits,
}

#[derive(Clone, Copy)]
struct Place {
    number: u8,
    start: u32,
    end: u32,
}

impl Place {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl<'a> Message<'a> {
    /// A message without fields.
    pub const fn new(spec: &'a Spec<'a>, mti: Mti) -> Self {
        Self {
            spec,
            mti,
            bytes: Vec::new(),
            places: Vec::new(),
            head: 0,
            mapped: 0,
            read: [0; WORDS],
        }
    }

    /// Reads a message that fills `bytes` exactly; see [`View::decode`].
    pub fn decode(spec: &'a Spec<'a>, bytes: &[u8]) -> Result<Self, DecodeError> {
        let view = View::decode(spec, bytes)?;
        let mut message = Self::new(spec, view.mti());
        let like = view.like();
        (message.head, message.mapped) = (like.head.len(), like.mapped);
        message.read = like.fields;
        message.bytes.extend_from_slice(bytes);
        message.places.reserve(view.fields().size_hint().0);
        for field in view.fields() {
            message.places.push(Place {
                number: field.number(),
                start: field.offset() as u32,
                end: (field.offset() + field.raw().len()) as u32,
            });
        }
        Ok(message)
    }

    /// The dialect.
    pub const fn spec(&self) -> &'a Spec<'a> {
        self.spec
    }

    /// The message type.
    pub const fn mti(&self) -> Mti {
        self.mti
    }

    /// Makes it a message of another type.
    pub fn set_mti(&mut self, mti: Mti) {
        self.mti = mti;
    }

    /// Sets an n or z field; see [`Writer::digits`].
    pub fn set_digits(&mut self, number: u8, digits: &[u8]) -> Result<(), EncodeError> {
        self.set(number, digits.len(), |spec, room| {
            write_digits(spec, digits, room)
        })
    }

    /// Sets an n field of fixed length; see [`Writer::number`].
    pub fn set_number(&mut self, number: u8, value: u64) -> Result<(), EncodeError> {
        self.set(number, 0, |spec, room| write_number(spec, value, room))
    }

    /// Sets any other field; see [`Writer::bytes`].
    pub fn set_bytes(&mut self, number: u8, bytes: &[u8]) -> Result<(), EncodeError> {
        self.set(number, bytes.len(), |spec, room| {
            write_bytes(spec, bytes, room)
        })
    }

    /// Takes a field out; true where it was there.
    pub fn remove(&mut self, number: u8) -> bool {
        let found = self.place(number);
        if let Ok(index) = found {
            let gone = self.places.remove(index);
            let len = gone.end - gone.start;
            self.bytes
                .copy_within(gone.end as usize.., gone.start as usize);
            self.truncate(self.bytes.len() - len as usize);
            for place in &mut self.places {
                if place.start > gone.start {
                    place.start -= len;
                    place.end -= len;
                }
            }
        }
        found.is_ok()
    }

    /// Field `number`, where the message has it. Its offset says nothing about
    /// the wire.
    pub fn field(&self, number: u8) -> Option<Field<'_>> {
        self.read(*self.places.get(self.place(number).ok()?)?)
    }

    /// The field or part that a path names; see [`View::at`].
    pub fn at(&self, path: &str) -> Option<Field<'_>> {
        match path.split_once('.') {
            None => self.field(path.parse().ok()?),
            Some((number, parts)) => self.field(number.parse().ok()?)?.part(parts),
        }
    }

    /// Every field, in ascending order.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.places.iter().filter_map(|place| self.read(*place))
    }

    /// Writes the message into `buffer` and returns its size.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        let mut writer = Writer::new(self.spec, buffer, self.mti).resembling(Like {
            head: &self.bytes[..self.head],
            mapped: self.mapped,
            fields: self.read,
        });
        for field in self.fields() {
            writer.copy(&field);
        }
        writer.finish()
    }

    /// The message in memory of its own.
    pub fn to_vec(&self) -> Result<Vec<u8>, EncodeError> {
        /// Message type and three bitmaps in characters.
        const HEAD: usize = 4 + 48;
        let mut wire = alloc::vec![0; HEAD + self.bytes.len()];
        let size = self.encode(&mut wire)?;
        wire.truncate(size);
        Ok(wire)
    }

    /// Writes the value of `len` characters behind the others.
    fn set(
        &mut self,
        number: u8,
        len: usize,
        write: impl FnOnce(&FieldSpec<'a>, &mut [u8]) -> Result<usize, EncodeFault>,
    ) -> Result<(), EncodeError> {
        let error = |fault| EncodeError {
            field: number,
            fault,
        };
        let spec = self.spec.field(number);
        let spec = spec.ok_or_else(|| error(EncodeFault::Unknown))?;
        let start = self.bytes.len();
        // Two bytes a character, a prefix, and what a fixed length is filled to.
        let most = usize::from(spec.length().most());
        let room = 2 * len.max(most) + 8;
        self.reserve(room);
        self.bytes.resize(start + room, 0);
        let written = write(spec, &mut self.bytes[start..]);
        let size = written.as_ref().copied().unwrap_or(0);
        self.truncate(start + size);
        written.map_err(error)?;
        self.remove(number);
        let place = Place {
            number,
            start: (self.bytes.len() - size) as u32,
            end: self.bytes.len() as u32,
        };
        let index = self.place(number).unwrap_or_else(|index| index);
        self.places.insert(index, place);
        Ok(())
    }

    /// Makes room for more, and leaves no copy of what was there.
    fn reserve(&mut self, more: usize) {
        if self.bytes.capacity() - self.bytes.len() < more {
            let mut larger = Vec::with_capacity(2 * (self.bytes.len() + more));
            larger.extend_from_slice(&self.bytes);
            self.bytes.zeroize();
            self.bytes = larger;
        }
    }

    /// Gives up all from `len` on.
    fn truncate(&mut self, len: usize) {
        self.bytes[len..].zeroize();
        self.bytes.truncate(len);
    }

    fn place(&self, number: u8) -> Result<usize, usize> {
        self.places
            .binary_search_by_key(&number, |place| place.number)
    }

    fn read(&self, place: Place) -> Option<Field<'_>> {
        let spec = self.spec.field(place.number)?;
        let bytes = self.bytes.get(place.range())?;
        let id = PartId::Number(place.number);
        let start = place.start as usize;
        Some(Field::new(id, start, spec, bytes, spec.extent(bytes)?))
    }
}

impl Drop for Message<'_> {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} ", self.mti)?;
        f.debug_list().entries(self.fields()).finish()?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::UNIONPAY_POS;
    use std::format;

    fn sale() -> Message<'static> {
        let mut sale = Message::new(&UNIONPAY_POS, Mti::literal(0x0200));
        sale.set_bytes(41, b"T1").unwrap();
        sale.set_digits(2, b"6224242900000113").unwrap();
        sale.set_number(4, 1234).unwrap();
        sale
    }

    fn numbers(message: &Message<'_>) -> Vec<u8> {
        message.fields().map(|field| field.number()).collect()
    }

    #[test]
    fn fields_are_set_in_any_order_and_written_in_theirs() {
        let wire = sale().to_vec().unwrap();
        let mut buffer = [0; 64];
        let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200))
            .digits(2, b"6224242900000113")
            .number(4, 1234)
            .bytes(41, b"T1")
            .finish()
            .unwrap();
        assert_eq!(wire, buffer[..size]);
        assert_eq!(numbers(&sale()), [2, 4, 41]);
    }

    #[test]
    fn a_field_set_again_replaces_itself() {
        let mut message = sale();
        for amount in 0..1000 {
            message.set_number(4, amount).unwrap();
        }
        assert_eq!(
            message.field(4).unwrap().digits().unwrap().number(),
            Some(999)
        );
        assert!(message.field(2).unwrap().digits().unwrap() == "6224242900000113");
        assert_eq!(message.field(41).unwrap().text(), Some("T1      "));
        assert_eq!(
            message.to_vec().unwrap().len(),
            sale().to_vec().unwrap().len()
        );
        assert!(message.bytes.capacity() < 500);
    }

    #[test]
    fn what_is_taken_out_is_gone() {
        let mut message = sale();
        assert!(message.remove(2));
        assert!(!message.remove(2));
        assert!(message.field(2).is_none());
        assert_eq!(numbers(&message), [4, 41]);
        let read = Message::decode(&UNIONPAY_POS, &message.to_vec().unwrap()).unwrap();
        assert_eq!(numbers(&read), [4, 41]);
    }

    #[test]
    fn a_mistake_changes_nothing() {
        let mut message = sale();
        let before = message.to_vec().unwrap();
        assert_eq!(message.set_digits(4, b"12x").unwrap_err().field, 4);
        assert_eq!(message.set_number(4, u64::MAX).unwrap_err().field, 4);
        assert_eq!(
            message.set_bytes(7, b"1").unwrap_err().fault,
            EncodeFault::Unknown
        );
        assert_eq!(message.to_vec().unwrap(), before);
    }

    #[test]
    fn parts_are_found_by_their_path() {
        let mut message = sale();
        message.set_bytes(55, b"\x9F\x36\x02\x00\x07").unwrap();
        assert_eq!(message.at("55.9F36").unwrap().bytes(), [0, 7]);
        assert!(message.at("55.9F26").is_none());
        assert!(message.at("55.").is_none() && message.at("55.9F36.").is_none());
        assert_eq!(message.at("41").unwrap().text(), Some("T1      "));
    }

    #[test]
    fn bitmaps_are_written_as_they_were_read() {
        // Bit 1 stands in a bitmap of fixed size and announces nothing; small letters.
        let spec = crate::iso8583::preset("iso87-ascii-128").unwrap();
        let wire = b"0800823a0000000000000400000000000000042009061390000109061304200420001";
        let mut message = Message::decode(spec, wire).unwrap();
        assert_eq!(message.to_vec().unwrap(), wire);
        message.set_mti(Mti::literal(0x0810));
        assert_eq!(message.to_vec().unwrap()[4..], wire[4..]);
        assert!(message.remove(70));
        let less = message.to_vec().unwrap();
        assert!(less.starts_with(b"0810023A0000000000000000000000000000"));
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", sale()),
            "Message(0200 [F2[16], F4[12], F41[8]])"
        );
    }
}
