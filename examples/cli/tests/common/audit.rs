//! Two auditors who know neither program: one of money, one of secrets.

use super::{LONG_PAN, MASTER_KEY, PAN, PIN};
use serde_json::Value;

/// Every request of the till ended, and the host's books hold the same, no more.
#[track_caller]
pub fn assert_agree(till: &[Value], host: &[Value]) {
    for entry in till {
        let other = host.iter().find(|other| key(other) == key(entry));
        let there = other.map(|other| other["status"].as_str().unwrap());
        let same = match entry["status"].as_str().unwrap() {
            "Approved" => there == Some("approved"),
            "Voided" => there == Some("voided"),
            "Completed" => there == Some("completed"),
            "Declined" => matches!(there, Some("declined") | None),
            "NotSent" => there.is_none(),
            "Reversed" => matches!(there, Some("reversed" | "absent" | "declined")),
            // As the supervisor found it at the acquirer.
            "Resolved" if stands(entry) => there == Some("approved"),
            "Resolved" => matches!(there, Some("reversed" | "absent" | "declined") | None),
            _ => false,
        };
        assert!(same, "the till says {entry}, the host {other:?}");
    }
    for entry in host {
        let known = till.iter().any(|other| key(other) == key(entry));
        assert!(known, "only the host knows {entry}");
    }
    let ours = net(till, &["Approved", "Resolved", "Voided"]);
    let theirs = net(host, &["approved", "voided"]);
    assert_eq!(ours, theirs, "net at the till and at the host");
}

/// What a supervisor's word made of it.
fn stands(resolved: &Value) -> bool {
    resolved["outcome"] == "approved"
}

fn key(entry: &Value) -> (&str, &str, &str, u64) {
    let text = |name: &str| entry[name].as_str().unwrap();
    (
        text("batch"),
        text("trace"),
        text("kind"),
        entry["amount"].as_u64().unwrap(),
    )
}

/// Sales and completions less voids and refunds that moved money.
fn net(entries: &[Value], moved: &[&str]) -> i64 {
    let moved = |entry: &&Value| {
        let status = entry["status"].as_str().unwrap();
        moved.contains(&status) && (status != "Resolved" || stands(entry))
    };
    let signed = |entry: &Value| match entry["kind"].as_str() {
        Some("void" | "complete-void" | "refund") => -entry["amount"].as_i64().unwrap(),
        Some("preauth" | "preauth-void") => 0,
        _ => entry["amount"].as_i64().unwrap(),
    };
    entries.iter().filter(moved).map(signed).sum()
}

/// What follows the separator in the track of the tests.
const DISCRETIONARY: &str = "28062019031013";

/// Neither as text nor packed, at either nibble.
#[track_caller]
pub fn assert_no_secrets(place: &str, bytes: &[u8]) {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap();
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let nibbles: String = nibbles
        .map(|nibble| digit(nibble).to_ascii_uppercase())
        .collect();
    for secret in [PAN, DISCRETIONARY, LONG_PAN, MASTER_KEY] {
        assert!(!nibbles.contains(secret), "{place} holds {secret}, packed");
    }
    let text = String::from_utf8_lossy(bytes);
    for secret in [PAN, DISCRETIONARY, LONG_PAN, MASTER_KEY, PIN] {
        assert!(!text.contains(secret), "{place} holds {secret}");
    }
}
