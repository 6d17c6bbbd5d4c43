//! The data endpoint of Flows: opens what a customer's phone encrypted, and seals the answer.
//!
//! Each request brings an AES key of its own, encrypted with RSA-OAEP for the public key of the business;
//! the answer is encrypted with the same AES key under the inverted nonce
//! (D/flows/guides/implementingyourflowendpoint). Whatever of a request does not decrypt is refused alike,
//! after the same work, so that nobody learns from the refusal which part of it was right.

mod key;
mod legacy;
mod pem;
mod primitives;
mod reply;
mod request;
mod used;

#[cfg(test)]
mod tests;

pub(crate) use key::FlowKey;
pub(crate) use reply::{NotSealable, ReplyKey, client_error, ping, screen, token_invalid};
pub(crate) use request::{NotOpened, Request, open};
pub(crate) use used::{NotFree, UsedKeys};
