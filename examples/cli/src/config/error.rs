use std::fmt;

/// What is wrong in a file, and where. It quotes no line of it, as a line may
/// hold a key or a password.
#[derive(Debug)]
pub(super) struct Place {
    line: usize,
    column: usize,
    message: String,
}

impl Place {
    pub(super) fn of(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        Self::at(text, start, without_value(error.message()))
    }

    /// An operator that stands twice; the place is the last one.
    pub(super) fn twice(text: &str, id: &str) -> Self {
        let start = text.rfind(&format!("\"{id}\"")).unwrap_or(0);
        let message = format!("operator {id} stands twice; give each an id of its own");
        Self::at(text, start, message)
    }

    fn at(text: &str, start: usize, message: String) -> Self {
        let before = text.get(..start).unwrap_or(text);
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line..].chars().count() + 1,
            message,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}; correct it there, or compare with the commented example that \
             `annul till init FILE` writes",
            self.line, self.column, self.message
        )
    }
}

/// Serde quotes a value of the wrong type, which may be a password; what it
/// expected is enough.
fn without_value(message: &str) -> String {
    let quotes = ["invalid type", "invalid value"];
    match message.split_once(", expected ") {
        Some((before, expected)) if quotes.iter().any(|quote| before.starts_with(quote)) => {
            format!("wrong kind of value, expected {expected}")
        }
        _ => message.trim_end().replace('\n', ", "),
    }
}
