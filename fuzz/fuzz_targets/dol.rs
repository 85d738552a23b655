//! Data object lists of a card that means harm: read to their end or refused
//! there, and the answer is as long as asked for, whatever the values are.
#![no_main]

use annul::tlv::dol::{Dol, Entries, Format, Tags};
use annul::tlv::{Mode, Reader};
use libfuzzer_sys::fuzz_target;

// The first byte says how much of the rest is the list; behind it are data.
fuzz_target!(|input: &[u8]| {
    let Some((&size, rest)) = input.split_first() else {
        return;
    };
    let (list, data) = rest.split_at(usize::from(size).min(rest.len()));
    let tags: Vec<_> = Tags::new(list).collect();
    assert!(tags.iter().rev().skip(1).all(Result::is_ok));
    let entries: Vec<_> = Entries::new(list).collect();
    let Ok(dol) = Dol::parse(list) else {
        let error = entries.last().and_then(|entry| entry.err());
        let error = error.expect("a list that is refused has an error");
        assert!(error.offset() <= list.len());
        return;
    };
    let lengths: Vec<usize> = dol.entries().map(|entry| entry.length()).collect();
    assert_eq!(lengths.len(), entries.len());
    assert_eq!(lengths.iter().sum::<usize>(), dol.data_length());
    let mut buffer = vec![0xEE; dol.data_length() + 1];
    let built = dol.build(&mut buffer, |tag| {
        let object = (Reader::new(data, Mode::Emv).flatten()).find(|object| object.tag() == tag)?;
        let format = match tag.value() % 3 {
            0 => Format::Numeric,
            1 => Format::CompressedNumeric,
            _ => Format::Other,
        };
        Some((format, object.value()))
    });
    assert_eq!(built, Ok(dol.data_length()));
    assert_eq!(
        buffer.pop(),
        Some(0xEE),
        "nothing is written behind the answer"
    );
    if let Some(short) = dol.data_length().checked_sub(1) {
        assert!(dol.build(&mut buffer[..short], |_| None).is_err());
    }
});
