//! Data objects: annul, `emv` and `iso7816-tlv` over the same bytes.

use annul::tlv::dol::{Dol, Format};
use annul::tlv::{Lengths, Mode, Reader, Tag, Writer};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use emv::core::dol as other_dol;
use emv::core::tlv as other_tlv;
use iso7816_tlv::ber;
use std::hint::black_box;

/// Field 55 of a sale in a public sample: 19 objects, 139 bytes.
const FIELD_55: &str = "9F260895BBE372271DDA7C9F2701809F101307010103A00000010A010000000000\
    ED538FE49F37047F9F349E9F36020157950500000000009A031908309C01009F02060000000000015F2A0201\
    5682027C009F1A0201569F03060000000000009F3303E0E1C89F3501229F1E0831303030303031398408A000\
    0003330101029F0902008C9F410400000403";

/// Templates in templates: what a card answers to SELECT.
const SELECTED: &str = "6F468407A0000000031010A53B500B56495341204352454449548701015F2D02656E\
    9F38189F66049F02069F03069F1A0295055F2A029A039C019F3704BF0C089F5A051108400840";

/// What a contactless card asks for, and a terminal's data.
const PDOL: &str = "9F66049F02069F03069F1A0295055F2A029A039C019F3704";
const DATA: &str = "9F660436A040009F02060000000010009F03060000000000009F1A0208409505000000\
    00005F2A0208409A032601019C01009F3704DEADBEEF";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

/// Every object, tag and value looked at.
fn read(criterion: &mut Criterion) {
    for (name, text) in [
        ("field 55, 139 bytes", FIELD_55),
        ("SELECT, 72 bytes", SELECTED),
    ] {
        let bytes = hex(text);
        let mut group = criterion.benchmark_group(format!("tlv read: {name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("annul", |bencher| {
            bencher.iter(|| {
                let mut count = 0;
                for object in Reader::new(black_box(&bytes), Mode::Emv) {
                    let object = object.unwrap();
                    black_box((object.tag(), object.value()));
                    count += 1;
                }
                count
            });
        });
        group.bench_function("emv", |bencher| {
            bencher.iter(|| other_tlv::Tlv::parse_all(black_box(&bytes)).unwrap());
        });
        group.bench_function("iso7816-tlv", |bencher| {
            bencher.iter(|| ber::Tlv::parse_all(black_box(&bytes)));
        });
        group.bench_function("floor: copy of the bytes", |bencher| {
            let mut copy = vec![0; bytes.len()];
            bencher.iter(|| copy.copy_from_slice(black_box(&bytes)));
        });
        group.finish();
    }
}

/// The objects of field 55 written from what was read before.
fn write(criterion: &mut Criterion) {
    let bytes = hex(FIELD_55);
    let mut group = criterion.benchmark_group("tlv write: field 55, 139 bytes");
    let objects: Vec<_> = (Reader::new(&bytes, Mode::Emv).flatten()).collect();
    let mut buffer = [0; 255];
    group.bench_function("annul", |bencher| {
        bencher.iter(|| {
            let mut writer = Writer::new(&mut buffer);
            for object in black_box(&objects) {
                writer.primitive(object.tag(), object.value());
            }
            writer.finish().unwrap()
        });
    });
    group.bench_function("annul, read and written", |bencher| {
        bencher.iter(|| {
            let mut writer = Writer::new(&mut buffer);
            let reader = Reader::new(black_box(&bytes), Mode::Emv);
            assert!(writer.transcribe(reader, Lengths::Minimal).is_ok());
            writer.finish().unwrap()
        });
    });
    let parsed = other_tlv::Tlv::parse_all(&bytes).unwrap();
    group.bench_function("emv", |bencher| {
        bencher.iter(|| -> Vec<u8> {
            black_box(&parsed)
                .iter()
                .flat_map(other_tlv::Tlv::encode)
                .collect()
        });
    });
    let parsed = ber::Tlv::parse_all(&bytes);
    group.bench_function("iso7816-tlv", |bencher| {
        bencher.iter(|| -> Vec<u8> {
            black_box(&parsed)
                .iter()
                .flat_map(ber::Tlv::to_vec)
                .collect()
        });
    });
    group.finish();
}

/// A list read and answered: from a table of values, and from their TLV.
fn dol(criterion: &mut Criterion) {
    let (list, data) = (hex(PDOL), hex(DATA));
    let format = |tag: Tag| match tag.value() {
        0x9F02 | 0x9F03 | 0x9F1A | 0x5F2A | 0x9A | 0x9C => Format::Numeric,
        _ => Format::Other,
    };
    let table: Vec<(Tag, Format, &[u8])> = (Reader::new(&data, Mode::Emv).flatten())
        .map(|object| (object.tag(), format(object.tag()), object.value()))
        .collect();
    let mut group = criterion.benchmark_group("dol read and build: 9 entries, 33 bytes");
    let mut buffer = [0; 255];
    group.bench_function("annul", |bencher| {
        bencher.iter(|| {
            let dol = Dol::parse(black_box(&list)).unwrap();
            let value = |wanted| {
                let row = table.iter().find(|(tag, ..)| *tag == wanted)?;
                Some((row.1, row.2))
            };
            dol.build(&mut buffer, value).unwrap()
        });
    });
    group.bench_function("annul, values looked for in TLV", |bencher| {
        bencher.iter(|| {
            let dol = Dol::parse(black_box(&list)).unwrap();
            let value = |wanted| {
                let mut objects = Reader::new(&data, Mode::Emv).flatten();
                let object = objects.find(|object| object.tag() == wanted)?;
                Some((format(wanted), object.value()))
            };
            dol.build(&mut buffer, value).unwrap()
        });
    });
    group.bench_function("emv", |bencher| {
        bencher.iter(|| {
            let dol = other_dol::Dol::parse(black_box(&list)).unwrap();
            dol.build(|wanted| {
                let row = table.iter().find(|(tag, ..)| tag.value() == wanted.0)?;
                let format = match row.1 {
                    Format::Numeric => other_dol::ValueFormat::Numeric,
                    _ => other_dol::ValueFormat::Other,
                };
                Some((format, row.2.to_vec()))
            })
        });
    });
    group.finish();
}

criterion_group!(benches, read, write, dol);
criterion_main!(benches);
