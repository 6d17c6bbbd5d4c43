// workflow_adapter.hpp: the contract of workflow_adapter.h for C++17 hosts and later.
//
// Header only; needs the standard library, threads and, for Plugin::load, dlopen. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Ownership: every object owns its resource and releases it in its destructor. Text that is passed in is
// lent for the call; a function that returns a std::string_view documents how long it is valid.
//
// Threads: the const functions of Plugin, Descriptor, Adapter, Webhook and Result may be called
// from any thread, any number at once. Event callbacks run on the thread that executes the command, and
// after Adapter::start on threads of the plugin as well; completions run on a thread of the plugin, the
// log function on any thread.
//
// Errors: misuse throws wfa::Error. A command with a response never throws: its Result has the outcome.
// Each function that throws has a variant that does not, whose name begins with try_ and which returns an
// Expected; without exceptions (-fno-exceptions) only these exist. No exception crosses the FFI boundary:
// an exception of an event callback is caught and logged, and the event rejected (Verdict::retry); one of a
// completion is caught and logged; one of a log function is dropped. Destructors of objects that a callback
// owns must not throw. Leaving a callback in another way, for instance with pthread_exit, terminates the
// process.
//
// Inside a callback of any plugin nothing waits: a Registration that is destroyed there is unregistered
// without waiting, and an Adapter that is destroyed there is destroyed later, by a thread of this header.
// Inside a log function, where plugins refuse every call, that thread unregisters as well.
//
// A plugin's function table may end after unregister_event_callback, or have NULL after it: calling a
// function that the plugin does not have throws WFA_ERR_UNSUPPORTED.

#ifndef WORKFLOW_ADAPTER_HPP
#define WORKFLOW_ADAPTER_HPP

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "workflow_adapter.h"

// Whether exceptions are enabled: __cpp_exceptions, or the user's own definition.
#if !defined(WFA_EXCEPTIONS)
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define WFA_EXCEPTIONS 1
#else
#define WFA_EXCEPTIONS 0
#endif
#endif

namespace wfa {

// The name of a result code without WFA_ERR_, e.g. `INVALID_REQUEST`; static. An unknown
// number is INTERNAL, as the contract says.
inline const char* name_of(wfa_result result) noexcept {
  switch (result) {
    case WFA_OK: return "OK";
    case WFA_ERR_INVALID_ARGUMENT: return "INVALID_ARGUMENT";
    case WFA_ERR_NOT_FOUND: return "NOT_FOUND";
    case WFA_ERR_INVALID_REQUEST: return "INVALID_REQUEST";
    case WFA_ERR_COMMAND_FAILED: return "COMMAND_FAILED";
    case WFA_ERR_UNAVAILABLE: return "UNAVAILABLE";
    case WFA_ERR_OUTCOME_UNKNOWN: return "OUTCOME_UNKNOWN";
    case WFA_ERR_EVENT_NOT_ACCEPTED: return "EVENT_NOT_ACCEPTED";
    case WFA_ERR_BUSY: return "BUSY";
    case WFA_ERR_CANCELLED: return "CANCELLED";
    case WFA_ERR_TIMEOUT: return "TIMEOUT";
    case WFA_ERR_STATE: return "STATE";
    case WFA_ERR_UNSUPPORTED: return "UNSUPPORTED";
    case WFA_ERR_UNAUTHENTIC: return "UNAUTHENTIC";
    case WFA_ERR_NO_MEMORY: return "NO_MEMORY";
    default: return "INTERNAL";
  }
}

// What went wrong: wfa_error as an exception. what() is one sentence for people and never contains a
// secret. Unknown numbers are 0.
//
// Example:
//   try { adapter.on_event("customer_mesage", callback); }
//   catch (const wfa::Error& error) { std::cerr << wfa::name_of(error.result()) << error.what(); }
class Error : public std::runtime_error {
 public:
  Error(wfa_result result, const std::string& message)
      : std::runtime_error(message.empty() ? name_of(result) : message), result_(result) {}

  // Copies from `raw`, which keeps its message.
  Error(wfa_result result, const wfa_error& raw)
      : std::runtime_error(raw.message.ptr != nullptr ? raw.message.ptr : name_of(result)),
        result_(result),
        flags_(raw.flags),
        http_status_(raw.http_status),
        remote_code_(raw.remote_code),
        retry_after_ms_(raw.retry_after_ms) {}

  wfa_result result() const noexcept { return result_; }
  // WFA_ERROR_*, or-ed.
  std::uint32_t flags() const noexcept { return flags_; }
  bool retryable() const noexcept { return (flags_ & WFA_ERROR_RETRYABLE) != 0; }
  // The message may have reached its recipient: never run the command again automatically.
  bool maybe_sent() const noexcept { return (flags_ & WFA_ERROR_MAYBE_SENT) != 0; }
  std::int32_t http_status() const noexcept { return http_status_; }
  std::int64_t remote_code() const noexcept { return remote_code_; }
  std::uint64_t retry_after_ms() const noexcept { return retry_after_ms_; }

 private:
  wfa_result result_;
  std::uint32_t flags_ = 0;
  std::int32_t http_status_ = 0;
  std::int64_t remote_code_ = 0;
  std::uint64_t retry_after_ms_ = 0;
};

// The result of a try_ function: a value, or the Error.
//
// Example:
//   wfa::Expected<wfa::Adapter> made = wfa::Adapter::try_create(plugin, properties_json);
//   if (!made) return fail(made.error().what());
//   wfa::Adapter adapter = std::move(*made);
template <class Value>
class [[nodiscard]] Expected {
 public:
  Expected(Value value) : value_(std::move(value)) {}  // NOLINT: meant to be implicit
  Expected(Error error) : error_(std::move(error)) {}  // NOLINT: meant to be implicit

  explicit operator bool() const noexcept { return value_.has_value(); }
  bool ok() const noexcept { return value_.has_value(); }
  // The result code: WFA_OK if there is a value.
  wfa_result code() const noexcept { return error_ ? error_->result() : WFA_OK; }
  // The error; only if there is one.
  const Error& error() const noexcept { return *error_; }
  // The value; only if ok().
  Value& operator*() noexcept { return *value_; }
  const Value& operator*() const noexcept { return *value_; }
  Value* operator->() noexcept { return &*value_; }
  const Value* operator->() const noexcept { return &*value_; }

#if WFA_EXCEPTIONS
  // The value; throws the Error if there is none.
  Value take() && {
    if (error_) throw Error(*std::move(error_));
    return *std::move(value_);
  }
#endif

