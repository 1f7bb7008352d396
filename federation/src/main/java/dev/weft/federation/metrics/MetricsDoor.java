package dev.weft.federation.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.core.Text;
import dev.weft.core.config.CoordinatorConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics}, {@code /health} and {@code /ready} over HTTP, to this machine alone:
 * there is no password. The process is healthy while this answers, and ready while its lobby tells
 * who is here.
 */
public final class MetricsDoor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int WRONG_METHOD = 405;
  private static final int UNAVAILABLE = 503;

  private record Answer(int status, String type, String text) {
    static Answer plain(int status, String text) {
      return new Answer(status, "text/plain; charset=utf-8", text + "\n");
    }
  }

  private final CoordinatorMetrics metrics;
  private final Supplier<CompletionStage<SitesNow>> sites;
  private final Optional<Address> place;
  private final Optional<HttpServer> server;

  private MetricsDoor(
      Optional<String> listen,
      CoordinatorMetrics metrics,
      Supplier<CompletionStage<SitesNow>> sites) {
    this.metrics = metrics;
    this.sites = sites;
    this.place = listen.map(Address::parse);
    this.server = place.map(this::serve);
  }

  /**
   * Opens it, if the configuration names a place for it.
   *
   * @param sites who is here, soon
   * @throws WeftException if others than this machine could reach it, or the port is taken
   */
  public static MetricsDoor open(
      CoordinatorConfig config,
      CoordinatorMetrics metrics,
      Supplier<CompletionStage<SitesNow>> sites) {
    return new MetricsDoor(config.metricsListen(), metrics, sites);
  }

  private HttpServer serve(Address at) {
    try {
      InetAddress host = InetAddress.getByName(at.host().toString());
      if (!host.isLoopbackAddress()) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format(
                "coordinator.metrics-listen: %s is reached from other machines; give 127.0.0.1:%d"
                    + " or [::1]:%d, and let a proxy with a password stand before it",
                at, at.port(), at.port()));
      }
      HttpServer made = HttpServer.create(new InetSocketAddress(host, at.port()), 0);
      made.createContext("/", this::answer);
      made.start();
      return made;
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNREACHABLE,
          Text.format(
              "coordinator.metrics-listen: %s cannot be served: %s; end what has it, or choose"
                  + " another port",
              at, e.getMessage()),
          e);
    }
  }

  /** Host and port that it serves; empty if it serves none. */
  public Optional<Address> place() {
    return place;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(String method, String path) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.plain(WRONG_METHOD, "this is only read");
    }
    return switch (path) {
      case "/health" -> Answer.plain(OK, "healthy");
      case "/ready" ->
          sites().isPresent()
              ? Answer.plain(OK, "ready")
              : Answer.plain(UNAVAILABLE, "does not serve sites now");
      case "/metrics" -> new Answer(OK, MetricsText.CONTENT_TYPE, metrics.page(sites()));
      default -> Answer.plain(NOT_FOUND, "there are /metrics, /health and /ready");
    };
  }

  private Optional<SitesNow> sites() {
    try {
      return Optional.of(
          sites.get().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    server.ifPresent(open -> open.stop(0));
  }
}
