// A bidder logs in to the trading site from a real browser, with a soft token (SM2, RSA) and with SoftHSM2 (RSA, P-256), and
// is logged out when the token is pulled.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { pictureFile } from './support/pictures.mjs';
import { Stack } from './support/stack.mjs';

const pin = '123456';
const wrongPin = '654321';
const tokens = [
  { what: 'a soft token with SM2', name: '张三', card: '[data-serial="E2E-SM2"]' },
  { what: 'a soft token with RSA-2048', name: '李四', card: '[data-serial="E2E-RSA"]' },
  { what: 'SoftHSM2 with RSA-2048', name: '王五', card: '[data-algorithm="rsa2048"]:not([data-serial="E2E-RSA"])' },
  { what: 'SoftHSM2 with P-256', name: '赵六', card: '[data-algorithm="p256"]' },
];
const byTest = (id) => `[data-testid="${id}"]`;

for (const [browserName, launch] of Object.entries(browsers)) {
  describe(`${browserName}: logging in to the trading site`, () => {
    let stack;
    let browser;
    let page;

    before(async () => {
      stack = await Stack.start();
      await stack.mint('E2E-SM2', 'sm2', '张三', pin);
      await stack.mint('E2E-RSA', 'rsa2048', '李四', pin);
      await stack.mintSoftHsm('E2E-HSM-RSA', 'rsa2048', '王五', pin);
      await stack.mintSoftHsm('E2E-HSM-P256', 'p256', '赵六', pin);
      await stack.unplug('E2E-SM2');
      await stack.unplug('E2E-RSA');
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await stack?.stop();
    });

    async function openSite() {
      page = await (await browser.createBrowserContext()).newPage();
      page.setDefaultTimeout(20000);
      await page.goto(`${stack.site}/`);
      await page.evaluate(() => document.fonts.ready);
    }

    /** A click as a person makes it: once the thing stands still, for cards and fonts that arrive move it. */
    const press = (selector) => page.locator(selector).click();
    const choose = (card) => press(`${byTest('certificate')}${card}`);

    const text = (selector) => page.$eval(selector, (element) => element.textContent);
    const picture = (name) => page.screenshot({ path: pictureFile(browserName, name) });

    async function logIn(token) {
      await choose(token.card);
      await stack.answerPins([pin]);
      await press(byTest('login'));
      await page.waitForSelector(byTest('parcels')).catch(async (error) => {
        throw new Error(`not logged in; the page says: ${await text('main')}\n${await stack.log()}`, { cause: error });
      });
    }

    for (const token of tokens) {
      test(`with ${token.what}: certificate, PIN in the dialog outside the page, land parcels`, async () => {
        await stack.plug('E2E-SM2');
        await stack.plug('E2E-RSA');
        await openSite();
        await choose(token.card);
        await picture('login');
        await logIn(token);
        assert.ok((await text(byTest('user-name'))).includes(token.name));
        assert.ok((await page.$$(byTest('parcel'))).length > 3);
        await picture('parcels');
        const dialog = (await stack.dialogs()).at(-1);
        assert.equal(dialog.kind, 'pin');
        assert.ok(dialog.text.includes(stack.site), 'the dialog names the site that asks (S11)');
        assert.ok(!(await page.content()).includes(pin), 'the PIN is nowhere in the page (S10)');
        await page.browserContext().close();
      });
    }

    test('a wrong PIN is said with the tries that are left, a right one then logs in', async () => {
      await stack.plug('E2E-SM2');
      await openSite();
      await choose(tokens[0].card);
      await stack.answerPins([wrongPin]);
      await press(byTest('login'));
      await page.waitForSelector(byTest('failure'));
      assert.ok((await text(byTest('failure'))).includes('pin-incorrect'));
      assert.match(await text(byTest('tries-left')), /5/);
      await picture('wrong-pin');
      await logIn(tokens[0]);
      await page.browserContext().close();
    });

    test('a cancelled dialog is no error, and the user may try again', async () => {
      await stack.plug('E2E-SM2');
      await openSite();
      await choose(tokens[0].card);
      await stack.answerPins([null]);
      await press(byTest('login'));
      await page.waitForSelector(byTest('cancelled'));
      await logIn(tokens[0]);
      await page.browserContext().close();
    });

    test('a token that is plugged in while the page waits appears by itself; pulled out, the user is logged out', async () => {
      await stack.unplug('E2E-SM2');
      await stack.unplug('E2E-RSA');
      await openSite();
      await page.waitForSelector(byTest('certificate'));
      assert.equal(await page.$(tokens[0].card), null);
      await stack.plug('E2E-SM2');
      await logIn(tokens[0]);
      await stack.unplug('E2E-SM2');
      await page.waitForSelector(byTest('notice'));
      assert.equal(await page.$(byTest('parcels')), null);
      const session = await page.evaluate(async () => (await fetch('/api/session')).json());
      assert.equal(session.user ?? null, null);
      await picture('logged-out');
      await page.browserContext().close();
    });

    test('a reload keeps the login (resume), and the page in English says the same', async () => {
      await stack.plug('E2E-SM2');
      await openSite();
      await logIn(tokens[0]);
      await page.reload();
      await page.waitForSelector(byTest('parcels'));
      await press(byTest('language-en'));
      await page.waitForFunction(() => document.documentElement.lang === 'en');
      await picture('parcels-en');
      await page.browserContext().close();
    });
  });
}
