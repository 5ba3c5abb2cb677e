// Writes that are well formed and mean harm, or nothing: each gets a verdict with a receipt, and only what was allowed
// is in the database.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { verify } from '../support/evidence.mjs';
import { Portal } from '../support/portal.mjs';
import { everything, record } from '../support/records.mjs';

let portal;

before(async () => {
  portal = await Portal.start();
});
after(() => portal?.stop());

const SQL = `x'); drop table contacts; --`;
const BIDI = '\u202eevil\u2066';

const refused = {
  'an agent that nobody knows': [{ agent: 'night-agent' }, /PRINCIPAL_INACTIVE|AGENT_KILLED/],
  'a connector that nobody knows': [{ connector: 'erp' }, /CAPABILITY_UNKNOWN|NO_POLICY_DEFINED/],
  'a table that the contract does not have': [{ table: 'payroll' }, /SCHEMA_VIOLATION/],
  'SQL for a table': [{ table: SQL }, /SCHEMA_VIOLATION/],
  'an operation that does not exist': [{ operation: 'truncate' }, /SCHEMA_VIOLATION/],
  'a column that the contract does not have': [{ set: { is_admin: true } }, /SCHEMA_VIOLATION/],
  'SQL for a column': [{ set: { [`owner = 'x' --`]: 'x' } }, /SCHEMA_VIOLATION/],
  'a number for text': [{ set: { status: 7 } }, /SCHEMA_VIOLATION/],
  'a number for sealed text': [{ set: { phone: 7 } }, /SCHEMA_VIOLATION/],
  'null where there must be a value': [{ set: { status: null } }, /SCHEMA_VIOLATION/],
  'another tenant as owner': [{ set: { tenant_id: 'globex' } }, /TENANT_ISOLATION/],
  'nothing to set': [{ set: {} }, /SCHEMA_VIOLATION|MISSING_REQUIREMENT/],
  'no records': [{ records: [] }, /SCHEMA_VIOLATION|MISSING_REQUIREMENT/],
  'a record that does not exist': [{ records: [{ id: 'c-0' }] }, /MISSING_REQUIREMENT/],
  'SQL for a record': [{ records: [{ id: SQL }] }, /MISSING_REQUIREMENT/],
  'a record with NUL in its key': [{ records: [{ id: 'c-1042\u0000' }] }, /MISSING_REQUIREMENT|SCHEMA_VIOLATION/],
  'a key column that is none': [{ records: [{ name: 'Ada' }] }, /SCHEMA_VIOLATION|MISSING_REQUIREMENT/],
  'one record of two belongs to another tenant': [{ records: [{ id: 'c-1042' }, { id: 'c-2001' }] }, /TENANT_ISOLATION/],
};

for (const [what, [change, code]] of Object.entries(refused)) {
  test(`${what} is denied, and nothing changes`, async () => {
    const data = await everything(portal);
    const answer = await portal.decide({ ...portal.card.samples.allowed_update, ...change });
    assert.equal(answer.verdict, 'DENY');
    assert.match(answer.reasons[0].code, code);
    assert.equal(answer.outcome, null);
    assert.deepEqual(await everything(portal), data);
  });
}

for (const [what, value] of Object.entries({ SQL, 'bidi controls': BIDI, markup: '</textarea><script>', 'nothing': '' })) {
  test(`${what} as a value is data`, async () => {
    const answer = await portal.decide({ ...portal.card.samples.allowed_update, set: { notes: value } });
    assert.deepEqual([answer.verdict, answer.outcome.status], ['ALLOW', 'COMMITTED']);
    assert.equal((await record(portal, 'contacts', 'c-1042')).notes, value);
  });
}

test('NUL in a value is written whole or not at all', async () => {
  const before = await record(portal, 'contacts', 'c-1042');
  const answer = await portal.decide({ ...portal.card.samples.allowed_update, set: { owner: 'a\u0000b' } });
  const { owner } = await record(portal, 'contacts', 'c-1042');
  assert.equal(owner, answer.outcome?.status === 'COMMITTED' ? 'a\u0000b' : before.owner);
});

test('after all this the log verifies', async () => {
  for (const tenant of portal.card.tenants) {
    const { code, report } = await verify(await portal.pack(tenant), { key: portal.card.fingerprint });
    assert.equal(code, 0, JSON.stringify(report));
  }
});
