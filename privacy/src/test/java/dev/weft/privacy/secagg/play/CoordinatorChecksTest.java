package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Text;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.coordinator.CoordinatorState;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep.Verdict.Refused;
import dev.weft.privacy.secagg.coordinator.Failed;
import dev.weft.privacy.secagg.coordinator.Inviting;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.SurvivorsSignature;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.message.UnmaskShares.Kind;
import dev.weft.privacy.secagg.message.UnmaskShares.Revealed;
import dev.weft.privacy.secagg.primitive.Suites;
import dev.weft.privacy.secagg.site.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every check of the coordinator in privacy.md 1.4: one site breaks it, the others have a sum. */
class CoordinatorChecksTest {
  private static final int SITES = 5;
  private static final NodeId LIAR = Cast.node(2);
  private static final Bytes OTHER = Bytes.of(new byte[32]);
  private Cast cast = Cast.of(Cast.CHEAP, Cast.terms(Cast.CHEAP, 3, 40, 4), SITES, 7);

  private Signer liar() {
    return cast.signers.get(LIAR);
  }

  /** What the liar says is refused, and the sum is that of the others. */
  private <M> void refused(Class<M> kind, Function<M, Object> change, String why) {
    Play play = Play.of(cast, Tampering.with(LIAR).changing(kind, change));
    List<NodeId> others = cast.sites().stream().filter(site -> !site.equals(LIAR)).toList();
    assertThat(play.refusals).as(play.failure()).hasSize(1);
    assertThat(play.refusals.get(0).reason()).contains(LIAR.value()).contains(why);
    assertThat(play.refusals.get(0).quarantine()).isFalse();
    boolean sent = kind == SurvivorsSignature.class || kind == UnmaskShares.class;
    assertThat(play.sum()).contains(cast.sum(sent ? cast.sites() : others));
  }

  /** The first one counts; the second one makes the liar known. */
  private <M> void quarantined(Class<M> kind, Function<M, Object> second) {
    Play play = Play.of(cast, Tampering.with(LIAR).following(kind, second));
    assertThat(play.refusals).hasSize(1);
    assertThat(play.refusals.get(0).reason())
        .isEqualTo(
            Text.format(
                "site-002 sent a second %s with other contents in one session",
                kind.getSimpleName()));
    assertThat(play.refusals.get(0).quarantine()).isTrue();
    assertThat(play.sum()).contains(cast.sum(cast.sites()));
  }

  // Step 0b: keys.

  private UnaryOperator<Advertisement> keys(Bytes share, Bytes mask, Signer signer) {
    return own ->
        Advertisement.of(
            own.context(),
            own.node(),
            share == null ? own.shareKey() : share,
            mask == null ? own.maskKey() : mask,
            own.kemKeys(),
            own.nonce(),
            signer);
  }

  @Test
  void keysThatAreNotOfTheSenderAreRefused() {
    refused(
        Advertisement.class,
        own -> keys(null, null, cast.coordinator).apply(own),
        "it has not signed its keys");
    refused(
        Advertisement.class,
        own ->
            Advertisement.of(
                own.context(),
                Cast.node(9),
                own.shareKey(),
                own.maskKey(),
                own.kemKeys(),
                own.nonce(),
                liar()),
        "it speaks for site-009");
    refused(
        Advertisement.class,
        own ->
            Advertisement.of(
                OTHER,
                own.node(),
                own.shareKey(),
                own.maskKey(),
                own.kemKeys(),
                own.nonce(),
                liar()),
        "its keys are for another session");
  }

  @Test
  void keysThatAreNoneOrNotFreshAreRefused() {
    refused(Advertisement.class, keys(OTHER, null, liar())::apply, "its keys are none");
    refused(Advertisement.class, keys(null, OTHER, liar())::apply, "its keys are none");
    refused(
        Advertisement.class,
        own -> keys(own.maskKey(), null, liar()).apply(own),
        "one of its keys was used before");
    for (boolean share : new boolean[] {true, false}) {
      refused(
          Advertisement.class,
          own -> {
            cast.usedKeys.add(share ? own.shareKey() : own.maskKey());
            return own;
          },
          "one of its keys was used before");
    }
  }

  @Test
  void aKeyOfSmallOrderIsRefusedBeforeItMakesOthersLeave() {
    cast = Cast.of(Suites.FS1, Cast.terms(Suites.FS1, 3, 40, 4), SITES, 7);
    byte[] one = new byte[32];
    one[0] = 1;
    refused(Advertisement.class, keys(Bytes.of(one), null, liar())::apply, "its keys are none");
    refused(Advertisement.class, keys(null, Bytes.of(one), liar())::apply, "its keys are none");
  }

