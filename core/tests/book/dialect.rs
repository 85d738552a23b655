//! The host's dialect: `annul::profile` and `annul::iso8583`, with the texts of
//! `annul::text`.

use crate::{Table, both, code, say};
use annul::iso8583::{Bitmap, FieldSpec, Format, Justify, Length, Sensitivity};
use annul::iso8583::{Language, UNIONPAY_POS as FIELDS};
use annul::profile::{Disposition, Recovery, ReversalDisposition, UNIONPAY_POS};
use annul::text;
use annul::transaction::ReversalReason;

pub(crate) fn kinds(language: Language) -> Table {
    let heading = [
        say(language, "kind", "交易"),
        "MTI",
        "F3",
        "F25",
        "F60.1",
        say(language, "outcome unknown", "结果未知时"),
        say(language, "voided by", "由何撤销"),
    ];
    let ascii = |digits: &[u8]| code(std::str::from_utf8(digits).unwrap());
    let rows = (UNIONPAY_POS.kinds.iter()).map(|row| {
        let recovery = match row.recovery {
            Recovery::Reverse => say(language, "reversed", "冲正"),
            Recovery::Manual => say(language, "a person asks", "人工核实"),
            Recovery::Nothing => say(language, "nothing", "无"),
        };
        let voidable = match row.kind.voided_by() {
            Some(void) => both(language, text::kind(void))[0].clone(),
            None => say(language, "no", "不可").to_owned(),
        };
        let [name, _] = both(language, text::kind(row.kind));
        [
            name,
            code(format_args!("{:04X}", row.message_type)),
            ascii(&row.processing_code),
            ascii(&row.condition_code),
            ascii(&row.message_class),
            recovery.to_owned(),
            voidable,
        ]
    });
    Table::new(heading, rows.collect())
}

pub(crate) fn answers(language: Language) -> Table {
    let heading = [
        "F39",
        say(language, "meaning", "含义"),
        say(language, "含义", "meaning"),
        say(language, "the cashier sees", "操作员所见"),
        say(language, "操作员所见", "the cashier sees"),
        say(language, "the terminal", "终端处理"),
    ];
    let rows = (UNIONPAY_POS.answers.iter()).map(|(answer, disposition)| {
        let texts = text::response(*answer).unwrap();
        let [meaning, other] = both(language, texts.meaning);
        let [display, other_display] = both(language, texts.display);
        let done = match disposition {
            Disposition::Approve => say(language, "approved", "批准"),
            Disposition::ApprovePart => say(language, "reverses: a part only", "部分批准，冲正"),
            Disposition::Decline => say(language, "declined", "拒绝"),
            Disposition::InDoubtSignIn => say(
                language,
                "in doubt: reverses, signs in again",
                "存疑，冲正并重新签到",
            ),
            Disposition::DeclineSignIn => {
                say(language, "declined, signs in again", "拒绝，重新签到")
            }
            Disposition::InDoubt => say(language, "in doubt: reverses", "存疑，冲正"),
        };
        let done = done.to_owned();
        [code(answer), meaning, other, display, other_display, done]
    });
    Table::new(heading, rows.collect())
}

pub(crate) fn reversal_answers(language: Language) -> Table {
    let heading = [
        "F39",
        say(language, "meaning", "含义"),
        say(language, "the terminal", "终端处理"),
    ];
    let rows = (UNIONPAY_POS.reversal_answers.iter()).map(|(answer, disposition)| {
        let [meaning, _] = both(language, text::response(*answer).unwrap().meaning);
        let done = match disposition {
            ReversalDisposition::Accepted => say(language, "reversed", "已冲正"),
            ReversalDisposition::NotFound => say(
                language,
                "not found: asks once more after the guard time",
                "查无原交易：保护时间过后再确认一次",
            ),
            ReversalDisposition::SignIn => {
                say(language, "signs in, then repeats", "重新签到后重发")
            }
            ReversalDisposition::Refused => say(language, "waits and repeats", "等待后重发"),
        };
        [code(answer), meaning, done.to_owned()]
    });
    Table::new(heading, rows.collect())
}

