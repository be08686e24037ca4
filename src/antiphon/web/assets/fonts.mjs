// Leaves out of the two fonts what no page shows: weights beyond those in the style sheets, and features nobody asked
// for. No letter is lost, only a third of the bytes: the range is the one that the style sheet gives the file.
import { readFile } from "node:fs/promises";
import subsetFont from "subset-font";

const WEIGHTS = { inter: { min: 400, max: 600 }, "eb-garamond": { min: 400, max: 500 } };
const FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "rlig", "tnum"];
// As `unicode-range` of the latin files of @fontsource-variable.
const LATIN = [
  [0x20, 0xff], [0x131, 0x131], [0x152, 0x153], [0x2bb, 0x2bc], [0x2c6, 0x2c6], [0x2da, 0x2da], [0x2dc, 0x2dc],
  [0x304, 0x304], [0x308, 0x308], [0x329, 0x329], [0x2000, 0x206f], [0x20ac, 0x20ac], [0x2122, 0x2122],
  [0x2191, 0x2191], [0x2193, 0x2193], [0x2212, 0x2212], [0x2215, 0x2215], [0xfeff, 0xfeff], [0xfffd, 0xfffd],
];

const letters = LATIN.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
const text = String.fromCodePoint(...letters);

/** @type {import("esbuild").Plugin} */
export const lighterFonts = {
  name: "lighter-fonts",
  setup(build) {
    build.onLoad({ filter: /(inter|eb-garamond)-latin-wght-(normal|italic)\.woff2$/ }, async ({ path }) => {
      const family = path.includes("eb-garamond") ? "eb-garamond" : "inter";
      const contents = await subsetFont(await readFile(path), text, {
        targetFormat: "woff2",
        variationAxes: { wght: WEIGHTS[family] },
        keepFeatures: FEATURES,
      });
      return { contents, loader: "file" };
    });
  },
};
