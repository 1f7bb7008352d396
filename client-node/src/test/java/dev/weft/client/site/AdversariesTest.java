package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.error.Problem;
import dev.weft.privacy.keys.Credentials;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.ProtocolVersions;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.SiteMessage;
import dev.weft.protocol.codec.SiteMessages;
import dev.weft.protocol.codec.WireNouns;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.EnrolmentAnswer;
import dev.weft.wire.EnrolmentRequest;
import dev.weft.wire.FederationClient;
import dev.weft.wire.Letter;
import dev.weft.wire.Upload;
import dev.weft.wire.UploadPart;
import dev.weft.wire.UploadStanding;
import dev.weft.wire.UploadStart;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.grpc.GrpcClientSettings;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes to the door, another site goes on undisturbed (privacy.md 5.8). */
@Timeout(value = 120)
class AdversariesTest {
  private static final RoundId ID = new RoundId("run", 2, 1);

  private final ActorTestKit kit =
      TestFederation.kit(
          "AdversariesTest",
          """
          pekko.http.server { idle-timeout = 3s
           http2 { ping-interval = 1s, ping-timeout = 1s } }
          """);

  @TempDir private Path folder;

  private final InstantSource longAgo =
      InstantSource.fixed(Instant.now().minus(Duration.ofDays(60)));
  private final TestAuthority authority = new TestAuthority(longAgo);
  private final BlockingQueue<SiteEvent> honest = new LinkedBlockingQueue<>();
  private final MemoryStore outbox = new MemoryStore();
  private TestFederation federation;
  private TestFederation.House house;
  private Credentials own;

  @BeforeEach
  void found() throws Exception {
    authority.setClock(InstantSource.system());
    authority.renewCoordinator();
    federation = new TestFederation(kit, authority, folder);
    house = federation.open();
    own = federation.join("mallory");
    Credentials other = federation.join("honest");
    GrpcLines lines = federation.lines(other, List.of(house.port()));
    federation.site(
        other, lines, federation.transfer(lines, "honest"), Connection.Patience.USUAL, honest::add);
    assertThat(honest.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Connected.class);
  }

  /** The other site's stream is the one that it opened, and it can be asked. */
  @AfterEach
  void theHonestSiteWasNotDisturbed() throws Exception {
    federation.begin(house, "after");
    assertThat(honest.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Preparing.class);
    assertThat(honest.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Prepared.class);
    kit.shutdownTestKit();
  }

  @Test
  void anExpiredCertificateIsRefused() {
    authority.setClock(longAgo);
    Credentials expired = federation.join("old");
    authority.setClock(InstantSource.system());

    assertNotServed(TestAuthority.context(expired));
  }

  @Test
  void aRevokedCertificateIsRefused() throws Exception {
    assertThat(standing(TestAuthority.context(own))).isNotNull();

    authority.revoke(own.node());

    assertNotServed(TestAuthority.context(own));
  }

  @Test
  void aCertificateOfAnotherFederationIsRefused() throws Exception {
    Credentials foreign = new TestAuthority().site("mallory");
    SSLContext context = authority.trusting(foreign);

    assertNotServed(context);
  }

  @Test
  void aCoordinatorIsNoSite() {
    assertNotServed(authority.trusting(authority.coordinator()));
  }

