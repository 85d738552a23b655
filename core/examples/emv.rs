//! Chip data of a UnionPay sale: what each object says, and field 55 of the
//! request made of them: `cargo run -p annul --example emv`.

use annul::emv::{Context, Dictionary, FieldSet, Masked, Name, describe};
use annul::tlv::{Mode, Reader};
use std::error::Error;

/// What a kernel knows after the first GENERATE AC, of a test card.
const KERNEL: &str = "\
    5A086224242900000113 5F340101 9F260811223344556677889F270180\
    9F101307010103A02000010A010000000000CE0BCE89 9F370412345678 9F3602001A\
    950500000480009A032601019C01009F02060000000012345F2A0201568202 7C00\
    9F1A0201569F03060000000000009F3303E0F0C89F34034203009F350122";

fn main() -> Result<(), Box<dyn Error>> {
    let kernel = bytes(KERNEL)?;
    let dictionary = Dictionary::UNIONPAY;
    let mut context = Context::new(dictionary);
    context.currency = Some(0x0156);
    for object in Reader::new(&kernel, Mode::Emv) {
        let object = object?;
        let (tag, value) = (object.tag(), object.value());
        let Some(entry) = dictionary.entry(None, tag) else {
            continue;
        };
        // Masked: the card number is not shown whole.
        println!(
            "{tag} {} {}",
            entry.name().chinese(),
            Masked::new(tag, value)
        );
        describe(&entry, value, &context, &mut |part| {
            println!("    {}", part.text(Name::english));
        })?;
    }
    let mut field = [0; 255];
    let length = FieldSet::Request.build(&kernel, &mut field)?;
    println!("field 55: {}", Masked::objects(&field[..length]));
    Ok(())
}

fn bytes(hex: &str) -> Result<Vec<u8>, std::num::ParseIntError> {
    let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    pairs.map(|pair| u8::from_str_radix(&pair, 16)).collect()
}
