package dev.weft.coordinator;

import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;

/** A client that does only what a test makes it do, on the test's own thread. */
record Puppet(
    String name, float step, ArtifactTransfer transfer, TestProbe<ClientSession.Command> probe) {

  static Puppet create(ActorTestKit kit, TestFederation federation, String name, float step) {
    return new Puppet(name, step, federation.desk().at(name), kit.createTestProbe());
  }

  Site site() {
    return new Site(name, 2, probe.getRef());
  }

  ClientSession.Offer offer() {
    return probe.expectMessageClass(ClientSession.Offer.class);
  }

  void accept() {
    ClientSession.Offer offer = offer();
    offer.replyTo().tell(new ClientReply.Accepted(name, offer.id()));
  }

  ClientSession.Train train() {
    return probe.expectMessageClass(ClientSession.Train.class);
  }

  void deliver(ClientSession.Train train) {
    FakeClient.deliver(name, step, train, transfer);
  }
}
