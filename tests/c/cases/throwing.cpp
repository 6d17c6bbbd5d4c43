// What only a C++ host can do: throw out of a callback, and destroy in a static destructor.

#include <pthread.h>
#include <sys/resource.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "calls.h"
#include "workflow_adapter.hpp"

namespace {

// F28: the wrapper's trampolines.
void wrapped_exceptions() {
  const wfa::Plugin loaded = wfa::Plugin::load(plugin_path);
  const struct properties properties = properties_for(emulator_url, "");
  int logged = 0;
  wfa::Host host;
  host.log_level = WFA_LOG_TRACE;
  host.log = [&](const wfa::LogRecord&) {
    ++logged;
    throw std::runtime_error("from the log");
  };
  const wfa::Adapter adapter = wfa::Adapter::create(loaded, properties.json, std::move(host));
  const auto held = std::make_shared<int>(0);
  wfa::Registration events = adapter.on_event("", [held](auto, auto) -> wfa::Verdict {
    switch (++*held) {
      case 1:
        throw std::runtime_error("from the callback");
      case 2:
        throw 2;
      case 3:
        throw std::string("a text");
      default:
        return wfa::Verdict::accepted;
    }
  });
  char request[1024];
  for (int round = 1; round <= 4; ++round) {
    message_webhook(request, sizeof request, "F28");
    const wfa::Result result = adapter.execute("processWebhook", request);
    CHECK_RESULT(round < 4 ? WFA_ERR_EVENT_NOT_ACCEPTED : WFA_OK, result.code());
    CHECK(*held == round && !result.response().empty());
    CHECK(result.ok() || (result.error() && result.error()->retryable()));
  }
  CHECK(logged > 0);
  CHECK(adapter.execute("sendMessageText", TEXT).ok());
  CHECK(held.use_count() == 2);
  events.unregister();
  CHECK(held.use_count() == 1);
}

// F29: without the wrapper. Nobody may catch what has passed through the plugin.
std::int32_t throw_raw(void*, const char*, size_t, const char*, size_t) {
  throw std::runtime_error("raw");
}

void drop_raw(void*) { throw 1; }

void log_raw(void*, int32_t, const char*, const char*, size_t, const char*, size_t) { throw 1; }

void complete_raw(void*, uint64_t, wfa_result, const char*, size_t, const wfa_error*) { throw 1; }

struct Thrown {
  std::string from;
  FILE* said;
};

void throw_out_of(void* argument) {
  const auto& [from, said] = *static_cast<const Thrown*>(argument);
  const struct rlimit no_core = {0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &no_core) == 0);
  CHECK(dup2(fileno(said), STDERR_FILENO) == STDERR_FILENO);
  try {
    wfa_host host{};
    host.struct_size = sizeof host;
    host.abi_major = WFA_ABI_MAJOR;
    host.log_level = WFA_LOG_TRACE;
    host.log = from == "log" ? log_raw : nullptr;
    wfa_adapter* adapter = nullptr;
    const struct properties properties = properties_for(emulator_url, "");
    plugin()->create(&host, properties.json, WFA_STRLEN, &adapter, nullptr);
    plugin()->register_event_callback(adapter, nullptr, 0,
                                      from == "event" ? throw_raw : accept_event, nullptr,
                                      from == "drop" ? drop_raw : nullptr, nullptr, nullptr);
    if (from == "completion") {
      submit_text(adapter, complete_raw, nullptr);
    }
    process_message(adapter, "F29");
    send_text(adapter);
    plugin()->destroy(adapter, 0);
    _exit(2);  // the exception vanished
  } catch (...) {
    _exit(3);  // it passed through the plugin
  }
}

void raw_exceptions() {
  for (const char* from : {"event", "drop", "log", "completion"}) {
    Thrown thrown = {from, tmpfile()};
    CHECK(thrown.said);
    const int status = in_child(throw_out_of, &thrown);
    char said[512] = "";
    rewind(thrown.said);
    while (!strstr(said, "foreign exception") && fgets(said, sizeof said, thrown.said)) {
    }
    fclose(thrown.said);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || !strstr(said, "foreign exception")) {
      fprintf(stderr, "from %s: wait status %#x, %s\n", from, static_cast<unsigned>(status), said);
      CHECK(!"a raw exception aborts, with a message");
    }
  }
}

// F48: an adapter that lives as long as the program, with a call in flight at the end. When a
// static destructor runs, the thread's own variables are gone already.
class Global {
 public:
  ~Global() {
    if (adapter == nullptr) return;
    CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN, send_with_timeout());
    CHECK_RESULT(WFA_OK, process_message(adapter, "F48"));
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
    CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(adapter, 0));
    CHECK_RESULT(WFA_OK, plugin()->destroy(online(), 0));
    CHECK(ended == 1);
    printf("destroyed\n");
    fflush(stdout);
  }

  wfa_result send_with_timeout() const {
    wfa_call_options options{};
    options.struct_size = sizeof options;
    options.timeout_ms = 100;
    wfa_buffer response{};
    const wfa_result result = plugin()->execute_command(
        adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, &options, &response, nullptr);
    release(&response);
    return result;
  }

  static void count_end(void* self, uint64_t, wfa_result, const char*, size_t, const wfa_error*) {
    ++static_cast<Global*>(self)->ended;
  }

  wfa_adapter* adapter = nullptr;
  int ended = 0;
};

Global global;

void leave_to_the_destructor(void* output) {
  CHECK(dup2(*static_cast<int*>(output), STDOUT_FILENO) == STDOUT_FILENO);
  CHECK_RESULT(WFA_OK, send_text(online()));
  const struct server silent = listen_on_loopback("http", 4);
  global.adapter = create_for(silent.url);
  CHECK_RESULT(WFA_OK, plugin()->register_event_callback(global.adapter, nullptr, 0, accept_event,
                                                         nullptr, nullptr, nullptr, nullptr));
  CHECK_RESULT(WFA_OK, submit_text(global.adapter, Global::count_end, &global));
  accept_request(&silent);
  exit(0);
}

void static_destructors() {
  FILE* file = tmpfile();
  CHECK(file);
  int output = fileno(file);
  CHECK_CHILD(leave_to_the_destructor, &output);
  char text[64] = "";
  rewind(file);
  CHECK(fgets(text, sizeof text, file) && strcmp(text, "destroyed\n") == 0);
}

const struct numbered_case CASES[] = {
    {"F28", "what a callback throws is caught by the C++ wrapper, and the event refused",
     wrapped_exceptions},
    {"F29", "an exception thrown raw out of a callback ends the process by SIGABRT, with a message",
     raw_exceptions},
    {"F48", "a static destructor of the host may send, process and destroy", static_destructors},
};

}  // namespace

MAIN(CASES)
