//! The command `demo` without `--headless`: the emulator and a host with the example configuration in
//! one process, and a page on which to talk to them.

use std::env;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cloud_api_emulator::{Config, Emulator};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::cli::EngineKind;
use crate::config::Draft;
use crate::host::{self, Host};
use crate::problem::Problem;
use crate::{console, plugin_file};

/// The configuration that the demo runs.
const EXAMPLE: &str = include_str!("../example/adapter-host.toml");
/// The webhook's trigger in it, whose name is the verify token.
const WEBHOOK: &str = "whatsapp";
/// Where the page is, if nothing else is there.
const PORT: u16 = 8090;

/// Starts both, says where the page is, and runs until it is told to end.
pub(crate) fn run() -> Result<(), Problem> {
    // Outside of the runtime: the emulator has one of its own, which may not end inside another.
    let emulator = Arc::new(start_emulator()?);
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Problem::Failed(format!("cannot start the runtime: {error}")))?;
    let folder = env::temp_dir().join(format!("adapter-host-demo-{}", std::process::id()));
    let ended = runtime.block_on(play(&folder, &emulator));
    let _ = fs::remove_dir_all(&folder); // what the demo stored
    ended
}

async fn play(folder: &Path, emulator: &Arc<Emulator>) -> Result<(), Problem> {
    let plugins = plugin_file::install()?;
    let known = emulator.config();
    let values = [
        ("WHATSAPP_AUTHENTICATION_TOKEN", known.access_token.clone()),
        ("WHATSAPP_PHONE_NUMBER_ID", known.phone_number_id.clone()),
        ("WHATSAPP_BASE_URL", emulator.base_url()),
        (
            "WHATSAPP_APP_SECRET_BASE64",
            BASE64_STANDARD.encode(&known.app_secret),
        ),
    ];
    let variable = |name: &str| {
        let value = values.iter().find(|(known, _)| *known == name);
        value.map(|(_, value)| value.clone())
    };
    // The example names `plugins` beside itself.
    let file = plugins.with_file_name("adapter-host.toml");
    let draft = Draft::of(&file, EXAMPLE.to_owned());
    let (mut config, plugins) = host::read(draft, &variable)?;
    config.server.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.server.feed_origin = Some(emulator.base_url());
    config.store.path = folder.join("demo.db");
    let path = config.server.path.clone();
    let host = Host::start(&file, config, plugins, EngineKind::Local).await?;
    let webhook = format!("{}{path}/advancedwebhook/{WEBHOOK}", host.url());
    emulator.set_webhook_url(Some(webhook));
    let told = emulator.set_host_url(Some(&host.url()));
    told.map_err(|error| Problem::Failed(format!("the page's host: {error}")))?;
    let page = format!("{}/", emulator.base_url());
    let caller = Arc::clone(emulator);
    let subscribed = spawn_blocking(move || caller.subscribe()).await;
    subscribed
        .unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|error| Problem::Failed(format!("the webhook handshake: {error}")))?;
    console::say(format_args!("the page: {page}"))?;
    console::note("Ctrl-C ends the demo; --headless prints a transcript instead");
    if io::stdout().is_terminal() {
        open(&page);
    }
    until_told().await?;
    host.stop().await;
    Ok(())
}

fn start_emulator() -> Result<Emulator, Problem> {
    let start = |port| {
        Emulator::start(Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            verify_token: WEBHOOK.to_owned(),
            ..Config::default()
        })
    };
    let started = start(PORT).or_else(|_| start(0));
    started.map_err(|error| Problem::Failed(format!("cannot start the emulator: {error}")))
}

async fn until_told() -> Result<(), Problem> {
    let listen = |kind| {
        signal(kind).map_err(|error| Problem::Failed(format!("cannot wait for signals: {error}")))
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Opens a browser, if there is one; the address has been printed in any case.
fn open(page: &str) {
    let quiet = || Stdio::null();
    let mut browser = Command::new("xdg-open");
    let _ = browser
        .arg(page)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn();
}
