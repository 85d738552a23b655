//! `annul spec import`: a spec file of another library becomes one of ours.

use crate::exit::{Exit, Failure};
use crate::output::{self, CARE, Form, Manner, styled};
use crate::template;
use annul::iso8583::file::{self, Bump, Note};
use serde::Serialize;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct Import {
    /// A packager of jPOS (XML) or a spec of moov-io/iso8583 (JSON); - for standard input
    #[arg(value_name = "FILE|-")]
    file: String,
    /// The file to write; it must not be there yet [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A byte more than the importers read: they say that it is too much.
const MOST: u64 = (4 << 20) + 1;

/// One thing that is not in the file that comes out.
#[derive(Serialize)]
struct NoteShown<'n> {
    line: usize,
    column: usize,
    path: &'n str,
    message: &'n str,
}

pub(super) fn run(args: &Import, manner: Manner) -> Result<Exit, Failure> {
    let name = args.file.as_str();
    let text = text_of(name)?;
    let arena = Bump::new();
    let import = file::import(&text, &arena);
    let import = import.map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let mut spec = *import.spec;
    if spec.name().is_empty() {
        let stem = Path::new(name).file_stem().and_then(|stem| stem.to_str());
        spec = spec.called(stem.filter(|stem| *stem != "-").unwrap_or("imported"));
    }
    let written = file::write(&spec);
    let mut exit = Exit::Done;
    if let Some(path) = &args.output {
        exit = template::write(path, &written, manner.language)?;
    } else {
        output::line(written.trim_end());
    }
    notes(name, &import.notes, manner);
    Ok(exit)
}

fn text_of(name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if name == "-" {
        stdin().lock().take(MOST).read_to_end(&mut bytes)
    } else {
        File::open(name).and_then(|file| file.take(MOST).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::new(format!("{name}: {error}")))?;
    if bytes.is_empty() {
        return Err(Failure::new(format!("{name}: the file is empty")));
    }
    // A character may be cut where too much is cut off.
    let whole = bytes.len() < MOST as usize;
    String::from_utf8(bytes).or_else(|error| {
        let good = error.utf8_error().valid_up_to();
        if !whole {
            return Ok(String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
        Err(Failure::new(format!(
            "{name}: byte {good} is not of a text in UTF-8; save the file as UTF-8"
        )))
    })
}

/// What the file says and the one that came out does not, on standard error.
fn notes(name: &str, notes: &[Note], manner: Manner) {
    for note in notes {
        let shown = NoteShown {
            line: note.line,
            column: note.column,
            path: &note.path,
            message: note.text.in_language(manner.language),
        };
        if let (Form::Json, Ok(line)) = (manner.form, serde_json::to_string(&shown)) {
            output::log(&line);
        } else {
            let note = note.in_language(manner.language);
            output::log(&format!("{} {note}", styled(CARE, &format!("{name}:"))));
        }
    }
    if manner.form == Form::Words && !notes.is_empty() {
        let count = notes.len();
        let chinese = format!("以上{count}处无法照搬，请核对写出的规范");
        let english = format!("{count} things could not be said as they are; look at them there");
        output::log(manner.pick(&chinese, &english));
    }
}
