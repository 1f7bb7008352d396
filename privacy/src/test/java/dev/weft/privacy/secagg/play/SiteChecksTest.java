package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.ForwardedShares;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.message.Result;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.message.UnmaskRequest;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import dev.weft.privacy.secagg.session.Session;
import dev.weft.privacy.secagg.session.ShareKeys;
import dev.weft.privacy.secagg.site.Answered;
import dev.weft.privacy.secagg.site.Ended;
import dev.weft.privacy.secagg.site.Finished;
import dev.weft.privacy.secagg.site.Joining;
import dev.weft.privacy.secagg.site.SiteSecrets;
import dev.weft.privacy.secagg.site.SiteState;
import dev.weft.privacy.secagg.site.SiteStep;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every check of a site in privacy.md 1.4: without it, one of these would not end as it does. */
class SiteChecksTest {
  private static final int SITES = 5;
  private static final NodeId VICTIM = Cast.node(2);
  private final Cast cast = cast(Cast.CHEAP);

  private static Cast cast(Suite suite) {
    return Cast.of(suite, Cast.terms(suite, 3, 40, 4), SITES, 7);
  }

  // Step 1a: the roster.

  private Ended after(Line line) {
    return Play.of(cast, line).ended(VICTIM);
  }

  private void alarms(Line line, String why) {
    Ended ended = after(line);
    assertThat(ended.reason()).contains(why);
    assertThat(ended.alarm()).isTrue();
  }

  private static Line roster(Consumer<List<Roster.Entry>> change) {
    return Tampering.with(VICTIM)
        .changing(
            Roster.class,
            roster -> {
              List<Roster.Entry> entries = new ArrayList<>(roster.entries());
              change.accept(entries);
              return new Roster(roster.context(), roster.neighbours(), roster.threshold(), entries);
            });
  }

  /** The keys of a site changed and signed again, as if it had advertised them. */
  private Roster.Entry again(Roster.Entry entry, Bytes shareKey, Bytes maskKey, Signer signer) {
    Advertisement keys = entry.advertisement();
    return new Roster.Entry(
        entry.signing(),
        Advertisement.of(
            keys.context(), keys.node(), shareKey, maskKey, keys.kemKeys(), keys.nonce(), signer));
  }

  private Signer signer(int number) {
    return cast.signers.get(Cast.node(number));
  }

  private static Advertisement keys(List<Roster.Entry> entries, int number) {
    return entries.get(number - 1).advertisement();
  }

  @Test
  void aRosterWithoutTheSiteItselfOrWithOtherKeysOfItsOwnIsRefused() {
    alarms(roster(all -> all.set(1, all.get(0))), "does not hold this site's own keys once");
    alarms(
        roster(
            all -> {
              Bytes other = Cast.CHEAP.publicKey(Secret.owning(new byte[32]));
              all.set(1, again(all.get(1), other, keys(all, 2).maskKey(), signer(2)));
            }),
        "does not hold this site's own keys once");
  }

  @Test
  void aRosterWithASiteOrAKeyTwiceIsRefused() {
    alarms(roster(all -> all.set(2, all.get(3))), "holds site site-004 twice");
    alarms(
        roster(
            all ->
                all.set(
                    2,
                    again(all.get(2), keys(all, 4).shareKey(), keys(all, 3).maskKey(), signer(3)))),
        "holds a key of site site-004 twice");
    alarms(
        roster(
            all ->
                all.set(
                    2,
                    again(
                        all.get(2), keys(all, 3).shareKey(), keys(all, 3).shareKey(), signer(3)))),
        "holds a key of site site-003 twice");
  }

