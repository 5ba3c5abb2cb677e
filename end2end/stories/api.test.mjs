// An agent's program talks to the portal.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';

import { said } from '../support/evidence.mjs';
import { guarded } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';
import { everything, record } from '../support/records.mjs';

let portal;

before(async () => {
  portal = await Portal.start();
});
after(() => portal?.stop());

/** A problem as RFC 9457 has it, with this status and code, and the headers of every answer. */
async function problem(answer, status, code) {
  const body = await answer.text();
  assert.equal(answer.status, status, body);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  guarded(answer.headers, code);
  const { type, title, detail, ...rest } = JSON.parse(body);
  assert.equal(rest.status, status);
  assert.equal(rest.code, code);
  assert.ok(type && title && detail);
  assert.doesNotMatch(body, /sqlx|sqlite|panicked|\.rs\b/i);
}

test('the printed line, pasted into a shell, is refused with a receipt, and the other tenant’s record stays', async () => {
  const { records } = portal.card.samples.wrong_tenant;
  const theirs = await record(portal, 'contacts', records[0].id);
  const shell = spawn('bash', ['-c', portal.curl]);
  const answer = JSON.parse(await text(shell.stdout));
  assert.equal(answer.verdict, 'DENY');
  assert.equal(answer.reasons[0].code, 'TENANT_ISOLATION');
  assert.equal(answer.outcome, null);
  const { predicate } = said(answer.receipt);
  assert.equal(predicate.decision.verdict, 'DENY');
  assert.ok(!JSON.stringify(predicate).includes(theirs.tenant_id), 'the other tenant is only a commitment');
  assert.deepEqual(await record(portal, 'contacts', records[0].id), theirs);
});

test('the verdicts have one shape', async () => {
  const { samples } = portal.card;
  assert.equal(Object.keys(samples)[0], 'wrong_tenant');
  const verdicts = {};
  for (const [name, sample] of Object.entries(samples)) {
    const answer = await portal.decide(sample);
    assert.deepEqual(Object.keys(answer), ['id', 'verdict', 'reasons', 'receipt', 'outcome']);
    assert.deepEqual(Object.keys(answer.receipt).sort(), ['payload', 'payloadType', 'signatures']);
    for (const reason of answer.reasons) assert.deepEqual(Object.keys(reason), ['code', 'message', 'rule']);
    assert.equal(answer.outcome?.status, answer.verdict === 'ALLOW' ? 'COMMITTED' : undefined);
    assert.deepEqual(await portal.json(`/v1/actions/${answer.id}`), answer, 'asked again, it says the same');
    verdicts[name] = [answer.verdict, answer.reasons[0]?.code];
  }
  assert.deepEqual(verdicts, {
    wrong_tenant: ['DENY', 'TENANT_ISOLATION'],
    allowed_update: ['ALLOW', undefined],
    needs_approval: ['ESCALATE', 'APPROVAL_REQUIRED'],
    large_invoice: ['ESCALATE', 'APPROVAL_REQUIRED'],
    legal_hold: ['DENY', 'POLICY_VIOLATION'],
    unknown_column: ['DENY', 'SCHEMA_VIOLATION'],
    four_eyes: ['ESCALATE', 'APPROVAL_REQUIRED'],
  });
});

test('the same request twice is decided once; another under its key is refused', async () => {
  const request = { ...portal.card.samples.allowed_update, set: { owner: 'once' }, idempotency_key: 'once' };
  const [one, two] = await Promise.all([portal.decide(request), portal.decide(request)]);
  assert.deepEqual(two, one);
  const size = await portal.size('acme');
  assert.deepEqual(await portal.decide(request), one);
  await problem(await portal.send({ ...request, set: { owner: 'twice' } }), 409, 'IDEMPOTENCY_CONFLICT');
  assert.equal(await portal.size('acme'), size);
  assert.equal((await record(portal, 'contacts', 'c-1042')).owner, 'once');
});

