// What the trading site tells a bidder whose Ukeys come and go, lock, or have the maker's PIN still; in both languages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { appears } from './support/appearance.mjs';
import { browsers } from './support/browsers.mjs';
import { byTest, PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '830412';
const newPin = '947305';
const languages = ['zh-CN', 'en'];
const onToken = (serial) => `[data-serial="${serial}"]`;

describe('chromium: a bidder and their Ukeys', () => {
  let stack;
  let browser;
  let user;

  before(async () => {
    stack = await Stack.start();
    for (const [serial, name] of [['ONE', '张三'], ['TWO', '李四'], ['THREE', '王五']]) {
      await stack.mint(serial, 'sm2', name, pin);
      await stack.unplug(serial);
    }
    browser = await browsers.chromium();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  /** The pages of both sites have the same parts. */
  const open = async (language) => {
    user = await PortalUser.open({ ...stack, portal: stack.site }, browser, 'chromium', '', language);
  };
  const chosen = () => user.page.$$eval(`${byTest('certificate')}.card-chosen`, (cards) => cards.map(({ dataset }) => dataset.serial));

  for (const language of languages) {
    test(`${language}: the chosen certificate changes by the user's hand alone`, async () => {
      await stack.plug('TWO');
      await open(language);
      await user.see('certificate', `${onToken('TWO')}.card-chosen`);
      await stack.plug('ONE');
      await user.see('certificate', onToken('ONE'));
      assert.deepEqual(await chosen(), ['TWO'], 'another one that comes changes nothing');
      await stack.unplug('TWO');
      await user.see('none-chosen');
      assert.deepEqual(await chosen(), [], 'nothing takes the place of one that is gone');
      assert.equal(await (await user.see('login')).evaluate(({ disabled }) => disabled), true);
      await stack.plug('TWO');
      await user.see('certificate', `${onToken('TWO')}.card-chosen`);
      await stack.unplug('ONE');
      await user.page.waitForFunction((one) => !document.querySelector(one), {}, onToken('ONE'));
      assert.deepEqual(await chosen(), ['TWO'], 'another one that goes changes nothing');
      await user.page.reload();
      await user.see('certificate', `${onToken('TWO')}.card-chosen`);
      await stack.unplug('TWO');
      await user.see('plug-in');
      await user.close();
    });

    test(`${language}: the PIN is changed before the login and after it`, async () => {
      await stack.plug('ONE');
      await open(language);
      await user.click('certificate', onToken('ONE'));
      await stack.answer(`pin ${pin}`, `pin ${newPin}`);
      await user.click('change-pin');
      await user.see('pin-changed');
      await appears(user, `change-pin-${language}`);
      await stack.answer(`pin ${newPin}`);
      await user.click('login');
      await user.see('parcels');
      await appears(user, `parcels-${language}`);
      await stack.answer(`pin ${newPin}`, `pin ${pin}`);
      await user.click('change-pin');
      await user.see('pin-changed');
      await user.click('logout');
      await stack.unplug('ONE');
      await user.close();
    });

    test(`${language}: that the Ukey was pulled out is said until one is there again`, async () => {
      await stack.plug('ONE');
      await open(language);
      await user.click('certificate', onToken('ONE'));
      await stack.answer(`pin ${pin}`);
      await user.click('login');
      await user.see('parcels');
      await stack.unplug('ONE');
      await user.see('notice');
      await appears(user, `pulled-out-${language}`);
      await stack.plug('ONE');
      await user.gone('notice');
      await stack.unplug('ONE');
      await user.close();
    });
  }

  test('a Ukey that locks leads to its unlock on the portal, in one voice, also after a reload', async () => {
    await stack.plug('THREE');
    await open('zh-CN');
    await user.click('certificate', onToken('THREE'));
    await stack.lock('THREE', stack.portal);
    await user.see('pin-state', '[data-state="locked"]');
    for (const language of languages) {
      await user.page.reload();
      await user.click(`language-${language}`);
      await user.click('certificate', onToken('THREE'));
      const link = await user.see('unlock-it');
      assert.equal(await link.evaluate(({ href }) => href), `${stack.portal}/unlock/THREE`);
      assert.equal(await (await user.see('login')).evaluate(({ disabled }) => disabled), true);
      await appears(user, `locked-${language}`);
    }
    await user.click('unlock-it');
    await user.see('mode-login');
    await user.close();
    await stack.unplug('THREE');
  });

  for (const [language, serial] of [['zh-CN', 'FOUR'], ['en', 'FIVE']]) {
    test(`${language}: the last wrong PIN says that the Ukey is locked, and not that it will be`, async () => {
      // Wrong PINs are counted by site, for as long as the bridge runs.
      await stack.stopDaemon();
      await stack.startDaemon();
      await stack.mint(serial, 'sm2', '赵六', pin);
      await stack.plug(serial);
      await open(language);
      await user.click('certificate', onToken(serial));
      const tryWrong = async () => {
        await user.click('login');
        await user.page.waitForFunction((progress) => !document.querySelector(progress), {}, byTest('progress'));
        return user.codeOfFailure();
      };
      await stack.answer('pin 000000');
      for (let code = await tryWrong(); code !== 'rate-limited'; code = await tryWrong()) {
        await appears(user, `wrong-pin-${language}`);
        await stack.answer('pin 000000');
      }
      assert.equal(await (await user.see('unlock-it')).evaluate(({ href }) => href), `${stack.portal}/unlock/${serial}`, 'what is left to do is a link away');
      await stack.wasteLastTry(serial);
      await tryWrong();
      await user.see('pin-state', '[data-state="locked"]');
      assert.equal(await user.codeOfFailure(), 'pin-locked');
      assert.equal(await user.page.$(byTest('tries-left')), null);
      assert.doesNotMatch(await user.text('failure'), /将被锁定|will be locked/);
      await appears(user, `last-try-${language}`);
      await user.see('unlock-it');
      await user.close();
      await stack.unplug(serial);
    });
  }

  test('not installed leads to the download', async () => {
    await stack.offerDownload('ukey-bridge_0.1.0_amd64.deb', 'a package');
    await stack.stopDaemon();
    try {
      for (const language of languages) {
        await open(language);
        assert.equal(await user.codeOfFailure(), 'not-installed');
        await appears(user, `not-installed-${language}`);
        await user.click('to-download');
        await user.see('download');
        await appears(user, `download-${language}`);
        await user.close();
      }
    } finally {
      await stack.startDaemon();
    }
  });
});
