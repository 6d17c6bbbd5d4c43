//! The command `demo` without `--headless`: the emulator and a host with the example configuration in
//! one process, and a page on which to talk to them.

use std::env;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cloud_api_emulator::{Config, Emulator};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::cli::{Demo, EngineKind};
use crate::config::{self, Draft};
use crate::host::{self, Host};
use crate::problem::Problem;
use crate::trigger::{Authentication, Key, Kind};
use crate::whatsapp::ADAPTER_TYPE;
use crate::{console, plugin_dir, plugin_file};

/// The configuration that the demo runs.
const EXAMPLE: &str = include_str!("../../example/adapter-host.toml");
/// Where the page is, if nothing else is there.
const PORT: u16 = 8090;

/// Starts both, says where the page is, and runs until it is told to end.
pub(crate) fn run(arguments: &Demo) -> Result<(), Problem> {
    let plugins = plugin_file::install()?;
    let draft = match &arguments.config {
        Some(file) => Draft::read(file),
        // The example names `plugins` beside itself.
        None => Draft::of(
            &plugins.with_file_name("adapter-host.toml"),
            EXAMPLE.to_owned(),
        ),
    };
    let webhook = draft.webhook().unwrap_or_default().to_owned();
    // Outside of the runtime: the emulator has one of its own, which may not end inside another.
    let emulator = Arc::new(start_emulator(arguments.port, &webhook)?);
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Problem::Failed(format!("cannot start the runtime: {error}")))?;
    let folder = env::temp_dir().join(format!("adapter-host-demo-{}", std::process::id()));
    let rehearsal = Rehearsal {
        plugins,
        draft,
        webhook,
        folder: folder.clone(),
        is_own: arguments.config.is_some(),
    };
    let ended = runtime.block_on(play(rehearsal, arguments.open, &emulator));
    let _ = fs::remove_dir_all(&folder); // what the demo stored
    ended
}

/// What is shown.
struct Rehearsal {
    plugins: PathBuf,
    draft: Draft,
    /// The trigger that the emulator posts to.
    webhook: String,
    folder: PathBuf,
    /// Whether somebody's own configuration is.
    is_own: bool,
}

/// Lets the instances talk to the emulator and to nobody else, whatever the file says.
fn with_the_emulator(config: &mut config::Config, emulator: &Emulator) -> Result<(), Problem> {
    let known = emulator.config();
    for (place, instance) in config.instances.iter_mut().enumerate() {
        if instance.adapter_type != ADAPTER_TYPE {
            let what = format!("the demo knows instances of {ADAPTER_TYPE} only");
            return Err(Problem::Input(format!(
                "instance {}: {what}",
                instance.name
            )));
        }
        let mut set = |name: &str, value: &str| {
            let value = serde_json::Value::String(value.to_owned());
            instance.properties.insert(name.to_owned(), value);
        };
        set("baseUrl", &emulator.base_url());
        set("authenticationToken", &known.access_token);
        if place == 0 {
            set("phoneNumberId", &known.phone_number_id);
        }
        for name in ["proxy", "appSecret", "appSecretPrevious", "dedupJournal"] {
            instance.properties.remove(name);
        }
    }
    for trigger in &mut config.triggers {
        if let Kind::Webhook(webhook) = &mut trigger.kind
            && let Authentication::Hmac(key) = &mut webhook.authentication
        {
            *key = Key::parse(&BASE64_STANDARD.encode(&known.app_secret))
                .map_err(|why| Problem::Failed(format!("the App Secret: {why}")))?;
        }
    }
    config.server.tls = None;
    Ok(())
}

async fn play(shown: Rehearsal, is_opened: bool, emulator: &Arc<Emulator>) -> Result<(), Problem> {
    let known = emulator.config();
    let secret = BASE64_STANDARD.encode(&known.app_secret);
    let variable = |name: &str| {
        let own = env::var(name).ok().filter(|_| shown.is_own);
        let stand_in = || match name {
            "WHATSAPP_AUTHENTICATION_TOKEN" => known.access_token.clone(),
            "WHATSAPP_PHONE_NUMBER_ID" => known.phone_number_id.clone(),
            "WHATSAPP_BASE_URL" => emulator.base_url(),
            // Of a name of one's own: as it ends.
            name if name.ends_with("URL") => emulator.base_url(),
            name if name.ends_with("ID") => known.phone_number_id.clone(),
            _ => secret.clone(),
        };
        Some(own.unwrap_or_else(stand_in))
    };
    let plugins = plugin_dir::load(&shown.plugins)?;
    let mut config = host::check(shown.draft, &plugins, &variable)?;
    if shown.webhook.is_empty() {
        let what = "the configuration has no trigger of the type Advanced Webhook";
        return Err(Problem::Input(what.to_owned()));
    }
    if shown.is_own {
        with_the_emulator(&mut config, emulator)?;
    }
    let file = shown.plugins.with_file_name("adapter-host.toml");
    config.server.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.server.feed_origin = Some(emulator.base_url());
    config.store.path = shown.folder.join("demo.db");
    let path = config.server.path.clone();
    let host = Host::start(&file, config, plugins, EngineKind::Local).await?;
    let webhook = format!("{}{path}/advancedwebhook/{}", host.url(), shown.webhook);
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
    if is_opened || io::stdout().is_terminal() {
        open(&page);
    }
    until_told().await?;
    host.stop().await;
    Ok(())
}

fn start_emulator(port: Option<u16>, webhook: &str) -> Result<Emulator, Problem> {
    let start = |port| {
        Emulator::start(Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            verify_token: webhook.to_owned(),
            ..Config::default()
        })
    };
    let started = match port {
        Some(port) => start(port),
        None => start(PORT).or_else(|_| start(0)),
    };
    started.map_err(|error| match port {
        Some(port) => Problem::Failed(format!("cannot listen on port {port}: {error}")),
        None => Problem::Failed(format!("cannot start the emulator: {error}")),
    })
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
