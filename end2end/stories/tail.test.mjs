// A log that grows while one looks at it: every receipt once, also when the line or the server breaks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, text, visit } from '../support/browser.mjs';
import { accessible } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

const LOG = '/tenants/acme/receipts';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

const numbers = (page) =>
  page.locator('table.receipts tbody tr').evaluateAll((rows) => rows.map((row) => Number(row.dataset.seq)));

/** The rows from the newest down to `first` are there, each once. */
const arrived = async (page, first, size) => {
  await page.waitForFunction((last) => document.querySelector(`#receipt-${last}`), size - 1);
  const seen = await numbers(page);
  assert.deepEqual(seen.filter((seq) => seq >= first), [...Array(size - first).keys()].map((n) => size - 1 - n));
};

const write = (n = 1) =>
  Promise.all([...Array(n)].map(() => portal.decide(portal.card.samples.wrong_tenant)));

test('new receipts appear at the top, and are counted for whoever does not see them', async () => {
  const page = await visit(browser);
  await open(page, portal.url(LOG));
  await page.getByText('Live: new receipts appear at the top.').waitFor();
  const first = await portal.size('acme');
  await write(7);
  await arrived(page, first, await portal.size('acme'));
  await page.locator('[role=status]', { hasText: '7 new receipts' }).waitFor();
  await accessible(page, 'a log that grew');
  quiet(page);
});

test('a paused page stays as it is and then catches up', async () => {
  const page = await visit(browser);
  await open(page, portal.url(LOG));
  await page.getByText('Live: new receipts appear at the top.').waitFor();
  const first = await portal.size('acme');
  await page.getByRole('button', { name: 'Pause' }).click();
  await write(3);
  assert.equal((await numbers(page))[0], first - 1);
  await page.getByRole('button', { name: 'Resume' }).click();
  await arrived(page, first, await portal.size('acme'));
  quiet(page);
});

test('filters hold for what is new', async () => {
  const page = await visit(browser);
  await open(page, portal.url(`${LOG}?verdict=ALLOW`));
  await page.getByText('Live: new receipts appear at the top.').waitFor();
  const first = await portal.size('acme');
  await write(2);
  await portal.decide(portal.card.samples.allowed_update);
  await page.waitForFunction((seq) => document.querySelector(`#receipt-${seq}`), first + 2);
  assert.deepEqual((await numbers(page)).filter((seq) => seq >= first), [first + 2]);
  quiet(page);
});

test('a cut in the network costs nothing', async () => {
  const page = await visit(browser);
  await open(page, portal.url(LOG));
  await page.getByText('Live: new receipts appear at the top.').waitFor();
  const first = await portal.size('acme');
  const client = await page.context().newCDPSession(page);
  await write(2);
  await client.send('Network.enable');
  const conditions = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await client.send('Network.emulateNetworkConditions', { offline: true, ...conditions });
  await write(3);
  await client.send('Network.emulateNetworkConditions', { offline: false, ...conditions });
  await arrived(page, first, await portal.size('acme'));
});

test('a restart of the server costs nothing', async () => {
  const page = await visit(browser);
  await open(page, portal.url(LOG));
  await page.getByText('Live: new receipts appear at the top.').waitFor();
  const first = await portal.size('acme');
  await write(2);
  await portal.restart();
  await write(3);
  await arrived(page, first, await portal.size('acme'));
});

test('without scripts a link looks again', async () => {
  const page = await visit(browser, { javaScriptEnabled: false });
  await open(page, portal.url(LOG));
  await write();
  await page.getByRole('link', { name: 'Look for newer receipts' }).click();
  await page.waitForURL(portal.url(LOG));
  assert.equal((await numbers(page))[0], (await portal.size('acme')) - 1);
  assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0);
  quiet(page);
});

for (const javaScriptEnabled of [true, false]) {
  test(`a write is taken back from its receipt, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    const owner = `taken back ${javaScriptEnabled}`;
    await portal.decide({ ...portal.card.samples.allowed_update, set: { owner } });
    const seq = (await portal.size('acme')) - 2;
    await open(page, portal.url(`${LOG}/${seq}`));
    await page.locator('details.back summary').click();
    assert.match(await text(page, 'details.back'), new RegExp(owner));
    await page.getByRole('button', { name: 'Propose to take it back' }).click();
    await page.locator('#error-summary').waitFor();
    await page.locator('#reason').fill('It was a mistake.');
    await page.getByRole('button', { name: 'Propose to take it back' }).click();
    await page.getByText('It was taken back.').first().waitFor();
    await awake(page);
    assert.match(await text(page, 'main'), /It was a mistake\./);
    quiet(page, 422);
  });
}