  @Test
  void aRosterWithForeignOrUnsignedKeysIsRefused() {
    alarms(
        roster(
            all ->
                all.set(
                    2, again(all.get(2), keys(all, 3).nonce(), keys(all, 4).nonce(), signer(4)))),
        "keys that site site-003 has not signed");
    alarms(
        roster(
            all ->
                all.set(
                    2, new Roster.Entry(signer(4).verifier().key(), all.get(2).advertisement()))),
        "another signing key of site site-003");
    alarms(
        roster(
            all -> {
              Advertisement keys = keys(all, 3);
              Advertisement stranger =
                  Advertisement.of(
                      keys.context(),
                      new NodeId("stranger"),
                      keys.shareKey(),
                      keys.maskKey(),
                      keys.kemKeys(),
                      keys.nonce(),
                      signer(3));
              all.set(2, new Roster.Entry(signer(3).verifier().key(), stranger));
            }),
        "holds stranger, who is no member");
  }

  @Test
  void aRosterWithAKeyOfZerosIsRefused() {
    Bytes zero = Bytes.of(new byte[32]);
    alarms(
        roster(all -> all.set(2, again(all.get(2), zero, keys(all, 3).maskKey(), signer(3)))),
        "keys of site site-003 that are none");
    alarms(
        roster(all -> all.set(2, again(all.get(2), keys(all, 3).shareKey(), zero, signer(3)))),
        "keys of site site-003 that are none");
  }

  /** Points of small order that are not zero: found when the keys are used. */
  @Test
  void aKeyThatGivesZerosWithAnyOtherIsRefused() {
    Cast real = cast(Suites.FS1);
    byte[] one = new byte[32];
    one[0] = 1;
    Line line =
        roster(
            all -> {
              Signer third = real.signers.get(Cast.node(3));
              all.set(2, again(all.get(2), Bytes.of(one), keys(all, 3).maskKey(), third));
            });
    Ended ended = Play.of(real, line).ended(VICTIM);
    assertThat(ended.alarm()).isTrue();
    assertThat(ended.reason()).contains("gives zeros with any other");
  }

  @Test
  void aRosterThatIsTooSmallOrHasOtherNumbersIsRefused() {
    alarms(
        roster(all -> all.subList(2, all.size()).clear()),
        "is no cohort: 2 sites are in the session where a sum of at least 3 may become known");
    for (int[] numbers : new int[][] {{3, 3}, {4, 2}}) {
      alarms(
          Tampering.with(VICTIM)
              .changing(
                  Roster.class,
                  roster -> new Roster(roster.context(), numbers[0], numbers[1], roster.entries())),
          "where 4 and 3 follow from what was agreed");
    }
  }

  @Test
  void aSecondRosterIsRefused() {
    alarms(
        Tampering.with(VICTIM)
            .following(
                Roster.class,
                roster ->
                    new Roster(
                        roster.context(),
                        roster.neighbours(),
                        roster.threshold(),
                        roster.entries().subList(0, 4))),
        "sent a Roster out of turn or a second one");
  }

  // Step 2a: shares.

  private static Line shares(Function<ForwardedShares, ForwardedShares> change) {
    return Tampering.with(VICTIM).changing(ForwardedShares.class, change);
  }

  @Test
  void sharesForOthersOrFromOthersAreRefused() {
    alarms(
        shares(sent -> new ForwardedShares(sent.session(), 3, sent.shares())),
        "not from this site's neighbours to it");
    alarms(
        shares(
            sent -> {
              List<KeyShares.Sealed> more = new ArrayList<>(sent.shares());
              KeyShares.Sealed last = more.get(more.size() - 1);
              more.add(new KeyShares.Sealed(6, last.box(), last.kem()));
              return new ForwardedShares(sent.session(), sent.to(), more);
            }),
        "not from this site's neighbours to it");
  }

  @Test
  void tooFewSharesEndTheSessionWithoutAlarm() {
    Ended ended =
        after(
            shares(
                sent ->
                    new ForwardedShares(sent.session(), sent.to(), sent.shares().subList(0, 1))));
    assertThat(ended.reason())
        .isEqualTo("2 of this site and its neighbours have shared where 3 are needed");
    assertThat(ended.alarm()).isFalse();
  }

