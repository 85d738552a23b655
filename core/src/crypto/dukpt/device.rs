use super::ksn::{Ksn, lowest};
use super::{DukptError, aes, tdes};
use crate::crypto::Key;
use zeroize::ZeroizeOnDrop;

/// The terminal's side: a register of future keys for each bit of the counter,
/// and no past key. A key is erased when the next is taken.
///
/// ```text
///  counter  ...0 1 0 1 0 0      the lowest one bit names the register of its key;
///                  │ └┴┴──────  from that key come the registers of the bits below,
///                  └──────────  and then it is gone
/// ```
///
/// [`tdes::Device`] and [`aes::Device`] are the two there are. Which rule the
/// app has to obey is said [one level up](super#the-counter-after-a-restart).
///
/// ```
/// # use annul::crypto::Key;
/// # use annul::crypto::dukpt::{TdesKsn, tdes::{Device, InitialKey, Variant}};
/// let key = Key::des_hex("6AC292FAA1315B4D858AB3A3D7D5933A").unwrap();
/// let ksn = TdesKsn::parse("FFFF9876543210E00000").unwrap();
/// let mut device = Device::new(InitialKey::new(key).unwrap(), ksn);
/// let (ksn, key) = device.next().unwrap();
/// assert_eq!(ksn.to_string(), "FFFF9876543210E00001");
/// let pin_key = key.pin_key(Variant::Standard); // and write the KSN down first
/// ```
pub struct Device<I: Initial<N>, const N: usize> {
    ksn: Ksn<N>,
    /// Which registers have a key, by their bit. One without has zeros: an
    /// empty `Option` would still hold the bytes of the key that was there.
    filled: u32,
    registers: [I; REGISTERS],
}

/// One a bit of the longest counter.
const REGISTERS: usize = 32;

impl<I: Initial<N>, const N: usize> Device<I, N> {
    /// A device with its initial key, whose next counter is 1. The counter of
    /// the KSN is ignored.
    pub fn new(key: I, ksn: Ksn<N>) -> Self {
        Self::resume(key, ksn.initial())
    }

    /// The device after a restart: `last` is the last KSN written down, and the
    /// next is behind it. The initial key is wiped.
    pub fn resume(key: I, last: Ksn<N>) -> Self {
        let (counter, mut filled) = (last.counter(), 0);
        let registers = core::array::from_fn(|register| {
            let bit = 1_u32 << register;
            // A register is what is above it in the counter, and itself. That
            // of a one bit is used.
            let above = counter & !(bit | (bit - 1));
            let place = above | bit;
            let within = register < Ksn::<N>::COUNTER_BITS as usize;
            if within && counter & bit == 0 && place.count_ones() <= Ksn::<N>::MOST_ONES {
                filled |= bit;
                key.at(last.with_counter(place))
            } else {
                key.blank()
            }
        });
        // From here on nothing leads back to what was sent before.
        drop(key);
        Self {
            ksn: last,
            filled,
            registers,
        }
    }

    /// The KSN of the last transaction.
    pub const fn ksn(&self) -> Ksn<N> {
        self.ksn
    }

    /// The KSN and the key of the next transaction. The key is nowhere else
    /// any more.
    ///
    /// # Errors
    /// [`DukptError::EndOfLife`] where all counters are used. It stays so.
    #[expect(
        clippy::should_implement_trait,
        reason = "it ends with an error, not in silence"
    )]
    pub fn next(&mut self) -> Result<(Ksn<N>, I::Transaction), DukptError> {
        let ksn = self.ksn.next().ok_or(DukptError::EndOfLife)?;
        let counter = ksn.counter();
        // No counter is 0 behind another, so there is a one bit.
        let bit = lowest(counter);
        let (below, at) =
            (self.registers).split_at_mut(counter.trailing_zeros() as usize % REGISTERS);
        let Some(register) = at.first_mut().filter(|_| self.filled & bit != 0) else {
            return Err(DukptError::EndOfLife);
        };
        let blank = register.blank();
        let key = core::mem::replace(register, blank);
        self.filled &= !bit;
        self.ksn = ksn;
        for (register, bit) in below.iter_mut().zip((0..).map(|below| 1 << below)) {
            let place = counter | bit;
            if place.count_ones() <= Ksn::<N>::MOST_ONES {
                *register = key.step(ksn.with_counter(place));
                self.filled |= bit;
            } else {
                *register = key.blank();
                self.filled &= !bit;
            }
        }
        Ok((ksn, key.transaction(ksn)))
    }
}

/// Each register does it.
impl<I: Initial<N>, const N: usize> ZeroizeOnDrop for Device<I, N> {}

/// A key that others are derived from, on the way from the initial key to that
/// of a transaction: [`tdes::InitialKey`] and [`aes::InitialKey`].
pub trait Initial<const N: usize>: sealed::Derive<N> + ZeroizeOnDrop {}

impl Initial<10> for tdes::InitialKey {}
impl Initial<12> for aes::InitialKey {}

pub(super) mod sealed {
    use super::{Key, Ksn, lowest};

    /// What both schemes have in common: one derivation a one bit of the
    /// counter, from the highest down.
    pub trait Derive<const N: usize>: Sized {
        /// What comes out for a transaction.
        type Transaction;

        /// The key itself.
        fn key(&self) -> &Key;

        /// The key of a KSN whose counter has one bit more, the lowest.
        fn derive(key: &Key, ksn: Ksn<N>) -> Key;

        /// A key of the same scheme.
        fn of(key: Key) -> Self;

        /// The end of the way.
        fn transaction(self, ksn: Ksn<N>) -> Self::Transaction;

        /// Zeros instead of a key.
        fn blank(&self) -> Self {
            Self::of(self.key().like(&[]))
        }

        fn step(&self, ksn: Ksn<N>) -> Self {
            Self::of(Self::derive(self.key(), ksn))
        }

        /// The key of a counter, seen from the initial key, which is that of
        /// counter 0.
        fn at(&self, ksn: Ksn<N>) -> Self {
            let (counter, mut done, mut key) = (ksn.counter(), 0, None);
            while done != counter {
                let highest = highest(counter & !done);
                done |= highest;
                let from = key.as_ref().unwrap_or(self.key());
                key = Some(Self::derive(from, ksn.with_counter(done)));
            }
            // Counter 0 is refused before: no transaction has it.
            key.map_or_else(|| self.step(ksn), Self::of)
        }
    }

    /// The highest one bit of what is not 0.
    fn highest(bits: u32) -> u32 {
        lowest(bits.reverse_bits()).reverse_bits()
    }
}
