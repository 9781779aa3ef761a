package io.usercenter.testkit.architecture;

import java.util.List;

/**
 * Something that the system does, told by the source files it passes.
 *
 * @param title the heading in the document
 * @param sentence what happens, in one sentence
 * @param entries where it begins, as {@link CallGraph#filesPassed} takes them
 */
public record Flow(String title, String sentence, List<String> entries) {}
