//! Which endpoints there are: method, kind of object, edge, and who answers.

use super::{Call, Reply, Target, media};
use crate::account::{Account, ObjectKind};
use crate::graph_error::GraphError;
use crate::messages;

/// Answers one kind of request, with the account as it is now.
type Answer = fn(&Call<'_>, &mut Account) -> Result<Reply, GraphError>;

/// One endpoint.
#[derive(Debug)]
pub(crate) struct Route {
    method: &'static str,
    object: ObjectKind,
    edge: &'static str,
    pub(crate) answer: Answer,
}

const fn route(
    method: &'static str,
    object: ObjectKind,
    edge: &'static str,
    answer: Answer,
) -> Route {
    Route {
        method,
        object,
        edge,
        answer,
    }
}

use ObjectKind::{Media, PhoneNumber};

const ROUTES: &[Route] = &[
    route("POST", PhoneNumber, "messages", messages::send),
    route(
        "POST",
        PhoneNumber,
        "marketing_messages",
        messages::send_marketing,
    ),
    route("POST", PhoneNumber, "media", media::upload),
    route("GET", Media, "", media::get),
    route("DELETE", Media, "", media::delete),
];

/// The endpoint at this path, or Graph's refusal.
pub(crate) fn find(
    method: &str,
    target: Target<'_>,
    account: &Account,
) -> Result<&'static Route, GraphError> {
    let edge_exists = ROUTES.iter().any(|route| route.edge == target.edge);
    if !edge_exists {
        return Err(GraphError::unknown_path(&format!(
            "/{}/{}",
            target.object, target.edge
        )));
    }
    let unsupported = || GraphError::no_object(method, target.object);
    let kind = account.kind_of(target.object).ok_or_else(unsupported)?;
    let fits = |route: &&Route| {
        route.method == method && route.object == kind && route.edge == target.edge
    };
    ROUTES.iter().find(fits).ok_or_else(unsupported)
}
