use annul::iso8583::Language;
use annul_host::Exchanged;

/// A message as the host saw or made it, masked.
pub(super) struct Message {
    pub(super) way: Way,
    pub(super) mti: String,
    /// What it is about, in the word of the exchange.
    pub(super) about: &'static str,
    /// The fields that tell the story: name and value.
    pub(super) fields: Vec<(String, String)>,
    /// What went wrong with it on order.
    pub(super) trouble: Vec<&'static str>,
}

/// Which way a message goes, and whether it arrives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    ToHost,
    ToHostLost,
    ToTill,
    ToTillLost,
}

/// Fields that differ from message to message and matter here; the others say
/// who and where, each time the same.
const TOLD: [&str; 12] = [
    "F2", "F3", "F4", "F11", "F35", "F37", "F38", "F39", "F52", "F60", "F61", "F62",
];

/// Request and answer of an exchange.
pub(super) fn both(exchanged: &Exchanged, language: Language) -> Vec<Message> {
    let words: Vec<&str> = exchanged.misdeeds().iter().map(|one| one.word()).collect();
    let lost = |word| words.contains(&word);
    let trouble: Vec<&'static str> =
        exchanged.misdeeds().iter().map(|one| one.says(language)).collect();
    let message = |way, lines: Vec<String>, trouble| {
        let (mti, fields) = lines.split_first()?;
        Some(Message {
            way,
            mti: mti.clone(),
            about: exchanged.exchange().word(),
            fields: fields.iter().filter_map(|line| told(line)).collect(),
            trouble,
        })
    };
    let request = exchanged.request_lines(language);
    let answer = exchanged.answer_lines(language);
    if lost("drop-request") {
        return message(Way::ToHostLost, request, trouble).into_iter().collect();
    }
    let back = if lost("drop-answer") || lost("delay") { Way::ToTillLost } else { Way::ToTill };
    let request = message(Way::ToHost, request, Vec::new());
    request.into_iter().chain(message(back, answer, trouble)).collect()
}

/// `F4 amount: 000000001234` into name and value, where it is told.
fn told(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(": ")?;
    let (number, words) = name.split_once(' ')?;
    let known = TOLD.contains(&number);
    known.then(|| (format!("{number} {words}"), value.to_owned()))
}
