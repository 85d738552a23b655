//! What a reader read, as a tree that can be shown.

use super::Secrets;
use crate::output::Manner;
use annul::emv::{Dictionary, Masked, Sensitivity, sensitivity};
use annul::text::Language;
use annul::tlv::{Error, Fault, Mode, Object, Reader, Tag};
use serde::Serialize;
use std::fmt::Write;

/// All objects that could be read, and what stopped the reading.
#[derive(Serialize)]
pub(super) struct Tree {
    ok: bool,
    pub(super) objects: Vec<Node>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Trouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<&'static str>,
}

/// One object. A length that is indefinite is null.
#[derive(Serialize)]
pub(super) struct Node {
    pub(super) tag: String,
    pub(super) offset: usize,
    pub(super) length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) children: Option<Vec<Node>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'static str>,
    /// The value as it is, to compare it.
    #[serde(skip)]
    pub(super) raw: Vec<u8>,
}

/// Where the reading stopped; the offset counts the bytes that were given.
#[derive(Serialize)]
pub(super) struct Trouble {
    pub(super) code: &'static str,
    pub(super) offset: usize,
    pub(super) path: String,
    pub(super) message: String,
}

impl Tree {
    pub(super) fn read(bytes: &[u8], mode: Mode, secrets: Secrets, manner: Manner) -> Self {
        let (mut objects, mut error) = (Vec::new(), None);
        for read in Reader::new(bytes, mode) {
            match read {
                Ok(object) => objects.push(object),
                Err(wrong) => error = Some(Trouble::of(&wrong, manner)),
            }
        }
        let shower = Shower {
            cards: match secrets {
                Secrets::Masked => cards(&objects),
                Secrets::Revealed => Vec::new(),
            },
            secrets,
            manner,
        };
        let status_word = objects.last().is_some_and(|last| {
            last.tag() == Tag::literal(0x90) && last.offset() + 2 == bytes.len()
        });
        let hint = manner.pick(
            "末尾的 9000 多半是状态字，不是数据对象",
            "the last bytes 9000 are rather a status word than an object",
        );
        Self {
            ok: error.is_none(),
            objects: shower.nodes(&mut objects.iter().peekable(), None),
            error,
            hint: status_word.then_some(hint),
        }
    }

    pub(super) const fn is_whole(&self) -> bool {
        self.ok
    }
}

/// Names and masks.
struct Shower {
    /// Digits of the card numbers in the data: they are hidden wherever else
    /// they stand.
    cards: Vec<String>,
    secrets: Secrets,
    manner: Manner,
}

type Objects<'o, 'a> = std::iter::Peekable<std::slice::Iter<'o, Object<'a>>>;

impl Shower {
    /// The objects of one template. The reader allows 32 templates around an
    /// object, so this does not go deeper.
    fn nodes(&self, objects: &mut Objects<'_, '_>, within: Option<&Object<'_>>) -> Vec<Node> {
        let depth = within.map_or(0, |template| template.depth() + 1);
        let mut nodes = Vec::new();
        while let Some(object) = objects.next_if(|object| object.depth() == depth) {
            let primitive = !object.is_constructed();
            nodes.push(Node {
                tag: object.tag().to_string(),
                offset: object.offset(),
                length: object.length(),
                children: (!primitive).then(|| self.nodes(objects, Some(object))),
                value: primitive.then(|| self.value(object)),
                name: self.name(within.map(Object::tag), object.tag()),
                raw: if primitive {
                    object.value().to_vec()
                } else {
                    Vec::new()
                },
            });
        }
        nodes
    }

    fn name(&self, within: Option<Tag>, tag: Tag) -> Option<&'static str> {
        let name = Dictionary::UNIONPAY.entry(within, tag)?.name();
        Some(match self.manner.language {
            Language::Chinese => name.chinese(),
            Language::English => name.english(),
        })
    }

    fn value(&self, object: &Object<'_>) -> String {
        let digits = hexadecimal(object.value());
        if self.secrets == Secrets::Revealed {
            return digits;
        }
        let text = String::from_utf8_lossy(object.value());
        let holds = |card: &String| digits.contains(card.as_str()) || text.contains(card.as_str());
        let public = sensitivity(object.tag()).is_public();
        if public && self.cards.iter().any(holds) {
            return "*".repeat(digits.len());
        }
        Masked::new(object.tag(), object.value()).to_string()
    }
}

/// The card numbers among the objects, as digits.
fn cards(objects: &[Object<'_>]) -> Vec<String> {
    let holds = |object: &&Object<'_>| {
        matches!(
            sensitivity(object.tag()),
            Sensitivity::Pan | Sensitivity::Track
        )
    };
    let numbers = objects.iter().filter(holds).flat_map(|object| {
        let text = String::from_utf8_lossy(object.value()).into_owned();
        let of_track_1 = text
            .trim_start_matches(|c: char| !c.is_ascii_digit())
            .to_owned();
        [hexadecimal(object.value()), of_track_1]
    });
    let leading =
        |text: String| -> String { text.chars().take_while(char::is_ascii_digit).collect() };
    let long = |digits: &String| (12..=19).contains(&digits.len());
    numbers.map(leading).filter(long).collect()
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes all.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

impl Trouble {
    fn of(error: &Error, manner: Manner) -> Self {
        let message = match manner.language {
            Language::English => error.to_string(),
            Language::Chinese => {
                let (path, offset) = (error.path(), error.offset());
                format!("{path} 第 {offset} 字节：{}", chinese(error.fault()))
            }
        };
        Self {
            code: error.code(),
            offset: error.offset(),
            path: error.path().to_string(),
            message: message.trim_start().to_owned(),
        }
    }
}

fn chinese(fault: Fault) -> String {
    match fault {
        Fault::TruncatedTag => "标签不完整，数据已结束".to_owned(),
        Fault::TagTooLong => "标签超过 4 字节".to_owned(),
        Fault::TruncatedLength { expected, left } => {
            format!("长度需要 {expected} 字节，只剩 {left} 字节")
        }
        Fault::LengthTooLong { octets } => format!("长度占 {octets} 字节，最多 4 字节"),
        Fault::TruncatedValue { expected, left } => {
            format!("值需要 {expected} 字节，只剩 {left} 字节")
        }
        Fault::IndefiniteLength => "不定长度，EMV 不允许；ber 模式可读".to_owned(),
        Fault::IndefinitePrimitive => "基本对象不能用不定长度，只有模板可以".to_owned(),
        Fault::MissingEoc => "缺少结束标记 0000，数据已结束".to_owned(),
        Fault::BadEoc => "结束标记应为 0000，只有一个 00".to_owned(),
        Fault::MaxDepth { limit } => format!("嵌套超过 {limit} 层模板"),
        Fault::NonMinimalLength { octets, least } => {
            format!("长度多占 {octets} 字节，{least} 字节即可")
        }
        Fault::Padding => "此处应为标签，却是填充 00；emv 模式会跳过".to_owned(),
        other => other.to_string(),
    }
}