 private:
  std::optional<Value> value_;
  std::optional<Error> error_;
};

// The value of a successful call that returns nothing.
struct Done {};

namespace detail {

// The callbacks, of any plugin, that this thread is inside of.
inline thread_local unsigned callbacks = 0;
inline thread_local unsigned logs = 0;

inline bool in_log() noexcept { return logs > 0; }
inline bool in_callback() noexcept { return callbacks > 0 || in_log(); }

// Counts a callback for as long as it runs.
class Inside {
 public:
  explicit Inside(unsigned& count) noexcept : count_(count) { ++count_; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { --count_; }

 private:
  unsigned& count_;
};

// Work that is not possible inside a callback and is done by a separate thread, which may wait. If the system
// cannot start a thread, the work is kept until the next adapter is created or destroyed.
class Later {
 public:
  static void run(std::function<void()> work) {
    Later& all = instance();
    {
      const std::lock_guard<std::mutex> held(all.mutex_);
      all.waiting_.push_back(std::move(work));
    }
    start();
  }
  static void take_up() {
    Later& all = instance();
    bool some = false;
    {
      const std::lock_guard<std::mutex> held(all.mutex_);
      some = !all.waiting_.empty();
    }
    if (some) start();
  }

 private:
  // Never freed: a thread may be busy with it when the process ends.
  static Later& instance() {
    static Later* const all = new Later;
    return *all;
  }
  static void start() {
#if WFA_EXCEPTIONS
    try {
      std::thread(work).detach();
    } catch (...) {
      // No thread: take_up() tries again.
    }
#else
    std::thread(work).detach();
#endif
  }
  static void work() noexcept {
    Later& all = instance();
    for (;;) {
      std::function<void()> next;
      {
        const std::lock_guard<std::mutex> held(all.mutex_);
        if (all.waiting_.empty()) return;
        next = std::move(all.waiting_.back());
        all.waiting_.pop_back();
      }
      next();
    }
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
};

// Whether `member` lies within the size that the struct's maker wrote into it.
template <class Struct, class Member>
bool has(const Struct* object, Member Struct::* member) noexcept {
  const auto* begin = reinterpret_cast<const unsigned char*>(object);
  const auto* end = reinterpret_cast<const unsigned char*>(&(object->*member)) + sizeof(Member);
  return static_cast<std::size_t>(end - begin) <= object->struct_size;
}

inline std::string_view view(const char* text, std::size_t length) noexcept {
  return text != nullptr ? std::string_view(text, length) : std::string_view();
}

// The wfa_error of one call; releases its message.
class ErrorSlot {
 public:
  ErrorSlot() noexcept { raw_.struct_size = static_cast<std::uint32_t>(sizeof raw_); }
  ErrorSlot(const ErrorSlot&) = delete;
  ErrorSlot& operator=(const ErrorSlot&) = delete;
  ~ErrorSlot() {
    if (raw_.message.release != nullptr) raw_.message.release(&raw_.message);
  }

  wfa_error* out() noexcept { return &raw_; }
  Error error(wfa_result result) const { return Error(result, raw_); }

 private:
  wfa_error raw_{};
};

}  // namespace detail

// Text that the plugin allocated; released by the destructor, on any thread, also after the adapter's.
//
// Example: `wfa::Buffer response = adapter.execute("sendMessageText", json).take_response();`
class Buffer {
 public:
  Buffer() noexcept = default;
  // Takes over `raw`, which nobody else releases.
  explicit Buffer(const wfa_buffer& raw) noexcept : raw_(raw) {}
  Buffer(Buffer&& other) noexcept : raw_(std::exchange(other.raw_, wfa_buffer{})) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    if (raw_.release != nullptr) raw_.release(&raw_);
  }

  bool empty() const noexcept { return raw_.len == 0; }
  // Valid until this buffer is destroyed; a NUL follows.
  std::string_view view() const noexcept { return detail::view(raw_.ptr, raw_.len); }

 private:
  wfa_buffer raw_{};
};

// How a command ended, and its response.
//
// Example:
//   const wfa::Result sent = adapter.execute("sendMessageText", json);
//   if (!sent.ok()) std::cerr << wfa::name_of(sent.code()) << ": " << sent.error()->what() << '\n';
//   store(sent.response());
class Result {
 public:
  Result(wfa_result code, Buffer response, std::optional<Error> error) noexcept
      : code_(code), response_(std::move(response)), error_(std::move(error)) {}

  // WFA_OK, or one of the WFA_ERR_* that come with a response; in a completion any WFA_ERR_*.
  wfa_result code() const noexcept { return code_; }
  bool ok() const noexcept { return code_ == WFA_OK; }
  // One JSON object; valid until this result is destroyed. Empty in a completion whose code() has
  // no response.
  std::string_view response() const noexcept { return response_.view(); }
  // Moves the response out; response() is empty afterwards.
  Buffer take_response() noexcept { return std::move(response_); }
  // The error; nullopt if ok().
  const std::optional<Error>& error() const noexcept { return error_; }

 private:
  wfa_result code_;
  Buffer response_;
  std::optional<Error> error_;
};

// One of the contract's lists as a range of views.
//
// Example: `for (wfa::Field field : command.request()) std::cout << field.name() << '\n';`
template <class View>
class Range {
 public:
  using Raw = typename View::Raw;

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    using pointer = const View*;
    using reference = View;

    iterator() noexcept = default;
    explicit iterator(const Raw* const* at) noexcept : at_(at) {}
    View operator*() const noexcept { return View(*at_); }
    iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    iterator operator++(int) noexcept { return iterator(at_++); }
    bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }
    bool operator!=(const iterator& other) const noexcept { return at_ != other.at_; }

   private:
    const Raw* const* at_ = nullptr;
  };

  Range() noexcept = default;
  Range(const Raw* const* first, std::size_t count) noexcept : first_(first), count_(count) {}

  iterator begin() const noexcept { return iterator(first_); }
  iterator end() const noexcept { return iterator(count_ == 0 ? first_ : first_ + count_); }
  std::size_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  // `index` is less than size().
  View operator[](std::size_t index) const noexcept { return View(first_[index]); }

 private:
  const Raw* const* first_ = nullptr;
  std::size_t count_ = 0;
};

namespace detail {

// What all views of the descriptor share. A member beyond struct_size reads as absent.
template <class Struct>
class View {
 public:
  using Raw = Struct;
  explicit View(const Struct* raw) noexcept : raw_(raw) {}
  // The C struct, static.
  const Struct* raw() const noexcept { return raw_; }

 protected:
  template <class Member>
  Member value(Member Struct::* member, Member absent) const noexcept {
    return has(raw_, member) ? raw_->*member : absent;
  }
  std::string_view text(const char* Struct::* member) const noexcept {
    const char* found = value<const char*>(member, nullptr);
    return found != nullptr ? std::string_view(found) : std::string_view();
  }
  template <class Item>
  Range<Item> list(const typename Item::Raw* const* Struct::* first,
                   std::size_t Struct::* count) const noexcept {
    return has(raw_, count) ? Range<Item>(raw_->*first, raw_->*count) : Range<Item>();
  }