test('who may not ask gets no answer, and what is not there is not there', async () => {
  const action = JSON.stringify(portal.card.samples.allowed_update);
  for (const authorization of ['', 'Bearer', 'Bearer nobody', `Basic ${portal.card.api_key}`]) {
    await problem(await portal.send(action, { authorization }), 401, 'UNAUTHORIZED');
  }
  await problem(await fetch(portal.url('/v1/tenants/acme/receipts')), 401, 'UNAUTHORIZED');
  await problem(await fetch(portal.url('/v1/tenants/acme/pack')), 401, 'UNAUTHORIZED');
  await problem(await portal.read('/v1/tenants/nobody/receipts'), 404, 'TENANT_UNKNOWN');
  await problem(await portal.read('/v1/tenants/acme/receipts/999999'), 404, 'RECEIPT_UNKNOWN');
  await problem(await portal.read('/v1/actions/nothing'), 404, 'ACTION_UNKNOWN');
  await problem(await portal.read('/v1/nothing'), 404, 'NOT_FOUND');
  await problem(await portal.read('/pkg/../demo.json'), 404, 'NOT_FOUND');
  await problem(await portal.read('/v1/actions'), 405, 'METHOD_NOT_ALLOWED');
  await problem(await portal.send(action, { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  await problem(await portal.read('/v1/tenants/acme/receipts?limit=0'), 400, 'MALFORMED_REQUEST');
  await problem(await portal.read('/v1/tenants/acme/receipts?verdict=MAYBE'), 400, 'MALFORMED_REQUEST');
});

test('what is not a request is refused clearly, and nothing happens', async () => {
  const good = JSON.stringify({ ...portal.card.samples.allowed_update, idempotency_key: 'bad' });
  const with_ = (from, to) => {
    assert.ok(good.includes(from), from);
    return good.replace(from, to);
  };
  const value = '"+44 20 7946 0018"';
  const bad = {
    'no JSON': '{"tenant":',
    'not UTF-8': Buffer.concat([Buffer.from(good.slice(0, -2)), Buffer.from([0xff]), Buffer.from('"}')]),
    'a key twice': with_('{', '{"tenant":"globex",'),
    'a key twice, deep down': with_('{"id":"c-1042"}', '{"id":"c-1042","id":"c-2001"}'),
    '2^53+1': with_(value, '9007199254740993'),
    'a fraction': with_(value, '1.5'),
    'a lone surrogate': with_(value, '"\\ud800"'),
    'a list for a value': with_(value, '["a"]'),
    'a text for records': with_('[{"id":"c-1042"}]', '"c-1042"'),
    'a record without a key': with_('{"id":"c-1042"}', '{}'),
    'a record twice': with_('{"id":"c-1042"}', '{"id":"c-1042"},{"id":"c-1042"}'),
    'a member too many': with_('{', '{"__proto__":{"admin":true},'),
    'SQL for a tenant': with_('"acme"', '"acme\'; drop table contacts; --"'),
    '5,000 levels': '['.repeat(5000) + ']'.repeat(5000),
    'no agent': with_('"agent":"support-agent",', ''),
  };
  const [data, size] = await Promise.all([everything(portal), portal.size('acme')]);
  for (const [what, body] of Object.entries(bad)) {
    const answer = await portal.send(body);
    assert.equal(answer.status, 400, what);
    await problem(answer, 400, 'MALFORMED_REQUEST');
  }
  await problem(await portal.send(with_('"acme"', '"nobody"')), 404, 'TENANT_UNKNOWN');
  await problem(await portal.send(with_(value, `"${'x'.repeat(1_000_000)}"`)), 413, 'BODY_TOO_LARGE');
  assert.deepEqual([await everything(portal), await portal.size('acme')], [data, size]);
});

test('two downloads of a pack are the same bytes', async () => {
  const [one, two] = [await portal.pack('acme'), await portal.pack('acme')];
  assert.ok(one.equals(two));
  const [part, again] = [await portal.pack('acme', '?from=3&to=9'), await portal.pack('acme', '?from=3&to=9')];
  assert.ok(part.equals(again) && !part.equals(one));
  await problem(await portal.read('/v1/tenants/acme/pack?from=9&to=3'), 400, 'MALFORMED_REQUEST');
});

test('anyone may read the keys, and the description of all this', async () => {
  const trust = await (await fetch(portal.url('/.well-known/helm-trust.json'))).text();
  assert.ok(trust.includes(portal.card.fingerprint));
  const description = await (await fetch(portal.url('/openapi.json'))).json();
  assert.ok(description.paths['/v1/actions'].post);
  assert.equal(await (await fetch(portal.url('/healthz'))).text(), 'ok\n');
});
