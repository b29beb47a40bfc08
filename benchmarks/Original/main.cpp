// libprocess-original WORKLOAD [name=value...] [address=IP:PORT]
// libprocess-original serve ECHOES

#include "workloads.hpp"

#include <process/process.hpp>

#include <glog/logging.h>

#include <cstring>

int main(int argc, char** argv)
{
  FLAGS_minloglevel = google::GLOG_ERROR;
  setenv("LIBPROCESS_IP", "127.0.0.1", 1);
  // The metrics endpoint would answer twice a second only.
  setenv("LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT", "1000000/1secs", 1);
  process::initialize();

  const std::string workload = argc > 1 ? argv[1] : "";
  if (workload == "serve") {
    serve(argc > 2 ? atoll(argv[2]) : 0);
    _Exit(0);
  }

  Shape shape;
  std::string address;
  for (int i = 2; i < argc; ++i) {
    const char* value = strchr(argv[i], '=');
    check(value != nullptr, "arguments are name=value");
    const std::string name(argv[i], value - argv[i]);
    if (name == "address") {
      address = value + 1;
    } else {
      shape[name] = atoll(value + 1);
    }
  }

  Measured measured;
  if (workload == "pingPong") {
    measured = pingPong(shape);
  } else if (workload == "request") {
    measured = request(shape);
  } else if (workload == "await") {
    measured = awaited(shape);
  } else if (workload == "spawn") {
    measured = lives(shape);
  } else if (workload == "metrics") {
    measured = counters(shape);
  } else if (workload == "protobuf") {
    measured = protobuf(shape);
  } else if (workload == "remote") {
    measured = remote(shape, address);
  } else {
    check(false, "no such workload");
  }

  std::cout << "{\"operations\":" << measured.operations << ",\"seconds\":" << measured.seconds << ",\"cpuSeconds\":" << measured.cpu
            << ",\"extra\":{";
  const char* comma = "";
  for (const auto& item : measured.extra) {
    std::cout << comma << "\"" << item.first << "\":" << item.second;
    comma = ",";
  }

  std::cout << "}}" << std::endl;
  _Exit(0);
}
