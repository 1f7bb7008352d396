package dev.weft.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalsTest {

  @ParameterizedTest
  @EnumSource(Problem.class)
  void aRefusalIsHeardAsItWasMeant(Problem problem) {
    WeftException said = new WeftException(problem, "بیمارستان: no; W-0001: neither (this)");

    Throwable answer = Refusals.of(said).status().asRuntimeException();

    assertThat(Refusals.in(new CompletionException(new CompletionException(answer))))
        .hasValueSatisfying(
            heard -> {
              assertThat(heard.problem()).isEqualTo(problem);
              assertThat(heard).hasMessage(said.getMessage()).hasCause(answer);
            });
  }

  @Test
  void whoIsNotAdmittedIsToldSoByTheStatusToo() {
    assertThat(status(Problem.NOT_ADMITTED)).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status(Problem.MESSAGE_REFUSED)).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  private static Status.Code status(Problem problem) {
    return Refusals.of(new WeftException(problem, "no")).status().getCode();
  }

  @Test
  void anOwnProblemIsItsOwnAnswer() {
    WeftException own = new WeftException(Problem.STORE_FAILED, "no room");

    assertThat(Refusals.in(own)).containsSame(own);
    assertThat(Refusals.in(new CompletionException(own))).containsSame(own);
  }

  /** So that the call is tried again. */
  @Test
  void aBrokenLineIsNoRefusal() {
    assertThat(Refusals.in(new IOException("cut"))).isEmpty();
    assertThat(Refusals.in(new CompletionException("alone", null))).isEmpty();
    assertThat(Refusals.in(Status.UNAVAILABLE.asRuntimeException())).isEmpty();
    assertThat(Refusals.in(Status.UNAVAILABLE.withDescription("io exception").asRuntimeException()))
        .isEmpty();
    assertThat(Refusals.in(Status.INTERNAL.withDescription("W-9999: what").asRuntimeException()))
        .isEmpty();
    assertThat(
            Refusals.in(
                Status.INTERNAL
                    .withDescription("because " + Problem.NOT_ADMITTED.code() + ": x")
                    .asRuntimeException()))
        .isEmpty();
    assertThat(Refusals.in(Refusals.again("later").status().asRuntimeException())).isEmpty();
  }
}
