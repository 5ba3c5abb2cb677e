// A stranger opens the pack with what every computer has: the summary to print, the recipe, the receipts themselves.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
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

test('the summary is a page for everybody, prints, and runs nothing', async () => {
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
  assert.match(paper, /Receipts#0to#\d+ofalogof\d+receipts/);
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

const openssl = spawnSync('openssl', ['version']).status === 0;

test('the recipe with openssl alone works as it is written', { skip: !openssl && 'there is no openssl' }, async () => {
  const recipe = inside['README.txt'].toString('utf8');
  const folder = join(portal.data, 'unpacked');
  await mkdir(folder);
  const keep = (name, bytes) => writeFile(join(folder, name), bytes);
  const [{ public_key: key }] = JSON.parse(inside['trust.json']).keys;
  const [{ sig }] = JSON.parse(inside['manifest.dsse']).signatures;
  await keep('key.raw', Buffer.from(key, 'base64'));
  await keep('sig.raw', Buffer.from(sig, 'base64'));
  await keep('manifest.json', inside['manifest.json']);
  const pem = recipe.match(/a PEM of the key: +([^]*?key\.pem)/)[1];
  const check = recipe.match(/base64 -d > sig\.raw;\s+([^]*?sig\.raw)\n/)[1];
  const shell = (commands) => spawnSync('bash', ['-c', commands], { cwd: folder, encoding: 'utf8' });
  assert.equal(shell(pem).status, 0);
  assert.match(shell(check).stdout, /Signature Verified Successfully/);
  assert.ok(shell('sha256sum key.raw').stdout.startsWith(portal.card.fingerprint));
  await keep('manifest.json', inside['manifest.json'].toString().replace('acme', 'acne'));
  assert.notEqual(shell(check).status, 0);
});
