// Bid day at the trading site, in real browsers: all six steps; files sealed to bidder and tenderer, opened by both after the deadline,
// the bidder's layer with a key of before a renewal; and what happens when something is cut off in the middle.
// UKEY_TENDER_MIB: size of the file (64; 1024 is what it was measured with).
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { appears } from './support/appearance.mjs';
import { browsers } from './support/browsers.mjs';
import { familyOf, growthWhile } from './support/memory.mjs';
import { byTest, PortalUser } from './support/portal_user.mjs';
import { Stack } from './support/stack.mjs';

const pin = '830274';
const mib = 1024 * 1024;
const bigMib = Number(process.env.UKEY_TENDER_MIB ?? 64);
const patience = 60_000 + bigMib * 1000;
const onToken = (serial) => `[data-serial="${serial}"]`;

/** A file of so many octets, none of which says where it is. */
async function fileOf(folder, name, octets) {
  const file = path.join(folder, name);
  const out = await open(file, 'w');
  const hash = createHash('sha256');
  const block = randomBytes(Math.min(octets, mib));
  for (let at = 0; at < octets; at += block.length) {
    block.writeUInt32BE(at / mib);
    const piece = block.subarray(0, octets - at);
    hash.update(piece);
    await out.write(piece);
  }
  await out.close();
  return { file, sha256: hash.digest('hex') };
}

