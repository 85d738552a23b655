//! What a struct says in its attributes.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, GenericParam, Ident, Lifetime, LitInt,
    Path, Result, Type,
};

/// A struct that is a message.
pub(crate) struct Message<'i> {
    pub(crate) name: &'i Ident,
    /// What it borrows a received message for, if it does.
    pub(crate) lifetime: Option<&'i Lifetime>,
    pub(crate) spec: Option<Path>,
    pub(crate) mti: LitInt,
    pub(crate) unnamed: Unnamed,
    /// In ascending order of their fields.
    pub(crate) members: Vec<Member<'i>>,
}

/// What is done with fields of a message that the struct does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unnamed {
    Refused,
    Ignored,
}

/// A member that is a field.
pub(crate) struct Member<'i> {
    pub(crate) number: u8,
    pub(crate) name: &'i Ident,
    pub(crate) of: &'i Type,
}

/// The largest field: three bitmaps of 64.
const MOST: u8 = 192;

impl<'i> Message<'i> {
    /// Reads the attributes, or says which is wrong.
    pub(crate) fn read(input: &'i DeriveInput) -> Result<Self> {
        let says = Says::read(input)?;
        let Some(mti) = says.mti else {
            return Err(Error::new(
                input.ident.span(),
                "say the message type: #[iso8583(mti = 0x0200)]",
            ));
        };
        Ok(Self {
            name: &input.ident,
            lifetime: lifetime(input)?,
            spec: says.spec,
            mti,
            unnamed: says.unnamed,
            members: members(input)?,
        })
    }
}

/// What `#[iso8583(...)]` says.
struct Says {
    spec: Option<Path>,
    mti: Option<LitInt>,
    unnamed: Unnamed,
}

impl Says {
    fn read(input: &DeriveInput) -> Result<Self> {
        let mut says = Self {
            spec: None,
            mti: None,
            unnamed: Unnamed::Refused,
        };
        for attribute in named(&input.attrs, "iso8583") {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("spec") {
                    says.spec = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("mti") {
                    says.mti = Some(message_type(meta.value()?.parse()?)?);
                } else if meta.path.is_ident("ignore_unnamed") {
                    says.unnamed = Unnamed::Ignored;
                } else {
                    return Err(meta.error("expected spec, mti or ignore_unnamed"));
                }
                Ok(())
            })?;
        }
        Ok(says)
    }
}

/// Four decimal digits, read as hexadecimal.
fn message_type(literal: LitInt) -> Result<LitInt> {
    let text = literal.to_string();
    let digits = text.strip_prefix("0x").unwrap_or_default();
    if digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(literal);
    }
    Err(Error::new(
        literal.span(),
        "a message type is four decimal digits behind 0x, such as 0x0200",
    ))
}

/// The one lifetime that a struct may have.
fn lifetime(input: &DeriveInput) -> Result<Option<&Lifetime>> {
    let mut found = None;
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Lifetime(one) if found.is_none() && one.bounds.is_empty() => {
                found = Some(&one.lifetime);
            }
            other => {
                return Err(Error::new(
                    other.span(),
                    "a message has one lifetime at most, that of the bytes it borrows, and no other parameter",
                ));
            }
        }
    }
    Ok(found)
}

fn members(input: &DeriveInput) -> Result<Vec<Member<'_>>> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "only a struct is a message"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(
            input.ident.span(),
            "the members of a message have names: write struct Name { ... }",
        ));
    };
    let mut members = (fields.named.iter())
        .map(member)
        .collect::<Result<Vec<_>>>()?;
    members.sort_by_key(|(member, _)| member.number);
    for pair in members.windows(2) {
        if let [(first, _), (second, span)] = pair
            && first.number == second.number
        {
            let (number, name) = (first.number, first.name);
            let text = format!("field {number} stands twice: it is `{name}` already");
            return Err(Error::new(*span, text));
        }
    }
    Ok(members.into_iter().map(|(member, _)| member).collect())
}

