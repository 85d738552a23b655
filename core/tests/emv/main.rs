//! EMV against the shared vectors, and the tables of the dictionary as a whole.

mod any_input;
mod commands;
mod messages;
mod tables;
mod tracks;
mod values;
mod vectors;
