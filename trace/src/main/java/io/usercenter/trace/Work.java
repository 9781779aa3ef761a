package io.usercenter.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.usercenter.id.Shard;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.shard.StatementWatch;
import org.jspecify.annotations.Nullable;

/**
 * A span, current on the thread that began it until that thread closes it. Parts of it hold on to
 * it: the {@link Step steps} of that thread, and statements, on whichever thread. Attributes are
 * names of operations and numbers of shards; no value that a player or an operator sent.
 */
public final class Work implements StatementWatch, AutoCloseable {
  private static final ContextKey<Work> KEY = ContextKey.named("io.usercenter.trace.work");

  private final Tracer tracer;
  private final Span span;
  private final Context context;
  private final Scope scope;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private Work(Tracer tracer, Span span) {
    this.tracer = tracer;
    this.span = span;
    this.context = Context.root().with(span).with(KEY, this);
    this.scope = context.makeCurrent();
  }

  static Work begin(Tracer tracer, SpanBuilder builder) {
    return new Work(tracer, builder.startSpan());
  }

  /** What this thread works on; null when that is not traced. */
  public static @Nullable Work current() {
    return Context.current().get(KEY);
  }

  /** How others continue it. */
  public TraceParent traceParent() {
    return new TraceParent(
        span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId(), true);
  }

  /** What it is called, once that is known. */
  public void rename(String name) {
    span.updateName(name);
  }

  /** Adds an attribute; no value that tells of a person. */
  public void put(String attribute, String value) {
    span.setAttribute(attribute, value);
  }

  /** Adds an attribute. */
  public void put(String attribute, long value) {
    span.setAttribute(attribute, value);
  }

  /** Marks it as failed. The message stays out, as it may quote what was sent. */
  public void failed(String type) {
    failed(span, type);
  }

  static void failed(Span span, String type) {
    span.setAttribute("error.type", type);
    span.setStatus(StatusCode.ERROR);
  }

  Span child(String name) {
    return tracer
        .spanBuilder(name)
        .setSpanKind(SpanKind.CLIENT)
        .setParent(Context.current().get(KEY) == this ? Context.current() : context)
        .startSpan();
  }

  @Override
  public Sent sent(@Nullable Shard shard, String operation, String table) {
    Span statement = child(table.isEmpty() ? operation : operation + " " + table);
    statement.setAttribute("db.system.name", "mysql");
    statement.setAttribute("db.operation.name", operation);
    if (!table.isEmpty()) {
      statement.setAttribute("db.collection.name", table);
    }
    if (shard == null) {
      statement.setAttribute("db.namespace", ShardPools.ADMIN_DATABASE);
    } else {
      statement.setAttribute("db.namespace", Shards.database(shard));
      statement.setAttribute("usercenter.shard", shard.number());
    }
    return failure -> {
      if (failure != null) {
        failed(statement, failure.getClass().getName());
      }
      statement.end();
    };
  }

  @Override
  public void close() {
    scope.close();
    span.end();
  }
}
