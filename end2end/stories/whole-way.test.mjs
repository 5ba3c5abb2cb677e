// The whole way of a new vendor: from the printed link to a pack in which three writes and one approval are found.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, text, visit } from '../support/browser.mjs';
import { verify } from '../support/evidence.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { database } from '../support/postgres.mjs';
import { unclaimed } from '../support/unclaimed.mjs';

const TABLES = `
  create table helm_outbox (decision text primary key, outcome text not null);
  create table contacts (id text primary key, tenant_id text not null, phone text, status text not null);
  insert into contacts values
    ('c-1', 'acme', '+44 20 7946 0001', 'open'),
    ('c-2', 'acme', '+44 20 7946 0002', 'open'),
    ('c-3', 'globex', '+44 20 7946 0003', 'open')`;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Presses a button that sends a form, and waits for the page that comes of it. */
async function press(page, name) {
  const button = page.getByRole('button', { name, exact: true }).last();
  await Promise.all([page.waitForEvent('load'), button.click()]);
  await awake(page);
}

/** The page as it is now keeps its promises. axe is a script itself; without scripts the page is the same. */
async function sound(page, what) {
  await roomy(page, what);
  if (!page.scripts) return;
  await valid(await page.content(), what);
  await accessible(page, what);
}

/** Invites somebody, who joins in a browser of their own. */
async function join(owner, address, { name, role, group, scripts }) {
  await open(owner, address('/new/member'));
  await owner.locator('#name').fill(name);
  await owner.locator('#email').fill(`${name.toLowerCase()}@northwind.example`);
  await owner.getByLabel(role, { exact: true }).check();
  if (group) await owner.locator('#others').fill(group);
  await press(owner, 'Make the link');
  const link = (await owner.locator('.command code').innerText()).trim();
  const page = await visit(browser, { javaScriptEnabled: scripts, as: null });
  await open(page, link);
  await page.getByLabel('New password').fill(`${name}: eleven shy curlews`);
  await Promise.all([page.waitForURL(address('/')), page.getByRole('button', { name: 'Join and sign in' }).click()]);
  return page;
}

