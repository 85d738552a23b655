//! A simulated UnionPay acquirer and issuer: it gives out working keys, checks
//! MACs, keeps its own books, and misbehaves on order.
//!
//! ```text
//!  TCP ──> Server ──> Host ──> Acquirer ──> Ledger
//!          threads    faults,  requests     entries, totals
//!          time       wire     and answers  memory or SQLite
//! ```
//!
//! [`Acquirer`] turns a request into an answer and books it; beside its
//! [`Ledger`](ledger::Ledger) it does no input or output. [`Host`] adds the
//! faults and says what happens on the wire as a list of [`Effect`]s, so that
//! a simulation with its own time drives the same code as the [`Server`] does
//! over TCP.
//!
//! # Faults
//!
//! A fault is written `WHAT[=VALUE][@WHERE][#WHICH]`:
//!
//! | what | value | what happens |
//! |---|---|---|
//! | `drop-request` |  | the request is lost; the host never sees it |
//! | `late-request` |  | the request reaches the host after the next exchange |
//! | `drop-answer` |  | the host books it; the answer is lost |
//! | `late-answer` |  | the answer is held until the next connection opens |
//! | `glue` |  | the answer is held and glued in front of the next one |
//! | `delay` | =DURATION | the answer comes after this long |
//! | `close` | [=N] | the line closes after N bytes of the answer (half where N is left out) |
//! | `split` | =N | the answer comes in N pieces (2 to 64) with pauses |
//! | `join` |  | the answer and a copy of it come in one piece |
//! | `twice` |  | the answer comes twice |
//! | `wrong-mac` |  | the MAC (F64) of the answer is wrong |
//! | `no-mac` |  | the answer has no MAC |
//! | `wrong-trace` |  | the answer bears another trace (F11), with a right MAC |
//! | `wrong-amount` |  | the answer bears one fen more (F4), with a right MAC |
//! | `garble` |  | the message of the answer is nothing but FF bytes |
//! | `decline` | =CODE | the host answers this code (F39) and does nothing |
//! | `not-found` |  | the host answers 25 and does nothing |
//! | `forget` |  | a reversal without an original is not remembered |
//! | `change-keys` |  | the host changes its MAC key before it reads the request |
//! | `away` | =DURATION | the host hangs up unread and refuses connections this long |
//!
//! Where: `any`, `money` (every kind of transaction and their reversals),
//! `sign-in`, `sign-off`, `echo`, `settlement`, `upload`, `upload-end`, a kind
//! (`sale`, `void`, `preauth`, `preauth-void`, `complete`, `complete-void`,
//! `refund`, `balance`), `reversal`, or a kind with `-reversal` behind it, but
//! for the last two, which nothing reverses. Without it a fault strikes `money`;
//! `not-found` and `forget` strike `reversal`.
//!
//! Which: `#N` the Nth such exchange, `#N..M` from the Nth to the Mth, `#N..`
//! from the Nth on, `#*` each; without it the first. Each fault counts for
//! itself, and faults that meet in one exchange add up. Durations are `500ms`,
//! `3s`, `2m`. `drop-answer@sale#2` loses the answer to the second sale.
#![forbid(unsafe_code)]

mod acquirer;
pub mod clock;
mod dialect;
mod duration;
mod event;
mod exchange;
mod fault;
mod host;
pub mod ledger;
mod server;
pub mod settings;
mod supply;

pub use acquirer::{Acquirer, AcquirerError, Answer, Request, Unreadable};
pub use clock::Now;
pub use dialect::Dialect;
pub use event::{Event, Exchanged, Timing};
pub use exchange::Exchange;
pub use fault::{
    Delivery, Effect, Fault, FaultError, FaultPlan, Misdeed, Orders, Target, help as fault_help,
};
pub use host::{Host, Step};
pub use server::{Limits, Server};
pub use supply::{Fixed, KeySet, Supply};
