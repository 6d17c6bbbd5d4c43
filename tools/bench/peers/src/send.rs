//! The Rust clients that are measured beside the adapter's send: one driver for all of them.
//!
//! `send-peer NAME`, started by `adapter-bench send`; the contract is in the README.
#![allow(clippy::print_stdout)] // the answers

use std::future::Future;
use std::io::stdin;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs, thread};

use adapter_bench::{Outcome, cpu_time};
use serde_json::{Value, json};

const TOKEN: &str = "EAAGm0PX4ZCpsBAbenchbenchbench";
const PHONE_NUMBER_ID: &str = "106540352242922";
const VERSION: &str = "v26.0";
const TEXT: &str = "Your parcel is on its way.";

/// Sends one message to a number, and fails unless it gets an id.
type Blocking = Box<dyn Fn(String) -> Outcome<()> + Sync>;
type Sent = Pin<Box<dyn Future<Output = Outcome<()>> + Send>>;
type Async = Arc<dyn Fn(String) -> Sent + Send + Sync>;

fn main() -> Outcome<()> {
    let name = env::args().nth(1).unwrap_or_default();
    if name == "ureq" {
        let send = ureq_peer()?;
        return answer_all(|callers, each| blocking(&send, callers, each));
    }
    // Whatever is cheaper for them: one caller pays for every hand-over to another thread.
    let mut builder = match callers()? {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder.enable_all().build()?;
    let _inside = runtime.enter();
    let send = match name.as_str() {
        "reqwest" => reqwest_peer()?,
        "wacloudapi" => wacloudapi_peer()?,
        "whatsapp" => whatsapp_peer(),
        "whatsapp-business-rs" => runtime.block_on(business_peer())?,
        _ => return Err(format!("no such peer: {name:?}").into()),
    };
    answer_all(|callers, each| runtime.block_on(concurrent(&send, callers, each)))
}

fn callers() -> Outcome<usize> {
    Ok(env::var("BENCH_CALLERS")?.parse()?)
}

/// One round for each line of standard input, which says how many messages.
fn answer_all(round: impl Fn(usize, usize) -> Outcome<()>) -> Outcome<()> {
    let callers = callers()?;
    for line in stdin().lines() {
        let each = line?.trim().parse::<usize>()?.div_ceil(callers);
        let before = cpu_time()?;
        round(callers, each)?;
        let used = cpu_time()?.saturating_sub(before);
        println!(
            "{}",
            json!({ "messages": each * callers, "cpu_us": used.as_secs_f64() * 1e6 })
        );
    }
    Ok(())
}

fn blocking(send: &Blocking, callers: usize, each: usize) -> Outcome<()> {
    let caller = || (0..each).try_for_each(|number| send(phone_number(number)));
    if callers == 1 {
        return caller();
    }
    thread::scope(|scope| {
        let running: Vec<_> = (0..callers).map(|_| scope.spawn(caller)).collect();
        running.into_iter().try_for_each(|caller| {
            caller
                .join()
                .unwrap_or_else(|_| Err("a caller panicked".into()))
        })
    })
}

async fn concurrent(send: &Async, callers: usize, each: usize) -> Outcome<()> {
    let caller = |send: Async| async move {
        for number in 0..each {
            send(phone_number(number)).await?;
        }
        Outcome::Ok(())
    };
    if callers == 1 {
        return caller(Arc::clone(send)).await;
    }
    let running: Vec<_> = (0..callers)
        .map(|_| tokio::spawn(caller(Arc::clone(send))))
        .collect();
    for caller in running {
        caller.await??;
    }
    Ok(())
}

fn phone_number(number: usize) -> String {
    format!("+1650555{:04}", number % 10_000)
}

fn url() -> Outcome<String> {
    Ok(env::var("BENCH_URL")?)
}

fn messages_url() -> Outcome<String> {
    Ok(format!("{}/{VERSION}/{PHONE_NUMBER_ID}/messages", url()?))
}

fn ca_file() -> Outcome<Vec<u8>> {
    Ok(fs::read(env::var("BENCH_CA_FILE")?)?)
}

fn message(to: &str) -> Vec<u8> {
    json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": to,
        "type": "text", "text": { "body": TEXT },
    })
    .to_string()
    .into_bytes()
}

/// The id of the message that Graph took.
fn has_id(answer: &[u8]) -> Outcome<()> {
    let answer: Value = serde_json::from_slice(answer)?;
    match answer.pointer("/messages/0/id") {
        Some(Value::String(_)) => Ok(()),
        _ => Err(format!("not accepted: {answer}").into()),
    }
}

/// As it comes, but for the certificate to trust and a limit of time.
fn ureq_peer() -> Outcome<Blocking> {
    use ureq::Agent;
    use ureq::tls::{Certificate, RootCerts, TlsConfig};
    let certificate = Certificate::from_pem(&ca_file()?)?;
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[certificate]));
    let config = Agent::config_builder().tls_config(tls.build()).proxy(None);
    let (agent, url) = (Agent::new_with_config(config.build()), messages_url()?);
    Ok(Box::new(move |to| {
        let answer = agent
            .post(&url)
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
            .send(message(&to))?;
        has_id(&answer.into_body().read_to_vec()?)
    }))
}

fn reqwest_peer() -> Outcome<Async> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .tls_backend_rustls()
        .tls_certs_only([reqwest::Certificate::from_pem(&ca_file()?)?])
        .timeout(Duration::from_secs(30))
        .build()?;
    let url = messages_url()?;
    Ok(Arc::new(move |to| {
        let request = client
            .post(&url)
            .bearer_auth(TOKEN)
            .header("content-type", "application/json")
            .body(message(&to));
        Box::pin(async move { has_id(&request.send().await?.bytes().await?) })
    }))
}

fn wacloudapi_peer() -> Outcome<Async> {
    let client = wacloudapi::Client::with_config(TOKEN, PHONE_NUMBER_ID, VERSION, url()?);
    Ok(Arc::new(move |to| {
        let client = client.clone();
        Box::pin(async move {
            let answer = client.messages().send_text(&to, TEXT).await?;
            answer.messages.first().ok_or("not accepted")?;
            Ok(())
        })
    }))
}

/// Its address is fixed: it finds the bench's server through the proxy of its environment.
fn whatsapp_peer() -> Async {
    use whatsapp::WhatsappClient;
    use whatsapp::models::{Message, Text};
    let client = Arc::new(WhatsappClient::new(TOKEN, PHONE_NUMBER_ID));
    Arc::new(move |to| {
        let client = Arc::clone(&client);
        Box::pin(async move {
            let message = Message::from_text(&to, Text::new(TEXT), None);
            let answer = client.send_message(&message).await?;
            answer.messages.first().ok_or("not accepted")?;
            Ok(())
        })
    })
}

/// Its address is fixed as well.
async fn business_peer() -> Outcome<Async> {
    use whatsapp_business_rs::message::Draft;
    use whatsapp_business_rs::{Client, IdentityRef};
    let client = Client::builder()
        .api_version(VERSION)
        .connect(TOKEN)
        .await?;
    Ok(Arc::new(move |to| {
        let client = client.clone();
        Box::pin(async move {
            let (from, to) = (
                IdentityRef::business(PHONE_NUMBER_ID),
                IdentityRef::user(to),
            );
            client.message(from).send(to, Draft::text(TEXT)).await?;
            Ok(())
        })
    }))
}
