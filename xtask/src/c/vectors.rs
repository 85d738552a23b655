//! The JSON vectors of the core as tables in C.

mod keys;
mod tlv;

use crate::project;
use crate::report::Failure;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Fields that the vectors list in hexadecimal.
const HEX_FIELDS: [&str; 4] = ["52", "55", "62", "64"];

/// Samples of another dialect than the interface has.
const OTHER_DIALECT: [&str; 1] = ["P19"];

/// The names of the algorithms in the vectors, in the order of
/// `annul_mac_algorithm`.
const ALGORITHMS: [&str; 6] = [
    "UnionPayEcb",
    "Sm4Ecb",
    "X9_9",
    "X9_9Hex",
    "X9_19",
    "Chanjet",
];

/// Writes the tables: `vectors.inc` and `keys.inc`.
pub(crate) fn write(folder: &Path) -> Result<(), Failure> {
    let vectors = project::root().join("core/tests/vectors");
    let messages = read(&vectors.join("unionpay/messages.json"))?;
    let crypto = read(&vectors.join("crypto/unionpay.json"))?;
    let tlv = read(&vectors.join("tlv/read.json"))?;
    let unknown = || Failure::failed("vectors: unknown form");
    let tables = tables(&messages, &crypto).zip(tlv::tables(&tlv));
    let (tables, tlv) = tables.ok_or_else(unknown)?;
    let keys = keys::tables(&messages, &crypto).ok_or_else(unknown)?;
    std::fs::write(folder.join("vectors.inc"), tables + &tlv)?;
    std::fs::write(folder.join("keys.inc"), keys)?;
    Ok(())
}

fn read(file: &Path) -> Result<Value, Failure> {
    let text = std::fs::read_to_string(file)?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))
}

fn tables(messages: &Value, crypto: &Value) -> Option<String> {
    let (mut fields, mut rows) = (String::new(), String::new());
    for sample in messages.as_array()? {
        let id = sample["id"].as_str()?;
        if !OTHER_DIALECT.contains(&id) {
            message(&mut fields, &mut rows, id, sample)?;
        }
    }
    let mut text = format!("{fields}static const struct message messages[] = {{\n{rows}}};\n");
    text += "static const struct mac macs[] = {\n";
    for row in crypto["mac"].as_array()? {
        let name = row["algorithm"].as_str()?;
        let algorithm = ALGORITHMS.iter().position(|one| *one == name)?;
        let (key, message, value) = (hex(&row["key"])?, hex(&row["message"])?, hex(&row["f64"])?);
        let _ = writeln!(
            text,
            "    {{{}, {algorithm}, {}, {}, {}}},",
            row["id"],
            literal(&key),
            literal(&message),
            literal(&value)
        );
    }
    text += "};\nstatic const struct check_value check_values[] = {\n";
    for row in crypto["check_values"].as_array()? {
        let (key, value) = (literal(&hex(&row["key"])?), literal(&hex(&row["value"])?));
        let _ = writeln!(text, "    {{{key}, {value}}},");
    }
    text += "};\nstatic const struct pin pins[] = {\n";
    // Blocks without a card number are a host's business, not a terminal's.
    for row in crypto["pin"]
        .as_array()?
        .iter()
        .filter(|row| row["pan"].is_string())
    {
        let (key, block) = (literal(&hex(&row["key"])?), literal(&hex(&row["f52"])?));
        let _ = writeln!(
            text,
            "    {{{}, {}, {key}, {block}}},",
            row["pin"], row["pan"]
        );
    }
    Some(text + "};\n")
}

fn message(fields: &mut String, rows: &mut String, id: &str, sample: &Value) -> Option<()> {
    let bytes = hex(&sample["hex"])?;
    let form = sample["form"].as_str()?;
    let start = match form {
        "prefixed" => 13,
        "framed" => 11,
        "bare" | "mab" => 0,
        _ => return None,
    };
    let frame = if form == "prefixed" { &bytes[..] } else { &[] };
    let values = sample["fields"].as_object()?;
    let mut sorted: Vec<(u32, &String, &Value)> = (values.iter())
        .map(|(number, value)| Some((number.parse().ok()?, number, value)))
        .collect::<Option<_>>()?;
    sorted.sort_by_key(|(number, ..)| *number);
    let _ = writeln!(fields, "static const struct field fields_{id}[] = {{");
    for (number, name, value) in &sorted {
        let value = if HEX_FIELDS.contains(&name.as_str()) {
            hex(value)?
        } else {
            value.as_str()?.as_bytes().to_vec()
        };
        let _ = writeln!(fields, "    {{{number}, {}}},", literal(&value));
    }
    *fields += "};\n";
    let _ = writeln!(
        rows,
        "    {{\"{id}\", {}, {}, 0x{}, {}, {}, fields_{id}}},",
        literal(frame),
        literal(&bytes[start..]),
        sample["mti"].as_str()?,
        i32::from(form != "mab"),
        sorted.len()
    );
    Some(())
}

fn hex(value: &Value) -> Option<Vec<u8>> {
    let digits = value.as_str()?;
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

/// Bytes as a `struct bytes`. C++ takes no negative characters in braces, so
/// they stand in a string.
fn literal(bytes: &[u8]) -> String {
    let mut text = format!("{{{}, \"", bytes.len());
    for byte in bytes {
        let _ = write!(text, "\\{byte:03o}");
    }
    text + "\"}"
}

#[cfg(test)]
mod vectors_tests {
    use super::*;

    #[test]
    fn bytes_become_strings_that_no_digit_can_prolong() {
        assert_eq!(literal(&[0, 0x31, 0xFF]), "{3, \"\\000\\061\\377\"}");
        assert_eq!(hex(&Value::from("0aFF")), Some(vec![10, 255]));
        assert_eq!(hex(&Value::from("0")), None);
    }
}
