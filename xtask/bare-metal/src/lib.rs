//! What firmware adds to core at least: a panic handler and a place to start.
//! There is no allocator here, so core cannot have one either.
#![no_std]

use core::panic::PanicInfo;

// Named, so that the whole crate is part of the library.
use annul as _;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Where the linker starts.
#[unsafe(no_mangle)]
pub extern "C" fn start() -> ! {
    loop {}
}
