//! The spec files of the vectors, by name.

use annul::iso8583::Spec;
use annul::iso8583::file::{self, Base, Bump};

/// Name and text of every file.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("ascii-binbm", include_str!("ascii-binbm.json")),
    ("base1-net", include_str!("base1-net.json")),
    ("cardflow", include_str!("cardflow.json")),
    ("cup-pos", include_str!("cup-pos.json")),
    ("dl-iso8583-93", include_str!("dl-iso8583-93.json")),
    ("iso87-ascii-hexbm", include_str!("iso87-ascii-hexbm.json")),
    (
        "iso87-ascii-hexbm-emv",
        include_str!("iso87-ascii-hexbm-emv.json"),
    ),
    ("moov-mixed", include_str!("moov-mixed.json")),
    ("rkbalgi-mixed", include_str!("rkbalgi-mixed.json")),
];

/// A file of this name, else a preset.
pub(crate) fn find<'a>(name: &str) -> Option<Base<'a>> {
    let found = FILES.iter().find(|(known, _)| *known == name);
    match found {
        Some((_, text)) => Some(Base::Text(text)),
        None => file::preset(name),
    }
}

/// The dialect of a file.
pub(crate) fn read<'a>(name: &str, arena: &'a Bump) -> &'a Spec<'a> {
    let (_, text) = FILES.iter().find(|(known, _)| *known == name).unwrap();
    file::read(text, arena, &find).unwrap_or_else(|error| panic!("{name}: {error}"))
}
