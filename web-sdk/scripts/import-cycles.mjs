// Import cycles among the TypeScript files of a folder, type imports too: what two files need of each other belongs in a third.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** The file that a relative import means; nothing for a package. */
function fileOf(specifier, from) {
  if (!specifier.startsWith(".")) return undefined;
  const base = path.resolve(path.dirname(from), specifier.replace(/\.js$/, ""));
  return [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`].find((file) => /\.tsx?$/.test(file) && existsSync(file));
}

/** Each cycle as the names of its files, the first again at the end; empty when there is none. */
export function importCycles(folder) {
  const imports = new Map(sourcesIn(folder).map((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"));
    return [file, importedFiles.map(({ fileName }) => fileOf(fileName, file)).filter(Boolean)];
  }));
  const cycles = [];
  const done = new Set();
  const visit = (file, way) => {
    if (way.includes(file)) return void cycles.push([...way.slice(way.indexOf(file)), file].map((each) => path.relative(folder, each)));
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return cycles;
}
