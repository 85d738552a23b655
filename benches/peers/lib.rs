//! Only benchmarks: see `benches`.
