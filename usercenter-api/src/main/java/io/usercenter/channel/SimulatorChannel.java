package io.usercenter.channel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that believes everybody: code {@code ok:SUBJECT} or {@code ok:SUBJECT:NAME} is that
 * player, {@code down} is a channel that does not answer, all else is refused. For developing a
 * client without any channel; whoever can reach it gets in as anybody of this channel.
 */
final class SimulatorChannel implements ChannelProvider {
  static final String NAME = "simulator";
  private static final Logger log = LoggerFactory.getLogger(SimulatorChannel.class);
  private static final Pattern OK =
      Pattern.compile("ok:([\\x21-\\x39\\x3b-\\x7e]{1,64})(?::(.{1,64}))?");

  SimulatorChannel() {
    log.warn(
        "the channel '{}' is on: it lets in everybody as anybody; never turn it on in production",
        NAME);
  }

  @Override
  public String channel() {
    return NAME;
  }

  @Override
  public Recognition recognise(ChannelCode code) {
    if (code.code().equals("down")) {
      return new Recognition.Unavailable("the simulator was told not to answer");
    }
    Matcher ok = OK.matcher(code.code());
    return ok.matches()
        ? new Recognition.Known(ok.group(1), ok.group(2))
        : new Recognition.Refused("the simulator takes ok:SUBJECT, ok:SUBJECT:NAME and down");
  }
}
