//! Whether the time of a refusal reveals how much of a guessed signature or verify token was right.
//!
//! Two classes of guesses that differ in one place each, the first or the last; measured in random order
//! by the clock on the wall, the slowest tenth of all left out, compared by Welch's t-test. Beyond 4.5 the
//! classes differ beyond doubt; a guess is no nearer below it.

use std::time::{Duration, Instant};

use adapter_bench::{Corpus, Outcome, Shape, quantile, rounded};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use workflow_adapter_loader::{Adapter, HostInfo, Plugin, Webhook};

use crate::cli::Measure;
use crate::properties::Properties;
use crate::{console, plugin_file};

/// The App Secret's bytes.
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const TOKEN: &str = "6f1c0a5e-verify-token-of-a-host";
/// Samples of both classes between two looks at the time.
const ROUND: usize = 4_096;

/// The t of one comparison, and from how many samples.
#[derive(Serialize)]
struct Verdict {
    what: &'static str,
    t: f64,
    samples: usize,
    first_ns: f64,
    last_ns: f64,
}

/// Measures and reports.
pub(crate) fn run(arguments: &Measure) -> Outcome<()> {
    let plugin = plugin_file::load(arguments.plugin.as_deref())?;
    let adapter = adapter(&plugin)?;
    let webhook = adapter.webhook().ok_or("there is no wfa.webhook/1")?;
    let time = Duration::from_secs(arguments.seconds) / 2;
    let verdicts = [signatures(&webhook, time)?, tokens(&webhook, time)?];
    console::say(if arguments.json {
        serde_json::to_string(&verdicts)?
    } else {
        table(&verdicts)
    })?;
    Ok(())
}

fn adapter(plugin: &Plugin) -> Outcome<Adapter> {
    let host = HostInfo::new("adapter-bench", env!("CARGO_PKG_VERSION"));
    let properties = Properties::of(plugin).with("appSecret", STANDARD.encode(SECRET));
    Ok(plugin.create(&host, &properties.to_json())?)
}

fn signatures(webhook: &Webhook<'_>, time: Duration) -> Outcome<Verdict> {
    let corpus = Corpus::new(Shape::Message, 1, SECRET, 1)?;
    let body = corpus.bodies().first().ok_or("there is no body")?;
    let digits = "sha256=".len();
    let guesses = wrong_at(body.signature(), [digits, body.signature().len() - 1]);
    compare("signature", guesses, time, |header| {
        let answer = webhook.process(body.bytes(), Some(header.as_bytes()))?;
        refused(answer.error.is_some())
    })
}

fn tokens(webhook: &Webhook<'_>, time: Duration) -> Outcome<Verdict> {
    let guesses = wrong_at(TOKEN, [0, TOKEN.len() - 1]).map(|token| {
        format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}")
    });
    compare("verify token", guesses, time, |query| {
        refused(webhook.challenge(query, TOKEN).is_err())
    })
}

/// `right` with another character at each of these places.
fn wrong_at(right: &str, places: [usize; 2]) -> [String; 2] {
    places.map(|place| {
        let changed = right.char_indices().map(|(at, c)| match c {
            _ if at != place => c,
            '0' => '1',
            _ => '0',
        });
        changed.collect()
    })
}

fn refused(refused: bool) -> Outcome<()> {
    if refused {
        return Ok(());
    }
    Err("a wrong guess was taken".into())
}

/// Times `attempt` with both guesses in random order. Both are copied to the same memory address, because
/// the address affects the time as well.
fn compare(
    what: &'static str,
    [first, last]: [String; 2],
    time: Duration,
    mut attempt: impl FnMut(&str) -> Outcome<()>,
) -> Outcome<Verdict> {
    let mut samples: Vec<(usize, f64)> = Vec::new();
    let mut guess = String::with_capacity(first.len());
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let until = Instant::now() + time;
    while Instant::now() < until {
        for _ in 0..ROUND {
            // xorshift: the branch predictor must not learn the order.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let class = usize::from(random >> 63 == 1);
            guess.clear();
            guess.push_str(if class == 0 { &first } else { &last });
            let started = Instant::now();
            attempt(&guess)?;
            samples.push((class, started.elapsed().as_secs_f64() * 1e9));
        }
    }
    let mut all: Vec<f64> = samples.iter().map(|(_, ns)| *ns).collect();
    let slowest = quantile(&mut all, 0.9);
    samples.retain(|(_, ns)| *ns <= slowest);
    let [first, last] = [0, 1].map(|class| Class::of(&samples, class));
    Ok(Verdict {
        what,
        t: rounded(first.welch_t(&last), 2),
        samples: samples.len(),
        first_ns: rounded(first.mean, 1),
        last_ns: rounded(last.mean, 1),
    })
}

/// The statistics of one class for the t-test.
struct Class {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Class {
    #[allow(clippy::cast_precision_loss)] // millions
    fn of(samples: &[(usize, f64)], class: usize) -> Self {
        let of_class = || {
            samples
                .iter()
                .filter(|(c, _)| *c == class)
                .map(|(_, ns)| *ns)
        };
        let count = of_class().count() as f64;
        let mean = of_class().sum::<f64>() / count;
        let squares: f64 = of_class().map(|ns| (ns - mean).powi(2)).sum();
        Self {
            count,
            mean,
            variance: squares / (count - 1.0),
        }
    }

    fn welch_t(&self, other: &Self) -> f64 {
        let error = (self.variance / self.count + other.variance / other.count).sqrt();
        (self.mean - other.mean) / error
    }
}

fn table(verdicts: &[Verdict]) -> String {
    let line = |v: &Verdict| {
        format!(
            "\n{:<14}{:>14.1}{:>14.1}{:>12}{:>10.2}",
            v.what, v.first_ns, v.last_ns, v.samples, v.t
        )
    };
    let lines: String = verdicts.iter().map(line).collect();
    format!("a wrong guess  first place ns last place ns     samples  Welch's t{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against Python: a, b = [1, 2, 3, 4], [2, 4, 6, 9]; from statistics import mean, variance;
    /// (mean(a) - mean(b)) / (variance(a) / 4 + variance(b) / 4) ** 0.5
    #[test]
    fn the_t_is_what_python_computes() {
        let samples = [1.0, 2.0, 3.0, 4.0].map(|ns| (0, ns));
        let others = [2.0, 4.0, 6.0, 9.0].map(|ns| (1, ns));
        let all = [samples, others].concat();
        let t = Class::of(&all, 0).welch_t(&Class::of(&all, 1));
        assert!((t + 1.690_641_214_609_248).abs() < 1e-9, "{t}");
    }

    #[test]
    fn a_guess_is_wrong_in_one_place() {
        assert_eq!(wrong_at("sha0", [0, 3]), ["0ha0", "sha1"]);
    }
}
