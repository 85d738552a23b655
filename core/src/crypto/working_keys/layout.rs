use super::Kcv;

/// How field 62 is laid out: which keys came, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// 24 bytes: PIN key and MAC key of single length.
    Single,
    /// 40 bytes: PIN key of double length, MAC key of either.
    Double,
    /// 60 bytes: the same and a track key of double length.
    DoubleWithTrack,
    /// 56 bytes: PIN key of triple length, MAC key of any.
    #[cfg(feature = "key-layouts")]
    Triple,
    /// 84 bytes: the same and a track key of triple length.
    #[cfg(feature = "key-layouts")]
    TripleWithTrack,
    /// 50 bytes: records of MAC and PIN key.
    #[cfg(feature = "key-layouts")]
    TwoRecords,
    /// 75 bytes: records of MAC, PIN and track key.
    #[cfg(feature = "key-layouts")]
    ThreeRecords,
    /// 100 bytes: the same and a new master key.
    #[cfg(feature = "key-layouts")]
    FourRecords,
}

impl Layout {
    /// Every layout this build reads.
    pub const ALL: &'static [Self] = &[
        Self::Single,
        Self::Double,
        Self::DoubleWithTrack,
        #[cfg(feature = "key-layouts")]
        Self::Triple,
        #[cfg(feature = "key-layouts")]
        Self::TripleWithTrack,
        #[cfg(feature = "key-layouts")]
        Self::TwoRecords,
        #[cfg(feature = "key-layouts")]
        Self::ThreeRecords,
        #[cfg(feature = "key-layouts")]
        Self::FourRecords,
    ];

    /// Bytes of the longest encrypted key.
    pub(super) const KEY_MAX: usize = if cfg!(feature = "key-layouts") {
        24
    } else {
        16
    };

    /// Bytes of field 62; no two layouts have the same.
    pub const fn size(self) -> usize {
        match self {
            Self::Single => 24,
            Self::Double => 40,
            Self::DoubleWithTrack => 60,
            #[cfg(feature = "key-layouts")]
            Self::Triple => 56,
            #[cfg(feature = "key-layouts")]
            Self::TripleWithTrack => 84,
            #[cfg(feature = "key-layouts")]
            Self::TwoRecords => 50,
            #[cfg(feature = "key-layouts")]
            Self::ThreeRecords => 75,
            #[cfg(feature = "key-layouts")]
            Self::FourRecords => 100,
        }
    }

    /// Bytes of one encrypted key.
    pub const fn key_size(self) -> usize {
        match self {
            Self::Single => 8,
            #[cfg(feature = "key-layouts")]
            Self::Triple | Self::TripleWithTrack => 24,
            _ => 16,
        }
    }

    /// Bytes of the check value behind it.
    pub const fn check_size(self) -> usize {
        match self {
            #[cfg(feature = "key-layouts")]
            Self::TwoRecords | Self::ThreeRecords | Self::FourRecords => 8,
            _ => Kcv::SIZE,
        }
    }

    /// Whether there is a track key.
    pub const fn has_track(self) -> bool {
        match self {
            Self::DoubleWithTrack => true,
            #[cfg(feature = "key-layouts")]
            Self::TripleWithTrack | Self::ThreeRecords | Self::FourRecords => true,
            _ => false,
        }
    }

    /// Whether each key says what it is.
    #[cfg(feature = "key-layouts")]
    pub(super) const fn has_records(self) -> bool {
        self.check_size() != Kcv::SIZE
    }

    /// Where an encrypted key begins.
    pub(super) fn offset(self, place: Place) -> usize {
        #[cfg(feature = "key-layouts")]
        if self.has_records() {
            return super::records::offset(place);
        }
        place as usize * (self.key_size() + Kcv::SIZE)
    }
}

/// Which of the keys, in the order of the layouts that are no records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Pin,
    Mac,
    Track,
    #[cfg(feature = "key-layouts")]
    Master,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_as_long_as_its_parts() {
        for layout in Layout::ALL {
            let last = match layout {
                #[cfg(feature = "key-layouts")]
                Layout::FourRecords => Place::Master,
                #[cfg(feature = "key-layouts")]
                Layout::TwoRecords => Place::Pin,
                layout if layout.has_track() => Place::Track,
                _ => Place::Mac,
            };
            let end = layout.offset(last) + layout.key_size() + layout.check_size();
            assert_eq!(end, layout.size(), "{layout:?}");
            let same = Layout::ALL.iter().filter(|one| one.size() == layout.size());
            assert_eq!(same.count(), 1, "{layout:?}");
        }
    }
}
