/*
 * Prints, as one JSON list, each function in the given TypeScript files: {path, line, name, lines}.
 * Run by tests/structure/test_typescript.py with the extension's own compiler.
 */
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

const [compiler, ...paths] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(compiler);

const found = [];
for (const path of paths) {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const lineOf = (position) => file.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const line = lineOf(node.getStart());
      const name = node.name?.getText() ?? node.parent?.name?.getText() ?? "(arrow)";
      found.push({path, line, name, lines: lineOf(node.end) - line + 1});
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}
console.log(JSON.stringify(found));
