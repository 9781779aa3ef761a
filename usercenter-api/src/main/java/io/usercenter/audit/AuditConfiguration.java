package io.usercenter.audit;

import io.usercenter.platform.MasterKey;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AuditConfiguration {
  @Bean
  AuditDigests auditDigests(MasterKey master) {
    return new AuditDigests(
        master.derive("audit line", "HmacSHA256"), master.derive("audit chain", "HmacSHA256"));
  }
}
