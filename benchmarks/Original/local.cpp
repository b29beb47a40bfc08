// Workloads within one program: pairs that play ping-pong, requests, calls that are awaited, short lives, metrics.

#include "workloads.hpp"

#include <process/defer.hpp>
#include <process/dispatch.hpp>
#include <process/metrics/counter.hpp>
#include <process/metrics/metrics.hpp>
#include <process/process.hpp>

#include <memory>
#include <queue>

using namespace process;

namespace {

class Echo : public Process<Echo>
{
public:
  explicit Echo(const char* _answer) : answer(_answer) {}
  int64_t received = 0;

protected:
  void initialize() override { install("ping", &Echo::ping); }

private:
  void ping(const UPID& from, const std::string& body)
  {
    ++received;
    send(from, answer, body.data(), body.size());
  }

  const char* answer;
};

class Client : public Process<Client>
{
public:
  Client(const UPID& _echo, int64_t _pings, int64_t _window, size_t _body, Latch* _done)
    : echo(_echo), pings(_pings), window(_window), body(_body, 'x'), done(_done) {}

  void begin()
  {
    while (sent < std::min(window, pings)) {
      ping();
    }
  }

  int64_t received = 0;

protected:
  void initialize() override { install("pong", &Client::pong); }

private:
  void pong(const UPID&, const std::string&)
  {
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
  Latch* done;
  int64_t sent = 0;
};

Measured exchange(int64_t echoes, int64_t clients, int64_t pings, int64_t window, size_t body, int64_t messagesEach)
{
  std::vector<std::unique_ptr<Echo>> targets;
  std::vector<std::unique_ptr<Client>> sources;
  std::vector<std::unique_ptr<Latch>> done;
  for (int64_t i = 0; i < echoes; ++i) {
    targets.emplace_back(new Echo("pong"));
    spawn(targets.back().get());
  }

  for (int64_t i = 0; i < clients; ++i) {
    done.emplace_back(new Latch());
    sources.emplace_back(new Client(targets[i % echoes]->self(), pings, window, body, done.back().get()));
    spawn(sources.back().get());
  }

  Watch watch;
  for (auto& source : sources) {
    dispatch(source.get(), &Client::begin);
  }

  for (auto& latch : done) {
    latch->await();
  }

  Measured measured = watch.done(clients * pings * messagesEach);
  int64_t received = 0;
  for (auto& source : sources) {
    terminate(source.get());
    wait(source.get());
    received += source->received;
  }

  for (auto& target : targets) {
    terminate(target.get());
    wait(target.get());
    received += target->received;
  }

  check(received == 2 * clients * pings, "messages were lost");
  return measured;
}

class Target : public Process<Target>
{
public:
  typedef std::shared_ptr<std::vector<int>> Data;

  Future<Data> take(const Data& data)
  {
    ++called;
    return data;
  }

  int64_t called = 0;
};

class Caller : public Process<Caller>
{
public:
  Caller(Target* _target, int64_t _calls, int64_t _window, int64_t _size, Latch* _done)
    : target(_target), calls(_calls), window(_window), data(new std::vector<int>(_size, 42)), done(_done) {}

  void begin()
  {
    for (int64_t i = 0; i < window; ++i) {
      call();
    }
  }

private:
  void call()
  {
    if (sent == calls) {
      return;
    }

    ++sent;
    dispatch(target, &Target::take, data).onAny(defer(self(), [this](const Future<Target::Data>& back) {
      check(back.isReady() && back.get() == data, "a result was lost");
      if (++returned == calls) {
        done->trigger();
      } else {
        call();
      }
    }));
  }

