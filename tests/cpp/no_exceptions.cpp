// no_exceptions.cpp: wfa::Adapter in a program that is compiled without exceptions.
//
//   no_exceptions <plugin> <properties.json>
//
// Prints the first thing that does not hold.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "workflow_adapter.hpp"

#if WFA_EXCEPTIONS
#error "this program is about -fno-exceptions"
#endif

namespace {

constexpr const char* text_request = R"({"phoneNumber":"+16505551234","message":"Hello"})";

void holds(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::exit(1);
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

int main(int argc, char** argv) {
  holds(argc == 3, "two arguments");
  const auto missing = wfa::Plugin::try_load("/nowhere/libnothing.so");
  holds(missing.code() == WFA_ERR_INVALID_ARGUMENT, "no such file");
  holds(std::string_view(missing.error().what()).find("libnothing") != std::string_view::npos,
        "the error names the file");
  const auto loaded = wfa::Plugin::try_load(argv[1]);
  holds(loaded.ok() && loaded->descriptor().id() == "whatsapp", "the plugin is loaded");
  holds(wfa::Plugin::try_from_api(nullptr).code() == WFA_ERR_UNSUPPORTED, "no table");

  holds(wfa::Adapter::try_create(*loaded, "{}").code() == WFA_ERR_INVALID_REQUEST, "no properties");
  auto made = wfa::Adapter::try_create(*loaded, read(argv[2]));
  holds(made.ok(), "an adapter");
  const wfa::Adapter adapter = std::move(*made);

  int events = 0;
  auto registered = adapter.try_on_event("", [&](auto, auto) {
    ++events;
    return wfa::Verdict::accepted;
  });
  holds(registered.ok(), "a registration");
  holds(adapter.try_on_event("nothing", [](auto, auto) { return wfa::Verdict::accepted; }).code() ==
            WFA_ERR_NOT_FOUND,
        "no such event");
  holds(adapter.try_on_event("", {}).code() == WFA_ERR_INVALID_ARGUMENT, "no callback");

  const auto sent = adapter.try_execute("sendMessageText", text_request);
  holds(sent && sent->ok() && !sent->response().empty(), "a command");
  const auto refused = adapter.try_execute("sendMessageText", "{}");
  holds(refused && refused->code() == WFA_ERR_INVALID_REQUEST && refused->error(), "a refusal");
  holds(adapter.try_execute("nothing", "{}").code() == WFA_ERR_NOT_FOUND, "no such command");

  int ended = 0;
  const auto operation = adapter.try_submit_polled(
      "sendMessageText", text_request,
      [&](std::uint64_t, const wfa::Result& result) { ended += result.ok() ? 1 : 100; });
  holds(operation && *operation != 0 && ended == 0, "a submitted command");
  while (ended == 0) {
    holds(adapter.try_poll_completions(0, std::chrono::seconds(60)).ok(), "polling");
  }
  holds(ended == 1, "it was told once");
  const auto cancelled = adapter.try_cancel(*operation);
  holds(cancelled && !*cancelled, "what has ended cannot be cancelled");
  const auto numbered = adapter.try_cancel_calls(7);
  holds(numbered && !*numbered, "no call of this number");
  holds(adapter.try_update_properties("{}").code() == WFA_ERR_INVALID_REQUEST, "new properties");
  const auto counters = adapter.try_metrics();
  holds(counters && counters->has_value(), "counters");
  const auto webhook = adapter.webhook();
  holds(webhook && webhook->try_process("{}", "").ok(), "a webhook");
  holds(webhook->try_challenge("", "t").code() == WFA_ERR_INVALID_REQUEST, "no challenge");
  holds(adapter.try_destroy().ok(), "the end");
  holds(adapter.try_destroy().code() == WFA_ERR_STATE, "once");
  holds(adapter.try_execute("sendMessageText", text_request).code() == WFA_ERR_STATE, "no more");
  return 0;
}
