//! What an issuer's application on the chip says to its issuer.

use super::error::{ValueError, sized};
use super::layout::Layout;
use super::tables;
use nom::bytes::complete::{tag, take};
use nom::combinator::{rest, verify};
use nom::multi::length_data;
use nom::number::complete::u8 as byte;
use nom::{IResult, Parser};

/// Issuer application data (tag 9F10), by the layouts that are known.
///
/// | layout | begins with |
/// |---|---|
/// | UnionPay, PBOC 3.0 | `07`, key index, cryptogram version, `03` and three bytes of results, algorithm; then a length and the issuer's own |
/// | Visa, format 0, 1 or 3 | `06`, key index, cryptogram version, `03` and three bytes of results; then the issuer's own |
/// | Visa, format 2 or 4 | `1F`, cryptogram version, key index, five bytes of results; then the issuer's own |
/// | common core (CCD) | `0F`, format A, key index, five bytes of results, eight of counters; `0F` again, fifteen of the issuer's |
/// | Mastercard M/Chip | key index, cryptogram version `1x`, six bytes of results; 18, 20, 26 or 28 in all |
///
/// ```
/// # use annul::emv::Iad;
/// let value = [7, 1, 1, 3, 0xA0, 0, 0, 4, 10, 1, 0, 0, 0, 0, 0, 0x95, 0xDE, 0x79, 0xD3];
/// let iad = Iad::parse(&value).unwrap();
/// assert_eq!(iad.issuer(), "UnionPay/PBOC");
/// assert_eq!((iad.key_index(), iad.cryptogram_version()), (Some(1), Some(1)));
/// assert_eq!(iad.algorithm(), Some(4));
/// assert_eq!(iad.results(), [3, 0xA0, 0, 0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iad<'a> {
    form: IadForm,
    key_index: Option<u8>,
    version: Option<u8>,
    results: &'a [u8],
    algorithm: Option<u8>,
    counters: &'a [u8],
    discretionary: &'a [u8],
}

/// Whose layout it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IadForm {
    /// UnionPay with PBOC 3.0.
    Pboc,
    /// Visa, format 0, 1 or 3.
    Visa,
    /// Visa, format 2 or 4: of a device.
    VisaDevice,
    /// Common core definitions.
    Ccd,
    /// Mastercard M/Chip 4 or Advance.
    MChip,
    /// None that is known; all of it is the issuer's own.
    Unknown,
}

impl<'a> Iad<'a> {
    /// Reads 1 to 32 bytes. A layout that nobody knows is no error.
    pub fn parse(value: &'a [u8]) -> Result<Self, ValueError> {
        sized(value, 1, 32)?;
        let layouts = [pboc, visa, visa_device, ccd, mchip];
        let known = layouts.into_iter().find_map(|layout| layout(value).ok());
        Ok(known.map_or(Self::unknown(value), |(_, iad)| iad))
    }

    const fn unknown(value: &'a [u8]) -> Self {
        Self {
            discretionary: value,
            ..Self::empty(IadForm::Unknown)
        }
    }

    const fn empty(form: IadForm) -> Self {
        Self {
            form,
            key_index: None,
            version: None,
            results: &[],
            algorithm: None,
            counters: &[],
            discretionary: &[],
        }
    }

    /// Whose layout it is.
    pub const fn form(&self) -> IadForm {
        self.form
    }

