//! What the host makes up itself: working keys and authorization codes.

use annul::crypto::{Key, KeyError, MacKey, MasterKey, PinKey, TrackKey, WorkingKeys};
use annul::transaction::AuthorizationCode;
use zeroize::Zeroizing;

/// Which keys a sign-in asks for, by its F60.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySet {
    /// 001: PIN and MAC key of single length, F62 of 24 bytes.
    Single,
    /// 003: PIN key of double length, F62 of 40 bytes.
    Double,
    /// 004: and a track key, F62 of 60 bytes.
    DoubleWithTrack,
}

/// Where keys and codes come from.
///
/// The numbers are those of a simulation: they repeat with their seed and are
/// no secret to who knows it. A real host draws them in a security module.
pub struct Supply {
    source: Source,
}

enum Source {
    Seeded(fastrand::Rng),
    Fixed(Fixed),
}

/// Keys and a code that never change, for regression tests.
pub struct Fixed {
    /// PIK, 16 bytes; its first 8 where single length is asked for.
    pub pin: [u8; 16],
    /// MAK, 8 bytes.
    pub mac: [u8; 8],
    /// TDK, 16 bytes.
    pub track: [u8; 16],
    /// F38 of every approval.
    pub authorization: AuthorizationCode,
}

impl Supply {
    /// Other keys and codes in each run.
    pub fn fresh() -> Self {
        Self::seeded(fastrand::u64(..))
    }

    /// Seeded where there is a seed, else fresh.
    pub fn new(seed: Option<u64>) -> Self {
        seed.map_or_else(Self::fresh, Self::seeded)
    }

    /// The same keys and codes for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self {
            source: Source::Seeded(fastrand::Rng::with_seed(seed)),
        }
    }

    /// These keys and this code, always.
    pub const fn fixed(fixed: Fixed) -> Self {
        Self {
            source: Source::Fixed(fixed),
        }
    }

    /// A set of working keys under the terminal's master key; none where the
    /// master key's cipher has no such set.
    pub(crate) fn working_keys(&mut self, set: KeySet, master: &MasterKey) -> Option<WorkingKeys> {
        let keys = self.clear_keys();
        let [pin, mac, track] = [&keys[..16], &keys[16..24], &keys[24..]];
        let pin = if set == KeySet::Single {
            &pin[..8]
        } else {
            pin
        };
        let wrapped = || -> Result<_, KeyError> {
            let track = TrackKey::new(Key::des(track)?);
            let track = (set == KeySet::DoubleWithTrack).then_some(&track);
            let (pin, mac) = (PinKey::new(Key::des(pin)?), MacKey::new(Key::des(mac)?));
            Ok(WorkingKeys::wrap(master, &pin, &mac, track).ok())
        };
        wrapped().ok().flatten()
    }

    /// An authorization code of six digits.
    pub(crate) fn authorization(&mut self) -> AuthorizationCode {
        match &mut self.source {
            Source::Fixed(fixed) => fixed.authorization,
            Source::Seeded(random) => {
                let digits = [(); 6].map(|()| random.u8(b'0'..=b'9'));
                AuthorizationCode::literal(digits)
            }
        }
    }

    /// PIN key 16, MAC key 8, track key 16 bytes.
    fn clear_keys(&mut self) -> Zeroizing<[u8; 40]> {
        let mut keys = Zeroizing::new([0; 40]);
        match &mut self.source {
            Source::Seeded(random) => random.fill(&mut *keys),
            Source::Fixed(fixed) => {
                keys[..16].copy_from_slice(&fixed.pin);
                keys[16..24].copy_from_slice(&fixed.mac);
                keys[24..].copy_from_slice(&fixed.track);
            }
        }
        keys
    }
}
