//! Files that Meta wants as handles: they are uploaded before the command that takes them.

use super::media_file::{self, Wanted};
use super::{Context, Execution, call, request, response};
use crate::cloud_api::{Call, CallReport, Upload};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Leniency, Members};

/// What an upload with a handle may be (D/graph-api/guides/upload).
const TYPES: [&str; 4] = ["application/pdf", "image/jpeg", "image/png", "video/mp4"];

/// The paths that a request names.
pub(super) type Files = fn(&Members<'_>) -> Vec<String>;

/// Plans the call from the request's members and the handles of its files; of none before the upload.
pub(super) type Plan = fn(&Members<'_>, &Properties, &[String]) -> Result<Call, Error>;

/// Runs a command that is one call, after the uploads of the files that it names.
pub(super) fn run(
    json: &str,
    context: &Context<'_, '_>,
    command: &Command,
    files: Files,
    plan: Plan,
    take: call::Take,
) -> Result<Execution, Error> {
    let properties = context.properties;
    let mut leniency = Leniency::new(properties.strict_limits);
    let read = request::read(json, command, &mut leniency).and_then(|request| {
        // What the call lacks is said before anything is uploaded.
        plan(&request, properties, &[])?;
        let open = |path: String| open(properties, &path, None, &mut leniency);
        let uploads = files(&request).into_iter().map(open);
        Ok((uploads.collect::<Result<Vec<_>, _>>()?, request))
    });
    let (uploads, request) = match read {
        Ok(read) => read,
        Err(error) => return response::of_refused(command, error),
    };
    let mut handles = Vec::new();
    for one in &uploads {
        let report = upload(context, one);
        match of(&report) {
            Some(handle) => handles.push(handle),
            None => return Ok(call::of_reply(command, &report, call::nothing)),
        }
    }
    let call = match plan(&request, properties, &handles) {
        Ok(call) => call,
        Err(error) => return response::of_refused(command, error),
    };
    let mut reply = context.client.call(&call, &context.call_context());
    reply.warnings.splice(0..0, leniency.into_warnings());
    Ok(call::of_reply(command, &reply, take))
}

/// Opens a file that is uploaded for a handle.
pub(super) fn open(
    properties: &Properties,
    path: &str,
    mime_type: Option<&str>,
    leniency: &mut Leniency,
) -> Result<Upload, Error> {
    app_id(properties)?;
    let wanted = Wanted {
        kind: None,
        mime_type,
    };
    let upload = media_file::open(properties, path, wanted, leniency)?;
    if !TYPES.contains(&upload.mime_type.as_str()) {
        leniency.exceeded(format!(
            "the file {path:?} is of type {}; Meta gives handles for {}",
            upload.mime_type,
            TYPES.join(", ")
        ))?;
    }
    Ok(upload)
}

/// Uploads it.
pub(super) fn upload(context: &Context<'_, '_>, upload: &Upload) -> CallReport {
    let app_id = app_id(context.properties).unwrap_or_default();
    let client = context.client;
    client.upload_for_handle(app_id, upload, &context.call_context())
}

fn app_id(properties: &Properties) -> Result<&str, Error> {
    properties.app_id.as_deref().ok_or_else(|| {
        Error::invalid_request(
            "handles belong to an app: set the property appId (the App ID of the app's dashboard)",
        )
    })
}

/// The handle of what was uploaded.
fn of(report: &CallReport) -> Option<String> {
    if report.failure().is_some() {
        return None;
    }
    let handle = report.json.as_ref()?.get("h")?.as_str()?;
    Some(handle.to_owned())
}
