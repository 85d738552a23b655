//! A terminal at work: it has the card while a request is built, and nothing of
//! it once the frame is gone, or given up. That dropping a card wipes it where it
//! lies is read in memory by `core/tests/secrets`.

use super::{Action, Input, Now, PinWanted, Sale, Terminal};
use crate::card::{Expiry, Pan, Pin, Track2};
use crate::crypto::{
    Algorithm, CardOnFile, Key, MacKey, MasterKey, PinKey, SecurityFault, SecurityModule,
    SoftwareModule, WorkingKeys,
};
use crate::engine::{Millis, Sending, Settings};
use crate::frame::{Header, Tpdu};
use crate::journal::{Envelope, Identity, KeysChanged, MAX_RECORD, Record, Replay, Seq, Tag};
use crate::ledger::{Entry, Ledger};
use crate::message::{Card, KeyRequest, Station};
use crate::profile::UNIONPAY_POS;
use crate::transaction::{
    Amount, Batch, Civil, MerchantId, OperatorId, RequestId, TerminalId, Text, Trace,
};
use std::format;
use std::vec::Vec;

const PAN: &str = "5413330089020011";
/// What stands behind it on the stripe.
const BEHIND: &str = "28062019031013";

type Till = Terminal<[Entry; 4], [u8; 512]>;

fn station() -> Station {
    Station {
        terminal: TerminalId::literal(*b"12345678"),
        merchant: MerchantId::literal(*b"123456789012345"),
        tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
        header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
        key_request: KeyRequest::Double,
    }
}

/// A journal of two records: whose it is, and its working keys.
fn journal() -> [Vec<u8>; 2] {
    let opened = Record::Opened(Identity {
        terminal: station().terminal,
        merchant: station().merchant,
        profile: Text::new(UNIONPAY_POS.name).expect("a short name"),
    });
    let changed = Record::KeysChanged(KeysChanged {
        trace: Trace::FIRST,
        batch: Batch::FIRST,
        stamp: now().civil,
        keys: working_keys(),
    });
    let (mut seq, mut previous) = (Seq(0), Tag::default());
    [opened, changed].map(|record| {
        seq = seq.next();
        let mut buffer = [0; MAX_RECORD];
        let (size, tag) = Envelope { seq, previous }.encode(&record, &mut buffer);
        previous = tag;
        buffer[..size].to_vec()
    })
}

fn till() -> Till {
    let mut ledger = Ledger::new([Entry::EMPTY; 4], &UNIONPAY_POS);
    let mut replay = Replay::new(true);
    for bytes in journal() {
        let replayed = ledger.replay(&mut replay, &bytes);
        replayed.expect("a good record");
    }
    ledger.replayed(replay).expect("a whole journal");
    let (operator, buffers) = (OperatorId::literal(*b"01"), [[0; 512]; 2]);
    let till = Terminal::new(ledger, station(), Settings::DEFAULT, operator, buffers);
    let mut till = till.expect("its own journal");
    till.start();
    till
}

fn now() -> Now {
    Now {
        millis: Millis::default(),
        civil: Civil::new((2026, 1, 5), (10, 16, 30)).expect("a date"),
    }
}

fn key() -> Key {
    Key::des(b"\x10\x32\x54\x76\x98\xBA\xDC\xFE\x13\x35\x57\x79\x9B\xBD\xDF\xF1").expect("a key")
}

fn working_keys() -> WorkingKeys {
    let (pin, mac) = (PinKey::new(key()), MacKey::new(key()));
    WorkingKeys::wrap(&MasterKey::new(key()), &pin, &mac, None).expect("a layout")
}

/// With a PIN entered, or none.
fn device(pin: Option<&str>) -> SoftwareModule {
    let mut device = SoftwareModule::new(MasterKey::new(key()), Algorithm::UnionPayEcb);
    if let Some(pin) = pin {
        device.enter_pin(Pin::parse(pin).expect("a PIN"));
    }
    device
}

