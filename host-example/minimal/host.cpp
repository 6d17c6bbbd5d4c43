// A workflow host in 30 lines of C++17:   host <plugin.so> <properties.json> <phone number>
// One notification comes on standard input; whoever received it has checked its signature.
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>

#include "workflow_adapter.hpp"

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("host <plugin.so> <properties.json> <phone number>");
  const wfa::Plugin plugin = wfa::Plugin::load(argv[1]);
  for (const wfa::Command command : plugin.descriptor().commands()) {
    std::cout << "command " << command.name() << '\n';
  }
  std::ifstream file(argv[2]);
  const std::string properties(std::istreambuf_iterator<char>(file), {});
  const wfa::Adapter adapter = wfa::Adapter::create(plugin, properties);
  const wfa::Registration events = adapter.on_event("", [](auto name, auto json) {
    std::cout << "event " << name << ' ' << json << '\n';
    return wfa::Verdict::accepted;  // or retry: it could not be kept, send it again
  });
  adapter.start();  // events that no call brings, where the plugin has some
  const auto run = [&](const char* name, const std::ostringstream& request) {
    const wfa::Result result = adapter.execute(name, request.str());
    std::cout << name << ' ' << result.code() << ' ' << result.response() << '\n';
  };
  std::ostringstream text, webhook;
  text << R"({"phoneNumber":)" << std::quoted(argv[3]) << R"(,"message":"Hello"})";
  run("sendMessageText", text);
  std::string notification;
  std::getline(std::cin, notification);
  webhook << R"({"whatsAppNotification":)" << std::quoted(notification) << '}';
  run("processWebhook", webhook);
} catch (const std::exception& error) {  // wfa::Error is one
  std::cerr << error.what() << '\n';
  return 1;
}
