//! The demonstration ends well, in both languages, and shows no secret.

mod common;

use common::{Desk, PAN};

#[test]
fn the_story_in_both_languages() {
    let desk = Desk::bare();
    for (lang, parts) in [
        ("zh", ["撤销", "冲正", "断电", "终端与主机分毫不差"]),
        (
            "en",
            ["voided", "reversal", "Power cut", "agree to the cent"],
        ),
    ] {
        let ran = desk.annul(&["--lang", lang, "demo", "--fast"]);
        let story = &ran.exits(0).out;
        for part in parts {
            assert!(story.contains(part), "{part}: {story}");
        }
        for message in [
            "0800",
            "0810",
            "0200",
            "0210",
            "0400",
            "0410",
            "622424******0113",
        ] {
            assert!(story.contains(message), "{message}: {story}");
        }
        // Reversed, asked again after "not found", and confirmed.
        assert!(story.matches("0410").count() == 4, "{story}");
        assert!(!story.contains(PAN) && !story.contains('\x1b'));
        let widest = story
            .lines()
            .map(unicode_width::UnicodeWidthStr::width)
            .max();
        assert!(widest <= Some(100), "{widest:?} columns");
    }
}
