//! The program: an emulator from the command line, with the requests to try.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use cloud_api_emulator::{Clock, Config, Emulator, LedgerLimits, Strictness, Tls};

/// A strict emulator of Meta's WhatsApp Cloud API on loopback.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The access token that requests must carry
    #[arg(long, default_value_t = Config::default().access_token)]
    access_token: String,
    /// The App Secret, as plain text
    #[arg(long, default_value_t = Config::default().app_secret)]
    app_secret: String,
    /// The verify token of the webhook's handshake
    #[arg(long, default_value_t = Config::default().verify_token)]
    verify_token: String,
    /// The WhatsApp Business Account id
    #[arg(long, default_value_t = Config::default().business_account_id)]
    business_account_id: String,
    /// The phone number id
    #[arg(long, default_value_t = Config::default().phone_number_id)]
    phone_number_id: String,
    /// The business number, digits only
    #[arg(long, default_value_t = Config::default().display_phone_number)]
    display_phone_number: String,
    /// Post notifications to this URL (http:// only), after a handshake
    #[arg(long)]
    webhook_url: Option<String>,
    /// Show the runs of the workflow host at this URL (http://127.0.0.1:PORT) on the page
    #[arg(long)]
    host_url: Option<String>,
    /// The seed of message ids and random faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Use reproducible timestamps, which start at this Unix second
    #[arg(long)]
    fixed_clock: Option<u64>,
    /// Enforce the 24-hour window and validate media ids, as Meta does
    #[arg(long)]
    strict: bool,
    /// How many requests, and how many notifications, the ledger keeps; older ones are only counted
    #[arg(long, default_value_t = LedgerLimits::default().records)]
    ledger_records: usize,
    /// The approximate memory limit of the ledger in MiB
    #[arg(long, default_value_t = LedgerLimits::default().bytes >> 20)]
    ledger_mib: usize,
    /// Listen with TLS, and write the certificate to trust to this file
    #[arg(long)]
    tls_ca_file: Option<PathBuf>,
    /// Do not post the statuses sent, delivered and read
    #[arg(long)]
    no_statuses: bool,
}

impl Arguments {
    fn config(&self) -> Config {
        Config {
            listen: SocketAddr::new(self.address, self.port),
            access_token: self.access_token.clone(),
            app_secret: self.app_secret.clone(),
            verify_token: self.verify_token.clone(),
            business_account_id: self.business_account_id.clone(),
            phone_number_id: self.phone_number_id.clone(),
            display_phone_number: self.display_phone_number.clone(),
            webhook_url: self.webhook_url.clone(),
            seed: self.seed,
            clock: self.fixed_clock.map_or(Clock::System, Clock::Fixed),
            statuses: !self.no_statuses,
            strictness: if self.strict {
                Strictness::full()
            } else {
                Strictness::default()
            },
            ledger: LedgerLimits {
                records: self.ledger_records,
                bytes: self.ledger_mib.saturating_mul(1 << 20),
            },
            tls: self.tls_ca_file.as_ref().map(|_| Tls::default()),
            log: true,
            ..Config::default()
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, there is no other place to report that.
            let _ = writeln!(io::stderr(), "cloud-api-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    let emulator = Emulator::start(arguments.config()).map_err(|error| {
        let (address, port) = (arguments.address, arguments.port);
        let todo = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program listens there; choose another with --port, 0 takes a free one"
            }
            io::ErrorKind::PermissionDenied => "choose a port from 1024 on with --port",
            io::ErrorKind::AddrNotAvailable => "--address is not an address of this machine",
            _ => "it cannot start",
        };
        io::Error::new(
            error.kind(),
            format!("port {port} of {address}: {todo} ({error})"),
        )
    })?;
    if let (Some(file), Some(pem)) = (&arguments.tls_ca_file, emulator.ca_pem()) {
        std::fs::write(file, pem)?;
    }
    emulator.set_host_url(arguments.host_url.as_deref())?;
    introduce(&emulator)?;
    if emulator.config().webhook_url.is_some() {
        match emulator.subscribe() {
            Ok(challenge) => writeln!(io::stderr(), "webhook verified with {challenge}")?,
            Err(error) => writeln!(io::stderr(), "webhook not verified: {error}")?,
        }
    }
    loop {
        std::thread::park();
    }
}

const MESSAGE: &str = concat!(
    r#"{"messaging_product":"whatsapp","to":"+16505551234","#,
    r#""type":"text","text":{"body":"hello"}}"#
);

fn introduce(emulator: &Emulator) -> io::Result<()> {
    let (url, config) = (emulator.base_url(), emulator.config());
    let mut out = io::stdout().lock();
    writeln!(out, "{url}")?;
    if config.access_token == Config::default().access_token {
        writeln!(
            out,
            "\nThe access token is the demo's. It is public and protects nothing."
        )?;
    }
    writeln!(
        out,
        "\nTalk to the business: open {url}/ in a browser on this machine"
    )?;
    writeln!(
        out,
        "\nSend a message:\n  curl -s {url}/v26.0/{}/messages \\\n    \
         -H 'Authorization: Bearer {}' \\\n    \
         -H 'Content-Type: application/json' \\\n    -d '{MESSAGE}'",
        config.phone_number_id, config.access_token
    )?;
    writeln!(
        out,
        "\nLet a customer write:\n  curl -s {url}/__inbound \
         -d '{{\"type\":\"text\",\"text\":{{\"body\":\"hello\"}}}}'"
    )?;
    writeln!(
        out,
        "\nUpload a file:\n  curl -s {url}/v26.0/{}/media \\\n    \
         -H 'Authorization: Bearer {}' \\\n    \
         -F messaging_product=whatsapp -F 'file=@picture.png;type=image/png'",
        config.phone_number_id, config.access_token
    )?;
    writeln!(
        out,
        "\nLet the next request fail:\n  curl -s {url}/__faults \
         -d '{{\"fault\":\"reset_after_body\",\"accepted\":true}}'"
    )?;
    writeln!(out, "\nSee what happened:\n  curl -s {url}/__ledger")?;
    out.flush()
}
