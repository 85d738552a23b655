//! Offline data authentication from the scheme's key down to the card's
//! signature: two published test cards as far as they go, three chains made
//! elsewhere with their records, and every way in which one can be wrong.
#![cfg(feature = "oda")]

use annul::card::Pan;
use annul::crypto::oda::{CaKey, CardKey, IssuerKey, Keyed, OdaError, Part};
use annul::emv::Date;
use serde_json::Value;

#[path = "../vectors/crypto/mod.rs"]
mod vectors;

use vectors::hex;

const VECTORS: &str = include_str!("../vectors/crypto/issuer.json");

fn group(name: &str, count: usize) -> Vec<Value> {
    vectors::group(VECTORS, name, count)
}

fn given(vector: &Value, name: &str) -> Vec<u8> {
    let text = vector["input"][name].as_str();
    hex(text.unwrap_or_else(|| panic!("no {name} in {vector}")))
}

fn array<const N: usize>(bytes: Vec<u8>) -> [u8; N] {
    bytes.try_into().unwrap()
}

fn day(year: u8, month: u8) -> Date {
    Date::parse(&[year, month, 0x15]).unwrap()
}

/// One chain, of which parts may be changed before it is looked at.
struct Chain(Value);

impl Chain {
    fn all() -> Vec<Self> {
        group("oda.chain", 3).into_iter().map(Self).collect()
    }

    fn get(&self, name: &str) -> Vec<u8> {
        given(&self.0, name)
    }

    /// The chain with one value changed.
    fn with(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = self.get(name);
        change(&mut bytes);
        let text: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let mut vector = self.0.clone();
        vector["input"][name] = text.concat().into();
        Self(vector)
    }

    fn pan(&self) -> Pan {
        Pan::parse(self.0["input"]["pan"].as_str().unwrap()).unwrap()
    }

    fn ca(&self) -> Result<CaKey, OdaError> {
        let (rid, index) = (array(self.get("rid")), self.get("index")[0]);
        let key = CaKey::new(rid, index, &self.get("capk"), &self.get("capk_exponent"))?;
        key.checked(array(self.get("capk_checksum")))
    }

    fn issuer(&self, day: Date) -> Result<IssuerKey, OdaError> {
        let [certificate, remainder, exponent] =
            ["tag90", "tag92", "tag9F32"].map(|name| self.get(name));
        self.ca()?
            .issuer_key(&certificate, &remainder, &exponent, &self.pan(), day)
    }

    fn card(&self, day: Date) -> Result<CardKey, OdaError> {
        let keyed = Keyed {
            remainder: &self.get("tag9F48"),
            exponent: &self.get("tag9F47"),
            records: &[&self.get("records"), &self.get("aip")],
        };
        let issuer = self.issuer(day)?;
        issuer.card_key(&self.get("tag9F46"), &keyed, &self.pan(), day)
    }

    fn static_code(&self) -> Result<[u8; 2], OdaError> {
        let records = [self.get("records"), self.get("aip")];
        let records = records.each_ref().map(|record| &record[..]);
        let issuer = self.issuer(day(0x26, 0x11))?;
        let data = issuer.static_data(&self.get("tag93"), &records)?;
        Ok(data.code)
    }

    fn dynamic_number(&self) -> Result<Vec<u8>, OdaError> {
        let card = self.card(day(0x26, 0x11))?;
        let dynamic = card.dynamic(&self.get("tag9F4B_dda"), &self.get("ddol_data"))?;
        Ok(dynamic.number().to_vec())
    }

    fn combined(&self) -> Result<([u8; 8], Vec<u8>), OdaError> {
        let transaction = self.0["input"]["transaction"].as_array().unwrap();
        let transaction = transaction.iter().map(|part| hex(part.as_str().unwrap()));
        let transaction: Vec<_> = transaction.collect();
        let transaction: Vec<_> = transaction.iter().map(|part| &part[..]).collect();
        let card = self.card(day(0x26, 0x11))?;
        let (number, information) = (array(self.get("un")), self.get("cid")[0]);
        let signature = self.get("tag9F4B_cda");
        let combined = card.combined(&signature, number, information, &transaction)?;
        Ok((combined.cryptogram, combined.dynamic.number().to_vec()))
    }
}

#[test]
fn chains_are_followed_down_to_the_card() {
    for chain in Chain::all() {
        let expected = |name: &str| hex(chain.0["expected"][name].as_str().unwrap());
        assert_eq!(chain.static_code().unwrap().to_vec(), expected("code"));
        assert_eq!(chain.dynamic_number().unwrap(), expected("number"));
        let (cryptogram, number) = chain.combined().unwrap();
        assert_eq!(cryptogram.to_vec(), expected("cryptogram"));
        assert_eq!(number, expected("number"));
    }
}

