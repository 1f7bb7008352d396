package dev.weft.client.site;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.grpc.GrpcChannel;
import org.apache.pekko.grpc.GrpcResponseMetadata;
import org.apache.pekko.grpc.GrpcSingleResponse;
import org.apache.pekko.grpc.internal.InternalChannel;
import org.apache.pekko.grpc.internal.MetadataImpl;
import org.apache.pekko.stream.scaladsl.Source;
import scala.concurrent.Future;

/**
 * Calls go over whatever channel is there now. A client of Pekko gRPC is remembered by its actor
 * system until that ends, and its channel with it; a site that loses its line again and again for
 * years has one client all the same.
 */
final class CurrentChannel extends InternalChannel {
  private volatile Optional<GrpcChannel> now = Optional.empty();

  /** Calls go over this one from now on; the one before is closed. */
  void open(GrpcChannel next) {
    close();
    now = Optional.of(next);
  }

  void close() {
    now.ifPresent(GrpcChannel::close);
    now = Optional.empty();
  }

  private InternalChannel channel() {
    return now.orElseThrow(() -> new IllegalStateException("there is no line now"))
        .internalChannel();
  }

  @Override
  public <I, O> Future<O> invoke(
      I request, MetadataImpl headers, MethodDescriptor<I, O> method, CallOptions options) {
    return channel().invoke(request, headers, method, options);
  }

  @Override
  public <I, O> Future<GrpcSingleResponse<O>> invokeWithMetadata(
      I request, MetadataImpl headers, MethodDescriptor<I, O> method, CallOptions options) {
    return channel().invokeWithMetadata(request, headers, method, options);
  }

  @Override
  public <I, O> Source<O, Future<GrpcResponseMetadata>> invokeWithMetadata(
      Source<I, NotUsed> requests,
      MetadataImpl headers,
      MethodDescriptor<I, O> method,
      boolean streamingResponse,
      CallOptions options) {
    return channel().invokeWithMetadata(requests, headers, method, streamingResponse, options);
  }

  @Override
  public void shutdown() {
    close();
  }

  @Override
  public Future<Done> done() {
    return now.map(GrpcChannel::closed).orElseGet(() -> Future.successful(Done.getInstance()));
  }
}
