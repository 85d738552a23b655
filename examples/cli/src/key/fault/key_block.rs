use super::InChinese;
use annul::crypto::key_block::{Field, KeyBlockError, MOST};

impl InChinese for KeyBlockError {
    fn chinese(&self) -> String {
        let said = match self {
            Self::Field {
                field,
                offset,
                expected,
                found,
            } => {
                let (field, expected) = (name(*field), translated(expected));
                format!("第 {offset} 个字符起的{field}：应为{expected}，实为 {found}")
            }
            Self::Short {
                field,
                offset,
                needed,
                found,
            } => {
                let field = name(*field);
                format!(
                    "第 {offset} 个字符起的{field}：应有 {needed} 个字符，只剩 {found} 个；被截断了"
                )
            }
            Self::Length { said, found } => format!(
                "长度字段写的是 {said} 个字符，实为 {found} 个；请核对是否被截断或添加了内容"
            ),
            Self::TooLong { found } => format!("{found} 个字符，最多 {MOST} 个"),
            Self::Mac => "MAC 不对；密钥块被改动过，或保护密钥不是这一把：请比较校验值".to_owned(),
            Self::ProtectionKey { version } => {
                let key = if version.is_aes() {
                    "AES"
                } else {
                    "16 或 24 字节的 DES"
                };
                format!("版本 {version} 的保护密钥为 {key}；请核对密钥或版本")
            }
            Self::NoProtectionKey => "保护密钥应为 16 或 24 字节的 DES，或 AES".to_owned(),
            Self::Weaker => "密钥强于其保护密钥；请用更强的保护密钥".to_owned(),
            Self::KeyLength { algorithm, bits } => {
                format!("密钥为 {bits} 位，与算法 {algorithm} 不符")
            }
            Self::Algorithm { expected, found } => {
                let expected = translated(expected);
                format!("算法为 {found}，应为{expected}；请核对报头与密钥")
            }
            Self::Usage { expected, found } => {
                let expected = translated(expected);
                format!("密钥用途为 {found}，应为{expected}；一把密钥只有一种用途")
            }
            Self::Buffer { needed, found } => {
                format!("缓冲区为 {found} 字节，至少应为 {needed} 字节")
            }
        };
        format!("密钥块：{said}")
    }
}

const fn name(field: Field) -> &'static str {
    match field {
        Field::Version => "版本",
        Field::Length => "长度",
        Field::Usage => "密钥用途",
        Field::Algorithm => "算法",
        Field::ModeOfUse => "使用方式",
        Field::KeyVersion => "密钥版本号",
        Field::Exportability => "可导出性",
        Field::BlockCount => "可选块个数",
        Field::Context => "密钥环境",
        Field::Reserved => "保留字符",
        Field::BlockId => "可选块标识",
        Field::BlockLength => "可选块长度",
        Field::BlockData => "可选块内容",
        Field::Payload => "密钥密文",
        Field::Mac => "MAC",
        Field::Rest => "末尾",
    }
}

/// What the library expects, in its words and in Chinese.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str)] = &[
    ("decimal digits", "十进制数字"),
    ("upper-case hexadecimal digits", "大写十六进制数字"),
    ("hexadecimal digits", "十六进制数字"),
    ("letters and digits", "字母和数字"),
    ("printable ASCII", "可打印的 ASCII 字符"),
    ("a code of X9.143", " X9.143 的代码"),
    ("A to E", " A 至 E"),
    ("nothing behind the optional blocks", "可选块之后没有内容"),
    ("a mode that goes with the key usage", "与密钥用途相符的使用方式"),
    ("each block once", "每个可选块只出现一次"),
    ("padding as the last block", "填充块在最后"),
    ("padding that fills the optional blocks to whole blocks of the cipher", "把可选块补足到整块的填充块"),
    ("two letters or digits, and not PB", "两个字母或数字，且不是 PB"),
    ("a length that counts identifier and length too", "把标识和长度计算在内的长度"),
    ("04, how many digits of the length follow", " 04，即其后长度的位数"),
    ("99 blocks at most, and padding once", "最多 99 个可选块，填充块只有一个"),
    ("A, D or T", " A、D 或 T"),
    ("A, D or T for a key of a block cipher", " A、D 或 T（分组密码的密钥）"),
    ("A for a key of AES, none for SM4", " A（AES 密钥；SM4 没有代码）"),
    ("T for a key of DES, none for SM4", " T（DES 密钥；SM4 没有代码）"),
    ("M0 to M6, or M8", " M0 至 M6 或 M8"),
    ("D0 or D3", " D0 或 D3"),
    ("K1 or K4", " K1 或 K4"),
];

/// In Chinese; a code such as `P0` is one in both.
fn translated(expected: &'static str) -> String {
    let row = EXPECTED.iter().find(|(english, _)| *english == expected);
    row.map_or_else(
        || format!(" {expected}"),
        |(_, chinese)| (*chinese).to_owned(),
    )
}
