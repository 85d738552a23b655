use core::fmt;

/// Whose meaning of a tag: EMV itself, or a contactless kernel that gave tags
/// from `9F50` on and `DFxx` meanings of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kernel {
    /// EMV books 1 to 4: every kernel falls back on it.
    #[default]
    Emv,
    /// Kernel 1: JCB and Visa, early.
    C1,
    /// Kernel 2: Mastercard.
    C2,
    /// Kernel 3: Visa.
    C3,
    /// Kernel 4: American Express.
    C4,
    /// Kernel 5: JCB.
    C5,
    /// Kernel 6: Discover.
    C6,
    /// Kernel 7: UnionPay, with PBOC 3.0 (JR/T 0025) contact and electronic cash.
    C7,
    /// Kernel 8: EMV's own.
    C8,
    /// A kernel of the user's, which only files of the user's know.
    Own,
    /// ISO/IEC 7816 and lists of single networks: what nobody else defines.
    Listed,
}

impl Kernel {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Emv,
        Self::C1,
        Self::C2,
        Self::C3,
        Self::C4,
        Self::C5,
        Self::C6,
        Self::C7,
        Self::C8,
        Self::Own,
        Self::Listed,
    ];

    /// `emv`, `c1` to `c8`, `own` or `list`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Emv => "emv",
            Self::C1 => "c1",
            Self::C2 => "c2",
            Self::C3 => "c3",
            Self::C4 => "c4",
            Self::C5 => "c5",
            Self::C6 => "c6",
            Self::C7 => "c7",
            Self::C8 => "c8",
            Self::Own => "own",
            Self::Listed => "list",
        }
    }

    /// The kernel of an id, small or capital; `unionpay` and `pboc` are `c7`.
    ///
    /// ```
    /// # use annul::emv::Kernel;
    /// assert_eq!(Kernel::from_id("C-3"), Some(Kernel::C3));
    /// assert_eq!(Kernel::from_id("unionpay"), Some(Kernel::C7));
    /// assert_eq!(Kernel::from_id("c9"), None);
    /// ```
    pub fn from_id(id: &str) -> Option<Self> {
        let same = |other: &str| {
            let letters = id.bytes().filter(|byte| *byte != b'-');
            letters
                .map(|byte| byte.to_ascii_lowercase())
                .eq(other.bytes())
        };
        if same("unionpay") || same("pboc") {
            return Some(Self::C7);
        }
        Self::ALL.into_iter().find(|kernel| same(kernel.id()))
    }

    /// The kernel that reads an application, by the provider that its
    /// identifier begins with.
    ///
    /// ```
    /// # use annul::emv::Kernel;
    /// let unionpay = [0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01];
    /// assert_eq!(Kernel::of_application(&unionpay), Some(Kernel::C7));
    /// assert_eq!(Kernel::of_application(b"2PAY.SYS.DDF01"), None);
    /// ```
    pub fn of_application(identifier: &[u8]) -> Option<Self> {
        let found = (PROVIDERS.iter()).find(|(provider, _)| identifier.starts_with(provider));
        found.map(|(_, kernel)| *kernel)
    }
}

/// Registered application providers and the kernel of each by default (EMV
/// contactless book B, table 3-6).
static PROVIDERS: &[([u8; 5], Kernel)] = &[
    ([0xA0, 0x00, 0x00, 0x00, 0x03], Kernel::C3),
    ([0xA0, 0x00, 0x00, 0x00, 0x04], Kernel::C2),
    ([0xA0, 0x00, 0x00, 0x00, 0x25], Kernel::C4),
    ([0xA0, 0x00, 0x00, 0x00, 0x65], Kernel::C5),
    ([0xA0, 0x00, 0x00, 0x01, 0x52], Kernel::C6),
    ([0xA0, 0x00, 0x00, 0x03, 0x24], Kernel::C6),
    ([0xA0, 0x00, 0x00, 0x03, 0x33], Kernel::C7),
];

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Which EMV a terminal follows. Bits and tags that 4.4 brought are reserved
/// or unknown in 4.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// EMV 4.3 of November 2011.
    Emv43,
    /// EMV 4.4 of October 2022: XDA, elliptic curves, biometrics.
    #[default]
    Emv44,
}
