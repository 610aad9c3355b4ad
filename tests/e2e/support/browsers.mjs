// Debian's Chromium and Firefox, headless, each with a fresh profile.
import puppeteer from 'puppeteer-core';

/** Answers what pages ask by `confirm`, as `context.answer` says: where a site meets the bridge, that the code is the same. */
function answering(context) {
  context.answer = true;
  context.questions = [];
  const newPage = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await newPage();
    page.on('dialog', (dialog) => {
      context.questions.push(dialog.message());
      return context.answer ? dialog.accept() : dialog.dismiss();
    });
    return page;
  };
  return context;
}

async function launch(options) {
  const browser = await puppeteer.launch(options);
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
