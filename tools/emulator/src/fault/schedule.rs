//! Faults at random, the same ones for the same seed.

use super::nature::Phase;
use super::{Fault, Injection};
use crate::ids::splitmix64;

/// Keeps the draws for connections apart from those for requests.
const OF_CONNECTIONS: u64 = 0x636f_6e6e_6563_7400;

/// Chooses a fault, or none, for each request, and for each new connection.
///
/// The choice depends on the seed and the request's number alone, so a failed run is repeated by
/// its seed.
///
/// ```
/// use cloud_api_emulator::FaultSchedule;
///
/// let schedule = FaultSchedule::random(7).percent(50);
/// assert_eq!(schedule.fault(3), FaultSchedule::random(7).percent(50).fault(3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSchedule {
    seed: u64,
    percent: u64,
    choices: Vec<Injection>,
}

impl FaultSchedule {
    /// Half of the requests meet a fault, each fault of [`Fault::catalogue`] being as likely as
    /// any other.
    pub fn random(seed: u64) -> Self {
        let choices = Fault::catalogue()
            .into_iter()
            .map(Injection::from)
            .collect();
        Self {
            seed,
            percent: 50,
            choices,
        }
    }

    /// The same with this share of requests meeting a fault.
    #[must_use]
    pub fn percent(self, percent: u8) -> Self {
        Self {
            percent: percent.into(),
            ..self
        }
    }

    /// The same with these faults to choose from. Those of connections are chosen for connections
    /// only, and those of the port not at all.
    #[must_use]
    pub fn among(self, choices: Vec<Injection>) -> Self {
        Self { choices, ..self }
    }

    /// The fault of the request with this number, counted from 0.
    pub fn fault(&self, request: u64) -> Option<Injection> {
        let of_requests = |phase| matches!(phase, Phase::Request | Phase::Answer);
        self.draw(splitmix64(request), of_requests)
    }

    /// The fault of the connection with this number, counted from 0.
    pub fn connection_fault(&self, connection: u64) -> Option<Injection> {
        let number = splitmix64(connection ^ OF_CONNECTIONS);
        self.draw(number, |phase| phase == Phase::Connection)
    }

    fn draw(&self, number: u64, strikes: impl Fn(Phase) -> bool) -> Option<Injection> {
        let draw = splitmix64(self.seed ^ number);
        if draw % 100 >= self.percent {
            return None;
        }
        let choices = || {
            let all = self.choices.iter();
            all.filter(|choice| strikes(choice.fault.phase()))
        };
        let count = u64::try_from(choices().count()).ok()?;
        let index = splitmix64(draw).checked_rem(count)?;
        let choice = choices().nth(usize::try_from(index).ok()?);
        choice.cloned().map(|choice| choice.times(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same_faults() {
        let choose = |seed| -> Vec<_> {
            (0..200)
                .map(|request| FaultSchedule::random(seed).fault(request))
                .collect()
        };
        assert_eq!(choose(5), choose(5));
        assert_ne!(choose(5), choose(6));
    }

    #[test]
    fn the_share_is_kept_and_every_fault_gets_its_turn() {
        let schedule = FaultSchedule::random(1).percent(30);
        let chosen: Vec<_> = (0..5000)
            .filter_map(|request| schedule.fault(request))
            .collect();
        assert!((1350..1650).contains(&chosen.len()), "{}", chosen.len());
        for fault in Fault::catalogue() {
            assert!(
                chosen.iter().any(|injection| injection.fault == fault),
                "{}",
                fault.name()
            );
        }
        assert_eq!(schedule.percent(0).fault(1), None);
    }

    #[test]
    fn a_fault_of_a_connection_does_not_strike_a_request() {
        let choices = [Fault::AcceptReset, Fault::Bom, Fault::Refuse { ms: 1 }];
        let schedule = FaultSchedule::random(3)
            .percent(100)
            .among(choices.map(Injection::from).to_vec());
        for number in 0..20 {
            assert_eq!(schedule.fault(number), Some(Fault::Bom.into()));
            let connection = schedule.connection_fault(number);
            assert_eq!(connection, Some(Fault::AcceptReset.into()));
        }
        let none = FaultSchedule::random(3).percent(100).among(Vec::new());
        assert_eq!((none.fault(0), none.connection_fault(0)), (None, None));
    }
}
