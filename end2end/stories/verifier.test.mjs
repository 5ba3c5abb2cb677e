// A reviewer checks a pack in the sealed page, from disk, with the network cut.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { launch, quiet, text } from '../support/browser.mjs';
import { packOf, packs, verify } from '../support/evidence.mjs';
import { verifier } from '../support/house.mjs';
import { guarded } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';
import { answer, check, file, openSealed, stoppedAt } from '../support/sealed.mjs';

const named = (name) => packs().find((vector) => vector.name === name);
// No checkpoint was kept: what is absent is never said to hold.
const HELD = Array(11).fill('held');
const RIGHT = { state: 'verified', results: [...HELD, 'not_present'] };

let browser;
let portal;
let pack;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  pack = await portal.pack('acme');
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

test('with the network cut, the vendor’s pack is verified and nothing was asked of any network', async () => {
  const page = await openSealed(browser);
  await page.context().setOffline(true);
  const session = await page.context().newCDPSession(page);
  const asked = [];
  session.on('Network.requestWillBeSent', ({ request }) => asked.push(request.url));
  await session.send('Network.enable');
  assert.equal(await page.locator('html').getAttribute('data-state'), 'not-checked');
  assert.deepEqual(await check(page, pack, { key: portal.card.fingerprint }), RIGHT);
  assert.equal(await text(page, '#result'), 'Verified');
  assert.deepEqual(asked, []);
  assert.deepEqual(page.requests.filter((address) => !/^(file|data):/.test(address)), []);
  quiet(page);
});

test('even code that runs inside the page reaches nobody', async () => {
  let reached = 0;
  const canary = createServer((_, answer) => answer.end()).on('connection', () => (reached += 1));
  await new Promise((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${canary.address().port}`;
  const page = await openSealed(browser);
  const ways = await page.evaluate(async (host) => {
    const refused = (attempt) => attempt.then(() => 'went out', () => 'refused');
    const loaded = (element) =>
      refused(new Promise((resolve, reject) => {
        Object.assign(element, { onload: resolve, onerror: reject, src: `http://${host}/` });
        document.body.append(element);
      }));
    const socket = () =>
      refused(new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${host}/`);
        Object.assign(socket, { onopen: resolve, onerror: reject });
      }));
    return {
      fetch: await refused(fetch(`http://${host}/`, { mode: 'no-cors' })),
      image: await loaded(new Image()),
      script: await loaded(document.createElement('script')),
      socket: await socket(),
      rtc: typeof RTCPeerConnection,
      transport: typeof WebTransport,
    };
  }, host);
  canary.close();
  const no = 'refused';
  assert.deepEqual(ways, { fetch: no, image: no, script: no, socket: no, rtc: 'undefined', transport: 'undefined' });
  assert.equal(reached, 0);
});

test('without a fingerprint, or with somebody else’s, the signer is not confirmed', async () => {
  const page = await openSealed(browser);
  for (const key of [undefined, '0'.repeat(64)]) {
    const { state } = await check(page, pack, { key, name: `${key ?? 'none'}.evidencepack` });
    assert.equal(state, 'signer_not_confirmed');
    assert.equal(await text(page, '#result'), 'Intact, signer not confirmed');
    assert.ok((await text(page, '.result')).replace(/\s/g, '').includes(portal.card.fingerprint));
  }
  quiet(page);
});

test('the fingerprint may be said in words', async () => {
  const page = await openSealed(browser);
  assert.deepEqual(await check(page, pack, { key: portal.card.fingerprint_words }), RIGHT);
});

test('a fingerprint that is none is corrected before anything is checked', async () => {
  const page = await openSealed(browser);
  await page.locator('#fingerprint').fill('abc');
  await page.locator('#pack').setInputFiles(file('pack.evidencepack', pack));
  await page.locator('#fingerprint-fault', { hasText: 'Correct it' }).waitFor();
  await page.locator('#fingerprint:focus').waitFor();
  assert.equal((await answer(page)).state, 'not_checked');
});

test('an ALLOW where the envelope says DENY, signed by the vendor’s real key, fails at step 8', async () => {
  const page = await openSealed(browser);
  const lies = packs().filter(({ step }) => step === 8);
  assert.ok(lies.length > 0);
  for (const lie of lies) {
    const seen = await check(page, await packOf(lie), { key: lie.key, name: `${lie.name}.evidencepack` });
    assert.deepEqual({ state: seen.state, step: stoppedAt(seen) }, { state: 'does_not_verify', step: 8 });
    assert.match(await text(page, '.stopped'), /^Step 8, Verdicts re-derived, stopped at /);
  }
});

