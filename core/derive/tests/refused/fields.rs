//! Types that do not fit the fields of the dialect.

use annul::iso8583::typed::{Digits, Secret};
use annul::iso8583::{Iso8583, UNIONPAY_POS};

#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Sale<'a> {
    #[field(3)]
    processing_code: &'a [u8],
    #[field(4)]
    amount: u32,
    #[field(7)]
    sent: u64,
    #[field(32)]
    acquirer: u64,
    #[field(35)]
    track: Secret<Digits<37>>,
    #[field(41)]
    terminal: [u8; 9],
    #[field(44)]
    banks: Option<Secret<[u8; 25]>>,
    #[field(52)]
    pin_block: [u8; 8],
}

fn main() {}
