//! What a void must fit, and that a refused void leaves the sale as it was.

mod common;

use common::{code, declined, net, ready, reversal, sale, status, void};

#[test]
fn a_void_fits_its_sale_in_everything() {
    let mut host = ready(&["decline=05@sale#2"]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(declined(&mut host, 3, &sale(3, 100)), "05");
    let cases = [
        (void(10, 100, 9), "25"),
        (void(11, 100, 2).with(37, "101631000002"), "25"),
        (void(12, 100, 2).with(38, "654321"), "25"),
        (void(13, 100, 2).with(61, "000002000002"), "25"),
        (void(14, 99, 2), "64"),
        (
            void(15, 100, 2).with(35, "6224242900000113=28062019031013"),
            "14",
        ),
        (void(16, 100, 3).without(38), "12"),
    ];
    for (trace, (message, expected)) in (10..).zip(cases) {
        assert_eq!(
            declined(&mut host, trace, &message),
            expected,
            "trace {trace}"
        );
        assert_eq!(status(host.ledger(), 2), "approved");
    }
    assert_eq!(
        code(&mut host, &void(20, 100, 2).without(38).signed()),
        "00"
    );
    assert_eq!(status(host.ledger(), 2), "voided");
    // Once, and no void of a void.
    assert_eq!(declined(&mut host, 21, &void(21, 100, 2)), "12");
    let of_a_void = void(22, 100, 20).without(38);
    assert_eq!(declined(&mut host, 22, &of_a_void), "25");
    assert_eq!(net(host.ledger()), 0);
}

#[test]
fn a_reversed_sale_cannot_be_voided() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "00");
    assert_eq!(declined(&mut host, 3, &void(3, 100, 2)), "12");
}
