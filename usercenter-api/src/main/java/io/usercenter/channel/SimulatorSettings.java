package io.usercenter.channel;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The channel that believes everybody.
 *
 * @param enabled whether there is one; default false; true lets in everybody as anybody
 */
@ConfigurationProperties(prefix = "usercenter.channels.simulator", ignoreUnknownFields = false)
record SimulatorSettings(@DefaultValue("false") boolean enabled) {}
