// host.cpp: a workflow host in C++17, with workflow_adapter.hpp. Plays the scenario of ../README.md.
//
//   c++ -std=c++17 -Iinclude host-example/cpp/host.cpp -ldl -o host
//   ./host <plugin-directory> <properties.json>      one webhook body a line on standard input
//
// What happened goes to standard output, trouble to standard error; the exit code is 1 if the
// scenario could not be played. SPDX-License-Identifier: MIT OR Apache-2.0

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "workflow_adapter.hpp"

namespace {

constexpr std::string_view adapter_type = "whatsapp";  // whose commands the scenario runs
constexpr std::string_view instance_name = "demo";

// ---- Loading plugins ----

std::string names(const wfa::Range<wfa::Field>& fields) {
  std::string joined;
  for (const wfa::Field field : fields) {
    joined += joined.empty() ? "" : ", ";
    joined += field.name();
  }
  return joined;
}

void describe(const wfa::Plugin& plugin) {
  const wfa::Descriptor offered = plugin.descriptor();
  std::cout << "plugin " << offered.id() << ' ' << offered.version() << ": " << offered.display()
            << ", specification " << offered.spec_version() << ", contract " << plugin.abi_major()
            << '.' << plugin.abi_minor() << '\n';
  for (const wfa::Field property : offered.properties()) {
    std::cout << "property " << property.name() << ": " << property.type()
              << (property.required() ? ", required" : "") << (property.secret() ? ", secret" : "");
    if (property.min_length() && property.max_length()) {
      std::cout << ", length " << *property.min_length() << ".." << *property.max_length();
    }
    std::cout << '\n';
  }
  for (const wfa::Command command : offered.commands()) {
    std::cout << "command " << command.name() << '(' << names(command.request()) << ") -> "
              << names(command.response()) << '\n';
  }
  for (const wfa::Event event : offered.events()) {
    std::cout << "event " << event.name() << ": " << event.fields().size() << " members\n";
  }
}

// Loads every plugin of the directory, in name order and by absolute path. A broken one does not
// stop the others. Answers the plugin of `adapter_type`.
wfa::Plugin load_directory(const std::filesystem::path& directory) {
  std::set<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::canonical(directory))) {
    if (entry.is_regular_file() && entry.path().extension() == ".so") files.insert(entry.path());
  }
  std::optional<wfa::Plugin> wanted;
  for (const std::filesystem::path& file : files) {
    try {
      wfa::Plugin plugin = wfa::Plugin::load(file);
      describe(plugin);
      if (!wanted && plugin.descriptor().id() == adapter_type) wanted = std::move(plugin);
    } catch (const wfa::Error& error) {
      std::cerr << "host: skipped what is no plugin: " << error.what() << '\n';
    }
  }
  if (!wanted) {
    throw std::runtime_error(directory.string() + ": no plugin in it is of the adapter type " +
                             std::string(adapter_type));
  }
  return std::move(*wanted);
}

// ---- JSON: a real host uses its library ----

// The value of the first `"from":"..."`, as it stands in the JSON; empty if there is none.
std::string sender(std::string_view json) {
  constexpr std::string_view key = "\"from\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + key.size());
  return std::string(json.substr(0, json.find('"')));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char unicode[8] = "";
    if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(unicode, sizeof unicode, "\\u%04x", static_cast<unsigned>(c));
      out += unicode;
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

// ---- The host ----

// One instance and its workflow: a customer's message starts it, a reply ends it.
class Host {
 public:
  Host(const wfa::Plugin& plugin, const std::string& properties)
      : adapter_(wfa::Adapter::create(plugin, properties, description())),
        events_(adapter_.on_event("", [this](std::string_view name, std::string_view json) {
          return on_event(name, json);
        })) {
    adapter_.start();  // from here on events may come that no call brings
    std::cout << "created " << instance_name << '\n';
  }
  // The callback has its address.
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  void play() {
    send("sendMessageText",
         R"({"phoneNumber":"+16505551234","message":"Your order has shipped 📦"})", "order-1");
    send("sendMessageTextTemplate",
         R"({"phoneNumber":"+16505551234","templateName":"hello_world","languageCode":"en_US"})",
         "order-2");
    send("sendMessageReaction",
         R"({"phoneNumber":"+16505551234",)"
         R"("messageId":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQQA=","emoji":"👍"})",
         "order-3");
    send("sendMessageText", R"({"phoneNumber":"+16505551234"})", "");
    send("sendMessageText", R"({"phoneNumber":"+15550000000","message":"Hello"})", "order-4");
    process_webhook();
    if (customer_.empty()) throw std::runtime_error("no customer_message came");
    std::cout << "workflow reply starts: customer_message from " << customer_ << '\n';
    send("sendMessageText",
         R"({"phoneNumber":")" + customer_ + R"(","message":"Thanks for your message!"})",
         "reply-1");
    adapter_.destroy();
    std::cout << "destroyed " << instance_name << '\n';
  }

 private:
  static wfa::Host description() {
    wfa::Host host;
    host.name = "example host in C++";
    host.instance_name = instance_name;
    host.log_level = WFA_LOG_WARN;
    host.log = [](const wfa::LogRecord& record) {  // on any thread
      std::ostringstream line;
      line << "log " << record.level << ' ' << record.target << ": " << record.message << ' '
           << record.fields_json << '\n';
      std::cerr << line.str();
    };
    return host;
  }

  // Only notes what happened: workflows run when processWebhook has returned. A real host stores
  // the event before it answers `accepted`.
  wfa::Verdict on_event(std::string_view name, std::string_view json) {
    std::cout << "event " << name << ' ' << json << '\n';
    if (name == "customer_message") customer_ = sender(json);
    return wfa::Verdict::accepted;
  }

  // Runs a command and prints how it ended.
  bool execute(std::string_view name, std::string_view request, std::string_view correlation_id) {
    wfa::Options options;
    options.correlation_id = correlation_id;
    const wfa::Result result = adapter_.execute(name, request, options);
    std::cout << "< " << result.code() << ' ' << result.response() << '\n';
    if (!result.ok()) std::cout << "! " << result.error()->what() << '\n';
    return result.ok();
  }

  // Sends a message; an accepted one is followed by three notifications: sent, delivered, read.
  void send(std::string_view name, std::string_view request, std::string_view correlation_id) {
    std::cout << "> " << name << ' ' << request << '\n';
    if (!execute(name, request, correlation_id)) return;
    for (int i = 0; i < 3; ++i) process_webhook();
  }

  // Reads one notification from standard input and hands it to the adapter.
  void process_webhook() {
    std::string body;
    if (!std::getline(std::cin, body)) {
      throw std::runtime_error("standard input ended where a notification was expected");
    }
    std::cout << "webhook\n";
    execute("processWebhook", R"({"whatsAppNotification":")" + escaped(body) + R"("})", "");
  }

  std::string customer_;  // who wrote last
  wfa::Adapter adapter_;
  wfa::Registration events_;
};

std::string read_file(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string(path) + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "host: usage: host <plugin-directory> <properties.json>\n";
    return EXIT_FAILURE;
  }
  try {
    const wfa::Plugin plugin = load_directory(argv[1]);
    Host(plugin, read_file(argv[2])).play();
  } catch (const std::exception& error) {
    std::cerr << "host: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
