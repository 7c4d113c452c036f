import { describe, expect, it } from "vitest";
import { parseConfiguration } from "../../src/usb/parse-configuration.js";
import { parseDeviceDescriptor } from "../../src/usb/parse-device.js";
import { bytesOf, configuration, SAMPLES } from "./samples.js";

const INTERFACE = "09 04 00 00 01 ff 00 00 00";
const ENDPOINT = "07 05 81 02 00 02 00";
const COMPANION = "06 30 0f 00 00 00";
/** A configuration with one interface and one endpoint, whose own descriptor can be spoilt. */
const head = (bytes: string) => bytesOf(bytes, INTERFACE, ENDPOINT);

describe("parseConfiguration", () => {
  for (const { name, device, configurations } of SAMPLES)
    it(`finds nothing wrong with ${name}`, () => {
      expect(parseDeviceDescriptor(device).warnings).toEqual([]);
      for (const [index, bytes] of configurations.entries())
        expect(parseConfiguration(bytes, index).warnings).toEqual([]);
    });

  it("puts every descriptor of a configuration in its place", () => {
    const bytes = configuration(
      { interfaces: 2, value: 3, string: 4, attributes: 0xe0, power: 7 },
      "03 77 01  08 0b 00 02 0e 03 00 05",
      "09 04 00 00 01 0e 01 02 06  05 24 01 02 03  07 05 86 03 40 00 08  06 30 01 02 03 04  05 25 03 40 00",
      "09 04 01 02 02 ff 03 04 00  09 05 01 0d c8 00 01 02 81  07 05 82 02 00 02 00",
    );
    const { descriptor, warnings } = parseConfiguration(bytes, 0);
    expect(warnings).toEqual([]);
    expect(descriptor).toEqual({
      bLength: 9,
      bDescriptorType: 2,
      wTotalLength: bytes.length,
      bNumInterfaces: 2,
      bConfigurationValue: 3,
      iConfiguration: 4,
      bmAttributes: 0xe0,
      bMaxPower: 7,
      bytes,
      extraDescriptors: [{ bDescriptorType: 0x77, bytes: bytesOf("03 77 01") }],
      interfaceAssociations: [
        {
          bLength: 8,
          bDescriptorType: 0x0b,
          bFirstInterface: 0,
          bInterfaceCount: 2,
          bFunctionClass: 0x0e,
          bFunctionSubClass: 3,
          bFunctionProtocol: 0,
          iFunction: 5,
        },
      ],
      interfaces: [
        {
          bLength: 9,
          bDescriptorType: 4,
          bInterfaceNumber: 0,
          bAlternateSetting: 0,
          bNumEndpoints: 1,
          bInterfaceClass: 0x0e,
          bInterfaceSubClass: 1,
          bInterfaceProtocol: 2,
          iInterface: 6,
          extraDescriptors: [{ bDescriptorType: 0x24, bytes: bytesOf("05 24 01 02 03") }],
          endpoints: [
            {
              bLength: 7,
              bDescriptorType: 5,
              bEndpointAddress: 0x86,
              bmAttributes: 3,
              wMaxPacketSize: 64,
              bInterval: 8,
              bRefresh: 0,
              bSynchAddress: 0,
              ssCompanion: {
                bLength: 6,
                bDescriptorType: 0x30,
                bMaxBurst: 1,
                bmAttributes: 2,
                wBytesPerInterval: 0x0403,
              },
              extraDescriptors: [{ bDescriptorType: 0x25, bytes: bytesOf("05 25 03 40 00") }],
            },
          ],
        },
        expect.objectContaining({
          bInterfaceNumber: 1,
          bAlternateSetting: 2,
          extraDescriptors: [],
          endpoints: [
            expect.objectContaining({ bLength: 9, bEndpointAddress: 1, bRefresh: 2, bSynchAddress: 0x81 }),
            expect.objectContaining({ bLength: 7, bEndpointAddress: 0x82, bRefresh: 0, bSynchAddress: 0 }),
          ],
        }),
      ],
    });
  });
});

interface Malformed {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** `code@offset` of each warning, in order. */
  readonly faults: readonly string[];
  /** What is left, as `outline` writes it. */
  readonly kept: string;
}

