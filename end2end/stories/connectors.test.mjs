// From a database to a contract in force for a new tenant; and what the pages say when the database changes.

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { awake, dense, launch, open, quiet, tabTo, text, visit } from '../support/browser.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';
import { database } from '../support/postgres.mjs';

const TABLES = `
  create table contacts (
    id text primary key, tenant_id text not null, email text not null, phone text, vip boolean not null default false);
  create table deals (id bigint primary key, tenant_id text not null, amount numeric(12, 2) not null, closes date);
  create view everybody as select id, tenant_id from contacts;
  create table notes (body text)`;

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** Presses a button that sends a form, and waits for the page that comes of it. */
async function press(page, name, address) {
  const button = page.getByRole('button', { name, exact: true });
  await Promise.all([page.waitForEvent('load'), button.click()]);
  await awake(page);
  if (address) assert.equal(page.url(), portal.url(address));
}

async function follow(page, name) {
  await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name, exact: true }).first().click()]);
  await awake(page);
}

/** The page as it is now keeps its promises. axe is a script itself; without scripts the page is the same. */
async function everybody(page, what) {
  if (!page.scripts) return;
  await valid(await page.content(), what);
  await accessible(page, what);
  await roomy(page, what);
}

/** Registers the database and makes the first draft of its contract. */
async function register(page, { name, address, password }) {
  await open(page, portal.url('/connectors'));
  await follow(page, 'Register a database');
  await page.locator('#name').fill(name);
  await page.locator('#address').fill(address);
  if (password) await page.locator('#password').fill(password);
  await press(page, 'Register a database', `/connectors/${name}`);
  assert.match(await text(page, 'main'), /The database answers\. Next, draft a contract/);
  await everybody(page, 'a connector without a contract');
  await press(page, 'Read the tables and begin a draft', `/connectors/${name}/draft`);
  await everybody(page, 'a draft');
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';
  const suffix = javaScriptEnabled ? 'two' : 'three';

  test(`a PostgreSQL database becomes a contract, which follows when the database changes, ${how}`, async (story) => {
    const postgres = await database(TABLES);
    story.after(() => postgres.drop());
    const name = `sales-${suffix}`;
    const page = await visit(browser, { javaScriptEnabled });
    await register(page, { name, address: postgres.address, password: 'hush-hush' });
    const draft = await text(page, 'main');
    assert.match(draft, /It is a view, whose records can’t be locked/);
    assert.match(draft, /Nothing tells its records apart/);

    await follow(page, 'contacts');
    await everybody(page, 'a table of a draft');
    await page.locator('#class-email').selectOption('open');
    await page.locator('#class-id').selectOption('sealed');
    await page.locator('[name=rollback-update][value=restore]').check();
    await page.locator('#window-update').fill('0');
    await press(page, 'Save', `/connectors/${name}/draft`);
    assert.match(await text(page, 'main'), /id says which record it is or whose, so it must be open/);
    assert.match(await text(page, 'main'), /“0” can’t be how long the state before is kept/);
    await follow(page, 'contacts');
    await everybody(page, 'a table with faults');
    await page.locator('#class-id').selectOption('open');
    await page.locator('#window-update').fill('30');
    await page.locator('#unit-update').selectOption({ label: 'Days' });
    await page.locator('[name=consequence-delete][value=irreversible]').check();
    await page.locator('[name=rollback-delete][value=none]').check();
    await press(page, 'Save', `/connectors/${name}/draft`);

    await follow(page, 'Review what it would change');
    const review = await text(page, 'main');
    assert.match(review, /contacts: new in the contract/);
    assert.match(review, /30 days/);
    await everybody(page, 'a review');
    await press(page, 'Put it in force');
    assert.match(await text(page, '#error-summary'), /Say why\./);
    await everybody(page, 'a review that was not sent');
    await page.locator('#reason').fill('The first contract.');
    await press(page, 'Put it in force', `/connectors/${name}/versions/1`);
    await everybody(page, 'a version of a contract');

    await postgres.run('alter table contacts add column nickname text; alter table contacts drop column phone');
    await open(page, portal.url(`/connectors/${name}`));
    const drift = await text(page, 'main');
    assert.match(drift, /The database is no longer what the contract says/);
    assert.match(drift, /Column nickname was added\. Take it into the contract, sealed if in doubt\./);
    assert.match(drift, /Column phone was dropped\./);
    await everybody(page, 'a connector that differs from its contract');
    await press(page, 'Read the tables and begin a draft', `/connectors/${name}/draft`);
    await follow(page, 'Review what it would change');
    assert.match(await text(page, 'main'), /nickname/);
    await page.locator('[name=reason]').fill('The database has moved on.');
    await press(page, 'Put it in force', `/connectors/${name}/versions/2`);
    await open(page, portal.url(`/connectors/${name}`));
    assert.doesNotMatch(await text(page, 'main'), /no longer what the contract says/);
    await everybody(page, 'a connector with versions');
    assert.ok(!(await page.content()).includes('hush-hush'));
    quiet(page, 422);
  });

  test(`an SQLite file becomes a contract, and a new tenant has it, ${how}`, async () => {
    const name = `crm-${suffix}`;
    await copyFile(join(portal.data, 'crm.db'), join(portal.data, `${name}.db`));
    const page = await visit(browser, { javaScriptEnabled });
    await register(page, { name, address: `${name}.db` });
    await follow(page, 'Review what it would change');
    await page.locator('[name=reason]').fill('The first contract.');
    await press(page, 'Put it in force', `/connectors/${name}/versions/1`);

    await open(page, portal.url('/tenants'));
    await follow(page, 'Add a tenant');
    await page.locator('#title').fill('Umbra <b>& Co</b>');
    await page.locator('#name').fill(`umbra-${name}`);
    await page.locator('#agents').fill('support-agent');
    await press(page, 'Add a tenant', `/tenants/umbra-${name}`);
    const tenant = await text(page, 'main');
    assert.match(tenant, /Umbra <b>& Co<\/b>/);
    assert.match(tenant, /No envelope is in force: every write is refused/);
    const { receipts } = await portal.json(`/v1/tenants/umbra-${name}/receipts?kind=activation`);
    assert.ok(receipts.length >= 2, 'the newest contract of each connector');
    await everybody(page, 'a new tenant');

    await page.locator('#agent').fill('billing-agent');
    await page.locator('#agent_title').fill('Billing');
    await press(page, 'Register the agent', `/tenants/umbra-${name}`);
    assert.match(await text(page, '#agents-title + *'), /Billing billing-agent/);
    await page.locator('#agent').fill('billing-agent');
    await press(page, 'Register the agent');
    assert.match(await text(page, '#error-summary'), /has an agent called billing-agent already/);
    quiet(page, 422);
  });

  test(`a tenant, an agent and everything are stopped and let go, each with a reason, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    const switches = [
      ['/tenants/globex', 'Freeze…', 'Freeze this tenant', /This tenant is frozen: its agents may write nothing/, 'TENANT_FROZEN'],
      ['/tenants/globex', 'Let go…', 'Let this tenant go', /The tenant’s agents may act again\./],
      ['/tenants/globex', 'Suspend…', 'Suspend the agent', /suspended: .*An incident <b>/, 'AGENT_SUSPENDED'],
      ['/tenants/globex', 'Let go…', 'Let the agent act again', /The agent may act again\./],
      ['/tenants', 'Freeze everything…', 'Freeze everything', /Everything is frozen: no agent may write/, 'TENANT_FROZEN'],
      ['/tenants', 'Let everything go…', 'Let everything go', /Agents may act again, where no tenant is frozen/],
    ];
    for (const [address, asks, does, said] of switches) {
      await open(page, portal.url(address));
      await page.getByRole('button', { name: asks, exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
      await everybody(page, asks);
      await press(page, does);
      assert.match(await text(page, '#error-summary'), /Say why\./);
      assert.match(await page.title(), /^Not sent/);
      await everybody(page, `${does}, without a reason`);
      await page.locator('#reason').fill('An incident <b>');
      await press(page, does, address);
      assert.match(await text(page, 'main'), said);
      await everybody(page, does);
    }
    quiet(page, 422);
  });
}

test('by keyboard alone a database is registered, and a tenant is frozen and let go', async () => {
  await copyFile(join(portal.data, 'crm.db'), join(portal.data, 'keys.db'));
  const page = await visit(browser);
  await open(page, portal.url('/new/connector'));
  await tabTo(page, '#name');
  await page.keyboard.type('keys');
  await tabTo(page, '#address');
  await page.keyboard.type('keys.db');
  await Promise.all([page.waitForURL(portal.url('/connectors/keys')), page.keyboard.press('Enter')]);
  await awake(page);
  await open(page, portal.url('/tenants/initech'));
  await tabTo(page, '[popovertarget=freeze]');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.keyboard.press('Enter');
  await tabTo(page, '#freeze-reason');
  await page.keyboard.type('By keyboard.');
  await tabTo(page, '#freeze button');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await awake(page);
  assert.match(await text(page, 'main'), /This tenant is frozen[^]*By keyboard\./);
  await tabTo(page, '[popovertarget=unfreeze]');
  await page.keyboard.press('Enter');
  await tabTo(page, '#unfreeze-reason');
  await page.keyboard.type('Done.');
  await tabTo(page, '#unfreeze button');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await awake(page);
  assert.doesNotMatch(await text(page, 'main'), /This tenant is frozen/);
  quiet(page);
});

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
    await press(page, 'Register a database');
    assert.match(await text(page, 'main'), told, address);
    assert.ok(!(await page.content()).includes('hush-hush'));
  }
  assert.ok(!portal.said.includes('hush-hush'));
});

test('the key can be compared: digits and words as the portal printed them, and the trust document names it', async () => {
  const page = await visit(browser);
  await open(page, portal.url('/trust'));
  assert.ok((await dense(page, 'main')).includes(portal.card.fingerprint));
  const words = (await page.locator('.spoken').innerText()).split(/\s+/).filter((word) => !/^\d+\.?$/.test(word));
  assert.equal(words.join(' '), portal.card.fingerprint_words);
  const address = await page.locator('#document ~ p a').getAttribute('href');
  const document = await page.request.get(new URL(address, portal.address).href);
  assert.ok(document.ok() && (await document.text()).includes(portal.card.fingerprint));
  quiet(page);
});
