// What agents ask and people answer: with scripts and without, by keyboard alone, and whatever is written in it.

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

/** A write that waits for a success manager, because it is of six contacts; each block of contacts is changed once. */
const ask = async (block, changes = {}) => {
  const records = [...Array(6)].map((_, n) => ({ id: `c-${1001 + block * 6 + n}` }));
  const answer = await portal.decide({
    ...portal.card.samples.allowed_update,
    records,
    set: { owner: 'maria' },
    reason: 'the region changes hands',
    ...changes,
  });
  assert.equal(answer.verdict, 'ESCALATE', JSON.stringify(answer.reasons));
  return { id: answer.id, at: `/approvals/${answer.id}` };
};

for (const [block, javaScriptEnabled] of [true, false].entries()) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`one write is approved and one is denied, ${how}`, async () => {
    const [one, other] = [await ask(block), await ask(2)];
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url('/approvals'));
    await page.locator(`.card a.button[href="${one.at}#decide"]`).click();
    await awake(page);
    assert.match(await text(page, 'main'), /Untrusted: the agent’s own words/);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved. The write took place.').first().waitFor();
    assert.equal(page.url(), portal.url(one.at));

    await open(page, portal.url(other.at));
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.locator('#error-summary').waitFor();
    assert.match(await text(page, '#error-summary'), /Say why it is denied/);
    await page.locator('#reason').fill('Not without a ticket.');
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByText('Refused. Nothing was written.').first().waitFor();
    assert.match(await text(page, 'main'), /Not without a ticket\./);
    quiet(page, 422);
  });

  test(`what was decided elsewhere in the meantime says so, ${how}`, async () => {
    const { id, at } = await ask(2);
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url(at));
    const { approvals } = await portal.json('/v1/approvals');
    const { decision } = approvals.find((card) => card.id === id);
    const jo = portal.card.people[1].api_key;
    await portal.post(`/v1/approvals/${id}/reject`, { decision, reason: 'No.' }, jo);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.locator('#error-summary').waitFor();
    assert.match(await text(page, '#error-summary'), /decided in the meantime/);
    assert.match(await text(page, 'main'), /APPROVAL_REJECTED/);
    quiet(page, 409);
  });
}

test('the keyboard alone finds a write and answers it, and no key votes by itself', async () => {
  const { id, at } = await ask(3);
  const page = await visit(browser);
  await open(page, portal.url('/approvals'));
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('href'));
  await page.keyboard.press('j');
  const first = await focused();
  await page.keyboard.press('k');
  assert.equal(await focused(), first);
  for (let steps = 0; (await focused()) !== at && steps < 40; steps += 1) await page.keyboard.press('j');
  assert.equal(await focused(), at);
  await page.keyboard.press('a');
  await page.waitForURL(portal.url(`${at}#approve`));
  await awake(page);
  await page.waitForFunction(() => document.activeElement.id === 'approve');
  assert.ok((await portal.json('/v1/approvals')).approvals.some((card) => card.id === id), 'nothing was voted');
  await page.keyboard.press('d');
  await page.waitForFunction(() => document.activeElement.id === 'reason');
  await page.keyboard.type('jkad/?');
  assert.equal(await page.locator('#reason').inputValue(), 'jkad/?');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Approved. The write took place.').first().waitFor();
  quiet(page);
});

test('single keys are listed under ?, and off for whoever turns them off', async () => {
  const page = await visit(browser);
  await open(page, portal.url('/approvals'));
  await page.keyboard.press('?');
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor();
  assert.match(await text(page, 'dialog[open]'), /To the next entry/);
  await accessible(page, 'the keys');
  await dialog.getByRole('checkbox').uncheck();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('?');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.reload();
  await awake(page);
  await page.keyboard.press('?');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.locator('details.keyboard summary').click();
  await page.locator('details.keyboard').getByRole('checkbox').check();
  await page.keyboard.press('Shift+?');
  quiet(page);
});

test('the inbox is for everybody, whatever an agent writes', async () => {
  const hostile = '</textarea></script><script>window.harmed = 1</script>\u202egnp.exe\u2066\u200b'.padEnd(1900, 'x');
  const value = hostile.repeat(6).slice(0, 10_000);
  const { at } = await ask(4, { reason: hostile, on_behalf_of: hostile.slice(0, 200), set: { owner: value } });
  for (const path of ['/approvals', at, '/approvals?tenant=globex', '/approvals?group=finance']) {
    const page = await visit(browser);
    const response = await open(page, portal.url(path));
    await valid(await response.text(), path);
    await accessible(page, path);
    await roomy(page, path);
    const said = await text(page);
    assert.doesNotMatch(said, /[\u202a-\u202e\u2066-\u2069\u200b]/, path);
    assert.equal(await page.locator('main script').count(), 0, path);
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    if (path === at) {
      const paper = await printed(page);
      assert.ok(paper.includes('<script>window.harmed=1</script>') && !paper.includes('\u202e'), 'on paper');
    }
    quiet(page);
  }
});

test('a write that takes two people runs when the second says yes', async () => {
  const { approvals } = await portal.json('/v1/approvals');
  const asked = approvals.find((card) => card.needed.quorum === 2);
  assert.ok(asked, 'the demo has a write that waits for two');
  const page = await visit(browser);
  await open(page, portal.url(`/approvals/${asked.id}`));
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('More are needed before the write runs.').waitFor();
  assert.match(await text(page, 'main'), /You have voted\./);
  await portal.post(`/v1/approvals/${asked.id}/approve`, { decision: asked.decision, reason: 'Agreed.' }, portal.card.people[1].api_key);
  await page.reload();
  await page.getByText('Approved. The write took place.').first().waitFor();
  assert.match(await text(page, 'main'), /Agreed\./);
  quiet(page);
});

test('a tenant that is frozen says so, and whoever reads German is told in German', async () => {
  const reason = { reason: 'An incident.' };
  await portal.post('/v1/tenants/initech/freeze', reason, portal.card.people[0].api_key);
  const page = await visit(browser, { locale: 'de-DE' });
  for (const path of ['/tenants/initech/receipts', '/approvals']) {
    const response = await open(page, portal.url(path));
    await valid(await response.text(), path);
    await accessible(page, path);
    await roomy(page, path);
  }
  assert.match(await text(page, 'main'), /Schweigen ist eine Ablehnung\./);
  await open(page, portal.url('/tenants/initech/receipts'));
  assert.match(await text(page, 'main'), /Dieser Mandant ist eingefroren\.[^]*An incident\./);
  await portal.post('/v1/tenants/initech/unfreeze', reason, portal.card.people[0].api_key);
  await open(page, portal.url('/tenants/initech/receipts'));
  assert.doesNotMatch(await text(page, 'main'), /eingefroren\./);
  quiet(page);
});