/// The two published cards come without their records, so their hashes cannot
/// be made; all before the hash is right, and the issuer's certificates are
/// whole.
#[test]
fn published_cards_as_far_as_they_go() {
    for vector in group("emv.oda.issuer_cert", 2) {
        let ca = CaKey::new(
            array(given(&vector, "capk_rid")),
            given(&vector, "capk_index")[0],
            &given(&vector, "capk_modulus"),
            &given(&vector, "capk_exponent"),
        );
        let pan = vector["input"]["pan"].as_str().unwrap();
        let issuer = |pan: &str, day| {
            let [certificate, remainder, exponent] =
                ["tag90", "tag92", "tag9F32"].map(|name| given(&vector, name));
            let pan = Pan::parse(pan).unwrap();
            let ca = ca.as_ref().map_err(|error| *error)?;
            ca.issuer_key(&certificate, &remainder, &exponent, &pan, day)
        };
        let part = Part::IssuerCertificate;
        assert!(issuer(pan, day(0x26, 0x11)).is_ok());
        let other = issuer("6224242900000113", day(0x26, 0x11)).err();
        assert_eq!(other, Some(OdaError::Number { part }));
        let late = issuer(pan, day(0x32, 0x01)).err();
        assert!(matches!(late, Some(OdaError::Expired { month: 0x12, .. })));

        let card = |group_name: &str, name: &str| {
            let vectors = serde_json::from_str::<Value>(VECTORS).unwrap();
            let vector = &vectors[group_name][0];
            (vector["input"]["issuer_modulus"] == expected_modulus(&vectors, pan))
                .then(|| given(vector, name))
        };
        let Some(signature) = card("emv.oda.sda", "tag93") else {
            continue;
        };
        let issuer = issuer(pan, day(0x26, 0x11)).unwrap();
        let part = Part::StaticSignature;
        let told = issuer.static_data(&signature, &[]).err();
        assert_eq!(told, Some(OdaError::Hash { part }));
    }
}

fn expected_modulus(vectors: &Value, pan: &str) -> Value {
    let all = vectors["emv.oda.issuer_cert"].as_array().unwrap();
    let of = all.iter().find(|vector| vector["input"]["pan"] == pan);
    of.unwrap()["expected"]["modulus"].clone()
}

#[test]
fn the_first_thing_that_is_wrong_is_told() {
    use Part::{CardCertificate, DynamicSignature, IssuerCertificate, StaticSignature};
    let flip = |bytes: &mut Vec<u8>| bytes[7] ^= 1;
    for chain in Chain::all() {
        let told = |name, part| {
            let changed = chain.with(name, flip);
            assert_eq!(
                changed.combined().err(),
                Some(OdaError::Foreign { part }),
                "{name}"
            );
        };
        told("tag90", IssuerCertificate);
        told("tag9F46", CardCertificate);
        told("tag9F4B_cda", DynamicSignature);
        assert_eq!(
            chain.with("capk", flip).combined().err(),
            Some(OdaError::Checksum)
        );
        let part = StaticSignature;
        let changed = chain.with("tag93", flip).static_code().err();
        assert_eq!(changed, Some(OdaError::Foreign { part }));

        // Data that were changed on the card.
        let part = CardCertificate;
        for name in ["records", "aip"] {
            let last = |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
            let changed = chain.with(name, last);
            assert_eq!(changed.combined().err(), Some(OdaError::Hash { part }));
            let part = StaticSignature;
            assert_eq!(changed.static_code().err(), Some(OdaError::Hash { part }));
        }
        let part = DynamicSignature;
        let other = chain.with("ddol_data", |bytes| bytes[0] ^= 1);
        assert_eq!(other.dynamic_number().err(), Some(OdaError::Hash { part }));
        let other = chain.with("un", |bytes| bytes[0] ^= 1);
        assert_eq!(other.combined().err(), Some(OdaError::Hash { part }));
        let other = chain.with("cid", |bytes| bytes[0] = 0x40);
        assert_eq!(other.combined().err(), Some(OdaError::Transaction { part }));
        let mut other = Chain(chain.0.clone());
        other.0["input"]["transaction"][1] = "00".into();
        assert_eq!(other.combined().err(), Some(OdaError::Transaction { part }));

        let mut other = Chain(chain.0.clone());
        // The same issuer, one digit more.
        let longer = format!("{}0", other.0["input"]["pan"].as_str().unwrap());
        other.0["input"]["pan"] = longer.into();
        let part = CardCertificate;
        assert_eq!(other.combined().err(), Some(OdaError::Number { part }));
        assert!(chain.card(day(0x27, 0x11)).is_ok());
        let late = chain.card(day(0x27, 0x12)).err();
        let (month, year) = (0x11, 0x27);
        assert_eq!(late, Some(OdaError::Expired { part, month, year }));
        let part = IssuerCertificate;
        let late = chain.card(day(0x29, 0x01)).err();
        let (month, year) = (0x12, 0x28);
        assert_eq!(late, Some(OdaError::Expired { part, month, year }));
    }
}

/// Every length that is not that of the key, and every remainder that is not
/// the rest of the modulus, is an error and no panic.
#[test]
fn lengths_that_do_not_fit() {
    let chains = Chain::all();
    for chain in &chains {
        for name in [
            "tag90",
            "tag92",
            "tag9F32",
            "tag9F46",
            "tag9F48",
            "tag9F47",
            "tag9F4B_cda",
        ] {
            for cut in 1..=chain.get(name).len() {
                let changed = chain.with(name, |bytes| bytes.truncate(bytes.len() - cut));
                assert!(changed.combined().is_err(), "{name} -{cut}");
            }
            let longer = chain.with(name, |bytes| bytes.push(3));
            assert!(longer.combined().is_err(), "{name}");
        }
        // A signature of one kind where another is wanted.
        let mut other = chain.0.clone();
        other["input"]["tag93"] = other["input"]["tag9F46"].clone();
        let part = Part::StaticSignature;
        assert_eq!(
            Chain(other).static_code().err(),
            Some(OdaError::Format {
                part,
                expected: 3,
                found: 4
            })
        );
    }
}
