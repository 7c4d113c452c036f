import { packageBuild } from "../tsup.base.js";

// Each example is a program of its own, that node runs: dist/NAME.js.
export default packageBuild(["src/*.ts"], { dts: false, splitting: false });
