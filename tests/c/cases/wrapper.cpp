// What the C++ wrapper does by itself, so that nothing waits inside a callback and nothing leaks there.

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "calls.h"
#include "files.h"
#include "workflow_adapter.hpp"

namespace {

std::string properties_json() { return properties_for(emulator_url, "").json; }

std::string message(const char* id) {
  char request[1024];
  return message_webhook(request, sizeof request, id);
}

// A point that says when its holder is gone.
class Told {
 public:
  explicit Told(sem_t* gone) : gone_(gone) {}
  Told(const Told&) = delete;
  ~Told() { reach(gone_); }

 private:
  sem_t* gone_;
};

std::shared_ptr<Told> told_by(sem_t* gone) { return std::make_shared<Told>(gone); }

// An adapter whose log function holds `held` until it has been destroyed.
wfa::Adapter adapter_with(const wfa::Plugin& loaded, std::shared_ptr<Told> held) {
  wfa::Host host;
  host.log = [held = std::move(held)](const wfa::LogRecord&) {};
  return wfa::Adapter::create(loaded, properties_json(), std::move(host));
}

// F70: each of two callbacks runs while the other one unregisters it.
struct Side {
  wfa::Adapter adapter;
  wfa::Registration registration;
  sem_t inside;
  sem_t go;
};

void* process_on(void* argument) {
  const wfa::Result result =
      static_cast<Side*>(argument)->adapter.execute("processWebhook", message("F70"));
  CHECK(result.ok());
  return nullptr;
}

void crossing_callbacks() {
  struct folder folder = new_folder();
  const std::string copy = std::string(folder.path) + "/libcopy.so";
  copy_file(plugin_path, copy.c_str());
  const wfa::Plugin plugins[2] = {wfa::Plugin::load(plugin_path), wfa::Plugin::load(copy)};
  CHECK(plugins[0].api() != plugins[1].api());
  Side sides[2] = {{wfa::Adapter::create(plugins[0], properties_json()), {}, {}, {}},
                   {wfa::Adapter::create(plugins[1], properties_json()), {}, {}, {}}};
  for (Side& side : sides) {
    new_point(&side.inside);
    new_point(&side.go);
  }
  for (int i = 0; i < 2; ++i) {
    Side& own = sides[i];
    Side& other = sides[1 - i];
    own.registration = own.adapter.on_event("", [&own, &other](auto, auto) {
      reach(&own.inside);
      await(&own.go);
      other.registration.unregister();  // its callback runs, and waits for this one
      return wfa::Verdict::accepted;
    });
  }
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) start(&threads[i], process_on, &sides[i]);
  for (Side& side : sides) await(&side.inside);
  for (Side& side : sides) reach(&side.go);
  for (pthread_t thread : threads) finish(thread);
  remove_folder(&folder);
}

// F71: whichever callback an adapter dies in, it is destroyed; so is a registration in a log function.
void dropped_inside() {
  const wfa::Plugin loaded = wfa::Plugin::load(plugin_path);
  sem_t gone;
  new_point(&gone);
  wfa::Adapter adapter = wfa::Adapter::create(loaded, properties_json());

  // In an event callback, where `destroy` says no.
  std::optional<wfa::Adapter> other = adapter_with(loaded, told_by(&gone));
  wfa::Registration events = adapter.on_event("", [&](auto, auto) {
    try {
      other->destroy();
      CHECK(!"destroy is refused inside a callback of any adapter");
    } catch (const wfa::Error& error) {
      CHECK_RESULT(WFA_ERR_STATE, error.result());
    }
    other.reset();
    return wfa::Verdict::accepted;
  });
  CHECK(adapter.execute("processWebhook", message("F71")).ok());
  await(&gone);

  // With what a callback holds, when that is dropped.
  auto held = std::make_shared<wfa::Adapter>(adapter_with(loaded, told_by(&gone)));
  events = adapter.on_event("", [held](auto, auto) { return wfa::Verdict::accepted; });
  held.reset();
  events.unregister();
  await(&gone);

  // In a completion, and with what it holds.
  for (const bool by_hand : {true, false}) {
    held = std::make_shared<wfa::Adapter>(adapter_with(loaded, told_by(&gone)));
    adapter.submit("sendMessageText", TEXT, [by_hand, held](auto, const auto&) mutable {
      if (by_hand) held.reset();
    });
    held.reset();
    await(&gone);
  }

  // In the completion of its own command, as its last owner.
  auto own = std::make_shared<std::optional<wfa::Adapter>>(adapter_with(loaded, told_by(&gone)));
  (*own)->submit("sendMessageText", TEXT, [own](auto, const auto&) { own->reset(); });
  await(&gone);

  // In a log function, where plugins refuse every call.
  other = adapter_with(loaded, told_by(&gone));
  std::optional<wfa::Registration> registration =
      adapter.on_event("", [held = told_by(&gone)](auto, auto) { return wfa::Verdict::retry; });
  wfa::Host host;
  host.log_level = WFA_LOG_TRACE;
  host.log = [&](const wfa::LogRecord&) {
    other.reset();
    registration.reset();
  };
  const wfa::Adapter logging = wfa::Adapter::create(loaded, properties_json(), std::move(host));
  CHECK(logging.execute("sendMessageText", TEXT).ok());
  await(&gone);
  await(&gone);
  const wfa::Registration taken =
      adapter.on_event("", [](auto, auto) { return wfa::Verdict::accepted; });
  CHECK(adapter.execute("processWebhook", message("F71-2")).ok());
}

