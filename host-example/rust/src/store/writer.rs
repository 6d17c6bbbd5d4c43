//! The one thread that writes. What was asked of it while it was busy becomes one transaction, so
//! that a hundred callers wait for one turn of the disk and not for a hundred.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::StoreError;
use super::log::{Log, copy};
use crate::lock::unpoisoned;

/// The most jobs in one transaction.
const BATCH: usize = 256;
/// By how many pages one transaction may make the file grow before the next job begins another one: the
/// log can be emptied between two transactions only.
const BATCH_PAGES: i64 = 2048;

/// Something to do in a transaction, and whom to tell when that has been committed.
trait Job: Send {
    /// Does it. An error takes back this job and no other.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;
    /// Called once, after the commit or after its failure.
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Work<T, W, F> {
    work: Option<W>,
    value: Option<T>,
    then: F,
}

impl<T, W, F> Job for Work<T, W, F>
where
    T: Send,
    W: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    F: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.value = Some(work(connection)?);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let value = self.value.ok_or_else(StoreError::stopped);
        (self.then)(committed.and(value));
    }
}

/// The way to the one thread that writes.
pub(crate) struct Writer {
    jobs: Mutex<Option<Sender<Box<dyn Job>>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// The answer of the writer, once what was asked is on the disk.
pub(crate) struct Ticket<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Ticket<T> {
    /// Waits on a thread that may block.
    pub(crate) fn wait(self) -> Result<T, StoreError> {
        self.0
            .blocking_recv()
            .unwrap_or_else(|_| Err(StoreError::stopped()))
    }

    /// Waits in a task.
    pub(crate) async fn ready(self) -> Result<T, StoreError> {
        self.0.await.unwrap_or_else(|_| Err(StoreError::stopped()))
    }
}

impl Writer {
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let path = connection.path().map(PathBuf::from).unwrap_or_default();
        let (jobs, queue) = channel();
        let (stop, stopped) = channel();
        let writing = std::thread::Builder::new().name("store".to_owned());
        let writing = writing.spawn(move || {
            write(&connection, &queue);
            drop(stop);
        })?;
        let copying = std::thread::Builder::new().name("store-log".to_owned());
        let copying = copying.spawn(move || copy(&path, &stopped))?;
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            threads: Mutex::new(vec![writing, copying]),
        })
    }

    /// Does `work` in a transaction, and calls `then` on the writer's thread once it is on the disk
    /// or could not be brought there.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let job = Box::new(Work {
            work: Some(work),
            value: None,
            then,
        });
        let jobs = unpoisoned(self.jobs.lock());
        let refused: Box<dyn Job> = match jobs.as_ref() {
            Some(jobs) => match jobs.send(job) {
                Ok(()) => return,
                Err(refused) => refused.0,
            },
            None => job,
        };
        drop(jobs);
        refused.finish(Err(StoreError::stopped()));
    }

    /// As [`Writer::write`], with an answer to wait for.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Ticket<T> {
        let (answer, ticket) = oneshot::channel();
        self.write(work, |result| {
            let _ = answer.send(result); // nobody waits for it any more
        });
        Ticket(ticket)
    }

    /// Writes what has been asked so far, and ends.
    pub(crate) fn stop(&self) {
        drop(unpoisoned(self.jobs.lock()).take());
        let mut threads = unpoisoned(self.threads.lock());
        for thread in threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn write(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    connection.set_prepared_statement_cache_capacity(64);
    let mut log = Log::of(connection);
    while let Ok(first) = queue.recv() {
        let mut jobs = VecDeque::from([first]);
        jobs.extend(queue.try_iter().take(BATCH - 1));
        while !jobs.is_empty() {
            commit(connection, &mut jobs);
            log.keep_small(connection);
        }
    }
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Does as many of the jobs as go into one transaction, and tells those who asked for them.
fn commit(connection: &Connection, jobs: &mut VecDeque<Box<dyn Job>>) {
    let began = Instant::now();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    let committed = transact(connection, jobs, &mut done, &mut failed);
    if let Err(error) = &committed {
        done.extend(jobs.drain(..));
        tracing::error!(%error, jobs = done.len(), "nothing of this could be stored");
        let _ = connection.execute_batch("ROLLBACK");
    }
    tracing::trace!(
        jobs = done.len(),
        us = began.elapsed().as_micros(),
        "committed"
    );
    let committed = committed.map_err(StoreError::from);
    for (place, job) in done.into_iter().enumerate() {
        let own = failed.iter().find(|(at, _)| *at == place);
        job.finish(own.map_or_else(|| committed.clone(), |(_, error)| Err(error.clone())));
    }
}

fn transact(
    connection: &Connection,
    jobs: &mut VecDeque<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
    failed: &mut Vec<(usize, StoreError)>,
) -> rusqlite::Result<()> {
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(drop);
    run("BEGIN IMMEDIATE")?;
    let limit = pages(connection)? + BATCH_PAGES;
    while let Some(mut job) = jobs.pop_front() {
        run("SAVEPOINT job")?;
        let ended = job.run(connection);
        let place = done.len();
        done.push(job); // before anything else may fail, so that its caller is answered
        if let Err(error) = ended {
            tracing::error!(%error, "this could not be stored");
            run("ROLLBACK TO job")?;
            failed.push((place, error.into()));
        }
        run("RELEASE job")?;
        if pages(connection)? > limit {
            break;
        }
    }
    run("COMMIT")
}

/// How many pages of the file are in use.
fn pages(connection: &Connection) -> rusqlite::Result<i64> {
    let number = |sql: &str| {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_row([], |row| row.get::<_, i64>(0))
    };
    Ok(number("PRAGMA page_count")? - number("PRAGMA freelist_count")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> (tempfile::TempDir, PathBuf, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE t (a INTEGER UNIQUE) STRICT;")
            .unwrap();
        (folder, path, Writer::start(connection).unwrap())
    }

    fn count(path: &PathBuf) -> i64 {
        let connection = Connection::open(path).unwrap();
        connection
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn what_was_answered_is_there_for_another_connection() {
        let (_folder, path, writer) = writer();
        for expected in 1..=3 {
            let insert = move |c: &Connection| c.execute("INSERT INTO t VALUES (?)", [expected]);
            writer.ask(insert).wait().unwrap();
            assert_eq!(count(&path), expected);
        }
    }

    #[test]
    fn a_job_that_fails_takes_nothing_of_the_others_back() {
        let (_folder, path, writer) = writer();
        let insert = |value: i64| {
            move |c: &Connection| {
                c.execute("INSERT INTO t VALUES (?)", [value + 100])?;
                c.execute("INSERT INTO t VALUES (?)", [value])
            }
        };
        let tickets = [1, 2, 1, 3].map(|value| writer.ask(insert(value)));
        let answers = tickets.map(|ticket| ticket.wait().is_ok());
        assert_eq!(answers, [true, true, false, true]);
        assert_eq!(count(&path), 6);
    }

    #[test]
    fn what_was_asked_before_the_end_is_written_and_nothing_after_it() {
        let (_folder, path, writer) = writer();
        let insert = |value: i64| {
            writer.ask(move |c: &Connection| c.execute("INSERT INTO t VALUES (?)", [value]))
        };
        let tickets: Vec<_> = (0..500).map(insert).collect();
        writer.stop();
        assert!(tickets.into_iter().all(|ticket| ticket.wait().is_ok()));
        assert_eq!(count(&path), 500);
        let late = writer.ask(|c: &Connection| c.execute("INSERT INTO t VALUES (-1)", []));
        assert!(late.wait().is_err());
    }
}
