// The programs of one test with ukeyd for Windows under wine, as scripts/windows/wine.sh sets it up. The sites and the browser are
// those of Linux: wine lets a program of Linux have no owner that ukeyd could know, so they reach it through ukey-relay.exe.
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from './client.mjs';
import { root, Stack } from './stack.mjs';

const run = promisify(execFile);
const programs = process.env.UKEY_WINDOWS_BIN ?? path.join(root, 'build/windows-x64/bin');
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

  get #windowsEnv() { return { ...this.env, UKEY_SOFTTOKEN_DIR: windowsPath(this.tokens) }; }

  startWindowsProgram(name, args, options) {
    return this.startProgram('wine', [path.join(programs, `${name}.exe`), ...args], { ...options, env: this.#windowsEnv });
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
    await run('wine', [path.join(programs, 'ukeyd.exe'), ...this.#daemonWords('stop')], { env: this.#windowsEnv });
    if (this.daemon.exitCode === null) await once(this.daemon, 'exit');
  }

  ctlOfUser(...args) {
    return run('wine', [path.join(programs, 'ukeyctl.exe'), '--config', windowsPath(path.join(this.dir, 'ukeyd.json')), ...args],
      { env: this.#windowsEnv });
  }

  connect(origin, hello) { return Client.connect(this.daemonPort, origin, hello, `127.0.0.1:${this.ownPort}`); }

  async stop() {
    if (this.daemon?.exitCode === null) await this.stopDaemon();
    await super.stop();
  }
}