/// A member and where its number stands.
fn member(field: &Field) -> Result<(Member<'_>, Span)> {
    let Some(name) = &field.ident else {
        return Err(Error::new(field.span(), "a member without a name"));
    };
    let mut attributes = named(&field.attrs, "field");
    let (Some(attribute), None) = (attributes.next(), attributes.next()) else {
        return Err(Error::new(
            name.span(),
            "each member says its field, once: #[field(11)]",
        ));
    };
    let literal: LitInt = attribute.parse_args()?;
    let wrong = |text: &str| Err(Error::new(literal.span(), text));
    let number = match literal.base10_parse() {
        Ok(1) => return wrong("field 1 is the bitmap, which is written of itself"),
        Ok(number @ 2..=MOST) => number,
        _ => return wrong("fields have the numbers 2 to 192"),
    };
    let of = &field.ty;
    Ok((Member { number, name, of }, literal.span()))
}

fn named<'i>(attributes: &'i [Attribute], name: &str) -> impl Iterator<Item = &'i Attribute> {
    (attributes.iter()).filter(move |attribute| attribute.path().is_ident(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a struct.
    fn refused(text: &str) -> String {
        let input: DeriveInput = syn::parse_str(text).unwrap();
        Message::read(&input).err().unwrap().to_string()
    }

    #[test]
    fn members_are_sorted_by_their_fields() {
        let text = "#[iso8583(mti = 0x0200)] struct S<'m> { #[field(11)] b: u32, #[field(4)] a: &'m [u8] }";
        let input: DeriveInput = syn::parse_str(text).unwrap();
        let message = Message::read(&input).unwrap();
        let numbers: Vec<u8> = message.members.iter().map(|member| member.number).collect();
        assert_eq!(numbers, [4, 11]);
        assert!(message.spec.is_none() && message.unnamed == Unnamed::Refused);
        assert_eq!(message.lifetime.unwrap().ident, "m");
    }

    #[test]
    fn what_the_struct_says_is_checked() {
        let cases = [
            ("struct S { #[field(4)] a: u64 }", "say the message type"),
            (
                "#[iso8583(mti = 0x02A0)] struct S {}",
                "four decimal digits",
            ),
            ("#[iso8583(mti = 0200)] struct S {}", "four decimal digits"),
            ("#[iso8583(mti = 0x200)] struct S {}", "four decimal digits"),
            (
                "#[iso8583(mti = 0x0200, skip)] struct S {}",
                "expected spec",
            ),
            ("#[iso8583(mti = 0x0200)] enum S {}", "only a struct"),
            ("#[iso8583(mti = 0x0200)] struct S(u8);", "have names"),
            ("#[iso8583(mti = 0x0200)] struct S<T> {}", "one lifetime"),
            (
                "#[iso8583(mti = 0x0200)] struct S<'a, 'b> {}",
                "one lifetime",
            ),
        ];
        for (text, expected) in cases {
            let found = refused(text);
            assert!(found.contains(expected), "{text}: {found}");
        }
    }

    #[test]
    fn what_members_say_is_checked() {
        let cases = [
            ("a: u64", "each member says its field"),
            (
                "#[field(4)] #[field(5)] a: u64",
                "each member says its field",
            ),
            ("#[field(0)] a: u64", "2 to 192"),
            ("#[field(1)] a: u64", "the bitmap"),
            ("#[field(193)] a: u64", "2 to 192"),
            ("#[field(300)] a: u64", "2 to 192"),
            ("#[field(amount)] a: u64", "expected integer"),
            (
                "#[field(4)] a: u64, #[field(4)] b: u64",
                "it is `a` already",
            ),
        ];
        for (members, expected) in cases {
            let text = format!("#[iso8583(mti = 0x0200)] struct S {{ {members} }}");
            let found = refused(&text);
            assert!(found.contains(expected), "{text}: {found}");
        }
    }
}
