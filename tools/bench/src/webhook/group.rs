//! One shape of notification, measured in every way in turn.

use adapter_bench::{Corpus, Floor, Outcome, Series, Shape, cpu_time};

use super::receiver::{Receiver, SECRET, requests};

/// The bodies and their measurements.
pub(super) struct Group {
    corpus: Corpus,
    pub(super) floor: Series,
    /// `wfa.webhook/1`.
    pub(super) raw: Series,
    /// `wfa.webhook/1`, duplicates only.
    pub(super) again: Series,
    /// processWebhook, the signature checked.
    pub(super) command: Series,
    /// processWebhook, the host trusted.
    pub(super) trusting: Series,
}

impl Group {
    pub(super) fn new(shape: Shape, bodies: usize, number: u16) -> Outcome<Self> {
        Ok(Self {
            corpus: Corpus::new(shape, bodies, SECRET, number)?,
            floor: Series::default(),
            raw: Series::default(),
            again: Series::default(),
            command: Series::default(),
            trusting: Series::default(),
        })
    }

    /// Discards the measurements.
    pub(super) fn forget(&mut self) {
        for series in [
            &mut self.floor,
            &mut self.raw,
            &mut self.again,
            &mut self.command,
            &mut self.trusting,
        ] {
            *series = Series::default();
        }
    }

    /// Measures everything once. `verifying` and `trusting` deduplicate separately, so the same bodies are
    /// new to both.
    pub(super) fn round(
        &mut self,
        floor: &Floor,
        verifying: &Receiver,
        trusting: &Receiver,
    ) -> Outcome<()> {
        self.corpus.renew();
        let corpus = &self.corpus;
        let bodies = corpus.bodies();
        let (messages, statuses) = (corpus.messages(), corpus.statuses());
        measure(&mut self.floor, bodies.len(), || {
            bodies.iter().try_for_each(|body| floor.run(body))
        })?;

        let before = verifying.counts();
        measure(&mut self.raw, bodies.len(), || verifying.process(bodies))?;
        verifying.check(before, messages, statuses)?;

        let before = verifying.counts();
        measure(&mut self.again, bodies.len(), || verifying.process(bodies))?;
        verifying.check(before, 0, 0)?;

        let (unsigned, before) = (requests(corpus, false)?, trusting.counts());
        measure(&mut self.trusting, bodies.len(), || {
            trusting.execute(&unsigned)
        })?;
        trusting.check(before, messages, statuses)?;

        self.corpus.renew();
        let (signed, before) = (requests(&self.corpus, true)?, verifying.counts());
        measure(&mut self.command, signed.len(), || {
            verifying.execute(&signed)
        })?;
        verifying.check(before, messages, statuses)
    }
}

fn measure(series: &mut Series, bodies: usize, work: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    let before = cpu_time()?;
    work()?;
    series.push(cpu_time()?.saturating_sub(before), bodies);
    Ok(())
}
