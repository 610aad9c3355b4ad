// What can stop the portal's wizard: a wrong code, a PIN that is refused, a closed tab, a pulled token; and the way back each time.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { byTest, firstUse, logInToTrading, PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '830412';
const onToken = (serial) => `[data-serial="${serial}"]`;

describe('chromium: what stops the wizard, and the way on or back', () => {
  let stack;
  let browser;
  let user;
  let phones = 0;
  const logIn = (serial) => logInToTrading(stack, browser, onToken(serial), pin);

  before(async () => {
    stack = await Stack.start();
    browser = await browsers.chromium();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  /** A user of their own with an order that is ready, in the wizard at the step of the code; the code. */
  async function readyAt(serial, language) {
    await stack.blank(serial);
    user = await PortalUser.open(stack, browser, 'chromium', `139${String(phones++).padStart(8, '0')}`, language);
    await user.register('王五');
    await user.buy();
    const code = await user.codeFromOutbox();
    await user.startWizard();
    await user.chooseToken(serial);
    return code;
  }

  test('a wrong code is said with its code, in both languages, and the right one then serves', async () => {
    const code = await readyAt('W-CODE', 'en');
    await user.enterCode(code === '0000000000' ? '1111111111' : '0000000000');
    assert.equal(await user.codeOfFailure(), 'code-wrong');
    await user.picture('portal-wrong-code-en');
    const inEnglish = await user.text('failure-message');
    assert.deepEqual(await stack.dialogs(), [], 'the token was not touched');
    await user.click('back');
    await user.click('language-zh-CN');
    assert.equal(await user.text('chosen-serial'), 'W-CODE', 'the wizard is where it was');
    await user.enterCode('2222222222');
    assert.equal(await user.codeOfFailure(), 'code-wrong');
    assert.notEqual(await user.text('failure-message'), inEnglish);
    await user.click('back');
    await user.click('new-code');
    await user.see('code-sent');
    await stack.answer(...firstUse(pin));
    await user.enterCode(await user.codeFromOutbox());
    await user.seeIssued('W-CODE');
    await user.close();
  });

  test('the PIN that ships is refused as the final one; a cancelled dialog is no error, and the user tries again', async () => {
    const code = await readyAt('W-PIN');
    await stack.answer('cancel');
    await user.enterCode(code);
    await user.see('cancelled');
    await stack.answer('pin 111111', ...firstUse(pin));
    await user.click('retry');
    await user.seeIssued('W-PIN');
    const refusal = (await stack.dialogs()).find(({ error }) => error.includes('初始密码'));
    assert.ok(refusal, 'the dialog says why 111111 does not do');
    assert.equal(await logIn('W-PIN'), '王五');
    await user.close();
  });

  for (const language of ['zh-CN', 'en']) {
    test(`${language}: the window names the initial PIN and asks for the new one alone; what ends after that says that the PIN is another one`, async () => {
      const serial = `W-NEW-${language}`;
      const code = await readyAt(serial, language);
      const before = (await stack.dialogs()).length;
      await stack.answer(`pin ${pin}`, 'cancel');
      await user.enterCode(code);
      await user.see('cancelled');
      const [first, consent, ...more] = (await stack.dialogs()).slice(before);
      assert.match(first.text, language === 'en' ? /has the PIN set by the factory, 111111/ : /仍为出厂初始密码 111111/);
      assert.match(first.label, language === 'en' ? /New PIN/ : /新密码/);
      assert.equal(consent.kind, 'confirm', 'no PIN is asked for between the new one and the consent');
      assert.deepEqual(more, []);
      assert.match(await user.text('has-new-pin'), language === 'en' ? /use that from now on/ : /今后请使用新密码/);
      await user.picture(`portal-new-pin-${language}`);
      await stack.answer(`pin ${pin}`, 'ok');
      await user.click('retry');
      await user.seeIssued(serial);
      await user.close();
      await stack.unplug(serial);
    });
  }

  test('a reload in the middle: the wizard offers to go on, and does', async () => {
    const code = await readyAt('W-RELOAD');
    await stack.answer(...firstUse(pin));
    const issue = await user.hold('/issue');
    await user.enterCode(code);
    await issue.reached;
    await user.page.reload();
    await issue.forget();
    await user.see('recovery', '[data-state="waiting"]');
    await user.picture('portal-recovery');
    await stack.answer(`pin ${pin}`);
    await user.click('go-on');
    await user.seeIssued('W-RELOAD');
    assert.equal(await logIn('W-RELOAD'), '王五');
    await user.close();
  });

  test('a reload while the key is being made: begun again, the wizard waits for that key and asks for no second consent', async () => {
    const code = await readyAt('W-SLOW');
    await writeFile(path.join(stack.tokens, 'W-SLOW', 'faults.json'), JSON.stringify([{ function: 'SKF_GenECCKeyPair', action: 'delay', milliseconds: 12000 }]));
    await stack.answer(...firstUse(pin));
    await user.enterCode(code);
    await user.see('request-progress', '[data-step="1"]');
    await user.picture('portal-key-is-made');
    await user.page.reload();
    await stack.answer(`pin ${pin}`);
    await user.enterCode(code);
    await user.seeIssued('W-SLOW');
    const consents = (await stack.dialogs()).filter(({ text, kind }) => kind !== 'pin' && text.includes('W-SLOW'));
    assert.equal(consents.length, 1);
    assert.equal(await logIn('W-SLOW'), '王五');
    await user.close();
  });

  test('a tab that was closed before its last word to the server: what is on the token counts', async () => {
    const code = await readyAt('W-CLOSED');
    await stack.answer(...firstUse(pin));
    const confirm = await user.hold('/confirm');
    await user.enterCode(code);
    await confirm.reached;
    const { page: closed } = user;
    const address = closed.url();
    user.page = await user.context.newPage();
    await closed.close();
    await user.page.goto(address);
    assert.match(await user.text('nothing-to-issue'), /全部/);
    assert.equal(await logIn('W-CLOSED'), '王五');
    await user.close();
  });

  test('a token that is pulled in the middle is asked for, and the wizard goes on when it is back', async () => {
    const code = await readyAt('W-PULLED');
    await stack.answer(...firstUse(pin));
    const issue = await user.hold('/issue');
    await user.enterCode(code);
    await issue.reached;
    await stack.unplug('W-PULLED');
    await issue.release();
    assert.match(await user.codeOfFailure(), /^token-(not-found|removed)$/);
    await user.see('unplugged');
    await user.picture('portal-pulled');
    await stack.plug('W-PULLED');
    await stack.answer(`pin ${pin}`);
    await user.page.waitForSelector(`${byTest('retry')}:not([disabled])`);
    await user.click('retry');
    await user.seeIssued('W-PULLED');
    assert.equal(await logIn('W-PULLED'), '王五');
    await user.close();
  });

  test('a bridge that is killed in the middle and started again finishes what it had begun', async () => {
    const code = await readyAt('W-KILLED');
    await stack.answer(...firstUse(pin));
    const issue = await user.hold('/issue');
    await user.enterCode(code);
    await issue.reached;
    await stack.killDaemon();
    await stack.startDaemon();
    await stack.answer(`pin ${pin}`);
    await issue.release();
    await user.seeIssued('W-KILLED');
    assert.equal(await logIn('W-KILLED'), '王五');
    await user.close();
  });

  test('what was begun is rolled back on request, and another token takes the same code', async () => {
    const code = await readyAt('W-FIRST');
    await stack.answer(...firstUse(pin));
    const issue = await user.hold('/issue');
    await user.enterCode(code);
    await issue.reached;
    await issue.fail();
    assert.equal(await user.codeOfFailure(), 'network');
    await user.click('roll-back');
    await user.chooseOrGoOn();
    await stack.blank('W-OTHER');
    await user.chooseToken('W-OTHER');
    await stack.answer(...firstUse(pin));
    await user.enterCode(code);
    await user.seeIssued('W-OTHER');
    assert.equal(await logIn('W-OTHER'), '王五');
    assert.deepEqual(await stack.containers('W-FIRST'), [], 'no stray container is left');
    assert.equal((await stack.containers('W-OTHER')).length, 1);
    await user.close();
  });

  test('an order that is used up and a certificate that is not due are said, and what to do', async () => {
    const code = await readyAt('W-DUE');
    await stack.answer(...firstUse(pin));
    await user.enterCode(code);
    await user.seeIssued('W-DUE');
    await user.page.reload();
    assert.match(await user.text('nothing-to-issue'), /全部/);
    await user.go('certificates');
    const card = await user.see('certificate', onToken('W-DUE'));
    assert.equal(await user.page.$(byTest('renew')), null);
    const id = await card.evaluate((element) => element.dataset.id);
    await user.page.goto(`${stack.portal}/certificates/${id}/renew`);
    await user.click('understood');
    await user.click('place-order');
    assert.equal(await user.codeOfFailure(), 'not-due');
    await user.close();
  });
});

describe('firefox: the portal', () => {
  let stack;
  let browser;

  before(async () => {
    stack = await Stack.start();
    await stack.blank('FOX');
    browser = await browsers.firefox();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  test('issues on one token, with which the user logs in', async () => {
    const user = await PortalUser.open(stack, browser, 'firefox', '13900000009', 'en');
    await user.register('Fox Ltd', 'organisation');
    await user.buy({ algorithm: 'rsa2048' });
    const code = await user.codeFromOutbox();
    await user.startWizard();
    await user.chooseToken('FOX');
    await stack.answer(...firstUse(pin));
    await user.enterCode(code);
    await user.seeIssued('FOX');
    await user.picture('portal-done');
    assert.equal(await logInToTrading(stack, browser, onToken('FOX'), pin), 'Fox Ltd');
    await user.close();
  });
});
