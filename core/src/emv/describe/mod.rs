//! Takes a value apart as the dictionary says.

mod issuer;

use super::date::{Date, Time};
use super::dictionary::{Dictionary, Entry, Format, Reading};
use super::digits::{Digits, binary};
use super::error::{ValueError, ValueFault, sized};
use super::issuer::ArpcMethod;
use super::layout::Layout;
use super::mask::{Masked, hides_in_public};
use super::money::Money;
use super::name::Name;
use super::part::{Bytes, Part, Said, Text};
use super::place::{Country, Currency};
use super::sensitivity::sensitivity;
use super::tables;
use super::track::Track;
use crate::tlv::{Layout as Widths, LengthDigits, dol};

/// What one has to know besides a value to say what it means.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Names of what lists ask for, and the edition.
    pub dictionary: Dictionary,
    /// The currency of amounts, as tag 5F2A holds it.
    pub currency: Option<u16>,
    /// How issuers prove themselves, where it is known.
    pub proof: Option<ArpcMethod>,
    /// Whether secrets are shown.
    pub secrets: Secrets,
}

/// Whether card numbers, names and the like are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Masked: the only way for logs and screens.
    #[default]
    Masked,
    /// In clear, for somebody who may see them.
    Revealed,
}

impl Context {
    /// Masked, and nothing known but the dictionary.
    pub const fn new(dictionary: Dictionary) -> Self {
        Self {
            dictionary,
            currency: None,
            proof: None,
            secrets: Secrets::Masked,
        }
    }
}

/// Says what a value means: each part of it is shown to `visit`, in order.
/// Parts before an error are good.
///
/// ```
/// # use annul::emv::{Context, Dictionary, Name, describe};
/// # use annul::tlv::Tag;
/// let context = Context::new(Dictionary::UNIONPAY);
/// let entry = Dictionary::UNIONPAY.entry(None, Tag::literal(0x9F27)).unwrap();
/// let mut lines = Vec::new();
/// describe(&entry, &[0x80], &context, &mut |part| {
///     lines.push(part.text(Name::english).to_string());
/// }).unwrap();
/// assert_eq!(lines[0], "1:C0 Application cryptogram type: ARQC");
/// ```
pub fn describe<'a>(
    entry: &Entry<'_>,
    value: &'a [u8],
    context: &Context,
    visit: &mut dyn FnMut(&Part<'a>),
) -> Result<(), ValueError> {
    let (least, most) = entry.lengths();
    let least = least.map_or(0, usize::from);
    let most = most.map_or(usize::MAX, usize::from);
    let kind = sensitivity(entry.tag()).max(entry.sensitivity());
    let secret = !kind.is_public() || holds_stray(entry, value);
    if secret && context.secrets == Secrets::Masked {
        let masked = Said::Secret(Masked::new(entry.tag(), value).at_least(kind));
        visit(&Part::new(0, "masked", MASKED, masked));
        return sized(value, least, most);
    }
    if !matches!(entry.reading(), Reading::Date | Reading::Country) {
        sized(value, least, most)?;
    }
    let mut teller = Teller { context, visit };
    teller.tell(entry, value)
}

/// A value that is public by its tag and holds card data all the same. Commands
/// and templates are told without their data.
fn holds_stray(entry: &Entry<'_>, value: &[u8]) -> bool {
    let told_without = matches!(entry.reading(), Reading::Script | Reading::ScriptCommand)
        || entry.format() == Format::Template;
    !told_without && hides_in_public(entry.tag(), value)
}

const MASKED: Name<'static> = Name::new("Masked", "已掩码");
const VALUE: Name<'static> = Name::new("Value", "值");

/// Shows parts to a visitor.
struct Teller<'v, 'a> {
    context: &'v Context,
    visit: &'v mut dyn FnMut(&Part<'a>),
}

