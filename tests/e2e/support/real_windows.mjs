// ukeyd with its own windows (ukey-prompt) on a screen, Xvfb, and a user before it: reads each window as a screen reader does, types
// and clicks with xdotool once the window takes input.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root, Stack } from './stack.mjs';

const run = promisify(execFile);
const patience = 60_000;
const anyWindow = '^(Ukey 助手|Ukey Bridge)$';
const sames = ['相同', 'The same'];

/** Nothing tells of other programs' windows: they are looked for again and again. */
async function until(look, what) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} was waited for in vain`);
    await pause(50);
  }
}

export class StackWithWindows extends Stack {
  #answers = [];
  #seen = [];
  #isLeaving = false;
  #user = Promise.resolve();
  #trouble;

  /** No setting at all: ukeyd finds its own window. */
  async dialogSettings() {
    // -noreset: else it begins anew whenever its last client goes, and lets nobody in meanwhile.
    const screen = await this.startProgram('Xvfb', ['-displayfd', '1', '-screen', '0', '1000x800x24', '-nolisten', 'tcp', '-noreset'],
      { log: 'screen.log', ready: /^\d+$/ });
    const bus = await this.startProgram('dbus-daemon', ['--session', '--print-address=1', '--nofork'], { log: 'bus.log', ready: /^unix:/ });
    this.env = { ...this.env, DISPLAY: `:${screen.line}`, DBUS_SESSION_BUS_ADDRESS: bus.line };
    // Of a desktop that the test may have been started from.
    for (const name of ['AT_SPI_BUS_ADDRESS', 'NO_AT_BRIDGE', 'WAYLAND_DISPLAY']) delete this.env[name];
    this.#user = this.#sitBeforeTheScreen().catch((error) => { this.#trouble = error; });
    return {};
  }

  /** Beside `pin X`, `ok` and `cancel`: `mistyped X Y` types X and then Y for a new PIN, and takes the next answer in the same window. */
  async answer(...lines) {
    if (this.#trouble) throw this.#trouble;
    this.#answers = lines;
  }

  answerPins(pins) { return this.answer(...pins.map((pin) => (pin === null ? 'cancel' : `pin ${pin}`))); }

  async answersLeft() { return [...this.#answers]; }

  async dialogs() { return this.#seen.filter(({ kind }) => kind !== 'meeting'); }

  async meetings() { return this.#seen.filter(({ kind }) => kind === 'meeting'); }

  /** The windows that open meanwhile, all of them closed by then. */
  async during(act) {
    const before = (await this.dialogs()).length;
    await act();
    await this.seesNoWindow();
    return (await this.dialogs()).slice(before);
  }

  seesNoWindow() { return until(async () => (await this.#windows()).length === 0, 'a screen without windows'); }

  async #x(program, ...words) { return (await run(program, words, { env: this.env })).stdout; }

  async #windows() {
    // Finding nothing is an error to it.
    const found = await this.#x('xdotool', 'search', '--onlyvisible', '--name', anyWindow).catch(() => '');
    return found.split('\n').filter(Boolean);
  }

  /** Of whom a window is, and whether what is typed into it counts; undefined, when it is gone. */
  async #stateOf(window) {
    const said = await this.#x('xprop', '-id', window, 'WM_WINDOW_ROLE', '_NET_WM_PID').catch(() => '');
    const pid = /_NET_WM_PID.* = (\d+)/.exec(said)?.[1];
    return pid && { pid, isAnswerable: said.includes('"answerable"') };
  }

  async #sitBeforeTheScreen() {
    while (!this.#isLeaving) {
      const [window] = await this.#windows();
      if (window) await this.#attendTo(window);
      else await pause(100);
    }
  }

  async #attendTo(window) {
    let state;
    await until(async () => {
      state = await this.#stateOf(window);
      return !state || state.isAnswerable;
    }, 'a window that takes input');
    if (!state) return;
    let dialog = await this.#read(window, state.pid);
    if (!dialog) return;
    // Its number alone may soon be that of another window.
    const isThere = async () => {
      const now = await this.#stateOf(window);
      return now?.isAnswerable && now.pid === state.pid;
    };
    this.#seen.push(dialog);
    if (process.env.UKEY_PICTURES_OF_WINDOWS) {
      const file = path.join(process.env.UKEY_PICTURES_OF_WINDOWS, `screen-${String(this.#seen.length).padStart(2, '0')}.png`);
      await this.#x('import', '-window', 'root', file);
    }
    while (dialog.kind !== 'meeting' && this.#answers.length === 0) {
      if (this.#isLeaving || !await isThere()) return;
      await pause(50);
    }
    let answer = dialog.kind === 'meeting' ? 'ok' : this.#answers.shift();
    if (answer.startsWith('mistyped ')) {
      const { text } = dialog;
      await this.#typePins(...answer.split(' ').slice(1));
      dialog = await until(async () => {
        const now = await this.#read(window, state.pid);
        return now.text !== text && now;
      }, 'what a window says of two PINs that differ');
      this.#seen.push(dialog);
      answer = this.#answers.shift();
    }
    await this.#answerIt(window, dialog, answer);
    await until(async () => this.#isLeaving || !await isThere(), `the end of a window that was answered: ${dialog.text}`);
  }

  /** As tests/support/pinentry_script tells of its dialogs. */
  async #read(window, pid) {
    const things = await until(async () => {
      const seen = JSON.parse(await this.#x('/usr/bin/python3', path.join(root, 'tests/e2e/support/read_window.py'), pid));
      return seen.length > 0 ? seen : !await this.#stateOf(window) && 'gone';
    }, 'what a window says');
    if (things === 'gone') return undefined;
    const of = (role) => things.filter((thing) => thing.role === role && thing.name);
    const buttons = of('push button');
    const fields = of('password text');
    const isMeeting = buttons.some(({ name }) => sames.includes(name));
    return {
      kind: fields.length > 0 ? 'pin' : isMeeting ? 'meeting' : 'confirm',
      title: things[0].name,
      text: of('label').map(({ name }) => name).join('\n'),
      // Other pinentries set no colon of their own, so each label comes with one.
      label: (fields[0]?.name ?? '').replace(/:$/, ''),
      repeat: (fields[1]?.name ?? '').replace(/:$/, ''),
      fields,
      buttons,
    };
  }

  async #answerIt(window, { kind, text, fields, buttons }, answer) {
    const [verb, pin] = answer.split(' ');
    if (verb === 'cancel') return this.#x('xdotool', 'key', 'Escape');
    if (verb !== (kind === 'pin' ? 'pin' : 'ok')) throw new Error(`"${answer}" is no answer to: ${text}`);
    if (kind === 'pin') return this.#typePins(...fields.map(() => pin));
    const agree = buttons.at(-1);
    return this.#x('xdotool', 'mousemove', '--window', window, String(agree.x), String(agree.y), 'click', '1');
  }

  /** Enter leads from the first of two fields to the second. */
  async #typePins(...pins) {
    for (const pin of pins) await this.#x('xdotool', 'type', '--terminator', 'end', pin, 'end', 'key', 'Return');
  }

  async stop() {
    this.#isLeaving = true;
    await this.#user;
    await super.stop();
    if (this.#trouble) throw this.#trouble;
  }
}
