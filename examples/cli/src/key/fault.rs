//! What the library says of keys, PINs and cards, in the language asked for.

mod key_block;

use crate::exit::Failure;
use crate::output::Manner;
use annul::card::CardError;
use annul::crypto::dukpt::{DukptError, KsnError};
use annul::crypto::mac::WrongLength;
use annul::crypto::{ComponentError, KeyError, UnsuitableKey, Usage, Weakness, WrongCheckValue};
use annul::text::Language;

/// An error of the library that is said in Chinese, too.
pub(crate) trait InChinese: std::error::Error {
    fn chinese(&self) -> String;

    fn said(&self, manner: Manner) -> String {
        match manner.language {
            Language::Chinese => self.chinese(),
            Language::English => self.to_string(),
        }
    }
}

/// Turns such an error into what is shown.
pub(crate) fn worded<E: InChinese>(manner: Manner) -> impl Fn(E) -> Failure {
    move |error| Failure::new(error.said(manner))
}

impl InChinese for KeyError {
    fn chinese(&self) -> String {
        let (cipher, expected, found) = match self {
            Self::Length { found } => ("DES", "8、16 或 24", found),
            Self::Sm4Length { found } => ("SM4", "16", found),
            Self::AesLength { found } => ("AES", "16、24 或 32", found),
            Self::Hex => return "密钥：应为偶数个十六进制数字，且不超过最长的密钥".to_owned(),
            Self::Blocks { block, found } => {
                return format!("加密：应为 {block} 字节的整数倍，实为 {found} 字节；请先填充");
            }
        };
        format!("{cipher} 密钥：应为 {expected} 字节，实为 {found} 字节；请核对密钥的导出方式")
    }
}

impl InChinese for UnsuitableKey {
    fn chinese(&self) -> String {
        let usage = match self.usage {
            Usage::Master => "主",
            Usage::Pin => "PIN ",
            Usage::Mac => "MAC ",
            Usage::Track => "磁道",
        };
        format!("{usage}密钥：算法或长度不适用；请核对收单机构的参数")
    }
}

impl InChinese for WrongLength {
    fn chinese(&self) -> String {
        let (expected, found) = (self.expected, self.found);
        format!("MAC（填充方法 3）：预告 {expected} 字节，实有 {found} 字节；请预告整个报文的长度")
    }
}

impl InChinese for Weakness {
    fn chinese(&self) -> String {
        match self {
            Self::Part { part } => format!("DES 密钥：第 {part} 段是弱密钥；请另造一把"),
            Self::EqualParts { first } => {
                let second = first + 1;
                format!(
                    "DES 密钥：第 {first} 段与第 {second} 段相同，只抵一把较短的密钥；请另造一把"
                )
            }
        }
    }
}

impl InChinese for ComponentError {
    fn chinese(&self) -> String {
        match self {
            Self::Parity { component } => {
                format!("分量 {component}：应为奇校验；请与纸上的数字逐一核对")
            }
            Self::Other { component } => {
                format!("分量 {component}：算法和长度应与第一个分量相同")
            }
            Self::Few { found } => format!("分量：至少应有 2 个，实有 {found} 个"),
            Self::Zero => "分量：其和为零；同一个分量输入了两次".to_owned(),
            Self::Weak(weakness) => weakness.chinese(),
        }
    }
}

impl InChinese for WrongCheckValue {
    fn chinese(&self) -> String {
        let (expected, found) = (self.expected, self.found);
        format!("校验值：应为 {expected}，实为 {found}；密钥输入或传送有误")
    }
}

impl InChinese for KsnError {
    fn chinese(&self) -> String {
        match self {
            Self::Size { expected, found } => {
                format!("KSN：应为 {expected} 字节，实为 {found}；TDES 为 10 字节，AES 为 12 字节")
            }
            Self::Hex { expected } => {
                format!("KSN：应为 {expected} 位十六进制数字；TDES 为 20 位，AES 为 24 位")
            }
            Self::Ones { most, found } => {
                format!("KSN：计数器中有 {found} 个 1，最多 {most} 个；请检查设备")
            }
        }
    }
}

impl InChinese for DukptError {
    fn chinese(&self) -> String {
        match self {
            Self::Key { expected } => {
                let expected = match *expected {
                    "16-byte DES" => "16 字节的 DES",
                    other => other,
                };
                format!("DUKPT：基础密钥或初始密钥应为 {expected} 密钥；请核对主机所用的方案")
            }
            Self::NoTransaction => {
                "DUKPT：KSN 的计数器为 0，应不小于 1；设备在首次使用前先计数".to_owned()
            }
            Self::Stronger => "DUKPT：工作密钥不能强于基础密钥；请选用较短的密钥".to_owned(),
            Self::EndOfLife => "DUKPT：该设备的密钥已全部用尽；请装入新的初始密钥".to_owned(),
        }
    }
}

impl InChinese for CardError {
    fn chinese(&self) -> String {
        match self {
            Self::Pan => "主账号：应为 13 至 19 位数字",
            Self::Expiry => "有效期：应为四位数字 YYMM，月份为 01 至 12",
            Self::Track2 => "二磁道：应为主账号、'=' 或 'D'、有效期 YYMM 和数字，最多 37 个字符",
            Self::Pin => "PIN：应为 4 至 12 位数字",
        }
        .to_owned()
    }
}
