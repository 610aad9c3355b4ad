// The programs of one test with ukeyd for Windows under wine, as scripts/windows/wine.sh sets it up. The sites and the browser are
// those of Linux: wine lets a program of Linux have no owner that ukeyd could know, so they reach it through ukey-relay.exe.
import { once } from 'node:events';
import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from './client.mjs';
import { root, Stack } from './stack.mjs';

const run = promisify(execFile);
const programs = process.env.UKEY_WINDOWS_BIN ?? path.join(root, 'build/windows-x64/bin');
const patience = 60_000;
/** As the drive letter that wine gives the whole of Linux has it. */
const windowsPath = (file) => `Z:${file.replaceAll('/', '\\')}`;

export class WindowsStack extends Stack {
  /** To Windows a folder for everybody is one that others can change: its sticky bit says nothing there. */
  get place() { return path.join(root, 'build'); }

  drivers(soft) {
    return [{ name: 'soft', kind: 'skf', library: windowsPath(path.join(programs, 'ukey-softtoken.dll')), ...soft }];
  }

  /** A user before the screen, instead of a dialog of the tests. */
  async dialogSettings() {
    await this.startWindowsProgram('ukey-scripted-user', ['answers', 'dialogs'].map((name) => windowsPath(path.join(this.dir, name))),
      { log: 'user.log', ready: /^before the screen/ });
    return {};
  }

  get windowsEnv() { return { ...this.env, UKEY_SOFTTOKEN_DIR: windowsPath(this.tokens) }; }

  startWindowsProgram(name, args, options) {
    return this.startProgram('wine', [path.join(programs, `${name}.exe`), ...args], { ...options, env: this.windowsEnv });
  }

  #daemonWords(...more) {
    return ['--config', windowsPath(path.join(this.dir, 'ukeyd.json')), '--state-dir', windowsPath(path.join(this.dir, 'ukeyd')), ...more];
  }

  async startDaemon() {
    const { child, line } = await this.startWindowsProgram('ukeyd', this.#daemonWords(), { log: 'ukeyd.log', ready: /^listening on/ });
    this.daemon = child;
    this.ownPort = Number(/:(\d+)\//.exec(line)[1]);
    await this.startRelay();
  }

  async startRelay() {
    const relay = await this.startWindowsProgram('ukey-relay', [String(this.ownPort)], { log: 'relay.log', ready: /^relay on/ });
    this.daemonPort = Number(/\d+/.exec(relay.line)[0]);
  }

  /** For a browser of Linux: what it means for ukeyd's port it sends to the relay. */
  get browserArguments() { return [`--host-resolver-rules=MAP 127.0.0.1:${this.ownPort} 127.0.0.1:${this.daemonPort}`]; }

  async stopDaemon() {
    await this.runOnWindows(path.join(programs, 'ukeyd.exe'), ...this.#daemonWords('stop'));
    if (this.daemon.exitCode === null) await once(this.daemon, 'exit');
  }

  /** A program until its end; what it says. */
  async runOnWindows(...words) { return (await run('wine', words, { env: this.windowsEnv })).stdout; }

  ctlOfUser(...args) {
    return this.runOnWindows(path.join(programs, 'ukeyctl.exe'), '--config', windowsPath(path.join(this.dir, 'ukeyd.json')), ...args);
  }

  connect(origin, hello) { return Client.connect(this.daemonPort, origin, hello, `127.0.0.1:${this.ownPort}`); }

  async stop() {
    if (this.daemon?.exitCode === null) await this.stopDaemon();
    await super.stop();
  }
}

/** The same, but that ukeyd comes from the MSI, which also starts it; it has its usual places and port. */
export class InstalledStack extends WindowsStack {
  async startDaemon() {
    this.msi = path.join(this.dir, 'ukey.msi');
    await run('python3', [path.join(root, 'packaging/windows/msi.py'), '--version', '0.1.0', '--build', path.join(root, 'build'),
      '--out', this.msi]);
    await this.msiexec('/i', windowsPath(this.msi), '/qn', `ORIGINS=${this.site} tokens certificates sign decrypt`, 'BROWSERPOLICIES=1');
    this.ownPort = 23510;
    await this.startRelay();
    await this.#serves();
  }

  /** The installer does not wait for what it starts. */
  async #serves() {
    const end = Date.now() + patience;
    for (;;) {
      try {
        return await (await this.connect(this.site)).close();
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** Says nothing: what it starts goes on, and would keep our end of its output. */
  async msiexec(...words) {
    const installer = spawn('wine', ['msiexec', ...words], { env: this.windowsEnv, stdio: 'ignore' });
    const [code] = await once(installer, 'exit');
    if (code !== 0) throw new Error(`msiexec ${words.join(' ')} ended with ${code}`);
  }
  remove() { return this.msiexec('/x', windowsPath(this.msi), '/qn'); }
  async stopDaemon() { if (this.ownPort) await this.remove().catch(() => {}); }

  async stop() {
    await this.stopDaemon();
    await super.stop();
  }
}
