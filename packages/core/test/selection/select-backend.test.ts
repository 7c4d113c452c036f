import { type BackendRegistration, type GetBackendOptions, NoBackendError, USBError } from "@tsusb/core";
import { registerBackend } from "@tsusb/core/backend";
import { describe, expect, it } from "vitest";
import { findApplication } from "../../src/selection/application.js";
import type { Surroundings } from "../../src/selection/load-backend.js";
import { selectBackend } from "../../src/selection/select-backend.js";
import { FakeBackend } from "../support/fake-backend.js";
import { withFreshRegistry } from "../support/fresh-registry.js";
import { NpmProject } from "../support/npm-project.js";

withFreshRegistry();

/** What importing a package gives: a module, or a function that throws. */
type Packages = Readonly<Record<string, () => unknown>>;

interface World {
  readonly packages?: Packages;
  readonly files?: Readonly<Record<string, unknown>>;
  readonly project?: NpmProject;
  readonly environment?: string;
  readonly importTimeout?: number;
}

/** Surroundings in which only the given packages are installed. */
function surroundings(
  { packages = {}, project, importTimeout = 20_000 }: World,
  imported: string[],
): Surroundings {
  return {
    importFromCore: async (name) => {
      imported.push(name);
      const load = packages[name];
      if (load) return load();
      throw Object.assign(new Error(`Cannot find package '${name}' imported from /x/core/index.js`), {
        code: "ERR_MODULE_NOT_FOUND",
      });
    },
    importFile: async (path) => {
      imported.push(path);
      return import(/* @vite-ignore */ path);
    },
    application: () => project && findApplication(project.directory),
    importTimeout,
  };
}

async function select(
  world: World,
  options: GetBackendOptions = {},
): Promise<{ name: string; imported: string[] }> {
  const imported: string[] = [];
  const chosen = await selectBackend(options, {
    environment: world.environment,
    surroundings: surroundings(world, imported),
  });
  return { name: chosen.registration.name, imported };
}

async function failure(world: World, options?: GetBackendOptions): Promise<NoBackendError> {
  const error: unknown = await select(world, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof NoBackendError) return error;
  throw new Error(`expected a NoBackendError, got ${String(error)}`);
}

class NamedBackend extends FakeBackend {
  override readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
}

function registration(name: string, fields: Partial<BackendRegistration> = {}): BackendRegistration {
  return { name, apiVersion: 1, getBackend: async () => new NamedBackend(name), ...fields };
}

/** A package that registers itself when it is imported. */
function registering(name: string, fields: Partial<BackendRegistration> = {}): () => unknown {
  const packageName = `@tsusb/backend-${name}`;
  return () => {
    registerBackend(registration(name, { packageName, ...fields }));
    return {};
  };
}

const FAILING = {
  getBackend: async () => {
    throw new NoBackendError("libusb 1.0 was not found");
  },
};

