//! JSON in which no name stands twice in one object: of two, the usual reader
//! takes the last and says nothing.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};
use std::fmt;

/// The value that a text is, or where it is none. `first` is the number of its
/// first line.
pub(super) fn parse(text: &str, first: usize) -> Result<Value, String> {
    let parsed = serde_json::from_str(text).map(|Once(value)| value);
    parsed.map_err(|error| {
        // Of an empty input it says column 0.
        let (line, column) = (
            first + error.line().saturating_sub(1),
            error.column().max(1),
        );
        // What the reader says of a text that is no JSON quotes it, and it may
        // be a card's.
        let said = match error.classify() {
            Category::Data => error.to_string(),
            _ => "this is no JSON".to_owned(),
        };
        let said = said.split(" at line ").next().unwrap_or_default();
        format!("line {line}, column {column}: {said}")
    })
}

/// A value in which no name stands twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut pairs = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if pairs.contains_key(&name) {
                return Err(A::Error::custom(format!(
                    "{} stands twice in one object; keep one of the two",
                    quoted(&name)
                )));
            }
            let Once(value) = map.next_value()?;
            pairs.insert(name, value);
        }
        Ok(pairs.into())
    }
}

/// A name as an error may quote it: it may be anything, also a card's number.
fn quoted(name: &str) -> String {
    let short = name.len() <= 16 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if short && digits <= 3 {
        format!("the name \"{name}\"")
    } else {
        "a name".to_owned()
    }
}
