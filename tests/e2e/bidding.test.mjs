// 竞买 on the trading site: application, deposit and bids, each signed by the Ukey; none is lost, none counted twice.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { appears } from './support/appearance.mjs';
import { browsers } from './support/browsers.mjs';
import { PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '123456';
const languages = { 'zh-CN': 'BID-SM2', en: 'BID-RSA' };
const onToken = (serial) => `[data-serial="${serial}"]`;

describe('chromium: a bidder at a parcel', () => {
  let stack;
  let browser;
  let user;

  before(async () => {
    stack = await Stack.start();
    await stack.mint('BID-SM2', 'sm2', '张三', pin);
    await stack.mint('BID-RSA', 'rsa2048', '李四', pin);
    browser = await browsers.chromium();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  async function logIn(language) {
    user = await PortalUser.open({ ...stack, portal: stack.site }, browser, 'chromium', '', language);
    await user.click('certificate', onToken(languages[language]));
    await stack.answer(`pin ${pin}`);
    await user.click('login');
    await user.see('parcels');
  }
  const bids = () => user.page.evaluate(async () => (await fetch('/api/bidding?parcel=1')).json()).then((standing) => standing.bids);
  async function toSign() {
    await user.click('bid');
    await user.see('document');
  }

  for (const language of Object.keys(languages)) {
    test(`${language}: applies, pays the deposit and bids; each document is shown before it is signed, and each has a receipt`, async () => {
      await logIn(language);
      await user.click('take-part');
      await user.see('countdown');
      await appears(user, `bid-form-${language}`);
      await user.type('contact', '李经理');
      await user.type('contact-phone', '13900000000');
      await user.click('apply');
      assert.match(await user.text('document'), /竞买申请书[\s\S]*李经理[\s\S]*13900000000/);
      await appears(user, `bid-application-${language}`);
      await user.click('sign');
      assert.match(await user.text('receipt'), /回执[\s\S]*李经理/);
      await appears(user, `bid-application-receipt-${language}`);
      await user.click('receipt-read');
      await user.see('pay-deposit');
      await appears(user, `bid-deposit-${language}`);
      await user.click('pay-deposit');
      const before = (await bids()).length;
      await user.click('amount-more');
      const amount = Number(await (await user.see('amount')).evaluate(({ dataset }) => dataset.yuan));
      await toSign();
      assert.ok((await user.text('document')).includes(amount.toLocaleString('en')));
      await appears(user, `bid-document-${language}`);
      await user.click('sign');
      await user.see('receipt');
      await appears(user, `bid-receipt-${language}`);
      await user.see('bid-row', `[data-yuan="${amount}"][data-mine="true"]`);
      assert.equal((await bids()).length, before + 1);
      await user.click('receipt-read');
      await user.see('bid-form');
      await appears(user, `bid-bids-${language}`);
      await user.close();
    });

    test(`${language}: neither a second click, a reload nor a lost answer loses a bid or counts it twice`, async () => {
      await logIn(language);
      await user.page.goto(`${stack.site}/parcels/1`);
      const before = (await bids()).length;

      await toSign();
      await (await user.see('sign')).evaluate((button) => { button.click(); button.click(); });
      await user.see('receipt');
      await user.click('receipt-read');
      assert.equal((await bids()).length, before + 1, 'a second click');

      await toSign();
      let held = await user.hold('/api/submissions');
      await user.click('sign');
      await held.reached;
      await user.page.reload();
      await held.forget();
      await user.see('receipt');
      await user.click('receipt-read');
      assert.equal((await bids()).length, before + 2, 'a reload before the server had it');

      await toSign();
      held = await user.hold('/api/submissions');
      await user.click('sign');
      const request = await held.reached;
      const other = await user.context.newPage();
      await other.goto(`${stack.site}/download`);
      const taken = await other.evaluate(async (body) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch('/api/submissions', { method: 'POST', headers, body })).status;
      }, request.postData());
      assert.equal(taken, 200);
      await other.close();
      await held.fail();
      await user.see('send-again');
      await appears(user, `bid-unanswered-${language}`);
      await user.click('send-again');
      await user.see('receipt');
      assert.equal((await bids()).length, before + 3, 'an answer that was lost');
      await user.close();
    });
  }

  test('a bid whose answer was lost waits for its bidder, whatever is signed meanwhile for another parcel or by another bidder', async () => {
    await logIn('zh-CN');
    await user.page.goto(`${stack.site}/parcels/1`);
    const before = (await bids()).length;
    await toSign();
    const held = await user.hold('/api/submissions');
    await user.click('sign');
    await held.reached;
    await held.fail();
    await user.see('send-again');

    await user.page.goto(`${stack.site}/parcels/2`);
    await user.type('contact', '李经理');
    await user.type('contact-phone', '13900000000');
    await user.click('apply');
    await user.click('sign');
    await user.see('receipt');

    const change = async (language) => {
      await user.click('logout');
      await user.click('certificate', onToken(languages[language]));
      await stack.answer(`pin ${pin}`);
      await user.click('login');
      await user.see('parcel-page');
    };
    await change('en');
    await user.page.goto(`${stack.site}/parcels/1`);
    await user.see('bid-form');
    assert.equal((await bids()).length, before, 'nothing of the first is sent for the second');
    await change('zh-CN');
    await user.see('receipt');
    assert.equal((await bids()).length, before + 1);
    await user.close();
  });

  test('a bid that another overtakes while it is signed is not taken, and the bidder is told', async () => {
    await logIn('zh-CN');
    await user.page.goto(`${stack.site}/parcels/1`);
    await toSign();
    const first = user;
    await logIn('en');
    await user.page.goto(`${stack.site}/parcels/1`);
    await toSign();
    await user.click('sign');
    await user.see('receipt');
    await user.close();
    user = first;
    await user.page.bringToFront();
    await user.click('sign');
    assert.equal(await user.codeOfFailure(), 'outbid');
    await user.see('bid-form');
    await user.close();
  });
});
