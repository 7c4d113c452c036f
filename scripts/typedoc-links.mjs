// TypeScript reads the braces of `@throws {@link USBError}` as a type, so typedoc is left with a bare name, which it looks
// up only in the module of the comment. This looks in the other packages too; a name that none exports stays an error.

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.addUnknownSymbolResolver((reference, reflection) => {
    const path = reference.symbolReference?.path ?? [];
    if (path.length !== 1) return undefined;
    const modules = reflection.project.children ?? [];
    const target = modules
      .map((each) => each.getChildByName(path[0].path))
      .find((each) => each !== undefined);
    return target && { target };
  });
}
