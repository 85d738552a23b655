//! Tags that a user adds at run time: of an acquirer, a vendor, a new kernel.

use super::dictionary::{Dictionary, Entry, Format, Reading};
use super::kernel::{Edition, Kernel};
use super::layout::Layout;
use super::list::List;
use super::name::Name;
use super::sensitivity::Sensitivity;
use crate::tlv::Tag;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// A dictionary file of the user's, on top of the one that is built in.
///
/// One entry a line; fields are parted by `|`, what stands behind `#` is a
/// remark:
///
/// ```text
///  # kernel | tag  | within | format | bytes | reading  | secret | English       | 中文
///  c7       | DF70 |        | n      | 6     | amount   |        | Tip           | 小费
///  c7       | DF71 | E1     | b      | 5     | bits tvr |        | Vendor's TVR  | 厂商 TVR
///  list     | DF7E |        | ans    | 1-16  |          | holder | Member's name | 会员姓名
/// ```
///
/// A kernel that is not built in is `own`, one a file.
///
/// A reading is `amount`, `number`, `date`, `time`, `country`, `currency`,
/// `dol`, `bits` and a layout's id, or `list` and a list's id; a secret is
/// `pan`, `track`, `discretionary`, `holder`, `identity`, `pin` or `key`.
///
/// ```
/// # use annul::emv::{Dictionary, Extension};
/// # use annul::tlv::Tag;
/// let file = "c7 | DF70 | | n | 6 | amount | | Tip | 小费";
/// let extension = Extension::parse(file).unwrap();
/// let entry = extension.entry(Dictionary::UNIONPAY, None, Tag::literal(0xDF70)).unwrap();
/// assert_eq!(entry.name().chinese(), "小费");
/// // What the file does not have, the built-in dictionary does.
/// assert!(extension.entry(Dictionary::UNIONPAY, None, Tag::literal(0x95)).is_some());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Extension {
    entries: Vec<Added>,
}

#[derive(Clone, Debug)]
struct Added {
    kernel: Kernel,
    tag: Tag,
    within: Option<Tag>,
    format: Format,
    bytes: (Option<u16>, Option<u16>),
    reading: Reading,
    sensitivity: Sensitivity,
    english: String,
    chinese: String,
}

/// A line that is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}, {field}: expected {expected}")]
pub struct ExtensionError {
    line: usize,
    column: usize,
    field: &'static str,
    expected: &'static str,
}

impl ExtensionError {
    /// The line, counted from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The character of that line at which the field begins, counted from 1.
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Which of its fields.
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl Extension {
    /// The most entries a file may have.
    pub const MAX: usize = 4096;

    /// Reads a file.
    pub fn parse(file: &str) -> Result<Self, ExtensionError> {
        let mut entries = Vec::new();
        for (index, line) in file.lines().enumerate() {
            let text = line.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            let refuse = |(at, field, expected): Wrong| ExtensionError {
                line: index + 1,
                column: column(line, at),
                field,
                expected,
            };
            let added = Added::parse(text).map_err(refuse)?;
            if entries.len() == Self::MAX {
                return Err(refuse((0, "file", "at most 4096 entries")));
            }
            entries.push(added);
        }
        Ok(Self { entries })
    }

    /// What a tag means: to the kernel by this file, to the kernel by the
    /// built-in dictionary, to EMV and then to anybody, each by this file first.
    pub fn entry(&self, base: Dictionary, within: Option<Tag>, tag: Tag) -> Option<Entry<'_>> {
        let built_in = base.entry(within, tag);
        [base.kernel(), Kernel::Emv, Kernel::Listed]
            .into_iter()
            .find_map(|kernel| {
                let own = self.entries.iter().find(|added| {
                    let fits = added.within.is_none() || added.within == within;
                    added.kernel == kernel && added.tag == tag && fits
                });
                let built_in = built_in.filter(|entry| entry.kernel() == kernel);
                own.map(Added::entry).or(built_in)
            })
    }

