//! The tables as a whole: nothing twice, nothing without a name, no bit that
//! nobody answers for, and every entry of the shared dictionary.

use crate::vectors::{self, BITS, TAGS};
use annul::emv::{
    Country, Currency, Dictionary, Edition, Entry, Format, Kernel, Layout, List, Name, Reading,
    Sensitivity, entries, meanings, sensitivity,
};
use annul::tlv::Tag;
use serde_json::Value;
use std::collections::HashSet;

fn assert_whole(name: Name, what: &str) {
    assert!(
        !name.english().is_empty() && name.english().is_ascii(),
        "{what}: {name:?}"
    );
    assert!(!name.chinese().is_empty(), "{what}: {name:?}");
    for text in [name.english(), name.chinese()] {
        assert_eq!(text, text.trim(), "{what}");
        assert!(
            !text.contains("  ") && !text.contains(['\n', '|']),
            "{what}: {text}"
        );
    }
}

#[test]
fn no_key_stands_twice_and_the_table_is_sorted() {
    let mut seen = HashSet::new();
    let mut last = None;
    for entry in entries() {
        let key = (entry.tag(), entry.kernel(), entry.within());
        assert!(seen.insert(key), "{key:?}");
        assert!(last <= Some((entry.tag(), entry.kernel())), "{key:?}");
        last = Some((entry.tag(), entry.kernel()));
        assert_eq!(Tag::new(entry.tag().value()), Some(entry.tag()));
    }
    assert!(seen.len() > 700, "{}", seen.len());
}

#[test]
fn every_tag_has_both_names_and_possible_lengths() {
    for entry in entries() {
        let what = format!("{} {}", entry.kernel(), entry.tag());
        assert_whole(entry.name(), &what);
        assert!(
            !entry.name().chinese().is_ascii(),
            "{what}: {:?}",
            entry.name()
        );
        if let (Some(least), Some(most)) = entry.lengths() {
            assert!(least <= most, "{what}");
            assert!(entry.allows(usize::from(least)) && !entry.allows(usize::from(most) + 1));
        }
        if entry.tag().value() != 0 {
            let template = entry.format() == Format::Template;
            assert_eq!(template, entry.tag().is_constructed(), "{what}");
        }
        // 80 holds values without tags; 9F31 holds templates, though its tag says not.
        let holds = |tag: &Tag| tag.is_constructed() || matches!(tag.value(), 0x80 | 0x9F31);
        assert!(entry.templates().iter().all(holds), "{what}");
    }
}

