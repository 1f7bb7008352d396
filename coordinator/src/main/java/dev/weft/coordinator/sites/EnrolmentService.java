package dev.weft.coordinator.sites;

import com.google.protobuf.ByteString;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.EnrolmentAnswer;
import dev.weft.wire.EnrolmentRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** What a site without a certificate can ask for: one. */
final class EnrolmentService extends ClosedService {
  private final UnaryOperator<byte[]> enrol;
  private final Executor disk;

  EnrolmentService(UnaryOperator<byte[]> enrol, Executor disk) {
    super(Doorway.stranger());
    this.enrol = enrol;
    this.disk = disk;
  }

  @Override
  public CompletionStage<EnrolmentAnswer> enrol(EnrolmentRequest request) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            byte[] answer = enrol.apply(request.getContent().toByteArray());
            return EnrolmentAnswer.newBuilder().setContent(ByteString.copyFrom(answer)).build();
          } catch (WeftException e) {
            throw Refusals.of(e);
          }
        },
        disk);
  }
}
