//! ISO 8583: annul, `iso8583-codec` and `iso8583_rs` over the same message of
//! 18 fields: ASCII, with a binary bitmap, which all of them have.

use annul::iso8583::{
    Bitmap, BitmapForm, Encoding, Extent, FieldSpec, FieldTable, Format, Message, Mti, Spec, View,
    Writer,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iso8583_codec as codec;
use iso8583_rs::iso8583::iso_spec;
use std::fmt::Write as _;
use std::hint::black_box;

/// Number, longest or fixed length, how it is made, a value.
type Row = (u8, u16, Form, &'static str);

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Digits of a fixed length.
    Digits,
    /// Digits behind two digits of length.
    Var,
    /// Track 2 behind two digits of length.
    Track,
    Text,
}

/// An authorisation at a shop. The card is a test card.
const ROWS: [Row; 18] = [
    (2, 19, Form::Var, "4111111111111111"),
    (3, 6, Form::Digits, "000000"),
    (4, 12, Form::Digits, "000000001000"),
    (7, 10, Form::Digits, "0102030405"),
    (11, 6, Form::Digits, "000016"),
    (12, 6, Form::Digits, "010203"),
    (13, 4, Form::Digits, "0102"),
    (14, 4, Form::Digits, "3012"),
    (18, 4, Form::Digits, "5999"),
    (22, 3, Form::Digits, "051"),
    (25, 2, Form::Digits, "00"),
    (32, 11, Form::Var, "123456"),
    (35, 37, Form::Track, "4111111111111111=30122010123456789"),
    (37, 12, Form::Text, "123456789012"),
    (41, 8, Form::Text, "12345678"),
    (42, 15, Form::Text, "123456789012345"),
    (
        43,
        40,
        Form::Text,
        "ACME STORES           SPRINGFIELD   ILUS",
    ),
    (49, 3, Form::Digits, "840"),
];

static FIELDS: FieldTable<'static, 64> = fields().in_characters(Encoding::Ascii);

static ANNUL: Spec<'static> = Spec::new("18 fields", FIELDS.slots())
    .typed(Some(Encoding::Ascii))
    .mapped(Bitmap::new(BitmapForm::Binary, Extent::Auto(2)));

const fn fields() -> FieldTable<'static, 64> {
    let mut table = FieldTable::EMPTY;
    let mut index = 0;
    while index < ROWS.len() {
        let (number, length, form, _) = ROWS[index];
        let field = match form {
            Form::Digits => FieldSpec::fixed(Format::N, length),
            Form::Var => FieldSpec::ll(Format::N, length),
            Form::Track => FieldSpec::ll(Format::Z, length),
            Form::Text => FieldSpec::fixed(Format::Ans, length),
        };
        table = table.with(number, field);
        index += 1;
    }
    table
}

fn annul_write(buffer: &mut [u8]) -> usize {
    let mut writer = Writer::new(&ANNUL, buffer, Mti::literal(0x0100));
    for (number, _, form, value) in black_box(&ROWS) {
        match form {
            Form::Text => writer.bytes(*number, value.as_bytes()),
            _ => writer.digits(*number, value.as_bytes()),
        };
    }
    writer.finish().expect("the table holds its values")
}

fn codec_spec() -> codec::Spec {
    let field = |(number, length, form, _): &Row| match form {
        Form::Digits => codec::FieldSpec::numeric(*number, "field", codec::Length::fixed(*length)),
        Form::Var => codec::FieldSpec::numeric(*number, "field", codec::Length::llvar(*length)),
        Form::Track => codec::FieldSpec::text(*number, "field", codec::Length::llvar(*length)),
        Form::Text => codec::FieldSpec::text(*number, "field", codec::Length::fixed(*length)),
    };
    codec::Spec::new("18 fields", ROWS.iter().map(field).collect()).expect("a good table")
}

fn codec_message() -> codec::Message {
    let mut message = codec::Message::new(codec::Mti::parse(b"0100").expect("a type"));
    for (number, _, form, value) in black_box(&ROWS) {
        let value = match form {
            Form::Digits | Form::Var => codec::FieldValue::digits(*value),
            Form::Track | Form::Text => codec::FieldValue::text(*value),
        };
        let value = value.expect("a good value");
        message.set_field(*number, value).expect("a field");
    }
    message
}

