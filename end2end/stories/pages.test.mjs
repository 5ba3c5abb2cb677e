// Every page of the portal in every state: for everybody, in light and dark, at 320 px, on paper, as valid HTML. Which
// pages there are is read from the portal's own table.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, dense, launch, open, quiet, visit } from '../support/browser.mjs';
import { filled, forms, names, pages } from '../support/doors.mjs';
import { accessible, guarded, printed, roomy, valid } from '../support/look.mjs';
import { everything } from '../support/places.mjs';
import { Portal } from '../support/portal.mjs';

const LOG = '/tenants/acme/receipts';

let browser;
let portal;
let tried;
let places;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  const { wrong_tenant, allowed_update, needs_approval } = portal.card.samples;
  tried = await Promise.all([wrong_tenant, allowed_update, needs_approval].map((sample) => portal.decide(sample)));
  places = {
    ...(await everything(browser, portal)),
    'approvals/{id}': tried[2].id,
    action: tried[0].id,
    seq: (await newest('decision')).split('/').at(-1),
  };
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** The address of the newest receipt of this kind. */
async function newest(kind, tenant = 'acme') {
  const { receipts } = await portal.json(`/v1/tenants/${tenant}/receipts?kind=${kind}&limit=1`);
  assert.equal(receipts.length, 1, `the demo has no ${kind}`);
  return `/tenants/${tenant}/receipts/${receipts[0].seq}`;
}

/** It keeps every promise that a page makes. */
async function everybody(page, response, what) {
  await valid(await response.text(), what);
  await accessible(page, what);
  await roomy(page, what);
  for (const answer of page.responses) {
    if (answer.url().startsWith(portal.address)) guarded(await answer.allHeaders(), answer.url());
  }
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(portal.address) && !url.startsWith('data:')), []);
}

for (const path of pages) {
  for (const locale of ['en-GB', 'de-DE']) {
    test(`${path} is for everybody, in ${locale}`, async () => {
      const page = await visit(browser, { locale });
      const response = await open(page, portal.url(filled(path, places)));
      assert.equal(response.status(), 200);
      assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
      await everybody(page, response, path);
      quiet(page);
    });
  }
}

/** The places, but for this name, behind which there is nothing. */
function without(name) {
  const others = Object.entries(places).filter(([place]) => place !== name && !place.endsWith(`{${name}}`));
  return { ...Object.fromEntries(others), [name]: name === 'seq' || name === 'version' ? 999_999 : 'nobody' };
}

// A link that was never given out looks like one that is spent.
for (const path of pages.filter((path) => names(path).length > 0 && !path.endsWith('/{link}'))) {
  test(`${path} says so when there is no such thing`, async () => {
    for (const name of names(path)) {
      const page = await visit(browser);
      const response = await open(page, portal.url(filled(path, without(name))));
      assert.equal(response.status(), 404, `${path} without its ${name}`);
      await valid(await response.text(), path);
      quiet(page, 404);
      await page.context().close();
    }
  });
}

const states = {
  'the form, with another sample': () => '/try?sample=large_invoice',
  'the empty form': () => '/try?sample=none',
  'a refused write': () => `/try/acme/${tried[0].id}`,
  'a committed write': () => `/try/acme/${tried[1].id}`,
  'a write that waits': () => `/try/acme/${tried[2].id}`,
  'an older page of a log': () => `${LOG}?before=40`,
  'a filtered log': () => `${LOG}?verdict=DENY&code=TENANT_ISOLATION`,
  'a filter that matches nothing': () => `${LOG}?table=nothing`,
  'an outcome': () => newest('outcome'),
  'an activation': () => newest('activation'),
  'a key': () => newest('key'),
  'a notice': () => newest('notice', 'globex'),
};

for (const [what, path] of Object.entries(states)) {
  test(`${what} is for everybody`, async () => {
    const page = await visit(browser);
    const response = await open(page, portal.url(await path()));
    assert.equal(response.status(), 200);
    await everybody(page, response, what);
    quiet(page);
  });
}

// Last come those after which something is no more.
const ends = (path) => /sign-out|discard|forget|withdraw|remove|revoke/.test(path);

// What answers a script with a piece of a page is no page.
for (const path of forms.filter((path) => !path.endsWith('/assess')).sort((a, b) => ends(a) - ends(b))) {
  test(`the form ${path}, sent empty, is for everybody`, async () => {
    const page = await visit(browser);
    await open(page, portal.url('/try?sample=none'));
    const answered = page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303);
    await page.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      document.body.append(form);
      form.submit();
    }, filled(path, places));
    const response = await answered;
    await awake(page);
    assert.ok(response.status() < 500, `${response.status()}`);
    if (response.status() === 422) {
      await page.locator('#error-summary').waitFor();
      // Each fault that is told leads to its field.
      for (const href of await page.locator('#error-summary a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) {
        assert.equal(await page.locator(href).count(), 1, `${path} has no ${href}`);
        assert.ok(await page.locator(href).isVisible(), `${path} does not show ${href}`);
      }
      assert.match(await page.title(), /^Not (sent|done)/i);
    }
    await everybody(page, response, path);
    quiet(page, response.status() === 200 ? undefined : response.status());
    await page.context().close();
  });
}

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
