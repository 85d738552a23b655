//! What a message has on the wire that its values do not say: letters of either
//! size in hexadecimal, pads, a second bitmap that announces nothing.
//!
//! | in the JSON | what it is | taken where |
//! |---|---|---|
//! | `bitmap` | the bitmaps before the fields, as they stand | it announces just these fields |
//! | `raw` of a field | its bytes, where its value would be written otherwise | it says that value |

use super::put;
use crate::decode::value::{characters, clear};
use crate::hex;
use annul::iso8583::{
    Bitmap, BitmapForm, CodePage, Encoding, Extent, Field, Mti, Spec, View, Writer,
};

/// Bytes of the bitmap of a message of one field.
const MAP: usize = 24;

/// Bytes of a field as they were, as a message of it alone.
pub(crate) struct Original {
    number: u8,
    message: Vec<u8>,
}

impl Original {
    /// The bytes of one field, which must say this value.
    pub(super) fn new(spec: &Spec<'_>, number: u8, raw: &str, value: &str) -> Result<Self, String> {
        let raw = hex::decode(raw).map_err(|why| format!("raw: {why}"))?;
        let bits = [0, 1, 2].map(|word| match (usize::from(number) - 1) / 64 {
            own if own == word => 1_u64 << (63 - (number - 1) % 64),
            _ => 0,
        });
        let mut message = bits.map(u64::to_be_bytes).concat();
        message.extend(raw);
        let original = Self { number, message };
        let spec = alone(spec);
        let view = View::decode(&spec, &original.message);
        let view = view.map_err(|error| format!("raw: {error}"))?;
        match view.field(number) {
            Some(field) if super::value_of(field.spec(), value)? == characters(&field) => {
                Ok(original)
            }
            _ => Err("raw is of another value; leave it out where the value is new".to_owned()),
        }
    }

    /// Writes them again.
    pub(super) fn copy(&self, writer: &mut Writer<'_>, spec: &Spec<'_>) {
        let spec = alone(spec);
        if let Ok(view) = View::decode(&spec, &self.message)
            && let Some(field) = view.field(self.number)
        {
            writer.copy(&field);
        }
    }
}

/// The fields of a dialect, each in a message without type.
fn alone<'a>(spec: &Spec<'a>) -> Spec<'a> {
    let all = Bitmap::new(BitmapForm::Binary, Extent::Fixed(MAP as u8));
    spec.typed(None).mapped(all)
}

/// The bytes of a field, where its value would be written otherwise.
pub(crate) fn raw(spec: &Spec<'_>, field: &Field<'_>) -> Option<String> {
    let spec = alone(spec);
    let mut buffer = vec![0; MAP + field.raw().len()];
    let value = super::value_of(field.spec(), &clear(field)).ok();
    let again = value.and_then(|value| {
        let mut writer = Writer::new(&spec, &mut buffer, Mti::literal(0x0200));
        put(&mut writer, &spec, field.number(), &value);
        writer.finish().ok()
    });
    let same = again.is_some_and(|size| buffer[MAP..size] == *field.raw());
    (!same).then(|| hex::encode(field.raw()))
}

/// Bytes that the type of a message takes.
pub(crate) fn type_size(spec: &Spec<'_>) -> usize {
    match spec.mti() {
        None => 0,
        Some(Encoding::Bcd | Encoding::Binary) => 2,
        Some(_) => 4,
    }
}

/// The bitmaps before the fields, as they stand: digits in the size they have.
pub(crate) fn bitmap(view: &View<'_>) -> String {
    let map = view.spec().bitmap();
    let more = view.bitmaps().map(|bits| bits >> 63 == 1);
    let size = match map.extent() {
        Extent::Fixed(bytes) => usize::from(bytes),
        Extent::Auto(most) => {
            let announced = more.iter().take_while(|more| **more).count();
            8 * (1 + announced).min(usize::from(most))
        }
        Extent::TertiaryIn(_) => 8 * (1 + usize::from(more[0])),
    };
    let bytes = view.bytes().get(type_size(view.spec())..);
    let bytes = bytes.unwrap_or_default();
    let digits = bytes.iter().take(size * 2);
    match map.form() {
        BitmapForm::Binary => hex::encode(&bytes[..size.min(bytes.len())]),
        BitmapForm::Hex => digits.copied().map(char::from).collect(),
        BitmapForm::EbcdicHex => {
            let ascii = digits.map(|digit| CodePage::Cp037.decode(*digit));
            ascii.map(char::from).collect()
        }
    }
}

/// The message with its bitmaps as they were, where these announce its fields
/// and no others.
pub(super) fn with_bitmap(spec: &Spec<'_>, message: Vec<u8>, bitmap: &str) -> Vec<u8> {
    let given = match spec.bitmap().form() {
        BitmapForm::Binary => hex::decode(bitmap).ok(),
        BitmapForm::Hex => Some(bitmap.as_bytes().to_vec()),
        BitmapForm::EbcdicHex => {
            let digits = bitmap.bytes().map(|digit| CodePage::Cp037.encode(digit));
            Some(digits.collect())
        }
    };
    let Ok(view) = View::decode(spec, &message) else {
        return message;
    };
    let start = view.fields().next();
    let start = start.map_or(message.len(), |first| first.offset());
    let parts = [
        &message[..type_size(spec)],
        &given.unwrap_or_default(),
        &message[start..],
    ];
    let other = parts.concat();
    let same = View::decode(spec, &other).is_ok_and(|other| {
        let others = other.fields().map(|field| (field.number(), field.raw()));
        let fields = view.fields().map(|field| (field.number(), field.raw()));
        fields.eq(others)
    });
    if same { other } else { message }
}
