//! Types that hold keys, PINs, tracks or card numbers keep them to themselves:
//! after they are dropped the memory no longer tells what they were, and they
//! lack every trait that would show, copy or compare them.

#[cfg(target_os = "linux")]
mod memory;
mod traits;
#[cfg(target_os = "linux")]
mod wiping;
