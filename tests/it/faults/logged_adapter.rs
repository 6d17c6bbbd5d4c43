//! An adapter behind the C contract whose log is kept, and which must not show a secret, a number or a
//! text there, in its metrics or in a response.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use workflow_adapter_loader::{HostInfo, LogLevel};

use super::mode::End;
use crate::plugin;
use crate::rig::{Adapter, Events, Ran};
use crate::secrets::assert_hides;

/// The recipient of everything that is sent to one, in the two ways it is written.
const NUMBERS: [&str; 2] = ["+16505551234", "+1 (650) 555-1234"];
/// What the texts say.
const TEXT: &str = "Hello";

/// The adapter and its records at trace level.
pub(crate) struct LoggedAdapter {
    pub(crate) adapter: Adapter,
    records: Records,
    token: String,
}

type Records = Arc<Mutex<Vec<Record>>>;

/// One log record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) message: String,
    pub(crate) fields: String,
}

impl LoggedAdapter {
    pub(crate) fn create(properties: &Value) -> Self {
        let records = Records::default();
        let book = Arc::clone(&records);
        let host = HostInfo::new("tests", "1").log(LogLevel::Trace, move |record| {
            let record = Record {
                message: record.message.to_owned(),
                fields: record.fields.to_owned(),
            };
            book.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(record);
        });
        let adapter = plugin::loaded().create(&host, &properties.to_string());
        let adapter = adapter.unwrap_or_else(|failure| panic!("{failure}"));
        Self {
            adapter: Adapter::Loaded(adapter, Events::default()),
            records,
            token: properties["authenticationToken"]
                .as_str()
                .unwrap()
                .to_owned(),
        }
    }

    /// The adapter as the loader has it.
    pub(crate) fn loaded(&self) -> &workflow_adapter_loader::Adapter {
        match &self.adapter {
            Adapter::Loaded(adapter, _) => adapter,
            Adapter::Native(_) => panic!("it is behind the contract"),
        }
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The rows that decided, one for each attempt.
    pub(crate) fn rows(&self) -> Vec<String> {
        let records = self.records().into_iter();
        let attempts = records.filter(|record| record.message == "send attempt");
        attempts
            .map(|record| {
                let fields: Value = serde_json::from_str(&record.fields).unwrap();
                fields["row"].as_str().unwrap_or_default().to_owned()
            })
            .collect()
    }

    /// How the last send ended.
    pub(crate) fn end(&self, ran: &Ran) -> End {
        let row = self.rows().pop().unwrap_or_default();
        let mut response = ran.json();
        let end = End::of(&row, &response, ran.result());
        if let Some(details) = response["details"].as_object_mut() {
            // The recipient's id is the host's to know.
            details.remove("waId");
        }
        self.assert_hides("a response", &format!("{response} {}", ran.message()));
        end
    }

    fn assert_hides(&self, what: &str, shown: &str) {
        assert_hides(what, shown, &[&self.token, NUMBERS[0], NUMBERS[1]]);
        assert!(!shown.contains(TEXT), "{what} shows a text:\n{shown}");
    }
}

impl Drop for LoggedAdapter {
    fn drop(&mut self) {
        // A test that has failed says why.
        if !std::thread::panicking() {
            self.assert_hides("the log", &format!("{:?}", self.records()));
            let metrics = self.loaded().metrics().unwrap().unwrap();
            self.assert_hides("the metrics", &metrics);
        }
    }
}
