//! The code that a message becomes.

use crate::attributes::{Member, Message, Unnamed};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The trait for the struct, and the checks against its dialect.
pub(crate) fn expand(message: &Message<'_>) -> TokenStream {
    let name = message.name;
    let (lifetime, generics) = match message.lifetime {
        Some(lifetime) => (quote!(#lifetime), quote!(<#lifetime>)),
        None => (quote!('__a), quote!()),
    };
    let said = |path| quote!(::core::option::Option::Some(&#path));
    let none = || quote!(::core::option::Option::None);
    let spec = message.spec.as_ref().map_or_else(none, said);
    let mti = &message.mti;
    let fields = message.members.iter().map(named_field);
    let read = message.members.iter().map(read);
    let write = message.members.iter().map(write);
    let end = match message.unnamed {
        Unnamed::Refused => quote!(__reading.end::<Self>()?;),
        Unnamed::Ignored => quote!(),
    };
    let checks = checks(message);
    quote! {
        #[automatically_derived]
        impl<#lifetime> ::annul::iso8583::Iso8583<#lifetime> for #name #generics {
            const SPEC: ::core::option::Option<&'static ::annul::iso8583::Spec<'static>> = #spec;
            const MTI: ::annul::iso8583::Mti = ::annul::iso8583::Mti::literal(#mti);
            const FIELDS: &'static [::annul::iso8583::typed::NamedField] = &[#(#fields),*];

            fn from_view(
                __view: &::annul::iso8583::View<#lifetime>,
            ) -> ::core::result::Result<Self, ::annul::iso8583::typed::TypedError> {
                let mut __reading = ::annul::iso8583::typed::Reading::begin::<Self>(__view)?;
                let __message = Self { #(#read),* };
                #end
                ::core::result::Result::Ok(__message)
            }

            fn write(&self, __writer: &mut ::annul::iso8583::Writer<'_>) {
                #(#write)*
            }
        }

        #checks
    }
}

fn named_field(member: &Member<'_>) -> TokenStream {
    let (number, name, of) = (member.number, text(member), member.of);
    quote!(::annul::iso8583::typed::NamedField::of::<#of>(#number, #name))
}

fn read(member: &Member<'_>) -> TokenStream {
    let (number, name, called) = (member.number, member.name, text(member));
    quote!(#name: __reading.field(#number, #called)?)
}

fn write(member: &Member<'_>) -> TokenStream {
    let (number, name) = (member.number, member.name);
    quote!(::annul::iso8583::typed::FieldValue::write(&self.#name, #number, __writer);)
}

/// A constant for each member, which is no value where the type does not fit
/// the field; the compiler points at the type.
fn checks(message: &Message<'_>) -> TokenStream {
    let Some(spec) = &message.spec else {
        return TokenStream::new();
    };
    (message.members.iter())
        .map(|member| {
            let (number, name) = (member.number, text(member));
            let span = member.of.span();
            let of = in_static(member.of.to_token_stream(), message);
            quote_spanned! {span=>
                const _: () = {
                    let misfit = ::annul::iso8583::typed::check::<#of>(&#spec, #number, #name);
                    if let ::core::option::Option::Some(words) = misfit {
                        ::core::panic!("{}", words.as_str())
                    }
                };
            }
        })
        .collect()
}

/// The type for `'static` in place of the struct's lifetime, which a constant
/// outside of it does not know.
fn in_static(of: TokenStream, message: &Message<'_>) -> TokenStream {
    let Some(lifetime) = message.lifetime else {
        return of;
    };
    let mut tick = false;
    of.into_iter()
        .map(|token| {
            let behind = std::mem::replace(&mut tick, false);
            match token {
                TokenTree::Ident(name) if behind && name == lifetime.ident => {
                    TokenTree::Ident(Ident::new("static", name.span()))
                }
                TokenTree::Punct(mark) => {
                    tick = mark.as_char() == '\'';
                    TokenTree::Punct(mark)
                }
                TokenTree::Group(group) => {
                    let inside = in_static(group.stream(), message);
                    TokenTree::Group(Group::new(group.delimiter(), inside))
                }
                other => other,
            }
        })
        .collect()
}

/// What the struct calls the member, as a text.
fn text(member: &Member<'_>) -> String {
    member.name.unraw().to_string()
}
