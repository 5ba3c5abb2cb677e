// The envelope editor: what is written in sentences, and what it would have meant, with scripts and without.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, tabTo, text, visit } from '../support/browser.mjs';
import { accessible, printed, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

const HOME = '/tenants/acme/envelope/crm';
const EDIT = `${HOME}/edit`;

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** Everything that a page owes everybody, in this state. */
async function sound(page, what) {
  if (page.scripts) await accessible(page, what);
  await roomy(page, what);
  await valid(await (await portal.look(new URL(page.url()).pathname)).text(), what);
}

/** Throws the draft away, so that each story begins with what is in force. */
async function afresh(page) {
  await open(page, portal.url(EDIT));
  if (!(await page.locator('.drafted').count())) return;
  await page.locator('.drafted summary').click();
  await page.getByRole('button', { name: 'Throw the draft away' }).click();
  await page.getByText('The draft was thrown away.').waitFor();
  await open(page, portal.url(EDIT));
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`an envelope is changed, tried on the past and proposed, ${how}`, async (story) => {
    const page = await visit(browser, { javaScriptEnabled });
    story.after(() => page.context().close());
    await afresh(page);
    await sound(page, 'the editor');
    await page.locator('#rule-0-effect').selectOption('never');
    if (!javaScriptEnabled) {
      await page.locator('.meaning-head').getByRole('button', { name: 'Check' }).click();
      await awake(page);
      while (await page.locator('[data-backtest]').count()) await page.reload();
    }
    const counts = page.locator('.backtest:not([data-backtest])');
    await counts.waitFor();
    assert.match(await counts.innerText(), /Of [\d,]+ decisions, it would newly deny [1-9]/);
    assert.match(await text(page, '.changes'), /added:\s+never/);
    await sound(page, 'a changed envelope');
    assert.match(await text(page, '.drafted, main'), /draft/i);

    const newly = counts.getByRole('link', { name: /newly denied/ });
    const examples = await newly.getAttribute('href');
    await open(page, portal.url(examples));
    await sound(page, 'examples');
    const receipt = page.locator('.examples tbody th a').first();
    const number = await receipt.innerText();
    await receipt.click();
    await awake(page);
    assert.match(await text(page, 'h1'), new RegExp(number.slice(1)));

    await open(page, portal.url(EDIT));
    await page.getByRole('button', { name: 'Propose the envelope' }).click();
    await awake(page);
    assert.match(await text(page, '.error-summary'), /Say why/);
    assert.equal(await page.locator('#rule-0-effect').inputValue(), 'never');
    quiet(page, 422);
    page.complaints = [];
    await page.locator('#reason').fill('</textarea><script>alert(1)</script> support stops writing');
    await page.getByRole('button', { name: 'Propose the envelope' }).click();
    await page.getByText('Proposed. Somebody else puts it in force.').waitFor();
    assert.match(await text(page, 'main'), /You proposed it, so somebody else puts it in force/);
    assert.match(await text(page, 'main'), /<\/textarea><script>alert\(1\)<\/script> support stops writing/);
    assert.equal(await page.getByRole('button', { name: 'Put it in force' }).count(), 0);
    await sound(page, 'a proposal');
    await page.getByRole('button', { name: 'Take it back…' }).click();
    await page.getByRole('button', { name: 'Take it back', exact: true }).click();
    await page.getByText('The proposal was taken back.').waitFor();
    quiet(page);
  });
}

test('rules are added, moved and removed by buttons, and the faults of a rule lead to it', async (story) => {
  const page = await visit(browser);
  story.after(() => page.context().close());
  await afresh(page);
  const rules = await page.locator('[id^=rule-][id$=-effect]').count();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await awake(page);
  assert.equal(await page.locator('[id^=rule-][id$=-effect]').count(), rules + 1);
  assert.match(page.url(), new RegExp(`#rule-${rules}$`));
  await page.locator(`#rule-${rules}-id`).fill('Not a name');
  const fault = page.locator(`[data-consequences] a[href="#rule-${rules}-id"]`);
  await fault.waitFor();
  await fault.click();
  assert.equal(await page.evaluate(() => document.activeElement.id), `rule-${rules}-id`);
  await page.locator(`#rule-${rules}-id`).fill('tidy');
  await page.locator(`#rule-${rules}-table`).selectOption('tickets');
  await page.locator(`#rule-${rules}-columns-of input[value="priority"]`).waitFor({ state: 'attached' });
  await page.locator(`#rule-${rules}-columns`).click();
  await page.locator(`#rule-${rules}-columns-of input[value="priority"]`).check();
  assert.equal(await text(page, `#rule-${rules}-columns`), 'priority');
  await page.locator('.changes').getByText('priority').first().waitFor();
  await page.getByRole('button', { name: `Up: Rule ${rules + 1}` }).click();
  await awake(page);
  assert.equal(await page.locator(`#rule-${rules - 1}-id`).inputValue(), 'tidy');
  await page.getByRole('button', { name: `Remove: Rule ${rules}` }).click();
  await awake(page);
  assert.equal(await page.locator('[id^=rule-][id$=-effect]').count(), rules);
  quiet(page);
});

test('the editor is used by keyboard alone, and the envelope is read on paper', async (story) => {
  const page = await visit(browser);
  story.after(() => page.context().close());
  await afresh(page);
  await tabTo(page, '#rule-0-max_rows', 120);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('3');
  await page.locator('.changes').waitFor();
  // Enter checks, and nothing else.
  await page.keyboard.press('Enter');
  await page.waitForURL('**/edit#consequences');
  assert.equal(await page.locator('#rule-0-max_rows').inputValue(), '3');
  await open(page, portal.url(HOME));
  await sound(page, 'the envelope in force');
  const paper = await printed(page);
  assert.match(paper, /Whatevernorulepermitsisdenied/);
  for (const [rest, what] of [['/versions', 'the versions'], ['/versions/1', 'a version'], ['/cases', 'the cases'], ['/copy', 'copies']]) {
    await open(page, portal.url(HOME + rest));
    await sound(page, what);
  }
  await open(page, portal.url('/tenants/acme/envelopes'));
  await sound(page, 'the shelf');
  quiet(page);
});
