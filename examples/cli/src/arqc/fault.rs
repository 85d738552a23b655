//! What the library says of chip cards and their issuers, in Chinese.

use crate::key::fault::InChinese;
use crate::output::{Detail, Form, Manner};
use crate::tlv::fault;
use annul::crypto::issuer::IssuerError;
use annul::text::Language;

impl InChinese for IssuerError {
    fn chinese(&self) -> String {
        match self {
            Self::Length { found } => {
                format!("发卡行密钥：应为 16 字节的 DES 密钥，实为 {found} 字节")
            }
            Self::Key(unsuitable) => unsuitable.chinese(),
            Self::Sequence { found } => {
                format!("主账号序列号：应为 0 至 99，实为 {found}；即标签 5F34")
            }
            Self::Derivation { derivation } => {
                format!(
                    "卡片密钥：方式 {derivation:?} 不用于此算法；DES 用 A 和 B，SM4 用 A，AES 用 C"
                )
            }
            Self::Session => "过程密钥：此方法不用于该密钥的算法；请用 EMV 通用方法".to_owned(),
            Self::Missing { tag } => format!("55 域：缺少标签 {tag}，而卡片对它签名"),
            Self::Twice { tag } => format!("55 域：标签 {tag} 出现两次，值不相同"),
            Self::Value {
                tag,
                expected,
                found,
            } => format!("55 域：标签 {tag} 为 {found} 字节，应为 {expected} 字节"),
            Self::Malformed(error) => format!("55 域：{}", fault::told(error, CHINESE)),
            Self::NoResults => {
                "55 域：标签 9F10 的格式中没有卡片验证结果；请用对其全部内容签名的方案".to_owned()
            }
            Self::NoCryptogram => "55 域：缺少标签 9F26，即卡片的应用密文".to_owned(),
            Self::NoPinChange => {
                "新 PIN：没有资料说明此方案的卡片如何接收新 PIN；请自行构造命令".to_owned()
            }
            Self::Proprietary { found } => {
                format!("标签 91：发卡行自定义内容最多 8 字节，实为 {found} 字节")
            }
            Self::Mismatch => {
                "应用密文：不是这张卡片、密钥和方案的密文；--trace 显示是哪一步不同".to_owned()
            }
        }
    }
}

const CHINESE: Manner = Manner {
    language: Language::Chinese,
    form: Form::Words,
    detail: Detail::Results,
};
