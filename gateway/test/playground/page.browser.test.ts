import { describe, expect, test } from '@jest/globals';

import { CLIENT, answerTo, clickOn, open, page, plan, result, signIn, usePlayground } from './playground.ts';

usePlayground();

describe('the page', () => {
  test('follows the system’s theme until somebody chooses one, which is kept', async () => {
    await open({ width: 1280, height: 800, scheme: 'dark' });
    const background = () =>
      page.evaluate<string>('getComputedStyle(document.querySelector(".top-bar")).backgroundColor');
    const dark = await background();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    expect(light).not.toBe(dark);
    await page.getByText('Dark', { exact: true }).click();
    await expect(background()).resolves.toBe(dark);
    await page.reload();
    await page.getByRole('radio', { name: 'Dark', checked: true }).waitFor({ state: 'attached' });
    await expect(background()).resolves.toBe(dark);
  });

  test.each([
    [1280, 800],
    [420, 860],
  ])('works in a window of %i × %i', async (width, height) => {
    await open({ width, height });
    await signIn(CLIENT);
    await page.getByRole('status').waitFor();
    await page.getByText('# Your own').waitFor();
    const answered = answerTo('query Customers');
    await clickOn(/execute query/i);
    await answered;
    await result().getByText('"totalCount"').waitFor();
    await plan().getByText('crm').waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
