/**
 * A closed-loop HTTP/1.1 load generator: so many connections, each with one request in flight, the next one sent when
 * the answer is complete.
 *
 * <p>{@link dev.holdfast.bench.http.LoadGenerator} runs the connections on a few threads with a selector each and tells
 * every failure apart: {@link dev.holdfast.bench.http.Failure}. It needs HdrHistogram and nothing else of this project,
 * so that tests can put a server under load with it; {@link dev.holdfast.bench.http.DriveCommand} is its command line.
 */
@NullMarked
package dev.holdfast.bench.http;

import org.jspecify.annotations.NullMarked;