#[test]
fn what_is_read_bit_by_bit_or_by_a_list_has_its_length() {
    for entry in entries() {
        match entry.reading() {
            Reading::Bits(layout) => {
                let length = u16::try_from(layout.length()).unwrap();
                let most = entry.lengths().1;
                assert!(most.is_none_or(|most| most == length), "{entry:?}");
            }
            Reading::List(list) => {
                let fits = |(code, _): (&[u8], Name)| entry.allows(code.len());
                assert!(list.values().all(fits), "{entry:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn every_bit_of_every_layout_is_named_or_reserved_once() {
    for layout in Layout::all() {
        assert_whole(layout.name(), layout.id());
        assert_eq!(Layout::by_id(layout.id()), Some(layout));
        let mut covered = vec![0_u8; layout.length()];
        for field in layout.fields() {
            let what = format!("{} {}:{:02X}", layout.id(), field.byte(), field.mask());
            assert_whole(field.name(), &what);
            let byte = &mut covered[usize::from(field.byte()) - 1];
            assert_eq!(*byte & field.mask(), 0, "{what}");
            *byte |= field.mask();
            let mut seen = HashSet::new();
            for (value, name) in field.values() {
                assert_whole(name, &what);
                assert!(seen.insert(value), "{what}: {value:02X}");
                assert_eq!(value & !field.mask(), 0, "{what}: {value:02X}");
            }
        }
        assert!(
            covered.iter().all(|byte| *byte == 0xFF),
            "{} {covered:02X?}",
            layout.id()
        );
    }
}

#[test]
fn any_value_of_a_layout_is_read_whole() {
    for layout in Layout::all() {
        for byte in 0..=0xFF {
            let value = vec![byte; layout.length()];
            let mut told = vec![0_u8; layout.length()];
            for bit in layout.read(&value, Edition::Emv43).unwrap() {
                told[usize::from(bit.byte()) - 1] |= bit.value();
                assert!(!bit.key().to_string().contains(' '));
            }
            // Every bit that is set is told of, in one way or another.
            assert_eq!(told, value, "{} {byte:02X}", layout.id());
        }
        assert!(
            layout
                .read(&vec![0; layout.length() + 1], Edition::Emv44)
                .is_err()
        );
        assert!(layout.read(&[], Edition::Emv44).is_err());
    }
}

#[test]
fn lists_are_sorted_and_named() {
    for list in List::all() {
        assert_whole(list.name(), list.id());
        assert_eq!(List::by_id(list.id()), Some(list));
        let codes: Vec<&[u8]> = list.values().map(|(code, _)| code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{}", list.id());
        for (code, name) in list.values() {
            assert_whole(name, list.id());
            assert_eq!(list.meaning(code), Some(name));
        }
    }
    let aids = List::by_id("application").unwrap();
    let with_suffix = [0xA0, 0, 0, 3, 0x33, 1, 1, 1, 0xFF];
    assert_eq!(
        aids.meaning_of_prefix(&with_suffix).unwrap().chinese(),
        "银联借记"
    );
}

#[test]
fn countries_and_currencies() {
    let mut letters = HashSet::new();
    for country in Country::all() {
        assert_whole(country.name(), country.alpha2());
        assert!(letters.insert(country.alpha2()) && letters.insert(country.alpha3()));
        assert_eq!((country.alpha2().len(), country.alpha3().len()), (2, 3));
        assert_eq!(Country::by_number(country.number()), Some(country));
    }
    for currency in Currency::all() {
        assert_whole(currency.name(), currency.alpha());
        assert_eq!(Currency::by_number(currency.number()), Some(currency));
        assert!(currency.exponent().is_none_or(|digits| digits <= 4));
    }
    let exponent = |number| Currency::by_number(number).unwrap().exponent();
    assert_eq!(
        [0x0156, 0x0392, 0x0414].map(exponent),
        [Some(2), Some(0), Some(3)]
    );
    assert_eq!((Country::all().len(), Currency::all().len()), (249, 189));
}

#[test]
fn editions_differ_by_what_4_4_brought() {
    let aip = Layout::by_id("aip").unwrap();
    let names = |edition| -> Vec<&str> {
        let bits = aip.read(&[0x80, 0], edition).unwrap();
        bits.map(|bit| bit.name().english()).collect()
    };
    assert_eq!(names(Edition::Emv43), ["RFU set"]);
    assert_eq!(
        names(Edition::Emv44),
        ["Extended Data Authentication (XDA) is supported"]
    );
    let account_reference = Tag::literal(0x9F24);
    let known = |edition| Dictionary::new(Kernel::Emv, edition).entry(None, account_reference);
    assert!(known(Edition::Emv44).is_some() && known(Edition::Emv43).is_none());
}

/// The dictionary is that of the vectors: every entry is found where its
/// scheme and its template say.
#[test]
fn every_shared_entry_is_here() {
    let vectors = vectors::read(TAGS);
    let vectors = vectors.as_array().unwrap();
    assert_eq!(vectors.len(), 735);
    for vector in vectors {
        let (entry, nested) = find(vector);
        let name = vectors::text(vector, "name");
        let what = format!("{vector}\n{entry:?}");
        if let Some(chinese) = vector["name_zh"].as_str() {
            assert!(entry.name().chinese().contains(chinese), "{what}");
        }
        let words = |text: &str| -> HashSet<String> {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric());
            words
                .filter(|word| word.len() > 2)
                .map(str::to_lowercase)
                .collect()
        };
        let shared = words(name)
            .intersection(&words(entry.name().english()))
            .count();
        let described = name != "?" && !name.contains("(see") && entry.kernel() != Kernel::C8;
        assert!(
            !described
                || vector["scheme"] == "C-7/PBOC"
                || 2 * shared >= words(name).len()
                || name.contains("cummulative"),
            "{what}"
        );
        if vector["sensitive"].is_string() {
            assert_ne!(sensitivity(entry.tag()), Sensitivity::Public, "{what}");
        }
        if let (false, Some(most)) = (nested, vector["max"].as_u64()) {
            let most = u16::try_from(most).unwrap();
            assert_eq!(entry.lengths().1, Some(most), "{what}");
        }
    }
}

/// The entry of a vector. Vectors write an object and the template around it
/// as one tag.
fn find(vector: &Value) -> (Entry<'static>, bool) {
    let kernel = match vectors::text(vector, "scheme") {
        "EMV" => Kernel::Emv,
        "PBOC 3.0 / UnionPay" | "C-7/PBOC" => Kernel::C7,
        "ISO 7816 / network specific (list)" => Kernel::Listed,
        other => Kernel::from_id(other).expect(other),
    };
    let bytes = vectors::bytes(vectors::text(vector, "tag"));
    let first = Tag::first_of(&bytes).expect("a tag");
    let rest = &bytes[first.len()..];
    let (tag, within) = match Tag::first_of(rest) {
        Some(inner) => (inner, Some(first)),
        None => (first, None),
    };
    let found = meanings(tag).find(|entry| entry.kernel() == kernel && entry.within() == within);
    let entry = *found.unwrap_or_else(|| panic!("{vector}"));
    (entry, within.is_some())
}

#[test]
fn a_tag_that_means_another_thing_in_another_template() {
    let dictionary = Dictionary::UNIONPAY;
    let plain = dictionary.entry(None, Tag::literal(0x80)).unwrap();
    assert_eq!(plain.name().chinese(), "响应报文模板格式 1");
    let within = |template| {
        let template = Some(Tag::literal(template));
        let entry = dictionary.entry(template, Tag::literal(0x81)).unwrap();
        (entry.kernel(), entry.name().english())
    };
    assert_eq!(within(0x70), (Kernel::Emv, "Amount, Authorised (Binary)"));
    let listed = Dictionary::new(Kernel::Listed, Edition::Emv44);
    let inside = listed
        .entry(Some(Tag::literal(0x6A)), Tag::literal(0x81))
        .unwrap();
    assert_eq!(inside.name().english(), "Telephone Number");
}

/// Each enumeration of the vectors against the list that took it in.
#[test]
fn shared_lists_are_here() {
    let vectors = vectors::read(BITS);
    let codes = |tag: &str| vectors["enums"][tag].as_object().unwrap().clone();
    for (tag, id) in [
        ("8A", "authorisation response"),
        ("9F15", "merchant category"),
        ("9F06", "application"),
    ] {
        let list = List::by_id(id).unwrap();
        for (code, _) in codes(tag) {
            assert!(
                list.meaning(&vectors::bytes(&code)).is_some(),
                "{tag} {code}"
            );
        }
    }
    let number = |code: &str| u16::from_str_radix(code, 16).unwrap();
    for (code, name) in codes("5F2A") {
        assert!(
            Currency::by_number(number(&code)).is_some(),
            "{code} {name}"
        );
    }
    for (code, name) in codes("9F1A") {
        // Germany before 1990.
        assert!(
            Country::by_number(number(&code)).is_some() || code == "0280",
            "{code} {name}"
        );
    }
}

/// The shared layouts against those that took them in: each flag under its
/// name, each reserved bit still reserved or new in 4.4, each choice known.
#[test]
fn shared_layouts_are_here() {
    let vectors = vectors::read(BITS);
    let layouts = vectors["layouts"].as_array().unwrap();
    assert_eq!(layouts.len(), 71);
    let mut compared = 0;
    for vector in layouts {
        let Some(tag) = vector["tag"].as_str() else {
            continue;
        };
        let scheme = vectors::text(vector, "scheme").split(" /").next().unwrap();
        let kernel = Kernel::from_id(scheme).expect(scheme);
        let dictionary = Dictionary::new(kernel, Edition::Emv44);
        let entry = dictionary
            .entry(None, Tag::from_hex(tag).unwrap())
            .expect(tag);
        let Reading::Bits(layout) = entry.reading() else {
            // Read by a type or a list of its own, or left as bytes.
            assert!(
                ["94", "9C", "9F39", "8B", "9F10", "9F0A"].contains(&tag),
                "{tag}"
            );
            continue;
        };
        // The service code stands at the right of its bytes; the vector's layout
        // has it at the left.
        if tag != "5F30" {
            compare(layout, vector);
            compared += 1;
        }
    }
    assert_eq!(compared, 54);
}

fn compare(layout: &'static Layout, vector: &Value) {
    let fields = vector["bytes"].as_array().unwrap().iter().flat_map(|byte| {
        let number = byte["byte"].as_u64().unwrap();
        byte["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(move |field| (number, field))
    });
    for (byte, field) in fields {
        let mask = u8::from_str_radix(vectors::text(field, "mask"), 16).unwrap();
        let own: Vec<_> = (layout.fields().iter())
            .filter(|own| u64::from(own.byte()) == byte && own.mask() & mask != 0)
            .collect();
        let what = format!("{} {byte}:{mask:02X} {field}", layout.id());
        match vectors::text(field, "type") {
            "rfu" => {
                let free =
                    |own: &&annul::emv::Field| own.is_reserved() || own.since() > Edition::Emv43;
                // Action codes have what the results have.
                let results = layout.id() == "tvr";
                assert!(results || own.iter().all(free), "{what}");
            }
            "bool" if own.len() == 1 && own[0].mask() == mask => {
                let short = |name: &str| name.to_lowercase().replace(['-', '\u{2013}'], "");
                let name = vectors::text(field, "name");
                let same = short(own[0].name().english()) == short(name);
                // The vectors' action codes use short words for the same bits.
                assert!(
                    same || layout.id() == "tvr" || own[0].values().count() > 0,
                    "{what}"
                );
            }
            _ => assert!(!own.is_empty() || mask == 0, "{what}"),
        }
    }
}
