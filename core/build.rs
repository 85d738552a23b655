//! Turns the files in `data/emv` into constant tables for `annul::emv`.
//!
//! ```text
//!  data/emv/*.json ──> $OUT_DIR/emv_{layouts,lists,places,tags}.rs ──> src/emv/tables.rs
//! ```
//!
//! A table is sorted here, so that the core can search it by halves. What is
//! wrong with a file stops the build, with the entry it is in.

use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Rows of a file, as Rust code.
type Make = fn(&[Value]) -> String;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=data/emv");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let tables: [(&str, Make); 5] = [
        ("layouts", layouts),
        ("lists", lists),
        ("countries", countries),
        ("currencies", currencies),
        ("tags", tags),
    ];
    for (name, make) in tables {
        let rows = read(&Path::new("data/emv").join(name).with_extension("json"));
        let path = out.join(format!("emv_{name}.rs"));
        std::fs::write(&path, make(&rows)).expect("OUT_DIR can be written");
    }
}

fn read(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// `static TVR: Layout = ...;` and a table of all.
fn layouts(rows: &[Value]) -> String {
    let mut code = String::new();
    let mut all = Vec::new();
    for row in rows.iter().map(object) {
        let id = text(row, "id");
        let fields = array(row, "fields").iter().map(|field| bits(object(field)));
        let fields = joined(fields);
        let length = number(row, "length");
        let least = row.get("least").map_or(length, |_| number(row, "least"));
        let item = format!(
            "pub(crate) static {}: Layout = Layout {{ id: {id:?}, name: {}, least: {least}, length: {length}, fields: &[{fields}] }};\n",
            constant(id),
            name(row),
        );
        code += &item;
        all.push(constant(id));
    }
    code + &table("LAYOUTS", "Layout", &all)
}

/// One field of a layout: `"1:80"` is the highest bit of the first byte.
fn bits(row: &Map<String, Value>) -> String {
    let at = text(row, "at");
    let (byte, mask) = at
        .split_once(':')
        .unwrap_or_else(|| panic!("{at}: expected byte:mask"));
    let reserved = "Name::new(\"RFU\", \"保留\")".to_owned();
    let (kind, name) = if row.contains_key("rfu") {
        ("Kind::Reserved".to_owned(), reserved)
    } else if row.contains_key("values") {
        let choices = joined(array(row, "values").iter().map(|choice| {
            let [value, en, zh] = strings(choice);
            format!("Choice {{ value: 0x{value}, name: Name::new({en:?}, {zh:?}) }}, ")
        }));
        (format!("Kind::Choice(&[{choices}])"), name(row))
    } else if row.contains_key("number") {
        ("Kind::Number".to_owned(), name(row))
    } else {
        ("Kind::Flag".to_owned(), name(row))
    };
    format!(
        "Field {{ byte: {byte}, mask: 0x{mask}, kind: {kind}, name: {name}, since: {} }},\n",
        edition(row)
    )
}

fn lists(rows: &[Value]) -> String {
    let mut code = String::new();
    let mut all = Vec::new();
    for row in rows.iter().map(object) {
        let id = text(row, "id");
        let mut values: Vec<(&str, String)> = (array(row, "values").iter())
            .map(|value| {
                let value = value.as_array().unwrap_or_else(|| panic!("{id}: {value}"));
                let parts: Vec<&str> = value.iter().filter_map(Value::as_str).collect();
                let (key, en) = (parts[0], parts[1]);
                let zh = parts.get(2).copied().unwrap_or(en);
                (
                    key,
                    format!(
                        "Listed {{ key: &{}, name: Name::new({en:?}, {zh:?}) }},\n",
                        bytes(key)
                    ),
                )
            })
            .collect();
        values.sort();
        let values = joined(values.into_iter().map(|(_, code)| code));
        let item = format!(
            "pub(crate) static {}: List = List {{ id: {id:?}, name: {}, values: &[{values}] }};\n",
            constant(id),
            name(row),
        );
        code += &item;
        all.push(constant(id));
    }
    code + &table("LISTS", "List", &all)
}

fn countries(rows: &[Value]) -> String {
    let row = |row: &Value| {
        let [number, two, three, en, zh] = strings(row);
        format!(
            "Country {{ number: 0x{number}, alpha2: {two:?}, alpha3: {three:?}, name: Name::new({en:?}, {zh:?}) }},\n"
        )
    };
    let rows = joined(rows.iter().map(row));
    format!("pub(crate) static COUNTRIES: &[Country] = &[{rows}];\n")
}

fn currencies(rows: &[Value]) -> String {
    let row = |row: &Value| {
        let parts = row
            .as_array()
            .unwrap_or_else(|| panic!("{row}: expected a list"));
        let part = |at: usize| {
            parts[at]
                .as_str()
                .unwrap_or_else(|| panic!("{row}: text {at}"))
        };
        let exponent = match parts[2].as_u64() {
            Some(digits) => format!("Some({digits})"),
            None => "None".to_owned(),
        };
        format!(
            "Currency {{ number: 0x{}, alpha: {:?}, exponent: {exponent}, name: Name::new({:?}, {:?}) }},\n",
            part(0),
            part(1),
            part(3),
            part(4)
        )
    };
    let rows = joined(rows.iter().map(row));
    format!("pub(crate) static CURRENCIES: &[Currency] = &[{rows}];\n")
}

/// The dictionary, sorted by tag and kernel, and what of it is secret.
fn tags(rows: &[Value]) -> String {
    let mut entries: Vec<((u32, usize, u32), String)> = Vec::new();
    let mut secrets: Vec<(u32, &str)> = Vec::new();
    for row in rows.iter().map(object) {
        let tag = hex(text(row, "tag"));
        let within = row.get("within").map_or(0, |_| hex(text(row, "within")));
        let kernel = text(row, "kernel");
        let rank = KERNELS.iter().position(|(id, _)| *id == kernel);
        let rank = rank.unwrap_or_else(|| panic!("{tag:X}: kernel {kernel}"));
        entries.push(((tag, rank, within), entry(row, tag, KERNELS[rank].1)));
        if row.contains_key("secret") {
            secrets.push((tag, text(row, "secret")));
        }
    }
    entries.sort();
    secrets.sort_unstable();
    secrets.dedup();
    let entries = joined(entries.into_iter().map(|(_, code)| code));
    let secrets = joined(
        secrets
            .into_iter()
            .map(|(tag, secret)| format!("(0x{tag:X}, Sensitivity::{}),\n", camel(secret))),
    );
    format!(
        "pub(crate) static ENTRIES: &[Entry<'static>] = &[{entries}];\n\
         pub(crate) static SECRETS: &[(u32, Sensitivity)] = &[{secrets}];\n"
    )
}

/// The order is that of the table: EMV first, lists of single networks last.
const KERNELS: &[(&str, &str)] = &[
    ("emv", "Emv"),
    ("c1", "C1"),
    ("c2", "C2"),
    ("c3", "C3"),
    ("c4", "C4"),
    ("c5", "C5"),
    ("c6", "C6"),
    ("c7", "C7"),
    ("c8", "C8"),
    ("list", "Listed"),
];

fn entry(row: &Map<String, Value>, tag: u32, kernel: &str) -> String {
    let optional = |key| row.get(key).and_then(Value::as_str);
    let bound = |key| match row.get(key) {
        Some(value) => format!("Some({value})"),
        None => "None".to_owned(),
    };
    let within = optional("within").map_or("None".to_owned(), |tag| {
        format!("Some(Tag::literal(0x{tag}))")
    });
    let source = optional("source").map_or("None".to_owned(), |source| {
        format!("Some(Source::{})", camel(source))
    });
    let format = match optional("format") {
        Some(format) => format!("Format::{}", camel(format)),
        None => "Format::Template".to_owned(),
    };
    let reading = match optional("as") {
        None => "Reading::Plain".to_owned(),
        Some(how) => match how.split_once(' ') {
            Some(("bits", id)) => format!("Reading::Bits(&{})", constant(id)),
            Some(("list", id)) => format!("Reading::List(&{})", constant(id)),
            _ => format!("Reading::{}", camel(how)),
        },
    };
    let templates = (row
        .get("in")
        .and_then(Value::as_array)
        .into_iter()
        .flatten())
    .filter_map(Value::as_str);
    let templates = joined(templates.map(|tag| format!("Tag::literal(0x{tag}), ")));
    let secret = optional("secret").map_or("Public".to_owned(), camel);
    format!(
        "Entry {{ tag: Tag::literal(0x{tag:X}), kernel: Kernel::{kernel}, within: {within}, \
         name: {}, source: {source}, format: {format}, least: {}, most: {}, \
         templates: &[{templates}], reading: {reading}, since: {}, \
         sensitivity: Sensitivity::{secret} }},\n",
        name(row),
        bound("min"),
        bound("max"),
        edition(row),
    )
}

fn name(row: &Map<String, Value>) -> String {
    format!("Name::new({:?}, {:?})", text(row, "en"), text(row, "zh"))
}

fn edition(row: &Map<String, Value>) -> &'static str {
    match row.get("since").and_then(Value::as_str) {
        None => "Edition::Emv43",
        Some("4.4") => "Edition::Emv44",
        Some(other) => panic!("{other}: expected 4.4"),
    }
}