impl<'a> Teller<'_, 'a> {
    fn say(&mut self, key: &'static str, name: Name<'static>, said: Said<'a>) {
        (self.visit)(&Part::new(0, key, name, said));
    }

    fn inside(&mut self, key: &'static str, name: Name<'static>, said: Said<'a>) {
        (self.visit)(&Part::new(1, key, name, said));
    }

    fn bits(&mut self, level: u8, layout: &'static Layout, value: &[u8]) -> Result<(), ValueError> {
        let bits = layout.read(value, self.context.dictionary.edition());
        let bits = bits.map_err(|wrong| {
            let (least, most) = (wrong.expected.0.into(), wrong.expected.1.into());
            let found = wrong.found;
            ValueError::new(found.min(most), ValueFault::Length { least, most, found })
        })?;
        for bit in bits {
            (self.visit)(&Part::new(level, "", bit.field().name(), Said::Bit(bit)));
        }
        Ok(())
    }

    fn tell(&mut self, entry: &Entry<'_>, value: &'a [u8]) -> Result<(), ValueError> {
        match entry.reading() {
            Reading::Plain => self.plain(entry.format(), value)?,
            Reading::Bits(layout) => self.bits(0, layout, value)?,
            Reading::List(list) => {
                let code = Said::Code(Bytes(value), list.meaning(value));
                self.say("code", list.name(), code);
            }
            Reading::Amount => {
                let minor = Digits::parse(value)?.number().unwrap_or(u64::MAX);
                self.money(minor);
            }
            Reading::BinaryAmount => self.money(binary(value)?),
            Reading::Number => self.say("number", VALUE, Said::Number(binary(value)?)),
            Reading::Date => self.say("date", VALUE, Said::Date(Date::parse(value)?)),
            Reading::Time => self.say("time", VALUE, Said::Time(Time::parse(value)?)),
            Reading::DateAndTime => self.date_and_time(value)?,
            Reading::Country => self.country(value)?,
            Reading::Currency => self.currencies(value)?,
            Reading::Language => self.languages(value)?,
            Reading::Aid => {
                let meaning = tables::APPLICATION.meaning_of_prefix(value);
                self.say("aid", VALUE, Said::Code(Bytes(value), meaning));
            }
            Reading::Pan => self.say("pan", VALUE, Said::Digits(Digits::parse(value)?)),
            Reading::Track1 => self.track(&Track::one(value)?)?,
            Reading::Track2 => self.track(&Track::two(value)?)?,
            Reading::Track3 => self.track(&Track::three(value)?)?,
            Reading::Dol => self.list(value)?,
            Reading::TagList => self.tags(value)?,
            Reading::CvmList => self.cvm_list(value)?,
            Reading::Afl => self.files(value)?,
            Reading::IssuerApplicationData => self.application_data(value)?,
            Reading::IssuerAuthenticationData => self.authentication_data(value)?,
            Reading::Script => self.script(value)?,
            Reading::ScriptCommand => self.command(0, value)?,
            Reading::ScriptResults => self.script_results(value)?,
            Reading::LogEntry => self.log_entry(value)?,
            Reading::RegisteredData => self.registered_data(value)?,
        }
        Ok(())
    }

    /// A value that its format alone explains.
    fn plain(&mut self, format: Format, value: &'a [u8]) -> Result<(), ValueError> {
        let said = match format {
            Format::Template => return Ok(()),
            Format::B => Said::Bytes(Bytes(value)),
            Format::A | Format::An | Format::Ans => Said::Text(Text(value)),
            Format::Cn | Format::N => Said::Digits(Digits::parse(value)?),
        };
        self.say("value", VALUE, said);
        Ok(())
    }

    fn money(&mut self, minor: u64) {
        let currency = self.context.currency.and_then(Currency::by_number);
        self.say("amount", VALUE, Said::Money(Money::new(minor, currency)));
    }

    fn date_and_time(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        sized(value, 7, 7)?;
        let (date, time) = value.split_at(4);
        let date = Date::parse(date)?;
        self.say("date", Name::new("Date", "日期"), Said::Date(date));
        let time = Time::parse(time)?;
        self.say("time", Name::new("Time", "时间"), Said::Time(time));
        Ok(())
    }

    /// Two packed bytes, or two or three letters.
    fn country(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        sized(value, 2, 3)?;
        let letters = value.iter().all(u8::is_ascii_uppercase);
        let found = match *value {
            [high, low] if !letters => Country::by_number(u16::from_be_bytes([high, low])),
            _ => core::str::from_utf8(value).ok().and_then(Country::by_alpha),
        };
        let said = match found {
            Some(country) => Said::Lettered(country.alpha2(), country.name()),
            None => Said::Code(Bytes(value), None),
        };
        self.say("country", VALUE, said);
        Ok(())
    }

    fn currencies(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        for code in whole(value, 2)? {
            let number = u16::from_be_bytes([code[0], code[1]]);
            let said = match Currency::by_number(number) {
                Some(currency) => Said::Lettered(currency.alpha(), currency.name()),
                None => Said::Code(Bytes(code), None),
            };
            self.say("currency", VALUE, said);
        }
        Ok(())
    }

    /// ISO 639-1, two letters each, the one liked best first.
    fn languages(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        for (at, code) in whole(value, 2)?.enumerate() {
            let lower = [code[0] | 0x20, code[1] | 0x20];
            if !lower.iter().all(u8::is_ascii_lowercase) {
                return Err(ValueError::new(2 * at, ValueFault::Text));
            }
            let name = tables::LANGUAGE.meaning(&lower);
            let said = Said::Spelled(Text(code), name);
            self.say("language", VALUE, said);
        }
        Ok(())
    }

    /// What a track says to a terminal. Nothing behind the service code.
    fn track(&mut self, track: &Track<'a>) -> Result<(), ValueError> {
        if let Some(code) = track.packed_service_code() {
            self.bits(0, Track::service_code_layout(), &code)?;
        }
        let left = Said::Number(track.discretionary_length() as u64);
        self.say(
            "discretionary",
            Name::new("Characters of the issuer's own", "发卡行自定义字符数"),
            left,
        );
        Ok(())
    }

    fn list(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        for entry in dol::Entries::new(value) {
            let entry = entry.map_err(|error| ValueError::new(error.offset(), ValueFault::List))?;
            let known = self.context.dictionary.entry(None, entry.tag());
            let name = known.map(|known| known.name());
            let said = Said::Asked(entry.tag(), Some(entry.length()), name);
            self.say("asked", ASKED, said);
        }
        Ok(())
    }

    fn tags(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        for tag in dol::Tags::new(value) {
            let tag =
                tag.map_err(|error| ValueError::new(error.offset(), ValueFault::Tlv(error)))?;
            let known = self.context.dictionary.entry(None, tag);
            let said = Said::Asked(tag, None, known.map(|known| known.name()));
            self.say("asked", ASKED, said);
        }
        Ok(())
    }

    /// Identifiers of two bytes, each with a length and data of its owner (EMV
    /// 4.4 book 1, 12.5).
    fn registered_data(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        let fields = Widths::new(2, LengthDigits::Binary(1)).fields(value);
        for field in fields {
            let field = field.map_err(|error| {
                let offset = error.offset();
                ValueError::new(offset, ValueFault::Tlv(error))
            })?;
            let (owner, list) = (field.tag(), &tables::REGISTERED_IDENTIFIER);
            let said = Said::Code(Bytes(owner), list.meaning(owner));
            self.say("registered", list.name(), said);
            self.inside("data", VALUE, Said::Bytes(Bytes(field.value())));
        }
        Ok(())
    }

    fn log_entry(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        sized(value, 2, 2)?;
        self.say(
            "file",
            Name::new("File", "文件"),
            Said::Number(value[0].into()),
        );
        self.say(
            "records",
            Name::new("Most records", "最多记录数"),
            Said::Number(value[1].into()),
        );
        Ok(())
    }
}

const ASKED: Name<'static> = Name::new("Asked", "要求");

/// Parts of one size, at least one.
fn whole(value: &[u8], of: usize) -> Result<core::slice::ChunksExact<'_, u8>, ValueError> {
    let found = value.len();
    if found == 0 || !found.is_multiple_of(of) {
        return Err(ValueError::new(0, ValueFault::Multiple { of, found }));
    }
    Ok(value.chunks_exact(of))
}
