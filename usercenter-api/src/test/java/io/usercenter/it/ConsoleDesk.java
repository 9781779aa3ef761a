package io.usercenter.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;

/** An operator in front of the console: what he clicks and types, in English. */
final class ConsoleDesk {
  private final Page page;
  private final String base;

  ConsoleDesk(Page page, Usercenter service) {
    this.page = page;
    this.base = service.inside().base() + "/console";
  }

  Page page() {
    return page;
  }

  /** Opens a path below {@code /console} and waits until it has what it asked for. */
  void open(String path) {
    page.navigate(base + path);
    settle();
  }

  /** Waits until nothing is loading. */
  void settle() {
    page.locator("h1").first().waitFor();
    page.locator(".ant-skeleton")
        .first()
        .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
  }

  ConsoleDesk login(String name, String password) {
    open("/");
    credentials(name, password);
    assertThat(button("Log out")).isVisible();
    settle();
    return this;
  }

  void credentials(String name, String password) {
    page.getByLabel("Name").fill(name);
    page.getByLabel("Password").first().fill(password);
    button("Log in").click();
  }

  /** Looks for a player in the field that is on every page. */
  void find(String text) {
    Locator field = page.getByRole(AriaRole.SEARCH).getByRole(AriaRole.SEARCHBOX);
    field.fill(text);
    field.press("Enter");
    heading("Players");
    settle();
  }

  void heading(String title) {
    assertThat(page.locator("h1")).hasText(title);
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator tab(String name) {
    return page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** The dialog that an action opened. */
  Locator dialog() {
    return page.getByRole(AriaRole.DIALOG).last();
  }

  void confirm(String name) {
    dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true))
        .click();
  }

  /** The row of a table that says this. */
  Locator row(String... texts) {
    Locator rows = page.getByRole(AriaRole.ROW);
    for (String text : texts) {
      rows = rows.filter(new Locator.FilterOptions().setHasText(text));
    }
    return rows;
  }
}
