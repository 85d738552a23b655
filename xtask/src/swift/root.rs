//! A Debian 13 with Swift 6 in a folder, for machines that have no Swift.
//!
//! It is made by `debootstrap` from the mirror that this machine's own apt uses,
//! takes some 3 GB under `~/.cache/annul`, and is kept.
//!
//! | when | what guards it |
//! |---|---|
//! | it is made | under another name; it gets its own when it is whole |
//! | it is used | every mount is in a mount namespace of its own, so none is left, also where this program is killed |
//! | the tests run | project and target folder are mounted read-only, at the places they have outside |

use crate::project;
use crate::report::Failure;
use crate::setup;
use crate::shell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const SUITE: &str = "trixie";
const PACKAGES: &str = "swiftlang,libc6-dev,g++,git";

/// Where Debian's Swift has its own libraries.
const LIBRARIES: &str = "LD_LIBRARY_PATH=/usr/libexec/swift/lib/swift/linux";

/// What may be done instead.
const HINT: &str = "Swift 6 or later on the search path will do as well";

/// Mounts what Swift needs, and becomes the program inside. Arguments: the
/// root, the project, the target folder, the program.
const ENTER: &str = r#"
PATH=$PATH:/usr/sbin:/sbin
root=$1 project=$2 target=$3
shift 3
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for folder in "$project" "$target"; do
    mkdir -p "$root$folder"
    mount -o bind,ro "$folder" "$root$folder"
done
exec chroot "$root" /usr/bin/env -i "$@"
"#;

/// The root, if it is whole and can be entered.
pub(super) fn found() -> Option<PathBuf> {
    place().filter(|root| root.join("usr/libexec/swift").is_dir() && may_mount())
}

/// The program swift inside the root, to which its arguments are still to be given.
pub(super) fn enter(root: &Path, settings: &[(&str, PathBuf)]) -> Result<Command, Failure> {
    let mut command = own_mounts();
    command.args(["sh", "-ec", ENTER, "sh"]).arg(root);
    command
        .arg(project::root())
        .arg(project::metadata()?.target());
    command.args(["PATH=/usr/bin:/bin", "HOME=/root", "LANG=C.UTF-8"]);
    command.arg(LIBRARIES);
    for (name, value) in settings {
        command.arg(format!("{name}={}", value.display()));
    }
    command.arg("swift");
    Ok(command)
}

/// Where Swift builds, inside the root: for each work tree another.
pub(super) fn scratch() -> PathBuf {
    let mut place = OsString::from("/var/tmp/annul");
    place.push(project::root());
    PathBuf::from(place)
}

/// Makes the root.
pub(crate) fn make() -> Result<(), Failure> {
    let could_not = |what: &str| Failure::CouldNotRun(format!("{what}; {HINT}"));
    let Some(root) = place() else {
        return Err(could_not("neither HOME nor XDG_CACHE_HOME says where to"));
    };
    if shell::program("apt-get").is_none() {
        return Err(could_not("this is no Debian, whose mirror has it"));
    }
    if !may_mount() {
        return Err(could_not(
            "it comes in a Debian of its own, and that wants root and the right to mount \
             (a container may lack it)",
        ));
    }
    setup::debian(&["debootstrap"])?;
    let mirror = mirror()
        .ok_or_else(|| could_not("apt's sources name no mirror of Debian to take it from"))?;
    let part = root.with_extension("part");
    remove(&part)?;
    remove(&root)?;
    if let Some(folder) = root.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut bootstrap = own_mounts();
    bootstrap.args(["env", "DEBIAN_FRONTEND=noninteractive"]);
    bootstrap.args(proxy().map(|proxy| format!("http_proxy={proxy}")));
    bootstrap.args(["/usr/sbin/debootstrap", "--variant=minbase"]);
    bootstrap.arg(format!("--include={PACKAGES}")).arg(SUITE);
    shell::run(bootstrap.arg(&part).arg(&mirror))
        .map_err(|_| could_not(&format!("Debian {SUITE} did not come from {mirror}")))?;
    shell::run(
        setup::as_root("chroot")
            .arg(&part)
            .args(["apt-get", "clean"]),
    )?;
    shell::run(setup::as_root("mv").arg("-T").arg(&part).arg(&root))
}

/// In the folder for what can be made again.
fn place() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    Some(cache.join("annul").join(format!("swift-{SUITE}")))
}

/// Removes what is left of an earlier try. Never across a mount: what is
/// mounted there is somebody's.
fn remove(folder: &Path) -> Result<(), Failure> {
    if !folder.exists() {
        return Ok(());
    }
    println!("{} is not whole: made anew", folder.display());
    let mounts = std::fs::read_to_string("/proc/self/mountinfo")?;
    if let Some(place) = mounted_below(&mounts, folder) {
        let what = format!("{place} is still mounted: umount it");
        return Err(Failure::CouldNotRun(what));
    }
    shell::run(
        setup::as_root("rm")
            .args(["-rf", "--one-file-system"])
            .arg(folder),
    )
}

/// The first mount at or below a folder; its place is the fifth word of a line.
fn mounted_below<'a>(mounts: &'a str, folder: &Path) -> Option<&'a str> {
    (mounts.lines())
        .filter_map(|line| line.split(' ').nth(4))
        .find(|place| Path::new(place).starts_with(folder))
}

/// A command whose mounts are its own and end with it.
fn own_mounts() -> Command {
    let mut command = setup::as_root("unshare");
    command.args(["--mount", "--propagation", "private"]);
    command
}

fn may_mount() -> bool {
    shell::output(own_mounts().arg("true")).is_some()
}

/// The mirror that apt takes Debian from, whatever form its sources have.
fn mirror() -> Option<String> {
    let mut ask = Command::new("apt-get");
    ask.args(["indextargets", "--format", "$(LABEL) $(REPO_URI)"]);
    let told = shell::output(ask.arg("Created-By: Packages"))?;
    mirror_of_debian(&told).map(str::to_owned)
}

/// The first that is Debian itself, not its security updates or another's packages.
fn mirror_of_debian(told: &str) -> Option<&str> {
    told.lines().find_map(|line| line.strip_prefix("Debian "))
}

/// The proxy that apt goes through; else the environment's is used anyway.
fn proxy() -> Option<String> {
    let mut ask = Command::new("apt-config");
    ask.args(["dump", "--format", "%v%n", "Acquire::http::Proxy"]);
    let told = shell::output(&mut ask)?;
    let proxy = told.lines().next()?.trim();
    (!proxy.is_empty()).then(|| proxy.to_owned())
}

#[cfg(test)]
mod root_tests {
    use super::*;

    #[test]
    fn the_mirror_is_debian_itself() {
        let told = "Debian-Security http://mirror.example/debian-security/\n\
                    Somebody https://packages.example/\n\
                    Debian http://mirror.example/debian/\n";
        assert_eq!(
            mirror_of_debian(told),
            Some("http://mirror.example/debian/")
        );
        assert_eq!(mirror_of_debian("Ubuntu http://mirror.example/\n"), None);
    }

    #[test]
    fn a_mount_inside_is_found() {
        let mounts = "22 1 8:1 / / rw - ext4 /dev/vda rw\n\
                      30 22 0:5 / /x/root/proc rw - proc proc rw\n";
        let found = mounted_below(mounts, Path::new("/x/root"));
        assert_eq!(found, Some("/x/root/proc"));
        assert_eq!(mounted_below(mounts, Path::new("/x/other")), None);
    }
}
