package dev.weft.protocol.transport;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.apache.pekko.grpc.GrpcServiceException;

/** Problems as gRPC statuses, so that whoever is refused hears the sentence. */
public final class Refusals {
  private static final String SEPARATOR = ": ";

  private Refusals() {}

  /** What a call that cannot be answered ends with. */
  public static GrpcServiceException of(WeftException problem) {
    Status status =
        problem.problem() == Problem.NOT_ADMITTED
            ? Status.UNAUTHENTICATED
            : Status.FAILED_PRECONDITION;
    return new GrpcServiceException(
        status.withDescription(problem.problem().code() + SEPARATOR + problem.getMessage()));
  }

  /** What a call ends with that may be tried again. */
  public static GrpcServiceException again(String why) {
    return new GrpcServiceException(Status.UNAVAILABLE.withDescription(why));
  }

  /**
   * What the other side has refused; empty if it was not asked or did not come to an answer, so
   * that the call may be tried again.
   */
  public static Optional<WeftException> in(Throwable thrown) {
    Throwable cause = WeftException.unwrapped(thrown);
    if (cause instanceof WeftException own) {
      return Optional.of(own);
    }
    if (!(cause instanceof StatusRuntimeException answer)) {
      return Optional.empty();
    }
    String said = Optional.ofNullable(answer.getStatus().getDescription()).orElse("");
    int end = said.indexOf(SEPARATOR);
    return Problem.of(end < 0 ? said : said.substring(0, end))
        .map(
            problem ->
                new WeftException(problem, said.substring(end + SEPARATOR.length()), answer));
  }
}
