use super::bitmap::{Bitmap, BitmapForm, Extent};
use super::field_spec::FieldSpec;
use super::format::{Format, Justify, Prefix, Sensitivity};
use super::header::{Header, HeaderPart, HeaderSize};
use super::spec::{FieldTable, Spec};
use Format::{An, Ans, B, N, Z};
use Sensitivity::{Chip, Code, Details, Keys, Pan, Secret, Text, Track};

/// The field table of 中国银联 POS 终端规范, Q/CUP 009.1.
///
/// Fields that only one acquirer sends (6 to 10 as order data, 27 to 30, 40)
/// are not in it; [`FieldTable::with`] adds them.
pub static UNIONPAY_POS: Spec<'static> = Spec::new("unionpay-pos", UNIONPAY_FIELDS.slots())
    .mapped(Bitmap::new(BitmapForm::Binary, Extent::Auto(1)))
    .headed(Header::of(ENVELOPE).behind(Prefix::binary(2)));

/// The fields of [`UNIONPAY_POS`], to be changed for a host that differs.
pub static UNIONPAY_FIELDS: FieldTable<'static, 64> = build(FIELDS);

const ENVELOPE: &[HeaderPart<'static>] = &[
    HeaderPart {
        name: "TPDU",
        size: HeaderSize::Fixed(5),
    },
    HeaderPart {
        name: "header",
        size: HeaderSize::Fixed(6),
    },
];