describe("the order", () => {
  it("is libusb1, libusb0, openusb, then every other registered backend", async () => {
    registerBackend(registration("other"));
    const world = {
      packages: {
        "@tsusb/backend-libusb1": registering("libusb1", FAILING),
        "@tsusb/backend-openusb": registering("openusb"),
      },
    };
    await expect(select(world)).resolves.toEqual({
      name: "openusb",
      imported: ["@tsusb/backend-libusb1", "@tsusb/backend-libusb0", "@tsusb/backend-openusb"],
    });
    await expect(select({})).resolves.toMatchObject({ name: "openusb" });
  });

  it("takes what is registered without importing it", async () => {
    registerBackend(registration("libusb1"));
    await expect(select({})).resolves.toEqual({ name: "libusb1", imported: [] });
  });

  it("is replaced by TSUSB_BACKEND, with names and package names", async () => {
    registerBackend(registration("libusb1"));
    const packages = { "@tsusb/backend-libusb0": registering("libusb0") };
    await expect(select({ packages, environment: " libusb0 , libusb1" })).resolves.toMatchObject({
      name: "libusb0",
    });
    await expect(select({ environment: "@tsusb/backend-libusb0" })).resolves.toMatchObject({
      name: "libusb0",
    });
  });

  it("is not replaced by an empty TSUSB_BACKEND", async () => {
    registerBackend(registration("libusb1"));
    await expect(select({ environment: " , " })).resolves.toMatchObject({ name: "libusb1" });
  });

  it("of the options wins over TSUSB_BACKEND", async () => {
    registerBackend(registration("libusb1"));
    registerBackend(registration("other"));
    await expect(select({ environment: "libusb1" }, { order: ["other"] })).resolves.toMatchObject({
      name: "other",
    });
  });

  it("never has the virtual or the USB/IP backend unless it is named", async () => {
    registerBackend(registration("virtual"));
    registerBackend(registration("usbip"));
    const { attempts } = await failure({});
    expect(attempts.map(({ name }) => name)).toEqual(["libusb1", "libusb0", "openusb"]);
    await expect(select({ environment: "virtual" })).resolves.toMatchObject({ name: "virtual" });
    await expect(select({}, { order: ["usbip"] })).resolves.toMatchObject({ name: "usbip" });
  });

  it("takes no strange name for a package of ours, which nobody shall install", async () => {
    const error = await failure({}, { order: ["@tsusb/backend-libusb"] });
    expect(error.message).toContain("Did you mean libusb1?");
    expect(error.message).not.toContain("npm install");
  });

  it("with a name that nothing is called is an error that says which there are", async () => {
    registerBackend(registration("other"));
    const error = await failure({ environment: "libusb-1,other" });
    expect(error.message).toContain('TSUSB_BACKEND names "libusb-1"');
    for (const name of ["libusb1", "libusb0", "openusb", "virtual", "other"]) {
      expect(error.message).toContain(name);
    }
    // Its package serves devices and has none of its own: naming it would lead nowhere.
    expect(error.message).not.toContain("usbip");
  });
});