  @Test
  void sharesThatDoNotOpenAreRefused() {
    alarms(
        shares(
            sent -> {
              List<KeyShares.Sealed> swapped = new ArrayList<>(sent.shares());
              KeyShares.Sealed first = swapped.get(0);
              swapped.set(
                  0, new KeyShares.Sealed(first.other(), swapped.get(1).box(), first.kem()));
              return new ForwardedShares(sent.session(), sent.to(), swapped);
            }),
        "the shares of site site-001 do not open");
  }

  /** A site seals for its neighbour what is no share from it to that one. */
  @Test
  void sealedTextsThatAreNoSharesAreRefused() {
    byte[] share = new byte[40];
    byte[] beyond = new byte[40];
    Arrays.fill(beyond, (byte) 0xff);
    for (Object[] text :
        new Object[][] {
          {share, share, 3, 2}, {share, share, 1, 3}, {beyond, share, 1, 2}, {share, beyond, 1, 2}
        }) {
      byte[] plain =
          ByteBuffer.allocate(KeyShares.TEXT_BYTES)
              .put((byte[]) text[0])
              .put((byte[]) text[1])
              .putInt((int) text[2])
              .putInt((int) text[3])
              .array();
      alarms(new Sealing(plain), "the shares of site site-001 are not from it to this one");
    }
  }

  /** Replaces what site 1 seals for the victim, with the key that both of them have. */
  private final class Sealing implements Line {
    private final byte[] plain;
    private Roster roster;

    Sealing(byte[] plain) {
      this.plain = plain;
    }

