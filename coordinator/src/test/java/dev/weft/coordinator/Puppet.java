package dev.weft.coordinator;

import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A client that does only what a test makes it do, on the test's own thread. */
record Puppet(
    String name, float step, ArtifactTransfer transfer, TestProbe<ClientSession.Command> probe) {

  static Puppet create(ActorTestKit kit, TestFederation federation, String name, float step) {
    return new Puppet(name, step, federation.desk().at(name), kit.createTestProbe());
  }

  Member member() {
    return new Member(name, 2, probe.getRef());
  }

  /** Says something about a round. */
  void say(ActorRef<FromClient> round, ClientReply reply) {
    round.tell(new FromClient(name, reply));
  }

  ClientSession.Offer offer() {
    return probe.expectMessageClass(ClientSession.Offer.class);
  }

  void accept() {
    ClientSession.Offer offer = offer();
    say(offer.replyTo(), new ClientReply.Accepted(offer.id()));
  }

  void decline() {
    ClientSession.Offer offer = offer();
    say(offer.replyTo(), new ClientReply.Declined(offer.id(), "not today"));
    probe.expectMessageClass(ClientSession.Cancel.class);
  }

  ClientSession.Train train() {
    return probe.expectMessageClass(ClientSession.Train.class);
  }

  void deliver(ClientSession.Train train) {
    FakeClient.deliver(name, step, train, transfer);
  }
}