    /// The scheme that made the layout.
    pub const fn issuer(&self) -> &'static str {
        match self.form {
            IadForm::Pboc => "UnionPay/PBOC",
            IadForm::Visa | IadForm::VisaDevice => "Visa",
            IadForm::Ccd => "CCD",
            IadForm::MChip => "Mastercard",
            IadForm::Unknown => "unknown",
        }
    }

    /// Which of Visa's formats, 0 to 4, or CCD's, A: the high half of the byte
    /// that has it.
    pub fn format(&self) -> Option<u8> {
        let half = self.version.map(|version| version >> 4);
        match self.form {
            IadForm::Visa | IadForm::VisaDevice | IadForm::Ccd => half,
            _ => None,
        }
    }

    /// Which of the issuer's keys made the cryptogram.
    pub const fn key_index(&self) -> Option<u8> {
        self.key_index
    }

    /// How the cryptogram was made. CCD's has its format in the high half.
    pub const fn cryptogram_version(&self) -> Option<u8> {
        self.version
    }

    /// The card's verification results, with the length that leads them where
    /// there is one.
    pub const fn results(&self) -> &'a [u8] {
        self.results
    }

    /// PBOC's algorithm: 01 triple DES, 04 SM4.
    pub const fn algorithm(&self) -> Option<u8> {
        self.algorithm
    }

    /// Counters and the like: CCD's eight bytes, M/Chip's from the data
    /// authentication code on.
    pub const fn counters(&self) -> &'a [u8] {
        self.counters
    }

    /// What only the issuer understands.
    pub const fn discretionary(&self) -> &'a [u8] {
        self.discretionary
    }

    /// The layout of the results.
    pub fn results_layout(&self) -> Option<&'static Layout> {
        match self.form {
            IadForm::Pboc => Some(&tables::PBOC_CVR),
            IadForm::Visa => Some(&tables::VISA_CVR),
            IadForm::VisaDevice => Some(&tables::VISA_DEVICE_CVR),
            IadForm::Ccd => Some(&tables::CCD_CVR),
            IadForm::MChip => Some(&tables::MCHIP_CVR),
            IadForm::Unknown => None,
        }
    }
}

/// `03` and three bytes.
fn led(input: &[u8]) -> IResult<&[u8], &[u8]> {
    verify(take(4_usize), |results: &[u8]| results[0] == 3).parse(input)
}

fn pboc(input: &[u8]) -> IResult<&[u8], Iad<'_>> {
    let mut whole = (tag(&[0x07][..]), byte, byte, led, byte);
    let (left, (_, index, version, results, algorithm)) = whole.parse(input)?;
    let (left, discretionary) = if left.is_empty() {
        (left, left)
    } else {
        nom::combinator::all_consuming(length_data(byte)).parse(left)?
    };
    let iad = Iad {
        key_index: Some(index),
        version: Some(version),
        results,
        algorithm: Some(algorithm),
        discretionary,
        ..Iad::empty(IadForm::Pboc)
    };
    Ok((left, iad))
}

fn visa(input: &[u8]) -> IResult<&[u8], Iad<'_>> {
    let mut whole = (tag(&[0x06][..]), byte, byte, led, rest);
    let (left, (_, index, version, results, discretionary)) = whole.parse(input)?;
    let iad = Iad {
        key_index: Some(index),
        version: Some(version),
        results,
        discretionary,
        ..Iad::empty(IadForm::Visa)
    };
    Ok((left, iad))
}

fn visa_device(input: &[u8]) -> IResult<&[u8], Iad<'_>> {
    let version = verify(byte, |version| matches!(version >> 4, 2 | 4));
    let mut whole = (tag(&[0x1F][..]), version, byte, take(5_usize), rest);
    let (left, (_, version, index, results, discretionary)) = whole.parse(input)?;
    let iad = Iad {
        key_index: Some(index),
        version: Some(version),
        results,
        discretionary,
        ..Iad::empty(IadForm::VisaDevice)
    };
    Ok((left, iad))
}

/// The marker `0F` leads each half.
fn ccd(input: &[u8]) -> IResult<&[u8], Iad<'_>> {
    let marker = || tag(&[0x0F][..]);
    let format = verify(byte, |format| format >> 4 == 0xA);
    let results = (take(5_usize), take(8_usize));
    let whole = (marker(), format, byte, results, marker(), take(15_usize));
    let (left, parts) = nom::combinator::all_consuming(whole).parse(input)?;
    let (_, version, index, (results, counters), _, discretionary) = parts;
    let iad = Iad {
        key_index: Some(index),
        version: Some(version),
        results,
        counters,
        discretionary,
        ..Iad::empty(IadForm::Ccd)
    };
    Ok((left, iad))
}

fn mchip(input: &[u8]) -> IResult<&[u8], Iad<'_>> {
    if !matches!(input.len(), 18 | 20 | 26 | 28) {
        return nom::combinator::fail().parse(input);
    }
    let version = verify(byte, |version| version >> 4 == 1);
    let (left, (index, version, results, counters)) =
        (byte, version, take(6_usize), rest).parse(input)?;
    let iad = Iad {
        key_index: Some(index),
        version: Some(version),
        results,
        counters,
        ..Iad::empty(IadForm::MChip)
    };
    Ok((left, iad))
}