  @Test
  void keysOfAnotherSiteAreRefused() {
    List<Advertisement> first = new ArrayList<>();
    Tampering stolen =
        Tampering.with(LIAR)
            .changing(
                Advertisement.class, own -> keys(first.get(0).maskKey(), null, liar()).apply(own));
    Play play =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
                if (message instanceof Advertisement own) {
                  first.add(own);
                }
                return stolen.toCoordinator(from, message);
              }
            });
    assertThat(play.refusals.get(0).reason()).contains("one of its keys was used before");
  }

  @Test
  void whoIsNoMemberOrNotInvitedIsRefused() {
    CoordinatorState state =
        Inviting.open(cast.coordinatorSetup(), cast.context(0), cast.terms, cast.sites()).next();
    List<Advertisement> said = new ArrayList<>();
    Play.of(
        cast,
        Tampering.with(LIAR)
            .changing(
                Advertisement.class,
                own -> {
                  said.add(own);
                  return own;
                }));
    cast.signers.remove(LIAR);
    assertThat(reason(state.on(LIAR, said.get(0)))).contains("it is no member");
    assertThat(reason(state.on(Cast.node(9), said.get(0))))
        .isEqualTo("site-009 is not invited to the session");
  }

  private static String reason(CoordinatorStep step) {
    return ((Refused) step.verdict()).reason();
  }

  // Step 1b: shares.

  private static final String NOT_SHARED = "has not shared";

  private KeyShares shares(KeyShares own, Bytes session, int from, int number, Signer signer) {
    return KeyShares.of(session, from, own.shares().subList(0, number), own.commitment(), signer);
  }

  @Test
  void sharesThatAreNotOneForEachNeighbourOfThisSessionAreRefused() {
    refused(KeyShares.class, own -> shares(own, OTHER, 2, 4, liar()), NOT_SHARED);
    refused(KeyShares.class, own -> shares(own, own.session(), 1, 4, liar()), NOT_SHARED);
    refused(KeyShares.class, own -> shares(own, own.session(), 2, 3, liar()), NOT_SHARED);
    refused(KeyShares.class, own -> shares(own, own.session(), 2, 4, cast.coordinator), NOT_SHARED);
    refused(
        KeyShares.class,
        own -> {
          List<KeyShares.Sealed> all = new ArrayList<>(own.shares());
          all.set(0, new KeyShares.Sealed(1, all.get(0).box(), Bytes.of(new byte[1])));
          return KeyShares.of(own.session(), 2, all, own.commitment(), liar());
        },
        NOT_SHARED);
  }

  // Step 2b: vectors.

  private MaskedInput input(MaskedInput own, int bits, int values, Bytes digest, Signer signer) {
    return MaskedInput.of(own.session(), own.from(), own.partners(), bits, values, digest, signer);
  }

  @Test
  void vectorsOfAnotherFormOrDigestAreRefused() {
    String why = "is not the one it signed, or not 4 integers of 40 bits";
    refused(MaskedInput.class, own -> input(own, 39, 4, own.digest(), liar()), why);
    refused(MaskedInput.class, own -> input(own, 40, 5, own.digest(), liar()), why);
    refused(MaskedInput.class, own -> input(own, 40, 4, OTHER, liar()), why);
  }

  @Test
  void vectorsOfAnotherSessionOrSignerAreRefused() {
    String why = "is not signed by it, or of another session";
    refused(MaskedInput.class, own -> input(own, 40, 4, own.digest(), cast.coordinator), why);
    refused(
        MaskedInput.class,
        own -> MaskedInput.of(OTHER, 2, own.partners(), 40, 4, own.digest(), liar()),
        why);
    refused(
        MaskedInput.class,
        own -> MaskedInput.of(own.session(), 1, own.partners(), 40, 4, own.digest(), liar()),
        why);
  }

  @Test
  void aVectorThatIsMaskedWithOthersIsRefused() {
    refused(
        MaskedInput.class,
        own ->
            MaskedInput.of(
                own.session(),
                2,
                MaskedInput.partners(IndexSet.of(1, 2, 3, 4)),
                40,
                4,
                own.digest(),
                liar()),
        "not masked with those who shared with it");
  }

  /** What arrives is not what was signed, in one bit of one integer. */
  @Test
  void aChangedVectorIsRefused() {
    Play play =
        Play.of(cast, Tampering.with(LIAR).without(MaskedInput.class), 0, (site, vector) -> vector);
    assertThat(play.sum()).isPresent();
    for (int at = 0; at < 4; at++) {
      int place = at;
      Play changed =
          Play.of(
              cast,
              Line.HONEST,
              0,
              (site, vector) -> {
                if (!site.equals(LIAR)) {
                  return vector;
                }
                long[] values = new long[4];
                for (int i = 0; i < 4; i++) {
                  values[i] = vector.at(i) ^ (i == place ? 1L << 39 : 0);
                }
                return RingVector.of(40, values);
              });
      assertThat(changed.refusals).hasSize(1);
      assertThat(changed.refusals.get(0).reason()).contains("is not the one it signed");
      assertThat(((Unmasked) changed.coordinator()).dropped()).containsExactly(LIAR);
      List<NodeId> others = cast.sites().stream().filter(site -> !site.equals(LIAR)).toList();
      assertThat(changed.sum()).contains(cast.sum(others));
    }
    Play shorter =
        Play.of(
            cast,
            Line.HONEST,
            0,
            (site, vector) -> site.equals(LIAR) ? vector.range(0, 3) : vector);
    assertThat(shorter.refusals).hasSize(1);
    Play narrower =
        Play.of(
            cast,
            Line.HONEST,
            0,
            (site, vector) -> site.equals(LIAR) ? RingVector.of(39, 1, 2, 3, 4) : vector);
    assertThat(narrower.refusals).hasSize(1);
  }

  // Steps 3b and 4b.

  @Test
  void signaturesOfOtherSurvivorsAreNotCounted() {
    String why = "has not signed these survivors";
    refused(
        SurvivorsSignature.class,
        own -> new SurvivorsSignature(own.session(), 2, Bytes.of(new byte[64])),
        why);
    refused(
        SurvivorsSignature.class, own -> new SurvivorsSignature(OTHER, 2, own.signature()), why);
    refused(
        SurvivorsSignature.class,
        own -> new SurvivorsSignature(own.session(), 1, own.signature()),
        why);
  }

  @Test
  void sharesThatWereNotAskedForAreRefused() {
    String why = "not one of each site that it holds shares of";
    refused(UnmaskShares.class, own -> UnmaskShares.of(OTHER, 2, own.shares(), liar()), why);
    refused(
        UnmaskShares.class, own -> UnmaskShares.of(own.session(), 1, own.shares(), liar()), why);
    refused(
        UnmaskShares.class,
        own -> UnmaskShares.of(own.session(), 2, own.shares(), cast.coordinator),
        why);
    refused(
        UnmaskShares.class,
        own -> UnmaskShares.of(own.session(), 2, own.shares().subList(1, 5), liar()),
        why);
    refused(
        UnmaskShares.class,
        own -> {
          List<Revealed> all = new ArrayList<>(own.shares());
          all.set(0, new Revealed(1, Kind.PAIR_MASKS, all.get(0).value()));
          return UnmaskShares.of(own.session(), 2, all, liar());
        },
        why);
    refused(
        UnmaskShares.class,
        own -> {
          List<Revealed> all = new ArrayList<>(own.shares());
          all.set(4, new Revealed(6, Kind.OWN_MASK, all.get(4).value()));
          return UnmaskShares.of(own.session(), 2, all, liar());
        },
        why);
    assertThatThrownBy(() -> new Revealed(1, Kind.OWN_MASK, Bytes.of(new byte[39])))
        .hasMessage("share: these bytes are no elements of the field");
  }

  // Step 5: shares that are not what they should be.

  /** Each sender in another byte, since equal changes can cancel each other. */
  private UnmaskShares spoilt(UnmaskShares own, Signer signer) {
    List<Revealed> all = new ArrayList<>();
    for (Revealed share : own.shares()) {
      byte[] changed = share.value().toArray();
      changed[39 - own.from() % 4] ^= 1;
      all.add(new Revealed(share.of(), share.kind(), Bytes.of(changed)));
    }
    return UnmaskShares.of(own.session(), own.from(), all, signer);
  }

  @Test
  void aWrongShareIsFoundAndItsSenderNamed() {
    for (NodeId lost : new NodeId[] {Cast.node(9), Cast.node(5)}) {
      Tampering spoiling =
          Tampering.with(Cast.node(1))
              .changing(UnmaskShares.class, own -> spoilt(own, cast.signers.get(Cast.node(1))));
      cast = Cast.of(Cast.CHEAP, Cast.terms(Cast.CHEAP, 3, 40, 4), 9, 7);
      Play play =
          Play.of(
              cast,
              new Line() {
                @Override
                public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
                  return from.equals(lost) && message instanceof MaskedInput
                      ? List.of()
                      : spoiling.toCoordinator(from, message);
                }
              });
      Unmasked unmasked = (Unmasked) play.coordinator();
      assertThat(unmasked.suspects()).containsExactly(Cast.node(1));
      assertThat(unmasked.dropped()).containsExactly(lost);
      assertThat(play.sum()).contains(cast.sum(unmasked.survivors()));
    }
  }

  @Test
  void tooManyWrongSharesEndInARefusalAndNeverInAWrongSum() {
    Play play =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
                return message instanceof UnmaskShares own && own.from() <= 3
                    ? List.of(spoilt(own, cast.signers.get(from)).encode())
                    : List.of(message.encode());
              }
            });
    assertThat(play.coordinator()).isInstanceOf(Failed.class);
    assertThat(play.failure())
        .isEqualTo(
            "too few true shares of site-001 came to find its own mask; try again with fresh keys");
  }

  /** A site that commits to another seed than it masks with is found out, not believed. */
  @Test
  void aWrongCommitmentEndsInARefusal() {
    Play play =
        Play.of(
            cast,
            Tampering.with(LIAR)
                .changing(
                    KeyShares.class,
                    own -> KeyShares.of(own.session(), 2, own.shares(), OTHER, liar())));
    assertThat(play.failure()).contains("too few true shares of site-002 came");
  }

  // What holds throughout.

  @Test
  void theFirstMessageOfAKindCounts() {
    quarantined(Advertisement.class, own -> keys(null, own.nonce(), liar()).apply(own));
    quarantined(KeyShares.class, own -> shares(own, own.session(), 2, 3, liar()));
    quarantined(MaskedInput.class, own -> input(own, 40, 4, OTHER, liar()));
    quarantined(
        SurvivorsSignature.class,
        own -> new SurvivorsSignature(own.session(), 2, Bytes.of(new byte[64])));
    quarantined(UnmaskShares.class, own -> spoilt(own, liar()));
  }

  @Test
  void theSameMessageTwiceIsOne() {
    for (Class<?> kind :
        List.of(
            Advertisement.class,
            KeyShares.class,
            MaskedInput.class,
            SurvivorsSignature.class,
            UnmaskShares.class)) {
      Play play = Play.of(cast, Tampering.with(LIAR).following(kind, own -> own));
      assertThat(play.repeated).as(kind.getSimpleName()).isEqualTo(1);
      assertThat(play.refusals).isEmpty();
      assertThat(play.sum()).contains(cast.sum(cast.sites()));
    }
  }

  @Test
  void whatComesOutOfTurnHasNoEffect() {
    Play play =
        Play.of(
            cast,
            Tampering.with(LIAR)
                .changing(
                    Advertisement.class,
                    own -> new SurvivorsSignature(OTHER, 2, Bytes.of(new byte[64]))));
    assertThat(play.refusals.get(0).reason()).isEqualTo("nothing but keys is expected now");
    CoordinatorState over = play.coordinator();
    assertThat(over.close().next()).isSameAs(over);
    Failed failed = (Failed) over.cancel("too late");
    assertThat(failed).isEqualTo(new Failed("too late"));
    assertThat(failed.cancel("again")).isSameAs(failed);
    assertThat(failed.close().next()).isSameAs(failed);
    assertThat(reason(failed.on(LIAR, new SurvivorsSignature(OTHER, 2, OTHER))))
        .isEqualTo("the session is over: too late");
    assertThatThrownBy(() -> ((Unmasked) over).takeSum()).hasMessageContaining("erased");
  }

  @Test
  void aSuiteThatIsNotTheOneOfTheTermsIsADefect() {
    assertThatThrownBy(
            () ->
                Inviting.open(
                    cast.coordinatorSetup(),
                    cast.context(0),
                    Cast.terms(Suites.FS1, 3, 40, 4),
                    cast.sites()))
        .hasMessage("terms: suite FS1, where there is CHEAP");
  }

  @Test
  void tooFewSitesAreNoSession() {
    Play play =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
                return from.value().compareTo("site-003") < 0
                    ? List.of(message.encode())
                    : List.of();
              }
            });
    assertThat(play.failure())
        .isEqualTo(
            "2 sites are in the session where a sum of at least 3 may become known; ask more"
                + " sites, or lower the minimum of survivors");
    assertThat(play.sites.values()).noneMatch(site -> site instanceof Ended);
  }
}
