// Signatures made through a running bridge, checked by others' programs: sm-crypto for SM2, OpenSSL's command line for RSA
// and ECDSA. What is checked is what a portal would check: the certificate's key, the message, the documented encoding.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import smCrypto from 'sm-crypto';
import { Client } from './support/client.mjs';
import { Stack } from './support/stack.mjs';

const run = promisify(execFile);
const { sm2, sm3 } = smCrypto;
const pin = '123456';
const message = Buffer.from('竞买申请 2026-017, 报价 1 000 000 元');
const challenge = Buffer.alloc(33, 7).toString('base64');
const fromBase64Url = (text) => Buffer.from(text, 'base64url');
const hexOctets = (buffer) => [...buffer];
const sm3Octets = (data) => Buffer.from(sm3(hexOctets(data)), 'hex');

/** ENTL, user id, a, b and the base point of sm2p256v1 (GB/T 32918.2), by which a public key becomes Z. */
const zPrefix = Buffer.concat([Buffer.from([0, 0x80]), Buffer.from('1234567812345678'), Buffer.from(
  'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93'
  + '32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0',
  'hex')]);
const zOf = (point) => sm3Octets(Buffer.concat([zPrefix, Buffer.from(point, 'hex').subarray(1)]));

describe('signatures through the bridge', () => {
  let stack;
  let page;

  before(async () => {
    stack = await Stack.start();
    await stack.mint('SIG-SM2', 'sm2', '张三', pin);
    await stack.mint('SIG-RSA', 'rsa2048', '李四', pin);
    await stack.mintSoftHsm('SIG-HSM-RSA', 'rsa2048', '王五', pin);
    await stack.mintSoftHsm('SIG-HSM-P256', 'p256', '赵六', pin);
    page = await Client.connect(stack.daemonPort, stack.site);
  });
  after(async () => {
    await page?.close();
    await stack?.stop();
  });

  async function loggedIn(name) {
    const token = await page.token(name);
    const certificate = await page.signingCertificate(token);
    await stack.answerPins([pin]);
    await page.call('pin.verify', { token: token.id });
    return certificate;
  }

  /** 04 || X || Y, as it ends the SubjectPublicKeyInfo of the certificate. */
  const sm2Point = async (certificate) => {
    const { stdout } = await run('openssl', ['x509', '-in', await saved('sm2.pem', certificate.pem), '-noout', '-pubkey']);
    return Buffer.from(stdout.replace(/-----[^-]+-----|\s/g, ''), 'base64').subarray(-65).toString('hex');
  };

  async function saved(name, content) {
    const file = path.join(stack.dir, name);
    await writeFile(file, content);
    return file;
  }

  /** What `openssl dgst -verify` says of a signature. */
  async function opensslVerifies(certificate, digest, signature, data) {
    const { publicKey } = new X509Certificate(certificate.pem);
    const key = await saved('key.pem', publicKey.export({ type: 'spki', format: 'pem' }));
    const { stdout } = await run('openssl', ['dgst', `-${digest}`, '-verify', key, '-signature', await saved('signature', signature),
      await saved('data', data)]).catch((error) => error);
    return stdout.includes('Verified OK');
  }

  /** What auth.sign signs, docs/auth-token.md: its name, a zero octet, hash(origin) || hash(challenge). */
  const loginInput = (hash) => Buffer.concat([Buffer.from('Ukey Bridge authentication v2\0'), hash(Buffer.from(stack.site)), hash(Buffer.from(challenge))]);

  /** r || s, as auth.sign gives it, in DER for OpenSSL. */
  function derOf(raw) {
    const integer = (octets) => {
      let from = 0;
      while (from < octets.length - 1 && octets[from] === 0) from += 1;
      const body = octets[from] >= 0x80 ? [0, ...octets.subarray(from)] : [...octets.subarray(from)];
      return [2, body.length, ...body];
    };
    const body = [...integer(raw.subarray(0, raw.length / 2)), ...integer(raw.subarray(raw.length / 2))];
    return Buffer.from([0x30, body.length, ...body]);
  }

  test('SM2: sign.data, sign.digest and auth.sign verify with sm-crypto, and not over another message', async () => {
    const certificate = await loggedIn('SIG-SM2');
    const point = await sm2Point(certificate);
    const verifies = (signature, data, der) =>
      sm2.doVerifySignature(hexOctets(data), signature.toString('hex'), point, { hash: true, der, userId: '1234567812345678' });

    const { signature, algorithm } = await page.call('sign.data', { certificate: certificate.id, format: 'raw',
      data: message.toString('base64url') });
    assert.match(algorithm, /sm2/i);
    assert.ok(verifies(fromBase64Url(signature), message, true));
    assert.ok(!verifies(fromBase64Url(signature), Buffer.from('another'), true));

    const e = sm3Octets(Buffer.concat([zOf(point), message]));
    const byDigest = await page.call('sign.digest', { certificate: certificate.id, digest: e.toString('base64url'),
      digestAlgorithm: 'sm3' });
    assert.ok(verifies(fromBase64Url(byDigest.signature), message, true));

    const auth = await page.call('auth.sign', { certificate: certificate.id, challenge });
    assert.ok(verifies(Buffer.from(auth.signature, 'base64'), loginInput(sm3Octets), false));
  });

  for (const [what, name] of [['the soft token', 'SIG-RSA'], ['SoftHSM2', 'SIG-HSM-RSA'], ['SoftHSM2 (P-256)', 'SIG-HSM-P256']]) {
    test(`${what}: sign.data, sign.digest and auth.sign verify with OpenSSL, and not over another message`, async () => {
      const certificate = await loggedIn(name);
      const { signature } = await page.call('sign.data', { certificate: certificate.id, format: 'raw',
        data: message.toString('base64url') });
      assert.ok(await opensslVerifies(certificate, 'sha256', fromBase64Url(signature), message));
      assert.ok(!(await opensslVerifies(certificate, 'sha256', fromBase64Url(signature), Buffer.from('another'))));

      const sha256 = (data) => createHash('sha256').update(data).digest();
      const byDigest = await page.call('sign.digest', { certificate: certificate.id, digestAlgorithm: 'sha256',
        digest: sha256(message).toString('base64url') });
      assert.ok(await opensslVerifies(certificate, 'sha256', fromBase64Url(byDigest.signature), message));

      const auth = await page.call('auth.sign', { certificate: certificate.id, challenge });
      const raw = Buffer.from(auth.signature, 'base64');
      const loginSignature = auth.algorithm.startsWith('ES') ? derOf(raw) : raw;
      assert.ok(await opensslVerifies(certificate, 'sha256', loginSignature, loginInput(sha256)));
    });
  }
});
