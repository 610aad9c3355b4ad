// A page of somebody's own signs a file and a PDF with the SDK as npm gives it; OpenSSL and poppler judge what comes out.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { browsers } from './support/browsers.mjs';
import { bin, root, Stack } from './support/stack.mjs';

const run = promisify(execFile);
const sdk = path.join(root, 'web-sdk');
const { PDFDocument } = createRequire(path.join(sdk, 'package.json'))('@cantoo/pdf-lib');
const pin = '123456';

const files = {
  '/ukey-bridge.js': path.join(sdk, 'dist/index.js'),
  '/ukey-bridge-pdf.js': path.join(sdk, 'dist/pdf.js'),
  '/pdf-lib.js': path.join(sdk, 'node_modules/@cantoo/pdf-lib/dist/pdf-lib.esm.min.js'),
};
const html = `<!doctype html><meta charset="utf-8"><title>Documents</title>
<script type="importmap">{"imports": {"ukey-bridge": "/ukey-bridge.js", "ukey-bridge/pdf": "/ukey-bridge-pdf.js", "@cantoo/pdf-lib": "/pdf-lib.js"}}</script>
<input type="file">
<script type="module">
import { UkeyBridge } from 'ukey-bridge';
import { signPdf } from 'ukey-bridge/pdf';
const ways = { sign: async (...words) => (await bridge.sign(...words)).signature, signPdf: (...words) => signPdf(bridge, ...words) };
let bridge;
/** The chosen file signed, stamped, and what the bridge says of that. */
window.stamped = async (holder, trusted) => {
  bridge ??= await UkeyBridge.connect();
  const certificates = await bridge.certificates({ usage: 'sign' });
  const [file] = document.querySelector('input').files;
  const { signature } = await bridge.sign(file, certificates.find(({ subjectText }) => subjectText.includes(holder)));
  const ask = async (body) => (await fetch('/timestamp', { method: 'POST', body })).blob();
  return bridge.verify(file, await bridge.timestamp(signature, ask, { trusted }), { trusted });
};
/** The chosen file signed in this way by the certificate of the token with that holder; in base64. */
window.signed = async (way, holder) => {
  bridge ??= await UkeyBridge.connect();
  const certificates = await bridge.certificates({ usage: 'sign' });
  const [file] = document.querySelector('input').files;
  const made = await ways[way](file, certificates.find(({ subjectText }) => subjectText.includes(holder)));
  return btoa(Array.from(new Uint8Array(await made.arrayBuffer()), (octet) => String.fromCharCode(octet)).join(''));
};
</script>`;

