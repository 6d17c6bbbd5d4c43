// adapter.cpp: what wfa::Adapter does beyond `execute`: submit, cancel, new properties, webhooks,
// counters; and that no exception crosses the FFI boundary on the way.
//
//   adapter <plugin> <good.json> <unauthorised.json> <silent.json> <webhook body> <its signature>
//
// Of the three properties, the first lead to an emulator, the second have a token that it does not
// know, the third lead to a server that never answers. Prints the first thing that does not hold.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "workflow_adapter.hpp"

namespace {

constexpr const char* text_request = R"({"phoneNumber":"+16505551234","message":"Hello"})";

void holds(bool condition, const std::string& what) {
  if (!condition) throw std::logic_error("does not hold: " + what);
}

// The result code with which `call` throws; WFA_OK if it does not.
template <class Call>
wfa_result thrown_by(Call&& call) {
  try {
    call();
    return WFA_OK;
  } catch (const wfa::Error& error) {
    holds(*error.what() != '\0', "an error has a message");
    return error.result();
  }
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What completions were called with.
struct Ends {
  struct End {
    std::uint64_t operation;
    wfa_result code;
    std::string response;
    std::optional<wfa::Error> error;
  };

  std::mutex mutex;
  std::condition_variable more;
  std::vector<End> all;

  void add(std::uint64_t operation, const wfa::Result& result) {
    const std::lock_guard<std::mutex> lock(mutex);
    all.push_back({operation, result.code(), std::string(result.response()), result.error()});
    more.notify_all();
  }

  End last_of(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex);
    more.wait_for(lock, std::chrono::seconds(60), [&] { return all.size() >= count; });
    holds(all.size() == count, std::to_string(count) + " completions");
    return all.back();
  }
};

// Waits until nobody else holds `held`: a completion's own copy dies after its call.
void wait_until_alone(const std::shared_ptr<Ends>& held, const char* what) {
  for (int round = 0; round < 6000 && held.use_count() != 1; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  holds(held.use_count() == 1, std::string("the completion is freed once: ") + what);
}

void submit(const wfa::Adapter& adapter, const wfa::Adapter& silent) {
  const auto ends = std::make_shared<Ends>();
  const auto end = [ends](std::uint64_t operation, const wfa::Result& result) {
    ends->add(operation, result);
    throw std::runtime_error("from the completion");
  };
  const std::uint64_t sent = adapter.submit("sendMessageText", text_request, end);
  const Ends::End accepted = ends->last_of(1);
  holds(sent != 0 && accepted.operation == sent, "the operation is the one submit answered");
  holds(accepted.code == WFA_OK && !accepted.error, "a submitted command succeeds");
  holds(contains(accepted.response, "\"status\":\"SUCCESS\""), accepted.response);
  holds(!adapter.cancel(sent), "what has ended cannot be cancelled");

  const std::uint64_t stuck = silent.submit("sendMessageText", text_request, end);
  holds(silent.cancel(stuck), "what runs can be cancelled");
  const Ends::End cancelled = ends->last_of(2);
  holds(cancelled.operation == stuck, "the operation is the cancelled one");
  holds(cancelled.code == WFA_ERR_CANCELLED || cancelled.code == WFA_ERR_OUTCOME_UNKNOWN,
        wfa::name_of(cancelled.code));
  holds(cancelled.error && cancelled.error->result() == cancelled.code, "its error says the same");
  const bool left = cancelled.code == WFA_ERR_OUTCOME_UNKNOWN;
  holds(cancelled.error->maybe_sent() == left, "whether it may have been sent");

  // A request that is no JSON is found out on the plugin's thread: an end without a response.
  adapter.submit("sendMessageText", "no JSON", end);
  const Ends::End broken = ends->last_of(3);
  holds(broken.code == WFA_ERR_INVALID_ARGUMENT && broken.error, "an end without a response");
  holds(contains(broken.error->what(), "JSON"), broken.error->what());
  holds(broken.response.empty(), broken.response);

  const auto unknown = [&] { adapter.submit("sendmessagetext", text_request, end); };
  holds(thrown_by(unknown) == WFA_ERR_NOT_FOUND, "no such command");
  const auto empty = [&] { adapter.submit("sendMessageText", text_request, wfa::Completion()); };
  holds(thrown_by(empty) == WFA_ERR_INVALID_ARGUMENT, "an empty completion");
}

// Every completion, and what it holds, is freed once: whether it was called, threw, or was refused.
void completions_are_freed(const wfa::Adapter& adapter) {
  const auto ends = std::make_shared<Ends>();
  adapter.submit("processWebhook", "{}", [ends](auto operation, const auto& result) {
    ends->add(operation, result);
    throw 7;
  });
  holds(ends->last_of(1).code == WFA_ERR_INVALID_REQUEST, "a request without its member");
  wait_until_alone(ends, "after it threw");
  const auto refused = [&] { adapter.submit("nothing", "{}", [ends](auto, const auto&) {}); };
  holds(thrown_by(refused) == WFA_ERR_NOT_FOUND, "no such command");
  wait_until_alone(ends, "after it was refused");
}

void properties(const wfa::Adapter& adapter, const std::string& good, const std::string& other) {
  const auto broken = [&] { adapter.update_properties("{}"); };
  holds(thrown_by(broken) == WFA_ERR_INVALID_REQUEST, "properties without their members");
  const auto no_json = [&] { adapter.update_properties("no JSON"); };
  holds(thrown_by(no_json) == WFA_ERR_INVALID_ARGUMENT, "properties that are no JSON");
  holds(adapter.execute("sendMessageText", text_request).ok(), "nothing has changed");
  adapter.update_properties(other);
  const wfa::Result refused = adapter.execute("sendMessageText", text_request);
  holds(refused.code() == WFA_ERR_COMMAND_FAILED && refused.error()->remote_code() == 190,
        "the new properties count");
  adapter.update_properties(good);
  holds(adapter.execute("sendMessageText", text_request).ok(), "and the first ones again");
}

void webhook(const wfa::Adapter& adapter, std::string_view body, std::string_view signature) {
  const std::optional<wfa::Webhook> webhooks = adapter.webhook();
  holds(webhooks.has_value(), "the plugin takes webhooks");
  int events = 0;
  const wfa::Registration registration = adapter.on_event("", [&](auto, auto) -> wfa::Verdict {
    if (++events == 1) throw std::runtime_error("from the event callback");
    return wfa::Verdict::accepted;
  });
  const wfa::Result refused = webhooks->process(body, signature);
  holds(refused.code() == WFA_ERR_EVENT_NOT_ACCEPTED && events == 1, "what throws is refused");
  const wfa::Result taken = webhooks->process(body, signature);
  holds(taken.ok() && events == 2, "the repetition is taken");
  holds(contains(taken.response(), "\"verified\":\"adapter\""), std::string(taken.response()));
  const std::string_view none;
  holds(webhooks->process(body, none).code() == WFA_ERR_UNAUTHENTIC, "no signature");
  holds(webhooks->process(none, signature).code() == WFA_ERR_UNAUTHENTIC, "no body");
  const std::string query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
  holds(webhooks->challenge(query + "t", "t").view() == "1158201444", "the challenge");
  const auto other = [&] { static_cast<void>(webhooks->challenge(query + "u", "t")); };
  holds(thrown_by(other) == WFA_ERR_UNAUTHENTIC, "another verify token");
  const auto no_token = [&] { static_cast<void>(webhooks->challenge(query, none)); };
  holds(thrown_by(no_token) == WFA_ERR_INVALID_ARGUMENT, "no verify token");
  const auto no_query = [&] { static_cast<void>(webhooks->challenge(none, "t")); };
  holds(thrown_by(no_query) == WFA_ERR_INVALID_REQUEST, "no query");
}

// After `destroy` every call says so; what was submitted has ended by then.
void after_destroy(const wfa::Adapter& adapter) {
  const auto ends = std::make_shared<Ends>();
  const std::uint64_t last =
      adapter.submit("sendMessageText", text_request,
                     [ends](auto operation, const auto& result) { ends->add(operation, result); });
  const std::optional<wfa::Webhook> webhooks = adapter.webhook();
  adapter.destroy();
  holds(ends.use_count() == 1, "destroy gives every completion back");
  holds(ends->last_of(1).operation == last, "the last completion");
  const auto submits = [&] { adapter.submit("sendMessageText", "{}", [](auto, const auto&) {}); };
  holds(thrown_by(submits) == WFA_ERR_STATE, "submit after destroy");
  holds(thrown_by([&] { adapter.cancel(last); }) == WFA_ERR_STATE, "cancel after destroy");
  holds(thrown_by([&] { adapter.update_properties("{}"); }) == WFA_ERR_STATE, "update");
  holds(thrown_by([&] { static_cast<void>(adapter.metrics()); }) == WFA_ERR_STATE, "metrics");
  const auto process = [&] { static_cast<void>(webhooks->process("{}", "")); };
  holds(thrown_by(process) == WFA_ERR_STATE, "process after destroy");
}

// A plugin of before these calls: its table ends where they begin, and it has no extensions.
void older_plugin(const wfa::Plugin& plugin, const std::string& good) {
  wfa_api table = *plugin.api();
  table.struct_size = static_cast<std::uint32_t>(offsetof(wfa_api, update_properties));
  table.get_extension = [](const char*) -> const void* { return nullptr; };
  const wfa::Plugin older = wfa::Plugin::from_api(&table);
  const wfa::Adapter adapter = wfa::Adapter::create(older, good);
  const auto submits = [&] { adapter.submit("sendMessageText", "{}", [](auto, const auto&) {}); };
  holds(thrown_by(submits) == WFA_ERR_UNSUPPORTED, "submit of an older plugin");
  holds(thrown_by([&] { adapter.cancel(1); }) == WFA_ERR_UNSUPPORTED, "cancel of an older plugin");
  const auto updates = [&] { adapter.update_properties(good); };
  holds(thrown_by(updates) == WFA_ERR_UNSUPPORTED, "update of an older plugin");
  holds(!adapter.webhook() && !adapter.metrics(), "extensions of an older plugin");
  adapter.start();  // nothing to start, and no error
}

// What hosts decide by, without a word of the service.
void declarations(const wfa::Descriptor& offered) {
  for (const wfa::Command command : offered.commands()) {
    const bool sends = command.name() != "processWebhook";
    holds(command.sends() == sends && command.webhook() == !sends, "traits of the four commands");
    holds(!command.idempotent() && !command.long_running(), "no other trait");
  }
  for (const wfa::Event event : offered.events()) {
    std::size_t ids = 0, subjects = 0, correlations = 0, outcomes = 0;
    const auto count = [&](const wfa::Field& field) {
      ids += field.event_id();
      subjects += field.subject();
      correlations += field.correlation_id();
      outcomes += field.outcome();
    };
    for (const wfa::Field field : event.fields()) count(field);
    for (const wfa::Field field : event.extension_fields()) count(field);
    const std::size_t settles = event.name() == "status_changed" ? 1 : 0;
    holds(ids == 1 && subjects > 1 && correlations == settles && outcomes == settles, "marks");
  }
  const std::optional<wfa::WebhookDeclaration> webhooks = offered.webhook();
  holds(webhooks.has_value(), "the plugin declares its webhooks");
  holds(webhooks->signature_header() == "X-Hub-Signature-256", "the header of the signature");
  holds(webhooks->secret_property() == "appSecret", "the property with the key");
  holds(webhooks->routing_property() == "phoneNumberId", "the property that routes");
}

}  // namespace

int main(int argc, char** argv) try {
  holds(argc == 7, "six arguments");
  const wfa::Plugin plugin = wfa::Plugin::load(argv[1]);
  const std::string good = read(argv[2]);
  std::mutex mutex;
  std::vector<std::string> logged;
  wfa::Host host;
  host.log_level = WFA_LOG_ERROR;
  host.log = [&](const wfa::LogRecord& record) {
    const std::lock_guard<std::mutex> lock(mutex);
    logged.emplace_back(record.message);
    throw 1;
  };
  const wfa::Adapter adapter = wfa::Adapter::create(plugin, good, std::move(host));
  const wfa::Adapter silent = wfa::Adapter::create(plugin, read(argv[4]));
  declarations(plugin.descriptor());
  adapter.start();
  adapter.start();
  submit(adapter, silent);
  completions_are_freed(adapter);
  properties(adapter, good, read(argv[3]));
  webhook(adapter, read(argv[5]), argv[6]);
  const std::optional<wfa::Buffer> counters = adapter.metrics();
  holds(counters && contains(counters->view(), "\"wfa.webhooks.refused\""), "the counters");
  after_destroy(adapter);
  older_plugin(plugin, good);
  const std::lock_guard<std::mutex> lock(mutex);
  const auto times = [&](const char* message) {
    return std::count(logged.begin(), logged.end(), std::string(message));
  };
  holds(times("a completion threw: from the completion") == 2, "logged: what completions threw");
  holds(times("a completion threw: not a std::exception") == 1, "logged: a number was thrown");
  holds(times("an event callback threw; event refused: from the event callback") == 1,
        "logged: what an event callback threw");
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
