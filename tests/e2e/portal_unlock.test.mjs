// 解锁: a token that wrong PINs have locked is unlocked from the portal, and its certificate logs in again.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { Client } from './support/client.mjs';
import { byTest, logInToTrading, PortalUser } from './support/portal_user.mjs';
import { root, Stack } from './support/stack.mjs';

const pin = '830412';
const newPin = '947305';
const firstUse = ['pin 111111', `pin ${pin}`, `pin ${pin}`, 'ok'];
const serial = 'LOCKED';

describe('chromium: unlocking a token from the portal', () => {
  let stack;
  let browser;
  let user;

  before(async () => {
    await mkdir(process.env.UKEY_PICTURES ?? path.join(root, 'build/pictures'), { recursive: true });
    stack = await Stack.start();
    await stack.blank(serial);
    browser = await browsers.chromium();
    user = await PortalUser.open(stack, browser, 'chromium', '13700000001');
    await user.register('赵六');
    await user.buy();
    const code = await user.codeFromOutbox();
    await user.startWizard();
    await user.chooseToken(serial);
    await stack.answer(...firstUse);
    await user.enterCode(code);
    await user.seeIssued(serial);
    await lock();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  /** Wrong PINs until there is none left; before the last one the bridge asks whether it is meant. */
  async function lock() {
    const page = await Client.connect(stack.daemonPort, stack.site);
    const { id: token } = await page.token(serial);
    for (let code = ''; code !== 'pin-locked';) {
      await stack.answer('pin 000000', 'pin 000000');
      code = await page.codeOf('pin.verify', { token });
      assert.match(code, /^pin-(incorrect|locked)$/);
    }
    await page.close();
  }

  test('asks, proves the phone, is approved by the clerk, sets a new PIN, and logs in with it', async () => {
    await user.go('certificates');
    await user.click('certificate', `[data-serial="${serial}"] ${byTest('unlock')}`);
    await user.picture('portal-unlock');
    await user.click('ask-unlock');
    await user.type('unlock-code', await user.codeFromOutbox());
    await user.click('verify-unlock');
    await user.see('unlock-in-review');
    await user.go('clerk');
    await user.picture('portal-clerk-unlock');
    await user.click('approve');
    await user.see('clerk-empty');
    await user.go('certificates');
    await user.click('certificate', `[data-serial="${serial}"] ${byTest('unlock')}`);
    await user.see('start-unlock', ':not([disabled])');
    await user.picture('portal-unlock-approved');

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
