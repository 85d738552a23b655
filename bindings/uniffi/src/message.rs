use crate::code;
use crate::error::{Advice, AnnulError};
use crate::setup::Language;
use annul::iso8583::{UNIONPAY_POS, describe, detect};
use core::fmt::Write;

/// A message taken apart, masked: it may be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct DecodedMessage {
    /// How much of the envelope was there, in words.
    pub form: String,
    /// 5 bytes in hexadecimal, where they were there.
    pub tpdu: Option<String>,
    /// 6 bytes in hexadecimal, where they were there.
    pub header: Option<String>,
    /// The message type: four digits.
    pub mti: String,
    /// The fields in order.
    pub fields: Vec<DecodedField>,
}

/// One field, masked.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct DecodedField {
    /// 2 to 64.
    pub number: i32,
    /// Its name in the language asked for.
    pub name: String,
    /// What may be shown of its value.
    pub value: String,
}

/// Takes a message apart: a whole frame, one without its length prefix, or the
/// message alone.
#[uniffi::export]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a borrowed slice wants a direct buffer from Kotlin"
)]
pub fn decode_message(bytes: Vec<u8>, language: Language) -> Result<DecodedMessage, AnnulError> {
    let found = detect(&UNIONPAY_POS, &bytes).map_err(|error| {
        let code = code::undecodable(&error);
        AnnulError::new(code, error.to_string(), Advice::FixConfiguration)
    })?;
    let fields = describe(&found.view, language.into()).map(|line| DecodedField {
        number: line.number.into(),
        name: line.name.to_owned(),
        value: line.value.to_string(),
    });
    Ok(DecodedMessage {
        form: found.form.to_string(),
        tpdu: found.envelope.map(|(tpdu, _)| hexadecimal(tpdu.bytes())),
        header: (found.envelope).map(|(_, header)| hexadecimal(header.bytes())),
        mti: format!("{:04X}", found.view.mti().bcd()),
        fields: fields.collect(),
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes all that is written to it.
        let _ = write!(text, "{byte:02X}");
        text
    })
}
