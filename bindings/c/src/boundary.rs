//! The one place where pointers from C become references, and panics numbers.
//!
//! What C promises for every call:
//!
//! 1. A pointer to an object (`annul_terminal`, `annul_softpad`,
//!    `annul_message`, `annul_tlv`) points to memory of that type. Memory that was never
//!    initialised is zeroed; an initialised object is not moved.
//! 2. A pointer with a length points to that many bytes or elements.
//! 3. A text ends with a NUL.
//! 4. Two calls with the same object do not run at the same time.
//! 5. Tables and buffers given to an object are touched by nobody else until
//!    it is wiped or initialised anew.
//!
//! Null pointers and misaligned ones are not a promise: they are refused.

use crate::status::{annul_fault, annul_status};
use core::ffi::{CStr, c_char};
use zeroize::Zeroize;

/// How a call ends inside this crate.
pub(crate) type Done = Result<(), annul_fault>;

/// Memory of the caller that holds one object.
///
/// # Safety
///
/// `Self` is large and aligned enough for `Slot<Self::Inner>`; every
/// implementation proves it beside itself.
pub(crate) unsafe trait Opaque: Sized {
    /// What lives there.
    type Inner;
    /// Tells an initialised object from memory that is not one.
    const MAGIC: u32;
}

/// An object in its memory.
#[repr(C)]
pub(crate) struct Slot<T> {
    head: Head,
    inner: T,
}

/// What stands before each object, whatever it is: what is done with it exists
/// once.
#[repr(C)]
struct Head {
    magic: u32,
    poisoned: Poisoned,
    fault: annul_fault,
}

/// Whether a panic has left the object in a state nobody knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Poisoned {
    No,
    Yes,
}

/// Makes an object in the caller's memory. What was there is not dropped: it
/// may be anything.
pub(crate) unsafe fn place<O: Opaque>(
    memory: *mut O,
    make: impl FnOnce() -> Result<O::Inner, annul_fault>,
) -> annul_status {
    let slot: *mut Slot<O::Inner> = memory.cast();
    if let Err(status) = check(memory) {
        return status;
    }
    // SAFETY: promise 1: the memory is there, it is large and aligned enough
    // by `Opaque`, and only its first word is written.
    unsafe { (&raw mut (*slot).head.magic).write(0) };
    let ended = shielded(|| {
        let inner = make()?;
        // SAFETY: as above.
        unsafe {
            (&raw mut (*slot).inner).write(inner);
            Head::write(slot.cast(), O::MAGIC);
        }
        Ok(())
    });
    status_of(ended)
}

/// Ends an object: what it holds is dropped, and its memory wiped.
pub(crate) unsafe fn wipe<O: Opaque>(memory: *mut O) -> annul_status {
    // SAFETY: the caller's own promises.
    let slot = match unsafe { any_slot(memory) } {
        Ok(slot) => slot,
        Err(status) => return status,
    };
    let poisoned = slot.head.poisoned == Poisoned::Yes;
    let slot: *mut Slot<O::Inner> = slot;
    let ended = shielded(|| {
        if !poisoned {
            // SAFETY: the object is initialised, and its magic goes below, so
            // it is not dropped again.
            unsafe { (&raw mut (*slot).inner).drop_in_place() };
        }
        Ok(())
    });
    // SAFETY: promise 1; the object is gone, its memory is bytes.
    unsafe { core::slice::from_raw_parts_mut(memory.cast::<u8>(), size_of::<O>()) }.zeroize();
    status_of(ended)
}

/// Works on an object. An error is kept for `annul_*_last_error`; after a
/// panic every call is refused.
pub(crate) unsafe fn with<O: Opaque>(
    memory: *mut O,
    work: impl FnOnce(&mut O::Inner) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    let slot = match unsafe { slot(memory) } {
        Ok(slot) => slot,
        Err(status) => return status,
    };
    let Slot { head, inner } = slot;
    head.ended(&shielded(|| work(inner)))
}

// What is not inlined here would stand in every function of the interface.
impl Head {
    /// Begins an object.
    #[inline(never)]
    unsafe fn write(head: *mut Self, magic: u32) {
        let new = Self {
            magic,
            poisoned: Poisoned::No,
            fault: annul_fault::NONE,
        };
        // SAFETY: the caller's own promises.
        unsafe { head.write(new) };
    }

    /// Notes how a call ended.
    #[inline(never)]
    fn ended(&mut self, done: &Done) -> annul_status {
        let Err(fault) = done else {
            return annul_status::Ok;
        };
        if fault.status == annul_status::Panic {
            self.poisoned = Poisoned::Yes;
        }
        self.fault = *fault;
        fault.status
    }
}

