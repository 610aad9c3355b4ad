// What every page has to be, whatever it shows: one heading, a title of its own, words that can be read, no sideways scrolling.
import assert from 'node:assert/strict';

/** What is wrong with the page that is shown; empty when nothing is. */
export async function faultsOf(page) {
  return page.evaluate(async () => {
    // A colour on its way to another is neither of the two.
    await Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished));
    const faults = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
      const wide = [...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > clientWidth + 0.5);
      const names = wide.map((each) => `${each.tagName.toLowerCase()}.${each.className} "${each.textContent.trim().slice(0, 20)}"`);
      faults.push(`scrolls sideways: ${scrollWidth} > ${clientWidth}: ${names.slice(-8).join(', ')}`);
    }
    const headings = [...document.querySelectorAll('h1')].map((h1) => h1.textContent.trim());
    if (headings.length !== 1) faults.push(`h1: ${JSON.stringify(headings)}`);
    if (!document.title.startsWith(`${headings[0]} - `)) faults.push(`title: ${document.title}`);

    const channels = (color) => {
      const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
      return { r, g, b, a };
    };
    const luminance = ({ r, g, b }) => {
      const [x, y, z] = [r, g, b].map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    /** The nearest ground that is painted; nothing where that is a picture or a gradient. */
    const groundOf = (element) => {
      for (let each = element; each; each = each.parentElement) {
        const { backgroundColor, backgroundImage } = getComputedStyle(each);
        if (backgroundImage !== 'none') return undefined;
        const color = channels(backgroundColor);
        if (color.a === 1) return color;
        if (color.a > 0) return undefined;
      }
      return { r: 255, g: 255, b: 255, a: 1 };
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.trim();
      if (!text || !element.getClientRects().length || element.closest('noscript, svg, .visually-hidden, .skip, :disabled, [aria-hidden="true"]')) continue;
      const style = getComputedStyle(element);
      const ground = groundOf(element);
      const ink = channels(style.color);
      if (!ground || ink.a < 1) continue;
      const [light, dark] = [luminance(ground), luminance(ink)].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (isLarge ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 30)} (${element.className})`);
    }
    return faults;
  });
}

/** What is shown is as every page has to be, on a narrow screen and on a wide one, of which there is a picture then. */
export async function appears(user, name) {
  for (const width of [390, 1280]) {
    await user.page.setViewport({ width, height: 860 });
    assert.deepEqual(await faultsOf(user.page), [], `${name}, ${width} wide`);
  }
  await user.picture(name);
}
