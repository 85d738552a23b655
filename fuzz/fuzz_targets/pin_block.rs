//! PIN blocks of every format: read or refused by a rule, and what is read
//! makes the same block again, where its fill is not drawn.
#![no_main]

use annul::card::{Pan, Pin};
use annul::crypto::pin::{
    Format, Format4Block, PanField, PinBlock, PinBlockError, WideBlock, decrypt,
};
use annul::crypto::{Key, PinKey};
use libfuzzer_sys::fuzz_target;

// The first byte chooses the format; behind it is the block, in clear where
// that can be, so that more than one in 2^8 gets behind its control nibble.
fuzz_target!(|input: &[u8]| {
    let Some((&choice, block)) = input.split_first() else {
        return;
    };
    let pan = Pan::parse("6224242900000113").unwrap();
    let field = PanField::new(&pan);
    let des = || Key::des(&[0x22; 16]).unwrap();
    let sm4 = || Key::sm4(&[0x22; 16]).unwrap();
    let aes = || Key::aes(&[0x22; 16]).unwrap();
    let (format, key, size): (_, fn() -> Key, _) = match choice % 8 {
        0 => (Format::Iso0(&pan), des, 8),
        1 => (Format::Iso1, des, 8),
        2 => (Format::Iso2, des, 8),
        3 => (Format::Iso3(&pan), des, 8),
        4 => (Format::Iso4(&field), aes, 16),
        5 => (Format::UnionPay, des, 8),
        6 => (Format::Sm4(Some(&pan)), sm4, 16),
        _ => (Format::Sm4(None), sm4, 16),
    };
    let mut block = block.to_vec();
    let whole = block.len() / size * size;
    let encrypted = key().encrypt(&mut block[..whole]);
    assert!(encrypted.is_ok());
    if let Format::Iso4(pan) = format {
        if block.len() == size {
            (block.iter_mut().zip(pan.reveal())).for_each(|(byte, pan)| *byte ^= pan);
            key().encrypt(&mut block).unwrap();
        }
    }
    let key = PinKey::new(key());
    let pin = match decrypt(&block, format, &key) {
        Ok(pin) => pin,
        Err(PinBlockError::Size { expected, found }) => {
            assert!(expected == size && found == block.len() && found != size);
            return;
        }
        Err(error) => {
            assert_eq!(block.len(), size);
            assert!(!matches!(error, PinBlockError::Key(_)), "{error}");
            return;
        }
    };
    assert_eq!(block.len(), size);
    assert!(Pin::parse(std::str::from_utf8(pin.reveal()).unwrap()).is_ok());
    let again = match format {
        Format::Iso0(pan) => PinBlock::with_pan(&pin, pan)
            .encrypt(&key)
            .unwrap()
            .to_vec(),
        Format::Iso2 => PinBlock::format_2(&pin).encrypt(&key).unwrap().to_vec(),
        Format::UnionPay => PinBlock::without_pan(&pin).encrypt(&key).unwrap().to_vec(),
        Format::Sm4(Some(pan)) => WideBlock::with_pan(&pin, pan)
            .encrypt(&key)
            .unwrap()
            .to_vec(),
        Format::Sm4(None) => WideBlock::without_pan(&pin).encrypt(&key).unwrap().to_vec(),
        Format::Iso4(pan) => {
            let random = input[9..17].try_into().unwrap();
            Format4Block::new(&pin, random)
                .encrypt(pan, &key)
                .unwrap()
                .to_vec()
        }
        // Their fill is drawn.
        Format::Iso1 | Format::Iso3(_) => return,
    };
    assert_eq!(again, block);
});
