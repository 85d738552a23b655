use crate::hex;
use crate::spec::framing::Framing;
use annul::frame::{Application, Header, Requirement, TerminalStatus, Tpdu};
use annul::iso8583::{DetectError, Detected, Form, Prefix, PrefixForm};
use serde::Serialize;

/// What stands before the message.
#[derive(Clone, Serialize)]
pub(super) struct Envelope {
    pub(super) length_prefix: bool,
    /// The bytes of the length, where they are digits with small letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<String>,
    pub(super) tpdu: Option<String>,
    pub(super) header: Option<String>,
    #[serde(skip)]
    pub(super) read: Option<(Tpdu, Header)>,
    /// The header that was looked for, where it is not UnionPay's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) framing: Option<&'static Framing>,
}

impl Envelope {
    pub(super) fn of(detected: &Detected<'_>) -> Self {
        Self::new(detected.form, detected.envelope)
    }

    /// What bytes that are no message look most like.
    pub(super) fn guessed(error: &DetectError, bytes: &[u8]) -> Self {
        let start = match error.form {
            Form::Prefixed => Some(2),
            Form::Framed => Some(0),
            Form::Bare => None,
        };
        let parts = start.and_then(|start| {
            let (tpdu, rest) = bytes.get(start..)?.split_first_chunk()?;
            Some((Tpdu::new(*tpdu), Header::new(*rest.first_chunk()?)))
        });
        Self::new(error.form, parts)
    }

    fn new(form: Form, read: Option<(Tpdu, Header)>) -> Self {
        Self {
            length_prefix: form == Form::Prefixed,
            length: None,
            tpdu: read.map(|(tpdu, _)| tpdu.to_string()),
            header: read.map(|(_, header)| header.to_string()),
            read,
            framing: None,
        }
    }

    /// A header by name and its bytes.
    pub(super) fn by_name(framing: &'static Framing, header: &[u8]) -> Self {
        let prefix = framing.header.length().map_or(0, Prefix::size);
        let (length, parts) = header.split_at(header.len().min(prefix));
        let is_hex =
            { framing.header.length() }.is_some_and(|prefix| prefix.form() == PrefixForm::Hex);
        let small = is_hex && length.iter().any(u8::is_ascii_lowercase);
        let tpdu = if framing.has_tpdu() { 5 } else { 0 };
        let (tpdu, header) = parts.split_at(parts.len().min(tpdu));
        let shown = |bytes: &[u8]| (!bytes.is_empty()).then(|| hex::encode(bytes));
        Self {
            length_prefix: prefix > 0,
            length: small.then(|| hex::encode(length)),
            tpdu: shown(tpdu),
            header: shown(header),
            read: None,
            framing: Some(framing),
        }
    }
}

/// The parts of a header in words, in the order of its digits.
pub(super) fn header_parts(header: Header) -> [(&'static str, &'static str, String); 4] {
    [
        ("应用", "application", application(header.application())),
        (
            "版本",
            "version",
            format!("{:02X}", header.software_version()),
        ),
        ("状态", "status", status(header.terminal_status())),
        ("处理要求", "requirement", requirement(header.requirement())),
    ]
}

fn application(application: Application) -> String {
    match application {
        Application::StripeFinance => "60 stripe".to_owned(),
        Application::ChipFinance => "61 chip".to_owned(),
        Application::StripeValueAdded => "62 stripe, value-added".to_owned(),
        Application::ChipValueAdded => "63 chip, value-added".to_owned(),
        Application::Unknown(code) => format!("{code:02X}"),
    }
}

fn status(status: TerminalStatus) -> String {
    match status {
        TerminalStatus::Normal => "0 in use".to_owned(),
        TerminalStatus::Test => "1 test".to_owned(),
        TerminalStatus::Unknown(digit) => format!("{digit:X}"),
    }
}

fn requirement(requirement: Requirement) -> String {
    let word = match requirement {
        Requirement::None => "none",
        Requirement::StripeParameters => "fetch stripe parameters",
        Requirement::StatusReport => "report the status",
        Requirement::SignIn => "sign in again",
        Requirement::CaKeys => "fetch CA keys",
        Requirement::ChipParameters => "fetch chip parameters",
        Requirement::TerminalManagement => "fetch terminal parameters",
        Requirement::Blacklist => "fetch the blacklist",
        Requirement::Rates => "fetch rates",
        Requirement::ContactlessParameters => "fetch contactless parameters",
        Requirement::NoPinTableA => "fetch no-PIN table A",
        Requirement::NoPinTableB => "fetch no-PIN table B",
        Requirement::Unknown(_) => "unknown",
    };
    format!("{:X} {word}", requirement.digit())
}
