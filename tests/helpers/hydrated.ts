/** Playwright's `test` with a page whose `goto` and `reload` wait until React has taken over: a click before that is lost. */
import { test as base, expect, type Page } from "@playwright/test";

export { expect, type Page };

/** Asked from here and not by the page, whose clock a test may have replaced. */
async function hydrated(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page
        .evaluate(() =>
          [...document.querySelectorAll("button, input, select")].every((element) =>
            Object.keys(element).some((key) => key.startsWith("__reactProps$")),
          ),
        )
        // The page is on its way to another address.
        .catch(() => false),
    )
    .toBe(true);
}

export const test = base.extend({
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page);
    const reload = page.reload.bind(page);
    page.goto = async (url, options) => {
      const response = await goto(url, options);
      if (url.startsWith("http")) await hydrated(page);
      return response;
    };
    page.reload = async (options) => {
      const response = await reload(options);
      await hydrated(page);
      return response;
    };
    await use(page);
  },
});
