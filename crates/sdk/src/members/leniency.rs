//! Limits that the service may change: they refuse a request, or are only remarked on.

use std::cell::RefCell;

use crate::error::Error;

/// What becomes of a limit that is exceeded, for one request.
#[derive(Debug, Default)]
pub struct Leniency {
    lenient: bool,
    warnings: RefCell<Vec<String>>,
}

impl Leniency {
    /// With `strict`, the first limit that is exceeded refuses the request.
    pub fn new(strict: bool) -> Self {
        Self {
            lenient: !strict,
            warnings: RefCell::default(),
        }
    }

    /// # Errors
    /// `InvalidRequest` with `message`, unless limits are only remarked on.
    pub fn exceeded(&self, message: String) -> Result<(), Error> {
        if !self.lenient {
            return Err(Error::invalid_request(message));
        }
        self.remark(message);
        Ok(())
    }

    /// Something that was put right, and that whoever wrote the request may want to know.
    pub fn remark(&self, message: String) {
        // A request that is read twice says the same twice.
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&message) {
            warnings.push(message);
        }
    }

    /// What was remarked on.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.borrow().clone()
    }
}
