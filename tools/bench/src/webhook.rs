//! Notifications in: what it costs to verify and parse them and to hand out their events, compared
//! with the least that any receiver must do.

mod group;
mod latency;
mod receiver;
mod report;

use std::time::{Duration, Instant};

use adapter_bench::{Floor, Outcome, Shape};
use workflow_adapter::Plugin;

use crate::cli::Measure;
use crate::{console, plugin_file};
use group::Group;
use receiver::Receiver;
use report::Report;

/// The App Secret's bytes.
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
/// Events that an adapter remembers by default. Measured is one whose memory is full, as it is after
/// a minute's work.
const REMEMBERED: u64 = 65_536;

/// Measures and reports.
pub(crate) fn run(arguments: &Measure) -> Outcome<()> {
    let plugin = plugin_file::load(arguments.plugin.as_deref())?;
    let seconds = Duration::from_secs(arguments.seconds);
    let mut bench = Bench::new(&plugin)?;
    bench.warm_up()?;
    let until = Instant::now() + seconds * 4 / 5;
    while Instant::now() < until {
        bench.round()?;
    }
    let latency = latency::measure(&plugin, seconds / 5)?;
    let report = Report::new(&bench, latency);
    console::say(if arguments.json {
        serde_json::to_string(&report)?
    } else {
        report.table()
    })?;
    Ok(())
}

/// Everything that is measured in turn.
struct Bench {
    floor: Floor,
    /// Checks signatures.
    verifying: Receiver,
    /// Trusts its host, as an adapter without an App Secret does.
    trusting: Receiver,
    small: Group,
    batch100: Group,
    batch1000: Group,
}

impl Bench {
    fn new(plugin: &Plugin) -> Outcome<Self> {
        Ok(Self {
            floor: Floor::new(SECRET)?,
            verifying: Receiver::new(plugin, Some(SECRET))?,
            trusting: Receiver::new(plugin, None)?,
            small: Group::new(Shape::Message, 256, 1)?,
            batch100: Group::new(Shape::Batch { changes: 100 }, 4, 2)?,
            batch1000: Group::new(Shape::Batch { changes: 1000 }, 1, 3)?,
        })
    }

    fn warm_up(&mut self) -> Outcome<()> {
        while self.verifying.received().min(self.trusting.received()) < REMEMBERED {
            self.round()?;
        }
        for group in [&mut self.small, &mut self.batch100, &mut self.batch1000] {
            group.forget();
        }
        Ok(())
    }

    fn round(&mut self) -> Outcome<()> {
        for group in [&mut self.small, &mut self.batch100, &mut self.batch1000] {
            group.round(&self.floor, &self.verifying, &self.trusting)?;
        }
        Ok(())
    }
}
