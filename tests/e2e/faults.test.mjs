// Everything that a driver can do wrong, through a running ukeyd; afterwards another maker's token still signs, and so does
// the one that misbehaved once its host was started again (security.md 38, 39, 45).
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.mjs';
import { Stack } from './support/stack.mjs';

const digest = { digest: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' };
const pin = '123456';

describe('a driver that misbehaves', () => {
  let stack;
  let page;

  before(async () => {
    stack = await Stack.start({ config: { driverTimeoutSeconds: 3 } });
    await stack.mint('FAULTY', 'sm2', '王五', pin);
    await stack.mintSoftHsm('OTHER', 'rsa2048', 'Other Holder', pin);
    await stack.plug('FAULTY');
    page = await Client.connect(stack.daemonPort, stack.site);
  });
  after(async () => {
    await page?.close();
    await stack?.stop();
  });

  const setFaults = (faults) => writeFile(path.join(stack.tokens, 'FAULTY', 'faults.json'), JSON.stringify(faults));

  async function signWith(name, digestAlgorithm) {
    const token = await page.token(name);
    const certificate = await page.signingCertificate(token);
    await stack.answerPins([pin]);
    await page.call('pin.verify', { token: token.id });
    return page.call('sign.digest', { certificate: certificate.id, digestAlgorithm, ...digest });
  }

  async function loginToFaulty() {
    const token = await page.token('FAULTY');
    const certificate = await page.signingCertificate(token);
    await stack.answerPins([pin]);
    await page.call('pin.verify', { token: token.id });
    return { token, certificate };
  }

  const signingFaults = [
    ['hangs', { action: 'hang' }, 'driver-timeout'],
    ['crashes', { action: 'crash' }, 'driver-crashed'],
    ['exits', { action: 'exit', code: 3 }, 'driver-crashed'],
    ['is killed', { action: 'kill' }, 'driver-crashed'],
    ['answers a wrong code', { action: 'wrong-code', code: 0x0a000001 }, 'driver-error'],
    ['loses the token in mid-call', { action: 'remove' }, 'token-removed'],
  ];
  for (const [what, fault, code] of signingFaults) {
    test(`while signing ${what}: the call fails with ${code}, other tokens and the socket go on`, async () => {
      const { certificate } = await loginToFaulty();
      await setFaults([{ function: 'SKF_ECCSignData', ...fault }]);
      const failing = page.codeOf('sign.digest', { certificate: certificate.id, digestAlgorithm: 'sm3', ...digest });
      assert.ok((await signWith('OTHER', 'sha256')).signature);
      assert.equal(await failing, code);
      await setFaults([]);
      await stack.plug('FAULTY');
      assert.ok((await signWith('FAULTY', 'sm3')).signature);
    });
  }

  const listingFaults = [
    ['a length that is too long', { function: 'SKF_ExportCertificate', action: 'huge-length' }],
    ['a length that is wrong', { function: 'SKF_ExportCertificate', action: 'wrong-length' }],
    ['a list of containers with a wrong count', { function: 'SKF_EnumContainer', action: 'wrong-count' }],
    ['garbage for a certificate', { function: 'SKF_ExportCertificate', action: 'garbage' }],
    ['garbage for a list', { function: 'SKF_EnumContainer', action: 'garbage' }],
  ];
  for (const [what, fault] of listingFaults) {
    test(`while listing answers ${what}: nothing of it reaches the page, both tokens go on`, async () => {
      await stack.unplug('FAULTY');
      await stack.plug('FAULTY');
      await setFaults([{ once: false, ...fault }]);
      const token = await page.token('FAULTY');
      const outcome = await page.call('certificates.list', { token: token.id }).catch((error) => error);
      if (outcome instanceof Error) assert.match(outcome.code, /^(driver-error|token-removed|driver-crashed)$/);
      else for (const certificate of outcome.certificates) assert.match(certificate.pem, /^-----BEGIN CERTIFICATE-----/);
      assert.ok((await signWith('OTHER', 'sha256')).signature);
      await setFaults([]);
      await stack.unplug('FAULTY');
      await stack.plug('FAULTY');
      assert.ok((await signWith('FAULTY', 'sm3')).signature);
    });
  }

  test('two calls at once: both are answered, one after the other at the library', async () => {
    const { certificate } = await loginToFaulty();
    await setFaults([{ function: 'SKF_ECCSignData', action: 'crash-if-concurrent', once: false }]);
    const calls = Array.from({ length: 8 }, () =>
      page.call('sign.digest', { certificate: certificate.id, digestAlgorithm: 'sm3', ...digest }));
    for (const { signature } of await Promise.all(calls)) assert.ok(signature);
    await setFaults([]);
  });

  test('a login does not survive a crash of the host: the PIN is asked for again', async () => {
    const { token, certificate } = await loginToFaulty();
    await setFaults([{ function: 'SKF_ECCSignData', action: 'crash' }]);
    const sign = { certificate: certificate.id, digestAlgorithm: 'sm3', ...digest };
    assert.equal(await page.codeOf('sign.digest', sign), 'driver-crashed');
    assert.equal((await page.token('FAULTY')).id, token.id);
    assert.equal(await page.codeOf('sign.digest', sign), 'pin-required');
  });
});
