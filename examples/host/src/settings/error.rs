/// A `host.toml` that cannot be used: where, and what was expected there. It
/// quotes no line of the file, as a line may hold a key or a PIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "host profile, line {line}, column {column}: {message}; \
     correct it there, or see the commented example that `annul host init FILE` writes"
)]
pub struct SettingsError {
    line: usize,
    column: usize,
    message: String,
}

impl SettingsError {
    /// The line, counted from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The character of the line, counted from 1.
    pub const fn column(&self) -> usize {
        self.column
    }

    pub(super) fn new(text: &str, error: &toml::de::Error) -> Self {
        Self::at(
            text,
            error.span().map_or(0, |span| span.start),
            without_value(error.message()),
        )
    }

    /// A terminal that stands in the file twice; the place is its last one.
    pub(super) fn twice(text: &str, id: &str) -> Self {
        let place = text.rfind(&format!("\"{id}\"")).unwrap_or(0);
        Self::at(
            text,
            place,
            format!("terminal {id} stands twice; give each its own id"),
        )
    }

    fn at(text: &str, place: usize, message: String) -> Self {
        let before = text.get(..place).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            message,
        }
    }
}

/// Serde quotes a value of the wrong type, which may be a PIN; what it
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
