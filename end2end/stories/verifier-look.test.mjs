// The sealed page in every state: for everybody, in light and dark, at 320 px, on paper, by keyboard.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch, quiet, tabTo, text } from '../support/browser.mjs';
import { packOf, packs } from '../support/evidence.mjs';
import { verifier } from '../support/house.mjs';
import { accessible, printed, roomy, valid } from '../support/look.mjs';
import { answer, check, file, openSealed } from '../support/sealed.mjs';

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const named = (name) => packs().find((vector) => vector.name === name);
const GOOD = named('pack-ok-wrong-tenant');

const states = {
  verified: 'pack-ok-wrong-tenant',
  signer_not_confirmed: 'pack-no-key-named',
  incomplete: 'pack-no-checkpoint',
  does_not_verify: 'pack-lie-two-outcomes',
  could_not_check: 'pack-no-manifest',
};

for (const [state, name] of Object.entries(states)) {
  test(`${state} is for everybody`, async () => {
    const page = await openSealed(browser);
    const vector = named(name);
    const seen = await check(page, await packOf(vector), { key: vector.key });
    assert.equal(seen.state, state);
    await page.locator('#result:focus').waitFor();
    await accessible(page, state);
    await roomy(page, state);
    quiet(page);
  });
}

test('the page before anything was checked is for everybody, and valid', async () => {
  const page = await openSealed(browser);
  assert.equal((await answer(page)).state, 'not_checked');
  await accessible(page, 'not checked');
  await roomy(page, 'not checked');
  const html = await readFile(verifier.path, 'utf8');
  // What stands inside these two is not HTML.
  await valid(html.replace(/(<(script|style)[^>]*>)[^]*?(<\/\2>)/g, '$1$3'), 'verifier.html');
  quiet(page);
});

test('every kind of receipt, opened, is for everybody', async () => {
  const page = await openSealed(browser);
  const kinds = new Set();
  for (const name of ['pack-ok-wrong-tenant', 'pack-ok-approved', 'pack-ok-noticed', 'pack-ok-frozen', 'pack-ok-rotated']) {
    const vector = named(name);
    await check(page, await packOf(vector), { key: vector.key, name: `${name}.evidencepack` });
    for (const row of await page.locator('.list tbody tr').all()) {
      const kind = await row.locator('.verdict').innerText();
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      await row.getByRole('button').click();
      await page.locator('#open-title:focus').waitFor();
      await accessible(page, `${name}: ${kind}`);
      await roomy(page, `${name}: ${kind}`);
      await page.getByRole('button', { name: 'Back to the list' }).click();
    }
  }
  for (const kind of ['ALLOW', 'DENY', 'ESCALATE', 'COMMITTED', 'activation', 'approval', 'key', 'notice', 'standing']) {
    assert.ok(kinds.has(kind), `${kind} is not among ${[...kinds]}`);
  }
  quiet(page);
});

test('on paper the result names everything whole', async () => {
  const page = await openSealed(browser);
  const bytes = await packOf(GOOD);
  await check(page, bytes, { key: GOOD.key });
  const paper = await printed(page);
  assert.ok(paper.includes('Verified'));
  assert.ok(paper.includes(GOOD.key), 'the fingerprint');
  assert.ok(paper.includes(createHash('sha256').update(bytes).digest('hex')), 'the hash of the pack');
  assert.match(paper, /verifier\.html,version\d/);
  for (const part of ['assumed', 'notchecked', 'verdictsre-derived']) assert.ok(paper.toLowerCase().includes(part), part);
});

test('by keyboard alone', async () => {
  const page = await openSealed(browser);
  await tabTo(page, '#pack');
  const choosing = page.waitForEvent('filechooser');
  // The browser is told to hand the chooser over before it is asked this, and so before the key is pressed.
  assert.equal(await page.evaluate(() => document.activeElement.id), 'pack');
  await page.keyboard.press('Enter');
  await (await choosing).setFiles(file('pack.evidencepack', await packOf(GOOD)));
  await page.locator('#result:focus').waitFor();
  assert.equal(await text(page, '#result'), 'Intact, signer not confirmed');
  await page.locator('h1').click();
  await tabTo(page, '#fingerprint');
  await page.keyboard.type(GOOD.key);
  await page.keyboard.press('Enter');
  await page.locator('#result:focus', { hasText: 'Verified' }).waitFor();
  await tabTo(page, '.list tbody button');
  const row = await page.evaluate(() => document.activeElement.id);
  await page.keyboard.press('Enter');
  await page.locator('#open-title:focus').waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).focus();
  await page.keyboard.press('Enter');
  await page.locator(`#${row}:focus`).waitFor();
  quiet(page);
});

test('without scripts the page says so, and what to do', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(verifier.address);
  assert.match(await text(page), /needs JavaScript[^]*evidence verify FILE\.evidencepack --key FINGERPRINT/);
  assert.match(await text(page), /Not checked/);
});
