//! The simulated host for tests in other languages: it says where it listens,
//! then obeys its standard input until that ends.
//!
//! ```text
//!  serve [FAULT ...]          faults as `annul_host::fault_help` lists them
//!  out:  listening 127.0.0.1:40123
//!  in:   totals               out: totals SALES SOLD VOIDS VOIDED
//!  in:   fault FAULT          out: fault ordered
//! ```
//!
//! Each exchange goes to standard error.

use annul_host::{Acquirer, Fault, FaultPlan, Host, Limits, Server, Supply, ledger, settings};
use std::error::Error;
use std::io::{BufRead, Write};

type Books = Box<dyn ledger::Ledger + Send>;

fn main() -> Result<(), Box<dyn Error>> {
    let faults: Result<Vec<Fault>, _> = std::env::args().skip(1).map(|text| text.parse()).collect();
    let acquirer = Acquirer::new(
        settings::Settings::example(),
        ledger::open(None)?,
        Supply::seeded(1),
    );
    let host = Host::new(acquirer, FaultPlan::new(faults?));
    let server = Server::start(
        "127.0.0.1:0".parse()?,
        host,
        Limits::default(),
        |_, event| eprintln!("host: {event}"),
    )?;
    say(&format!("listening {}", server.local_addr()))?;
    for line in std::io::stdin().lock().lines() {
        say(&obey(&server, &line?))?;
    }
    server.stop();
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn obey(server: &Server<Books>, line: &str) -> String {
    match line.split_once(' ') {
        None if line == "totals" => totals(server),
        Some(("fault", text)) => match text.parse() {
            Ok(fault) => {
                server.host().order(fault);
                "fault ordered".to_owned()
            }
            Err(error) => format!("error {error}"),
        },
        _ => format!("error unknown order {line:?}"),
    }
}

fn totals(server: &Server<Books>) -> String {
    match server.host().ledger().totals() {
        Ok(totals) => {
            let sum = totals.iter().fold([0; 4], |[a, b, c, d], total| {
                [
                    a + total.sales,
                    b + total.sold,
                    c + total.voids,
                    d + total.voided,
                ]
            });
            format!("totals {} {} {} {}", sum[0], sum[1], sum[2], sum[3])
        }
        Err(error) => format!("error {error}"),
    }
}
