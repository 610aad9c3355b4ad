// What the MSI leaves on a computer: a page of its ORIGINS logs in, no other gets in, and removal takes all of it away.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers } from '../support/browsers.mjs';
import { logInToTrading } from '../support/portal_user.mjs';
import { InstalledStack } from '../support/windows_stack.mjs';

const pin = '830412';
const browserPolicies = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'];
const policies = (below) => ['reg', 'query', `HKLM\\Software\\Policies\\${below}`, '/s'];

describe('ukeyd from the MSI', () => {
  let stack;
  let browser;

  before(async () => {
    stack = await InstalledStack.start();
    await stack.mint('BIDDER', 'sm2', '张三', pin);
    browser = await browsers.chromium(stack.browserArguments);
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  test('runs since the installation, and a bidder logs in to the site that ORIGINS names', async () => {
    assert.equal(await logInToTrading(stack, browser, '[data-serial="BIDDER"]', pin), '张三');
  });

  test('another site gets nothing', async () => {
    await assert.rejects(stack.connect(stack.portal), /403/);
  });

  test('the site stands in the policies of the bridge and of the browsers', async () => {
    for (const place of ['Ukey\\origins', ...browserPolicies])
      assert.ok((await stack.runOnWindows(...policies(place))).includes(stack.site), place);
  });

  test('removal ends it and leaves nothing of it', async () => {
    await stack.remove();
    await assert.rejects(stack.connect(stack.site));
    for (const place of ['Ukey', ...browserPolicies])
      await assert.rejects(stack.runOnWindows(...policies(place)), place);
    await assert.rejects(stack.runOnWindows('C:\\Program Files\\Ukey\\ukeyctl.exe', '--version'));
  });
});
