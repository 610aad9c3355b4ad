// What a user does on the portal and on the trading site, in a browser.
import assert from 'node:assert/strict';
import { pictureFile } from './pictures.mjs';

export const byTest = (id) => `[data-testid="${id}"]`;
/** Answers to the dialogs of a first issuance: the user's own PIN, for the maker's is known, and the consent. */
export const firstUse = (pin) => [`pin ${pin}`, 'ok'];
const patience = 20000;

/** With what the page says, when it does not come. */
async function orWhatIsShown(page, what, attempt) {
  return attempt.catch(async (error) => {
    const shown = await page.$eval('main', (element) => element.innerText);
    throw new Error(`${what} was waited for in vain; the page says: ${shown}`, { cause: error });
  });
}

const wait = (page, selector) => orWhatIsShown(page, selector, page.waitForSelector(selector));

/** A click once the thing stands still: what comes and goes above it may move it while the mouse is on its way. */
const press = (page, selector) => orWhatIsShown(page, selector, page.locator(selector).setTimeout(patience).click());

export class PortalUser {
  #stack;
  #browserName;

  static async open(stack, browser, browserName, phone, language = 'zh-CN') {
    const user = new PortalUser();
    user.#stack = stack;
    user.#browserName = browserName;
    user.phone = phone;
    user.context = await browser.createBrowserContext();
    user.page = await user.context.newPage();
    user.page.setDefaultTimeout(patience);
    await user.page.goto(`${stack.portal}/`);
    await user.click(`language-${language}`);
    return user;
  }

  close() { return this.context.close(); }