    /// What a tag's value gives away, here or in the built-in dictionary.
    pub fn sensitivity(&self, tag: Tag) -> Sensitivity {
        let own = self.entries.iter().filter(|added| added.tag == tag);
        let own = own.map(|added| added.sensitivity);
        own.fold(super::sensitivity(tag), Sensitivity::max)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The number of a field, its name, and what was expected in it.
type Wrong = (usize, &'static str, &'static str);

/// Where a field begins, or where it would: characters, counted from 1.
fn column(line: &str, field: usize) -> usize {
    let before: usize = (line.split('|').take(field))
        .map(|field| field.chars().count() + 1)
        .sum();
    let rest = line.split('|').nth(field).unwrap_or_default();
    let blanks = rest.chars().take_while(|c| c.is_whitespace()).count();
    (before + blanks).min(line.trim_end().chars().count()) + 1
}

/// Fields of an entry.
const FIELDS: usize = 9;

impl Added {
    fn parse(line: &str) -> Result<Self, Wrong> {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let &[
            kernel,
            tag,
            within,
            format,
            bytes,
            reading,
            secret,
            english,
            chinese,
        ] = fields.as_slice()
        else {
            return Err((fields.len().min(FIELDS), "line", "nine fields, parted by |"));
        };
        if english.is_empty() || chinese.is_empty() {
            let at = if english.is_empty() { 7 } else { 8 };
            return Err((at, "name", "a name in English and one in Chinese"));
        }
        let a_tag = "a tag of one to four bytes";
        Ok(Self {
            kernel: Kernel::from_id(kernel).ok_or((
                0,
                "kernel",
                "emv, c1 to c8, unionpay, own or list",
            ))?,
            tag: Tag::from_hex(tag).ok_or((1, "tag", a_tag))?,
            within: match within {
                "" => None,
                within => Some(Tag::from_hex(within).ok_or((2, "within", a_tag))?),
            },
            format: self::format(format).ok_or((
                3,
                "format",
                "a, an, ans, b, cn, n or template",
            ))?,
            bytes: self::bytes(bytes).ok_or((4, "bytes", "a number or two with - between"))?,
            reading: self::reading(reading).ok_or((5, "reading", "a reading that is known"))?,
            sensitivity: self::secret(secret).ok_or((6, "secret", "a secret that is known"))?,
            english: english.to_owned(),
            chinese: chinese.to_owned(),
        })
    }

    fn entry(&self) -> Entry<'_> {
        let (least, most) = self.bytes;
        Entry {
            tag: self.tag,
            kernel: self.kernel,
            within: self.within,
            name: Name::new(&self.english, &self.chinese),
            source: None,
            format: self.format,
            least,
            most,
            templates: &[],
            reading: self.reading,
            since: Edition::Emv43,
            sensitivity: self.sensitivity,
        }
    }
}

fn format(text: &str) -> Option<Format> {
    Some(match text {
        "a" => Format::A,
        "an" => Format::An,
        "ans" => Format::Ans,
        "b" => Format::B,
        "cn" => Format::Cn,
        "n" => Format::N,
        "template" => Format::Template,
        _ => return None,
    })
}

/// Fewest and most.
fn bytes(text: &str) -> Option<(Option<u16>, Option<u16>)> {
    if text.is_empty() {
        return Some((None, None));
    }
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    let (least, most): (u16, u16) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (least <= most).then_some((Some(least), Some(most)))
}

fn reading(text: &str) -> Option<Reading> {
    if let Some((kind, id)) = text.split_once(' ') {
        return match kind {
            "bits" => Layout::by_id(id.trim()).map(Reading::Bits),
            "list" => List::by_id(id.trim()).map(Reading::List),
            _ => None,
        };
    }
    Some(match text {
        "" => Reading::Plain,
        "amount" => Reading::Amount,
        "number" => Reading::Number,
        "date" => Reading::Date,
        "time" => Reading::Time,
        "country" => Reading::Country,
        "currency" => Reading::Currency,
        "dol" => Reading::Dol,
        _ => return None,
    })
}

fn secret(text: &str) -> Option<Sensitivity> {
    Some(match text {
        "" => Sensitivity::Public,
        "pan" => Sensitivity::Pan,
        "track" => Sensitivity::Track,
        "discretionary" => Sensitivity::Discretionary,
        "holder" => Sensitivity::Holder,
        "identity" => Sensitivity::Identity,
        "pin" => Sensitivity::Pin,
        "key" => Sensitivity::Key,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::ToString;

    const FILE: &str = "\
# kernel | tag  | within | format | bytes | reading  | secret | English       | 中文
c7       | DF70 |        | n      | 6     | amount   |        | Tip           | 小费
c7       | DF71 | E1     | b      | 5     | bits tvr |        | Vendor's TVR  | 厂商 TVR
list     | DF7E |        | ans    | 1-16  |          | holder | Member's name | 会员姓名
c7       | 9F7A |        | n      | 1     |          |        | Ours          | 我方
";

    #[test]
    fn a_file_goes_before_what_is_built_in() {
        let extension = Extension::parse(FILE).unwrap();
        assert_eq!(extension.len(), 4);
        let base = Dictionary::UNIONPAY;
        let name = |within, tag| {
            let entry = extension.entry(base, within, Tag::literal(tag))?;
            Some(entry.name().english().to_string())
        };
        assert_eq!(name(None, 0x9F7A).unwrap(), "Ours");
        assert_eq!(
            name(Some(Tag::literal(0xE1)), 0xDF71).unwrap(),
            "Vendor's TVR"
        );
        // Only in that template; elsewhere the tag is UnionPay's.
        let elsewhere = name(None, 0xDF71).unwrap();
        assert!(elsewhere.starts_with("Second Currency"), "{elsewhere}");
        assert_eq!(name(None, 0xDF7E).unwrap(), "Member's name");
        assert_eq!(
            extension.sensitivity(Tag::literal(0xDF7E)),
            Sensitivity::Holder
        );
        assert_eq!(extension.sensitivity(Tag::literal(0x5A)), Sensitivity::Pan);
        let own = Extension::parse("own | 9F66 | | b | 2 | | | Our qualifiers | 我方属性").unwrap();
        let ours = Dictionary::new(Kernel::Own, Edition::Emv44);
        let entry = own.entry(ours, None, Tag::literal(0x9F66)).unwrap();
        assert_eq!(entry.name().chinese(), "我方属性");
        assert!(own.entry(ours, None, Tag::literal(0x95)).is_some(), "EMV's");
        let other = Dictionary::new(Kernel::C3, Edition::Emv44);
        assert!(extension.entry(other, None, Tag::literal(0xDF70)).is_none());
    }

    #[test]
    fn a_wrong_line_is_named_with_its_field() {
        let right = "c7 | DF70 | | n | 6 | amount | | Tip | 小费";
        assert!(Extension::parse(right).is_ok());
        for (from, to, column, field) in [
            ("c7", "c9", 1, "kernel"),
            ("DF70", "DF", 6, "tag"),
            ("| |", "| 9F |", 13, "within"),
            (" n ", " x ", 15, "format"),
            ("6", "6-1", 19, "bytes"),
            ("amount", "bits nosuch", 23, "reading"),
            ("amount |", "amount | hush", 32, "secret"),
            ("Tip", "", 35, "name"),
            ("小费", "小费 | more", 45, "line"),
            ("amount | | Tip | 小费", "", 22, "line"),
        ] {
            let wrong = right.replacen(from, to, 1);
            let error = Extension::parse(&format!("# a remark\n{wrong}")).unwrap_err();
            let place = (error.line(), error.column(), error.field());
            assert_eq!(place, (2, column, field), "{wrong}");
        }
        // Blanks before an entry are counted too.
        let error = Extension::parse("  c9 | DF70").unwrap_err();
        assert_eq!((error.line(), error.column()), (1, 12));
    }

    #[test]
    fn what_the_file_calls_secret_is_masked() {
        use crate::emv::{Context, Name, describe};
        let extension = Extension::parse(FILE).unwrap();
        let base = Dictionary::UNIONPAY;
        let entry = extension.entry(base, None, Tag::literal(0xDF7E)).unwrap();
        describe(&entry, b"SMITH", &Context::new(base), &mut |part| {
            assert_eq!(part.text(Name::english).to_string(), "Masked: **********");
        })
        .unwrap();
    }
}
