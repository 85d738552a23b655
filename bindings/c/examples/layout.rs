//! Prints where everything lies in the structures of the header, as C checks
//! that the compiler must take: `cargo xtask c` compiles them with the header.
#![allow(
    clippy::needless_pass_by_value,
    reason = "a pattern without `..` proves that no field was left out"
)]

use annul_c::action::{annul_action, annul_notice};
use annul_c::begin::{annul_begun, annul_now, annul_sale, annul_void};
use annul_c::codec::{annul_field, annul_frame};
use annul_c::flash::annul_flash_driver;
use annul_c::kinds::{annul_hold, annul_inquiry, annul_refund};
use annul_c::memory::{
    annul_flash, annul_message, annul_row, annul_softpad, annul_terminal, annul_tlv,
};
use annul_c::query::{annul_entry, annul_option, annul_standing, annul_totals};
use annul_c::setup::annul_config;
use annul_c::status::{annul_fault, annul_status};
use annul_c::tlv::annul_tlv_object;
use core::mem::offset_of;

fn check(name: &str, condition: &str) {
    println!("typedef char check_{name}[({condition}) ? 1 : -1];");
}

fn size<T>(name: &str) {
    check(name, &format!("sizeof({name}) == {}", size_of::<T>()));
}

macro_rules! layout {
    ($($name:ident { $($field:ident),* })*) => {$(
        {
            fn all_fields(whole: $name) {
                let $name { $($field: _),* } = whole;
            }
            let _ = all_fields;
            size::<$name>(stringify!($name));
            $(
                let place = offset_of!($name, $field);
                let member = stringify!($field);
                check(
                    concat!(stringify!($name), "_", stringify!($field)),
                    &format!("offsetof({}, {member}) == {place}", stringify!($name)),
                );
            )*
        }
    )*};
}

fn main() {
    println!("#include \"annul.h\"");
    size::<annul_terminal>("annul_terminal");
    size::<annul_softpad>("annul_softpad");
    size::<annul_message>("annul_message");
    size::<annul_row>("annul_row");
    size::<annul_tlv>("annul_tlv");
    size::<annul_flash>("annul_flash");
    size::<annul_status>("annul_status");
    layout! {
        annul_now { millis, year, month, day, hour, minute, second }
        annul_sale { struct_size, pin, request, amount, track2, pan, expiry }
        annul_void {
            struct_size, pin, request, original, track2, pan, expiry, supervisor, reason, note
        }
        annul_hold {
            struct_size, pin, request, claim, authorization, date, amount, track2, pan, expiry,
            supervisor, reason, note
        }
        annul_refund {
            struct_size, pin, request, original, reference, date, amount, track2, pan, expiry,
            supervisor, reason, note
        }
        annul_inquiry { struct_size, pin, track2, pan, expiry }
        annul_begun { known, entry }
        annul_tlv_object { tag, depth, offset, header_length, constructed, value, length }
        annul_notice { kind, status, entry, attempt, batch, code, until, balance_known, balance }
        annul_action { kind, id, seq, data, length, expiry, nonce, notice }
        annul_standing {
            idle, recovered, signed_in, faulted, waits, batch, entries, late, deadline
        }
        annul_entry {
            entry, original, trace, batch, amount, kind, status, outcome, discrepancy, card,
            reference, authorization, code, date
        }
        annul_option { kind, status }
        annul_totals { debit_count, credit_count, debit, credit }
        annul_flash_driver { user, size, read, write, erase }
        annul_fault { status, field, offset }
        annul_frame { tpdu, header, message, length }
        annul_field { number, offset, count, packed, raw, raw_length, value, value_length }
        annul_config {
            struct_size, key_request, terminal, merchant, operator_id, rows, row_count, outgoing,
            incoming, buffer_size, tpdu, header, journal_tears, response_timeout, reversal_backoff,
            guard, park_interval, reversal_attempts, parked_limit, amount_limit, refund_limit
        }
    }
}