/// Whether the terminal has a card, or a message that could hold one.
fn has_card(till: &Till) -> bool {
    let clean = till.outgoing.iter().all(|byte| *byte == 0);
    till.card.is_some() || till.on_file.is_some() || !clean
}

/// What a test sees of an action before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Seal,
    Pin,
    Mac,
    Connect,
    Sent,
    Other,
}

/// Does the next action; `fails` says at which the device or the line does.
fn act(till: &mut Till, device: &mut SoftwareModule, fails: Deed) -> Option<Deed> {
    let now = now();
    let fault = SecurityFault::NoPin;
    let (deed, input) = match till.poll()? {
        Action::Persist { seq, .. } => (Deed::Other, Input::Persisted(seq)),
        Action::SealCard { job, card, nonce } => {
            let sealed = device.seal(card, nonce);
            let sealed = sealed.and_then(|card| match fails {
                Deed::Seal => Err(fault),
                _ => Ok(card),
            });
            (Deed::Seal, Input::Sealed(job, sealed))
        }
        Action::EncryptPin { job, pan } => {
            let block = device.encrypt_pin(pan);
            (Deed::Pin, Input::PinBlock(job, block))
        }
        Action::Mac { job, message } => {
            let mac = device.mac(message);
            let mac = mac.and_then(|mac| match fails {
                Deed::Mac => Err(fault),
                _ => Ok(mac),
            });
            (Deed::Mac, Input::Mac(job, mac))
        }
        Action::Connect { link } => {
            let input = match fails {
                Deed::Connect => Input::Down(link, Sending::NothingSent),
                _ => Input::Connected(link),
            };
            (Deed::Connect, input)
        }
        Action::Recall { job, .. } => {
            till.handle(now, Input::Recalled(job, Some(&journal()[1])));
            return Some(Deed::Other);
        }
        Action::LoadKeys { job, keys } => {
            let loaded = device.load_working_keys(keys);
            (Deed::Other, Input::KeysLoaded(job, loaded))
        }
        Action::Send { link, .. } => (Deed::Sent, Input::Sent(link)),
        Action::Notify(_) | Action::Close { .. } => return Some(Deed::Other),
        other @ Action::OpenCard { .. } => panic!("{other:?}"),
    };
    till.handle(now, input);
    Some(deed)
}

fn sale(card: Card, pin: PinWanted) -> Sale {
    Sale {
        request: RequestId::new("a").expect("an id"),
        amount: Amount::parse("1.00").expect("an amount"),
        card,
        pin,
    }
}

fn swiped() -> Card {
    let track = format!("{PAN}={BEHIND}");
    Card::Swiped(Track2::parse(&track).expect("a test card"))
}

fn keyed() -> Card {
    Card::Keyed(CardOnFile {
        pan: Pan::parse(PAN).expect("a test card"),
        expiry: Expiry::parse("2806").ok(),
    })
}

#[test]
fn a_terminal_forgets_the_card_when_its_request_is_gone_or_given_up() {
    for fails in [Deed::Seal, Deed::Pin, Deed::Mac, Deed::Connect, Deed::Sent] {
        for (card, pin) in [
            (swiped(), PinWanted::No),
            (swiped(), PinWanted::Yes),
            (keyed(), PinWanted::Yes),
        ] {
            let mut device = device(Some("123456").filter(|_| fails != Deed::Pin));
            let mut till = till();
            while act(&mut till, &mut device, Deed::Sent).is_some() {}
            let begun = till.begin_sale(now(), sale(card, pin), 100);
            begun.expect("it may begin");
            assert!(has_card(&till));
            let mut deeds = Vec::new();
            while let Some(deed) = act(&mut till, &mut device, fails) {
                deeds.push(deed);
                if deed == fails {
                    break;
                }
            }
            let last = deeds.last();
            assert!(!has_card(&till), "after {last:?} of {deeds:?}, {pin:?}");
        }
    }
}
