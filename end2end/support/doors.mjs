// The doors of the pages, read from the one table that the portal itself is built from: a new page can't be forgotten here.

import { readFileSync } from 'node:fs';

import { at } from './house.mjs';

const table = readFileSync(at('app/src/doors.rs'), 'utf8');

/** Every address behind which this kind of door is: `page` or `form`. */
function behind(kind) {
  const found = [...table.matchAll(new RegExp(`\\b${kind}!\\(\\s*"([^"]+)"`, 'g'))].map(([, path]) => path);
  const written = table.split(`${kind}!(`).length - 1;
  if (found.length !== written || found.length === 0) throw new Error(`${written} doors are ${kind}s, ${found.length} were read`);
  return found;
}

/** Every page. */
export const pages = behind('page');

/** Every form. */
export const forms = behind('form');

/** The names in an address. */
export const names = (path) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

/**
 * The address with these names filled in. What stands before a name may tell whose it is: `proposals/{id}` goes before
 * `id`. One that nothing is known for is a page that nobody has thought of here.
 */
export const filled = (path, places) =>
  path.replace(/(\w+\/)?\{(\w+)\}/g, (_, before = '', name) => {
    const place = places[`${before}{${name}}`] ?? places[name];
    if (place === undefined) throw new Error(`say what {${name}} of ${path} is in the demo`);
    return `${before}${encodeURIComponent(place)}`;
  });
