use super::name::Name;
use core::fmt;

/// What a card says after each command: two bytes (ISO/IEC 7816-4, 5.6).
///
/// ```
/// # use annul::emv::StatusWord;
/// let word = StatusWord::new(0x63C2);
/// assert!(!word.is_success());
/// assert_eq!(word.meaning().unwrap().english(), "verification failed, x tries left");
/// assert_eq!(word.count(), Some(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusWord(u16);

/// A word, the bits of it that matter, and what it says.
struct Row(u16, u16, Name<'static>);

const fn exactly(word: u16, english: &'static str, chinese: &'static str) -> Row {
    Row(word, 0xFFFF, Name::new(english, chinese))
}

/// The first row that fits says what is meant.
static MEANINGS: &[Row] = &[
    exactly(0x9000, "success", "成功"),
    Row(
        0x6100,
        0xFF00,
        Name::new(
            "xx bytes available (GET RESPONSE)",
            "还有 xx 字节可取（GET RESPONSE）",
        ),
    ),
    exactly(0x6200, "warning, nothing changed", "警告，状态未变"),
    exactly(
        0x6281,
        "part of the data may be corrupted",
        "返回的数据可能有错",
    ),
    exactly(
        0x6282,
        "end of file before Le bytes",
        "未读满 Le 字节已到文件尾",
    ),
    exactly(
        0x6283,
        "selected file invalidated / application blocked",
        "所选文件无效/应用已锁定",
    ),
    exactly(
        0x6284,
        "file control information not as required",
        "文件控制信息格式不符",
    ),
    exactly(
        0x6285,
        "selected file in termination state",
        "所选文件已终止",
    ),
    exactly(0x6300, "authentication failed", "认证失败"),
    exactly(
        0x6381,
        "file filled up by the last write",
        "文件已被上次写入填满",
    ),
    Row(
        0x63C0,
        0xFFF0,
        Name::new(
            "verification failed, x tries left",
            "验证失败，还可尝试 x 次",
        ),
    ),
    exactly(
        0x6400,
        "execution error, nothing changed",
        "执行错误，状态未变",
    ),
    exactly(
        0x6500,
        "execution error, memory changed",
        "执行错误，状态已变",
    ),
    exactly(0x6581, "memory failure", "存储器故障"),
    exactly(0x6700, "wrong length", "长度错误"),
    exactly(0x6881, "logical channel not supported", "不支持逻辑通道"),
    exactly(0x6882, "secure messaging not supported", "不支持安全报文"),
    exactly(0x6900, "command not allowed", "不允许该命令"),
    exactly(
        0x6981,
        "command incompatible with file structure",
        "命令与文件结构不符",
    ),
    exactly(0x6982, "security status not satisfied", "安全状态不满足"),
    exactly(0x6983, "authentication method blocked", "认证方法已锁定"),
    exactly(0x6984, "reference data invalidated", "引用数据无效"),
    exactly(0x6985, "conditions of use not satisfied", "使用条件不满足"),
    exactly(
        0x6986,
        "command not allowed, no current EF",
        "不允许该命令，没有当前基本文件",
    ),
    exactly(
        0x6987,
        "secure messaging object missing",
        "缺少安全报文数据对象",
    ),
    exactly(
        0x6988,
        "secure messaging object incorrect",
        "安全报文数据对象错误",
    ),
    exactly(0x6A80, "wrong data", "数据域参数错误"),
    exactly(
        0x6A81,
        "function not supported / card blocked",
        "不支持该功能/卡片已锁定",
    ),
    exactly(0x6A82, "file or application not found", "找不到文件或应用"),
    exactly(0x6A83, "record not found", "找不到记录"),
    exactly(0x6A84, "not enough memory", "存储空间不足"),
    exactly(0x6A85, "Lc inconsistent with structure", "Lc 与结构不符"),
    exactly(0x6A86, "wrong P1 P2", "P1 P2 错误"),
    exactly(0x6A87, "Lc inconsistent with P1 P2", "Lc 与 P1 P2 不符"),
    exactly(0x6A88, "referenced data not found", "找不到引用数据"),
    exactly(0x6B00, "wrong P1 P2", "P1 P2 错误"),
    Row(
        0x6C00,
        0xFF00,
        Name::new("wrong Le, exact length xx", "Le 错误，实际长度 xx"),
    ),
    exactly(0x6D00, "INS not supported", "不支持该指令"),
    exactly(0x6E00, "CLA not supported", "不支持该类别"),
    exactly(0x6F00, "no precise diagnosis", "无确切诊断"),
    exactly(0x9303, "application permanently blocked", "应用永久锁定"),
    exactly(0x9401, "not enough balance", "余额不足"),
    exactly(
        0x9402,
        "transaction counter at its limit",
        "交易计数器达到最大值",
    ),
    exactly(0x9403, "key index not supported", "不支持密钥索引"),
    exactly(0x9406, "required MAC not available", "所需 MAC 不可用"),
];

impl StatusWord {
    /// SW1 and SW2.
    pub const fn new(word: u16) -> Self {
        Self(word)
    }

    /// SW1 and SW2 as one number.
    pub const fn value(self) -> u16 {
        self.0
    }

    /// True of 9000 and 61xx.
    pub const fn is_success(self) -> bool {
        self.0 == 0x9000 || self.0 >> 8 == 0x61
    }

    /// What it says, where somebody defined it.
    pub fn meaning(self) -> Option<Name<'static>> {
        let row = MEANINGS.iter().find(|row| self.0 & row.1 == row.0);
        row.map(|row| row.2)
    }

    /// The number in it: bytes of 61xx and 6Cxx, tries of 63Cx.
    pub const fn count(self) -> Option<u8> {
        let low = self.0 as u8;
        match self.0 >> 8 {
            0x61 | 0x6C => Some(low),
            0x63 if low >> 4 == 0xC => Some(low & 0x0F),
            _ => None,
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_hides_another() {
        for (at, row) in MEANINGS.iter().enumerate() {
            let first = MEANINGS.iter().position(|other| row.0 & other.1 == other.0);
            assert_eq!(first, Some(at), "{:04X}", row.0);
            assert!(row.2.english().is_ascii() && !row.2.chinese().is_ascii());
        }
    }
}
