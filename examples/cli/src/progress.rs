//! One line on the terminal that says what is waited for, wiped by whatever
//! is printed next. Nothing where standard error is no terminal.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often the line is drawn anew.
pub(crate) const BEAT: Duration = Duration::from_millis(100);
/// Shorter waits are not worth a line.
const PATIENCE: Duration = Duration::from_millis(300);
const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

static DRAWN: AtomicBool = AtomicBool::new(false);

/// Draws the line: what is waited for, since when.
pub(crate) fn draw(what: &str, waited: Duration) {
    if waited < PATIENCE || !stderr().is_terminal() {
        return;
    }
    let beats = usize::try_from(waited.as_millis() / BEAT.as_millis()).unwrap_or(0);
    let frame = FRAMES[beats % FRAMES.len()];
    let seconds = match waited.as_secs() {
        0 => String::new(),
        seconds => format!(" {seconds} s"),
    };
    DRAWN.store(true, Ordering::Relaxed);
    let _ = write!(stderr(), "\r\x1b[K  {frame} {what}{seconds}");
    let _ = stderr().flush();
}

/// Wipes the line, if one is there.
pub(crate) fn clear() {
    if DRAWN.swap(false, Ordering::Relaxed) {
        let _ = write!(stderr(), "\r\x1b[K");
        let _ = stderr().flush();
    }
}
