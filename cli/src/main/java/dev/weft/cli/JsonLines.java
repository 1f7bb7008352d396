package dev.weft.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * A log of JSON objects, one to a line: {@code time} (UTC), {@code level}, {@code logger}, {@code
 * message}, and what the line is about: {@code run}, {@code round}, {@code site} and figures.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NONE = {};

  @Override
  public byte[] headerBytes() {
    return NONE;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("logger", event.getLoggerName());
    line.put("message", event.getFormattedMessage());
    String site = event.getMDCPropertyMap().get(Logging.SITE);
    if (site != null) {
      line.put(Logging.SITE, site);
    }
    for (KeyValuePair pair : Optional.ofNullable(event.getKeyValuePairs()).orElse(List.of())) {
      if (pair.value instanceof Number number) {
        line.putPOJO(pair.key, number);
      } else {
        line.put(pair.key, String.valueOf(pair.value));
      }
    }
    if (event.getThrowableProxy() != null) {
      line.put(
          "error",
          event.getThrowableProxy().getClassName() + ": " + event.getThrowableProxy().getMessage());
    }
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NONE;
  }
}
