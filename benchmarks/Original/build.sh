#!/bin/sh
# Builds the original's library, optimized and with its default queues, and the program the suite runs beside ours.
# Usage: build.sh MESOS-SOURCES OUTPUT. Needs g++, protoc and the libraries named in the last line with their headers, Boost,
# picojson and rapidjson. Takes about a quarter of an hour on one CPU.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lib=$1/3rdparty/libprocess
out=$2
mkdir -p "$out/objects"
flags="-std=c++17 -O2 -DNDEBUG -w -DPICOJSON_USE_INT64 -D__STDC_FORMAT_MACROS -I$lib/include -I$lib/src -I$1/3rdparty/stout/include"
flags="$flags -I/usr/include/subversion-1 -I/usr/include/apr-1.0 -I$out"

compile() {
    object="$out/objects/$(echo "$2" | tr / _).o"
    if [ ! -s "$object" ] || [ "$1/$2" -nt "$object" ]; then
        g++ $flags -c "$1/$2" -o "$object"
    fi
}

for file in process authenticator authenticator_manager clock firewall help http http_proxy io latch logging memory_profiler \
    metrics/metrics mime pid profiler reap socket subprocess time posix/subprocess posix/libev/libev posix/libev/libev_poll \
    posix/io posix/poll_socket
do
    compile "$lib/src" "$file.cpp"
done

protoc "--proto_path=$here" "--cpp_out=$out" "$here/tree.proto"
compile "$out" tree.pb.cc
for file in main local remote protobuf
do
    compile "$here" "$file.cpp"
done

g++ "$out"/objects/*.o -o "$out/libprocess-original" -lglog -lprotobuf -lev -lhttp_parser -lcurl -lapr-1 -lsvn_subr-1 -lsvn_delta-1 \
    -larchive -lz -lpthread -ldl
