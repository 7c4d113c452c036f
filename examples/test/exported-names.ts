import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Every name that a user of these modules can write: what they export, the members of exported classes, types and
 * namespaces, and the parameters of all functions among them.
 *
 * @param entries - Paths of modules, from the repository's root.
 */
export function exportedNames(entries: readonly string[]): ReadonlySet<string> {
  const files = entries.map((entry) => join(ROOT, entry));
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const names = new Set<string>();
  const seen = new Set<ts.Symbol>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    for (const symbol of checker.getExportsOfModule(module)) add(symbol);
  }
  return names;

  function add(symbol: ts.Symbol): void {
    names.add(symbol.name);
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (seen.has(target)) return;
    seen.add(target);
    const declarations = (target.declarations ?? []).filter((each) => isOurs(each.getSourceFile().fileName));
    for (const declaration of declarations)
      if (ts.isFunctionLike(declaration))
        for (const each of declaration.parameters) names.add(each.name.getText());
    if (declarations.length > 0) for (const member of membersOf(target)) add(member);
  }

  function membersOf(symbol: ts.Symbol): readonly ts.Symbol[] {
    if (symbol.flags & ts.SymbolFlags.Module) return checker.getExportsOfModule(symbol);
    if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))
      return [
        ...checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)),
        ...(symbol.exports?.values() ?? []),
      ];
    return [];
  }
}

/** Not the members of strings and arrays. */
function isOurs(file: string): boolean {
  return file.startsWith(join(ROOT, "packages")) && !file.includes("node_modules");
}
