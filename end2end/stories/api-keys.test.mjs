// API keys from the pages, with scripts and without; and what the audit and the overview say of it all.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, text, visit } from '../support/browser.mjs';
import { accessible, printed, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

for (const javaScriptEnabled of [true, false]) {
  test(`a key is made, used and revoked, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const label = javaScriptEnabled ? 'CI <b>one</b>' : 'CI two';
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url('/api-keys'));
    await page.getByRole('link', { name: 'Make an API key' }).click();
    await awake(page);
    await page.getByLabel('Name').fill(label);
    await page.getByLabel(/Acme/).check();
    await page.getByLabel('support-agent').check();
    await page.getByRole('button', { name: 'Make an API key' }).click();
    await page.getByText('Copy the key now.').waitFor();
    await awake(page);
    const secret = (await page.locator('.secret code').innerText()).trim();
    assert.match(secret, /^helm_[A-Za-z0-9_-]{43}$/);
    assert.ok(!page.url().includes(secret));
    if (javaScriptEnabled) await accessible(page, 'a new key');
    await roomy(page, 'a new key');
    await valid(await page.content(), 'a new key');
    const read = (tenant) =>
      fetch(portal.url(`/v1/tenants/${tenant}/receipts`), { headers: { authorization: `Bearer ${secret}` } });
    assert.equal((await read('acme')).status, 200);
    assert.equal((await read('globex')).status, 404);

    await page.getByRole('link', { name: 'I have kept it' }).click();
    await awake(page);
    assert.ok(!(await page.content()).includes(secret));
    const key = page.locator('.key', { hasText: label });
    await key.getByRole('button', { name: 'Revoke…' }).click();
    if (javaScriptEnabled) await accessible(page, 'the question');
    await key.getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByText('The key is refused from the next request on.').waitFor();
    assert.equal((await read('acme')).status, 401);

    await open(page, portal.url('/audit?kind=keys'));
    const told = await text(page, 'main');
    assert.ok(told.includes(`made the API key ${label}`), told);
    assert.ok(told.includes(`revoked the API key ${label}`), told);
    assert.ok(!(await page.content()).includes(secret));
    quiet(page);
  });
}

test('the question before a key is revoked is asked and left by keyboard', async () => {
  const page = await visit(browser);
  await open(page, portal.url('/api-keys'));
  const revoke = page.getByRole('button', { name: 'Revoke…' }).first();
  await revoke.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal(await revoke.evaluate((button) => button === document.activeElement), true);
  quiet(page);
});

test('the audit is filtered without a script, and taken along as a table', async () => {
  const page = await visit(browser, { javaScriptEnabled: false });
  await open(page, portal.url('/audit'));
  await page.getByLabel('Kind').selectOption('keys');
  await page.getByRole('button', { name: 'Show' }).click();
  assert.match(page.url(), /kind=keys/);
  const href = await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href');
  const table = await (await portal.look(href)).text();
  assert.match(table, /^time,id,person,person_id,change,about,detail\r\n/);
  assert.match(table, /"key_created"/);
  assert.doesNotMatch(table, /"signed_in"/);
});

for (const path of ['/', '/api-keys', '/new/api-key', '/audit', '/audit?kind=keys', '/audit?kind=links']) {
  test(`${path} is for everybody`, async () => {
    const page = await visit(browser);
    const response = await open(page, portal.url(path));
    assert.equal(response.status(), 200);
    await valid(await response.text(), path);
    await accessible(page, path);
    await roomy(page, path);
    await printed(page);
    quiet(page);
  });
}
