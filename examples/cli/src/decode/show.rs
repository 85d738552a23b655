use super::{Decoded, envelope};
use crate::output::{self, BAD, CARE, FAINT, Manner, STRONG, styled};
use crate::table::pad;
use annul::iso8583::Form;
use annul::text::Language;

/// The message in lines: the envelope, each field, what stopped the reading.
pub(super) fn show(decoded: &Decoded<'_>, manner: Manner) {
    output::line(&styled(FAINT, &form(decoded, manner)));
    let parts = [
        ("TPDU", &decoded.found.tpdu),
        ("header", &decoded.found.header),
    ];
    for (name, part) in parts
        .into_iter()
        .filter(|_| decoded.found.framing.is_some())
    {
        if let Some(part) = part {
            output::line(&format!("  {}{part}", pad(name, 8)));
        }
    }
    if let Some((tpdu, header)) = decoded.found.read {
        output::line(&format!("  TPDU    {tpdu}"));
        let parts = envelope::header_parts(header);
        let parts = parts.map(|(zh, en, value)| format!("{} {value}", manner.pick(zh, en)));
        output::line(&format!(
            "  {}{header}  {}",
            pad(manner.pick("报文头", "header"), 8),
            parts.join(" · ")
        ));
    }
    if let (Some(mti), Some(bitmap)) = (&decoded.mti, &decoded.bitmap) {
        let bits = manner.pick("位图", "bitmap");
        output::line(&format!(
            "  {}    {}  {bits} {bitmap}",
            "MTI",
            styled(STRONG, mti)
        ));
    }
    for field in &decoded.fields {
        let number = pad(&format!("F{}", field.field), 4);
        let name = pad(manner.pick(field.name.zh, field.name.en), 28);
        output::line(&format!("  {number}{name}{}", field.value));
        for part in &field.parts {
            let name = pad(manner.pick(part.name.zh, part.name.en), 22);
            let line = format!("      {}{name}{}", pad(&part.number, 7), part.value);
            output::line(&styled(FAINT, &line));
        }
    }
    for problem in &decoded.problems {
        output::line(&format!("{} {}", styled(CARE, "!"), problem.message));
    }
    if let Some(error) = &decoded.error {
        output::line(&format!("{} {}", styled(BAD, "✗"), error.message));
    }
    if let Some(hint) = &decoded.hint {
        output::line(&format!("  {hint}"));
    }
}

fn form(decoded: &Decoded<'_>, manner: Manner) -> String {
    if let Some(framing) = decoded.found.framing {
        let words = manner.pick(framing.chinese, framing.english);
        return format!(
            "{}: {}, {words}",
            manner.pick("识别为", "found"),
            decoded.spec
        );
    }
    let found = match (decoded.found.length_prefix, decoded.found.read) {
        (true, _) => Form::Prefixed,
        (false, Some(_)) => Form::Framed,
        (false, None) => Form::Bare,
    };
    let zh = match found {
        Form::Prefixed => "长度、TPDU、报文头和报文",
        Form::Framed => "TPDU、报文头和报文",
        Form::Bare => "报文",
    };
    match manner.language {
        Language::Chinese => format!("识别为：{zh}"),
        Language::English => format!("found: {found}"),
    }
}