/// Looks at an object.
pub(crate) unsafe fn look<O: Opaque>(
    memory: *const O,
    work: impl FnOnce(&O::Inner) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises; nothing is written through it.
    match unsafe { slot(memory.cast_mut()) } {
        Ok(slot) => status_of(shielded(|| work(&slot.inner))),
        Err(status) => status,
    }
}

/// The last error of an object.
pub(crate) unsafe fn last_error<O: Opaque>(
    memory: *const O,
    fault: *mut annul_fault,
) -> annul_status {
    // SAFETY: the caller's own promises; nothing is written through it.
    match unsafe { any_slot(memory.cast_mut()) } {
        // SAFETY: promise 1, for the structure.
        Ok(slot) => status_of(unsafe { give(fault, slot.head.fault) }),
        Err(status) => status,
    }
}

/// Runs what touches no object.
pub(crate) fn call(work: impl FnOnce() -> Done) -> annul_status {
    status_of(shielded(work))
}

/// Writes a result. Nothing else of a result was written before.
pub(crate) unsafe fn give<T>(to: *mut T, value: T) -> Done {
    check(to)?;
    // SAFETY: promise 1: not null, aligned, and the caller's own.
    unsafe { to.write(value) };
    Ok(())
}

/// A place of the caller for a result, with what stands there until it is known.
pub(crate) unsafe fn fresh<'a, T>(to: *mut T, value: T) -> Result<&'a mut T, annul_fault> {
    // SAFETY: promise 1, for the structure; what stands there was written now.
    unsafe {
        give(to, value)?;
        Ok(&mut *to)
    }
}

/// A structure of the caller.
pub(crate) unsafe fn take<'a, T>(from: *const T) -> Result<&'a T, annul_fault> {
    check(from)?;
    // SAFETY: promise 1: not null, aligned, initialised by the caller; all
    // structures of this interface take any bytes in their fields.
    Ok(unsafe { &*from })
}

/// Bytes of the caller; null is allowed where there are none.
pub(crate) unsafe fn bytes<'a>(data: *const u8, length: usize) -> Result<&'a [u8], annul_fault> {
    check_length::<u8>(data, length)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: promise 2; not null, and no longer than any object can be.
    Ok(unsafe { core::slice::from_raw_parts(data, length) })
}

/// Elements of the caller, for the caller's object alone.
pub(crate) unsafe fn elements<T>(
    data: *mut T,
    length: usize,
) -> Result<&'static mut [T], annul_fault> {
    check(data)?;
    check_length(data, length)?;
    // SAFETY: promises 2 and 5; not null, aligned, no longer than any object
    // can be. They live as long as the object does, which is all that is used
    // of 'static.
    Ok(unsafe { core::slice::from_raw_parts_mut(data, length) })
}

/// A text of the caller.
pub(crate) unsafe fn text<'a>(from: *const c_char) -> Result<&'a str, annul_fault> {
    // SAFETY: as here.
    let characters = unsafe { characters(from) }?;
    str::from_utf8(characters).map_err(|_| annul_status::NotUtf8.into())
}

/// The bytes of a text of the caller, for what allows ASCII digits alone.
pub(crate) unsafe fn characters<'a>(from: *const c_char) -> Result<&'a [u8], annul_fault> {
    if from.is_null() {
        return Err(annul_status::Null.into());
    }
    // SAFETY: promise 3.
    Ok(unsafe { CStr::from_ptr(from) }.to_bytes())
}

/// A text that may be left out by a null pointer.
pub(crate) unsafe fn text_or_none<'a>(from: *const c_char) -> Result<Option<&'a str>, annul_fault> {
    if from.is_null() {
        return Ok(None);
    }
    // SAFETY: promise 3.
    unsafe { text(from) }.map(Some)
}

/// Fills a buffer of the caller: `length` always gets the size needed, the
/// buffer only where it is large enough. A null buffer of size 0 asks.
pub(crate) unsafe fn fill(
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
    needed: usize,
    write: impl FnOnce(&mut [u8]),
) -> Done {
    // SAFETY: promise 1, for the length.
    unsafe { give(length, needed) }?;
    if capacity < needed {
        return Err(annul_status::BufferTooSmall.into());
    }
    if needed > 0 {
        check(buffer)?;
        // SAFETY: promise 2; not null, and zeroed before it is a reference to
        // initialised bytes.
        let target = unsafe {
            buffer.write_bytes(0, needed);
            core::slice::from_raw_parts_mut(buffer, needed)
        };
        write(target);
    }
    Ok(())
}

fn status_of(done: Done) -> annul_status {
    match done {
        Ok(()) => annul_status::Ok,
        Err(fault) => fault.status,
    }
}

fn check<T>(pointer: *const T) -> Result<(), annul_status> {
    if pointer.is_null() {
        Err(annul_status::Null)
    } else if pointer.is_aligned() {
        Ok(())
    } else {
        Err(annul_status::Misaligned)
    }
}