    @Override
    public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
      if (message instanceof Roster sent) {
        roster = sent;
      }
      if (!to.equals(VICTIM) || !(message instanceof ForwardedShares sent)) {
        return List.of(message.encode());
      }
      Session session = Session.of(cast.suite, cast.terms, roster);
      ShareKeys own =
          ShareKeys.of(
              cast.suite,
              Secret.owning(cast.shareRoots.get(cast.shareRoots.size() - SITES).clone()));
      byte[] agreed = own.agree(session.keys(2).shareKey()).orElseThrow().bytes();
      Secret key = session.shareKey(agreed, 1, 2, Optional.empty());
      List<KeyShares.Sealed> shares = new ArrayList<>(sent.shares());
      shares.set(
          0,
          new KeyShares.Sealed(
              1,
              Bytes.of(cast.suite.seal(key, session.about(1, 2), plain)),
              Bytes.of(new byte[0])));
      return List.of(new ForwardedShares(sent.session(), sent.to(), shares).encode());
    }
  }

  @Test
  void aSecondRoundOfSharesIsRefused() {
    alarms(
        Tampering.with(VICTIM)
            .following(
                ForwardedShares.class,
                sent ->
                    new ForwardedShares(sent.session(), sent.to(), sent.shares().subList(0, 3))),
        "sent a ForwardedShares out of turn or a second one");
  }

  // Step 2b: the vector.

  @Test
  void onlyAVectorOfTheAgreedFormIsMasked() {
    Line line =
        new Line() {
          @Override
          public int next(int underWay) {
            return underWay - 1;
          }
        };
    Cast other = cast(Cast.CHEAP);
    for (RingVector wrong : List.of(RingVector.of(39, 1, 2, 3, 4), RingVector.of(40, 1, 2, 3))) {
      other.vectors.put(VICTIM, wrong);
      assertThatThrownBy(() -> Play.of(other, line))
          .hasMessage(
              Text.format(
                  "update: %d integers of %d bits where 4 of 40 were agreed",
                  wrong.size(), wrong.bits()));
    }
  }

  // Step 3a: survivors.

  private static Line survivors(UnaryOperator<IndexSet> change) {
    return Tampering.with(VICTIM)
        .changing(
            Survivors.class, told -> new Survivors(told.session(), change.apply(told.indices())));
  }

  @Test
  void survivorsWithoutTheSiteOrFromOutsideAreRefused() {
    String why = "the survivors lack this site, or hold one that was not in the session any more";
    alarms(survivors(told -> told.without(IndexSet.of(2))), why);
    alarms(survivors(told -> IndexSet.of(1, 2, 3, 6)), why);
  }

  @Test
  void aSurvivorThatNeverSharedIsRefused() {
    Tampering lost = Tampering.with(Cast.node(5)).without(KeyShares.class);
    Line both =
        new Line() {
          @Override
          public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
            return lost.toCoordinator(from, message);
          }

          @Override
          public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
            return survivors(told -> IndexSet.of(1, 2, 3, 4, 5)).toSite(to, message);
          }
        };
    alarms(both, "hold one that was not in the session any more");
  }

  @Test
  void tooFewSurvivorsAreRefused() {
    alarms(survivors(told -> IndexSet.of(2, 3)), "a sum of 2 sites would be shown");
    Cast more = Cast.of(Cast.CHEAP, Cast.terms(Cast.CHEAP, 3, 40, 4), 6, 1);
    Play play = Play.of(more, survivors(told -> IndexSet.of(1, 2, 3)));
    assertThat(play.ended(VICTIM).reason())
        .isEqualTo("3 of this site and its neighbours survived where 4 are needed");
    assertThat(play.ended(VICTIM).alarm()).isTrue();
  }

  @Test
  void secondSurvivorsAreRefused() {
    alarms(
        Tampering.with(VICTIM)
            .following(
                Survivors.class,
                told -> new Survivors(told.session(), told.indices().without(IndexSet.of(5)))),
        "sent a Survivors out of turn or a second one");
  }

  // Step 4a: proof.

  private static Line proof(UnaryOperator<List<UnmaskRequest.Signed>> change) {
    return Tampering.with(VICTIM)
        .changing(
            UnmaskRequest.class,
            request ->
                new UnmaskRequest(
                    request.session(), change.apply(new ArrayList<>(request.signatures()))));
  }

  @Test
  void proofByTooFewOrByOthersIsRefused() {
    alarms(proof(all -> all.subList(0, 2)), "2 of this site and its surviving neighbours vouch");
    Play lost =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
                return Tampering.with(Cast.node(1))
                    .without(MaskedInput.class)
                    .toCoordinator(from, message);
              }

              @Override
              public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
                return proof(
                        all -> {
                          all.set(0, new UnmaskRequest.Signed(1, all.get(0).signature()));
                          return all;
                        })
                    .toSite(to, message);
              }
            });
    assertThat(lost.ended(VICTIM).reason()).contains("vouch for the survivors where 3 are needed");
  }

  @Test
  void proofThatIsNotSignedIsRefused() {
    for (int at = 0; at < 3; at++) {
      int wrong = at;
      alarms(
          proof(
              all -> {
                all.set(
                    wrong,
                    new UnmaskRequest.Signed(
                        all.get(wrong).by(), all.get((wrong + 1) % 3).signature()));
                return all;
              }),
          "tells sites different things");
    }
  }

  /** F7: a coordinator that tells a site another list finds nobody who vouches for it. */
  @Test
  void aSiteThatWasToldOtherSurvivorsNeverAnswers() {
    List<UnmaskRequest> requests = new ArrayList<>();
    Tampering lying =
        Tampering.with(VICTIM)
            .changing(
                Survivors.class,
                told -> new Survivors(told.session(), told.indices().without(IndexSet.of(5))));
    Play play =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
                if (message instanceof UnmaskRequest request) {
                  requests.add(request);
                }
                return lying.toSite(to, message);
              }
            });
    SiteStep step = play.sites.get(VICTIM).on(requests.get(0));
    assertThat(step.reply()).isEmpty();
    assertThat(((Ended) step.next()).reason()).contains("tells sites different things");
    assertThat(((Ended) step.next()).alarm()).isTrue();
    assertThat(play.revealed).noneMatch(answer -> answer.from() == 2);
  }

  @Test
  void aSecondDifferentRequestIsRefused() {
    alarms(
        Tampering.with(VICTIM)
            .following(
                UnmaskRequest.class,
                request ->
                    new UnmaskRequest(request.session(), request.signatures().subList(0, 2))),
        "sent a UnmaskRequest out of turn or a second one");
  }

  @Test
  void theSameRequestGetsTheSameAnswer() {
    Play play =
        Play.of(cast, Tampering.with(VICTIM).following(UnmaskRequest.class, request -> request));
    assertThat(play.sites.get(VICTIM)).isInstanceOf(Answered.class);
    assertThat(play.revealed.stream().filter(answer -> answer.from() == 2).distinct()).hasSize(1);
    assertThat(play.revealed.stream().filter(answer -> answer.from() == 2)).hasSize(2);
    assertThat(play.sum()).contains(cast.sum(cast.sites()));
  }

  // Step 6 and what holds throughout.

  @Test
  void aResultIsTakenOnlyFromTheCoordinatorAndOnlyOfThisSession() {
    Digest committed = Digest.of(new byte[] {8});
    Play play = Play.of(cast, Line.HONEST);
    Unmasked unmasked = (Unmasked) play.coordinator();
    List<CoordinatorStep.Delivery> out = unmasked.result(committed);
    assertThat(out).hasSize(SITES);
    Result result = (Result) out.get(1).message();
    SiteState finished = play.sites.get(VICTIM).on(result).next();
    assertThat(finished).isEqualTo(new Finished(committed, unmasked.transcript()));
    assertThat(finished.on(result).next()).isSameAs(finished);
    assertThat(finished.cancel("late")).isSameAs(finished);
    Result forged = Result.of(result.session(), committed, result.transcript(), signer(1));
    Result other = Result.of(result.session(), committed, Bytes.of(new byte[32]), cast.coordinator);
    for (Result wrong : List.of(forged, other)) {
      Ended ended = (Ended) play.sites.get(Cast.node(1)).on(wrong).next();
      assertThat(ended.reason())
          .isEqualTo("the result is not of the session that this site was in");
      assertThat(ended.alarm()).isTrue();
    }
  }

  @Test
  void messagesOfAnotherSessionAreIgnored() {
    List<byte[]> old = new ArrayList<>();
    Play.of(
        cast,
        new Line() {
          @Override
          public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
            if (to.equals(VICTIM)) {
              old.add(message.encode());
            }
            return List.of(message.encode());
          }
        });
    Play again =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
                List<byte[]> all = new ArrayList<>();
                all.add(message.encode());
                all.addAll(old);
                return all;
              }
            },
            1);
    assertThat(again.sum()).contains(cast.sum(cast.sites()));
    assertThat(again.sites.values()).allMatch(site -> site instanceof Answered);
  }

  @Test
  void aSiteThatLeftStaysOutAndKeepsNoSecrets() {
    SiteSecrets secrets = cast.secrets();
    Offer offer = cast.offer(2);
    SiteStep joined = Joining.join(offer, cast.siteSetup(VICTIM), Optional.empty(), secrets);
    assertThat(secrets.maskRoot().isErased()).isFalse();
    assertThat(joined.next().on(offer).reply()).isEqualTo(joined.reply());
    SiteState left = joined.next().cancel("the stage is over");
    assertThat(left).isEqualTo(new Ended("the stage is over", false));
    assertThat(secrets.maskRoot().isErased()).isTrue();
    assertThat(secrets.shareRoot().isErased()).isTrue();
    assertThat(secrets.ownMask().isErased()).isTrue();
    assertThat(secrets.coefficients().isErased()).isTrue();
    assertThat(left.on(offer).next()).isSameAs(left);
    assertThat(left.cancel("again")).isSameAs(left);
  }

  /** Whatever a site still needs is kept until it answers, and nothing afterwards. */
  @Test
  void everySecretIsErasedByTheEnd() {
    List<SiteSecrets> all = new ArrayList<>();
    Cast watched = cast(Cast.CHEAP);
    watched.watching(all::add);
    Play play = Play.of(watched, Line.HONEST);
    assertThat(play.sum()).isPresent();
    assertThat(all).hasSize(SITES);
    assertThat(all)
        .allMatch(
            one ->
                one.shareRoot().isErased()
                    && one.maskRoot().isErased()
                    && one.ownMask().isErased()
                    && one.coefficients().isErased());
  }
}
