//! The library for Android, for each kind of processor its devices have.
//!
//! | here is | built is | goes to |
//! |---|---|---|
//! | an NDK (`ANDROID_NDK_HOME` or `ANDROID_NDK_ROOT`) | `libannul_uniffi.so`, whole | `bindings/kotlin/android/src/main/jniLibs/ABI` |
//! | no NDK | a static library: Rust only, without SQLite, which is C and needs Android's headers | stays in the target folder |
//!
//! Neither is run: that takes a device or an emulator.

use crate::no_std::{self, CrossRust};
use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A kind of processor: as Android, as Rust and as the NDK's compiler call it.
struct Abi {
    name: &'static str,
    target: &'static str,
    compiler: &'static str,
}

/// The compilers are those for Android 7, the oldest that the library asks for.
const ABIS: &[Abi] = &[
    Abi {
        name: "arm64-v8a",
        target: "aarch64-linux-android",
        compiler: "aarch64-linux-android24-clang",
    },
    Abi {
        name: "armeabi-v7a",
        target: "armv7-linux-androideabi",
        compiler: "armv7a-linux-androideabi24-clang",
    },
    Abi {
        name: "x86_64",
        target: "x86_64-linux-android",
        compiler: "x86_64-linux-android24-clang",
    },
];

/// Newer devices have pages of 16 KB. The NDK does so by itself from r28 on.
const PAGES: &str = "-Clink-arg=-Wl,-z,max-page-size=16384";

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let target = project::metadata()?.target().join("android");
    match ndk() {
        Some(tools) => shared(&tools, &target),
        None => fixed(&target),
    }
}

/// The folder of the NDK's compilers.
fn ndk() -> Option<PathBuf> {
    let home = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"];
    let home = home.iter().find_map(std::env::var_os)?;
    let hosts = PathBuf::from(home).join("toolchains/llvm/prebuilt");
    let mut hosts = std::fs::read_dir(hosts).ok()?;
    Some(hosts.next()?.ok()?.path().join("bin"))
}

/// The libraries that an app loads.
fn shared(tools: &Path, target: &Path) -> Outcome {
    let libraries = project::root().join("bindings/kotlin/android/src/main/jniLibs");
    for abi in ABIS {
        let mut command = build(abi, "cdylib", target)?;
        for (name, program) in programs(abi) {
            command.env(name, tools.join(program));
        }
        shell::run(command.env("RUSTFLAGS", PAGES))?;
        let built = target.join(abi.target).join("release/libannul_uniffi.so");
        std::fs::copy(built, libraries.join(abi.name).join("libannul_uniffi.so"))?;
    }
    Ok(Done::note(format!(
        "{} libraries; not run: no device here",
        ABIS.len()
    )))
}

/// The variables by which cargo and the `cc` crate find the NDK's programs.
fn programs(abi: &Abi) -> [(String, &'static str); 3] {
    let low = abi.target.replace('-', "_");
    [
        (
            format!("CARGO_TARGET_{}_LINKER", low.to_uppercase()),
            abi.compiler,
        ),
        (format!("CC_{low}"), abi.compiler),
        (format!("AR_{low}"), "llvm-ar"),
    ]
}

/// What can be built without the NDK.
fn fixed(target: &Path) -> Outcome {
    let mut sizes = Vec::new();
    for abi in ABIS {
        let mut command = build(abi, "staticlib", target)?;
        // SQLite is left to be linked, and so not looked for.
        command.env("LIBSQLITE3_SYS_USE_PKG_CONFIG", "1");
        command.env("SQLITE3_LIB_DIR", target);
        shell::run(&mut command)?;
        let built = target.join(abi.target).join("release/libannul_uniffi.a");
        let bytes = std::fs::metadata(built)?.len();
        sizes.push(format!("{} {} KB", abi.name, bytes / 1024));
    }
    Ok(Done::note(format!(
        "static libraries without SQLite ({}). Not built: libannul_uniffi.so, no NDK \
         (ANDROID_NDK_HOME). Not run: no device",
        sizes.join(", ")
    )))
}

fn build(abi: &Abi, kind: &str, target: &Path) -> Result<Command, Failure> {
    let rust = CrossRust::find(abi.target).ok_or_else(|| {
        let name = abi.target;
        Failure::CouldNotRun(format!(
            "no Rust here can build for {name}: rustup target add {name}, or on Debian \
             apt-get install rustc-web rust-web-src"
        ))
    })?;
    let mut command = shell::cargo();
    command.args(["rustc", "--release", "-p", "annul-uniffi"]);
    command
        .args(["--crate-type", kind, "--target-dir"])
        .arg(target);
    no_std::aim(&rust, &mut command, "std,panic_unwind");
    Ok(command)
}

#[cfg(test)]
mod android_tests {
    use super::*;

    #[test]
    fn cargo_and_cc_are_told_of_the_compiler() {
        let told = programs(&ABIS[1]).map(|(name, program)| format!("{name}={program}"));
        assert_eq!(
            told,
            [
                "CARGO_TARGET_ARMV7_LINUX_ANDROIDEABI_LINKER=armv7a-linux-androideabi24-clang",
                "CC_armv7_linux_androideabi=armv7a-linux-androideabi24-clang",
                "AR_armv7_linux_androideabi=llvm-ar",
            ]
        );
    }

    #[test]
    fn each_kind_of_processor_has_its_folder() {
        let libraries = project::root().join("bindings/kotlin/android/src/main/jniLibs");
        assert!(ABIS.iter().all(|abi| libraries.join(abi.name).is_dir()));
    }
}
