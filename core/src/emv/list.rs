use super::name::Name;
use super::tables;

/// Codes and their meanings: response codes, merchant categories, application
/// identifiers. All of them are in `data/emv/lists.json`.
///
/// ```
/// # use annul::emv::List;
/// let codes = List::by_id("authorisation response").unwrap();
/// assert_eq!(codes.meaning(b"Y1").unwrap().english(), "Offline approved");
/// assert_eq!(codes.meaning(b"??"), None);
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct List {
    pub(super) id: &'static str,
    pub(super) name: Name<'static>,
    pub(super) values: &'static [Listed],
}

/// One code, as its bytes stand in the value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) key: &'static [u8],
    pub(super) name: Name<'static>,
}

impl List {
    /// Every list there is.
    pub fn all() -> impl ExactSizeIterator<Item = &'static Self> {
        tables::LISTS.iter().copied()
    }

    /// The list of an id such as `merchant category`.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        Self::all().find(|list| list.id == id)
    }

    /// Its id.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What is listed.
    pub const fn name(&self) -> Name<'static> {
        self.name
    }

    /// The codes in the order of their bytes, and their meanings.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&'static [u8], Name<'static>)> {
        self.values.iter().map(|value| (value.key, value.name))
    }

    /// What a code means.
    pub fn meaning(&self, code: &[u8]) -> Option<Name<'static>> {
        let at = self.values.binary_search_by(|value| value.key.cmp(code));
        at.ok().map(|at| self.values[at].name)
    }

    /// The meaning of the longest listed code that `code` begins with: an
    /// application identifier may have a suffix of the issuer's.
    pub fn meaning_of_prefix(&self, code: &[u8]) -> Option<Name<'static>> {
        (1..=code.len())
            .rev()
            .find_map(|length| self.meaning(&code[..length]))
    }
}
