//! A spec file of any text, ours or another library's, and any bytes by the
//! dialect it gives: the file is refused with its place or read; a dialect that
//! was read is written to a file that says the same; and no message makes it
//! panic or loses a byte. Text and message are parted by a byte FF, which no
//! text holds.
#![no_main]

use annul::iso8583::file::{self, Bump, FileError};
use annul::iso8583::{Field, Language, Spec, View, Writer, describe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut halves = bytes.splitn(2, |byte| *byte == 0xFF);
    let text = core::str::from_utf8(halves.next().unwrap_or_default());
    let (Ok(text), message) = (text, halves.next().unwrap_or_default()) else {
        return;
    };
    let arena = Bump::new();
    let lines = text.lines().count().max(1) + 1;
    match file::read(text, &arena, &file::preset) {
        Err(error) => assert_placed(&error, lines),
        Ok(spec) => good(spec, message),
    }
    match file::import(text, &arena) {
        Err(error) => assert_placed(&error, lines),
        Ok(import) => {
            for note in import.notes {
                assert!(note.line > 0 && note.line <= lines && note.column > 0);
            }
            good(import.spec, message);
        }
    }
});

fn assert_placed(error: &FileError, lines: usize) {
    assert!(error.line > 0 && error.column > 0);
    assert!(error.line <= lines);
    assert!(!error.to_string().is_empty());
}

/// A dialect that was read.
fn good(spec: &Spec<'_>, message: &[u8]) {
    file::lint(spec);
    assert_again(spec);
    read(spec, message);
}

/// The file of a dialect gives the same dialect.
fn assert_again(spec: &Spec<'_>) {
    let arena = Bump::new();
    let text = file::write(spec);
    let again = file::read(&text, &arena, &|_| None);
    let again = again.unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(file::diff(spec, again), [], "{text}");
}

/// Reads in every way, and copies what was read.
fn read(spec: &Spec<'_>, bytes: &[u8]) {
    let message = match spec.header().open(bytes) {
        Ok(opened) => opened.message,
        Err(_) => bytes,
    };
    let whole = View::decode(spec, message);
    if let Ok(partial) = View::decode_partial(spec, message) {
        assert_eq!(partial.error.is_some(), whole.is_err());
        partial
            .view
            .problems(&mut |problem| assert!(!problem.to_string().is_empty()));
        partial.view.fields().for_each(|field| parts(&field, 8));
        for language in [Language::English, Language::Chinese] {
            describe(&partial.view, language).for_each(|line| drop(line.to_string()));
        }
    }
    let _ = View::scan(spec, message, 128);
    let _ = View::decode_strict(spec, message);
    if let Ok(view) = whole {
        let mut buffer = vec![0; message.len()];
        let mut writer = Writer::like(&view, &mut buffer);
        for field in view.fields() {
            writer.copy(&field);
        }
        let size = writer.finish().expect("what was read can be written");
        assert_eq!(&buffer[..size], message);
    }
}

fn parts(field: &Field<'_>, levels: u8) {
    for part in field.parts().map_while(Result::ok).filter(|_| levels > 0) {
        parts(&part, levels - 1);
    }
}
