// Serialized trees to a typed handler, through the mailbox.

#include "workloads.hpp"

#include "tree.pb.h"

#include <process/dispatch.hpp>
#include <process/protobuf.hpp>

#include <deque>

using namespace process;

namespace {

const int Branches = 4;

class Receiver : public ProtobufProcess<Receiver>
{
public:
  Receiver(const std::string& _bytes, int64_t _messages, Latch* _done) : bytes(_bytes), messages(_messages), done(_done) {}

  void begin()
  {
    for (int i = 0; i < 64; ++i) {
      feed();
    }
  }

protected:
  void initialize() override { install<suite::Tree>(&Receiver::handle); }

private:
  void handle(const suite::Tree&)
  {
    if (++handled == messages) {
      done->trigger();
    }

    feed();
  }

  void feed()
  {
    if (sent < messages) {
      ++sent;
      ProcessBase::send(self(), suite::Tree().GetTypeName(), bytes.data(), bytes.size());
    }
  }

  const std::string bytes;
  const int64_t messages;
  Latch* done;
  int64_t sent = 0;
  int64_t handled = 0;
};

} // namespace {

Measured protobuf(const Shape& shape)
{
  suite::Tree root;
  int64_t children = shape.at("children");
  std::deque<suite::Tree*> open = {&root};
  while (!open.empty()) {
    suite::Tree* node = open.front();
    open.pop_front();
    node->add_payload(1);
    node->add_payload(1);
    for (int i = 0; i < Branches && children > 0; ++i, --children) {
      open.push_back(node->add_children());
    }
  }

  Latch done;
  Receiver receiver(root.SerializeAsString(), shape.at("count"), &done);
  spawn(receiver);
  Watch watch;
  dispatch(receiver, &Receiver::begin);
  done.await();
  Measured measured = watch.done(shape.at("count"));
  terminate(receiver);
  wait(receiver);
  return measured;
}
