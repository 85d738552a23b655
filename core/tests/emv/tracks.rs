//! The stripe: what is read, what is refused, and what is never shown.

use annul::emv::{Edition, Track, TrackNumber};

const ONE: &[u8] = b"%B6224242900000113^DOE/JANE^28062019031013?";
const THREE: &[u8] =
    b"016224242900000113=1561560000000000000003000000114000012806==1=0000000000000000";

#[test]
fn three_tracks_of_one_card() {
    let two = b"6224242900000113=28062019031013";
    let tracks = [
        (TrackNumber::One, Track::one(ONE)),
        (TrackNumber::Two, Track::two(two)),
        (TrackNumber::Three, Track::three(THREE)),
    ];
    for (number, track) in tracks {
        let track = track.unwrap();
        assert_eq!(track.number(), number);
        assert_eq!(track.pan().unwrap().reveal(), b"6224242900000113");
        assert!(track.luhn_valid());
        let shown = track.to_string();
        assert!(shown.contains("622424******0113"), "{shown}");
        for secret in ["2900000", "DOE", "9031013", "1561560"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        if number == TrackNumber::Three {
            // Its fields are another standard's; none of them is given out.
            assert!(track.expiry().is_none() && track.service_code().is_none());
            continue;
        }
        assert_eq!(track.expiry().unwrap().digits(), b"2806");
        assert_eq!(track.service_code(), Some(*b"201"));
        assert_eq!(track.discretionary_length(), 7);
    }
}

#[test]
fn a_service_code_in_words() {
    let track = Track::one(ONE).unwrap();
    let code = track.packed_service_code().unwrap();
    let bits = Track::service_code_layout()
        .read(&code, Edition::Emv44)
        .unwrap();
    let words: Vec<&str> = bits.map(|bit| bit.name().english()).collect();
    assert_eq!(
        words,
        [
            "International, Integrated Circuit Card",
            "Normal",
            "No restrictions"
        ]
    );
}

#[test]
fn packed_and_written_tracks_are_the_same() {
    let packed = [
        0x62, 0x16, 0x26, 0x10, 0x00, 0x00, 0x00, 0x00, 0x01, 0x8D, 0x30, 0x12, 0x20, 0x10, 0x1F,
    ];
    let from_chip = Track::two(&packed).unwrap();
    let from_stripe = Track::two(
        b"6216261000000000018=3012201 01"
            .split(|c| *c == b' ')
            .next()
            .unwrap(),
    );
    let from_stripe = from_stripe.unwrap();
    assert_eq!(from_chip.service_code(), from_stripe.service_code());
    assert_eq!(from_chip.discretionary_length(), 2);
    assert_eq!(from_stripe.discretionary_length(), 0);
    let with_d = Track::two(b"6216261000000000018D3012201").unwrap();
    assert_eq!(with_d.to_string(), from_stripe.to_string());
}

#[test]
fn a_field_that_is_left_out() {
    // A separator in the place of the expiry is no digit: refused, not guessed.
    assert!(Track::two(b"6224242900000113==2019031013").is_err());
    let short = Track::two(b"6224242900000113=2806").unwrap();
    assert!(short.expiry().is_some() && short.service_code().is_none());
    assert_eq!(short.discretionary_length(), 0);
    let bad_month = Track::two(b"6224242900000113=9999201").unwrap();
    assert!(bad_month.expiry().is_none());
}

#[test]
fn what_is_no_track() {
    for wrong in [
        &b""[..],
        b"6224242900000113",
        b"=2806",
        b"62242429=",
        b"6224242900000113=28062019031013999999999999",
        b"62242429000001133333=2806201",
        &[0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x01, 0x19, 0xFF, 0xFF],
        &[0x47, 0xFF, 0x73],
        &[0xFF],
        &[0xD0],
    ] {
        let read = Track::two(wrong);
        // 62242429= is a track with nothing behind its separator.
        assert_eq!(read.is_ok(), wrong == b"62242429=", "{wrong:X?}");
    }
    for wrong in [
        &b"%"[..],
        b"%B",
        b"%A6224242900000113^X^2806",
        b"%B6224242900000113",
        b"%B6224242900000113^DOE",
        b"%B62\n42429^DOE^",
    ] {
        assert!(Track::one(wrong).is_err(), "{wrong:X?}");
    }
    assert!(Track::three(b"01=").is_err());
    // Found by fuzzing: the error stood behind the end of a track of one digit.
    assert_eq!(Track::three(b"3").err().unwrap().offset(), 1);
    // Card numbers of 8 to 12 digits are read; a payment card has more.
    let fleet = Track::two(b"7001234567=2806201").unwrap();
    assert!(fleet.pan().is_none() && !fleet.luhn_valid());
    assert_eq!(fleet.to_string(), "**********=*******");
}
