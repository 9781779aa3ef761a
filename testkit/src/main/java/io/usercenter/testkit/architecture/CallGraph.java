package io.usercenter.testkit.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who calls whom, read from class files. The calls of a method are in the order of its bytecode,
 * which is the order of evaluation. A lambda or a method reference counts as called by whom it is
 * handed to, after what that does itself. A call of an interface goes to every class that
 * implements it.
 */
public final class CallGraph {
  /** By internal name, {@code io/usercenter/player/PlayerController}. */
  private final Map<String, ClassModel> classes = new TreeMap<>();

  private final Map<String, Set<String>> subtypes = new HashMap<>();

  /** Lambdas that implement an interface of ours, by its name. */
  private final Map<String, List<Made>> lambdas = new HashMap<>();

  private final Set<String> listed = new HashSet<>();
  private final Set<String> ignored = new HashSet<>();

  private CallGraph() {}

  /** Lists these records, because something does happen in them. */
  public CallGraph listing(String... records) {
    for (String name : records) {
      listed.add(internal(name));
    }
    return this;
  }

  /** Does not go into these classes. */
  public CallGraph ignoring(String... names) {
    for (String name : names) {
      ignored.add(internal(name));
    }
    return this;
  }

  /**
   * Reads all classes of a package and below it.
   *
   * @param within the package
   * @param anchors one class of each folder or jar to look in
   */
  public static CallGraph of(String within, Class<?>... anchors) {
    CallGraph graph = new CallGraph();
    String folder = internal(within);
    for (Class<?> anchor : anchors) {
      graph.readAll(anchor, folder);
    }
    graph.classes.forEach(
        (name, model) -> {
          model.superclass().ifPresent(parent -> graph.noteSubtype(parent, name));
          model.interfaces().forEach(parent -> graph.noteSubtype(parent, name));
          model.methods().forEach(graph::noteLambdas);
        });
    return graph;
  }

  /**
   * The source files that calls pass, in call order, each once. Calls of constructors are not
   * followed. Records, enums and exceptions are passed through and not listed: they are what is
   * handed on, not where something happens.
   *
   * @param entries where it begins, each as {@code full.class.Name#method}
   * @return {@code io/usercenter/player/PlayerController.java}
   */
  public List<String> filesPassed(List<String> entries) {
    Walk walk = new Walk();
    for (String entry : entries) {
      int hash = entry.indexOf('#');
      String owner = internal(entry.substring(0, hash));
      String name = entry.substring(hash + 1);
      ClassModel model = classes.get(owner);
      List<MethodModel> methods =
          model == null
              ? List.of()
              : model.methods().stream()
                  .filter(m -> m.methodName().equalsString(name) && m.code().isPresent())
                  .toList();
      if (methods.isEmpty()) {
        throw new IllegalArgumentException("there is no method " + entry);
      }
      methods.forEach(method -> walk.into(owner, method));
    }
    return List.copyOf(walk.files);
  }

  private void noteSubtype(ClassEntry parent, String name) {
    subtypes.computeIfAbsent(parent.asInternalName(), _ -> new TreeSet<>()).add(name);
  }

  private void noteLambdas(MethodModel method) {
    for (CodeElement element : elements(method)) {
      if (element instanceof InvokeDynamicInstruction making) {
        for (Made lambda : madeBy(making)) {
          String type = internal(lambda.type());
          if (classes.containsKey(type)) {
            lambdas.computeIfAbsent(type, _ -> new ArrayList<>()).add(lambda);
          }
        }
      }
    }
  }

  private static List<CodeElement> elements(MethodModel method) {
    List<CodeElement> elements = new ArrayList<>();
    method.code().ifPresent(body -> body.forEach(elements::add));
    return elements;
  }

  private static List<Made> madeBy(InvokeDynamicInstruction making) {
    List<Made> made = new ArrayList<>();
    for (ConstantDesc argument : making.bootstrapArgs()) {
      if (argument instanceof DirectMethodHandleDesc handle) {
        made.add(new Made(making.typeSymbol().returnType(), handle));
      }
    }
    return made;
  }