 private:
  const Struct* raw_;
};

}  // namespace detail

// One property, one member of a request or response, or one member of an event. This and the other
// views are one pointer to static tables: copy them; they and their texts are valid until the process ends.
class Field : public detail::View<wfa_field> {
 public:
  using View::View;
  std::string_view name() const noexcept { return text(&wfa_field::name); }
  std::string_view display() const noexcept { return text(&wfa_field::display); }
  std::string_view description() const noexcept { return text(&wfa_field::description); }
  std::string_view type() const noexcept { return text(&wfa_field::type); }
  bool required() const noexcept { return (raw()->flags & WFA_FIELD_REQUIRED) != 0; }
  // A secret: store it separately, mask it, never log it.
  bool secret() const noexcept { return (raw()->flags & WFA_FIELD_SECRET) != 0; }
  // In events: the event's identity, unique within the instance's name and the event's name, and the
  // same at every delivery.
  bool event_id() const noexcept { return (raw()->flags & WFA_FIELD_EVENT_ID) != 0; }
  // In events: the correlation id of the call that the event refers to.
  bool correlation_id() const noexcept { return (raw()->flags & WFA_FIELD_CORRELATION_ID) != 0; }
  // In events: whom or what the event is about. Events that share a value in any such member have an
  // order that a host keeps.
  bool subject() const noexcept { return (raw()->flags & WFA_FIELD_SUBJECT) != 0; }
  // In events: how the call with the event's correlation id ended, `accepted` or `rejected`.
  bool outcome() const noexcept { return (raw()->flags & WFA_FIELD_OUTCOME) != 0; }
  // nullopt: none. Text may be the empty one.
  std::optional<std::string_view> default_value() const noexcept {
    const char* found = value<const char*>(&wfa_field::default_value, nullptr);
    return found != nullptr ? std::optional<std::string_view>(found) : std::nullopt;
  }
  // In Unicode scalar values.
  std::optional<std::int64_t> min_length() const noexcept { return limit(&wfa_field::min_length); }
  std::optional<std::int64_t> max_length() const noexcept { return limit(&wfa_field::max_length); }
  std::optional<std::int64_t> min_value() const noexcept { return limit(&wfa_field::min_value); }
  std::optional<std::int64_t> max_value() const noexcept { return limit(&wfa_field::max_value); }

 private:
  std::optional<std::int64_t> limit(std::int64_t wfa_field::* member) const noexcept {
    const std::int64_t found = value<std::int64_t>(member, WFA_UNSET);
    return found != WFA_UNSET ? std::optional<std::int64_t>(found) : std::nullopt;
  }
};

// One command.
class Command : public detail::View<wfa_command> {
 public:
  using View::View;
  std::string_view name() const noexcept { return text(&wfa_command::name); }
  std::string_view display() const noexcept { return text(&wfa_command::display); }
  std::string_view description() const noexcept { return text(&wfa_command::description); }
  // It acts in a way that cannot be repeated without harm: never run it again after an unknown outcome.
  bool sends() const noexcept { return (raw()->flags & WFA_COMMAND_SENDS) != 0; }
  // Running it twice has the same effect as running it once.
  bool idempotent() const noexcept { return (raw()->flags & WFA_COMMAND_IDEMPOTENT) != 0; }
  // It may take minutes.
  bool long_running() const noexcept { return (raw()->flags & WFA_COMMAND_LONG_RUNNING) != 0; }
  // It processes the body of a webhook: a command for listeners, not for workflows.
  bool webhook() const noexcept { return (raw()->flags & WFA_COMMAND_WEBHOOK) != 0; }
  Range<Field> request() const noexcept {
    return list<Field>(&wfa_command::request, &wfa_command::n_request);
  }
  Range<Field> response() const noexcept {
    return list<Field>(&wfa_command::response, &wfa_command::n_response);
  }
  Range<Field> extension_request() const noexcept {
    return list<Field>(&wfa_command::extension_request, &wfa_command::n_extension_request);
  }
  Range<Field> extension_response() const noexcept {
    return list<Field>(&wfa_command::extension_response, &wfa_command::n_extension_response);
  }
};

// One event.
class Event : public detail::View<wfa_event> {
 public:
  using View::View;
  std::string_view name() const noexcept { return text(&wfa_event::name); }
  std::string_view display() const noexcept { return text(&wfa_event::display); }
  std::string_view description() const noexcept { return text(&wfa_event::description); }
  Range<Field> fields() const noexcept {
    return list<Field>(&wfa_event::fields, &wfa_event::n_fields);
  }
  Range<Field> extension_fields() const noexcept {
    return list<Field>(&wfa_event::extension_fields, &wfa_event::n_extension_fields);
  }
};

// One row of the specification's release history.
class Release : public detail::View<wfa_release> {
 public:
  using View::View;
  std::string_view version() const noexcept { return text(&wfa_release::version); }
  std::string_view type() const noexcept { return text(&wfa_release::type); }
  std::string_view description() const noexcept { return text(&wfa_release::description); }
  std::string_view tracking() const noexcept { return text(&wfa_release::tracking); }
  std::string_view date() const noexcept { return text(&wfa_release::date); }
};

// How webhooks are signed, and to which instance each belongs. A text is empty if the adapter type
// lacks that feature; wfa_webhook_declaration says what each means.
class WebhookDeclaration : public detail::View<wfa_webhook_declaration> {
 public:
  using View::View;
  std::string_view signature_header() const noexcept {
    return text(&wfa_webhook_declaration::signature_header);
  }
  std::string_view signature_scheme() const noexcept {
    return text(&wfa_webhook_declaration::signature_scheme);
  }
  std::string_view secret_property() const noexcept {
    return text(&wfa_webhook_declaration::secret_property);
  }
  std::string_view routing_property() const noexcept {
    return text(&wfa_webhook_declaration::routing_property);
  }
  std::string_view routing_path() const noexcept {
    return text(&wfa_webhook_declaration::routing_path);
  }
};

