//! The TLV vectors: what each mode makes of each sample.

use super::{hex, literal};
use serde_json::Value;
use std::fmt::Write as _;

/// The modes, in the order of `annul_tlv_mode`.
const MODES: [&str; 4] = ["strict", "emv", "ff", "ber"];

pub(super) fn tables(samples: &Value) -> Option<String> {
    let (mut objects, mut rows) = (String::new(), String::new());
    for (index, sample) in samples.as_array()?.iter().enumerate() {
        for (mode, name) in MODES.iter().enumerate() {
            let told = match &sample[*name] {
                Value::String(same) if same == "same as emv" => &sample["emv"],
                told => told,
            };
            let table = format!("objects_{index}_{mode}");
            let row = row(&table, &mut objects, told)?;
            let (id, data) = (&sample["id"], literal(&hex(&sample["hex"])?));
            let _ = writeln!(rows, "    {{{id}, {mode}, {data}, {row}}},");
        }
    }
    Some(format!(
        "{objects}static const struct tlv tlvs[] = {{\n{rows}}};\n"
    ))
}

/// How the reading ends, and the objects before that as a table of their own.
fn row(table: &str, objects: &mut String, told: &Value) -> Option<String> {
    let (tree, end, offset) = if told["ok"].as_bool()? {
        (&told["tree"], "NOT_FOUND".to_owned(), 0)
    } else {
        let end = format!("TLV_{}", told["error"].as_str()?.to_uppercase());
        (&told["partial"], end, told["offset"].as_u64()?)
    };
    let mut lines = String::new();
    let count = flatten(tree, 0, &mut lines)?;
    if count == 0 {
        return Some(format!("ANNUL_STATUS_{end}, {offset}, 0, NULL"));
    }
    let _ = writeln!(
        objects,
        "static const struct object {table}[] = {{\n{lines}}};"
    );
    Some(format!("ANNUL_STATUS_{end}, {offset}, {count}, {table}"))
}

/// A template before what is in it.
fn flatten(tree: &Value, depth: usize, lines: &mut String) -> Option<usize> {
    let mut count = 0;
    for object in tree.as_array()? {
        let (tag, offset) = (object["tag"].as_str()?, object["offset"].as_u64()?);
        let length = object["len"].as_i64().unwrap_or(-1);
        let children = object.get("children");
        let value = match children {
            Some(_) => Vec::new(),
            None => hex(&object["value"])?,
        };
        let (constructed, value) = (i32::from(children.is_some()), literal(&value));
        let _ = writeln!(
            lines,
            "    {{0x{tag}, {depth}, {offset}, {length}, {constructed}, {value}}},"
        );
        count += 1;
        if let Some(children) = children {
            count += flatten(children, depth + 1, lines)?;
        }
    }
    Some(count)
}
