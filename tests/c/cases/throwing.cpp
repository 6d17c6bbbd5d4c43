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
      case 1: throw std::runtime_error("from the callback");
      case 2: throw 2;
      case 3: throw std::string("a text");
      default: return wfa::Verdict::accepted;
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

std::int64_t clock_raw(void*) { throw 1; }

const void* extension_raw(void*, const char*) { throw 1; }

// F72: the same places, left by the end of the thread.
std::int32_t exit_event(void*, const char*, size_t, const char*, size_t) { pthread_exit(nullptr); }

void exit_drop(void*) { pthread_exit(nullptr); }

void exit_log(void*, int32_t, const char*, const char*, size_t, const char*, size_t) {
  pthread_exit(nullptr);
}

void exit_completion(void*, uint64_t, wfa_result, const char*, size_t, const wfa_error*) {
  pthread_exit(nullptr);
}

std::int64_t exit_clock(void*) { pthread_exit(nullptr); }

const void* exit_extension(void*, const char*) { pthread_exit(nullptr); }

// One callback for each place.
struct Leaving {
  wfa_event_callback event;
  wfa_drop_callback drop;
  wfa_log_callback log;
  wfa_completion_callback completion;
  std::int64_t (*clock)(void*);
  wfa_host_extension_callback extension;
};

const Leaving THROWING = {throw_raw, drop_raw, log_raw, complete_raw, clock_raw, extension_raw};
const Leaving EXITING = {exit_event,      exit_drop,  exit_log,
                         exit_completion, exit_clock, exit_extension};

// A host extension with the clock that is tried.
wfa_clock_v1 tried_clock = {sizeof(wfa_clock_v1), nullptr};

const void* clock_extension(void*, const char* id) {
  return strcmp(id, WFA_CLOCK_V1) == 0 ? &tried_clock : nullptr;
}

struct Left {
  const Leaving* how;
  std::string from;
  FILE* said;
};

void leave_out_of(void* argument) {
  const auto& [how, from, said] = *static_cast<const Left*>(argument);
  const struct rlimit no_core = {0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &no_core) == 0);
  CHECK(dup2(fileno(said), STDERR_FILENO) == STDERR_FILENO);
  try {
    wfa_host host{};
    host.struct_size = sizeof host;
    host.abi_major = WFA_ABI_MAJOR;
    host.log_level = WFA_LOG_TRACE;
    host.log = from == "log" ? how->log : nullptr;
    tried_clock.unix_ms = how->clock;
    host.get_extension = from == "extension" ? how->extension
                         : from == "clock"   ? clock_extension
                                             : nullptr;
    wfa_adapter* adapter = nullptr;
    const struct properties properties = properties_for(emulator_url, "");
    plugin()->create(&host, properties.json, WFA_STRLEN, &adapter, nullptr);
    plugin()->register_event_callback(adapter, nullptr, 0,
                                      from == "event" ? how->event : accept_event, nullptr,
                                      from == "drop" ? how->drop : nullptr, nullptr, nullptr);
    if (from == "completion") {
      submit_text(adapter, how->completion, nullptr);
    }
    process_message(adapter, "F29");
    send_text(adapter);
    plugin()->destroy(adapter, 0);
    _exit(2);  // the exception vanished
  } catch (const std::exception&) {
    _exit(3);  // it passed through the plugin
  } catch (int) {
    _exit(3);
  }
}

// However a callback is left that does not return, the process ends by SIGABRT and says `words`.
void every_way_out_aborts(const Leaving& how, const char* words) {
  for (const char* from : {"event", "drop", "log", "completion", "clock", "extension"}) {
    Left left = {&how, from, tmpfile()};
    CHECK(left.said);
    const int status = in_child(leave_out_of, &left);
    char said[512] = "";
    rewind(left.said);
    while (!strstr(said, words) && fgets(said, sizeof said, left.said)) {
    }
    fclose(left.said);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || !strstr(said, words)) {
      fprintf(stderr, "from %s: wait status %#x, %s\n", from, static_cast<unsigned>(status), said);
      CHECK(!"what leaves a callback without returning aborts, with a message");
    }
  }
}

void raw_exceptions() { every_way_out_aborts(THROWING, "foreign exception"); }

void ended_threads() { every_way_out_aborts(EXITING, "exception not rethrown"); }

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
    {"F72", "a thread that ends inside a callback ends the process by SIGABRT, with a message",
     ended_threads},
};

}  // namespace

MAIN(CASES)
