use super::text::printable;
use core::fmt;

/// A code with the wrong number of characters, or one that cannot be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: expected {expected} printable ASCII characters")]
pub struct CodeError {
    name: &'static str,
    expected: usize,
}

/// A code of exactly so many printable ASCII characters.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $size:literal, $label:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $size]);

        impl $name {
            /// Characters of the code.
            pub const SIZE: usize = $size;

            /// Takes exactly so many printable ASCII characters.
            pub fn new(characters: &[u8]) -> Result<Self, CodeError> {
                let mut code = [0; $size];
                match copy(characters, &mut code) {
                    Some(()) => Ok(Self(code)),
                    None => Err(CodeError { name: $label, expected: $size }),
                }
            }

            /// A code written in the source, checked at compile time where it is a constant.
            pub const fn literal(characters: [u8; $size]) -> Self {
                let mut index = 0;
                while index < $size {
                    assert!(characters[index] >= 0x20 && characters[index] < 0x7F);
                    index += 1;
                }
                Self(characters)
            }

            /// The characters.
            pub const fn bytes(&self) -> &[u8; $size] {
                &self.0
            }

            /// The characters as text.
            pub fn text(&self) -> &str {
                core::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.text())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.text())
            }
        }
    };
}

/// Takes exactly as many printable characters as there is place for. One
/// function for all codes: firmware pays it once.
#[inline(never)]
fn copy(characters: &[u8], place: &mut [u8]) -> Option<()> {
    let whole = characters.len() == place.len() && printable(characters);
    whole.then(|| place.copy_from_slice(characters))
}

code!(
    /// The host's retrieval reference number 检索参考号 (F37).
    Reference, 12, "reference"
);
code!(
    /// The issuer's authorization code 授权码 (F38).
    AuthorizationCode, 6, "authorization code"
);
code!(
    /// The host's answer 应答码 (F39), and the reason in a reversal.
    ResponseCode, 2, "response code"
);
code!(
    /// The terminal's number 终端编号 (F41).
    TerminalId, 8, "terminal id"
);
code!(
    /// The merchant's number 商户编号 (F42).
    MerchantId, 15, "merchant id"
);
code!(
    /// An operator's number 操作员号: `01` a cashier, `00` the supervisor.
    OperatorId, 2, "operator"
);
