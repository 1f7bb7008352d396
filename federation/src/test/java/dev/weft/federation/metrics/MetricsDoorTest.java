package dev.weft.federation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.core.Digest;
import dev.weft.core.config.CoordinatorConfig;
import dev.weft.core.config.JournalConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a monitoring system reads over HTTP. */
class MetricsDoorTest {
  private static final Digest STATE = new Digest("0".repeat(64));

  private final CoordinatorMetrics metrics = new CoordinatorMetrics();
  private final HttpClient http = HttpClient.newHttpClient();
  private CompletionStage<SitesNow> sites = CompletableFuture.completedFuture(new SitesNow(3, 2));
  private Optional<MetricsDoor> door = Optional.empty();
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() {
    door.ifPresent(MetricsDoor::close);
  }

  @Test
  void figuresFollowWhatHappensInARun() throws Exception {
    metrics.starting("demo \"one\"", "fed-sb", 3, Path.of("runs"), List.of());
    metrics.happened(new RunEvent.Resumed(List.of(new RunEvent.RoundCommitted(round(1), STATE))));
    metrics.happened(new RunEvent.ClientDropped(2, "b", "b: update has NaN (W-0231)"));
    metrics.happened(new RunEvent.ClientDropped(2, "c", "c did not answer"));
    metrics.happened(new RunEvent.RoundFailed(2, 1, "too few clients (W-0230)"));
    metrics.happened(new RunEvent.RoundCommitted(round(2), STATE));

    open("127.0.0.1:" + port);
    HttpResponse<String> page = get("/metrics");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(page.body().lines())
        .contains(
            "# TYPE weft_rounds_committed_total counter",
            "weft_sites_joined 3",
            "weft_sites_here 2",
            "weft_run_state{run=\"demo \\\"one\\\"\",state=\"running\"} 1",
            "weft_run_state{run=\"demo \\\"one\\\"\",state=\"failed\"} 0",
            "weft_run_rounds{run=\"demo \\\"one\\\"\"} 3",
            "weft_run_round{run=\"demo \\\"one\\\"\"} 2",
            "weft_rounds_committed_total 1",
            "weft_rounds_failed_total 1",
            "weft_round_seconds_sum 1.5",
            "weft_round_seconds_count 1",
            "weft_received_bytes_total 1000",
            "weft_sent_bytes_total 2000",
            "weft_failures_total{code=\"W-0230\"} 1",
            "weft_failures_total{code=\"W-0231\"} 1",
            "weft_failures_total{code=\"none\"} 1");
    assertThat(page.body()).endsWith("\n");
  }

  @Test
  void whoNamesNoPlaceHasNone() {
    MetricsDoor.open(config(Optional.empty()), metrics, () -> sites).close();
    assertThatThrownBy(() -> get("/health")).isInstanceOf(IOException.class);
  }

  @Test
  void aCoordinatorWhoseLobbyFailsIsHealthyAndNotReady() throws Exception {
    open("localhost:" + port);
    assertThat(get("/ready").statusCode()).isEqualTo(200);
    sites = CompletableFuture.failedFuture(new IllegalStateException("ended"));
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body())
        .contains("weft_rounds_committed_total 0")
        .doesNotContain("weft_sites_here");
    assertThat(get("/keys").statusCode()).isEqualTo(404);
  }

  @Test
  void whatSitesMeasuredIsAMeanAndASpreadAndNobodysOwn() throws Exception {
    open("127.0.0.1:" + port);
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    counts.put("hospital-a", new AnswerCounts(10, 10, 9, 5));
    counts.put("hospital-b", new AnswerCounts(30, 30, 15, 45));
    metrics.starting("demo", "fedit", 3, Path.of("runs"), List.of());
    metrics.happened(
        new RunEvent.EvaluatedAtSites(
            0,
            new SitesEvaluation(
                Optional.of(PooledEvaluation.of(counts, true)),
                List.of("hospital-c"),
                new TreeMap<>(Map.of("hospital-d", "is not here")),
                70)));

    assertThat(get("/metrics").body())
        .contains(
            "weft_run_sites_asked{run=\"demo\",said=\"measured\"} 2",
            "weft_run_sites_asked{run=\"demo\",said=\"withheld\"} 1",
            "weft_run_sites_asked{run=\"demo\",said=\"missing\"} 1",
            "weft_run_sites_test_loss{of=\"mean\",run=\"demo\"} 1.25",
            "weft_run_sites_test_loss{of=\"min\",run=\"demo\"} 0.5",
            "weft_run_sites_test_loss{of=\"max\",run=\"demo\"} 1.5",
            "weft_run_sites_test_loss{of=\"deviation\",run=\"demo\"} 0.5",
            "weft_run_sites_accuracy{of=\"mean\",run=\"demo\"} 0.6",
            "weft_sent_bytes_total 70")
        .doesNotContain("hospital");
    metrics.starting("next", "fedit", 3, Path.of("runs"), List.of());
    assertThat(get("/metrics").body()).doesNotContain("weft_run_sites");
  }

  @Test
  void nothingIsWrittenThere() throws Exception {
    open("127.0.0.1:" + port);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/health"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void otherMachinesCannotReachIt() {
    assertThatThrownBy(() -> open("0.0.0.0:" + port))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_VALUE))
        .hasMessageContaining("coordinator.metrics-listen: 0.0.0.0:" + port);
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> open("127.0.0.1:" + taken.getLocalPort()))
          .isInstanceOf(WeftException.class)
          .hasMessageContaining("coordinator.metrics-listen: 127.0.0.1:" + taken.getLocalPort());
    }
  }

  private void open(String listen) {
    door = Optional.of(MetricsDoor.open(config(Optional.of(listen)), metrics, () -> sites));
  }

  private static CoordinatorConfig config(Optional<String> listen) {
    return new CoordinatorConfig(
        "127.0.0.1:1", List.of(), Duration.ZERO, listen, JournalConfig.file());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static RoundMetrics round(int number) {
    return new RoundMetrics(number, 2, 800, 800, 1.0, 1000, 2000, 0, 0, 1.5);
  }
}