/** The page's own site; `authority` answers what it carries to it. */
async function serve(authority) {
  const server = createServer(async (request, response) => {
    const { url } = request;
    if (url === '/timestamp') response.end(await authority(request));
    else if (files[url]) response.setHeader('content-type', 'text/javascript').end(await readFile(files[url]));
    else response.setHeader('content-type', 'text/html').end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** What a program says, on either stream, and whether it was content. */
const said = (program, ...words) =>
  run(program, words).then(({ stdout, stderr }) => ({ good: true, text: stdout + stderr }), ({ stdout, stderr }) => ({ good: false, text: stdout + stderr }));

for (const [browserName, launch] of Object.entries(browsers)) {
  describe(`${browserName}: documents`, () => {
    let stack;
    let server;
    let browser;
    let page;
    let authorities;

    before(async () => {
      server = await serve(answerOfAuthority);
      const site = `http://localhost:${server.address().port}`;
      stack = await Stack.start({ origins: [site] });
      await stack.mint('DOC-RSA', 'rsa2048', '李四', pin);
      await stack.mintSoftHsm('DOC-P256', 'p256', '赵六', pin);
      authorities = await saved('ca.pem', (await run(bin('ukey-sandbox'), ['ca', '--data', path.join(stack.dir, 'sandbox')])).stdout);
      browser = await launch();
      page = await (await browser.createBrowserContext()).newPage();
      await page.goto(site);
    });
    after(async () => {
      await browser?.close();
      await stack?.stop();
      server?.close();
    });

    /** OpenSSL as the authority. */
    async function answerOfAuthority(request) {
      assert.equal(request.headers['content-type'], 'application/timestamp-query');
      const question = await saved('question.tsq', Buffer.concat(await request.toArray()));
      const config = await saved('tsa.cnf', `[tsa]\ndefault_tsa = one\n[one]\nserial = ${stack.dir}/serial\ndefault_policy = 1.2.3\n`
        + 'digests = sha256, sha384\nsigner_digest = sha256\ness_cert_id_alg = sha256\n');
      const answer = path.join(stack.dir, 'answer.tsr');
      await run('openssl', ['ts', '-reply', '-config', config, '-section', 'one', '-queryfile', question, '-signer', path.join(stack.dir, 'tsa.pem'),
        '-inkey', path.join(stack.dir, 'tsa.key'), '-out', answer]);
      return readFile(answer);
    }

    async function saved(name, content) {
      const file = path.join(stack.dir, name);
      await writeFile(file, content);
      return file;
    }

    async function signed(way, file, holder) {
      await stack.answerPins([pin]);
      await (await page.$('input')).uploadFile(file);
      return Buffer.from(await page.evaluate((...words) => window.signed(...words), way, holder), 'base64');
    }

    for (const holder of ['李四', '赵六']) {
      test(`sign(file) of ${holder}: OpenSSL takes the signature for this file, and for no other`, async () => {
        const file = await saved('标书.txt', '报价 1 000 000 元');
        const signature = await saved('signature.p7s', await signed('sign', file, holder));
        const judge = (content) => said('openssl', 'cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', signature, '-content', content,
          '-CAfile', authorities, '-purpose', 'any', '-out', path.join(stack.dir, 'content'));
        const verdict = await judge(file);
        assert.ok(verdict.good, verdict.text);
        assert.ok(!(await judge(await saved('other.txt', '报价 9 000 000 元'))).good);
      });
    }

    test('timestamp: the page carries question and answer between bridge and OpenSSL, and the stamp counts', async () => {
      const authority = path.join(stack.dir, 'tsa.pem');
      await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', path.join(stack.dir, 'tsa.key'), '-out', authority, '-days', '30',
        '-subj', '/CN=TSA', '-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=critical,timeStamping']);
      const pems = `${await readFile(authorities, 'utf8')}${await readFile(authority, 'utf8')}`.match(/-----BEGIN[^]+?-----END CERTIFICATE-----\n/g);
      await stack.answerPins([pin]);
      await (await page.$('input')).uploadFile(await saved('标书.txt', '报价 1 000 000 元'));
      const verdict = await page.evaluate((...words) => window.stamped(...words), '李四', pems);
      assert.ok(verdict.valid, JSON.stringify(verdict));
      assert.ok(verdict.signers[0].timestamp.valid, JSON.stringify(verdict));
    });

    test('signPdf: pdfsig takes it as signed in whole, with the time where PAdES wants it alone; a change is noticed', async () => {
      const document = await PDFDocument.create();
      document.addPage([300, 200]).drawText('Bid');
      const original = Buffer.from(await document.save());
      const made = await signed('signPdf', await saved('bid.pdf', original), '李四');
      assert.deepEqual(made.subarray(0, original.length), original);

      const { text } = await said('pdfsig', '-nocert', await saved('signed.pdf', made));
      for (const words of ['Signature is Valid.', 'ETSI.CAdES.detached', 'Total document signed', 'Signing Time: ']) assert.ok(text.includes(words), text);
      const hex = /\/Contents <([0-9a-f]+)>/.exec(made.toString('latin1'))[1];
      const { text: shown } = await said('openssl', 'cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', await saved('contents', Buffer.from(hex, 'hex')));
      assert.ok(shown.includes('messageDigest'), shown);
      assert.ok(!shown.includes('signingTime'), shown);

      made[made.indexOf('300 200')] += 1;
      assert.ok((await said('pdfsig', '-nocert', await saved('changed.pdf', made))).text.includes('Digest Mismatch'));
    });
  });
}
