//! What the attributes say is wrong.

#![allow(unused_imports)]

use annul::iso8583::{Iso8583, UNIONPAY_POS};

#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS)]
struct NoType {}

#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 200)]
struct OtherType {}

#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Twice {
    #[field(11)]
    trace: u32,
    #[field(4)]
    amount: u64,
    #[field(11)]
    number: u32,
}

#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Announced {
    #[field(1)]
    bitmap: u64,
}

#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Beyond {
    #[field(193)]
    last: u64,
}

fn main() {}
