// Where a site meets the bridge first: the SDK's own question in the page, with the keyboard and the mouse, in both languages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { pictureFile } from './support/pictures.mjs';
import { root, Stack } from './support/stack.mjs';

const question = 'dialog.ukey-bridge-meeting';
const words = {
  'zh-CN': { title: '本网站首次使用本机的 Ukey 助手', same: '相同', different: '不同' },
  en: { title: 'This site uses the Ukey Bridge of this computer for the first time', same: 'The same', different: 'Different' },
};

for (const [browserName, launch] of Object.entries(browsers)) {
  describe(`${browserName}: the question of a first meeting`, () => {
    let stack;
    let browser;
    let sdk;

    before(async () => {
      sdk = await readFile(path.join(root, 'web-sdk/dist/ukey-bridge.global.js'), 'utf8');
      stack = await Stack.start();
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await stack?.stop();
    });

    /** A page that never met the bridge, has the focus on a link, and has something checked, so that it has to ask. */
    async function asking(locale) {
      const context = await browser.createBrowserContext();
      context.answer = undefined;
      const page = await context.newPage();
      page.setDefaultTimeout(20000);
      await page.goto(`${stack.site}/`);
      await page.evaluate(sdk);
      await page.focus('a');
      await page.evaluate((language) => {
        const checked = async () => {
          const bridge = await globalThis.UkeyBridge.connect({ locale: language });
          await bridge.verify(new Uint8Array([1]), new Uint8Array([2])).finally(() => bridge.close());
          return 'checked';
        };
        globalThis.outcome = checked().catch((error) => error.code);
      }, locale);
      await page.waitForSelector(question);
      return page;
    }
    const outcomeOf = (page) => page.evaluate(() => globalThis.outcome);
    const said = (page, selector) => page.$eval(`${question} ${selector}`, (element) => element.textContent);

    for (const [locale, { title, same, different }] of Object.entries(words)) {
      test(`${locale}: it says what it is about, has the focus, and takes a click`, async () => {
        const page = await asking(locale);
        assert.equal(await said(page, 'h2'), title);
        assert.equal(await said(page, '[value="same"]'), same);
        assert.equal(await said(page, '[value="different"]'), different);
        const seen = await page.$eval(question, (dialog) => ({
          language: dialog.lang,
          isModal: dialog.matches(':modal'),
          name: document.getElementById(dialog.getAttribute('aria-labelledby')).textContent,
          describes: document.getElementById(dialog.getAttribute('aria-describedby')).textContent,
          focused: document.activeElement.textContent,
        }));
        assert.deepEqual({ ...seen, describes: '' }, { language: locale, isModal: true, name: title, describes: '', focused: title });
        await page.screenshot({ path: pictureFile(browserName, `meeting-${locale}`) });
        await page.click(`${question} [value="same"]`);
        assert.notEqual(await outcomeOf(page), 'identity-unconfirmed');
        const [code] = /\d{3} \d{3}/.exec((await stack.meetings()).at(-1).text);
        assert.ok(seen.describes.includes(code), `${seen.describes} has not ${code}`);
        assert.equal(await page.$(question), null);
        assert.equal(await page.evaluate(() => document.activeElement.localName), 'a', 'the focus is where it was');
        await page.browserContext().close();
      });
    }

    test('the keyboard: Enter alone answers nothing, Tab and Enter say yes, Escape and the other button say no', async () => {
      for (const [keys, isYes] of [[['Enter', 'Tab', 'Enter'], true], [['Escape'], false], [['Tab', 'Tab', 'Enter'], false]]) {
        const page = await asking('en');
        for (const key of keys) await page.keyboard.press(key);
        assert.equal((await outcomeOf(page)) === 'identity-unconfirmed', !isYes, keys.join(' '));
        assert.equal(await page.$(question), null);
        await page.browserContext().close();
      }
    });
  });
}
