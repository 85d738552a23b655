//! The last resort: a defect of this program is no reason to print data.

use crate::exit::Exit;
use crate::output;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

/// Runs the command; where it panics, says so without the panic's own text,
/// which may hold anything.
pub(crate) fn guarded(command: impl FnOnce() -> Exit) -> Exit {
    set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(
            || "an unknown place".to_owned(),
            |place| format!("{}:{}", place.file(), place.line()),
        );
        output::error(&format!(
            "annul has a defect ({place}); what was recorded is safe, start again and run \
             `annul till recover`. Please report this line"
        ));
    }));
    catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::Failed)
}
