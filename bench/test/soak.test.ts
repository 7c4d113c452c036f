import { describe, expect, it } from "vitest";
import { judgeSoak, MOST } from "../lib/soak.mjs";

/** A sample each ten seconds, of these sizes. */
const samples = (...sizes: readonly number[]) =>
  sizes.map((rss, at) => ({ seconds: 10 * (at + 1), bytes: 1e9 * (at + 1), rss, heap: 0 }));

describe("the soak", () => {
  it("is flat if the memory wavers by no more than the bound, up or down", () => {
    expect(judgeSoak(samples(1e8, 1e8, 1e8 + MOST), 30).isFlat).toBe(true);
    expect(judgeSoak(samples(1e8, 1e8, 1e8 + MOST + 1), 30).isFlat).toBe(false);
    expect(judgeSoak(samples(1e8, 1e8 + MOST + 1, 1e8), 30)).toMatchObject({
      isFlat: false,
      wavered: MOST + 1,
    });
  });

  it("looks at nothing in its warm-up, a minute or a fifth of less than five", () => {
    const sizes = Array.from({ length: 60 }, (_, at) => (at < 5 ? 5e8 : 1e8));
    expect(judgeSoak(samples(...sizes), 600).isFlat).toBe(true);
    expect(judgeSoak(samples(...sizes), 100).isFlat).toBe(false);
  });

  it("takes another bound, and says which", () => {
    const { isFlat, figure } = judgeSoak(samples(1e8, 2e8), 20, 1e8);
    expect(isFlat).toBe(true);
    expect(figure).toBe(
      "2.00 GB in 20 s, 100 MB/s, each byte right; resident 100.0 to 200.0 MB in 2 samples after the warm-up, flat within 100.0 MB",
    );
  });

  it("says nothing of memory that was looked at once", () => {
    expect(() => judgeSoak(samples(1e8), 10)).toThrow(/1 samples/);
  });
});
