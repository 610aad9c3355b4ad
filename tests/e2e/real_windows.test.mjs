// A new user's way with the real windows of PIN and consent: buys for two, issues on two, renews, changes, reissues, locks, unlocks,
// logs in, changes the PIN. Windows are read as they stand on the screen, and answered with keyboard and mouse.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers } from './support/browsers.mjs';
import { byTest, firstUse, logInToTrading, PortalUser } from './support/portal_user.mjs';
import { StackWithWindows } from './support/real_windows.mjs';

const [firstPin, changedPin, unlockedPin] = ['830412', '947305', '615208'];
const onToken = (serial) => `[data-serial="${serial}"]`;

describe('chromium, with real windows: a new user', () => {
  let stack;
  let browser;
  let user;
  let pin = firstPin;
  let isStuck = false;

  before(async () => {
    stack = await StackWithWindows.start({ site: ['--renewal-days', '500'] });
    for (const serial of ['FIRST', 'SECOND', 'THIRD']) await stack.blank(serial);
    browser = await browsers.chromium(['--accept-lang=zh-CN']);
    user = await PortalUser.open(stack, browser, 'real-windows', '13600000001');
    // Who reads and types takes longer than a script.
    user.page.setDefaultTimeout(60_000);
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  /** Goes on where the one before ended: not at all, if that is not where it should be. */
  const step = (name, walk) => test(name, async (t) => {
    if (isStuck) return t.skip('a step before it failed');
    isStuck = true;
    await walk();
    isStuck = false;
    return undefined;
  });

  /** What every window has to say, whatever it asks. */
  function namesWhatItIsAbout({ title, text }, site, serial) {
    assert.equal(title, 'Ukey 助手');
    for (const fact of [site, serial]) assert.ok(text.includes(fact), `${fact} in ${text}`);
  }

  async function logsIn(serial, withPin, name) {
    const windows = await stack.during(async () => assert.equal(await logInToTrading(stack, browser, onToken(serial), withPin), name));
    assert.deepEqual(windows.map(({ kind, label, repeat }) => [kind, label, repeat]), [['pin', '密码', '']]);
    namesWhatItIsAbout(windows[0], stack.site, serial);
    if (name !== 'revoked') assert.match(windows[0].text, new RegExp(`证书\\n${name}\\n`));
  }

  /** From the step of the code on. */
  async function issues(serial, answers) {
    const code = await user.codeFromOutbox();
    const windows = await stack.during(async () => {
      await stack.answer(...answers);
      await user.enterCode(code);
      await user.seeIssued(serial);
    });
    assert.deepEqual(await stack.answersLeft(), []);
    for (const window of windows) namesWhatItIsAbout(window, stack.portal, serial);
    return windows;
  }

  function asksForAnOwnPin({ text, label, repeat }) {
    assert.match(text, /仍为出厂初始密码 111111，请设置您自己的密码/);
    assert.match(text, /新密码须为 \d+ 至 \d+ 位/);
    assert.deepEqual([label, repeat], ['新密码', '确认新密码']);
  }

  step('buys for two and issues on two that have the initial PIN', async () => {
    await user.register('张三');
    await user.buy({ quantity: 2 });
    await user.startWizard();

    await user.chooseToken('FIRST');
    const [own, consent, ...more] = await issues('FIRST', firstUse(pin));
    asksForAnOwnPin(own);
    assert.equal(consent.kind, 'confirm');
    assert.deepEqual(more, []);

    await user.click('next-token');
    await user.chooseToken('SECOND');
    const [weak, again, ...last] = await issues('SECOND', ['pin 123456', ...firstUse(pin)]);
    asksForAnOwnPin(weak);
    asksForAnOwnPin(again);
    assert.match(again.text, /新密码不能是连续的数字或字母/);
    assert.deepEqual(last.map(({ kind }) => kind), ['confirm']);
  });

  step('page and window of the first meeting showed the same code', async () => {
    const [meeting, ...more] = await stack.meetings();
    assert.deepEqual(more, []);
    const [code] = /\d{3} \d{3}/.exec(meeting.text);
    assert.ok(meeting.text.includes(stack.portal));
    assert.ok(user.context.questions[0].includes(code), `${user.context.questions[0]} has not ${code}`);
  });

  step('renews', async () => {
    await user.orderService('renew', 'FIRST');
    await user.startWizard();
    await user.click('keys-new');
    await user.click('choose-token');
    const windows = await issues('FIRST', [`pin ${pin}`, 'ok']);
    assert.deepEqual(windows.map(({ kind, repeat }) => [kind, repeat]), [['pin', ''], ['confirm', '']]);
  });

  step('changes the name', async () => {
    const order = await user.orderService('change', 'FIRST', '张三丰');
    await user.go('clerk');
    await user.click('application', `[data-id="order-${order}"] ${byTest('approve')}`);
    await user.see('clerk-empty');
    await user.go('orders');
    await user.startWizard();
    await user.click('keys-keep');
    await user.click('choose-token');
    const windows = await issues('FIRST', [`pin ${pin}`, 'ok', 'ok']);
    const [, consent, otherHolder] = windows;
    assert.match(consent.text, /证书变更/);
    assert.match(otherHolder.text, /原持有人\n张三\n新持有人\n张三丰/);
    await user.page.waitForFunction((id) => document.querySelector(id).textContent === '张三丰', {}, byTest('account-name'));
  });

  step('reissues onto a third, which has the initial PIN', async () => {
    await user.orderService('reissue', 'SECOND');
    await user.startWizard();
    await user.chooseToken('THIRD');
    asksForAnOwnPin((await issues('THIRD', firstUse(pin)))[0]);
    await logsIn('THIRD', pin, '张三丰');
    await logsIn('SECOND', pin, 'revoked');
  });

  step('locks it with wrong PINs', async () => {
    // The pages of both sites have the same parts.
    const bidder = await PortalUser.open({ ...stack, portal: stack.site }, browser, 'real-windows', '');
    await bidder.click('certificate', onToken('FIRST'));
    let windows = await stack.during(async () => {
      for (const left of [5, 4, 3, 2, 1]) {
        await stack.answer('pin 000000');
        await bidder.click('login');
        await bidder.see('tries-left', `[data-count="${left}"]`);
      }
      await bidder.click('login');
      await bidder.see('failure', '[data-code="rate-limited"]');
      await bidder.picture('last-try');
      await bidder.close();
    });
    const triesLeft = windows.map(({ text }) => Number(/剩余尝试次数\n(\d+)/.exec(text)?.[1]));
    assert.deepEqual(triesLeft, [6, 5, 4, 3, 2]);
    assert.match(windows.at(-1).text, /密码曾输错，请仔细核对/);
    // A page gets no window for the last try.
    windows = await stack.during(() => stack.wasteLastTry('FIRST'));
    assert.deepEqual(windows.map(({ kind }) => kind), ['confirm', 'pin', 'pin']);
  });

  step('unlocks it', async () => {
    await user.haveUnlockApproved('FIRST');
    const windows = await stack.during(async () => {
      await stack.answer(`pin ${unlockedPin}`);
      await user.click('start-unlock');
      await user.see('unlocked');
    });
    assert.deepEqual(windows.map(({ label, repeat }) => [label, repeat]), [['新密码', '确认新密码']]);
    namesWhatItIsAbout(windows[0], stack.portal, 'FIRST');
    pin = unlockedPin;
  });

  step('logs in', () => logsIn('FIRST', pin, '张三丰'));

  step('changes the PIN, and logs in with the new one', async () => {
    await user.go('certificates');
    const windows = await stack.during(async () => {
      await stack.answer(`pin ${pin}`, `mistyped ${changedPin} ${pin}`, `pin ${changedPin}`);
      await user.click('certificate', `${onToken('FIRST')}[data-state="active"] ${byTest('change-pin')}`);
      await user.see('pin-changed');
    });
    assert.deepEqual(windows.map(({ label, repeat }) => [label, repeat]), [['原密码', ''], ['新密码', '确认新密码'], ['新密码', '确认新密码']]);
    assert.match(windows[2].text, /两次输入的新密码不一致/);
    for (const window of windows) {
      namesWhatItIsAbout(window, stack.portal, 'FIRST');
      assert.match(window.text, /证书\n张三丰\n/);
    }
    assert.equal(await logInToTrading(stack, browser, onToken('FIRST'), changedPin), '张三丰');
  });
});
