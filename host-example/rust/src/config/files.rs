//! Files and folders that the configuration names: whether the host could use them.

use std::path::{Path, PathBuf};

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use toml::Spanned;

use super::file;
use super::place::{Source, Span};

/// Whether a property of an adapter is the path of a file, by its name: descriptors have no type for it.
pub(super) fn is_file(name: &str) -> bool {
    ["Journal", "File", "Path"]
        .into_iter()
        .any(|end| name.ends_with(end))
}

/// Whether it is any path. Relative ones begin at the configuration's file, as all others in it do.
pub(super) fn is_path(name: &str) -> bool {
    is_file(name) || name.ends_with("Directory")
}

/// The property's value with a path that holds wherever the host is started.
pub(super) fn absolute(folder: &Path, name: &str, value: Value) -> Value {
    match value {
        Value::String(text) if is_path(name) && !text.is_empty() => {
            let path = folder.join(&text);
            let path = std::path::absolute(&path).unwrap_or(path);
            path.to_str().map_or(Value::String(text), Value::from)
        }
        value => value,
    }
}

/// The store's file: it is made if it is not there, but not in the place of a folder.
pub(super) fn store(source: &mut Source, path: &Spanned<PathBuf>) -> PathBuf {
    let whole = source.folder().join(path.get_ref());
    if whole.is_dir() {
        let what = format!(
            "{} is a folder: name the file in it, such as adapter-host.db",
            whole.display()
        );
        source.wrong(&path.span(), "path", what);
    } else if let Some(above) = whole.ancestors().skip(1).find(|folder| folder.exists())
        && !above.is_dir()
    {
        let what = format!("{} is no folder, so no file can be in it", above.display());
        source.wrong(&path.span(), "path", what);
    }
    whole
}

/// Certificate and key of the listener.
pub(super) fn tls(source: &mut Source, tls: &file::Tls) -> (PathBuf, PathBuf) {
    let whole = |path: &Spanned<PathBuf>| source.folder().join(path.get_ref());
    let (certificate, key) = (whole(&tls.certificate), whole(&tls.key));
    let read = CertificateDer::pem_file_iter(&certificate);
    let read = read.and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = match read {
        Ok(found) if found.is_empty() => Err("it holds no certificate in PEM".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    let private = PrivateKeyDer::from_pem_file(&key).map(drop);
    let private = private.map_err(|error| error.to_string());
    let mut say = |span: &Span, member: &str, path: &Path, read: Result<(), String>| {
        if let Err(why) = read {
            let what = format!("{} cannot be used: {why}", path.display());
            source.wrong(span, member, what);
        }
    };
    say(
        &tls.certificate.span(),
        "tls.certificate",
        &certificate,
        certificates,
    );
    say(&tls.key.span(), "tls.key", &key, private);
    (certificate, key)
}