fn check_length<T>(data: *const T, length: usize) -> Result<(), annul_status> {
    let most = isize::MAX as usize / size_of::<T>().max(1);
    match length {
        0 => Ok(()),
        _ if data.is_null() => Err(annul_status::Null),
        _ if length > most => Err(annul_status::Range),
        _ => Ok(()),
    }
}

/// The object in its memory, unless a panic has left it in a state nobody knows.
unsafe fn slot<'a, O: Opaque>(memory: *mut O) -> Result<&'a mut Slot<O::Inner>, annul_status> {
    let slot: *mut Slot<O::Inner> = memory.cast();
    // SAFETY: promise 1: the memory is there and was zeroed or initialised, and
    // is large and aligned enough by `Opaque`.
    unsafe { is_sound(slot.cast(), align_of::<O>(), O::MAGIC) }?;
    // SAFETY: the magic says that `place` has written the whole object, and by
    // promise 4 nobody else uses it now.
    Ok(unsafe { &mut *slot })
}

/// The object in its memory, whatever its state.
unsafe fn any_slot<'a, O: Opaque>(memory: *mut O) -> Result<&'a mut Slot<O::Inner>, annul_status> {
    let slot: *mut Slot<O::Inner> = memory.cast();
    // SAFETY: as above.
    unsafe { is_one(slot.cast(), align_of::<O>(), O::MAGIC) }?;
    // SAFETY: as above.
    Ok(unsafe { &mut *slot })
}

/// Whether an object stands there that no panic has left.
#[inline(never)]
unsafe fn is_sound(head: *const Head, align: usize, magic: u32) -> Result<(), annul_status> {
    // SAFETY: the caller's own promises.
    unsafe { is_one(head, align, magic) }?;
    // SAFETY: the magic says that the whole head was written.
    match unsafe { (&raw const (*head).poisoned).read() } {
        Poisoned::No => Ok(()),
        Poisoned::Yes => Err(annul_status::Panic),
    }
}

/// Whether an object stands in memory that is zeroed or was initialised.
unsafe fn is_one(head: *const Head, align: usize, magic: u32) -> Result<(), annul_status> {
    if head.is_null() {
        return Err(annul_status::Null);
    }
    if !head.addr().is_multiple_of(align) {
        return Err(annul_status::Misaligned);
    }
    // SAFETY: the caller's own promises; not null, and aligned for the object,
    // of which the magic is the beginning.
    if unsafe { (&raw const (*head).magic).read() } == magic {
        Ok(())
    } else {
        Err(annul_status::NotInitialised)
    }
}

#[cfg(feature = "std")]
fn shielded(work: impl FnOnce() -> Done) -> Done {
    // What a panic leaves half done is refused ever after (`Poisoned`).
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(annul_status::Panic.into()))
}

#[cfg(not(feature = "std"))]
fn shielded(work: impl FnOnce() -> Done) -> Done {
    work()
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[repr(C, align(8))]
    struct Memory([u8; 64]);

    // SAFETY: 64 bytes on 8 hold a slot of one word.
    unsafe impl Opaque for Memory {
        type Inner = u32;
        const MAGIC: u32 = 7;
    }

    #[test]
    fn a_panic_becomes_a_number_and_the_object_is_refused_ever_after() {
        let mut memory = Memory([0; 64]);
        let (pointer, unused) = (&raw mut memory, core::ptr::null_mut::<Memory>());
        // SAFETY: a live object of the right type.
        unsafe {
            assert_eq!(with(unused, |_| Ok(())), annul_status::Null);
            assert_eq!(with(pointer, |_| Ok(())), annul_status::NotInitialised);
            assert_eq!(place(pointer, || Ok(5)), annul_status::Ok);
            assert_eq!(with(pointer, |_| panic!("on purpose")), annul_status::Panic);
            assert_eq!(with(pointer, |_| Ok(())), annul_status::Panic);
            assert_eq!(look(pointer, |_| Ok(())), annul_status::Panic);
            assert_eq!(wipe(pointer), annul_status::Ok);
            assert_eq!(with(pointer, |_| Ok(())), annul_status::NotInitialised);
        }
        assert_eq!(memory.0, [0; 64]);
    }

    #[test]
    fn errors_are_kept_and_successes_do_not_hide_them() {
        let mut memory = Memory([0; 64]);
        let pointer = &raw mut memory;
        let mut fault = annul_fault::NONE;
        // SAFETY: a live object of the right type.
        unsafe {
            assert_eq!(place(pointer, || Ok(5)), annul_status::Ok);
            assert_eq!(
                with(pointer, |_| Err(annul_status::Pan.into())),
                annul_status::Pan
            );
            assert_eq!(with(pointer, |_| Ok(())), annul_status::Ok);
            assert_eq!(last_error(pointer, &raw mut fault), annul_status::Ok);
        }
        assert_eq!(fault.status, annul_status::Pan);
    }
}
