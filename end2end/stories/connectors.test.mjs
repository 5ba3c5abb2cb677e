// From a database to a contract in force for a new tenant; and what the pages say when the database changes.

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, text, visit } from '../support/browser.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** Presses a button of the form that holds it, and waits for the page that it leads to. */
async function press(page, name, address) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.waitForURL(portal.url(address));
  await awake(page);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';
  const name = javaScriptEnabled ? 'crm-two' : 'crm-three';
  const file = `${name}.db`;

  test(`a database becomes a contract, and a new tenant has it, ${how}`, async () => {
    await copyFile(join(portal.data, 'crm.db'), join(portal.data, file));
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url('/connectors'));
    await page.getByRole('link', { name: 'Register a database' }).click();
    await awake(page);
    await page.locator('#name').fill(name);
    await page.locator('#address').fill(file);
    await press(page, 'Register a database', `/connectors/${name}`);

    await press(page, 'Read the tables and begin a draft', `/connectors/${name}/draft`);
    await page.getByRole('link', { name: 'contacts' }).click();
    await awake(page);
    await page.locator('#class-status').selectOption('open');
    await page.locator('#class-id').selectOption('sealed');
    await press(page, 'Save', `/connectors/${name}/draft`);
    assert.match(await text(page, 'main'), /id says which record it is or whose, so it must be open/);
    await page.getByRole('link', { name: 'contacts' }).first().click();
    await awake(page);
    await page.locator('#class-id').selectOption('open');
    await press(page, 'Save', `/connectors/${name}/draft`);

    await page.getByRole('link', { name: 'Review what it would change' }).click();
    await awake(page);
    assert.match(await text(page, 'main'), /contacts: new in the contract/);
    await page.locator('#reason').fill('First contract.');
    await press(page, 'Put it in force', `/connectors/${name}/versions/1`);

    await open(page, portal.url('/new/tenant'));
    await page.locator('#title').fill('Umbra <b>& Co</b>');
    await page.locator('#name').fill(`umbra-${name}`);
    await page.locator('#agents').fill('support-agent');
    await press(page, 'Add a tenant', `/tenants/umbra-${name}`);
    const tenant = await text(page, 'main');
    assert.match(tenant, /Umbra <b>& Co<\/b>/);
    assert.match(tenant, /No envelope is in force: every write is refused/);
    assert.equal((await portal.json(`/v1/tenants/umbra-${name}/receipts?kind=activation`)).receipts.length, 2);
    quiet(page);
  });
}

test('an address that leads elsewhere is refused, and no password comes back', async () => {
  const page = await visit(browser);
  for (const [address, told] of [
    ['../outside.db', /no such file/],
    ['ledger.db', /the portal’s own/],
    ['mysql://a@b/c', /neither a PostgreSQL address/],
    ['postgres://ada:hush-hush@127.0.0.1:1/none', /Nobody answers/],
  ]) {
    await open(page, portal.url('/new/connector'));
    await page.locator('#name').fill('elsewhere');
    await page.locator('#address').fill(address);
    await page.getByRole('button', { name: 'Register a database' }).click();
    await page.locator('#error-summary').waitFor();
    assert.match(await text(page, 'main'), told, address);
    assert.ok(!(await page.content()).includes('hush-hush'));
  }
  assert.ok(!portal.said.includes('hush-hush'));
});

for (const path of ['/connectors', '/connectors/crm', '/new/connector', '/tenants', '/new/tenant', '/tenants/acme', '/trust']) {
  test(`${path} is for everybody`, async () => {
    const page = await visit(browser);
    const response = await open(page, portal.url(path));
    assert.equal(response.status(), 200);
    await valid(await response.text(), path);
    await accessible(page, path);
    await roomy(page, path);
    quiet(page);
  });
}
