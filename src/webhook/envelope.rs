//! The notification's envelope: every entry and every change, in order (D/webhooks/overview, 2026-05).
//!
//! Parts are slices of the body, which is validated as a whole before the first one is handed out. A value
//! that is not as Meta documents it becomes a broken part in its place, and the parts beside it are read
//! all the same.

mod given;
mod head;
mod list;
mod name;
mod part;
mod unknown;
mod walk;

pub(super) use self::head::{Head, is_empty};
pub(super) use self::list::{Found, List};
pub(super) use self::name::{Name, is_of_whom, is_whom};
pub(super) use self::part::{Account, Change, Listed, Messages, Number, Part};
pub(crate) use self::part::{NotRead, Unreadable};
pub(super) use self::unknown::Level;
pub(crate) use self::unknown::Unknown;
pub(super) use self::walk::walk;
