//! The worker that posts notifications, one after the other unless a fault says otherwise.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::batch;
use super::post::Posting;
use crate::fault::{BatchShape, WebhookFault};
use crate::http::client::Client;
use crate::notice::{Notice, NoticeBody};
use crate::signature;
use crate::state::State;

/// Posts what arrives until the emulator stops.
pub(crate) async fn run(state: Arc<State>, notices: UnboundedReceiver<Notice>) {
    let client = Client::default();
    let mut worker = Worker {
        state,
        notices,
        client,
        late: Vec::new(),
        next: None,
    };
    while let Some(notice) = worker.next().await {
        worker.handle(notice).await;
    }
}

struct Worker {
    state: Arc<State>,
    notices: UnboundedReceiver<Notice>,
    client: Client,
    late: Vec<Late>,
    /// A notification that was taken from the queue for a batch and did not fit into it.
    next: Option<Notice>,
}

/// A posting that is delayed until other notifications have been posted.
struct Late {
    after: usize,
    posting: Posting,
}

impl Worker {
    /// The next notification that is due; late ones go out while there is none.
    async fn next(&mut self) -> Option<Notice> {
        let mut notice = match self.next.take() {
            Some(notice) => notice,
            None if self.late.is_empty() => self.notices.recv().await?,
            None => {
                let idle = self.state.config.webhook_idle;
                if let Ok(notice) = timeout(idle, self.notices.recv()).await {
                    notice?
                } else {
                    self.post_late(usize::MAX).await;
                    self.notices.recv().await?
                }
            }
        };
        notice.due().await;
        Some(notice)
    }

    async fn handle(&mut self, notice: Notice) {
        let fault = self.state.webhook_faults.take();
        let body = self.body(notice, fault.as_ref()).await;
        let posting = disturbed(&self.state, body, fault.as_ref());
        // A posting that is delayed now does not count itself as one of the others.
        let newly_late = match fault {
            Some(WebhookFault::Late { after }) => Some(Late { after, posting }),
            Some(WebhookFault::DuplicateLater { after }) => {
                posting.deliver(&self.state, &mut self.client).await;
                Some(Late { after, posting })
            }
            Some(WebhookFault::DuplicateNow) => {
                posting.deliver(&self.state, &mut self.client).await;
                posting.deliver(&self.state, &mut self.client).await;
                None
            }
            Some(WebhookFault::DuplicateConcurrent { copies }) => {
                self.post_at_once(&posting, copies).await;
                None
            }
            Some(WebhookFault::Lost) => {
                self.state.ledger.enter_webhook(posting.record(None));
                None
            }
            _ => {
                posting.deliver(&self.state, &mut self.client).await;
                None
            }
        };
        self.post_late(1).await;
        self.late.extend(newly_late);
    }

    /// The body of a notification, or of as many as make a batch.
    async fn body(&mut self, notice: Notice, fault: Option<&WebhookFault>) -> Vec<u8> {
        let content = match notice.body {
            NoticeBody::Raw(bytes) => return bytes,
            NoticeBody::Content(content) => content,
        };
        match fault {
            Some(WebhookFault::Large { bytes }) => batch::of_length(&self.state, content, *bytes),
            Some(WebhookFault::Batch { size, shape }) => {
                let mut contents = vec![content];
                while contents.len() < *size {
                    let next = timeout(self.state.config.webhook_idle, self.notices.recv()).await;
                    let Ok(Some(mut next)) = next else { break };
                    next.due().await;
                    match next.body {
                        NoticeBody::Content(content) => contents.push(content),
                        NoticeBody::Raw(_) => {
                            self.next = Some(next);
                            break;
                        }
                    }
                }
                batch::of_many(&self.state, contents, *shape)
            }
            _ => batch::of_many(&self.state, vec![content], BatchShape::default()),
        }
    }

    /// Records that `others` notifications were posted, and posts the delayed ones that are due.
    async fn post_late(&mut self, others: usize) {
        let (due, still_late): (Vec<_>, Vec<_>) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|late| late.after <= others);
        for late in due {
            late.posting.deliver(&self.state, &mut self.client).await;
        }
        let aged = |late: Late| Late {
            after: late.after - others,
            ..late
        };
        self.late = still_late.into_iter().map(aged).collect();
    }

    async fn post_at_once(&self, posting: &Posting, copies: usize) {
        let mut posts = tokio::task::JoinSet::new();
        for _ in 0..copies {
            let (state, posting) = (Arc::clone(&self.state), posting.clone());
            posts.spawn(async move { posting.deliver(&state, &mut Client::default()).await });
        }
        while posts.join_next().await.is_some() {}
    }
}

/// A posting that is signed and framed as the fault says.
fn disturbed(state: &State, body: Vec<u8>, fault: Option<&WebhookFault>) -> Posting {
    let mut posting = Posting::signed(state, body);
    posting.fault = fault.map(WebhookFault::name);
    match fault {
        Some(WebhookFault::WrongSignature) => {
            posting.signature = posting.signature.map(|right| one_digit_off(&right));
        }
        Some(WebhookFault::NoSignature) => posting.signature = None,
        Some(WebhookFault::SignedWith { secret }) => {
            posting.signature = Some(signature::sign(secret, &posting.body));
        }
        Some(WebhookFault::Chunked) => posting.chunked = true,
        _ => {}
    }
    posting
}

fn one_digit_off(signature: &str) -> String {
    let (rest, last) = signature.split_at(signature.len().saturating_sub(1));
    format!("{rest}{}", if last == "0" { '1' } else { '0' })
}
