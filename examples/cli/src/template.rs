use crate::exit::{Exit, Failure};
use crate::output;
use annul::text::Language;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a commented example; a file that is there is left as it is.
pub(crate) fn write(path: &Path, text: &str, language: Language) -> Result<Exit, Failure> {
    let name = path.display();
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!(
            "{name}: there is a file of this name; name another, or remove that one first"
        )),
        _ => Failure::new(format!(
            "{name}: {error}; name a file in a folder that is there and writable"
        )),
    })?;
    output::line(&match language {
        Language::English => format!("wrote {name}"),
        Language::Chinese => format!("已写入 {name}"),
    });
    Ok(Exit::Done)
}