fn table(name: &str, of: &str, all: &[String]) -> String {
    let all = joined(all.iter().map(|one| format!("&{one}, ")));
    format!("pub(crate) static {name}: &[&{of}] = &[{all}];\n")
}

/// `c7 ttq` is `C7_TTQ`.
fn constant(id: &str) -> String {
    id.to_uppercase().replace([' ', '-'], "_")
}

/// `cvm list` is `CvmList`.
fn camel(id: &str) -> String {
    let words = id.split(' ');
    words
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.fold(String::new(), |all, part| all + &part)
}

fn hex(text: &str) -> u32 {
    u32::from_str_radix(text, 16).unwrap_or_else(|_| panic!("{text}: expected hexadecimal digits"))
}

fn bytes(text: &str) -> String {
    let pairs = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).expect("hexadecimal digits");
        format!("0x{pair}, ")
    });
    format!("[{}]", joined(pairs))
}

fn object(value: &Value) -> &Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("{value}: expected an object"))
}

fn text<'a>(row: &'a Map<String, Value>, key: &str) -> &'a str {
    let value = row.get(key).and_then(Value::as_str);
    value.unwrap_or_else(|| panic!("{row:?}: expected text {key}"))
}

fn number(row: &Map<String, Value>, key: &str) -> u64 {
    let value = row.get(key).and_then(Value::as_u64);
    value.unwrap_or_else(|| panic!("{row:?}: expected number {key}"))
}

fn array<'a>(row: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    let value = row.get(key).and_then(Value::as_array);
    value.unwrap_or_else(|| panic!("{row:?}: expected list {key}"))
}

fn strings<const N: usize>(value: &Value) -> [&str; N] {
    let texts = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let texts: Vec<&str> = texts.collect();
    texts
        .try_into()
        .unwrap_or_else(|_| panic!("{value}: expected {N} texts"))
}
