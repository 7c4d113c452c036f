/** One way in which `describe` differs from `print(device)` of PyUSB on purpose. */
export interface DescribeDifference {
  readonly name: string;
  /** Why. */
  readonly reason: string;
  /** Turns a line of PyUSB's into ours; a line that it does not concern stays as it is. */
  readonly apply: (line: string, facts: DeviceFacts) => string;
}

/** What a difference depends on. */
export interface DeviceFacts {
  readonly bcdUSB: number;
  /** One of `util.SPEED_*`. */
  readonly speed: number | undefined;
}

const POWER_LINE = /^( *bMaxPower +: +0x([0-9a-f]+) )\(\d+ mA\)$/;
const CONFIGURATION_LINE = /^( *<?CONFIGURATION \d+: )(\d+)( mA)( ?)(=*)(>?)$/;

/**
 * Every intended difference to PyUSB 1.2.1, the one that Debian has. PyUSB 1.3 prints the first one as we do.
 */
export const INTENDED_DIFFERENCES: readonly DescribeDifference[] = [
  {
    name: "bMaxPower at SuperSpeed",
    reason: "USB 3.2 Table 9-22: a step of bMaxPower is 8 mA at SuperSpeed; PyUSB 1.2.1 always takes 2 mA",
    apply: (line, facts) => {
      if (!isSuperSpeed(facts)) return line;
      const power = POWER_LINE.exec(line);
      if (power !== null) return `${power[1]}(${8 * Number.parseInt(power[2] ?? "", 16)} mA)`;
      const head = CONFIGURATION_LINE.exec(line);
      if (head === null) return line;
      const [, before = "", milliamperes, unit = "", space = "", fill = "", after = ""] = head;
      const text = `${before}${4 * Number(milliamperes)}${unit}${space}`;
      return fill === "" ? text + after : text.padEnd(60, "=");
    },
  },
];

/** What `describe` must write where PyUSB writes `text`. */
export function applyDifferences(text: string, facts: DeviceFacts): string {
  const change = (line: string) => INTENDED_DIFFERENCES.reduce((each, { apply }) => apply(each, facts), line);
  return text.split("\n").map(change).join("\n");
}

/** SPEED_SUPER is 4; where nobody knows the speed, the device's release of USB decides. */
function isSuperSpeed({ bcdUSB, speed }: DeviceFacts): boolean {
  return speed === undefined || speed === 0 ? bcdUSB >= 0x0300 : speed >= 4;
}
