// Readers from npm, none of them ours: each takes what stands in JSON on standard input, and answers in JSON.
import { readFileSync } from "node:fs";

const READERS = {
  // robots-parser: may this agent fetch this address?
  async robots({ text, site, agent, url }) {
    const { default: robotsParser } = await import("robots-parser");
    return robotsParser(`${site}/robots.txt`, text).isAllowed(url, agent);
  },

  // structured-headers: the tokens of a dictionary by key, or null for what is none.
  async usage({ header }) {
    const { parseDictionary, Token } = await import("structured-headers");
    try {
      const said = [...parseDictionary(header)];
      return Object.fromEntries(said.map(([key, [value]]) => [key, value instanceof Token ? value.toString() : null]));
    } catch {
      return null;
    }
  },

  // http-link-header: the licences that a `Link` names.
  async licences({ header }) {
    const { default: LinkHeader } = await import("http-link-header");
    return LinkHeader.parse(header).get("rel", "license").map(({ uri, type }) => ({ uri, type }));
  },

  // @trustnxt/c2pa-ts: what a manifest says of mining, and whether it holds for this file; null where it can't be read.
  async manifest({ file, store }) {
    const { MP3 } = await import("@trustnxt/c2pa-ts/asset");
    const { SuperBox } = await import("@trustnxt/c2pa-ts/jumbf");
    const { ManifestStore } = await import("@trustnxt/c2pa-ts/manifest");
    try {
      const found = ManifestStore.read(SuperBox.fromBuffer(new Uint8Array(Buffer.from(store, "base64"))));
      const checked = await found.validate(new MP3(new Uint8Array(Buffer.from(file, "base64"))));
      const mining = found.getActiveManifest().assertions.assertions.filter(({ label }) => label.endsWith(".training-mining"));
      return { valid: checked.isValid, entries: Object.assign({}, ...mining.map(({ entries }) => entries)) };
    } catch {
      return null;
    }
  },
};

const { reader, ...said } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await READERS[reader](said)));
