// ukeyd.exe, its token host and its dialogs under wine, met by a browser: a bidder logs in, a holder issues and unlocks, tokens are
// pulled and drivers fail, and nobody else gets in.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browsers } from '../support/browsers.mjs';
import { Client } from '../support/client.mjs';
import { logInToTrading, PortalUser } from '../support/portal_user.mjs';
import { WindowsStack } from '../support/windows_stack.mjs';

const pin = '830412';
const newPin = '947305';
const digest = { digest: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', digestAlgorithm: 'sm3' };
const onToken = (serial) => `[data-serial="${serial}"]`;

describe('ukeyd.exe under wine', () => {
  let stack;
  let browser;

  before(async () => {
    stack = await WindowsStack.start({ config: { driverTimeoutSeconds: 5 } });
    await stack.mint('BIDDER', 'sm2', '张三', pin);
    browser = await browsers.chromium(stack.browserArguments);
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  test('a bidder logs in to the trading site; the window names the site, and the page never sees the PIN', async () => {
    assert.equal(await logInToTrading(stack, browser, onToken('BIDDER'), pin), '张三');
    const dialog = (await stack.dialogs()).at(-1);
    assert.equal(dialog.kind, 'pin');
    assert.ok(dialog.text.includes(stack.site), dialog.text);
  });

  test('a wrong PIN is said, and the right one then signs', async () => {
    assert.equal(await logInToTrading(stack, browser, onToken('BIDDER'), '000000'), 'pin-incorrect');
    assert.equal(await logInToTrading(stack, browser, onToken('BIDDER'), pin), '张三');
  });

  test('a holder buys, issues on a new Ukey in the portal, and logs in with it', async () => {
    const user = await PortalUser.open(stack, browser, 'chromium', '13700000001');
    await user.becomeHolder('赵六', 'BLANK', pin);
    assert.deepEqual(await stack.answersLeft(), []);
    assert.equal(await logInToTrading(stack, browser, onToken('BLANK'), pin), '赵六');
    await user.close();
  });

  test('a Ukey that wrong PINs have locked is unlocked in the portal', async () => {
    const user = await PortalUser.open(stack, browser, 'chromium', '13700000002');
    await user.becomeHolder('钱七', 'LOCKED', pin);
    await stack.lock('LOCKED', stack.site);
    await user.haveUnlockApproved('LOCKED');
    await stack.answer(`pin ${newPin}`);
    await user.click('start-unlock');
    await user.see('unlocked');
    assert.equal(await logInToTrading(stack, browser, onToken('LOCKED'), newPin), '钱七');
    await user.close();
  });

  test('a Ukey that is pulled out and put in again is told to the page', async () => {
    const page = await stack.connect(stack.site);
    const { id } = await page.token('BIDDER');
    await stack.unplug('BIDDER');
    assert.equal(await page.codeOf('certificates.list', { token: id }), 'token-removed');
    await stack.plug('BIDDER');
    assert.equal((await page.token('BIDDER')).serial, 'BIDDER');
    await page.close();
  });

  for (const [what, fault, code] of [
    ['hangs', { action: 'hang' }, 'driver-timeout'],
    ['crashes', { action: 'crash' }, 'driver-crashed'],
  ]) {
    test(`a driver that ${what} costs its own call alone, and serves again afterwards`, async () => {
      const page = await stack.connect(stack.site);
      const faults = path.join(stack.tokens, 'BIDDER', 'faults.json');
      const login = async () => {
        const token = await page.token('BIDDER');
        const certificate = await page.signingCertificate(token);
        await stack.answerPins([pin]);
        await page.call('pin.verify', { token: token.id });
        return certificate.id;
      };
      const certificate = await login();
      await writeFile(faults, JSON.stringify([{ function: 'SKF_ECCSignData', ...fault }]));
      assert.equal(await page.codeOf('sign.digest', { certificate, ...digest }), code);
      await writeFile(faults, '[]');
      assert.ok((await page.call('sign.digest', { certificate: await login(), ...digest })).signature);
      await page.close();
    });
  }

  test('a page of another site gets in as little as a program that has no owner here', async () => {
    await assert.rejects(stack.connect('https://evil.example'), /403/);
    // Straight from Linux: wine cannot say whose it is.
    await assert.rejects(Client.connect(stack.ownPort, stack.site), /403/);
  });

  test('ukeyd stop ends it, and a new one serves the page again', async () => {
    await stack.stopDaemon();
    assert.equal(stack.daemon.exitCode, 0);
    await stack.startDaemon();
    const page = await stack.connect(stack.site);
    assert.equal((await page.token('BIDDER')).serial, 'BIDDER');
    await page.close();
  });
});
