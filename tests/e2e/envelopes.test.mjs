// Sealed messages for SM2 keys against sm-crypto, both ways: what the bridge seals is opened from its octets up, and what is put together
// here, in the forms that are met, is opened by a token. OpenSSL's judgement of the other keys is in tests/tokenlib/message.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import smCrypto from 'sm-crypto';
import { Client } from './support/client.mjs';
import { Stack } from './support/stack.mjs';

const run = promisify(execFile);
const { sm2, sm4 } = smCrypto;
const pin = '123456';
const content = Buffer.from('竞买报价 1 000 000 元，第 17 号地块。'.repeat(40));
const hex = (octets) => Buffer.from(octets).toString('hex');
const fromHex = (text) => Buffer.from(text, 'hex');

/** One element of BER: where it stands, its tag, its content or its children. */
function readElement(octets, at = 0) {
  const tag = octets[at];
  let next = at + 2;
  let length = octets[at + 1];
  if (length > 0x80) {
    const count = length & 0x7f;
    length = octets.subarray(next, next + count).reduce((sum, octet) => sum * 256 + octet, 0);
    next += count;
  }
  const isIndefinite = octets[at + 1] === 0x80;
  const isWhole = (end) => (isIndefinite ? octets[end] === 0 && octets[end + 1] === 0 : end === next + length);
  if ((tag & 0x20) === 0) return { tag, start: at, content: octets.subarray(next, next + length), end: next + length };
  const children = [];
  let end = next;
  while (!isWhole(end)) {
    const child = readElement(octets, end);
    children.push(child);
    end = child.end;
  }
  return { tag, start: at, children, end: isIndefinite ? end + 2 : end };
}
/** Of a string, whole or in pieces. */
const octetsOf = (element) => element.content ?? Buffer.concat(element.children.map(octetsOf));

function element(tag, ...parts) {
  const inside = Buffer.concat(parts);
  const length = inside.length < 0x80 ? [inside.length] : inside.length < 0x100 ? [0x81, inside.length] : [0x82, inside.length >> 8, inside.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), inside]);
}
const sequence = (...parts) => element(0x30, ...parts);
const octetString = (octets) => element(4, octets);
const positive = (octets) => element(2, octets[0] >= 0x80 ? Buffer.concat([Buffer.from([0]), octets]) : octets);
function oid(text) {
  const [first, second, ...rest] = text.split('.').map(Number);
  const octets = [first * 40 + second, ...rest.flatMap((arc) => {
    const out = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) out.unshift((left & 0x7f) | 0x80);
    return out;
  })];
  return element(6, Buffer.from(octets));
}

/** SP 800-38D with SM4, whose blocks are all that sm-crypto has. */
function sm4Gcm(key, nonce, sealed) {
  const block = (octets) => Buffer.from(sm4.encrypt([...octets], hex(key), { padding: 'none', output: 'array' }));
  const counter = (n) => Buffer.concat([nonce, Buffer.from([n >> 24, n >> 16, n >> 8, n])]);
  const opened = Buffer.alloc(sealed.length);
  for (let at = 0; at < sealed.length; at += 16) {
    const stream = block(counter(2 + at / 16));
    for (let i = at; i < Math.min(at + 16, sealed.length); i += 1) opened[i] = sealed[i] ^ stream[i - at];
  }
  const number = (octets) => BigInt(`0x${hex(octets).padEnd(32, '0')}`);
  const h = number(block(Buffer.alloc(16)));
  const times = (a) => {
    let product = 0n;
    let v = h;
    for (let bit = 127n; bit >= 0n; bit -= 1n) {
      if ((a >> bit) & 1n) product ^= v;
      v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
    }
    return product;
  };
  let hash = 0n;
  for (let at = 0; at < sealed.length; at += 16) hash = times(hash ^ number(sealed.subarray(at, at + 16)));
  hash = times(hash ^ BigInt(sealed.length * 8));
  const tag = fromHex((hash ^ number(block(counter(1)))).toString(16).padStart(32, '0'));
  return { opened, tag };
}

