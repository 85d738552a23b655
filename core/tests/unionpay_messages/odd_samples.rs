//! The samples that contradict the specification, each as it is.

use super::*;

#[test]
fn p26_is_what_a_mac_covers_and_lacks_field_64() {
    let sample = named("P26");
    let message = sample.message();
    let error = View::decode(&UNIONPAY_POS, message).unwrap_err();
    assert_eq!((error.field, error.offset), (64, message.len()));
    let (expected, left) = (8, 0);
    assert_eq!(error.fault, DecodeFault::Truncated { expected, left });

    let partial = View::decode_partial(&UNIONPAY_POS, message).unwrap();
    assert_eq!(partial.error, Some(error));
    assert_eq!(partial.view.bitmap(), sample.bitmap);
    let fields = partial.view.fields().map(|f| (f.number(), listed(&f)));
    assert_eq!(
        fields.collect::<Vec<_>>(),
        sample.fields.clone().into_iter().collect::<Vec<_>>()
    );
    assert!(partial.view.field(64).is_none());

    assert_eq!(written(&sample, &UNIONPAY_POS, Ending::Unsigned), message);
}

#[test]
fn p27_has_an_answer_code_in_a_request() {
    let sample = named("P27");
    let view = decode(&sample);
    assert!(view.mti().is_request());
    assert_eq!(view.field(39).unwrap().text(), Some("00"));
}

#[test]
fn p11_has_an_operator_of_two_bytes() {
    let sample = named("P11");
    let remarks = Remarks::parse(&decode(&sample).field(63).unwrap());
    assert_eq!(remarks.head(), b"03");
    assert_eq!(remarks.operator(), b"03");
    assert_eq!(remarks.organisation(), None);
    assert!(remarks.issuer().is_empty());
}

#[test]
fn p21_has_a_message_class_of_twelve_digits() {
    let sample = named("P21");
    let class = MessageClass::parse(&decode(&sample).field(60).unwrap()).unwrap();
    assert_eq!((class.kind(), class.batch()), (22, 1));
    assert_eq!(class.capability(), Some(Capability::Contactless));
    assert_eq!(class.chip_condition(), None);
}

#[test]
fn p19_needs_its_own_dialect() {
    let sample = named("P19");
    let error = View::decode(&UNIONPAY_POS, sample.message()).unwrap_err();
    // 24 taken as digits is 12 bytes; the next field begins in the cipher.
    assert!(error.field > 35, "{error}");
    let view = decode(&sample);
    assert_eq!(view.field(35).unwrap().bytes().len(), 24);
    assert_eq!(view.field(60).unwrap().count(), 19);
    assert!(MessageClass::parse(&view.field(60).unwrap()).is_err());
    let mode = EntryMode::parse(&view.field(22).unwrap()).unwrap();
    assert_eq!(mode.pin, PinEntry::None);
    assert!(view.field(52).is_some());
}

#[test]
fn a_field_of_another_dialect_is_not_copied() {
    let sample = named("P19");
    let view = decode(&sample);
    let mut buffer = [0; 256];
    let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, view.mti());
    writer.copy(&view.field(35).unwrap());
    assert!(writer.finish().is_err());
}
