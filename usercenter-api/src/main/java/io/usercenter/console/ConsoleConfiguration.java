package io.usercenter.console;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** Reads the page from the class path, once. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {
  private static final String FOLDER = "/console-page/";

  @Bean
  SimpleUrlHandlerMapping consoleMapping(SecureRandom random) throws IOException {
    ConsolePages pages = new ConsolePages(files(), random);
    // Before the handler of static resources, which takes every path.
    return new SimpleUrlHandlerMapping(Map.of("/console", pages, "/console/**", pages), 1);
  }

  private static Map<String, ConsoleFile> files() throws IOException {
    Map<String, ConsoleFile> files = new HashMap<>();
    for (Resource resource :
        new PathMatchingResourcePatternResolver().getResources("classpath:" + FOLDER + "**/*.*")) {
      String path = resource.getURL().getPath();
      String name = path.substring(path.lastIndexOf(FOLDER) + FOLDER.length());
      files.put(name, ConsoleFile.of(name, resource.getContentAsByteArray()));
    }
    return Map.copyOf(files);
  }
}
