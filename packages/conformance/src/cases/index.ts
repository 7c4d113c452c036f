import type { Topic } from "../conformance-case.js";
import type { CaseContext } from "../context.js";
import { alternateSettings } from "./alternate-settings.js";
import { cancellation } from "./cancellation.js";
import { claiming } from "./claiming.js";
import { concurrency } from "./concurrency.js";
import { configuration } from "./configuration.js";
import { control } from "./control.js";
import { deniedAbilities } from "./denied.js";
import { descriptors } from "./descriptors.js";
import { endless } from "./endless.js";
import { enumeration } from "./enumeration.js";
import { foreignObjects } from "./foreign-objects.js";
import { halts } from "./halts.js";
import { isochronous } from "./isochronous.js";
import { isochronousStreams } from "./isochronous-streams.js";
import { kernelDrivers } from "./kernel-drivers.js";
import { lifetime } from "./lifetime.js";
import { loopback } from "./loopback.js";
import { namedTransfers } from "./named-transfers.js";
import { opening } from "./opening.js";
import { reset } from "./reset.js";
import { sinks } from "./sinks.js";
import { streams } from "./streams.js";
import { timeouts } from "./timeouts.js";
import { unplugging } from "./unplugging.js";

/** Every topic of the suite for backends, in the order in which it runs. */
export const backendTopics: readonly Topic<CaseContext>[] = [
  enumeration,
  descriptors,
  opening,
  configuration,
  claiming,
  alternateSettings,
  control,
  loopback("bulk"),
  loopback("interrupt"),
  isochronous,
  endless,
  streams("bulk"),
  sinks("bulk"),
  streams("interrupt"),
  sinks("interrupt"),
  isochronousStreams,
  timeouts,
  cancellation,
  halts,
  reset,
  kernelDrivers,
  namedTransfers,
  concurrency,
  unplugging,
  foreignObjects,
  deniedAbilities,
  lifetime,
];
