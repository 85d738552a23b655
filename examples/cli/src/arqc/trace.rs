use crate::hex;
use crate::output::{self, Manner};
use annul::crypto::issuer::Step;
use annul::crypto::mac;
use serde::Serialize;

/// The steps from the card's key to the answer, in their order. They tell no
/// key but its check value, and no card number.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(super) struct Trace(Vec<Line>);

#[derive(Serialize)]
struct Line {
    step: Name,
    value: String,
}

/// What a step is called.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    CardKeyCheck,
    SessionInput,
    SessionKeyCheck,
    Signed,
    Block,
    Deciphered,
    Enciphered,
    AnswerInput,
}

impl Name {
    const fn said(self, manner: Manner) -> &'static str {
        match self {
            Self::CardKeyCheck => manner.pick("卡片密钥校验值", "card key, check value"),
            Self::SessionInput => manner.pick("过程密钥输入", "input of the session key"),
            Self::SessionKeyCheck => manner.pick("过程密钥校验值", "session key, check value"),
            Self::Signed => manner.pick("参与计算的数据", "data signed"),
            Self::Block => manner.pick("块", "block"),
            Self::Deciphered => manner.pick("用右半密钥解密", "deciphered under the right half"),
            Self::Enciphered => manner.pick("用左半密钥加密", "enciphered under the left half"),
            Self::AnswerInput => manner.pick("应答密文输入", "input of the answer"),
        }
    }
}

impl Trace {
    pub(super) fn follow(&mut self, step: Step<'_>) {
        let (step, value) = match step {
            Step::CardKey { kcv, .. } => (Name::CardKeyCheck, kcv.to_string()),
            Step::SessionInput(bytes) => (Name::SessionInput, hex::encode(bytes)),
            Step::SessionKey { kcv, .. } => (Name::SessionKeyCheck, kcv.to_string()),
            Step::Data(bytes) => (Name::Signed, hex::encode(bytes)),
            Step::Mac(mac::Step::Chained { input, output }) => {
                let both = format!("{} -> {}", hex::encode(input), hex::encode(output));
                (Name::Block, both)
            }
            Step::Mac(mac::Step::Deciphered(block)) => (Name::Deciphered, hex::encode(block)),
            Step::Mac(mac::Step::Enciphered(block)) => (Name::Enciphered, hex::encode(block)),
            Step::ResponseInput(block) => (Name::AnswerInput, hex::encode(block)),
        };
        self.0.push(Line { step, value });
    }

    pub(super) fn show(&self, manner: Manner) {
        for line in &self.0 {
            output::line(&format!("{}: {}", line.step.said(manner), line.value));
        }
    }
}
