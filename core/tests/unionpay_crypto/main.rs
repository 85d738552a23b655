//! Every published value of UnionPay's cryptography, recomputed: MACs with their
//! intermediate steps, check values, working keys, PIN blocks, tracks, and the
//! MACs of whole messages. The data are in `vectors/crypto/unionpay.json`; each
//! value there says who published it.

mod data;
mod keys;
mod layouts;
mod macs;
mod module;
mod secrets;
