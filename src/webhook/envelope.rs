//! The notification's envelope: every entry and every change, in order (D/webhooks/overview, 2026-05).
//!
//! Nothing is rebuilt: what is handed out are slices of the body. The body is checked once, from its
//! beginning to its end, before any part is handed out. The reader expects nothing: what is not as Meta
//! documents it becomes a part of its own where it stands, and never costs the parts beside it.

mod head;
mod list;
mod name;
mod part;
mod unknown;
mod walk;

pub(super) use self::head::{Head, is_empty};
pub(super) use self::list::{Found, List};
pub(super) use self::name::{Name, is_of_whom, is_whom};
pub(super) use self::part::{Account, Change, Messages, Number, Part};
pub(crate) use self::part::{NotRead, Unreadable};
pub(super) use self::unknown::Level;
pub(crate) use self::unknown::Unknown;
pub(super) use self::walk::walk;
