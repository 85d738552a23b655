//! What a piece of hex is.

use super::*;

#[test]
fn the_form_of_every_sample_is_found() {
    for sample in whole() {
        let found = detect(sample.spec(), &sample.bytes)
            .unwrap_or_else(|error| panic!("{}: {error}", sample.id));
        let form = match sample.envelope {
            Envelope::Prefixed => Form::Prefixed,
            Envelope::Framed => Form::Framed,
            Envelope::Bare | Envelope::Mab => Form::Bare,
        };
        assert_eq!(found.form, form, "{}", sample.id);
        assert_eq!(found.view.bytes(), sample.message());
        let tpdu = found.envelope.map(|(tpdu, _)| *tpdu.bytes());
        let header = found.envelope.map(|(_, header)| *header.bytes());
        assert_eq!((tpdu, header), (sample.tpdu, sample.header));
    }
}

#[test]
fn the_best_guess_is_explained() {
    let cut = named("G04").bytes;
    let error = detect(&UNIONPAY_POS, &cut[..cut.len() - 1]).unwrap_err();
    let (claimed, found) = (115, 114);
    assert_eq!(error.form, Form::Prefixed);
    assert_eq!(
        error.frame,
        Some(FrameError::LengthMismatch { claimed, found })
    );

    let error = detect(&UNIONPAY_POS, &named("P26").bytes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "read as message alone: message from byte 0 on: \
         field 64 at byte 61: expected 8 bytes, 0 left"
    );
    let framed = named("P4").bytes;
    let error = detect(&UNIONPAY_POS, &framed[..framed.len() - 1]).unwrap_err();
    assert_eq!((error.form, error.start), (Form::Framed, 11));
    assert_eq!(error.message.map(|wrong| wrong.field), Some(62));
}
