//! The spec files of other libraries, by name: packagers of jPOS and specs of
//! moov-io/iso8583, each of a dialect of the vectors, or of what these lack.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Every file.
        pub(crate) const NAMES: &[&str] = &[$($name),*];

        /// The text of a file.
        pub(crate) fn text(name: &str) -> &'static str {
            match name {
                $($name => include_str!(concat!("imports/", $name)),)*
                other => panic!("{other}"),
            }
        }
    };
}

files! {
    "ascii-binbm.xml",
    "base1-net.xml",
    "cardflow.xml",
    "cup-pos.xml",
    "dl-iso8583-93.xml",
    "iso87-ascii-hexbm.xml",
    "iso87-ebcdic.xml",
    "moov-mixed.xml",
    "parts.xml",
    "rkbalgi-mixed.xml",
    "iso87-ascii-hexbm.json",
    "iso87-ascii-hexbm-emv.json",
    "moov-mixed.json",
    "parts.json",
}