const FIELDS: &[(u8, FieldSpec<'static>, &str, &str)] = &[
    (2, FieldSpec::ll(N, 19).shown(Pan), "card number", "主账号"),
    (3, FieldSpec::fixed(N, 6), "processing code", "交易处理码"),
    (4, FieldSpec::fixed(N, 12), "amount", "交易金额"),
    (5, FieldSpec::fixed(N, 12), "settlement amount", "清算金额"),
    (
        6,
        FieldSpec::fixed(N, 12),
        "billing amount",
        "持卡人扣账金额",
    ),
    (10, FieldSpec::fixed(N, 8), "billing rate", "持卡人扣账汇率"),
    (11, FieldSpec::fixed(N, 6), "trace", "受卡方系统跟踪号"),
    (12, FieldSpec::fixed(N, 6), "local time", "受卡方所在地时间"),
    (13, FieldSpec::fixed(N, 4), "local date", "受卡方所在地日期"),
    (
        14,
        FieldSpec::fixed(N, 4).shown(Secret),
        "expiry",
        "卡有效期",
    ),
    (15, FieldSpec::fixed(N, 4), "settlement date", "清算日期"),
    (
        22,
        FieldSpec::fixed(N, 3).justified(Justify::Left),
        "entry mode",
        "服务点输入方式码",
    ),
    (23, FieldSpec::fixed(N, 3), "card sequence", "卡序列号"),
    (25, FieldSpec::fixed(N, 2), "condition", "服务点条件码"),
    (26, FieldSpec::fixed(N, 2), "PIN length", "服务点PIN获取码"),
    (32, FieldSpec::ll(N, 11), "acquirer", "受理方标识码"),
    (
        35,
        FieldSpec::ll(Z, 37).shown(Track),
        "track 2",
        "2磁道数据",
    ),
    (
        36,
        FieldSpec::lll(Z, 104).shown(Track),
        "track 3",
        "3磁道数据",
    ),
    (37, FieldSpec::fixed(An, 12), "reference", "检索参考号"),
    (
        38,
        FieldSpec::fixed(An, 6),
        "authorization",
        "授权标识应答码",
    ),
    (39, FieldSpec::fixed(An, 2), "response code", "应答码"),
    (41, FieldSpec::fixed(Ans, 8), "terminal", "受卡机终端标识码"),
    (42, FieldSpec::fixed(Ans, 15), "merchant", "受卡方标识码"),
    (44, FieldSpec::ll(An, 25), "answer data", "附加响应数据"),
    (
        48,
        FieldSpec::lll(N, 322).shown(Details),
        "additional data",
        "附加数据",
    ),
    (49, FieldSpec::fixed(An, 3), "currency", "交易货币代码"),
    (
        52,
        FieldSpec::fixed(B, 8).shown(Secret),
        "PIN block",
        "个人标识码数据",
    ),
    (
        53,
        FieldSpec::fixed(N, 16),
        "security control",
        "安全控制信息",
    ),
    (54, FieldSpec::lll(An, 40), "balance", "余额"),
    (
        55,
        FieldSpec::lll(B, 255).shown(Chip),
        "chip data",
        "IC卡数据域",
    ),
    // Tag A1 carries a PIN block, A2 digits of the card number.
    (
        57,
        FieldSpec::lll(Ans, 999).shown(Secret),
        "terminal data",
        "附加终端信息",
    ),
    (
        58,
        FieldSpec::lll(Ans, 999).shown(Text),
        "purse data",
        "PBOC电子钱包标准的交易信息",
    ),
    (
        59,
        FieldSpec::lll(Ans, 999).shown(Code),
        "payment code",
        "扫码支付信息",
    ),
    (60, FieldSpec::lll(N, 17), "message class", "自定义域60"),
    (61, FieldSpec::lll(N, 29), "original", "原始信息域"),
    // 512 in financial messages; 999 for a signature's image (0820, 60.1 = 07).
    (
        62,
        FieldSpec::lll(Ans, 999).shown(Keys),
        "private data",
        "自定义域62",
    ),
    (
        63,
        FieldSpec::lll(Ans, 163).shown(Text),
        "remarks",
        "自定义域63",
    ),
    (64, FieldSpec::fixed(B, 8), "MAC", "报文鉴别码"),
];

const fn build(
    fields: &[(u8, FieldSpec<'static>, &'static str, &'static str)],
) -> FieldTable<'static, 64> {
    let mut table = FieldTable::EMPTY;
    let mut index = 0;
    while index < fields.len() {
        let (number, field, english, chinese) = fields[index];
        table = table.with(number, field.named(english, chinese));
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{Encoding, Length};

    #[test]
    fn the_table_is_in_order_and_named() {
        for pair in FIELDS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "field {}", pair[1].0);
        }
        for (number, _, english, chinese) in FIELDS {
            assert!(!english.is_empty() && !chinese.is_ascii(), "{number}");
        }
    }

    #[test]
    fn digits_are_counted_for_n_and_z_only() {
        for (number, field, ..) in FIELDS {
            let packed = matches!(field.format(), N | Z);
            assert_eq!(field.encoding() == Encoding::Bcd, packed, "{number}");
        }
    }

    #[test]
    fn every_message_length_fits_sixteen_bits() {
        let most: usize = FIELDS
            .iter()
            .map(|(_, field, ..)| field.length().prefix() + usize::from(field.length().most()))
            .sum();
        assert!(most < usize::from(u16::MAX));
    }

    #[test]
    fn what_must_not_be_shown_is_not_public() {
        for number in [2, 14, 35, 36, 48, 52, 55, 57, 59, 62] {
            let field = UNIONPAY_POS.field(number).unwrap();
            assert_ne!(field.sensitivity(), Sensitivity::Public, "{number}");
        }
    }

    #[test]
    fn lengths_of_the_dictionary() {
        let length = |number| UNIONPAY_POS.field(number).unwrap().length();
        assert_eq!(length(2), Length::Var(Prefix::bcd(2), 19));
        assert_eq!(length(22), Length::Fixed(3));
        assert_eq!(length(36), Length::Var(Prefix::bcd(3), 104));
        assert_eq!(length(60), Length::Var(Prefix::bcd(3), 17));
        assert_eq!(UNIONPAY_POS.field(7), None);
        assert_eq!(UNIONPAY_POS.field(0), None);
        assert_eq!(UNIONPAY_POS.field(65), None);
    }
}
