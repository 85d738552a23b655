//! A message as a struct: written, signed, read again, and what would lose
//! something refused: `cargo run -p annul --example typed --features derive`.

use annul::card::{Pan, Track2};
use annul::crypto::{Algorithm, Key, MacKey, mac};
use annul::iso8583::typed::{Digits, Secret, Track};
use annul::iso8583::{Iso8583, Mti, UNIONPAY_POS, Writer};

/// A sale by stripe. A wrong number, length or kind of a field would not
/// compile, and neither would a PIN block that can be printed.
#[derive(Debug, Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Sale<'a> {
    #[field(2)]
    pan: Option<Pan>,
    #[field(3)]
    processing_code: Digits<6>,
    #[field(4)]
    amount: u64,
    #[field(11)]
    trace: u32,
    #[field(35)]
    track: Option<Track<37>>,
    #[field(41)]
    terminal: &'a str,
    #[field(42)]
    merchant: &'a str,
    #[field(52)]
    pin_block: Option<Secret<[u8; 8]>>,
    #[field(64)]
    mac: Option<[u8; 8]>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let card = Track2::parse("6224242900000113=28062019031013")?;
    let sale = Sale {
        pan: None,
        processing_code: Digits::literal(b"000000"),
        amount: 1234,
        trace: 16,
        track: Track::new(card.reveal()),
        terminal: "12345678",
        merchant: "123456789012345",
        pin_block: Some(Secret::new([0xA5; 8])),
        mac: None,
    };

    // All but the MAC, which covers what stands before it.
    let mut buffer = [0; 256];
    let covered = sale.encode_unsigned(&mut buffer)?;
    let key = MacKey::new(Key::des(&[0x22; 16])?);
    let mac = mac::compute(Algorithm::UnionPayEcb, &key, &buffer[..covered])?;
    let mac = *mac.value().bytes();
    let size = covered + mac.len();
    buffer[covered..size].copy_from_slice(&mac);

    // What is printed has no card and no PIN in it.
    let read = Sale::decode(&buffer[..size])?;
    println!("{size} bytes: {read:?}");
    assert_eq!((read.amount, read.mac), (1234, Some(mac)));

    // A field that the struct does not have is not lost in silence.
    let mut other = [0; 64];
    let size = Writer::new(&UNIONPAY_POS, &mut other, Mti::literal(0x0200))
        .digits(3, b"000000")
        .number(4, 1234)
        .number(11, 17)
        .digits(25, b"00")
        .bytes(41, b"12345678")
        .bytes(42, b"123456789012345")
        .finish()?;
    println!("{}", Sale::decode(&other[..size]).unwrap_err());
    Ok(())
}
