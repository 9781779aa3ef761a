package io.usercenter.ticket;

import io.swagger.v3.oas.models.media.StringSchema;
import io.usercenter.ban.Bans;
import io.usercenter.platform.Caches;
import io.usercenter.platform.MasterKey;
import io.usercenter.roleevent.ServerId;
import io.usercenter.session.RevocationOutbox;
import java.time.InstantSource;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TicketConfiguration {
  TicketConfiguration() {
    SpringDocUtils.getConfig()
        .replaceWithSchema(ServerId.class, new StringSchema().pattern("[A-Za-z0-9_.-]{1,32}"));
  }

  @Bean
  TicketKeys ticketKeys(
      TicketKeyMapper mapper,
      RevocationOutbox outbox,
      Caches caches,
      MasterKey master,
      InstantSource clock,
      TicketSettings settings) {
    return new TicketKeys(mapper, outbox, caches, master, clock, settings);
  }

  @Bean
  Tickets tickets(TicketKeys keys, Bans bans, TicketSettings settings, InstantSource clock) {
    return new Tickets(keys, bans, settings, clock);
  }
}
