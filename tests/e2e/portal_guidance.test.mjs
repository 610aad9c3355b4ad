// What the portal tells its users before, beside and after each step, in both languages: nobody needs a word of help.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { appears } from './support/appearance.mjs';
import { browsers } from './support/browsers.mjs';
import { byTest, firstUse, PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '830412';
const laterUse = [`pin ${pin}`, 'ok'];
const languages = ['zh-CN', 'en'];
const pause = 3;
/** Wrong PINs come from a site of their own: the bridge counts them by site. */
const lockerOf = (language) => `https://${language.toLowerCase()}.example`;
const onToken = (serial) => `[data-serial="${serial}"]`;
const texts = {
  'zh-CN': { void: /之前的.*已作废/, wait: /秒后/, unidentified: '待核验身份', inReview: '审核中', again: /回到原来的步骤/, initial: /出厂初始密码/, unfinished: /没有制作完成/, dont: /请不要在开标前办理/, must: /撤回.*重新制作/ },
  en: { void: /before is void/, wait: /in \d+ s/, unidentified: 'Identity check', inReview: 'In review', again: /back where you were/, initial: /initial PIN/, unfinished: /not finished/, dont: /do not renew, change or reissue before the opening/, must: /withdraw the file.*anew/ },
};

describe('chromium: what the portal tells its users', () => {
  let stack;
  let browser;
  let user;
  let phones = 0;

  before(async () => {
    stack = await Stack.start({ origins: languages.map(lockerOf), site: ['--renewal-days', '2000', '--resend-seconds', String(pause)] });
    browser = await browsers.chromium();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  const open = async (language) => {
    user = await PortalUser.open(stack, browser, 'chromium', `13600000${100 + phones++}`, language);
  };
  const shown = () => user.page.$eval('main', (element) => element.innerText);
  const isDisabled = async (id) => (await user.see(id)).evaluate((element) => element.disabled);

  for (const language of languages) {
    const words = texts[language];

    test(`${language}: another code is counted down, also after a reload, and says what is void`, async () => {
      await open(language);
      await user.click('mode-login');
      await user.type('phone', user.phone);
      await user.click('send-code');
      await user.see('code-sent');
      assert.match(await user.text('send-code'), words.wait);
      assert.equal(await isDisabled('send-code'), true);
      await user.page.reload();
      await user.type('phone', user.phone);
      assert.match(await user.text('send-code'), words.wait);
      await user.see('send-code', ':not([disabled])');
      await user.click('send-code');
      await user.see('code-sent');
      await user.see('send-code', ':not([disabled])');
      await user.click('send-code');
      await user.seeText('code-sent', words.void);
      await user.close();
    });

    test(`${language}: a refused resend leaves the code in hand, says so, and counts down`, async () => {
      await open(language);
      await user.register('钱七');
      await user.buy();
      const code = await user.codeFromOutbox();
      await user.page.evaluate(() => sessionStorage.clear());
      await user.page.reload();
      await user.click('new-code'); // The code went out a moment ago, with the approval.
      assert.equal(await user.codeOfFailure(), 'too-soon');
      assert.match(await user.text('new-code'), words.wait);
      assert.equal(await user.codeFromOutbox(), code);
      await user.see('new-code', ':not([disabled])');
      await user.click('new-code');
      assert.match(await user.text('code-sent'), words.void);
      await user.close();
    });

    test(`${language}: a refused resend leaves the unlock's code in hand, and the next one says what is void`, async () => {
      const serial = `RESEND-${language}`;
      await open(language);
      await user.becomeHolder('周十', serial, pin);
      await user.go('certificates');
      await user.click('certificate', `${onToken(serial)} ${byTest('unlock')}`);
      await user.click('ask-unlock');
      await user.see('unlock-code-sent');
      const first = await user.codeFromOutbox();
      await user.click('send-code');
      assert.equal(await user.codeOfFailure(), 'too-soon');
      assert.match(await user.text('send-code'), words.wait);
      assert.equal(await user.codeFromOutbox(), first, 'none was sent, so that in hand holds');
      await user.see('send-code', ':not([disabled])');
      await user.click('send-code');
      await user.seeText('unlock-code-sent', words.void);
      const second = await user.codeFromOutbox();
      await user.type('unlock-code', first);
      await user.click('verify-unlock');
      assert.equal(await user.codeOfFailure(), 'code-wrong');
      await user.type('unlock-code', second);
      await user.click('verify-unlock');
      await user.see('unlock-in-review');
      await stack.unplug(serial);
      await user.close();
    });

    test(`${language}: the identity check comes before the payment, and the order says so`, async () => {
      await open(language);
      await user.register('钱七');
      await user.go('apply');
      await user.click('place-order');
      await user.see('identify');
      assert.equal(await user.page.$(byTest('pay')), null);
      assert.equal(await user.text('order-state'), words.unidentified);
      await user.go('orders');
      assert.equal(await user.text('order-state'), words.unidentified);
      assert.ok(!(await shown()).includes(words.inReview));
      await user.click('open-order');
      await user.click('identify');
      await user.click('pay');
      await user.see('start-issue');
      assert.ok(!(await shown()).includes(words.inReview));
      await user.close();
    });

    test(`${language}: a Ukey with somebody's certificate is named, not preselected, and asked for`, async () => {
      const [taken, free] = [`TAKEN-${language}`, `FREE-${language}`];
      await stack.mint(taken, 'sm2', '孙八', pin, '--organisation', '孙八商行');
      await stack.plug(taken);
      await open(language);
      await user.register('钱七');
      await user.buy();
      await user.startWizard();
      assert.match(await user.text('token', `${onToken(taken)} ${byTest('holders')}`), /孙八/);
      assert.equal(await isDisabled('choose-token'), true, 'nothing is preselected');
      await stack.blank(free);
      await user.see('token', onToken(free));
      await user.click('token', onToken(taken));
      assert.match(await user.text('taken'), /孙八/);
      assert.equal(await isDisabled('choose-token'), true);
      await appears(user, `portal-wizard-taken-${language}`);
      await user.click('take-it');
      assert.equal(await isDisabled('choose-token'), false);
      await user.page.reload();
      await user.see('token', `${onToken(free)}.card-chosen`);
      assert.equal(await isDisabled('choose-token'), false, 'the blank one is preselected');
      await stack.unplug(free);
      await stack.unplug(taken);
      await user.close();
    });

    test(`${language}: pictures of models are shown when no Ukey is there, or on request; each model has its own`, async () => {
      await open(language);
      await user.register('钱七');
      await user.buy();
      await user.startWizard();
      const pictures = await user.page.$$eval(`${byTest('model')} img`, (images) => images.map(({ src }) => src));
      assert.ok(pictures.length > 8);
      assert.equal(new Set(pictures).size, pictures.length);
      await appears(user, `portal-wizard-models-${language}`);
      const serial = `MODEL-${language}`;
      await stack.blank(serial);
      await user.see('token', onToken(serial));
      assert.equal(await user.page.$(byTest('models')), null);
      await user.click('show-models');
      await user.see('model', '[data-model="ukey-soft-token"] .model-plugged');
      await appears(user, `portal-wizard-plugged-${language}`);
      await stack.unplug(serial);
      await user.close();
    });

    test(`${language}: a login that ends in the wizard leads back to the same step`, async () => {
      const serial = `BACK-${language}`;
      await stack.blank(serial);
      await open(language);
      await user.register('钱七');
      await user.buy();
      const code = await user.codeFromOutbox();
      await user.startWizard();
      await user.chooseToken(serial);
      assert.match(await user.text('sets-pin'), words.initial);
      await user.type('authorisation-code', code);
      await appears(user, `portal-wizard-initial-pin-${language}`);
      for (const cookie of await user.context.cookies()) await user.context.deleteCookie(cookie);
      await user.click('start');
      assert.match(await user.text('notice'), words.again);
      await user.type('phone', user.phone);
      await user.click('send-code');
      await user.see('code-sent');
      await user.type('code', await user.codeFromOutbox());
      await user.click('submit');
      assert.equal(await user.text('chosen-serial'), serial);
      assert.equal(await (await user.see('authorisation-code')).evaluate(({ value }) => value), code);
      await stack.answer(...firstUse(pin));
      await user.click('start');
      await user.seeIssued(serial);
      await stack.unplug(serial);
      await user.close();
    });

    test(`${language}: what is unfinished is offered at home, at its order and in the list; one bar of steps, the focus on each step's heading`, async () => {
      const serial = `HALF-${language}`;
      await stack.blank(serial);
      await open(language);
      await user.register('钱七');
      const order = await user.buy();
      const code = await user.codeFromOutbox();
      await user.startWizard();
      const focused = () => user.page.evaluate(() => document.activeElement?.textContent);
      const heading = () => user.text('step-heading');
      assert.equal(await focused(), await heading());
      await user.chooseToken(serial);
      assert.equal(await focused(), await heading());
      await stack.answer(...firstUse(pin));
      const issue = await user.hold('/issue');
      await user.enterCode(code);
      await issue.reached;
      assert.equal((await user.page.$$('ol')).length, 1, 'one bar of steps');
      await user.page.goto(`${stack.portal}/certificates`);
      await issue.forget();
      assert.match(await user.text('unfinished'), words.unfinished);
      await appears(user, `portal-unfinished-${language}`);
      await user.page.goto(`${stack.portal}/orders/${order}`);
      assert.match(await user.text('unfinished'), words.unfinished);
      await user.go('certificates');
      await user.click('go-on-unfinished');
      await user.see('recovery');
      await stack.answer(`pin ${pin}`);
      await user.click('go-on');
      await user.seeIssued(serial);
      assert.equal(await focused(), await heading());
      await user.go('certificates');
      await user.see('certificate', onToken(serial));
      assert.equal(await user.page.$(byTest('unfinished')), null);
      await stack.unplug(serial);
      await user.close();
    });

    test(`${language}: the end of a renewal is told before it is ordered and before it is paid, and the risk notice says what not to do`, async () => {
      const serial = `DATE-${language}`;
      await open(language);
      await user.becomeHolder('钱七', serial, pin);
      await user.go('certificates');
      await user.click('certificate', `${onToken(serial)} ${byTest('renew')}`);
      await user.click('years-more');
      const promised = await user.text('new-expiry');
      const { certificates: [{ notAfter }] } = await user.page.evaluate(async () => (await fetch('/api/certificates')).json());
      const later = new Date(notAfter);
      later.setFullYear(later.getFullYear() + 2);
      assert.ok(promised.includes(String(later.getFullYear())) && promised.includes(String(later.getDate())), `${promised} for ${later}`);
      const risk = await user.text('risk-bid');
      assert.match(risk, words.dont);
      assert.match(risk, words.must);
      await user.click('understood');
      await appears(user, `portal-risk-${language}`);
      await user.click('place-order');
      await user.see('pay');
      assert.equal(await user.text('new-expiry'), promised);
      await user.pay();
      await user.startWizard();
      await user.click('choose-token');
      await stack.answer(...laterUse);
      await user.enterCode(await user.codeFromOutbox());
      await user.seeIssued(serial);
      await user.go('certificates');
      assert.ok((await user.text('certificate', `${onToken(serial)}[data-state="active"]`)).includes(promised));
      await stack.unplug(serial);
      await user.close();
    });

    test(`${language}: the PIN is changed on the page of certificates; a locked Ukey leads to its unlock, also after a reload`, async () => {
      const serial = `PIN-${language}`;
      await open(language);
      await user.becomeHolder('钱七', serial, pin);
      await user.go('certificates');
      await stack.answer('cancel');
      await user.click('change-pin');
      await user.see('pin-change-cancelled');
      await stack.answer(`pin ${pin}`, 'pin 947305');
      await user.click('change-pin');
      await user.see('pin-changed');
      await appears(user, `portal-change-pin-${language}`);

      await stack.lock(serial, lockerOf(language));
      await user.see('pin-state', '[data-state="locked"]');
      await user.page.reload();
      await user.see('pin-state', '[data-state="locked"]');
      assert.equal(await user.page.$(byTest('change-pin')), null);
      await user.page.goto(`${stack.portal}/unlock/${serial}`);
      await user.see('ask-unlock');
      await user.page.goto(`${stack.portal}/unlock/NOBODYS`);
      assert.match(await user.text('unlock-unknown'), /NOBODYS/);
      await user.buy();
      await user.startWizard();
      await user.click('unlock-it');
      await user.see('ask-unlock');
      await stack.unplug(serial);
      await user.close();
    });
  }

  test('download: what was built is offered with its sum, to everybody; nothing built is said', async () => {
    await open('zh-CN');
    await user.page.goto(`${stack.portal}/download`);
    await user.see('no-downloads');
    const file = 'ukey-bridge-0.1.0-x64.msi';
    await stack.offerDownload(file, 'a package');
    await stack.offerDownload('ukey-bridge_0.1.0_arm64.deb', 'another');
    for (const language of languages) {
      await user.page.reload();
      await user.click(`language-${language}`);
      const row = await user.text('download', `[data-file="${file}"]`);
      assert.match(row, /Windows.*x86-64/);
      assert.ok(row.includes(createHash('sha256').update('a package').digest('hex')));
      const fetched = await user.page.evaluate(async (address) => (await fetch(address)).text(), await user.page.$eval(`[data-file="${file}"] a`, (a) => a.href));
      assert.equal(fetched, 'a package');
      await appears(user, `portal-download-${language}`);
    }
    await user.close();
  });

  test('not installed: the wizard leads to the download', async () => {
    for (const language of languages) {
      await open(language);
      await user.register('钱七');
      await user.buy();
      await stack.stopDaemon();
      try {
        await user.page.evaluate(() => localStorage.removeItem('ukey-bridge.seen'));
        await user.click('start-issue');
        assert.equal(await user.codeOfFailure(), 'not-installed');
        await appears(user, `portal-not-installed-${language}`);
        await user.click('to-download');
        await user.see('downloads');
      } finally {
        await stack.startDaemon();
        await user.close();
      }
    }
  });
});
