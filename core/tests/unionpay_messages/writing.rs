//! What was read is written again, by copy and by value.

use super::*;

#[test]
fn every_sample_is_copied_bit_for_bit() {
    for sample in whole() {
        assert_eq!(copied(&decode(&sample)), sample.message(), "{}", sample.id);
    }
}

#[test]
fn every_sample_is_written_from_its_values() {
    // The terminal of P20 pads a track with F.
    let track = UNIONPAY_POS.field(35).unwrap().padded(0xF);
    let fields: FieldTable<'_, 64> = UNIONPAY_FIELDS.with(35, track);
    let padding = UNIONPAY_POS.over(fields.slots());
    for sample in whole() {
        let spec = match sample.id.as_str() {
            "P20" => &padding,
            _ => sample.spec(),
        };
        let bytes = written(&sample, spec, Ending::Signed);
        assert_eq!(bytes, sample.message(), "{}", sample.id);
    }
}

#[test]
fn a_message_that_waits_for_its_mac_is_the_mab() {
    for mut sample in whole().filter(|sample| sample.fields.contains_key(&64)) {
        sample.fields.remove(&64);
        let bytes = written(&sample, sample.spec(), Ending::Unsigned);
        let (mab, _) = sample.message().split_at(sample.message().len() - 8);
        // P20 pads its track with F and this writer with 0.
        let differences = bytes.iter().zip(mab).filter(|(a, b)| a != b).count();
        assert_eq!(differences, usize::from(sample.id == "P20"));
        assert_eq!(bytes.len(), mab.len());
    }
}
