//! The classes of jPOS that an import knows.

use crate::{Table, code, say};
use annul::iso8583::file::CLASSES;
use annul::iso8583::{BitmapForm, CodePage, Encoding, PrefixForm};
use annul::text::Language;

/// Each class, and the words of a spec file for it.
pub(crate) fn classes(language: Language) -> Table {
    let heading = [
        say(language, "class", "类"),
        say(language, "format", "格式"),
        say(language, "encoding", "编码"),
        say(language, "bytes of length before it", "前置长度的字节数"),
        say(language, "more", "说明"),
    ];
    let rows = CLASSES.iter().map(|class| {
        let (mut format, mut encoded, mut length) = (String::new(), String::new(), String::new());
        if let Some((kind, encoding, prefix)) = class.means() {
            (format, encoded) = (code(kind.name()), code(word(encoding)));
            if let Some(prefix) = prefix {
                let form = match prefix.form() {
                    PrefixForm::Bcd => "bcd",
                    PrefixForm::Ascii => "ascii",
                    PrefixForm::Ebcdic => "ebcdic",
                    PrefixForm::Binary => "binary",
                    PrefixForm::Hex => "hex",
                };
                length = format!("{} {}", code(form), prefix.size());
            }
        } else if let Some(form) = class.bitmap() {
            encoded = code(match form {
                BitmapForm::Binary => "binary",
                BitmapForm::Hex => "hex",
                BitmapForm::EbcdicHex => "ebcdic-hex",
            });
        }
        let more = match (class.bitmap(), class.foreign(), class.means()) {
            (Some(_), ..) => say(language, "a bitmap", "位图"),
            (_, Some(_), _) => say(language, "an error", "报错"),
            (.., None) => say(language, "no field", "无此域"),
            _ if class.is_tagged() => say(language, "behind a tag", "位于标签之后"),
            _ => "",
        };
        vec![code(class.name()), format, encoded, length, more.to_owned()]
    });
    Table {
        heading: heading.map(str::to_owned).into(),
        rows: rows.collect(),
    }
}

fn word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Ascii => "ascii",
        Encoding::Bcd => "bcd",
        Encoding::Ebcdic(CodePage::Cp037) => "cp037",
        Encoding::Ebcdic(CodePage::Cp500) => "cp500",
        Encoding::Ebcdic(CodePage::Cp1047) => "cp1047",
        Encoding::Binary => "binary",
        Encoding::Hex => "hex",
        Encoding::Utf8 => "utf8",
    }
}
