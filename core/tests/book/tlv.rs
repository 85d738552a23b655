//! The errors of the reader of data objects.

use crate::{Table, code, say};
use annul::text::Language;
use annul::tlv::Fault;

/// Each fault, the byte its offset points at, and what is wrong.
pub(crate) fn faults(language: Language) -> Table {
    let heading = [
        say(language, "code", "代码"),
        say(language, "offset", "偏移指向"),
        say(language, "what is wrong", "问题"),
    ];
    let rows = FAULTS.map(|(fault, at, what)| {
        [
            code(fault.code()),
            say(language, at.0, at.1).to_owned(),
            say(language, what.0, what.1).to_owned(),
        ]
    });
    Table::new(heading, rows.into())
}

type Words = (&'static str, &'static str);

const TAG: Words = ("the tag", "标签");
const LENGTH: Words = ("the length", "长度");
const VALUE: Words = ("the value's first byte", "值的第一个字节");

const FAULTS: [(Fault, Words, Words); 12] = [
    (
        Fault::TruncatedTag,
        TAG,
        ("the bytes end inside the tag", "标签不完整"),
    ),
    (Fault::TagTooLong, TAG, ("more than 4 bytes", "超过 4 字节")),
    (
        Fault::MaxDepth { limit: 32 },
        TAG,
        ("inside more than 32 templates", "嵌套超过 32 层模板"),
    ),
    (
        Fault::Padding,
        TAG,
        (
            "00 instead of a tag, in mode strict",
            "strict 模式下应为标签处是 00",
        ),
    ),
    (
        Fault::TruncatedLength {
            expected: 1,
            left: 0,
        },
        LENGTH,
        ("not there, or not whole", "缺少或不完整"),
    ),
    (
        Fault::LengthTooLong { octets: 5 },
        LENGTH,
        ("first byte 85 to FF", "首字节为 85 至 FF"),
    ),
    (
        Fault::NonMinimalLength {
            octets: 1,
            least: 0,
        },
        LENGTH,
        (
            "longer than needed, in mode strict",
            "strict 模式下长度多占字节",
        ),
    ),
    (
        Fault::IndefiniteLength,
        LENGTH,
        ("80, outside mode ber", "非 ber 模式下为 80"),
    ),
    (
        Fault::IndefinitePrimitive,
        LENGTH,
        ("80 of an object that is no template", "不是模板却为 80"),
    ),
    (
        Fault::TruncatedValue {
            expected: 1,
            left: 0,
        },
        VALUE,
        (
            "longer than its template or the input",
            "超出所在模板或输入",
        ),
    ),
    (
        Fault::MissingEoc,
        ("the end", "末尾"),
        (
            "no 0000 behind contents of indefinite length",
            "不定长度内容后缺少 0000",
        ),
    ),
    (
        Fault::BadEoc,
        ("the 00", "该 00"),
        ("a single 00 there", "其后只有一个 00"),
    ),
];
