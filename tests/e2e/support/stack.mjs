// The programs of one test: the sandbox's sites, ukeyd with its token hosts, and tokens; each in folders of its own.
import assert from 'node:assert/strict';
import { spawn, execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from './client.mjs';

const run = promisify(execFile);
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const build = process.env.UKEY_BUILD ?? path.join(root, 'build/release');
export const bin = (name) => path.join(build, 'bin', name);
const softLibrary = path.join(build, 'lib/libukey-softtoken.so');
const softhsmLibrary = '/usr/lib/softhsm/libsofthsm2.so';

/** So many ports that are free now. Not of those that the system gives to connections: one of them could be gone again at once. */
async function freePorts(count) {
  const [first, last] = [24_000, 32_000];
  const servers = [];
  while (servers.length < count) {
    const server = net.createServer().listen(randomInt(first, last), '127.0.0.1');
    const isMine = await once(server, 'listening').then(() => true, () => false);
    if (isMine) servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Starts a program and waits until a line of its output (either stream) matches. */
async function startProgram(command, args, { env, log, ready }) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log, { flags: 'a' });
  const lines = [];
  const matched = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        file.write(`${line}\n`);
        lines.push(line);
        if (ready.test(line)) resolve(line);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${command} ended with ${code} before it was ready:\n${lines.join('\n')}`)));
  });
  const line = await matched;
  return { child, line };
}

/** Of this system; support/windows_stack.mjs has the same with ukeyd for Windows. */
export class Stack {
  #programs = [];

  /**
   * Everything up, nothing plugged in. `origins` is what the administrator's policy lists beside the sandbox's sites,
   * `soft` what the configuration says of the soft tokens' driver, `site` further options of `ukey-sandbox serve`.
   */
  static async start(options = {}) {
    const stack = new this();
    try {
      await stack.#begin(options);
    } catch (error) {
      // Else what has begun would go on, and the test with it.
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async #begin({ origins = [], config = {}, soft = {}, site = [] }) {
    this.dir = await mkdtemp(path.join(this.place, 'ukey-e2e-'));
    this.tokens = path.join(this.dir, 'tokens');
    await mkdir(this.tokens, { recursive: true });
    await mkdir(path.join(this.dir, 'softhsm'), { recursive: true });
    await writeFile(path.join(this.dir, 'softhsm2.conf'), `directories.tokendir = ${this.dir}/softhsm\nlog.level = ERROR\n`);
    this.env = {
      ...process.env,
      UKEY_SOFTTOKEN_DIR: this.tokens,
      SOFTHSM2_CONF: path.join(this.dir, 'softhsm2.conf'),
    };
    [this.sitePort, this.portalPort] = await freePorts(2);
    this.daemonPort = 23510;
    this.site = `http://localhost:${this.sitePort}`;
    this.portal = `http://localhost:${this.portalPort}`;
    const scopes = ['tokens', 'certificates', 'sign', 'decrypt', 'manage', 'digest'];
    await writeFile(path.join(this.dir, 'ukeyd.json'), JSON.stringify({
      drivers: this.drivers(soft),
      origins: [this.site, this.portal, ...origins].map((origin) => ({ origin, scopes, confirm: 'login' })),
      ...await this.dialogSettings(),
      ...config,
    }));
    await this.startSite(site);
    await this.startDaemon();
  }

  /** Where its folders lie. */
  get place() { return tmpdir(); }

  drivers(soft) {
    return [
      { name: 'soft', kind: 'skf', library: softLibrary, ...soft },
      { name: 'softhsm', kind: 'pkcs11', library: softhsmLibrary },
    ];
  }

  async startSite(options = []) {
    const pages = (name) => path.join(root, 'sandbox/web/dist', name);
    this.siteProgram = await this.startProgram(bin('ukey-sandbox'), ['serve', '--data', path.join(this.dir, 'sandbox'),
      '--port', String(this.sitePort), '--web', pages('trading'),
      '--portal-port', String(this.portalPort), '--portal-web', pages('portal'), '--downloads', path.join(this.dir, 'packages'),
      ...(options.includes('--resend-seconds') ? [] : ['--resend-seconds', '0']), ...options],
    { log: 'sandbox.log', ready: /listening|http:\/\// }).then(({ child }) => child);
  }

  /** Runs until `stop`; what it says goes to `log`. */
  async startProgram(command, args, { log, ready, env = this.env }) {
    const started = await startProgram(command, args, { env, log: path.join(this.dir, log), ready });
    this.#programs.push(started.child);
    return started;
  }

  async startDaemon() {
    const { child, line } = await this.startProgram(bin('ukeyd'), ['--config', path.join(this.dir, 'ukeyd.json'), '--state-dir',
      path.join(this.dir, 'ukeyd')], { log: 'ukeyd.log', ready: /^listening on/ });
    this.daemonPort = Number(/:(\d+)\//.exec(line)[1]);
    this.daemon = child;
  }

  async stopDaemon() {
    this.daemon.kill('SIGTERM');
    await once(this.daemon, 'exit');
  }

  async killDaemon() {
    this.daemon.kill('SIGKILL');
    await once(this.daemon, 'exit');
  }

  /** The dialog of the tests: takes its answers, one after another, from `answerPins`. */
  async dialogSettings() {
    const program = path.join(this.dir, 'pinentry');
    await writeFile(program, `#!/bin/sh\nUKEY_TEST_PINENTRY_FILE=${this.dir}/answers UKEY_TEST_PINENTRY_LOG=${this.dir}/dialogs UKEY_TEST_PINENTRY_MEETING=ok \\\n`
      + `  exec ${path.join(root, 'tests/support/pinentry_script')} "$@"\n`, { mode: 0o755 });
    return { pinentry: program };
  }

  /** The PINs to be typed; null presses Cancel. */
  async answerPins(pins) {
    await writeFile(path.join(this.dir, 'answers'), pins.map((pin) => (pin === null ? 'cancel\n' : `pin ${pin}\n`)).join(''));
  }

  /** Answers as tests/support/pinentry_script takes them, one for each dialog to come. */
  async answer(...lines) {
    await writeFile(path.join(this.dir, 'answers'), lines.map((line) => `${line}\n`).join(''));
  }

  /** Answers that no dialog took. */
  async answersLeft() {
    const text = await readFile(path.join(this.dir, 'answers'), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean);
  }

  async #shown() {
    const text = await readFile(path.join(this.dir, 'dialogs'), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** What the dialogs said so far. */
  async dialogs() { return (await this.#shown()).filter(({ kind }) => kind !== 'meeting'); }

  /** What those of a first meeting said. */
  async meetings() { return (await this.#shown()).filter(({ kind }) => kind === 'meeting'); }

  /** A page of that origin, without a browser. */
  connect(origin, hello) { return Client.connect(this.daemonPort, origin, hello); }

  ctl(...args) { return run(bin('ukeyctl'), args, { env: this.env }); }
  /** With the configuration of the daemon, and dialogs. */
  ctlOfUser(...args) { return this.ctl('--config', path.join(this.dir, 'ukeyd.json'), ...args); }
  plug(serial) { return this.ctl('soft', 'plug', serial); }
  unplug(serial) { return this.ctl('soft', 'unplug', serial); }

  /** A soft token as it comes from its maker, plugged in: nothing on it, PIN 111111. */
  blank(serial) { return this.ctl('soft', 'create', '--serial', serial, '--plug'); }

  /** One with room for so many containers. */
  async blankWithRoom(serial, containers) {
    await this.ctl('soft', 'create', '--serial', serial);
    const file = path.join(this.tokens, serial, 'state.json');
    const state = JSON.parse(await readFile(file, 'utf8'));
    state.room.containers = containers;
    await writeFile(file, JSON.stringify(state));
    await this.plug(serial);
  }

  /** What is on a soft token. */
  async containers(serial) {
    const { applications } = JSON.parse(await readFile(path.join(this.tokens, serial, 'state.json'), 'utf8'));
    return applications.flatMap(({ containers }) => containers);
  }

  async mint(serial, algorithm, name, pin, ...more) {
    await run(bin('ukey-sandbox'), ['mint', '--data', path.join(this.dir, 'sandbox'), '--serial', serial, '--algorithm', algorithm,
      '--name', name, '--pin', pin, ...more], { env: this.env });
  }

  /** Puts a package where the sites offer it for download. */
  async offerDownload(file, content) {
    await mkdir(path.join(this.dir, 'packages'), { recursive: true });
    await writeFile(path.join(this.dir, 'packages', file), content);
  }

  /** A SoftHSM2 token with nothing on it. */
  async blankSoftHsm(label, pin) {
    await run('softhsm2-util', ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', 'so-pin-1234'], { env: this.env });
  }

  /** A SoftHSM2 token with one certificate of the sandbox's CA. */
  async mintSoftHsm(label, algorithm, name, pin) {
    await this.blankSoftHsm(label, pin);
    await run(bin('ukey-sandbox'), ['mint', '--data', path.join(this.dir, 'sandbox'), '--pkcs11', softhsmLibrary, '--slot-label', label,
      '--algorithm', algorithm, '--name', name, '--pin', pin], { env: this.env });
  }

  /** Types wrong PINs, for the origin, until there is one try left, which is not a page's: that one is wasted at the command line. */
  async lock(serial, origin) {
    const page = await this.connect(origin);
    const { id: token } = await page.token(serial);
    for (let code = ''; code !== 'rate-limited';) {
      await this.answer('pin 000000');
      code = await page.codeOf('pin.verify', { token });
      assert.match(code, /^(pin-incorrect|rate-limited)$/);
    }
    await this.wasteLastTry(serial);
    // Nobody tells the bridge what another program did; it sees it here.
    assert.equal(await page.codeOf('pin.verify', { token }), 'pin-locked');
    await page.close();
  }

  /** The user himself, who confirms that he means it. */
  async wasteLastTry(serial) {
    await this.answer('ok', 'pin 000000', 'pin 830274');
    await assert.rejects(this.ctlOfUser('pin', 'change', serial));
    await this.answer();
  }

  async log() {
    const read = (name) => readFile(path.join(this.dir, name), 'utf8').catch(() => '');
    return `--- ukeyd\n${await read('ukeyd.log')}\n--- sandbox\n${await read('sandbox.log')}`;
  }

  async stop() {
    for (const child of this.#programs) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}
