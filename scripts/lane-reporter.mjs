import { writeFileSync } from "node:fs";

/**
 * A vitest reporter that writes what became of each test to the file TSUSB_REPORT, for `npm test` to add up:
 * `{ passed, failed: [name], skipped: [{ name, reason }] }`. A file that could not be loaded, a hook that threw and
 * an error that nobody caught are failures of their own.
 */
export default class LaneReporter {
  #filtered = false;

  onInit(vitest) {
    this.#filtered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: [], skipped: [] };
    for (const error of unhandledErrors) report.failed.push(`uncaught: ${error.message}`);
    for (const module of modules) {
      if (module.errors().length > 0) report.failed.push(module.relativeModuleId);
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) report.failed.push(`${module.relativeModuleId} > ${suite.fullName}`);
      for (const test of module.children.allTests())
        this.#count(test, `${module.relativeModuleId} > ${test.fullName}`, report);
    }
    writeFileSync(process.env.TSUSB_REPORT, JSON.stringify(report));
  }

  #count(test, name, report) {
    const { state, note } = test.result();
    if (state === "passed") report.passed += 1;
    else if (state === "skipped" && this.#filtered && note === undefined) return;
    else if (state === "skipped" && !hasFailedHook(test))
      report.skipped.push({ name, reason: note ?? "the test does not say why" });
    else report.failed.push(state === "pending" ? `${name} (never ended)` : name);
  }
}

/** vitest calls the tests of a suite skipped when its own set-up threw. */
function hasFailedHook(test) {
  for (let parent = test.parent; parent !== undefined; parent = parent.parent)
    if (parent.errors().length > 0) return true;
  return false;
}