describe('sealed messages for SM2 keys', () => {
  let stack;
  let page;
  /** Somebody without a token: the private key, and a certificate. */
  let scalar;
  let outsider;
  /** Who signs: the private key, and a certificate. */
  let author;

  before(async () => {
    stack = await Stack.start();
    await stack.mint('SEAL-SM2', 'sm2', '张三', pin);
    page = await Client.connect(stack.daemonPort, stack.site);
    const person = async (name, usage) => {
      const file = (kind) => path.join(stack.dir, `${name}.${kind}`);
      await run('openssl', ['ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', file('key')]);
      await run('openssl', ['req', '-x509', '-new', '-key', file('key'), '-sm3', '-sigopt', 'distid:1234567812345678', '-days', '30',
        '-subj', `/CN=${name}`, '-addext', `keyUsage=critical,${usage}`, '-out', file('pem')]);
      const { stdout } = await run('openssl', ['ec', '-in', file('key'), '-noout', '-text']);
      return {
        pem: await readFile(file('pem'), 'utf8'),
        scalar: /priv:\s+([0-9a-f:\s]+?)pub:/.exec(stdout)[1].replace(/[^0-9a-f]/g, '').slice(-64).padStart(64, '0'),
      };
    };
    ({ pem: outsider, scalar } = await person('Outsider', 'keyEncipherment,dataEncipherment'));
    author = await person('Author', 'digitalSignature,nonRepudiation');
  });
  after(async () => {
    await page?.close();
    await stack?.stop();
  });

  /** What stands in a message: the versions, the content's algorithm and octets, the MAC, the sealed key opened by sm-crypto. */
  function partsOf(message) {
    const outer = readElement(message);
    assert.equal(outer.end, message.length);
    const [type, { children: [{ children: sealed }] }] = outer.children;
    const [version, recipients, info, mac] = sealed;
    const [recipientVersion, , algorithm, encryptedKey] = recipients.children[0].children;
    assert.deepEqual(algorithm.children[0].content, oid('1.2.156.10197.1.301.3').subarray(2));
    const [x, y, hash, cipher] = readElement(encryptedKey.content).children.map((child) => child.content);
    const fixed = (number) => hex(number).slice(-64).padStart(64, '0');
    const key = sm2.doDecrypt(fixed(x) + fixed(y) + hex(hash) + hex(cipher), scalar, 1, { output: 'array' });
    const [, contentAlgorithm, octets] = info.children;
    return {
      type: hex(type.content),
      versions: [version.content[0], recipientVersion.content[0]],
      cipher: hex(contentAlgorithm.children[0].content),
      parameters: contentAlgorithm.children[1],
      octets: octetsOf(octets),
      mac: mac?.content,
      key: Buffer.from(key),
    };
  }
  const seal = async (more) => {
    const { envelope } = await page.call('envelope.seal', { layers: [[outsider]], data: content.toString('base64url'), ...more });
    return partsOf(Buffer.from(envelope, 'base64url'));
  };

  for (const [family, type, versions] of [['gm', '1.2.156.10197.6.1.4.2.3', [1, 1]], ['cms', '1.2.840.113549.1.7.3', [0, 0]]]) {
    test(`${family}, SM4-CBC: sm-crypto opens what the bridge seals`, async () => {
      const parts = await seal({ family });
      assert.equal(parts.type, hex(oid(type).subarray(2)));
      assert.deepEqual(parts.versions, versions);
      assert.equal(parts.cipher, hex(oid('1.2.156.10197.1.104.2').subarray(2)));
      assert.equal(parts.key.length, 16);
      const opened = sm4.decrypt([...parts.octets], hex(parts.key), { mode: 'cbc', iv: hex(parts.parameters.content), output: 'array' });
      assert.deepEqual(Buffer.from(opened), content);
    });
  }

  test('SM4-GCM: content and tag are what SM4 of sm-crypto makes of them', async () => {
    const parts = await seal({ cipher: 'sm4-gcm' });
    assert.equal(parts.cipher, hex(oid('1.2.156.10197.1.104.8').subarray(2)));
    const [nonce, tagLength] = parts.parameters.children;
    assert.equal(tagLength.content[0], 16);
    const { opened, tag } = sm4Gcm(parts.key, nonce.content, parts.octets);
    assert.deepEqual(opened, content);
    assert.deepEqual(parts.mac, tag);
  });

  describe('made by sm-crypto', () => {
    let certificate;
    let point;

    before(async () => {
      const token = await page.token('SEAL-SM2');
      [certificate] = (await page.call('certificates.list', { token: token.id, usage: 'encrypt' })).certificates;
      point = hex(point65(new X509Certificate(certificate.pem)));
    });

    /** IssuerAndSerialNumber; TBSCertificate begins with version, serialNumber, signature, issuer. */
    function nameOf({ raw }) {
      const [, serialNumber, , issuer] = readElement(raw).children[0].children.map(({ start, end }) => raw.subarray(start, end));
      return sequence(issuer, serialNumber);
    }
    const point65 = ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
    /** Digest algorithms; certificates and SignerInfos: what SignedAndEnvelopedData has beside EnvelopedData, with an SM2 signature by the author. */
    function signing({ over = content, userId = '1234567812345678' }) {
      const signer = new X509Certificate(author.pem);
      const signature = sm2.doSignature([...over], author.scalar, { hash: true, der: true, publicKey: hex(point65(signer)), userId });
      const sm3 = sequence(oid('1.2.156.10197.1.401'));
      const info = sequence(element(2, Buffer.from([1])), nameOf(signer), sm3, sequence(oid('1.2.156.10197.1.301.1')), octetString(fromHex(signature)));
      return { digests: element(0x31, sm3), signers: Buffer.concat([element(0xa0, signer.raw), element(0x31, info)]) };
    }
    /** EnvelopedData to the token, put together by hand; or, `signed`, SignedAndEnvelopedData. */
    function message({ keyForm, family = '1.2.156.10197.6.1.4.2', version = 1, transport = '1.2.156.10197.1.301.3', cipher = '1.2.156.10197.1.104.2', spoil = (key) => key, signed }) {
      const key = randomBytes(16);
      const iv = randomBytes(16);
      const c1c3c2 = fromHex(sm2.doEncrypt([...spoil(key)], point, 1));
      const [x, y, hash, body] = [[0, 32], [32, 64], [64, 96], [96]].map(([from, to]) => c1c3c2.subarray(from, to));
      const forms = {
        der: () => sequence(positive(x), positive(y), octetString(hash), octetString(body)),
        'fixed-width integers': () => sequence(element(2, x), element(2, y), octetString(hash), octetString(body)),
        'C1C3C2': () => c1c3c2,
        '04 C1C3C2': () => Buffer.concat([Buffer.from([4]), c1c3c2]),
        'C1C2C3': () => Buffer.concat([x, y, body, hash]),
        '04 C1C2C3': () => Buffer.concat([Buffer.from([4]), x, y, body, hash]),
      };
      const sealed = Buffer.from(sm4.encrypt([...content], hex(key), { mode: 'cbc', iv: hex(iv), output: 'array' }));
      const recipient = sequence(element(2, Buffer.from([version])), nameOf(new X509Certificate(certificate.pem)), sequence(oid(transport)), octetString(forms[keyForm]()));
      const info = sequence(oid(`${family}.1`), sequence(oid(cipher), octetString(iv)), element(0x80, sealed));
      const { digests, signers } = signed ? signing(signed) : { digests: Buffer.alloc(0), signers: Buffer.alloc(0) };
      return sequence(oid(`${family}.${signed ? 4 : 3}`), element(0xa0, sequence(element(2, Buffer.from([version])), element(0x31, recipient), digests, info, signers)));
    }
    async function opened(octets) {
      await stack.answerPins([pin]);
      const { data, certificate: by } = await page.call('envelope.open', { envelope: octets.toString('base64url') });
      assert.equal(by, certificate.id);
      return Buffer.from(data, 'base64url');
    }

    for (const keyForm of ['der', 'fixed-width integers', 'C1C3C2', '04 C1C3C2', 'C1C2C3', '04 C1C2C3']) {
      test(`the key as ${keyForm}: the token opens it`, async () => assert.deepEqual(await opened(message({ keyForm })), content));
    }
    for (const [what, options] of Object.entries({
      'identifiers of PKCS#7': { family: '1.2.840.113549.1.7', version: 0 },
      'the curve in the place of the algorithm': { transport: '1.2.156.10197.1.301' },
      'SM4 without its mode': { cipher: '1.2.156.10197.1.104' },
    })) {
      test(`${what}: the token opens it`, async () => assert.deepEqual(await opened(message({ keyForm: 'der', ...options })), content));
    }

    test('signed and sealed in one: the token opens it, and the bridge judges the signature', async () => {
      await stack.answerPins([pin]);
      const judged = async (signed) => {
        const envelope = message({ keyForm: 'der', signed }).toString('base64url');
        assert.equal((await page.call('envelope.inspect', { envelope })).signed, true);
        const { data, signature } = await page.call('envelope.open', { envelope, trusted: [author.pem] });
        assert.deepEqual(Buffer.from(data, 'base64url'), content);
        return signature;
      };
      const good = await judged({});
      assert.equal(good.valid, true, good.reason);
      assert.deepEqual(new X509Certificate(good.signers[0].certificate).raw, new X509Certificate(author.pem).raw);
      for (const wrong of [{ over: Buffer.from('another content') }, { userId: '' }]) {
        const { valid, reason } = await judged(wrong);
        assert.deepEqual({ valid, reason }, { valid: false, reason: 'signature' });
      }
    });

    test('a key that is none is content-corrupt, and so is a content that was cut off; nothing of it is given', async () => {
      await stack.answerPins([pin]);
      const codeOf = (octets) => page.codeOf('envelope.open', { envelope: octets.toString('base64url') });
      assert.equal(await codeOf(message({ keyForm: 'der', spoil: () => randomBytes(24) })), 'content-corrupt');
      const whole = message({ keyForm: 'der' });
      assert.equal(await codeOf(whole.subarray(0, whole.length - 20)), 'content-corrupt');
    });
  });
});
