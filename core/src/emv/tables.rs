//! The tables that `build.rs` makes of the files in `data/emv`.
//!
//! Nothing but data: what a program does not ask for, the linker leaves out.
#![allow(
    clippy::unreadable_literal,
    reason = "codes, written as the standards write them"
)]

use super::dictionary::{Entry, Format, Reading, Source};
use super::kernel::{Edition, Kernel};
use super::layout::{Choice, Field, Kind, Layout};
use super::list::{List, Listed};
use super::name::Name;
use super::place::{Country, Currency};
use super::sensitivity::Sensitivity;
use crate::tlv::Tag;

include!(concat!(env!("OUT_DIR"), "/emv_layouts.rs"));
include!(concat!(env!("OUT_DIR"), "/emv_lists.rs"));
include!(concat!(env!("OUT_DIR"), "/emv_countries.rs"));
include!(concat!(env!("OUT_DIR"), "/emv_currencies.rs"));
include!(concat!(env!("OUT_DIR"), "/emv_tags.rs"));
