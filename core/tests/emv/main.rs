//! EMV against the shared vectors, and the tables of the dictionary as a whole.

mod commands;
mod tables;
mod values;
mod vectors;
