//! The simulated host as a command: it runs until it is stopped, and its books
//! can be read meanwhile.

mod books;

pub(crate) use books::word as book_word;

use crate::exit::{Exit, Failure, because};
use crate::output::{self, Detail, FAINT, Manner, styled};
use crate::template;
use annul::text::Language;
use annul_host::ledger::{self, Ledger};
use annul_host::settings::{self, Settings};
use annul_host::{Acquirer, Event, Fault, FaultPlan, Host, Limits, Server, Supply, fault_help};
use clap::{Args as Group, Subcommand};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use zeroize::Zeroizing;

#[derive(Group)]
pub(crate) struct Args {
    /// Where to listen; port 0 is any free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8583")]
    listen: SocketAddr,
    /// The host's settings
    #[arg(long, global = true, value_name = "FILE", default_value = "host.toml")]
    profile: PathBuf,
    /// What goes wrong, such as drop-answer@sale#2; see `annul host faults`
    #[arg(long, value_name = "SPEC")]
    fault: Vec<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Write a commented example of the settings
    Init {
        /// The file to write
        #[arg(value_name = "FILE", default_value = "host.toml")]
        file: PathBuf,
    },
    /// Show the host's books; it may run meanwhile
    Ledger {
        /// One JSON object an entry
        #[arg(long)]
        json: bool,
    },
    /// Show what can go wrong on order
    Faults,
}

pub(crate) fn run(args: Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    match args.command {
        Some(Command::Init { file }) => {
            template::write(&file, settings::EXAMPLE, manner(false).language)
        }
        Some(Command::Ledger { json }) => books::show(&read(&args.profile)?, manner(json)),
        Some(Command::Faults) => {
            output::line(fault_help(manner(false).language).trim_end());
            Ok(Exit::Done)
        }
        None => serve(&args, manner(false)),
    }
}

/// Reads `host.toml`. Its ledger's file is named from where it stands itself.
fn read(path: &Path) -> Result<Settings, Failure> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|error| {
        let advice = format!("`annul host init {name}` writes an example");
        Failure::new(format!("host profile {name}: {error}; {advice}"))
    })?;
    let mut settings = Settings::parse(&text).map_err(|error| {
        let error = error.to_string();
        let place = error.strip_prefix("host profile").unwrap_or(&error);
        Failure::new(format!("host profile {name}{place}"))
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    settings.host.ledger = settings.host.ledger.map(|file| folder.join(file));
    Ok(settings)
}

/// Serves until a signal says that it is enough.
fn serve(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    let settings = read(&args.profile)?;
    let faults = args.fault.iter().map(|spec| {
        let fault = spec.parse::<Fault>();
        fault.map_err(|error| Failure::new(format!("--fault {spec}: {error}")))
    });
    let plan = FaultPlan::new(faults.collect::<Result<Vec<_>, _>>()?);
    let books = ledger::open(settings.host.ledger.as_deref()).map_err(because)?;
    let supply = Supply::new(settings.host.seed);
    let host = Host::new(Acquirer::new(settings, books, supply), plan);
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Who does not listen any more is stopping already.
        let _ = stop.send(());
    })
    .map_err(because)?;
    let log = move |peer: SocketAddr, event: &Event| tell(manner, peer, event);
    let server = Server::start(args.listen, host, Limits::default(), log).map_err(|error| {
        let address = args.listen;
        Failure::new(format!(
            "{address}: {error}; end who listens there, or name another port"
        ))
    })?;
    let address = server.local_addr();
    output::log(&match manner.language {
        Language::Chinese => format!("listening on {address}（Ctrl-C 停止）"),
        Language::English => format!("listening on {address} (Ctrl-C stops it)"),
    });
    // The sender lives as long as the handler: an error means it is gone.
    let _ = stopped.recv();
    server.stop();
    output::log(manner.pick("已停止", "stopped"));
    Ok(Exit::Done)
}

fn tell(manner: Manner, peer: SocketAddr, event: &Event) {
    output::log(&format!("{peer} {event}"));
    if let (Detail::Messages, Event::Exchanged(exchanged)) = (manner.detail, event) {
        let answer = exchanged.answer_lines(manner.language);
        let both = [
            ("->", exchanged.request_lines(manner.language)),
            ("<-", answer),
        ];
        for (arrow, lines) in both.iter().filter(|(_, lines)| !lines.is_empty()) {
            output::log(&styled(FAINT, &format!("  {arrow} {}", lines.join("; "))));
        }
    }
}

/// The books of these settings, to read.
fn open_books(settings: &Settings) -> Result<impl Ledger + use<>, Failure> {
    let Some(path) = &settings.host.ledger else {
        let text = "host ledger: this host keeps its books in memory; name a file as `ledger` in its profile";
        return Err(Failure::new(text));
    };
    if !path.is_file() {
        let text = format!(
            "host ledger {}: there is none yet; start the host first",
            path.display()
        );
        return Err(Failure::new(text));
    }
    ledger::SqliteLedger::read(path).map_err(because)
}