const MALFORMED: readonly Malformed[] = [
  { kind: "no bytes", bytes: bytesOf(""), faults: ["truncated@0"], kept: "" },
  { kind: "one byte", bytes: bytesOf("09"), faults: ["truncated@0"], kept: "" },
  {
    kind: "a configuration descriptor cut short",
    bytes: bytesOf("09 02 19 00 01"),
    faults: ["truncated@4", "truncated@2", "count-mismatch@4"],
    kept: "",
  },
  {
    kind: "a configuration with bLength 0",
    bytes: head("00 02 19 00 01 01 00 80 32"),
    faults: ["zero-length@0"],
    kept: "0.0[81]",
  },
  {
    kind: "a configuration with too small a bLength",
    bytes: head("07 02 19 00 01 01 00 80 32"),
    faults: ["too-short@0"],
    kept: "0.0[81]",
  },
  {
    kind: "a configuration descriptor with a field more",
    bytes: head("0a 02 1a 00 01 01 00 80 32 77"),
    faults: ["too-long@0"],
    kept: "0.0[81]",
  },
  {
    kind: "a configuration whose bLength swallows everything",
    bytes: head("ff 02 19 00 01 01 00 80 32"),
    faults: ["too-long@0"],
    kept: "0.0[81]",
  },
  {
    kind: "a configuration of another type",
    bytes: head("09 09 19 00 01 01 00 80 32"),
    faults: ["wrong-type@1"],
    kept: "0.0[81]",
  },
  {
    kind: "wTotalLength larger than what came",
    bytes: head("09 02 ff ff 01 01 00 80 32"),
    faults: ["truncated@2"],
    kept: "0.0[81]",
  },
  {
    kind: "wTotalLength smaller than what came",
    bytes: head("09 02 09 00 01 01 00 80 32"),
    faults: ["too-long@2"],
    kept: "0.0[81]",
  },
  {
    kind: "wTotalLength 0",
    bytes: head("09 02 00 00 01 01 00 80 32"),
    faults: ["too-long@2"],
    kept: "0.0[81]",
  },
  {
    kind: "bNumInterfaces too large",
    bytes: configuration({ interfaces: 5 }, INTERFACE, ENDPOINT),
    faults: ["count-mismatch@4"],
    kept: "0.0[81]",
  },
  {
    kind: "bNumInterfaces 0",
    bytes: configuration({ interfaces: 0 }, INTERFACE, ENDPOINT),
    faults: ["count-mismatch@4"],
    kept: "0.0[81]",
  },
  {
    kind: "bNumEndpoints too large",
    bytes: configuration({ interfaces: 1 }, "09 04 00 00 09 ff 00 00 00", ENDPOINT),
    faults: ["count-mismatch@13"],
    kept: "0.0[81]",
  },
  {
    kind: "bNumEndpoints too small",
    bytes: configuration({ interfaces: 1 }, "09 04 00 00 00 ff 00 00 00", ENDPOINT),
    faults: ["count-mismatch@13"],
    kept: "0.0[81]",
  },
  {
    kind: "a zero length among the descriptors",
    bytes: configuration({ interfaces: 1 }, INTERFACE, "00 24 01", ENDPOINT),
    faults: ["zero-length@18", "count-mismatch@13"],
    kept: "0.0{24:10}[]",
  },
  {
    kind: "zeros up to the end",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "00 00 00 00"),
    faults: ["zero-length@25"],
    kept: "0.0[81{00:4}]",
  },
  {
    kind: "a descriptor of length 1",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "01 05 02"),
    faults: ["too-short@25"],
    kept: "0.0[81{05:3}]",
  },
  {
    kind: "a lone byte at the end",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "07"),
    faults: ["truncated@25"],
    kept: "0.0[81{00:1}]",
  },
  {
    kind: "an endpoint cut off at the end",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "07 05 02 02"),
    faults: ["truncated@25"],
    kept: "0.0[81{05:4}]",
  },
  {
    kind: "an interface cut off at the end",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "09 04 01"),
    faults: ["truncated@25"],
    kept: "0.0[81{04:3}]",
  },
  {
    kind: "a class descriptor longer than what is left",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "c8 24 01 02"),
    faults: ["truncated@25"],
    kept: "0.0[81{24:4}]",
  },
  {
    kind: "an endpoint whose bLength lies but whose fields are there",
    bytes: configuration({ interfaces: 1 }, INTERFACE, "ff 05 81 02 00 02 00"),
    faults: ["truncated@18"],
    kept: "0.0[81]",
  },
  {
    kind: "an interface that is too short, with its endpoint",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "05 04 01 00 01", "07 05 02 02 00 02 00"),
    faults: ["too-short@25", "orphan@30"],
    kept: "0.0[81{04:5 05:7}]",
  },
  {
    kind: "an interface that is too long",
    bytes: configuration({ interfaces: 1 }, "0b 04 00 00 01 ff 00 00 00 01 02", ENDPOINT),
    faults: ["too-long@9"],
    kept: "0.0[81]",
  },
  {
    kind: "an endpoint that is too short, with its companion",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "05 05 02 02 00", COMPANION),
    faults: ["too-short@25", "orphan@30"],
    kept: "0.0[81{05:5 30:6}]",
  },
  {
    kind: "an endpoint of eight bytes",
    bytes: configuration({ interfaces: 1 }, INTERFACE, "08 05 81 02 00 02 00 07"),
    faults: ["too-long@18"],
    kept: "0.0[81]",
  },
  {
    kind: "an audio endpoint cut off behind its seventh byte",
    bytes: configuration({ interfaces: 1 }, INTERFACE, "09 05 81 01 00 02 01"),
    faults: ["truncated@18"],
    kept: "0.0[81]",
  },
  {
    kind: "an endpoint before any interface",
    bytes: configuration({ interfaces: 1 }, "07 05 02 02 00 02 00", INTERFACE, ENDPOINT),
    faults: ["orphan@9"],
    kept: "{05:7}0.0[81]",
  },
  {
    kind: "a companion before any endpoint",
    bytes: configuration({ interfaces: 1 }, INTERFACE, COMPANION, ENDPOINT),
    faults: ["orphan@18"],
    kept: "0.0{30:6}[81]",
  },
  {
    kind: "two companions of one endpoint",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, COMPANION, COMPANION),
    faults: ["duplicate@31"],
    kept: "0.0[81+{30:6}]",
  },
  {
    kind: "a companion that is too short",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "04 30 0f 00"),
    faults: ["too-short@25"],
    kept: "0.0[81{30:4}]",
  },
  {
    kind: "an alternate setting that is there twice",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, INTERFACE, ENDPOINT),
    faults: ["duplicate@25"],
    kept: "0.0[81] 0.0[81]",
  },
  {
    kind: "an endpoint address that is there twice",
    bytes: configuration({ interfaces: 1 }, "09 04 00 00 02 ff 00 00 00", ENDPOINT, ENDPOINT),
    faults: ["duplicate@25"],
    kept: "0.0[81 81]",
  },
  {
    kind: "an endpoint with number 0",
    bytes: configuration({ interfaces: 1 }, INTERFACE, "07 05 80 02 00 02 00"),
    faults: ["bad-value@20"],
    kept: "0.0[80]",
  },
  {
    kind: "an endpoint with reserved bits in its address",
    bytes: configuration({ interfaces: 1 }, INTERFACE, "07 05 f1 02 00 02 00"),
    faults: ["bad-value@20"],
    kept: "0.0[f1]",
  },
  {
    kind: "31 endpoints",
    bytes: configuration(
      { interfaces: 1 },
      "09 04 00 00 1f ff 00 00 00",
      ...Array.from({ length: 15 }, (_, at) => Uint8Array.of(7, 5, at + 1, 2, 64, 0, 0)),
      ...Array.from({ length: 15 }, (_, at) => Uint8Array.of(7, 5, at + 0x81, 2, 64, 0, 0)),
      "07 05 01 02 40 00 00",
    ),
    faults: ["count-mismatch@228", "count-mismatch@13"],
    kept: `0.0[${["0", "8"].flatMap((high) => "123456789abcdef".split("").map((low) => high + low)).join(" ")}{05:7}]`,
  },
  {
    kind: "a second configuration inside",
    bytes: configuration({ interfaces: 1 }, INTERFACE, ENDPOINT, "09 02 20 00 01 02 00 80 32"),
    faults: ["wrong-type@25"],
    kept: "0.0[81{02:9}]",
  },
  {
    kind: "a device descriptor inside",
    bytes: configuration({ interfaces: 1 }, SAMPLES[0]?.device ?? "", INTERFACE, ENDPOINT),
    faults: ["wrong-type@9"],
    kept: "{01:18}0.0[81]",
  },
  {
    kind: "an interface association that is too short",
    bytes: configuration({ interfaces: 1 }, "07 0b 00 02 0e 03 00", INTERFACE, ENDPOINT),
    faults: ["too-short@9"],
    kept: "{0b:7}0.0[81]",
  },
  {
    kind: "an interface association of no interface",
    bytes: configuration({ interfaces: 1 }, "08 0b 00 00 0e 03 00 00", INTERFACE, ENDPOINT),
    faults: ["bad-value@12"],
    kept: "0.0[81]",
  },
  {
    kind: "more bytes than wTotalLength can say",
    bytes: bytesOf("09 02 ff ff 01 01 00 80 32", INTERFACE, ENDPOINT, ...longTail()),
    faults: ["too-long@2", "too-long@65537"],
    kept: expect.stringMatching(/^0\.0\[81\{(24:248 ){264}24:40 00:\d+\}\]$/),
  },
];

