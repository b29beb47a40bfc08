// What the workloads on the original's library share. The suite runs this program beside ours; see benchmarks/README.md.

#pragma once

#include <process/latch.hpp>

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

typedef std::map<std::string, int64_t> Shape;

struct Measured
{
  int64_t operations;
  double seconds;
  double cpu;
  std::map<std::string, double> extra;
};

inline double cpuSeconds()
{
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Time since it was made.
class Watch
{
public:
  Measured done(int64_t operations) const { return {operations, seconds(), cpuSeconds() - cpu, {}}; }

  // Milliseconds since the last lap.
  double lap()
  {
    const double elapsed = seconds() * 1e3;
    started = Clock::now();
    return elapsed;
  }

private:
  typedef std::chrono::steady_clock Clock;

  double seconds() const { return std::chrono::duration<double>(Clock::now() - started).count(); }

  Clock::time_point started = Clock::now();
  double cpu = cpuSeconds();
};

inline void check(bool right, const char* wrong)
{
  if (!right) {
    std::cerr << wrong << std::endl;
    _Exit(1);
  }
}

Measured pingPong(const Shape& shape);
Measured request(const Shape& shape);
Measured awaited(const Shape& shape);
Measured lives(const Shape& shape);
Measured counters(const Shape& shape);
Measured protobuf(const Shape& shape);
Measured remote(const Shape& shape, const std::string& address);
void serve(int64_t echoes);
