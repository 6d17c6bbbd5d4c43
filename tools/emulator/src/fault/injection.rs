//! A fault with its circumstances.

use serde::{Deserialize, Serialize};

use super::Fault;

/// A [`Fault`] with its circumstances. In JSON the members stand beside the fault's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Injection {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// Whether a valid message counts as accepted. Without a word on it, it does if the client
    /// gets to see any part of the real answer. A request that is not read to its end is never
    /// accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// How many connections or requests in a row meet it.
    #[serde(default = "once")]
    pub times: u32,
}

impl Injection {
    /// The same for so many requests in a row.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    pub(crate) fn accepts(&self) -> bool {
        self.accepted.unwrap_or_else(|| self.fault.accepts())
    }
}

impl From<Fault> for Injection {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            accepted: None,
            times: once(),
        }
    }
}

impl Fault {
    /// This fault, with the message accepted all the same.
    pub fn accepted(self) -> Injection {
        Injection {
            accepted: Some(true),
            ..Injection::from(self)
        }
    }

    /// This fault, with the message not accepted whatever is answered.
    pub fn not_accepted(self) -> Injection {
        Injection {
            accepted: Some(false),
            ..Injection::from(self)
        }
    }

    /// This fault for so many connections or requests in a row.
    pub fn times(self, times: u32) -> Injection {
        Injection::from(self).times(times)
    }
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_injection_is_flat_json() {
        let json = json!({"fault": "delay", "ms": 5, "accepted": false, "times": 2});
        let injection: Injection = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(injection, Fault::Delay { ms: 5 }.not_accepted().times(2));
        assert_eq!(serde_json::to_value(&injection).unwrap(), json);
        let short: Injection = serde_json::from_value(json!({"fault": "garbage"})).unwrap();
        assert_eq!(short, Fault::Garbage.into());
        assert_eq!(Fault::HalfBody.name(), "half_body");
    }
}
