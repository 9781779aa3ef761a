package io.usercenter.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans to a collector, or to nobody. What is not sampled costs nothing: no span is made for
 * it. A collector that is slow or away loses spans; nobody waits for it.
 */
public final class Traces implements AutoCloseable {
  private static final Duration COLLECTOR_PATIENCE = Duration.ofSeconds(5);
  private static final Duration SENT_EVERY = Duration.ofSeconds(1);

  private final double sampling;
  private final RandomGenerator random;
  private final @Nullable SdkTracerProvider provider;
  private final @Nullable Tracer tracer;

  /**
   * @param service the name of this program in the traces
   */
  public Traces(TraceSettings settings, String service, RandomGenerator random) {
    this.sampling = settings.sampling();
    this.random = random;
    this.provider = settings.endpoint().isEmpty() ? null : provider(settings.endpoint(), service);
    this.tracer = provider == null ? null : provider.get("io.usercenter");
  }

  private static SdkTracerProvider provider(String endpoint, String service) {
    // Without the sampler of the SDK: a span is only begun for what is sampled.
    return SdkTracerProvider.builder()
        .setResource(
            Resource.getDefault()
                .merge(Resource.create(Attributes.builder().put("service.name", service).build())))
        .addSpanProcessor(
            BatchSpanProcessor.builder(
                    OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint)
                        .setCompression("gzip")
                        .setTimeout(COLLECTOR_PATIENCE)
                        .build())
                .setScheduleDelay(SENT_EVERY)
                .build())
        .build();
  }

  /** Whether anything is traced. */
  public boolean on() {
    return tracer != null;
  }

  /**
   * Begins the span of a request.
   *
   * @param caller whose span it continues; null begins a trace
   * @param believed whether the caller decides what is traced, else the sampling does
   * @return null when this request is not traced
   */
  public @Nullable Work request(@Nullable TraceParent caller, boolean believed) {
    Tracer ours = tracer;
    if (ours == null || !sampled(caller, believed)) {
      return null;
    }
    SpanBuilder builder = ours.spanBuilder("request").setSpanKind(SpanKind.SERVER);
    return Work.begin(
        ours,
        caller == null
            ? builder.setNoParent()
            : builder.setParent(Context.root().with(Span.wrap(caller.context()))));
  }

  private boolean sampled(@Nullable TraceParent caller, boolean believed) {
    return (caller != null && believed) ? caller.sampled() : random.nextDouble() < sampling;
  }

  /**
   * Begins the span of work on messages.
   *
   * @param name of the span
   * @param senders who sent them, as far as they are traced; one of them is continued, several are
   *     linked to
   * @return null when none of them is traced
   */
  public @Nullable Work messages(String name, Collection<TraceParent> senders) {
    Tracer ours = tracer;
    if (ours == null || senders.isEmpty()) {
      return null;
    }
    SpanBuilder builder = ours.spanBuilder(name).setSpanKind(SpanKind.CONSUMER).setNoParent();
    if (senders.size() == 1) {
      TraceParent sender = senders.iterator().next();
      return Work.begin(ours, builder.setParent(Context.root().with(Span.wrap(sender.context()))));
    }
    senders.forEach(sender -> builder.addLink(sender.context()));
    return Work.begin(ours, builder);
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    if (provider != null) {
      var _ = provider.shutdown().join(COLLECTOR_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
