//! The journal on flash, cut after each byte.

use crate::nor::{BLANK, Last, Nor, PAGE, Power, PowerLost};
use crate::store::{Append, Cut, Store, accepted, day, replayed, written};
use annul::journal::{FlashError, FlashJournal, Journal, Seq};

/// Flash that is programmed in words of so many bytes.
pub(crate) struct Flash<const WORD: usize>;

/// Enough for all records of a test.
const PAGES: usize = 12;

impl<const WORD: usize> Store for Flash<WORD> {
    type Medium = Nor<WORD>;
    type Journal = FlashJournal<Nor<WORD>>;
    const CUT_BEHIND: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    fn new_medium(&self) -> Nor<WORD> {
        Nor::new(PAGES)
    }

    fn open(&self, medium: &Nor<WORD>) -> Self::Journal {
        FlashJournal::open(medium.clone(), medium.range()).unwrap()
    }

    fn lose_power(&self, journal: Self::Journal) -> Nor<WORD> {
        journal.into_flash()
    }

    fn cuts(
        &self,
        medium: &Nor<WORD>,
        seq: Seq,
        record: &[u8],
        each: &mut dyn FnMut(Cut<Nor<WORD>>),
    ) {
        let mut before = None;
        for bytes in 0.. {
            for last in [Last::Untouched, Last::Half] {
                let mut flash = medium.clone();
                flash.power = Power { bytes, last };
                let mut journal = FlashJournal::open(flash, medium.range()).unwrap();
                let append = match journal.append(seq, record) {
                    Ok(()) => Append::Confirmed,
                    Err(_) => Append::Running,
                };
                let mut flash = journal.into_flash();
                flash.power = Power::ENDLESS;
                // A byte that stays as it was makes no other cut.
                if before.as_ref() == Some(&flash.bytes) && append == Append::Running {
                    continue;
                }
                before = Some(flash.bytes.clone());
                let place = format!("{seq:?}, after {bytes} bytes, {last:?}");
                each(Cut {
                    medium: flash,
                    append,
                    place,
                });
                if append == Append::Confirmed {
                    return;
                }
            }
        }
    }
}

/// A format that was cut short: the journal is whole still, or refused, or gone.
/// Formatted again it is empty, and where it looks empty it keeps what it takes.
#[test]
fn a_cut_inside_an_erase_leaves_no_half_of_a_journal() {
    cut_erase::<1>();
    cut_erase::<8>();
}

fn cut_erase<const WORD: usize>() {
    for count in [2, 5, 20] {
        let records = day(count);
        let whole = written(&Flash::<WORD>, &records);
        let mut looks = [0; 3];
        for bytes in (0..whole.bytes.len()).step_by(37) {
            for last in [Last::Untouched, Last::Half] {
                let mut left = whole.clone();
                left.power = Power { bytes, last };
                let lost = FlashError::Device(PowerLost);
                let formatted = FlashJournal::format(&mut left, whole.range());
                assert_eq!(formatted.err(), Some(lost));
                left.power = Power::ENDLESS;
                looks[look(&left, &records) as usize] += 1;
                let mut journal = FlashJournal::format(left, whole.range()).unwrap();
                assert!(replayed(&mut journal).is_empty());
            }
        }
        let [whole, refused, empty] = looks;
        assert!(whole > 0 && refused > 0 && empty > 0, "{looks:?}");
    }
}

enum Looks {
    Whole,
    Refused,
    Empty,
}

fn look<const WORD: usize>(left: &Nor<WORD>, records: &[Vec<u8>]) -> Looks {
    let Ok(mut journal) = FlashJournal::open(left.clone(), left.range()) else {
        return Looks::Refused;
    };
    let Ok(found) = accepted(&mut journal) else {
        return Looks::Refused;
    };
    if found == records.len() {
        return Looks::Whole;
    }
    let begins = left.bytes.iter().position(|byte| *byte != BLANK);
    assert_eq!((found, begins), (0, None), "half of a journal");
    for (record, seq) in records.iter().zip(1..) {
        journal.append(Seq(seq), record).unwrap();
    }
    let mut journal = FlashJournal::open(journal.into_flash(), left.range()).unwrap();
    assert_eq!(replayed(&mut journal), records);
    Looks::Empty
}

/// Nothing is repaired by erasing it.
#[test]
fn damage_is_never_erased() {
    let records = day(1);
    let mut flash = written(&Flash::<8>, &records);
    for byte in &mut flash.bytes[..PAGE] {
        *byte &= 0x5A;
    }
    let (before, range) = (flash.bytes.clone(), flash.range());
    if let Ok(mut journal) = FlashJournal::open(flash.clone(), range.clone()) {
        let _ = journal.replay(&mut |_| ());
        let _ = journal.append(Seq(1), &records[0]);
        assert_eq!(journal.into_flash().bytes[..PAGE], before[..PAGE]);
    }
    let mut journal = FlashJournal::format(flash, range).unwrap();
    assert!(replayed(&mut journal).is_empty());
}
