use crate::hex;
use crate::output::{self, Manner};
use annul::crypto::mac::Step;
use serde::Serialize;

/// The steps from the message to the MAC, in their order. They tell no key.
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
pub(super) enum Name {
    /// The message as the cipher takes it.
    Padded,
    /// One block of the chain.
    Block,
    /// The last block under the second key.
    Deciphered,
    /// And again under the first.
    Enciphered,
    /// All blocks added.
    Sum,
    /// The hexadecimal characters of the sum.
    Text,
    /// Their left half, enciphered.
    Left,
    /// Their right half, added to that.
    Added,
}

impl Name {
    const fn said(self, manner: Manner) -> &'static str {
        match self {
            Self::Padded => manner.pick("填充后的报文", "padded message"),
            Self::Block => manner.pick("块", "block"),
            Self::Deciphered => manner.pick("用第二把密钥解密", "deciphered under the second key"),
            Self::Enciphered => manner.pick("用第一把密钥加密", "enciphered under the first key"),
            Self::Sum => manner.pick("各块异或", "blocks added"),
            Self::Text => manner.pick("异或值的字符", "characters of the sum"),
            Self::Left => manner.pick("左半加密", "left half enciphered"),
            Self::Added => manner.pick("与右半异或", "right half added"),
        }
    }
}

impl Trace {
    pub(super) fn note(&mut self, step: Name, bytes: &[u8]) {
        let value = hex::encode(bytes);
        self.0.push(Line { step, value });
    }

    /// A step of the library. The padded message is put together first of all.
    pub(super) fn follow(&mut self, step: Step<'_>) {
        match step {
            Step::Chained { input, output } => {
                if self.0.is_empty() {
                    self.note(Name::Padded, &[]);
                }
                self.0[0].value.push_str(&hex::encode(input));
                self.note(Name::Block, output);
            }
            Step::Deciphered(block) => self.note(Name::Deciphered, block),
            Step::Enciphered(block) => self.note(Name::Enciphered, block),
        }
    }

    pub(super) fn show(&self, manner: Manner) {
        let mut block = 0;
        for line in &self.0 {
            let mut name = line.step.said(manner).to_owned();
            if line.step == Name::Block {
                block += 1;
                name = format!("{name} {block}");
            }
            output::line(&format!("{name}: {}", line.value));
        }
    }
}
