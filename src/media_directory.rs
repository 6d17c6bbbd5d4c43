//! The only folder that media files are read from and written to. No path leads out of it: each step is
//! opened below the one before it, and a symbolic link is never followed.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::process;

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat, renameat};
use nix::sys::stat::{Mode, fstatat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use crate::error::{Error, Kind};
use crate::lock_owner;

/// An existing folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaDirectory(PathBuf);

impl MediaDirectory {
    /// # Errors
    /// `InvalidRequest` if `path` is no absolute path of a folder.
    pub(crate) fn parse(path: &str) -> Result<Self, Error> {
        let path = PathBuf::from(path);
        if path.is_dir() {
            return Ok(Self(path));
        }
        Err(Error::invalid_request(
            "property \"mediaDirectory\" must be the absolute path of a folder that exists",
        ))
    }

    /// Opens a file to read, and says how many bytes it has.
    ///
    /// # Errors
    /// `InvalidRequest` if the path leads elsewhere or to no regular file.
    pub(crate) fn open(&self, path: &str) -> Result<(File, u64), Error> {
        let (folder, name) = self.folder_and_name(path)?;
        // Without NONBLOCK a named pipe would hold the call up before it is seen to be one.
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let file = openat(&folder, name.as_str(), flags, Mode::empty())
            .map_err(|errno| refused(path, errno))?;
        let file = File::from(file);
        match file.metadata() {
            // One of its names may lie outside the folder, and nothing tells which of them is meant.
            Ok(found) if found.is_file() && found.nlink() > 1 => {
                Err(Error::invalid_request(format!(
                    "the file {path:?} has a second name (a hard link), which may lie outside the folder of \
                     the property mediaDirectory; copy it instead"
                )))
            }
            Ok(found) if found.is_file() => Ok((file, found.len())),
            _ => Err(Error::invalid_request(format!(
                "the file {path:?} is no regular file"
            ))),
        }
    }

    /// Begins a new file; it has its name when it is finished, and leaves nothing if it is not.
    ///
    /// # Errors
    /// `InvalidRequest` if the path leads elsewhere, or nothing can be written there.
    pub(crate) fn begin(&self, path: &str) -> Result<NewFile, Error> {
        let (folder, name) = self.folder_and_name(path)?;
        // Named after the file it becomes, so that whoever writes the same file meets the lock. One that a
        // killed process left behind has no lock and is used again.
        let temporary = temporary_of(&name);
        let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let mode = Mode::S_IRUSR | Mode::S_IWUSR;
        loop {
            let file = openat(&folder, temporary.as_str(), flags, mode)
                .map_err(|errno| refused(path, errno))?;
            let file = File::from(file);
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(in_use(path, &file)),
                Err(TryLockError::Error(_)) => return Err(refused(path, Errno::EIO)),
            }
            // Its writer may have given it its name, or taken it away, before this lock.
            let here = fstatat(&folder, temporary.as_str(), AtFlags::AT_SYMLINK_NOFOLLOW);
            let is_here = here.is_ok_and(|here| {
                file.metadata()
                    .is_ok_and(|own| own.ino() == here.st_ino && own.nlink() == 1)
            });
            if !is_here {
                continue;
            }
            file.set_len(0).map_err(|_| refused(path, Errno::EIO))?;
            return Ok(NewFile {
                file,
                folder,
                temporary,
                name,
                finished: false,
            });
        }
    }

    /// The folder that the path's last part lies in, opened step by step, and that last part.
    fn folder_and_name(&self, path: &str) -> Result<(OwnedFd, String), Error> {
        let inside = Path::new(path);
        let inside = inside.strip_prefix(&self.0).unwrap_or(inside);
        let mut parts = Vec::new();
        for part in inside.components() {
            match (part, part.as_os_str().to_str()) {
                (Component::Normal(_), Some(text)) if !text.contains('\0') => parts.push(text),
                (Component::CurDir, _) => {}
                _ => {
                    return Err(Error::invalid_request(format!(
                        "the file {path:?} does not lie in the folder of the property mediaDirectory"
                    )));
                }
            }
        }
        let Some(name) = parts.pop() else {
            return Err(Error::invalid_request("the file has no name"));
        };
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let mut folder: OwnedFd = File::open(&self.0)
            .map_err(|error| match error.raw_os_error().map(Errno::from_raw) {
                Some(Errno::EMFILE | Errno::ENFILE) => no_descriptor(),
                _ => Error::invalid_request(format!(
                    "the folder of the property mediaDirectory cannot be opened ({})",
                    error.kind()
                )),
            })?
            .into();
        for part in parts {
            folder = openat(&folder, part, flags | OFlag::O_NOFOLLOW, Mode::empty())
                .map_err(|errno| refused(path, errno))?;
        }
        Ok((folder, name.to_owned()))
    }
}

