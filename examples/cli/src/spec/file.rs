//! Dialects of files: read, looked through, compared.

use crate::exit::{Exit, Failure};
use crate::output::{self, CARE, Form, Manner, styled};
use annul::iso8583::Spec;
use annul::iso8583::file::{self, Base, Bump, FileFault};
use serde::Serialize;
use std::cell::RefCell;
use std::path::Path;

/// A file that is larger is no dialect.
const MOST: u64 = 4 << 20;

/// The dialect of a file; none where there is no such file. It lives as long as
/// the process, as those that are built in.
pub(super) fn open(name: &str) -> Result<Option<&'static Spec<'static>>, Failure> {
    let path = Path::new(name);
    if !path.is_file() {
        return Ok(None);
    }
    let text = text_of(path).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    if text.trim_start().starts_with('<') {
        let text = "this is XML; `annul spec import` makes a spec file of a packager of jPOS";
        return Err(Failure::new(format!("{name}: {text}")));
    }
    let beside = path.parent().unwrap_or(Path::new(""));
    let arena: &'static Bump = Box::leak(Box::default());
    let looked = RefCell::new(String::new());
    let find = |other: &str| {
        file::preset(other).or_else(|| {
            let paths = [other.to_owned(), format!("{other}.json")].map(|file| beside.join(file));
            let text = paths.iter().find_map(|path| text_of(path).ok());
            let [plain, ending] = paths.map(|path| path.display().to_string());
            looked.replace(format!("; there is no file {plain} or {ending}"));
            Some(Base::Text(arena.alloc_str(&text?)))
        })
    };
    let spec = file::read(&text, arena, &find);
    spec.map(Some).map_err(|error| {
        let looked = match error.fault {
            FileFault::Base { .. } => looked.take(),
            _ => String::new(),
        };
        Failure::new(format!("{name}: {error}{looked}"))
    })
}

fn text_of(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)?
        .take(MOST)
        .read_to_string(&mut text)?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

#[derive(Serialize)]
struct RemarkShown {
    path: String,
    message: String,
}

/// Tells every remark; done where there is none.
pub(super) fn lint(spec: &Spec<'_>, manner: Manner) -> Exit {
    let remarks = file::lint(spec);
    for remark in &remarks {
        let text = remark.text.in_language(manner.language);
        match manner.form {
            Form::Json => output::json(&RemarkShown {
                path: remark.path.clone(),
                message: text.to_owned(),
            }),
            Form::Words => {
                output::line(&format!("{} {text}", styled(CARE, &remark.path)));
            }
        }
    }
    if remarks.is_empty() {
        return Exit::Done;
    }
    Exit::Failed
}

#[derive(Serialize)]
struct DifferenceShown {
    path: String,
    a: Option<String>,
    b: Option<String>,
}

/// Tells every difference; done where there is none.
pub(super) fn diff(a: &Spec<'_>, b: &Spec<'_>, manner: Manner) -> Exit {
    let differences = file::diff(a, b);
    let same = differences.is_empty();
    for one in differences {
        let (a, b) = (one.left, one.right);
        match manner.form {
            Form::Json => output::json(&DifferenceShown {
                path: one.path,
                a,
                b,
            }),
            Form::Words => {
                let [a, b] = [a, b].map(|side| side.unwrap_or_else(|| "-".to_owned()));
                output::line(&format!("{}: {a} → {b}", one.path));
            }
        }
    }
    if same { Exit::Done } else { Exit::Failed }
}
