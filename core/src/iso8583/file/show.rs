//! A dialect as its file, as a list, and two of them side by side.

use super::tree::{self, Node};
use crate::iso8583::Spec;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// One thing that a dialect says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where its file says it: `fields.2.format`.
    pub path: String,
    /// What it says: `n`.
    pub value: String,
}

/// One thing that two dialects say differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where their files say it: `fields.2.format`; `fields.2` where only one
    /// has the field.
    pub path: String,
    /// What the first says; none where it says nothing, or what is usual.
    pub left: Option<String>,
    /// What the second says.
    pub right: Option<String>,
}

/// The file that gives this dialect, without any other.
///
/// ```
/// use annul::iso8583::{UNIONPAY_POS, file};
/// let text = file::write(&UNIONPAY_POS);
/// let arena = file::Bump::new();
/// let spec = file::read(&text, &arena, &|_| None).unwrap();
/// assert_eq!(*spec, UNIONPAY_POS);
/// ```
pub fn write(spec: &Spec<'_>) -> String {
    let mut text = String::new();
    // A String takes whatever it is given.
    let _ = lines(&tree::of(spec), 0, &mut text);
    text.push('\n');
    text
}

/// All that a dialect says, one row each, in the order of its file.
///
/// ```
/// use annul::iso8583::{UNIONPAY_POS, file};
/// let rows = file::show(&UNIONPAY_POS);
/// let row = rows.iter().find(|row| row.path == "fields.2.max").unwrap();
/// assert_eq!(row.value, "19");
/// ```
pub fn show(spec: &Spec<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    flatten("", &tree::of(spec), &mut rows);
    rows
}

/// What two dialects say differently, in the order of the first's file.
///
/// ```
/// use annul::iso8583::{FieldSpec, FieldTable, Format, UNIONPAY_FIELDS, UNIONPAY_POS, file};
/// let longer = FieldSpec::fixed(Format::An, 8).named("authorization", "授权标识应答码");
/// let fields: FieldTable<'_, 64> = UNIONPAY_FIELDS.with(38, longer);
/// let other = UNIONPAY_POS.over(fields.slots());
/// let differences = file::diff(&UNIONPAY_POS, &other);
/// assert_eq!(differences[0].path, "fields.38.length");
/// assert_eq!(differences[0].right.as_deref(), Some("8"));
/// ```
pub fn diff(left: &Spec<'_>, right: &Spec<'_>) -> Vec<Difference> {
    let mut all = Vec::new();
    compare("", &tree::of(left), &tree::of(right), &mut all);
    all
}

fn join(path: &str, key: impl fmt::Display) -> String {
    if path.is_empty() {
        return key.to_string();
    }
    format!("{path}.{key}")
}

fn flatten(path: &str, node: &Node, rows: &mut Vec<Row>) {
    match node {
        Node::Map(pairs) => {
            for (key, value) in pairs {
                flatten(&join(path, key), value, rows);
            }
        }
        Node::List(items) => {
            for (number, item) in (1..).zip(items) {
                flatten(&join(path, number), item, rows);
            }
        }
        leaf => rows.push(Row {
            path: path.into(),
            value: plain(leaf),
        }),
    }
}

fn compare(path: &str, left: &Node, right: &Node, all: &mut Vec<Difference>) {
    if left == right {
        return;
    }
    match (left, right) {
        (Node::Map(left), Node::Map(right)) => {
            for (key, value) in left {
                let path = join(path, key);
                match other(right, key) {
                    Some(other) => compare(&path, value, other, all),
                    None => all.push(difference(path, Some(value), None)),
                }
            }
            for (key, value) in right {
                if other(left, key).is_none() {
                    all.push(difference(join(path, key), None, Some(value)));
                }
            }
        }
        (Node::List(left), Node::List(right)) => {
            for index in 0..left.len().max(right.len()) {
                let path = join(path, index + 1);
                match (left.get(index), right.get(index)) {
                    (Some(left), Some(right)) => compare(&path, left, right, all),
                    (left, right) => all.push(difference(path, left, right)),
                }
            }
        }
        (left, right) => all.push(difference(path.into(), Some(left), Some(right))),
    }
}

fn other<'n>(pairs: &'n [(String, Node)], key: &str) -> Option<&'n Node> {
    let found = pairs.iter().find(|(other, _)| other == key);
    found.map(|(_, value)| value)
}

fn difference(path: String, left: Option<&Node>, right: Option<&Node>) -> Difference {
    Difference {
        path,
        left: left.map(plain),
        right: right.map(plain),
    }
}

/// Text without its quotes, all else as in the file.
fn plain(node: &Node) -> String {
    match node {
        Node::Text(text) => text.clone(),
        node => node.to_string(),
    }
}

/// A file for people: one field a line.
fn lines(node: &Node, depth: usize, text: &mut String) -> fmt::Result {
    /// The file, and the table of its fields.
    const OPEN: usize = 2;
    let Node::Map(pairs) = node else {
        return write!(text, "{node}");
    };
    if depth == OPEN || pairs.is_empty() {
        return write!(text, "{node}");
    }
    for (index, (key, value)) in pairs.iter().enumerate() {
        text.push_str(if index == 0 { "{\n" } else { ",\n" });
        write!(
            text,
            "{:width$}{}: ",
            "",
            Quoted(key),
            width = 2 * (depth + 1)
        )?;
        let table = depth == 1 || key == "fields";
        lines(value, if table { depth + 1 } else { OPEN }, text)?;
    }
    write!(text, "\n{:width$}}}", "", width = 2 * depth)
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{}", Quoted(text)),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Map(pairs) => {
                f.write_char('{')?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {value}", Quoted(key))?;
                }
                f.write_char('}')
            }
        }
    }
}

/// Text as JSON writes it.
struct Quoted<'t>(&'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                '\0'..='\x1F' => write!(f, "\\u{:04x}", u32::from(character))?,
                _ => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{FieldSpec, Format, UNIONPAY_POS};

    #[test]
    fn a_field_that_one_lacks_is_one_difference() {
        let fields = [Some(FieldSpec::fixed(Format::N, 6))];
        let one = UNIONPAY_POS.over(&fields);
        let none = UNIONPAY_POS.over(&[]);
        assert_eq!(diff(&one, &one), []);
        let expected = Difference {
            path: "fields.1".into(),
            left: None,
            right: Some(r#"{"format": "n", "length": 6, "encoding": "bcd"}"#.into()),
        };
        assert_eq!(diff(&none, &one), [expected]);
    }

    #[test]
    fn text_is_quoted_as_json_does() {
        let node = Node::Text("a\"b\\c\n站".into());
        assert_eq!(node.to_string(), r#""a\"b\\c\u000a站""#);
    }
}
