//! A request or properties: parsed first, then read by their rows.

use super::findings::{Findings, Leniency, Path};
use super::parse::members_of;
use super::read;
use super::row::{Member, Members, Object};
use crate::error::Error;

/// One JSON object: properties, or a command's request.
pub struct Given<'a>(Vec<Member<'a>>);

impl<'a> Given<'a> {
    /// Parses `json`.
    ///
    /// # Errors
    /// Text that is no JSON is the host's mistake (`InvalidArgument`); JSON that is no object is an
    /// `InvalidRequest`.
    pub fn parse(json: &'a str) -> Result<Self, Error> {
        members_of(json).map(Self)
    }

    /// The length of the JSON value of `name` as it was given, in bytes.
    pub fn raw_len(&self, name: &str) -> usize {
        let mut members = self.0.iter();
        members
            .find(|have| have.name == name)
            .map_or(0, |member| member.raw.0.len())
    }

    /// Reads the object by its rows. `what` is what messages call a member.
    ///
    /// # Errors
    /// `InvalidRequest` with all findings; `NoMemory`.
    pub fn read(
        self,
        what: &'static str,
        object: &Object,
        leniency: &mut Leniency,
    ) -> Result<Members<'a>, Error> {
        let mut findings = Findings::new(what, leniency);
        let members = read::object(self.0, object, &Path::Root, &mut findings)?;
        findings.finish()?;
        Ok(members)
    }
}
