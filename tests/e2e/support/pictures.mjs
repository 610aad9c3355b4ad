// Where the pictures of pages go: build/pictures, or where UKEY_PICTURES says.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './stack.mjs';

/** The file of one picture, in a folder that is there. */
export function pictureFile(browserName, name) {
  const folder = process.env.UKEY_PICTURES ?? path.join(root, 'build/pictures');
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${browserName}-${name}.png`);
}
