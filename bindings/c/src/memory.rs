//! The memory that the caller gives, as types of a fixed size: they can be
//! global variables, or stand in a structure or on a stack.

use crate::boundary::{Opaque, Slot};
use crate::flash::Device;
use crate::setup::Till;
use annul::crypto::SoftwareModule;
use annul::iso8583::View;
use annul::journal::FlashJournal;
use annul::ledger::Entry;
use annul::tlv::Reader;

/// A terminal. Zeroed memory is none; `annul_terminal_init` makes one.
/// It is not moved while it is in use.
#[repr(C)]
pub struct annul_terminal {
    opaque: [u64; 224],
}

/// A row of the ledger's table: one transaction. How many there are is the
/// caller's choice; what is in them is not.
#[repr(C)]
pub struct annul_row {
    opaque: [u64; 8],
}

/// A software security module.
#[repr(C)]
pub struct annul_softpad {
    opaque: [u64; 30],
}

/// A journal on flash.
#[repr(C)]
pub struct annul_flash {
    opaque: [u64; 51],
}

/// A received message, taken apart. It points into the bytes it was decoded
/// from, which stay where they are as long as it is used.
#[repr(C)]
pub struct annul_message {
    opaque: [u64; 28],
}

/// A reader of data objects. It points into the bytes it was opened with, which
/// stay where they are as long as it is used.
#[repr(C)]
pub struct annul_tlv {
    opaque: [u64; 68],
}

/// Proves that a type of the header holds what it is for.
macro_rules! holds {
    ($memory:ty, $inner:ty, $magic:literal) => {
        const _: () = assert!(size_of::<Slot<$inner>>() <= size_of::<$memory>());
        const _: () = assert!(align_of::<Slot<$inner>>() <= align_of::<$memory>());

        // SAFETY: size and alignment are proven above.
        unsafe impl Opaque for $memory {
            type Inner = $inner;
            const MAGIC: u32 = $magic;
        }
    };
}

holds!(annul_terminal, Till, 0x414E_4E01);
holds!(annul_softpad, SoftwareModule, 0x414E_4E02);
holds!(annul_message, View<'static>, 0x414E_4E03);
holds!(annul_tlv, Reader<'static>, 0x414E_4E05);
holds!(annul_flash, FlashJournal<Device>, 0x414E_4E04);

const _: () = assert!(size_of::<Entry>() <= size_of::<annul_row>());
const _: () = assert!(align_of::<Entry>() <= align_of::<annul_row>());
