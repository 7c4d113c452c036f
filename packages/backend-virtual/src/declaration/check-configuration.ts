import { checkEndpoints } from "./check-endpoints.js";
import { checkText } from "./check-text.js";
import type {
  AlternateDeclaration,
  AssociationDeclaration,
  ConfigurationDeclaration,
} from "./configuration.js";
import type { VirtualSpeed } from "./declaration.js";
import { bytesOnly, onlyFields, unique, within } from "./limits.js";

const CONFIGURATION_FIELDS = [
  ...["bConfigurationValue", "name", "bmAttributes", "bMaxPower", "extraDescriptors", "associations"],
  "interfaces",
];
const INTERFACE_FIELDS = ["bInterfaceNumber", "kernelDriver", "alternates"];
const ALTERNATE_FIELDS = [
  ...["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol", "name", "extraDescriptors"],
  ...["classDescriptors", "endpoints"],
];
const ASSOCIATION_FIELDS = [
  ...[
    "bFirstInterface",
    "bInterfaceCount",
    "bFunctionClass",
    "bFunctionSubClass",
    "bFunctionProtocol",
    "name",
  ],
];

/** Refuses a configuration that no device could have; messages as `checkDeclaration`. */
export function checkConfiguration(configuration: ConfigurationDeclaration, speed: VirtualSpeed): void {
  const { interfaces, associations = [], extraDescriptors } = configuration;
  onlyFields("a configuration", configuration, CONFIGURATION_FIELDS);
  bytesOnly("extraDescriptors of a configuration", extraDescriptors);
  within("bmAttributes", configuration.bmAttributes ?? 0, 0, 255);
  within("bMaxPower", configuration.bMaxPower ?? 0, 0, 255);
  checkText("name of a configuration", configuration.name);
  const numbers = new Set<number>();
  for (const [position, declared] of interfaces.entries()) {
    onlyFields("an interface", declared, INTERFACE_FIELDS);
    const { bInterfaceNumber = position, alternates } = declared;
    within("bInterfaceNumber", bInterfaceNumber, 0, 255);
    unique("bInterfaceNumber", bInterfaceNumber, numbers);
    if (alternates.length === 0)
      throw new RangeError(`interface ${bInterfaceNumber} has no alternate setting; declare at least one`);
    for (const alternate of alternates) checkAlternate(`interface ${bInterfaceNumber}`, alternate, speed);
  }
  for (const association of associations) checkAssociation(association, numbers);
}

function checkAlternate(name: string, alternate: AlternateDeclaration, speed: VirtualSpeed): void {
  onlyFields(`an alternate setting of ${name}`, alternate, ALTERNATE_FIELDS);
  for (const field of ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"] as const)
    within(`${field} of ${name}`, alternate[field] ?? 0, 0, 255);
  bytesOnly(`extraDescriptors of ${name}`, alternate.extraDescriptors);
  bytesOnly(`classDescriptors of ${name}`, Object.values(alternate.classDescriptors ?? {}));
  checkText(`name of ${name}`, alternate.name);
  checkEndpoints(alternate.endpoints ?? [], speed);
}

function checkAssociation(association: AssociationDeclaration, numbers: ReadonlySet<number>): void {
  const { bFirstInterface, bInterfaceCount } = association;
  onlyFields("an association", association, ASSOCIATION_FIELDS);
  within("bInterfaceCount", bInterfaceCount, 1, 255);
  checkText("name of an association", association.name);
  for (let number = bFirstInterface; number < bFirstInterface + bInterfaceCount; number++)
    if (!numbers.has(number))
      throw new RangeError(
        `an association covers interface ${number}, which there is not; there are ${[...numbers].join(", ")}`,
      );
}