// The description of an adapter type.
//
// Example:
//   const wfa::Descriptor offered = plugin.descriptor();
//   std::cout << offered.display() << ": " << offered.commands().size() << " commands\n";
class Descriptor : public detail::View<wfa_descriptor> {
 public:
  using View::View;
  std::string_view id() const noexcept { return text(&wfa_descriptor::id); }
  std::string_view name() const noexcept { return text(&wfa_descriptor::name); }
  std::string_view display() const noexcept { return text(&wfa_descriptor::display); }
  std::string_view version() const noexcept { return text(&wfa_descriptor::version); }
  std::string_view spec_version() const noexcept { return text(&wfa_descriptor::spec_version); }
  std::string_view vendor() const noexcept { return text(&wfa_descriptor::vendor); }
  std::string_view license() const noexcept { return text(&wfa_descriptor::license); }
  std::string_view docs_url() const noexcept { return text(&wfa_descriptor::docs_url); }
  Range<Field> properties() const noexcept {
    return list<Field>(&wfa_descriptor::properties, &wfa_descriptor::n_properties);
  }
  Range<Command> commands() const noexcept {
    return list<Command>(&wfa_descriptor::commands, &wfa_descriptor::n_commands);
  }
  Range<Event> events() const noexcept {
    return list<Event>(&wfa_descriptor::events, &wfa_descriptor::n_events);
  }
  Range<Field> extension_properties() const noexcept {
    return list<Field>(&wfa_descriptor::extension_properties,
                       &wfa_descriptor::n_extension_properties);
  }
  Range<Command> extension_commands() const noexcept {
    return list<Command>(&wfa_descriptor::extension_commands,
                         &wfa_descriptor::n_extension_commands);
  }
  Range<Event> extension_events() const noexcept {
    return list<Event>(&wfa_descriptor::extension_events, &wfa_descriptor::n_extension_events);
  }
  Range<Release> releases() const noexcept {
    return list<Release>(&wfa_descriptor::releases, &wfa_descriptor::n_releases);
  }
  // How its webhooks are signed and routed; nullopt if the adapter type has none.
  std::optional<WebhookDeclaration> webhook() const noexcept {
    const auto* found = value<const wfa_webhook_declaration*>(&wfa_descriptor::webhook, nullptr);
    return found != nullptr ? std::optional<WebhookDeclaration>(found) : std::nullopt;
  }
  // The whole descriptor as one JSON object.
  std::string_view json() const noexcept {
    const std::size_t length = value<std::size_t>(&wfa_descriptor::json_len, 0);
    return detail::view(value<const char*>(&wfa_descriptor::json, nullptr), length);
  }
};

// One loaded plugin. The library is never unloaded: its tables are valid until the process
// ends. So an Adapter may outlive its Plugin.
//
// Example: `const auto plugin = wfa::Plugin::load("/opt/engine/plugins/libwhatsapp_adapter.so");`
class Plugin {
 public:
  // Loads a shared library. `path` is made absolute first, so that no search path is used.
  //
  // Throws Error: WFA_ERR_INVALID_ARGUMENT if there is no such file or it is not a plugin,
  // WFA_ERR_UNSUPPORTED if it uses another major version; what() names the file.
#if WFA_EXCEPTIONS && !defined(_WIN32)
  static Plugin load(const std::filesystem::path& path) { return try_load(path).take(); }
#endif
#if !defined(_WIN32)
  static Expected<Plugin> try_load(const std::filesystem::path& path) {
    std::error_code problem;
    const std::filesystem::path absolute = std::filesystem::canonical(path, problem);
    if (problem) {
      return Error(WFA_ERR_INVALID_ARGUMENT, path.string() + ": " + problem.message());
    }
    void* library = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = library != nullptr ? ::dlsym(library, "wfa_entry") : nullptr;
    if (entry == nullptr) {
      const char* reason = ::dlerror();  // names the file
      return Error(WFA_ERR_INVALID_ARGUMENT, reason != nullptr ? reason : absolute.string());
    }
    const auto ask = reinterpret_cast<wfa_entry_fn>(entry);
    return checked(ask(WFA_ABI_MAJOR, WFA_ABI_MINOR), absolute.string() + ": ");
  }
#endif

  // A plugin that is linked into the host: `from_api(wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR))`.
  //
  // Throws Error: WFA_ERR_UNSUPPORTED if `api` is NULL, of another major version, ends before
  // unregister_event_callback has room, or has NULL up to there.
#if WFA_EXCEPTIONS
  static Plugin from_api(const wfa_api* api) { return try_from_api(api).take(); }
#endif
  static Expected<Plugin> try_from_api(const wfa_api* api) { return checked(api, ""); }

  Plugin(Plugin&&) noexcept = default;
  Plugin& operator=(Plugin&&) noexcept = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  Descriptor descriptor() const noexcept { return Descriptor(api_->descriptor); }
  std::uint16_t abi_major() const noexcept { return api_->abi_major; }
  std::uint16_t abi_minor() const noexcept { return api_->abi_minor; }
  // An optional feature, e.g. `wfa.webhook/1`: a static table, or nullptr. `id` is NUL-terminated.
  const void* extension(const char* id) const noexcept { return api_->get_extension(id); }
  // The function table, static.
  const wfa_api* api() const noexcept { return api_; }

 private:
  explicit Plugin(const wfa_api* api) noexcept : api_(api) {}

  static Expected<Plugin> checked(const wfa_api* api, const std::string& where) {
    // Nothing beyond struct_size is read, not even for the error message.
    if (api == nullptr || !detail::has(api, &wfa_api::abi_major) ||
        api->abi_major != WFA_ABI_MAJOR) {
      return Error(WFA_ERR_UNSUPPORTED, where + "the plugin does not speak version " +
                                            std::to_string(WFA_ABI_MAJOR) + " of the contract");
    }
    // The last member that this header requires.
    if (!detail::has(api, &wfa_api::unregister_event_callback)) {
      return Error(WFA_ERR_UNSUPPORTED, where + "the plugin's function table ends after " +
                                            std::to_string(api->struct_size) +
                                            " bytes, before what is needed");
    }
    if (api->descriptor == nullptr || api->get_extension == nullptr || api->create == nullptr ||
        api->destroy == nullptr || api->execute_command == nullptr ||
        api->register_event_callback == nullptr || api->unregister_event_callback == nullptr) {
      return Error(WFA_ERR_UNSUPPORTED,
                   where + "the plugin's function table has NULL where none may be");
    }
    return Plugin(api);
  }

  const wfa_api* api_;
};

// One log record; the texts are lent for the call.
struct LogRecord {
  std::int32_t level;  // WFA_LOG_*
  std::string_view target;
  std::string_view message;
  std::string_view fields_json;
};

// The host, as one adapter sees it. The adapter keeps its own copy.
//
// Example:
//   wfa::Host host;
//   host.instance_name = "support-desk";
//   host.log = [](const wfa::LogRecord& record) { std::clog << record.message << '\n'; };
struct Host {
  std::string name;
  std::string version;
  // Every event has it as `adapter`.
  std::string instance_name;
  // The most detailed level that `log` receives.
  std::int32_t log_level = WFA_LOG_INFO;
  // May be called on any thread, also by several at once; must not call this header. If empty,
  // nothing is logged.
  std::function<void(const LogRecord&)> log;
};

// A callback's decision about an event.
enum class Verdict : std::int32_t {
  accepted = WFA_EVENT_ACCEPTED,  // the host has stored it
  retry = WFA_EVENT_RETRY,        // not now: it is delivered again
  dropped = WFA_EVENT_DROPPED,    // not wanted: it is not delivered again
};