describe("a backend that does not work", () => {
  const tried = async (load: () => unknown) => {
    const { attempts } = await failure(
      { packages: { "@tsusb/backend-libusb1": load } },
      { order: ["libusb1"] },
    );
    return attempts;
  };

  it("is an attempt not-installed if its package is not there", async () => {
    const { attempts } = await failure({}, { order: ["libusb1"] });
    expect(attempts).toMatchObject([
      { name: "libusb1", packageName: "@tsusb/backend-libusb1", outcome: "not-installed" },
    ]);
  });

  it("is an attempt import-failed if importing it throws, also for a package that it lacks itself", async () => {
    const missing = Object.assign(
      new Error("Cannot find package 'node-gyp-build' imported from /x/backend"),
      {
        code: "ERR_MODULE_NOT_FOUND",
      },
    );
    expect(
      await tried(() => {
        throw missing;
      }),
    ).toMatchObject([{ outcome: "import-failed", cause: missing }]);
  });

  it("is an attempt invalid if it exports no getBackend and registers nothing", async () => {
    expect(await tried(() => ({ getBackend: 3 }))).toMatchObject([{ outcome: "invalid" }]);
  });

  it.each([
    ["nothing", async () => undefined],
    ["something else", async () => "libusb"],
    ["a backend without a name", async () => ({ supports: {} })],
  ])("is an attempt invalid if getBackend resolves to %s", async (_what, getBackend) => {
    expect(await tried(() => ({ getBackend }))).toMatchObject([
      { outcome: "invalid", cause: { code: "ERR_USB_BACKEND", backend: "libusb1" } },
    ]);
  });

  it("is an attempt invalid if getBackend resolves to a backend of another's name", async () => {
    const getBackend = async () => new NamedBackend("libusb0");
    const [attempt] = await tried(() => ({ getBackend }));
    expect(attempt).toMatchObject({ outcome: "invalid", cause: { code: "ERR_USB_BACKEND" } });
    expect(attempt?.message).toMatch(/libusb1.*another backend, libusb0/);
    registerBackend(registration("mine", { getBackend: async () => new NamedBackend("libusb1") }));
    expect((await failure({}, { order: ["mine"] })).attempts).toMatchObject([{ outcome: "invalid" }]);
  });

  it("is an attempt import-failed if importing it does not end, and the next one is tried", async () => {
    const packages = {
      "@tsusb/backend-libusb1": () => new Promise(() => undefined),
      "@tsusb/backend-libusb0": registering("libusb0"),
    };
    const world = { packages, importTimeout: 50 };
    await expect(select(world)).resolves.toMatchObject({ name: "libusb0" });
    const { attempts } = await failure(world, { order: ["libusb1"] });
    expect(attempts).toMatchObject([{ outcome: "import-failed" }]);
    expect(attempts[0]?.message).toContain("50 ms");
  });

  it.each([
    ["nothing", undefined],
    ["a text", "no luck"],
    ["an object without a prototype", Object.create(null)],
    ["a symbol", Symbol("no luck")],
    ["an error without words", Object.assign(new Error("x"), { message: undefined })],
    [
      "an error that cannot be read",
      Object.defineProperty(new Error("x"), "message", {
        get: () => {
          throw new Error("never");
        },
      }),
    ],
    ["an error with attempts of its own making", new NoBackendError("x", { attempts: [null as never] })],
  ])("is an attempt if it rejects with %s, and the next one is tried", async (_what, reason) => {
    const getBackend = () => Promise.reject(reason);
    const packages = {
      "@tsusb/backend-libusb1": registering("libusb1", { getBackend }),
      "@tsusb/backend-libusb0": registering("libusb0"),
    };
    await expect(select({ packages })).resolves.toMatchObject({ name: "libusb0" });
    const { attempts, message } = await failure({ packages }, { order: ["libusb1"] });
    expect(attempts).toMatchObject([{ outcome: "failed", message: expect.stringMatching(/./) }]);
    expect(message).toContain("libusb1");
  });

  it("is an attempt if getBackend throws before it gives a promise", async () => {
    const getBackend = () => {
      throw new Error("at once");
    };
    expect(await tried(() => ({ getBackend }))).toMatchObject([{ outcome: "failed", message: "at once" }]);
  });

  it("is told of once though two names stand for it", async () => {
    const { attempts } = await failure({}, { order: ["libusb1", "@tsusb/backend-libusb1", "libusb0"] });
    expect(attempts.map(({ packageName }) => packageName)).toEqual([
      "@tsusb/backend-libusb1",
      "@tsusb/backend-libusb0",
    ]);
  });

  it("is an attempt that names the method which it lacks", async () => {
    const backend = new NamedBackend("libusb1");
    Reflect.set(backend, "claimInterface", undefined);
    const [attempt] = await tried(() => ({ getBackend: async () => backend }));
    expect(attempt).toMatchObject({ outcome: "invalid", cause: { code: "ERR_USB_BACKEND" } });
    expect(attempt?.message).toMatch(/libusb1.*claimInterface/);
  });

  it("is an attempt invalid if it speaks another version, even though it exports getBackend", async () => {
    const load = () => {
      registering("libusb1", { apiVersion: 2 as 1 })();
      return { getBackend: async () => new NamedBackend("libusb1") };
    };
    expect(await tried(load)).toMatchObject([{ outcome: "invalid", name: "libusb1" }]);
  });

  it("passes on what its own error says was tried", async () => {
    const libraries = [
      { candidate: "libusb-1.0.so.0", source: "soname", reason: "not-found", message: "no such file" },
    ] as const;
    const cause = Object.assign(new Error("not found"), { attempts: libraries });
    const getBackend = async () => {
      throw new USBError("cannot start", { code: "ERR_USB_LIBRARY_NOT_FOUND", cause });
    };
    expect(await tried(() => ({ getBackend }))).toMatchObject([{ outcome: "failed", libraries }]);
    const attempts = [
      { name: "libusb1", packageName: "p", outcome: "failed", message: "m", libraries },
    ] as const;
    const direct = async () => {
      throw new NoBackendError("none", { attempts });
    };
    registerBackend(registration("own", { getBackend: direct }));
    expect((await failure({}, { order: ["own"] })).attempts).toEqual(attempts);
  });

  it("does not keep the next one from being tried", async () => {
    const packages = {
      "@tsusb/backend-libusb1": () => {
        throw new Error("boom");
      },
      "@tsusb/backend-libusb0": () => ({ getBackend: async () => new NamedBackend("libusb0") }),
    };
    await expect(select({ packages })).resolves.toMatchObject({ name: "libusb0" });
  });

  it("works without registering itself and without extending this copy's IBackend", async () => {
    const methods = Object.getOwnPropertyNames(FakeBackend.prototype).filter(
      (name) => name !== "constructor",
    );
    const shape = {
      name: "libusb1",
      supports: {},
      ...Object.fromEntries(methods.map((name) => [name, () => undefined])),
    };
    const packages = { "@tsusb/backend-libusb1": () => ({ getBackend: async () => shape }) };
    await expect(select({ packages })).resolves.toMatchObject({ name: "libusb1" });
  });

  it("is told of when another package has taken its name", async () => {
    registerBackend(registration("libusb1", { packageName: "@a/backend-libusb1", ...FAILING }));
    registerBackend(registration("libusb1", { packageName: "@b/backend-libusb1" }));
    const { attempts } = await failure({});
    expect(attempts.map(({ packageName, outcome }) => [packageName, outcome])).toContainEqual([
      "@b/backend-libusb1",
      "duplicate",
    ]);
  });
});