for (const scripts of [true, false]) {
  test(`a new vendor goes the whole way, ${scripts ? 'with' : 'without'} scripts`, async (story) => {
    const [link, postgres] = [await unclaimed(story), await database(TABLES)];
    story.after(() => postgres.drop());
    const address = (path) => new URL(path, link).href;
    const dana = await visit(browser, { javaScriptEnabled: scripts, as: null });
    await open(dana, link);
    for (const [id, value] of Object.entries({
      title: 'Northwind', vendor: 'northwind', name: 'Dana', email: 'dana@northwind.example', password: 'seven quiet herons sing',
    })) await dana.locator(`#${id}`).fill(value);
    await press(dana, 'Set up and sign in');
    assert.match(await text(dana, 'main'), /0 of 6 steps are done/);
    await sound(dana, 'the first page of a new owner');
    const ines = await join(dana, address, { name: 'Ines', role: 'policy author', scripts });
    const kai = await join(dana, address, { name: 'Kai', role: 'approver', group: 'managers', scripts });

    await open(dana, address('/new/connector'));
    await dana.locator('#name').fill('crm');
    await dana.locator('#address').fill(postgres.address);
    await dana.locator('#password').fill('hush-hush');
    await press(dana, 'Register a database');
    await press(dana, 'Read the tables and begin a draft');
    await dana.getByRole('link', { name: 'contacts', exact: true }).first().click();
    await awake(dana);
    await dana.locator('#class-status').selectOption('open');
    await press(dana, 'Save');
    await open(dana, address('/connectors/crm/review'));
    await dana.locator('[name=reason]').fill('The first contract.');
    await press(dana, 'Put it in force');
    for (const [name, title] of [['acme', 'Acme Ltd'], ['globex', 'Globex']]) {
      await open(dana, address('/new/tenant'));
      await dana.locator('#title').fill(title);
      await dana.locator('#name').fill(name);
      await dana.locator('#agents').fill('support-agent');
      await press(dana, 'Add a tenant');
    }

    const edit = address('/tenants/acme/envelope/crm/edit');
    await open(ines, edit);
    for (let rules = await ines.getByRole('button', { name: /^Remove: Rule/ }).count(); rules > 0; rules -= 1) {
      await press(ines, 'Remove: Rule 1');
    }
    const approving = { quorum: '1', group: 'managers', expiry: '4' };
    for (const [part, value] of Object.entries(approving)) await ines.locator(`#approval-${part}`).fill(value);
    for (const [place, rule] of [
      { id: 'small-changes', effect: 'allow', operation: 'update' },
      { id: 'deletions', effect: 'ask', operation: 'delete' },
    ].entries()) {
      await press(ines, 'Add a rule');
      const at = `#rule-${place}`;
      await ines.locator(`${at}-id`).fill(rule.id);
      await ines.locator(`${at}-effect`).selectOption(rule.effect);
      await ines.locator(`${at}-operations`).click();
      for (const box of await ines.locator(`input[name="rule.${place}.operation"]`).all()) {
        await box.setChecked((await box.getAttribute('value')) === rule.operation);
      }
      await ines.locator(`${at}-table`).selectOption('contacts');
      await ines.locator(`${at}-max_rows`).fill('5');
      if (rule.effect === 'ask') {
        for (const [part, value] of Object.entries(approving)) await ines.locator(`${at}-${part}`).fill(value);
      }
    }
    await press(ines, 'Check');
    for (let tries = 0; tries < 50 && (await ines.locator('[data-backtest]').count()); tries += 1) await ines.reload();
    assert.match(await text(ines, '#consequences'), /Nothing was decided here in the last 30 days/);
    assert.equal(await ines.locator('.fault').count(), 0, await text(ines, 'main'));
    await sound(ines, 'a first envelope');
    await ines.locator('#reason').fill('Support changes contacts; deleting asks.');
    await press(ines, 'Propose the envelope');
    const proposal = ines.url();
    assert.equal(await ines.getByRole('button', { name: 'Put it in force' }).count(), 0);
    await open(kai, proposal);
    await sound(kai, 'a proposal before whoever decides');
    await press(kai, 'Put it in force');

    await open(dana, address('/new/api-key'));
    await dana.getByLabel('Name').fill('Support');
    await dana.getByLabel(/^Acme/).check();
    await dana.getByLabel('support-agent').check();
    await press(dana, 'Make an API key');
    const key = (await dana.locator('.secret code').innerText()).trim();
    const send = async (changes) => {
      const body = { tenant: 'acme', agent: 'support-agent', connector: 'crm', table: 'contacts', reason: 'a ticket', ...changes };
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const answer = await fetch(address('/v1/actions'), { method: 'POST', headers, body: JSON.stringify(body) });
      assert.equal(answer.status, 200, await answer.clone().text());
      return answer.json();
    };
    const change = { operation: 'update', set: { status: 'closed' } };
    const allowed = await send({ ...change, records: [{ id: 'c-1' }] });
    assert.deepEqual([allowed.verdict, allowed.outcome?.status], ['ALLOW', 'COMMITTED'], JSON.stringify(allowed.reasons));
    const asked = await send({ operation: 'delete', records: [{ id: 'c-2' }] });
    assert.equal(asked.verdict, 'ESCALATE', JSON.stringify(asked.reasons));
    const denied = await send({ ...change, records: [{ id: 'c-3' }] });
    assert.deepEqual([denied.verdict, denied.reasons[0].code], ['DENY', 'TENANT_ISOLATION']);

    await open(kai, address('/approvals'));
    assert.match(await text(kai, '.masthead'), /1/);
    await open(kai, address(`/approvals/${asked.id}`));
    await press(kai, 'Approve');
    assert.match(await text(kai, 'main'), /Approved\. The write took place\./);
    await open(kai, address('/tenants/acme/receipts'));
    const log = await text(kai, 'main');
    for (const word of ['ALLOW', 'ESCALATE', 'DENY', 'TENANT_ISOLATION', 'COMMITTED', 'APPROVED']) assert.ok(log.includes(word), word);
    await sound(kai, 'the log');
    await open(dana, address('/audit'));
    const audit = await text(dana, 'main');
    for (const word of [/invited Kai/, /put .* in force/i, /made the API key Support/]) assert.match(audit, word);

    await open(dana, address('/trust'));
    const fingerprint = (await dana.locator('.hash').first().innerText()).replace(/\s|Copy/g, '');
    const headers = { authorization: `Bearer ${key}` };
    const pack = Buffer.from(await (await fetch(address('/v1/tenants/acme/pack'), { headers })).arrayBuffer());
    const { code, report } = await verify(pack, { key: fingerprint });
    assert.equal(code, 0, JSON.stringify(report?.state));
    for (const page of [dana, ines, kai]) quiet(page);
  });
}
