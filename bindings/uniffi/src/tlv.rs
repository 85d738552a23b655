use crate::error::AnnulError;
use crate::setup::Language;
use annul::emv::{Dictionary, Masked};
use annul::tlv::{Mode, Object, Reader, Tag};

/// What is taken beside well-formed objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TlvMode {
    /// Minimal lengths, no padding.
    Strict,
    /// What EMV allows.
    Emv,
    /// What real cards hold besides: erased memory.
    Ff,
    /// ISO/IEC 8825-1 with indefinite lengths.
    Ber,
}

impl From<TlvMode> for Mode {
    fn from(mode: TlvMode) -> Self {
        match mode {
            TlvMode::Strict => Self::Strict,
            TlvMode::Emv => Self::Emv,
            TlvMode::Ff => Self::Ff,
            TlvMode::Ber => Self::Ber,
        }
    }
}

/// Bytes taken apart into data objects, masked: it may be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct DecodedTlv {
    /// The objects of all depths, each template before what is in it.
    pub objects: Vec<TlvObject>,
    /// Why what follows the objects is none; none where all was read.
    pub fault: Option<TlvFault>,
}

/// One data object.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TlvObject {
    /// The tag, in hexadecimal.
    pub tag: String,
    /// The byte of the input at which the tag begins.
    pub offset: i32,
    /// Bytes of the value; none where the length is indefinite.
    pub length: Option<i32>,
    /// Templates around the object.
    pub depth: i32,
    /// What it is called, where that is known.
    pub name: Option<String>,
    /// The value in hexadecimal, stars where it names the card or its holder.
    /// None for a template: what is in it follows.
    pub value: Option<String>,
}

/// Where bytes are no data objects, and why. It quotes no value.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TlvFault {
    /// The fault's name, the same in every language: `truncated_value`.
    pub code: String,
    /// The byte of the input.
    pub offset: i32,
    /// The templates around it: `6F.A5`.
    pub path: String,
    /// All of it in words.
    pub what: String,
}

/// Takes chip data apart. Objects are named as a terminal of UnionPay knows
/// them.
#[uniffi::export]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a borrowed slice wants a direct buffer from Kotlin"
)]
pub fn decode_tlv(
    bytes: Vec<u8>,
    mode: TlvMode,
    language: Language,
) -> Result<DecodedTlv, AnnulError> {
    let mut decoded = DecodedTlv {
        objects: Vec::new(),
        fault: None,
    };
    // The templates around an object, and the object before it.
    let mut around = Vec::new();
    for read in Reader::new(&bytes, mode.into()) {
        match read {
            Ok(object) => {
                around.truncate(object.depth());
                let name = name(around.last().copied(), object.tag(), language);
                decoded.objects.push(TlvObject::masked(&object, name));
                around.push(object.tag());
            }
            Err(error) => {
                decoded.fault = Some(TlvFault {
                    code: error.code().to_owned(),
                    offset: number(error.offset()),
                    path: error.path().to_string(),
                    what: error.to_string(),
                });
            }
        }
    }
    Ok(decoded)
}

/// The value of the object that begins at a byte, in clear: it may be a card
/// number. Wipe it after use.
#[uniffi::export]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a borrowed slice wants a direct buffer from Kotlin"
)]
pub fn reveal_tlv_value(bytes: Vec<u8>, mode: TlvMode, offset: i32) -> Result<Vec<u8>, AnnulError> {
    let mut objects = Reader::new(&bytes, mode.into()).map_while(Result::ok);
    let found = objects.find(|object| number(object.offset()) == offset);
    let found = found.ok_or_else(|| {
        AnnulError::range(format!(
            "no object begins at byte {offset}; decode says where they do"
        ))
    })?;
    Ok(found.value().to_vec())
}

impl TlvObject {
    fn masked(object: &Object<'_>, name: Option<String>) -> Self {
        let value = || Masked::new(object.tag(), object.value()).to_string();
        let value = (!object.is_constructed()).then(value);
        Self {
            tag: object.tag().to_string(),
            offset: number(object.offset()),
            length: object.length().map(number),
            depth: number(object.depth()),
            name,
            value,
        }
    }
}

