package io.usercenter.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ids of many processes, judged exactly: every id is compared with every other one, a few
 * millions at a time. A file is {@code process.life.thread.ids}, see {@link IdFile}.
 */
final class MintedIds {
  /** So many ids are sorted at a time: 64 MiB, and what one gene has more. */
  private static final long AT_ONCE = 8_000_000;

  private final List<Path> files;
  private final long[] ofGene = new long[UserIdLayout.GENES];
  private final Map<String, BitSet> lanes = new TreeMap<>();
  private final Map<Integer, Map<Long, Span>> spans = new TreeMap<>();
  private final Map<String, Set<Long>> leases = new HashMap<>();
  private final List<String> findings = new ArrayList<>();
  private long uncertain;
  private long duplicates;
  private long overlaps;
  private long falls;

  private MintedIds(List<Path> files) {
    this.files = files;
  }

  static MintedIds in(Path folder) throws IOException {
    MintedIds ids = new MintedIds(files(folder));
    for (Path file : ids.files) {
      ids.survey(file);
    }
    ids.compareSpans();
    ids.compareIds();
    return ids;
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.toString().endsWith(".ids")).sorted().toList();
    }
  }

  private void survey(Path file) throws IOException {
    String[] name = file.getFileName().toString().split("\\.", -1);
    BitSet itsLanes = lanes.computeIfAbsent(name[0], _ -> new BitSet());
    Set<Long> itsLeases = leases.computeIfAbsent(name[0] + "." + name[1], _ -> new HashSet<>());
    long[] newest = new long[UserIdLayout.GENES];
    IdFile.read(
        file,
        new java.util.function.LongConsumer() {
          private long mark = IdFile.UNCERTAIN;
          private @Nullable Span span;

          @Override
          public void accept(long value) {
            if (value < 0) {
              mark = value;
              span = null;
              return;
            }
            int gene = UserIdLayout.gene(value);
            if (value <= newest[gene]) {
              falls++;
              findings.add("%s: %d of gene %d after %d".formatted(file, value, gene, newest[gene]));
            }
            newest[gene] = value;
            ofGene[gene]++;
            itsLanes.set(gene);
            if (mark == IdFile.UNCERTAIN) {
              uncertain++;
              return;
            }
            int machine = UserIdLayout.machine(value);
            if (span == null || span.machine != machine) {
              itsLeases.add(mark);
              span =
                  spans
                      .computeIfAbsent(machine, _ -> new HashMap<>())
                      .computeIfAbsent(mark, _ -> new Span(machine));
            }
            span.add(UserIdLayout.timestamp(value));
          }
        });
  }

  private void compareSpans() {
    for (Map<Long, Span> ofMachine : spans.values()) {
      Span before = null;
      for (Span span :
          ofMachine.values().stream().sorted(Comparator.comparingLong(s -> s.first)).toList()) {
        if (before != null && span.first <= before.last) {
          overlaps++;
          findings.add(
              "machine number %d was used from %d to %d and by another from %d to %d"
                  .formatted(span.machine, before.first, before.last, span.first, span.last));
        }
        before = before == null || span.last > before.last ? span : before;
      }
    }
  }

  private void compareIds() throws IOException {
    for (int from = 0, to; from < UserIdLayout.GENES; from = to) {
      long count = ofGene[from];
      for (to = from + 1; to < UserIdLayout.GENES && count + ofGene[to] <= AT_ONCE; to++) {
        count += ofGene[to];
      }
      compareIds(from, to, Math.toIntExact(count));
    }
  }

  private void compareIds(int fromGene, int toGene, int count) throws IOException {
    long[] ids = new long[count];
    int[] filled = new int[1];
    for (Path file : files) {
      IdFile.read(
          file,
          value -> {
            int gene = UserIdLayout.gene(value);
            if (value > 0 && gene >= fromGene && gene < toGene) {
              ids[filled[0]++] = value;
            }
          });
    }
    Arrays.parallelSort(ids);
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] == ids[i - 1]) {
        duplicates++;
        findings.add("twice: " + new UserId(ids[i]));
      }
    }
  }

  long ids() {
    return Arrays.stream(ofGene).sum();
  }

  /** Ids whose lease ended while they were minted; judged as ids, not as part of a span. */
  long uncertain() {
    return uncertain;
  }

  long duplicates() {
    return duplicates;
  }

  /** How often a machine number's timestamps were used under two tokens. */
  long overlaps() {
    return overlaps;
  }

  /** How often an id was not above the one that its thread got for the gene before. */
  long falls() {
    return falls;
  }

  /** The genes that each process minted. */
  Map<String, BitSet> lanes() {
    return lanes;
  }

  /** Leases that ids were minted under. */
  long leases() {
    return spans.values().stream().mapToLong(Map::size).sum();
  }

  /** Leases that followed another one of the same process's life: lost or run out. */
  long replaced() {
    return leases.values().stream().mapToLong(tokens -> Math.max(0, tokens.size() - 1)).sum();
  }

  /** Leases of a machine number that another lease had before. */
  long handedOn() {
    return leases() - spans.size();
  }

  List<String> findings() {
    return findings;
  }

  private static final class Span {
    private final int machine;
    private long first = Long.MAX_VALUE;
    private long last;

    Span(int machine) {
      this.machine = machine;
    }

    void add(long timestamp) {
      first = Math.min(first, timestamp);
      last = Math.max(last, timestamp);
    }
  }
}
