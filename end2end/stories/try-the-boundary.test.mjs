// A visitor tries the boundary: with scripts, without them, and by keyboard alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text as everything } from 'node:stream/consumers';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, tabTo, text, visit } from '../support/browser.mjs';
import { verify } from '../support/evidence.mjs';
import { Portal } from '../support/portal.mjs';
import { record } from '../support/records.mjs';

const SEND = 'Send through the boundary';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** Waits for the page that tells what became of a write. */
async function result(page) {
  await page.waitForURL(/\/try\/[a-z]+\/[^/]+$/);
  await awake(page);
}

/** The row of the record's table for one column: before, after and the word for the change. */
const changed = (page, column) =>
  page.locator('table.diff tbody tr', { has: page.locator('th', { hasText: column }) }).first().locator('td').allInnerTexts();

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`a write to another tenant’s record is refused, with reasons and a receipt, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    const theirs = await record(portal, 'contacts', 'c-2001');
    await open(page, portal.url('/'));
    await page.getByRole('link', { name: 'Try the boundary' }).first().click();
    await page.locator('#records').waitFor();
    await awake(page);
    assert.equal(await page.locator('#records').inputValue(), 'c-2001');
    await page.getByRole('button', { name: SEND }).click();
    await result(page);
    assert.equal(await text(page, '.answer'), 'DENY');
    assert.equal(await text(page, 'h1'), 'Refused: nothing was written');
    assert.match(await text(page, '.reasons'), /TENANT_ISOLATION/);
    assert.match(await text(page, 'article.record'), /another tenant, globex/);
    assert.match(await text(page, 'article.record'), /Unchanged: every column is the same after as before\./);
    assert.deepEqual(await record(portal, 'contacts', 'c-2001'), theirs);

    await page.getByRole('link', { name: /^Receipt #\d+$/ }).click();
    await page.waitForURL(/\/tenants\/acme\/receipts\/\d+$/);
    await awake(page);
    assert.match(await text(page, 'main'), /TENANT_ISOLATION/);
    assert.match(await text(page, 'main'), /Another tenant’s record/);
    assert.doesNotMatch(await text(page, 'main'), /globex|c-2001/i);
    quiet(page);
  });

  test(`an allowed update is written, and shown before and after, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    const owner = `ines of ${how}`;
    const before = await record(portal, 'contacts', 'c-1042');
    await open(page, portal.url('/try?sample=allowed_update'));
    await page.locator('input[name=column]').nth(1).fill('owner');
    await page.locator('input[name=value]').nth(1).fill(owner);
    await page.getByRole('button', { name: SEND }).click();
    await result(page);
    assert.equal(await text(page, '.answer'), 'ALLOW');
    assert.match(await text(page, 'section[aria-labelledby=outcome]'), /COMMITTED/);
    assert.deepEqual(await changed(page, 'owner'), [before.owner, owner, 'changed']);
    assert.equal((await changed(page, 'status'))[2], 'same');
    assert.doesNotMatch(await text(page, 'article.record'), /7946/, 'a sealed value is not shown');
    assert.equal(await page.getByRole('link', { name: /^Receipt #\d+$/ }).count(), 2);
    assert.equal((await record(portal, 'contacts', 'c-1042')).owner, owner);

    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the pack' }).click();
    const pack = await readFile(await (await saving).path());
    assert.equal((await verify(pack, { key: portal.card.fingerprint })).code, 0);
    quiet(page);
  });

  test(`sent twice by reloading, it is one write, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url('/try'));
    const form = await page.locator('form.compose').evaluate((form) => new URLSearchParams(new FormData(form)).toString());
    const { name, value } = await portal.signIn();
    const headers = {
      cookie: `${name}=${value}`, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin',
    };
    const send = () => fetch(portal.url('/try'), { method: 'POST', redirect: 'manual', body: form, headers });
    const size = await portal.size('acme');
    const [one, two] = [await send(), await send()];
    assert.equal(one.status, 303);
    assert.equal(one.headers.get('location'), two.headers.get('location'));
    assert.equal(await portal.size('acme'), size + 1);
  });

  test(`an empty form says what is missing, and keeps what was typed, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    const hostile = '</textarea><script>window.harmed = 1</script>';
    await open(page, portal.url('/try?sample=none'));
    await page.locator('#reason').fill(hostile);
    await page.getByRole('button', { name: SEND }).click();
    await page.locator('#error-summary').waitFor();
    await awake(page);
    assert.match(await page.title(), /^Not sent/);
    for (const link of await page.locator('#error-summary li a').all()) {
      assert.equal(await page.locator(await link.getAttribute('href')).count(), 1);
    }
    assert.equal(await page.locator('#reason').inputValue(), hostile);
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    quiet(page, 422);
  });
}

test('by keyboard alone', async () => {
  const page = await visit(browser);
  await open(page, portal.url('/try'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, '#records');
  assert.equal(await page.locator('#records').inputValue(), 'c-2001');
  await tabTo(page, 'form.compose button[type=submit]');
  await page.keyboard.press('Enter');
  await result(page);
  await tabTo(page, 'a[href^="/tenants/acme/receipts/"]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/tenants\/acme\/receipts\/\d+$/);
  await awake(page);
  assert.match(await text(page, 'main'), /TENANT_ISOLATION/);
  quiet(page);
});

test('the line for a terminal says the same again, and what is copied is what is shown', async () => {
  const page = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const answer = await portal.decide({ ...portal.card.samples.allowed_update, set: { notes: `it's "$HOME"` }, idempotency_key: 'line' });
  await open(page, portal.url(`/try/acme/${answer.id}`));
  const key = page.locator('.command', { hasText: 'evidence verify' });
  await key.getByRole('button', { name: 'Copy' }).click();
  await key.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, `evidence verify acme.evidencepack --key sha256:${portal.card.fingerprint}`);
  quiet(page);

  await open(page, portal.url('/try?sample=wrong_tenant'));
  await page.getByText('The same write from a terminal').click();
  const line = await text(page, 'details .command code');
  const shell = spawn('bash', ['-c', line], { env: { ...process.env, HELM_API_KEY: portal.card.api_key } });
  const said = JSON.parse(await everything(shell.stdout));
  assert.deepEqual([said.verdict, said.reasons[0].code], ['DENY', 'TENANT_ISOLATION']);
});

test('a form that another site sends is not a visitor’s', async () => {
  const size = await portal.size('acme');
  const answer = await fetch(portal.url('/try'), {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'tenant=acme',
  });
  assert.equal(answer.status, 403);
  assert.equal(await portal.size('acme'), size);
});
