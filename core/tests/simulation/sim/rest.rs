//! The end of a run: the faults stop, everything comes to rest, everybody's
//! books agree, and the tills sell again.

use super::meddler::Meddler;
use super::world::World;
use annul::engine::{RESERVE, State};
use annul::ledger::{Status, totals};

impl<M: Meddler> World<'_, M> {
    /// The faults stop; sign in, recover, and wait for what must come.
    pub(super) fn come_to_rest(&mut self) {
        self.host.away_until = 0;
        for till in 0..self.script.shop.tills {
            self.focus(till);
            self.lane.twists.clear();
            self.lane.held = None;
        }
        for _ in 0..12 {
            self.run_until(self.now + 250_000);
            let mut resting = true;
            for till in 0..self.script.shop.tills {
                self.focus(till);
                resting &= self.settle();
            }
            if resting {
                break;
            }
        }
        self.run_until(self.now + 250_000);
        let mut nets = Vec::new();
        let mut merchant = Vec::new();
        for till in 0..self.script.shop.tills {
            self.focus(till);
            // A table forgets transactions of closed batches; the journal does not.
            let whole = self.lane.disk.replay(1_000, self.lane.software.profile());
            nets.push(whole.map_or(0, |ledger| totals(ledger.entries()).net()));
            merchant.push(self.host.merchant(till));
            self.compare_at_rest();
        }
        self.auditor.rest(&nets, &merchant, self.host.held());
    }

    /// Does what is left at a till; true where nothing is.
    fn settle(&mut self) -> bool {
        if self.is_at_rest() {
            return true;
        }
        if !self.signed_in() {
            self.sign_in();
            self.run_until(self.now + 250_000);
        }
        self.recover();
        false
    }

    fn compare_at_rest(&mut self) {
        let (lane, shop) = (&self.lane, &self.script.shop);
        if let Some(till) = &lane.till
            && !(lane.disk.replay(shop.table, lane.software.profile())).is_ok_and(|again| {
                again.entries() == till.terminal.ledger().entries()
                    && again.last() == till.terminal.ledger().last()
            })
        {
            self.auditor
                .find("I16", "at rest a replay gives another ledger".into());
        }
    }

    /// A till at rest sells, unless table or journal are full. Where the host
    /// has other keys by now, it says so once.
    pub(super) fn sell_once_more(&mut self) {
        let till = self.lane.number;
        let before = self.auditor.rows_of(till).count();
        for _ in 0..2 {
            if !self.signed_in() {
                self.sign_in();
                self.run_until(self.now + 20_000);
            }
            self.other_sale();
            self.run_until(self.now + 20_000);
            let mut sold = self.auditor.rows_of(till).skip(before);
            if sold.any(|(_, row)| row.stand.stands()) || self.is_full() {
                return;
            }
        }
        self.auditor
            .find("I12", "the till is at rest and does not sell".into());
    }

    fn is_full(&self) -> bool {
        (self.lane.till.as_ref()).is_none_or(|till| {
            let ledger = till.terminal.ledger();
            let open = ledger.parked() + ledger.count(Status::Provisional);
            let room = self.lane.disk.room();
            ledger.is_full() || room < (2 + open) * RESERVE + ledger.settlement_records()
        })
    }

    fn signed_in(&self) -> bool {
        (self.lane.till.as_ref()).is_some_and(|till| till.terminal.ledger().signed_in())
    }

    fn is_at_rest(&self) -> bool {
        let Some(till) = &self.lane.till else {
            return false;
        };
        let terminal = &till.terminal;
        terminal.is_recovered()
            && *terminal.state() == State::Idle
            && terminal.ledger().count(Status::Parked) == 0
            && self.queue.is_empty()
    }
}
