// Every page of the portal in every state: for everybody, in light and dark, at 320 px, on paper, as valid HTML.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, dense, launch, open, quiet, visit } from '../support/browser.mjs';
import { accessible, guarded, printed, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

const LOG = '/tenants/acme/receipts';

let browser;
let portal;
let tried;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  const { wrong_tenant, allowed_update, needs_approval } = portal.card.samples;
  tried = await Promise.all([wrong_tenant, allowed_update, needs_approval].map((sample) => portal.decide(sample)));
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** The address of the newest receipt of this kind. */
async function newest(kind, tenant = 'acme') {
  const { receipts } = await portal.json(`/v1/tenants/${tenant}/receipts?kind=${kind}&limit=1`);
  assert.equal(receipts.length, 1, `the demo has no ${kind}`);
  return `/tenants/${tenant}/receipts/${receipts[0].seq}`;
}

const pages = {
  'the overview': () => '/',
  'the form, with the wrong tenant': () => '/try',
  'the form, with another sample': () => '/try?sample=large_invoice',
  'the empty form': () => '/try?sample=none',
  'a refused write': () => `/try/acme/${tried[0].id}`,
  'a committed write': () => `/try/acme/${tried[1].id}`,
  'a write that waits': () => `/try/acme/${tried[2].id}`,
  'the list of logs': () => '/receipts',
  'a log': () => LOG,
  'an older page of a log': () => `${LOG}?before=40`,
  'a filtered log': () => `${LOG}?verdict=DENY&code=TENANT_ISOLATION`,
  'a filter that matches nothing': () => `${LOG}?table=nothing`,
  'a decision': () => newest('decision'),
  'an outcome': () => newest('outcome'),
  'an activation': () => newest('activation'),
  'a key': () => newest('key'),
  'a notice': () => newest('notice', 'globex'),
};

for (const [what, path] of Object.entries(pages)) {
  test(`${what} is for everybody`, async () => {
    const page = await visit(browser);
    const response = await open(page, portal.url(await path()));
    assert.equal(response.status(), 200);
    await valid(await response.text(), what);
    await accessible(page, what);
    await roomy(page, what);
    for (const answer of page.responses) {
      if (answer.url().startsWith(portal.address)) guarded(await answer.allHeaders(), answer.url());
    }
    assert.deepEqual(page.requests.filter((url) => !url.startsWith(portal.address) && !url.startsWith('data:')), []);
    quiet(page);
  });
}

test('a form that was not sent is for everybody', async () => {
  const page = await visit(browser);
  await open(page, portal.url('/try?sample=none'));
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Send through the boundary' }).click();
  const response = await answered;
  await page.locator('#error-summary').waitFor();
  await awake(page);
  assert.equal(response.status(), 422);
  guarded(await response.allHeaders(), 'the form');
  await accessible(page, 'the form');
  await roomy(page, 'the form');
  quiet(page, 422);
});

test('a page that does not exist is for everybody', async () => {
  const page = await visit(browser);
  const response = await open(page, portal.url('/nowhere'));
  assert.equal(response.status(), 404);
  guarded(await response.allHeaders(), 'nowhere');
  await valid(await response.text(), 'nowhere');
  await accessible(page, 'nowhere');
  await roomy(page, 'nowhere');
  quiet(page, 404);
});

test('on paper a receipt has its hashes whole, and nothing to click', async () => {
  const page = await visit(browser);
  await open(page, portal.url(await newest('decision')));
  const shown = await dense(page);
  const paper = await printed(page);
  const hashes = [...new Set(paper.match(/sha256:[0-9a-f]*/g))];
  assert.ok(hashes.length >= 3, `${hashes}`);
  for (const hash of hashes) assert.equal(hash.length, 71, hash);
  assert.ok(paper.includes(portal.card.fingerprint));
  assert.ok(shown.includes(portal.card.fingerprint));
  await page.emulateMedia({ media: 'print' });
  for (const button of await page.getByRole('button').all()) assert.equal(await button.isVisible(), false);
  assert.equal(await page.getByRole('navigation', { name: 'Portal' }).isVisible(), false);
});

test('on paper the dark is light', async () => {
  const page = await visit(browser, { colorScheme: 'dark' });
  await open(page, portal.url(LOG));
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const [ink, ground] = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor];
  });
  assert.match(ink, /rgb\((\d{1,2}), ?(\d{1,2}), ?(\d{1,2})\)|oklch\(0\.[0-3]|oklch\(0 /, `ink is ${ink}`);
  assert.match(ground, /rgba?\((0, 0, 0, 0|255, 255, 255)\)/, `ground is ${ground}`);
});
