// Chromium with a fresh profile, and pages whose every complaint is remembered.

import assert from 'node:assert/strict';

import { chromium } from 'playwright-core';

import { program } from './house.mjs';
import { Portal } from './portal.mjs';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = () => chromium.launch({ executablePath: program.chromium, args: FLAGS });

/**
 * A page of its own context. `options` are Playwright's, but for `as`: who of the demo's people it is, `dana` unless told;
 * `null` is nobody. They are signed in when the page first opens an address of a portal.
 */
export async function visit(browser, { as = 'dana', ...options } = {}) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.as = as;
  page.complaints = [];
  page.requests = [];
  page.responses = [];
  page.on('console', (message) => page.complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => page.complaints.push(`error: ${error}`));
  page.on('request', (request) => page.requests.push(request.url()));
  page.on('response', (response) => page.responses.push(response));
  page.scripts = options.javaScriptEnabled !== false;
  return page;
}

/**
 * Nothing was said on the console, but for a browser's own note of a status that the story is about, and, where scripts are off,
 * of a script's file that it fetched ahead.
 */
export function quiet(page, status) {
  const expected = status && `the server responded with a status of ${status}`;
  const ahead = page.scripts ? undefined : 'was preloaded using link preload but not used';
  const notes = [expected, ahead].filter(Boolean);
  const heard = page.complaints.filter((complaint) => !notes.some((note) => complaint.includes(note)));
  assert.deepEqual(heard, [], `the console was not quiet at ${page.url()}`);
}

/** Goes to an address of the portal and waits until the page is awake. */
export async function open(page, address) {
  await signedIn(page, address);
  const response = await page.goto(address);
  await awake(page);
  return response;
}

/** Signs the page's person in, once, if a story has started the portal at this address. */
export async function signedIn(page, address) {
  const portal = page.as && Portal.at(address);
  if (!portal) return;
  const cookie = await portal.signIn(page.as);
  page.as = null;
  // Chromium counts this machine among the trustworthy, whose secure cookies need no TLS; Playwright has to be told that it is.
  const url = `https://${new URL(portal.address).hostname}`;
  await page.context().addCookies([{ ...cookie, url, secure: true, httpOnly: true, sameSite: 'Lax' }]);
}

/** With scripts a page must wake up; without them it is complete as it is. */
export async function awake(page) {
  if (page.scripts) await page.locator('html[data-hydrated]').waitFor();
  await page.locator('main h1').waitFor();
}

/** What a person reads in the page, as it is laid out now. */
export const text = (page, place = 'body') => page.locator(place).first().innerText();

/** The text without any white space, in which a hash is whole. */
export const dense = async (page, place) => (await text(page, place)).replace(/\s/g, '');

/** Presses Tab until the focus is on what `place` names, and shows that every stop on the way can be seen. */
export async function tabTo(page, place, most = 80) {
  for (let stops = 0; stops < most; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate((place) => {
      const focused = document.activeElement;
      const style = getComputedStyle(focused);
      return {
        there: focused.matches(place),
        is: focused.outerHTML.slice(0, 120),
        shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
      };
    }, place);
    assert.ok(stop.shown, `the focus can't be seen on ${stop.is}`);
    if (stop.there) return;
  }
  assert.fail(`Tab never reaches ${place}`);
}
