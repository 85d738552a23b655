//! EMV against the shared vectors, and the tables of the dictionary as a whole.

mod tables;
mod vectors;