  @Test
  void anOlderTlsIsRefused() throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            authority.stranger().getSocketFactory().createSocket("localhost", house.port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("protocol_version");
    }
  }

  @Test
  void whoShowsNoCertificateCanOnlyEnrol() throws Exception {
    FederationClient stranger = client(authority.stranger(), call -> call);
    ByteString words = ByteString.copyFromUtf8("let me in");

    EnrolmentAnswer answer =
        get(stranger.enrol(EnrolmentRequest.newBuilder().setContent(words).build()));

    assertThat(answer.getContent()).isEqualTo(words);
    String join = "needs a certificate of the federation; join it with weft join";
    assertRefused(Problem.NOT_ADMITTED, join, stranger.standing(upload(ID, 1)));
    assertRefused(Problem.NOT_ADMITTED, join, stranger.leave(Source.<UploadPart>empty()));
    assertRefused(
        Problem.NOT_ADMITTED,
        join,
        stranger.converse(Source.<Letter>empty()).runWith(Sink.ignore(), kit.system()));
    assertThatThrownBy(
            () ->
                get(
                    stranger.enrol(
                        EnrolmentRequest.newBuilder().setContent(zeros(70_000)).build())))
        .isInstanceOf(ExecutionException.class);
    stranger.close();
  }

  @Test
  void whoHasACertificateNeedNotEnrol() throws Exception {
    assertRefused(
        Problem.NOT_ADMITTED,
        "has a certificate already",
        client().enrol(EnrolmentRequest.getDefaultInstance()));
  }

  @Test
  void aLetterInAnothersNameIsRefused() {
    Credentials other = federation.join("other");

    assertRefusedLetter("is not signed by its key", hello(new TestIdentity(other).letters()));
  }

  @Test
  void whoDoesNotSayHelloFirstIsRefused() {
    assertRefusedLetter(
        "did not say which version",
        Source.single(letter(new TestIdentity(own).letters(), new SiteMessage.Leaving("bye"))));
  }

  @Test
  void whoSaysHelloTwiceIsRefused() {
    Correspondence letters = new TestIdentity(own).letters();

    CompletableFuture<Letter> second = new CompletableFuture<>();
    List<Letter> heard =
        client()
            .converse(hello(letters).concat(Source.completionStage(second)).concat(nothingMore()))
            .map(
                letter -> {
                  letters.read(letter.getEnvelope().toByteArray());
                  second.complete(first(letters));
                  return letter;
                })
            .runWith(Sink.seq(), kit.system())
            .toCompletableFuture()
            .join();

    assertThat(heard.get(heard.size() - 1).getEnvelope().toStringUtf8())
        .contains("said twice which version it speaks");
  }

  @Test
  void endlessSmallFramesBeforeHelloEndTheStream() throws Exception {
    AtomicLong sent = new AtomicLong();

    converse(
            Source.repeat(Letter.getDefaultInstance())
                .map(
                    letter -> {
                      sent.incrementAndGet();
                      return letter;
                    }))
        .toCompletableFuture()
        .handle((done, thrown) -> done)
        .get(60, TimeUnit.SECONDS);

    assertThat(sent.get()).isPositive();
  }

  /** Of many streams that say nothing the door keeps one. */
  @Test
  void whoOpensManyStreamsAndSaysNothingKeepsOne() throws Exception {
    FederationClient client = client();
    BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
    for (int i = 0; i < 10; i++) {
      int number = i;
      client
          .converse(nothingMore())
          .runWith(Sink.ignore(), kit.system())
          .whenComplete((done, thrown) -> ended.add(number));
    }

    for (int i = 0; i < 9; i++) {
      assertThat(ended.poll(15, TimeUnit.SECONDS)).isNotNull();
    }
    client.close();
  }

  @Test
  void aFrameOf200MebibytesIsNotServed() {
    Field field = Field.newBuilder().addLengthDelimited(zeros(200 << 20)).build();
    UnknownFieldSet fields = UnknownFieldSet.newBuilder().addField(99, field).build();

    assertThatThrownBy(
            () ->
                get(client().standing(upload(ID, 1).toBuilder().setUnknownFields(fields).build())))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void aCompressedFrameIsNotServed() {
    house.desk().open(ID, Set.of(), 10);
    FederationClient client =
        client(TestAuthority.context(own), options -> options.withCompression("gzip"));

    assertThatThrownBy(() -> get(client.standing(upload(ID, 1))))
        .isInstanceOf(ExecutionException.class);
  }

  /** Neither the handshake nor anything else comes. */
  @Test
  void whoDialsAndSaysNothingIsCutOff() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
      assertThat(endOf(socket)).isEqualTo(-1);
    }
  }

  private static int endOf(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException reset) {
      return -1;
    }
  }

  /** What it is told waits up to a bound, then its line is given up. */
  @Test
  void whoNeverReadsWhatItIsToldLosesItsStream() {
    Correspondence letters = new TestIdentity(own).letters();
    client().converse(hello(letters).concat(nothingMore())).runWith(Sink.never(), kit.system());
    TestProbe<List<Lobby.Presence>> who = kit.createTestProbe();
    List<Lobby.Presence> here;
    do {
      house.lobby().tell(new Lobby.Who(who.ref()));
      here = who.receiveMessage();
    } while (here.size() < 2);
    String words = "x".repeat(10_000);
    for (int run = 0; here.size() == 2; run++) {
      for (int i = 0; i < 50; i++) {
        house.lobby().tell(new Lobby.End("no such run", words, Optional.empty()));
      }
      federation.begin(house, "run-" + run, "honest").receiveMessage();
      honest.clear();
      house.lobby().tell(new Lobby.Who(who.ref()));
      here = who.receiveMessage();
    }

    assertThat(here).extracting(Lobby.Presence::site).containsExactly("honest");
  }

  @Test
  void aMessageOfAnEarlierRoundIsRefused() {
    house.desk().open(ID, Set.of(), 10);

    assertRefused(
        Problem.WRONG_REFERENCE,
        "run round 1 attempt 1 is over",
        client().standing(upload(new RoundId("run", 1, 1), 3)));
  }

  @Test
  void whatIsNoUploadIsRefused() {
    house.desk().open(ID, Set.of(), 10);

    assertRefused(
        Problem.MESSAGE_REFUSED,
        "digest: 64",
        client()
            .standing(Upload.getDefaultInstance().toBuilder().setId(WireNouns.write(ID)).build()));
    assertRefused(
        Problem.MESSAGE_REFUSED,
        "did not say first which it is",
        client().leave(Source.<UploadPart>empty()));
    assertRefused(
        Problem.MESSAGE_REFUSED,
        "did not say first which it is",
        client().leave(Source.single(data(new byte[3]))));
    assertRefused(
        Problem.MALFORMED_UPDATE,
        "at most 10 were agreed",
        client().leave(Source.single(start(new Artifact(TestFederation.BASE, 11)))));
  }

  @Test
  void theSameUploadTwiceHasOneEffectAndOneAnswer() throws Exception {
    byte[] bytes = bytes(1);
    Artifact update = outbox.put(out -> out.write(bytes));
    house.desk().open(ID, Set.of(), 2000);

    UploadStanding first = get(client().leave(Source.from(List.of(start(update), data(bytes)))));
    UploadStanding second = get(client().leave(Source.from(List.of(start(update), data(bytes)))));

    assertThat(second).isEqualTo(first);
    assertThat(second.getHave()).isEqualTo(1000);
    assertThat(house.desk().close(ID).up()).isEqualTo(1000);
  }

  @Test
  void otherBytesThanNamedAreRefused() {
    Artifact update = outbox.put(out -> out.write(bytes(1)));
    house.desk().open(ID, Set.of(), 2000);

    assertRefused(
        Problem.BAD_ARTIFACT,
        "other bytes came",
        client().leave(Source.from(List.of(start(update), data(bytes(2))))));
    assertRefused(
        Problem.BAD_ARTIFACT,
        "more than its 1000 bytes came",
        client().leave(Source.from(List.of(start(update), data(new byte[1001])))));
    assertThat(house.desk().have(ID, "mallory", update)).isZero();
  }

  private void assertNotServed(SSLContext context) {
    assertThatThrownBy(() -> standing(context))
        .isInstanceOf(ExecutionException.class)
        .satisfies(thrown -> assertThat(Refusals.in(thrown.getCause())).isEmpty())
        .rootCause()
        .hasMessageMatching("(?s).*(certificate|bad_certificate|UNAVAILABLE|closed).*");
  }

  /** A call that is answered, though refused, was served. */
  private Object standing(SSLContext context) throws ExecutionException {
    FederationClient client = client(context, call -> call);
    try {
      return get(client.standing(upload(ID, 1)));
    } catch (ExecutionException e) {
      if (Refusals.in(e.getCause()).isPresent()) {
        return e;
      }
      throw e;
    } finally {
      client.close();
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws ExecutionException {
    try {
      return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("no answer", e);
    }
  }

  private static void assertRefused(Problem problem, String words, CompletionStage<?> call) {
    assertThatThrownBy(() -> get(call))
        .satisfies(
            thrown ->
                assertThat(Refusals.in(thrown.getCause()))
                    .as(thrown.toString())
                    .hasValueSatisfying(
                        heard -> {
                          assertThat(heard.problem()).isEqualTo(problem);
                          assertThat(heard).hasMessageContaining(words);
                        }));
  }

  /** The coordinator says why in its last letter. */
  private void assertRefusedLetter(String words, Source<Letter, NotUsed> said) {
    List<Letter> heard =
        client()
            .converse(said.concat(nothingMore()))
            .runWith(Sink.seq(), kit.system())
            .toCompletableFuture()
            .join();

    assertThat(heard.get(heard.size() - 1).getEnvelope().toStringUtf8()).contains(words);
  }

  private CompletionStage<?> converse(Source<Letter, NotUsed> said) {
    return client().converse(said).runWith(Sink.ignore(), kit.system());
  }

  /** The stream stays open. */
  private static Source<Letter, NotUsed> nothingMore() {
    return Source.<Letter>maybe().mapMaterializedValue(open -> NotUsed.getInstance());
  }

  private static Source<Letter, NotUsed> hello(Correspondence letters) {
    return Source.single(first(letters));
  }

  private static Letter first(Correspondence letters) {
    return letter(letters, new SiteMessage.Hello(ProtocolVersions.OWN, "raw"));
  }

  private static Letter letter(Correspondence letters, SiteMessage message) {
    return Letter.newBuilder()
        .setEnvelope(ByteString.copyFrom(letters.write(SiteMessages.write(message))))
        .build();
  }

  private FederationClient client() {
    return client(TestAuthority.context(own), call -> call);
  }

  private FederationClient client(SSLContext context, UnaryOperator<CallOptions> options) {
    return FederationClient.create(
        GrpcClientSettings.connectToServiceAt("localhost", house.port(), kit.system())
            .withSslContext(context)
            .withChannelBuilderOverrides(
                builder ->
                    builder.intercept(
                        new ClientInterceptor() {
                          @Override
                          public <A, B> ClientCall<A, B> interceptCall(
                              MethodDescriptor<A, B> method, CallOptions call, Channel next) {
                            return next.newCall(method, options.apply(call));
                          }
                        })),
        kit.system());
  }

  private static Upload upload(RoundId id, int bytes) {
    return Upload.newBuilder()
        .setId(WireNouns.write(id))
        .setArtifact(WireNouns.write(new Artifact(TestFederation.BASE, bytes)))
        .build();
  }

  private static UploadPart start(Artifact update) {
    return UploadPart.newBuilder()
        .setStart(
            UploadStart.newBuilder()
                .setUpload(
                    Upload.newBuilder()
                        .setId(WireNouns.write(ID))
                        .setArtifact(WireNouns.write(update))))
        .build();
  }

  private static UploadPart data(byte[] bytes) {
    return UploadPart.newBuilder().setData(ByteString.copyFrom(bytes)).build();
  }

  private static ByteString zeros(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[1000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
