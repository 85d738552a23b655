//! Each sample reads as listed.

use super::*;

#[test]
fn there_are_sixty_samples() {
    let ids: Vec<String> = samples().into_iter().map(|sample| sample.id).collect();
    let expected = (1..=27).map(|n| format!("P{n}"));
    let expected = expected.chain((1..=33).map(|n| format!("G{n:02}")));
    assert_eq!(ids, expected.collect::<Vec<_>>());
}

#[test]
fn every_sample_has_the_fields_listed() {
    for sample in whole() {
        let view = decode(&sample);
        assert_eq!(view.mti(), Mti::literal(sample.mti), "{}", sample.id);
        assert_eq!(view.bitmap(), sample.bitmap, "{}", sample.id);
        let fields: Vec<_> = view.fields().map(|f| (f.number(), listed(&f))).collect();
        let expected: Vec<_> = sample.fields.clone().into_iter().collect();
        assert_eq!(fields, expected, "{}", sample.id);
    }
}

#[test]
fn every_field_is_found_by_number_and_no_other() {
    for sample in whole() {
        let view = decode(&sample);
        for number in 0..=u8::MAX {
            let found = view.field(number).map(|field| field.number());
            let expected = sample.fields.contains_key(&number).then_some(number);
            assert_eq!(found, expected, "{}", sample.id);
        }
    }
}

#[test]
fn raw_fields_lie_end_to_end() {
    for sample in whole() {
        let view = decode(&sample);
        let mut offset = HEAD;
        for field in view.fields() {
            assert_eq!(field.offset(), offset);
            assert_eq!([field.prefix(), field.bytes()].concat(), field.raw());
            offset += field.raw().len();
        }
        assert_eq!(offset, sample.message().len());
    }
}

#[test]
fn a_mac_covers_all_before_field_64() {
    for sample in whole() {
        let view = decode(&sample);
        let end = sample.message().len() - 8;
        let expected = sample
            .fields
            .contains_key(&64)
            .then(|| &sample.message()[..end]);
        assert_eq!(view.mab(), expected);
    }
}

#[test]
fn pad_nibbles_are_kept() {
    let contactless = named("P20");
    let view = decode(&contactless);
    assert_eq!(view.field(35).unwrap().pad(), Some(0xF));
    assert_eq!(view.field(2).unwrap().pad(), Some(0));
    assert_eq!(view.field(22).unwrap().pad(), Some(0));
    assert_eq!(view.field(23).unwrap().pad(), Some(0));
    assert_eq!(view.field(4).unwrap().pad(), None);
    assert_eq!(view.field(49).unwrap().pad(), None);
}
