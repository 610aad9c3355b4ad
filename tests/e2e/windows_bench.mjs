// ukeyd.exe under wine beside ukeyd of Linux, in one run: start, memory of the idle processes, and a signature. For orientation:
// wine is no Windows, and its pages come through a relay. Run by scripts/windows/bench.sh.
import { readdir, readFile } from 'node:fs/promises';
import { Stack } from './support/stack.mjs';
import { WindowsStack } from './support/windows_stack.mjs';

const pin = '830412';
const digest = { digest: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', digestAlgorithm: 'sm3' };
const signatures = 200;

/** MiB of the processes whose command line has the word. */
async function residentOf(word) {
  let kilobytes = 0;
  for (const id of await readdir('/proc')) {
    const read = (name) => readFile(`/proc/${id}/${name}`, 'utf8').catch(() => '');
    const [program] = (await read('cmdline')).split('\0');
    if (!/^\d+$/.test(id) || !program.endsWith(word)) continue;
    kilobytes += Number(/VmRSS:\s+(\d+)/.exec(await read('status'))?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

async function measure(Kind, suffix) {
  const stack = await Kind.start();
  try {
    await stack.mint('BENCH', 'sm2', '张三', pin);
    await stack.stopDaemon();
    const begin = performance.now();
    await stack.startDaemon();
    const start = performance.now() - begin;
    const page = await stack.connect(stack.site);
    const token = await page.token('BENCH');
    const certificate = (await page.signingCertificate(token)).id;
    await stack.answerPins([pin]);
    await page.call('pin.verify', { token: token.id });
    const times = [];
    for (let i = 0; i < signatures; i++) {
      const from = performance.now();
      await page.call('sign.digest', { certificate, ...digest });
      times.push(performance.now() - from);
    }
    const p50 = times.sort((a, b) => a - b)[signatures / 2];
    const memory = { ukeyd: await residentOf(`ukeyd${suffix}`), host: await residentOf(`ukey-token-host${suffix}`) };
    await page.close();
    return { start, p50, ...memory };
  } finally {
    await stack.stop();
  }
}

const linux = await measure(Stack, '');
const windows = await measure(WindowsStack, '.exe');
for (const [what, key, unit] of [['start until it listens (wine: with the relay)', 'start', 'ms'], ['SM2 signature, p50', 'p50', 'ms'],
  ['ukeyd, resident', 'ukeyd', 'MiB'], ['token hosts, resident', 'host', 'MiB']]) {
  const [one, other] = [linux[key], windows[key]];
  console.log(`${what}: Linux ${one.toFixed(1)} ${unit}, wine ${other.toFixed(1)} ${unit}, ${(other / one).toFixed(1)} times`);
}
