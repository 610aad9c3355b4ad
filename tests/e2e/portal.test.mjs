// A certificate holder's life on the portal, in a real browser: buy, issue, renew, change, reissue; and log in to the trading
// site with what is on the token each time. Whatever stops the wizard, it goes on or takes the token back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { faultsOf } from './support/appearance.mjs';
import { browsers } from './support/browsers.mjs';
import { byTest, firstUse, logInToTrading, PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '830412';
const laterUse = [`pin ${pin}`, 'ok'];
const onToken = (serial) => `[data-serial="${serial}"]`;

const startStack = () => Stack.start({ site: ['--renewal-days', '500'] });

describe('chromium: a holder of certificates on the portal', () => {
  let stack;
  let browser;
  let user;
  const logIn = (serial) => logInToTrading(stack, browser, onToken(serial), pin);

  before(async () => {
    stack = await startStack();
    for (const serial of ['BLANK-1', 'BLANK-2', 'BLANK-3']) await stack.blank(serial);
    // Before anybody connects: SoftHSM2 sees no token that is made after it was loaded.
    for (const algorithm of ['rsa2048', 'p256']) await stack.blankSoftHsm(`HSM-${algorithm}`, pin);
    browser = await browsers.chromium();
    user = await PortalUser.open(stack, browser, 'chromium', '13800000001');
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  test('registers, buys for two tokens, reads the code, issues on both and logs in with each', async () => {
    await user.register('张三');
    await user.buy({ quantity: 2 });
    const code = await user.codeFromOutbox();
    await user.click('receive');
    await user.gone('receive');
    await user.startWizard();
    for (const [index, serial] of ['BLANK-1', 'BLANK-2'].entries()) {
      assert.match(await user.text('next-of'), new RegExp(`${index + 1}.*2`));
      await user.picture(`portal-wizard-choose-${index + 1}`);
      await user.chooseToken(serial);
      await stack.answer(...firstUse(pin));
      await user.picture(`portal-wizard-code-${index + 1}`);
      await user.enterCode(code);
      await user.seeIssued(serial);
      await user.picture(`portal-wizard-done-${index + 1}`);
      if (index === 0) await user.click('next-token');
    }
    assert.deepEqual(await stack.answersLeft(), []);
    assert.ok(!(await user.page.content()).includes(pin), 'the PIN is nowhere in the page');
    assert.equal(await logIn('BLANK-1'), '张三');
    assert.equal(await logIn('BLANK-2'), '张三');
  });

  test('before the first of these the user compared a code, which page and dialog showed alike', async () => {
    const meetings = await stack.meetings();
    assert.equal(meetings.length, 1);
    const { text } = meetings[0];
    const [code] = /\d{3} \d{3}/.exec(text);
    assert.ok(text.includes(stack.portal));
    assert.equal(user.context.questions.length, 1);
    assert.ok(user.context.questions[0].includes(code), `${user.context.questions[0]} has not ${code}`);
  });

  test('renews one of them with new keys and logs in', async () => {
    await user.orderService('renew', 'BLANK-1');
    await user.startWizard();
    await user.click('keys-new');
    await user.picture('portal-wizard-renew');
    await user.click('choose-token');
    await stack.answer(...laterUse);
    await user.enterCode(await user.codeFromOutbox());
    await user.seeIssued('BLANK-1');
    assert.equal(await logIn('BLANK-1'), '张三');
    await user.go('certificates');
    await user.see('certificate', '[data-serial="BLANK-1"][data-state="superseded"]');
    await user.picture('portal-certificates');
  });

  test('changes the name, which the clerk approves, and logs in with the new name', async () => {
    const order = await user.orderService('change', 'BLANK-1', '张三丰');
    await user.go('clerk');
    await user.picture('portal-clerk');
    await user.click('application', `[data-id="order-${order}"] ${byTest('approve')}`);
    await user.see('clerk-empty');
    await user.go('orders');
    await user.picture('portal-orders');
    await user.startWizard();
    await user.click('keys-keep');
    await user.click('choose-token');
    await stack.answer(...laterUse);
    await user.enterCode(await user.codeFromOutbox());
    await user.seeIssued('BLANK-1');
    await user.page.waitForFunction((id) => document.querySelector(id).textContent === '张三丰', {}, byTest('account-name'));
    assert.equal(await logIn('BLANK-1'), '张三丰');
  });

  test('reissues onto a third token; the old one is refused at the trading site', async () => {
    await user.orderService('reissue', 'BLANK-2');
    await user.startWizard();
    await user.chooseToken('BLANK-3');
    await stack.answer(...firstUse(pin));
    await user.enterCode(await user.codeFromOutbox());
    await user.seeIssued('BLANK-3');
    assert.equal(await logIn('BLANK-3'), '张三丰');
    assert.equal(await logIn('BLANK-2'), 'revoked');
  });

  test('buys for tokens of a PKCS#11 module (SoftHSM2), issues with RSA-2048 and P-256 and logs in with each', async () => {
    for (const algorithm of ['rsa2048', 'p256']) {
      await user.buy({ algorithm });
      await user.startWizard();
      const serial = await user.chooseLabelled(`HSM-${algorithm}`);
      await stack.answer(...laterUse);
      await user.enterCode(await user.codeFromOutbox());
      await user.seeIssued(serial);
      assert.equal(await logIn(serial), '张三丰');
    }
  });

  test('a token without room for new keys is left as it is, and the user told; its keys can be kept', async () => {
    await stack.blankWithRoom('SMALL', 1);
    const other = await PortalUser.open(stack, browser, 'chromium', '13800000002');
    await other.register('小明');
    await other.buy();
    await other.startWizard();
    await other.chooseToken('SMALL');
    await stack.answer(...firstUse(pin));
    await other.enterCode(await other.codeFromOutbox());
    await other.seeIssued('SMALL');

    await other.orderService('renew', 'SMALL');
    await other.startWizard();
    await other.click('choose-token');
    await stack.answer(...laterUse);
    await other.enterCode(await other.codeFromOutbox());
    assert.equal(await other.codeOfFailure(), 'token-full');
    await other.see('keep-keys-hint');
    assert.equal(await logIn('SMALL'), '小明');

    await other.click('back');
    await other.click('back-to-choose');
    await other.click('keys-keep');
    await other.click('choose-token');
    await stack.answer(...laterUse);
    await other.click('start');
    await other.seeIssued('SMALL');
    assert.equal(await logIn('SMALL'), '小明');
    await other.close();
  });

  test('every page fits a wide and a narrow screen, has one heading, a title and words that can be read, in both languages', async () => {
    const { page } = user;
    const order = await user.buy();
    await user.go('certificates');
    const certificate = await (await user.see('certificate', '[data-state="active"]')).evaluate(({ dataset }) => dataset.id);
    /** What is there when the page is. */
    const landmarks = {
      '': 'certificate', download: 'no-downloads', certificates: 'certificate', orders: 'order', apply: 'price', outbox: 'message', clerk: 'clerk-empty',
      [`orders/${order}`]: 'new-code', [`orders/${order}/issue`]: 'choose-token', [`orders/${order}/invoice`]: 'invoice-page',
      [`certificates/${certificate}/change`]: 'risk-notice', [`certificates/${certificate}/unlock`]: 'ask-unlock', nowhere: 'not-found',
    };
    for (const [name, width] of [['wide', 1280], ['narrow', 390]]) {
      await page.setViewport({ width, height: 860 });
      for (const language of ['zh-CN', 'en']) {
        await user.click(`language-${language}`);
        for (const [address, landmark] of Object.entries(landmarks)) {
          await page.goto(`${stack.portal}/${address}`);
          await user.see(landmark);
          assert.deepEqual(await faultsOf(page), [], `${address} ${name} ${language}`);
          await user.picture(`portal-${(address || 'home').replace(/\d+/g, 'n').replaceAll('/', '-')}-${name}-${language}`);
        }
      }
    }
  });
});
