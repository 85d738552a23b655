//! Chip cards: whether field 55 holds the card's own cryptogram, and the
//! issuer's answer to it.

use super::card::Presented;
use super::{Known, Request, code};
use annul::crypto::issuer::{Card, ChipData, Exchange};
use annul::iso8583::Characters;
use annul::tlv::{Tag, Writer};
use annul::transaction::ResponseCode;

/// The transaction of one chip card with its issuer.
pub(super) struct Chip<'s, 'r> {
    data: ChipData<'r>,
    exchange: Exchange<'s, 'r>,
}

/// The chip's half of a request, where it has one and the host knows the
/// issuer's key; a code where the issuer refuses it.
///
/// # Errors
/// `30` where field 55 is no such data, `A7` where the cryptogram is not the
/// card's.
pub(super) fn read<'s, 'r>(
    known: &Known<'s>,
    request: &Request<'r>,
    card: &Presented,
) -> Result<Option<Chip<'s, 'r>>, ResponseCode> {
    let (Some(issuer), Some(field)) = (&known.settings.chip, request.field(55)) else {
        return Ok(None);
    };
    let data = ChipData::read(field.bytes()).map_err(|_| code::FORMAT)?;
    let sequence = request.digits(23).and_then(Characters::number);
    let sequence = u8::try_from(sequence.unwrap_or(0)).map_err(|_| code::FORMAT)?;
    let pan = annul::card::Pan::from_digits(card.pan.reveal()).map_err(|_| code::CARD)?;
    let card = Card::new(pan, sequence).map_err(|_| code::FORMAT)?;
    let scheme = &issuer.scheme;
    let key = issuer.key.card_key(&card, scheme.derivation);
    let exchange = key.and_then(|key| Exchange::new(scheme, &key, data, &mut |_| {}));
    let exchange = exchange.map_err(|_| code::FORMAT)?;
    (exchange.authenticate(&mut |_| {})).map_err(|_| code::SECURITY)?;
    Ok(Some(Chip { data, exchange }))
}

impl Chip<'_, '_> {
    /// Field 55 of the answer: the counter, and what proves the issuer to the
    /// card (unionpay.md 2.6).
    pub(super) fn answer(&self, code: ResponseCode) -> Option<Vec<u8>> {
        let answer = (self.exchange).answer(*code.bytes(), [0; 4], &mut |_| {});
        let answer = answer.ok()?;
        let mut field = vec![0; 32];
        let mut writer = Writer::new(&mut field);
        writer.primitive(Tag::literal(0x9F36), &self.data.counter());
        writer.primitive(Tag::literal(0x91), answer.bytes());
        let size = writer.finish().ok()?;
        field.truncate(size);
        Some(field)
    }
}
