//! What every store promises, looked at in each: one suite, whatever keeps the
//! records.
//!
//! | promise | file |
//! |---|---|
//! | records come back as they were written, in order and by number | `order.rs` |
//! | a power cut at any byte leaves all that was confirmed, and the next append works | `power.rs` |
//! | a store that is full says so, and has lost nothing | `full.rs` |
//! | what is no journal, and what is open already, is refused | `refused.rs` |
//!
//! | store | how it is cut | file |
//! |---|---|---|
//! | `MemoryJournal` | a record that was half written | `memory.rs` |
//! | `SqliteJournal` | log and file between any two bytes and any two sectors | `sqlite.rs` |
//! | `FlashJournal` | after each byte programmed or erased, of a simulated flash | `flash.rs`, `nor.rs` |
//!
//! A store of your own is one more `impl Store`, and one more line below.
#![cfg(all(feature = "alloc", feature = "flash", feature = "sqlite"))]

mod flash;
mod full;
mod memory;
mod nor;
mod order;
mod power;
mod refused;
mod sqlite;
mod store;

/// The suite, for each store.
macro_rules! stores {
    ($($name:ident: $store:expr;)*) => { $(
        mod $name {
            #[test]
            fn records_come_back_in_order() {
                crate::order::kept(&$store);
            }

            #[test]
            fn a_record_is_found_by_its_number() {
                crate::order::by_number(&$store);
            }

            #[test]
            fn the_largest_record_is_kept() {
                crate::order::largest(&$store);
            }

            #[test]
            fn a_cut_at_any_byte_loses_nothing_confirmed() {
                crate::power::cut_anywhere(&$store);
            }

            #[test]
            fn a_second_cut_does_no_more() {
                crate::power::cut_twice(&$store);
            }
        }
    )* };
}

stores! {
    memory_store: crate::memory::Memory;
    sqlite_store: crate::sqlite::Sqlite::new();
    flash_by_bytes: crate::flash::Flash::<1>;
    flash_by_words: crate::flash::Flash::<4>;
    flash_by_double_words: crate::flash::Flash::<8>;
    flash_by_lines: crate::flash::Flash::<32>;
}
