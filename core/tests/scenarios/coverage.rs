//! Which rows of T1 and numbers of B.5 must have a scenario, and why the
//! others have none.

/// Rows of T1 and T2 that can be reached.
const ROWS: [&str; 47] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "10b", "12", "14", "15", "16", "17", "18",
    "19", "20", "21", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37",
    "38", "39", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12",
];
/// What happens at a start.
const RESTART: &str = "R";

/// Rows that neither reaches.
const OTHER_ROWS: [(&str, &str); 5] = [
    (
        "11",
        "a second chip cryptogram: sale and void read stripes and keyed numbers",
    ),
    (
        "13",
        "partial approval: no kind allows it, so code 10 goes to row 14",
    ),
    ("22", "chip card"),
    ("23", "chip card"),
    ("24", "partial approval"),
];

/// Numbers of B.5 that sale, void, sign-in, reversal or journal must stand.
const NUMBERS: [u8; 53] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 38, 40, 41, 42, 44, 45, 46, 47, 48, 49, 50, 51, 53, 54,
    55, 56, 57,
];

/// Numbers that concern something else.
const OTHER_NUMBERS: [(u8, &str); 4] = [
    (37, "partial approval"),
    (39, "chip card"),
    (43, "two terminals"),
    (52, "printer: no part of the engine"),
];

#[test]
fn each_row_and_number_has_a_scenario() {
    let scenarios = crate::script::all();
    let covered = |row: &str| {
        scenarios
            .iter()
            .any(|one| one.rows.iter().any(|own| own == row))
    };
    let mut missing: Vec<String> = Vec::new();
    for row in ROWS.iter().chain([&RESTART]) {
        if !covered(row) {
            missing.push(format!("row {row}"));
        }
    }
    for number in NUMBERS {
        let text = number.to_string();
        if !scenarios.iter().any(|one| one.numbers.contains(&text)) {
            missing.push(format!("B.5 {number}"));
        }
    }
    assert!(missing.is_empty(), "without a scenario: {missing:?}");
}

#[test]
fn each_scenario_names_what_there_is() {
    let mut names = Vec::new();
    for scenario in crate::script::all() {
        let name = &scenario.name;
        assert!(!names.contains(name), "{name} is there twice");
        assert!(!scenario.steps.is_empty(), "{name} has no steps");
        for row in &scenario.rows {
            let known = ROWS.contains(&row.as_str()) || row == RESTART;
            assert!(known, "{name}: no row {row} that sale or void reaches");
        }
        for number in &scenario.numbers {
            let known = NUMBERS.iter().any(|one| one.to_string() == *number);
            assert!(known, "{name}: no number {number} that concerns it");
        }
        names.push(name.clone());
    }
}

#[test]
fn the_tables_leave_nothing_out() {
    let mut numbers: Vec<u8> = NUMBERS.to_vec();
    numbers.extend(OTHER_NUMBERS.map(|(number, _)| number));
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=57).collect::<Vec<_>>());
    let mut rows: Vec<&str> = ROWS.to_vec();
    rows.extend(OTHER_ROWS.map(|(row, _)| row));
    for row in 1..=39 {
        assert!(rows.contains(&row.to_string().as_str()), "row {row}");
    }
    assert!(OTHER_ROWS.iter().all(|(_, why)| !why.is_empty()));
    assert!(OTHER_NUMBERS.iter().all(|(_, why)| !why.is_empty()));
}

#[test]
fn an_unknown_word_is_an_error_with_its_place() {
    let cases = [
        ("sale a 1.00", "x.txt:1: expected `scenario NAME` first"),
        (
            "scenario a\nsell a 1.00",
            "x.txt:2: not understood: `sell a 1.00`",
        ),
        (
            "scenario a\n# why\nexpect a Revrsed",
            "x.txt:3: not understood: `expect a Revrsed`",
        ),
        (
            "scenario a\nhost silent",
            "x.txt:2: not understood: `host silent`",
        ),
        (
            "scenario a\nhold money",
            "x.txt:2: not understood: `hold money`",
        ),
        ("scenario a 10b", "x.txt:1: expected rows or B5, found 10b"),
    ];
    for (text, error) in cases {
        assert_eq!(crate::script::parse("x.txt", text).unwrap_err(), error);
    }
}
