//! An adapter behind the C contract whose log is kept.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use workflow_adapter::{HostInfo, LogLevel};

use super::mode::End;
use crate::plugin;
use crate::rig::{Adapter, Events, Ran};

/// The adapter and its records at trace level.
pub(crate) struct Watched {
    pub(crate) adapter: Adapter,
    records: Records,
}

type Records = Arc<Mutex<Vec<Record>>>;

/// One log record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) message: String,
    pub(crate) fields: String,
}

impl Watched {
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
        }
    }

    /// The adapter as the loader has it.
    pub(crate) fn loaded(&self) -> &workflow_adapter::Adapter {
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
        End::of(&row, &ran.json(), ran.result())
    }
}
