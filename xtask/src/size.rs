//! What annul costs on a Cortex-M3: bytes of the library in the linked
//! program, by the linker's own map, and the deepest stack, by painting it.
//! A program above its budget fails the step.
//!
//! | program | what it links |
//! |---|---|
//! | codec | frames, messages, data objects |
//! | crypto | two MACs and a PIN block |
//! | pinpad | the whole terminal and the flash journal; keys in a PIN pad. Nothing is called, so its RAM says nothing |
//! | firmware | the same with software keys: sale, void, reversal, settlement |
//! | everything | and the reader of chip data |

use crate::firmware::{self, Workshop};
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use std::path::Path;
use std::process::Command;

/// A program that is measured, and what it may cost.
struct Subject {
    name: &'static str,
    files: &'static [&'static str],
    text_budget: u64,
    ram_budget: u64,
}

const SUBJECTS: &[Subject] = &[
    Subject {
        name: "codec",
        files: &["codec.c", "chip.c"],
        text_budget: 16 * 1024,
        ram_budget: 8 * 1024,
    },
    Subject {
        name: "crypto",
        files: &["crypto.c"],
        text_budget: 8 * 1024,
        ram_budget: 8 * 1024,
    },
    Subject {
        name: "pinpad",
        files: &["pinpad.c"],
        text_budget: 64 * 1024,
        ram_budget: 8 * 1024,
    },
    Subject {
        name: "firmware",
        files: &["firmware.c", "story.c", "nor.c"],
        text_budget: 64 * 1024,
        ram_budget: 8 * 1024,
    },
    Subject {
        name: "everything",
        files: &["firmware.c", "story.c", "nor.c", "chip.c"],
        text_budget: 68 * 1024,
        ram_budget: 8 * 1024,
    },
];

/// Objects of annul in memory of the programs: terminal, software security
/// module, flash journal, message, reader of data objects. Table and buffers are not among them.
const OBJECTS: [&str; 5] = ["terminal", "pad", "flash", "message", "reader"];

/// How many of the largest symbols are listed where a budget is passed.
const LISTED: usize = 20;

/// Bytes of the library in a program.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cost {
    text: u64,
    data: u64,
    bss: u64,
}

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let workshop = firmware::workshop()?;
    workshop.record()?;
    let mut table = format!(
        "{:<10} {:>7} {:>7} {:>7} {:>7} {:>9}\n",
        "", "text", "budget", "RAM", "budget", "of stack"
    );
    let mut over = Vec::new();
    for subject in SUBJECTS {
        table += &measure(&workshop, subject, &mut over)?;
    }
    println!("{table}");
    if over.is_empty() {
        Ok(Done::note("all within budget"))
    } else {
        Err(Failure::failed(over.join("; ")))
    }
}

fn measure(
    workshop: &Workshop,
    subject: &Subject,
    over: &mut Vec<String>,
) -> Result<String, Failure> {
    let program = workshop.link(subject.name, subject.files)?;
    let (stack, _) = Workshop::emulate(&program)?;
    let cost = cost(&std::fs::read_to_string(program.with_extension("map"))?);
    let symbols = symbols(&program)?;
    let objects: u64 = (symbols.iter())
        .filter(|symbol| OBJECTS.contains(&symbol.name.as_str()))
        .map(|symbol| symbol.size)
        .sum();
    let ram = cost.data + cost.bss + objects + u64::from(stack);
    let budgets = [
        ("text", cost.text, subject.text_budget),
        ("RAM", ram, subject.ram_budget),
    ];
    for (what, found, budget) in budgets.iter().filter(|(_, found, budget)| found > budget) {
        let name = subject.name;
        over.push(format!("{name}: {found} bytes of {what}, not {budget}"));
        for symbol in symbols.iter().take(LISTED) {
            println!("{:>7} {}", symbol.size, symbol.name);
        }
    }
    let [text, ram] = budgets.map(|(_, found, budget)| format!("{found:>7} {budget:>7}"));
    Ok(format!("{:<10} {text} {ram} {stack:>9}\n", subject.name))
}

/// Adds up what the map says of the library's sections. A long name stands on
/// a line of its own before its address and size.
fn cost(map: &str) -> Cost {
    let mut cost = Cost::default();
    let mut section = "";
    let placed = map.split_once("Linker script and memory map");
    for line in placed.map_or(map, |(_, placed)| placed).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let place = match words.as_slice() {
            [name] if name.starts_with('.') && line.starts_with(' ') => {
                section = name;
                continue;
            }
            [name, _, size, file] if name.starts_with('.') => {
                section = name;
                Some((*size, *file))
            }
            [address, size, file] if address.starts_with("0x") => Some((*size, *file)),
            _ => None,
        };
        let Some((size, file)) = place else { continue };
        let bytes = size.strip_prefix("0x");
        let bytes = bytes.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let (Some(bytes), true) = (bytes, file.contains("libannul_c.a")) else {
            continue;
        };
        match section.split('.').nth(1) {
            Some("text" | "rodata") => cost.text += bytes,
            Some("data") => cost.data += bytes,
            Some("bss") => cost.bss += bytes,
            _ => {}
        }
    }
    cost
}

/// A symbol of a program.
struct Symbol {
    name: String,
    size: u64,
}

/// The symbols of a program, largest first.
fn symbols(program: &Path) -> Result<Vec<Symbol>, Failure> {
    let mut nm = Command::new("arm-none-eabi-nm");
    nm.args([
        "--print-size",
        "--size-sort",
        "--reverse-sort",
        "--radix=d",
        "--demangle",
    ]);
    let told = shell::output(nm.arg(program))
        .ok_or_else(|| Failure::failed("arm-none-eabi-nm does not read the program"))?;
    let symbol = |line: &str| {
        let mut words = line.splitn(4, ' ');
        let size = words.nth(1)?.parse().ok()?;
        let name = words.nth(1)?.to_owned();
        Some(Symbol { name, size })
    };
    Ok(told.lines().filter_map(symbol).collect())
}

#[cfg(test)]
mod size_tests {
    use super::*;

    #[test]
    fn the_map_is_added_up_for_the_library_only() {
        let map = "Discarded input sections\n .text.gone 0x0 0x99 libannul_c.a(x.o)\n\
            Linker script and memory map\n\
            .text           0x00000000    0x16af0\n \
            .text.story    0x00000040       0x10 story.o\n \
            .text.annul_mac\n                0x00000050       0x20 /x/libannul_c.a(annul.o)\n \
            .rodata.table  0x00000070       0x08 /x/libannul_c.a(annul.o)\n \
            .bss.one       0x20000000       0x04 /x/libannul_c.a(annul.o)\n";
        let expected = Cost {
            text: 0x28,
            data: 0,
            bss: 4,
        };
        assert_eq!(cost(map), expected);
    }
}
