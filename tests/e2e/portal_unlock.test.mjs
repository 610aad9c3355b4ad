// 解锁: a token that wrong PINs have locked is unlocked from the portal, and its certificate logs in again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { byTest, logInToTrading, PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '830412';
const newPin = '947305';
const serial = 'LOCKED';

describe('chromium: unlocking a token from the portal', () => {
  let stack;
  let browser;
  let user;

  before(async () => {
    stack = await Stack.start();
    browser = await browsers.chromium();
    user = await PortalUser.open(stack, browser, 'chromium', '13700000001');
    await user.becomeHolder('赵六', serial, pin);
    await stack.lock(serial, stack.site);
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  test('asks, proves the phone, is approved by the clerk, sets a new PIN, and logs in with it', async () => {
    await user.haveUnlockApproved(serial);

    const before = (await stack.dialogs()).length;
    await stack.answer('cancel');
    await user.click('start-unlock');
    await user.see('unlock-cancelled');
    assert.equal((await stack.dialogs()).length, before + 1);
    await user.page.reload();
    await user.see('start-unlock', ':not([disabled])');
    await stack.answer(`pin ${newPin}`);
    await user.click('start-unlock');
    await user.page.waitForSelector(`${byTest('unlocked')}, ${byTest('failure')}`);
    await user.picture('portal-unlocked');
    await user.see('unlocked');
    assert.ok(!(await user.page.content()).includes(newPin), 'the PIN is nowhere in the page');
    assert.equal(await logInToTrading(stack, browser, `[data-serial="${serial}"]`, newPin), '赵六');
  });
});