/// `iso8583_rs` reads its one specification from a file that the environment
/// names.
fn rs_spec() -> &'static iso_spec::Spec {
    let mut yaml = "name: Spec\nid: 1\nheader_fields:\n  - {name: type, id: 1, type: Fixed, len: 4, \
        data_encoding: ASCII, children: []}\nmessages:\n  - name: m\n    selector: [\"0100\"]\n    \
        id: 1\n    fields:\n      - {name: message_type, id: 1, type: Fixed, len: 4, \
        data_encoding: ASCII}\n      - name: bitmap\n        id: 2\n        type: Bitmapped\n        \
        len: 0\n        data_encoding: BINARY\n        children:\n"
        .to_owned();
    for (number, length, form, _) in ROWS {
        let how = match form {
            Form::Digits | Form::Text => format!("type: Fixed, len: {length}"),
            Form::Var | Form::Track => "type: Variable, len: 2, len_encoding: ASCII".to_owned(),
        };
        let _ = writeln!(
            yaml,
            "          - {{name: f{number}, id: {}, {how}, data_encoding: ASCII, position: {number}}}",
            number + 2
        );
    }
    let file = std::env::temp_dir().join(format!("annul-peers-{}.yaml", std::process::id()));
    std::fs::write(&file, yaml).expect("a temporary file");
    // SAFETY: nothing else runs yet that looks at the environment.
    unsafe { std::env::set_var("SPEC_FILE", &file) };
    let spec = iso_spec::spec("");
    std::fs::remove_file(&file).expect("the temporary file");
    spec
}

fn rs_message(spec: &'static iso_spec::Spec) -> iso_spec::IsoMsg {
    let segment = spec.get_message_from_header("0100").expect("the message");
    let mut message = iso_spec::new_msg(spec, segment);
    message.set("message_type", "0100").expect("a type");
    for (number, _, _, value) in black_box(&ROWS) {
        message.set_on(u32::from(*number), value).expect("a field");
    }
    message
}

fn read(criterion: &mut Criterion) {
    let (bytes, codec_spec, rs_spec) = (wire(), codec_spec(), rs_spec());
    let mut group = criterion.benchmark_group("iso 8583 read: 18 fields");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("annul: view", |bencher| {
        bencher.iter(|| View::decode(&ANNUL, black_box(&bytes)).unwrap());
    });
    group.bench_function("annul: view, each field looked at", |bencher| {
        bencher.iter(|| {
            let view = View::decode(&ANNUL, black_box(&bytes)).unwrap();
            view.fields()
                .map(|field| field.bytes().len())
                .sum::<usize>()
        });
    });
    group.bench_function("annul: owned", |bencher| {
        bencher.iter(|| Message::decode(&ANNUL, black_box(&bytes)).unwrap());
    });
    group.bench_function("iso8583-codec", |bencher| {
        bencher.iter(|| codec::Message::parse(&codec_spec, black_box(&bytes)).unwrap());
    });
    group.bench_function("iso8583_rs", |bencher| {
        let mut bytes = bytes.clone();
        bencher.iter(|| rs_spec.parse(black_box(&mut bytes)).is_ok());
    });
    group.bench_function("floor: copy of the bytes", |bencher| {
        let mut copy = vec![0; bytes.len()];
        bencher.iter(|| copy.copy_from_slice(black_box(&bytes)));
    });
    group.finish();
}

fn write(criterion: &mut Criterion) {
    let (codec_spec, rs_spec) = (codec_spec(), rs_spec());
    let mut group = criterion.benchmark_group("iso 8583 write: 18 fields");
    group.bench_function("annul: into a buffer", |bencher| {
        let mut buffer = [0; 512];
        bencher.iter(|| annul_write(black_box(&mut buffer)));
    });
    group.bench_function("iso8583-codec: a built message", |bencher| {
        let (message, mut buffer) = (codec_message(), Vec::with_capacity(512));
        bencher.iter(|| {
            buffer.clear();
            black_box(&message)
                .encode_to(&codec_spec, &mut buffer)
                .unwrap();
        });
    });
    group.bench_function("iso8583-codec: built and written", |bencher| {
        bencher.iter(|| codec_message().encode(&codec_spec).unwrap());
    });
    group.bench_function("iso8583_rs: a built message", |bencher| {
        let message = rs_message(rs_spec);
        bencher.iter(|| black_box(&message).assemble().is_ok());
    });
    group.finish();
}

/// The message, after all three have agreed on it.
fn wire() -> Vec<u8> {
    let mut buffer = [0; 512];
    let size = annul_write(&mut buffer);
    let bytes = buffer[..size].to_vec();
    assert_eq!(codec_message().encode(&codec_spec()).unwrap(), bytes);
    let mut again = bytes.clone();
    let read = rs_spec().parse(&mut again);
    assert_eq!(
        read.ok()
            .expect("a message")
            .bmp_child_value(41)
            .ok()
            .unwrap(),
        "12345678"
    );
    bytes
}

criterion_group!(benches, read, write);
criterion_main!(benches);