  private void readAll(Class<?> anchor, String folder) {
    try {
      URI location = anchor.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path path = Path.of(location);
      if (Files.isDirectory(path)) {
        readFolder(path.resolve(folder));
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
          readFolder(jar.getPath(folder));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the classes of " + anchor + " are nowhere", e);
    }
  }

  private void readFolder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
    for (Path file : files) {
      ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
      classes.put(model.thisClass().asInternalName(), model);
    }
  }

  private boolean isListed(ClassModel model) {
    if (listed.contains(model.thisClass().asInternalName())) {
      return true;
    }
    if (model.findAttribute(Attributes.record()).isPresent()) {
      return false;
    }
    for (ClassModel at = model; at != null; ) {
      String parent = at.superclass().map(ClassEntry::asInternalName).orElse("");
      if (parent.equals("java/lang/Enum") || parent.endsWith("Exception")) {
        return false;
      }
      at = classes.get(parent);
    }
    return true;
  }

  private static String fileOf(ClassModel model) {
    String name = model.thisClass().asInternalName();
    String file =
        model
            .findAttribute(Attributes.sourceFile())
            .map(attribute -> attribute.sourceFile().stringValue())
            .orElseThrow(() -> new IllegalStateException(name + " does not know its source file"));
    return name.substring(0, name.lastIndexOf('/') + 1) + file;
  }

  /** One walk through the graph; goes into each method once. */
  private final class Walk {
    private final Set<String> files = new LinkedHashSet<>();
    private final Set<String> visited = new HashSet<>();

    private void call(String owner, String name, String type) {
      if (name.equals("<init>") || !classes.containsKey(owner)) {
        return;
      }
      for (String at = owner; at != null; at = superclassOf(at)) {
        if (enter(at, name, type)) {
          break;
        }
      }
      below(owner, name, type);
      if (isAbstract(owner, name, type)) {
        lambdas.getOrDefault(owner, List.of()).forEach(this::call);
      }
    }

    private boolean isAbstract(String owner, String name, String type) {
      ClassModel model = classes.get(owner);
      return model != null
          && model.methods().stream()
              .anyMatch(
                  m ->
                      m.methodName().equalsString(name)
                          && m.methodType().equalsString(type)
                          && m.code().isEmpty());
    }

    private void below(String owner, String name, String type) {
      for (String child : subtypes.getOrDefault(owner, Set.of())) {
        enter(child, name, type);
        below(child, name, type);
      }
    }

    private @Nullable String superclassOf(String name) {
      ClassModel model = classes.get(name);
      return model == null ? null : model.superclass().map(ClassEntry::asInternalName).orElse(null);
    }

    private boolean enter(String owner, String name, String type) {
      ClassModel model = classes.get(owner);
      if (model == null || ignored.contains(owner)) {
        return false;
      }
      List<MethodModel> found =
          model.methods().stream()
              .filter(m -> m.methodName().equalsString(name) && m.methodType().equalsString(type))
              .toList();
      found.forEach(method -> into(owner, method));
      return !found.isEmpty();
    }

    private void into(String owner, MethodModel method) {
      if (!visited.add(owner + method.methodName() + method.methodType())) {
        return;
      }
      ClassModel model = classes.get(owner);
      if (model != null && isListed(model)) {
        files.add(fileOf(model));
      }
      List<Made> made = new ArrayList<>();
      for (CodeElement element : elements(method)) {
        if (element instanceof InvokeInstruction call) {
          call(call.owner().asInternalName(), call.name().stringValue(), call.type().stringValue());
          List<ClassDesc> takes = call.typeSymbol().parameterList();
          made.stream().filter(m -> takes.contains(m.type())).forEach(this::call);
          made.removeIf(m -> takes.contains(m.type()));
        } else if (element instanceof InvokeDynamicInstruction making) {
          made.addAll(madeBy(making));
        }
      }
      made.forEach(this::call);
    }

    private void call(Made lambda) {
      DirectMethodHandleDesc body = lambda.body();
      call(internal(body.owner()), body.methodName(), body.lookupDescriptor());
    }
  }

  /** A lambda or a method reference, of a functional interface. */
  private record Made(ClassDesc type, DirectMethodHandleDesc body) {}

  private static String internal(ClassDesc type) {
    String descriptor = type.descriptorString();
    return descriptor.startsWith("L")
        ? descriptor.substring(1, descriptor.length() - 1)
        : descriptor;
  }

  private static String internal(String name) {
    return name.replace('.', '/');
  }
}
