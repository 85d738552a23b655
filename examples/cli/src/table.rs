use crate::output::{Manner, STRONG, styled};
use annul::text::Language;
use annul::transaction::Amount;
use unicode_width::UnicodeWidthStr;

/// Fills a cell with spaces; a Chinese character takes two places.
pub(crate) fn pad(cell: &str, width: usize) -> String {
    let spaces = width.saturating_sub(cell.width()).max(1);
    format!("{cell}{}", " ".repeat(spaces))
}

/// A line of cells, each so wide.
pub(crate) fn line<const N: usize>(cells: [&str; N], widths: [usize; N]) -> String {
    let cells = cells.into_iter().zip(widths);
    let padded = cells.map(|(cell, width)| pad(cell, width));
    padded.collect::<String>().trim_end().to_owned()
}

/// Minor units as a person reads them.
pub(crate) fn money(minor: u64) -> Amount {
    Amount::new(minor).unwrap_or(Amount::LARGEST)
}

/// What a ledger adds up to: how many and how much, sold, voided and, where
/// there are any, refunded.
pub(crate) fn totals(manner: Manner, sums: [(u64, u64); 3]) -> String {
    let [sold, voided, refunded] = sums;
    let back = voided.1.saturating_add(refunded.1);
    let sign = if sold.1 < back { "-" } else { "" };
    let net = format!(
        "{} {sign}{}",
        manner.pick("净额", "net"),
        money(sold.1.abs_diff(back))
    );
    let mut parts = vec![
        part(manner, ("消费", "sold"), sold),
        part(manner, ("撤销", "voided"), voided),
    ];
    if refunded.0 > 0 {
        parts.push(part(manner, ("退货", "refunded"), refunded));
    }
    parts.push(styled(STRONG, &net));
    parts.join(" · ")
}

fn part(manner: Manner, (zh, en): (&str, &str), (count, sum): (u64, u64)) -> String {
    let sum = money(sum);
    match manner.language {
        Language::Chinese => format!("{zh} {count} 笔 {sum}"),
        Language::English => format!("{count} {en} {sum}"),
    }
}
