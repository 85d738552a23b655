use core::fmt;

/// Text of at most `N` bytes of UTF-8, held in place; `N` is at most 255.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Text<N> {
    /// No text.
    pub const EMPTY: Self = Self {
        bytes: [0; N],
        len: 0,
    };

    /// Takes text of at most `N` bytes.
    pub fn new(text: &str) -> Option<Self> {
        let mut held = Self::EMPTY;
        held.len = hold(text.as_bytes(), &mut held.bytes)?;
        Some(held)
    }

    /// Takes what a host sent as text: printable ASCII, trailing spaces cut.
    /// Anything else, or more than `N` bytes, is kept as no text.
    pub fn of_host(bytes: &[u8]) -> Self {
        Self::new(of_host(bytes)).unwrap_or(Self::EMPTY)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// Takes what fits, and gives its length. One function for texts of all sizes:
/// firmware pays it once.
#[inline(never)]
fn hold(text: &[u8], place: &mut [u8]) -> Option<u8> {
    place.get_mut(..text.len())?.copy_from_slice(text);
    u8::try_from(text.len()).ok()
}

/// Printable ASCII without its trailing spaces; nothing where there is else.
#[inline(never)]
fn of_host(bytes: &[u8]) -> &str {
    if printable(bytes) {
        core::str::from_utf8(bytes.trim_ascii_end()).unwrap_or_default()
    } else {
        ""
    }
}

pub(super) fn printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| (0x20..0x7F).contains(byte))
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
