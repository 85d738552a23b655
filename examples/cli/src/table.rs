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

/// What a ledger adds up to: how many and how much, sold and voided.
pub(crate) fn totals(manner: Manner, sold: (u64, u64), voided: (u64, u64)) -> String {
    let net = money(sold.1.saturating_sub(voided.1));
    let net = format!("{} {net}", manner.pick("净额", "net"));
    let ((sales, sold), (voids, voided)) = (sold, voided);
    let (sold, voided, net) = (money(sold), money(voided), styled(STRONG, &net));
    match manner.language {
        Language::Chinese => format!("消费 {sales} 笔 {sold} · 撤销 {voids} 笔 {voided} · {net}"),
        Language::English => format!("{sales} sold {sold} · {voids} voided {voided} · {net}"),
    }
}