// F76: as much of the real table as `size` says, in memory that ends there.
void cut_tables() {
  const wfa_api* whole = plugin();
  const std::size_t needed = offsetof(wfa_api, update_properties);
  const auto unsupported = [](const auto& call) { return call.code() == WFA_ERR_UNSUPPORTED; };
  for (std::size_t size = 4; size <= sizeof *whole; size += 4) {
    const std::unique_ptr<unsigned char[]> bytes(new unsigned char[size]);
    std::memcpy(bytes.get(), whole, size);
    const auto written = static_cast<std::uint32_t>(size);
    std::memcpy(bytes.get(), &written, sizeof written);
    const auto* cut = reinterpret_cast<const wfa_api*>(bytes.get());
    const wfa::Expected<wfa::Plugin> taken = wfa::Plugin::try_from_api(cut);
    CHECK(taken.ok() == (size >= needed) && (taken.ok() || unsupported(taken)));
    if (!taken) continue;
    const wfa::Adapter adapter = wfa::Adapter::create(*taken, properties_json());
    const auto ignore = [](auto, const auto&) {};
    const auto has = [&](std::size_t member) { return size >= member + sizeof(void*); };
    const auto submitted = adapter.try_submit("no", TEXT, ignore);
    CHECK(unsupported(submitted) == !has(offsetof(wfa_api, submit_command)));
    const auto updated = adapter.try_update_properties(properties_json());
    CHECK(updated.ok() == has(offsetof(wfa_api, update_properties)));
    CHECK(unsupported(adapter.try_cancel(1)) == !has(offsetof(wfa_api, cancel_command)));
    CHECK(unsupported(adapter.try_cancel_calls(1)) == !has(offsetof(wfa_api, cancel_calls)));
    const bool polls = has(offsetof(wfa_api, poll_completions));
    CHECK(unsupported(adapter.try_poll_completions()) == !polls);
    CHECK(unsupported(adapter.try_submit_polled("no", TEXT, ignore)) == !polls);
  }
  // NULL where the plugin does without is the same; where it may not be, it is refused.
  wfa_api table = *whole;
  table.submit_command = nullptr;
  table.poll_completions = nullptr;
  const wfa::Plugin without = wfa::Plugin::from_api(&table);
  const wfa::Adapter adapter = wfa::Adapter::create(without, properties_json());
  CHECK(unsupported(adapter.try_submit("no", TEXT, [](auto, const auto&) {})));
  CHECK(unsupported(adapter.try_poll_completions()));
  table.execute_command = nullptr;
  CHECK(unsupported(wfa::Plugin::try_from_api(&table)));
  table = *whole;
  table.descriptor = nullptr;
  CHECK(unsupported(wfa::Plugin::try_from_api(&table)));
  CHECK(unsupported(wfa::Plugin::try_from_api(nullptr)));
}

const struct numbered_case CASES[] = {
    {"F70", "callbacks of two plugins that unregister from each other do not wait for each other",
     crossing_callbacks},
    {"F71", "an adapter or registration that dies in a callback of another one is cleaned up later",
     dropped_inside},
    {"F76", "a table that ends early is not read further, and what it lacks is unsupported",
     cut_tables},
};

}  // namespace

MAIN(CASES)
