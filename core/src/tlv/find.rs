use super::error::Error;
use super::object::Object;
use super::reader::{Mode, Reader};
use super::tag::Tag;
use core::iter::FusedIterator;

/// The first object at a path of tags; none where there is none. Bytes behind
/// it are not looked at, malformed bytes before it are an error.
///
/// ```
/// # use annul::tlv::{Mode, find};
/// let bytes = [0x6F, 0x06, 0xA5, 0x04, 0x50, 0x02, 0x43, 0x55];
/// let label = find(&bytes, Mode::Emv, "6F.A5.50").unwrap().unwrap();
/// assert_eq!(label.value(), b"CU");
/// assert!(find(&bytes, Mode::Emv, "6F.50").unwrap().is_none());
/// ```
pub fn find<'a>(bytes: &'a [u8], mode: Mode, path: &str) -> Result<Option<Object<'a>>, Error> {
    find_all(bytes, mode, path).next().transpose()
}

/// Every object at a path, in the order of the input: tags may come more than
/// once, as the commands 86 of an issuer script do. A path that is none, such
/// as `6F..50`, finds nothing.
pub const fn find_all<'a, 'p>(bytes: &'a [u8], mode: Mode, path: &'p str) -> Matches<'a, 'p> {
    Matches {
        reader: Reader::new(bytes, mode),
        path,
        matched: 0,
    }
}

/// What [`find_all`] finds.
#[derive(Clone)]
pub struct Matches<'a, 'p> {
    reader: Reader<'a>,
    path: &'p str,
    /// How many templates around the position are those of the path.
    matched: usize,
}

impl<'a> Iterator for Matches<'a, '_> {
    type Item = Result<Object<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let object = match self.reader.next()? {
                Ok(object) => object,
                Err(error) => return Some(Err(error)),
            };
            self.matched = self.matched.min(object.depth());
            let mut wanted = self.path.split('.').skip(self.matched);
            let tag = wanted.next().and_then(Tag::from_hex);
            if object.depth() > self.matched || tag != Some(object.tag()) {
                continue;
            }
            if wanted.next().is_none() {
                return Some(Ok(object));
            }
            self.matched += 1;
        }
    }
}

impl FusedIterator for Matches<'_, '_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// 70 with 5A in it, 5A, 70 with 70 and 5A in it.
    const BYTES: &[u8] = &[
        0x70, 3, 0x5A, 1, 1, 0x5A, 1, 2, 0x70, 8, 0x70, 3, 0x5A, 1, 3, 0x5A, 1, 4,
    ];

    fn found(path: &str) -> Vec<u8> {
        (find_all(BYTES, Mode::Emv, path).flatten())
            .flat_map(|object| object.value().to_vec())
            .collect()
    }

    #[test]
    fn a_path_is_followed_to_the_letter() {
        assert_eq!(found("5A"), [2]);
        assert_eq!(found("70.5A"), [1, 4]);
        assert_eq!(found("70.70.5a"), [3]);
        for none in ["", ".", "5A.5A", "70..5A", "70.5A.", "9A", "7", "70 .5A"] {
            assert!(found(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn what_is_behind_the_first_does_not_matter() {
        let torn = &BYTES[..11];
        let first = find(torn, Mode::Emv, "5A").unwrap().unwrap();
        assert_eq!(first.offset(), 5);
        assert_eq!(
            find(torn, Mode::Emv, "9A").unwrap_err().code(),
            "truncated_value"
        );
    }
}
