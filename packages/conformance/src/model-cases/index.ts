import type { Topic } from "../conformance-case.js";
import type { ModelContext } from "../model-context.js";
import { asking } from "./asking.js";
import { describing } from "./describing.js";
import { finding } from "./finding.js";
import { living } from "./living.js";
import { moving } from "./moving.js";

/** Every topic of the suite for core's API, in the order in which it runs. */
export const modelTopics: readonly Topic<ModelContext>[] = [finding, describing, asking, living, moving];
