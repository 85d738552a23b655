//! The table of chip cards in the crypto chapter.

use crate::Table;
use annul::crypto::issuer::{Cipher, Derivation, Fill, Scheme, SessionOf, Signed};
use annul::emv::ArpcMethod;
use annul::text::Language;

pub(crate) fn schemes(language: Language) -> Table {
    let say = |zh, en| crate::say(language, en, zh).to_owned();
    let cipher = |cipher| match cipher {
        Cipher::Des => "DES",
        Cipher::Sm4 => "SM4",
        Cipher::Aes => "AES",
    };
    let session = |session| match session {
        SessionOf::CardKey => say("卡片密钥", "the card's key"),
        SessionOf::Counter => say("EMV 通用，ATC", "common, of the counter"),
        SessionOf::Number => say(
            "EMV 通用，ATC 与不可预知数",
            "common, of counter and number",
        ),
        SessionOf::Cryptogram => say("EMV 通用，应用密文", "common, of the cryptogram"),
        SessionOf::PbocCounter => say("PBOC，ATC", "PBOC's, of the counter"),
        SessionOf::AddedCounter => say("与 ATC 异或", "the counter added"),
    };
    let signed = |signed| match signed {
        Signed::Whole => say("全部", "whole"),
        Signed::Results => say("CVR", "results"),
        Signed::ResultsAndCounters => say("CVR 与计数器", "results, counters"),
    };
    let row = |scheme: Scheme| {
        let padding = match (scheme.cipher, scheme.fill) {
            (Cipher::Aes, _) => "CMAC".to_owned(),
            (_, Fill::Zeros) => say("补零", "zeros"),
            (_, Fill::One) => say("补 80", "80"),
        };
        let answer = match scheme.answer {
            ArpcMethod::Code => say("应答码", "code"),
            ArpcMethod::Status => say("卡片状态更新", "status"),
        };
        let derivation = match scheme.derivation {
            Derivation::A => "A",
            Derivation::B => "B",
            Derivation::C => "C",
        };
        vec![
            format!("`{}`", scheme.name),
            cipher(scheme.cipher).to_owned(),
            derivation.to_owned(),
            session(scheme.session),
            signed(scheme.signed),
            padding,
            answer,
            session(scheme.answer_session),
            session(scheme.script),
        ]
    };
    Table {
        heading: [
            say("方案", "Scheme"),
            say("算法", "Cipher"),
            say("卡片密钥分散", "Option"),
            say("过程密钥", "Session key"),
            say("9F10 中参与的部分", "Of 9F10"),
            say("填充", "Padding"),
            say("应答", "Answer"),
            say("应答的密钥", "Its key"),
            say("脚本的密钥", "Scripts' key"),
        ]
        .into(),
        rows: Scheme::ALL.map(row).into(),
    }
}
