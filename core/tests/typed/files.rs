//! Structs without a dialect of their own, and dialects that files give.

use crate::{specs, unionpay};
use annul::iso8583::typed::{Digits, Misfit, TypedError};
use annul::iso8583::{Iso8583, View, Writer, file};
use serde_json::Value;

#[derive(Debug, Iso8583)]
#[iso8583(mti = 0x0800)]
struct Network {
    #[field(7)]
    sent: Digits<10>,
    #[field(11)]
    trace: u32,
    #[field(12)]
    time: u32,
    #[field(13)]
    date: u16,
    #[field(15)]
    settled: Option<u16>,
    #[field(70)]
    code: u16,
}

/// The same, but too small a type.
#[derive(Debug, Iso8583)]
#[iso8583(mti = 0x0800, ignore_unnamed)]
struct Small {
    #[field(11)]
    _trace: u16,
}

/// A message of the vectors.
fn vector(id: &str) -> Vec<u8> {
    let all: Value = serde_json::from_str(include_str!("../vectors/iso8583.json")).unwrap();
    let found = { all["vectors"].as_array().unwrap().iter() }.find(|vector| vector["id"] == id);
    unionpay::hex(found.unwrap()["hex"].as_str().unwrap())
}

#[test]
fn a_message_in_a_dialect_of_a_file_is_written_again() {
    let arena = file::Bump::new();
    let spec = specs::read("iso87-ascii-hexbm", &arena);
    let bytes = vector("moov-0800-netmgmt");
    let view = View::decode(spec, &bytes).unwrap();
    let message = Network::from_view(&view).unwrap();
    let mut buffer = [0; 128];
    let mut writer = Writer::new(spec, &mut buffer, Network::MTI);
    message.write(&mut writer);
    let size = writer.finish().unwrap();
    assert_eq!(buffer[..size], bytes);
}

#[test]
fn what_does_not_fit_a_file_is_found_when_it_is_read() {
    let arena = file::Bump::new();
    let spec = specs::read("iso87-ascii-hexbm", &arena);
    let bytes = vector("moov-0800-netmgmt");
    let view = View::decode(spec, &bytes).unwrap();
    let expected = TypedError::Misfit {
        field: 11,
        name: "_trace",
        misfit: Misfit::Small { field: 6, holds: 4 },
    };
    assert_eq!(Small::from_view(&view).unwrap_err(), expected);
}
