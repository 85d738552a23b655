//! How the story looks: at most 100 columns, colours where a terminal is.

use super::books::{Books, Side};
use super::message::{Message, Way};
use super::scene::Scene;
use super::stage::Ended;
use crate::host::book_word;
use crate::output::{self, BAD, CARE, FAINT, GOOD, Manner, STRONG, styled};
use crate::table::{self, money, pad};
use annul::text::Language;
use std::net::SocketAddr;
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 98;

pub(super) fn opening(manner: Manner, address: SocketAddr) {
    let title = manner.pick(
        "annul 演示：一台终端和它的主机",
        "annul: a till, its host, and a bad day",
    );
    output::line(&styled(STRONG, title));
    output::line(&match manner.language {
        Language::Chinese => {
            format!("主机在 {address}；终端每一步都是重新启动的进程，流水存于 SQLite。")
        }
        Language::English => format!(
            "The host is at {address}; each step of the till is a process of its own, its journal SQLite."
        ),
    });
}

pub(super) fn scene(manner: Manner, number: usize, scene: &Scene) {
    output::line("");
    let title = format!("{number}  {}", manner.say(scene.title));
    output::line(&styled(STRONG, &title));
    for line in wrap(manner.say(scene.tale).split(' ').map(str::to_owned), " ", 3) {
        output::line(&line);
    }
}

/// The till's command as one would type it; card data as they may be shown.
pub(super) fn command(scene: &Scene) {
    let shown = scene.command.iter().map(|word| match *word {
        word if word.contains('=') => "622424******0113=****",
        "123456" => "******",
        word if word.starts_with("00:") => "00:******",
        word => word,
    });
    let shown: Vec<&str> = shown.collect();
    let line = format!("   $ annul till {}", shown.join(" "));
    output::line(&styled(FAINT, &line));
}

pub(super) fn message(manner: Manner, message: &Message) {
    let (arrow, style) = match message.way {
        Way::Asked => ("──>", GOOD),
        Way::AskedInVain => ("─╳ ", BAD),
        Way::Answered => ("<──", GOOD),
        Way::AnswerLost => (" ╳─", BAD),
    };
    let (till, host) = (manner.pick("终端", "till"), manner.pick("主机", "host"));
    let arrow = styled(style, arrow);
    let about = about(manner, message.about);
    let mti = styled(STRONG, &message.mti);
    let trouble = message
        .trouble
        .map(|words| styled(BAD, &format!("  {words}")));
    let trouble = trouble.unwrap_or_default();
    output::line(&format!("   {till} {arrow} {host}  {mti} {about}{trouble}"));
    for line in wrap(message.fields.iter().cloned(), " · ", 18) {
        output::line(&styled(FAINT, &line));
    }
}

fn about(manner: Manner, word: &str) -> &str {
    match word {
        "sign-in" => manner.pick("签到", "sign-in"),
        "sale" => manner.pick("消费", "sale"),
        "void" => manner.pick("消费撤销", "void"),
        "sale-reversal" => manner.pick("消费冲正", "reversal of the sale"),
        "void-reversal" => manner.pick("撤销冲正", "reversal of the void"),
        other => other,
    }
}

/// A line of the till's own log.
pub(super) fn note(line: &str) {
    if !line.starts_with("request id") {
        output::line(&format!("   {}", styled(CARE, line)));
    }
}

pub(super) fn ended(manner: Manner, ended: &Ended) {
    let (mark, style) = match ended.outcome.as_str() {
        "approved" => ("✓", GOOD),
        "unknown" => ("↺", CARE),
        _ => ("✗", BAD),
    };
    let words = match ended.words.as_str() {
        "" => manner.pick("终端没有给出结果", "the till gave no result"),
        words => words,
    };
    output::line(&format!(
        "   {} {}",
        styled(style, mark),
        styled(STRONG, words)
    ));
}

/// What both sides know when the till is dark.
pub(super) fn dark(manner: Manner, side: &Side) {
    let cut = manner.pick("断电。", "Power cut.");
    let till = manner.say(side.till_words());
    let host = host_words(manner, side);
    let at_till = manner.pick("终端流水", "The till's journal");
    let at_host = manner.pick("主机账", "the host's");
    output::line(&format!(
        "   {} {at_till}: {till} · {at_host}: {host}",
        styled(BAD, &format!("✗ {cut}"))
    ));
}

fn host_words(manner: Manner, side: &Side) -> String {
    match side.host {
        Some(status) => book_word(status, manner),
        None => manner.pick("无", "nothing").to_owned(),
    }
}

/// The two ledgers side by side, and whether they agree.
pub(super) fn books(manner: Manner, books: &Books) {
    output::line("");
    let title = manner.pick("两本账", "The two ledgers");
    output::line(&styled(STRONG, title));
    let heads = match manner.language {
        Language::Chinese => ["凭证号", "类型", "金额", "终端", "主机"],
        Language::English => ["trace", "kind", "amount", "till", "host"],
    };
    output::line(&styled(FAINT, &row(heads)));
    for side in &books.sides {
        let kind = about(manner, &side.kind);
        let amount = format!("{:>8}", money(side.amount));
        let (till, host) = (manner.say(side.till_words()), host_words(manner, side));
        let line = row([&side.trace, kind, &amount, till, &host]);
        let mark = if side.agrees() {
            styled(GOOD, "=")
        } else {
            styled(BAD, "≠")
        };
        output::line(&format!("{} {mark}", pad(&line, 78)));
    }
    let net = |moved: fn(&Side) -> bool| {
        let net = books.net(moved);
        let sign = if net < 0 { "-" } else { "" };
        format!("{sign}{}", money(net.unsigned_abs()))
    };
    let (till, host) = (net(Side::at_till), net(Side::at_host));
    let line = row([manner.pick("净额", "net"), "", "", &till, &host]);
    output::line(&styled(STRONG, &line));
    output::line("");
    output::line(&if books.agree() {
        let words = manner.pick(
            "终端与主机分毫不差。",
            "The till and the host agree to the cent.",
        );
        format!("{} {}", styled(GOOD, "✓"), styled(STRONG, words))
    } else {
        let words = manner.pick(
            "终端与主机不一致，请报告。",
            "The till and the host do not agree; please report this.",
        );
        format!("{} {}", styled(BAD, "✗"), styled(STRONG, words))
    });
}

fn row(cells: [&str; 5]) -> String {
    format!("   {}", table::line(cells, [9, 10, 12, 24, 22]))
}

/// Fills lines with parts, none longer than the screen.
fn wrap(parts: impl Iterator<Item = String>, between: &str, indent: usize) -> Vec<String> {
    let space = " ".repeat(indent);
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.width() + between.width() + part.width() <= WIDTH => {
                line.push_str(between);
                line.push_str(&part);
            }
            _ => lines.push(format!("{space}{part}")),
        }
    }
    lines
}
