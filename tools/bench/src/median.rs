//! Samples of interleaved rounds, and what is told of them.

use std::time::Duration;

/// The CPU time of one subject, round by round.
#[derive(Debug, Default, Clone)]
pub struct Series(Vec<f64>);

impl Series {
    /// Adds a round in which `work` pieces took `time`.
    #[allow(clippy::cast_precision_loss)] // counts far below 2^52
    pub fn push(&mut self, time: Duration, work: usize) {
        self.0.push(time.as_nanos() as f64 / work.max(1) as f64);
    }

    /// How many rounds there were.
    pub fn rounds(&self) -> usize {
        self.0.len()
    }

    /// Nanoseconds a piece, in the round in the middle.
    pub fn nanoseconds(&self) -> f64 {
        quantile(&mut self.0.clone(), 0.5)
    }

    /// How many times `floor` it took: in the middle of all rounds, each compared with the floor of the
    /// same round, so that a machine that drifts drifts for both.
    pub fn times(&self, floor: &Self) -> f64 {
        let mut ratios: Vec<_> = self.0.iter().zip(&floor.0).map(|(a, b)| a / b).collect();
        quantile(&mut ratios, 0.5)
    }
}

/// The sample below which `share` of all lie; 0 if there is none.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)] // an index below the length
pub fn quantile(samples: &mut [f64], share: f64) -> f64 {
    let last = samples.len().saturating_sub(1);
    samples.sort_unstable_by(f64::total_cmp);
    let index = (last as f64 * share).round() as usize;
    samples.get(index.min(last)).copied().unwrap_or_default()
}

/// `value` with so many digits behind the point, for reports.
pub fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        let (mut floor, mut subject) = (Series::default(), Series::default());
        // The machine is slow in the second round and interrupted in the third.
        for (floored, took) in [(100, 200), (1000, 2000), (100, 9000)] {
            floor.push(Duration::from_nanos(floored), 1);
            subject.push(Duration::from_nanos(took * 10), 10);
        }
        assert_eq!(rounded(subject.times(&floor), 6).to_bits(), 2_f64.to_bits());
        assert_eq!(subject.nanoseconds().to_bits(), 2000_f64.to_bits());
        assert_eq!(subject.rounds(), 3);
    }

    #[test]
    fn quantiles_are_samples() {
        let mut samples: Vec<_> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut samples, 0.99).to_bits(), 99_f64.to_bits());
        assert_eq!(quantile(&mut [], 0.5).to_bits(), 0_f64.to_bits());
    }
}
