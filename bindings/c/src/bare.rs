//! What a panic does where there is no operating system. No input of this
//! interface leads to one; it is the last line, not a way to report errors.

use core::panic::PanicInfo;

unsafe extern "C" {
    /// Written by the firmware: put the device into a safe state, for instance
    /// by a reset. The journal is as the last confirmed record left it.
    safe fn annul_on_panic() -> !;
}

/// Where it happened is not told: the texts would cost more flash than the
/// rest of this interface.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    annul_on_panic()
}