test('a check can be stopped, and done again', async () => {
  const page = await openSealed(browser);
  await page.locator('#fingerprint').fill(portal.card.fingerprint);
  await page.evaluate(() => {
    const root = document.documentElement;
    const stop = new MutationObserver(() => {
      if (root.dataset.state !== 'checking') return;
      stop.disconnect();
      [...document.querySelectorAll('button')].find((button) => button.textContent.trim() === 'Stop').click();
    });
    stop.observe(root, { attributes: true });
  });
  await page.locator('#pack').setInputFiles(file('pack.evidencepack', pack));
  await page.getByText('You stopped the check, so there is no answer.').waitFor();
  assert.equal((await answer(page)).state, 'not_checked');
  assert.equal(await page.locator('#result').count(), 0);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.locator('#result', { hasText: 'Verified' }).waitFor();
  assert.deepEqual(await answer(page), RIGHT);
});

test('the refused attempt is found, opened and decided again', async () => {
  const page = await openSealed(browser);
  await check(page, pack, { key: portal.card.fingerprint });
  await page.locator('#kind').selectOption('DENY');
  await page.locator('#search').fill('TENANT_ISOLATION');
  await page.locator('#search').press('Enter');
  const codes = page.locator('.list tbody .codes');
  await page.waitForFunction(() => [...document.querySelectorAll('.list tbody .codes')].every((cell) => cell.textContent.includes('TENANT_ISOLATION')));
  assert.ok((await codes.count()) > 0);
  await page.locator('.list tbody button').first().click();
  await page.locator('#open-title:focus').waitFor();
  assert.equal(await page.locator('.derivation').getAttribute('data-rederived'), 'same');
  assert.equal(await page.locator('[data-wall="4"]').getAttribute('data-ending'), 'spoke');
  assert.equal(await page.locator('[data-wall="5"]').getAttribute('data-ending'), 'not-reached');
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.locator('.list tbody button:focus').waitFor();
  quiet(page);
});

test('what was kept last time shows that the log goes on', async () => {
  const page = await openSealed(browser);
  await check(page, pack, { key: portal.card.fingerprint });
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Keep this checkpoint' }).click();
  const kept = await readFile(await (await saving).path(), 'utf8');
  await portal.decide(portal.card.samples.wrong_tenant);
  const later = await portal.pack('acme');
  const next = await openSealed(browser);
  const seen = await check(next, later, { key: portal.card.fingerprint, since: kept });
  assert.deepEqual(seen, { state: 'verified', results: [...HELD, 'held'] });
  const shrunk = await openSealed(browser);
  const head = await (await portal.read('/v1/tenants/acme/checkpoint')).text();
  const backwards = await check(shrunk, pack, { key: portal.card.fingerprint, since: head });
  assert.deepEqual({ state: backwards.state, step: stoppedAt(backwards) }, { state: 'does_not_verify', step: 12 });
});

test('text that means harm is shown as text', async () => {
  const page = await openSealed(browser);
  const vector = named('pack-ok-hostile-texts');
  await check(page, await packOf(vector), { key: vector.key, name: `<img src=x onerror=alert(1)>.evidencepack` });
  for (const row of await page.locator('.list tbody button').all()) {
    await row.click();
    await page.getByRole('button', { name: 'Back to the list' }).click();
  }
  assert.equal(await page.locator('main img, main script, main iframe').count(), 0);
  assert.doesNotMatch(await text(page), /[\u202a-\u202e\u2066-\u2069\u0000]/);
  quiet(page);
});

test('the portal serves the same bytes, sealed off from itself, and they say the same', async () => {
  const answered = await fetch(portal.url('/verify'));
  const served = Buffer.from(await answered.arrayBuffer());
  assert.ok(served.equals(await readFile(verifier.path)));
  guarded(answered.headers, '/verify');
  const policy = answered.headers.get('content-security-policy');
  assert.match(policy, /sandbox allow-scripts/);
  assert.doesNotMatch(policy, /allow-same-origin|connect-src|unsafe-inline|http/);
  const inside = served.toString('utf8').match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)[1];
  assert.ok(policy.startsWith(inside.replaceAll('&#39;', "'")), inside);
  const page = await openSealed(browser, {}, portal.url('/verify'));
  assert.deepEqual(await check(page, pack, { key: portal.card.fingerprint }), RIGHT);
  assert.equal(await page.evaluate(() => window.origin), 'null');
  quiet(page);
});

test('the command agrees', async () => {
  assert.equal((await verify(pack, { key: portal.card.fingerprint })).code, 0);
});
