// Debian's Chromium and Firefox, headless, each with a fresh profile.
import puppeteer from 'puppeteer-core';

/** In the page: says yes or no in the question of a first meeting as soon as it is there. */
function answerMeetings() {
  new MutationObserver(async () => {
    const dialog = document.querySelector('dialog.ukey-bridge-meeting:not([data-seen])');
    if (!dialog) return;
    dialog.dataset.seen = '';
    const isSame = await globalThis.askTheTest(dialog.textContent);
    dialog.querySelector(`button[value="${isSame ? 'same' : 'different'}"]`).click();
  }).observe(document, { childList: true, subtree: true });
}

/**
 * Answers where a site meets the bridge, as `context.answer` says: that the code is the same. Where that is undefined when a page is
 * opened, its test does.
 */
function answering(context) {
  context.answer = true;
  context.questions = [];
  const newPage = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await newPage();
    if (context.answer === undefined) return page;
    await page.exposeFunction('askTheTest', (text) => {
      context.questions.push(text);
      return context.answer;
    });
    await page.evaluateOnNewDocument(answerMeetings);
    return page;
  };
  return context;
}

/** A wait for an element has a limit of its own, which may be longer than that of a call to the browser: a gigabyte takes minutes. */
const protocolTimeout = 30 * 60_000;

/** The first start on a machine that has just built everything reads hundreds of megabytes from its disk. */
const timeout = 3 * 60_000;

async function launch(options) {
  const browser = await puppeteer.launch({ protocolTimeout, timeout, ...options });
  const createContext = browser.createBrowserContext.bind(browser);
  browser.createBrowserContext = async () => answering(await createContext());
  return browser;
}

export const browsers = {
  chromium: (more = []) => launch({
    browser: 'chrome',
    executablePath: '/usr/bin/chromium',
    headless: true,
    defaultViewport: { width: 1280, height: 860 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--lang=zh-CN', ...more],
  }),
  firefox: () => launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    defaultViewport: { width: 1280, height: 860 },
    extraPrefsFirefox: { 'intl.accept_languages': 'zh-CN,en' },
  }),
};
