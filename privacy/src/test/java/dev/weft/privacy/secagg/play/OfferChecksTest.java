package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.graph.Adversary;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Threat;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.primitive.Suites;
import dev.weft.privacy.secagg.site.Advertised;
import dev.weft.privacy.secagg.site.Ended;
import dev.weft.privacy.secagg.site.Joining;
import dev.weft.privacy.secagg.site.SitePolicy;
import dev.weft.privacy.secagg.site.SiteSetup;
import dev.weft.privacy.secagg.site.SiteStep;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a site asks of an offer before it takes it (privacy.md 1.4, step 0a). */
class OfferChecksTest {
  private static final NodeId VICTIM = Cast.node(2);
  private final Cast cast = Cast.of(Cast.CHEAP, Cast.terms(Cast.CHEAP, 3, 40, 4), 5, 7);

  private SiteStep join(
      Offer offer, UnaryOperator<SitePolicy> policy, Optional<Context.Attempt> last) {
    SiteSetup setup = cast.siteSetup(VICTIM);
    SiteSetup own =
        new SiteSetup(
            setup.node(),
            setup.signer(),
            setup.coordinator(),
            setup.members(),
            setup.suite(),
            policy.apply(setup.policy()),
            setup.lanes());
    return Joining.join(offer, own, last, cast.secrets());
  }

  private void declines(Offer offer, UnaryOperator<SitePolicy> policy, String why) {
    SiteStep step = join(offer, policy, Optional.empty());
    assertThat(step.reply()).isEmpty();
    assertThat(step.next()).isInstanceOf(Ended.class);
    assertThat(((Ended) step.next()).reason()).contains(VICTIM + " takes no part").contains(why);
  }

  @Test
  void anOfferThatFitsIsTaken() {
    assertThat(join(cast.offer(2), UnaryOperator.identity(), Optional.empty()).next())
        .isInstanceOf(Advertised.class);
  }

  @Test
  void anOfferThatTheCoordinatorHasNotSignedIsDeclinedWithAnAlarm() {
    Offer forged = Offer.of(cast.context(2), cast.terms, cast.signers.get(Cast.node(1)));
    declines(forged, UnaryOperator.identity(), "has not signed the offer");
    assertThat(((Ended) join(forged, UnaryOperator.identity(), Optional.empty()).next()).alarm())
        .isTrue();
  }

  @Test
  void aPastAttemptIsDeclined() {
    for (Context.Attempt past :
        List.of(
            new Context.Attempt("run", 3, 2),
            new Context.Attempt("run", 3, 3),
            new Context.Attempt("run", 4, 0))) {
      SiteStep step = join(cast.offer(2), UnaryOperator.identity(), Optional.of(past));
      assertThat(((Ended) step.next()).reason()).contains("round 3, attempt 2 is past");
      assertThat(((Ended) step.next()).alarm()).isFalse();
    }
    for (Context.Attempt before :
        List.of(
            new Context.Attempt("run", 3, 1),
            new Context.Attempt("run", 2, 9),
            new Context.Attempt("another", 9, 9))) {
      assertThat(join(cast.offer(2), UnaryOperator.identity(), Optional.of(before)).next())
          .isInstanceOf(Advertised.class);
    }
  }

  @Test
  void whatIsAboutOtherThingsIsDeclined() {
    Digest other = Digest.of(new byte[] {9});
    declines(
        cast.offer(2),
        with(p -> p, new FederationId("other"), null, null, null),
        "is for federation play");
    declines(cast.offer(2), with(p -> p, null, other, null, null), "about another base model");
    declines(cast.offer(2), with(p -> p, null, null, other, null), "about other tensors");
    declines(cast.offer(2), with(p -> p, null, null, null, other), "in its own way");
  }

  private static UnaryOperator<SitePolicy> with(
      UnaryOperator<SitePolicy> more,
      FederationId federation,
      Digest base,
      Digest schema,
      Digest encoding) {
    return p ->
        more.apply(
            new SitePolicy(
                federation == null ? p.federation() : federation,
                base == null ? p.base() : base,
                schema == null ? p.schema() : schema,
                encoding == null ? p.encoding() : encoding,
                p.bits(),
                p.values(),
                p.threat(),
                p.minSurvivors(),
                p.chosenNeighbours()));
  }

  private static UnaryOperator<SitePolicy> demanding(
      int bits, int values, Threat threat, int survivors) {
    return p ->
        new SitePolicy(
            p.federation(),
            p.base(),
            p.schema(),
            p.encoding(),
            bits,
            values,
            threat,
            survivors,
            false);
  }

  @Test
  void whatIsWeakerThanThePolicyIsDeclined() {
    declines(cast.offer(2), demanding(41, 4, Threat.DEFAULT, 3), "4 integers of 40 bits");
    declines(cast.offer(2), demanding(40, 5, Threat.DEFAULT, 3), "4 integers of 40 bits");
    declines(cast.offer(2), demanding(40, 4, Threat.DEFAULT, 4), "part of no sum below 4");
    declines(
        cast.offer(2),
        demanding(40, 4, new Threat(Adversary.CURIOUS, 101, 0), 3),
        "withstands less than this site asks for");
    assertThat(
            join(
                    cast.offer(2),
                    demanding(40, 4, new Threat(Adversary.CURIOUS, 100, 900), 3),
                    Optional.empty())
                .next())
        .isInstanceOf(Advertised.class);
    Terms curious =
        new Terms(
            cast.suite.name(),
            new Threat(Adversary.CURIOUS, 100, 300),
            new Neighbours.Exactly(2),
            3,
            false,
            40,
            4,
            Cast.ENCODING);
    Context context =
        new Context(Cast.FEDERATION, "run", 3, 2, curious.digest(), Cast.BASE, Cast.SCHEMA);
    Offer offer = Offer.of(context, curious, cast.coordinator);
    declines(offer, demanding(40, 4, Threat.DEFAULT, 3), "withstands less");
    declines(
        offer,
        demanding(40, 4, new Threat(Adversary.CURIOUS, 100, 0), 3),
        "set the number of neighbours itself");
  }

  @Test
  void anotherSuiteIsDeclined() {
    Terms other = Cast.terms(Suites.FS1, 3, 40, 4);
    Context context =
        new Context(Cast.FEDERATION, "run", 3, 2, other.digest(), Cast.BASE, Cast.SCHEMA);
    declines(
        Offer.of(context, other, cast.coordinator),
        UnaryOperator.identity(),
        "uses the suite \"FS1\" where this site uses CHEAP");
    assertThatThrownBy(() -> new Offer(cast.context(2), other, Bytes.of(new byte[64])))
        .hasMessageContaining("not those of its context");
  }
}