/// A file under construction.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: File,
    folder: OwnedFd,
    temporary: String,
    name: String,
    finished: bool,
}

impl NewFile {
    /// Gives the file its name, in place of one that has it already.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        renameat(
            &self.folder,
            self.temporary.as_str(),
            &self.folder,
            self.name.as_str(),
        )?;
        self.finished = true;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished {
            let _ = unlinkat(
                &self.folder,
                self.temporary.as_str(),
                UnlinkatFlags::NoRemoveDir,
            );
        }
    }
}

/// The name of a file under construction; systems take names of 255 bytes.
fn temporary_of(name: &str) -> String {
    const LONGEST: usize = 200;
    if name.len() <= LONGEST {
        return format!(".wfa-{name}.part");
    }
    let beginning: String = name.chars().take(LONGEST / 4).collect();
    format!(
        ".wfa-{beginning}-{:08x}.part",
        crc32fast::hash(name.as_bytes())
    )
}

/// Whoever writes it keeps it until it is whole.
fn in_use(path: &str, file: &File) -> Error {
    let who = match lock_owner::of(file) {
        Some(id) if id == process::id() => "another call of this process".to_owned(),
        Some(id) => format!("the process {id}"),
        None => "another process".to_owned(),
    };
    Error::invalid_request(format!(
        "the file {path:?} is being written by {who}; wait until it is there, or choose another name"
    ))
}

/// The machine's fault, not the request's, and it passes.
fn no_descriptor() -> Error {
    let message = "this process or machine has no file descriptor left for a file of mediaDirectory: raise \
                   its limit of open files, or look for what does not close its own";
    Error::new(Kind::Unavailable, message).with_retry(true, None)
}

