//! Runs every fuzz target that `fuzz/Cargo.toml` declares, two at a time, from
//! the committed seeds on.
//!
//! | run | inputs | what it learns |
//! |---|---|---|
//! | as part of `test` | as many for each, and the same every time: the same code gets the same verdict | is forgotten |
//! | with `--seconds` | others every time, as many as fit | stays in `fuzz/corpus`, which git ignores |

use crate::project;
use crate::report::{Done, Failure, Outcome, Suite};
use crate::shell;
use crate::step::Options;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The messages the seeds are made of.
const MESSAGES: &str = "core/tests/vectors/unionpay/messages.json";
/// Targets that run at a time.
const ABREAST: usize = 2;
/// Inputs that each target gets where nobody says how long it runs.
const INPUTS: u32 = 40_000;
/// Targets that need long for one input get fewer.
const FEWER: &[(&str, u32)] = &[("masking", 2_000), ("oda", 3_000)];
/// And no target runs longer than this for them, in seconds.
const LONGEST: u64 = 120;
/// Longest input: some frames in a row.
const MOST_BYTES: u32 = 4096;
/// libFuzzer ends a run that needs longer for one input, in seconds; much more
/// than any needs, since the machine may be busy.
const HANGS: u32 = 25;

/// A target that runs, and where its words go.
struct Run {
    target: String,
    child: Child,
    log: PathBuf,
}

/// The step: builds all targets, then runs each for the time asked for.
pub(crate) fn run(options: &Options) -> Outcome {
    if shell::program("cargo-fuzz").is_none() {
        let what = "cargo-fuzz is missing: cargo xtask setup";
        return Err(Failure::CouldNotRun(what.to_owned()));
    }
    let folder = project::metadata()?.target().join("fuzz");
    shell::run(cargo_fuzz("build", &folder).args(["--fuzz-dir", "fuzz"]))?;
    let listed = shell::output(cargo_fuzz("list", &folder).args(["--fuzz-dir", "fuzz"]));
    let listed = listed.unwrap_or_default();
    let targets: Vec<&str> = listed.split_whitespace().collect();
    let mut suite = Suite::default();
    for abreast in targets.chunks(ABREAST) {
        let runs: Result<Vec<Run>, Failure> = (abreast.iter())
            .map(|target| start(target, options.seconds, &folder))
            .collect();
        for run in runs? {
            match finish(run)? {
                None => suite.tests.passed += 1,
                Some(finding) => {
                    suite.tests.failed += 1;
                    suite.failed.push(finding);
                }
            }
        }
    }
    let done = suite.end(true)?;
    let each = match options.seconds {
        Some(seconds) => format!("{seconds} s"),
        None => "the inputs of its seed".to_owned(),
    };
    let note = format!("{}: {each} each", targets.join(", "));
    Ok(Done { note, ..done })
}

/// Stable Rust instruments code only when told to pass as nightly.
fn cargo_fuzz(what: &str, target_folder: &Path) -> Command {
    let mut command = shell::cargo();
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", target_folder);
    command.args(["fuzz", what]);
    command
}

fn start(target: &str, seconds: Option<u64>, folder: &Path) -> Result<Run, Failure> {
    let (corpus, how) = match seconds {
        Some(seconds) => (
            project::root().join("fuzz/corpus").join(target),
            vec![format!("-max_total_time={seconds}")],
        ),
        None => (
            forgotten(&folder.join("corpus").join(target))?,
            vec![
                "-seed=1".to_owned(),
                // What is compared differs with where things lie in memory.
                "-use_cmp=0".to_owned(),
                format!("-runs={}", inputs(target)),
                format!("-max_total_time={LONGEST}"),
            ],
        ),
    };
    std::fs::create_dir_all(&corpus)?;
    let log = folder.join(format!("{target}.log"));
    let mut command = cargo_fuzz("run", folder);
    command.args(["--fuzz-dir", "fuzz", target]).arg(corpus);
    let seeds = format!("fuzz/seeds/{target}");
    if project::root().join(&seeds).is_dir() {
        command.arg(seeds);
    }
    command.arg("--").args(how).args([
        format!("-max_len={MOST_BYTES}"),
        format!("-timeout={HANGS}"),
        "-print_final_stats=1".to_owned(),
    ]);
    println!("$ {}", shell::line(&command));
    let words = File::create(&log)?;
    command
        .stdin(Stdio::null())
        .stdout(words.try_clone()?)
        .stderr(words);
    Ok(Run {
        target: target.to_owned(),
        child: command.spawn()?,
        log,
    })
}

fn inputs(target: &str) -> u32 {
    let fewer = FEWER.iter().find(|(name, _)| *name == target);
    fewer.map_or(INPUTS, |(_, inputs)| *inputs)
}

