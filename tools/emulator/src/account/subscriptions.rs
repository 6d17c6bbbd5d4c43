//! Whether the app is subscribed to the account's webhooks, and where they go.

/// The subscription of one app.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) subscribed: bool,
    /// The id and the name of the app that subscribed; the token's app if nobody has.
    pub(crate) app: Option<(String, String)>,
    /// Takes the place of the app's own webhook URL.
    pub(crate) override_callback_uri: Option<String>,
    /// Takes the place of both, for the phone number.
    pub(crate) callback_of_number: Option<String>,
}

impl Default for Subscription {
    /// As after setting up: subscribed, with the app's URL.
    fn default() -> Self {
        Self {
            subscribed: true,
            app: None,
            override_callback_uri: None,
            callback_of_number: None,
        }
    }
}

impl Subscription {
    /// Where notifications go; nowhere without a subscription.
    pub(crate) fn url(&self, of_the_app: Option<String>) -> Option<String> {
        if self.subscribed {
            let own = self.callback_of_number.clone();
            own.or_else(|| self.override_callback_uri.clone())
                .or(of_the_app)
        } else {
            None
        }
    }
}
