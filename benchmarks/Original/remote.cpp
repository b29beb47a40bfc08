// Workloads between two programs, and the program at the other end: echoes and an HTTP route.

#include "workloads.hpp"

#include <process/dispatch.hpp>
#include <process/http.hpp>
#include <process/process.hpp>

#include <stout/none.hpp>

#include <atomic>
#include <iostream>
#include <memory>

using namespace process;

namespace {

std::atomic<int64_t> echoed(0);

class Echo : public Process<Echo>
{
public:
  explicit Echo(int64_t number) : ProcessBase("echo(" + stringify(number) + ")") {}

protected:
  void initialize() override
  {
    install("hello", &Echo::hello);
    install("ping", &Echo::ping);
  }

private:
  void hello(const UPID& from, const std::string& body)
  {
    ++echoed;
    link(from);
    send(from, "hello", body.data(), body.size());
  }

  void ping(const UPID& from, const std::string& body)
  {
    ++echoed;
    send(from, "pong", body.data(), body.size());
  }
};

class Web : public Process<Web>
{
public:
  Web() : ProcessBase("web") {}

protected:
  void initialize() override
  {
    route("/hundred", None(), [](const http::Request&) -> Future<http::Response> {
      return http::OK(std::string(100, '\0'), "application/octet-stream");
    });
    route("/text", None(), [](const http::Request& request) -> Future<http::Response> {
      std::string text;
      for (int i = 0; i < 40; ++i) {
        char line[100];
        snprintf(line, sizeof(line), "{\"id\":\"task-%09d\",\"state\":\"TASK_RUNNING\"},\n", i);
        text += line;
      }

      return http::OK(text, "text/plain");
    });
  }
};

class Client : public Process<Client>
{
public:
  Client(const UPID& _echo, int64_t _pings, int64_t _window, size_t _body, Latch* _greeted, Latch* _done)
    : echo(_echo), pings(_pings), window(_window), body(_body, 'x'), greeted(_greeted), done(_done) {}

  void begin()
  {
    while (sent < std::min(window, pings)) {
      ping();
    }
  }

protected:
  void initialize() override
  {
    install("hello", &Client::hello);
    install("pong", &Client::pong);
    link(echo);
    send(echo, "hello", body.data(), body.size());
  }

  void exited(const UPID&) override { check(false, "a link broke"); }

private:
  void hello(const UPID&, const std::string&) { greeted->trigger(); }

  void pong(const UPID&, const std::string& answer)
  {
    check(answer.size() == body.size(), "an answer lost its body");
    if (++received == pings) {
      done->trigger();
    } else if (sent < pings) {
      ping();
    }
  }

  void ping()
  {
    ++sent;
    send(echo, "ping", body.data(), body.size());
  }

  const UPID echo;
  const int64_t pings;
  const int64_t window;
  const std::string body;
  Latch* greeted;
  Latch* done;
  int64_t sent = 0;
  int64_t received = 0;
};

} // namespace {

Measured remote(const Shape& shape, const std::string& address)
{
  const int64_t clients = shape.at("clients");
  const int64_t pings = shape.at("count") / clients;
  std::vector<std::unique_ptr<Client>> all;
  std::vector<std::unique_ptr<Latch>> greeted;
  std::vector<std::unique_ptr<Latch>> done;
  for (int64_t i = 0; i < clients; ++i) {
    greeted.emplace_back(new Latch());
    done.emplace_back(new Latch());
    all.emplace_back(new Client(
        UPID("echo(" + stringify(i) + ")@" + address),
        pings,
        shape.at("window"),
        shape.at("body"),
        greeted.back().get(),
        done.back().get()));
    spawn(all.back().get());
  }

  for (auto& latch : greeted) {
    latch->await();
  }

  Watch watch;
  for (auto& client : all) {
    dispatch(client.get(), &Client::begin);
  }

  for (auto& latch : done) {
    latch->await();
  }

  Measured measured = watch.done(2 * clients * pings);
  for (auto& client : all) {
    terminate(client.get());
    wait(client.get());
  }

  return measured;
}

void serve(int64_t echoes)
{
  for (int64_t i = 0; i < echoes; ++i) {
    spawn(new Echo(i), true);
  }

  spawn(new Web(), true);
  std::cout << "@@ \"" << stringify(process::address()) << "\"" << std::endl;
  std::string line;
  while (std::getline(std::cin, line) && line == "usage") {
    std::cout << "@@ {\"CpuSeconds\":" << cpuSeconds() << ",\"Bytes\":0,\"PauseMilliseconds\":0,\"Counted\":" << echoed << "}" << std::endl;
  }
}
