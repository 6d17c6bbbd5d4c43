//! The page's files, and the fields that every one of them is sent with.

use crate::http::Response;

/// Only the page's own files, no script or style within the markup, nobody else's frame.
/// `blob:` and `data:` are pictures that the customer chooses and the icon.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($path:literal, $media_type:expr;)*) => {
        &[$(($path, $media_type, include_str!(concat!("../../page", $path)))),*]
    };
}

/// Path, media type, content.
const FILES: &[(&str, &str, &str)] = files! {
    "/index.html", HTML;
    "/icon.svg", SVG;
    "/wave.svg", SVG;
    "/faults.json", JSON;
    "/css/base.css", CSS;
    "/css/layout.css", CSS;
    "/css/chat.css", CSS;
    "/css/message.css", CSS;
    "/css/inspector.css", CSS;
    "/css/forced.css", CSS;
    "/js/app.js", JS;
    "/js/chat.js", JS;
    "/js/composer.js", JS;
    "/js/content.js", JS;
    "/js/control.js", JS;
    "/js/conversation.js", JS;
    "/js/customers.js", JS;
    "/js/dialog.js", JS;
    "/js/dom.js", JS;
    "/js/faults.js", JS;
    "/js/feed.js", JS;
    "/js/follow.js", JS;
    "/js/format.js", JS;
    "/js/interactive.js", JS;
    "/js/json-view.js", JS;
    "/js/keep.js", JS;
    "/js/lamps.js", JS;
    "/js/menu.js", JS;
    "/js/message.js", JS;
    "/js/people.js", JS;
    "/js/runs.js", JS;
    "/js/samples.js", JS;
    "/js/summary.js", JS;
    "/js/tabs.js", JS;
    "/js/template.js", JS;
    "/js/templates.js", JS;
    "/js/theme.js", JS;
    "/js/timeline.js", JS;
};

/// The file under this path; the page itself is at `/`.
pub(super) fn answer(path: &str) -> Option<Response> {
    let path = if path == "/" { "/index.html" } else { path };
    let (_, media_type, text) = FILES.iter().find(|file| file.0 == path)?;
    let response = Response::new(200, media_type, text.as_bytes().to_vec())
        .with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("Cache-Control", "no-cache");
    Some(response)
}
