// A stranger with the pack and the command.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { verify } from '../support/evidence.mjs';
import { Portal } from '../support/portal.mjs';

let portal;
let packs;

before(async () => {
  portal = await Portal.start();
  packs = await Promise.all(portal.card.tenants.map((tenant) => portal.pack(tenant)));
});
after(() => portal?.stop());

test('with the right fingerprint every tenant’s pack verifies, without it the signer is not confirmed', async () => {
  for (const pack of packs) {
    const right = await verify(pack, { key: portal.card.fingerprint });
    assert.equal(right.code, 0, JSON.stringify(right.report));
    assert.equal(right.report.completeness.is, 'whole');
    assert.equal((await verify(pack)).code, 3);
    assert.equal((await verify(pack, { key: 'f'.repeat(64) })).code, 3);
    assert.equal((await verify(pack, { key: portal.card.fingerprint_words })).code, 0);
  }
});

test('a range of the log verifies too, and says that it is one', async () => {
  const range = await portal.pack('acme', '?from=20&to=60');
  const { code, report } = await verify(range, { key: portal.card.fingerprint });
  assert.equal(code, 0, JSON.stringify(report));
  assert.deepEqual([report.about.from, report.about.to], [20, 60]);
  assert.equal(report.completeness.is, 'range');
});

test('one flipped bit, anywhere, never verifies', async () => {
  const [pack] = packs;
  const flips = 20;
  for (let flip = 0; flip < flips; flip += 1) {
    // Evenly over the file, at a different bit each time.
    const place = Math.floor((pack.length * (flip + 0.5)) / flips);
    const changed = Buffer.from(pack);
    changed[place] ^= 1 << flip % 8;
    const { code } = await verify(changed, { key: portal.card.fingerprint });
    assert.ok(code === 1 || code === 2, `bit ${flip % 8} of byte ${place}: ${code}`);
  }
});

test('a pack that was cut off never verifies', async () => {
  const [pack] = packs;
  for (const length of [1, 100, pack.length >> 1, pack.length - 1]) {
    const { code } = await verify(pack.subarray(0, length), { key: portal.card.fingerprint });
    assert.ok(code === 1 || code === 2, `${length} bytes: ${code}`);
  }
});
