//! A dialect as the tree its file is: what [`write`](super::write),
//! [`show`](super::show) and [`diff`](super::diff) have in common.
//!
//! Everything is said outright but what is usual: a value that stands left
//! unless it is fixed digits, unit characters, the usual pad, public.

use super::words::{
    BITMAPS, ENCODINGS, FORMATS, MODES, PREFIXES, SENSITIVITIES, SIDES, UNITS, word,
};
use crate::iso8583::{
    Encoding, Extent, FieldSpec, Format, Header, HeaderSize, Inside, Length, Prefix, PrefixForm,
    Sensitivity, Spec, Tagged, Unit,
};
use crate::tlv;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

/// A value of JSON; the pairs of a map keep their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    Flag(bool),
    Number(u32),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    fn word<T: PartialEq>(words: super::words::Words<T>, value: &T) -> Self {
        Self::Text(word(words, value).into())
    }
}

/// Pairs for a [`Node::Map`].
type Pairs = Vec<(String, Node)>;

fn pair(key: &str, value: Node) -> (String, Node) {
    (key.into(), value)
}

/// The whole file of a dialect.
pub(super) fn of(spec: &Spec<'_>) -> Node {
    let mut pairs = vec![
        pair("name", Node::Text(spec.name().into())),
        pair("header", header(spec.header())),
    ];
    pairs.extend(body(spec));
    Node::Map(pairs)
}

/// What a message inside of a field says too.
fn body(spec: &Spec<'_>) -> Pairs {
    let mti = spec.mti();
    let mti = mti.map_or(Node::Null, |encoding| Node::word(ENCODINGS, &encoding));
    let bitmap = spec.bitmap();
    let extent = match bitmap.extent() {
        Extent::Auto(most) => pair("most", Node::Number(most.into())),
        Extent::Fixed(bytes) => pair("bytes", Node::Number(bytes.into())),
        Extent::TertiaryIn(field) => pair("third_in", Node::Number(field.into())),
    };
    let form = pair("form", Node::word(BITMAPS, &bitmap.form()));
    let fields = spec.fields();
    let fields = fields.map(|(number, spec)| (number.to_string(), field(spec)));
    vec![
        pair("mti", mti),
        pair("bitmap", Node::Map(vec![form, extent])),
        pair("fields", Node::Map(fields.collect())),
    ]
}

fn header(header: Header<'_>) -> Node {
    let parts = header.parts().iter().map(|part| {
        let size = match part.size {
            HeaderSize::Fixed(bytes) => Node::Number(bytes.into()),
            HeaderSize::FirstByte => Node::Text("first".into()),
        };
        let name = Node::Text(part.name.into());
        Node::Map(vec![pair("name", name), pair("bytes", size)])
    });
    let parts: Vec<_> = parts.collect();
    let mut pairs = Vec::new();
    pairs.extend(header.length().map(|length| pair("length", prefix(length))));
    if !parts.is_empty() {
        pairs.push(pair("parts", Node::List(parts)));
    }
    if pairs.is_empty() {
        return Node::Null;
    }
    Node::Map(pairs)
}

fn prefix(prefix: Prefix) -> Node {
    let size = prefix.size() as u32;
    let size = match prefix.form() {
        PrefixForm::Binary => pair("bytes", Node::Number(size)),
        PrefixForm::Bcd => pair("digits", Node::Number(size * 2)),
        _ => pair("digits", Node::Number(size)),
    };
    let mut pairs = vec![pair("form", Node::word(PREFIXES, &prefix.form())), size];
    if prefix.is_inclusive() {
        pairs.push(pair("inclusive", Node::Flag(true)));
    }
    Node::Map(pairs)
}

/// One field, or part of a field.
pub(super) fn field(field: &FieldSpec<'_>) -> Node {
    let mut pairs = Vec::new();
    for (key, name) in [("name", field.name()), ("zh", field.chinese())] {
        if !name.is_empty() {
            pairs.push(pair(key, Node::Text(name.into())));
        }
    }
    pairs.push(pair("format", Node::word(FORMATS, &field.format())));
    let usual = match field.length() {
        Length::Fixed(length) => {
            pairs.push(pair("length", Node::Number(length.into())));
            FieldSpec::fixed(field.format(), length)
        }
        Length::Var(length, most) => {
            pairs.push(pair("max", Node::Number(most.into())));
            pairs.push(pair("prefix", prefix(length)));
            FieldSpec::var(field.format(), length, most)
        }
    };
    pairs.push(pair("encoding", Node::word(ENCODINGS, &field.encoding())));
    if field.unit() != Unit::Characters {
        pairs.push(pair("unit", Node::word(UNITS, &field.unit())));
    }
    if field.justify() != usual.justify() {
        pairs.push(pair("justify", Node::word(SIDES, &field.justify())));
    }
    if field.pad() != usual.pad() {
        pairs.push(pair("pad", filler(field)));
    }
    if field.separator() != usual.separator() {
        let nibble = format!("{:X}", field.separator());
        pairs.push(pair("separator", Node::Text(nibble)));
    }
    let usual = usual.shown(field.sensitivity());
    if field.sensitivity() != Sensitivity::Public {
        let shown = Node::word(SENSITIVITIES, &field.sensitivity());
        pairs.push(pair("sensitivity", shown));
    }
    if field.parts() != usual.parts() {
        pairs.push(pair("inside", inside(field.parts())));
    }
    Node::Map(pairs)
}

/// A nibble where digits are packed, else a character.
fn filler(field: &FieldSpec<'_>) -> Node {
    Node::Text(match field.encoding() {
        Encoding::Bcd => format!("{:X}", field.pad()),
        _ => char::from(field.pad()).into(),
    })
}

fn inside(inside: Inside<'_>) -> Node {
    let only = |key, value| Node::Map(vec![pair(key, value)]);
    match inside {
        Inside::Plain => Node::Null,
        Inside::Positional(parts) => {
            only("positional", Node::List(parts.iter().map(field).collect()))
        }
        Inside::Tlv(mode) => only("tlv", Node::word::<tlv::Mode>(MODES, &mode)),
        Inside::Tagged(tags) => only("tagged", tagged(tags)),
        Inside::Ltv {
            prefix: length,
            tag,
        } => {
            let tag = pair("tag", Node::Number(tag.into()));
            only("ltv", Node::Map(vec![pair("prefix", prefix(length)), tag]))
        }
        Inside::Message(spec) => only("message", Node::Map(body(spec))),
    }
}

fn tagged(tagged: Tagged<'_>) -> Node {
    let known = tagged.known.iter();
    let known = known.map(|(id, spec)| (id.to_string(), field(spec)));
    let mut pairs = vec![
        pair("tag", Node::Number(tagged.tag.into())),
        pair("encoding", Node::word(ENCODINGS, &tagged.encoding)),
        pair("known", Node::Map(known.collect())),
    ];
    pairs.extend(tagged.other.map(|spec| pair("other", field(spec))));
    Node::Map(pairs)
}

/// True for a format whose text is filled with a character of its own.
pub(super) const fn is_text(format: Format) -> bool {
    !matches!(format, Format::N | Format::Z | Format::B | Format::Xn)
}
