//! An adapter in one file: it echoes texts, takes signed webhooks, and ticks from a thread of its own.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use workflow_adapter_sdk::prelude::*;
use workflow_adapter_sdk::{export_adapter, metrics};

static DESCRIPTOR: Descriptor = Descriptor {
    id: "echo",
    name: "Echo",
    display: "Adapter - Echo",
    version: env!("CARGO_PKG_VERSION"),
    vendor: "The authors of the SDK",
    license: env!("CARGO_PKG_LICENSE"),
    docs_url: env!("CARGO_PKG_REPOSITORY"),
    properties: &[
        Field::string("secret", "Secret", "Signs webhooks.")
            .length(16, 100)
            .secret(),
        Field::integer("tickMs", "Tick", "Milliseconds between ticks.").value(10, 86_400_000),
    ],
    commands: &[&ECHO],
    events: &[&ECHOED, &TICK],
    metrics: &metrics::COMMANDS,
    webhook: Some(WebhookDeclaration::hmac_sha256("X-Signature", "secret")),
    ..Descriptor::EMPTY
};

const ECHO: Command = Command {
    name: "echo",
    display: "Echo",
    description: "Answers the text, and raises it as an event.",
    traits: &[CommandTrait::Idempotent],
    request: &[TEXT],
    response: &[
        Field::string("text", "Text", "What was echoed."),
        Field::string("code", "Code", "Why it failed."),
        Field::string("error", "Error", "What was wrong."),
    ],
    ..Command::EXTENSION
};
const TEXT: Field = Field::string("text", "Text", "What is echoed.")
    .required()
    .length(1, 1_000);

const ECHOED: Event = Event::new("echoed", "Echoed", "A text came.", &[TEXT, Field::ADAPTER]);
const TICK: Event = Event::new("tick", "Tick", "Time.", &[Field::EVENT_ID, Field::ADAPTER]);

/// One configured instance.
#[derive(Debug)]
pub struct Echo {
    verifier: Verifier,
    tick: Option<Duration>,
    context: Context,
    source: Source,
}

export_adapter!(Echo);

impl Adapter for Echo {
    fn descriptor() -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn create(properties: &str, context: Context) -> Result<Self, Error> {
        let members = DESCRIPTOR.read(properties)?;
        let secret = members.maybe_text("secret");
        if let Some(secret) = secret {
            context.secrets.add(&[Secret::new(secret.to_owned())]);
        }
        Ok(Self {
            verifier: Verifier::new("sha256=", secret.map(str::as_bytes)),
            tick: members.integer("tickMs").map(Duration::from_millis),
            source: Source::new(&context),
            context,
        })
    }

    fn execute(
        &self,
        _: &str, // there is one command
        request: &str,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        call.check()?;
        let members = ECHO.read(request)?;
        self.echo(members.text("text"), events)
    }

    fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        _: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        let refused = |why| Error::unauthentic(format!("the signature is refused: {why:?}"));
        self.verifier.verify(body, signature).map_err(refused)?;
        self.echo(&String::from_utf8_lossy(body), events)
    }

    fn start(&self) -> Result<(), Error> {
        let Some(tick) = self.tick else { return Ok(()) };
        let (emitter, name) = (
            self.context.emitter.clone(),
            self.context.instance_name.clone(),
        );
        let begun_s = self.context.clock.unix_s(Instant::now());
        self.source.start("ticks", move |stop| {
            for count in 1_u64.. {
                // Also unique if the instance is created again.
                let json = ObjectText::new()
                    .text("eventId", &format!("{begun_s}-{count}"))
                    .maybe_text("adapter", name.as_deref())
                    .end();
                let emitted = emitter.emit(OwnedEvent::new("tick", json));
                // A tick for which there is no room is left out.
                let is_over = emitted.is_err_and(|error| error.kind() != Kind::Busy);
                if is_over || stop.wait(Instant::now() + tick) {
                    break;
                }
            }
        })
    }

    fn shutdown(&self) {
        self.source.stop();
    }

    fn finish(&self) {
        self.source.join();
    }
}

impl Echo {
    fn echo(&self, text: &str, events: &mut EventSink<'_>) -> Result<Execution, Error> {
        let echoed = ObjectText::new().text("text", text);
        let event = echoed.maybe_text("adapter", self.context.instance_name.as_deref());
        OwnedEvent::new("echoed", event.end()).raise(events)?;
        let response = ObjectText::new().text("text", text);
        Ok(response.text("code", "").text("error", "").end().into())
    }
}
