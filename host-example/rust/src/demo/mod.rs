//! The command `demo`: the example scenario, or a page to talk to, with everything that they need in
//! this one process. It is of WhatsApp by its nature, since the emulator is of the Cloud API: see
//! `whatsapp.rs`.

mod page;
mod reply;
mod scenario;
mod transcript;
mod webhook;

use std::net::Ipv4Addr;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cloud_api_emulator::{Clock, Config, Emulator};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use workflow_adapter_loader::Plugin;

use self::scenario::{LIMIT, Scenario};
use self::webhook::{Notification, Settings};
use crate::problem::Problem;
use crate::trigger::Key;
use crate::whatsapp::ADAPTER_TYPE;
use crate::{console, plugin_dir, plugin_file};

pub(crate) use self::page::run as talk;

/// The moment at which the scenario plays, so that times repeat.
const NOW: u64 = 1_750_000_000;
/// The number that the emulator refuses, and the code that it refuses it with.
const REFUSED: (&str, u32) = ("15550000000", 131_030);

/// Plays the scenario and prints its transcript.
pub(crate) fn run() -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| failed("cannot start the runtime", &error))?;
    runtime.block_on(play())
}

async fn play() -> Result<(), Problem> {
    let plugin = load()?;
    let emulator = start_emulator()?;
    console::note(format_args!(
        "the emulator answers on {}",
        emulator.base_url()
    ));
    let (url, notifications) = listen(emulator.config()).await?;
    console::note(format_args!("listening on {url}"));
    let challenge = subscribe(&url).await?;
    console::note(format_args!("handshake: challenge {challenge} given back"));
    emulator.set_webhook_url(Some(url));
    let properties = properties(&emulator)?;
    Scenario::start(&plugin, &properties, notifications, emulator)?
        .play()
        .await
}

/// Loads and shows every plugin of the directory; answers the one that the scenario is about.
fn load() -> Result<Plugin, Problem> {
    let directory = plugin_file::install()?;
    console::note(format_args!("plugins from {}", directory.display()));
    let plugins = plugin_dir::load(&directory)?;
    plugins.iter().try_for_each(transcript::plugin)?;
    let wanted = |plugin: &Plugin| plugin.descriptor().id() == ADAPTER_TYPE;
    plugins.into_iter().find(wanted).ok_or_else(|| {
        let directory = directory.display();
        Problem::Failed(format!(
            "no plugin in {directory} is of the adapter type {ADAPTER_TYPE}"
        ))
    })
}

fn start_emulator() -> Result<Arc<Emulator>, Problem> {
    let (number, code) = REFUSED;
    let emulator = Emulator::start(Config {
        clock: Clock::Fixed(NOW),
        seed: 1,
        refused: vec![(number.to_owned(), code)],
        webhook_timeout: LIMIT,
        ..Config::default()
    });
    let emulator = emulator.map_err(|error| failed("cannot start the emulator", &error))?;
    Ok(Arc::new(emulator))
}

/// Starts the webhook listener; answers its URL and its queue.
async fn listen(config: &Config) -> Result<(String, mpsc::Receiver<Notification>), Problem> {
    // The specification has the host configured with the App Secret as Base64.
    let key = Key::parse(&BASE64_STANDARD.encode(&config.app_secret));
    let settings = Settings {
        verify_token: config.verify_token.clone(),
        key: key.map_err(|why| Problem::Failed(format!("the App Secret: {why}")))?,
    };
    let cannot = |error: std::io::Error| failed("cannot listen for webhooks", &error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let (routes, notifications) = webhook::listener(settings);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok((format!("http://{address}{}", webhook::PATH), notifications))
}

/// Lets an emulator perform the handshake with the listener; answers the challenge. It is one of
/// its own, because a handshake uses up one of the ids that the transcript shows.
async fn subscribe(url: &str) -> Result<String, Problem> {
    let emulator = start_emulator()?;
    emulator.set_webhook_url(Some(url.to_owned()));
    let subscribed = spawn_blocking(move || emulator.subscribe()).await;
    let answered = subscribed.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    answered.map_err(|error| failed("the webhook handshake", &error))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    authentication_token: &'a str,
    api_version: &'a str,
    phone_number_id: &'a str,
    base_url: String,
}

fn properties(emulator: &Emulator) -> Result<String, Problem> {
    let config = emulator.config();
    let properties = Properties {
        authentication_token: &config.access_token,
        api_version: "v27.0",
        phone_number_id: &config.phone_number_id,
        base_url: emulator.base_url(),
    };
    serde_json::to_string(&properties).map_err(|error| failed("the properties", &error))
}

fn failed(what: &str, error: &dyn std::error::Error) -> Problem {
    Problem::Failed(format!("{what}: {error}"))
}
