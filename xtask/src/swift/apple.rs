//! The library for Apple's systems, laid out as the `XCFramework` that
//! `bindings/swift/Package.swift` names.
//!
//! | here is | built is |
//! |---|---|
//! | Xcode | static libraries, whole |
//! | no Xcode | the same without SQLite, which is C and needs Apple's headers |
//!
//! None of them is linked or run here without Xcode.

use super::{LIBRARY, generate, package};
use crate::no_std::{self, CrossRust};
use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use crate::tested;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A kind of system: as Rust and as Xcode call it.
#[derive(Clone, Copy)]
pub(super) struct Slice {
    target: &'static str,
    folder: &'static str,
    platform: &'static str,
    variant: Option<&'static str>,
}

/// The Mac that the tests run on.
pub(super) const MACOS: Slice = Slice {
    target: "aarch64-apple-darwin",
    folder: "macos-arm64",
    platform: "macos",
    variant: None,
};

const SLICES: &[Slice] = &[
    Slice {
        target: "aarch64-apple-ios",
        folder: "ios-arm64",
        platform: "ios",
        variant: None,
    },
    Slice {
        target: "aarch64-apple-ios-sim",
        folder: "ios-arm64-simulator",
        platform: "ios",
        variant: Some("simulator"),
    },
    MACOS,
];

/// The oldest systems, as `Package.swift` has them.
const OLDEST: [(&str, &str); 2] = [
    ("IPHONEOS_DEPLOYMENT_TARGET", "15.0"),
    ("MACOSX_DEPLOYMENT_TARGET", "12.0"),
];

const MODULE_MAP: &str = "module AnnulFFI {\n    header \"AnnulFFI.h\"\n    export *\n}\n";

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let target = project::metadata()?.target().join("apple");
    let xcode = shell::program("xcrun").is_some();
    let built = SLICES.iter().map(|slice| {
        let mut command = build(slice, &target)?;
        if !xcode {
            // SQLite is left to be linked, and so not looked for.
            command.env("LIBSQLITE3_SYS_USE_PKG_CONFIG", "1");
            command.env("SQLITE3_LIB_DIR", &target);
        }
        shell::run(&mut command)?;
        let library = target.join(slice.target).join("release").join(LIBRARY);
        Ok((*slice, library))
    });
    let built = built.collect::<Result<Vec<_>, Failure>>()?;
    // The sources have to be those of a library without its test functions.
    let tools = tested::artifacts()?;
    generate(&tools, &built[0].1)?;
    lay_out(&built)?;
    Ok(Done::note(if xcode {
        "AnnulFFI.xcframework; not run: no device here"
    } else {
        "AnnulFFI.xcframework without SQLite: no Xcode. Not linked, not run"
    }))
}

fn build(slice: &Slice, target: &Path) -> Result<Command, Failure> {
    let rust = CrossRust::find(slice.target).ok_or_else(|| {
        let name = slice.target;
        Failure::CouldNotRun(format!(
            "no Rust here can build for {name}: rustup target add {name}, or on Debian \
             apt-get install rustc-web rust-web-src"
        ))
    })?;
    let mut command = shell::cargo();
    command.args(["rustc", "--release", "-p", "annul-uniffi"]);
    command.args(["--crate-type", "staticlib", "--target-dir"]);
    command.arg(target).envs(OLDEST);
    no_std::aim(&rust, &mut command, "std,panic_unwind");
    Ok(command)
}

/// Writes the framework: a folder for each slice, and a list of them.
pub(super) fn lay_out(libraries: &[(Slice, PathBuf)]) -> Result<(), Failure> {
    let framework = package().join("AnnulFFI.xcframework");
    if framework.is_dir() {
        std::fs::remove_dir_all(&framework)?;
    }
    for (slice, library) in libraries {
        // A folder with the module's name: another library's map is not overwritten.
        let headers = framework.join(slice.folder).join("Headers/AnnulFFI");
        std::fs::create_dir_all(&headers)?;
        std::fs::copy(library, framework.join(slice.folder).join(LIBRARY))?;
        std::fs::copy(
            package().join("Sources/AnnulFFI/AnnulFFI.h"),
            headers.join("AnnulFFI.h"),
        )?;
        std::fs::write(headers.join("module.modulemap"), MODULE_MAP)?;
    }
    let slices: Vec<Slice> = libraries.iter().map(|(slice, _)| *slice).collect();
    std::fs::write(framework.join("Info.plist"), list(&slices))?;
    Ok(())
}

/// The list of what the framework holds.
fn list(slices: &[Slice]) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
        \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
        <plist version=\"1.0\">\n<dict>\n<key>AvailableLibraries</key>\n<array>\n"
        .to_owned();
    for slice in slices {
        let mut pairs = vec![
            ("BinaryPath", LIBRARY),
            ("HeadersPath", "Headers"),
            ("LibraryIdentifier", slice.folder),
            ("LibraryPath", LIBRARY),
            ("SupportedPlatform", slice.platform),
        ];
        pairs.extend(slice.variant.map(|name| ("SupportedPlatformVariant", name)));
        text += "<dict>\n";
        for (key, value) in pairs {
            let _ = writeln!(text, "<key>{key}</key><string>{value}</string>");
        }
        text += "<key>SupportedArchitectures</key><array><string>arm64</string></array>\n</dict>\n";
    }
    text + "</array>\n\
        <key>CFBundlePackageType</key><string>XFWK</string>\n\
        <key>XCFrameworkFormatVersion</key><string>1.0</string>\n</dict>\n</plist>\n"
}

#[cfg(test)]
mod apple_tests {
    use super::*;

    #[test]
    fn the_list_names_each_slice() {
        let list = list(SLICES);
        for slice in SLICES {
            assert!(list.contains(&format!("<string>{}</string>", slice.folder)));
        }
        assert_eq!(list.matches("SupportedPlatformVariant").count(), 1);
        assert_eq!(list.matches("<dict>").count(), SLICES.len() + 1);
        assert_eq!(list.matches("</dict>").count(), SLICES.len() + 1);
    }

    #[test]
    fn the_oldest_systems_are_those_of_the_package() {
        let package = std::fs::read_to_string(package().join("Package.swift")).unwrap();
        assert!(package.contains("platforms: [.iOS(.v15), .macOS(.v12)]"));
        assert_eq!(OLDEST.map(|(_, version)| version), ["15.0", "12.0"]);
    }
}