fn refused(path: &str, errno: Errno) -> Error {
    let why = match errno {
        Errno::EMFILE | Errno::ENFILE => return no_descriptor(),
        Errno::ENOENT => "is not there",
        Errno::ELOOP | Errno::ENOTDIR => {
            "lies behind a symbolic link, or behind something that is no folder"
        }
        Errno::EACCES | Errno::EPERM => "may not be opened",
        Errno::EISDIR => "is a folder",
        _ => "cannot be opened",
    };
    Error::invalid_request(format!(
        "the file {path:?} {why} (in the folder of the property mediaDirectory)"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> (tempfile::TempDir, MediaDirectory) {
        let outside = tempfile::tempdir().unwrap();
        let inside = outside.path().join("media");
        fs::create_dir_all(inside.join("sub")).unwrap();
        fs::write(outside.path().join("secret"), "s").unwrap();
        fs::write(inside.join("a.txt"), "hello").unwrap();
        fs::write(inside.join("sub/b.txt"), "there").unwrap();
        symlink(outside.path().join("secret"), inside.join("link")).unwrap();
        symlink(outside.path(), inside.join("out")).unwrap();
        fs::hard_link(outside.path().join("secret"), inside.join("second")).unwrap();
        let media = MediaDirectory::parse(inside.to_str().unwrap()).unwrap();
        (outside, media)
    }

    #[test]
    fn files_inside_are_read() {
        let (outside, media) = folder();
        let absolute = outside.path().join("media/a.txt");
        for (path, text) in [
            ("a.txt", "hello"),
            ("./sub/b.txt", "there"),
            (absolute.to_str().unwrap(), "hello"),
        ] {
            let (mut file, length) = media.open(path).unwrap();
            let mut read = String::new();
            file.read_to_string(&mut read).unwrap();
            assert_eq!((read.as_str(), length), (text, 5), "{path}");
        }
    }

    #[test]
    fn a_file_that_is_being_written_has_one_writer_and_the_second_is_told_who() {
        let (outside, media) = folder();
        let inside = outside.path().join("media");
        let mut first = media.begin("sub/new.bin").unwrap();
        first.write_all(b"first").unwrap();
        let told = media.begin("./sub/new.bin").map(drop).unwrap_err();
        assert!(
            told.message().contains("another call of this process"),
            "{}",
            told.message()
        );
        drop(media.begin("sub/other.bin").unwrap());
        drop(media.begin(&format!("{}.bin", "ö".repeat(125))).unwrap());
        first.finish().unwrap();
        assert_eq!(fs::read(inside.join("sub/new.bin")).unwrap(), b"first");
        // What a killed process left behind keeps nobody out, and is no part of the new file.
        fs::write(
            inside.join("sub/.wfa-new.bin.part"),
            b"half of an older one",
        )
        .unwrap();
        let mut second = media.begin("sub/new.bin").unwrap();
        second.write_all(b"second").unwrap();
        second.finish().unwrap();
        assert_eq!(fs::read(inside.join("sub/new.bin")).unwrap(), b"second");
        assert!(!inside.join("sub/.wfa-new.bin.part").exists());
    }

    #[test]
    fn without_a_descriptor_the_request_is_not_to_blame() {
        for errno in [Errno::EMFILE, Errno::ENFILE] {
            let error = refused("a.txt", errno);
            assert_eq!(error.kind(), Kind::Unavailable);
            assert!(error.is_retryable());
        }
        assert_eq!(refused("a.txt", Errno::ENOENT).kind(), Kind::InvalidRequest);
    }

    #[test]
    fn nothing_outside_is_read_or_written() {
        let (outside, media) = folder();
        let absolute = outside.path().join("secret");
        for path in [
            "../secret",
            "sub/../../secret",
            "sub/../a.txt",
            "link",
            "second",
            "out/secret",
            absolute.to_str().unwrap(),
            "/etc/passwd",
            "",
            ".",
            "sub",
            "missing.txt",
            "a.txt/x",
            "a\0b",
        ] {
            assert!(media.open(path).is_err(), "{path:?} was opened");
        }
        for path in ["../new", "out/new", "", "/etc/new", "a.txt/new", "none/new"] {
            assert!(media.begin(path).is_err(), "{path:?} was begun");
        }
        assert!(!outside.path().join("new").exists());
    }

    #[test]
    fn a_new_file_is_there_when_it_is_whole_and_a_link_is_replaced_not_followed() {
        let (outside, media) = folder();
        let inside = outside.path().join("media");
        for name in ["sub/new.bin", "a.txt", "link"] {
            let mut file = media.begin(name).unwrap();
            file.write_all(b"whole").unwrap();
            assert_ne!(fs::read(inside.join(name)).unwrap_or_default(), b"whole");
            file.finish().unwrap();
            assert_eq!(fs::read(inside.join(name)).unwrap(), b"whole");
        }
        assert_eq!(fs::read(outside.path().join("secret")).unwrap(), b"s");
        drop(media.begin("half.bin").unwrap());
        let left = fs::read_dir(&inside)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left
            .filter(|name| name.to_string_lossy().contains("part"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