describe("the options", () => {
  it("reach the backend: its own ones before the common ones", async () => {
    const given: unknown[] = [];
    const getBackend: BackendRegistration["getBackend"] = async (options) => {
      given.push(options);
      return new NamedBackend("other");
    };
    registerBackend(registration("other", { getBackend }));
    const onLog = () => undefined;
    const backendOptions = { other: { logLevel: 4, libraryPath: "/x.so" }, libusb1: { logLevel: 0 } };
    await select({}, { order: ["other"], logLevel: 1, onLog, backendOptions });
    expect(given).toEqual([{ logLevel: 4, onLog, libraryPath: "/x.so" }]);
  });
});

describe("an option that a backend refuses", () => {
  const getBackend = async () => {
    throw new TypeError('there is no option "libraryPth"');
  };

  it("is told to the caller, though the next backend would work", async () => {
    registerBackend(registration("strict", { getBackend }));
    registerBackend(registration("lax"));
    const order = ["strict", "lax"];
    await expect(select({}, { order, backendOptions: { strict: { libraryPath: "x" } } })).rejects.toThrow(
      TypeError,
    );
    await expect(select({}, { order, backendOptions: { lax: {} } })).resolves.toMatchObject({ name: "lax" });
  });
});

describe("the application", () => {
  const BACKEND = `
    import { methods } from "./methods.js";
    export const getBackend = async () => ({ name: "acme", supports: {}, ...methods });
  `;

  function project(dependencies: readonly string[]): NpmProject {
    const versions = Object.fromEntries(dependencies.map((name) => [name, "1.0.0"]));
    return new NpmProject({ dependencies: versions });
  }

  function install(
    home: NpmProject,
    name: string,
    manifest: Readonly<Record<string, unknown>>,
    backendName = "acme",
  ): void {
    home.install(name, manifest, BACKEND.replace("acme", backendName));
    const methods = Object.getOwnPropertyNames(FakeBackend.prototype).filter(
      (each) => each !== "constructor",
    );
    const lines = methods.map((each) => `${each}: () => undefined`).join(", ");
    home.write(`node_modules/${name}/methods.js`, `export const methods = { ${lines} };`);
  }

  const MARK = { tsusb: { apiVersion: 1 } };

  it.each(["@acme/backend-acme", "@acme/tsusb-backend-acme", "tsusb-backend-acme"])(
    "gives the marked package %s after all others, and by its names",
    async (name) => {
      using home = project([name]);
      install(home, name, MARK);
      await expect(select({ project: home })).resolves.toMatchObject({ name });
      await expect(select({ project: home, environment: name })).resolves.toMatchObject({ name });
      await expect(select({ project: home, environment: "acme" })).resolves.toMatchObject({ name: "acme" });
    },
  );

  it("is not searched for packages without the mark, with other names, or that it does not depend on", async () => {
    using home = project(["@acme/backend-web", "acme-backend", "@acme/backend-gone"]);
    install(home, "@acme/backend-web", {});
    install(home, "acme-backend", MARK);
    install(home, "@acme/backend-stray", MARK);
    const { attempts } = await failure({ project: home });
    expect(attempts.map(({ name }) => name)).toEqual(["libusb1", "libusb0", "openusb"]);
  });

  it("gives no package that is marked for another version", async () => {
    using home = project(["@acme/backend-acme"]);
    install(home, "@acme/backend-acme", { tsusb: { apiVersion: 7 } });
    const { attempts } = await failure({ project: home });
    expect(attempts.at(-1)).toMatchObject({ name: "@acme/backend-acme", outcome: "invalid" });
    expect(attempts.at(-1)?.message).toMatch(/version 7.*version 1/);
  });

  it("resolves one of ours that core itself does not see", async () => {
    using home = project(["@tsusb/backend-libusb0"]);
    install(home, "@tsusb/backend-libusb0", MARK, "libusb0");
    const { name, imported } = await select({ project: home });
    expect(name).toBe("libusb0");
    expect(imported.at(-1)).toContain(home.directory);
  });

  it("is the nearest folder above that has a package.json of a program", async () => {
    using home = project(["tsusb-backend-acme"]);
    install(home, "tsusb-backend-acme", MARK);
    home.write("dist/package.json", '{ "type": "module" }');
    home.write("dist/deep/main.js", "");
    for (const from of ["dist/deep", "dist/deep/main.js", "package.json", ""]) {
      const application = findApplication(`${home.directory}/${from}`);
      expect(application?.dependencies, from).toEqual(["tsusb-backend-acme"]);
    }
    expect(findApplication(new URL(`file://${home.directory}/dist`))?.dependencies).toHaveLength(1);
    expect(findApplication(`file://${home.directory}/dist`)?.dependencies).toHaveLength(1);
  });

  it("gives a package that it names whatever that is called", async () => {
    using home = project(["usb-of-acme"]);
    install(home, "usb-of-acme", {});
    await expect(select({ project: home, environment: "usb-of-acme" })).resolves.toMatchObject({
      name: "usb-of-acme",
    });
    const error = await failure({ project: home, environment: "usb-of-others" });
    expect(error.message).toContain('TSUSB_BACKEND names "usb-of-others"');
  });

  it.each([
    ["for import only", { exports: { import: "./index.js" } }],
    [
      "by path and condition",
      { exports: { ".": { types: "./x.d.ts", node: { import: "./index.js" }, default: "./x.js" } } },
    ],
    ["with alternatives", { exports: [{ browser: "./x.js" }, "./index.js"] }],
    ["by main", { exports: undefined, main: "index.js" }],
    ["apart for require", { exports: { require: "./x.cjs", import: "./index.js" } }],
  ])("gives a package whose entry is %s", async (_how, fields) => {
    using home = project(["@acme/backend-acme"]);
    install(home, "@acme/backend-acme", { ...MARK, ...fields });
    await expect(select({ project: home })).resolves.toMatchObject({ name: "@acme/backend-acme" });
  });

  it("tells of a package that is there and has no entry", async () => {
    using home = project(["@acme/backend-acme"]);
    install(home, "@acme/backend-acme", { ...MARK, exports: { "./sub": "./index.js" } });
    const { attempts } = await failure({ project: home });
    expect(attempts.at(-1)).toMatchObject({ name: "@acme/backend-acme", outcome: "import-failed" });
  });

  it("lets no name lead out of its packages", async () => {
    using home = project([]);
    home.write("evil/backend-x/package.json", "{}");
    for (const name of [
      "@x/../../evil/backend-x",
      "tsusb-backend-../../evil",
      "../evil/backend-x",
      "@x/..",
    ]) {
      const error = await failure({ project: home, environment: name });
      expect(error.message, name).toContain("no backend is called so");
    }
  });

  it("has a package.json that begins with a byte order mark", () => {
    using home = project([]);
    home.write("package.json", '\uFEFF{ "name": "program", "dependencies": { "tsusb-backend-acme": "1" } }');
    expect(findApplication(home.directory)?.dependencies).toEqual(["tsusb-backend-acme"]);
  });

  it("must exist where it is named", () => {
    expect(() => findApplication("/nowhere/at/all")).toThrow(TypeError);
    expect(() => findApplication("https://example.org/")).toThrow(TypeError);
  });
});
