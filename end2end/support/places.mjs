// What the names in the addresses of pages are in a demo: whatever has to be made first is made through the front door.

import { open, visit } from './browser.mjs';

const ENVELOPE = '/tenants/acme/envelope/crm';

/** One of everything that a page is about. `reason` is why it is asked for, wherever somebody says why. */
export async function everything(browser, portal, reason = 'The pages are walked.') {
  await portal.form('/connectors/crm/draft');
  await portal.form('/new/member', { name: 'Nell', email: 'nell@northwind.example', role: 'auditor' });
  const [invitation] = await found(portal, '/members', /\/invitations\/([^/"]+)\/withdraw/);
  const [key] = await found(portal, '/api-keys', /\/api-keys\/([^/"]+)\/revoke/);
  return {
    ...(await proposed(browser, portal, reason)),
    'cases/{id}': await saved(portal),
    'envelope/{connector}': 'crm',
    agent: 'support-agent',
    change: 'newly-denied',
    connector: 'crm',
    invitation,
    key,
    link: 'nothing',
    member: await member(portal, 'sam'),
    table: 'contacts',
    tenant: 'acme',
    version: 1,
  };
}

/** What the page says at this place of its HTML. */
async function found(portal, path, place) {
  const html = await (await portal.look(path)).text();
  const [, ...said] = html.match(place) ?? [];
  if (said.length === 0) throw new Error(`${path} has no ${place}`);
  return said;
}

/** Who this person of the demo is in addresses. */
async function member(portal, who) {
  const { email } = portal.card.people.find((person) => person.email.startsWith(`${who}@`));
  const html = await (await portal.look('/members')).text();
  const rows = html.split('/members/').slice(1);
  const row = rows.find((row) => row.includes(email));
  if (!row) throw new Error(`/members has no ${email}`);
  return row.match(/^[^"/]+/)[0];
}

/** A change of the envelope that was tried on the past, and proposed. */
async function proposed(browser, portal, reason) {
  const page = await visit(browser, { javaScriptEnabled: false });
  await open(page, portal.url(`${ENVELOPE}/edit`));
  await page.locator('#rule-0-effect').selectOption('never');
  await Promise.all([page.waitForEvent('load'), page.locator('.meaning-head').getByRole('button', { name: 'Check' }).click()]);
  const backtest = await page.locator('.backtest a[href*="/backtests/"]').first().getAttribute('href');
  await page.locator('#reason').fill(reason);
  await Promise.all([page.waitForURL('**/proposals/*'), page.getByRole('button', { name: 'Propose the envelope' }).click()]);
  const proposal = new URL(page.url()).pathname;
  await page.context().close();
  return { 'backtests/{id}': backtest.match(/\/backtests\/([^/]+)/)[1], 'proposals/{id}': proposal.split('/').at(-1) };
}

/** A decision of the log as a case that every envelope must answer alike. */
async function saved(portal) {
  const { receipts } = await portal.json('/v1/tenants/acme/receipts?kind=decision&limit=1');
  await portal.form(`${ENVELOPE}/cases`, { name: 'as before', expected: 'DENY', from: receipts[0].seq });
  const [id] = await found(portal, `${ENVELOPE}/cases`, /\/cases\/([^/"]+)\/remove/);
  return id;
}