// Receives one event: its name and one JSON object, both lent for the call. May call
// everything in this header except what destroys an adapter; an exception means Verdict::retry.
using EventCallback = std::function<Verdict(std::string_view name, std::string_view json)>;

// Receives the result of a submitted command, once, on a thread of the plugin. The result and the text
// of its response are lent for the call. May call everything in this header except what
// destroys an adapter.
using Completion = std::function<void(std::uint64_t operation, const Result& result)>;

// Options of one call.
//
// Example: `wfa::Options options; options.correlation_id = "order-1";`
struct Options {
  // The time limit of the whole call; nullopt means the adapter's own setting.
  std::optional<std::chrono::milliseconds> timeout;
  // The host's id for this call, 1 to 512 bytes of UTF-8; empty: none.
  std::string correlation_id;
  // The host's number for this call, with which Adapter::cancel_calls cancels it; 0: none. Several
  // calls may have the same number.
  std::uint64_t call_id = 0;
};

namespace detail {

// Text for a member that may be NULL.
inline const char* or_null(const std::string& text) noexcept {
  return text.empty() ? nullptr : text.c_str();
}

// The C form of `options`, which must outlive it.
inline wfa_call_options raw_options(const Options& options) noexcept {
  wfa_call_options raw{};
  raw.struct_size = static_cast<std::uint32_t>(sizeof raw);
  if (options.timeout) {
    // 0 would mean "the adapter's own setting"; a deadline that has passed has one millisecond.
    const auto left = options.timeout->count();
    raw.timeout_ms = left > 0 ? static_cast<std::uint64_t>(left) : 1;
  }
  raw.correlation_id = or_null(options.correlation_id);
  raw.correlation_id_len = options.correlation_id.size();
  raw.call_id = options.call_id;
  return raw;
}

inline void log(const Host& host, const LogRecord& record) noexcept {
  const Inside inside(logs);
#if WFA_EXCEPTIONS
  try {
    if (host.log) host.log(record);
  } catch (...) {
    // There is no other place to report it.
  }
#else
  if (host.log) host.log(record);
#endif
}

inline void log_trampoline(void* user_data, std::int32_t level, const char* target,
                           const char* message, std::size_t length, const char* fields,
                           std::size_t fields_length) noexcept {
  const std::string_view from = target != nullptr ? std::string_view(target) : std::string_view();
  log(*static_cast<const Host*>(user_data),
      LogRecord{level, from, view(message, length), view(fields, fields_length)});
}

// Lent to the plugin by one registration, until the plugin drops it.
struct Registered {
  EventCallback callback;
  const Host* host;  // outlives the plugin's last call
};

#if WFA_EXCEPTIONS
// `happened`: who threw, and what became of it.
inline void report_exception(const Host& host, const char* happened, const char* what) noexcept {
  if (host.log_level < WFA_LOG_ERROR) return;
  try {
    const std::string message = std::string(happened) + ": " + what;
    log(host, LogRecord{WFA_LOG_ERROR, "workflow_adapter.hpp", message, "{}"});
  } catch (...) {
    // Out of memory: it cannot be reported.
  }
}

#endif

// Runs the host's `call` inside a callback, and catches its exceptions.
template <class Call>
void contain(const Host& host, const char* happened, Call&& call) noexcept {
  const Inside inside(callbacks);
#if WFA_EXCEPTIONS
  try {
    call();
  } catch (const std::exception& error) {
    report_exception(host, happened, error.what());
  } catch (...) {
    report_exception(host, happened, "not a std::exception");
  }
#else
  static_cast<void>(host);
  static_cast<void>(happened);
  call();
#endif
}

inline std::int32_t event_trampoline(void* user_data, const char* event, std::size_t event_length,
                                     const char* json, std::size_t json_length) noexcept {
  const auto& registered = *static_cast<const Registered*>(user_data);
  Verdict verdict = Verdict::retry;
  contain(*registered.host, "an event callback threw; event refused", [&] {
    verdict = registered.callback(view(event, event_length), view(json, json_length));
  });
  return static_cast<std::int32_t>(verdict);
}

inline void drop_trampoline(void* user_data) noexcept {
  const Inside inside(callbacks);
  delete static_cast<Registered*>(user_data);
}

// Lent to the plugin by one submitted command, until its completion.
struct Submitted {
  Completion completion;
  const Host* host;  // outlives the plugin's last call
};

// The error that a completion is lent, as far as the plugin's version has it; nothing for WFA_OK.
inline std::optional<Error> error_of(wfa_result result, const wfa_error* raw) noexcept {
  if (result == WFA_OK) return std::nullopt;
#if WFA_EXCEPTIONS
  try {
#endif
    const bool whole = raw != nullptr && has(raw, &wfa_error::message);
    return whole ? Error(result, *raw) : Error(result, std::string());
#if WFA_EXCEPTIONS
  } catch (...) {
    return std::nullopt;  // out of memory: the code says enough
  }
#endif
}

inline void completion_trampoline(void* user_data, std::uint64_t operation, wfa_result result,
                                  const char* response, std::size_t length,
                                  const wfa_error* error) noexcept {
  const Inside inside(callbacks);  // also while what the completion holds goes
  // Called once per accepted submit: freed here, and nowhere else.
  const std::unique_ptr<const Submitted> submitted(static_cast<const Submitted*>(user_data));
  wfa_buffer lent{};  // without `release`: the text stays the plugin's
  lent.ptr = response;
  lent.len = length;
  const Result ended(result, Buffer(lent), error_of(result, error));
  contain(*submitted->host, "a completion threw", [&] { submitted->completion(operation, ended); });
}

// The Result of a call that filled `response`; the Error if it did not.
inline Expected<Result> returned(wfa_result result, Buffer response, const ErrorSlot& error) {
  if (result == WFA_OK) return Result(result, std::move(response), std::nullopt);
  if (response.empty()) return error.error(result);
  return Result(result, std::move(response), error.error(result));
}

// Whether the plugin's table has `member`, and not NULL there.
template <class Member>
bool offers(const wfa_api* api, Member wfa_api::* member) noexcept {
  return has(api, member) && api->*member != nullptr;
}

// The error for a function that the plugin does not have.
inline Error missing(const char* name) {
  return Error(WFA_ERR_UNSUPPORTED, std::string("this plugin has no ") + name);
}

// Lent to the plugin by an adapter; stays at one address while the plugin may use it.
struct Instance {
  const wfa_api* api;
  Host host;
  wfa_adapter* handle = nullptr;
  std::atomic<bool> destroyed{false};

