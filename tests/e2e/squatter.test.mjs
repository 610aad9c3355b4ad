// Another program sits on the port on which the bridge was, or comes before it: what it gets from a page (security.md 50).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { pictureFile } from './support/pictures.mjs';
import { Squatter } from './support/squatter.mjs';
import { Stack } from './support/stack.mjs';

const pin = '123456';
const byTest = (id) => `[data-testid="${id}"]`;
const onlyHello = (squatter) => assert.deepEqual([...new Set(squatter.asked)], ['bridge.hello']);

for (const [browserName, launch] of Object.entries(browsers)) {
  describe(`${browserName}: a squatter on the bridge's port`, () => {
    let stack;
    let browser;
    let page;
    let squatter;

    before(async () => {
      stack = await Stack.start();
      await stack.mint('E2E-SQUAT', 'sm2', '张三', pin);
      await stack.plug('E2E-SQUAT');
      browser = await launch();
      page = await openSite();
      await page.waitForSelector(byTest('certificate'));
    });
    after(async () => {
      await browser?.close();
      await squatter?.stop();
      await stack?.stop();
    });

    async function openSite() {
      const opened = await (await browser.createBrowserContext()).newPage();
      opened.setDefaultTimeout(20000);
      await opened.goto(`${stack.site}/`);
      return opened;
    }
    /** Once it stands still, for cards and fonts that arrive move it. */
    const press = (name) => page.locator(byTest(name)).click();
    const shownCode = async (where) => {
      const notice = await where.waitForSelector(byTest('failure'));
      return notice.evaluate((element) => element.dataset.code);
    };

    test('the site has met the bridge: the squatter is passed over, and the login goes to the bridge', async () => {
      const port = stack.daemonPort;
      await stack.stopDaemon();
      squatter = await Squatter.on(port, stack.site);
      await stack.startDaemon();
      assert.notEqual(stack.daemonPort, port);
      await page.reload();
      await press('certificate');
      await stack.answerPins([pin]);
      await press('login');
      await page.waitForSelector(byTest('parcels')).catch(async (error) => {
        const said = await page.$eval('main', (element) => element.textContent);
        throw new Error(`not logged in; the page says: ${said}\n${await stack.log()}`, { cause: error });
      });
      assert.ok(squatter.asked.length > 0, 'the squatter was not even met');
      onlyHello(squatter);
      const { text } = (await stack.dialogs()).at(-1);
      assert.ok(text.includes('E2E-SQUAT'));
      await press('logout');
      await page.waitForSelector(byTest('certificate'));
    });

    test('the bridge is gone: the page says that somebody else answers, and tells it nothing', async () => {
      await stack.stopDaemon();
      const again = await page.browserContext().newPage();
      await again.goto(`${stack.site}/`);
      assert.equal(await shownCode(again), 'identity-changed');
      onlyHello(squatter);
    });

    // What trust on first use cannot do, and what it still does: no PIN and no signature to be had, and it comes to light.
    test('a browser that never met the bridge takes the squatter for it, until the bridge is there', async () => {
      const fresh = await openSite();
      await fresh.waitForSelector(byTest('plug-in'));
      assert.ok(squatter.asked.includes('tokens.list'));
      assert.ok(!squatter.asked.some((method) => /^(pin|auth|sign)\./.test(method)));
      await squatter.stop();
      squatter = undefined;
      await stack.startDaemon();
      const later = await fresh.browserContext().newPage();
      later.setDefaultTimeout(20000);
      await later.goto(`${stack.site}/`);
      assert.equal(await shownCode(later), 'identity-changed');
      await later.screenshot({ path: pictureFile(browserName, 'identity-changed') });
      // The user knows better than the page which of the two is right, and says so with a click.
      await later.locator(byTest('new-installation')).click();
      await later.waitForSelector(byTest('certificate'));
    });
  });
}
