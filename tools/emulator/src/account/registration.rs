//! Whether the phone number is registered with the Cloud API, and how it became so.

/// Registrations that Meta allows in 72 hours.
const MOST_TRIES: usize = 10;
const WINDOW: u64 = 72 * 60 * 60;
/// Guesses of a verification code or of the PIN before Meta wants a pause.
const MOST_GUESSES: u32 = 5;

/// The state of the registration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registration {
    deregistered: bool,
    /// The PIN of the two-step verification, once there is one.
    pin: Option<String>,
    /// The verification code that was sent last.
    pub(crate) code: Option<String>,
    tries: Vec<u64>,
    guesses: u32,
}

impl Registration {
    pub(crate) fn is_registered(&self) -> bool {
        !self.deregistered
    }

    /// Counts a registration or deregistration; the Graph code if there were too many.
    pub(crate) fn tried(&mut self, now: u64) -> Result<(), u32> {
        self.tries.retain(|at| at + WINDOW > now);
        if self.tries.len() >= MOST_TRIES {
            return Err(133_016);
        }
        self.tries.push(now);
        Ok(())
    }

    /// Registers with this PIN; the first one becomes the PIN.
    pub(crate) fn register(&mut self, pin: &str) -> Result<(), u32> {
        if self.guesses >= MOST_GUESSES {
            return Err(133_008);
        }
        if self.pin.as_deref().is_some_and(|set| set != pin) {
            self.guesses += 1;
            return Err(133_005);
        }
        self.guesses = 0;
        self.pin = Some(pin.to_owned());
        self.deregistered = false;
        Ok(())
    }

    /// Sets the PIN, or changes it.
    pub(crate) fn set_pin(&mut self, pin: &str) {
        self.guesses = 0;
        self.pin = Some(pin.to_owned());
    }

    pub(crate) fn deregister(&mut self) {
        self.deregistered = true;
    }

    /// Compares a verification code with the one that was sent, which works once.
    pub(crate) fn verify(&mut self, code: &str) -> bool {
        let right = self.code.as_deref() == Some(code);
        if right {
            self.code = None;
        }
        right
    }
}
