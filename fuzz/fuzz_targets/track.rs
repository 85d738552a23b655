//! Tracks on any bytes: what is read is masked, and nothing behind the service
//! code is given out.
#![no_main]

use annul::emv::Track;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for read in [Track::one, Track::two, Track::three] {
        let Ok(track) = read(bytes) else { continue };
        let shown = track.to_string();
        let digits = shown.bytes().filter(u8::is_ascii_digit).count();
        // First six, last four, and the two digits of track 3's format.
        assert!(digits <= 12, "{shown}");
        if let Some(pan) = track.pan() {
            assert!(!shown.contains(std::str::from_utf8(pan.reveal()).unwrap()));
            let _ = (pan.luhn_valid(), track.luhn_valid());
        }
        let _ = (
            track.expiry().is_some(),
            track.service_code(),
            track.packed_service_code(),
        );
        assert!(track.discretionary_length() <= 2 * bytes.len());
    }
});
