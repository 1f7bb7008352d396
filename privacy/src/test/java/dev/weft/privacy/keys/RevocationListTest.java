package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RevocationListTest {
  private static final Fleet FLEET = Fleet.atNoon();
  private static final Federation FEDERATION = FLEET.federation();
  private static final RevocationList NONE = RevocationList.none(FEDERATION.id());
  private static final NodeId B = new NodeId("hospital-b");
  private static final RevocationList LIST = NONE.with(List.of(B), List.of(BigInteger.TEN));

  @Test
  void aNodeOrACertificateIsRevoked() {
    Identity b = new Identity(FEDERATION.id(), B, Role.SITE, BigInteger.ONE);
    Identity c = new Identity(FEDERATION.id(), new NodeId("c"), Role.SITE, BigInteger.TEN);
    Identity d = new Identity(FEDERATION.id(), new NodeId("d"), Role.SITE, BigInteger.TWO);
    assertThat(LIST.isRevoked(B)).isTrue();
    assertThat(LIST.isRevoked(c.node())).isFalse();
    assertThat(LIST.isRevoked(b)).isTrue();
    assertThat(LIST.isRevoked(c)).isTrue();
    assertThat(LIST.isRevoked(d)).isFalse();
    assertThat(NONE.isRevoked(b)).isFalse();
  }

  @Test
  void aListGrowsByOneNumberAndForgetsNothing() {
    RevocationList next = LIST.with(List.of(new NodeId("c")), List.of(BigInteger.TWO));
    assertThat(LIST.number()).isEqualTo(1);
    assertThat(next.number()).isEqualTo(2);
    assertThat(next.nodes()).containsExactlyInAnyOrder(B, new NodeId("c"));
    assertThat(next.serials()).containsExactlyInAnyOrder(BigInteger.TWO, BigInteger.TEN);
  }

  @Test
  void aListThatTheAuthoritySignedTakesThePlaceOfAnOlderOne() {
    SignedStatement sent = SignedStatement.decode(LIST.signedBy(FLEET.authority).encode());
    assertThat(NONE.replacedBy(sent, FEDERATION)).isEqualTo(LIST);
    assertThat(LIST.replacedBy(sent, FEDERATION)).isEqualTo(LIST);
  }

  @Test
  void anOlderListDoesNotMakeARevocationForgotten() {
    refused(
        "has number 0, and number 1 is known",
        () -> LIST.replacedBy(NONE.signedBy(FLEET.authority), FEDERATION));
    RevocationList other = NONE.with(List.of(new NodeId("c")), List.of());
    refused(
        "has number 1, and number 1 is known",
        () -> LIST.replacedBy(other.signedBy(FLEET.authority), FEDERATION));
  }

  @Test
  void aListThatSomeoneElseSignedIsRefused() {
    Fleet other = Fleet.atNoon();
    refused(
        "not signed by the authority",
        () -> NONE.replacedBy(LIST.signedBy(other.authority), FEDERATION));
  }

  @Test
  void aListOfAnotherFederationIsRefused() {
    RevocationList elsewhere =
        RevocationList.none(new FederationId("elsewhere")).with(List.of(B), List.of());
    refused(
        "is for federation elsewhere",
        () -> NONE.replacedBy(elsewhere.signedBy(FLEET.authority), FEDERATION));
  }

  @Property(tries = 300)
  void everyBitCounts(@ForAll int where, @ForAll int bit) {
    byte[] bytes = LIST.signedBy(FLEET.authority).encode();
    bytes[Math.floorMod(where, bytes.length)] ^= (byte) (1 << Math.floorMod(bit, 8));
    refused("", () -> NONE.replacedBy(SignedStatement.decode(bytes), FEDERATION));
  }

  @Test
  void aListHasRoomForTenThousandNodesAndCertificates() {
    Set<NodeId> nodes =
        IntStream.range(0, 10_000)
            .mapToObj(i -> new NodeId("a".repeat(58) + (10_000 + i)))
            .collect(Collectors.toSet());
    Set<BigInteger> serials =
        IntStream.range(0, 10_000)
            .mapToObj(i -> BigInteger.ONE.shiftLeft(128).subtract(BigInteger.valueOf(i + 1L)))
            .collect(Collectors.toSet());
    RevocationList full = new RevocationList(FEDERATION.id(), 1, nodes, serials);
    SignedStatement sent = SignedStatement.decode(full.signedBy(FLEET.authority).encode());
    assertThat(NONE.replacedBy(sent, FEDERATION)).isEqualTo(full);
    assertThatThrownBy(() -> full.with(List.of(B), List.of())).hasMessageContaining("at most");
    assertThatThrownBy(() -> full.with(List.of(), List.of(BigInteger.ONE)))
        .hasMessageContaining("at most");
    assertThatThrownBy(() -> new RevocationList(FEDERATION.id(), -1, Set.of(), Set.of()))
        .hasMessageContaining("number");
  }

  private static void refused(String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.CERTIFICATE_REFUSED))
        .hasMessageContaining(why);
  }
}
