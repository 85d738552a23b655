//! The dictionary, the layouts, what is secret, and what field 55 holds.

use crate::{Table, code, say};
use annul::emv::{
    Entry, FieldSet, Format, Kernel, Layout, Name, Need, Reading, Sensitivity, entries, meanings,
    sensitivity,
};
use annul::text::Language;
use std::collections::BTreeSet;

const fn word(language: Language, name: Name<'static>) -> &'static str {
    match language {
        Language::English => name.english(),
        Language::Chinese => name.chinese(),
    }
}

/// Every meaning of every tag.
pub(crate) fn tags(language: Language) -> Table {
    let heading = [
        say(language, "tag", "标签"),
        say(language, "kernel", "内核"),
        say(language, "name", "名称"),
        say(language, "format", "格式"),
        say(language, "bytes", "字节"),
    ];
    let rows = entries().map(|entry| {
        let within = entry.within().map(|template| format!("{template}."));
        [
            code(format!("{}{}", within.unwrap_or_default(), entry.tag())),
            entry.kernel().to_string(),
            word(language, entry.name()).to_owned(),
            format_of(entry).to_owned(),
            bytes(entry),
        ]
    });
    Table::new(heading, rows.collect())
}

const fn format_of(entry: &Entry) -> &'static str {
    match entry.format() {
        Format::A => "a",
        Format::An => "an",
        Format::Ans => "ans",
        Format::B => "b",
        Format::Cn => "cn",
        Format::N => "n",
        Format::Template => "TLV",
    }
}

fn bytes(entry: &Entry) -> String {
    match entry.lengths() {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least}-{most}"),
        (None, Some(most)) => format!("0-{most}"),
        (Some(least), None) => format!("{least}-"),
        (None, None) => String::new(),
    }
}

/// Tags whose values are masked.
pub(crate) fn secrets(language: Language) -> Table {
    let heading = [
        say(language, "tag", "标签"),
        say(language, "names", "名称"),
        say(language, "shown as", "显示为"),
    ];
    let tags: BTreeSet<_> = entries().map(Entry::tag).collect();
    let secret = tags
        .into_iter()
        .filter(|tag| !sensitivity(*tag).is_public());
    let rows = secret.map(|tag| {
        let mut names: Vec<&str> = Vec::new();
        for entry in meanings(tag) {
            let name = word(language, entry.name());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let shown = match sensitivity(tag) {
            Sensitivity::Pan => say(language, "first six, last four digits", "前六后四"),
            Sensitivity::Track => say(
                language,
                "the card number so, then stars",
                "卡号前六后四，其余星号",
            ),
            _ => say(language, "stars", "星号"),
        };
        [code(tag.to_string()), names.join(" / "), shown.to_owned()]
    });
    Table::new(heading, rows.collect())
}

/// Which tags go into which message: M mandatory, C where the kernel has it.
pub(crate) fn field_55(language: Language) -> Table {
    let heading = [
        say(language, "tag", "标签"),
        say(language, "name", "名称"),
        say(language, "request, upload", "请求、上送"),
        say(language, "reversal", "冲正"),
        say(
            language,
            "reversal after the chip refused",
            "卡片拒绝后的冲正",
        ),
        say(language, "script notice", "脚本通知"),
    ];
    let sets = [
        FieldSet::Request,
        FieldSet::Reversal,
        FieldSet::RefusedReversal,
        FieldSet::ScriptNotice,
    ];
    let mut tags = Vec::new();
    for wanted in sets.iter().flat_map(|set| set.wanted()) {
        if !tags.contains(&wanted.tag()) {
            tags.push(wanted.tag());
        }
    }
    let rows = tags.into_iter().map(|tag| {
        let entry = annul::emv::Dictionary::UNIONPAY
            .entry(None, tag)
            .expect("a known tag");
        let need = |set: FieldSet| {
            let wanted = set.wanted().iter().find(|wanted| wanted.tag() == tag);
            match wanted.map(|wanted| wanted.need()) {
                Some(Need::Mandatory) => "M".to_owned(),
                Some(Need::Conditional) => "C".to_owned(),
                None => String::new(),
            }
        };
        let [request, reversal, refused, notice] = sets.map(need);
        let name = word(language, entry.name()).to_owned();
        [
            code(tag.to_string()),
            name,
            request,
            reversal,
            refused,
            notice,
        ]
    });
    Table::new(heading, rows.collect())
}

/// Every layout and the tags that are read by it.
pub(crate) fn layouts(language: Language) -> Table {
    let heading = [
        say(language, "layout", "布局"),
        say(language, "name", "名称"),
        say(language, "bytes", "字节"),
        say(language, "tags", "标签"),
    ];
    let rows = Layout::all().map(|layout| {
        let read = entries().filter(|entry| entry.reading() == Reading::Bits(layout));
        let tags = read.map(|entry| match entry.kernel() {
            Kernel::Emv => code(entry.tag().to_string()),
            kernel => format!("{} {kernel}", code(entry.tag().to_string())),
        });
        [
            code(layout.id()),
            word(language, layout.name()).to_owned(),
            layout.length().to_string(),
            tags.collect::<Vec<_>>().join(", "),
        ]
    });
    Table::new(heading, rows.collect())
}
