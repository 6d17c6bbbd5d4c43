//! `location` messages, and the location in a template's header.

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// Latitude and longitude, as numbers or strings, and what the pin is called.
pub(crate) fn check(location: &Node<'_>) -> Check {
    location.only(&["latitude", "longitude", "name", "address"])?;
    within(&location.required("latitude")?, 90.0)?;
    within(&location.required("longitude")?, 180.0)?;
    location.optional_text("name", 0, 1000)?;
    location.optional_text("address", 0, 1000)
}

fn within(degrees: &Node<'_>, limit: f64) -> Check {
    if degrees.number()?.abs() <= limit {
        return Ok(());
    }
    Err(GraphError::value(format!(
        "Param {} must be within ±{limit}",
        degrees.path()
    )))
}
