package io.usercenter.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not traced costs nothing, and what is no {@code traceparent} is none. */
class UntracedTest {
  private static final TraceParent CALLER =
      new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);

  @Test
  void withoutACollectorNothingIsAllocatedForARequest() {
    try (Traces off = new Traces(new TraceSettings("", 1), "test", RandomGenerator.getDefault())) {
      assertThat(off.on()).isFalse();
      requests(off, 1_000); // loads classes
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      requests(off, 100_000);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes for 100,000 requests")
          .isLessThan(10_000);
    }
  }

  private static void requests(Traces traces, int count) {
    Exception failure = new Exception("of the step");
    for (int i = 0; i < count; i++) {
      if (traces.request(CALLER, true) != null || Work.current() != null) {
        throw new AssertionError("traced");
      }
      try (Step step = Step.begin("redis", "read")) {
        step.failed(failure);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
      })
  void nonsenseIsNoParent(String header) {
    assertThat(TraceParent.parse(header)).isNull();
  }

  @Test
  void aParentIsReadAndWritten() {
    assertThat(TraceParent.parse(CALLER.toString())).isEqualTo(CALLER);
    TraceParent left = new TraceParent(CALLER.trace(), CALLER.span(), false);
    assertThat(TraceParent.parse(left.toString())).isEqualTo(left);
    assertThat(TraceParent.parse(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"collector:4318", "ftp://collector/v1/traces", "http://me:secret@collector/"})
  void anEndpointThatIsNoneStopsTheStart(String endpoint) {
    assertThatThrownBy(() -> new TraceSettings(endpoint, 0.5))
        .hasMessageContaining("usercenter.traces.endpoint");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void aShareIsFrom0To1(double sampling) {
    assertThatThrownBy(() -> new TraceSettings("", sampling))
        .hasMessageContaining("usercenter.traces.sampling");
  }
}
