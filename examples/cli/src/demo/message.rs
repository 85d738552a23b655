use crate::table;
use annul::text::{self, Bilingual, Language};
use annul::transaction::{Amount, ResponseCode, ReversalReason};
use annul_host::Exchanged;

/// A message as the host saw or made it, masked.
pub(super) struct Message {
    pub(super) way: Way,
    pub(super) mti: String,
    /// What it is about, in the word of the exchange.
    pub(super) about: &'static str,
    /// The fields that tell the story: name and value.
    pub(super) fields: Vec<String>,
    /// What went wrong with it on order.
    pub(super) trouble: Option<&'static str>,
}

/// Which way a message goes, and whether it arrives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Asked,
    AskedInVain,
    Answered,
    AnswerLost,
}

/// Fields of a request that tell the story; the others say who and where, each
/// time the same.
const ASKED: [&str; 12] = [
    "F2", "F3", "F4", "F11", "F35", "F37", "F38", "F39", "F52", "F60", "F61", "F62",
];
/// Fields that only the answer has.
const ANSWERED: [&str; 4] = ["F37", "F38", "F39", "F62"];

/// Request and answer of an exchange.
pub(super) fn both(exchanged: &Exchanged, language: Language) -> Vec<Message> {
    let lost = |word| exchanged.misdeeds().iter().any(|one| one.word() == word);
    let message = |way, lines: Vec<String>, told: &[&str], trouble| {
        let (mti, fields) = lines.split_first()?;
        Some(Message {
            way,
            mti: mti.clone(),
            about: exchanged.exchange().word(),
            fields: fields
                .iter()
                .filter_map(|line| field(line, told, language))
                .collect(),
            trouble,
        })
    };
    let (request, answer) = (
        exchanged.request_lines(language),
        exchanged.answer_lines(language),
    );
    let said = exchanged.misdeeds().first().map(|one| one.says(language));
    if lost("drop-request") {
        let request = message(Way::AskedInVain, request, &ASKED, said);
        return request.into_iter().collect();
    }
    let (back, said) = match (lost("delay"), lost("drop-answer")) {
        (true, _) => (Way::AnswerLost, Some(STILL_AWAY.in_language(language))),
        (_, true) => (Way::AnswerLost, said),
        _ => (Way::Answered, None),
    };
    let request = message(Way::Asked, request, &ASKED, None);
    let answer = message(back, answer, &ANSWERED, said);
    request.into_iter().chain(answer).collect()
}

const STILL_AWAY: Bilingual = Bilingual {
    zh: "已记账，应答还在路上",
    en: "booked; the answer is still on its way",
};

/// `F4 amount: 000000001234` as `F4 amount 12.34`, where it is told.
fn field(line: &str, told: &[&str], language: Language) -> Option<String> {
    let (name, value) = line.split_once(": ")?;
    let (number, _) = name.split_once(' ')?;
    if !told.contains(&number) {
        return None;
    }
    let code = ResponseCode::new(value.as_bytes());
    Some(match (number, code) {
        ("F4", _) => format!(
            "{name} {}",
            value.parse().map_or(Amount::ZERO, table::money)
        ),
        ("F39", Ok(code)) => {
            let words = if told == ASKED {
                reason(code)
            } else {
                meaning(code)
            };
            format!("{name} {value} ({})", words.in_language(language))
        }
        _ => format!("{name} {value}"),
    })
}

/// What a code says in an answer.
fn meaning(code: ResponseCode) -> Bilingual {
    text::response(code).map_or(text::UNKNOWN_RESPONSE, |response| response.meaning)
}

/// What a code says in a reversal: why it is sent.
fn reason(code: ResponseCode) -> Bilingual {
    let known = ReversalReason::ALL
        .into_iter()
        .find(|reason| reason.code() == code);
    let (zh, en) = match known {
        Some(ReversalReason::NoAnswer) => ("未收到应答", "no answer came"),
        Some(ReversalReason::NotFinished) => ("终端未能完成", "the till could not finish"),
        Some(ReversalReason::WrongMac) => ("应答 MAC 错", "the answer's MAC was wrong"),
        Some(ReversalReason::Other) | None => ("其他", "another reason"),
    };
    Bilingual { zh, en }
}