  Instance(const wfa_api* table, Host description) : api(table), host(std::move(description)) {}
};

// Whether the plugin no longer uses the instance.
inline bool end(Instance* instance) noexcept {
  return instance->destroyed || instance->api->destroy(instance->handle, 0) == WFA_OK;
}

struct DestroyInstance {
  void operator()(Instance* instance) const noexcept {
    if (!in_callback()) {
      Later::take_up();
      if (end(instance)) {
        delete instance;
        return;
      }
      // Perhaps inside a callback that was registered past this header.
    }
    Later::run([instance] {
      // Refused again, in a forked child for instance: the plugin keeps what it was lent.
      if (end(instance)) delete instance;
    });
  }
};

}  // namespace detail

// A registered event callback; unregistered by the destructor, before or after the adapter's. Outside of
// callbacks the destructor waits until the callback is not running: the caller must not hold a lock that
// the callback takes. Inside a callback it does not wait.
//
// Example: `wfa::Registration events = adapter.on_event("", log_event);  // every event`
class Registration {
 public:
  Registration() noexcept = default;
  Registration(const wfa_api* api, wfa_adapter* adapter, std::uint64_t id) noexcept
      : api_(api), adapter_(adapter), id_(id) {}
  Registration(Registration&& other) noexcept
      : api_(std::exchange(other.api_, nullptr)), adapter_(other.adapter_), id_(other.id_) {}
  Registration& operator=(Registration&& other) noexcept {
    if (this != &other) {
      unregister();
      api_ = std::exchange(other.api_, nullptr);
      adapter_ = other.adapter_;
      id_ = other.id_;
    }
    return *this;
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { unregister(); }

  // No further call of the callback starts; the callback is destroyed after its last call.
  void unregister() noexcept {
    if (api_ == nullptr) return;
    // Handles are looked up and never used again: an adapter that is gone answers WFA_ERR_STATE.
    const wfa_api* api = std::exchange(api_, nullptr);
    if (detail::in_log()) {
      detail::Later::run(
          [api, adapter = adapter_, id = id_] { api->unregister_event_callback(adapter, id, 0); });
      return;
    }
    // The plugin cannot know whether this is inside a callback of another plugin.
    api->unregister_event_callback(adapter_, id_, detail::in_callback() ? WFA_NO_WAIT : 0);
  }
  // Leaves the callback registered for as long as the adapter lives.
  void detach() noexcept { api_ = nullptr; }

 private:
  const wfa_api* api_ = nullptr;
  wfa_adapter* adapter_ = nullptr;
  std::uint64_t id_ = 0;
};

// Webhooks as raw bytes; made by Adapter::webhook(). Copies are equivalent; after the adapter was
// destroyed, calls throw WFA_ERR_STATE.
//
// Example, what a listener answers to a POST request:
//   const wfa::Result done = adapter.webhook()->process(body, headers["X-Hub-Signature-256"]);
//   switch (done.code()) {
//     case WFA_OK: return 200;
//     case WFA_ERR_UNAUTHENTIC: return 403;
//     case WFA_ERR_INVALID_REQUEST: return 413;
//     default: return 503;  // the sender repeats it
//   }
class Webhook {
 public:
  Webhook(const wfa_webhook_v1* table, wfa_adapter* adapter) noexcept
      : table_(table), adapter_(adapter) {}

  // Processes the body of a POST request; its events are delivered on this thread before it returns.
  // `signature_header` is the value of the header that signs it, empty if the request has none. The
  // signature is checked before anything is parsed.
  //
  // Throws Error only if there is no response: WFA_ERR_STATE, WFA_ERR_INTERNAL.
#if WFA_EXCEPTIONS
  [[nodiscard]] Result process(std::string_view body, std::string_view signature_header) const {
    return try_process(body, signature_header).take();
  }
#endif
  Expected<Result> try_process(std::string_view body, std::string_view signature_header) const {
    wfa_buffer filled{};
    detail::ErrorSlot error;
    const wfa_result result =
        table_->process(adapter_, body.data() != nullptr ? body.data() : "", body.size(),
                        signature_header.data(), signature_header.size(), &filled, error.out());
    return detail::returned(result, Buffer(filled), error);
  }

  // The text/plain response to the GET request that registers a callback URL: `query` is its unchanged
  // query string, `verify_token` the token that the host is configured with.
  //
  // Throws Error: WFA_ERR_UNAUTHENTIC (the token is wrong: answer 403), WFA_ERR_INVALID_REQUEST (not a
  // handshake: answer 400), WFA_ERR_INVALID_ARGUMENT (`verify_token` is empty), WFA_ERR_STATE.
#if WFA_EXCEPTIONS
  [[nodiscard]] Buffer challenge(std::string_view query, std::string_view verify_token) const {
    return try_challenge(query, verify_token).take();
  }
#endif
  Expected<Buffer> try_challenge(std::string_view query, std::string_view verify_token) const {
    wfa_buffer filled{};
    detail::ErrorSlot error;
    const wfa_result result =
        table_->challenge(adapter_, query.data() != nullptr ? query.data() : "", query.size(),
                          verify_token.data() != nullptr ? verify_token.data() : "",
                          verify_token.size(), &filled, error.out());
    Buffer body(filled);
    if (result != WFA_OK) return error.error(result);
    return body;
  }

 private:
  const wfa_webhook_v1* table_;
  wfa_adapter* adapter_;
};

// One configured instance; the destructor destroys it. Inside a callback, of this or another adapter, a
// thread of this header does so as soon as possible. A moved-from Adapter may only be assigned to or
// destroyed.
//
// Example:
//   wfa::Adapter adapter = wfa::Adapter::create(plugin, properties_json);
//   wfa::Registration events = adapter.on_event("customer_message", [&](auto, auto json) {
//     return queue.push(std::string(json)) ? wfa::Verdict::accepted : wfa::Verdict::retry;
//   });
//   wfa::Result sent = adapter.execute("sendMessageText", request_json);
class Adapter {
 public:
  // `properties_json`: one JSON object with the descriptor's properties. Opens no connection.
  //
  // Throws Error: WFA_ERR_INVALID_ARGUMENT (not JSON), WFA_ERR_INVALID_REQUEST (a property is
  // missing, wrong or unknown; what() names it), WFA_ERR_UNSUPPORTED.
#if WFA_EXCEPTIONS
  static Adapter create(const Plugin& plugin, std::string_view properties_json, Host host = {}) {
    return try_create(plugin, properties_json, std::move(host)).take();
  }
#endif
  static Expected<Adapter> try_create(const Plugin& plugin, std::string_view properties_json,
                                      Host host = {}) {
    detail::Later::take_up();
    auto instance = std::make_unique<detail::Instance>(plugin.api(), std::move(host));
    wfa_host raw{};
    raw.struct_size = static_cast<std::uint32_t>(sizeof raw);
    raw.abi_major = WFA_ABI_MAJOR;
    raw.abi_minor = WFA_ABI_MINOR;
    raw.name = detail::or_null(instance->host.name);
    raw.version = detail::or_null(instance->host.version);
    raw.instance_name = detail::or_null(instance->host.instance_name);
    raw.user_data = &instance->host;
    raw.log_level = instance->host.log_level;
    raw.log = instance->host.log ? detail::log_trampoline : nullptr;
    detail::ErrorSlot error;
    const wfa_result result = plugin.api()->create(
        &raw, properties_json.data(), properties_json.size(), &instance->handle, error.out());
    if (result != WFA_OK) return error.error(result);
    if (instance->handle == nullptr) {
      return Error(WFA_ERR_INTERNAL,
                   "a defect in the plugin: create answered WFA_OK and no adapter");
    }
    return Adapter(instance.release());
  }

