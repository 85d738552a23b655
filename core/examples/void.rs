//! A till signs in at the simulated host, sells, and voids what it sold:
//! `cargo run -p annul --example void --features std`.
//!
//! The lines between the marks stand in the READMEs.

use annul::card::Track2;
use annul::crypto::{Algorithm, Key, MasterKey, SoftwareModule};
use annul::driver::{Driver, Setup, SystemClock, TcpLink};
use annul::engine::Settings;
use annul::frame::{Header, Tpdu};
use annul::journal::MemoryJournal;
use annul::ledger::{Entry, Outcome};
use annul::message::{Card, KeyRequest, Station};
use annul::profile::UNIONPAY_POS;
use annul::terminal::{PinWanted, Sale, Void};
use annul::transaction::{Amount, MerchantId, OperatorId, RequestId, TerminalId, Trace};
use annul::transaction::{VoidNote, VoidReason};
use annul_host::{Acquirer, FaultPlan, Host, Limits, Server, Supply, ledger, settings};
use std::error::Error;

/// Journal, keys, line and clock; a real till has its journal in SQLite.
type Till = Driver<MemoryJournal, SoftwareModule, TcpLink, SystemClock>;

type Failure = Box<dyn Error>;

// ANCHOR: void
fn void_sale(till: &mut Till, request: RequestId, voucher: Trace) -> Result<Outcome, Failure> {
    let order = Void {
        request,           // made and kept before anything is sent
        original: voucher, // the voucher number on the slip
        card: None,        // the one in the journal
        pin: PinWanted::No,
        supervisor: OperatorId::literal(*b"00"),
        reason: VoidReason::new("customer-request")?,
        note: VoidNote::NONE,
    };
    let number = till.void(order, &mut |news| println!("{news:?}"))?;
    let entry = till.ledger().entry(number).ok_or("no such entry")?;
    Ok(entry.outcome()) // approved, declined, not sent, or unknown and being undone
}
// ANCHOR_END: void

fn main() -> Result<(), Failure> {
    let host = host()?;
    let mut till = till(&host.local_addr().to_string())?;
    till.sign_in(&mut |_| {})?;
    let sale = Sale {
        request: RequestId::new("order-17")?,
        amount: Amount::parse("12.34")?,
        card: Card::Swiped(Track2::parse("6224242900000113=28062019031013")?),
        pin: PinWanted::No,
    };
    let sold = till.sale(sale, &mut |_| {})?;
    let voucher = till
        .ledger()
        .entry(sold)
        .map(Entry::trace)
        .ok_or("not sold")?;
    let outcome = void_sale(&mut till, RequestId::new("void-of-17")?, voucher)?;
    println!("the void is {outcome:?}");
    assert_eq!(outcome, Outcome::Approved);
    host.stop();
    Ok(())
}

/// A host on this machine, with books of its own.
fn host() -> Result<Server<Box<dyn ledger::Ledger + Send>>, Failure> {
    let settings = settings::Settings::example();
    let acquirer = Acquirer::new(settings, ledger::open(None)?, Supply::seeded(1));
    let host = Host::new(acquirer, FaultPlan::new(Vec::new()));
    Ok(Server::start(
        "127.0.0.1:0".parse()?,
        host,
        Limits::default(),
        |_, _| {},
    )?)
}

/// A till that this host knows.
fn till(host: &str) -> Result<Till, Failure> {
    let setup = Setup {
        profile: &UNIONPAY_POS,
        station: Station {
            terminal: TerminalId::literal(*b"12345678"),
            merchant: MerchantId::literal(*b"123456789012345"),
            tpdu: Tpdu::new([0x60, 0x00, 0x03, 0x00, 0x00]),
            header: Header::new([0x60, 0x31, 0x00, 0x00, 0x00, 0x00]),
            key_request: KeyRequest::DoubleWithTrack,
        },
        settings: Settings::DEFAULT,
        operator: OperatorId::literal(*b"01"),
        capacity: 1000,
    };
    let master = MasterKey::new(Key::des_hex("11111111111111111111111111111111")?);
    let module = SoftwareModule::new(master, Algorithm::UnionPayEcb);
    let (link, clock) = (TcpLink::new(host), SystemClock::new());
    Ok(Driver::open(
        MemoryJournal::default(),
        module,
        link,
        clock,
        setup,
    )?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sale_is_voided() {
        super::main().unwrap();
    }
}
