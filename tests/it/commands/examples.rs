//! One request of each command, what leaves for it and what comes back, in golden files.

use std::fmt::Write as _;

use cloud_api_emulator::{Clock, Config, Emulator, Template};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::flow_endpoint;
use crate::golden::compare;
use crate::plugin;
use crate::rig::{self, Adapter, EntryPoint};

/// The host's id in every example.
const CORRELATION: &str = "order-4711";
/// The second at which the emulator's time stands still.
pub(super) const NOW_S: i64 = 1_700_000_000;
/// Whom the examples are about.
pub(super) const CUSTOMER: &str = "+16505551234";

/// A request of `command` that works once what it names is there.
pub(crate) fn request(command: &str) -> Value {
    let path = plugin::repository("tests/fixtures/commands").join(format!("{command}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The commands that the plugin has, but for processWebhook, whose examples are the notifications.
pub(crate) fn commands() -> Vec<String> {
    let descriptor = plugin::loaded().descriptor();
    let all = descriptor.commands().chain(descriptor.extension_commands());
    let names = all.map(|command| command.name().to_owned());
    names.filter(|name| name != "processWebhook").collect()
}

/// An emulator on which every example works, and a folder for media.
pub(super) struct Stage {
    pub(super) emulator: Emulator,
    pub(super) folder: TempDir,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(super) fn with(config: Config) -> Self {
        let emulator = Emulator::start(Config {
            clock: Clock::Fixed(NOW_S.unsigned_abs()),
            seed: 7,
            statuses: false,
            ..config
        });
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("photo.jpg"), b"\xff\xd8\xff a photo").unwrap();
        Self {
            emulator: emulator.unwrap(),
            folder,
        }
    }

    /// The properties of an adapter that has all it may have.
    pub(super) fn properties(&self) -> Value {
        let mut properties = rig::properties(&self.emulator);
        properties["businessAccountId"] = self.emulator.config().business_account_id.clone().into();
        properties["appId"] = self.emulator.account()["token"]["app_id"].clone();
        properties["mediaDirectory"] = self.folder.path().to_str().into();
        properties
    }

    pub(super) fn adapter(&self) -> Adapter {
        self.adapter_with(&json!({}))
    }

    /// An adapter with some properties of its own.
    pub(super) fn adapter_with(&self, more: &Value) -> Adapter {
        self.adapter_for("", more)
    }

    /// The same for the command's example; the time in that of analytics is not too long ago for it,
    /// and a reply key has the time in it.
    pub(super) fn adapter_for(&self, command: &str, more: &Value) -> Adapter {
        let mut properties = self.properties();
        for (name, value) in more.as_object().unwrap() {
            properties[name] = value.clone();
        }
        let properties = properties.to_string();
        match command {
            "getAnalytics" | "openFlowRequest" | "sealFlowResponse" => {
                Adapter::at(NOW_S, &properties)
            }
            _ => Adapter::create(EntryPoint::Loaded, &properties).unwrap(),
        }
    }

    /// Makes what the command's example is about, and names it in the request.
    pub(super) fn prepare(&self, command: &str, adapter: &Adapter) -> Value {
        let mut request = request(command);
        let emulator = &self.emulator;
        match command {
            "getMedia" | "downloadMedia" | "deleteMedia" => {
                let id = emulator.add_customer_media("image/jpeg", b"\xff\xd8\xff a photo");
                request["mediaId"] = id.into();
            }
            "getTemplate" | "updateTemplate" => {
                let template = Template::new("order_delayed", "en_US", 1);
                request["templateId"] = emulator.add_template(template).into();
            }
            "compareTemplates" => {
                let add = |name| emulator.add_template(Template::new(name, "en_US", 1));
                request["templateId"] = add("order_delayed").into();
                request["templateIds"] = json!([add("order_late")]);
            }
            "archiveTemplates" | "unarchiveTemplates" => {
                let template = Template::new("order_delayed", "en_US", 1);
                request["templateIds"] = json!([emulator.add_template(template), "7"]);
            }
            "unpauseTemplate" => {
                let template = Template::new("order_delayed", "en_US", 1);
                request["templateId"] = emulator.add_template(template).into();
                emulator.set_template_status("order_delayed", "en_US", "PAUSED");
            }
            "blockUsers" | "deleteContactBookEntry" => emulator.set_window(CUSTOMER, true),
            "unblockUsers" | "listBlockedUsers" => {
                emulator.set_window(CUSTOMER, true);
                let blocked = json!({ "phoneNumbers": [CUSTOMER] }).to_string();
                adapter.execute("blockUsers", &blocked);
            }
            "verifyCode" | "requestVerificationCode" => {
                let unverified = json!({ "code_verification_status": "NOT_VERIFIED" });
                emulator.change_account(json!({ "phone_number": unverified }));
                if command == "verifyCode" {
                    let asked = self::request("requestVerificationCode").to_string();
                    adapter.execute("requestVerificationCode", &asked);
                    request["verificationCode"] = emulator.account()["verification_code"].clone();
                }
            }
            "getQrCode" | "listQrCodes" | "updateQrCode" | "deleteQrCode" => {
                let made = self::request("createQrCode").to_string();
                let made = adapter.execute("createQrCode", &made);
                if command != "listQrCodes" {
                    request["qrCodeId"] = made.json()["qrCodeId"].clone();
                }
            }
            "getConversationalComponents" => {
                let set = self::request("setConversationalComponents").to_string();
                adapter.execute("setConversationalComponents", &set);
            }
            "getUsername" | "deleteUsername" => {
                let set = self::request("setUsername").to_string();
                adapter.execute("setUsername", &set);
            }
            "syncBusinessApp" => {
                emulator.change_account(json!({ "phone_number": { "is_on_biz_app": true } }));
            }
            "listSubscriptions" => drop(adapter.execute("subscribeWebhooks", "{}")),
            _ => self.prepare_management(command, adapter, &mut request),
        }
        emulator.clear_ledger();
        request
    }

    /// The same for groups, threads, calls and Flows.
    fn prepare_management(&self, command: &str, adapter: &Adapter, request: &mut Value) {
        let emulator = &self.emulator;
        match command {
            "getGroup"
            | "updateGroup"
            | "deleteGroup"
            | "getGroupInviteLink"
            | "resetGroupInviteLink" => request["groupId"] = group(adapter).into(),
            "listGroups" => drop(group(adapter)),
            "listGroupJoinRequests" | "approveGroupJoinRequests" | "rejectGroupJoinRequests" => {
                let group = group(adapter);
                let asked = emulator.join_group(&group, "16505551234");
                if command != "listGroupJoinRequests" {
                    request["joinRequestIds"] = json!([asked]);
                }
                request["groupId"] = group.into();
            }
            "removeGroupParticipants" => {
                let group = group(adapter);
                let asked = json!([emulator.join_group(&group, "16505551234")]);
                let approved = json!({ "groupId": group, "joinRequestIds": asked }).to_string();
                adapter.execute("approveGroupJoinRequests", &approved);
                request["groupId"] = group.into();
            }
            "takeThread" => {
                let role = json!({ "phone_number": { "routing_role": "escalation" } });
                emulator.change_account(role);
            }
            "startCall" | "getCallPermissions" => emulator.allow_calls("16505551234", true),
            "preAcceptCall" | "acceptCall" | "rejectCall" | "terminateCall" => {
                request["callId"] = emulator.customer_calls("16505551234").into();
            }
            "updateFlow" | "uploadFlowJson" | "publishFlow" | "deprecateFlow" | "deleteFlow"
            | "getFlow" | "getFlowAssets" => {
                let flow = self::request("createFlow").to_string();
                request["flowId"] = adapter.execute("createFlow", &flow).json()["flowId"].clone();
                if command == "deprecateFlow" {
                    adapter.execute("publishFlow", &request.to_string());
                }
            }
            "listFlows" => {
                let flow = self::request("createFlow").to_string();
                adapter.execute("createFlow", &flow);
            }
            "migrateFlows" => emulator.add_foreign_flow("102290129340399", "sign-up"),
            "sealFlowResponse" => {
                let opened = self::request("openFlowRequest").to_string();
                let opened = adapter.execute("openFlowRequest", &opened).json();
                request["replyKey"] = opened["replyKey"].clone();
            }
            "getFlowPublicKey" => {
                let key = self::request("setFlowPublicKey").to_string();
                adapter.execute("setFlowPublicKey", &key);
            }
            _ => {}
        }
    }

    /// What left and what came back.
    fn shown(&self, command: &str) -> String {
        let more = match command {
            "openFlowRequest" | "sealFlowResponse" => flow_endpoint::properties("PKCS#8"),
            _ => json!({}),
        };
        let adapter = self.adapter_for(command, &more);
        let request = self.prepare(command, &adapter);
        let ran = adapter.execute_with(command, &request.to_string(), Some(CORRELATION));
        assert_eq!(ran.result(), "OK", "{command}: {}", ran.message());
        let mut text = String::new();
        for sent in self.emulator.ledger().requests {
            let mark = if sent.query.is_empty() { "" } else { "?" };
            writeln!(text, "{} {}{mark}{}", sent.method, sent.path, sent.query).unwrap();
            if let Some(json) = &sent.json {
                writeln!(text, "{}", serde_json::to_string_pretty(json).unwrap()).unwrap();
            }
            text += "\n";
        }
        writeln!(
            text,
            "{}",
            serde_json::to_string_pretty(&ran.json()).unwrap()
        )
        .unwrap();
        // The port is another one in every run.
        text.replace(&self.emulator.base_url(), "https://lookaside.fbsbx.com")
    }
}

/// The id of a new group, which somebody must be let into.
fn group(adapter: &Adapter) -> String {
    adapter.execute("createGroup", &request("createGroup").to_string());
    let listed = adapter.execute("listGroups", "{}").json();
    listed["groups"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_command_does_what_its_golden_file_shows() {
    for command in commands() {
        let shown = Stage::new().shown(&command);
        compare(&format!("commands/{command}.txt"), shown.as_bytes());
    }
}