/// The folder, without what an earlier run left in it.
fn forgotten(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(folder.to_owned())
}

/// Waits, and shows the numbers of a good run or the end of a bad one. Gives
/// the finding, if there is one.
fn finish(mut run: Run) -> Result<Option<String>, Failure> {
    let passed = run.child.wait()?.success();
    let log = std::fs::read(&run.log)?;
    let log = String::from_utf8_lossy(&log);
    if passed {
        println!("{}: no finding", run.target);
        let numbers = (log.lines()).filter(|line| line.starts_with("stat::number_of_executed"));
        numbers.for_each(|line| println!("  {line}"));
        return Ok(None);
    }
    println!("{}: A FINDING", run.target);
    let lines: Vec<&str> = log.lines().collect();
    let from = lines.len().saturating_sub(60);
    lines[from..].iter().for_each(|line| println!("  {line}"));
    Ok(Some(finding(&run.target, &log)))
}

/// The target and the file with the input that broke it. Where libFuzzer wrote
/// none, it did not get so far, and the last words say why.
fn finding(target: &str, log: &str) -> String {
    let place = |line: &str| {
        Some(
            line.split_once("Test unit written to ")?
                .1
                .trim()
                .to_owned(),
        )
    };
    let last = || log.lines().rfind(|line| !line.trim().is_empty());
    let what = log.lines().find_map(place);
    let what = what.unwrap_or_else(|| last().unwrap_or("no words").trim().to_owned());
    format!("{target} ({what})")
}

/// Writes one seed a message: the frame for `frame`, the message for
/// `view` and, behind a byte that says which preset it is, for `preset`; the
/// same behind two, as numbers to draw, for `masking`. `write` takes no bytes
/// from outside, so it has none. Data objects are the seeds of `tlv_read`,
/// `tlv_round_trip` and `dol`, the values of a chip those of `emv_decode`, its
/// tracks those of `track`; spec files, ours with a message each, those of
/// `spec_file`; key blocks, and headers to make some of, those of `key_block`;
/// fields 62 of sign-ins those of `working_keys`.
pub(crate) fn write_seeds(_: &Options) -> Outcome {
    let text = std::fs::read_to_string(project::root().join(MESSAGES))?;
    let messages: Vec<Value> = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{MESSAGES}: {error}")))?;
    for (index, message) in messages.iter().enumerate() {
        let word = |name: &str| message[name].as_str().unwrap_or_default();
        let id = word("id");
        let bytes = hex(word("hex")).filter(|bytes| bytes.len() > PREFIX);
        let bytes = bytes.ok_or_else(|| Failure::failed(format!("{MESSAGES}: {id} is no hex")))?;
        let frame = frame(word("form"), &bytes);
        // The first byte says in which pieces the rest arrives.
        seed("frame", id, &[&[index as u8], frame.as_slice()].concat())?;
        seed("view", id, &frame[PREFIX..])?;
        seed("preset", id, &[&[0], &frame[PREFIX..]].concat())?;
        // The first two say which preset it is, the rest what is drawn.
        seed(
            "masking",
            id,
            &[&[0, index as u8], &frame[PREFIX..]].concat(),
        )?;
    }
    let presets = write_preset_seeds()?;
    let (objects, values) = (write_tlv_seeds()?, write_emv_seeds()?);
    let (messages, specs) = (messages.len(), write_spec_seeds()?);
    let (blocks, keys) = (write_key_block_seeds()?, write_working_keys_seeds()?);
    Ok(Done::note(format!(
        "{messages} messages, {presets} of other dialects, {objects} TLV strings, {values} values, {specs} spec files, {blocks} key blocks, {keys} working keys"
    )))
}

/// One seed a message of a dialect that is, or is nearly, a preset; the first
/// byte is the preset's place in the list, UnionPay's is 0.
fn write_preset_seeds() -> Result<usize, Failure> {
    const VECTORS: &str = "core/tests/vectors/iso8583.json";
    const NEARLY: &[(&str, u8)] = &[
        ("iso87-ascii-hexbm", 1),
        ("iso87-ascii-hexbm-emv", 2),
        ("ascii-binbm", 3),
        ("moov-mixed", 3),
        ("dl-iso8583-93", 7),
    ];
    let text = std::fs::read_to_string(project::root().join(VECTORS))?;
    let vectors: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{VECTORS}: {error}")))?;
    let mut written = 0;
    for vector in vectors["vectors"].as_array().into_iter().flatten() {
        let word = |name: &str| vector[name].as_str().unwrap_or_default();
        let preset = NEARLY.iter().find(|(name, _)| *name == word("dialect"));
        if let (Some((_, place)), Some(bytes)) = (preset, hex(word("hex"))) {
            seed(
                "preset",
                word("id"),
                &[&[*place], bytes.as_slice()].concat(),
            )?;
            written += 1;
        }
    }
    Ok(written)
}

