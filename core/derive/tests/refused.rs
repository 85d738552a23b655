//! What does not compile, and what the compiler says of it.
//!
//! The texts hold for the Rust version that the project is tested with; after
//! a change, `TRYBUILD=overwrite cargo test -p annul-derive` writes them.

#[test]
fn structs_that_are_no_messages() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}
