package io.usercenter.process;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;

/**
 * An application that is told of its beans by classes. Spring Boot reads scripts as well when there
 * is a Groovy among the libraries, as ShardingSphere brings one: that alone is 250 classes, 4 MB
 * and a part of the start.
 */
public final class ClassesOnly {
  private ClassesOnly() {}

  /**
   * Starts it.
   *
   * @param application the class that has {@code @SpringBootApplication}
   */
  public static void run(Class<?> application, String[] arguments) {
    new SpringApplication(application) {
      @Override
      protected void load(ApplicationContext context, Object[] sources) {
        new AnnotatedBeanDefinitionReader((BeanDefinitionRegistry) context).register(application);
      }
    }.run(arguments);
  }
}
