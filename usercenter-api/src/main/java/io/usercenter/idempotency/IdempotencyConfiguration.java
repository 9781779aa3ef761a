package io.usercenter.idempotency;

import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Redis;
import io.usercenter.platform.ShardRounds;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import tools.jackson.databind.ObjectMapper;

@Configuration(proxyBeanMethods = false)
class IdempotencyConfiguration {
  @Bean
  Idempotency idempotency(
      ShardIdempotencyMapper shardMapper,
      ShardTransactions shardTransactions,
      AdminIdempotencyMapper adminMapper,
      AdminTransactions adminTransactions,
      Shards shards,
      Redis redis,
      MasterKey master,
      ObjectMapper json,
      SecureRandom random,
      InstantSource clock,
      MeterRegistry meters) {
    return new Idempotency(
        shardMapper,
        shardTransactions,
        adminMapper,
        adminTransactions,
        shards,
        redis,
        master,
        json,
        random,
        clock,
        meters);
  }

  @Bean
  IdempotencyPartitions idempotencyPartitions(
      ShardRounds rounds, ShardPools pools, InstantSource clock) {
    return new IdempotencyPartitions(rounds, pools.admin(), clock);
  }

  @Bean
  WebMvcRegistrations idempotentEndpoints(Idempotency idempotency) {
    return new WebMvcRegistrations() {
      @Override
      public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return new IdempotentEndpoints(idempotency);
      }
    };
  }

  @Bean
  OperationCustomizer idempotencyKeys() {
    return (operation, handler) -> {
      if (handler.hasMethodAnnotation(Idempotent.class)) {
        operation.addParametersItem(
            new HeaderParameter().name(IdempotencyKey.HEADER).schema(new StringSchema()));
      }
      if (operation.getParameters() != null) {
        operation.getParameters().stream()
            .filter(parameter -> IdempotencyKey.HEADER.equals(parameter.getName()))
            .forEach(
                parameter ->
                    parameter.setDescription(
                        "1 to 128 visible ASCII characters, others for each request. For 24 hours"
                            + " the same request with the same key gets the first answer"));
      }
      return operation;
    };
  }
}
