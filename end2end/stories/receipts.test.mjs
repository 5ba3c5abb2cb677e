// The vendor reads the log: every view has an address, and every text is only text.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, signedIn, text, visit } from '../support/browser.mjs';
import { Portal } from '../support/portal.mjs';

const LOG = '/tenants/acme/receipts';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** The sequence numbers on this page, from the top. */
const numbers = async (page) =>
  (await page.locator('table.receipts tbody th').allInnerTexts()).map((text) => Number(text.replace(/[#,]/g, '')));

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`page after page shows the whole log, newest first, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url(LOG));
    const seen = await numbers(page);
    const older = page.getByRole('link', { name: 'Older' });
    while (await older.count()) {
      const next = await older.getAttribute('href');
      await older.click();
      await page.waitForURL(portal.url(next));
      await page.waitForFunction((last) => {
        const first = document.querySelector('table.receipts tbody th');
        return first && Number(first.textContent.replace(/[#,]/g, '')) < last;
      }, seen.at(-1));
      seen.push(...(await numbers(page)));
    }
    const size = await portal.size('acme');
    assert.deepEqual(seen, [...Array(size).keys()].reverse());
    assert.equal(await page.getByRole('link', { name: 'Newest' }).count(), 1);
    quiet(page);
  });

  test(`filters are in the address, and an address is a view, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url(LOG));
    await page.locator('#verdict').selectOption('DENY');
    await page.locator('#code').selectOption('TENANT_ISOLATION');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/verdict=DENY/);
    await awake(page);
    assert.match(page.url(), /code=TENANT_ISOLATION/);
    const found = await numbers(page);
    assert.ok(found.length > 0);

    const again = await visit(browser, { javaScriptEnabled });
    await open(again, page.url());
    assert.deepEqual(await numbers(again), found);
    assert.equal(await again.locator('#verdict').inputValue(), 'DENY');
    for (const row of await again.locator('table.receipts tbody tr').allInnerTexts()) {
      assert.match(row, /DENY\s+TENANT_ISOLATION/);
    }
    await again.getByRole('link', { name: 'Clear filters' }).click();
    await again.waitForURL(portal.url(LOG));
    quiet(page);
    quiet(again);
  });

  test(`where nothing matches, the page says what to do next, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    await open(page, portal.url(`${LOG}?table=payrolls`));
    assert.match(await text(page, '.empty'), /No receipt matches these filters\./);
    await page.getByRole('link', { name: 'show all receipts' }).click();
    await page.waitForURL(portal.url(LOG));
    await page.locator('table.receipts').waitFor();
    quiet(page);
  });

  test(`a receipt tells what was asked, decided and done, and leads to what belongs to it, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    const answer = await portal.decide({ ...portal.card.samples.allowed_update, set: { owner: `read ${how}` } });
    const size = await portal.size('acme');
    await open(page, portal.url(`${LOG}/${size - 2}`));
    const said = await text(page, 'main');
    for (const part of ['ALLOW', answer.id, 'contact-care', 'caller asked', 'version 1', `read ${how}`]) {
      assert.ok(said.includes(part), part);
    }
    await page.getByRole('link', { name: `Outcome #${size - 1}` }).click();
    await page.waitForURL(portal.url(`${LOG}/${size - 1}`));
    await page.getByRole('heading', { level: 1, name: `Receipt #${size - 1}` }).waitFor();
    assert.match(await text(page, 'main'), /COMMITTED/);
    quiet(page);
  });

  test(`an address without a receipt says so, ${how}`, async () => {
    const page = await visit(browser, { javaScriptEnabled });
    await signedIn(page, portal.address);
    for (const path of [`${LOG}/999999`, `${LOG}/nonsense`, '/tenants/nobody/receipts', '/nowhere']) {
      const response = await page.goto(portal.url(path));
      assert.equal(response.status(), 404, path);
      assert.equal(await text(page, 'h1'), 'Not found', path);
    }
    quiet(page, 404);
  });
}

test('whatever an agent writes is shown as text, everywhere', async () => {
  const markup = '</textarea></script><script>window.harmed = 1</script><img src=x onerror="window.harmed = 1">';
  const hidden = '\u202egnp.exe\u2066\u200b\u0000';
  const reason = (markup + hidden).padEnd(1900, 'x');
  const answer = await portal.decide({
    ...portal.card.samples.wrong_tenant,
    on_behalf_of: markup + hidden,
    operation: 'update',
    reason,
    records: [{ id: `${markup}${hidden}` }],
    set: { [markup]: markup, status: markup },
    table: `contacts${markup}`,
  });
  const seq = (await portal.size('acme')) - 1;
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit(browser, { javaScriptEnabled });
    for (const path of [LOG, `${LOG}/${seq}`, `/try/acme/${answer.id}`]) {
      await open(page, portal.url(path));
      const said = await text(page);
      assert.ok(said.includes('<script>window.harmed = 1</script>'), path);
      assert.ok(said.includes('U+202E') && said.includes('U+0000'), path);
      assert.doesNotMatch(said, /[\u202a-\u202e\u2066-\u2069\u200b]/, path);
      assert.doesNotMatch(await page.title(), /[\u202a-\u202e<]/, path);
      assert.equal(await page.locator('img, main script').count(), 0, path);
      const [wide, window] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
      assert.ok(wide <= window, `${path} is ${wide} px wide`);
    }
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    quiet(page);
  }
});
