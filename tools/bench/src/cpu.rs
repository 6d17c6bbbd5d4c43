//! CPU time of this process, all threads, user and system.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::Outcome;

/// The CPU time used so far, in microseconds.
///
/// # Errors
/// The system call fails.
pub fn cpu_time() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Outcome<Duration> {
    let seconds = Duration::from_secs(time.tv_sec().try_into()?);
    Ok(seconds + Duration::from_micros(time.tv_usec().try_into()?))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn work_counts_and_is_told_finely() {
        let (before, started) = (cpu_time().unwrap(), Instant::now());
        while cpu_time().unwrap() < before + Duration::from_micros(500) {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "time stands still"
            );
        }
    }
}
