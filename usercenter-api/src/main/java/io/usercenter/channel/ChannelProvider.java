package io.usercenter.channel;

/**
 * Recognises players of a channel by what the channel's own login gave to the client. A publisher
 * adds a channel by making a bean of this type; its configuration is its own affair.
 */
public interface ChannelProvider {
  /** The channel's name: 1 to 32 of a-z 0-9 -; it becomes part of identities for ever. */
  String channel();

  /**
   * Asks the channel who somebody is. May take as long as its own timeout; called outside of any
   * transaction.
   */
  Recognition recognise(ChannelCode code);
}