  Target* target;
  const int64_t calls;
  const int64_t window;
  const Target::Data data;
  Latch* done;
  int64_t sent = 0;
  int64_t returned = 0;
};

Measured calls(int64_t callers, int64_t each, int64_t window, int64_t size)
{
  Target target;
  spawn(target);
  std::vector<std::unique_ptr<Caller>> all;
  std::vector<std::unique_ptr<Latch>> done;
  for (int64_t i = 0; i < callers; ++i) {
    done.emplace_back(new Latch());
    all.emplace_back(new Caller(&target, each, window, size, done.back().get()));
    spawn(all.back().get());
  }

  Watch watch;
  for (auto& caller : all) {
    dispatch(caller.get(), &Caller::begin);
  }

  for (auto& latch : done) {
    latch->await();
  }

  Measured measured = watch.done(callers * each);
  for (auto& caller : all) {
    terminate(caller.get());
    wait(caller.get());
  }

  terminate(target);
  wait(target);
  check(target.called == callers * each, "calls were lost");
  return measured;
}

class Idle : public Process<Idle> {};

class Linker : public Process<Linker>
{
public:
  explicit Linker(const UPID& _to) : to(_to) {}

protected:
  void initialize() override { link(to); }

private:
  const UPID to;
};

class Nursery;

class Ephemeral : public Process<Ephemeral>
{
public:
  explicit Ephemeral(const PID<Nursery>& _nursery) : nursery(_nursery) {}
  void touch() { terminate(self()); }

protected:
  void finalize() override;

private:
  const PID<Nursery> nursery;
};

// Starts the next life when one has ended; so many live at once.
class Nursery : public Process<Nursery>
{
public:
  Nursery(int64_t _lives, Latch* _done) : lives(_lives), done(_done) {}

  void begin()
  {
    for (int64_t i = 0; i < 64; ++i) {
      next();
    }
  }

  void ended()
  {
    if (++over == lives) {
      done->trigger();
    } else {
      next();
    }
  }

private:
  void next()
  {
    if (started < lives) {
      ++started;
      dispatch(spawn(new Ephemeral(self()), true), &Ephemeral::touch);
    }
  }

  const int64_t lives;
  Latch* done;
  int64_t started = 0;
  int64_t over = 0;
};

void Ephemeral::finalize() { dispatch(nursery, &Nursery::ended); }

} // namespace {

Measured pingPong(const Shape& shape)
{
  const int64_t pairs = shape.at("pairs");
  return exchange(pairs, pairs, shape.at("count") / pairs, shape.at("window"), 0, 2);
}

Measured request(const Shape& shape)
{
  const int64_t clients = shape.at("clients");
  const int64_t each = shape.at("count") / clients;
  return shape.at("calls") != 0
    ? calls(clients, each, shape.at("window"), 3)
    : exchange(1, clients, each, shape.at("window"), 3, 1);
}

Measured awaited(const Shape& shape)
{
  return calls(1, shape.at("count"), shape.at("window"), 10240);
}

Measured lives(const Shape& shape)
{
  for (int64_t i = 0; i < shape.at("pairs"); ++i) {
    spawn(new Linker(spawn(new Idle(), true)), true);
  }

  Latch done;
  Nursery nursery(shape.at("count"), &done);
  spawn(nursery);
  Watch watch;
  dispatch(nursery, &Nursery::begin);
  done.await();
  Measured measured = watch.done(shape.at("count"));
  terminate(nursery);
  wait(nursery);
  return measured;
}

Measured counters(const Shape& shape)
{
  const int64_t count = shape.at("count");
  std::vector<metrics::Counter> all;
  for (int64_t i = 0; i < count; ++i) {
    all.push_back(metrics::Counter(
        "metrics/keys/can/be/somewhat/long/so/we/use/a/fairly/long/key/here/to/test/a/more/pathological/case/" + stringify(i)));
  }

  Watch watch;
  Watch stage;
  std::map<std::string, double> extra;
  for (auto& counter : all) {
    metrics::add(counter).await();
  }

  extra["addMs"] = stage.lap();
  check(metrics::snapshot(None()).get().size() >= static_cast<size_t>(count), "metrics are missing");
  extra["snapshotMs"] = stage.lap();
  http::get(UPID("metrics", process::address()), "snapshot").await();
  extra["httpMs"] = stage.lap();
  for (auto& counter : all) {
    metrics::remove(counter).await();
  }

  extra["removeMs"] = stage.lap();
  Measured measured = watch.done(count);
  measured.extra = extra;
  return measured;
}