/// One seed a vector; the first byte is the depth that `tlv_read` allows, the
/// room that `tlv_round_trip` has, and the length of the list for `dol`.
fn write_tlv_seeds() -> Result<usize, Failure> {
    const DEPTH: &[u8] = &[32];
    let vectors = |topic| -> Result<Vec<Value>, Failure> {
        let path = format!("core/tests/vectors/tlv/{topic}.json");
        let text = std::fs::read_to_string(project::root().join(&path))?;
        serde_json::from_str(&text).map_err(|error| Failure::failed(format!("{path}: {error}")))
    };
    let word = |vector: &Value, name: &str| vector[name].as_str().unwrap_or_default().to_owned();
    let bytes = |vector: &Value, name: &str| hex(&word(vector, name)).unwrap_or_default();
    let (read, build) = (vectors("read")?, vectors("dol_build")?);
    for vector in &read {
        let input = [DEPTH, bytes(vector, "hex").as_slice()].concat();
        seed("tlv_read", &word(vector, "id"), &input)?;
        seed("tlv_round_trip", &word(vector, "id"), &input)?;
    }
    for vector in &build {
        let list = bytes(vector, "dol");
        let parts = [&[list.len() as u8], list.as_slice(), &bytes(vector, "data")];
        seed("dol", &word(vector, "id"), &parts.concat())?;
    }
    Ok(read.len() + build.len())
}

/// One seed a message in a dialect whose file is no longer than an input may
/// be: the file, FF, the message.
fn write_spec_seeds() -> Result<usize, Failure> {
    const VECTORS: &str = "core/tests/vectors/iso8583.json";
    let text = std::fs::read_to_string(project::root().join(VECTORS))?;
    let all: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{VECTORS}: {error}")))?;
    let mut count = 0;
    for vector in all["vectors"].as_array().into_iter().flatten() {
        let word = |name: &str| vector[name].as_str().unwrap_or_default();
        let path = format!("core/tests/vectors/specs/{}.json", word("dialect"));
        let file = std::fs::read(project::root().join(path))?;
        let message = hex(word("hex")).unwrap_or_default();
        let input = [file.as_slice(), &[0xFF], &message].concat();
        if input.len() <= MOST_BYTES as usize {
            seed("spec_file", word("id"), &input)?;
            count += 1;
        }
    }
    Ok(count + write_import_seeds()?)
}

/// One seed a spec file of another library, without a message.
fn write_import_seeds() -> Result<usize, Failure> {
    const FOLDER: &str = "core/tests/vectors/imports";
    let mut count = 0;
    for file in std::fs::read_dir(project::root().join(FOLDER))? {
        let file = file?;
        let text = std::fs::read(file.path())?;
        if text.len() <= MOST_BYTES as usize {
            seed("spec_file", &file.file_name().to_string_lossy(), &text)?;
            count += 1;
        }
    }
    Ok(count)
}

/// One seed a key block behind a 0, and one its header and key: behind a byte
/// that is not 0 and says by which rules it is wrapped, a 0 between them.
fn write_key_block_seeds() -> Result<usize, Failure> {
    const VECTORS: &str = "core/tests/vectors/crypto/key_blocks.json";
    let text = std::fs::read_to_string(project::root().join(VECTORS))?;
    let all: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{VECTORS}: {error}")))?;
    let mut count = 0;
    for group in ["tr31.unwrap", "tr31.known_bad", "tr31.header_reject"] {
        for (index, vector) in all[group].as_array().into_iter().flatten().enumerate() {
            let input = |name: &str| vector["input"][name].as_str().unwrap_or_default();
            let wanted = |name: &str| vector["expected"][name].as_str();
            // Refused headers have no block, and refused blocks no header.
            let header = wanted("header").unwrap_or(input("header"));
            let key = wanted("key").and_then(hex).unwrap_or_default();
            let block = input("key_block");
            for (kind, bytes) in [
                ("block", [&[0], block.as_bytes()].concat()),
                ("header", [&[3], header.as_bytes(), &[0], &key].concat()),
            ] {
                if (3..=MOST_BYTES as usize).contains(&bytes.len()) {
                    let group = group.trim_start_matches("tr31.");
                    seed("key_block", &format!("{group}-{index}-{kind}"), &bytes)?;
                    count += 1;
                }
            }
        }
    }
    Ok(count)
}

