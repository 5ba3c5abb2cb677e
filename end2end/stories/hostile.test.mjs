// Whatever agents, records, databases and people write is shown as text: on every page, with scripts and without, and on paper.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import initSqlJs from 'sql.js';

import { launch, open, quiet, text, visit } from '../support/browser.mjs';
import { filled, pages } from '../support/doors.mjs';
import { accessible, printed, roomy, valid } from '../support/look.mjs';
import { everything } from '../support/places.mjs';
import { Portal } from '../support/portal.mjs';

const SCRIPT = '</textarea></title></script><script>window.harmed = 1</script><img src=x onerror="window.harmed = 1">';
const UNSEEN = '\u202egnp.exe\u2066\u200b';
const HOSTILE = SCRIPT + UNSEEN;
const LONG = HOSTILE.repeat(80).slice(0, 10_000);
/** Marks that reorder or hide what is read. */
const MARKS = /[\u200b\u202a-\u202e\u2066-\u2069]/;

let browser;
let portal;
let places;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  await people();
  await database();
  places = await agents();
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** A tenant whose name, agent, and reasons are hostile. */
async function people() {
  await portal.form('/new/tenant', { name: 'umbra', title: `<b><script>window.harmed = 1</script>${UNSEEN}`, agents: '' });
  await portal.form('/tenants/umbra/agents', { agent: 'shade', agent_title: HOSTILE.slice(-100) });
  await portal.form('/tenants/umbra/agents/shade/suspend', { reason: HOSTILE });
  await portal.form('/tenants/acme/freeze', { reason: HOSTILE });
  await portal.form('/tenants/acme/unfreeze', { reason: HOSTILE });
  await portal.form('/tenants/umbra/freeze', { reason: HOSTILE });
}

/** A database whose tables, columns and types are named by somebody who means harm, and which lies in a file like that. */
async function database() {
  const require = createRequire(import.meta.url);
  const sql = await initSqlJs({ locateFile: () => require.resolve('sql.js/dist/sql-wasm.wasm') });
  const records = new sql.Database(await readFile(join(portal.data, 'crm.db')));
  const quoted = `"${HOSTILE.replaceAll('"', '""')}"`;
  records.run(`create table ${quoted} (id text primary key, tenant_id text not null)`);
  records.run(`create table named (id text primary key, tenant_id text not null, ${quoted} text)`);
  records.run(`create table plain (id text primary key, tenant_id text not null, odd ${quoted})`);
  const file = `<img src=x onerror=window.harmed=1>.db`;
  await writeFile(join(portal.data, file), records.export());
  records.close();
  await portal.form('/new/connector', { name: 'odd', address: file, password: '' });
  await portal.form('/connectors/odd/draft', { tenant_column: '' });
}

/** Writes whose reasons and values are hostile: one that took place, one that waits, and one that was refused. */
async function agents() {
  const { allowed_update, wrong_tenant } = portal.card.samples;
  const words = { reason: HOSTILE, on_behalf_of: HOSTILE.slice(-200) };
  const done = await portal.decide({ ...allowed_update, ...words, set: { owner: LONG } });
  assert.equal(done.verdict, 'ALLOW', JSON.stringify(done.reasons));
  const seq = (await portal.size('acme')) - 2;
  const records = [...Array(6)].map((_, n) => ({ id: `c-${1001 + n}` }));
  const asked = await portal.decide({ ...allowed_update, ...words, records, set: { owner: LONG } });
  assert.equal(asked.verdict, 'ESCALATE', JSON.stringify(asked.reasons));
  await portal.decide({ ...wrong_tenant, ...words });
  const refused = await portal.decide({ ...allowed_update, ...words, records: records.map(({ id }) => ({ id: id.replace('c-10', 'c-11') })) });
  await portal.form(`/approvals/${refused.id}`, { vote: 'deny', reason: HOSTILE, decision: await decisionOf(refused.id) });
  return {
    ...(await everything(browser, portal, HOSTILE)),
    'approvals/{id}': asked.id,
    action: done.id,
    connector: 'odd',
    link: SCRIPT,
    refused: refused.id,
    seq,
    table: 'plain',
  };
}

async function decisionOf(id) {
  const { approvals } = await portal.json('/v1/approvals');
  return approvals.find((card) => card.id === id).decision;
}

/** Where each page is told something hostile, and what of it can be read there. */
const addresses = () => [
  ...pages.map((path) => filled(path, places)),
  '/tenants/umbra',
  '/tenants/umbra/receipts',
  `/approvals/${places.refused}`,
  '/connectors/crm/draft/contacts',
  '/connectors/crm/review',
  `/sign-in?to=${encodeURIComponent(HOSTILE)}`,
  `/tenants/acme/receipts?table=${encodeURIComponent(HOSTILE)}&agent=${encodeURIComponent(HOSTILE)}`,
  `/approvals?tenant=${encodeURIComponent(HOSTILE)}`,
  `/try?sample=${encodeURIComponent(HOSTILE)}`,
];

/** Nothing of it became markup, and nothing of it reorders or hides what is read. */
async function harmless(page, at) {
  assert.equal(await page.locator('body script, body img').count(), 0, `${at} has markup that somebody typed`);
  assert.equal(await page.evaluate(() => window.harmed), undefined, at);
  assert.doesNotMatch(await text(page), MARKS, at);
  assert.doesNotMatch(await page.title(), MARKS, at);
}

for (const javaScriptEnabled of [true, false]) {
  test(`hostile text is text on every page, ${javaScriptEnabled ? 'with scripts' : 'without scripts'}`, async () => {
    for (const at of addresses()) {
      const page = await visit(browser, { javaScriptEnabled });
      const response = await open(page, portal.url(at));
      const status = response.status();
      assert.ok(status < 500, `${at}: ${status}`);
      await harmless(page, at);
      await roomy(page, at);
      await valid(await response.text(), at);
      if (javaScriptEnabled) await accessible(page, at);
      quiet(page, status === 200 ? undefined : status);
      await page.context().close();
    }
  });
}

test('it can be read, on the screen and on paper', async () => {
  const read = {
    '/approvals': '<script>window.harmed=1</script>',
    [`/approvals/${places['approvals/{id}']}`]: '<script>window.harmed=1</script>',
    [`/approvals/${places.refused}`]: '<script>window.harmed=1</script>',
    [`/tenants/acme/receipts/${places.seq}`]: '<script>window.harmed=1</script>',
    [`/try/acme/${places.action}`]: '<script>window.harmed=1</script>',
    '/tenants/umbra': '<script>window.harmed=1</script>',
    '/tenants': '<b><script>',
    '/connectors': '<imgsrc=xonerror=window.harmed=1>.db',
    '/connectors/odd/draft': '<script>window.harmed=1</script>',
  };
  for (const [at, words] of Object.entries(read)) {
    const page = await visit(browser);
    await open(page, portal.url(at));
    const shown = (await text(page, 'main')).replace(/\s/g, '');
    assert.ok(shown.includes(words), `${at} does not show ${words}`);
    const paper = await printed(page);
    assert.ok(paper.includes(words), `${at} does not print ${words}`);
    assert.doesNotMatch(paper, MARKS, at);
    await harmless(page, at);
    quiet(page);
    await page.context().close();
  }
});
