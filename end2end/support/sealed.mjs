// The sealed verifier page.

import { verifier } from './house.mjs';
import { visit } from './browser.mjs';

/** The page from disk, ready. */
export async function openSealed(browser, options = {}, address = verifier.address) {
  const page = await visit(browser, options);
  await page.goto(address);
  await page.locator('#pack').waitFor();
  return page;
}

/** Checks these bytes and gives the answer as the page's attributes have it. The name tells one answer from the next. */
export async function check(page, bytes, { key, since, name = 'brought.evidencepack' } = {}) {
  await page.locator('#fingerprint').fill(key ?? '');
  if (since) {
    await page.locator('#kept').setInputFiles(file('kept.checkpoint', Buffer.from(since)));
    await page.locator('.chosen', { hasText: 'kept.checkpoint' }).waitFor();
  }
  await page.locator('#pack').setInputFiles(file(name, bytes));
  await page.locator('.particulars', { hasText: name }).waitFor();
  return answer(page);
}

/** The state, and how each of the twelve steps ended, in the words of the command. */
export const answer = (page) =>
  page.evaluate(() => {
    const snake = (text) => text.replaceAll('-', '_');
    const results = [...document.querySelectorAll('[data-step]')].map((row) => snake(row.dataset.result));
    return { state: snake(document.documentElement.dataset.state), results };
  });

export const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

/** What the command says, in the same form. */
export const answerOf = ({ state, steps }) => ({ state, results: steps.map(({ result }) => result.is) });

/** The number of the first step that failed or could not be checked. */
export function stoppedAt({ results }) {
  const place = results.findIndex((result) => result === 'failed' || result === 'could_not_check');
  return place < 0 ? null : place + 1;
}
