//! The receivers and groups of one measurement, run in turn.

use adapter_bench::{Floor, Outcome, Shape};
use workflow_adapter_loader::Plugin;

use super::group::Group;
use super::receiver::{Receiver, SECRET};

/// Events that an adapter remembers by default. The measured adapter's memory is full, as it is after a
/// minute of work.
const REMEMBERED: u64 = 65_536;

/// All receivers and groups.
pub(super) struct Rounds {
    pub(super) floor: Floor,
    /// Checks signatures.
    pub(super) verifying: Receiver,
    /// Trusts its host, as an adapter without an App Secret does.
    pub(super) trusting: Receiver,
    pub(super) small: Group,
    pub(super) batch100: Group,
    pub(super) batch1000: Group,
}

impl Rounds {
    pub(super) fn new(plugin: &Plugin) -> Outcome<Self> {
        Ok(Self {
            floor: Floor::new(SECRET)?,
            verifying: Receiver::new(plugin, Some(SECRET))?,
            trusting: Receiver::new(plugin, None)?,
            small: Group::new(Shape::Message, 256, 1)?,
            batch100: Group::new(Shape::Batch { changes: 100 }, 4, 2)?,
            batch1000: Group::new(Shape::Batch { changes: 1000 }, 1, 3)?,
        })
    }

    pub(super) fn warm_up(&mut self) -> Outcome<()> {
        while self.verifying.received().min(self.trusting.received()) < REMEMBERED {
            self.round()?;
        }
        for group in [&mut self.small, &mut self.batch100, &mut self.batch1000] {
            group.forget();
        }
        Ok(())
    }

    pub(super) fn round(&mut self) -> Outcome<()> {
        for group in [&mut self.small, &mut self.batch100, &mut self.batch1000] {
            group.round(&self.floor, &self.verifying, &self.trusting)?;
        }
        Ok(())
    }
}
