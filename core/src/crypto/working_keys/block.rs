use super::layout::Layout;
use crate::crypto::usage::role::{Master, Role};
use crate::crypto::{Kcv, Key, KeyFor, SecurityFault, Usage};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// One working key, encrypted under the master key, with its check value.
pub struct KeyBlock<'k, U> {
    pub(super) cryptogram: &'k [u8],
    pub(super) check: &'k [u8],
    pub(super) layout: Layout,
    pub(super) offset: usize,
    pub(super) usage: core::marker::PhantomData<fn() -> U>,
}

impl<'k, U: Role> KeyBlock<'k, U> {
    /// The encrypted key: 8, 16 or 24 bytes.
    pub fn cryptogram(&self) -> &'k [u8] {
        self.cryptogram
    }

    /// The first four bytes of the check value sent with it.
    pub fn kcv(&self) -> Kcv {
        let mut bytes = [0; Kcv::SIZE];
        bytes.copy_from_slice(&self.check[..Kcv::SIZE]);
        Kcv::new(bytes)
    }

    /// The check value as sent: four bytes, or the eight of a record.
    pub fn check_value(&self) -> &'k [u8] {
        self.check
    }

    /// Where the encrypted key begins in field 62.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Decrypts the key and compares its check value, as much as was sent.
    ///
    /// # Errors
    /// [`WorkingKeyFault::CheckValue`] where the check value is another:
    /// terminal and host hold different master keys.
    /// [`WorkingKeyFault::Cipher`] where the length is none of the master
    /// key's cipher.
    pub fn unwrap(&self, master: &KeyFor<Master>) -> Result<KeyFor<U>, WorkingKeyError> {
        match unwrap(master.key(), self.cryptogram, self.check) {
            Ok(key) => Ok(KeyFor::new(key)),
            Err(fault) => Err(WorkingKeyError {
                key: U::USAGE,
                layout: self.layout,
                offset: self.offset,
                fault,
            }),
        }
    }
}

/// Once for all uses of a key.
fn unwrap(master: &Key, cryptogram: &[u8], check: &[u8]) -> Result<Key, WorkingKeyFault> {
    let mut clear = Zeroizing::new([0; Layout::KEY_MAX]);
    let clear = &mut clear[..cryptogram.len()];
    clear.copy_from_slice(cryptogram);
    (master.decrypt(clear)).map_err(|_| WorkingKeyFault::Cipher)?;
    let read = if master.is_sm4() { Key::sm4 } else { Key::des };
    let key = read(clear).map_err(|_| WorkingKeyFault::Cipher)?;
    if key.check_block()[..check.len()].ct_eq(check).into() {
        Ok(key)
    } else {
        Err(WorkingKeyFault::CheckValue)
    }
}

/// A working key that the master key does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field 62 of {} bytes, {key:?} key at byte {offset}: {fault}", .layout.size())]
pub struct WorkingKeyError {
    /// Which key.
    pub key: Usage,
    /// The layout of the field.
    pub layout: Layout,
    /// Where the encrypted key begins in it.
    pub offset: usize,
    /// What is wrong.
    pub fault: WorkingKeyFault,
}

/// What is wrong with a working key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkingKeyFault {
    /// It does not fit the check value behind it.
    #[error(
        "wrong check value; terminal and host hold different master keys, reload the master key"
    )]
    CheckValue,
    /// Its length is none of the master key's cipher.
    #[error("not a key of the master key's cipher; ask the acquirer which key layout it sends")]
    Cipher,
}

impl From<WorkingKeyError> for SecurityFault {
    fn from(error: WorkingKeyError) -> Self {
        match error.fault {
            WorkingKeyFault::CheckValue => Self::WrongCheckValue { key: error.key },
            WorkingKeyFault::Cipher => Self::UnsupportedKeys,
        }
    }
}
