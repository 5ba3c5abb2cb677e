// A stranger opens the pack with what every computer has: the summary to print, the recipe, the receipts themselves.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';

import { launch, quiet, visit } from '../support/browser.mjs';
import { files } from '../support/evidence.mjs';
import { accessible, printed, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

let browser;
let portal;
let inside;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  inside = files(await portal.pack('acme'));
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

test('the summary is a page for everybody, prints its hashes whole, and runs nothing', async () => {
  const html = inside['summary.html'].toString('utf8');
  await valid(html, 'summary.html');
  const path = join(portal.data, 'summary.html');
  await writeFile(path, html);
  const page = await visit(browser);
  await page.goto(pathToFileURL(path).href);
  assert.equal(await page.locator('script, iframe, object, embed, img').count(), 0);
  await accessible(page, 'summary.html');
  await roomy(page, 'summary.html');
  const paper = await printed(page);
  assert.ok(paper.includes(portal.card.fingerprint), 'the fingerprint');
  assert.deepEqual(page.requests.filter((url) => !/^(file|data):/.test(url)), []);
  quiet(page);
});

test('the manifest names every file with its digest', () => {
  const manifest = inside['manifest.json'].toString('utf8');
  const listed = Object.keys(inside).filter((name) => !/^manifest\./.test(name));
  assert.ok(listed.length > 5);
  for (const name of listed) {
    assert.ok(manifest.includes(JSON.stringify(name)), name);
    assert.ok(manifest.includes(createHash('sha256').update(inside[name]).digest('hex')), name);
  }
});

test('the log’s receipts are the ones that the portal shows one by one', async () => {
  const lines = inside['receipts.jsonl'].toString('utf8').trimEnd().split('\n');
  assert.equal(lines.length, await portal.size('acme'));
  for (const seq of [0, 1, lines.length - 1]) {
    const shown = await (await portal.read(`/v1/tenants/acme/receipts/${seq}`)).text();
    assert.equal(shown, lines[seq]);
  }
});

test('the recipe says how to check it without this portal', () => {
  const recipe = inside['README.txt'].toString('utf8');
  for (const word of ['evidence verify', 'openssl', 'sha256sum']) assert.ok(recipe.includes(word), word);
});