/// Fields 62 as published, behind a byte that chooses the master key; and one
/// of each longer layout, whose check values the target mends.
fn write_working_keys_seeds() -> Result<usize, Failure> {
    const VECTORS: &str = "core/tests/vectors/crypto/unionpay.json";
    /// Master key of 16 bytes, check values as they stand; mended.
    const CHOICES: [u8; 2] = [1, 5];
    let text = std::fs::read_to_string(project::root().join(VECTORS))?;
    let all: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{VECTORS}: {error}")))?;
    let mut count = 0;
    for vector in all["working_keys"].as_array().into_iter().flatten() {
        let word = |name: &str| vector[name].as_str().unwrap_or_default();
        let field_62 = hex(word("field_62")).unwrap_or_default();
        let name = word("id").replace(' ', "-");
        seed("working_keys", &name, &[&CHOICES[..1], &field_62].concat())?;
        count += 1;
    }
    for (size, records) in [(56, 0), (84, 0), (50, 2), (75, 3), (100, 4)] {
        let mut field_62: Vec<u8> = (0..size).map(|byte: u8| byte ^ 0x5A).collect();
        for (record, kind) in [1, 2, 3, 0].into_iter().enumerate().take(records) {
            field_62[record * 25] = kind;
        }
        let name = format!("{size}-bytes");
        seed("working_keys", &name, &[&CHOICES[1..], &field_62].concat())?;
        count += 1;
    }
    Ok(count)
}

/// One seed a value of each group that a decoder is for.
fn write_emv_seeds() -> Result<usize, Failure> {
    let text = std::fs::read_to_string(project::root().join(EMV))?;
    let groups: Value =
        serde_json::from_str(&text).map_err(|error| Failure::failed(format!("{EMV}: {error}")))?;
    let mut count = 0;
    for (group, target) in EMV_GROUPS {
        let values = groups[group].as_array().into_iter().flatten();
        for (index, value) in values.enumerate() {
            // A group may hold a remark between its values.
            if let Some(bytes) = value["hex"].as_str().and_then(hex) {
                seed(target, &format!("{group}-{index}"), &bytes)?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// The vectors of EMV values, and which group is for which target.
const EMV: &str = "core/tests/vectors/emv/values.json";
const EMV_GROUPS: [(&str, &str); 8] = [
    ("afl", "emv_decode"),
    ("cvm_list", "emv_decode"),
    ("iad", "emv_decode"),
    ("issuer_auth_data", "emv_decode"),
    ("issuer_script", "emv_decode"),
    ("apdu", "emv_decode"),
    ("de55", "emv_decode"),
    ("track2", "track"),
];

/// Length prefix, TPDU and header, as the core's `frame::PREFIX` counts them.
const PREFIX: usize = 13;

/// A message of the vectors as a whole frame.
fn frame(form: &str, bytes: &[u8]) -> Vec<u8> {
    let envelope: &[u8] = match form {
        "prefixed" => return bytes.to_vec(),
        "framed" => &[],
        _ => &[0x60, 0, 3, 0, 0, 0x60, 0x31, 0, 0, 0, 0],
    };
    let body = [envelope, bytes].concat();
    [&(body.len() as u16).to_be_bytes(), body.as_slice()].concat()
}

fn seed(target: &str, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let folder = project::root().join("fuzz/seeds").join(target);
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(name), bytes)?)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| Some((digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?) as u8))
        .collect()
}

#[cfg(test)]
mod fuzz_tests {
    use super::*;

    #[test]
    fn a_finding_names_the_target_and_the_input() {
        let log = "==7== ERROR: libFuzzer: deadly signal\n\
                   artifact_prefix='/p/fuzz/artifacts/dol/'; \
                   Test unit written to /p/fuzz/artifacts/dol/crash-ab\n\
                   Base64: AAA=\n";
        assert_eq!(finding("dol", log), "dol (/p/fuzz/artifacts/dol/crash-ab)");
        let unbuilt = "error: failed to build fuzz script\n\n";
        assert_eq!(
            finding("dol", unbuilt),
            "dol (error: failed to build fuzz script)"
        );
    }

    #[test]
    fn hex_is_read_in_pairs() {
        assert_eq!(hex("01aAfF"), Some(vec![0x01, 0xAA, 0xFF]));
        assert_eq!(hex("0"), None);
        assert_eq!(hex("0g"), None);
    }

    #[test]
    fn every_form_becomes_a_frame() {
        let framed = [0x60; 11];
        let of_framed = frame("framed", &framed);
        assert_eq!(of_framed[..2], [0, 11]);
        assert_eq!(frame("prefixed", &of_framed), of_framed);
        assert_eq!(frame("bare", &[2, 0])[PREFIX..], [2, 0]);
    }
}