pub(crate) fn reversal_reasons(language: Language) -> Table {
    let heading = ["F39", say(language, "why it is sent", "冲正原因")];
    let rows = ReversalReason::ALL.map(|reason| {
        let why = match reason {
            ReversalReason::NoAnswer => say(language, "no answer in time", "超时未收到应答"),
            ReversalReason::NotFinished => say(
                language,
                "approved, but the terminal could not finish",
                "主机已批准，终端未能完成",
            ),
            ReversalReason::WrongMac => say(
                language,
                "the answer's MAC was wrong or missing",
                "应答 MAC 错或缺失",
            ),
            ReversalReason::Other => say(
                language,
                "anything else, such as an answer that does not fit its request",
                "其他，例如应答与请求不符",
            ),
        };
        [code(reason.code()), why.to_owned()]
    });
    Table::new(heading, rows.to_vec())
}

pub(crate) fn fields(language: Language) -> Table {
    let heading = [
        say(language, "field", "域"),
        say(language, "name", "名称"),
        say(language, "名称", "name"),
        say(language, "format", "格式"),
        say(language, "length", "长度"),
        say(language, "counted in", "长度单位"),
        say(language, "stands", "对齐"),
        say(language, "pad", "填充"),
        say(language, "shown", "可显示"),
    ];
    let rows = (2..=Bitmap::FIELDS as u8)
        .filter_map(|number| Some((number, FIELDS.field(number)?)))
        .map(|(number, field)| {
            let names = [field.name(), field.chinese()];
            let [name, other] = match language {
                Language::English => names,
                Language::Chinese => [names[1], names[0]],
            };
            [
                format!("F{number}"),
                name.to_owned(),
                other.to_owned(),
                field.format().name().to_owned(),
                length(field.length()),
                unit(language, field.format()).to_owned(),
                stands(language, field.justify()).to_owned(),
                pad(language, field),
                shown(language, field.sensitivity()).to_owned(),
            ]
        });
    Table::new(heading, rows.collect())
}

fn length(length: Length) -> String {
    match length {
        Length::Fixed(exactly) => exactly.to_string(),
        Length::Var(prefix, most) if prefix.size() == 1 => format!("..{most} LLVAR"),
        Length::Var(_, most) => format!("..{most} LLLVAR"),
    }
}

fn unit(language: Language, format: Format) -> &'static str {
    if format.is_digits() {
        say(language, "digits", "数字位")
    } else {
        say(language, "bytes", "字节")
    }
}

fn stands(language: Language, justify: Justify) -> &'static str {
    match justify {
        Justify::Left => say(language, "left", "左"),
        Justify::Right => say(language, "right", "右"),
    }
}

/// The nibble of packed fields, and the space of fixed texts.
fn pad(language: Language, field: &FieldSpec<'_>) -> String {
    match (field.format(), field.length()) {
        (Format::N | Format::Z, _) => format!("{:X}", field.pad()),
        (Format::An | Format::Ans, Length::Fixed(_)) => say(language, "space", "空格").to_owned(),
        _ => "-".to_owned(),
    }
}

fn shown(language: Language, sensitivity: Sensitivity) -> &'static str {
    let (english, chinese) = match sensitivity {
        Sensitivity::Public => ("all", "全部"),
        Sensitivity::Text | Sensitivity::Details => ("all but card numbers", "卡号除外"),
        Sensitivity::Pan => ("first 6, last 4", "前 6 后 4"),
        Sensitivity::Track => ("card number's first 6, last 4", "仅卡号前 6 后 4"),
        Sensitivity::Secret => ("nothing", "不显示"),
        Sensitivity::Keys => ("in management requests only", "仅管理类请求可显示"),
        Sensitivity::Chip => ("tags; no card data", "标签；卡数据不显示"),
        Sensitivity::Code => ("first 4, last 4", "前 4 后 4"),
    };
    say(language, english, chinese)
}
