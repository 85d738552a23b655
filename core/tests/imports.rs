//! Spec files of jPOS and moov-io/iso8583: a dialect that is imported reads
//! every message as the same dialect in a file of ours.
#![cfg(feature = "alloc")]

#[path = "vectors/imports.rs"]
mod files;
#[path = "vectors/specs/mod.rs"]
mod specs;
#[path = "iso8583/vector.rs"]
#[expect(dead_code, reason = "shared with the test of all vectors")]
mod vector;

use annul::iso8583::file::{self, Bump, Import, Note};
use annul::iso8583::{Field, Mti, Spec, View, Writer, preset};
use vector::{copied, good, plain};

fn import<'a>(name: &str, arena: &'a Bump) -> Import<'a> {
    let text = files::text(name);
    file::import(text, arena).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Where a field stands and what it says.
fn told(field: &Field<'_>) -> String {
    let [raw, value] = [field.raw().to_vec(), plain(field.characters())];
    format!("{} {} {raw:?} {value:?}", field.id(), field.offset())
}

/// The same of its parts.
fn parts(field: &Field<'_>) -> Vec<String> {
    field.parts().map(|part| told(&part.unwrap())).collect()
}

#[test]
fn a_message_says_the_same_by_an_imported_dialect() {
    let mut read = 0;
    for name in files::NAMES {
        let dialect = name.split('.').next().unwrap();
        let arena = Bump::new();
        let spec = import(name, &arena).spec;
        for vector in good()
            .into_iter()
            .filter(|vector| vector.dialect == dialect)
        {
            let ours = specs::read(dialect, &arena);
            let message = ours.header().open(&vector.bytes).unwrap().message;
            let ours = View::decode(ours, message).unwrap();
            let theirs = View::decode(spec, message);
            let theirs = theirs.unwrap_or_else(|error| panic!("{name}: {}: {error}", vector.id));
            assert_eq!(theirs.mti(), ours.mti(), "{}", vector.id);
            assert_eq!(theirs.bitmaps(), ours.bitmaps(), "{}", vector.id);
            for (theirs, ours) in theirs.fields().zip(ours.fields()) {
                assert_eq!(told(&theirs), told(&ours), "{name}: {}", vector.id);
                if !parts(&theirs).is_empty() {
                    assert_eq!(parts(&theirs), parts(&ours), "{name}: {}", vector.id);
                }
            }
            assert_eq!(theirs.fields().count(), ours.fields().count());
            assert_eq!(copied(&theirs), message, "{name}: {}", vector.id);
            read += 1;
        }
    }
    assert_eq!(read, 29);
}

/// Where a file of another library differs from ours of the same dialect, and why.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("", ".name", "names are the author's"),
    ("", ".zh", "there is no Chinese there"),
    ("", ".format", "text is text there, of whichever letters"),
    (
        "",
        ".sensitivity",
        "what may be shown follows from the number",
    ),
    (".xml", "name", "a packager has none"),
    (
        "",
        "header.parts.1.bytes",
        "a packager has one header, of fixed length",
    ),
    ("", "header.parts.2", "as above"),
    (
        "",
        "bitmap.most",
        "a spec does not say how many bitmaps there are",
    ),
    (
        "cardflow.xml",
        "fields.2.max",
        "the length written is always even",
    ),
    ("cardflow.xml", "fields.10.inside", "there are no such tags"),
    ("base1-net.xml", "fields.37.encoding", "jPOS writes IBM1047"),
    ("rkbalgi-mixed.xml", "fields.19.encoding", "as above"),
    ("rkbalgi-mixed.xml", "fields.62.encoding", "as above"),
    (
        "rkbalgi-mixed.xml",
        "fields.63.encoding",
        "there is no such class but of bytes",
    ),
];

#[test]
fn only_what_is_explained_differs_from_the_same_dialect_of_ours() {
    for name in files::NAMES {
        let dialect = name.split('.').next().unwrap();
        let arena = Bump::new();
        let known = specs::FILES.iter().any(|(known, _)| *known == dialect);
        let ours = if known {
            Some(specs::read(dialect, &arena))
        } else {
            preset(dialect)
        };
        let Some(ours) = ours else {
            continue;
        };
        for one in file::diff(import(name, &arena).spec, ours) {
            // A file has no more fields than its messages.
            let absent = one.left.is_none() && one.path.matches('.').count() == 1;
            let explained = EXPLAINED
                .iter()
                .any(|(file, path, _)| name.contains(file) && one.path.ends_with(path));
            assert!(absent || explained, "{name}: {one:?}");
        }
    }
}

/// A dialect of EBCDIC, written by the preset and read by the packager.
#[test]
fn a_packager_of_ebcdic_reads_what_the_preset_writes() {
    let arena = Bump::new();
    let spec = import("iso87-ebcdic.xml", &arena).spec;
    let ours = preset("iso87-ebcdic").unwrap();
    let mut room = [0; 200];
    let mut writer = Writer::new(ours, &mut room, Mti::literal(0x0200));
    writer
        .digits(2, b"4111111111111111")
        .digits(3, b"000000")
        .digits(4, b"000000001000");
    writer
        .digits(11, b"000016")
        .bytes(41, b"TERM01")
        .bytes(48, b"NOTE")
        .digits(70, b"301");
    let size = writer.finish().unwrap();
    let [ours, theirs] = [ours, spec].map(|spec| View::decode_strict(spec, &room[..size]).unwrap());
    let [ours, theirs] =
        [ours, theirs].map(|view| view.fields().map(|f| told(&f)).collect::<Vec<_>>());
    assert_eq!(ours, theirs);
}

/// How many notes there are on a file; none on all others.
const NOTED: &[(&str, usize)] = &[
    ("cardflow.xml", 1),
    ("parts.xml", 6),
    ("parts.json", 1),
    ("moov-mixed.json", 1),
    ("iso87-ascii-hexbm-emv.json", 1),
];

/// What an import gives can be written to a file, and is hidden where it must.
#[test]
fn every_import_is_a_file_that_shows_no_card() {
    for name in files::NAMES {
        let arena = Bump::new();
        let Import { spec, notes } = import(name, &arena);
        let spec: Spec<'_> = spec.called(name);
        let text = file::write(&spec);
        let again = file::read(&text, &arena, &|_| None);
        let again = again.unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        assert_eq!(file::diff(&spec, again), [], "{name}");
        assert_eq!(file::write(again), text);
        let remarks = file::lint(&spec);
        assert!(
            remarks
                .iter()
                .all(|one| one.text.to_string().starts_with("has no name")),
            "{remarks:?}"
        );
        let lines = files::text(name).lines().count();
        let placed = |note: &Note| note.line <= lines && note.column > 0;
        assert!(notes.iter().all(placed), "{name}: {notes:?}");
        let expected = NOTED.iter().find(|(noted, _)| noted == name);
        assert_eq!(
            notes.len(),
            expected.map_or(0, |(_, count)| *count),
            "{name}: {notes:?}"
        );
    }
}
