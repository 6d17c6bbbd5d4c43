// A workflow host in under 50 lines of C++17:   host <plugin.so> <properties.json>
// A line of standard input is a command: its name, a space, and the request, one JSON object.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "workflow_adapter.hpp"

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("host <plugin.so> <properties.json>");
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
  for (std::string name, request; std::cin >> name && std::getline(std::cin, request);) {
    const wfa::Result result = adapter.execute(name, request);
    std::cout << name << ' ' << result.code() << ' ' << result.response() << '\n';
  }
} catch (const std::exception& error) {  // wfa::Error is one
  std::cerr << error.what() << '\n';
  return 1;
}
