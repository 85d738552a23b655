//! Sixty 银联 POS messages: each reads as an independent reader read it,
//! is written again byte for byte, shows no card data, and breaks politely.

#[path = "unionpay_messages/any_input.rs"]
mod any_input;
#[path = "unionpay_messages/breaking.rs"]
mod breaking;
#[path = "unionpay_messages/detecting.rs"]
mod detecting;
#[path = "unionpay_messages/odd_samples.rs"]
mod odd_samples;
#[path = "unionpay_messages/reading.rs"]
mod reading;
#[path = "unionpay_messages/showing.rs"]
mod showing;
#[path = "unionpay_messages/values.rs"]
mod values;
#[path = "vectors/unionpay/mod.rs"]
mod vectors;
#[path = "unionpay_messages/writing.rs"]
mod writing;

use annul::frame::FrameError;
use annul::iso8583::value::{Capability, Organisation, PinEntry, Sign, Source};
use annul::iso8583::{
    Balances, DecodeFault, EntryMode, Field, FieldSpec, FieldTable, Form, Format, Language,
    MessageClass, Mti, Original, PrivateData, Remarks, SecurityControl, Spec, TerminalInfo,
    UNIONPAY_FIELDS, UNIONPAY_POS, ValueError, View, Writer, describe, detect,
};
use proptest::prelude::*;
use std::fmt::Write;
use vectors::{Envelope, Sample, hex, named, samples};

/// MTI and bitmap.
const HEAD: usize = 10;

/// The samples that are whole: all but the one without its field 64.
fn whole() -> impl Iterator<Item = Sample> {
    samples()
        .into_iter()
        .filter(|sample| sample.envelope != Envelope::Mab)
}

fn decode(sample: &Sample) -> View<'_> {
    View::decode(sample.spec(), sample.message())
        .unwrap_or_else(|error| panic!("{}: {error}", sample.id))
}

/// A field as the list of the samples has it.
fn listed(field: &Field<'_>) -> String {
    if let Some(digits) = field.digits() {
        return digits.ascii().map(char::from).collect();
    }
    match (field.number(), field.text()) {
        (52 | 55 | 62 | 64, _) | (_, None) => upper_hex(field.bytes()),
        (_, Some(text)) => text.to_owned(),
    }
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").expect("a String takes all");
        text
    })
}

/// Writes every field again by `copy`.
fn copied(view: &View<'_>) -> Vec<u8> {
    let mut buffer = vec![0xEE; view.bytes().len()];
    let mut writer = Writer::new(view.spec(), &mut buffer, view.mti());
    for field in view.fields() {
        writer.copy(&field);
    }
    let size = writer.finish().expect("what was read can be written");
    buffer.truncate(size);
    buffer
}

/// Whether field 64 is written or waited for.
#[derive(Clone, Copy)]
enum Ending {
    Signed,
    Unsigned,
}

/// Writes the listed values, as a message layer would.
fn written(sample: &Sample, spec: &Spec, ending: Ending) -> Vec<u8> {
    let mut buffer = vec![0xEE; sample.message().len() + 8];
    let mut writer = Writer::new(spec, &mut buffer, Mti::literal(sample.mti));
    for (number, value) in &sample.fields {
        let format = spec.field(*number).expect("a known field").format();
        match (format, number) {
            (Format::N | Format::Z, _) => writer.digits(*number, value.as_bytes()),
            (Format::B, _) | (_, 62) => writer.bytes(*number, &hex(value)),
            _ => writer.bytes(*number, value.as_bytes()),
        };
    }
    let size = match ending {
        Ending::Signed => writer.finish(),
        Ending::Unsigned => writer.finish_unsigned(),
    };
    let size = size.unwrap_or_else(|error| panic!("{}: {error}", sample.id));
    buffer.truncate(size);
    buffer
}

/// A sample's message as text, for every field a line.
fn shown(sample: &Sample) -> String {
    let view = decode(sample);
    let lines = describe(&view, Language::English).map(|line| line.to_string());
    lines.collect::<Vec<_>>().join("\n")
}
