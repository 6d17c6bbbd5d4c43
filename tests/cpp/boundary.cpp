/* boundary.cpp: throws out of every kind of function that workflow_adapter.hpp lends to the plugin. */
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include "workflow_adapter.hpp"

int main(int, char** argv) {
  const wfa::Plugin plugin = wfa::Plugin::load(argv[1]);
  std::ifstream file(argv[2]);
  const std::string properties{std::istreambuf_iterator<char>(file), {}};
  int logged = 0;
  wfa::Host host;
  host.log_level = WFA_LOG_TRACE;
  host.log = [&](const wfa::LogRecord&) {
    ++logged;
    throw 1;
  };
  wfa::Adapter adapter = wfa::Adapter::create(plugin, properties, std::move(host));
  const auto held = std::make_shared<int>(0);
  wfa::Registration events = adapter.on_event("", [held](auto, auto) -> wfa::Verdict {
    if (++*held == 1) throw std::runtime_error("from the callback");
    throw 2;
  });
  const std::string webhook =
      R"({"whatsAppNotification":"{\"object\":\"whatsapp_business_account\",\"entry\":)"
      R"([{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":[{\"id\":\"1\"}]}}]}]}"})";
  for (int round = 1; round <= 2; ++round) {
    const wfa::Result result = adapter.execute("processWebhook", webhook);
    if (result.code() != WFA_ERR_EVENT_NOT_ACCEPTED || *held != round || logged < round) return 2;
    if (!result.error() || !result.error()->retryable() || result.response().empty()) return 3;
  }
  wfa::Adapter moved = std::move(adapter);
  try {
    static_cast<void>(moved.execute("sendmessagetext", "{}"));
    return 4;
  } catch (const wfa::Error& error) {
    if (error.result() != WFA_ERR_NOT_FOUND) return 5;
  }
  if (held.use_count() != 2) return 6;
  events.unregister();
  if (held.use_count() != 1) return 7;
  moved.destroy();
  try {
    static_cast<void>(moved.on_event("", [](auto, auto) { return wfa::Verdict::accepted; }));
    return 8;
  } catch (const wfa::Error& error) {
    if (error.result() != WFA_ERR_STATE) return 9;
  }
  return 0;
}