for (const name of ['chromium', 'firefox']) {
  describe(`${name}: bid day`, () => {
    let stack;
    let browser;
    let tenderer;
    let holder;
    let big;

    before(async () => {
      stack = await Stack.start({ site: ['--renewal-days', '500'], soft: { options: { maxContainers: 8 } } });
      await stack.mint('TENDERER', 'sm2', '自然资源和规划局（演示）', pin);
      await stack.mint('BID-RSA', 'rsa2048', '李四', pin);
      browser = await browsers[name]();
      big = await fileOf(stack.dir, '商务标.zip', (name === 'chromium' ? bigMib : Math.max(bigMib / 4, 16)) * mib);
      holder = await PortalUser.open(stack, browser, name, '13800000031');
      await holder.becomeHolder('张三', 'BIDDER', pin);
    });
    after(async () => {
      await browser?.close();
      await stack?.stop();
    });

    async function logIn(serial, language = 'zh-CN') {
      const user = await PortalUser.open({ ...stack, portal: stack.site }, browser, name, '', language);
      await user.click('certificate', onToken(serial));
      await stack.answer(`pin ${pin}`);
      await user.click('login');
      await user.see('parcels');
      return user;
    }
    async function signDocument(user, pattern) {
      const document = await user.text('document');
      assert.match(document, pattern);
      await user.click('sign');
      await user.see('receipt');
      await user.click('receipt-read');
      return document;
    }
    async function takePart(user, parcel) {
      await user.page.goto(`${stack.site}/parcels/${parcel}`);
      await user.type('contact', '王经理');
      await user.type('contact-phone', '13900000000');
      await user.click('apply');
      await signDocument(user, /竞买申请书/);
      await user.click('pay-deposit');
    }
    async function choose(user, ...files) {
      await (await user.see('tender-files')).uploadFile(...files);
      await user.click('seal');
    }
    const seeLong = (user, selector) => user.page.waitForSelector(selector, { timeout: patience });
    /** Whose page then says so, and nothing of the file counts as opened. */
    async function stopTheBridgeWhileOpening(user, file) {
      const held = await user.hold('from=1048576');
      await user.click('tender-file', `[data-name="${file}"] ${byTest('open-layer')}`);
      await held.reached;
      await stack.killDaemon();
      await held.release();
      assert.equal(await user.codeOfFailure(), 'connection-lost');
      await appears(user, 'opening-lost');
      await stack.startDaemon();
      await user.page.reload();
      await user.see('tender-file', `[data-name="${file}"][data-state="sealed"]`);
      await user.see('tender-file', `[data-name="${file}"] ${byTest('open-layer')}:not(:disabled)`);
      await stack.answer(`pin ${pin}`);
    }
    /** `ready`: what needs the bridge, which is connected anew for the other language. */
    const bothLanguages = async (user, picture, ready) => {
      if (name !== 'chromium') return;
      for (const language of ['en', 'zh-CN']) {
        await user.click(`language-${language}`);
        if (ready) await user.see(ready, ':not(:disabled)');
        await appears(user, `${picture}-${language}`);
      }
    };

    test('the tenderer registers the certificate to seal to; nobody else can', async () => {
      tenderer = await logIn('TENDERER');
      await tenderer.click('to-tenderer');
      await tenderer.click('register-tenderer');
      await tenderer.see('tenderer-parcels');
      await bothLanguages(tenderer, 'tenderer', 'register-tenderer');
      const other = await logIn('BID-RSA');
      await other.click('to-tenderer');
      await other.see('other-tenderer');
      const code = await other.page.evaluate(async () => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch('/api/tenderer/close', { method: 'POST', headers, body: '{"parcel":1}' });
        return (await answer.json()).error.code;
      });
      assert.equal(code, 'not-tenderer');
      await other.close();
    });

    test('all six steps: looks, applies, pays, bids, sends a sealed tender, renews with new keys, and both open it; the result is signed', async () => {
      let bidder = await logIn('BIDDER');
      await bidder.see('take-part');
      await takePart(bidder, 1);
      await bidder.click('bid');
      await signDocument(bidder, /报价书/);

      // Sent, withdrawn, and sent anew.
      const small = path.join(stack.dir, '技术标.txt');
      await writeFile(small, '第一稿');
      await choose(bidder, small);
      await signDocument(bidder, /密封投标书[\s\S]*技术标/);
      await bidder.see('tender', '[data-state="sent"]');
      await bidder.click('withdraw');
      await bidder.see('tender-withdrawn');
      await writeFile(small, '第二稿');
      const programs = { browser: familyOf(browser.process().pid), daemon: familyOf(stack.daemon.pid), site: [stack.siteProgram.pid] };
      const sealing = await growthWhile(programs, async () => {
        await choose(bidder, big.file, small);
        await seeLong(bidder, byTest('document'));
      });
      await appears(bidder, 'tender-document');
      const document = await signDocument(bidder, /商务标[\s\S]*技术标/);
      assert.ok(document.includes(big.sha256));
      await bothLanguages(bidder, 'tender-sent');
      await bidder.close();

      // New keys; the old one stays as history. A page in the background paints nothing in Firefox, and what waits for it waits in vain.
      await holder.page.bringToFront();
      await holder.orderService('renew', 'BIDDER');
      await holder.startWizard();
      await holder.click('keys-new');
      await holder.see('room', '[data-room="7"]');
      await holder.click('choose-token');
      await stack.answer(`pin ${pin}`, 'ok', `pin ${pin}`);
      await holder.enterCode(await holder.codeFromOutbox());
      await holder.seeIssued('BIDDER');

      // The deadline, and what it keeps shut until then.
      await tenderer.page.bringToFront();
      await tenderer.page.goto(`${stack.site}/tenderer/1`);
      await tenderer.see('tender-count', '[data-count="1"]');
      assert.equal(await tenderer.page.$(byTest('open-layer')), null);
      await tenderer.click('close-now');
      await tenderer.see('opening');
      if (name === 'chromium') await stopTheBridgeWhileOpening(tenderer, '商务标.zip');
      const opening = { outer: undefined, inner: undefined };
      opening.outer = await growthWhile(programs, async () => {
        for (const file of ['商务标.zip', '技术标.txt']) {
          await tenderer.click('tender-file', `[data-name="${file}"] ${byTest('open-layer')}`);
          await seeLong(tenderer, `${byTest('tender-file')}[data-name="${file}"][data-state="inner"]`);
        }
      });
      bidder = await logIn('BIDDER');
      await bidder.page.goto(`${stack.site}/parcels/1`);
      await bidder.see('opening');
      opening.inner = await growthWhile(programs, async () => {
        for (const file of ['商务标.zip', '技术标.txt']) {
          await bidder.click('tender-file', `[data-name="${file}"] ${byTest('open-layer')}`);
          await seeLong(bidder, `${byTest('tender-file')}[data-name="${file}"][data-state="opened"]`);
        }
      });
      console.log(`# ${name}, growth of memory in MiB over a file of ${name === 'chromium' ? bigMib : Math.max(bigMib / 4, 16)} MiB:`, JSON.stringify({ sealing, ...opening }));
      assert.ok((await bidder.text('tender-file', `[data-name="商务标.zip"] ${byTest('digest')}`)).includes(big.sha256));
      await bothLanguages(bidder, 'opening-bidder');

      // The result.
      await tenderer.page.bringToFront();
      await tenderer.click('refresh-opening');
      await tenderer.see('tender-file', '[data-name="商务标.zip"][data-state="opened"]');
      await bothLanguages(tenderer, 'opening-tenderer');
      await tenderer.click('draft-notice');
      await signDocument(tenderer, /成交公告[\s\S]*竞得人：张三[\s\S]*已核对一致/);
      await tenderer.see('verdict', '[data-valid="true"]');
      await bidder.page.bringToFront();
      await bidder.page.reload();
      await bidder.see('verdict', '[data-valid="true"]');
      await bidder.see('parcel-page', '[data-step="end"]');
      await bothLanguages(bidder, 'result', 'verdict');
      await bidder.close();
    });

    if (name === 'firefox') return;

    test('a notice whose words were changed is shown for what it is', async () => {
      const bidder = await logIn('BID-RSA', 'en');
      await bidder.page.setRequestInterception(true);
      bidder.page.on('request', async (request) => {
        if (!request.url().includes('/api/tendering')) return request.continue();
        const real = await fetch(request.url(), { headers: request.headers() }).then((answer) => answer.json()).catch(() => undefined);
        if (!real?.notice) return request.continue();
        real.notice.document = real.notice.document.replace('张三', '李四');
        return request.respond({ contentType: 'application/json', body: JSON.stringify(real) });
      });
      const cookies = await bidder.context.cookies();
      await bidder.page.setExtraHTTPHeaders({ cookie: cookies.map(({ name: key, value }) => `${key}=${value}`).join('; ') });
      await bidder.page.goto(`${stack.site}/parcels/1`);
      await bidder.see('verdict', '[data-valid="false"]');
      await appears(bidder, 'notice-changed');
      await bidder.close();
    });

    test('a closed tab or a stopped bridge in the middle: said clearly, and nothing counts that is not whole', async () => {
      const bidder = await logIn('BID-RSA');
      await takePart(bidder, 2);
      await (await bidder.see('tender-files')).uploadFile(big.file);
      const held = await bidder.hold('from=1048576');
      await bidder.click('seal');
      await held.reached;
      await stack.killDaemon();
      await held.release();
      assert.equal(await bidder.codeOfFailure(), 'connection-lost');
      await appears(bidder, 'tender-lost');
      await bidder.see('tender', '[data-state="open"]');
      await stack.startDaemon();

      await bidder.page.goto(`${stack.site}/parcels/2`);
      const tab = await bidder.context.newPage();
      tab.setDefaultTimeout(20_000);
      await tab.goto(`${stack.site}/parcels/2`);
      await (await tab.waitForSelector(byTest('tender-files'))).uploadFile(big.file);
      const begun = tab.waitForRequest((request) => request.url().includes('from=1048576'));
      await tab.locator(byTest('seal')).click();
      await begun;
      await tab.close();
      await bidder.page.reload();
      await bidder.see('tender', '[data-state="open"]');
      await bidder.close();
    });

    test('a pulled Ukey: the page logs out, and what was under way was not sent', async () => {
      const bidder = await logIn('BID-RSA');
      await bidder.page.goto(`${stack.site}/parcels/2`);
      await (await bidder.see('tender-files')).uploadFile(big.file);
      const held = await bidder.hold('from=1048576');
      await bidder.click('seal');
      await held.reached;
      await stack.unplug('BID-RSA');
      await bidder.see('notice');
      await held.forget();
      await stack.plug('BID-RSA');
      await bidder.close();
      const again = await logIn('BID-RSA');
      await again.page.goto(`${stack.site}/parcels/2`);
      await again.see('tender', '[data-state="open"]');
      await again.close();
    });
  });
}