fn name(within: Option<Tag>, tag: Tag, language: Language) -> Option<String> {
    let name = Dictionary::UNIONPAY.entry(within, tag)?.name();
    let name = match language {
        Language::English => name.english(),
        Language::Chinese => name.chinese(),
    };
    Some(name.to_owned())
}

/// Arrays of the foreign languages hold no more than this number can say.
fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: [u8; 22] = [
        0x70, 0x14, 0x5A, 0x08, 0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13, 0x5F, 0x20, 0x03,
        b'A', b'/', b'B', 0x9A, 0x02, 0x26, 0x01,
    ];

    fn decode(bytes: &[u8]) -> DecodedTlv {
        decode_tlv(bytes.to_vec(), TlvMode::Emv, Language::English).unwrap()
    }

    fn values(bytes: &[u8]) -> Vec<Option<String>> {
        let decoded = decode(bytes);
        decoded.objects.into_iter().map(|one| one.value).collect()
    }

    #[test]
    fn what_names_the_card_is_masked() {
        let shown = ["622424******0113", "******", "2601"].map(|text| Some(text.to_owned()));
        assert_eq!(values(&RECORD)[1..], shown);
        assert_eq!(values(&RECORD)[0], None);
        // A number with its padding, a track, and a track of no such form.
        let number = [0x5A, 0x0A, 0x62, 0x16, 0x26, 0x10, 0, 0, 0, 0, 0x01, 0x8F];
        assert_eq!(values(&number), [Some("621626*********0018".to_owned())]);
        let track = [
            0x57, 0x0C, 0x62, 0x24, 0x24, 0x29, 0, 0, 0x01, 0x13, 0xD2, 0x80, 0x62, 0x01,
        ];
        let shown = "622424******0113=*******".to_owned();
        assert_eq!(values(&track), [Some(shown)]);
        assert_eq!(values(&[0x57, 0x02, 0xAB, 0xCD]), [Some("****".to_owned())]);
    }

    /// PCI DSS 3.3 and 3.4: what must never be in a log.
    #[test]
    fn every_sensitive_tag_hides_its_value() {
        let sensitive = [
            0x56, 0x57, 0x5A, 0x99, 0x5F20, 0x9F0B, 0x9F1F, 0x9F20, 0x9F6B,
        ];
        for tag in sensitive.map(Tag::literal) {
            let bytes = [&*tag.bytes(), &[0x03, 0x12, 0x34, 0x56]].concat();
            assert_eq!(values(&bytes), [Some("******".to_owned())], "{tag}");
        }
    }

    #[test]
    fn a_name_depends_on_the_template() {
        let names = |bytes: &[u8]| -> Vec<Option<String>> {
            decode(bytes)
                .objects
                .into_iter()
                .map(|one| one.name)
                .collect()
        };
        let inside = names(&[0x6B, 0x03, 0x06, 0x01, 0x2A]);
        assert_eq!(inside[1].as_deref(), Some("Qualified name"));
        // The template before is not the one around.
        let after = names(&[0x6B, 0x00, 0x06, 0x01, 0x2A]);
        assert_eq!(after[1].as_deref(), Some("Object Identifier (OID)"));
        assert_eq!(names(&[0xDF, 0x7E, 0x00]), [None]);
    }

    #[test]
    fn clear_values_are_asked_for_by_their_place() {
        let ask = |offset| reveal_tlv_value(RECORD.to_vec(), TlvMode::Emv, offset);
        assert_eq!(ask(2), Ok(RECORD[4..12].to_vec()));
        assert_eq!(ask(12), Ok(b"A/B".to_vec()));
        assert!([3, -1, i32::MAX].map(ask).iter().all(Result::is_err));
    }

    #[test]
    fn a_fault_leaves_what_is_before_it() {
        let cut = decode(&RECORD[..11]);
        let fault = cut.fault.unwrap();
        assert_eq!((fault.code.as_str(), fault.offset), ("truncated_value", 2));
        assert_eq!(cut.objects, []);
    }
}
