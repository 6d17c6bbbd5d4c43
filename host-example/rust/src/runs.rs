//! The commands `runs` and `unstick`: what does not go on under the engine `restate`, and how it is ended.

#[cfg(not(feature = "restate"))]
pub(crate) use absent::{list, unstick};
#[cfg(feature = "restate")]
pub(crate) use present::{list, unstick};

#[cfg(not(feature = "restate"))]
mod absent {
    use crate::cli::{Runs, Unstick};
    use crate::host::NOT_BUILT_IN;
    use crate::problem::Problem;

    pub(crate) fn list(_: &Runs) -> Result<(), Problem> {
        Err(Problem::Input(NOT_BUILT_IN.to_owned()))
    }

    pub(crate) fn unstick(_: &Unstick) -> Result<(), Problem> {
        Err(Problem::Input(NOT_BUILT_IN.to_owned()))
    }
}

#[cfg(feature = "restate")]
mod present {
    use std::env;
    use std::future::Future;
    use std::path::Path;
    use std::time::Duration;

    use tokio::time::sleep;

    use crate::cli::{Runs, Unstick};
    use crate::config::Draft;
    use crate::engine::restate::{Admin, Open};
    use crate::problem::Problem;
    use crate::{console, host};

    /// How much of an error is shown.
    const SHOWN: usize = 300;
    /// How often, and how many times, it is looked whether a run has ended.
    const LOOK: (Duration, u32) = (Duration::from_millis(100), 100);

    /// The command `runs`.
    pub(crate) fn list(arguments: &Runs) -> Result<(), Problem> {
        let admin = admin(&arguments.config)?;
        let found = wait(admin.open(arguments.stuck, arguments.limit))?;
        for open in &found {
            console::say(format_args!("{}", line(open)))?;
        }
        if found.is_empty() {
            let which = if arguments.stuck { "stuck" } else { "open" };
            console::note(format_args!("nothing is {which}"));
        }
        Ok(())
    }

    /// The command `unstick`.
    pub(crate) fn unstick(arguments: &Unstick) -> Result<(), Problem> {
        let (admin, id) = (admin(&arguments.config)?, &arguments.id);
        let found = wait(async {
            let found = admin.find(id).await?;
            admin.kill(id).await?;
            for _ in 0..LOOK.1 {
                if admin.find(id).await.is_err() {
                    return Ok(found);
                }
                sleep(LOOK.0).await;
            }
            Err(format!("{id} was told to end, and has not yet: see `runs`"))
        })?;
        let what = match found.service.as_str() {
            "Run" => "the run has ended, and its customer goes on with what came meanwhile",
            "Customer" => "this event has ended where it stood, and what came after it goes on",
            _ => "it has ended",
        };
        console::say(format_args!("{id}: {what}"))?;
        Ok(())
    }

    fn admin(config: &Path) -> Result<Admin, Problem> {
        let variable = |name: &str| env::var(name).ok();
        let (config, _) = host::read(Draft::read(config), &variable)?;
        Admin::new(&config.restate.admin).map_err(Problem::Failed)
    }

    fn wait<T>(asked: impl Future<Output = Result<T, String>>) -> Result<T, Problem> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| error.to_string());
        runtime
            .and_then(|runtime| runtime.block_on(asked))
            .map_err(Problem::Failed)
    }

    /// One line for people: the id first, and no customer.
    fn line(open: &Open) -> String {
        let tries = open.retry_count.unwrap_or_default();
        let mut line = format!(
            "{}  {}/{}  {}  since {}  tried {tries} times",
            open.id, open.service, open.handler, open.status, open.created_at
        );
        if let Some(why) = &open.last_failure {
            let why: String = why.chars().take(SHOWN).collect();
            line = format!("{line}: {}", why.replace('\n', " "));
        }
        line
    }
}
