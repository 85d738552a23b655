//! Messages of other dialects than UnionPay's, with a test card.
#![allow(dead_code, unreachable_pub)] // each test file uses a part of it

use crate::common::Ran;

/// A test card, its digits in the middle, and what is shown of it. Messages
/// with it are never given to a desk's audit, which knows other cards.
pub const CARD: &str = "4111111111111111";
pub const SHOWN: &str = "411111******1111";

/// An echo of moov-io/iso8583, `moov-0800-netmgmt` of the vectors.
pub const ECHO: &str = "0800823A0000000000000400000000000000042009061390000109061304200420001";

pub fn hex(text: &str) -> String {
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
    let nibbles = text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(digit).collect()
}

/// A sale in ASCII: card, amount, trace, expiry, track, terminal, text with a
/// card number.
pub fn sale(trace: &str) -> String {
    let bitmap = "7024040020810000";
    let second = format!("33{CARD}=2806101000001230");
    let note = "028NOTE 4111 1111 1111 1111 OK ";
    let fields = format!("16{CARD}000000000000001234{trace}2806200{second}T0000001{note}");
    hex(&format!("0200{bitmap}{fields}"))
}

#[track_caller]
pub fn assert_hidden(ran: &Ran) {
    for digits in [
        "41111111111111",
        "1111111111",
        &hex("1111111111"),
        "101000001230",
    ] {
        let said = format!("{}{}", ran.out, ran.err);
        assert!(!said.contains(digits), "{digits}: {said}");
    }
}
