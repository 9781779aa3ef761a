package io.usercenter.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.transfer.Lines.Line;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file is lines of strict UTF-8, whatever it is made of, and in whatever pieces it comes. */
class LinesTest {
  @Test
  void linesEndWithALineFeedOrWithTheFile() throws IOException {
    assertThat(texts("a\nb\r\n\nc")).containsExactly("a", "b", "", "c");
    assertThat(texts("a\n")).containsExactly("a");
    assertThat(texts("")).isEmpty();
    assertThat(texts("a\rb\n\r\n")).containsExactly("a\rb", "");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
    assertThat(texts("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
    assertThat(texts("\uFEFF")).containsExactly("");
  }

  @Test
  void aLineThatIsTooLongIsRefusedAndTheNextOneIsRead() throws IOException {
    String longest = "é".repeat(Lines.MAX_BYTES / 2);
    for (String end : List.of("\n", "\r\n")) {
      List<Line> lines =
          lines(longest + end + longest + "x" + end + "y".repeat(1_000_000) + end + "z");
      assertThat(lines).hasSize(4);
      assertThat(lines.get(0)).isEqualTo(new Line.Text(longest));
      assertThat(lines.get(1))
          .isInstanceOfSatisfying(
              Line.Bad.class,
              bad -> assertThat(bad.message()).matches("6553[78] bytes, .*65536.*"));
      assertThat(lines.get(2))
          .isInstanceOfSatisfying(
              Line.Bad.class, bad -> assertThat(bad.message()).startsWith("100000"));
      assertThat(lines.get(3)).isEqualTo(new Line.Text("z"));
    }
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedAndTheNextLineIsRead() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int[] bad :
        new int[][] {
          {0xFF}, // never occurs
          {0xC3}, // one that promises a second
          {0xC0, 0xAF}, // a slash, longer than it should be
          {0xED, 0xA0, 0x80}, // half of a surrogate pair
          {0xF4, 0x90, 0x80, 0x80} // above U+10FFFF
        }) {
      for (int each : bad) {
        file.write(each);
      }
      file.write('\n');
    }
    file.write('k');
    Lines lines = new Lines(new ByteArrayInputStream(file.toByteArray()));

    for (int i = 1; i <= 5; i++) {
      assertThat(lines.next())
          .isEqualTo(new Line.Bad(RejectCode.NOT_UTF8, "its bytes are not UTF-8"));
      assertThat(lines.number()).isEqualTo(i);
    }
    assertThat(lines.next()).isEqualTo(new Line.Text("k"));
  }

  @Test
  void skippingCountsAsReadingDoes() throws IOException {
    String file = "a\nb\n\nd\ne";
    for (int to = 0; to <= 4; to++) {
      Lines lines = new Lines(new OneByteAtATime(file));
      lines.skipTo(to);
      assertThat(lines.number()).isEqualTo(to);
      assertThat(lines.next()).isEqualTo(new Line.Text(file.split("\n", -1)[to]));
    }
    Lines beyond = new Lines(new OneByteAtATime(file));
    beyond.skipTo(100);
    assertThat(beyond.next()).isNull();
    assertThat(beyond.bytes()).isEqualTo(file.length());
  }

  private static List<Line> lines(String file) throws IOException {
    List<Line> all = new ArrayList<>();
    Lines lines = new Lines(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
    for (Line line = lines.next(); line != null; line = lines.next()) {
      all.add(line);
    }
    return all;
  }

  private static List<String> texts(String file) throws IOException {
    return lines(file).stream().map(line -> ((Line.Text) line).text()).toList();
  }

  /** As a slow network gives them. */
  private static final class OneByteAtATime extends InputStream {
    private final InputStream in;

    OneByteAtATime(String text) {
      in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return in.read(buffer, offset, Math.min(length, 1));
    }
  }
}