  // Runs one command and waits for its result; its events are delivered on this thread before it returns.
  //
  // Throws Error only if there is no response: WFA_ERR_INVALID_ARGUMENT, WFA_ERR_NOT_FOUND,
  // WFA_ERR_STATE, WFA_ERR_BUSY, WFA_ERR_UNSUPPORTED, WFA_ERR_INTERNAL.
#if WFA_EXCEPTIONS
  [[nodiscard]] Result execute(std::string_view name, std::string_view json,
                               const Options& options = {}) const {
    return try_execute(name, json, options).take();
  }
#endif
  Expected<Result> try_execute(std::string_view name, std::string_view json,
                               const Options& options = {}) const {
    const wfa_call_options raw = detail::raw_options(options);
    wfa_buffer filled{};
    detail::ErrorSlot error;
    const wfa_result result =
        instance_->api->execute_command(instance_->handle, name.data(), name.size(), json.data(),
                                        json.size(), &raw, &filled, error.out());
    return detail::returned(result, Buffer(filled), error);
  }

  // Queues one command and returns its operation, for `cancel`. `completion` receives the
  // result once, possibly before this returns; also if the command is cancelled or the adapter destroyed,
  // but not if this throws. It is destroyed after its call.
  //
  // Throws Error: WFA_ERR_BUSY (the queue is full), WFA_ERR_INVALID_ARGUMENT, WFA_ERR_NOT_FOUND,
  // WFA_ERR_STATE, WFA_ERR_UNSUPPORTED (the plugin is older than this call).
  //
  // Example:
  //   adapter.submit("sendMessageText", json, [](std::uint64_t, const wfa::Result& sent) {
  //     store(sent.code(), std::string(sent.response()));
  //   });
#if WFA_EXCEPTIONS
  std::uint64_t submit(std::string_view name, std::string_view json, Completion completion,
                       const Options& options = {}) const {
    return try_submit(name, json, std::move(completion), options).take();
  }
#endif
  Expected<std::uint64_t> try_submit(std::string_view name, std::string_view json,
                                     Completion completion, const Options& options = {}) const {
    return submitted(name, json, std::move(completion), options, 0);
  }

  // As `submit`, but the completion waits for `poll_completions`, on the thread that calls it: for a
  // host with a single-threaded runtime. Completions that are never polled are called when the adapter is
  // destroyed.
  //
  // Throws Error: as `submit`; WFA_ERR_UNSUPPORTED also if the plugin does not implement it.
#if WFA_EXCEPTIONS
  std::uint64_t submit_polled(std::string_view name, std::string_view json, Completion completion,
                              const Options& options = {}) const {
    return try_submit_polled(name, json, std::move(completion), options).take();
  }
#endif
  Expected<std::uint64_t> try_submit_polled(std::string_view name, std::string_view json,
                                            Completion completion,
                                            const Options& options = {}) const {
    const wfa_api* api = instance_->api;
    // A plugin that implements it looks up the adapter; one with a stub does not.
    if (!detail::offers(api, &wfa_api::poll_completions) ||
        api->poll_completions(nullptr, 1, 0, nullptr, nullptr) == WFA_ERR_UNSUPPORTED) {
      return detail::missing("poll_completions");
    }
    return submitted(name, json, std::move(completion), options, WFA_CALL_POLLED);
  }

  // Calls the completions of `submit_polled` whose commands have completed, at most `max` if that is
  // not 0, and waits up to `timeout` for the first; inside a callback it does not wait. Returns their number.
  //
  // Throws Error: WFA_ERR_STATE, WFA_ERR_UNSUPPORTED.
#if WFA_EXCEPTIONS
  std::uint64_t poll_completions(std::uint32_t max = 0,
                                 std::chrono::milliseconds timeout = {}) const {
    return try_poll_completions(max, timeout).take();
  }
#endif
  Expected<std::uint64_t> try_poll_completions(std::uint32_t max = 0,
                                               std::chrono::milliseconds timeout = {}) const {
    if (!detail::offers(instance_->api, &wfa_api::poll_completions)) {
      return detail::missing("poll_completions");
    }
    const bool waits = timeout.count() > 0 && !detail::in_callback();
    std::uint64_t delivered = 0;
    detail::ErrorSlot error;
    const wfa_result result = instance_->api->poll_completions(
        instance_->handle, max, waits ? static_cast<std::uint64_t>(timeout.count()) : 0, &delivered,
        error.out());
    if (result != WFA_OK) return error.error(result);
    return delivered;
  }

  // Cancels every command, executed or submitted, with this Options::call_id, whether it is running or
  // waiting; each still completes with its outcome. False: there is none, or it has not reached the plugin yet.
  //
  // Throws Error: WFA_ERR_INVALID_ARGUMENT (0), WFA_ERR_STATE, WFA_ERR_UNSUPPORTED.
#if WFA_EXCEPTIONS
  bool cancel_calls(std::uint64_t call_id) const { return try_cancel_calls(call_id).take(); }
#endif
  Expected<bool> try_cancel_calls(std::uint64_t call_id) const {
    if (!detail::offers(instance_->api, &wfa_api::cancel_calls)) {
      return detail::missing("cancel_calls");
    }
    return found(instance_->api->cancel_calls(instance_->handle, call_id));
  }

  // Cancels a submitted command; its completion is still called. False: there is no such operation, or it
  // has completed.
  //
  // Throws Error: WFA_ERR_STATE, WFA_ERR_UNSUPPORTED (the plugin is older than this call).
#if WFA_EXCEPTIONS
  bool cancel(std::uint64_t operation) const { return try_cancel(operation).take(); }
#endif
  Expected<bool> try_cancel(std::uint64_t operation) const {
    if (!detail::offers(instance_->api, &wfa_api::cancel_command)) {
      return detail::missing("cancel_command");
    }
    return found(instance_->api->cancel_command(instance_->handle, operation));
  }

