use super::{Kcv, Key};
use core::marker::PhantomData;
use zeroize::ZeroizeOnDrop;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Encrypts the other keys on their way: TMK.
    Master,
    /// Encrypts PIN blocks: PIK, TPK.
    Pin,
    /// Computes MACs: MAK, TAK.
    Mac,
    /// Encrypts tracks: TDK.
    Track,
}

/// A key that can do one thing only: a PIN key makes no MAC, a MAC key
/// encrypts no PIN. Who mixes them up hands out an oracle for the PIN.
///
/// ```compile_fail
/// # use annul::crypto::{Algorithm, Key, PinKey, mac};
/// let key = PinKey::new(Key::des_hex("3333333333333333").unwrap());
/// mac::compute(Algorithm::UnionPayEcb, &key, b"message"); // wants a MacKey
/// ```
pub struct KeyFor<U> {
    key: Key,
    usage: PhantomData<fn() -> U>,
}

/// The terminal master key (终端主密钥, TMK), under which working keys arrive.
pub type MasterKey = KeyFor<role::Master>;
/// The PIN key (PIK, TPK).
pub type PinKey = KeyFor<role::Pin>;
/// The MAC key (MAK, TAK).
pub type MacKey = KeyFor<role::Mac>;
/// The track key (TDK).
pub type TrackKey = KeyFor<role::Track>;

impl<U: role::Role> KeyFor<U> {
    /// Such a key refused for what was asked of it.
    pub(super) const UNSUITABLE: UnsuitableKey = UnsuitableKey { usage: U::USAGE };

    /// Ties a key to its use.
    ///
    /// ```
    /// # use annul::crypto::{Key, MacKey};
    /// let key = MacKey::new(Key::des_hex("3333333333333333").unwrap());
    /// assert_eq!(format!("{}", key.kcv()), "ADC67D84");
    /// ```
    pub fn new(key: Key) -> Self {
        Self {
            key,
            usage: PhantomData,
        }
    }

    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.key.kcv()
    }

    /// The bytes in clear, for who carries the key into another device. They
    /// do not wipe themselves where they are copied, and whoever has them can
    /// do with the key what this type forbids.
    pub fn reveal(&self) -> &[u8] {
        self.key.bytes()
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }
}

/// The key inside does it.
impl<U> ZeroizeOnDrop for KeyFor<U> {}

/// A key whose cipher or length does not fit the algorithm asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{usage:?} key: cipher or length does not fit the algorithm; check the acquirer's parameters"
)]
pub struct UnsuitableKey {
    /// Which key it is.
    pub usage: Usage,
}

/// The markers behind [`MasterKey`] and its siblings.
pub(super) mod role {
    use super::Usage;

    pub trait Role {
        const USAGE: Usage;
    }

    macro_rules! roles {
        ($($role:ident),*) => {$(
            pub enum $role {}
            impl Role for $role {
                const USAGE: Usage = Usage::$role;
            }
        )*};
    }

    roles!(Master, Pin, Mac, Track);
}
