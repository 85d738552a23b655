//! Properties that hold for all bytes.

use super::*;

/// Goes through every door that foreign bytes come through.
fn open_every_door(bytes: &[u8]) {
    let _ = detect(&UNIONPAY_POS, bytes).map_err(|error| error.to_string());
    let Ok(partial) = View::decode_partial(&UNIONPAY_POS, bytes) else {
        return;
    };
    let view = partial.view;
    for language in [Language::English, Language::Chinese] {
        describe(&view, language).for_each(|line| drop(line.to_string()));
    }
    for field in view.fields() {
        let _ = EntryMode::parse(&field);
        let _ = SecurityControl::parse(&field);
        let _ = MessageClass::parse(&field).map(|c| (c.kind(), c.batch(), c.account_type()));
        let _ = Original::parse(&field).map(|o| (o.trace(), o.institution()));
        let _ = Balances::parse(&field).map(|b| b.first().characters());
        let _ = PrivateData::parse(view.mti(), &field);
        let remarks = Remarks::parse(&field);
        let _ = (remarks.organisation(), remarks.terminal());
        let _ = (field.text(), field.pad(), format!("{field:?}"));
    }
    view.problems(&mut |problem| drop(problem.to_string()));
    if partial.error.is_none() {
        assert_eq!(copied(&view), bytes);
    }
}

/// A sample with some bytes changed, cut and lengthened.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let tail = prop::collection::vec(any::<u8>(), 0..4);
    (
        0..60_usize,
        changes,
        any::<prop::sample::Index>(),
        tail,
        any::<bool>(),
    )
        .prop_map(|(sample, changes, cut, tail, cutting)| {
            let mut bytes = samples()[sample].message().to_vec();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if cutting {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes.extend(tail);
            bytes
        })
}

/// A value that fits a field, as its text or bytes.
fn value(spec: FieldSpec<'_>) -> BoxedStrategy<Vec<u8>> {
    let most = usize::from(spec.length().most());
    let length = match spec.length().prefix() {
        0 => most..=most,
        _ => 0..=most,
    };
    match spec.format() {
        Format::N => prop::collection::vec(b'0'..=b'9', length).boxed(),
        Format::Z => {
            prop::collection::vec(prop::sample::select(b"0123456789D".to_vec()), length).boxed()
        }
        _ => prop::collection::vec(any::<u8>(), length).boxed(),
    }
}

fn message() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let fields: Vec<_> = (2..=64)
        .filter_map(|number| Some((number, *UNIONPAY_POS.field(number)?)))
        .map(|(number, spec)| {
            prop::option::weighted(0.3, value(spec)).prop_map(move |v| Some((number, v?)))
        })
        .collect();
    fields.prop_map(|fields| fields.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        open_every_door(&bytes);
    }

    #[test]
    fn arbitrary_fields_do_not_panic(
        bitmap in any::<u64>(),
        fields in prop::collection::vec(0..0x30_u8, 0..300),
    ) {
        let known = (2..=64).filter(|n| UNIONPAY_POS.field(*n).is_some());
        let known = known.fold(0, |bits, number| bits | 1_u64 << (64 - u32::from(number)));
        let bitmap = (bitmap & known).to_be_bytes();
        open_every_door(&[&[0x02, 0x10], &bitmap[..], &fields].concat());
    }

    #[test]
    fn damaged_messages_do_not_panic(bytes in damaged()) {
        open_every_door(&bytes);
    }

    #[test]
    fn what_is_written_is_read(fields in message()) {
        let mut buffer = vec![0; 8192];
        let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0210));
        for (number, value) in &fields {
            match UNIONPAY_POS.field(*number).unwrap().format() {
                Format::N | Format::Z => writer.digits(*number, value),
                _ => writer.bytes(*number, value),
            };
        }
        let size = writer.finish().unwrap();
        let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
        let read: Vec<(u8, Vec<u8>)> = view.fields().map(|field| {
            let digits = field.digits().map(|digits| digits.ascii().collect());
            (field.number(), digits.unwrap_or_else(|| field.bytes().to_vec()))
        }).collect();
        prop_assert_eq!(read, fields);
        prop_assert_eq!(copied(&view), &buffer[..size]);
    }

    #[test]
    fn a_card_number_is_never_shown(
        number in "[1-9][0-9]{12,18}",
        before in "[ -~]{0,9}",
        mti in prop::sample::select(vec![0x0200, 0x0210, 0x0320, 0x0800, 0x0810, 0x0820]),
    ) {
        let text = format!("{before}{number}");
        let track = format!("{number}D30121010000000000");
        let details = format!("0100000001{number:0>20}000000000100");
        let code = format!("A3{:03}{number}", number.len());
        let packed = format!("{number:F<20}");
        let chip = [&[0x5A, 10], &hex(&packed)[..], &[0x9F, 0x36, 2, 0, 1]].concat();
        let mut buffer = [0; 1024];
        let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(mti))
            .digits(2, number.as_bytes())
            .digits(35, &track.as_bytes()[..track.len().min(37)])
            .digits(36, track.as_bytes())
            .digits(48, details.as_bytes())
            .bytes(55, &chip)
            .bytes(57, text.as_bytes())
            .bytes(58, text.as_bytes())
            .bytes(59, code.as_bytes())
            .bytes(62, text.as_bytes())
            .bytes(63, text.as_bytes())
            .finish()
            .unwrap();
        let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
        for line in describe(&view, Language::English) {
            prop_assert!(!line.to_string().contains(&number), "{}", line);
            // Nor the middle of it.
            let middle = &number[6..number.len() - 4];
            prop_assert!(middle.len() < 9 || !line.to_string().contains(middle), "{}", line);
        }
    }
}