  // Replaces all properties, for instance with a new access token: all of them, not only
  // changed ones. Registrations and submitted commands are kept; running calls keep the old properties.
  //
  // Throws Error, without changing anything: as `create`, WFA_ERR_STATE, WFA_ERR_UNSUPPORTED (also if
  // the plugin is older than this call).
#if WFA_EXCEPTIONS
  void update_properties(std::string_view properties_json) const {
    try_update_properties(properties_json).take();
  }
#endif
  Expected<Done> try_update_properties(std::string_view properties_json) const {
    if (!detail::offers(instance_->api, &wfa_api::update_properties)) {
      return detail::missing("update_properties");
    }
    detail::ErrorSlot error;
    const wfa_result result = instance_->api->update_properties(
        instance_->handle, properties_json.data(), properties_json.size(), error.out());
    if (result != WFA_OK) return error.error(result);
    return Done{};
  }

  // Lets the adapter raise events outside of calls, if it has a source of such events. Call it once, after
  // on_event: no such event is delivered before. Does nothing for a plugin without a source. Such events are
  // delivered on threads of the plugin until the adapter is destroyed; one for which a callback returns
  // Verdict::retry is delivered again later.
  //
  // Throws Error: WFA_ERR_UNAVAILABLE if the source cannot be opened now, WFA_ERR_INVALID_REQUEST,
  // WFA_ERR_STATE. The adapter can be used without it.
#if WFA_EXCEPTIONS
  void start() const { try_start().take(); }
#endif
  Expected<Done> try_start() const {
    if (!detail::offers(instance_->api, &wfa_api::start)) return Done{};  // it has no source
    detail::ErrorSlot error;
    const wfa_result result = instance_->api->start(instance_->handle, error.out());
    if (result != WFA_OK && result != WFA_ERR_UNSUPPORTED) return error.error(result);
    return Done{};
  }

  // Webhooks as raw bytes, for hosts that own the HTTP listener (extension wfa.webhook/1); nullopt
  // if the plugin does not have it.
  std::optional<Webhook> webhook() const noexcept {
    const auto* table =
        static_cast<const wfa_webhook_v1*>(instance_->api->get_extension(WFA_WEBHOOK_V1));
    if (table == nullptr || !detail::has(table, &wfa_webhook_v1::process)) return std::nullopt;
    return Webhook(table, instance_->handle);
  }

  // The adapter's counters as one JSON object (extension wfa.metrics/1); nullopt if the plugin
  // has none.
  //
  // Throws Error: WFA_ERR_STATE.
#if WFA_EXCEPTIONS
  std::optional<Buffer> metrics() const { return try_metrics().take(); }
#endif
  Expected<std::optional<Buffer>> try_metrics() const {
    const auto* table =
        static_cast<const wfa_metrics_v1*>(instance_->api->get_extension(WFA_METRICS_V1));
    if (table == nullptr || !detail::has(table, &wfa_metrics_v1::snapshot)) {
      return std::optional<Buffer>();
    }
    wfa_buffer filled{};
    detail::ErrorSlot error;
    const wfa_result result = table->snapshot(instance_->handle, &filled, error.out());
    Buffer json(filled);
    if (result != WFA_OK) return error.error(result);
    return std::optional<Buffer>(std::move(json));
  }

  // Registers `callback` for an event of the descriptor, or for every event if the name is empty.
  // The callback is destroyed after its last call has returned.
  //
  // Throws Error: WFA_ERR_NOT_FOUND (no such event), WFA_ERR_INVALID_ARGUMENT (no callback),
  // WFA_ERR_STATE.
#if WFA_EXCEPTIONS
  [[nodiscard]] Registration on_event(std::string_view event, EventCallback callback) const {
    return try_on_event(event, std::move(callback)).take();
  }
#endif
  Expected<Registration> try_on_event(std::string_view event, EventCallback callback) const {
    if (!callback) return Error(WFA_ERR_INVALID_ARGUMENT, "the event callback is empty");
    auto registered = std::make_unique<detail::Registered>(
        detail::Registered{std::move(callback), &instance_->host});
    std::uint64_t id = 0;
    detail::ErrorSlot error;
    const wfa_result result = instance_->api->register_event_callback(
        instance_->handle, event.data(), event.size(), detail::event_trampoline, registered.get(),
        detail::drop_trampoline, &id, error.out());
    if (result != WFA_OK) return error.error(result);
    registered.release();  // the plugin's now: drop_trampoline deletes it
    return Registration(instance_->api, instance_->handle, id);
  }

  // Refuses new calls, ends running ones (each with its outcome), destroys every callback, and returns when
  // none is running. The destructor does the same, but must not run concurrently with calls of other
  // threads, and cannot report an error.
  //
  // Throws Error: WFA_ERR_STATE inside a callback, or if it was destroyed already.
#if WFA_EXCEPTIONS
  void destroy() const { try_destroy().take(); }
#endif
  Expected<Done> try_destroy() const {
    // The plugin cannot know that this is inside a callback of another plugin.
    const wfa_result result =
        detail::in_callback() ? WFA_ERR_STATE : instance_->api->destroy(instance_->handle, 0);
    if (result != WFA_OK) {
      return Error(result, "the adapter was destroyed already, or this is inside a callback");
    }
    instance_->destroyed = true;
    return Done{};
  }

  // The handle, for functions that this header does not have.
  wfa_adapter* handle() const noexcept { return instance_->handle; }

 private:
  explicit Adapter(detail::Instance* instance) noexcept : instance_(instance) {}

  Expected<std::uint64_t> submitted(std::string_view name, std::string_view json,
                                    Completion completion, const Options& options,
                                    std::uint32_t flags) const {
    if (!detail::offers(instance_->api, &wfa_api::submit_command)) {
      return detail::missing("submit_command");
    }
    if (!completion) return Error(WFA_ERR_INVALID_ARGUMENT, "the completion is empty");
    auto lent = std::make_unique<detail::Submitted>(
        detail::Submitted{std::move(completion), &instance_->host});
    wfa_call_options raw = detail::raw_options(options);
    raw.flags = flags;
    std::uint64_t operation = 0;
    detail::ErrorSlot error;
    const wfa_result result = instance_->api->submit_command(
        instance_->handle, name.data(), name.size(), json.data(), json.size(), &raw,
        detail::completion_trampoline, lent.get(), &operation, error.out());
    if (result != WFA_OK) return error.error(result);
    lent.release();  // the plugin's now: completion_trampoline deletes it
    return operation;
  }

  // The result of a call that cancels something.
  static Expected<bool> found(wfa_result result) {
    if (result == WFA_OK || result == WFA_ERR_NOT_FOUND) return result == WFA_OK;
    return Error(result, "the adapter was destroyed, or this is inside a log function");
  }

  std::unique_ptr<detail::Instance, detail::DestroyInstance> instance_;
};

}  // namespace wfa

#endif  // WORKFLOW_ADAPTER_HPP
