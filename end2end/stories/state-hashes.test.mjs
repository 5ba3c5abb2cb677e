// The hashes in the receipts are those of what the database held before and after: computed again, by the specification
// alone, from the database and the disclosed salts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { canonical, cellDigest, disclosureDigest, stateHash } from '../support/commitments.mjs';
import { said } from '../support/evidence.mjs';
import { Portal } from '../support/portal.mjs';
import { record } from '../support/records.mjs';

let portal;

before(async () => {
  portal = await Portal.start();
});
after(() => portal?.stop());

/** The state's hash, from the database's values and the salts that the portal disclosed for this state. */
async function recomputed(id) {
  const query = `connector=crm&table=contacts&id=${id}`;
  const [{ disclosures, state }, row] = await Promise.all([
    portal.json(`/v1/tenants/acme/disclosures?${query}`),
    record(portal, 'contacts', id),
  ]);
  const salts = Object.fromEntries(disclosures.map(({ column, disclosure }) => [column, disclosure[0]]));
  assert.deepEqual(Object.keys(salts).sort(), Object.keys(row).sort(), 'every column is committed');
  const digests = Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, disclosureDigest([salts[column], column, value])]),
  );
  for (const { column, digest } of disclosures) assert.equal(digest, digests[column], column);
  const hash = stateHash(digests);
  assert.equal(hash, state);
  return { digests, hash, row };
}

const change = (set) => ({
  ...portal.card.samples.allowed_update,
  set,
  idempotency_key: `hashes-${Object.values(set).join('-')}`,
});

test('an allowed update: the receipts’ hashes are the database’s, before and after', async () => {
  const [{ id }] = portal.card.samples.allowed_update.records;
  const before = await recomputed(id);
  const set = { phone: '+44 20 7946 0999', owner: 'ines "Ö" 😀' };
  const answer = await portal.decide(change(set));
  assert.deepEqual([answer.verdict, answer.outcome.status], ['ALLOW', 'COMMITTED']);
  const after = await recomputed(id);
  assert.deepEqual(after.row, { ...before.row, ...set });
  assert.notEqual(before.hash, after.hash);

  const { predicate: decision } = said(answer.receipt);
  const { predicate: outcome } = said(answer.outcome.receipt);
  const [decided] = decision.action.records;
  const [effect] = outcome.records;
  assert.deepEqual([decided.before.hash, decided.after.hash], [before.hash, after.hash]);
  assert.deepEqual([effect.before, effect.after], [before.hash, after.hash]);

  const digests = (cells) => Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, cellDigest(column, cell)]));
  assert.deepEqual(digests(decided.before.cells), before.digests);
  assert.deepEqual({ ...before.digests, ...digests(decided.after.cells) }, after.digests);
  assert.deepEqual(Object.keys(decided.after.cells), ['owner', 'phone'], 'only what changed is repeated');
});

test('a sealed value stands nowhere in the receipts', async () => {
  const phone = '+44 20 7946 0555';
  const answer = await portal.decide(change({ phone }));
  const receipts = canonical([said(answer.receipt), said(answer.outcome.receipt)]);
  assert.ok(!receipts.includes(phone));
  assert.ok(!receipts.includes('7946'));
});

test('going back to an earlier value gives the earlier hash', async () => {
  const [{ id }] = portal.card.samples.allowed_update.records;
  const before = await recomputed(id);
  await portal.decide(change({ owner: 'somebody' }));
  assert.notEqual((await recomputed(id)).hash, before.hash);
  const back = await portal.decide(change({ owner: before.row.owner }));
  assert.equal(said(back.outcome.receipt).predicate.records[0].after, before.hash);
});

test('nobody is told the salts of another tenant’s record, or without the key', async () => {
  const path = '/v1/tenants/acme/disclosures?connector=crm&table=contacts';
  assert.equal((await portal.read(`${path}&id=c-2001`)).status, 404);
  assert.equal((await portal.read(`${path}&id=nobody`)).status, 404);
  assert.equal((await fetch(portal.url(`${path}&id=c-1042`))).status, 401);
});