function longTail(): readonly Uint8Array[] {
  const piece = new Uint8Array(248).fill(0xaa);
  piece.set([248, 0x24]);
  const last = new Uint8Array(40).fill(0xaa);
  last.set([40, 0x24]);
  return [...Array.from({ length: 264 }, () => piece), last, new Uint8Array(100)];
}

describe("parseConfiguration of malformed bytes", () => {
  for (const { kind, bytes, faults, kept } of MALFORMED)
    it(`keeps what is sound and names the fault: ${kind}`, () => {
      const { descriptor, warnings } = parseConfiguration(bytes, 4);
      expect(warnings.map(({ code, offset }) => `${code}@${offset}`)).toEqual(faults);
      expect(outline(descriptor)).toEqual(kept);
      for (const { source, message } of warnings) {
        expect(source).toBe("configuration 4");
        expect(message).not.toBe("");
      }
    });

  it("knows at least 25 kinds of fault", () => {
    expect(new Set(MALFORMED.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(25);
  });

  it("keeps the number of warnings bounded and tells how many it left out", () => {
    const orphans = Array.from({ length: 9000 }, () => Uint8Array.of(7, 5, 2, 2, 0, 2, 0));
    const { descriptor, warnings } = parseConfiguration(configuration({ interfaces: 0 }, ...orphans), 0);
    expect(descriptor.extraDescriptors).toHaveLength(9000);
    expect(warnings).toHaveLength(64);
    expect(warnings.at(-1)?.message).toMatch(/89\d\d more faults/);
  });
});

type Outlined = Pick<ReturnType<typeof parseConfiguration>["descriptor"], "interfaces" | "extraDescriptors">;

/** Writes `{type:length …}` for descriptors that were kept as bytes, `number.setting[endpoint …]`, `+` for a companion. */
function outline({ interfaces, extraDescriptors }: Outlined): string {
  const extras = (list: Outlined["extraDescriptors"]) =>
    list.length === 0
      ? ""
      : `{${list.map((each) => `${each.bDescriptorType.toString(16).padStart(2, "0")}:${each.bytes.length}`).join(" ")}}`;
  const settings = interfaces.map((each) => {
    const endpoints = each.endpoints.map(
      (endpoint) =>
        endpoint.bEndpointAddress.toString(16).padStart(2, "0") +
        (endpoint.ssCompanion === undefined ? "" : "+") +
        extras(endpoint.extraDescriptors),
    );
    return `${each.bInterfaceNumber}.${each.bAlternateSetting}${extras(each.extraDescriptors)}[${endpoints.join(" ")}]`;
  });
  return extras(extraDescriptors) + settings.join(" ");
}
