// What every page owes everybody: access, room, paper, valid HTML.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

import { HtmlValidate } from 'html-validate';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const markup = new HtmlValidate({
  extends: ['html-validate:standard'],
  rules: {
    // Matters of writing style in a document that a program wrote; the parser sees no difference.
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'doctype-style': 'off',
    'no-inline-style': 'error',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
  },
});

/** axe-core finds nothing, in the light and in the dark. */
export async function accessible(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(
      (values) => window.axe.run(document, { runOnly: { type: 'tag', values }, preload: false }),
      STANDARDS,
    );
    const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]) }));
    assert.deepEqual(found, [], `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Colours on their way to others are neither; what the page looks like is where they end. */
const settled = (page) =>
  page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    for (const animation of document.getAnimations()) animation.finish();
  });

/** Nothing is cut off at 320 px (which is 400 % of 1,280) nor at 640 (200 %). */
export async function roomy(page, what) {
  const before = page.viewportSize();
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 800 });
    const [content, window] = await page.evaluate(() => {
      const root = document.scrollingElement;
      return [root.scrollWidth, root.clientWidth];
    });
    assert.ok(content <= window, `${what} is ${content} px wide in a window of ${width}`);
  }
  await page.setViewportSize(before);
}

/** What stands on paper, without white space. The page must also print as a PDF. */
export async function printed(page) {
  await page.emulateMedia({ media: 'print' });
  const text = (await page.locator('body').innerText()).replace(/\s/g, '');
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  await page.emulateMedia({ media: null });
  return text;
}

/** The HTML as it was served is valid. Leptos marks places with `<!>`, which is an empty comment to every browser. */
export async function valid(html, what) {
  const report = await markup.validateString(html.replaceAll('<!>', '<!---->'));
  const found = report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
  );
  assert.deepEqual(found, [], what);
}

/** The headers without which no answer leaves. */
export function guarded(headers, what) {
  const get = (name) => (headers.get ? headers.get(name) : headers[name]) ?? '';
  assert.match(get('content-security-policy'), /default-src 'none'/, what);
  assert.match(get('content-security-policy'), /frame-ancestors 'none'|sandbox/, what);
  assert.doesNotMatch(get('content-security-policy'), /unsafe-inline|'unsafe-eval'/, what);
  assert.equal(get('x-content-type-options'), 'nosniff', what);
  assert.equal(get('referrer-policy'), 'no-referrer', what);
  assert.equal(get('cross-origin-opener-policy'), 'same-origin', what);
  assert.equal(get('cross-origin-resource-policy'), 'same-origin', what);
  assert.match(get('permissions-policy'), /camera=\(\)/, what);
  assert.notEqual(get('cache-control'), '', what);
}
