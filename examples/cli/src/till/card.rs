use crate::exit::{Failure, because};
use crate::secret::Secret;
use annul::card::{Expiry, Pan, Pin, Track2};
use annul::crypto::CardOnFile;
use annul::message::Card;
use clap::Args as Group;

/// The card, as it is presented on a command line: swiped, or keyed.
#[derive(Group)]
pub(super) struct CardArgs {
    /// Track 2 of the card: PAN=YYMM and what follows
    #[arg(long, value_name = "TRACK2", conflicts_with_all = ["pan", "expiry"])]
    track2: Option<Secret>,
    /// The card number, keyed
    #[arg(long, value_name = "PAN", requires = "expiry")]
    pan: Option<Secret>,
    /// The card's expiry, YYMM
    #[arg(long, value_name = "YYMM", requires = "pan")]
    expiry: Option<Secret>,
    /// The customer's PIN
    #[arg(long, value_name = "PIN")]
    pin: Option<Secret>,
}

impl CardArgs {
    /// The card; none where none was presented.
    pub(super) fn card(&self) -> Result<Option<Card>, Failure> {
        if let Some(track) = &self.track2 {
            let track = Track2::parse(track.reveal()).map_err(because)?;
            return Ok(Some(Card::Swiped(track)));
        }
        let (Some(pan), Some(expiry)) = (&self.pan, &self.expiry) else {
            return Ok(None);
        };
        let pan = Pan::parse(pan.reveal()).map_err(because)?;
        let expiry = Some(Expiry::parse(expiry.reveal()).map_err(because)?);
        Ok(Some(Card::Keyed(CardOnFile { pan, expiry })))
    }

    /// The PIN; none where none was entered.
    pub(super) fn pin(&self) -> Result<Option<Pin>, Failure> {
        let pin = self.pin.as_ref().map(|pin| Pin::parse(pin.reveal()));
        pin.transpose().map_err(because)
    }
}