  picture(name) {
    return this.page.screenshot({ path: pictureFile(this.#browserName, name), fullPage: true });
  }

  click(id, suffix = '') { return press(this.page, `${byTest(id)}${suffix}`); }

  /** From a locked Ukey among the certificates to the page where its new PIN can be set: asked for, proven, approved. */
  async haveUnlockApproved(serial) {
    const openUnlock = async () => {
      await this.go('certificates');
      await this.click('certificate', `[data-serial="${serial}"] ${byTest('unlock')}`);
    };
    await openUnlock();
    await this.picture('portal-unlock');
    await this.click('ask-unlock');
    await this.type('unlock-code', await this.codeFromOutbox());
    await this.click('verify-unlock');
    await this.see('unlock-in-review');
    await this.go('clerk');
    await this.picture('portal-clerk-unlock');
    await this.click('approve');
    await this.see('clerk-empty');
    await openUnlock();
    await this.see('start-unlock', ':not([disabled])');
    await this.picture('portal-unlock-approved');
  }

  /** Waits for an element; `suffix` narrows the selector, e.g. `[data-serial="X"]`. */
  see(id, suffix = '') { return wait(this.page, `${byTest(id)}${suffix}`); }

  gone(id) { return orWhatIsShown(this.page, `the end of ${id}`, this.page.waitForSelector(byTest(id), { hidden: true })); }

  async text(id, suffix = '') { return (await this.see(id, suffix)).evaluate((element) => element.textContent); }

  /** Waits until an element says so. */
  seeText(id, pattern) {
    const says = (selector, source) => new RegExp(source, 'u').test(document.querySelector(selector)?.textContent ?? '');
    return orWhatIsShown(this.page, `${pattern} in ${id}`, this.page.waitForFunction(says, {}, byTest(id), pattern.source));
  }

  async type(id, value) {
    const field = await this.see(id);
    await field.evaluate((element) => element.select());
    await field.type(value);
  }

  /** By a link in the page. */
  go(section) { return this.click(`nav-${section}`); }

  /** The digits of the newest message, as the page of messages shows them. */
  async codeFromOutbox() {
    const outbox = await this.context.newPage();
    outbox.setDefaultTimeout(patience);
    await outbox.goto(`${this.#stack.portal}/outbox`);
    const message = await outbox.waitForSelector(`${byTest('message')}[data-phone="${this.phone}"] .message-code`);
    const code = await message.evaluate((element) => element.textContent);
    await outbox.close();
    return code;
  }

  async register(name, kind = 'person') {
    await this.click('mode-register');
    await this.click(`kind-${kind}`);
    await this.type('name', name);
    await this.type('identity-number', '330106199001011234');
    await this.type('phone', this.phone);
    await this.click('send-code');
    await this.see('code-sent');
    await this.type('code', await this.codeFromOutbox());
    await this.picture('portal-register');
    await this.click('submit');
    await this.see('account-name');
  }

  /** Places an order for so many tokens and pays; the number of the order. */
  async buy({ quantity = 1, algorithm = 'sm2' } = {}) {
    await this.go('apply');
    await this.click(`algorithm-${algorithm}`);
    for (let i = 1; i < quantity; i++) await this.click('quantity-more');
    await this.picture('portal-apply');
    await this.click('place-order');
    return this.pay();
  }

  /** Passes the identity check of the order that is shown where that is asked for, and pays; the order's number. */
  async pay() {
    await this.see('order-page', '[data-state="unpaid"]');
    await this.picture('portal-order');
    await wait(this.page, `${byTest('identify')}, ${byTest('pay')}`);
    if (await this.page.$(byTest('identify'))) await this.click('identify');
    await this.click('pay');
    await wait(this.page, `${byTest('waits-for-clerk')}, ${byTest('start-issue')}`);
    return Number(/\/orders\/(\d+)/.exec(this.page.url())[1]);
  }

  async startWizard() {
    await this.click('start-issue');
    await this.chooseOrGoOn();
  }

  chooseOrGoOn() { return wait(this.page, `${byTest('choose-token')}, ${byTest('recovery')}`); }

  /** Renewal, change or reissue of the certificate in force on a token, as far as the order's page. */
  async orderService(kind, serial, newName) {
    await this.go('certificates');
    await this.click('certificate', `[data-serial="${serial}"][data-state="active"] ${byTest(kind)}`);
    if (newName) await this.type('new-name', newName);
    await this.click('understood');
    await this.picture(`portal-${kind}`);
    await this.click('place-order');
    return this.pay();
  }

  /** Chooses a token; the page is on the step of the code then. */
  async chooseToken(serial) {
    await this.click('token', `[data-serial="${serial}"]`);
    await this.click('choose-token');
    assert.equal(await this.text('chosen-serial'), serial, 'the serial was read by the token');
  }

  /** A token of a PKCS#11 module by its label; its serial number. */
  async chooseLabelled(label) {
    await this.click('token', `[data-label="${label}"]`);
    const serial = await (await this.see('token', `[data-label="${label}"]`)).evaluate((element) => element.dataset.serial);
    await this.click('choose-token');
    return serial;
  }

  /**
   * Stops the next POST to an address that ends so: it is held until it is let go on, or the page is gone.
   * @returns `reached`, which resolves with the request when the page has sent it, and `release` and `fail`.
   */
  async hold(ending) {
    await this.page.setRequestInterception(true);
    let held;
    let tell;
    const reached = new Promise((resolve) => { tell = resolve; });
    const listener = (request) => {
      const isIt = !held && request.method() === 'POST' && request.url().endsWith(ending);
      if (!isIt) return void request.continue();
      held = request;
      tell(request);
    };
    this.page.on('request', listener);
    const end = async (settle) => {
      await settle?.();
      this.page.off('request', listener);
      await this.page.setRequestInterception(false);
    };
    return { reached, release: () => end(() => held.continue()), fail: () => end(() => held.abort()), forget: () => end() };
  }

  async enterCode(code) {
    await this.type('authorisation-code', code);
    await this.click('start');
  }

  /** The wizard's last page for the token. */
  async seeIssued(serial) {
    const issued = `${byTest('issuance')}[data-kind="done"][data-serial="${serial}"]`;
    const failed = `${byTest('issuance')}[data-kind="failed"]`;
    const found = await wait(this.page, `${issued}, ${failed}`);
    const kind = await found.evaluate((element) => element.dataset.kind);
    assert.equal(kind, 'done', await this.page.$eval(byTest('issuance'), (element) => element.innerText));
  }

  /** Registers, buys for one token and issues on it, with a PIN of the user's own in place of the maker's. */
  async becomeHolder(name, serial, pin) {
    await this.#stack.blank(serial);
    await this.register(name);
    await this.buy();
    const code = await this.codeFromOutbox();
    await this.startWizard();
    await this.chooseToken(serial);
    await this.#stack.answer(...firstUse(pin));
    await this.enterCode(code);
    await this.seeIssued(serial);
  }

  async codeOfFailure() {
    return (await this.see('failure')).evaluate((element) => element.dataset.code);
  }
}

/** Logs in to the trading site with the token's certificate; the code of the refusal, or the name that it shows. */
export async function logInToTrading(stack, browser, cardSelector, pin) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(`${stack.site}/`);
    await press(page, `${byTest('certificate')}${cardSelector}`);
    await stack.answer(`pin ${pin}`);
    await press(page, byTest('login'));
    const end = await wait(page, `${byTest('parcels')}, ${byTest('failure')}`);
    const code = await end.evaluate((element) => element.dataset.code);
    return code ?? (await page.$eval(byTest('user-name'), (element) => element.textContent));
  } finally {
    await context.close();
  }
}
