import { describe, expect, test } from '@jest/globals';

import { url, signIn as signInByApi } from '../../../platform/test/kit.ts';
import { linksOf, makeUser, perform } from '../../../subgraphs/auth/test/auth.ts';

import { clickOn, open, page, signIn, tall, usePlayground } from './playground.ts';

usePlayground();

describe('links of mails', () => {
  test('a verification link asks for one click, and works once', async () => {
    const user = await makeUser();
    const { accessToken } = await signInByApi(user);
    await perform('emailVerificationRequest', undefined, { token: accessToken });
    const [token = ''] = await linksOf(user.id, 'email.verification_requested');
    await open(tall, `#verify=${token}`);
    await clickOn('Verify my address');
    await page.getByText('Your address is verified.').waitFor();
    await page.waitForURL(`${url}/graphql`);
    await clickOn('Go on');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto('about:blank');
    await page.goto(`${url}/graphql#verify=${token}`);
    await clickOn('Verify my address');
    await expect(page.getByRole('alert').filter({ hasText: /./ }).innerText()).resolves.not.toBe('');
  });

  test('a reset link sets the password', async () => {
    const user = await makeUser();
    await perform('passwordResetRequest', { email: user.email });
    const [token = ''] = await linksOf(user.id, 'password.reset_requested');
    await open(tall, `#reset=${token}`);
    await page.getByLabel('New password').fill('quiet lake at dawn 9');
    await clickOn('Set the password');
    await signIn(user.email, 'quiet lake at dawn 9');
    await page.getByRole('status').waitFor();
  });
});
