// The sealed page gives the same answer as the command, on every pack that there is a right answer for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, quiet } from '../support/browser.mjs';
import { packOf, packs, verify } from '../support/evidence.mjs';
import { answerOf, check, openSealed, stoppedAt } from '../support/sealed.mjs';

const EXIT = { verified: 0, does_not_verify: 1, could_not_check: 2, signer_not_confirmed: 3, incomplete: 4 };
const cases = packs();
let browser;
let page;

before(async () => {
  browser = await launch();
  page = await openSealed(browser);
});
after(() => browser?.close());

test('there are enough cases, and most of them must not pass', () => {
  const passing = cases.filter(({ state }) => state === 'verified');
  assert.ok(cases.length >= 100, `${cases.length} packs`);
  assert.ok(passing.length * 3 <= cases.length, `${passing.length} of ${cases.length} pass`);
});

for (const vector of cases) {
  const { name, why, state, step, key, since } = vector;
  test(`${name}: ${why}`, async () => {
    // A kept checkpoint stays on the page, so what needs one has a page of its own.
    const mine = since ? await openSealed(browser) : page;
    const bytes = await packOf(vector);
    const expected = { key: key ?? undefined, since };
    const [seen, command] = await Promise.all([
      check(mine, bytes, { ...expected, name: `${name}.evidencepack` }),
      verify(bytes, expected),
    ]);
    assert.equal(command.code, EXIT[state], command.error);
    assert.deepEqual(seen, answerOf(command.report), 'the page and the command disagree');
    assert.deepEqual({ state: seen.state, step: stoppedAt(seen) }, { state, step });
    quiet(mine);
    if (since) await mine.context().close();
  });
}
